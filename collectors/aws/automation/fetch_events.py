"""Fetch EventBridge buses, rules and targets, and EventBridge Scheduler schedules, of one region.

Input: an ``AwsFetch`` and a region. Output: the ``events.*`` and ``scheduler.*`` files of the region.
Not handled: pipes, archives, API destinations; what targets are given (never written).
"""

from __future__ import annotations

from collectors.aws.automation.kept import keep_schedule, keep_targets
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_events", "fetch_scheduler"]


def _style(key: str) -> PageStyle:
    # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html: up to 100 a page
    return PageStyle((key,), "NextToken", "NextToken", "Limit", 100)


# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html: up to 100 a page
_SCHEDULES = PageStyle(("Schedules",), "NextToken", "NextToken", "MaxResults", 100)
_BUSES, _RULES, _TARGETS = "events.list_event_buses", "events.list_rules", "events.list_targets_by_rule"
_LISTING, _DETAILS = "scheduler.list_schedules", "scheduler.get_schedule"


def fetch_events(fetch: AwsFetch, region: str) -> None:
    """Fetch buses with their policies, the rules of each bus, and the targets of each rule."""
    if fetch.pages(_BUSES, _style("EventBuses"), region=region) is not CallOutcome.OK:
        fetch.blocked(_RULES, _BUSES, region)
        fetch.blocked(_TARGETS, _BUSES, region)
        return
    buses = sorted(str(item["Name"]) for item in fetch.listed(_BUSES, "EventBuses", region) if item.get("Name"))
    fetch.each(_RULES, [Request({"EventBusName": bus}) for bus in buses], region, _style("Rules"))
    answers = [line for line in fetch.lines(_RULES, region) if line.response is not None]
    if buses and not answers and not fetch.known(_RULES, region):
        fetch.blocked(_TARGETS, _RULES, region)
        return
    rules = [
        Request({"Rule": str(rule["Name"]), "EventBusName": str(line.request["EventBusName"])})
        for line in answers
        for rule in (line.response or {})["Rules"]
        if rule.get("Name")
    ]
    fetch.each(_TARGETS, rules, region, _style("Targets"), keep=keep_targets)


def fetch_scheduler(fetch: AwsFetch, region: str) -> None:
    """Fetch schedules, one call each: the listing does not name their roles."""
    if fetch.pages(_LISTING, _SCHEDULES, region=region) is not CallOutcome.OK:
        fetch.blocked(_DETAILS, _LISTING, region)
        return
    schedules = fetch.listed(_LISTING, "Schedules", region)
    names = sorted(
        (str(item.get("GroupName") or "default"), str(item["Name"])) for item in schedules if item.get("Name")
    )
    fetch.each(
        _DETAILS, [Request({"Name": name, "GroupName": group}) for group, name in names], region, keep=keep_schedule
    )
