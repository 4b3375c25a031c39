"""Fetch CodeBuild projects of one region, and which source providers it holds credentials for.

Input: an ``AwsFetch`` and a region. Output: the ``codebuild.*`` files of the region.
Not handled: builds and their overrides, fleets, reports; projects that other accounts share; secrets, which the answers
do not hold (values of plain environment variables are redacted on writing).
"""

from __future__ import annotations

from collectors.aws.automation.kept import keep_projects
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_codebuild"]

# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ListProjects.html: 100 a page, not to be chosen
_PROJECTS = PageStyle(("projects",), "nextToken", "nextToken")
_AT_ONCE = 100
"""https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BatchGetProjects.html"""
_LISTING, _DETAILS, _CREDENTIALS = (
    "codebuild.list_projects",
    "codebuild.batch_get_projects",
    "codebuild.list_source_credentials",
)


def fetch_codebuild(fetch: AwsFetch, region: str) -> None:
    """Fetch projects, 100 a call, and the metadata of stored source credentials."""
    fetch.one(_CREDENTIALS, region=region)
    if fetch.pages(_LISTING, _PROJECTS, region=region) is not CallOutcome.OK:
        fetch.blocked(_DETAILS, _LISTING, region)
        return
    names = sorted(str(name) for name in (fetch.body(_LISTING, region) or {}).get("projects") or ())
    requests = [Request({"names": names[start : start + _AT_ONCE]}) for start in range(0, len(names), _AT_ONCE)]
    fetch.each(_DETAILS, requests, region, keep=keep_projects)
