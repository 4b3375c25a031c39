"""Rule github-wide-secret: a secret is for all repositories and few use it.

Input: a snapshot. Output: one verdict for each secret of an organization.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted, named
from analytics.rules._github import FILES, github_estate, repository_of
from analytics.rules._github_secrets import Secret, held_by, readers, secrets
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-wide-secret",
    title="Organization secret for all, used by few",
    question="May every repository read an organization's secret that few of them use?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Whoever writes to any repository that has the secret reads it, by a workflow on a branch of his own. The "
        "least guarded repository decides who that is."
    ),
    remediation=(
        "Set the secret's visibility to selected repositories and name those that use it, or move it into an "
        "environment of theirs."
    ),
    references=(
        Reference("https://docs.github.com/actions/concepts/security/secrets", "2026-11"),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI2:2025",
        "NHI9:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.5.15",
    ),
    since="0.2.0",
    limits=(
        "Few means fewer than half of the repositories that run workflows and have it, of three or more.",
        "Workflow files of default branches count as uses.",
        "A secret that nothing uses is the rule github-unused-secret's.",
    ),
)

_LEAST = 3


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an organization's secret."""
    known = github_estate(context)
    yield from known.not_looked_at("Which secrets the organization has is not known", "actions.list-org-secrets")
    for secret in secrets(context):
        if not secret.of_organization:
            continue
        count = readers(context, secret)
        if count is None or not known.looked_at(secret.node.scope, FILES, "repos.list-for-org"):
            why = "Which repositories have the secret, or what their workflows use, was not looked at in full."
            yield Verdict.not_judged(secret.node.id, why)
            continue
        users = sorted({repository_of(job) for job in secret.users})
        wide = count >= _LEAST and users and len(users) * 2 < count
        yield _failed(context, secret, users, count) if wide else Verdict.passed(secret.node.id)


def _failed(context: RuleContext, secret: Secret, users: list[str], count: int) -> Verdict:
    strong = any(context.privileged(each) for each in held_by(context, secret))
    return Verdict(
        Outcome.FAILED,
        secret.node.id,
        f"{counted(count, 'repository').replace('repositorys', 'repositories')} of {secret.holder} read "
        f"{secret.node.name}; workflows of {named(users)} use it.",
        severity=Severity.HIGH if strong else Severity.MEDIUM,
        related=tuple(f"github:repo:{name}" for name in users[:10]),
    )
