"""All kinds of planted cases, each with its near twins.

Input: none. Output: ``KINDS``. Not handled: how many of each are planted (``benchmarks.estate.generate``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.estate.kinds import across, data, hygiene, others, own, shared, workloads
from benchmarks.estate.lab import Kind

__all__ = ["KINDS"]

KINDS: Final[tuple[Kind, ...]] = (
    *own.KINDS, *others.KINDS, *across.KINDS, *workloads.KINDS, *data.KINDS, *hygiene.KINDS, *shared.KINDS,
)  # fmt: skip
"""In the order in which they are planted."""
