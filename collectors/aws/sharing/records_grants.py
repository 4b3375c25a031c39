"""Who holds what beside policies: KMS grants and shares of Resource Access Manager.

Input: ``kms.list_grants`` and ``ram`` answers. Output: records. Not handled: what others share with the account.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.records_fields import Fields, Reading, arn_account, arn_region, partition_of
from collectors.aws.resource_types import AwsKmsGrant, AwsResourceShare
from collectors.evidence.evidence import Call

__all__ = ["read_kms_grants", "read_resource_shares"]

_EQUALS, _SUBSET = "EncryptionContextEquals", "EncryptionContextSubset"


def read_kms_grants(reading: Reading, account: str) -> Iterator[AwsKmsGrant]:
    """Yield the grants of an account's keys."""

    def build(item: Fields, region: str, call: Call) -> AwsKmsGrant:
        key = item.text("KeyId") or str(call.request.get("KeyId", ""))
        if not key.startswith("arn:"):
            key = f"arn:{partition_of(region)}:kms:{region}:{account}:key/{key}"
        constraints = item.inner("Constraints")
        exact, part = constraints.inner(_EQUALS), constraints.inner(_SUBSET)
        return AwsKmsGrant(
            id=item.required("GrantId"),
            key_arn=key,
            account=arn_account(key),
            region=arn_region(key),
            grantee=item.text("GranteePrincipal") or item.required("GranteeServicePrincipal"),
            operations=tuple(sorted(item.texts("Operations"))),
            ref=item.ref,
            retiring=item.text("RetiringPrincipal") or item.text("RetiringServicePrincipal"),
            encryption_context={name: side.text(name) for side in (part, exact) for name in sorted(side.body)},
            encryption_context_exact=bool(exact.body),
            created_at=item.time("CreationDate"),
        )

    yield from reading.each("kms.list_grants", account, "Grants", build)


def read_resource_shares(reading: Reading, account: str) -> Iterator[AwsResourceShare]:
    """Yield the account's own shares with their principals and resources; deleted ones stay listed for a while."""
    principals = _by_share(reading, account, "ram.list_principals", "principals", "id")
    resources = _by_share(reading, account, "ram.list_resources", "resources", "arn")

    def build(item: Fields, region: str, _call: Call) -> tuple[str, AwsResourceShare]:
        arn = item.arn("resourceShareArn")
        return item.text("status"), AwsResourceShare(
            arn=arn,
            name=item.text("name"),
            account=item.text("owningAccountId") or account,
            region=region,
            ref=item.ref,
            allows_external=item.flag("allowExternalPrincipals"),
            principals=tuple(sorted(principals.get(arn, ()))),
            resources=tuple(sorted(resources.get(arn, ()))),
        )

    for status, share in reading.each("ram.get_resource_shares", account, "resourceShares", build):
        if status not in ("DELETED", "DELETING"):
            yield share


def _by_share(reading: Reading, account: str, operation: str, key: str, field: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _, _, answer in reading.answers(operation, account):
        for item in answer.items(key):
            if item.text(field):
                found.setdefault(item.text("resourceShareArn"), set()).add(item.text(field))
    return found
