"""Take grants out of Entra records, and disable identities in them.

Input: ``EntraRecords`` and the id of a grant or node. Output: the records as they would be, or ``None`` where they do
not show it.
Handled: app role assignments, consents, directory roles and eligibilities, ownership, membership, secrets,
certificates, federated credentials, the service principal of a vendor's application.
Not handled: the ties between a blueprint, its agents and their user accounts, which Entra does not let anybody change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from collectors.entra.records import EntraRecords, EntraTenantRecords
from graph.evaluate.entra.ids import (
    app_role_grant,
    certificate_node,
    consent_grant,
    eligibility_grant,
    federated_node,
    membership_grant,
    node_of,
    ownership_grant,
    role_grant,
    secret_node,
)

__all__ = ["disable_entra", "without_grant"]

_T = TypeVar("_T")


def without_grant(records: EntraRecords, grant_id: str) -> EntraRecords | None:
    """Return the records without a grant; ``None`` when none of them is it, or it cannot be taken away."""
    return _changed(records, lambda tenant: _without(tenant, grant_id))


def disable_entra(records: EntraRecords, node_id: str) -> EntraRecords | None:
    """Return the records with a user or service principal disabled; ``None`` when there is none of this id."""

    def change(tenant: EntraTenantRecords) -> EntraTenantRecords:
        return replace(
            tenant,
            users=_disabled(tenant.users, node_id),
            service_principals=_disabled(tenant.service_principals, node_id),
        )

    return _changed(records, change)


def _disabled(rows: tuple[Any, ...], node_id: str) -> tuple[Any, ...]:
    if all(node_of(row.id) != node_id for row in rows):
        return rows
    return tuple(replace(row, enabled=False) if node_of(row.id) == node_id else row for row in rows)


def _changed(records: EntraRecords, change: Callable[[EntraTenantRecords], EntraTenantRecords]) -> EntraRecords | None:
    tenants = tuple(change(tenant) for tenant in records.tenants)
    return None if tenants == records.tenants else replace(records, tenants=tenants)


def _kept(rows: Iterable[_T], is_it: Callable[[_T], bool]) -> tuple[_T, ...]:
    return tuple(row for row in rows if not is_it(row))


def _without(tenant: EntraTenantRecords, grant: str) -> EntraTenantRecords:
    return replace(
        tenant,
        app_role_assignments=_kept(tenant.app_role_assignments, lambda row: app_role_grant(row.id) == grant),
        consents=_kept(tenant.consents, lambda row: consent_grant(row.id) == grant),
        role_assignments=_kept(tenant.role_assignments, lambda row: role_grant(row.id, row.eligible) == grant),
        group_eligibilities=_kept(tenant.group_eligibilities, lambda row: eligibility_grant(row.id) == grant),
        groups=tuple(_of_group(row, grant) for row in tenant.groups),
        applications=tuple(_of_holder(row, grant) for row in tenant.applications),
        service_principals=tuple(
            _of_holder(row, grant) for row in tenant.service_principals if grant != f"entra:service-principal:{row.id}"
        ),
    )


def _of_group(group: Any, grant: str) -> Any:
    members = _kept(group.members, lambda member: membership_grant(group.id, member) == grant)
    owners = _kept(group.owners, lambda owner: ownership_grant(group.id, owner) == grant)
    same = len(members) == len(group.members) and len(owners) == len(group.owners)
    return group if same else replace(group, members=members, owners=owners)


def _of_holder(holder: Any, grant: str) -> Any:
    """Return an application or service principal without an ownership or a credential."""
    changed = replace(
        holder,
        owners=_kept(holder.owners, lambda owner: ownership_grant(holder.id, owner) == grant),
        passwords=_kept(holder.passwords, lambda item: secret_node(holder.id, item.key_id) == grant),
        keys=_kept(holder.keys, lambda item: certificate_node(holder.id, item.key_id) == grant),
        federated=_kept(holder.federated, lambda item: federated_node(holder.id, item.id) == grant),
    )
    return holder if changed == holder else changed
