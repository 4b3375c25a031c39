"""Orphaned, dormant, standing, unused: the questions about privilege, for identities of Entra and Azure.

Input: a snapshot, ``RuleContext``. Output: judgements of service principals, principals of blueprints, managed
identities, agent identities and agent users.
Handled: owners and sponsors who left; an agent's user whose agent is gone, a managed identity whose resource is gone;
sign-ins where the report was collected; privilege that is active, eligible, or waits for a person.
Not handled: people and Microsoft's own applications; which of its permissions an application uses, which no answer of
Graph tells: an application in use whose privilege it may not need is unknown.

References
----------
https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity (beta; read 2026-11)
https://learn.microsoft.com/entra/agent-id/faq (what is left when an agent is deleted; read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from analytics.privilege import dormant
from analytics.privilege.answers import Answer, Judgement, Looked
from analytics.privilege.durations import Duration
from analytics.privilege.held import Held, held_by
from analytics.rules._context import RuleContext, parse_moment
from analytics.rules._use import Use
from graph.evaluate.entra.ids import node_of
from graph.kinds import EdgeKind, NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["KINDS", "QUESTIONS", "last_used"]

KINDS = (
    NodeKind.ENTRA_SERVICE_PRINCIPAL,
    NodeKind.ENTRA_BLUEPRINT_PRINCIPAL,
    NodeKind.ENTRA_MANAGED_IDENTITY,
    NodeKind.ENTRA_AGENT_IDENTITY,
    NodeKind.ENTRA_AGENT_USER,
)
_SIGN_INS = "reports.servicePrincipalSignInActivities"
_PRINCIPALS = "servicePrincipals"
_AGENTS = "servicePrincipals.microsoft.graph.agentIdentity"
_OWNERS = ("applications.owners", "servicePrincipals.owners")
_GRANTS = (
    "roleManagement.directory.roleAssignments",
    "servicePrincipals.appRoleAssignedTo",
    "servicePrincipals.appRoleAssignments",
)
_ENTERED_BY = (EdgeKind.AUTHENTICATES_AS, EdgeKind.FEDERATES_INTO, EdgeKind.RUNS_AS, EdgeKind.CAN_IMPERSONATE)
OWNER, PARENT, UNUSED = "no living owner", "deleted parent", "unused"


def _use(node: Node) -> Use:
    """Return the last sign-in of an identity.

    The report lists applications that signed in; Microsoft's page does not say that it covers managed identities, so of
    those a sign-in counts and none proves nothing.
    """
    last = parse_moment(node.attributes.get("last_used_at"))
    known = bool(node.attributes.get("last_used_known")) and node.kind is not NodeKind.ENTRA_MANAGED_IDENTITY
    gap = "" if known or last else f"When it signed in last is not in the evidence (`{_SIGN_INS}`)."
    return Use(last, last or parse_moment(node.attributes.get("created_at")), gap)


def last_used(node: Node) -> str:
    """Return when an identity signed in last: a time, ``never`` or ``unknown``."""
    return dormant.use_text(_use(node))


def judge_dormant(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield whether each identity signed in within the policy's limit."""
    looked = Looked(snapshot)
    for node in context.nodes(*KINDS):
        found = dormant.judged(context, node, _use(node), context.policy.unused_privilege_days, last_used(node))
        yield looked.at(found, node.scope, (_SIGN_INS,))


