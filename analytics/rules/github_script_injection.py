"""Rule github-script-injection: an outsider's text is part of a command.

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
    id="github-script-injection",
    title="Text of outsiders becomes part of a command",
    question=(
        "Does a workflow put text that an outsider writes into a command of a job that holds secrets or a token "
        "that writes?"
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "The title of an issue or the name of a branch is put into the script before it runs. A title that ends the "
        "quotation and goes on with a command is a command."
    ),
    remediation=(
        "Give the text to the step as an environment variable and use the variable, quoted; lower `permissions` of "
        "the job."
    ),
    references=(
        Reference("https://docs.github.com/actions/concepts/security/script-injections", "2026-11"),
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
        "Only expressions in `run` and in the script of actions/github-script count; what other actions do with "
        "their inputs is not known.",
        "Inputs of whoever starts a workflow by hand are those of people who write, and are not reported here.",
        "A job that holds no secret, no token that writes, no token for other systems and no own machine passes.",
        "Where a job has a condition, it is not judged.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a job."""
    yield from github_estate(context).not_looked_at("What workflows do is not known", FILES)
    yield from judge_entries(context, "github-script-injection", "Text that {who} writes becomes part of a command in")
