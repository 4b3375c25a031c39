"""Rule cross-system-admin: identities of one system become administrators in another.

Input: a snapshot. Output: one verdict for each identity where such ways arrive,
and one for each scope that none reaches.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._cross_system import Crossing, crossings, scopes, systems_collected, unknown_bearers
from analytics.rules._entra import counted, named
from analytics.steps import steps_of
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="cross-system-admin",
    title="Full control from another system",
    question="Do identities of one system become, step by step, administrators of a scope in another system?",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    rationale=(
        "Each system's own review ends at its border. A workflow that becomes a role that reads a secret that "
        "proves an application is on no list of administrators, and whoever gets into the weakest system on the way "
        "has the strongest one."
    ),
    remediation=(
        "End the path where it crosses: narrow the trust or the stored secret at the step named, or take the rights "
        "from the identity that it arrives at. Then look again, since another way may remain."
    ),
    references=(
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"),
        Reference("https://owasp.org/www-project-non-human-identities-top-10/2025/"),
    ),
    frameworks=(
        "NHI5:2025",
        "NHI6:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-4",
        "NIST SP 800-53 AC-6",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "Systems are AWS, GitHub, Entra ID and Azure together, and each imported system; inside one system the "
        "rules about its own administrators tell.",
        "For each identity the nearest way counts; the finding is for where the ways arrive, and shows the shortest.",
        "People are not looked at: a member of a GitHub organization who reaches an account is found by asking "
        "for the blast radius.",
        "A way whose only form rests on missing evidence is not judged, nor is one whose conditions contradict "
        "each other.",
        "A system that was not collected is not known to be reachable or not.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an arrival, and one a scope that nothing of another system reaches."""
    several = len(systems_collected(context)) > 1
    found = crossings(context) if several else ()
    reached = {crossing.scope for crossing in found}
    doubtful = unknown_bearers(context) if several else {}
    for crossing in found:
        yield _judge(snapshot, context, crossing)
    for scope in scopes(context):
        if not several:
            yield Verdict.not_judged(scope, "No other system is in the evidence from which it could be reached.")
        elif scope in doubtful and scope not in reached:
            why = f"Tokens for `{doubtful[scope]}` lead to it, and who has such tokens is not in the evidence in full."
            yield Verdict.not_judged(scope, why)
        elif scope not in reached:
            yield Verdict.passed(scope)


def _judge(snapshot: Snapshot, context: RuleContext, crossing: Crossing) -> Verdict:
    steps = tuple(steps_of(snapshot, crossing.path, context.levels))
    scope = context.node(crossing.scope)
    where = scope.name if scope is not None else crossing.scope
    if crossing.state is State.UNVERIFIED:
        doubt = next((step.text for step in steps if step.state is State.UNVERIFIED), "")
        why = f"A way from {crossing.source_system} to full control of {where} rests on missing evidence: {doubt}"
        return Verdict.not_judged(crossing.arrival, why)
    if crossing.contradicts:
        why = f"The nearest way from {crossing.source_system} to full control of {where} asks for what contradicts."
        return Verdict.not_judged(crossing.arrival, why)
    conditional = crossing.state is State.CONDITIONAL
    names = [node.name for each in crossing.sources if (node := context.node(each)) is not None]
    many = f" ({counted(len(names), 'identity').replace('identitys', 'identities')} in all)" if len(names) > 1 else ""
    length = counted(len(steps), "step") + (", if the named conditions are met" if conditional else "")
    return Verdict(
        Outcome.FAILED,
        crossing.arrival,
        f"From {crossing.source_system} to {crossing.target_system}: {named(names, 2)}{many} can obtain full control "
        f"of {where} in {length}: " + " ".join(step.text for step in steps),
        key=f"{crossing.source_system}:{crossing.scope}",
        severity=Severity.HIGH if conditional else Severity.CRITICAL,
        confidence=Confidence.MEDIUM if conditional else Confidence.HIGH,
        state=crossing.state,
        steps=steps,
        grants=tuple(dict.fromkeys(grant for step in steps for grant in step.grants)),
        related=(crossing.scope, *crossing.sources[:10]),
    )
