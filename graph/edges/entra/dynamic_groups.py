"""CAN_JOIN_GROUP: becoming a member of a dynamic group, by its rule or by a property that its rule reads.

Input: what everybody holds; rules of groups. Output: edges through classes of groups; from every member where a rule
reads what each writes of itself.
Handled: who rewrites rules (of all groups, of security groups), who updates users, administrative units and restricted
ones.
A member of a dynamic group is a user: an application must hold one as well.
Not handled: owners, who need a role to edit a rule; making an assigned group dynamic; devices; inviting a guest whose
properties satisfy a rule.

References
----------
https://learn.microsoft.com/entra/identity/users/groups-create-rule and
https://learn.microsoft.com/entra/fundamentals/users-default-permissions (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from collectors.entra.records import EntraGroup
from graph.decision import merge_residuals
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import USER_HELD, open_condition
from graph.evaluate.entra.holdings import Holding
from graph.evaluate.entra.ids import node_of
from graph.evaluate.entra.membership_rule import rule_reads
from graph.evaluate.entra.rights import Right
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_dynamic_groups"]

_KIND = EdgeKind.CAN_JOIN_GROUP
_UNITS = "/administrativeUnits/"
_OWN = "entra-dynamic-group-own-property"
_OTHERS = "The rule reads what is not written so as well: {}."
_PAUSED = "The processing of its rule is paused."


def build_dynamic_groups(world: EntraWorld) -> None:
    """Add the edges."""
    dynamic = [
        each for each in world.records.groups if each.dynamic and not each.synced and each.id not in world.restricted
    ]
    for principal, holding in world.held(Right.GROUP_RULES, Right.SECURITY_GROUP_RULES):
        _rewrites(world, principal, holding, dynamic)
    for principal, holding in world.held(Right.USER_PROPERTIES):
        _writes_properties(world, principal, holding, dynamic)
    _own_properties(world, dynamic)


def _with_user(world: EntraWorld, principal: str, holding: Holding) -> Holding:
    if not world.is_principal(principal):
        return holding
    return replace(holding, conditions=merge_residuals([holding.conditions, open_condition(USER_HELD, "a user")]))


def _rewrites(world: EntraWorld, principal: str, holding: Holding, dynamic: list[EntraGroup]) -> None:
    security = holding.right is Right.SECURITY_GROUP_RULES
    kind = "security-" if security else ""
    groups: Iterable[EntraGroup] = (each for each in dynamic if not (security and each.unified))
    if holding.scope == "/":
        hub, new = world.hub(f"groups:{kind}dynamic", f"{'security ' if security else ''}groups with a rule")
    elif holding.scope.startswith(_UNITS) and (unit := world.units.get(holding.scope.removeprefix(_UNITS))):
        inside = frozenset(unit.members)
        groups = (each for each in groups if each.id in inside)
        hub, new = world.hub(f"groups:{kind}dynamic:{unit.id}", f"groups of {unit.name} with a rule")
    else:
        for group in groups:
            if group.id == holding.scope.strip("/"):
                edge = world.edge_of(_with_user(world, principal, holding), principal, node_of(group.id), _KIND)
                world.add(edge)
        return
    if new:
        for group in groups:
            world.add(Edge(hub, node_of(group.id), _KIND, True))
    world.add(world.edge_of(_with_user(world, principal, holding), principal, hub, _KIND))


def _writes_properties(world: EntraWorld, principal: str, holding: Holding, dynamic: list[EntraGroup]) -> None:
    if holding.scope != "/":
        return  # which users a unit holds, and so whose properties are written, says nothing of the group
    hub, new = world.hub("groups:by-properties", "groups whose rule reads properties of users")
    if new:
        for edge in _by_properties(hub, dynamic):
            world.add(edge)
    world.add(world.edge_of(_with_user(world, principal, holding), principal, hub, _KIND))


def _by_properties(hub: str, dynamic: list[EntraGroup]) -> Iterator[Edge]:
    for group in dynamic:
        reads = rule_reads(group.rule)
        if not reads.written:
            continue
        notes = [_OTHERS.format(", ".join(sorted(reads.others)))] if reads.others else []
        notes += [_PAUSED] if group.rule_paused else []
        state = State.UNVERIFIED if notes else State.VERIFIED
        yield Edge(hub, node_of(group.id), _KIND, True, state=state, note=" ".join(notes))


def _own_properties(world: EntraWorld, dynamic: list[EntraGroup]) -> None:
    groups = [each for each in dynamic if rule_reads(each.rule).own and not each.rule_paused]
    if not groups:
        return
    hub, _ = world.hub("groups:by-own-properties", "groups whose rule reads what every member writes of itself")
    for group in groups:
        grant = world.grant(
            f"entra:membership-rule:{group.id}",
            "membership_rule",
            node_of(group.id),
            f"the rule of {group.name} reads what users write of themselves",
            str(group.ref),
        )
        world.add(Edge(hub, node_of(group.id), _KIND, True, grants=(grant,)))
    for user in world.persons:
        if not user.guest and user.id not in world.restricted and not user.synced:
            world.add(Edge(node_of(user.id), hub, _KIND, True, _OWN))
