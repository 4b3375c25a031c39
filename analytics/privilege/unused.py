"""Unused: whether an identity has privilege (full control, or H1 to H4) that it has not used.

Input: a snapshot, ``RuleContext``. Output: a judgement for each user and role of the customer's own.
Handled: what rule ``aws-unused-privilege`` judges, and the difference it does not make: an identity in use of which no
service last accessed data was collected may leave privilege unused, so it is unknown and not fine.
Not handled: which actions were used, unless AWS tells services.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from analytics.privilege.answers import Answer, Judgement, Looked, joined
from analytics.privilege.dormant import last_used
from analytics.privilege.held import Held, held_by
from analytics.rules import aws_unused_privilege
from analytics.rules._context import RuleContext
from analytics.rules._identities import identities, policies_seen
from analytics.rules._impact_reach import held_classes, impact_gains
from analytics.rules._use import idleness, last_use, service_moments
from analytics.verdicts import Outcome, Verdict
from graph.kinds import State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["QUESTION", "judge"]

QUESTION = "unused"
_OPERATIONS = (
    "iam.get_account_authorization_details",
    "iam.get_credential_report",
    "iam.get_service_last_accessed_details",
)


def judge(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield one judgement an identity."""
    looked = Looked(snapshot)
    verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in aws_unused_privilege.evaluate(snapshot, context):
        verdicts[verdict.subject].append(verdict)
    for node in identities(context):
        found = joined(node, QUESTION, verdicts[node.id], "")
        if found.verdict is Answer.NO:
            found = _no_or_unknown(snapshot, context, node, found)
        yield looked.at(replace(found, last_used=last_used(context, node)), node.scope, _OPERATIONS)


def _no_or_unknown(snapshot: Snapshot, context: RuleContext, node: Node, found: Judgement) -> Judgement:
    gains = impact_gains(snapshot, context).get(node.id, ())
    if not (held_classes(node.attributes) or gains or context.admins.get(node.id)) and policies_seen(node):
        own = held_by(snapshot, context, node)
        if own is not None:
            return _conditional(context, node, found, own)
        return replace(found, reason="It has no privilege: neither full control nor one of the classes H1 to H4.")
    if service_moments(node):
        return replace(found, reason="Services of each class of privilege that it holds were used within the limit.")
    why = "It is in use; which of its privileges it uses is not known (no service last accessed data)."
    return replace(found, verdict=Answer.UNKNOWN, reason=why)


def _conditional(context: RuleContext, node: Node, found: Judgement, held: Held) -> Judgement:
    """Judge privilege that the rule passes over, as it is held under a condition."""
    limit = context.policy.unused_privilege_days
    idle = idleness(context, last_use(context, node), limit)
    what = f"It has {held.words} under a condition ({held.why})" if held.why else f"It has {held.words}"
    if idle.outcome is Outcome.FAILED and held.state is State.VERIFIED:
        return replace(found, verdict=Answer.YES, reason=f"{what}, and no use is seen within {limit} days.")
    if idle.outcome is Outcome.PASSED:
        return replace(found, verdict=Answer.UNKNOWN, reason=f"{what}; it is in use, and for what is not known.")
    why = idle.reason if idle.outcome is Outcome.NOT_JUDGED else f"No use is seen within {limit} days."
    return replace(found, verdict=Answer.UNKNOWN, reason=f"{what}; whether that holds is not known. {why}")
