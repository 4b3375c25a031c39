"""Techniques that put a role into an instance profile, or another instance profile onto an instance.

Input: instance profiles and instances of the world. Output: ``THROUGH_PROFILES``, and what they need to exist.
Handled: a profile holds one role, so that one which is taken is emptied first, or a new one is made; an instance that
runs and is managed by Systems Manager, on which the caller opens a session or runs a command.
Not handled: other ways to start an instance with the profile than ``ec2:RunInstances``; other ways into the instance;
an instance that carries the very role already; whether the agent stays connected with the new role, which a session
that was opened before does not need.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html (one role; PassRole, read 2026-11)
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (both on the instance)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from collectors.aws.records import AwsInstance
from graph.decision import ALWAYS
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Target
from graph.edges.aws.fresh import Alternatives, fresh_ways, join, minimal
from graph.edges.aws.pass_role_existing import Existing
from graph.edges.aws.pass_role_standing import Standing
from graph.edges.aws.pass_role_table import RUN_INSTANCES
from graph.edges.aws.pass_role_types import PassedRole, Way
from graph.edges.aws.workloads import Fit, by_account, open_atom
from graph.edges.aws.world import AwsWorld, account_id_of, target_context
from graph.evaluate.aws.principals import Resource

__all__ = ["THROUGH_PROFILES", "profile_things"]

_EC2 = "ec2.amazonaws.com"
_ADD, _REMOVE = "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"
_CREATE = "iam:CreateInstanceProfile"
_PROFILE = "arn:aws:iam::{account}:instance-profile/{name}"
_DOCUMENT = "arn:aws:ssm:{region}::document/AWS-RunShellScript"
_IS_MANAGED = open_atom("instance-is-running-and-managed")

THROUGH_PROFILES: tuple[PassedRole, ...] = (
    PassedRole(
        "nhi-iam-addroletoinstanceprofile", _EC2, RUN_INSTANCES, unless_profile=True, existing="instance-profile"
    ),
    PassedRole(
        "nhi-ec2-replaceiaminstanceprofileassociation",
        _EC2,
        (Way(()),),
        profile=True,
        existing="instance-with-profile",
    ),
    PassedRole(
        "nhi-ec2-associateiaminstanceprofile", _EC2, (Way(()),), profile=True, existing="instance-without-profile"
    ),
)


def profile_things(world: AwsWorld) -> Mapping[str, Standing]:
    """Return what the techniques need to exist, by the names that they use."""
    return {
        "instance-profile": _profiles(world),
        "instance-with-profile": _instances(
            "ec2:ReplaceIamInstanceProfileAssociation",
            (instance for instance in world.records.instances if instance.profile_arn),
        ),
        "instance-without-profile": _instances(
            "ec2:AssociateIamInstanceProfile",
            (instance for instance in world.records.instances if not instance.profile_arn),
        ),
    }


def _profiles(world: AwsWorld) -> Standing:
    """Return a profile to put the role into: a new one, an empty one, or one that is emptied first."""
    holding = {profile.arn: bool(profile.role_arns) for profile in world.records.instance_profiles}
    holding |= {arn: True for role in world.roles.values() for arn in role.instance_profiles}
    empty = Existing((_ADD,), by_account(_targets(arn for arn, held in holding.items() if not held)))
    taken = Existing((_REMOVE, _ADD), by_account(_targets(arn for arn, held in holding.items() if held)))

    def ways(view: PrincipalView) -> Alternatives:
        if not view.may_allow(_ADD):
            return []
        made = fresh_ways(view, (_CREATE, _ADD), _PROFILE)
        return minimal(dict.fromkeys([*made, *empty.ways(view), *taken.ways(view)]))

    return Standing(lambda _: Fit(), ways)


def _targets(arns: Iterable[str]) -> Iterator[tuple[str, Target]]:
    for arn in arns:
        account = account_id_of(arn)
        yield account, Target(arn, arn, target_context(Resource(arn=arn, account=account)))


def _instances(action: str, instances: Iterable[AwsInstance]) -> Standing:
    """Return instances that get the profile, and that the caller enters."""
    usable = [
        instance for instance in instances if instance.state in ("running", "") and instance.ssm_managed is not False
    ]
    candidates = by_account((instance.account, _instance(instance)) for instance in usable)
    session = Existing((action, "ssm:StartSession"), candidates)
    command = Existing((action, "ssm:SendCommand"), candidates)

    def ways(view: PrincipalView) -> Alternatives:
        if not view.may_allow(action):
            return []
        document = fresh_ways(view, ("ssm:SendCommand",), _DOCUMENT)
        by_command = join([command.ways(view), document]) if document else []
        return minimal(dict.fromkeys([*session.ways(view), *by_command]))

    return Standing(lambda account: Fit() if account in candidates else None, ways)


def _instance(instance: AwsInstance) -> Target:
    resource = Resource(arn=instance.arn, account=instance.account, tags=dict(instance.tags))
    known = instance.state == "running" and instance.ssm_managed is True
    conditions = ALWAYS if known else _IS_MANAGED
    return Target(instance.arn, instance.arn, target_context(resource), conditions=conditions)
