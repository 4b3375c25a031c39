"""Fetch App Runner services, and Batch compute environments and job definitions.

Input: an ``AwsFetch`` and a region. Output: the ``apprunner.*`` and ``batch.*`` files of the region.
Not handled: Batch jobs, whose definitions say what they run as.
"""

from __future__ import annotations

from collectors.aws.compute.kept import keep_containers
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_apprunner", "fetch_batch"]

_SERVICES, _SERVICE = "apprunner.list_services", "apprunner.describe_service"
# https://docs.aws.amazon.com/apprunner/latest/api/API_ListServices.html: up to 20 a page
_SERVICE_PAGES = PageStyle(("ServiceSummaryList",), "NextToken", "NextToken", "MaxResults", 20)
# https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeComputeEnvironments.html: up to 100 a page
_ENVIRONMENT_PAGES = PageStyle(("computeEnvironments",), "nextToken", "nextToken", "maxResults", 100)
# https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobDefinitions.html: up to 100 a page
_DEFINITION_PAGES = PageStyle(("jobDefinitions",), "nextToken", "nextToken", "maxResults", 100)


def fetch_apprunner(fetch: AwsFetch, region: str) -> None:
    """Fetch services and, one call each, their roles."""
    if fetch.pages(_SERVICES, _SERVICE_PAGES, region=region) is not CallOutcome.OK:
        fetch.blocked(_SERVICE, _SERVICES, region)
        return
    services = fetch.listed(_SERVICES, "ServiceSummaryList", region)
    arns = sorted(str(item["ServiceArn"]) for item in services if item.get("ServiceArn"))
    fetch.each(_SERVICE, [Request({"ServiceArn": arn}) for arn in arns], region, keep=keep_containers)


def fetch_batch(fetch: AwsFetch, region: str) -> None:
    """Fetch compute environments and active job definitions."""
    fetch.pages("batch.describe_compute_environments", _ENVIRONMENT_PAGES, region=region)
    fetch.pages("batch.describe_job_definitions", _DEFINITION_PAGES, {"status": "ACTIVE"}, region, keep_containers)
