"""Rule github-endless-token: a token has no end.

Input: a snapshot. Output: one verdict for each fine-grained or classic token.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import github_estate
from analytics.rules._github_stakes import Stake, stakes
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-endless-token",
    title="Token without an end",
    question="May a token enter the organization for ever?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "What has no end is never renewed, so nobody checks whether it is still needed or where copies of it are. A "
        "leak of years ago still opens the door."
    ),
    remediation=(
        "Let the organization refuse tokens without an end, or of a longer life than a year, and replace this one "
        "by an app or a token that ends."
    ),
    references=(
        Reference(
            "https://docs.github.com/organizations/managing-programmatic-access-to-your-organization/reviewing-and-revoking-personal-access-tokens-in-your-organization"
        ),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5(1)",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "SSH keys have no end by design and are not asked about.",
        "Tokens that no list of the organization shows are not seen (see github-unused-token).",
        "An expired token passes.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a token."""
    lists = ("orgs.list-pat-grants", "orgs.list-saml-sso-authorizations")
    yield from github_estate(context).not_looked_at("Which tokens there are is not known in full", *lists)
    for node in context.nodes(NodeKind.GITHUB_TOKEN):
        facts = node.attributes
        if facts.get("type") == "ssh":
            continue
        if facts.get("active") is False or facts.get("expires_at"):
            yield Verdict.passed(node.id)
            continue
        strong = stakes(context).of(node.id) is Stake.ADMIN
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"The {facts.get('type', '')} token {node.name} of {facts.get('owner_login') or 'nobody'} has no end"
            + (f", and {stakes(context).words(node.id)}." if strong else "."),
            severity=Severity.HIGH if strong else Severity.MEDIUM,
            grants=(node.id,),
            related=(f"github:user:{facts.get('owner_login', '')}",),
        )
