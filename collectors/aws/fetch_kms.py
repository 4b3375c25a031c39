"""Fetch KMS keys of one region, their aliases, policies and grants.

Input: an ``AwsFetch`` and a region. Output: the ``kms.*`` files of the region.
Not handled: keys of other accounts.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch, Request
from collectors.aws.sharing.fetch_grants import GRANTS, fetch_grants
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_kms"]

# https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html: up to 1000 a page
_KEYS = PageStyle(("Keys",), "Marker", "NextMarker", "Limit", 1000, "Truncated")
# https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html: up to 100 a page
_ALIASES = PageStyle(("Aliases",), "Marker", "NextMarker", "Limit", 100, "Truncated")


def fetch_kms(fetch: AwsFetch, region: str) -> None:
    """Fetch keys, aliases and, two calls a key (three for a customer's), what it is and who may use it."""
    listing, details = "kms.list_keys", ("kms.describe_key", "kms.get_key_policy")
    fetch.pages("kms.list_aliases", _ALIASES, region=region)
    if fetch.pages(listing, _KEYS, region=region) is not CallOutcome.OK:
        for name in (*details, GRANTS):
            fetch.blocked(name, listing, region)
        return
    keys = sorted(str(item["KeyId"]) for item in fetch.listed(listing, "Keys", region) if item.get("KeyId"))
    fetch.each(details[0], [Request({"KeyId": key}) for key in keys], region)
    # A key has one policy, and its name is always "default".
    fetch.each(details[1], [Request({"KeyId": key, "PolicyName": "default"}) for key in keys], region)
    fetch_grants(fetch, region)
