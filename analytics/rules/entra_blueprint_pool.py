"""Rule entra-blueprint-pool: one secret or certificate of a blueprint proves several agents.

Input: a snapshot. Output: one verdict for each blueprint with agents.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import Estate, class_rank, estate, named, worst_class
from analytics.rules._entra_credentials import credentials_by_identity, unseen_credentials
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import EdgeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-blueprint-pool",
    title="One credential for a pool of agents",
    question="Does one secret or certificate of this agent blueprint prove several agent identities?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Agent identities have no credential of their own: whoever holds the blueprint's gets tokens of all "
        "of them. What looks like separate agents with separate rights is one secret, and no log tells which "
        "copy of it was used."
    ),
    remediation=(
        "Let the blueprint prove itself by a managed identity or another federated credential, delete its "
        "secrets, and make a blueprint of its own for agents that must be kept apart."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/agent-id/identity-platform/agent-oauth-protocols", "2026-11"),
        Reference("https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/"),
    ),
    frameworks=(
        "NHI9:2025",
        "NHI4:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5",
        "NIST SP 800-53 IA-9",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "Disabled agents do not count.",
        "A federated credential of the blueprint proves all agents too; it is no copy in a file and is not reported.",
        "Blueprints of other tenants keep their credentials at home, where they are not seen.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a blueprint with agents."""
    known = estate(context)
    yield from known.not_looked_at(
        "servicePrincipals.microsoft.graph.agentIdentity", "Which agents there are is not known"
    )
    yield from unseen_credentials(known)
    agents: dict[str, list[Node]] = {}
    for edge in known.edges(EdgeKind.CAN_IMPERSONATE, State.VERIFIED):
        agent = known.by_id.get(edge.target)
        if edge.technique == "entra-blueprint-agents" and agent is not None:
            agents.setdefault(edge.source, []).append(agent)
    found = credentials_by_identity(context)
    for source, members in sorted(agents.items()):
        blueprint = known.by_id.get(source)
        if blueprint is None:
            continue
        rows = [row for row in found.get(source, ()) if row.active]
        if not rows or len(members) < context.policy.entra_blueprint_agents:
            yield Verdict.passed(source)
            continue
        yield Verdict(
            Outcome.FAILED,
            source,
            f"{named([row.node.name for row in rows])} of the blueprint {blueprint.name} proves {len(members)} agents: "
            f"{named(sorted(agent.name for agent in members))}.",
            severity=_severity(known, members),
            grants=tuple(row.id for row in rows),
            evidence=tuple(row.node.evidence for row in rows),
            related=tuple(sorted(agent.id for agent in members)),
        )


def _severity(known: Estate, agents: list[Node]) -> Severity:
    worst = max((known.severity(agent, Severity.MEDIUM) for agent in agents), default=Severity.MEDIUM)
    data = class_rank(worst_class(name for agent in agents for name in known.held_classes(agent))) <= class_rank("H5")
    return max(worst, Severity.HIGH) if data else worst
