"""CAN_CHANGE_OWN_POLICY through another: one identity writes the policies of one that the attacker holds as well.

Input: principals that are no administrators; users and roles of the same account that are none either.
Output: edges to the account's ``ScopeAdmin`` under the condition that the rewritten identity is held too (iam-001,
iam-005, iam-007, iam-008, iam-009, roll-back of a version); it is ``via``. Sweeps leave such edges out; a question
about one subject decides them by what that subject comes to hold.
Handled: the right on the very target, which policy may be attached, what boundary, SCPs and denies leave afterwards.
Not handled: gains short of administration; groups of the held identity (``held_group``).
Runs after: admin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectors.aws.records import AwsManagedPolicy, AwsRole, AwsUser
from graph.decision import Residual
from graph.edges.aws.admin import admin_after, administrators, allow_everything
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.change_trust import can_be_edited
from graph.edges.aws.changes import held_with
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.credentials import user_resource
from graph.edges.aws.held_group import build_held_group
from graph.edges.aws.layers import role_resource
from graph.edges.aws.own_policy import attachable_policies, may_attach, version_document, write_version_needs
from graph.edges.aws.world import AwsWorld, admin_id, target_context
from graph.evaluate.aws.context import Context
from graph.evaluate.aws.document import PolicyDocument
from graph.kinds import EdgeKind, Impact

__all__ = ["build_held_policy"]

KIND = EdgeKind.CAN_CHANGE_OWN_POLICY


@dataclass(frozen=True, slots=True)
class _Technique:
    id: str
    needs: tuple[Need, ...]
    policy: str = ""
    """ARN of the policy that is attached; empty: none is."""


def build_held_policy(world: AwsWorld, callers: Sequence[PrincipalView]) -> None:
    """Add the edges of callers who gain by it: administrators have all that it could give."""
    full = administrators(world)
    writers = [view for view in callers if view.node not in full and "?" not in view.node]
    users = _targets(world, [user for user in world.users.values() if not user.is_root], full)
    for technique in _for_users(world):
        _add(world, writers, technique, users)
    roles = _targets(world, [role for role in world.roles.values() if can_be_edited(role)], full)
    for technique in _for_roles(world):
        _add(world, writers, technique, roles)
    for limit, policies in _policies(world, full).items():
        needs = [Need("iam:CreatePolicyVersion"), *([Need("iam:DeletePolicyVersion")] if limit else [])]
        _add(world, writers, _Technique("iam-001", tuple(needs)), policies)
    back = _Technique("nhi-iam-setdefaultpolicyversion", (Need("iam:SetDefaultPolicyVersion"),))
    if any(view.may_allow("iam:SetDefaultPolicyVersion") for view in writers):
        _add(world, writers, back, _older_versions(world, full))
    build_held_group(world, writers, full)


def _add(
    world: AwsWorld, writers: Sequence[PrincipalView], technique: _Technique, targets: dict[str, Candidates]
) -> None:
    class_edges(
        world.identity_graph,
        [view for view in writers if not technique.policy or may_attach(view, technique.policy)],
        technique.needs,
        targets.get,
        kind=KIND,
        technique=technique.id,
        describe="identities that are held as well",
        impact_of=_full_control,
    )


def _full_control(node: str) -> str:
    del node
    return Impact.H1.value


def _for_users(world: AwsWorld) -> Iterator[_Technique]:
    yield _Technique("iam-007", (Need("iam:PutUserPolicy"),))
    yield from _attaching(world, "iam-008", "iam:AttachUserPolicy")


def _for_roles(world: AwsWorld) -> Iterator[_Technique]:
    yield _Technique("iam-005", (Need("iam:PutRolePolicy"),))
    yield from _attaching(world, "iam-009", "iam:AttachRolePolicy")


def _attaching(world: AwsWorld, technique: str, action: str) -> Iterator[_Technique]:
    for policy in attachable_policies(world):
        yield _Technique(technique, (Need(action, {"iam:policyarn": (policy,)}),), policy)


def _targets(world: AwsWorld, holders: Sequence[AwsUser | AwsRole], full_control: set[str]) -> dict[str, Candidates]:
    found: dict[str, list[Target]] = defaultdict(list)
    for holder in holders:
        target = _target(world, holder, holder.arn, ()) if holder.arn not in full_control else None
        if target is not None:
            found[holder.account].append(target)
    return {account: Candidates(targets) for account, targets in found.items()}


def _policies(world: AwsWorld, full_control: set[str]) -> dict[bool, dict[str, Candidates]]:
    """Return customer managed policies attached to users and roles, by whether a version must be deleted first."""
    found: dict[bool, dict[str, list[Target]]] = {False: defaultdict(list), True: defaultdict(list)}
    for holder, policy in _attachments(world, full_control):
        needs = write_version_needs(policy)
        target = _target(world, holder, policy.arn, (f"policy {policy.arn}",), (policy.arn,) * len(needs))
        if target is not None:
            found[len(needs) > 1][holder.account].append(target)
    return {full: {account: Candidates(each) for account, each in kinds.items()} for full, kinds in found.items()}


def _older_versions(world: AwsWorld, full_control: set[str]) -> dict[str, Candidates]:
    """Return customer managed policies attached to users and roles that an older version makes administrators."""
    found: dict[str, list[Target]] = defaultdict(list)
    for holder, policy in _attachments(world, full_control):
        for version in policy.versions:
            document = None if version.is_default else version_document(world, policy, version.version_id)
            if document is None:
                continue
            target = _target(world, holder, policy.arn, (f"policy {policy.arn}",), given=document)
            if target is not None:
                found[holder.account].append(target)
    return {account: Candidates(targets) for account, targets in found.items()}


def _attachments(world: AwsWorld, full_control: set[str]) -> Iterator[tuple[AwsUser | AwsRole, AwsManagedPolicy]]:
    """Yield customer managed policies with each user or role, no administrator, that they are attached to."""
    holders: list[AwsUser | AwsRole] = [*world.users.values(), *world.roles.values()]
    for holder in holders:
        if holder.arn in full_control or (isinstance(holder, AwsRole) and not can_be_edited(holder)):
            continue
        for attachment in holder.attached:
            policy = world.policies.get(attachment.arn)
            if policy is not None and not policy.aws_managed:
                yield holder, policy


def _target(
    world: AwsWorld,
    holder: AwsUser | AwsRole,
    arn: str,
    without: tuple[str, ...],
    arns: tuple[str, ...] = (),
    given: PolicyDocument | None = None,
) -> Target | None:
    after: Residual | None = admin_after(world.views[holder.arn], given or allow_everything(), without)
    if after is None:
        return None
    conditions = held_with(holder.arn, after)
    node = admin_id(holder.account)
    return Target(arn, node, _context(world, holder), arns, conditions=conditions, via=holder.arn, not_for=holder.arn)


def _context(world: AwsWorld, holder: AwsUser | AwsRole) -> Context:
    resource = user_resource(world, holder) if isinstance(holder, AwsUser) else role_resource(world, holder.arn)
    return target_context(resource)
