"""Take grants out of Azure records.

Input: ``AzureRecords`` and the id of a grant. Output: the records as they would be; ``None`` where they do not show it.
Handled: role assignments and eligibilities, access policies of key vaults, identities of workloads, federated
credentials of user-assigned identities.
Not handled: deny assignments, which Azure alone makes; what a deployment would put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from collectors.azure.records import AzureRecords, AzureVault
from graph.evaluate.azure.ids import access_policy_grant, federated_node, identity_grant, role_grant

__all__ = ["without_azure_grant"]

_T = TypeVar("_T")


def without_azure_grant(records: AzureRecords, grant: str) -> AzureRecords | None:
    """Return the records without a grant; ``None`` when none of them is it."""
    principals = {each.id: each.principal_id for each in records.managed_identities}
    changed = replace(
        records,
        role_assignments=_kept(records.role_assignments, lambda row: role_grant(row.id, row.eligible) == grant),
        vaults=tuple(_of_vault(vault, grant) for vault in records.vaults),
        workloads=tuple(_of_holder(row, grant, principals) for row in records.workloads),
        resources=tuple(_of_holder(row, grant, principals) for row in records.resources),
        managed_identities=tuple(_of_identity(row, grant) for row in records.managed_identities),
    )
    return None if changed == records else changed


def _kept(rows: Iterable[_T], is_it: Callable[[_T], bool]) -> tuple[_T, ...]:
    return tuple(row for row in rows if not is_it(row))


def _of_vault(vault: AzureVault, grant: str) -> AzureVault:
    policies = _kept(
        vault.policies, lambda row: access_policy_grant(vault.id, row.object_id, row.application_id) == grant
    )
    return vault if len(policies) == len(vault.policies) else replace(vault, policies=policies)


def _of_holder(holder: Any, grant: str, principals: dict[str, str]) -> Any:
    """Return a workload or resource without one of its identities."""
    prefix = identity_grant(holder.id, "")
    if not grant.startswith(prefix):
        return holder
    principal = grant.removeprefix(prefix)
    told = {**holder.user_principals, **{each: principals[each] for each in holder.user_assigned if each in principals}}
    gone = {each for each, known in told.items() if known.lower() == principal}
    changed = replace(
        holder,
        system_principal_id="" if holder.system_principal_id == principal else holder.system_principal_id,
        user_assigned=tuple(each for each in holder.user_assigned if each not in gone),
        user_principals={key: value for key, value in holder.user_principals.items() if key not in gone},
    )
    nodes = getattr(holder, "node_principals", None)
    if nodes and principal in nodes:
        changed = replace(changed, node_principals={key: value for key, value in nodes.items() if key != principal})
    return changed


def _of_identity(identity: Any, grant: str) -> Any:
    federated = _kept(identity.federated, lambda row: federated_node(identity.principal_id, row.name) == grant)
    return identity if len(federated) == len(identity.federated) else replace(identity, federated=federated)
