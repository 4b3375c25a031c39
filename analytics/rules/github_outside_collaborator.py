"""Rule github-outside-collaborator: an outside collaborator writes to a repository that leads far.

Input: a snapshot. Output: one verdict for each outside collaborator, or one a repository.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import github_estate, repository_of
from analytics.rules._github_jobs import jobs
from analytics.rules._github_stakes import Stake, stakes
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-outside-collaborator",
    title="Outsider writes where it matters",
    question="Does somebody who is no member write to or administer a repository that leads to identities elsewhere?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "An outside collaborator is in no team, often under no single sign-on and no offboarding of ours. Whoever "
        "writes to the repository chooses what its workflows do, so the outsider has what they have."
    ),
    remediation=(
        "Take the role back when the work is over, give read or triage where that is enough, or let the outsider "
        "work in a fork. Put a required review before the branches and environments that matter."
    ),
    references=(
        Reference(
            "https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-outside-collaborators"
        ),
        Reference(
            "https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization",
            "2026-11",
        ),
    ),
    frameworks=(
        "NHI3:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "NIST SP 800-53 AC-20",
        "CIS Controls 8.1 6.2",
        "ISO/IEC 27001:2022 A.5.19",
    ),
    since="0.2.0",
    limits=(
        "Outside collaborators who write to repositories that lead nowhere and hold no secret pass.",
        "A way that needs a review or an approval counts: the finding says where it leads, not that nobody "
        "stands before it.",
        "Accounts of machines are not told from people.",
    ),
)

_LISTS = ("orgs.list-outside-collaborators", "repos.list-collaborators")
_ROLES = {"github-repository-admin": "administers", "github-push-workflow": "writes to"}


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an outside collaborator, or one a repository where that matters."""
    yield from github_estate(context).not_looked_at("Who collaborates from outside is not known in full", *_LISTS)
    arrays = snapshot.arrays
    people = {
        snapshot.node_index(node.id): node
        for node in context.nodes(NodeKind.GITHUB_USER)
        if node.attributes.get("role") == "outside"
    }
    holding = {job.repository for job in jobs(context).values() if job.secrets}
    found: dict[str, list[Verdict]] = {}
    for technique, verb in _ROLES.items():
        for edge in github_estate(context).edges(technique):
            node = people.get(int(arrays.edge_source[edge]))
            name = repository_of(snapshot.node_id(int(arrays.indices[edge])))
            if node is not None and name:
                verdict = _judge(snapshot, context, node, name, verb, edge, secrets=name in holding)
                if verdict is not None:
                    found.setdefault(node.id, []).append(verdict)
    for node in people.values():
        yield from found.get(node.id) or [Verdict.passed(node.id)]


def _judge(
    snapshot: Snapshot, context: RuleContext, node: Node, name: str, verb: str, edge: int, *, secrets: bool
) -> Verdict | None:
    stake = stakes(context).of_repository(name)
    if stake is Stake.UNKNOWN and not secrets:
        return Verdict.not_judged(
            node.id, f"What {name}, which {node.name} {verb}, leads to rests on missing evidence."
        )
    if stake is Stake.NONE and not secrets:
        return None
    leads = stakes(context).words_of_repository(name) or "holds secrets in its jobs"
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{node.name}, who is no member of {node.scope}, {verb} {name}, which {leads}.",
        key=name,
        severity=stake.severity,
        grants=tuple(grant.id for grant in snapshot.grants_of(edge)),
        related=(f"github:repo:{name}",),
    )
