"""Rule aws-impact-reach: an identity obtains by escalation what its own grants do not give it, short of everything.

Input: a snapshot. Output: one verdict for each user and role that is and becomes no administrator; a finding for each
impact class H1 to H4 that it obtains.
Not handled: see ``META.limits``; administrators are the rules aws-admin-identity's and aws-path-to-admin's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analytics.rules._context import RuleContext
from analytics.rules._identities import identities, policies_seen
from analytics.rules._impact_reach import Gain, impact_gains
from analytics.steps import short_name, steps_of
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from analytics.witness import Contradictions
from graph.catalog.loader import impact_aws
from graph.kinds import Impact, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-impact-reach",
    title="Impact by escalation",
    question="Can this identity obtain by escalation a class of privilege that its own grants do not give it?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "Code that runs as a stronger role, or a credential of another identity, gives what no policy of this identity "
        "says: to grant privilege, to make credentials, to become others, to read secrets. It stays below full control "
        "and so below most alarms."
    ),
    remediation=(
        "Remove one of the listed grants, or narrow it: pass only roles that hold no more than the identity itself, "
        "change only functions of its own, make credentials of nobody else. Then look again, since a longer way may "
        "remain."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"),
    ),
    frameworks=(
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "CIS Controls 8.1 6.8",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.5.15",
    ),
    since="0.2.0",
    limits=(
        "Classes are H1 to H4: grant privilege, make or alter identities and credentials, become another identity, "
        "read secrets.",
        "A class that the identity can have by assuming roles alone is not reported: both sides of an assumption "
        "grant it. The blast radius shows it.",
        "One way a class is shown, that with the shortest rest behind its first escalation; others may remain.",
        "A class counts as obtained when it is held on some resource, which need not be one that matters; coming to "
        "use a KMS key alone is not counted, since the ciphertext is needed as well.",
        "Of a group that is joined and of a changed state of the identity itself, what it reads and where it leads "
        "count, not every action that it may do.",
        "Single-principal steps: sequences of changes made by several identities together are not searched.",
        "Network reachability is not looked at.",
        "Roles of IAM Identity Center and service-linked roles are not looked at.",
    ),
)
_SEVERITY: Mapping[Impact, Severity] = {
    Impact.H1: Severity.HIGH,
    Impact.H2: Severity.HIGH,
    Impact.H3: Severity.MEDIUM,
    Impact.H4: Severity.MEDIUM,
}


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity, or one a class that it obtains; what lacks evidence is not judged."""
    gains = impact_gains(snapshot, context)
    check = Contradictions(snapshot, context.levels)
    for node in identities(context):
        if context.privileged(node.id):
            continue
        found = gains.get(node.id, ())
        if found:
            yield from (_verdict(snapshot, context, check, node, gain) for gain in found)
        elif policies_seen(node):
            yield Verdict.passed(node.id)
        else:
            yield Verdict.not_judged(node.id, "Its policies are not in the evidence.")


def _verdict(snapshot: Snapshot, context: RuleContext, check: Contradictions, node: Node, gain: Gain) -> Verdict:
    steps = tuple(steps_of(snapshot, gain.path, context.levels))
    what = f"{impact_aws().titles[gain.impact]} ({gain.impact.value})"
    if gain.state is State.UNVERIFIED:
        doubt = next(step.text for step in steps if step.state is State.UNVERIFIED)
        return Verdict.not_judged(node.id, f"Whether it can {what} rests on missing evidence: {doubt}")
    if check.possible and check.contradictory(gain.path):
        return Verdict.not_judged(
            node.id, f"The conditions on its shortest way to {what} exclude each other; longer ways were not looked at."
        )
    conditional = gain.state is State.CONDITIONAL
    end = steps[-1].target
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{node.name} does not hold and can obtain by escalation: {what}, through {short_name(end)}"
        + (", if the named conditions are met: " if conditional else ": ")
        + " ".join(step.text for step in steps),
        key=gain.impact.value,
        severity=_SEVERITY[gain.impact].raised(-1) if conditional else _SEVERITY[gain.impact],
        confidence=Confidence.MEDIUM if conditional else Confidence.HIGH,
        state=gain.state,
        steps=steps,
        grants=tuple(dict.fromkeys(grant for step in steps for grant in step.grants)),
        related=(end,),
    )
