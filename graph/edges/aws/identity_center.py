"""FEDERATES_INTO from users and groups of IAM Identity Center to the reserved roles that they are assigned.

Input: permission sets, assignments, users and groups, reserved roles. Output: nodes and edges; ``ReservedRoles`` for
the techniques (``identity_center_grants``).
Handled: the role that Identity Center made for a permission set in an account, by its reserved path and name; group
members, who hold what the group is assigned.
Not handled: assignments in accounts that were not collected (no role to end at); applications; sign-in and MFA.

References
----------
https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html (each read 2026-11)
"""

from __future__ import annotations

import re
from collections import defaultdict

from collectors.aws.access_types import AwsAccountAssignment, AwsPermissionSet
from graph.edges.aws.structure_facts import contain
from graph.edges.aws.world import AwsWorld
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Node

__all__ = ["ReservedRoles", "build_identity_center", "identity_center_node"]

_PATH = "/aws-reserved/sso.amazonaws.com/"
_NAME = re.compile(r"^AWSReservedSSO_(?P<set>.+)_[0-9a-f]{16}$")


def identity_center_node(principal_id: str) -> str:
    """Return the node id of a user or group of the identity store."""
    return f"aws:identity-center:{principal_id}"


class ReservedRoles:
    """Roles that Identity Center made, by account and name of the permission set."""

    def __init__(self, world: AwsWorld) -> None:
        self._roles: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_set: defaultdict[str, list[str]] = defaultdict(list)
        for role in world.roles.values():
            match = _NAME.match(role.name)
            # The path can be made by nobody but AWS; the name alone would prove nothing.
            if match and role.path.startswith(_PATH):
                self._roles[role.account, match["set"]].append(role.arn)
                self._by_set[match["set"]].append(role.arn)

    def of(self, account: str, permission_set: AwsPermissionSet) -> tuple[str, ...]:
        """Return the roles of a permission set in an account: one, or none where it is not provisioned."""
        return tuple(self._roles.get((account, permission_set.name), ()))

    def all_of(self, permission_set: AwsPermissionSet) -> tuple[str, ...]:
        """Return its roles in every collected account."""
        return tuple(sorted(self._by_set.get(permission_set.name, ())))


def build_identity_center(world: AwsWorld) -> None:
    """Add nodes of permission sets, users and groups, and what their assignments lead into."""
    sets = {item.arn: item for item in world.records.permission_sets}
    roles = ReservedRoles(world)
    for item in sets.values():
        _permission_set(world, item)
    _principals(world)
    for assignment in world.records.account_assignments:
        if assignment.permission_set_arn in sets:
            _assignment(world, assignment, sets[assignment.permission_set_arn], roles)


def _permission_set(world: AwsWorld, item: AwsPermissionSet) -> None:
    world.identity_graph.add_node(
        Node(
            item.arn,
            NodeKind.PERMISSION_SET,
            item.name,
            "aws",
            item.account,
            {
                "instance": item.instance_arn,
                "attached_policies": [policy.arn for policy in item.attached],
                "customer_managed": list(item.customer_managed),
                "inline": item.inline is not None,
                "boundary": item.boundary_arn,
                "session_duration": item.session_duration,
                "provisioned_accounts": list(item.provisioned_accounts),
            },
            evidence=str(item.ref),
        )
    )
    contain(world, item.account, item.arn)


def _principals(world: AwsWorld) -> None:
    graph = world.identity_graph
    known = {row.id for row in world.records.identity_center_users}
    for row in world.records.identity_center_users:
        node = identity_center_node(row.id)
        attributes = {"principal_kind": row.kind, "identity_store": row.identity_store, "aliases": [row.id]}
        graph.add_node(
            Node(node, NodeKind.IDENTITY_CENTER_PRINCIPAL, row.name, "aws", "", attributes, evidence=str(row.ref))
        )
        for group in row.groups:
            if group not in known:
                continue
            grant = world.grant(
                f"aws:identity-center-membership:{row.id}:{group}",
                "membership",
                node,
                f"{row.name} is a member of a group of Identity Center",
                str(row.ref),
            )
            graph.add_edge(
                Edge(
                    node,
                    identity_center_node(group),
                    EdgeKind.FEDERATES_INTO,
                    True,
                    grants=(grant,),
                    note="A member of the group holds what the group is assigned.",
                )
            )


def _assignment(
    world: AwsWorld, assignment: AwsAccountAssignment, permission_set: AwsPermissionSet, roles: ReservedRoles
) -> None:
    node = identity_center_node(assignment.principal_id)
    world.identity_graph.add_node(
        Node(
            node,
            NodeKind.IDENTITY_CENTER_PRINCIPAL,
            assignment.principal_id,
            "aws",
            "",
            {"principal_kind": assignment.principal_kind},
            collected=False,
        )
    )
    for role in roles.of(assignment.target_account, permission_set):
        grant = world.grant(
            f"aws:assignment:{permission_set.arn}:{assignment.target_account}:{assignment.principal_id}",
            "assignment",
            node,
            f"permission set {permission_set.name} assigned in account {assignment.target_account}",
            str(assignment.ref),
        )
        world.identity_graph.add_edge(
            Edge(node, role, EdgeKind.FEDERATES_INTO, True, grants=(grant,), via=permission_set.arn)
        )
