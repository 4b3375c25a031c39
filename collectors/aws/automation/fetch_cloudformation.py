"""Fetch CloudFormation stacks and stack sets of one region.

Input: an ``AwsFetch`` and a region. Output: the ``cloudformation.*`` files of the region.
Not handled: templates and stack resources (never asked for), deleted stacks, and stack sets that a delegated
administrator manages in the management account's name.
"""

from __future__ import annotations

from collectors.aws.automation.kept import keep_stack_instances, keep_stack_set
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_cloudformation"]

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html: no page size to choose
_STACKS = PageStyle(("Stacks",), "NextToken", "NextToken")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSets.html: up to 100 a page
_STACK_SETS = PageStyle(("Summaries",), "NextToken", "NextToken", "MaxResults", 100)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html: up to 100 a page
_INSTANCES = PageStyle(("Summaries",), "NextToken", "NextToken", "MaxResults", 100)
_LISTING, _DETAILS, _PLACES = (
    "cloudformation.list_stack_sets",
    "cloudformation.describe_stack_set",
    "cloudformation.list_stack_instances",
)


def fetch_cloudformation(fetch: AwsFetch, region: str) -> None:
    """Fetch stacks in pages, and stack sets one call each, and their instances in pages."""
    fetch.pages("cloudformation.describe_stacks", _STACKS, region=region)
    if fetch.pages(_LISTING, _STACK_SETS, {"Status": "ACTIVE"}, region) is not CallOutcome.OK:
        for name in (_DETAILS, _PLACES):
            fetch.blocked(name, _LISTING, region)
        return
    sets = fetch.listed(_LISTING, "Summaries", region)
    names = sorted(str(item["StackSetName"]) for item in sets if item.get("StackSetName"))
    requests = [Request({"StackSetName": name}) for name in names]
    fetch.each(_DETAILS, requests, region, keep=keep_stack_set)
    fetch.each(_PLACES, requests, region, _INSTANCES, keep=keep_stack_instances)
