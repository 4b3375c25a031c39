"""Fetch CodePipeline pipelines of one region.

Input: an ``AwsFetch`` and a region. Output: the ``codepipeline.*`` files of the region.
Not handled: executions, webhooks, custom action types; what actions are given beyond names and places (never written).
"""

from __future__ import annotations

from collectors.aws.automation.kept import keep_pipeline
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_codepipeline"]

# https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelines.html: up to 1000 a page
_PIPELINES = PageStyle(("pipelines",), "nextToken", "nextToken", "maxResults", 1000)
_LISTING, _DETAILS = "codepipeline.list_pipelines", "codepipeline.get_pipeline"


def fetch_codepipeline(fetch: AwsFetch, region: str) -> None:
    """Fetch pipelines, one call each."""
    if fetch.pages(_LISTING, _PIPELINES, region=region) is not CallOutcome.OK:
        fetch.blocked(_DETAILS, _LISTING, region)
        return
    names = sorted(str(item["name"]) for item in fetch.listed(_LISTING, "pipelines", region) if item.get("name"))
    fetch.each(_DETAILS, [Request({"name": name}) for name in names], region, keep=keep_pipeline)
