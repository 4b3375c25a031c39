"""Which identities may enter a role or read a secret by their own policies: counted exactly, never listed in pairs.

Input: a snapshot, edge states, who is a person. Output: ``Permitted`` for each role and secret.
Handled: classes (hubs), nested ones too: the members of one set of classes are put together once, however many roles or
secrets lie behind it. Administrators and people are counted apart: what they can do is no share of a credential.
Not handled: what an identity can obtain by changing something first.
Cost: linear in the edges, plus the sizes of the distinct sets of classes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from graph.arrays import CATEGORY_CODES, BoolArray, Int8Array, Int32Array, Int64Array
from graph.kinds import Category, EdgeKind, NodeKind
from graph.snapshot import Snapshot

__all__ = ["ADMINISTRATOR", "MACHINE", "NOBODY", "PERSON", "Permissions", "Permitted", "administrators", "ranks"]

NOBODY, MACHINE, PERSON, ADMINISTRATOR = 0, 1, 2, 3
"""Rank of a node as a consumer: an identity of a machine (or of whom nothing says that it is a person), a person,
somebody who has full control anyway; everything else is none."""


@dataclass(frozen=True, slots=True)
class Permitted:
    """Who may use one role or secret."""

    direct: Int32Array
    """Consumers that have an edge of their own, ascending."""
    shared: Int32Array
    """Consumers through classes, ascending; one array for all that lie behind the same classes."""
    classes: tuple[int, ...]
    """Numbers of those classes."""
    people: int
    administrators: int
    itself: int = -1
    """The target where it is in ``shared``: nobody consumes itself."""

    @property
    def count(self) -> int:
        """Return how many different consumers there are."""
        return int(self.shared.size + self.only_direct().size) - (self.itself >= 0)

    def holding(self, numbers: Collection[int]) -> int:
        """Return how many of some nodes are among the consumers."""
        asked = np.array(sorted(set(numbers) - {self.itself}), dtype=np.int32)
        return int((_in_sorted(asked, self.direct) | _in_sorted(asked, self.shared)).sum())

    def in_classes(self, numbers: Collection[int]) -> list[int]:
        """Return those of some nodes that the classes hold."""
        asked = np.array(sorted(numbers), dtype=np.int32)
        found: list[int] = asked[_in_sorted(asked, self.shared)].tolist()
        return found

    def only_direct(self) -> Int32Array:
        """Return consumers with an edge of their own that no class holds."""
        return self.direct[~_in_sorted(self.direct, self.shared)]

    def first(self, count: int) -> list[int]:
        """Return up to ``count`` consumers, those with an edge of their own first."""
        own = self.direct[:count]
        rest = self.shared[: count + own.size + 1]
        rest = rest[~_in_sorted(rest, own) & (rest != self.itself)]
        return [*own.tolist(), *rest.tolist()][:count]


def _in_sorted(values: Int32Array, within: Int32Array) -> BoolArray:
    if not within.size or not values.size:
        return np.zeros(values.size, dtype=np.bool_)
    places = np.minimum(np.searchsorted(within, values), within.size - 1)
    return np.asarray(within[places] == values)


def administrators(snapshot: Snapshot, levels: Int8Array) -> Int32Array:
    """Return the identities that have full control of an account as they stand, root users with them; ascending."""
    arrays = snapshot.arrays
    code = snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
    direct = arrays.edge_source[(arrays.edge_kind == code) & (levels > 0)]
    return np.union1d(direct, snapshot.nodes_of_kind(NodeKind.AWS_ROOT)).astype(np.int32)


def ranks(snapshot: Snapshot, levels: Int8Array, people: Int32Array) -> Int8Array:
    """Return the rank of every node as a consumer."""
    found = np.zeros(snapshot.node_count, dtype=np.int8)
    found[snapshot.nodes_of_kind(NodeKind.AWS_USER, NodeKind.AWS_ROLE)] = MACHINE
    found[administrators(snapshot, levels)] = ADMINISTRATOR
    found[people] = PERSON
    return found


@dataclass(frozen=True, slots=True)
class _Behind:
    """Everybody behind one set of classes."""

    everybody: Int32Array
    machines: Int32Array
    people: int
    administrators: int


@dataclass(slots=True)
class Permissions:
    """Edges by which roles are entered and secrets read, by target."""

    snapshot: Snapshot
    alive: BoolArray
    rank: Int8Array
    _members: dict[int, Int32Array] = field(default_factory=dict)
    _together: dict[tuple[int, ...], _Behind] = field(default_factory=dict)

    def targets(self) -> Int32Array:
        """Return the roles and secrets that anybody may enter or read, ascending."""
        arrays = self.snapshot.arrays
        source = arrays.edge_source
        asked = self._edges() & (arrays.hub[source] | (self.rank[source] > NOBODY))
        keepers = self.snapshot.nodes_of_kind(NodeKind.SECRET, NodeKind.SSM_PARAMETER)
        assumed = arrays.edge_kind == self.snapshot.edge_kind_code(EdgeKind.CAN_ASSUME)
        identity = arrays.node_category[arrays.indices] == CATEGORY_CODES.index(Category.IDENTITY)
        read = ~assumed & np.isin(arrays.indices, keepers)
        mask = np.zeros(arrays.node_count, dtype=np.bool_)
        mask[arrays.indices[asked & ((assumed & identity) | read)]] = True
        return np.flatnonzero(mask).astype(np.int32)

    def _edges(self) -> BoolArray:
        arrays = self.snapshot.arrays
        kinds = [self.snapshot.edge_kind_code(kind) for kind in (EdgeKind.CAN_ASSUME, EdgeKind.CAN_ACCESS)]
        return np.asarray(np.isin(arrays.edge_kind, kinds) & self.alive)

    def into(self, target: int) -> Int64Array:
        """Return the edges in force that enter or read a target."""
        arrays = self.snapshot.arrays
        edges = arrays.r_edge[arrays.r_indptr[target] : arrays.r_indptr[target + 1]].astype(np.int64)
        kinds = [self.snapshot.edge_kind_code(kind) for kind in (EdgeKind.CAN_ASSUME, EdgeKind.CAN_ACCESS)]
        return edges[np.isin(arrays.edge_kind[edges], kinds) & self.alive[edges]]

    def of(self, target: int, named: frozenset[int] = frozenset()) -> Permitted:
        """Return who may use a target.

        Parameters
        ----------
        named
            Identities that its own policy names: administrators among them are consumers like others.
        """
        arrays = self.snapshot.arrays
        sources = arrays.edge_source[self.into(target)]
        sources = sources[sources != target]
        classes = tuple(sorted(set(sources[arrays.hub[sources]].tolist())))
        behind = self._behind(classes)
        own = np.array(sorted(set(sources[~arrays.hub[sources]].tolist())), dtype=np.int32)
        of_rank = self.rank[own]
        named_here = (of_rank == ADMINISTRATOR) & np.array([number in named for number in own.tolist()], dtype=np.bool_)
        direct = own[(of_rank == MACHINE) | named_here]
        fresh = ~_in_sorted(own, behind.everybody)
        # Who is named counts as a consumer, so not among those left out, wherever else it stands.
        both = int((named_here & ~fresh).sum())
        among = bool(_in_sorted(np.array([target], dtype=np.int32), behind.machines)[0])
        return Permitted(
            direct,
            behind.machines,
            classes,
            behind.people + int((fresh & (of_rank == PERSON)).sum()) - (self._itself(target, behind) == PERSON),
            behind.administrators
            + int((fresh & (of_rank == ADMINISTRATOR) & ~named_here).sum())
            - both
            - (self._itself(target, behind) == ADMINISTRATOR),
            target if among else -1,
        )

    def _itself(self, target: int, behind: _Behind) -> int:
        """Return the rank that the target has been counted with, ``NOBODY`` when it was not."""
        counted = _in_sorted(np.array([target], dtype=np.int32), behind.everybody)[0]
        return int(self.rank[target]) if counted else NOBODY

    def _behind(self, classes: tuple[int, ...]) -> _Behind:
        found = self._together.get(classes)
        if found is None:
            parts = [self._of_class(hub) for hub in classes] or [np.empty(0, dtype=np.int32)]
            everybody = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts)).astype(np.int32)
            of_rank = self.rank[everybody]
            people, admins = int((of_rank == PERSON).sum()), int((of_rank == ADMINISTRATOR).sum())
            found = self._together[classes] = _Behind(everybody, everybody[of_rank == MACHINE], people, admins)
        return found

    def _of_class(self, hub: int) -> Int32Array:
        """Return everybody who enters a class, ascending; classes may enter classes."""
        if hub not in self._members:
            arrays = self.snapshot.arrays
            seen, waiting = {hub}, [hub]
            parts: list[Int32Array] = []
            while waiting:
                sources = arrays.edge_source[self.into(waiting.pop())]
                parts.append(sources[~arrays.hub[sources]])
                more = set(sources[arrays.hub[sources]].tolist()) - seen
                seen |= more
                waiting.extend(sorted(more))
            self._members[hub] = np.unique(np.concatenate(parts)).astype(np.int32)
        return self._members[hub]
