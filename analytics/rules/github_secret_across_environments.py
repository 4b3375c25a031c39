"""Rule github-secret-across-environments: jobs of several environments use one secret.

Input: a snapshot. Output: one verdict for each secret that jobs use.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import named
from analytics.rules._environments import PRODUCTION, SHARED, spelled
from analytics.rules._github import FILES, github_estate
from analytics.rules._github_jobs import jobs
from analytics.rules._github_secrets import Secret, secrets
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-secret-across-environments",
    title="One secret for several environments",
    question="Is one secret of Actions used by jobs of several environments?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "A secret of the repository is the same in test and in production, and a job of either reads it: no "
        "reviewer of the production environment stands before it, and a slip in test spends production's "
        "credential."
    ),
    remediation=(
        "Give each environment a secret of that name of its own, with a credential of its own, and delete the "
        "repository's."
    ),
    references=(
        Reference(
            "https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments", "2026-11"
        ),
        Reference("https://docs.github.com/actions/concepts/security/secrets", "2026-11"),
    ),
    frameworks=(
        "NHI8:2025",
        "NHI9:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-4",
        "ISO/IEC 27001:2022 A.8.31",
    ),
    since="0.2.0",
    limits=(
        "Environments are what jobs name; one that an expression names is not known.",
        "Some secrets, such as a token of a package registry, are meant for all; suppress the finding where it is so.",
        "Different spellings of a name count as one where they are common (prod, production, live).",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a secret that jobs use."""
    known, all_jobs = github_estate(context), jobs(context)
    yield from known.not_looked_at("Which jobs use secrets is not known", FILES)
    for secret in secrets(context):
        if not secret.users:
            continue
        named_ones = {all_jobs[job].environment for job in secret.users if job in all_jobs} - {""}
        found = {spelled(name) for name in named_ones - {"*"}} - SHARED
        if len(found) > 1:
            yield _failed(secret, sorted(found))
        elif "*" in named_ones:
            yield Verdict.not_judged(secret.node.id, "A job that uses it names its environment by an expression.")
        else:
            yield Verdict.passed(secret.node.id)


def _failed(secret: Secret, names: list[str]) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        secret.node.id,
        f"{secret.node.name} of {secret.holder} is used by jobs of {named(names)}.",
        severity=Severity.MEDIUM if PRODUCTION in names else Severity.LOW,
        related=secret.users[:10],
    )
