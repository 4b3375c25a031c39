"""Rule entra-path-to-admin: an identity that is no administrator of the tenant can become one.

Input: a snapshot. Output: one verdict for each enabled identity that is no administrator already.
Not handled: see ``META.limits``; direct administrators are the rule entra-tenant-admin's.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._administrators import can_become
from analytics.rules._context import RuleContext
from analytics.rules._entra import estate
from analytics.rules._entra_admin import grants_seen, non_human, tenant_text, tenant_witnesses, unseen_grants
from analytics.rules.entra_tenant_admin import is_administrator
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-path-to-admin",
    title="Identity can become administrator of the tenant",
    question="Can this identity, which is no administrator, obtain full control of its tenant?",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    rationale=(
        "Whoever holds a credential of this identity holds the tenant: each step of the path uses what is granted "
        "today. Reviews of role assignments miss it, because permissions of Microsoft Graph and ownerships are on no "
        "list of administrators."
    ),
    remediation=(
        "Remove one of the listed grants, or replace it by a permission that reaches less (a role at the scope of an "
        "administrative unit, a permission for what the application owns). Then look again, since a longer path may "
        "remain."
    ),
    references=(
        Reference("https://learn.microsoft.com/graph/permissions-reference"),
        Reference("https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions"),
    ),
    frameworks=(
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "NIST SP 800-53 AC-6(7)",
        "CIS Controls 8.1 5.4",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "Only the shortest path is shown; others may remain after it is closed.",
        "An identity whose only paths rest on missing evidence is not judged; its blast radius shows them.",
        "Conditional access, which may stop a sign-in on the way, is not evaluated.",
        "People are not looked at; ask for their blast radius one by one.",
        "Disabled identities are the rule entra-disabled-privileged's.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity; a conditional path is a finding, one that lacks evidence is not judged."""
    known = estate(context)
    yield from unseen_grants(known)
    witnesses = tenant_witnesses(snapshot, context)
    for node in non_human(context):
        if is_administrator(snapshot, context, node):
            continue
        witness = witnesses.get(node.id)
        if witness is not None and witness.steps:
            yield can_become(node, witness, tenant_text(context, witness.scope))
        elif witness is not None:
            yield Verdict.not_judged(node.id, "Whether it is administrator rests on missing evidence.")
        elif grants_seen(known, node):
            yield Verdict.passed(node.id)
