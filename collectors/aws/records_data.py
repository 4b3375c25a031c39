"""Buckets, KMS keys and secrets: what is worth reaching.

Input: ``s3``, ``kms`` and ``secretsmanager`` answers. Output: records, metadata only.
Not handled: object ACLs and access points of S3. The account-wide public access block and KMS grants have readers of
their own (``sharing``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from collectors.aws.records import AwsBucket, AwsKmsKey, AwsSecret
from collectors.aws.records_fields import Fields, Reading, arn_account, arn_region
from collectors.aws.records_tags import TagIndex, read_tags
from collectors.evidence.evidence import Call, is_refusal

__all__ = ["read_buckets", "read_kms_keys", "read_secrets"]

_BUCKET_POLICY, _BLOCK, _LOCATION = "s3.get_bucket_policy", "s3.get_public_access_block", "s3.get_bucket_location"
_ACL = "s3.get_bucket_acl"
_PUBLIC_GROUPS = "http://acs.amazonaws.com/groups/global/"
_KEYS, _KEY, _KEY_POLICY, _ALIASES = "kms.list_keys", "kms.describe_key", "kms.get_key_policy", "kms.list_aliases"
_SECRET_POLICY = "secretsmanager.get_resource_policy"
_BLOCK_SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_OLD_LOCATIONS = {"": "us-east-1", "EU": "eu-west-1"}
"""``LocationConstraint`` of the oldest regions:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html (read 2025-11)."""


def read_buckets(reading: Reading, partitions: Callable[[str], str]) -> dict[str, AwsBucket]:
    """Return buckets by ARN.

    Parameters
    ----------
    reading
        The evidence.
    partitions
        The partition of an account; a bucket's name does not tell.
    """
    found: dict[str, AwsBucket] = {}
    for account in reading.accounts:
        build = _bucket_builder(reading, account, partitions(account), read_tags(reading, account))
        for bucket in reading.each("s3.list_buckets", account, "Buckets", build):
            found.setdefault(bucket.arn, bucket)
    return found


def read_kms_keys(reading: Reading) -> dict[str, AwsKmsKey]:
    """Return KMS keys by ARN."""
    found: dict[str, AwsKmsKey] = {}
    for account in reading.accounts:
        tags = read_tags(reading, account)
        aliases = _key_aliases(reading, account)
        managers = {region_arn: manager for region_arn, manager in _key_managers(reading, account)}
        policies = reading.by_request(_KEY_POLICY, account, "KeyId")
        for region, arn, key_id, ref_owner in _keys(reading, account):
            names = tuple(sorted(aliases.get((region, key_id), ())))
            manager = managers.get(arn, "")
            call = policies.get((region, key_id)) or policies.get((region, arn))
            policy, presence = reading.policy(_KEY_POLICY, account, region, call, "Policy")
            own_tags, tags_known = tags.of(region, arn, key_id)
            key = AwsKmsKey(
                arn=arn,
                id=key_id,
                account=arn_account(arn),
                region=arn_region(arn),
                ref=ref_owner.ref,
                manager=manager or ("AWS" if any(name.startswith("alias/aws/") for name in names) else ""),
                policy=policy,
                policy_presence=presence,
                aliases=names,
                tags=own_tags,
                tags_known=tags_known,
            )
            found.setdefault(arn, key)
    return found


def read_secrets(reading: Reading) -> dict[str, AwsSecret]:
    """Return secrets by ARN."""
    found: dict[str, AwsSecret] = {}
    for account in reading.accounts:
        build = _secret_builder(reading, account)
        for secret in reading.each("secretsmanager.list_secrets", account, "SecretList", build):
            found.setdefault(secret.arn, secret)
    return found


def _any_region(calls: dict[tuple[str, str], Call]) -> dict[str, Call]:
    return {name: call for (_, name), call in calls.items()}


def _bucket_builder(
    reading: Reading, account: str, partition: str, tags: TagIndex
) -> Callable[[Fields, str, Call], AwsBucket]:
    policies = _any_region(reading.by_request(_BUCKET_POLICY, account, "Bucket"))
    blocks = _any_region(reading.by_request(_BLOCK, account, "Bucket"))
    acls = _any_region(reading.by_request(_ACL, account, "Bucket"))
    locations = _any_region(reading.by_request(_LOCATION, account, "Bucket"))

    def build(item: Fields, place: str, _call: Call) -> AwsBucket:
        name = item.required("Name")
        arn = item.text("BucketArn") or f"arn:{partition}:s3:::{name}"
        region = item.text("BucketRegion") or _location(locations.get(name)) or place
        policy, presence = reading.policy(_BUCKET_POLICY, account, place, policies.get(name), "Policy")
        own_tags, tags_known = tags.of(region, arn, f"arn:aws:s3:::{name}")
        return AwsBucket(
            arn=arn,
            name=name,
            account=account,
            ref=item.ref,
            region=region,
            policy=policy,
            policy_presence=presence,
            public_access_block=_block(blocks.get(name)),
            acl_groups=_acl_groups(reading, account, place, acls.get(name)),
            tags=own_tags,
            tags_known=tags_known,
        )

    return build


def _location(call: Call | None) -> str:
    if call is None or call.response is None:
        return ""
    value = call.response.get("LocationConstraint") or ""
    return _OLD_LOCATIONS.get(value, value) if isinstance(value, str) else ""


def _block(call: Call | None) -> dict[str, bool] | None:
    if call is None or is_refusal("aws", _BLOCK, call):
        return None
    body = (call.response or {}).get("PublicAccessBlockConfiguration")
    settings = body if isinstance(body, dict) else {}
    return {name: settings.get(name) is True for name in _BLOCK_SETTINGS}


def _acl_groups(reading: Reading, account: str, place: str, call: Call | None) -> dict[str, tuple[str, ...]] | None:
    """Return what everybody gets by a bucket's access control list.

    References
    ----------
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html (predefined groups, read 2026-11).
    """
    if call is None or call.response is None:
        return None
    found: dict[str, set[str]] = {}
    answer = Fields(call.response, call.ref, lambda reason: reading.gap(_ACL, account, place, reason))
    for grant in answer.items("Grants"):
        group = grant.inner("Grantee").text("URI")
        if group in (f"{_PUBLIC_GROUPS}AllUsers", f"{_PUBLIC_GROUPS}AuthenticatedUsers"):
            found.setdefault(group.removeprefix(_PUBLIC_GROUPS), set()).add(grant.text("Permission"))
    return {group: tuple(sorted(permissions)) for group, permissions in sorted(found.items())}


def _keys(reading: Reading, account: str) -> Iterator[tuple[str, str, str, Fields]]:
    """Yield region, ARN, id and object of every key, from the listing or the key's own answer."""
    yield from reading.each(_KEYS, account, "Keys", lambda item, region, _: (region, *_key_ids(item, "KeyArn"), item))
    for region, _, answer in reading.answers(_KEY, account):
        metadata = answer.inner("KeyMetadata")
        if metadata.text("Arn") and metadata.text("KeyId"):
            yield region, metadata.text("Arn"), metadata.text("KeyId"), metadata


