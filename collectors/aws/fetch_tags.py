"""Fetch the tags of what its own list answers give none for, of one region, in pages instead of one call an object.

Input: an ``AwsFetch`` and a region. Output: ``resourcegroupstaggingapi.get_resources`` of the region.
Not handled: objects that never had a tag (the service does not list them).
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch
from collectors.paging import PageStyle

__all__ = ["fetch_tags"]

# https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html: up to 100 a page
_RESOURCES = PageStyle(("ResourceTagMappingList",), "PaginationToken", "PaginationToken", "ResourcesPerPage", 100)
_TYPES = ["lambda:function", "s3", "kms:key", "sqs", "sns", "dynamodb:table", "ecr:repository", "ssm:parameter"]
"""What carries no tags in its own list answers."""


def fetch_tags(fetch: AwsFetch, region: str) -> None:
    """Fetch tags of the resource types in ``_TYPES``."""
    fetch.pages("resourcegroupstaggingapi.get_resources", _RESOURCES, {"ResourceTypeFilters": _TYPES}, region)
