"""Rule entra-weak-activation: a privileged role can be activated without a second factor and without approval.

Input: a snapshot. Output: one verdict for each privileged role that somebody is eligible for, on its tenant.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import HIGH_CLASSES, estate, named, rows_of
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-weak-activation",
    title="Privileged role activates without question",
    question="Can a privileged role be activated with neither a second factor nor approval?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "An eligible role guards nothing when whoever holds the session can switch it on: activation is then "
        "one more click of the intruder."
    ),
    remediation=(
        "In the role's settings require a second factor, or an authentication context of conditional access, "
        "on activation, and approval for the most powerful roles."
    ),
    references=(
        Reference(
            "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings"
        ),
        Reference("https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyrule", "2026-11"),
    ),
    frameworks=(
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 IA-2",
        "CIS Controls 8.1 6.5",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.2.0",
    limits=(
        "A second factor at sign-in, by conditional access, is not looked at: it may have been given hours before.",
        "What an authentication context asks for is not read; having one passes.",
        "Eligible membership of groups has settings of its own, which are not read.",
    ),
)

_ELIGIBLE = "roleManagement.directory.roleEligibilityScheduleInstances"


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a role."""
    known = estate(context)
    yield from known.not_looked_at(_ELIGIBLE, "Who may activate which role is not known")
    found: dict[tuple[str, str, str, str], list[tuple[Node, str]]] = defaultdict(list)
    for node in (*known.users, *known.groups):
        for row in rows_of(node, "role_grants"):
            if row["eligible"] and row["class"] in HIGH_CLASSES:
                found[node.scope, row["role_id"], row["role"], row["activation"]].append((node, str(row["grant"])))
    for (scope, role_id, role, activation), rows in sorted(found.items()):
        tenant = f"entra:tenant:{scope}"
        if activation == "asks":
            yield Verdict.passed(tenant)
        elif activation == "unknown":
            yield Verdict.not_judged(tenant, f"What activating {role} asks for is not in the evidence.")
        else:
            who = named(sorted({node.name for node, _ in rows}))
            yield Verdict(
                Outcome.FAILED,
                tenant,
                f"{role} activates with neither a second factor nor approval, for {who}.",
                key=role_id,
                severity=Severity.HIGH if role == "Global Administrator" else Severity.MEDIUM,
                grants=tuple(sorted(grant for _, grant in rows)),
                related=tuple(sorted({node.id for node, _ in rows})),
            )
