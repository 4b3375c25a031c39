"""Take grants out of Azure records.

Input: ``AzureRecords`` and a grant's id. Output: the records as they would be, or ``None`` where they do not show it.
Handled: role assignments and eligibilities, access policies of key vaults, identities of workloads and resources,
federated credentials of user-assigned identities.
Not handled: identities that a cluster's nodes have, which Azure does not let anybody take away one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from collectors.azure.records import AzureRecords, AzureResource, AzureVault, AzureWorkload
from collectors.entra.records import EntraRecords
from graph.evaluate.azure.ids import access_policy_grant, federated_node, identity_grant, role_grant
from graph.evaluate.entra.ids import federated_node as graph_federated_node

__all__ = ["without_grant", "without_token"]

_Holder = TypeVar("_Holder", AzureWorkload, AzureResource)


def without_grant(records: AzureRecords, grant_id: str) -> AzureRecords | None:
    """Return the records without a grant; ``None`` when none of them is it, or it cannot be taken away."""
    principals = {each.id: each.principal_id for each in records.managed_identities}
    changed = replace(
        records,
        role_assignments=tuple(
            each for each in records.role_assignments if role_grant(each.id, each.eligible) != grant_id
        ),
        vaults=tuple(_vault(each, grant_id) for each in records.vaults),
        workloads=tuple(_holders(records.workloads, grant_id, principals)),
        resources=tuple(_holders(records.resources, grant_id, principals)),
        managed_identities=tuple(
            replace(
                each,
                federated=tuple(
                    item for item in each.federated if federated_node(each.principal_id, item.name) != grant_id
                ),
            )
            for each in records.managed_identities
        ),
    )
    return None if changed == records else changed


def without_token(records: AzureRecords, entra: EntraRecords, grant_id: str) -> AzureRecords:
    """Return the records without the federated credential that a grant of Entra is: one that both of them show.

    Parameters
    ----------
    entra
        Records that still have it.
    """
    tokens = {
        (principal.id, item.issuer.rstrip("/"), item.subject, item.expression)
        for tenant in entra.tenants
        for principal in tenant.service_principals
        for item in principal.federated
        if graph_federated_node(principal.id, item.id) == grant_id
    }
    if not tokens:
        return records
    identities = tuple(
        replace(
            each,
            federated=tuple(
                item
                for item in each.federated
                if (each.principal_id, item.issuer.rstrip("/"), item.subject, item.expression) not in tokens
            ),
        )
        for each in records.managed_identities
    )
    return replace(records, managed_identities=identities)


def _vault(vault: AzureVault, grant: str) -> AzureVault:
    kept = tuple(
        each for each in vault.policies if access_policy_grant(vault.id, each.object_id, each.application_id) != grant
    )
    return vault if len(kept) == len(vault.policies) else replace(vault, policies=kept)


def _holders(rows: Iterable[_Holder], grant: str, principals: dict[str, str]) -> Iterable[_Holder]:
    """Yield workloads or resources, the one that a grant is of without that identity."""
    for row in rows:
        if not grant.startswith(identity_grant(row.id, "")):
            yield row
            continue
        gone = {
            each
            for each in row.user_assigned
            if identity_grant(row.id, principals.get(each) or row.user_principals.get(each, "")) == grant
        }
        system = row.system_principal_id
        yield replace(
            row,
            system_principal_id="" if system and identity_grant(row.id, system) == grant else system,
            user_assigned=tuple(each for each in row.user_assigned if each not in gone),
            user_principals={key: value for key, value in row.user_principals.items() if key not in gone},
        )
