"""Rule entra-standing-role: a person or group holds a privileged directory role at all times.

Input: a snapshot. Output: one verdict for each user and group that holds or may activate a privileged role.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analytics.rules._context import RuleContext
from analytics.rules._entra import HIGH_CLASSES, Estate, counted, estate, named, rows_of
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-standing-role",
    title="Standing privileged role",
    question=(
        "Does a person or a group hold a privileged directory role at all times, without activation and without an end?"
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    rationale=(
        "A role that is always on is there for whoever steals the session, at night as well. An eligible "
        "role is there for hours, after a second factor, with a reason that is logged."
    ),
    remediation=(
        "Make the assignment eligible in privileged identity management and ask for a second factor or "
        "approval on activation. Keep two emergency accounts with a standing role, and suppress the finding "
        "on those."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-configure"),
        Reference("https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices"),
    ),
    frameworks=(
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6(5)",
        "NIST SP 800-53 AC-2",
        "CIS Controls 8.1 5.4",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "Which account is kept for emergencies is not known; suppress it.",
        "A group whose members only activate their membership is fine and passes while it has no member; a "
        "member who has just activated looks like a standing one.",
        "Roles at the scope of an administrative unit or of one object are not looked at.",
        "Roles of the synchronization service and of partner support are not for people and are left out.",
        "Service principals cannot be made eligible and are not looked at here.",
        "Without the schedule of active assignments an activated role cannot be told from a standing one, and "
        "none is judged.",
    ),
)

_OF_SERVICES = frozenset({"Directory Synchronization Accounts", "Partner Tier1 Support", "Partner Tier2 Support"})
"""Roles that Microsoft's own services give to accounts of theirs, and that are not for people to activate."""


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a standing privileged role, else one a holder."""
    known = estate(context)
    yield from known.not_looked_at("roleManagement.directory.roleAssignments", "Who holds which role is not known")
    for node in (*known.users, *known.groups):
        rows = [row for row in rows_of(node, "role_grants") if _is_meant(row)]
        if not rows or node.attributes.get("active") is False:
            continue
        standing = [row for row in rows if not row["eligible"] and not row["activated"] and not row["ends_at"]]
        if not standing or _is_empty_group(node):
            yield Verdict.passed(node.id)
        elif not known.looked_at(node, "roleManagement.directory.roleAssignmentScheduleInstances"):
            why = "Whether its roles are standing or activated is not in the evidence."
            yield Verdict.not_judged(node.id, why)
        else:
            yield _failed(known, node, [row["role"] for row in standing], [str(row["grant"]) for row in standing])


def _is_meant(row: Mapping[str, Any]) -> bool:
    return row["class"] in HIGH_CLASSES and row["scope"] == "/" and row["role"] not in _OF_SERVICES


def _is_empty_group(node: Node) -> bool:
    return (
        node.kind is NodeKind.ENTRA_GROUP
        and node.attributes.get("members_known") is True
        and not (node.attributes.get("members"))
    )


def _failed(known: Estate, node: Node, roles: list[str], grants: list[str]) -> Verdict:
    group = node.kind is NodeKind.ENTRA_GROUP
    who = (
        f"The group {node.name} ({counted(int(node.attributes.get('members') or 0), 'member')})" if group else node.name
    )
    worst = known.is_tenant_admin(node) or bool(node.attributes.get("guest"))
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{who} holds {named(sorted(roles))} at all times.",
        severity=Severity.HIGH if worst else Severity.MEDIUM,
        grants=tuple(grants),
    )
