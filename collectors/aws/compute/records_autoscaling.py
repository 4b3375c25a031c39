"""Auto Scaling groups, with the role that their instances start with.

Input: ``autoscaling`` answers, launch templates and configurations. Output: workloads; what members started with.
Not handled: templates that a mixed instances policy names for single instance types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from collectors.aws.compute.answers import settings_of
from collectors.aws.compute.instance_roles import InstanceRoles
from collectors.aws.compute.records_templates import StartFacts, Templates
from collectors.aws.records_fields import Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from collectors.evidence.evidence import Call

__all__ = ["read_groups", "start_facts_of_members"]

_GROUPS = "autoscaling.describe_auto_scaling_groups"
_SETTINGS = ("LaunchConfigurationName", "MinSize", "MaxSize", "DesiredCapacity", "Status")


def read_groups(reading: Reading, account: str, templates: Templates, roles: InstanceRoles) -> tuple[AwsWorkload, ...]:
    """Return one account's Auto Scaling groups."""
    return tuple(reading.each(_GROUPS, account, "AutoScalingGroups", _group_builder(templates, roles)))


def start_facts_of_members(reading: Reading, account: str, templates: Templates) -> dict[str, StartFacts]:
    """Return, by instance id, what members of Auto Scaling groups were started with, where that was seen."""
    found: dict[str, StartFacts] = {}
    for region, _, answer in reading.answers(_GROUPS, account):
        for group in answer.items("AutoScalingGroups"):
            for member in group.items("Instances"):
                facts = _facts(member, region, templates)[1]
                if facts is not None and member.text("InstanceId"):
                    found[member.text("InstanceId")] = facts
    return found


def _group_builder(templates: Templates, roles: InstanceRoles) -> Callable[[Fields, str, Call], AwsWorkload]:
    def build(item: Fields, region: str, _call: Call) -> AwsWorkload:
        arn = item.arn("AutoScalingGroupARN")
        account = arn_account(arn)
        definition, facts, version = _facts(item, region, templates)
        role, known = roles.role_of(facts.profile, account) if facts else ("", False)
        states = [member.text("LifecycleState") for member in item.items("Instances")]
        return AwsWorkload(
            arn=arn,
            name=item.text("AutoScalingGroupName") or arn.rpartition("/")[2],
            kind=WorkloadKind.AUTO_SCALING_GROUP,
            account=account,
            region=arn_region(arn) or region,
            ref=item.ref,
            role_arn=role,
            role_known=known,
            service_role_arn=item.text("ServiceLinkedRoleARN"),
            running="InService" in states,
            definition_arn=definition,
            managed_elsewhere=bool(item.inner("Operator").text("Principal")),
            settings={**settings_of(item, *_SETTINGS), **_start_settings(facts, version)},
            tags=item.tags(),
            tags_known=True,
        )

    return build


def _facts(item: Fields, region: str, templates: Templates) -> tuple[str, StartFacts | None, str]:
    """Return definition, what it starts with (``None``: not seen), and the template's version, of a group or member."""
    configuration = item.text("LaunchConfigurationName")
    if configuration:
        facts = templates.configurations.get((region, configuration))
        arns = (each.arn for each in templates.records if each.launch_configuration and each.name == configuration)
        return next(arns, configuration), facts, ""
    mixed = item.inner("MixedInstancesPolicy").inner("LaunchTemplate").inner("LaunchTemplateSpecification")
    template = item.inner("LaunchTemplate") if item.body.get("LaunchTemplate") else mixed
    name = template.text("LaunchTemplateId") or template.text("LaunchTemplateName")
    version = template.text("Version") or "$Default"
    return name, templates.version(name, version) if name else None, version if name else ""


def _start_settings(facts: StartFacts | None, version: str) -> Mapping[str, str]:
    """Name what the members start with under the vendor's names for it."""
    shown = {"LaunchTemplateVersion": version, "IamInstanceProfile": facts.profile if facts else ""}
    return {name: text for name, text in shown.items() if text}
