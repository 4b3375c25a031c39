"""Sets of resources as integers, and an index that finds the resources of a pattern.

Input: resource ARNs; patterns of Resource elements. Output: bit sets, one bit a resource in the order of sorted ARNs.
Not handled: what a statement does with the resources it covers; see ``bulk``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.evaluate.aws.document import Statement
from graph.evaluate.aws.globs import compile_glob

__all__ = ["ResourceIndex", "as_bits", "positions"]

_LAST: Final = "\U0010ffff"
_VARIABLE: Final = re.compile(r"\$\{(?![*?$]\})[^}]*\}")


def positions(bits: int) -> NDArray[np.intp]:
    """Return the places of the set bits, ascending.

    Returns
    -------
    numpy.ndarray
        Shape (number of set bits,).
    """
    raw = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    return np.flatnonzero(np.unpackbits(np.frombuffer(raw, dtype=np.uint8), bitorder="little"))


def as_bits(places: Sequence[int]) -> int:
    """Return the set of some places; one pass, where adding bit by bit would copy the set each time."""
    if not places:
        return 0
    flags = np.zeros(max(places) + 1, dtype=np.bool_)
    flags[list(places)] = True
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


class ResourceIndex:
    """Resources in the order of their ARNs.

    Parameters
    ----------
    arns
        One ARN a resource, in the caller's order; may repeat.
    """

    def __init__(self, arns: Sequence[str]) -> None:
        self.order: tuple[int, ...] = tuple(sorted(range(len(arns)), key=arns.__getitem__))
        """Place in the index to the caller's place."""
        self.arns: tuple[str, ...] = tuple(arns[place] for place in self.order)
        self.everything: int = (1 << len(arns)) - 1
        self._known: dict[str, int] = {}

    def matching(self, pattern: str) -> int:
        """Return the resources that a pattern without variables matches; found patterns are remembered."""
        found = self._known.get(pattern)
        if found is None:
            found = self._known[pattern] = self._find(pattern)
        return found

    def _find(self, pattern: str) -> int:
        glob = compile_glob(pattern)
        prefix = glob.prefix
        low = bisect_left(self.arns, prefix)
        high = bisect_left(self.arns, prefix + _LAST, lo=low)
        if glob.literal is None and glob.minimum == len(prefix) and len(glob.pieces) == 2 and not glob.pieces[1]:
            return ((1 << (high - low)) - 1) << low
        return as_bits([place for place in range(low, high) if glob.matches(self.arns[place])])

    def covered(self, statement: Statement) -> tuple[int, int]:
        """Return the resources that a statement surely covers, and those that it possibly covers, for some caller."""
        if not statement.resources:
            return self.everything, self.everything
        sure = possible = 0
        for pattern in statement.resources:
            if _VARIABLE.search(pattern):
                possible |= self.matching(_VARIABLE.sub("*", pattern))
            else:
                sure |= self.matching(pattern)
        if statement.not_resource:
            # A variable without a value may invalidate the whole statement, so that one with variables is never sure.
            variable = any(_VARIABLE.search(pattern) for pattern in statement.resources)
            return 0 if variable else self.everything & ~sure, self.everything & ~sure
        possible |= sure
        return sure, possible
