"""What CAN_ACCESS is about: secrets, buckets and keys, each with every permission that its use needs.

Input: the world's resources and their policies. Output: ``Asset`` rows.
Handled: the KMS key of a secret, AWS's own key for secrets, buckets that block public policies.
Not handled: parts of a bucket (one object that no policy names stands for all).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.aws.records import AwsKmsKey, AwsSecret
from collectors.aws.resource_types import AwsResource
from graph.edges.aws.public_bucket import keeps_others_out
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.document import PolicyDocument
from graph.evaluate.aws.encryption_context import encryption_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import Impact

__all__ = [
    "Asset",
    "Consent",
    "KeyRing",
    "Protected",
    "Stated",
    "assets_of",
    "key_of_secret",
    "key_resource",
    "presented",
    "secret_resource",
]

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
    policy_of: str = ""
    """Node whose policy it is, where that is another one: the bucket of an object."""

    def presented(self, account: str) -> dict[str, tuple[str, ...]]:
        """Return the condition keys that a caller of an account presents."""
        return presented(self.action, self.stated, account)

    @property
    def grant_prefix(self) -> str:
        """Return the prefix of the resource policy's statement grants."""
        return f"aws:resource_policy:{self.policy_of or self.node}"


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
    """Yield the assets that have records of their own: secrets, buckets, keys."""
    yield from _secrets(world, KeyRing(world))
    yield from _buckets(world)
    yield from _keys(world)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the KMS key of an encrypted thing asks of its reader."""

    parts: tuple[Protected, ...] = ()
    note: str = ""
    home_only: bool = False


class KeyRing:
    """KMS keys of the world, found by what vendors' records call them."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        self._by_name: dict[str, AwsKmsKey] = {}
        for key in world.records.kms_keys:
            place = f"{key.account}/{key.region}"
            for name in (key.arn, f"{place}:{key.id}", *(f"{place}:{alias}" for alias in key.aliases)):
                self._by_name.setdefault(name, key)

    def consent(self, wanted: str, default: str, service: str, thing: AwsSecret | AwsResource) -> Consent:
        """Return what reading under a key needs beside the permission on the thing itself.

        Parameters
        ----------
        wanted
            Key id, ARN or alias as the thing's record gives it; empty: the service's default key.
        default
            Alias of AWS's own key for the service, which lets in everybody of the account through the service and
            nobody else.
        service
            Its part of ``kms:ViaService``.
        thing
            What is read: where it is, and what the service tells KMS of it.
        """
        if not wanted or wanted == default or wanted.endswith(f":{default}"):
            # AWS's own key cannot be used from another account:
            # https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
            return Consent(home_only=True)
        key = self.find(wanted, thing.account, thing.region)
        if key is None:
            return Consent(note=f"The key {wanted} was not looked at; it could refuse.")
        if key.arn not in self._world.resource_policies:
            return Consent(note=f"The key policy of {key.arn} was not looked at; it could refuse.")
        stated = (("kms:viaservice", (f"{service}.{thing.region}.amazonaws.com",)),)
        policy = self._world.resource_policies[key.arn]
        resource = key_resource(self._world, key)
        # On the resource and not among the stated keys: it differs with the thing, and things of a class share those.
        resource = replace(resource, extra={**resource.extra, **encryption_context(service, thing.arn)})
        decrypt = Protected("kms:Decrypt", resource, key.arn, policy, True, stated)
        return Consent((decrypt,), home_only=key.manager == "AWS")

    def find(self, wanted: str, account: str, region: str) -> AwsKmsKey | None:
        """Return the key that a record names: by ARN, by alias ARN, or by id or alias of its own account and region."""
        if wanted in self._by_name:
            return self._by_name[wanted]
        if wanted.startswith("arn:"):
            parts = wanted.split(":", 5)
            if len(parts) < 6:
                return None
            return self._by_name.get(f"{parts[4]}/{parts[3]}:{parts[5].removeprefix('key/')}")
        return self._by_name.get(f"{account}/{region}:{wanted}")


def _secrets(world: AwsWorld, ring: KeyRing) -> Iterator[Asset]:
    for secret in world.records.secrets:
        resource = secret_resource(world, secret)
        read = Protected(
            "secretsmanager:GetSecretValue", resource, secret.arn, world.resource_policies.get(secret.arn), False
        )
        consent = key_of_secret(secret, ring)
        yield Asset((read, *consent.parts), Impact.H4, consent.note, home_only=consent.home_only)


def secret_resource(world: AwsWorld, secret: AwsSecret) -> Resource:
    """Return what is known of a secret as a target."""
    return Resource(
        arn=secret.arn,
        account=secret.account,
        tags=dict(secret.tags),
        organization_id=world.organization_of(secret.account),
    )


def key_of_secret(secret: AwsSecret, ring: KeyRing) -> Consent:
    """Return what the key of a secret asks of its reader."""
    return ring.consent(secret.kms_key_id, "alias/aws/secretsmanager", "secretsmanager", secret)


def key_resource(world: AwsWorld, key: AwsKmsKey) -> Resource:
    """Return what is known of a KMS key as a target."""
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
        account = world.accounts.get(bucket.account)
        blocks = (bucket.public_access_block, account.public_access_block if account else None)
        yield Asset(
            (Protected("s3:GetObject", resource, bucket.arn, policy, False),),
            Impact.H5,
            home_only=keeps_others_out(policy, blocks),
        )


def _keys(world: AwsWorld) -> Iterator[Asset]:
    for key in world.records.kms_keys:
        if key.manager == "CUSTOMER" and key.arn in world.resource_policies:
            policy = world.resource_policies[key.arn]
            yield Asset((Protected("kms:Decrypt", key_resource(world, key), key.arn, policy, True),), Impact.H4)
