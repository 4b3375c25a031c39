"""Systems Manager's own documents and parameters: metadata only.

Input: ``ssm`` answers. Output: resources.
Not handled: contents of documents (so which role an automation runs with), values of parameters, shares of either.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.aws.compute.answers import settings_of
from collectors.aws.records_fields import Fields, Reading, partition_of
from collectors.aws.records_tags import TagIndex, read_tags
from collectors.aws.resource_types import AwsResource, ResourceKind
from collectors.evidence.evidence import Call

__all__ = ["read_ssm"]


def read_ssm(reading: Reading) -> tuple[AwsResource, ...]:
    """Return documents and parameters."""
    found: list[AwsResource] = []
    for account in reading.accounts:
        documents = reading.each("ssm.list_documents", account, "DocumentIdentifiers", _document_builder(account))
        found += (each for each in documents if each.settings.get("Owner") != "Amazon")
        build = _parameter_builder(account, read_tags(reading, account))
        found += reading.each("ssm.describe_parameters", account, "Parameters", build)
    return tuple(found)


def _document_builder(account: str) -> Callable[[Fields, str, Call], AwsResource]:
    def build(item: Fields, region: str, _call: Call) -> AwsResource:
        name = item.required("Name")
        return AwsResource(
            # A shared document's name is its whole ARN.
            arn=name
            if name.startswith("arn:")
            else f"arn:{partition_of(region)}:ssm:{region}:{account}:document/{name}",
            name=name.rpartition("/")[2],
            kind=ResourceKind.SSM_DOCUMENT,
            account=account,
            region=region,
            ref=item.ref,
            settings=settings_of(item, "DocumentType", "DocumentFormat", "DocumentVersion", "TargetType", "Owner"),
            tags=item.tags(),
            tags_known=True,
        )

    return build


def _parameter_builder(account: str, tags: TagIndex) -> Callable[[Fields, str, Call], AwsResource]:
    def build(item: Fields, region: str, _call: Call) -> AwsResource:
        name = item.required("Name")
        # A path's own slash stands for the one after "parameter":
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
        built = f"arn:{partition_of(region)}:ssm:{region}:{account}:parameter/{name.removeprefix('/')}"
        arn = item.text("ARN") or built
        return AwsResource(
            arn=arn,
            name=name,
            kind=ResourceKind.SSM_PARAMETER,
            account=account,
            region=region,
            ref=item.ref,
            kms_key_id=item.text("KeyId"),
            secret=item.text("Type") == "SecureString",
            settings=settings_of(item, "Type", "Tier", "DataType", "Version", "Description"),
            tags=dict(tags.by_id.get(arn, {})),
            tags_known=arn in tags.by_id,
            last_changed_at=item.time("LastModifiedDate"),
        )

    return build
