"""Blast radius: what a subject reaches, becomes and controls, how sure each answer is, and by which steps.

Input: a snapshot and a subject. Output: ``BlastRadius`` (one subject), an iterator of them (all identities), and the
nearest way to full control for every identity.
Handled: states against the subject's attacker context, hubs, paths whose conditions contradict each other.
Handled as well: sequences of state changes by several identities that are held together, replayed in order
(``analytics.sequences``).
Not handled: network reachability; the all-identity sweep uses the baseline context and changes that one identity makes
of itself, not replayed, and says so. Never enumerates simple paths; what is cut is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.devices import without_device
from analytics.filters import Filters
from analytics.holder import Found, HeldLevels, held_levels, held_nodes, search
from analytics.pools.groups import pools_among
from analytics.sequences import Sequences, SetReach, search_sets, settle_sequences
from analytics.steps import Step, steps_of
from analytics.subjects import Subject, holder_context, question_time
from analytics.technique_edges import TechniqueEdge, technique_edges, technique_sources
from analytics.witness import Contradictions
from graph.arrays import CATEGORY_CODES, BoolArray, GraphArrays, Int32Array, Int64Array
from graph.attacker import AttackerContext, baseline, edge_levels
from graph.engine import ReverseReach, nearest_target
from graph.kinds import IDENTITY_KINDS, Category, EdgeKind, Impact, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = [
    "AdminOf",
    "AdminWitness",
    "BlastRadius",
    "Reached",
    "TechniqueEdge",
    "admin_witnesses",
    "all_blast_radii",
    "blast_radius",
    "identities",
]

TECHNIQUE_LIMIT = 2_000
"""Technique edges listed in one answer before it says ``truncated``."""
_IMPACTS = [item.value for item in Impact]


@dataclass(frozen=True, slots=True)
class AdminOf:
    """Full control of a scope."""

    scope: str
    state: State
    steps: tuple[Step, ...]
    """Empty for a direct administrator."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Something reached."""

    id: str
    kind: str
    impact: str
    state: State
    hops: int


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """The answer for one subject."""

    subject: Subject
    admin_of: tuple[AdminOf, ...]
    reaches: tuple[Reached, ...]
    """Nearest first; hubs and administrator nodes are not listed."""
    techniques: tuple[TechniqueEdge, ...]
    pools: tuple[Mapping[str, Any], ...]
    counts: Mapping[str, Any]
    """``total``, ``by_kind``, ``by_state``, ``by_impact``, ``by_scope``: exact whatever is cut."""
    truncated: bool = False
    techniques_truncated: bool = False
    context: Mapping[str, Any] = field(default_factory=dict)
    matched: int = 0
    """How many things reached pass the filters, listed or cut; without filters, all of them."""


def identities(snapshot: Snapshot) -> NDArray[np.int32]:
    """Return the numbers of identities of this estate, ascending: derived and merely referred-to ones left out."""
    return snapshot.nodes_of_kind(*IDENTITY_KINDS)


