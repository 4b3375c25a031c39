"""Rule entra-secret-beside-federation: an application that federates keeps a client secret as well.

Input: a snapshot. Output: one verdict for each identity with a secret in force.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named
from analytics.rules._entra_credentials import credentials_by_identity, federated, unseen_credentials
from analytics.rules._entra_federation import fault_of, issuer_text
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate", "federating"]

META = RuleMeta(
    id="entra-secret-beside-federation",
    title="Secret where a federation is in place",
    question="Does this application keep a client secret although its workloads can prove themselves by federation?",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    rationale=(
        "The application already trusts tokens of the place where its workload runs, so a secret is not needed to run "
        "there. What is left is a copy that works from anywhere and outlives the pipeline that it was made for."
    ),
    remediation=(
        "Check in the sign-in log that nothing uses the secret's key id any more, move what does to the federated "
        "credential, and delete the secret."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/workload-id/workload-identity-federation"),
        Reference("https://learn.microsoft.com/entra/identity-platform/security-best-practices-for-app-registration"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 IA-9",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.2.0",
    limits=(
        "Only a federated credential that lets somebody in counts as a sign that federation is possible; nothing is "
        "guessed from names.",
        "Another consumer of the same application may need the secret.",
        "A certificate beside a federation is not reported.",
    ),
)


def federating(context: RuleContext) -> Mapping[str, tuple[str, ...]]:
    """Return who can be reached by federation, by node id, with what the federated credentials are called."""

    def make() -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for item in federated(context):
            if not fault_of(context, item).dead:
                found[item.identity.id].append(f"{item.node.name} for {issuer_text(item)}")
        return {identity: tuple(names) for identity, names in found.items()}

    return context.shared("entra federating", make)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity with a secret in force."""
    known = estate(context)
    yield from unseen_credentials(known)
    yield from known.not_looked_at(
        "applications.federatedIdentityCredentials", "Which applications federate is not known"
    )
    ways = federating(context)
    for identity, rows in sorted(credentials_by_identity(context).items()):
        secrets = [row for row in rows if row.active and row.is_secret]
        if not secrets:
            continue
        node = secrets[0].identity
        if identity not in ways:
            if known.looked_at(node, "applications.federatedIdentityCredentials"):
                yield Verdict.passed(identity)
            continue
        yield Verdict(
            Outcome.FAILED,
            identity,
            f"{node.name} has {named(ways[identity])}, and keeps the {named([row.node.name for row in secrets])}.",
            severity=known.severity(node, Severity.MEDIUM),
            grants=tuple(row.id for row in secrets),
            evidence=tuple(row.node.evidence for row in secrets),
            related=tuple(row.id for row in secrets),
        )
