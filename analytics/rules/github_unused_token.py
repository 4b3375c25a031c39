"""Rule github-unused-token: a token was not used for long.

Input: a snapshot. Output: one verdict for each token or SSH key that may enter the organization.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import LOWER_BOUND, NO_TIME, RuleContext, parse_moment
from analytics.rules._entra import counted
from analytics.rules._github import github_estate
from analytics.rules._github_stakes import Stake, stakes
from analytics.rules._keys import days_between
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-unused-token",
    title="Token that nobody uses",
    question="Has a token that may enter the organization not been used for longer than the policy allows?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A token that lies about in a file or a laptop works until somebody ends it. Nobody misses it when it is "
        "taken, and its use by a stranger looks like the person's own."
    ),
    remediation=(
        "Revoke the token's access to the organization, and let its owner make a new one, with an end, if it is "
        "needed again."
    ),
    references=(
        Reference(
            "https://docs.github.com/organizations/managing-programmatic-access-to-your-organization/reviewing-and-revoking-personal-access-tokens-in-your-organization"
        ),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI1:2025",
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5",
        "NIST SP 800-53 AC-2(3)",
        "CIS Controls 8.1 5.3",
        "PCI DSS 4.0.1 8.2.6",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Fine-grained tokens are listed where the organization asks for their approval, classic tokens and SSH "
        "keys where single sign-on is on; others are not seen.",
        "The age counts from the last use, or from when access was given where none is told.",
        "An expired token passes.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a token."""
    lists = ("orgs.list-pat-grants", "orgs.list-saml-sso-authorizations")
    yield from github_estate(context).not_looked_at("Which tokens there are is not known in full", *lists)
    for node in context.nodes(NodeKind.GITHUB_TOKEN):
        yield Verdict.passed(node.id) if node.attributes.get("active") is False else _judge(context, node)


def _judge(context: RuleContext, node: Node) -> Verdict:
    used, given = (parse_moment(node.attributes.get(name)) for name in ("last_used_at", "created_at"))
    last = used or given
    if context.as_of is None:
        return Verdict.not_judged(node.id, NO_TIME)
    if last is None:
        return Verdict.not_judged(node.id, "It was not used, and the evidence does not say when access was given.")
    idle = days_between(last, context.as_of)
    if idle <= context.policy.unused_key_days:
        return Verdict.not_judged(node.id, LOWER_BOUND) if context.as_of_is_lower_bound else Verdict.passed(node.id)
    strong = stakes(context).of(node.id) is Stake.ADMIN
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"The {node.attributes.get('type', '')} token {node.name} of {node.attributes.get('owner_login') or 'nobody'} "
        + (f"was not used for {counted(idle, 'day')}" if used else f"was never used in {counted(idle, 'day')}")
        + (f", and {stakes(context).words(node.id)}." if strong else "."),
        severity=Severity.HIGH if strong else Severity.MEDIUM,
        grants=(node.id,),
        related=(f"github:user:{node.attributes.get('owner_login', '')}",),
    )
