"""EC2 Instance Connect endpoints, and which instances were started with user data.

Input: ``ec2`` and ``autoscaling`` answers. Output: endpoints; user data presence by instance id.
Not handled: instances whose start nothing describes; user data that was changed while an instance was stopped.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.aws.compute.records_autoscaling import start_facts_of_members
from collectors.aws.compute.records_templates import read_templates
from collectors.aws.records_fields import Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsInstanceConnectEndpoint
from collectors.evidence.evidence import Call

__all__ = ["TEMPLATE_TAG", "read_endpoints", "user_data_lookup"]

TEMPLATE_TAG = "aws:ec2launchtemplate:id"
"""Tag that EC2 itself puts on an instance that was started from a template.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html (read 2026-11)
"""
_VERSION_TAG = "aws:ec2launchtemplate:version"
_ATTRIBUTE = "ec2.describe_instance_attribute"


def read_endpoints(reading: Reading) -> tuple[AwsInstanceConnectEndpoint, ...]:
    """Return EC2 Instance Connect endpoints."""
    name = "ec2.describe_instance_connect_endpoints"
    return tuple(
        endpoint
        for account in reading.accounts
        for endpoint in reading.each(name, account, "InstanceConnectEndpoints", _endpoint)
    )


def user_data_lookup(reading: Reading, account: str) -> Callable[[str, dict[str, str]], bool | None]:
    """Return a function from instance id and tags to whether the instance has user data.

    Notes
    -----
    The instance's own attribute decides where a dump holds it. A template or configuration with user data means that
    the instance has some, since a start may replace it but not remove it. One without says so for members of an Auto
    Scaling group alone: any other start may have added its own.
    """
    templates = read_templates(reading, account)
    members = start_facts_of_members(reading, account, templates)
    own = _own_attributes(reading, account)

    def has_user_data(instance: str, tags: dict[str, str]) -> bool | None:
        if instance in own:
            return own[instance]
        if instance in members:
            return members[instance].has_user_data
        facts = templates.version(tags[TEMPLATE_TAG], tags.get(_VERSION_TAG, "")) if TEMPLATE_TAG in tags else None
        return True if facts is not None and facts.has_user_data else None

    return has_user_data


def _own_attributes(reading: Reading, account: str) -> dict[str, bool]:
    return {
        answer.text("InstanceId"): bool(answer.inner("UserData").text("Value"))
        for _, _, answer in reading.answers(_ATTRIBUTE, account)
        if "UserData" in answer.body
    }


def _endpoint(item: Fields, region: str, _call: Call) -> AwsInstanceConnectEndpoint:
    arn = item.arn("InstanceConnectEndpointArn")
    return AwsInstanceConnectEndpoint(
        arn=arn,
        id=item.required("InstanceConnectEndpointId"),
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        state=item.text("State"),
        vpc_id=item.text("VpcId"),
        subnet_id=item.text("SubnetId"),
        tags=item.tags(),
    )
