"""Rule entra-dead-federation: nobody can enter by a federated credential.

Input: a snapshot. Output: one verdict for each federated credential.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate
from analytics.rules._entra_credentials import federated
from analytics.rules._entra_federation import fault_of
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-dead-federation",
    title="Federated credential that lets in nobody",
    question="Is this a federated credential by which nobody can enter?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "Somebody meant a workload to enter and it cannot, so it probably uses a secret instead. And a trust "
        "that nobody uses is a trust that nobody watches."
    ),
    remediation=(
        "Correct the subject, by an expression on claims where a pattern is meant, or delete the federated credential."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations"),
        Reference(
            "https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials",
            "2026-11",
        ),
    ),
    frameworks=(
        "NHI1:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 IA-9",
        "ISO/IEC 27001:2022 A.8.9",
    ),
    since="0.2.0",
    limits=(
        "Whether an issuer, a repository or a cluster still exists is not looked up.",
        "A managed identity of another tenant is not judged.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a federated credential."""
    known = estate(context)
    yield from known.not_looked_at("applications.federatedIdentityCredentials", "Who may federate is not known in full")
    for item in federated(context):
        fault = fault_of(context, item)
        if fault.dead:
            yield Verdict(
                Outcome.FAILED,
                item.identity.id,
                f"Nobody can enter by the {item.node.name} of {item.identity.name}: {fault.dead}.",
                key=item.node.id,
                grants=(item.node.id,),
                evidence=(item.node.evidence,),
                related=(item.node.id,),
            )
        elif fault.unknown:
            yield Verdict.not_judged(item.identity.id, f"The {item.node.name}: {fault.unknown}")
        else:
            yield Verdict.passed(item.identity.id)
