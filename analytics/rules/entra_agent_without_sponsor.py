"""Rule entra-agent-without-sponsor: nobody answers for an agent identity.

Input: a snapshot. Output: one verdict for each enabled agent identity.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-agent-without-sponsor",
    title="Agent identity without a sponsor",
    question="Does no person answer for this agent identity?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A sponsor is the person who is asked what an agent is for, whether it may go on, and what to do "
        "when it misbehaves. Without one an agent runs on after its purpose, and an incident has no first "
        "call."
    ),
    remediation=(
        "Name a sponsor, a person who is still here, on the agent identity. If nobody claims the agent, disable it."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/agent-id/identity-platform/agent-owners-sponsors-managers"),
        Reference("https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/"),
    ),
    frameworks=(
        "NHI1:2025",
        "ASI10",
        "NIST CSF 2.0 GV.RR-02",
        "NIST SP 800-53 AC-2",
        "CIS Controls 8.1 5.5",
        "ISO/IEC 27001:2022 A.5.9",
    ),
    since="0.2.0",
    limits=(
        "An owner counts as well, and so does a declared one.",
        "A sponsor whose account is disabled counts as none; one that is not a person, or not collected, counts.",
        "Disabled agents are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an agent identity."""
    known = estate(context)
    yield from known.not_looked_at(
        "servicePrincipals.microsoft.graph.agentIdentity", "Which agents there are is not known"
    )
    for node in known.identities:
        facts = node.attributes
        if node.kind is not NodeKind.ENTRA_AGENT_IDENTITY or facts.get("active") is False:
            continue
        named_ones = [*(facts.get("sponsors") or ()), *(facts.get("owners") or ())]
        if facts.get("owner") and facts.get("owner_active") is False:
            yield Verdict(
                Outcome.FAILED,
                node.id,
                f"All who answer for the agent {node.name} have left, {facts['owner']} among them.",
                severity=known.severity(node, Severity.MEDIUM),
            )
        elif named_ones or facts.get("owner"):
            yield Verdict.passed(node.id)
        elif not known.looked_at(node, "servicePrincipals.microsoft.graph.agentIdentity.sponsors"):
            yield Verdict.not_judged(node.id, "Sponsors are not in the evidence in full.")
        else:
            yield Verdict(
                Outcome.FAILED,
                node.id,
                f"The agent {node.name} has neither sponsor nor owner.",
                severity=known.severity(node, Severity.MEDIUM),
            )
