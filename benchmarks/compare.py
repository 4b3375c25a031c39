"""Compare two snapshots of up to 10,000,000 edges: ``python -m benchmarks.compare [--quick]``.

Input: estates written straight from arrays, and the same with a known share of edges and nodes changed. Output: a table
of CPU, wall, the differences found, and peak memory by size, beside DuckDB joining the same files by ids.
Handled: every size and side in a process of its own; what is found is checked against what was planted.
Not handled: whose reach differs (``--reach`` measures it beside); the truth on small graphs, which tests hold.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.big_snapshot import write_big_snapshot, write_changed_snapshot
from benchmarks.world import big_world
from graph.snapshot.manifest import snapshots_folder

__all__ = ["main"]

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
QUICK = (10_000, 100_000)
SHARE = 0.001
"""Of the edges, so many are removed, added, and changed."""
# What both sides must find of an edge: the same ends, kind and technique, and whether it says the same. DuckDB gets the
# comparison that it is best at: one full join on ids, with an ordinal for parallel edges and lists as texts.
_JOIN = """
WITH {sides}, e AS (
  SELECT *, row_number() OVER (PARTITION BY source, target, kind, technique ORDER BY said) AS place FROM first
), f AS (
  SELECT *, row_number() OVER (PARTITION BY source, target, kind, technique ORDER BY said) AS place FROM second
)
SELECT count(*) FILTER (f.source IS NULL), count(*) FILTER (e.source IS NULL),
       count(*) FILTER (e.said IS NOT NULL AND f.said IS NOT NULL AND e.said <> f.said)
FROM e FULL JOIN f USING (source, target, kind, technique, place)
"""
_SIDE = """{name} AS (
  SELECT s.id AS source, t.id AS target, e.kind, e.technique,
         concat_ws('|', e.traversable, e.state, e.impact, c.residual, g.grants) AS said
  FROM '{folder}/edges.parquet' e
  JOIN '{folder}/nodes.parquet' s ON s.node = e.source JOIN '{folder}/nodes.parquet' t ON t.node = e.target
  JOIN '{folder}/conditions.parquet' c ON c.condition = e.condition
  JOIN (SELECT grant_set, string_agg(r.id, ',' ORDER BY r.id) AS grants
        FROM (SELECT grant_set, unnest(CASE WHEN len(grants) = 0 THEN [NULL] ELSE grants END) AS place
              FROM '{folder}/grant_sets.parquet') u LEFT JOIN '{folder}/grants.parquet' r ON r."grant" = u.place
        GROUP BY grant_set) g ON g.grant_set = e.grant_set
)"""


def _write(edges: int, workspace: str) -> tuple[str, str, dict[str, int], int]:
    """Write both snapshots; return their folders, what was planted, and how many edges the first has."""
    world, parent = big_world(edges), Path(workspace)
    before = write_big_snapshot(world, parent)
    after, changed = write_changed_snapshot(world, parent, SHARE)
    folder = snapshots_folder(parent)
    planted = {
        "removed": len(changed.removed_edges),
        "added": len(changed.added_edges),
        "changed": len(changed.changed_edges),
    }
    count = json.loads((folder / before / "manifest.json").read_bytes())["counts"]["edges"]
    return str(folder / before), str(folder / after), planted, count


def _ours(before: str, after: str) -> tuple[dict[str, int], float, float, float]:
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401  # loaded before the clock starts, as DuckDB is

    from analytics.compare import compare
    from graph.snapshot import open_snapshot

    cpu, wall = time.process_time(), time.perf_counter()
    found = compare(open_snapshot(before), open_snapshot(after)).counts()["edges"]
    return found, time.process_time() - cpu, time.perf_counter() - wall, _peak()


def _duckdb(before: str, after: str) -> tuple[dict[str, int], float, float, float]:
    import duckdb

    sides = ", ".join(_SIDE.format(name=name, folder=at) for name, at in (("first", before), ("second", after)))
    cpu, wall = time.process_time(), time.perf_counter()
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GB"}) as database:
        row = database.execute(_JOIN.format(sides=sides)).fetchone()
    found = dict(zip(("removed", "added", "changed"), row or (), strict=True))
    return found, time.process_time() - cpu, time.perf_counter() - wall, _peak()


def _reach(before: str, after: str) -> tuple[dict[str, int], float, float, float]:
    from analytics.reach_change import reach_changes
    from graph.snapshot import open_snapshot

    cpu, wall = time.process_time(), time.perf_counter()
    rows = reach_changes(open_snapshot(before), open_snapshot(after))
    return {"identities": len(rows)}, time.process_time() - cpu, time.perf_counter() - wall, _peak()


def _peak() -> float:
    """Return the peak of memory in GiB; files that are mapped count as far as they were touched."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)


def _apart(call: Any, *arguments: Any) -> Any:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(call, *arguments).result()


def _row(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run and print a Markdown table; exit 1 when something else was found than was planted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description="differences of two snapshots")
    parser.add_argument("--edges", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--no-duckdb", action="store_true")
    parser.add_argument("--reach", action="store_true", help="also whose reach differs")
    options = parser.parse_args(arguments)
    sides = (
        {"ours": _ours}
        | ({} if options.no_duckdb else {"DuckDB": _duckdb})
        | ({"reach": _reach} if options.reach else {})
    )
    _row("edges", "by", "removed", "added", "changed", "CPU s", "CPU µs an edge", "wall s", "peak GiB")
    _row(*["---"] * 9)
    wrong = False
    for edges in QUICK if options.quick else options.edges:
        with tempfile.TemporaryDirectory() as folder:
            before, after, planted, count = _apart(_write, edges, folder)
            for name, call in sides.items():
                found, cpu, wall, peak = _apart(call, before, after)
                numbers = [f"{found[key]:,}" if key in found else "" for key in planted]
                _row(
                    f"{count:,}", name, *numbers, f"{cpu:.2f}", f"{1e6 * cpu / count:.2f}", f"{wall:.2f}", f"{peak:.2f}"
                )
                if name != "reach" and found != planted:
                    wrong = True
                    sys.stderr.write(f"{name} found {found}, planted was {planted}\n")
    return int(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
