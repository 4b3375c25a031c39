"""Objects of S3 that hold a state of Terraform: reading one is having every secret in it.

Input: the world with the places of states (``AwsWorld.state_objects``). Output: ``Asset`` rows, one for each object.
Handled: policies that speak of the very object or its prefix; the customer key that the backend's settings name.
Not handled: a bucket that was not collected, whose readers nobody looked at; encryption that the bucket sets by itself;
earlier versions of the object.

References
----------
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (reading needs kms:Decrypt, read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.edges.aws.access_assets import Asset, KeyRing, Protected, key_resource
from graph.edges.aws.public_bucket import keeps_others_out
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.principals import Resource
from graph.kinds import Impact

__all__ = ["StateObject", "state_assets"]


@dataclass(frozen=True, slots=True)
class StateObject:
    """One object that holds a state."""

    node: str
    bucket: str
    key: str
    kms_key: str = ""
    """Of the backend's settings; empty where they name none."""


def state_assets(world: AwsWorld) -> Iterator[Asset]:
    """Yield the objects whose bucket was collected."""
    buckets = {bucket.name: bucket for bucket in world.records.buckets} if world.state_objects else {}
    for item in world.state_objects:
        bucket = buckets.get(item.bucket)
        if bucket is None:
            continue
        resource = Resource(
            arn=f"{bucket.arn}/{item.key}",
            account=bucket.account,
            tags=None,
            organization_id=world.organization_of(bucket.account),
        )
        policy = world.resource_policies.get(bucket.arn)
        account = world.accounts.get(bucket.account)
        blocks = (bucket.public_access_block, account.public_access_block if account else None)
        parts = (Protected("s3:GetObject", resource, item.node, policy, False, policy_of=bucket.arn),)
        decrypt, note = _decrypt(world, item, bucket.account, bucket.region)
        yield Asset((*parts, *decrypt), Impact.H4, note, home_only=keeps_others_out(policy, blocks))


def _decrypt(world: AwsWorld, item: StateObject, account: str, region: str) -> tuple[tuple[Protected, ...], str]:
    if not item.kms_key:
        return (), ""
    key = KeyRing(world).find(item.kms_key, account, region)
    if key is None or key.arn not in world.resource_policies:
        return (), f"The key {item.kms_key} was not looked at; it could refuse."
    stated = (("kms:viaservice", (f"s3.{region}.amazonaws.com",)),) if region else ()
    policy = world.resource_policies[key.arn]
    return (Protected("kms:Decrypt", key_resource(world, key), key.arn, policy, True, stated),), ""
