"""Rule github-foreign-inherit: secrets are inherited by a workflow of another owner.

Input: a snapshot. Output: one verdict for each job that calls a reusable workflow of another owner.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted
from analytics.rules._github import FILES, github_estate
from analytics.rules._github_jobs import Job, jobs
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.evaluate.github.workflows import CALLED, pinned
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-foreign-inherit",
    title="All secrets are handed to another owner's workflow",
    question="Does a job hand every secret in its scope to a reusable workflow of another owner?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "With `secrets: inherit` the called workflow reads whatever the repository and the organization let the "
        "caller read, today and after the next secret is added. Its owner is somebody else."
    ),
    remediation=(
        "Hand over the secrets that are needed by name, name the called workflow by its full commit, or copy it "
        "into the organization."
    ),
    references=(
        Reference("https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows", "2026-11"),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI2:2025",
        "NHI3:2025",
        "ASI04",
        "NIST CSF 2.0 GV.SC-07",
        "NIST SP 800-53 AC-6",
        "ISO/IEC 27001:2022 A.5.21",
    ),
    since="0.2.0",
    limits=(
        "Whether the call may inherit is GitHub's to decide: across organizations of no common enterprise it "
        "may pass nothing.",
        "An organization of ours that was not collected counts as another owner.",
        "Steps that print all secrets to an action are not told apart from other uses.",
    ),
)

_LISTS = ("actions.list-org-secrets", "actions.list-repo-secrets", "actions.list-environment-secrets")


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a job that calls a workflow elsewhere."""
    known = github_estate(context)
    yield from known.not_looked_at("What workflows call is not known", FILES)
    for job in jobs(context).values():
        called = CALLED.fullmatch(str(job.node.attributes.get("calls", "")))
        if called is None:
            continue
        owner = called.group(1).partition("/")[0].lower()
        ours = owner in known.organizations
        if ours or not job.gets_all:
            yield Verdict.passed(job.node.id)
        else:
            listed = known.looked_at(job.node.scope, *_LISTS)
            yield _failed(job, called.group(1), called.group(2), listed=listed)


def _failed(job: Job, name: str, ref: str, *, listed: bool) -> Verdict:
    fixed, count = pinned(ref), len(job.secrets)
    many = f"{counted(count, 'secret')} now" if listed else "how many was not looked at"
    return Verdict(
        Outcome.FAILED,
        job.node.id,
        f"{job.node.name} hands every secret in scope ({many}) to {name}, "
        + ("at one commit." if fixed else f"by {ref}, which can be moved."),
        severity=Severity.LOW if listed and not count else Severity.MEDIUM if fixed else Severity.HIGH,
        related=(job.workflow, *job.secrets[:10]),
    )
