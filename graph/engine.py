"""The engine: every question about reachability, on arrays, in plain numpy; scipy and numba load only for sweeps.

Input: ``GraphArrays`` and a mask or level of edges in force. Output: reach, witnesses, counts (see each function).
Not handled: which edges are in force for which attacker, and names; the engine knows numbers only.
"""

from graph.arrays import GraphArrays, arrays_from_edges
from graph.engine_condense import Condensation, condense
from graph.engine_outlook import Outlook
from graph.engine_paths import Path, Paths, k_shortest_paths, neighbourhood, shortest_path
from graph.engine_search import (
    BestReach,
    Reach,
    ReverseReach,
    best_state_reach,
    nearest_target,
    reach,
    reverse_reach,
)
from graph.engine_sweep import Speed, reach_counts, reach_counts_by, worst_value

__all__ = [
    "BestReach",
    "Condensation",
    "GraphArrays",
    "Outlook",
    "Path",
    "Paths",
    "Reach",
    "ReverseReach",
    "Speed",
    "arrays_from_edges",
    "best_state_reach",
    "condense",
    "k_shortest_paths",
    "nearest_target",
    "neighbourhood",
    "reach",
    "reach_counts",
    "reach_counts_by",
    "reverse_reach",
    "shortest_path",
    "worst_value",
]
