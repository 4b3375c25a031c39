"""Orphaned: whether nobody, or nothing, is left that an identity is for.

Input: a snapshot, ``RuleContext``. Output: a judgement for each user, role and root user.
Signs, any of which is enough:
- ``no living owner``: what rule ``no-living-owner`` finds;
- ``deleted parent``: its trust lets in only principals, tokens or providers that do not exist any more, or only a
  service of which nothing runs as it although its workloads were all looked at, and it is not in use;
- ``departed vendor``: its trust lets in only outside accounts that nobody declares (any more), and it is not in use;
- ``unused``: it is dormant, and nobody is known to answer for it.
Not handled: owners in systems that were not declared; workloads of services that are not read (unknown).
A living owner and no use is dormant, not orphaned: somebody can be asked.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analytics.privilege.answers import Answer, Judgement, Looked
from analytics.privilege.dormant import last_used, use_of
from analytics.privilege.parents import Parents
from analytics.rules import no_living_owner
from analytics.rules._context import RuleContext
from analytics.rules._identities import made_by_aws
from analytics.rules._use import idleness
from analytics.verdicts import Outcome, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["QUESTION", "judge"]

QUESTION = "orphaned"
OWNER, PARENT, VENDOR, UNUSED = "no living owner", "deleted parent", "departed vendor", "unused"
_BASE = ("iam.get_account_authorization_details",)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One thing looked at: a sign, fine, or not known."""

    name: str
    answer: Answer
    reason: str
    grants: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()


def judge(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield one judgement an identity."""
    looked = Looked(snapshot)
    owners = {verdict.subject: verdict for verdict in no_living_owner.evaluate(snapshot, context)}
    parents = Parents(snapshot, context, looked)
    for node in context.nodes(NodeKind.AWS_USER, NodeKind.AWS_ROLE, NodeKind.AWS_ROOT):
        signs = list(_signs(context, node, owners.get(node.id), parents))
        found = replace(_together(node, signs), last_used=last_used(context, node))
        operations = {*_BASE, *(operation for sign in signs for operation in sign.operations)}
        yield looked.at(found, node.scope, operations)


def _signs(context: RuleContext, node: Node, owner: Verdict | None, parents: Parents) -> Iterator[_Sign]:
    answers = _owner(node, owner)
    yield answers
    idle = idleness(context, use_of(context, node), context.policy.unused_privilege_days)
    if answers.answer is not Answer.NO and not made_by_aws(node) and node.kind is not NodeKind.AWS_ROOT:
        operations = ("iam.get_credential_report",) if node.kind is NodeKind.AWS_USER else ()
        if idle.outcome is Outcome.FAILED:
            limit = context.policy.unused_privilege_days
            why = f"Nobody is known to answer for it, and no use is seen within {limit} days."
            yield _Sign(UNUSED, Answer.YES, why, operations=operations)
        elif idle.outcome is Outcome.NOT_JUDGED:
            yield _Sign(UNUSED, Answer.UNKNOWN, idle.reason, operations=operations)
    if node.kind is NodeKind.AWS_ROLE and not node.attributes.get("service_linked"):
        for name, found in ((PARENT, parents.gone(node, idle)), (VENDOR, parents.left(node, idle))):
            yield _Sign(name, found.answer, found.reason, found.grants, found.operations)


def _owner(node: Node, verdict: Verdict | None) -> _Sign:
    if verdict is not None:
        answer = {Outcome.FAILED: Answer.YES, Outcome.PASSED: Answer.NO}.get(verdict.outcome, Answer.UNKNOWN)
        return _Sign(OWNER, answer, verdict.message)
    if node.attributes.get("owner") and node.attributes.get("owner_active"):
        return _Sign(OWNER, Answer.NO, "")
    what = (
        "The root user belongs to its account"
        if node.kind is NodeKind.AWS_ROOT
        else "AWS made it for a service or people"
    )
    return _Sign(OWNER, Answer.UNKNOWN, f"{what}; who answers for that is not in the evidence.")


def _together(node: Node, signs: list[_Sign]) -> Judgement:
    yes = [sign for sign in signs if sign.answer is Answer.YES]
    told = yes or [sign for sign in signs if sign.answer is Answer.UNKNOWN]
    answer = Answer.YES if yes else Answer.UNKNOWN if told else Answer.NO
    return Judgement(
        node.id,
        node.kind.value,
        QUESTION,
        answer,
        " ".join(dict.fromkeys(sign.reason for sign in told)) or "Somebody who is still here answers for it.",
        signs=tuple(sign.name for sign in yes),
        grants=tuple(dict.fromkeys(grant for sign in yes for grant in sign.grants)),
    )
