"""FEDERATES_INTO: tokens of outside workloads, and of managed identities, that become an application.

Input: federated credentials. Output: edges from the issuer (its claims as open conditions), from each subject or
pattern (``oidc://<issuer>/<subject>``, the same nodes that trust in AWS makes), and from managed identities.
Handled: exact subjects, expressions on claims, an audience of one's own.
Not handled: what the issuer's subjects can be made to say. The standard audience is no condition: whoever asks for a
token names it.
Errs towards: unverified on an expression that is not understood.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.entra.credential_types import EntraFederatedCredential
from graph.decision import Atom, Residual, merge_residuals
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.federation import TokenTest, issuer_name, managed_identity_issuer, token_test
from graph.evaluate.entra.ids import federated_node, node_of
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node

__all__ = ["build_federation"]

_KIND = EdgeKind.FEDERATES_INTO
_UNREAD = "The expression on the token's claims was not understood: {}"


def build_federation(world: EntraWorld) -> None:
    """Add the edges."""
    for holder, identity, credential in _credentials(world):
        if world.disabled(identity):
            continue  # it takes no token while it is disabled
        grant = federated_node(holder, credential.id)
        if managed_identity_issuer(credential.issuer) and _managed_identity(world, identity, credential, grant):
            continue
        _outside(world, identity, credential, grant)


def _credentials(world: EntraWorld) -> Iterator[tuple[str, str, EntraFederatedCredential]]:
    for application in world.records.applications:
        for credential in application.federated:
            yield application.id, world.identity_of(application), credential
    for principal in world.records.service_principals:
        for credential in principal.federated:
            yield principal.id, node_of(principal.id), credential


def _managed_identity(world: EntraWorld, identity: str, credential: EntraFederatedCredential, grant: str) -> bool:
    """Add the edge from a managed identity that was collected; return whether there is one."""
    subject = world.principals.get(credential.subject.lower())
    if subject is None or managed_identity_issuer(credential.issuer) != world.tenant:
        return False
    if subject.kind == "managed_identity":
        technique = "entra-managed-identity-federation"
        test = token_test(credential)
        world.add(Edge(node_of(subject.id), identity, _KIND, True, technique, (grant,), test.claims, via=grant))
    return True


def _outside(world: EntraWorld, identity: str, credential: EntraFederatedCredential, grant: str) -> None:
    graph, issuer, test = world.identity_graph, issuer_name(credential.issuer), token_test(credential)
    source = f"oidc://{issuer}"
    graph.add_node(Node(source, NodeKind.OIDC_ISSUER, issuer, "oidc", "", {"issuer": issuer}))
    graph.add_edge(Edge(source, identity, EdgeKind.TRUSTS, False, grants=(grant,)))
    if not test.understood:
        note = _UNREAD.format(credential.expression or "none is given")
        world.add(Edge(source, identity, _KIND, True, "", (grant,), state=State.UNVERIFIED, via=grant, note=note))
        return
    claims = _claims(issuer, test)
    world.add(Edge(source, identity, _KIND, True, "", (grant,), claims, via=grant))
    subject = test.subject or "*"
    node = f"{source}/{subject}"
    facts = {"issuer": issuer, "subject": subject, "pattern": test.pattern or not test.subject}
    graph.add_node(Node(node, NodeKind.OIDC_SUBJECT, subject, "oidc", "", facts))
    graph.add_edge(Edge(source, node, EdgeKind.CONTAINS, False))
    world.add(Edge(node, identity, _KIND, True, "", (grant,), test.claims, via=grant))


def _claims(issuer: str, test: TokenTest) -> Residual:
    """Return what any token of the issuer must carry."""
    if not test.subject:
        return test.claims
    operator = "StringLike" if test.pattern else "StringEquals"
    subject = Atom(f"{issuer.lower()}:sub", operator, (test.subject,), provider="entra")
    return merge_residuals([test.claims, ((subject,),)])