def judge_orphaned(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield whether nobody, or nothing, is left that each identity is for."""
    looked = Looked(snapshot)
    for node in context.nodes(*KINDS):
        owner = _owner(node)
        signs = [(OWNER, *owner), *_parent(context, node, looked), *_without_use(context, node, owner[0])]
        yes = [(name, reason) for name, answer, reason in signs if answer is Answer.YES]
        unknown = [(name, reason) for name, answer, reason in signs if answer is Answer.UNKNOWN]
        shown = yes or unknown
        found = Judgement(
            node.id,
            node.kind.value,
            "orphaned",
            Answer.YES if yes else Answer.UNKNOWN if unknown else Answer.NO,
            " ".join(reason for _, reason in shown) or "Somebody who is still here answers for it.",
            last_used=last_used(node),
            signs=tuple(name for name, _ in yes),
        )
        yield looked.at(found, node.scope, (*_OWNERS, _SIGN_INS))


def _owner(node: Node) -> tuple[Answer, str]:
    facts = node.attributes
    owner, active = str(facts.get("owner", "")), facts.get("owner_active")
    if owner and active is not None:
        return (Answer.NO, "") if active else (Answer.YES, f"{owner}, who answers for it, is disabled or has left.")
    if owner:
        return Answer.UNKNOWN, f"Nothing says whether {owner}, who answers for it, is still here."
    if node.kind is NodeKind.ENTRA_MANAGED_IDENTITY:
        return Answer.UNKNOWN, "A managed identity has no owner of its own; nobody declares one for it."
    if facts.get("foreign"):
        return Answer.UNKNOWN, "Its application is another company's; nobody here is named for it."
    if node.kind is NodeKind.ENTRA_SERVICE_PRINCIPAL and not facts.get("owners_known"):
        return Answer.UNKNOWN, "Its owners are not in the evidence."
    if node.kind is NodeKind.ENTRA_SERVICE_PRINCIPAL:
        return Answer.YES, "It has no owner, and no declaration names one."
    return Answer.UNKNOWN, "No owner or sponsor is named."


def _parent(context: RuleContext, node: Node, looked: Looked) -> Iterator[tuple[str, Answer, str]]:
    if node.kind is NodeKind.ENTRA_AGENT_USER:
        agent = str(node.attributes.get("agent_identity", ""))
        if not agent or not looked.answered(node.scope, _AGENTS):
            yield PARENT, Answer.UNKNOWN, "Whether its agent identity still exists is not in the evidence."
        elif not _collected(context, node_of(agent)):
            yield PARENT, Answer.YES, "The agent identity that acts as it does not exist any more."
    elif node.kind is NodeKind.ENTRA_MANAGED_IDENTITY:
        resource = str(node.attributes.get("azure_resource", "")).lower()
        subscription = "/".join(resource.split("/")[:3]).removeprefix("/subscriptions/")
        if not resource or not looked.answered(subscription, "resources"):
            yield PARENT, Answer.UNKNOWN, "Whether its Azure resource still exists is not in the evidence."
        elif not _collected(context, f"azure:{resource}") and not _runs(context.snapshot, node):
            yield PARENT, Answer.YES, f"Its Azure resource {resource.rpartition('/')[2]} does not exist any more."


def _collected(context: RuleContext, identity: str) -> bool:
    found = context.node(identity)
    return found is not None and found.collected


def _runs(snapshot: Snapshot, node: Node) -> bool:
    return any(kind is EdgeKind.RUNS_AS for kind, _ in _entries(snapshot, node))


def _without_use(context: RuleContext, node: Node, owner: Answer) -> Iterator[tuple[str, Answer, str]]:
    if owner is Answer.NO:
        return
    limit = context.policy.unused_privilege_days
    found = dormant.judged(context, node, _use(node), limit, "")
    if found.verdict is Answer.YES:
        yield UNUSED, Answer.YES, f"Nobody is known to answer for it, and no sign-in is seen within {limit} days."
    elif found.verdict is Answer.UNKNOWN:
        yield UNUSED, Answer.UNKNOWN, found.reason


def judge_standing(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield whether each identity has full control, or H1 to H4, at all times."""
    looked = Looked(snapshot)
    for node in context.nodes(*KINDS):
        held = held_by(snapshot, context, node)
        found = replace(_standing(snapshot, context, node, held, looked), last_used=last_used(node))
        yield looked.at(found, node.scope, _asked(node, looked))


def _row(node: Node, question: str, verdict: Answer, reason: str) -> Judgement:
    return Judgement(node.id, node.kind.value, question, verdict, reason)


def _asked(node: Node, looked: Looked) -> tuple[str, ...]:
    """Return what grants rest on: both ends of an app role's list show the same, so one of them is enough."""
    ends = [each for each in _GRANTS[1:] if looked.answered(node.scope, each)]
    return (_GRANTS[0], *(ends or _GRANTS[1:]))


def _seen(node: Node, looked: Looked) -> bool:
    """Return whether both directory roles and app roles were looked at; either end of an app role's list will do."""
    return looked.answered(node.scope, _GRANTS[0]) and any(looked.answered(node.scope, each) for each in _GRANTS[1:])


def _standing(snapshot: Snapshot, context: RuleContext, node: Node, held: Held | None, looked: Looked) -> Judgement:
    question = "standing"
    if held is None:
        if names := node.attributes.get("unclassified"):
            return _row(node, question, Answer.UNKNOWN, f"What {', '.join(names)} is worth is not known.")
        if not _seen(node, looked):
            return _row(node, question, Answer.UNKNOWN, "What it is granted is not in the evidence.")
        return _row(node, question, Answer.NO, "It holds neither full control nor one of the classes H1 to H4 itself.")
    if node.attributes.get("active") is False:
        return _row(node, question, Answer.NO, f"It has {held.words}, and is disabled: nobody can be it now.")
    if held.duration is Duration.LIMITED:
        return _row(node, question, Answer.NO, f"It has {held.words} only when activated, approved or for a time.")
    if held.rank > 0:
        return _row(
            node, question, Answer.UNKNOWN, f"Whether it has {held.words} depends: {held.why or 'see its path'}."
        )
    return _entered(snapshot, context, node, held, looked)


def _entered(snapshot: Snapshot, context: RuleContext, node: Node, held: Held, looked: Looked) -> Judgement:
    ways = [
        (kind, number)
        for kind, number in _entries(snapshot, node)
        if context.levels[number] > 0 and snapshot.arrays.traversable[number]
    ]
    if ways:
        shown = ", ".join(sorted({_WORDS[kind] for kind, _ in ways}))
        grants = [grant for edge in held.edges for grant in snapshot.edge(edge).grants]
        found = _row(node, "standing", Answer.YES, f"It has {held.words} at any time, by {shown}.")
        return replace(found, grants=tuple(dict.fromkeys(grants)), state=held.state)
    if node.kind is NodeKind.ENTRA_MANAGED_IDENTITY:
        why = "whether a resource carries it is not in the evidence"
        return _row(node, "standing", Answer.UNKNOWN, f"It has {held.words}; {why}.")
    if node.attributes.get("foreign") or not looked.answered(node.scope, "applications"):
        return _row(node, "standing", Answer.UNKNOWN, f"It has {held.words}; its credentials are not in the evidence.")
    return _row(node, "standing", Answer.NO, f"It has {held.words} and no valid credential: nobody can be it now.")


_WORDS = {
    EdgeKind.AUTHENTICATES_AS: "a credential",
    EdgeKind.FEDERATES_INTO: "a federated token",
    EdgeKind.RUNS_AS: "the resource that it belongs to",
    EdgeKind.CAN_IMPERSONATE: "whoever acts as it",
}


def _entries(snapshot: Snapshot, node: Node) -> Iterator[tuple[EdgeKind, int]]:
    """Yield the edges by which somebody is the identity, with their kind."""
    arrays, number = snapshot.arrays, snapshot.node_index(node.id)
    edges = arrays.r_edge[arrays.r_indptr[number] : arrays.r_indptr[number + 1]].astype(np.int64)
    for kind in _ENTERED_BY:
        for edge in edges[arrays.edge_kind[edges] == snapshot.edge_kind_code(kind)].tolist():
            yield kind, edge


def judge_unused(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield whether each identity has privilege and did not sign in within the policy's limit."""
    looked = Looked(snapshot)
    limit = context.policy.unused_privilege_days
    for node in context.nodes(*KINDS):
        held = held_by(snapshot, context, node)
        idle = dormant.judged(context, node, _use(node), limit, "").verdict
        if held is None:
            answer = Answer.NO if _seen(node, looked) and not node.attributes.get("unclassified") else Answer.UNKNOWN
            reason = "It has no privilege: neither full control nor one of the classes H1 to H4."
            reason = reason if answer is Answer.NO else "What it is granted is not in the evidence, or not classified."
        elif idle is Answer.YES:
            answer, reason = Answer.YES, f"It has {held.words}, and no sign-in is seen within {limit} days."
        elif idle is Answer.NO:
            answer = Answer.UNKNOWN
            reason = f"It has {held.words} and is in use; which of its permissions it uses is in no answer of Graph."
        else:
            answer, reason = Answer.UNKNOWN, f"It has {held.words}; whether it is in use is not in the evidence."
        found = replace(_row(node, "unused", answer, reason), last_used=last_used(node))
        yield looked.at(found, node.scope, (*_asked(node, looked), _SIGN_INS))


QUESTIONS = {
    "orphaned": judge_orphaned,
    "dormant": judge_dormant,
    "standing": judge_standing,
    "unused": judge_unused,
}
"""By name of the question; crossing is judged by one rule for every provider."""
