"""CAN_PASS_ROLE and CAN_CREATE_CREDENTIAL: a user-assigned identity put on compute, or given a federated credential.

Input: rights, user-assigned identities. Output: edges through classes of identities by scope.
Handled: assigning an identity together with compute of the caller's choosing (a container group, a logic app, a
deployment script, a machine or app that is there already); federated credentials, which need no compute.
Not handled: where an identity may be used across subscriptions: Microsoft's pages do not say, so that is unverified;
creating a machine with its network from nothing.

References
----------
https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identities-faq
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity
(read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.decision import merge_residuals
from graph.edges.azure.classes import Gain
from graph.edges.azure.context import AzureRights
from graph.edges.azure.ways import Need, Way
from graph.evaluate.azure.ids import principal_node, subscription_of
from graph.kinds import EdgeKind, State

__all__ = ["ATTACHED", "FEDERATE", "build_identity_rights"]

_IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
_ASSIGN = Need(f"{_IDENTITIES}/assign/action")
FEDERATE = Need(f"{_IDENTITIES}/federatedIdentityCredentials/write")


@dataclass(frozen=True, slots=True)
class _Attached:
    """Compute that takes an identity and runs the caller's code."""

    id: str
    type: str
    needs: tuple[Need, ...]
    """On the compute, beside assigning the identity."""
    existing: bool
    """Counts only where such a resource is there already: making a new one needs more."""


ATTACHED = (
    _Attached(
        "azure-attach-identity-container",
        "microsoft.containerinstance/containergroups",
        (Need("Microsoft.ContainerInstance/containerGroups/write"),),
        existing=False,
    ),
    _Attached(
        "azure-attach-identity-logic-app",
        "microsoft.logic/workflows",
        (Need("Microsoft.Logic/workflows/write"),),
        False,
    ),
    _Attached(
        "azure-attach-identity-script",
        "microsoft.resources/deploymentscripts",
        (
            Need("Microsoft.Resources/deploymentScripts/write"),
            Need("Microsoft.ContainerInstance/containerGroups/write"),
            Need("Microsoft.Storage/storageAccounts/write"),
            Need("Microsoft.Storage/storageAccounts/listKeys/action"),
        ),
        existing=False,
    ),
    _Attached(
        "azure-attach-identity-vm",
        "microsoft.compute/virtualmachines",
        (Need("Microsoft.Compute/virtualMachines/write"), Need("Microsoft.Compute/virtualMachines/runCommand/action")),
        existing=True,
    ),
    _Attached(
        "azure-attach-identity-webapp", "microsoft.web/sites", (Need("Microsoft.Web/sites/write"),), existing=True
    ),
)
_APART = "Identity and compute are in different subscriptions, of which Microsoft's pages do not speak."


def build_identity_rights(rights: AzureRights) -> None:
    """Add the edges."""
    gains = [
        Gain(each.id, principal_node(each.principal_id), via="")
        for each in rights.records.managed_identities
        if each.principal_id
    ]
    federated = rights.target_class("identities", "user-assigned identities", EdgeKind.CAN_CREATE_CREDENTIAL, gains)
    rights.reach("azure-federated-credential", [FEDERATE], federated)
    attached = rights.target_class("attached", "user-assigned identities", EdgeKind.CAN_PASS_ROLE, gains)
    assigns = list(rights.ways.of([_ASSIGN]))
    for each in ATTACHED:
        compute = _compute(rights, each)
        for way in assigns:
            for other in compute.get(way.principal, ()):
                rights.lead(each.id, _together(way, other), attached)


def _compute(rights: AzureRights, attached: _Attached) -> dict[str, list[Way]]:
    """Return, by principal, the surest way to compute of one kind in each subscription or above."""
    existing = [each.id for each in rights.records.workloads if each.type == attached.type]
    below = {place for each in existing for place in rights.authority.scopes.above(each)}
    found: dict[str, dict[str, Way]] = {}
    for way in rights.ways.of(attached.needs):
        new = not attached.existing and _takes_resources(way.scope)
        if new or way.scope in below:
            best = found.setdefault(way.principal, {})
            place = subscription_of(way.scope)
            if place not in best or _rank(way) > _rank(best[place]):
                best[place] = way
    return {principal: list(best.values()) for principal, best in found.items()}


def _takes_resources(scope: str) -> bool:
    """Return whether new resources can be made in a scope: a resource group, or what holds some."""
    return "/providers/" not in scope or "/managementgroups/" in scope


def _rank(way: Way) -> tuple[int, int]:
    return way.state, -len(way.conditions)


def _together(assign: Way, compute: Way) -> Way:
    one, other = subscription_of(assign.scope), subscription_of(compute.scope)
    apart = bool(one and other and one != other)
    return replace(
        assign,
        grants=tuple(sorted({*assign.grants, *compute.grants})),
        conditions=merge_residuals([assign.conditions, compute.conditions]),
        state=min(assign.state, compute.state, State.UNVERIFIED if apart else State.VERIFIED),
        note=" ".join(filter(None, dict.fromkeys((assign.note, compute.note, _APART if apart else "")))),
    )
