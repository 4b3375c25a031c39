"""Rule github-write-deploy-key: a deploy key writes where it matters, or is old or unused.

Input: a snapshot. Output: one verdict for each deploy key.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import LOWER_BOUND, NO_TIME, RuleContext, parse_moment
from analytics.rules._entra import counted
from analytics.rules._github import github_estate
from analytics.rules._github_stakes import Stake, stakes
from analytics.rules._keys import days_between
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import EdgeKind, NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-write-deploy-key",
    title="Deploy key that writes",
    question="Does a deploy key write to a repository that leads to identities elsewhere, or is it old or unused?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A deploy key has no owner, no end and no second factor. One that writes pushes workflows, so whoever finds "
        "the private half gets what the repository's jobs get."
    ),
    remediation=(
        "Delete the key, or make it read-only. Where a machine must push, install a GitHub App on this one "
        "repository, whose tokens last an hour."
    ),
    references=(
        Reference(
            "https://docs.github.com/authentication/connecting-to-github-with-ssh/managing-deploy-keys", "2026-11"
        ),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI7:2025",
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5",
        "NIST SP 800-53 AC-6",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "Read-only and disabled keys pass, as do keys of repositories in which no workflow runs.",
        "Ages of an old and of an unused key are thresholds of the policy.",
        "GitHub tells the last use by day or not at all; a key without one counts as never used.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a deploy key."""
    yield from github_estate(context).not_looked_at(
        "Which deploy keys there are is not known", "repos.list-deploy-keys"
    )
    for node in context.nodes(NodeKind.GITHUB_DEPLOY_KEY):
        yield _judge(snapshot, context, node) if _pushes(snapshot, node) else Verdict.passed(node.id)


def _pushes(snapshot: Snapshot, node: Node) -> bool:
    arrays, number = snapshot.arrays, snapshot.node_index(node.id)
    kinds = arrays.edge_kind[arrays.indptr[number] : arrays.indptr[number + 1]]
    return bool((kinds == snapshot.edge_kind_code(EdgeKind.CAN_TAKE_OVER)).any())


def _judge(snapshot: Snapshot, context: RuleContext, node: Node) -> Verdict:
    stake = stakes(context).of(node.id)
    reasons = [f"which {stakes(context).words(node.id)}"] if stake >= Stake.IDENTITY else []
    ages = _ages(context, node)
    if not reasons and not ages:
        if stake is Stake.UNKNOWN:
            return Verdict.not_judged(node.id, "What its repository leads to rests on missing evidence.")
        if context.as_of is None or context.as_of_is_lower_bound:
            return Verdict.not_judged(node.id, NO_TIME if context.as_of is None else LOWER_BOUND)
        return Verdict.passed(node.id)
    where = str(node.attributes.get("repository", ""))
    who = str(node.attributes.get("added_by", ""))
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"The deploy key {node.name} writes to {', '.join([where, *reasons])}"
        + (f"; it {' and '.join(ages)}" if ages else "")
        + (f"; {who} added it." if who else "."),
        severity=max(stake.severity, Severity.MEDIUM if ages else Severity.LOW),
        grants=(node.id,),
        related=(f"github:repo:{where}",),
    )


def _ages(context: RuleContext, node: Node) -> list[str]:
    made, used = (parse_moment(node.attributes.get(name)) for name in ("created_at", "last_used_at"))
    last = used or made
    found: list[str] = []
    if context.as_of is None:
        return found
    if made is not None and (age := days_between(made, context.as_of)) > context.policy.github_key_days:
        found.append(f"is {counted(age, 'day')} old")
    if last is not None and (idle := days_between(last, context.as_of)) > context.policy.unused_key_days:
        found.append(f"was not used for {counted(idle, 'day')}" if used else "was never used")
    return found
