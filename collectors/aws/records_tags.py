"""Tags of resources whose own listing does not carry them.

Input: the tagging service's answers and per-resource tag answers. Output: tags by ARN, and where they are known.
Not handled: tags that come with the listing itself (instances, secrets, users, roles).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.aws.records_fields import Reading
from collectors.interface import Presence

__all__ = ["TagIndex", "read_tags"]

_ALL = "resourcegroupstaggingapi.get_resources"


@dataclass(frozen=True, slots=True)
class TagIndex:
    """Tags of one account's resources."""

    by_id: Mapping[str, Mapping[str, str]]
    """Keyed by ARN, key id or bucket name, whichever the answer names."""
    whole_regions: frozenset[str]
    """Regions in which a resource without an entry has no tags.

    The tagging service returns every resource that is or ever was tagged:
    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html (read 2025-11).
    """

    def of(self, region: str, *ids: str) -> tuple[dict[str, str], bool]:
        """Return the tags of a resource under any of its ids, and whether they are known."""
        for each in ids:
            if each in self.by_id:
                return dict(self.by_id[each]), True
        return {}, region in self.whole_regions


def read_tags(reading: Reading, account: str) -> TagIndex:
    """Return the tags of one account's functions, buckets and KMS keys."""
    found: dict[str, dict[str, str]] = {}
    for _, _, answer in reading.answers(_ALL, account):
        for item in answer.items("ResourceTagMappingList"):
            found[item.text("ResourceARN")] = item.tags()
    for _, call, answer in reading.answers("lambda.list_tags", account):
        found[str(call.request.get("Resource", ""))] = answer.tags()
    for _, call, answer in reading.answers("kms.list_resource_tags", account):
        found[str(call.request.get("KeyId", ""))] = answer.tags(key="TagKey", value="TagValue")
    for _, call in reading.calls("s3.get_bucket_tagging", account):
        if call.error is not None and call.error.code == "NoSuchTagSet":
            found[f"arn:aws:s3:::{call.request.get('Bucket', '')}"] = {}
    for _, call, answer in reading.answers("s3.get_bucket_tagging", account):
        found[f"arn:aws:s3:::{call.request.get('Bucket', '')}"] = answer.tags("TagSet")
    whole = frozenset(
        region
        for region in reading.places(account)
        if reading.evidence.presence("aws", account, _ALL, region) in (Presence.PRESENT, Presence.EMPTY)
    )
    return TagIndex(found, whole)
