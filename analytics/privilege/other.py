"""Orphaned, dormant, standing, unused: the questions about privilege, for identities of imported tables and graphs.

Input: a snapshot, ``RuleContext``. Output: judgements of identities of systems that no collector reads.
Handled: stated owners, stated last use, stated grants and uses; credentials that prove an identity.
Not handled: whether a table is complete. A table that is there counts as all that its system has of it; a graph of
another tool tells neither owners nor use, so of its identities those questions are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analytics.privilege import dormant
from analytics.privilege.answers import Answer, Judgement, Looked, answer_of
from analytics.privilege.durations import Duration
from analytics.privilege.held import Held, held_by
from analytics.rules import no_living_owner
from analytics.rules._context import RuleContext, parse_moment
from analytics.rules._use import Use
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["KINDS", "QUESTIONS", "last_used"]

KINDS = (NodeKind.OTHER_IDENTITY,)
_IDENTITIES, _GRANTS, _CREDENTIALS = "identities", "grants", "credentials"
OWNER, UNUSED = "no living owner", "unused"


def _use(node: Node) -> Use:
    last = parse_moment(node.attributes.get("last_used_at"))
    known = bool(node.attributes.get("last_used_known"))
    gap = "" if known or last else "When it was used last is not in the evidence."
    return Use(last, last or parse_moment(node.attributes.get("created_at")), gap)


def last_used(node: Node) -> str:
    """Return when an identity was used last: a time, ``never`` or ``unknown``."""
    return dormant.use_text(_use(node))


def _held(snapshot: Snapshot, context: RuleContext, node: Node) -> Held | None:
    """Return the best privilege of an identity itself or of a group that it is in, however deep.

    Notes
    -----
    What comes through a membership is no surer than the membership.
    """
    arrays, inherits = snapshot.arrays, snapshot.edge_kind_code(EdgeKind.INHERITS)
    best: Held | None = None
    waiting, seen = [(snapshot.node_index(node.id), State.VERIFIED)], {snapshot.node_index(node.id)}
    while waiting:
        number, state = waiting.pop()
        found = held_by(snapshot, context, snapshot.node(number))
        if found is not None:
            found = replace(found, state=min(found.state, state), why=found.why or _doubt(state))
            best = found if best is None or _order(found) < _order(best) else best
        for edge in range(int(arrays.indptr[number]), int(arrays.indptr[number + 1])):
            target, level = int(arrays.indices[edge]), State(int(context.levels[edge]))
            if arrays.edge_kind[edge] == inherits and level is not State.VOID and target not in seen:
                seen.add(target)
                waiting.append((target, min(state, level)))
    return best


def _doubt(state: State) -> str:
    return "" if state is State.VERIFIED else "whether it is a member of the group that has it is open"


def _order(held: Held) -> tuple[int, bool, int]:
    return held.rank, not held.control, -held.state


def _row(node: Node, question: str, verdict: Answer, reason: str) -> Judgement:
    return Judgement(node.id, node.kind.value, question, verdict, reason, last_used=last_used(node))


def judge_dormant(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield whether each identity was used within the policy's limit."""
    looked = Looked(snapshot)
    for node in context.nodes(*KINDS):
        found = dormant.judged(context, node, _use(node), context.policy.unused_privilege_days, last_used(node))
        yield looked.at(found, node.scope, (_IDENTITIES, "uses"))


def judge_orphaned(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield whether nobody is left that each identity is for."""
    looked = Looked(snapshot)
    owners = {verdict.subject: verdict for verdict in no_living_owner.evaluate(snapshot, context)}
    for node in context.nodes(*KINDS):
        owner = answer_of(owners[node.id].outcome)
        signs = [(OWNER, owner, owners[node.id].message)]
        if owner is not Answer.NO:
            use = dormant.judged(context, node, _use(node), context.policy.unused_privilege_days, "")
            why = f"Nobody is known to answer for it. {use.reason}" if use.verdict is Answer.YES else use.reason
            signs.append((UNUSED, use.verdict, why))
        yes = [(name, reason) for name, answer, reason in signs if answer is Answer.YES]
        shown = yes or [(name, reason) for name, answer, reason in signs if answer is Answer.UNKNOWN]
        verdict = Answer.YES if yes else Answer.UNKNOWN if shown else Answer.NO
        reason = " ".join(reason for _, reason in shown) or "Somebody who is still here answers for it."
        found = replace(_row(node, "orphaned", verdict, reason), signs=tuple(name for name, _ in yes))
        yield looked.at(found, node.scope, (_IDENTITIES,))


def judge_standing(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield whether each identity has full control, or H1 to H4, at all times."""
    looked = Looked(snapshot)
    for node in context.nodes(*KINDS):
        yield looked.at(_standing(snapshot, context, node, looked), node.scope, (_GRANTS, _CREDENTIALS))


def _standing(snapshot: Snapshot, context: RuleContext, node: Node, looked: Looked) -> Judgement:
    held, question = _held(snapshot, context, node), "standing"
    if held is None and not looked.answered(node.scope, _GRANTS):
        return _row(node, question, Answer.UNKNOWN, "What it is granted is not in the evidence, or not all of it.")
    if held is None:
        return _row(
            node,
            question,
            Answer.NO,
            "It holds neither full control nor one of the classes H1 to H4, nor does a group of it.",
        )
    if node.attributes.get("active") is False:
        return _row(node, question, Answer.NO, f"It has {held.words}, and is disabled: nobody can be it now.")
    if held.duration is Duration.LIMITED:
        return _row(node, question, Answer.NO, f"It has {held.words} only when activated, approved or for a time.")
    if held.rank > 0:
        why = held.why or "see its path"
        return _row(node, question, Answer.UNKNOWN, f"Whether it has {held.words} depends: {why}.")
    grants = tuple(dict.fromkeys(grant for edge in held.edges for grant in snapshot.edge(edge).grants))
    found = _row(node, question, Answer.YES, f"It has {held.words} at any time.")
    return replace(found, grants=grants, state=held.state)


def judge_unused(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield whether each identity has privilege and was not used within the policy's limit."""
    looked = Looked(snapshot)
    for node in context.nodes(*KINDS):
        held = _held(snapshot, context, node)
        idle = dormant.judged(context, node, _use(node), context.policy.unused_privilege_days, "").verdict
        if held is None and looked.answered(node.scope, _GRANTS):
            answer, reason = Answer.NO, "It has no privilege: neither full control nor one of the classes H1 to H4."
        elif held is None:
            answer, reason = Answer.UNKNOWN, "What it is granted is not in the evidence, or not all of it."
        elif idle is Answer.YES:
            answer = Answer.YES
            reason = f"It has {held.words}, and no use is seen within {context.policy.unused_privilege_days} days."
        else:
            answer = Answer.UNKNOWN
            known = (
                " and is in use; which of its permissions it uses" if idle is Answer.NO else "; whether it is in use"
            )
            reason = f"It has {held.words}{known} is not in the evidence."
        yield looked.at(_row(node, "unused", answer, reason), node.scope, (_GRANTS, _IDENTITIES))


QUESTIONS = {
    "orphaned": judge_orphaned,
    "dormant": judge_dormant,
    "standing": judge_standing,
    "unused": judge_unused,
}
"""By name of the question; crossing is judged by one rule for every source."""
