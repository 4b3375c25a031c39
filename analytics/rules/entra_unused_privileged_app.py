"""Rule entra-unused-privileged-app: a privileged application has not signed in for longer than the policy allows.

Input: a snapshot. Output: one verdict for each own identity that can become other identities.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import Estate, estate, named, privileges_of
from analytics.rules._entra_admin import unseen_grants
from analytics.rules._entra_use import judge_use, report_seen, without_report
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-unused-privileged-app",
    title="Unused privileged application",
    question="Has an application that can become other identities not signed in for longer than the policy allows?",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    rationale=(
        "An application that nobody uses needs no rights, and nobody would notice an intruder who uses it instead."
    ),
    remediation=("Ask the owner, disable the application for a while, then remove its grants and delete it."),
    references=(
        Reference("https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity"),
        Reference("https://learn.microsoft.com/entra/identity/monitoring-health/recommendation-remove-unused-apps"),
    ),
    frameworks=(
        "NHI1:2025",
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-2(3)",
        "CIS Controls 8.1 5.3",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "The report needs a premium licence and beta of Microsoft Graph; without it nothing is judged.",
        "The report began at some time; a last sign-in before that looks like none.",
        "Managed identities and agents are not judged: nothing published says that the report has them all.",
        "Applications of other tenants are the rule entra-dormant-foreign-app's.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an own privileged identity that is enabled."""
    known = estate(context)
    yield from unseen_grants(known)
    meant = [node for node in known.identities if _is_meant(known, node)]
    yield from without_report(meant)
    for node in filter(report_seen, meant):
        found = judge_use(node, context, context.policy.unused_privilege_days)
        if isinstance(found, Verdict):
            yield found
            continue
        given = privileges_of(node)
        holds = named([name for _, name in given]) or "a way to full control"
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"{node.name} {found}; it holds {holds}. The policy allows {context.policy.unused_privilege_days} days.",
            severity=context.severity_for(node.id, Severity.MEDIUM),
            grants=tuple(dict.fromkeys(grant for grant, _ in given)),
        )


def _is_meant(known: Estate, node: Node) -> bool:
    return not node.attributes.get("foreign") and node.attributes.get("active") is not False and known.high(node)