def _key_ids(item: Fields, arn_field: str) -> tuple[str, str]:
    return item.arn(arn_field), item.required("KeyId")


def _key_managers(reading: Reading, account: str) -> Iterator[tuple[str, str]]:
    for _, _, answer in reading.answers(_KEY, account):
        metadata = answer.inner("KeyMetadata")
        yield metadata.text("Arn"), metadata.text("KeyManager")


def _key_aliases(reading: Reading, account: str) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for region, _, answer in reading.answers(_ALIASES, account):
        for alias in answer.items("Aliases"):
            if alias.text("TargetKeyId"):  # AWS lists names that it keeps for keys not yet made
                found.setdefault((region, alias.text("TargetKeyId")), []).append(alias.text("AliasName"))
    return found


def _secret_builder(reading: Reading, account: str) -> Callable[[Fields, str, Call], AwsSecret]:
    policies = reading.by_request(_SECRET_POLICY, account, "SecretId")
    for region, call in reading.calls(_SECRET_POLICY, account):
        if call.response is not None and isinstance(call.response.get("ARN"), str):
            policies.setdefault((region, call.response["ARN"]), call)  # a dump without its request

    def build(item: Fields, region: str, _call: Call) -> AwsSecret:
        arn = item.arn("ARN")
        name = item.text("Name")
        call = policies.get((region, arn)) or policies.get((region, name))
        policy, presence = reading.policy(_SECRET_POLICY, account, region, call, "ResourcePolicy")
        return AwsSecret(
            arn=arn,
            name=name or arn.split(":")[-1],
            account=arn_account(arn),
            region=arn_region(arn),
            ref=item.ref,
            kms_key_id=item.text("KmsKeyId"),
            policy=policy,
            policy_presence=presence,
            rotation_enabled=item.flag("RotationEnabled") is True,
            rotation_function_arn=item.text("RotationLambdaARN"),
            last_rotated_at=item.time("LastRotatedDate"),
            owning_service=item.text("OwningService"),
            created_at=item.time("CreatedDate"),
            last_changed_at=item.time("LastChangedDate"),
            last_accessed_at=item.time("LastAccessedDate"),
            deleted_at=item.time("DeletedDate"),
            tags=item.tags(),
            description=item.text("Description"),
            current_version=_current_version(item.body.get("SecretVersionsToStages")),
        )

    return build


def _current_version(stages: object) -> str:
    """Return the version that an ordinary reader is given."""
    found = stages.items() if isinstance(stages, Mapping) else ()
    return next((str(version) for version, names in found if isinstance(names, list) and "AWSCURRENT" in names), "")
