"""Edges grow as assignments and resources do, deny assignments or not."""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from collectors.azure.access_types import AzureDenyAssignment, AzurePermission, AzureRoleAssignment
from collectors.azure.records import (
    AzureManagedIdentity,
    AzureManagementGroup,
    AzureRecords,
    AzureResource,
    AzureSubscription,
    AzureVault,
    AzureWorkload,
)
from collectors.entra.records import EntraRecords
from collectors.interface import EvidenceRef
from graph.catalog.azure import azure_roles
from graph.edges.azure import build_azure_edges
from graph.edges.azure.rights import build_azure_rights
from graph.model import IdentityGraph

REF = EvidenceRef("made")
GROUPS = "/providers/microsoft.management/managementgroups/"
TYPES = ("microsoft.compute/virtualmachines", "microsoft.web/sites", "microsoft.logic/workflows")
ROLES = (
    "Owner",
    "Contributor",
    "Contributor",
    "Reader",
    "Reader",
    "Virtual Machine Contributor",
    "Key Vault Secrets User",
)


def _records(size: int, denies: int) -> AzureRecords:
    """Return as many resources as assignments, a tenth as many identities, twenty subscriptions."""
    draw = random.Random(7)
    subscriptions = tuple(
        AzureSubscription(
            f"/subscriptions/{UUID(int=n + 1)}", f"s{n}", str(UUID(int=n + 1)), REF, parent=f"{GROUPS}corp"
        )
        for n in range(20)
    )
    groups = [f"{draw.choice(subscriptions).id}/resourcegroups/g{n}" for n in range(size // 20)]
    workloads, vaults, others, identities = [], [], [], []
    for number in range(size):
        group, kind = draw.choice(groups), TYPES[number % 3]
        if number % 10 < 5:
            workloads.append(AzureWorkload(f"{group}/providers/{kind}/w{number}", kind, f"w{number}", REF))
        elif number % 10 < 6:
            place = f"{group}/providers/microsoft.keyvault/vaults/v{number}"
            vaults.append(
                AzureVault(place, f"v{number}", REF, rbac=number % 20 < 10, secrets=("a",), secrets_known=True)
            )
        else:
            place = f"{group}/providers/microsoft.storage/storageaccounts/d{number}"
            others.append(AzureResource(place, "microsoft.storage/storageaccounts", f"d{number}", REF))
    for number in range(size // 10):
        place = f"{draw.choice(groups)}/providers/microsoft.managedidentity/userassignedidentities/i{number}"
        identities.append(AzureManagedIdentity(place, f"i{number}", f"principal-{number}", f"client-{number}", REF))
    named = {role.name: role.id for role in azure_roles().values()}
    people = [f"person-{number}" for number in range(size // 4)]
    places = [*groups, *groups, *(each.id for each in workloads), *(each.id for each in subscriptions)]
    assignments = tuple(
        AzureRoleAssignment(f"a{n}", draw.choice(places), f"/x/{named[draw.choice(ROLES)]}", draw.choice(people), REF)
        for n in range(size)
    )
    stopped = tuple(
        AzureDenyAssignment(
            f"d{n}",
            draw.choice(groups),
            REF,
            permissions=(AzurePermission(("*",), ("*/read",)),),
            everyone=True,
            excluded=(draw.choice(people),),
        )
        for n in range(denies)
    )
    return AzureRecords(
        (AzureManagementGroup(f"{GROUPS}corp", "corp", REF),),
        subscriptions,
        role_assignments=assignments,
        deny_assignments=stopped,
        managed_identities=tuple(identities),
        workloads=tuple(workloads),
        vaults=tuple(vaults),
        resources=tuple(others),
    )


def _edges(size: int, denies: int) -> int:
    records, identity_graph = _records(size, denies), IdentityGraph()
    build_azure_edges(records, identity_graph)
    before = len(identity_graph.edges)
    build_azure_rights(records, EntraRecords(), identity_graph)
    return len(identity_graph.edges) - before


@pytest.mark.parametrize("share", [0, 40])
def test_four_times_as_much_is_four_times_the_edges(share: int) -> None:
    small, large = (_edges(size, size // share if share else 0) for size in (2_000, 8_000))
    assert large < 4.6 * small
    assert large < 20 * 8_000
