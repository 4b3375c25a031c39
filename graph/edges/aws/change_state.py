"""CAN_CHANGE_STATE: who can change which user or role so that something opens, and the identity as it is then.

Input: callers, and what policies ask (``changed_*``). Output: edges to nodes of changed identities
(``AwsChangedIdentity``), whose views take part as callers in every later builder; ``close`` then drops what opens
nothing.
Handled: changes of oneself (an edge without further conditions) and of others (the attacker must hold the changed
identity as well: a condition on ``nhi:holds``); several changes of one identity, each made from the state before it;
administrators are left out on both sides, as nothing opens for them.
Not handled: sequences beyond ``MAX_CHANGES`` changes of one identity; what is cut is a gap.
Complexity: one pass of the class builder for each technique and round; linear in callers and states.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectors.interface import Gap
from graph.decision import ALWAYS, Residual, merge_residuals
from graph.edges.aws.admin import admin_ways
from graph.edges.aws.capability import MAX_ALTERNATIVES, PrincipalView, resolve_residual
from graph.edges.aws.change_trust import can_be_edited
from graph.edges.aws.changed_boundary import boundary_moves
from graph.edges.aws.changed_mentions import Mentions
from graph.edges.aws.changed_mfa import mfa_moves
from graph.edges.aws.changed_policies import policy_moves
from graph.edges.aws.changed_tags import tag_moves
from graph.edges.aws.changes import (
    MFA_PRESENTED,
    ChangedState,
    Move,
    base_state,
    changed_node,
    contexts_of,
    holding,
    identity_of,
)
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives, fresh_ways
from graph.edges.aws.own_policy import WayOn, ways_on
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.context import Context, request_context
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, IdentityGraph

__all__ = ["MAX_CHANGES", "build_change_state"]

KIND = EdgeKind.CAN_CHANGE_STATE
MAX_CHANGES = 3
"""Changes of one identity that are put together."""
MAX_STATES = 16
"""States of one identity; those of fewer changes come first."""
MAX_BY_OTHERS = 2_000
"""States of a build that only others can make; those that an identity makes of itself come first and all count."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """A move of a state, with the state that it leads to."""

    state: ChangedState
    move: Move
    after: ChangedState


def build_change_state(world: AwsWorld, callers: Sequence[PrincipalView]) -> list[PrincipalView]:
    """Add every CAN_CHANGE_STATE edge and return the changed identities as callers.

    Parameters
    ----------
    callers
        Users, roles and groups as they are; ``build_admin`` has run, so administrators are known.

    Notes
    -----
    A state is found when somebody can make it out of a state that was found before. The edges are written once at the
    end, so that callers found late share the classes of the others.
    """
    mentions = Mentions(world)
    administrators = _administrators(world.identity_graph)
    actors = [view for view in callers if view.node not in administrators]
    states = {view.node: base_state(view) for view in actors if _changeable(world, view)}
    counts: defaultdict[str, int] = defaultdict(int)
    offers: list[_Offer] = []
    frontier = list(states.values())
    cut: set[str] = set()
    foreign = 0
    while frontier:
        offers += [offer for state in frontier for offer in _offers(world, mentions, state)]
        waiting = [offer for offer in offers if offer.after.node not in states]
        by_itself, by_others = _made(world, waiting, actors)
        frontier = []
        for offer in sorted(waiting, key=lambda item: item.after.node not in by_itself):
            found = offer.after
            alone = found.node in by_itself
            if found.node in states or not (alone or found.node in by_others):
                continue
            if counts[found.identity] >= MAX_STATES or (not alone and foreign >= MAX_BY_OTHERS):
                cut.add(found.view.account)
                continue
            counts[found.identity] += 1
            foreign += not alone
            states[found.node] = found
            frontier.append(found)
        actors += [state.view for state in frontier if not _controls_all(state.view)]
    _emit(world.identity_graph, world, [offer for offer in offers if offer.after.node in states], actors)
    changed = [state for state in states.values() if state.changes]
    for state in changed:
        world.identity_graph.add_node(changed_node(state))
        world.changed.setdefault(state.identity, []).append(state.view)
    _tell(world, mentions, cut)
    return [state.view for state in changed]


def _administrators(graph: IdentityGraph) -> set[str]:
    return {edge.source for edge in graph.edges if edge.kind is EdgeKind.ADMIN_OF and not edge.conditions}


def _controls_all(view: PrincipalView) -> bool:
    """Return whether nothing more opens for a changed identity, because it has full control already."""
    return any(way.conditions == ALWAYS for way in admin_ways(view))


def _changeable(world: AwsWorld, view: PrincipalView) -> bool:
    """Return whether the identity is one of IAM's that anybody but AWS may change."""
    arn = view.principal.arn
    if view.principal.kind is PrincipalKind.USER:
        return arn in world.users
    return view.principal.kind is PrincipalKind.ROLE and arn in world.roles and can_be_edited(world.roles[arn])


def _offers(world: AwsWorld, mentions: Mentions, state: ChangedState) -> Iterator[_Offer]:
    for move in itertools.chain(
        boundary_moves(world, mentions, state),
        policy_moves(world, state),
        mfa_moves(mentions, state),
        tag_moves(mentions, state),
    ):
        after = state.after(move.change, move.view)
        if len(after.changes) <= MAX_CHANGES:
            yield _Offer(state, move, after)


