"""Since when an application did not sign in, as the sign-in report tells it.

Input: an identity whose tenant's report was looked at, a limit in days. Output: what is too long ago, passed, or not
judged.
Handled: an application that is younger than the limit; one that the report does not name.
Not handled: managed identities and agents, of which nothing published says that the report has them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from analytics.rules._context import LOWER_BOUND, NO_TIME, RuleContext, parse_moment
from analytics.rules._entra import counted
from analytics.rules._keys import days_between
from analytics.verdicts import Verdict
from graph.evaluate.entra.ids import tenant_node
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["judge_use", "report_seen", "without_report"]


def report_seen(node: Node) -> bool:
    """Return whether the sign-in report of an identity's tenant was looked at."""
    return bool(node.attributes.get("last_used_known"))


def without_report(nodes: Iterable[Node]) -> Iterator[Verdict]:
    """Yield one not-judged verdict for each tenant of some identities whose sign-in report was not looked at."""
    for scope in sorted({node.scope for node in nodes if not report_seen(node)}):
        yield Verdict.not_judged(tenant_node(scope), "The sign-in report is not in the evidence.")


def judge_use(node: Node, context: RuleContext, limit: int) -> Verdict | str:
    """Return for how long an identity was not used, as words; a verdict when that is no fault or not known."""
    facts = node.attributes
    if node.kind is not NodeKind.ENTRA_SERVICE_PRINCIPAL:
        return Verdict.not_judged(node.id, "Whether the sign-in report names all identities of its kind is not known.")
    if context.as_of is None:
        return Verdict.not_judged(node.id, NO_TIME)
    used, made = parse_moment(facts.get("last_used_at")), parse_moment(facts.get("created_at"))
    last = used or made
    if last is None:
        return Verdict.not_judged(node.id, "It never signed in, and the evidence does not say when it was made.")
    if context.as_of - last <= timedelta(days=limit):
        if context.as_of_is_lower_bound:
            return Verdict.not_judged(node.id, LOWER_BOUND)
        return Verdict.passed(node.id)
    days = days_between(last, context.as_of)
    if used:
        return f"did not sign in for {counted(days, 'day')}"
    return f"was made {counted(days, 'day')} ago and the report has no sign-in of it"
