"""Rule entra-weak-federation: a federated credential lets in more workloads than it means.

Input: a snapshot. Output: one verdict for each federated credential.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate
from analytics.rules._entra_credentials import federated
from analytics.rules._entra_federation import fault_of, issuer_text
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-weak-federation",
    title="Federated credential lets in too many",
    question="Does this federated credential let in workloads that it does not mean?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "The subject is the lock of a federation. A wildcard in it lets in branches that anybody with write "
        "access makes, pull requests, other repositories, or everybody who has an account with the issuer."
    ),
    remediation=(
        "Name the one environment or branch whose workflow needs the identity, protect it at the issuer, and "
        "make one federated credential for each workload."
    ),
    references=(
        Reference(
            "https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials",
            "2026-11",
        ),
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI6:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 IA-9",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.2.0",
    limits=(
        "How an issuer writes subjects is known for GitHub, GitLab, Terraform Cloud, Buildkite and clusters; "
        "patterns for other issuers are not judged unless they let in everybody.",
        "Whether the branch or environment is protected is known at the issuer only.",
        "Expressions that are not understood, and further claims beside a wide subject, are not judged.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a federated credential."""
    known = estate(context)
    yield from known.not_looked_at("applications.federatedIdentityCredentials", "Who may federate is not known in full")
    for item in federated(context):
        fault = fault_of(context, item)
        if fault.unknown:
            yield Verdict.not_judged(item.identity.id, f"The {item.node.name}: {fault.unknown}")
        elif fault.wide:
            yield Verdict(
                Outcome.FAILED,
                item.identity.id,
                f"The {item.node.name} of {item.identity.name} for {issuer_text(item)} is wide: {fault.wide}",
                key=item.node.id,
                severity=known.severity(item.identity, fault.severity),
                grants=(item.node.id,),
                evidence=(item.node.evidence,),
                related=(item.node.id,),
            )
        else:
            yield Verdict.passed(item.identity.id)
