"""Fetch Glue jobs, development endpoints and triggers of one region.

Input: an ``AwsFetch`` and a region. Output: the ``glue.*`` files of the region.
Not handled: crawlers, interactive sessions, connections, workflows; scripts (never asked for).
"""

from __future__ import annotations

from collectors.aws.automation.kept import keep_jobs
from collectors.aws.fetching import AwsFetch
from collectors.paging import PageStyle

__all__ = ["fetch_glue"]


def _style(key: str, size: int) -> PageStyle:
    return PageStyle((key,), "NextToken", "NextToken", "MaxResults", size)


# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-job.html: up to 1000 a page, triggers up to 200
_JOBS, _ENDPOINTS, _TRIGGERS = _style("Jobs", 1000), _style("DevEndpoints", 1000), _style("Triggers", 200)


def fetch_glue(fetch: AwsFetch, region: str) -> None:
    """Fetch jobs, development endpoints and triggers, each in pages."""
    fetch.pages("glue.get_jobs", _JOBS, region=region, keep=keep_jobs)
    fetch.pages("glue.get_dev_endpoints", _ENDPOINTS, region=region)
    fetch.pages("glue.get_triggers", _TRIGGERS, region=region)
