"""Rule github-fork-code: a workflow runs code of outsiders with secrets.

Input: a snapshot. Output: one verdict for each job.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import FILES, github_estate
from analytics.rules._github_entries import judge_entries
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-fork-code",
    title="Workflow runs the code of forks with secrets",
    question="Does a workflow run code that an outsider sends in a job that holds secrets or a token that writes?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "The events pull_request_target, workflow_run and issue_comment run with the secrets and the token of the "
        "repository. A job that then builds what the pull request brought hands both to whoever opened it."
    ),
    remediation=(
        "Build pull requests under `pull_request`, which has no secrets. Where the other event is needed, do not "
        "check out the head, give the job `permissions: {}` and no secrets, and pass results on as data."
    ),
    references=(
        Reference("https://docs.github.com/actions/reference/security/securely-using-pull_request_target", "2026-11"),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI2:2025",
        "NHI6:2025",
        "ASI05",
        "NIST CSF 2.0 PR.PS-01",
        "NIST SP 800-53 SI-7",
        "NIST SP 800-53 AC-6",
        "ISO/IEC 27001:2022 A.8.9",
    ),
    since="0.2.0",
    limits=(
        "Artifacts and caches that carry an outsider's code into a later job are not followed.",
        "A job that holds no secret, no token that writes, no token for other systems and no own machine passes.",
        "Where a job has a condition, or which version checks out is not told, the job is not judged.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a job."""
    yield from github_estate(context).not_looked_at("What workflows do is not known", FILES)
    yield from judge_entries(context, "github-fork-code-with-secrets", "Code that {who} sends runs in")
