"""Measure CPU and wall time, and run a part in a process of its own for its peak memory.

Input: callables; names of modules. Output: ``Timing``, percentiles, Markdown rows.
Not handled: other machines' load: ratios within one run are what carries.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Timing", "child", "each", "figure", "measure", "peak_gib", "percentile", "table"]


@dataclass(frozen=True)
class Timing:
    """Seconds of one piece of work."""

    cpu: float
    wall: float
    result: Any = None


def measure(work: Callable[[], Any], repeats: int = 3) -> Timing:
    """Return the medians of some runs; the first run, which loads and compiles, does not count when there are more."""
    timings = []
    for _ in range(repeats + (repeats > 1)):
        gc.collect()
        begun = (time.process_time(), time.perf_counter())
        result = work()
        timings.append(Timing(time.process_time() - begun[0], time.perf_counter() - begun[1], result))
    kept = timings[1:] if repeats > 1 else timings
    return Timing(
        percentile([timing.cpu for timing in kept], 50), percentile([timing.wall for timing in kept], 50), result
    )


def each(work: Callable[[Any], Any], items: Iterable[Any]) -> list[Timing]:
    """Return the time of every item, without results; one further run of the first item warms up."""
    things = list(items)
    work(things[0])
    timings = []
    for item in things:
        begun = (time.process_time(), time.perf_counter())
        work(item)
        timings.append(Timing(time.process_time() - begun[0], time.perf_counter() - begun[1]))
    return timings


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that at least so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def peak_gib() -> float:
    """Return the peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)


def child(module: str, *arguments: object) -> Any:
    """Run a module in a process of its own and return the JSON that it prints last."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def figure(seconds: float | None) -> str:
    """Return seconds with three digits; a dash for what was not measured."""
    return "–" if seconds is None else f"{seconds:.3g}"


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a Markdown table."""
    sys.stdout.write(f"\n### {title}\n\n| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|\n")
    for row in rows:
        sys.stdout.write("| " + " | ".join(row) + " |\n")
    sys.stdout.flush()
