"""Rule entra-guest-owner: a guest owns an application, a service principal or a group.

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
    id="entra-guest-owner",
    title="Guest owns an application or group",
    question="Does a guest of another organisation own this application or group?",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    rationale=(
        "A guest's account is kept, protected and offboarded by somebody else. As an owner it may change redirect "
        "addresses, credentials or members of what it owns, and it stays when the project with the other company "
        "is over."
    ),
    remediation=(
        "Make somebody of your own organisation the owner and remove the guest. Where the guest must work on it, give "
        "a role at the scope of that one application, with an end."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/fundamentals/users-default-permissions", "2026-11"),
        Reference("https://learn.microsoft.com/entra/external-id/what-is-b2b"),
    ),
    frameworks=(
        "NHI3:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-20",
        "ISO/IEC 27001:2022 A.5.19",
    ),
    since="0.2.0",
    limits=(
        "Microsoft's page on default permissions gives guests no right over what they own; that an ownership works "
        "for them is not verified.",
        "Guests whose account is disabled are the rule entra-departed-owner's.",
        "Guest is what the account's user type says; a member account may belong to an outsider too.",
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
    return bool(owner.attributes.get("guest")) and owner.attributes.get("active") is not False


def _failed(known: Estate, item: OwnedBy) -> Verdict:
    group = item.acting.kind is NodeKind.ENTRA_GROUP
    usual = Severity.MEDIUM if not group or item.acting.attributes.get("role_assignable") else Severity.LOW
    who = str(item.owner.attributes.get("user_principal_name") or item.owner.name)
    return Verdict(
        Outcome.FAILED,
        item.acting.id,
        f"The guest {who} owns {'the group ' if group else ''}{item.acting.name}"
        + (", and nobody else does." if item.alone else "."),
        key=item.owner.id,
        severity=known.severity(item.acting, usual),
        grants=item.grants,
        related=(item.owner.id,),
    )
