"""CAN_JOIN_GROUP: becoming a member of a dynamic group, by its rule or by a property that its rule reads.

Input: what everybody holds; rules of groups. Output: edges through classes of groups; from every member where a rule
reads what each writes of itself.
Handled: who rewrites rules (of all groups, of security groups), who updates users; administrative units and restricted
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
from collectors.entra.role_types import EntraAdministrativeUnit
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
    ruled = {each.id: each for each in world.records.groups if each.dynamic and not each.synced}
    dynamic = {key: each for key, each in ruled.items() if key not in world.restricted}
    for principal, holding in world.held(Right.GROUP_RULES, Right.SECURITY_GROUP_RULES):
        unit = world.units.get(holding.scope.removeprefix(_UNITS)) if holding.scope.startswith(_UNITS) else None
        # A role at the scope of a restricted unit reaches what is in it, and no other role does.
        _rewrites(world, principal, holding, ruled if unit is not None and unit.restricted else dynamic, unit)
    for principal, holding in world.held(Right.USER_PROPERTIES):
        _writes_properties(world, principal, holding, dynamic.values())
    _own_properties(world, dynamic.values())


def _with_user(world: EntraWorld, principal: str, holding: Holding) -> Holding:
    if not world.is_principal(principal):
        return holding
    return replace(holding, conditions=merge_residuals([holding.conditions, open_condition(USER_HELD, "a user")]))


def _rewrites(
    world: EntraWorld,
    principal: str,
    holding: Holding,
    dynamic: dict[str, EntraGroup],
    unit: EntraAdministrativeUnit | None,
) -> None:
    security = holding.right is Right.SECURITY_GROUP_RULES
    kind, word = ("security-", "security ") if security else ("", "")
    members: Iterable[str]
    if holding.scope == "/":
        hub, new = world.hub(f"groups:{kind}dynamic", f"{word}groups with a rule")
        members = dynamic
    elif unit is not None:
        hub, new = world.hub(f"groups:{kind}dynamic:{unit.id}", f"{word}groups of {unit.name} with a rule")
        members = unit.members
    else:
        group = dynamic.get(holding.scope.strip("/"))
        if group is not None and not (security and group.unified):
            world.add(world.edge_of(_with_user(world, principal, holding), principal, node_of(group.id), _KIND))
        return
    for each in members if new else ():
        group = dynamic.get(each)
        if group is not None and not (security and group.unified):
            world.add(Edge(hub, node_of(group.id), _KIND, True))
    world.add(world.edge_of(_with_user(world, principal, holding), principal, hub, _KIND))


def _writes_properties(world: EntraWorld, principal: str, holding: Holding, dynamic: Iterable[EntraGroup]) -> None:
    if holding.scope != "/":
        return  # which users a unit holds, and so whose properties are written, says nothing of the group
    hub, new = world.hub("groups:by-properties", "groups whose rule reads properties of users")
    if new:
        for edge in _by_properties(hub, dynamic):
            world.add(edge)
    world.add(world.edge_of(_with_user(world, principal, holding), principal, hub, _KIND))


def _by_properties(hub: str, dynamic: Iterable[EntraGroup]) -> Iterator[Edge]:
    for group in dynamic:
        reads = rule_reads(group.rule)
        if not reads.written:
            continue
        notes = [_OTHERS.format(", ".join(sorted(reads.others)))] if reads.others else []
        notes += [_PAUSED] if group.rule_paused else []
        state = State.UNVERIFIED if notes else State.VERIFIED
        yield Edge(hub, node_of(group.id), _KIND, True, state=state, note=" ".join(notes))


def _own_properties(world: EntraWorld, dynamic: Iterable[EntraGroup]) -> None:
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