def blast_radius(
    snapshot: Snapshot,
    subject: Subject,
    *,
    limit: int | None = None,
    max_hops: int | None = None,
    levels: NDArray[np.int8] | HeldLevels | None = None,
    check: Contradictions | None = None,
    own_techniques_only: bool = False,
    filters: Filters | None = None,
) -> BlastRadius:
    """Return what a subject reaches.

    Parameters
    ----------
    limit
        Cut ``reaches`` after so many rows; ``counts`` stay exact.
    max_hops
        Look no further; the answer then says ``truncated``.
    levels
        State of each edge for the subject's context, when the caller has it already; sequences of changes by several
        identities are then left out.
    check
        For those states, likewise.
    own_techniques_only
        List techniques that leave the subject, not those of identities that it becomes.
    filters
        List in ``reaches`` and ``admin_of`` only what passes; ``counts`` stay those of everything reached.
    """
    arrays = snapshot.arrays
    starts = list(subject.starts)
    if levels is None:
        sets = search_sets(snapshot, subject, max_hops=max_hops)
    elif isinstance(levels, HeldLevels):
        sets = SetReach(levels, search(snapshot, subject, levels, max_hops=max_hops))
    else:
        check = check or Contradictions(snapshot, levels)
        if check.new_keys.dead.any():
            levels = check.new_keys.living(arrays, levels, held_nodes(snapshot, subject))
        states = HeldLevels(levels, levels, subject.starts)
        sets = SetReach(states, search(snapshot, subject, states, max_hops=max_hops))
    states = sets.levels
    check = check or Contradictions(snapshot, states.own)
    found = check.settle(starts, sets.found, unbounded=levels is None and max_hops is None)
    sequences = Sequences.of(snapshot, subject, sets)
    if levels is None:
        found = settle_sequences(sequences, starts, found, check)
    reached = _reached_nodes(snapshot, subject, found)
    sources = technique_sources(arrays, subject, found, own_techniques_only)
    most = TECHNIQUE_LIMIT if limit is None or not own_techniques_only else max(limit, 1)
    techniques, cut = technique_edges(snapshot, sources, states, most)
    admin_of = _admin_of(snapshot, found, sequences, check)
    passed = reached
    if filters is not None:
        passed = reached[filters.mask(snapshot, reached, found.best[reached], _impact_codes(snapshot, reached, found))]
        admin_of = tuple(row for row in admin_of if filters.admits(row.scope, row.state))
    listed = passed if limit is None else passed[:limit]
    return BlastRadius(
        subject=subject,
        admin_of=admin_of,
        reaches=_reached(snapshot, listed, found),
        techniques=techniques,
        pools=_pools(snapshot, np.concatenate([np.asarray(subject.starts, dtype=np.int32), reached])),
        counts=_counts(snapshot, reached, found),
        truncated=len(listed) < len(passed) or max_hops is not None,
        techniques_truncated=cut,
        context=context_data(subject.attacker),
        matched=int(passed.size),
    )


def context_data(attacker: AttackerContext) -> dict[str, Any]:
    """Return the attacker context as every answer carries it."""
    return {
        "name": attacker.name,
        "stated": {key: list(values) for key, values in sorted(attacker.stated.items())},
        "absent": sorted(attacker.absent),
    }


def _reached_nodes(snapshot: Snapshot, subject: Subject, found: Found) -> NDArray[np.int32]:
    arrays = snapshot.arrays
    hidden = [CATEGORY_CODES.index(item) for item in (Category.HUB, Category.PRIVILEGE, Category.IDENTITY_STATE)]
    numbers = np.flatnonzero((found.best > 0) & ~np.isin(arrays.node_category, hidden))
    numbers = numbers[~np.isin(numbers, list(subject.starts))]
    order = np.lexsort((numbers, -found.best[numbers].astype(np.int64), found.hops[numbers]))
    return numbers[order].astype(np.int32)


def _reached(snapshot: Snapshot, numbers: NDArray[np.int32], found: Found) -> tuple[Reached, ...]:
    codes = _impact_codes(snapshot, numbers, found)
    kinds = snapshot.manifest.codes["node_kind"]
    return tuple(
        Reached(
            snapshot.node_id(number),
            kinds[int(snapshot.arrays.node_kind[number])],
            _IMPACTS[code - 1] if code else "",
            State(int(found.best[number])),
            int(found.hops[number]),
        )
        for number, code in zip(numbers.tolist(), codes.tolist(), strict=True)
    )


def _impact_codes(snapshot: Snapshot, numbers: NDArray[np.int32], found: Found) -> NDArray[np.int8]:
    """Return the class gained at each node (0: none): the node's own worst, or that of the last edge of its witness."""
    arrays = snapshot.arrays
    none = np.int8(len(_IMPACTS) + 1)
    own = arrays.node_impact[numbers]
    through = arrays.edge_impact[found.last_edges(arrays, numbers)]
    worst = np.minimum(np.where(own > 0, own, none), np.where(through > 0, through, none))
    return np.where(worst == none, 0, worst).astype(np.int8)


def _admin_of(snapshot: Snapshot, found: Found, sequences: Sequences, check: Contradictions) -> tuple[AdminOf, ...]:
    rows = []
    for number in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN):
        if found.best[number] <= 0:
            continue
        path = sequences.in_order(_shortest_told(snapshot, int(number), found, sequences, check))
        levels = sequences.sets.levels.along(snapshot.arrays, path)
        scope = str(snapshot.node(int(number)).attributes.get("scope", snapshot.node_id(int(number))))
        rows.append(AdminOf(scope, State(int(found.best[number])), _without_direct(steps_of(snapshot, path, levels))))
    return tuple(sorted(rows, key=lambda row: (-row.state, len(row.steps), row.scope)))


