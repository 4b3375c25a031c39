"""CAN_CHANGE_OWN_POLICY: an identity gives itself any permission (iam-001, 005, 007-011, roll-back of a version).

Input: principals. Output: edges to the account's ``ScopeAdmin``; the policy, group or identity that is rewritten is
``via``.
Handled: the right on oneself, one's groups and one's own customer managed policies; the policy that may be attached
(``iam:PolicyARN``); what boundary, SCP and remaining denies leave of "any permission" afterwards; five versions at
most.
Not handled: gains short of administration under a boundary; sequences of several changes.
Errs towards: silence where the change does not end in administration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectors.aws.records import AwsManagedPolicy
from graph.decision import Residual, merge_residuals
from graph.edges.aws.admin import admin_after, allow_everything
from graph.edges.aws.capability import MAX_ALTERNATIVES, PrincipalView, capability, on_target
from graph.edges.aws.change_trust import can_be_edited
from graph.edges.aws.changes import self_resource
from graph.edges.aws.partition import account_partition, in_partition, partition_of, view_partition
from graph.edges.aws.world import AwsWorld, account_id_of, admin_id, target_context
from graph.evaluate.aws.document import PolicyDocument
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, Impact
from graph.model import Edge

__all__ = [
    "AWS_POLICIES",
    "MAX_VERSIONS",
    "administrator_policies",
    "attachable_policies",
    "build_own_policy",
    "may_attach",
    "ways_on",
    "write_version_needs",
]

AWS_POLICIES = ("arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/IAMFullAccess")
"""Policies of AWS whose holder has, or with one more call gives itself, any permission. The second one counts where a
condition on ``iam:PolicyARN`` keeps the first away: IAMFullAccess lets its holder write and attach a policy of its
own."""
MAX_POLICIES = 8
MAX_VERSIONS = 5
"""A managed policy holds at most five versions (IAM quotas)."""


@dataclass(frozen=True, slots=True)
class WayOn:
    """One way to be allowed an action on one resource."""

    grants: tuple[str, ...]
    conditions: Residual
    guards: tuple[str, ...]


def ways_on(
    view: PrincipalView, action: str, resource: Resource, stated: dict[str, tuple[str, ...]] | None = None
) -> list[WayOn]:
    """Return every way in which the principal may do an action on one resource of its own account."""
    rights = capability(view, action, stated)
    if not rights.ways:
        return []
    context = target_context(resource)
    return [
        WayOn(way.grants, residual, rights.guard_labels)
        for way in rights.ways
        for residual in on_target(way.slice, rights, resource.arn, context)
    ]


def administrator_policies(world: AwsWorld, account: str) -> list[str]:
    """Return ARNs of policies whose attachment gives everything: AWS's, and the account's that allow ``*`` on ``*``."""
    found: list[str] = [in_partition(arn, account_partition(world, account)) for arn in AWS_POLICIES]
    for policy in world.policies.values():
        if (
            not policy.aws_managed
            and policy.account == account
            and any(
                version.is_default and _allows_all(world, policy, version.version_id) for version in policy.versions
            )
        ):
            found.append(policy.arn)
    return found[:MAX_POLICIES]


def attachable_policies(world: AwsWorld) -> list[str]:
    """Return every account's ``administrator_policies``, those of AWS first; ``may_attach`` tells whose they are."""
    accounts = {view.account for view in world.views.values()}
    found = dict.fromkeys(policy for account in sorted(accounts) for policy in administrator_policies(world, account))
    given = [policy for policy in found if account_id_of(policy) == "aws"]
    return [*given, *sorted(policy for policy in found if policy not in given)]


def may_attach(view: PrincipalView, policy: str) -> bool:
    """Return whether a policy can be attached in the principal's account: of that account, or of AWS there."""
    return account_id_of(policy) in ("aws", view.account) and partition_of(policy) == view_partition(view)


def _allows_all(world: AwsWorld, policy: AwsManagedPolicy, version_id: str) -> bool:
    document = version_document(world, policy, version_id)
    return (
        document is not None
        and any(
            statement.effect.value == "Allow"
            and "*" in statement.actions
            and not statement.not_action
            and "*" in statement.resources
            and not statement.not_resource
            and not statement.conditions
            for statement in document.statements
        )
        and all(statement.effect.value == "Allow" for statement in document.statements)
    )


def version_document(world: AwsWorld, policy: AwsManagedPolicy, version_id: str) -> PolicyDocument | None:
    """Return a compiled version, or ``None`` when the evidence does not hold it."""
    version = next((item for item in policy.versions if item.version_id == version_id), None)
    return world.compile(version.document, policy.arn) if version and version.document.body is not None else None


def write_version_needs(policy: AwsManagedPolicy) -> tuple[str, ...]:
    """Return the actions needed to make a new default version: a full policy needs one deleted first."""
    if len(policy.versions) >= MAX_VERSIONS:
        return ("iam:CreatePolicyVersion", "iam:DeletePolicyVersion")
    return ("iam:CreatePolicyVersion",)


