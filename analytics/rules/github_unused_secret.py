"""Rule github-unused-secret: no workflow uses a secret.

Input: a snapshot. Output: one verdict for each secret of Actions.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import FILES, github_estate
from analytics.rules._github_secrets import Secret, cloud_of, doubt_of_use, secrets
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-unused-secret",
    title="Secret that no workflow names",
    question="Does no workflow use this secret of Actions?",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    rationale=(
        "A secret that nothing uses is read by whoever can run a job where it is in scope, and nobody notices when "
        "it is gone or taken. Its value mostly still works."
    ),
    remediation="Find out what it opens, end that credential, and delete the secret.",
    references=(
        Reference("https://docs.github.com/actions/concepts/security/secrets", "2026-11"),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI1:2025",
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 IA-5",
        "CIS Controls 8.1 5.3",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "Workflow files of the default branch count; another branch may hold a workflow that uses it. Those of "
        "archived repositories, or with Actions turned off, do not run.",
        "Secrets of Dependabot and Codespaces are other stores, and are not looked at.",
        "A secret of an environment is not judged where a job names its environment by an expression or calls a "
        "workflow of another repository.",
        "What a called workflow of another repository does with the secrets that it inherits is not known; they "
        "count as used.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a secret."""
    known = github_estate(context)
    lists = ("actions.list-org-secrets", "actions.list-repo-secrets", "actions.list-environment-secrets")
    yield from known.not_looked_at("Which secrets there are is not known in full", *lists)
    for secret in secrets(context):
        if secret.users:
            yield Verdict.passed(secret.node.id)
        elif not known.looked_at(secret.node.scope, FILES):
            yield Verdict.not_judged(secret.node.id, "Workflow files are not, or not in full, in the evidence.")
        elif doubt := doubt_of_use(context, secret):
            yield Verdict.not_judged(secret.node.id, doubt)
        else:
            yield _failed(secret)


def _failed(secret: Secret) -> Verdict:
    cloud = cloud_of(secret.node.name)
    since = str(secret.node.attributes.get("updated_at") or secret.node.attributes.get("created_at") or "")[:10]
    return Verdict(
        Outcome.FAILED,
        secret.node.id,
        f"No workflow that runs names {secret.node.name} of {secret.holder}"
        + (f", which was last set on {since}" if since else "")
        + (f"; by its name it is a key of {cloud}." if cloud else "."),
        severity=Severity.MEDIUM if cloud else Severity.LOW,
    )