def _shortest_told(
    snapshot: Snapshot, scope: int, found: Found, sequences: Sequences, check: Contradictions
) -> tuple[int, ...]:
    """Return a witness to full control of fewest told steps: "is administrator" counts as a hop and is none."""
    arrays = snapshot.arrays
    level = int(found.best[scope])
    code = snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
    into = range(int(arrays.r_indptr[scope]), int(arrays.r_indptr[scope + 1]))
    direct = sorted(
        (int(found.hops[arrays.r_indices[position]]), int(arrays.r_edge[position]), int(arrays.r_indices[position]))
        for position in into
        if arrays.edge_kind[arrays.r_edge[position]] == code
        and found.best[arrays.r_indices[position]] >= level
        and found.hops[arrays.r_indices[position]] < found.hops[scope]
    )
    for _, edge, administrator in direct:
        path = check.consistent((*found.path_to(arrays, administrator), edge))
        if (
            path is not None
            and sequences.sets.levels.along(arrays, path)[path[-1]] >= level
            and sequences.outcome(path) >= level
        ):
            return path
    return found.path_to(arrays, scope)


def _without_direct(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Drop the steps "is administrator": being one takes no step; what an administrator does next, it does itself."""
    told: list[Step] = []
    before: Step | None = None
    for step in steps:
        if step.kind == EdgeKind.ADMIN_OF.value:
            before = step
            continue
        told.append(step.begun_by(before) if before is not None and before.target == step.source else step)
        before = None
    return tuple(told)


def _pools(snapshot: Snapshot, numbers: NDArray[np.int32]) -> tuple[Mapping[str, Any], ...]:
    """Return what among the nodes several consumers share, as far as edges show it (``nhi pools`` tells all)."""
    return pools_among(snapshot, numbers)


def _counts(snapshot: Snapshot, reached: NDArray[np.int32], found: Found) -> dict[str, Any]:
    arrays = snapshot.arrays
    kinds = snapshot.manifest.codes["node_kind"]
    by_kind = np.bincount(arrays.node_kind[reached], minlength=len(kinds))
    by_state = np.bincount(found.best[reached], minlength=len(State))
    by_impact = np.bincount(_impact_codes(snapshot, reached, found), minlength=len(_IMPACTS) + 1)
    return {
        "total": int(reached.size),
        "by_kind": {kind: int(count) for kind, count in sorted(zip(kinds, by_kind, strict=True)) if count},
        "by_state": {
            state.word: int(by_state[state]) for state in sorted(State, key=lambda item: item.word) if by_state[state]
        },
        "by_impact": {impact: int(count) for impact, count in zip(_IMPACTS, by_impact[1:], strict=True) if count},
    }


def all_blast_radii(snapshot: Snapshot, *, limit: int | None = 100) -> Iterator[BlastRadius]:
    """Yield the blast radius of every identity under the baseline context, by node number.

    Notes
    -----
    One search per identity; ``counts`` are exact, ``reaches`` and ``techniques`` are cut at ``limit``. A user without
    an MFA device presents none, which the context of its row says.
    """
    attacker = baseline(question_time(snapshot))
    state = edge_levels(snapshot, attacker)
    check = Contradictions(snapshot, state)
    without = set(without_device(snapshot).tolist())
    for number in identities(snapshot).tolist():
        node = snapshot.node(number)
        if number in without:
            subject = _without_device(node, number, attacker)
            held = held_levels(snapshot, subject)
            yield blast_radius(snapshot, subject, limit=limit, levels=held, own_techniques_only=True)
            continue
        subject = Subject(node.id, node.kind.value, node.name, (number,), attacker, node)
        yield blast_radius(snapshot, subject, limit=limit, levels=state, check=check, own_techniques_only=True)


def _without_device(node: Node, number: int, attacker: AttackerContext) -> Subject:
    return Subject(node.id, node.kind.value, node.name, (number,), holder_context(node, attacker), node)


@dataclass(frozen=True, slots=True)
class AdminWitness:
    """The nearest way of one identity to full control of some scope, at the best state that it has."""

    identity: str
    scope: str
    state: State
    steps: tuple[Step, ...]
    """Empty for a direct administrator."""


def admin_witnesses(
    snapshot: Snapshot, attacker: AttackerContext | None = None, *, among: Int32Array | None = None
) -> dict[str, AdminWitness]:
    """Return for every identity that reaches full control its nearest witness, by node id.

    Parameters
    ----------
    attacker
        Default: the baseline context.
    among
        Numbers of the ``ScopeAdmin`` nodes that count as full control; default: all.

    Notes
    -----
    One reverse search per state for all identities together.
    """
    arrays = snapshot.arrays
    context = attacker or baseline(question_time(snapshot))
    state = edge_levels(snapshot, context)
    check = Contradictions(snapshot, state)
    scopes = snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN) if among is None else among
    direct = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.ADMIN_OF))
    wanted = None
    if among is not None:
        direct = direct[np.isin(arrays.indices[direct], among)]
        wanted = frozenset(str(snapshot.node(number).attributes.get("scope", "")) for number in among.tolist())
    rows: dict[str, AdminWitness] = {}
    settled: set[int] = set()
    dead = check.new_keys.dead
    without = set(without_device(snapshot).tolist())
    for level in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED):
        searches = [_nearest(arrays, scopes, direct, np.asarray(state >= level))]
        if dead.any():
            searches.append(_nearest(arrays, scopes, direct, np.asarray((state >= level) & ~dead)))
        for number in identities(snapshot).tolist():
            # What a long-term key cannot do, the identity itself can: only it looks at such edges.
            own = len(searches) == 1 or check.new_keys.own(arrays, [number]).size > 0
            ways, become = searches[0 if own else 1]
            node = snapshot.node_id(number)
            if node in rows or number in settled or ways.hops[number] < 0:
                continue
            path = ways.path_from(arrays, number)
            end = int(ways.target[number])
            if end in become:
                path, end = (*path, become[end]), int(arrays.indices[become[end]])
            scope = str(snapshot.node(end).attributes.get("scope", ""))
            lacks_mfa = number in without and _asks_mfa_first(arrays, number, path, check.new_keys.needs_mfa)
            if lacks_mfa or (check.possible and check.contradictory(path)):
                settled.add(number)
                other = (
                    _admin_without_device(snapshot, number, context, wanted)
                    if lacks_mfa
                    else _consistent_admin(snapshot, number, context, state, check, wanted)
                )
                if other:
                    rows[node] = other
                continue
            rows[node] = AdminWitness(node, scope, level, _without_direct(steps_of(snapshot, path, state)))
    return rows


def _nearest(
    arrays: GraphArrays, scopes: Int32Array, direct: Int64Array, alive: BoolArray
) -> tuple[ReverseReach, dict[int, int]]:
    """Return the nearest way to full control of all nodes, and the administrators with the edge that makes them so."""
    # Being administrator is no step, so whoever is one is a target beside the scope itself.
    sure = direct[alive[direct]]
    become = dict(zip(arrays.edge_source[sure][::-1].tolist(), sure[::-1].tolist(), strict=True))
    targets = np.union1d(scopes, np.asarray(sorted(become), dtype=scopes.dtype))
    return nearest_target(arrays, targets, alive), become


def _asks_mfa_first(arrays: GraphArrays, number: int, path: Sequence[int], needs_mfa: BoolArray) -> bool:
    """Return whether a way asks its own holder for MFA, before that becomes somebody else."""
    for edge in path:
        source = int(arrays.edge_source[edge])
        if source != number and not arrays.hub[source]:
            return False
        if needs_mfa[edge]:
            return True
    return False


def _admin_without_device(
    snapshot: Snapshot, number: int, context: AttackerContext, wanted: frozenset[str] | None
) -> AdminWitness | None:
    """Look again, alone, for a user who cannot present the MFA that its nearest way asks for."""
    subject = _without_device(snapshot.node(number), number, context)
    held = held_levels(snapshot, subject)
    return _best_admin(blast_radius(snapshot, subject, limit=0, levels=held, own_techniques_only=True), wanted)


def _best_admin(radius: BlastRadius, wanted: frozenset[str] | None) -> AdminWitness | None:
    best = next((row for row in radius.admin_of if wanted is None or row.scope in wanted), None)
    return AdminWitness(radius.subject.id, best.scope, best.state, best.steps) if best else None


def _consistent_admin(
    snapshot: Snapshot,
    number: int,
    context: AttackerContext,
    state: NDArray[np.int8],
    check: Contradictions,
    wanted: frozenset[str] | None,
) -> AdminWitness | None:
    """Look again, alone, for an identity whose nearest way to full control contradicts itself."""
    node = snapshot.node(number)
    subject = Subject(node.id, node.kind.value, node.name, (number,), context, node)
    radius = blast_radius(snapshot, subject, limit=0, levels=state, check=check, own_techniques_only=True)
    return _best_admin(radius, wanted)
