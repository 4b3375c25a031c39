"""Compile a kernel of the engine with numba (extra ``speed``) when it is first asked for.

Input: a plain function over arrays. Output: the same, compiled. Whether that pays is decided here as well, so that all
parts of the engine decide alike.
Not handled: absence of numba where it is demanded (``speed="numba"``): importing it then fails. Compiled code is cached
beside the source where that can be written; otherwise each process compiles anew (about 3 s).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

__all__ = ["Speed", "compiled", "pays"]

Speed = Literal["auto", "numba", "numpy"]
"""``numba`` needs the extra ``speed``; ``auto`` takes it when it is there and the work is worth its start-up."""

_WORTH_STARTING = 20_000_000
"""Steps from which numba's start-up (about a second) pays."""
_WORTH_CALLING = 2_000
"""Steps from which it pays once numba has been started."""


def pays(speed: Speed, steps: int) -> bool:
    """Return whether to take the compiled way for a number of elementary steps."""
    if speed != "auto":
        return speed == "numba"
    if steps < (_WORTH_CALLING if "numba" in sys.modules else _WORTH_STARTING):
        return False
    from importlib.util import find_spec

    return find_spec("numba") is not None


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function compiled, without the interpreter's lock."""
    from numba import njit

    try:
        kernel: Any = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to cache in
        kernel = njit(nogil=True)(function)
    ready: Callable[..., Any] = kernel
    return ready
