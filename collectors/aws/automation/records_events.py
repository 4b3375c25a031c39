"""EventBridge buses, rules and Scheduler schedules: what starts a workload by itself, and with which role.

Input: ``events`` and ``scheduler`` answers. Output: resources and triggers.
Not handled: what a rule's pattern matches; pipes; buses of other accounts that a rule forwards to (they are targets).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.automation.joined import filled, own_arn
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region
from collectors.aws.resource_types import AwsResource, ResourceKind
from collectors.aws.workload_types import AwsTrigger
from collectors.evidence.evidence import Call
from collectors.interface import Presence

__all__ = ["read_buses", "read_rules", "read_schedules"]

_BUSES, _RULES, _TARGETS = "events.list_event_buses", "events.list_rules", "events.list_targets_by_rule"
_LISTING, _DETAILS = "scheduler.list_schedules", "scheduler.get_schedule"
_DEFAULT = "default"
"""The bus or schedule group that is meant where none is named."""

_Rule = tuple[str, str, str]
"""Region, bus and name."""


def read_buses(reading: Reading, account: str) -> Iterator[AwsResource]:
    """Yield the event buses of one account with their policies."""
    yield from reading.each(_BUSES, account, "EventBuses", _bus)


def read_rules(reading: Reading, account: str) -> Iterator[AwsTrigger]:
    """Yield one trigger for every target of every rule of one account."""
    rules: dict[_Rule, Fields] = {}
    for region, call, answer in reading.answers(_RULES, account):
        for item in answer.items("Rules"):
            bus = item.text("EventBusName") or str(call.request.get("EventBusName") or _DEFAULT)
            rules.setdefault((region, _bus_name(bus), item.text("Name")), item)

    def build(item: Fields, region: str, call: Call) -> AwsTrigger:
        bus = _bus_name(str(call.request.get("EventBusName") or _DEFAULT))
        name = str(call.request.get("Rule") or "")
        return _rule_target(item, rules.get((region, bus, name)), bus, name, account, region)

    yield from reading.each(_TARGETS, account, "Targets", build)


def read_schedules(reading: Reading, account: str) -> Iterator[AwsTrigger]:
    """Yield the schedules of one account."""
    seen = set()
    for region, _, answer in reading.answers(_DETAILS, account):
        try:
            schedule = _schedule(answer, region)
        except FieldError as error:
            reading.gap(_DETAILS, account, region, str(error))
            continue
        seen.add(schedule.id)
        yield schedule
    for schedule in reading.each(_LISTING, account, "Schedules", lambda item, region, _: _schedule(item, region)):
        if schedule.id not in seen:
            yield schedule


def _bus(item: Fields, region: str, _call: Call) -> AwsResource:
    arn = item.arn("Arn")
    empty = item.body.get("Policy") in (None, "")
    return AwsResource(
        arn=arn,
        name=item.text("Name") or arn.partition("event-bus/")[2],
        kind=ResourceKind.EVENT_BUS,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        policy=None if empty else item.document("Policy"),
        policy_presence=Presence.EMPTY if empty else Presence.PRESENT,
        settings=filled(ManagedBy=item.text("ManagedBy")),
        last_changed_at=item.time("LastModifiedTime"),
    )


def _bus_name(bus: str) -> str:
    return bus.partition("event-bus/")[2] if bus.startswith("arn:") else bus


def _rule_target(item: Fields, rule: Fields | None, bus: str, name: str, account: str, region: str) -> AwsTrigger:
    own = name if bus == _DEFAULT else f"{bus}/{name}"
    arn = (rule.text("Arn") if rule else "") or own_arn("events", region, account, f"rule/{own}")
    managed = bool(rule and rule.text("ManagedBy"))
    state = rule.text("State") if rule else ""
    return AwsTrigger(
        id=f"{arn}#{item.required('Id')}",
        kind="event-rule",
        account=arn_account(arn),
        region=arn_region(arn) or region,
        target_arn=_started(item),
        ref=item.ref,
        # A rule without a pattern runs by the clock and not by what is on the bus.
        source_arn=own_arn("events", region, account, f"event-bus/{bus}") if rule and rule.text("EventPattern") else "",
        role_arn=item.text("RoleArn") or (rule.text("RoleArn") if rule else ""),
        enabled=state.startswith("ENABLED") if state else None,
        # A target may be given a constant input, and nothing of the event then:
        # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html (read 2026-11).
        input_free=not managed,
        managed_elsewhere=managed,
    )


def _schedule(item: Fields, region: str) -> AwsTrigger:
    arn, target, state = item.arn("Arn"), item.inner("Target"), item.text("State")
    return AwsTrigger(
        id=arn,
        kind="schedule",
        account=arn_account(arn),
        region=arn_region(arn) or region,
        target_arn=_started(target),
        ref=item.ref,
        role_arn=target.text("RoleArn"),
        enabled=state == "ENABLED" if state else None,
        input_free=True,
    )


def _started(target: Fields) -> str:
    """Return what a target starts: of a cluster the task definition, of a job queue the job definition."""
    task = target.inner("EcsParameters").text("TaskDefinitionArn")
    job = target.inner("BatchParameters").text("JobDefinition")
    return task or (job if job.startswith("arn:") else "") or target.required("Arn")
