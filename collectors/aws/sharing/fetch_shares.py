"""Fetch what an account shares by Resource Access Manager in one region.

Input: an ``AwsFetch`` and a region. Output: the ``ram.*`` files of the region.
Not handled: what others share with the account; which permissions a share gives.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch
from collectors.paging import PageStyle

__all__ = ["fetch_shares"]

_OWN = {"resourceOwner": "SELF"}


def fetch_shares(fetch: AwsFetch, region: str) -> None:
    """Fetch the account's own shares, with whom and of what: three lists, whatever their number."""
    # https://docs.aws.amazon.com/ram/latest/APIReference/API_ListResources.html: up to 500 a page
    for name, key in (
        ("ram.get_resource_shares", "resourceShares"),
        ("ram.list_principals", "principals"),
        ("ram.list_resources", "resources"),
    ):
        fetch.pages(name, PageStyle((key,), "nextToken", "nextToken", "maxResults", 500), _OWN, region)