def _made(world: AwsWorld, offers: Sequence[_Offer], actors: Sequence[PrincipalView]) -> tuple[set[str], set[str]]:
    """Return the states that the identities themselves can make, and those that somebody else can."""
    scratch = IdentityGraph()
    _emit(scratch, world, offers, actors)
    made = [edge for edge in scratch.edges if not edge.target.startswith("hub:")]
    by_itself = {edge.target for edge in made if identity_of(edge.source) == identity_of(edge.target)}
    return by_itself, {edge.target for edge in made} - by_itself


# ---- edges
# ------------------------------------------------------------------------------------------------------------


def _emit(graph: IdentityGraph, world: AwsWorld, offers: Sequence[_Offer], actors: Sequence[PrincipalView]) -> None:
    groups: defaultdict[object, list[_Offer]] = defaultdict(list)
    for offer in offers:
        for way in _own_ways(world, offer):
            graph.add_edge(
                Edge(
                    offer.state.node,
                    offer.after.node,
                    KIND,
                    True,
                    offer.move.technique,
                    way.grants,
                    way.conditions,
                    way.guards,
                    via=offer.move.via,
                    note=offer.move.note,
                )
            )
        groups[offer.move.technique, offer.move.needs, offer.move.fresh].append(offer)
    for found in groups.values():
        _by_others(graph, world, found, actors)


def _own_ways(world: AwsWorld, offer: _Offer) -> list[WayOn]:
    """Return the ways in which the identity changes itself, in the state that it is in."""
    view, move = offer.state.view, offer.move
    if not all(view.may_allow(action) for action, _ in move.needs):
        return []
    own = offer.state.resource(world)
    ways = [WayOn((), (), ())]
    for position, (action, stated) in enumerate(move.needs):
        resource = move.on[position] if move.on else own
        ways = [_together(one, other) for one in ways for other in ways_on(view, action, resource, dict(stated))]
    if move.fresh is not None:
        made = fresh_ways(view, [move.fresh[0]], move.fresh[1])
        ways = [_together(one, WayOn(grants, open_part, ())) for one in ways for grants, open_part in made]
    if move.without_mfa:
        ways = [found for way in ways if (found := _without_mfa(way)) is not None]
    return list(dict.fromkeys(ways))[:MAX_ALTERNATIVES]


def _together(one: WayOn, other: WayOn) -> WayOn:
    return WayOn(
        tuple(sorted({*one.grants, *other.grants})),
        merge_residuals([one.conditions, other.conditions]),
        tuple(sorted({*one.guards, *other.guards})),
    )


def _without_mfa(way: WayOn) -> WayOn | None:
    """Return what a way leaves open for a caller without MFA; ``None`` when it needs MFA."""
    nobody = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)
    absent = frozenset(key for key, _ in MFA_PRESENTED)
    context: Context = request_context(Request(nobody, "", Resource(arn=""), {}, absent))
    conditions = resolve_residual(way.conditions, context)
    return None if conditions is None else WayOn(way.grants, conditions, way.guards)


def _by_others(
    graph: IdentityGraph, world: AwsWorld, offers: Sequence[_Offer], actors: Sequence[PrincipalView]
) -> None:
    """Add the edges of whoever else may make the change; the attacker then needs the changed identity as well."""
    move = offers[0].move
    needs = [Need(action, dict(stated)) for action, stated in move.needs]
    targets: defaultdict[str, list[Target]] = defaultdict(list)
    for offer in offers:
        places = list(contexts_of(offer.move, offer.state.resource(world)))
        conditions: Residual = holding(offer.state.node)
        targets[offer.state.view.account].append(
            Target(
                places[0][0],
                offer.after.node,
                places[0][1],
                tuple(arn for arn, _ in places),
                conditions=conditions,
                via=offer.move.via,
                note=offer.move.note,
                not_for=offer.state.identity,
                contexts=tuple(context for _, context in places),
            )
        )
    candidates = {account: Candidates(found) for account, found in targets.items()}

    def device(view: PrincipalView) -> Alternatives:
        assert move.fresh is not None
        return fresh_ways(view, [move.fresh[0]], move.fresh[1])

    class_edges(
        graph,
        actors,
        needs,
        candidates.get,
        kind=KIND,
        technique=move.technique,
        extra=device if move.fresh is not None else None,
        describe=f"identities to change{_call_text(move)},",
    )


def _call_text(move: Move) -> str:
    """Return what the call carries; it tells hubs apart, since who may set one tag may not be allowed another."""
    carried = [f"{key}={'|'.join(values)}" for _, stated in move.needs for key, values in stated]
    return f" ({', '.join(carried)})" if carried else ""


def _tell(world: AwsWorld, mentions: Mentions, cut: set[str]) -> None:
    for account in sorted(cut):
        world.gaps.append(_gap(account, f"more states could be made than {MAX_STATES} of one identity are followed"))
    for account, key in sorted(mentions.cut):
        world.gaps.append(_gap(account, f"more values of tag `{key}` are named by policies than are tried"))


def _gap(account: str, reason: str) -> Gap:
    return Gap(
        "aws",
        account,
        "sequences of state changes",
        subject=NodeKind.AWS_CHANGED_IDENTITY.value,
        reason=reason,
        lost="paths through the changes that were not tried",
    )
