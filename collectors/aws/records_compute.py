"""Lambda functions and EC2 instances, the workloads that carry roles.

Input: ``lambda``, ``ec2`` and ``ssm`` answers. Output: records.
Not handled: other workloads (see ``compute`` and ``automation``); functions' versions and
aliases, whose policies are their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collectors.aws.compute.records_servers import TEMPLATE_TAG, user_data_lookup
from collectors.aws.records import AwsFunction, AwsInstance
from collectors.aws.records_environment import of_variables
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region, partition_of
from collectors.aws.records_tags import TagIndex, read_tags
from collectors.evidence.evidence import Call
from collectors.interface import Presence

__all__ = ["read_functions", "read_instances"]

_FUNCTIONS, _FUNCTION_POLICY = "lambda.list_functions", "lambda.get_policy"
_INSTANCES, _ASSOCIATIONS = "ec2.describe_instances", "ec2.describe_iam_instance_profile_associations"
_MANAGED = "ssm.describe_instance_information"
_CARRIED = ("associated", "associating")
_GROUP_TAG = "aws:autoscaling:groupName"
"""Tag that EC2 Auto Scaling itself puts on the instances of a group.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html (read 2026-11)
"""


@dataclass(frozen=True, slots=True)
class _Around:
    """What other answers of one account say of its instances."""

    profiles: Mapping[str, str]
    """Instance profile's ARN by instance id."""
    managed: Mapping[str, tuple[frozenset[str], bool]]
    """By region, the instances that Systems Manager reaches, and whether those are all."""
    has_user_data: Callable[[str, dict[str, str]], bool | None]


def read_functions(reading: Reading) -> dict[str, AwsFunction]:
    """Return functions by ARN."""
    found: dict[str, AwsFunction] = {}
    for account in reading.accounts:
        build = _function_builder(reading, account, read_tags(reading, account))
        for function in reading.each(_FUNCTIONS, account, "Functions", build):
            found.setdefault(function.arn, function)
    return found


def read_instances(reading: Reading) -> dict[str, AwsInstance]:
    """Return instances by ARN, terminated ones included as long as the vendor lists them."""
    found: dict[str, AwsInstance] = {}
    for account in reading.accounts:
        around = _Around(
            _associated_profiles(reading, account),
            _managed_instances(reading, account),
            user_data_lookup(reading, account),
        )

        def build(item: Fields, region: str, _call: Call) -> tuple[AwsInstance, ...]:
            return tuple(
                _instance(each, item.text("OwnerId") or account, region, around)  # noqa: B023 # used at once
                for each in item.items("Instances")
            )

        for reservation in reading.each(_INSTANCES, account, "Reservations", build):
            for instance in reservation:
                found.setdefault(instance.arn, instance)
    return found


def _function_builder(reading: Reading, account: str, tags: TagIndex) -> Callable[[Fields, str, Call], AwsFunction]:
    policies = {
        key: call
        for key, call in reading.by_request(_FUNCTION_POLICY, account, "FunctionName").items()
        if not call.request.get("Qualifier")
    }

    def build(item: Fields, region: str, _call: Call) -> AwsFunction:
        arn = item.arn("FunctionArn")
        name = item.text("FunctionName") or arn.split(":")[-1]
        call = policies.get((region, arn)) or policies.get((region, name))
        policy, presence = reading.policy(_FUNCTION_POLICY, account, region, call, "Policy")
        own_tags, tags_known = tags.of(region, arn)
        environment = of_variables(item.inner("Environment").inner("Variables").body)
        return AwsFunction(
            arn=arn,
            name=name,
            account=arn_account(arn),
            region=arn_region(arn) or region,
            role_arn=item.text("Role"),
            ref=item.ref,
            policy=policy,
            policy_presence=presence,
            environment_names=environment.names,
            environment_ids=environment.ids,
            environment_secrets=environment.secrets,
            environment_kinds=environment.kinds,
            environment_hints=environment.hints,
            layers=tuple(layer.text("Arn") for layer in item.items("Layers") if layer.text("Arn")),
            tags=own_tags,
            tags_known=tags_known,
        )

    return build


def _associated_profiles(reading: Reading, account: str) -> dict[str, str]:
    """Return the instance profile's ARN by instance id."""
    found: dict[str, str] = {}
    for _, _, answer in reading.answers(_ASSOCIATIONS, account):
        for item in answer.items("IamInstanceProfileAssociations"):
            arn = item.inner("IamInstanceProfile").text("Arn")
            if arn and item.text("State") in _CARRIED:
                found[item.text("InstanceId")] = arn
    return found


def _managed_instances(reading: Reading, account: str) -> dict[str, tuple[frozenset[str], bool]]:
    """Return, by region, the instances that Systems Manager reaches, and whether those are all."""
    found: dict[str, tuple[frozenset[str], bool]] = {}
    for region in reading.places(account):
        presence = reading.evidence.presence("aws", account, _MANAGED, region)
        online = frozenset(
            item.text("InstanceId")
            for _, _, answer in reading.answers(_MANAGED, account, region)
            for item in answer.items("InstanceInformationList")
            if item.text("PingStatus") == "Online"
        )
        if presence is not Presence.ABSENT:
            found[region] = online, presence in (Presence.PRESENT, Presence.EMPTY)
    return found


def _instance(item: Fields, account: str, region: str, around: _Around) -> AwsInstance:
    instance_id = item.required("InstanceId")
    where = region or _region_of_zone(item.inner("Placement").text("AvailabilityZone"))
    if not where:
        raise FieldError(f"{item.ref}: neither its folder nor its placement names a region")
    online, whole = around.managed.get(region, (frozenset(), False))
    tags = item.tags()
    return AwsInstance(
        arn=f"arn:{partition_of(where)}:ec2:{where}:{account}:instance/{instance_id}",
        id=instance_id,
        account=account,
        region=where,
        state=item.inner("State").text("Name"),
        ref=item.ref,
        profile_arn=item.inner("IamInstanceProfile").text("Arn") or around.profiles.get(instance_id, ""),
        ssm_managed=True if instance_id in online else False if whole else None,
        platform=item.text("PlatformDetails") or item.text("Platform"),
        key_name=item.text("KeyName"),
        launch_template_id=tags.get(TEMPLATE_TAG, ""),
        auto_scaling_group=tags.get(_GROUP_TAG, ""),
        metadata_tokens=_metadata_tokens(item.inner("MetadataOptions")),
        has_user_data=around.has_user_data(instance_id, tags),
        vpc_id=item.text("VpcId"),
        tags=tags,
    )


def _metadata_tokens(options: Fields) -> str:
    return "disabled" if options.text("HttpEndpoint") == "disabled" else options.text("HttpTokens")


def _region_of_zone(zone: str) -> str:
    """Return the region of an availability zone; a local zone's name begins with its region's too."""
    parts = zone.split("-")
    size = 4 if zone.startswith("us-gov-") or zone.startswith("us-iso") else 3
    region = "-".join(parts[:size])
    return region.rstrip("abcdefghijklmnopqrstuvwxyz") if len(parts) >= size else ""
