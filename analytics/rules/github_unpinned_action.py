"""Rule github-unpinned-action: a powerful job runs foreign code by a name that can be moved.

Input: a snapshot. Output: one verdict for each workflow file with a job that calls somebody else's code.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import named
from analytics.rules._github import FILES, github_estate
from analytics.rules._github_jobs import Job, jobs, power
from analytics.rules._github_stakes import Stake, stakes
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-unpinned-action",
    title="Foreign action by tag in a job that holds much",
    question="Does a job that holds secrets or tokens run another owner's action or workflow by tag or branch?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A tag can be moved. Whoever gets hold of the other repository moves it to code of his own, and every job "
        "that names the tag runs it with its secrets at the next start, with no change on our side to review."
    ),
    remediation=(
        "Name the full commit (`owner/action@<40 signs> # v4.2.1`) and let a tool propose newer ones. Give the job "
        "no more than it needs, and keep foreign actions out of the job that deploys."
    ),
    references=(Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),),
    frameworks=(
        "NHI3:2025",
        "ASI04",
        "NIST CSF 2.0 GV.SC-07",
        "NIST SP 800-53 SR-3",
        "NIST SP 800-53 SI-7",
        "CIS Controls 8.1 16.5",
        "ISO/IEC 27001:2022 A.5.21",
    ),
    since="0.2.0",
    limits=(
        "Actions of GitHub (`actions`, `github`) and of collected organizations are not reported; the second "
        "have an edge of their own in the graph.",
        "Actions that a called action calls, and images (`docker://`) by tag, are not looked at.",
        "Which releases are immutable, and which publishers are verified, is not known here.",
        "A job that holds no secret, no token that writes or leads elsewhere, and no own machine passes.",
    ),
)

_TECHNIQUE = "github-third-party-action"


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a workflow file."""
    known = github_estate(context)
    yield from known.not_looked_at("What workflows call is not known", FILES)
    foreign: dict[str, list[str]] = {}
    for edge in known.edges(_TECHNIQUE):
        job = snapshot.node_id(int(snapshot.arrays.indices[edge]))
        name = snapshot.node_id(int(snapshot.arrays.edge_source[edge])).removeprefix("github:repo:")
        foreign.setdefault(job, []).append(name)
    files: dict[str, list[Job]] = {}
    for row in jobs(context).values():
        files.setdefault(row.workflow, []).append(row)
    for workflow, rows in sorted(files.items()):
        yield _judge(context, workflow, [each for each in rows if each.node.id in foreign], foreign)


def _judge(context: RuleContext, workflow: str, rows: list[Job], foreign: dict[str, list[str]]) -> Verdict:
    strong = [(job, held) for job in rows if (held := power(context, job))]
    if not strong:
        if any(job.written is None for job in rows):
            return Verdict.not_judged(workflow, "What GITHUB_TOKEN may do by default was not looked at.")
        return Verdict.passed(workflow)
    node = context.node(workflow)
    names = sorted({name for job, _ in strong for name in foreign[job.node.id]})
    job, held = max(strong, key=lambda row: (len(row[1]), row[0].node.id))
    worst = any(stakes(context).of(each.node.id) is Stake.ADMIN for each, _ in strong)
    little = all(each.little for each, _ in strong)
    return Verdict(
        Outcome.FAILED,
        workflow,
        f"{node.name if node else workflow} runs {named(names)} by tag or branch; job "
        f"{job.node.id.rpartition('#')[2]} holds {' and '.join(held)}.",
        severity=Severity.HIGH if worst else Severity.LOW if little else Severity.MEDIUM,
        evidence=(job.node.evidence,),
        related=tuple(f"github:repo:{name}" for name in names),
    )
