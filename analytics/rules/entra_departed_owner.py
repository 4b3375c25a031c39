"""Rule entra-departed-owner: an owner's account is disabled.

Input: a snapshot. Output: one verdict for each application, service principal and group with owners.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import Estate, estate
from analytics.rules._entra_owners import OwnedBy, owned_by, owners_not_seen
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-departed-owner",
    title="Owner has left",
    question="Is an owner of this application or group an account that is disabled?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "An owner who has left answers for nothing, and whoever enables the account again, or restores it, owns the "
        "application at once. Where it was the only owner, nobody reviews the application any more."
    ),
    remediation=(
        "Name an owner who is still here and remove the account from the owners. Make removing ownerships a step of "
        "offboarding."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity/enterprise-apps/overview-assign-app-owners"),
        Reference("https://owasp.org/www-project-non-human-identities-top-10/2025/"),
    ),
    frameworks=(
        "NHI1:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-2",
        "CIS Controls 8.1 5.5",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "An account that is disabled for another reason than leaving is reported as well.",
        "An owner whose account was deleted is in no list any more.",
        "Applications without any owner are the rule entra-privileged-without-owner's.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an owner of that kind, else one for what is owned."""
    known = estate(context)
    yield from owners_not_seen(known)
    found = {item.acting.id for item in owned_by(known, _is_meant)}
    for acting in sorted({known.identity_of(each.owned).id for each in known.ownings} - found):
        yield Verdict.passed(acting)
    for item in owned_by(known, _is_meant):
        yield _failed(known, item)


def _is_meant(owner: Node) -> bool:
    return owner.attributes.get("active") is False


def _failed(known: Estate, item: OwnedBy) -> Verdict:
    group = item.acting.kind is NodeKind.ENTRA_GROUP
    who = str(item.owner.attributes.get("user_principal_name") or item.owner.name)
    return Verdict(
        Outcome.FAILED,
        item.acting.id,
        f"The account of {who}, {'the only owner left' if item.alone else 'an owner'} of "
        f"{'the group ' if group else ''}{item.acting.name}, is disabled.",
        key=item.owner.id,
        severity=known.severity(item.acting, Severity.MEDIUM if item.alone else Severity.LOW),
        grants=item.grants,
        related=(item.owner.id,),
    )
