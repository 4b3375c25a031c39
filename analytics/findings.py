"""Run the rules over a snapshot.

Input: a ``Snapshot``, a ``Policy``, a time. Output: ``RuleReport``, in an order that depends on nothing but the
content.
Not handled: history and suppressions (``analytics.state`` adds them); a rule that raises is a bug and is not caught.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from analytics.errors import AnalyticsError
from analytics.policy import Policy
from analytics.rules import RULES, Rule
from analytics.rules._context import RuleContext
from analytics.verdicts import (
    Confidence,
    Finding,
    GrantToRemove,
    NotJudged,
    Outcome,
    Reference,
    RuleMeta,
    RuleReport,
    Severity,
    Verdict,
    finding_id,
)
from graph.model import Node
from graph.snapshot import Snapshot
from graph.snapshot.columns import arrow_column

__all__ = [
    "Confidence",
    "Finding",
    "GrantToRemove",
    "NotJudged",
    "Outcome",
    "Reference",
    "RuleMeta",
    "RuleReport",
    "Severity",
    "Verdict",
    "evaluate",
    "finding_id",
    "judging_time",
]


def judging_time(snapshot: Snapshot) -> datetime | None:
    """Return the time that ages are judged by; ``None`` when the evidence stated none."""
    return snapshot.manifest.as_of if snapshot.manifest.facts.get("as_of_known", True) else None


def evaluate(
    snapshot: Snapshot,
    policy: Policy | None = None,
    as_of: datetime | None = None,
    *,
    rules: Mapping[str, Rule] | None = None,
) -> RuleReport:
    """Judge a snapshot by every rule that the policy does not turn off.

    Parameters
    ----------
    policy
        Default: the product's defaults.
    as_of
        Time to judge ages by, aware; default: the snapshot's own, and none when its evidence stated none.
    rules
        By id; default: all.

    Raises
    ------
    AnalyticsError
        A rule gives two findings with one id, or a verdict without what its outcome needs: a bug of that rule.
    """
    chosen = policy or Policy()
    context = RuleContext(snapshot, chosen, as_of or judging_time(snapshot))
    running = {rule_id: rule for rule_id, rule in sorted((rules or RULES).items()) if rule_id not in chosen.disabled}
    failed: list[tuple[RuleMeta, Verdict]] = []
    passed: dict[str, int] = {}
    not_judged: set[NotJudged] = set()
    for rule_id, rule in running.items():
        verdicts = list(rule.evaluate(snapshot, context))
        _check(rule_id, verdicts)
        passed[rule_id] = Counter(verdict.outcome for verdict in verdicts)[Outcome.PASSED]
        not_judged |= {NotJudged(rule_id, v.subject, v.message) for v in verdicts if v.outcome is Outcome.NOT_JUDGED}
        failed += [(rule.META, verdict) for verdict in verdicts if verdict.outcome is Outcome.FAILED]
    texts = _grant_rows(snapshot, {grant for _, verdict in failed for grant in verdict.grants})
    findings = [_finding(context, meta, verdict, texts) for meta, verdict in failed]
    return RuleReport(
        snapshot.id,
        context.as_of,
        tuple(sorted(findings, key=lambda row: (-row.severity, row.rule, row.subject, row.key))),
        passed,
        tuple(sorted(not_judged, key=lambda row: (row.rule, row.subject, row.reason))),
        disabled=chosen.disabled,
    )


def _check(rule_id: str, verdicts: Iterable[Verdict]) -> None:
    seen: set[str] = set()
    for verdict in verdicts:
        if verdict.outcome is not Outcome.PASSED and not verdict.message:
            raise AnalyticsError(f"rule {rule_id} gives a verdict without a message on `{verdict.subject}`")
        if verdict.outcome is Outcome.FAILED:
            number = finding_id(rule_id, verdict.subject, verdict.key)
            if number in seen:
                raise AnalyticsError(f"rule {rule_id} has two findings `{verdict.key}` on `{verdict.subject}`")
            seen.add(number)


def _grant_rows(snapshot: Snapshot, wanted: set[str]) -> dict[str, GrantToRemove]:
    """Look up the grants of all findings at once: the table may hold millions."""
    if not wanted:
        return {}
    import pyarrow as pa
    import pyarrow.compute

    # Arrow makes an array of a Python list only after importing pandas, which takes longer than judging the sample.
    ids = arrow_column(sorted(wanted), pa.large_string())
    rows = snapshot.table("grants").columns(["id", "text", "evidence"])
    compute: Any = pyarrow.compute
    found = rows.filter(compute.is_in(rows["id"].cast(pa.large_string()), value_set=ids))
    return {row["id"]: GrantToRemove(row["id"], row["text"], row["evidence"]) for row in found.to_pylist()}


def _finding(context: RuleContext, meta: RuleMeta, verdict: Verdict, texts: Mapping[str, GrantToRemove]) -> Finding:
    node = context.node(verdict.subject)
    grants = tuple(texts.get(grant, GrantToRemove(grant, grant, "")) for grant in verdict.grants)
    evidence = (*verdict.evidence, *(grant.evidence for grant in grants if grant.evidence), *_where(node))
    return Finding(
        id=finding_id(meta.id, verdict.subject, verdict.key),
        rule=meta.id,
        title=meta.title,
        subject=verdict.subject,
        subject_kind=node.kind.value if node else "",
        subject_name=node.name if node else verdict.subject,
        scope=node.scope if node else "",
        key=verdict.key,
        severity=context.policy.severity.get(meta.id) or verdict.severity or meta.severity,
        confidence=verdict.confidence or meta.confidence,
        state=verdict.state,
        message=verdict.message,
        owner=str(node.attributes.get("owner", "")) if node else "",
        owner_active=node.attributes.get("owner_active") if node else None,
        steps=verdict.steps,
        grants=grants,
        evidence=tuple(dict.fromkeys(evidence)),
        related=verdict.related,
        remediation=meta.remediation,
        frameworks=meta.frameworks,
    )


def _where(node: Node | None) -> tuple[str, ...]:
    return (node.evidence,) if node is not None and node.evidence else ()
