"""Standing: whether an identity holds full control, or H1 to H4, all the time, rather than for a time and on request.

Input: a snapshot, ``RuleContext``. Output: a judgement for each user, role and root user.
Handled: long-term credentials of users; ways into a role and their conditions (``analytics.privilege.entries``);
privilege that only holds under MFA or for a time, under another condition, or by a document that was not seen
(``analytics.privilege.held``). What it may obtain by further steps is not held.
Not handled: eligible assignments of other systems; approval by an identity provider or by whoever assigns people in
Identity Center, which no answer of AWS shows: unknown.

References
----------
https://github.com/aws-samples/iam-identity-center-team (assignments that end are made and removed from outside; read
2026-11)
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analytics.privilege.answers import Answer, Judgement, Looked
from analytics.privilege.dormant import last_used
from analytics.privilege.durations import Duration
from analytics.privilege.entries import entries_of
from analytics.privilege.held import Held, held_by
from analytics.rules._context import RuleContext
from analytics.rules._identities import policies_seen
from analytics.rules._use import keys_looked_at
from analytics.steps import short_name, steps_of
from graph.kinds import NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["QUESTION", "judge"]

QUESTION = "standing"
_DOCUMENTS = "iam.get_account_authorization_details"
"""Answers with the policies of an account."""
_OPERATIONS = {
    NodeKind.AWS_ROLE: ("iam.get_account_authorization_details",),
    NodeKind.AWS_USER: ("iam.get_account_authorization_details", "iam.get_credential_report"),
    NodeKind.AWS_ROOT: ("iam.get_credential_report", "iam.get_account_summary"),
}


def judge(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield one judgement an identity."""
    looked = Looked(snapshot)
    for node in context.nodes(*_OPERATIONS):
        held = held_by(snapshot, context, node)
        found = _privileged(snapshot, context, node, held) if held else _none(node)
        found = replace(found, last_used=last_used(context, node))
        found = looked.at(found, node.scope, _OPERATIONS[node.kind])
        yield _unseen(found) if held and held.state is State.UNVERIFIED and found.verdict is Answer.UNKNOWN else found


def _unseen(found: Judgement) -> Judgement:
    """Return the judgement with the call that lacks a document, though it was answered."""
    whole = tuple(each for each in found.looked_at if each != _DOCUMENTS)
    return replace(found, looked_at=whole, missing=tuple(sorted({*found.missing, _DOCUMENTS})))


def _row(node: Node, verdict: Answer, reason: str, state: State = State.VERIFIED) -> Judgement:
    return Judgement(node.id, node.kind.value, QUESTION, verdict, reason, state=state)


def _none(node: Node) -> Judgement:
    if node.kind is NodeKind.AWS_ROOT or policies_seen(node):
        return _row(node, Answer.NO, "It holds neither full control nor one of the classes H1 to H4 by itself.")
    return _row(node, Answer.UNKNOWN, "Its policies are not in the evidence.")


def _privileged(snapshot: Snapshot, context: RuleContext, node: Node, held: Held) -> Judgement:
    if held.duration is Duration.LIMITED:
        return _row(node, Answer.NO, f"It has {held.words} only under MFA or for a time.")
    if node.kind is NodeKind.AWS_ROLE:
        found = _role(snapshot, context, node, held)
    else:
        found = _long_term(snapshot, context, node, held)
    if found.verdict is not Answer.YES:
        return found
    if held.rank > 0:
        return _row(node, Answer.UNKNOWN, _open(held))
    grants = tuple(grant for edge in held.edges for grant in snapshot.edge(edge).grants)
    return replace(found, grants=tuple(dict.fromkeys((*found.grants, *grants))), state=min(found.state, held.state))


def _open(held: Held) -> str:
    if held.state is State.UNVERIFIED:
        return f"Whether it has {held.words} rests on what is not in the evidence or not understood: {held.why}"
    if held.duration is Duration.UNKNOWN:
        return f"It has {held.words} under conditions of its session: {held.why}."
    return f"It has {held.words} only under a condition: {held.why}."


def _long_term(snapshot: Snapshot, context: RuleContext, node: Node, held: Held) -> Judgement:
    """Judge a user: its credentials are good until somebody takes them away."""
    if node.kind is NodeKind.AWS_ROOT:
        return _row(node, Answer.YES, f"A root user has {held.words} at any time.")
    active = [row for row in snapshot.credentials_of(node.id) if row.active]
    if active:
        shown = ", ".join(sorted({row.kind.replace("_", " ") for row in active}))
        found = _row(node, Answer.YES, f"It has {held.words} at any time, by long-term credentials ({shown}).")
        return replace(found, grants=tuple(row.node for row in active))
    if node.attributes.get("has_password") is False and keys_looked_at(context, node.scope):
        return _row(node, Answer.NO, f"It has {held.words} and no active credential: nobody can be it now.")
    return _row(node, Answer.UNKNOWN, "Its credentials are not in the evidence.")


def _role(snapshot: Snapshot, context: RuleContext, node: Node, held: Held) -> Judgement:
    entries = list(entries_of(snapshot, context, snapshot.node_index(node.id)))
    best = min(entries, key=lambda entry: (entry.duration, -entry.state, entry.edge), default=None)
    if best is None:
        return _not_entered(snapshot, node, held)
    edge = snapshot.edge(best.edge)
    who = "a class of callers" if edge.source.startswith("hub:") else short_name(edge.source)
    if best.duration is Duration.STANDING:
        steps = () if edge.source.startswith("hub:") else tuple(steps_of(snapshot, (best.edge,), context.levels))
        found = _row(node, Answer.YES, f"It has {held.words}, and {who} can enter it at any time.", best.state)
        return replace(found, grants=edge.grants, steps=steps)
    if best.duration is Duration.LIMITED:
        return _row(node, Answer.NO, f"It has {held.words}, and every way in asks for MFA or ends with time.")
    why = (
        f"It is entered through {who}; whether people hold that for a time only is not in the evidence."
        if best.from_provider
        else f"Whether {who} may enter at any time rests on conditions of the session or on missing evidence."
    )
    return _row(node, Answer.UNKNOWN, why)


def _not_entered(snapshot: Snapshot, node: Node, held: Held) -> Judgement:
    if not any(use.layer == "trust" and use.digest for use in snapshot.document_uses(node.id)):
        return _row(node, Answer.UNKNOWN, "Its trust policy is not in the evidence.")
    services = ", ".join(node.attributes.get("trusted_services") or ())
    if services:
        return _row(node, Answer.UNKNOWN, f"It has {held.words} and trusts {services}; nothing is seen to run as it.")
    if node.attributes.get("service_linked"):
        return _row(node, Answer.UNKNOWN, "Only its service uses it; when is not in the evidence.")
    return _row(node, Answer.NO, f"It has {held.words}, and nobody is seen who can enter it.")
