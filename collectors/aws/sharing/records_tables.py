"""DynamoDB tables with their streams, and image repositories.

Input: ``dynamodb`` and ``ecr`` answers. Output: records with their policies.
Not handled: tables of which only the name is known (a gap says so), backups, public registries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account
from collectors.aws.records_tags import TagIndex
from collectors.aws.resource_types import AwsResource, ResourceKind
from collectors.evidence.evidence import Call

__all__ = ["read_repositories", "read_tables"]

_TABLE, _TABLE_POLICY = "dynamodb.describe_table", "dynamodb.get_resource_policy"
_REPOSITORIES, _REPOSITORY_POLICY = "ecr.describe_repositories", "ecr.get_repository_policy"


def read_tables(reading: Reading, account: str, tags: TagIndex) -> Iterator[AwsResource]:
    """Yield tables and, as resources of their own, their latest streams."""
    policies = reading.by_request(_TABLE_POLICY, account, "ResourceArn")
    for region, _, answer in reading.answers(_TABLE, account):
        table = answer.inner("Table")
        try:
            yield _table(reading, table, region, policies, tags)
            if table.text("LatestStreamArn"):
                yield _stream(reading, table, region, policies)
        except FieldError as error:
            reading.gap(_TABLE, account, region, str(error))


def _table(
    reading: Reading, table: Fields, region: str, policies: Mapping[tuple[str, str], Call], tags: TagIndex
) -> AwsResource:
    arn = table.arn("TableArn")
    account = arn_account(arn)
    policy, presence = reading.policy(_TABLE_POLICY, account, region, policies.get((region, arn)), "Policy")
    own_tags, tags_known = tags.of(region, arn)
    stream = table.text("LatestStreamArn")
    return AwsResource(
        arn=arn,
        name=table.text("TableName") or arn.split("/")[-1],
        kind=ResourceKind.DYNAMODB_TABLE,
        account=account,
        region=region,
        ref=table.ref,
        policy=policy,
        policy_presence=presence,
        kms_key_id=table.inner("SSEDescription").text("KMSMasterKeyArn"),
        settings={"LatestStreamArn": stream} if stream else {},
        tags=own_tags,
        tags_known=tags_known,
    )


def _stream(reading: Reading, table: Fields, region: str, policies: Mapping[tuple[str, str], Call]) -> AwsResource:
    arn = table.arn("LatestStreamArn")
    account = arn_account(arn)
    policy, presence = reading.policy(_TABLE_POLICY, account, region, policies.get((region, arn)), "Policy")
    stream = table.inner("StreamSpecification")
    return AwsResource(
        arn=arn,
        name=arn.partition("/")[2],
        kind=ResourceKind.DYNAMODB_STREAM,
        account=account,
        region=region,
        ref=stream.ref,
        policy=policy,
        policy_presence=presence,
        settings={
            "TableArn": table.arn("TableArn"),
            "StreamEnabled": str(stream.flag("StreamEnabled") is True).lower(),
            "StreamViewType": stream.text("StreamViewType"),
        },
    )


def read_repositories(reading: Reading, account: str, tags: TagIndex) -> Iterator[AwsResource]:
    """Yield image repositories."""
    policies = reading.by_request(_REPOSITORY_POLICY, account, "repositoryName")

    def build(item: Fields, region: str, _call: Call) -> AwsResource:
        arn, name = item.arn("repositoryArn"), item.required("repositoryName")
        policy, presence = reading.policy(
            _REPOSITORY_POLICY, account, region, policies.get((region, name)), "policyText"
        )
        own_tags, tags_known = tags.of(region, arn)
        return AwsResource(
            arn=arn,
            name=name,
            kind=ResourceKind.ECR_REPOSITORY,
            account=arn_account(arn),
            region=region,
            ref=item.ref,
            policy=policy,
            policy_presence=presence,
            kms_key_id=item.inner("encryptionConfiguration").text("kmsKey"),
            settings={"imageTagMutability": item.text("imageTagMutability")},
            tags=own_tags,
            tags_known=tags_known,
        )

    yield from reading.each(_REPOSITORIES, account, "repositories", build)
