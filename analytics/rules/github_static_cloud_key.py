"""Rule github-static-cloud-key: a secret of Actions is a static key where federation is possible.

Input: a snapshot. Output: one verdict for each secret, and one for each variable named so.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted, named
from analytics.rules._github import FILES, github_estate, repository_of
from analytics.rules._github_secrets import Secret, cloud_of, held_by, secrets
from analytics.rules._github_trust import trusts
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.evaluate.github.ids import repository_node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-static-cloud-key",
    title="Static cloud key in Actions",
    question="Does a secret or variable of Actions hold a long-lived key of a cloud that takes GitHub's own tokens?",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    rationale=(
        "The key works from anywhere, for as long as nobody deletes it, for whoever ran one job that was given it. "
        "GitHub signs a token for each job, which AWS, Entra and Google take instead: nothing is left to steal."
    ),
    remediation=(
        "Let the cloud trust the job's token (an OIDC provider and a role, a federated credential, a workload "
        "identity pool), move the jobs named here to it, and delete the key."
    ),
    references=(
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"),
        Reference("https://learn.microsoft.com/entra/workload-id/workload-identity-federation"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI6:2025",
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 IA-9",
        "NIST SP 800-53 IA-5(7)",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "A secret counts by its name, or by what is known of the credential that it holds; a key under another "
        "name is not seen.",
        "Which credential a secret holds is shown where a joint found it; the value is never read.",
        "A secret that no workflow names is the rule github-unused-secret's.",
        "Jobs on servers of GitHub Enterprise, whose tokens a cloud may not reach, are not told apart.",
        "Of variables only those of repositories are known.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a secret, and one a variable that is named like a key."""
    known = github_estate(context)
    lists = ("actions.list-org-secrets", "actions.list-repo-secrets", "actions.list-environment-secrets")
    yield from known.not_looked_at("Which secrets there are is not known in full", *lists)
    trusting = {_cloud(trust.identity.id) for trust in trusts(context) if trust.word != "impossible"}
    for secret in secrets(context):
        yield _secret(context, secret, trusting)
    for name, node in sorted(known.repositories.items()):
        for variable in node.attributes.get("variables") or ():
            if cloud := cloud_of(str(variable)):
                yield _variable(name, str(variable), cloud)


def _cloud(identity: str) -> str:
    return "AWS" if identity.startswith("arn:") else "Azure"


def _secret(context: RuleContext, secret: Secret, trusting: set[str]) -> Verdict:
    holds = held_by(context, secret)
    cloud = _cloud(holds[0]) if holds else cloud_of(secret.node.name)
    if not cloud:
        return Verdict.passed(secret.node.id)
    if not secret.users and github_estate(context).looked_at(secret.node.scope, FILES):
        return Verdict.passed(secret.node.id)  # told as unused
    where = sorted({repository_of(job) for job in secret.users})
    used = f"{counted(len(secret.users), 'job')} of {named(where)} {'use' if len(secret.users) > 1 else 'uses'} it"
    already = f"; identities of {cloud} in the evidence trust GitHub's tokens already" if cloud in trusting else ""
    strong = any(context.privileged(each) for each in holds)
    names = [node.name for each in holds if (node := context.node(each)) is not None]
    return Verdict(
        Outcome.FAILED,
        secret.node.id,
        f"{secret.node.name} of {secret.holder} is a static key of {cloud}"
        + (f", of {named(names)}" if names else " by its name")
        + f"; {used if secret.users else 'which jobs use it was not looked at'}{already}.",
        severity=Severity.HIGH if strong else Severity.MEDIUM,
        confidence=Confidence.HIGH if holds else Confidence.MEDIUM,
        related=(*holds, *secret.users[:10]),
    )


def _variable(repository: str, name: str, cloud: str) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        repository_node(repository),
        f"The variable {name} of {repository} is named like a static key of {cloud}; whoever reads the repository's "
        "settings or its logs reads variables.",
        key=name,
        severity=Severity.HIGH,
    )