def build_own_policy(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_CHANGE_OWN_POLICY edge of the callers given: users, roles, and groups as their members."""
    attachable = {account: administrator_policies(world, account) for account in {view.account for view in views}}
    for view in views:
        if view.principal.service_linked or view.principal.kind.value == "root":
            continue
        if view.principal.arn in world.users or view.principal.arn in world.roles:
            _inline(world, view)
        _write_groups(world, view)
        _attach(world, view, attachable[view.account])
        for policy, membership in _own_customer_policies(world, view):
            _rewrite(world, view, policy, membership)
            _roll_back(world, view, policy, membership)


def _groups(world: AwsWorld, view: PrincipalView) -> Iterator[tuple[Resource, tuple[str, ...]]]:
    """Yield the groups that the caller is in, with the membership; a group view is in its group as it is."""
    own = view.principal.arn
    if own in world.groups:
        yield Resource(arn=own, account=view.account, tags={}), ()
        return
    user = world.users.get(own)
    for name in user.groups if user is not None else ():
        group = world.group_named(view.account, name)
        if group is not None and name not in view.left_groups:
            yield Resource(arn=group.arn, account=view.account, tags={}), (f"aws:membership:{own}:{name}",)


def _emit(
    world: AwsWorld,
    view: PrincipalView,
    technique: str,
    ways: Sequence[WayOn],
    after: Residual | None,
    via: str,
    more: tuple[str, ...] = (),
) -> None:
    if after is None:
        return
    for way in ways:
        world.identity_graph.add_edge(
            Edge(
                view.node,
                admin_id(view.account),
                EdgeKind.CAN_CHANGE_OWN_POLICY,
                True,
                technique,
                tuple(sorted({*way.grants, *more})),
                merge_residuals([way.conditions, after]),
                way.guards,
                impact=Impact.H1.value,
                via=via,
            )
        )


def _inline(world: AwsWorld, view: PrincipalView) -> None:
    own = view.principal.arn
    is_user = own in world.users
    action, technique = ("iam:PutUserPolicy", "iam-007") if is_user else ("iam:PutRolePolicy", "iam-005")
    if not is_user and not can_be_edited(world.roles[own]):
        return
    if ways := ways_on(view, action, self_resource(world, view)):
        _emit(world, view, technique, ways, admin_after(view, allow_everything()), own)


def _write_groups(world: AwsWorld, view: PrincipalView) -> None:
    for group, membership in _groups(world, view):
        if ways := ways_on(view, "iam:PutGroupPolicy", group):
            _emit(world, view, "iam-011", ways, admin_after(view, allow_everything()), group.arn, membership)


def _attach(world: AwsWorld, view: PrincipalView, policies: Sequence[str]) -> None:
    own = view.principal.arn
    is_user = own in world.users
    action, technique = ("iam:AttachUserPolicy", "iam-008") if is_user else ("iam:AttachRolePolicy", "iam-009")
    places: list[tuple[str, str, Resource, tuple[str, ...]]] = []
    if is_user or (own in world.roles and can_be_edited(world.roles[own])):
        places.append((action, technique, self_resource(world, view), ()))
    places += [("iam:AttachGroupPolicy", "iam-010", group, membership) for group, membership in _groups(world, view)]
    for verb, name, resource, more in places:
        for policy in policies:
            if ways := ways_on(view, verb, resource, {"iam:policyarn": (policy,)}):
                _emit(world, view, name, ways, admin_after(view, allow_everything()), resource.arn, more)
                if any(not way.conditions for way in ways):
                    break


def _own_customer_policies(world: AwsWorld, view: PrincipalView) -> Iterator[tuple[AwsManagedPolicy, tuple[str, ...]]]:
    for item in view.documents:
        arn = item.label.removeprefix("policy ") if item.label.startswith("policy ") else ""
        policy = world.policies.get(arn)
        if policy is not None and not policy.aws_managed:
            yield policy, item.extra_grants


def _rewrite(world: AwsWorld, view: PrincipalView, policy: AwsManagedPolicy, membership: tuple[str, ...]) -> None:
    resource = Resource(arn=policy.arn, account=view.account, tags={})
    ways: list[WayOn] = [WayOn((), (), ())]
    for action in write_version_needs(policy):
        ways = [_together(one, other) for one in ways for other in ways_on(view, action, resource)]
    if ways:
        after = admin_after(view, allow_everything(), without=(f"policy {policy.arn}",))
        _emit(world, view, "iam-001", ways[:MAX_ALTERNATIVES], after, policy.arn, membership)


def _together(one: WayOn, other: WayOn) -> WayOn:
    return WayOn(
        tuple(sorted({*one.grants, *other.grants})),
        merge_residuals([one.conditions, other.conditions]),
        tuple(sorted({*one.guards, *other.guards})),
    )


def _roll_back(world: AwsWorld, view: PrincipalView, policy: AwsManagedPolicy, membership: tuple[str, ...]) -> None:
    resource = Resource(arn=policy.arn, account=view.account, tags={})
    ways = ways_on(view, "iam:SetDefaultPolicyVersion", resource)
    if not ways:
        return
    for version in policy.versions:
        document = None if version.is_default else version_document(world, policy, version.version_id)
        if document is None:
            continue
        after = admin_after(view, document, without=(f"policy {policy.arn}",))
        _emit(world, view, "nhi-iam-setdefaultpolicyversion", ways, after, policy.arn, membership)
