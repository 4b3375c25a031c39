"""The two consoles: data on standard output, words about it on standard error.

Input: none. Output: rich consoles made when used. Not handled: JSON and CSV, which are written without rich.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["note", "output_console", "plain", "warn"]

WIDE = 160
"""Width when the output is no terminal, so that logs and pipes do not break ids in two."""
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}


def output_console() -> Console:
    """Return a console on standard output; ids such as ``…:secret:…`` must not turn into emoji."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, emoji=False, width=None if sys.stdout.isatty() else WIDE)


def plain(text: str) -> str:
    """Return text of the evidence for a terminal: control characters, which could move its cursor, as escapes."""
    return text.translate(_CONTROLS)


def note(text: str) -> None:
    """Write one line about what is going on to standard error."""
    sys.stderr.write(f"{plain(text)}\n")


def warn(text: str) -> None:
    """Write one line that a reader should not miss to standard error."""
    sys.stderr.write(f"nhi: {plain(text)}\n")
