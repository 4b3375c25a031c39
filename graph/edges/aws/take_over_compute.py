"""CAN_TAKE_OVER of EC2 instances and launch templates (ec2-002, ec2-004, ec2instanceconnect-003, ssm-001, ssm-002).

Input: principals, instances and launch templates of the same account that carry an instance profile. Output: edges to
them; they RUNS_AS the profile's role.
Handled: every permission on the very instance or template; running and managed instances; the command document; an Auto
Scaling group that starts what a template says.
Not handled: network: a pushed key opens a door only where port 22 of the instance, or an Instance Connect endpoint, can
be reached, and where the agent is installed; the edge says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from collectors.aws.records import AwsInstance
from collectors.aws.workload_types import WorkloadKind
from graph.decision import ALWAYS, Residual
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Extra, Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives, fresh_ways
from graph.edges.aws.run_as import EC2, RunningRoles
from graph.edges.aws.workloads import (
    by_account,
    open_atom,
    profile_roles,
    takes_role,
    template_of,
    template_roles,
    templates_by_name,
)
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, State

__all__ = ["build_compute_take_over"]

IS_LAUNCHED: Residual = open_atom("template-is-launched")
_DOCUMENT = "arn:aws:ssm:{region}::document/AWS-RunShellScript"
_MODIFY = "ec2:ModifyInstanceAttribute"
_OTHER_ATTRIBUTES = (
    "blockdevicemapping blockdevicemappings disableapistop disableapitermination ebsoptimized enasupport "
    "enclaveoptions groups groupset instanceinitiatedshutdownbehavior instancetype kernel ramdisk rootdevicename "
    "sourcedestcheck sriovnetsupport"
)
_USER_DATA = {
    "ec2:attribute": ("UserData", "userData"),
    **{f"ec2:attribute/{name}": () for name in _OTHER_ATTRIBUTES.split()},
}
"""One call changes one attribute, here the user data; the vendor's pages do not say in which spelling it is named:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-for-amazon-ec2.html#attribute-key (read 2026-11)."""
_GONE = ("terminated", "shutting-down")
_DOWN = ("stopped", "stopping")
_MOVING = ("$Default", "$Latest", "")
"""Versions of a launch template that follow its changes; a group that names none uses the default one:
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateSpecification.html (read 2026-11)."""
_REACHED = "Whether the instance can be reached over the network is not looked at."
_UNMANAGED = "The evidence does not say whether the instance is running and registered with Systems Manager."
_UNKNOWN = "The evidence does not say whether the instance is running."


def build_compute_take_over(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_TAKE_OVER edge to instances and launch templates."""
    carrying = _carrying(world)
    restart = [_MODIFY, "ec2:StopInstances", "ec2:StartInstances"]
    # User data of a stopped instance can be changed as it is:
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html (read 2026-11).
    down = [instance for instance in carrying if instance.state in _DOWN]
    _add(world, views, "ec2-002", restart, _instances(each for each in carrying if each.state not in _DOWN))
    _add(world, views, "ec2-002", [action for action in restart if "Stop" not in action], _instances(down))
    up = [instance for instance in carrying if instance.state in ("running", "")]
    managed = [instance for instance in up if instance.ssm_managed is not False]
    _add(world, views, "ssm-001", ["ssm:StartSession"], _instances(managed, _UNMANAGED, managed=True))
    targets = _instances(managed, _UNMANAGED, managed=True)
    _add(world, views, "ssm-002", ["ssm:SendCommand"], targets, _command_document)
    unix = [instance for instance in up if "windows" not in instance.platform.lower()]
    targets = _instances(unix, _UNKNOWN, note=_REACHED)
    _add(world, views, "ec2instanceconnect-003", ["ec2-instance-connect:SendSSHPublicKey"], targets, _described)
    versions = ["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"]
    _add(world, views, "ec2-004", versions, _templates(world))


def _carrying(world: AwsWorld) -> list[AwsInstance]:
    """Return instances that have credentials of a role, or may have: EC2 must be able to take one of the profile's."""
    profiles, running = profile_roles(world), RunningRoles(world)
    found = []
    for instance in world.records.instances:
        if not instance.profile_arn or instance.state in _GONE:
            continue
        roles = profiles.get(instance.profile_arn, ())
        if not roles or any(
            role not in world.roles or running.ways(role, EC2, instance.arn, instance.region) for role in roles
        ):
            found.append(instance)
    return found


def _command_document(view: PrincipalView) -> Alternatives:
    return fresh_ways(view, ["ssm:SendCommand"], _DOCUMENT)


def _described(view: PrincipalView) -> Alternatives:
    # DescribeInstances knows no resource type.
    return fresh_ways(view, ["ec2:DescribeInstances"], "*")


def _add(
    world: AwsWorld,
    views: Sequence[PrincipalView],
    technique: str,
    actions: Sequence[str],
    targets: Mapping[str, Candidates],
    extra: Extra | None = None,
) -> None:
    class_edges(
        world.identity_graph,
        views,
        [Need(action, _USER_DATA if action == _MODIFY else {}) for action in actions],
        targets.get,
        kind=EdgeKind.CAN_TAKE_OVER,
        technique=technique,
        extra=extra,
        describe="workloads",
    )


def _instances(
    instances: Iterable[AwsInstance], unknown_note: str = "", *, managed: bool = False, note: str = ""
) -> dict[str, Candidates]:
    """Return instances as targets; with ``unknown_note`` one whose state is not known is unverified."""
    found = []
    for instance in instances:
        resource = Resource(arn=instance.arn, account=instance.account, tags=dict(instance.tags))
        unknown = bool(unknown_note) and (not instance.state or (managed and instance.ssm_managed is None))
        target = Target(
            instance.arn,
            instance.arn,
            target_context(resource),
            state=State.UNVERIFIED if unknown else State.VERIFIED,
            note=" ".join([*([unknown_note] if unknown else []), *([note] if note else [])]),
        )
        found.append((instance.account, target))
    return by_account(found)


def _templates(world: AwsWorld) -> dict[str, Candidates]:
    """Return launch templates that start instances with a role; certain where a group follows their versions."""
    profiles, names, running = profile_roles(world), templates_by_name(world), RunningRoles(world)
    followed = set()
    for group in world.records.workloads:
        template = template_of(group, names)
        follows = group.settings.get("LaunchTemplateVersion", "") in _MOVING
        if group.kind is WorkloadKind.AUTO_SCALING_GROUP and template is not None and follows:
            followed.add(template.arn)
    found = []
    for template in world.records.launch_templates:
        roles = template_roles(template, profiles)
        if template.launch_configuration or not any(
            takes_role(world, role, template.account) and running.ways(role, EC2, region=template.region)
            for role in roles
        ):
            continue
        resource = Resource(arn=template.arn, account=template.account, tags=dict(template.tags))
        target = Target(
            template.arn,
            template.arn,
            target_context(resource),
            conditions=ALWAYS if template.arn in followed else IS_LAUNCHED,
            note="With the next instance that its group starts." if template.arn in followed else "",
            not_for=roles[0] if len(roles) == 1 else "",
        )
        found.append((template.account, target))
    return by_account(found)
