"""Fetch Data Pipeline pipelines of one region, with the roles that their definitions name.

Input: an ``AwsFetch`` and a region. Output: the ``datapipeline.*`` files of the region.
Not handled: commands, scripts and parameter values of a definition (never written); task runners.
"""

from __future__ import annotations

from collectors.aws.automation.kept import keep_objects
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_datapipeline"]

# https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_ListPipelines.html: no page size to choose
_PIPELINES = PageStyle(("pipelineIdList",), "marker", "marker", more_key="hasMoreResults")
_AT_ONCE = 25
"""https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_DescribePipelines.html"""
_LISTING, _STATES, _DEFINITIONS = (
    "datapipeline.list_pipelines",
    "datapipeline.describe_pipelines",
    "datapipeline.get_pipeline_definition",
)


def fetch_datapipeline(fetch: AwsFetch, region: str) -> None:
    """Fetch pipelines: their states 25 a call, their definitions one call each."""
    if fetch.pages(_LISTING, _PIPELINES, region=region) is not CallOutcome.OK:
        fetch.blocked(_STATES, _LISTING, region)
        fetch.blocked(_DEFINITIONS, _LISTING, region)
        return
    ids = sorted(str(item["id"]) for item in fetch.listed(_LISTING, "pipelineIdList", region) if item.get("id"))
    groups = [Request({"pipelineIds": ids[start : start + _AT_ONCE]}) for start in range(0, len(ids), _AT_ONCE)]
    fetch.each(_STATES, groups, region)
    fetch.each(_DEFINITIONS, [Request({"pipelineId": each}) for each in ids], region, keep=keep_objects)
