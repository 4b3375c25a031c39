"""Rule github-open-environment: an environment is open to any run.

Input: a snapshot. Output: one verdict for each environment.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted
from analytics.rules._github import github_estate, sleeps
from analytics.rules._github_stakes import Stake, stakes
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-open-environment",
    title="Environment without a lock",
    question="May any run of the repository use an environment that holds secrets or becomes an identity elsewhere?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "An environment is a lock only where somebody must approve or where only some branches may use it. Without "
        "either, a job on any branch names the environment and has its secrets and its subject."
    ),
    remediation=(
        "Set required reviewers who may not approve their own runs, or restrict the environment to the protected "
        "default branch."
    ),
    references=(
        Reference(
            "https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments", "2026-11"
        ),
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
    ),
    frameworks=(
        "NHI6:2025",
        "NHI8:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-3",
        "NIST SP 800-53 CM-5",
        "ISO/IEC 27001:2022 A.8.31",
    ),
    since="0.2.0",
    limits=(
        "A wait timer only delays and counts as no lock.",
        "Branches that the environment is restricted to may be open themselves: github-open-default-branch asks "
        "about those.",
        "An app that guards the environment counts as a lock; what it asks for is not known.",
        "Plans of GitHub that have no reviewers for private repositories are not told apart.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an environment."""
    yield from github_estate(context).not_looked_at("Which environments there are is not known", _LIST)
    ways = _ways(snapshot, context)
    for node in context.nodes(NodeKind.GITHUB_ENVIRONMENT):
        yield _judge(snapshot, context, node, ways.get(node.id, State.VOID))


_LIST = "repos.get-all-environments"


def _ways(snapshot: Snapshot, context: RuleContext) -> dict[str, State]:
    """Return how surely any run gets into each environment."""
    arrays, found = snapshot.arrays, dict[str, State]()
    for edge in github_estate(context).edges("github-use-environment"):
        source = snapshot.node_id(int(arrays.edge_source[edge]))
        if source.startswith("github:actions:") and not sleeps(context, source):
            place = snapshot.node_id(int(arrays.indices[edge]))
            found[place] = max(found.get(place, State.VOID), State(int(context.levels[edge])))
    return found


def _secrets(snapshot: Snapshot, node: Node) -> int:
    arrays, number = snapshot.arrays, snapshot.node_index(node.id)
    kinds = arrays.edge_kind[arrays.indptr[number] : arrays.indptr[number + 1]]
    return int((kinds == snapshot.edge_kind_code(EdgeKind.CAN_ACCESS)).sum())


def _judge(snapshot: Snapshot, context: RuleContext, node: Node, way: State) -> Verdict:
    stake, count = stakes(context).of(node.id), _secrets(snapshot, node)
    if way in (State.VOID, State.CONDITIONAL) or (stake is Stake.NONE and not count):
        return Verdict.passed(node.id)
    if way is State.UNVERIFIED:
        return Verdict.not_judged(node.id, "It is for some branches; which ones, or their rules, was not looked at.")
    if stake is Stake.UNKNOWN and not count:
        return Verdict.not_judged(node.id, "What it leads to rests on missing evidence.")
    held = [f"holds {counted(count, 'secret')}"] if count else []
    held += [stakes(context).words(node.id)] if stake >= Stake.IDENTITY else []
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"Any run of the repository uses {node.name}, which {' and '.join(held)}; nobody approves, no branch is set.",
        severity=stake.severity,
    )
