"""Rule entra-role-group-owner: the owner of a role-assignable group holds less than the group.

Input: a snapshot. Output: one verdict for each role-assignable group that holds anything.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named, privileges_of
from analytics.rules._entra_admin import unseen_grants
from analytics.rules._entra_owners import OwnedBy, owned_by, owner_reach
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-role-group-owner",
    title="Owner gains by owning a role-assignable group",
    question="Does an owner of this group, to which roles are assigned, hold less than the group?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "The owner of a role-assignable group adds members to it, itself as well, and so hands out the group's roles. "
        "Who may assign the role is guarded; who owns the group often is not."
    ),
    remediation=(
        "Remove the owner, so that only Privileged Role Administrators manage the group, or let only people own it who "
        "hold its roles anyway."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept"),
        Reference("https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices"),
    ),
    frameworks=(
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "CIS Controls 8.1 5.4",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "Roles for which the group is only eligible do not count.",
        "Guests are the rule entra-guest-owner's, and owners whose account is disabled entra-departed-owner's.",
        "Owners that are applications are not looked at; paths show what they can do.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an owner that gains, else one a group."""
    known, reach = estate(context), owner_reach(context)
    yield from unseen_grants(known)
    yield from known.not_looked_at("users", "Who the owners are is not known")
    owners: dict[str, list[OwnedBy]] = defaultdict(list)
    for owning in owned_by(known, _is_meant):
        owners[owning.acting.id].append(owning)
    for group in known.groups:
        if not group.attributes.get("role_assignable") or not reach.worth(group):
            continue
        failed = False
        for item in owners[group.id]:
            gain = reach.gain(item.owner, group)
            if gain is None:
                continue
            failed = True
            holds = named([name for _, name in privileges_of(group)]) or "nothing by itself"
            who = str(item.owner.attributes.get("user_principal_name") or item.owner.name)
            yield Verdict(
                Outcome.FAILED,
                group.id,
                f"{who} owns the group {group.name}, can join it, and so gains {gain.what}; the group holds {holds}.",
                key=item.owner.id,
                severity=gain.severity,
                state=gain.state,
                grants=item.grants,
                related=(item.owner.id,),
            )
        if not failed and group.attributes.get("owners_known"):
            yield Verdict.passed(group.id)
        elif not failed:
            yield Verdict.not_judged(group.id, "Its owners are not in the evidence.")


def _is_meant(owner: Node) -> bool:
    return not owner.attributes.get("guest") and owner.attributes.get("active") is not False
