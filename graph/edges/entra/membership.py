"""INHERITS: a member of a group has what the group is assigned, and so has a member of a group in it.

Input: groups with their members; who can activate a membership. Output: edges from member to group.
Handled: nesting (edge by edge); eligible members, conditional on the activation and what the group's policy asks for;
a group that is eligible for a role-assignable one; members to whom PIM gave an end.
Not handled: a group as an active member of a role-assignable one, which Entra does not support; app roles, which
members of nested groups do not get.

References
----------
https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups and
https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal (read 2026-11).
"""

from __future__ import annotations

from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import until
from graph.evaluate.entra.ids import eligibility_grant, membership_grant, node_of
from graph.kinds import EdgeKind
from graph.model import Edge

__all__ = ["build_membership"]


def build_membership(world: EntraWorld) -> None:
    """Add the edges."""
    users_known = world.looked_at("users") and world.looked_at("servicePrincipals")
    for group in world.records.groups:
        for member in group.members:
            nested = member in world.groups
            if nested and group.role_assignable:
                continue
            known = node_of(member) in world.identity_graph.nodes
            if not known and users_known:
                continue  # a device or a contact: no identity
            source = world.refer(member)
            name = world.identity_graph.nodes[source].name
            grant = world.grant(
                membership_grant(group.id, member),
                "membership",
                source,
                f"{name} is a member of {group.name}",
                str(group.ref),
            )
            waits = until(world.ends.get((group.id, member, "member")))
            world.add(Edge(source, node_of(group.id), EdgeKind.INHERITS, True, grants=(grant,), conditions=waits))
    for each in world.records.group_eligibilities:
        target = world.groups.get(each.group_id)
        if each.access != "member" or target is None or each.principal_id in target.members:
            continue
        waits = world.activation(each)
        source = world.refer(each.principal_id)
        grants = (eligibility_grant(each.id),)
        world.add(Edge(source, node_of(target.id), EdgeKind.INHERITS, True, grants=grants, conditions=waits))
