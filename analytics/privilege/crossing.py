"""Crossing: whether an identity of one environment reaches another one.

Input: a snapshot, ``RuleContext``. Output: a judgement for each user and role of the customer's own and each identity
of a tenant, with the steps.
Handled: what rule ``cross-environment`` judges; several environments reached are one judgement, told together.
Not handled: which crossing is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from analytics.privilege import entra
from analytics.privilege.answers import Answer, Judgement, Looked, joined
from analytics.privilege.dormant import last_used
from analytics.rules import cross_environment
from analytics.rules._context import RuleContext
from analytics.rules._environments import environments
from analytics.rules._identities import non_human
from analytics.verdicts import Verdict
from graph.snapshot import Snapshot

__all__ = ["QUESTION", "judge"]

QUESTION = "crossing"
_OPERATIONS = ("iam.get_account_authorization_details", "resourcegroupstaggingapi.get_resources")


def judge(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield one judgement an identity."""
    looked = Looked(snapshot)
    known = environments(snapshot, context)
    verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in cross_environment.evaluate(snapshot, context):
        verdicts[verdict.subject].append(verdict)
    for node in non_human(context):
        mine = verdicts[node.id] or verdicts[f"aws:account:{node.scope}"]
        if not mine:  # the rule says so once an account, and a tenant or imported system is none
            mine = [Verdict.not_judged(node.id, "Nothing says which environments there are.")]
        home = known.of(snapshot.node_index(node.id))
        most = context.policy.cross_environment_steps
        found = joined(node, QUESTION, mine, f"It belongs to {home} and gets into no other within {most} steps.")
        signs = tuple(f"{home} to {each.key}" for each in mine if each.key) if found.verdict is Answer.YES else ()
        of_aws = node.source == "aws"
        told = last_used(context, node) if of_aws else entra.last_used(node)
        found = replace(found, signs=signs, last_used=told)
        yield looked.at(found, node.scope, _OPERATIONS if of_aws else ())
