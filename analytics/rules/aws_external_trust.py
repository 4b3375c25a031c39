"""Rule aws-external-trust: a role lets in anyone, or an account or organization that nobody knows.

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
    id="aws-external-trust",
    title="Open or unknown trust",
    question="Does the trust let in anyone, or an account or organization that nobody declared?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "A trust statement is a door to the account for whoever it names. An unknown account is a door whose key "
        "nobody owns."
    ),
    remediation=(
        "Name single roles of known accounts. Declare your own and your vendors' accounts in `declared/accounts.csv`. "
        "Remove what nobody recognises."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html", "2026-11"),
    ),
    frameworks=(
        "NHI3:2025",
        "ASI03",
        "NIST CSF 2.0 GV.SC-07",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-20",
        "NIST SP 800-53 SA-9",
        "CIS Controls 8.1 15.1",
        "PCI DSS 4.0.1 12.8",
        "ISO/IEC 27001:2022 A.5.19",
    ),
    since="0.1.0",
    limits=(
        "Without a list of the organization's accounts or declared accounts, own accounts look unknown; confidence is "
        "then low.",
        "Trust in services and SAML providers is not judged here.",
        "Resource policies are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each such line of a role's trust, or one that passes or is not judged."""
    yield from evaluate_trust(snapshot, context, TrustFault.OPEN)
