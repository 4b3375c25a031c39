"""Rule entra-dormant-foreign-app: another tenant's application has not signed in for longer than the policy allows.

Input: a snapshot. Output: one verdict for each enabled foreign application.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted, estate, privileges_of, rows_of
from analytics.rules._entra_use import judge_use, report_seen, without_report
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-dormant-foreign-app",
    title="Dormant application of another tenant",
    question="Has another tenant's application not signed in for longer than the policy allows?",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    rationale=(
        "A trial that ended and a vendor that was replaced leave their application behind, with everything "
        "that was consented to. Whoever takes the vendor's tenant has it, and nobody here would miss or "
        "notice it."
    ),
    remediation=("Ask who uses the application. Disable it, then delete it with its consents when nobody complains."),
    references=(
        Reference("https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity"),
        Reference("https://learn.microsoft.com/entra/identity/enterprise-apps/manage-application-permissions"),
    ),
    frameworks=(
        "NHI1:2025",
        "NHI3:2025",
        "NIST CSF 2.0 GV.SC-07",
        "NIST SP 800-53 AC-2(3)",
        "CIS Controls 8.1 15.7",
        "ISO/IEC 27001:2022 A.5.19",
    ),
    since="0.2.0",
    limits=(
        "The report needs a premium licence and beta of Microsoft Graph; without it nothing is judged.",
        "The report began at some time; a last sign-in before that looks like none.",
        "Where nothing tells which tenant is one's own, no application is known to be foreign.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an enabled application of another tenant."""
    known = estate(context)
    yield from known.not_looked_at("servicePrincipals", "Other applications of other tenants may exist")
    yield from known.homes_not_known()
    foreign = [node for node in known.identities if _is_foreign(node)]
    yield from without_report(node for node in foreign if node.attributes.get("active") is not False)
    for node in foreign:
        if node.attributes.get("active") is False:
            yield Verdict.passed(node.id)
            continue
        if not report_seen(node):
            continue
        found = judge_use(node, context, context.policy.unused_app_days)
        if isinstance(found, Verdict):
            yield found
            continue
        grants = [grant for grant, _ in privileges_of(node)]
        grants += [grant for row in rows_of(node, "consents") for grant in row["grants"]]
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"{node.name} of tenant {node.attributes.get('app_owner_organization_id')} {found}; "
            f"it keeps {counted(len(grants), 'grant')}. "
            f"The policy allows {context.policy.unused_app_days} days.",
            severity=known.severity(node, Severity.MEDIUM if grants else Severity.LOW),
            grants=tuple(dict.fromkeys(grants)),
        )


def _is_foreign(node: Node) -> bool:
    return node.kind is NodeKind.ENTRA_SERVICE_PRINCIPAL and bool(node.attributes.get("foreign"))
