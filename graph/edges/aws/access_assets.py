"""What CAN_ACCESS is about: secrets, buckets and keys, each with every permission that its use needs.

Input: the world's resources and their policies. Output: ``Asset`` rows.
Handled: the KMS key of a secret, AWS's own key for secrets, buckets that block public policies.
Not handled: parts of a bucket (one object that no policy names stands for all).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.aws.records import AwsKmsKey, AwsSecret
from graph.edges.aws.public_bucket import is_public
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.document import PolicyDocument
from graph.evaluate.aws.principals import Resource
from graph.kinds import Impact

__all__ = ["Asset", "Protected", "Stated", "assets_of", "presented"]

Stated = tuple[tuple[str, tuple[str, ...]], ...]
"""Condition keys that go with an action whoever asks."""


def presented(action: str, stated: Stated, account: str) -> dict[str, tuple[str, ...]]:
    """Add what the service itself tells of a caller: KMS its account.

    References
    ----------
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html (``kms:CallerAccount``, read 2026-11).
    """
    own = {"kms:calleraccount": (account,)} if account and action.startswith("kms:") else {}
    return {**dict(stated), **own}


@dataclass(frozen=True, slots=True)
class Protected:
    """One permission on one resource."""

    action: str
    resource: Resource
    node: str
    policy: PolicyDocument | None
    mandatory: bool
    """True for KMS keys: identity policies count only if the key policy lets them."""
    stated: Stated = ()

    def presented(self, account: str) -> dict[str, tuple[str, ...]]:
        """Return the condition keys that a caller of an account presents."""
        return presented(self.action, self.stated, account)

    @property
    def grant_prefix(self) -> str:
        """Return the prefix of the resource policy's statement grants."""
        return f"aws:resource_policy:{self.node}"


@dataclass(frozen=True, slots=True)
class Asset:
    """A resource with everything that must be allowed to use it."""

    parts: tuple[Protected, ...]
    impact: Impact
    note: str = ""
    home_only: bool = False
    """Callers of other accounts are kept out whatever the resource's policy says."""

    @property
    def node(self) -> str:
        """Return the node that the edges point to."""
        return self.parts[0].node

    @property
    def account(self) -> str:
        """Return the owning account; ``""`` when unknown."""
        return self.parts[0].resource.account or ""


def assets_of(world: AwsWorld) -> Iterator[Asset]:
    """Yield every asset of the world: secrets, buckets, keys."""
    keys = {key.arn: key for key in world.records.kms_keys}
    yield from _secrets(world, keys)
    yield from _buckets(world)
    yield from _keys(world)


def _secrets(world: AwsWorld, keys: dict[str, AwsKmsKey]) -> Iterator[Asset]:
    for secret in world.records.secrets:
        resource = Resource(
            arn=secret.arn,
            account=secret.account,
            tags=dict(secret.tags),
            organization_id=world.organization_of(secret.account),
        )
        read = Protected(
            "secretsmanager:GetSecretValue", resource, secret.arn, world.resource_policies.get(secret.arn), False
        )
        key, note = _key_of(world, secret, keys)
        if key is None:
            # AWS's own key for secrets cannot be used from another account:
            # https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
            yield Asset((read,), Impact.H4, note, home_only=not note)
            continue
        stated = (("kms:viaservice", (f"secretsmanager.{secret.region}.amazonaws.com",)),)
        decrypt = Protected(
            "kms:Decrypt", _key_resource(world, key), key.arn, world.resource_policies.get(key.arn), True, stated
        )
        yield Asset((read, decrypt), Impact.H4, note, home_only=key.manager == "AWS")


def _key_of(world: AwsWorld, secret: AwsSecret, keys: dict[str, AwsKmsKey]) -> tuple[AwsKmsKey | None, str]:
    wanted = secret.kms_key_id
    if not wanted or wanted == "alias/aws/secretsmanager":
        return None, ""
    for key in keys.values():
        if (
            wanted in (key.arn, key.id)
            or wanted.rsplit("/", 1)[-1] == key.id
            or any(wanted.endswith(alias) for alias in key.aliases)
        ):
            if key.arn in world.resource_policies:
                return key, ""
            return None, f"The key policy of {key.arn} was not looked at; it could refuse."
    return None, f"The key {wanted} was not looked at; it could refuse."


def _key_resource(world: AwsWorld, key: AwsKmsKey) -> Resource:
    aliases = {"kms:resourcealiases": key.aliases} if key.aliases else {}
    return Resource(
        arn=key.arn,
        account=key.account,
        tags=dict(key.tags) if key.tags_known else None,
        organization_id=world.organization_of(key.account),
        extra=aliases,
    )


def _buckets(world: AwsWorld) -> Iterator[Asset]:
    for bucket in world.records.buckets:
        resource = Resource(
            arn=f"{bucket.arn}/nhi-probe-7f3a9c",
            account=bucket.account,
            tags=None,
            organization_id=world.organization_of(bucket.account),
        )
        policy = world.resource_policies.get(bucket.arn)
        block = bucket.public_access_block or {}
        yield Asset(
            (Protected("s3:GetObject", resource, bucket.arn, policy, False),),
            Impact.H5,
            home_only=bool(block.get("RestrictPublicBuckets")) and policy is not None and is_public(policy),
        )


def _keys(world: AwsWorld) -> Iterator[Asset]:
    for key in world.records.kms_keys:
        if key.manager == "CUSTOMER" and key.arn in world.resource_policies:
            policy = world.resource_policies[key.arn]
            yield Asset((Protected("kms:Decrypt", _key_resource(world, key), key.arn, policy, True),), Impact.H4)
