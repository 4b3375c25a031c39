"""What of a blast radius to list: by state, impact class, system and kind of thing.

Input: what a person asks for, and columns of a search result. Output: a mask of what passes.
Not handled: hops, which bound the search itself; counts, which stay those of everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.arrays import IMPACT_CODES, BoolArray, Int8Array, Int32Array
from graph.kinds import Impact, State
from graph.snapshot import Snapshot

__all__ = ["Filters"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything that is given must hold; an empty tuple asks for nothing."""

    least: State = State.UNVERIFIED
    """Only what is at least so sure."""
    impacts: tuple[Impact, ...] = ()
    systems: tuple[str, ...] = ()
    """Sources of nodes: ``aws`` …"""
    kinds: tuple[str, ...] = ()
    """Node kinds by name."""

    def mask(self, snapshot: Snapshot, numbers: Int32Array, states: Int8Array, impacts: Int8Array) -> BoolArray:
        """Return which of some reached nodes pass.

        Parameters
        ----------
        numbers, states, impacts
            Node numbers, the state at which each is reached, and the code of the class gained there (0: none).
        """
        passes = np.asarray(states >= self.least)
        if self.impacts:
            passes &= np.isin(impacts, [IMPACT_CODES.index(impact.value) for impact in self.impacts])
        if self.kinds:
            names = snapshot.manifest.codes["node_kind"]
            codes = [code for code, name in enumerate(names) if name in self.kinds]
            passes &= np.isin(snapshot.arrays.node_kind[numbers], codes)
        if self.systems:
            sources = snapshot.table("nodes").columns(["source"])["source"].to_numpy(zero_copy_only=False)
            passes &= np.isin(sources[numbers].astype(str), self.systems)
        return passes

    def admits(self, scope: str, state: State) -> bool:
        """Return whether full control of a scope passes: its class is H1, and no kind of thing is asked for."""
        of_system = not self.systems or scope.partition(":")[0] in self.systems
        return state >= self.least and of_system and (not self.impacts or Impact.H1 in self.impacts) and not self.kinds
