"""Fetch what AWS itself watches in one region: findings of IAM Access Analyzer, and CloudTrail trails.

Input: an ``AwsFetch`` and a region. Output: the ``accessanalyzer.*`` and ``cloudtrail.*`` files of the region.
Not handled: resolved findings, the details of unused and internal access, archive rules, event data stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_analyzer", "fetch_trails"]

_ANALYZERS = "accessanalyzer.list_analyzers"
_EXTERNAL, _OTHER = "accessanalyzer.list_findings", "accessanalyzer.list_findings_v2"
_FINDINGS = PageStyle(("findings",), "nextToken", "nextToken", "maxResults", 100)
_OPEN = {"status": {"eq": ["ACTIVE", "ARCHIVED"]}}
"""A resolved finding is about access that is gone."""
_EXTERNAL_KINDS = frozenset({"ACCOUNT", "ORGANIZATION"})
"""https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindings.html: that call is for these alone,
and tells principal, actions and whether it is public; the newer one, for every kind, does not."""
_TRAILS, _STATUS, _SELECTORS = (
    "cloudtrail.describe_trails",
    "cloudtrail.get_trail_status",
    "cloudtrail.get_event_selectors",
)
_STATUS_FIELDS = ("IsLogging", "LatestDeliveryTime", "LatestDeliveryError")
"""The rest is times of digests and notifications, which change with every file that is delivered."""


def fetch_analyzer(fetch: AwsFetch, region: str) -> None:
    """Fetch analyzers and the open findings of each."""
    style = PageStyle(("analyzers",), "nextToken", "nextToken", "maxResults", 100)
    if fetch.pages(_ANALYZERS, style, region=region) is not CallOutcome.OK:
        for name in (_EXTERNAL, _OTHER):
            fetch.blocked(name, _ANALYZERS, region)
        return
    analyzers = sorted(
        (str(item["arn"]), str(item.get("type") or ""))
        for item in fetch.listed(_ANALYZERS, "analyzers", region)
        if item.get("arn")
    )

    def ask(name: str, external: bool) -> None:
        wanted = [arn for arn, kind in analyzers if (kind in _EXTERNAL_KINDS) is external]
        fetch.each(name, [Request({"analyzerArn": arn, "filter": _OPEN}) for arn in wanted], region, _FINDINGS)

    ask(_EXTERNAL, True)
    ask(_OTHER, False)


def fetch_trails(fetch: AwsFetch, region: str) -> None:
    """Fetch trails and, two calls each in its home region, whether and what it records.

    Notes
    -----
    A trail of all regions, or of the organization, is listed in every region; its status is asked at home alone.
    """
    if fetch.one(_TRAILS, region=region) is not CallOutcome.OK:
        for name in (_STATUS, _SELECTORS):
            fetch.blocked(name, _TRAILS, region)
        return
    home: list[dict[str, Any]] = [
        dict(item)
        for item in fetch.listed(_TRAILS, "trailList", region)
        if item.get("TrailARN") and item.get("HomeRegion", region) == region
    ]
    arns = sorted(str(item["TrailARN"]) for item in home)
    fetch.each(_STATUS, [Request({"Name": arn}) for arn in arns], region, keep=_read_status)
    fetch.each(_SELECTORS, [Request({"TrailName": arn}) for arn in arns], region)


def _read_status(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: body[name] for name in _STATUS_FIELDS if name in body}
