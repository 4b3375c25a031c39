"""Fetch the grants of customer managed KMS keys of one region.

Input: an ``AwsFetch`` after the keys' own answers, and a region. Output: ``kms.list_grants`` of the region.
Not handled: grants on keys that AWS manages (AWS's own services hold them), grants that this account could retire.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch, Request
from collectors.aws.sharing.listing import answered, ids_of
from collectors.paging import PageStyle

__all__ = ["GRANTS", "fetch_grants"]

GRANTS = "kms.list_grants"
# https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html: up to 100 a page
_STYLE = PageStyle(("Grants",), "Marker", "NextMarker", "Limit", 100, "Truncated")


def fetch_grants(fetch: AwsFetch, region: str) -> None:
    """Fetch, one call a key, the grants of every key that is not AWS's own, as far as that is known."""
    own = {
        str(answer["KeyMetadata"].get("KeyId"))
        for _, answer in answered(fetch, "kms.describe_key", region)
        if (answer.get("KeyMetadata") or {}).get("KeyManager") == "AWS"
    }
    keys = [key for key in ids_of(fetch, "kms.list_keys", "Keys", "KeyId", region) if key not in own]
    fetch.each(GRANTS, [Request({"KeyId": key}) for key in keys], region, _STYLE)
