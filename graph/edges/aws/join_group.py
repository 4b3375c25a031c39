"""CAN_JOIN_GROUP: a user adds itself to a group (iam-013), and what the group as such can do.

Input: users, groups of the same account. Output: edges from users to groups; a group then acts as a principal with its
own policies, so that the paths behind it are found.
Handled: only users who are not members; a user of ten groups, who must leave one first; groups that hold policies; a
user's boundary and its own denies, which stay on it in the group (such users get a group view of their own,
``<group>?as=<digest>``).
Not handled: groups of other accounts; the ten-groups quota where the evidence shows fewer than ten.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from graph.edges.aws.capability import DocumentInForce, PrincipalView
from graph.edges.aws.classes import Candidates, Extra, Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives
from graph.edges.aws.own_policy import WayOn, ways_on
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.principals import Principal, PrincipalKind, Resource
from graph.kinds import EdgeKind, NodeKind
from graph.model import Node

__all__ = ["MAX_GROUPS", "build_join_group", "group_views", "limits_of"]

_ADD, _REMOVE = "iam:AddUserToGroup", "iam:RemoveUserFromGroup"
MAX_GROUPS = 10
"""A user is in at most ten groups (IAM quotas)."""


def _denying(view: PrincipalView) -> tuple[DocumentInForce, ...]:
    return tuple(
        item
        for item in view.documents
        if item.document is not None and any(statement.effect.value == "Deny" for statement in item.document.statements)
    )


def limits_of(view: PrincipalView) -> str:
    """Return a digest of the boundary and denies that stay on a user in any group; ``""`` for none."""
    denying = _denying(view)
    if view.boundary is None and not denying:
        return ""
    boundary = view.boundary.label if view.boundary else ""
    if view.boundary is not None and view.node != view.principal.arn:
        # A changed user may have another version of the same policy as its boundary.
        boundary += f":{view.boundary.document.digest if view.boundary.document else ''}"
    parts = [
        boundary,
        *(f"{item.label}:{item.document.digest if item.document else ''}" for item in denying),
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def group_views(
    world: AwsWorld,
    documents: dict[str, tuple[DocumentInForce, ...]],
    changed: Sequence[PrincipalView] = (),
) -> dict[str, PrincipalView]:
    """Return groups as principals, by node id; one more for each set of limits that a joining user brings.

    Parameters
    ----------
    documents
        Policies of each group, by group ARN.
    changed
        Users as they are after changes of their state, which may join as well.
    """
    views: dict[str, PrincipalView] = {}
    limits: dict[str, dict[str, PrincipalView]] = defaultdict(dict)
    for view in (*world.views.values(), *changed):
        if view.principal.kind is PrincipalKind.USER and (name := limits_of(view)):
            limits[view.account].setdefault(name, view)
    for group in world.groups.values():
        # Its members are users of whom nothing else is known; names stay open.
        principal = Principal(
            PrincipalKind.ACCOUNT,
            group.arn,
            group.account,
            tags=None,
            organization_id=world.organization_of(group.account),
        )
        plain = PrincipalView(
            group.arn, principal, documents[group.arn], None, world.scps.get(group.account, ()), world.index
        )
        if not plain.documents:
            continue
        views[group.arn] = plain
        for name, limited in limits[group.account].items():
            node = f"{group.arn}?as={name}"
            views[node] = replace(
                plain, node=node, documents=(*plain.documents, *_denying(limited)), boundary=limited.boundary
            )
    return views


def _membership(world: AwsWorld, view: PrincipalView) -> str:
    """Return account and groups of a user: users of equal membership share the groups that they could still join."""
    return "/".join((view.account, *sorted(world.users[view.principal.arn].groups)))


def _not_yet_joined(world: AwsWorld, targets: dict[str, list[Target]]) -> Callable[[str], Candidates]:
    @cache
    def candidates(membership: str) -> Candidates:
        account, *names = membership.split("/")
        joined = set(names)
        return Candidates(target for target in targets[account] if world.groups[target.arn].name not in joined)

    return candidates


def _groups_now(world: AwsWorld, view: PrincipalView) -> set[str]:
    return set(world.users[view.principal.arn].groups) - view.left_groups


def _after_leaving(world: AwsWorld, view: PrincipalView) -> Iterator[PrincipalView]:
    """Yield a user of ten groups as it is out of the first one that it may leave and still join others."""
    for name in sorted(_groups_now(world, view)):
        membership = f"aws:membership:{view.principal.arn}:{name}"
        kept = tuple(item for item in view.documents if membership not in item.extra_grants)
        left = replace(view, documents=kept, left_groups=view.left_groups | {name})
        if left.may_allow(_ADD) and _ways_out(world, view, name):
            yield left
            return


def _ways_out(world: AwsWorld, view: PrincipalView, name: str) -> list[WayOn]:
    group = world.group_named(view.account, name)
    if group is None:
        return []
    return ways_on(view, _REMOVE, Resource(arn=group.arn, account=view.account, tags={}))


def _leaving(world: AwsWorld) -> Extra:
    """Return what a user as ``_after_leaving`` has it needed to get out of the group."""

    def extra(left: PrincipalView) -> Alternatives:
        (view,) = (each for each in world.states_of(left.principal.arn) if each.node == left.node)
        (name,) = left.left_groups - view.left_groups
        return [(way.grants, way.conditions) for way in _ways_out(world, view, name)]

    return extra


def build_join_group(
    world: AwsWorld, views: dict[str, PrincipalView], changed: Sequence[PrincipalView] | None = None
) -> None:
    """Add CAN_JOIN_GROUP edges to the group views.

    Parameters
    ----------
    changed
        Users as they are after changes of their state, instead of the users as they are.
    """
    graph = world.identity_graph
    joining = [
        view
        for view in (world.views.values() if changed is None else changed)
        if view.principal.kind is PrincipalKind.USER and view.principal.arn in world.users
    ]
    for limits in sorted({limits_of(view) for view in joining}):
        targets: dict[str, list[Target]] = defaultdict(list)
        for group in world.groups.values():
            node = f"{group.arn}?as={limits}" if limits else group.arn
            if node in views:
                resource = Resource(arn=group.arn, account=group.account, tags={})
                targets[group.account].append(Target(group.arn, node, target_context(resource)))
        alike = [view for view in joining if limits_of(view) == limits]
        users = [view for view in alike if len(_groups_now(world, view)) < MAX_GROUPS]
        full = [left for view in alike if view not in users for left in _after_leaving(world, view)]
        before = len(graph.edges)
        for callers, extra in ((users, None), (full, _leaving(world))):
            class_edges(
                graph,
                callers,
                [Need(_ADD)],
                _not_yet_joined(world, targets),
                kind=EdgeKind.CAN_JOIN_GROUP,
                technique="iam-013",
                extra=extra,
                describe="groups",
                group_of=lambda view: _membership(world, view),
            )
        if limits and len(graph.edges) > before:
            for found in targets.values():
                for target in found:
                    group = world.groups[target.arn]
                    graph.add_node(
                        Node(
                            target.node,
                            NodeKind.AWS_GROUP,
                            f"{group.name} (as a member with limits)",
                            "aws",
                            group.account,
                            {"group": group.arn, "derived": True},
                        )
                    )
