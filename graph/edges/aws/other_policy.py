"""CAN_CHANGE_POLICY_OF: an identity gives another principal any permission and becomes it (iam-014 to iam-021).

Input: principals; roles and users of the same account; the CAN_ASSUME edges that are already there.
Output: edges to the account's ``ScopeAdmin`` with the rewritten principal as ``via``.
Handled: the right on the very target, how the caller becomes it (trust, new key, rewritten trust), what the target's
own
boundary, SCPs and denies leave of "any permission"; which policy may be attached; five versions and two keys at most.
Not handled: gains short of administration; roles of other accounts (IAM has no cross-account writes).
Runs after: assume_role, change_trust, credentials.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from collectors.aws.records import AwsManagedPolicy, AwsRole, AwsUser
from graph.decision import Residual, merge_residuals
from graph.edges.aws.admin import admin_after, allow_everything
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.change_trust import can_be_edited, can_be_named
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.credentials import KEY_SLOTS, key_counts, user_resource, with_new_key
from graph.edges.aws.layers import role_resource
from graph.edges.aws.own_policy import MAX_VERSIONS, administrator_policies, attachable_policies, may_attach, ways_on
from graph.edges.aws.world import AwsWorld, account_id_of, admin_id, target_context
from graph.evaluate.aws.context import Context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, Impact
from graph.model import Edge

__all__ = ["build_other_policy"]

KIND = EdgeKind.CAN_CHANGE_POLICY_OF


def build_other_policy(
    world: AwsWorld, open_roles: Mapping[str, Sequence[Target]], callers: list[PrincipalView]
) -> None:
    """Add every CAN_CHANGE_POLICY_OF edge of the callers; ``open_roles`` is what ``build_assume_role`` returned."""
    users = _users(world)
    class_edges(
        world.identity_graph,
        callers,
        [Need("iam:PutUserPolicy"), Need("iam:CreateAccessKey")],
        users.get,
        kind=KIND,
        technique="iam-018",
        describe="users",
        impact_of=_full_control,
    )
    roles = _roles(world)
    trusted = [Need("iam:PutRolePolicy"), Need("iam:UpdateAssumeRolePolicy")]
    class_edges(
        world.identity_graph,
        callers,
        trusted,
        roles.get,
        kind=KIND,
        technique="iam-021",
        extra=can_be_named,
        describe="roles",
        impact_of=_full_control,
    )
    for policies in attachable_policies(world):
        stated = {"iam:policyarn": (policies,)}
        here = [view for view in callers if may_attach(view, policies)]
        class_edges(
            world.identity_graph,
            here,
            [Need("iam:AttachUserPolicy", stated), Need("iam:CreateAccessKey")],
            users.get,
            kind=KIND,
            technique="iam-015",
            describe="users",
            impact_of=_full_control,
        )
        class_edges(
            world.identity_graph,
            here,
            [Need("iam:AttachRolePolicy", stated), Need("iam:UpdateAssumeRolePolicy")],
            roles.get,
            kind=KIND,
            technique="iam-019",
            extra=can_be_named,
            describe="roles",
            impact_of=_full_control,
        )
    rewritable = _policies_of_roles(world)
    for full in (False, True):
        needs = [
            Need("iam:CreatePolicyVersion"),
            *([Need("iam:DeletePolicyVersion")] if full else []),
            Need("iam:UpdateAssumeRolePolicy"),
        ]
        targets = {account: found for (account, is_full), found in rewritable.items() if is_full is full}
        class_edges(
            world.identity_graph,
            callers,
            needs,
            targets.get,
            kind=KIND,
            technique="iam-020",
            extra=can_be_named,
            describe="policies of roles",
            impact_of=_full_control,
        )
    _through_classes(world, callers, open_roles)
    _through_pairs(world, callers)


def _full_control(node: str) -> str:
    del node
    return Impact.H1.value


def _after(world: AwsWorld, arn: str, without: tuple[str, ...] = ()) -> Residual | None:
    return admin_after(world.views[arn], allow_everything(), without)


def _users(world: AwsWorld) -> dict[str, Candidates]:
    counts = key_counts(world)
    found: dict[str, list[Target]] = defaultdict(list)
    for user in world.users.values():
        after = None if user.is_root else with_new_key(_after(world, user.arn))
        count = counts[user.arn]
        if after is not None and (count is None or count < KEY_SLOTS):
            found[user.account].append(_target(user, target_context(user_resource(world, user)), after))
    return {account: Candidates(targets) for account, targets in found.items()}


def _target(holder: AwsUser | AwsRole, context: Context, after: Residual) -> Target:
    return Target(holder.arn, admin_id(holder.account), context, conditions=after, via=holder.arn, not_for=holder.arn)


def _roles(world: AwsWorld) -> dict[str, Candidates]:
    found: dict[str, list[Target]] = defaultdict(list)
    for role in world.roles.values():
        after = _after(world, role.arn) if can_be_edited(role) else None
        if after is not None:
            found[role.account].append(_target(role, target_context(role_resource(world, role.arn)), after))
    return {account: Candidates(targets) for account, targets in found.items()}


def _own_policies(world: AwsWorld, role: AwsRole) -> Iterator[AwsManagedPolicy]:
    for attachment in role.attached:
        policy = world.policies.get(attachment.arn)
        if policy is not None and not policy.aws_managed:
            yield policy


def _policies_of_roles(world: AwsWorld) -> dict[tuple[str, bool], Candidates]:
    """Return (account, policy is full) to targets whose first ARN is the policy and whose last is the role."""
    found: dict[tuple[str, bool], list[Target]] = defaultdict(list)
    for role in world.roles.values():
        if not can_be_edited(role):
            continue
        for policy in _own_policies(world, role):
            after = _after(world, role.arn, (f"policy {policy.arn}",))
            if after is None:
                continue
            full = len(policy.versions) >= MAX_VERSIONS
            arns = (policy.arn, policy.arn, role.arn) if full else (policy.arn, role.arn)
            found[role.account, full].append(
                Target(
                    policy.arn,
                    admin_id(role.account),
                    target_context(role_resource(world, role.arn)),
                    arns,
                    conditions=after,
                    via=role.arn,
                    not_for=role.arn,
                )
            )
    return {key: Candidates(targets) for key, targets in found.items()}


# ---- becoming the role through its trust (014, 016, 017)
# ---------------------------------------------------------------


def _through_classes(world: AwsWorld, callers: list[PrincipalView], open_roles: Mapping[str, Sequence[Target]]) -> None:
    """Roles that trust the account as a whole: the rights to assume and to rewrite, class by class."""
    for named in (False, True):
        for technique, action, stated, by_policy in _rewrite_kinds(world):
            for full, targets in _rewritable(world, open_roles, by_policy, named).items():
                needs = [
                    Need("sts:AssumeRole"),
                    Need(action, stated),
                    *([Need("iam:DeletePolicyVersion")] if full else []),
                ]
                class_edges(
                    world.identity_graph,
                    callers,
                    needs,
                    targets.get,
                    kind=KIND,
                    technique=technique,
                    implicit_first_need=named,
                    describe="roles",
                    impact_of=_full_control,
                    groups_of=world.asked.groups_of,
                )


def _rewrite_kinds(world: AwsWorld) -> Iterator[tuple[str, str, dict[str, tuple[str, ...]], bool]]:
    yield "iam-017", "iam:PutRolePolicy", {}, False
    for policy in attachable_policies(world):
        yield "iam-014", "iam:AttachRolePolicy", {"iam:policyarn": (policy,)}, False
    yield "iam-016", "iam:CreatePolicyVersion", {}, True


def _rewritable(
    world: AwsWorld, open_roles: Mapping[str, Sequence[Target]], by_policy: bool, named: bool
) -> dict[bool, dict[str, Candidates]]:
    """Return (a version must be deleted first) to caller group to targets of the combined technique."""
    found: dict[bool, dict[str, list[Target]]] = {False: defaultdict(list), True: defaultdict(list)}
    for group, targets in open_roles.items():
        if group.startswith("named:") is not named:
            continue
        name = group.removeprefix("named:")
        for target in targets:
            role = world.roles[target.arn]
            if not can_be_edited(role) or role.account != name.split("/", 1)[0]:
                continue
            policies = list(_own_policies(world, role)) if by_policy else [None]
            for policy in policies:
                after = _after(world, role.arn, (f"policy {policy.arn}",) if policy else ())
                if after is None:
                    continue
                full = policy is not None and len(policy.versions) >= MAX_VERSIONS
                arns = (role.arn, *((policy.arn,) * (2 if full else 1) if policy else (role.arn,)))
                found[full][name].append(
                    replace(
                        target,
                        node=admin_id(role.account),
                        arns=arns,
                        via=role.arn,
                        not_for=role.arn,
                        conditions=merge_residuals([target.conditions, after]),
                    )
                )
    return {full: {group: Candidates(targets) for group, targets in groups.items()} for full, groups in found.items()}


def _through_pairs(world: AwsWorld, callers: list[PrincipalView]) -> None:
    """Roles that name the caller: join each such CAN_ASSUME edge with the right to rewrite that role."""
    policies = {account: administrator_policies(world, account) for account in {view.account for view in callers}}
    writers = {view.node: view for view in callers}
    for edge in world.named_assumptions:
        view = writers.get(edge.source)
        if view is None or edge.target not in world.roles or account_id_of(edge.target) != view.account:
            continue
        for technique, ways, after in _rewrites(world, view, role_resource(world, edge.target), policies[view.account]):
            if after is None:
                continue
            for grants, conditions, guards in ways:
                world.identity_graph.add_edge(
                    Edge(
                        edge.source,
                        admin_id(view.account),
                        KIND,
                        True,
                        technique,
                        tuple(sorted({*edge.grants, *grants})),
                        merge_residuals([edge.conditions, conditions, after]),
                        tuple(sorted({*edge.guards, *guards})),
                        edge.state,
                        Impact.H1.value,
                        via=edge.target,
                    )
                )


Ways = list[tuple[tuple[str, ...], Residual, tuple[str, ...]]]


def _rewrites(
    world: AwsWorld, view: PrincipalView, role: Resource, attachable: list[str]
) -> Iterator[tuple[str, Ways, Residual | None]]:
    def plain(action: str, resource: Resource, stated: dict[str, tuple[str, ...]] | None = None) -> Ways:
        return [(way.grants, way.conditions, way.guards) for way in ways_on(view, action, resource, stated)]

    if not can_be_edited(world.roles[role.arn]):
        return
    if ways := plain("iam:PutRolePolicy", role):
        yield "iam-017", ways, _after(world, role.arn)
    for policy_arn in attachable:
        if ways := plain("iam:AttachRolePolicy", role, {"iam:policyarn": (policy_arn,)}):
            yield "iam-014", ways, _after(world, role.arn)
            break
    for policy in _own_policies(world, world.roles[role.arn]):
        resource = Resource(arn=policy.arn, account=view.account, tags={})
        if ways := plain("iam:CreatePolicyVersion", resource):
            if len(policy.versions) >= MAX_VERSIONS:
                deletions = plain("iam:DeletePolicyVersion", resource)
                ways = [
                    (tuple(sorted({*first[0], *second[0]})), merge_residuals([first[1], second[1]]), first[2])
                    for first in ways
                    for second in deletions
                ]
            yield "iam-016", ways, _after(world, role.arn, (f"policy {policy.arn}",))
