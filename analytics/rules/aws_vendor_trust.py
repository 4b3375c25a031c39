"""Rule aws-vendor-trust: a vendor may take a role and is asked for no ExternalId.

Input: a snapshot. Output: one verdict or more for each role.
Handled: conditions and denies of the trust policy and the account's RCPs, through the evaluator.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._outside_trust import TrustFault, evaluate_trust
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-vendor-trust",
    title="Vendor without ExternalId",
    question="Can a declared vendor take the role without an ExternalId?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A vendor takes roles for many customers. Without an ExternalId another of its customers can make it enter "
        "here by naming this role's ARN as its own: the vendor is a confused deputy."
    ),
    remediation="Ask the vendor for the ExternalId that it gave to you alone, and require it in the trust policy.",
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html", "2026-11"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"),
    ),
    frameworks=(
        "NHI3:2025",
        "ASI03",
        "NIST CSF 2.0 GV.SC-07",
        "NIST SP 800-53 SA-9",
        "CIS Controls 8.1 15.1",
        "PCI DSS 4.0.1 12.8",
        "ISO/IEC 27001:2022 A.5.19",
    ),
    since="0.2.0",
    limits=(
        "Which accounts are vendors is what `declared/accounts.csv` says; others are asked about by "
        "`aws-external-trust`.",
        "Whether an ExternalId is a secret that only one vendor uses cannot be seen.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each such line of a role's trust, or one that passes or is not judged."""
    yield from evaluate_trust(snapshot, context, TrustFault.VENDOR)
