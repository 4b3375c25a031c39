"""Fetch Lambda functions of one region and the policy of each.

Input: an ``AwsFetch`` and a region. Output: the ``lambda.*`` files of the region.
Not handled: policies of versions, aliases and layers; values of environment variables, which are redacted on writing.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_lambda"]

# https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html: never more than 50 a page
_FUNCTIONS = PageStyle(("Functions",), "Marker", "NextMarker", "MaxItems", 50)


def fetch_lambda(fetch: AwsFetch, region: str) -> None:
    """Fetch functions and, one call each, their resource policies."""
    listing, policies = "lambda.list_functions", "lambda.get_policy"
    if fetch.pages(listing, _FUNCTIONS, region=region) is not CallOutcome.OK:
        fetch.blocked(policies, listing, region)
        return
    functions = fetch.listed(listing, "Functions", region)
    names = sorted(str(item["FunctionName"]) for item in functions if item.get("FunctionName"))
    fetch.each(policies, [Request({"FunctionName": name}) for name in names], region)
