"""Rule aws-unused-privilege: an identity with privilege has not been used for longer than the policy allows.

Input: a snapshot. Output: one verdict for each user and role, and one more where service last accessed data was
collected.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from analytics.rules._context import RuleContext, parse_moment
from analytics.rules._identities import identities, policies_seen
from analytics.rules._impact_reach import CLASSES, held_classes, impact_gains
from analytics.rules._use import Use, idleness, is_recent, last_use, service_moments
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.catalog.loader import impact_aws
from graph.kinds import Impact, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-unused-privilege",
    title="Privilege that nobody uses",
    question="Does an identity hold or reach privilege and has not been used for longer than the policy allows?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Privilege that nobody uses serves an intruder alone, and nobody would notice its use as unusual or miss it "
        "when it is gone. Forgotten administrators and readers of secrets are where it starts."
    ),
    remediation=(
        "Ask the owner. Then take the policies off, see whether anything breaks, and delete the identity; a role that "
        "is kept for emergencies gets an owner, a suppression with an expiry, and an alarm on its use."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html", "2026-11"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
    ),
    frameworks=(
        "NHI1:2025",
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-2(3)",
        "NIST SP 800-53 AC-6(7)",
        "CIS Controls 8.1 5.3",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Privilege means full control of an account, held or reachable, or one of the impact classes H1 to H4 (grant "
        "privilege, make identities or credentials, become another identity, read secrets).",
        "AWS records the last use of a role for 400 days and that of keys since April 2015; a use in a region whose "
        "records began later is not seen.",
        "An identity younger than the limit passes even if it was never used.",
        "Which services were used is only known where service last accessed data was collected; a class counts as "
        "unused when every service that could exercise it and is granted was not used.",
        "Use by service-specific credentials and signing certificates is not recorded; the former open none of the "
        "services that H1 to H4 are about.",
        "Roles kept for emergencies look the same; suppress them where it is meant.",
        "Roles of IAM Identity Center and service-linked roles are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity, and one for its services where their last use is known."""
    gains = impact_gains(snapshot, context)
    for node in identities(context):
        reached = [gain.impact for gain in gains.get(node.id, ()) if gain.state >= State.CONDITIONAL]
        held = held_classes(node.attributes)
        if context.privileged(node.id) or held or reached:
            yield from _judge(node, context, held, tuple(reached))
        elif context.admins.get(node.id) is not None or gains.get(node.id):
            yield _doubtful(node, context)
        elif policies_seen(node):
            yield Verdict.passed(node.id)
        else:
            yield Verdict.not_judged(node.id, "Its policies are not in the evidence.")


def _doubtful(node: Node, context: RuleContext) -> Verdict:
    last, as_of, limit = last_use(context, node).last, context.as_of, context.policy.unused_privilege_days
    if last is not None and as_of is not None and is_recent(last, as_of, limit):
        idle = idleness(context, Use(last, last, ""), limit)
        return Verdict(idle.outcome, node.id, idle.reason)
    return Verdict.not_judged(node.id, "Whether it has privilege rests on missing evidence.")


def _judge(
    node: Node, context: RuleContext, held: tuple[Impact, ...], reached: tuple[Impact, ...]
) -> Iterator[Verdict]:
    limit = context.policy.unused_privilege_days
    use = last_use(context, node)
    idle = idleness(context, use, limit)
    if idle.outcome is not Outcome.FAILED:
        yield Verdict(idle.outcome, node.id, idle.reason)
        if use.last is not None and context.as_of is not None and is_recent(use.last, context.as_of, limit):
            yield from _services(node, context, context.as_of, held)
        return
    what = (
        f"was last used {idle.days} days ago" if use.last else f"shows no use in the {idle.days} days since it was made"
    )
    yield Verdict(
        Outcome.FAILED,
        node.id,
        f"{node.name} {what}; the policy allows {limit} for an identity that "
        f"{_privilege(node, context, held, reached)}.",
        severity=context.severity_for(node.id, Severity.MEDIUM),
    )


def _privilege(node: Node, context: RuleContext, held: tuple[Impact, ...], reached: tuple[Impact, ...]) -> str:
    if context.privileged(node.id):
        witness = context.admins[node.id]
        scope = witness.scope.removeprefix("aws:").replace(":", " ")
        when = ", if conditions are met" if witness.state is State.CONDITIONAL else ""
        return f"{'can obtain' if witness.steps else 'has'} full control of {scope}{when}"
    parts = [f"can {_titles(held)}"] if held else []
    parts += [f"can by escalation {_titles(reached)}"] if reached else []
    return " and ".join(parts)


def _titles(impacts: tuple[Impact, ...]) -> str:
    titles = impact_aws().titles
    return ", ".join(f"{titles[impact]} ({impact.value})" for impact in impacts)


def _services(node: Node, context: RuleContext, as_of: datetime, held: tuple[Impact, ...]) -> Iterator[Verdict]:
    """Judge classes of an identity that is in use by the services that exercise them."""
    moments = service_moments(node)
    created = parse_moment(node.attributes.get("created_at"))
    limit = context.policy.unused_privilege_days
    if not moments or created is None or is_recent(created, as_of, limit):
        return
    unused: dict[Impact, tuple[str, ...]] = {}
    for impact in CLASSES:
        services = sorted({action.partition(":")[0] for action in impact_aws().classes[impact]} & set(moments))
        used = [moment for moment in (moments[service] for service in services) if moment is not None]
        if impact in held and services and not any(is_recent(moment, as_of, limit) for moment in used):
            unused[impact] = tuple(services)
    if unused:
        services = sorted({service for names in unused.values() for service in names})
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"{node.name} is in use, but can {_titles(tuple(unused))} and has used none of {', '.join(services)} for "
            f"more than {limit} days.",
            key="services",
            severity=context.severity_for(node.id, Severity.MEDIUM),
            confidence=Confidence.MEDIUM,
        )
    elif not context.as_of_is_lower_bound:
        yield Verdict.passed(node.id)
