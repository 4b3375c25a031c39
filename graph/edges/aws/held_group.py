"""Groups of a held user: another held identity adds the user to one, or rewrites what its groups give it.

Input: principals that are no administrators; users of the same account that are none either, and their groups.
Output: edges to the account's ``ScopeAdmin`` under the condition that the user is held too (iam-001, iam-010, iam-011,
iam-013, roll-back of a version); the group or its policy is ``via``.
Handled: the right on the very group or policy, what boundary, SCPs and denies leave of the user afterwards, ten groups
a user.
Not handled: groups short of administration that a user is added to.
Complexity: memberships, and for each group that gives full control the users of its account; each once a class.
Runs after: join_group, admin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from collectors.aws.records import AwsGroup, AwsManagedPolicy, AwsUser
from graph.decision import Residual
from graph.edges.aws.admin import admin_after, admin_ways, allow_everything
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.changes import held_with
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.join_group import MAX_GROUPS, group_views, limits_of
from graph.edges.aws.own_policy import attachable_policies, may_attach, version_document, write_version_needs
from graph.edges.aws.world import AwsWorld, admin_id, target_context
from graph.evaluate.aws.document import PolicyDocument
from graph.evaluate.aws.principals import PrincipalKind, Resource
from graph.kinds import EdgeKind, Impact

__all__ = ["build_held_group"]

_OWN = EdgeKind.CAN_CHANGE_OWN_POLICY
_Members = Sequence[tuple[AwsGroup, list[AwsUser]]]
_After = Callable[[AwsUser], Residual | None]
"""Of a user: the conditions under which it is administrator afterwards; ``None``: it is none."""


def build_held_group(world: AwsWorld, writers: Sequence[PrincipalView], administrators: set[str]) -> None:
    """Add the edges of the writers given.

    Parameters
    ----------
    writers
        Principals that are no administrators.
    administrators
        Node ids of those that have full control as they stand.
    """
    # Most principals may do nothing of the kind: what they could do it to is looked up only for those who may.
    writing = _who_may(writers, "iam:PutGroupPolicy", "iam:AttachGroupPolicy")
    versions = _who_may(writers, "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")
    adding = _who_may(writers, "iam:AddUserToGroup")
    if writing or versions:
        members = _members(world, administrators)
        _rewrite_groups(world, writing, members)
        _rewrite_policies(world, versions, members)
    if adding:
        _join(world, adding, administrators)


def _who_may(writers: Sequence[PrincipalView], *actions: str) -> list[PrincipalView]:
    return [view for view in writers if any(view.may_allow(action) for action in actions)]


def _rewrite_groups(world: AwsWorld, writers: Sequence[PrincipalView], members: _Members) -> None:
    if not writers:
        return
    rewritten = _by_account(_rewritten(world, members))
    _add(world, writers, "iam-011", [Need("iam:PutGroupPolicy")], rewritten)
    for policy in attachable_policies(world):
        allowed = [view for view in writers if may_attach(view, policy)]
        _add(world, allowed, "iam-010", [Need("iam:AttachGroupPolicy", {"iam:policyarn": (policy,)})], rewritten)


def _rewrite_policies(world: AwsWorld, writers: Sequence[PrincipalView], members: _Members) -> None:
    if not writers:
        return
    for full, targets in _policies(world, members).items():
        needs = [Need("iam:CreatePolicyVersion"), *([Need("iam:DeletePolicyVersion")] if full else [])]
        _add(world, writers, "iam-001", needs, _by_account(targets))
    older = _by_account(_older_versions(world, members))
    _add(world, writers, "nhi-iam-setdefaultpolicyversion", [Need("iam:SetDefaultPolicyVersion")], older)


def _add(
    world: AwsWorld,
    writers: Sequence[PrincipalView],
    technique: str,
    needs: Sequence[Need],
    targets: Mapping[str, Candidates],
    kind: EdgeKind = _OWN,
) -> None:
    class_edges(
        world.identity_graph,
        writers,
        needs,
        targets.get,
        kind=kind,
        technique=technique,
        describe="groups of users that are held as well",
        impact_of=_full_control,
    )


def _full_control(node: str) -> str:
    del node
    return Impact.H1.value


@dataclass(frozen=True, slots=True)
class _Found:
    account: str
    target: Target


def _by_account(found: Iterator[_Found] | Sequence[_Found]) -> dict[str, Candidates]:
    targets: dict[str, list[Target]] = defaultdict(list)
    for each in found:
        targets[each.account].append(each.target)
    return {account: Candidates(rows) for account, rows in targets.items()}


def _members(world: AwsWorld, administrators: set[str]) -> _Members:
    """Return groups with those of their members who are no administrators."""
    found: dict[str, list[AwsUser]] = defaultdict(list)
    for user in world.users.values():
        if user.is_root or user.arn in administrators:
            continue
        for name in user.groups:
            group = world.group_named(user.account, name)
            if group is not None:
                found[group.arn].append(user)
    return [(group, found[group.arn]) for group in world.groups.values() if group.arn in found]


def _targets(arn: str, via: str, members: Sequence[AwsUser], after: _After, needs: int = 1) -> Iterator[_Found]:
    for user in members:
        residual = after(user)
        if residual is not None:
            resource = Resource(arn=arn, account=user.account, tags={})
            yield _Found(
                user.account,
                Target(
                    arn,
                    admin_id(user.account),
                    target_context(resource),
                    (arn,) * needs,
                    conditions=held_with(user.arn, residual),
                    via=via,
                    note=f"For {user.name}, a user who is held as well.",
                    not_for=user.arn,
                ),
            )


def _rewritten(world: AwsWorld, members: _Members) -> Iterator[_Found]:
    for group, users in members:
        yield from _targets(group.arn, group.arn, users, _with(world, allow_everything()))


def _with(world: AwsWorld, document: PolicyDocument, without: tuple[str, ...] = ()) -> _After:
    return lambda user: admin_after(world.views[user.arn], document, without)


def _own_policies(world: AwsWorld, group: AwsGroup) -> Iterator[AwsManagedPolicy]:
    for attachment in group.attached:
        policy = world.policies.get(attachment.arn)
        if policy is not None and not policy.aws_managed:
            yield policy


def _policies(world: AwsWorld, members: _Members) -> dict[bool, list[_Found]]:
    """Return policies that the groups of held users have, by whether a version must be deleted first."""
    found: dict[bool, list[_Found]] = {False: [], True: []}
    for group, users in members:
        for policy in _own_policies(world, group):
            after = _with(world, allow_everything(), (f"policy {policy.arn}",))
            needs = len(write_version_needs(policy))
            found[needs > 1] += _targets(policy.arn, policy.arn, users, after, needs)
    return found


def _older_versions(world: AwsWorld, members: _Members) -> Iterator[_Found]:
    for group, users in members:
        for policy in _own_policies(world, group):
            for version in policy.versions:
                document = None if version.is_default else version_document(world, policy, version.version_id)
                if document is None:
                    continue
                after = _with(world, document, (f"policy {policy.arn}",))
                yield from _targets(policy.arn, policy.arn, users, after)


# ---- adding a held user to a group


def _join(world: AwsWorld, writers: Sequence[PrincipalView], administrators: set[str]) -> None:
    """Add the groups that give full control; users who add themselves have edges of their own already."""
    joins = {edge.source for edge in world.identity_graph.edges if edge.kind is EdgeKind.CAN_JOIN_GROUP}
    others = [view for view in writers if view.principal.kind is not PrincipalKind.USER or view.node not in joins]
    accounts = {view.account for view in others}
    users: dict[str, list[AwsUser]] = defaultdict(list)
    for user in world.users.values():
        outside = user.account not in accounts or user.is_root or user.arn in administrators
        if not outside and len(user.groups) < MAX_GROUPS:
            users[user.account].append(user)
    limits = {user.arn: limits_of(world.views[user.arn]) for each in users.values() for user in each}
    by_account = {account: sorted({limits[user.arn] for user in each}) for account, each in users.items()}
    views = group_views(world, world.group_documents) if users else {}
    found: list[_Found] = []
    for group in world.groups.values():
        known = by_account.get(group.account, [])
        gained = {name: _administration(views.get(f"{group.arn}?as={name}" if name else group.arn)) for name in known}
        if any(after is not None for after in gained.values()):
            able = [user for user in users[group.account] if group.name not in user.groups]
            found += _targets(group.arn, group.arn, able, _by_limits(gained, limits))
    _add(world, others, "iam-013", [Need("iam:AddUserToGroup")], _by_account(found), EdgeKind.CAN_JOIN_GROUP)


def _administration(view: PrincipalView | None) -> Residual | None:
    """Return the conditions under which a member of a group is administrator; ``None``: it is none."""
    ways = admin_ways(view) if view is not None else []
    return min((way.conditions for way in ways), key=len) if ways else None


def _by_limits(gained: Mapping[str, Residual | None], limits: Mapping[str, str]) -> _After:
    return lambda user: gained[limits[user.arn]]
