"""Fetch S3 buckets, the policy of each, its access control list and its block on public access.

Input: an ``AwsFetch``. Output: the ``s3.*`` files of the account.
Not handled: objects and their ACLs, access points, directory buckets; the account-wide block on public access, which
is a call of its own (``sharing.fetch_account_block``).
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_s3"]

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html: up to 10,000 a page; asking for pages also
# makes S3 name each bucket's region.
_BUCKETS = PageStyle(("Buckets",), "ContinuationToken", "ContinuationToken", "MaxBuckets", 1000)
_LISTING, _PLACE = "s3.list_buckets", "s3.get_bucket_location"
_DETAILS = ("s3.get_bucket_policy", "s3.get_public_access_block", "s3.get_bucket_acl")


def fetch_s3(fetch: AwsFetch) -> None:
    """Fetch buckets and, three calls each in the bucket's own region, what guards them."""
    if fetch.pages(_LISTING, _BUCKETS) is not CallOutcome.OK:
        for name in (_PLACE, *_DETAILS):
            fetch.blocked(name, _LISTING)
        return
    buckets = {
        str(item["Name"]): str(item.get("BucketRegion") or "")
        for item in fetch.listed(_LISTING, "Buckets")
        if item.get("Name")
    }
    unplaced = sorted(name for name, region in buckets.items() if not region)
    if unplaced:
        fetch.each(_PLACE, [Request({"Bucket": name}) for name in unplaced])
        for line in fetch.lines(_PLACE):
            if line.response is not None:
                buckets[str(line.request["Bucket"])] = _region(line.response.get("LocationConstraint"))
    else:
        fetch.unneeded(_PLACE, "the list of buckets says it")
    requests = [Request({"Bucket": name}, call_region=region) for name, region in sorted(buckets.items())]
    for name in _DETAILS:
        fetch.each(name, requests)


def _region(constraint: object) -> str:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: no value is us-east-1, EU is eu-west-1
    return {"": "us-east-1", "EU": "eu-west-1"}.get(str(constraint or ""), str(constraint))
