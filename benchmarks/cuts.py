"""Measure exact cuts over grants: ``python -m benchmarks.cuts [--edges 10000 100000 1000000] [--quick]``.

Input: the synthetic graphs of ``benchmarks.engine``, a grant for each membership and trust, one statement behind many
edges elsewhere. Output: a Markdown table: sizes before and after pruning, seconds, cost, bound and gap.
Not handled: names, reading a snapshot, evaluating permissions again; ``nhi cut`` adds those.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.cuts.network import Demand, GrantSets, WayEdges
from analytics.cuts.problem import Problem
from analytics.cuts.solve import Effort, Solved
from benchmarks.world import World, build_world
from graph.arrays import Int32Array

__all__ = ["granted", "main"]

_STATEMENTS = 3
"""Statements in the policy of a group or role, each behind a share of its edges."""


@dataclass(frozen=True)
class Run:
    """One question with what it took."""

    name: str
    sources: Int32Array
    targets: Int32Array


def granted(world: World) -> tuple[Int32Array, GrantSets, int]:
    """Return the grant set of each edge, the sets, and how many grants there are.

    Notes
    -----
    An edge out of an identity into a group has its membership; one out of a hub the trust of the role; one into a role
    from another role a statement and the trust; every other edge a statement of its source, shared by many edges.
    """
    arrays = world.arrays
    count = arrays.node_count
    source, target = arrays.edge_source.astype(np.int64), arrays.indices.astype(np.int64)
    statement = source * _STATEMENTS + target % _STATEMENTS
    trust = count * _STATEMENTS + target
    identities = world.identities.size
    edges = arrays.edge_count
    groups = identities + edges // 200
    hubs = groups + max(2, edges // 20_000)
    roles = hubs + edges // 40
    membership = (source < identities) & (target >= identities) & (target < groups)
    from_hub, between = (source >= groups) & (source < hubs), (source >= hubs) & (target < roles)
    first = np.where(membership, count * (_STATEMENTS + 1) + np.arange(edges), np.where(from_hub, trust, statement))
    second = np.where(between, trust, first)
    pairs = np.stack((np.minimum(first, second), np.maximum(first, second)), axis=1)
    grants, numbers = np.unique(pairs, return_inverse=True)
    unique, grant_set = np.unique(numbers.reshape(pairs.shape), axis=0, return_inverse=True)
    single = unique[:, 0] == unique[:, 1]
    members = unique.ravel()[np.stack((np.ones_like(single), ~single), axis=1).ravel()]
    start = np.concatenate(([0], np.cumsum(np.where(single, 1, 2))))
    return grant_set.astype(np.int32).ravel(), GrantSets(start, members.astype(np.int32)), int(grants.size)


def solve(world: World, grant_set: Int32Array, sets: GrantSets, grants: int, run: Run, seconds: float) -> str:
    """Solve one question and return its row."""
    arrays = world.arrays
    begun = time.process_time(), time.perf_counter()
    edges = WayEdges.of(arrays, world.alive, run.sources, run.targets)
    edges = WayEdges(edges.node_count, edges.source, edges.target, grant_set[edges.edge], edges.edge)
    problem = Problem.of(edges, sets, np.ones(grants, dtype=np.int64), [Demand(run.sources, run.targets)])
    pruned = time.process_time() - begun[0], time.perf_counter() - begun[1]
    answer: Solved = problem.solver(Effort(seconds - pruned[1])).solve()
    cpu, wall = time.process_time() - begun[0], time.perf_counter() - begun[1]
    mask = np.zeros(grants, dtype=bool)
    mask[list(problem.bundles.grants(answer.removed))] = True
    assert not any(row.size for row in problem.open_sources(mask)), "the cut leaves a way open"
    network = problem.bundles.networks[0]
    gap = (answer.cost - answer.lower) / max(1, answer.cost)
    status = f"optimal by {answer.proof}" if answer.optimal else "bounded"
    return (
        f"| {arrays.edge_count:,} | {run.name} | {problem.edges.count:,} | {network.tail.size:,} | {answer.cost} "
        f"| {answer.lower} | {gap:.1%} | {status} | {answer.ways:,} in {answer.rounds} rounds "
        f"| {pruned[0]:.2f} ({pruned[1]:.2f}) | {cpu:.2f} ({wall:.2f}) |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=5.0, help="time limit of each question")
    parser.add_argument("--quick", action="store_true", help="one small size")
    options = parser.parse_args(arguments)
    sys.stdout.write(
        "\nSeconds are CPU (wall); `pruned` is what lies on a way, `contracted` what the solver sees.\n\n"
        "| edges | question | pruned | contracted | cost | lower bound | gap | status | ways | prune s | all s |\n"
        + "|---" * 11
        + "|\n"
    )
    for size in [10_000] if options.quick else options.edges:
        world = build_world(size)
        grant_set, sets, grants = granted(world)
        jewels = np.sort(world.jewels).astype(np.int32)
        everyone = world.identities.astype(np.int32)
        few = everyone[:: max(1, everyone.size // 100)][:100]
        runs = (
            Run(f"every identity, {jewels.size} jewels", everyone, jewels),
            Run(f"100 identities, {jewels.size} jewels", few, jewels),
            Run("one identity, 1 jewel", few[:1], jewels[:1]),
        )
        for run in runs:
            sys.stdout.write(solve(world, grant_set, sets, grants, run, options.seconds) + "\n")
            sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)
    sys.stdout.write(f"\nPeak memory: {peak:.2f} GiB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
