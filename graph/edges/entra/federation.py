"""FEDERATES_INTO: tokens of outside workloads, and of managed identities, that become an application.

Input: federated credentials. Output: edges from the issuer (its claims as open conditions), from each subject or
pattern (``oidc://<issuer>/<subject>``, the same nodes that trust in AWS makes), and from managed identities.
Handled: exact subjects, expressions on claims, an audience of one's own, issuers that are spelt so that no token bears
them, managed identities of the kind and tenant that can be used so.
Not handled: what the issuer's subjects can be made to say. The standard audience is no condition: whoever asks for a
token names it.
Errs towards: unverified on an expression that is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from collectors.entra.credential_types import EntraFederatedCredential
from graph.decision import Atom, Residual, merge_residuals
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.federation import TokenTest, issuer_doubt, issuer_name, managed_identity_issuer, token_test
from graph.evaluate.entra.ids import federated_node, node_of
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node

__all__ = ["add_outside", "build_federation"]

_KIND = EdgeKind.FEDERATES_INTO
_AUTHORITY = r"https://login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)/{}/v2\.0"
"""The one form of the issuer that Microsoft's page gives."""
_SPELLING = (
    "Microsoft's page gives the issuer as https://login.microsoftonline.com/<tenant>/v2.0; this one is spelt otherwise."
)
_KIND_UNKNOWN = "Only user-assigned managed identities can be used so; which kind this one is was not told."
_ELSEWHERE = (
    "Microsoft's page says that a managed identity and the application that trusts it must be of the same tenant."
)
_ON_PRINCIPAL = "Microsoft's page supports expressions on applications alone."
_UNREAD = "The expression on the token's claims was not understood: {}"


def build_federation(world: EntraWorld) -> None:
    """Add the edges."""
    for holder, identity, credential in _credentials(world):
        if world.disabled(identity):
            continue  # it takes no token while it is disabled
        grant = federated_node(holder, credential.id)
        tenant = managed_identity_issuer(credential.issuer)
        if tenant and _managed_identity(world, identity, credential, grant):
            continue
        doubts = [_ELSEWHERE] if tenant and tenant != world.tenant and world.records.tenant.id_known else []
        doubts += [_ON_PRINCIPAL] if credential.expression and holder in world.principals else []
        add_outside(world.identity_graph, identity, credential, grant, doubts=doubts, add=world.add)


def _credentials(world: EntraWorld) -> Iterator[tuple[str, str, EntraFederatedCredential]]:
    for application in world.records.applications:
        for credential in application.federated:
            yield application.id, world.identity_of(application), credential
    for principal in world.records.service_principals:
        for credential in principal.federated:
            yield principal.id, node_of(principal.id), credential


def _managed_identity(world: EntraWorld, identity: str, credential: EntraFederatedCredential, grant: str) -> bool:
    """Add the edge from a managed identity that was collected; return whether the subject is an object of the tenant.

    The subject must equal the object id, letter for letter; only what stands alone (user-assigned) is supported.
    """
    subject = world.principals.get(credential.subject)
    if subject is None or managed_identity_issuer(credential.issuer) != world.tenant:
        return False
    usable, _ = issuer_doubt(credential.issuer)
    if usable and subject.kind == "managed_identity" and (subject.user_assigned or not subject.resource_id):
        sure = re.fullmatch(_AUTHORITY.format(world.tenant), credential.issuer) is not None
        known = subject.user_assigned
        note = "" if sure else _SPELLING
        if not known:
            note = f"{note} {_KIND_UNKNOWN}".strip()
        state = State.VERIFIED if sure and known else State.UNVERIFIED
        technique, claims = "entra-managed-identity-federation", token_test(credential).claims
        source = node_of(subject.id)
        world.add(Edge(source, identity, _KIND, True, technique, (grant,), claims, state=state, via=grant, note=note))
    return True


def add_outside(
    graph: IdentityGraph,
    identity: str,
    credential: EntraFederatedCredential,
    grant: str,
    *,
    doubts: Sequence[str] = (),
    add: Callable[[Edge], None] | None = None,
) -> None:
    """Add who outside becomes an identity by a credential: the issuer, and the subjects that it accepts.

    Parameters
    ----------
    doubts
        Why it is not sure that such a token is accepted, beside what the credential itself tells.
    add
        How a step is added, where something may stand before the identity; default: as it is.
    """
    step = add or graph.add_edge
    issuer, test = issuer_name(credential.issuer), token_test(credential)
    usable, doubt = issuer_doubt(credential.issuer)
    source = f"oidc://{issuer}"
    graph.add_node(Node(source, NodeKind.OIDC_ISSUER, issuer, "oidc", "", {"issuer": issuer}))
    graph.add_edge(Edge(source, identity, EdgeKind.TRUSTS, False, grants=(grant,)))
    if not usable:
        return
    if not test.understood:
        note = _UNREAD.format(credential.expression or "none is given")
        step(Edge(source, identity, _KIND, True, "", (grant,), state=State.UNVERIFIED, via=grant, note=note))
        return
    note = " ".join(each for each in (doubt, test.doubt, *doubts) if each)
    state = State.UNVERIFIED if note else State.VERIFIED
    claims = _claims(issuer, test)
    step(Edge(source, identity, _KIND, True, "", (grant,), claims, state=state, via=grant, note=note))
    subject = test.subject or "*"
    node = f"{source}/{subject}"
    facts = {"issuer": issuer, "subject": subject, "pattern": test.pattern or not test.subject}
    graph.add_node(Node(node, NodeKind.OIDC_SUBJECT, subject, "oidc", "", facts))
    graph.add_edge(Edge(source, node, EdgeKind.CONTAINS, False))
    step(Edge(node, identity, _KIND, True, "", (grant,), test.claims, state=state, via=grant, note=note))


def _claims(issuer: str, test: TokenTest) -> Residual:
    """Return what any token of the issuer must carry."""
    if not test.subject:
        return test.claims
    operator = "StringLike" if test.pattern else "StringEquals"
    subject = Atom(f"{issuer.lower()}:sub", operator, (test.subject,), provider="entra")
    return merge_residuals([test.claims, ((subject,),)])
