"""Workloads of Azure, and RUNS_AS: whose tokens the code in them gets.

Input: the world, nodes of managed identities. Output: workload nodes, CONTAINS and RUNS_AS edges with their grants.
Handled: system-assigned and user-assigned identities; a Kubernetes cluster, whose pods get the identities of its nodes
and not the one of its control plane; a cluster or automation account that still runs as an application.
Not handled: federated service accounts of a cluster, which are subjects of its issuer (``federation``).
Errs towards: unverified for types of which no page of Microsoft says that their code gets tokens.

References
----------
https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
https://learn.microsoft.com/azure/app-service/overview-managed-identity#connect-to-azure-services-in-app-code
https://learn.microsoft.com/azure/container-apps/managed-identity
https://learn.microsoft.com/azure/container-instances/container-instances-managed-identity
https://learn.microsoft.com/azure/automation/enable-managed-identity-for-automation
https://learn.microsoft.com/azure/logic-apps/authenticate-with-managed-identity
https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication
https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-script-template
https://learn.microsoft.com/azure/data-factory/control-flow-web-activity
https://learn.microsoft.com/azure/aks/use-managed-identity
https://learn.microsoft.com/azure/aks/kubernetes-service-principal (all read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collectors.azure.records import AzureResource, AzureWorkload
from graph.edges.aws.structure_facts import APP_ID, KEY_ID, common_attributes
from graph.edges.azure.world import KINDS, AzureWorld, told_aliases
from graph.evaluate.azure.ids import identity_grant, principal_node, scope_node, secret_node
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge

__all__ = ["build_running", "build_workloads"]

_GETS_TOKENS = frozenset(
    {
        "microsoft.apimanagement/service",
        "microsoft.app/containerapps",
        "microsoft.app/jobs",
        "microsoft.automation/automationaccounts",
        "microsoft.compute/virtualmachines",
        "microsoft.compute/virtualmachinescalesets",
        "microsoft.compute/virtualmachinescalesets/virtualmachines",
        "microsoft.containerinstance/containergroups",
        "microsoft.datafactory/factories",
        "microsoft.hybridcompute/machines",
        "microsoft.logic/workflows",
        "microsoft.resources/deploymentscripts",
        "microsoft.web/sites",
        "microsoft.web/sites/slots",
    }
)
_CLUSTER = "microsoft.containerservice/managedclusters"
_UNSURE = "No page of Microsoft was found that says whether code in a resource of type {} gets tokens of its identity."
_CONTROL_PLANE = "It is the identity of the control plane, whose tokens nothing in the cluster gets."
_SERVICE = "The service itself uses it; nobody gets its tokens."
_RUN_AS = "Run As accounts are retired; whether its certificate is still valid is not in the evidence."


def build_workloads(world: AzureWorld) -> None:
    """Add the nodes."""
    for workload in world.records.workloads:
        kind = KINDS.get(workload.type, NodeKind.AZURE_WORKLOAD)
        world.add_node(workload.id, kind, workload.name, _attributes(world, workload), evidence=str(workload.ref))
    for workload in world.records.workloads:
        world.contain(workload.id)
        if workload.scale_set:
            edge = Edge(world.refer_scope(workload.scale_set), scope_node(workload.id), EdgeKind.CONTAINS, False)
            world.add(edge)


def _attributes(world: AzureWorld, workload: AzureWorkload) -> dict[str, Any]:
    facts = {
        "arm_type": workload.type,
        "arm_kind": workload.kind,
        "location": workload.location,
        "os": workload.os,
        **workload.facts,
        "aliases": told_aliases(workload.id, workload.given_id),
        **common_attributes(workload.tags),
    }
    if workload.environment or workload.environment_known:
        facts |= _environment(world, workload)
    return facts


def _environment(world: AzureWorld, workload: AzureWorkload) -> dict[str, Any]:
    """Return names of settings, and what redaction left of them, as ``structure_facts`` does for AWS."""
    values = workload.environment
    return {
        "environment_names": sorted(values),
        "environment_secrets": dict(sorted(workload.environment_secrets.items())),
        "environment_fingerprints": {
            name: values[name] for name in sorted(workload.environment_secrets) if values.get(name)
        },
        "environment_key_ids": {
            name: value for name, value in sorted(workload.environment_ids.items()) if KEY_ID.fullmatch(value)
        },
        "environment_app_ids": {
            name: value.lower() for name, value in sorted(workload.environment_ids.items()) if APP_ID.fullmatch(value)
        },
        "environment_hints": dict(sorted(workload.environment_hints.items())),
        "environment_references": {
            name: _secret(world, value) for name, value in sorted(values.items()) if value.startswith("reference:")
        },
        "environment_known": workload.environment_known,
    }


def _secret(world: AzureWorld, reference: str) -> str:
    """Return the node of the secret that a setting refers to; where its vault is not known, the reference."""
    name, _, secret = reference.removeprefix("reference:").partition("/")
    vault = world.vault_of.get(name)
    return secret_node(vault.id, secret) if vault else f"{name}/{secret}"


def build_running(world: AzureWorld) -> None:
    """Add RUNS_AS edges; managed identities have their nodes already."""
    for workload in world.records.workloads:
        for edge in _edges(world, workload):
            world.add(edge)
    for resource in world.records.resources:
        for principal in _principals(world, resource):
            world.add(_edge(world, resource, principal, traversable=False, note=_SERVICE))


def _edges(world: AzureWorld, workload: AzureWorkload) -> Iterator[Edge]:
    if workload.type == _CLUSTER:
        yield from _cluster(world, workload)
    elif workload.type in _GETS_TOKENS:
        for principal in _principals(world, workload):
            yield _edge(world, workload, principal)
    else:
        for principal in _principals(world, workload):
            yield _edge(world, workload, principal, state=State.UNVERIFIED, note=_UNSURE.format(workload.type))
    for client in filter(None, workload.facts.get("run_as_application", "").split(", ")):
        yield from _application(world, workload, client, State.UNVERIFIED, _RUN_AS)


def _cluster(world: AzureWorld, workload: AzureWorkload) -> Iterator[Edge]:
    for principal in _principals(world, workload):
        if principal not in workload.node_principals:
            yield _edge(world, workload, principal, traversable=False, note=_CONTROL_PLANE)
    for principal, use in workload.node_principals.items():
        yield _edge(world, workload, principal, what=f"{use} identity of the nodes")
    if client := workload.facts.get("service_principal"):
        yield from _application(world, workload, client, State.VERIFIED, "")


def _application(world: AzureWorld, workload: AzureWorkload, client: str, state: State, note: str) -> Iterator[Edge]:
    node = world.by_client.get(client)
    if node is not None:
        principal = node.removeprefix("entra:")
        yield _edge(world, workload, principal, state=state, note=note, what="application whose credential it holds")


def _principals(world: AzureWorld, holder: AzureWorkload | AzureResource) -> Iterator[str]:
    """Yield the object ids of a resource's identities."""
    if holder.system_principal_id:
        yield holder.system_principal_id
    for identity in holder.user_assigned:
        known = world.identities.get(identity)
        principal = known.principal_id if known else holder.user_principals.get(identity, "")
        if principal:
            yield principal


def _edge(
    world: AzureWorld,
    holder: AzureWorkload | AzureResource,
    principal: str,
    *,
    traversable: bool = True,
    state: State = State.VERIFIED,
    note: str = "",
    what: str = "",
) -> Edge:
    own = "system-assigned identity" if principal == holder.system_principal_id else "user-assigned identity"
    target = world.refer_principal(principal, "ServicePrincipal")
    name = world.identity_graph.nodes[target].name
    text = f"{what or own} {name} of {world.name_of(holder.id)}"
    source = scope_node(holder.id)
    grant = world.grant(identity_grant(holder.id, principal), "identity", source, text, str(holder.ref))
    return Edge(source, principal_node(principal), EdgeKind.RUNS_AS, traversable, "", (grant,), state=state, note=note)
