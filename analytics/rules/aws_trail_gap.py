"""Rule aws-trail-gap: no trail records what happens in an account, or its records cannot be relied upon.

Input: a snapshot. Output: one verdict or more for each collected account.
Handled: an account's own trails and those of its organization.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analytics.rules._context import RuleContext
from analytics.rules._regional import looked_at_everywhere
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-trail-gap",
    title="Gap in the trail",
    question="Does no trail record all management events of this account in every region, in a form to rely upon?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "Without the record of who called what, a misused identity is noticed late and its deeds cannot be undone, "
        "because nobody can say which they were."
    ),
    remediation=(
        "Create an organization trail for all regions with management events, log file validation and a bucket that "
        "only the log archive's account may change. Repair the delivery where the trail reports an error."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html"),
        Reference("https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html"),
        Reference("https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html"),
    ),
    frameworks=(
        "NIST CSF 2.0 PR.PS-04",
        "NIST SP 800-53 AU-2",
        "NIST SP 800-53 AU-12",
        "CIS Controls 8.1 8.2",
        "PCI DSS 4.0.1 10.2",
        "ISO/IEC 27001:2022 A.8.15",
    ),
    since="0.2.0",
    limits=(
        "Several trails of one region each that together cover all regions are not put together.",
        "Event data stores of CloudTrail Lake and copies of the log elsewhere are not looked at.",
        "Data events and how long the log is kept are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an account, or one for each fault of the trails that cover it."""
    trails = list(context.nodes(NodeKind.TRAIL))
    own: dict[str, list[Node]] = {}
    of_organization: dict[str, list[Node]] = {}
    for trail in trails:
        own.setdefault(trail.scope, []).append(trail)
        organization = context.organization_of(trail.scope)
        if trail.attributes.get("organization") and organization is not None:
            of_organization.setdefault(organization, []).append(trail)
    for account, node in sorted(context.accounts.items()):
        if node.collected:
            shared = of_organization.get(context.organization_of(account) or "", [])
            mine = {trail.id: trail for trail in (*own.get(account, ()), *shared)}
            yield from _judge(account, [mine[key] for key in sorted(mine)], context)


def _judge(account: str, trails: Sequence[Node], context: RuleContext) -> Iterator[Verdict]:
    subject = f"aws:account:{account}"
    everywhere = [trail for trail in trails if trail.attributes.get("multi_region")]
    covering = [trail for trail in everywhere if _is(trail, "logging") and _is(trail, "management_events")]
    if covering:
        faults = {trail.id: list(_faults(trail)) for trail in covering}
        if all(faults.values()):
            yield from (_failed(subject, trail, *fault) for trail in covering for fault in faults[trail.id])
        else:
            yield Verdict.passed(subject)
        return
    unknown = [trail for trail in everywhere if not (_is_off(trail, "logging") or _is_off(trail, "management_events"))]
    if unknown:
        names = ", ".join(trail.name for trail in unknown)
        yield Verdict.not_judged(
            subject, f"The evidence does not show whether {names} is logging and records management events."
        )
    elif not looked_at_everywhere(context, account, "cloudtrail.describe_trails"):
        yield Verdict.not_judged(subject, "Its trails are not all in the evidence.")
    else:
        yield _without(subject, trails)


def _is(trail: Node, name: str) -> bool:
    return trail.attributes.get(name) is True


def _is_off(trail: Node, name: str) -> bool:
    return trail.attributes.get(name) is False


def _faults(trail: Node) -> Iterator[tuple[str, str, Severity]]:
    error = str(trail.attributes.get("delivery_error") or "")
    if error:
        yield "delivery", f"Trail {trail.name} could not deliver its log: {error}.", Severity.HIGH
    if _is_off(trail, "log_validation"):
        text = f"Log file validation of trail {trail.name} is off: a changed log would not be noticed."
        yield "validation", text, Severity.LOW


def _failed(subject: str, trail: Node, key: str, text: str, severity: Severity) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        subject,
        text,
        key=f"{key}:{trail.id}",
        severity=severity,
        evidence=(trail.evidence,) if trail.evidence else (),
        related=(trail.id,),
    )


def _without(subject: str, trails: Sequence[Node]) -> Verdict:
    lacks = [f"{trail.name} ({_lack(trail)})" for trail in trails]
    text = "No trail records management events of all regions" + (f": {', '.join(lacks)}." if lacks else ".")
    return Verdict(
        Outcome.FAILED,
        subject,
        text,
        key="no-trail",
        evidence=tuple(trail.evidence for trail in trails if trail.evidence),
        related=tuple(trail.id for trail in trails),
    )


def _lack(trail: Node) -> str:
    if not trail.attributes.get("multi_region"):
        return "one region only"
    return "not logging" if _is_off(trail, "logging") else "not all management events"
