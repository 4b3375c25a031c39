"""What the workload techniques share: which role a workload acts as, and what it looks like as a target.

Input: the world. Output: role of a workload, roles of instance profiles, facts and openness of a workload.
Not handled: edges (``structure_workloads``, ``take_over``, ``pass_role``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from collectors.aws.records import AwsRole
from collectors.aws.workload_types import AwsLaunchTemplate, AwsWorkload, WorkloadKind
from collectors.interface import Presence
from graph.decision import ALWAYS, Atom, Residual
from graph.edges.aws.capability import PrincipalView, capability
from graph.edges.aws.classes import Candidates, Target
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.context import Context
from graph.evaluate.aws.principals import Resource
from graph.kinds import State

__all__ = [
    "Fit",
    "acting_role",
    "by_account",
    "holds_one",
    "open_atom",
    "presence_in",
    "profile_roles",
    "takes_role",
    "template_of",
    "template_roles",
    "templates_by_name",
    "workload_context",
]

_DRIVEN = (WorkloadKind.CLOUDFORMATION_STACK, WorkloadKind.STATE_MACHINE)
"""The service makes whatever calls the definition asks for with this role, so whoever writes the definition has it."""
_BOUND = (WorkloadKind.CLOUDFORMATION_STACK_SET, WorkloadKind.CODEPIPELINE, WorkloadKind.SSM_AUTOMATION)
"""The service makes calls of its own choosing with their role: to assume execution roles, to start actions."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How far a target meets what a technique asks of it."""

    conditions: Residual = ALWAYS
    state: State = State.VERIFIED
    note: str = ""


def open_atom(name: str) -> Residual:
    """Return a condition that neither policies nor the collected evidence decide."""
    return ((Atom(f"nhi:{name}", "Bool", ("true",)),),)


def acting_role(workload: AwsWorkload) -> str:
    """Return the ARN of the role that whoever controls the workload acts as; ``""``: none, or not known."""
    if workload.kind in _BOUND:
        return ""
    if workload.kind in _DRIVEN:
        return workload.role_arn or workload.service_role_arn
    return workload.role_arn


def takes_role(world: AwsWorld, arn: str, account: str) -> AwsRole | None:
    """Return the role when a workload of the account can run as it: collected, same account, not service-linked."""
    role = world.roles.get(arn)
    return role if role is not None and role.account == account and not role.service_linked else None


def profile_roles(world: AwsWorld) -> dict[str, tuple[str, ...]]:
    """Return role ARNs by instance profile ARN, and by ``<account>:<profile name>`` as launch templates may say it."""
    found = {profile.arn: profile.role_arns for profile in world.records.instance_profiles}
    for role in world.roles.values():
        for profile in role.instance_profiles:
            found.setdefault(profile, (role.arn,))
    named = {f"{arn.split(':', 5)[4]}:{arn.rsplit('/', 1)[-1]}": roles for arn, roles in found.items()}
    return named | found


def template_roles(template: AwsLaunchTemplate, profiles: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the roles of the instances that a launch template or launch configuration starts."""
    if not template.profile_arn:
        return ()
    return profiles.get(template.profile_arn) or profiles.get(f"{template.account}:{template.profile_arn}", ())


def template_of(workload: AwsWorkload, templates: Mapping[str, AwsLaunchTemplate]) -> AwsLaunchTemplate | None:
    """Return the launch template that starts the workload's instances; ``templates`` as ``templates_by_name`` gives."""
    name = workload.definition_arn
    return templates.get(name) or templates.get(f"{workload.account}/{workload.region}:{name}") if name else None


def templates_by_name(world: AwsWorld) -> dict[str, AwsLaunchTemplate]:
    """Return launch templates by ARN, by id and by ``<account>/<region>:<name>``."""
    found: dict[str, AwsLaunchTemplate] = {}
    for template in world.records.launch_templates:
        place = f"{template.account}/{template.region}"
        for name in (template.arn, template.id, f"{place}:{template.name}"):
            if name:
                found.setdefault(name, template)
    return found


def workload_context(workload: AwsWorkload) -> Context:
    """Return what is known of a workload, for conditions on it."""
    tags = dict(workload.tags) if workload.tags_known else None
    extra = {"ecs:cluster": (workload.cluster_arn,)} if workload.cluster_arn else {}
    return target_context(Resource(arn=workload.arn, account=workload.account, tags=tags, extra=extra))


def by_account(targets: Iterable[tuple[str, Target]]) -> dict[str, Candidates]:
    """Return candidates by account."""
    found: dict[str, list[Target]] = defaultdict(list)
    for account, target in targets:
        found[account].append(target)
    return {account: Candidates(group) for account, group in found.items()}


def holds_one(role: PrincipalView, sets: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether the role may hold all of one of the sets of permissions; on which resource is not looked at."""
    return bool(role.incomplete) or any(
        all(role.may_allow(action) and capability(role, action).ways for action in actions) for actions in sets
    )


def presence_in(world: AwsWorld, operation: str) -> Callable[[str], Presence]:
    """Return a function from an account to how far an operation was looked at there, over all of its regions."""
    found: dict[str, set[Presence]] = defaultdict(set)
    for (scope, name), presence in world.records.presence.items():
        if name == operation:
            found[scope.split("/", 1)[0]].add(presence)

    def of(account: str) -> Presence:
        seen = found.get(account, set())
        if Presence.PRESENT in seen or Presence.PARTIAL in seen:
            return Presence.PRESENT
        return Presence.EMPTY if seen == {Presence.EMPTY} else Presence.ABSENT

    return of
