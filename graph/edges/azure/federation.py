"""Federated credentials of user-assigned managed identities, where ARM shows them and Graph does not.

Input: the world, nodes of managed identities. Output: credential nodes and rows, FEDERATES_INTO edges like those of
applications.
Handled: a credential that Graph showed as well is not added again.
Not handled: anything that ``graph.edges.entra.federation`` does not handle.
"""

from __future__ import annotations

from collectors.azure.records import AzureFederatedCredential, AzureManagedIdentity
from collectors.entra.credential_types import EntraFederatedCredential
from graph.edges.azure.world import AzureWorld
from graph.edges.entra.federation import add_outside
from graph.evaluate.azure.ids import federated_node, principal_node
from graph.kinds import EdgeKind, NodeKind
from graph.model import Credential, Edge, Node

__all__ = ["build_federation"]

_Token = tuple[str, str, str, str]


def build_federation(world: AzureWorld) -> None:
    """Add credentials and edges."""
    known = _known(world)
    for identity in world.records.managed_identities:
        for credential in identity.federated:
            if _token(principal_node(identity.principal_id), credential) not in known:
                _credential(world, identity, credential)


def _token(identity: str, credential: AzureFederatedCredential) -> _Token:
    return identity, credential.issuer.rstrip("/"), credential.subject, credential.expression


def _known(world: AzureWorld) -> set[_Token]:
    """Return the tokens that credentials which Graph showed accept, with who they become."""
    return {
        (
            str(node.attributes.get("identity", "")),
            str(node.attributes.get("issuer", "")).rstrip("/"),
            str(node.attributes.get("subject", "")),
            str(node.attributes.get("expression", "")),
        )
        for node in world.identity_graph.nodes.values()
        if node.kind is NodeKind.ENTRA_FEDERATED_CREDENTIAL
    }


def _credential(world: AzureWorld, identity: AzureManagedIdentity, item: AzureFederatedCredential) -> None:
    holder = principal_node(identity.principal_id)
    node, label = federated_node(identity.principal_id, item.name), f"federated credential {item.name}"
    grant = world.grant(node, "federated_credential", holder, f"{label} of {identity.name}", str(item.ref))
    facts = {
        "issuer": item.issuer,
        "subject": item.subject,
        "audiences": list(item.audiences),
        "expression": item.expression,
        "active": True,
        "identity": holder,
        "on": holder,
        "azure_resource": item.id,
    }
    kind = NodeKind.ENTRA_FEDERATED_CREDENTIAL
    world.identity_graph.add_node(Node(node, kind, label, "azure", identity.tenant, facts, evidence=str(item.ref)))
    world.add(Edge(node, holder, EdgeKind.AUTHENTICATES_AS, False, grants=(grant,)))
    world.identity_graph.add_credential(Credential(node, holder, "federated_credential", item.name, True))
    if world.identity_graph.nodes[holder].attributes.get("active") is not False:
        add_outside(
            world.identity_graph,
            holder,
            EntraFederatedCredential(
                item.id,
                item.name,
                item.issuer,
                item.ref,
                item.subject,
                item.audiences,
                item.expression,
                item.expression_version,
            ),
            grant,
        )
