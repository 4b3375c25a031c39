"""Rule entra-orphan-agent-user: the user account of an agent outlived the agent identity.

Input: a snapshot. Output: one verdict for each agent user.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-orphan-agent-user",
    title="Agent user without its agent",
    question="Does this agent's user account still stand although the agent identity is gone?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Deleting an agent identity leaves its user account in place, with its mailbox, groups and licences, "
        "and enabled as it was. Nobody answers for it any more."
    ),
    remediation=(
        "Disable the account, move what must be kept, and delete it. Add this step to the way agents are retired."
    ),
    references=(Reference("https://learn.microsoft.com/entra/agent-id/faq", "2026-11"),),
    frameworks=(
        "NHI1:2025",
        "ASI10",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 AC-2(3)",
        "CIS Controls 8.1 5.3",
        "ISO/IEC 27001:2022 A.5.16",
    ),
    since="0.2.0",
    limits=(
        "An account that names no agent identity is not judged: the evidence may lack the field.",
        "An agent identity that is disabled is not gone.",
        "Agents are gone when the lists of agent identities and service principals are both at hand and do not "
        "have them.",
    ),
)

_LISTS = ("servicePrincipals.microsoft.graph.agentIdentity", "servicePrincipals")


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an agent user."""
    known = estate(context)
    yield from known.not_looked_at("users.microsoft.graph.agentUser", "Which agent users there are is not known")
    for user in known.agent_users:
        agent = str(user.attributes.get("agent_identity", ""))
        if not agent:
            yield Verdict.not_judged(user.id, "The evidence does not say which agent identity it belongs to.")
        elif (node := context.node(f"entra:{agent}")) is not None and node.collected:
            yield Verdict.passed(user.id)
        elif not all(known.looked_at(user, name) for name in _LISTS):
            yield Verdict.not_judged(user.id, "Agent identities are not in the evidence in full.")
        else:
            enabled = user.attributes.get("active") is not False
            state = "is enabled" if enabled else "is disabled"
            yield Verdict(
                Outcome.FAILED,
                user.id,
                f"The agent identity of {user.attributes.get('user_principal_name') or user.name} does not exist any "
                f"more, and the account {state}.",
                severity=known.severity(user, Severity.MEDIUM if enabled else Severity.LOW),
            )
