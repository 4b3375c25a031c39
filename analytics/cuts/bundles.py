"""Grants that only ever go together become one: what a cut may remove, made as small as it can be without a loss.

Input: the networks of all demands, grant sets, weights. Output: ``Bundles``: networks over units, each one grant or
several.
Handled: grants that stand alone behind edges between the same pairs of nodes (a thousand memberships of one group, two
statements that say the same). Removing one of them while another stays closes nothing, so every cut without needless
grants removes all of such a unit or none; a unit weighs what its grants weigh together. The cheapest cuts are the same.
Not handled: other dominance between grants, which the solver's own presolve looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.cuts.network import GrantSets, Network
from graph.arrays import Int32Array, Int64Array

__all__ = ["Bundles"]


@dataclass(frozen=True)
class Bundles:
    """The networks of one question over units instead of grants."""

    networks: tuple[Network, ...]
    sets: GrantSets
    """Units behind each set."""
    weight: Int64Array
    """By unit."""
    unit: Int64Array
    """Unit of each grant; -1 for grants on no way."""

    @staticmethod
    def of(networks: Sequence[Network], sets: GrantSets, weight: Int64Array) -> Bundles:
        """Return the bundled form; O(edges log edges)."""
        used = np.zeros(sets.count, dtype=np.bool_)
        for network in networks:
            used[network.grant_set] = True
        live = used[sets.owner]
        grants = np.unique(sets.members[live])
        alone = np.diff(sets.start) == 1
        shared = np.zeros(weight.size, dtype=np.bool_)
        shared[sets.members[live & ~alone[sets.owner]]] = True
        first = np.arange(weight.size)
        grant, place = _places(networks, sets, alone, shared)
        _join(first, grant, place)
        units, unit_of = np.unique(first[grants], return_inverse=True)
        unit = np.full(weight.size, -1, dtype=np.int64)
        unit[grants] = unit_of
        total = np.zeros(units.size, dtype=np.int64)
        np.add.at(total, unit_of, weight[grants])
        numbers, smaller = _smaller(sets, used, alone, unit)
        return Bundles(tuple(_renumbered(network, numbers) for network in networks), smaller, total, unit)

    def summed(self, value: Int64Array) -> Int64Array:
        """Return a value of grants by unit."""
        total = np.zeros(self.weight.size, dtype=np.int64)
        known = self.unit >= 0
        np.add.at(total, self.unit[known], value[known])
        return total

    def grants(self, units: Iterable[int]) -> tuple[int, ...]:
        """Return the grants of some units, ascending."""
        return tuple(np.flatnonzero(np.isin(self.unit, list(units))).tolist())


def _places(
    networks: Sequence[Network], sets: GrantSets, alone: NDArray[np.bool_], shared: NDArray[np.bool_]
) -> tuple[Int64Array, Int64Array]:
    """Return grant and place (pair of nodes of one network), sorted, of every edge that a grant stands behind alone."""
    grants, places = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    offset = 0
    for network in networks:
        edges = np.flatnonzero(alone[network.grant_set])
        grant = sets.members[sets.start[:-1][network.grant_set[edges]]].astype(np.int64)
        kept = ~shared[grant]
        grants.append(grant[kept])
        places.append(offset + network.pair[edges[kept]])
        offset += network.pair_start.size
    grant, place = np.concatenate(grants), np.concatenate(places)
    order = np.lexsort((place, grant))
    return grant[order], place[order]


def _join(first: Int64Array, grant: Int64Array, place: Int64Array) -> None:
    """Give grants with the same places the number of the first of them; a sum over the places finds candidates."""
    if not grant.size:
        return
    begin = np.concatenate(([0], np.flatnonzero(np.diff(grant)) + 1))
    size = np.diff(np.append(begin, grant.size))
    mark = np.random.default_rng(0).integers(0, 2**63, int(place.max()) + 1, dtype=np.uint64)
    total = np.add.reduceat(mark[place], begin)
    order = np.lexsort((grant[begin], size, total))
    new = np.ones(order.size, dtype=np.bool_)
    new[1:] = (np.diff(total[order]) != 0) | (np.diff(size[order]) != 0)
    like = order[np.maximum.accumulate(np.where(new, np.arange(order.size), 0))]
    # Equal sums are looked at place by place, so that the answer never rests on chance.
    one = np.repeat(begin[order], size[order])
    other = np.repeat(begin[like], size[order])
    step = np.arange(one.size) - np.repeat(np.cumsum(size[order]) - size[order], size[order])
    differs = place[one + step] != place[other + step]
    wrong = np.add.reduceat(differs, np.cumsum(size[order]) - size[order]) > 0
    joined = ~wrong
    first[grant[begin[order[joined]]]] = grant[begin[like[joined]]]


def _smaller(
    sets: GrantSets, used: NDArray[np.bool_], alone: NDArray[np.bool_], unit: Int64Array
) -> tuple[Int32Array, GrantSets]:
    """Return the new number of each set that is used, and the sets of units, those of one unit once each."""
    count = int(unit.max(initial=-1)) + 1
    numbers = np.full(sets.count, -1, dtype=np.int64)
    single, several = np.flatnonzero(used & alone), np.flatnonzero(used & ~alone)
    numbers[single] = unit[sets.members[sets.start[:-1][single]]]
    numbers[several] = count + np.arange(several.size)
    sizes = np.diff(sets.start)[several]
    start = np.concatenate((np.arange(count + 1), count + np.cumsum(sizes)))
    inside = np.isin(sets.owner, several)
    members = np.concatenate((np.arange(count), unit[sets.members[inside]]))
    return numbers.astype(np.int32), GrantSets(start.astype(np.int64), members.astype(np.int32))


def _renumbered(network: Network, numbers: Int32Array) -> Network:
    grant_set = numbers[network.grant_set]
    order = np.lexsort((network.edge, grant_set, network.head, network.tail))
    tail, head, grant_set = network.tail[order], network.head[order], grant_set[order]
    new = np.ones(tail.size, dtype=np.bool_)
    new[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0) | (np.diff(grant_set) != 0)
    return Network(network.node_count, tail[new], head[new], grant_set[new], network.edge[order][new])
