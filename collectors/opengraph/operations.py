"""The one file that an OpenGraph scope holds.

Input: none (data only). Output: ``OPERATIONS``, ``READABLE``, ``REGIONAL``. Not handled: the content (``to_records``).
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.interface import Operation

__all__ = ["GRAPH", "OPERATIONS", "READABLE", "REGIONAL"]

GRAPH = "graph"
OPERATIONS: Mapping[str, Operation] = {
    GRAPH: Operation(GRAPH, "", "What the graph of another tool says of its nodes and how they reach each other."),
}
READABLE = OPERATIONS
REGIONAL: frozenset[str] = frozenset()
