"""Put names beside ids that say nothing to people: object ids of Entra, paths of Azure, grants of both.

Input: the snapshot that an answer is about, text for a terminal. Output: the same text, with names.
Handled: text for people alone. JSON and CSV carry ids as they are, so that programs can join them.
Not handled: ids of AWS, which can be read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

__all__ = ["Names", "tell_about", "told"]

_ID = re.compile(r"(?<![\w:/(])(?:entra|azure):[^\s,;\"'()\[\]]+")


class Names:
    """Names of one snapshot, each looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str, str] = {}

    def of(self, identity: str) -> str:
        """Return the name of a node or the text of a grant; empty when there is none, or it is the id again."""
        if identity not in self._known:
            self._known[identity] = self._find(identity)
        return self._known[identity]

    def _find(self, identity: str) -> str:
        from graph.errors import NodeNotFoundError

        try:
            node = self._snapshot.node(self._snapshot.node_index(identity))
        except NodeNotFoundError:
            grant = self._snapshot.grant(identity)
            return grant.text if grant is not None else ""
        return "" if node.name in (identity, identity.partition(":")[2]) else node.name

    def put(self, text: str, *, markup: bool) -> str:
        """Return a text in which every id that has a name carries it."""

        def named(match: re.Match[str]) -> str:
            identity = match[0].rstrip(".:")
            rest = match[0][len(identity) :]
            name = self.of(identity)
            if markup:
                from rich.markup import escape

                name = escape(name)
            return f"{name} ({identity}){rest}" if name else match[0]

        return _ID.sub(named, text)


_about: list[Names] = []
"""The snapshot that this process tells about: a command opens one; `nhi diff` opens two of the same estate."""


def tell_about(snapshot: Snapshot) -> None:
    """Say which snapshot names are from."""
    _about[:] = [Names(snapshot)]


def told(text: str, *, markup: bool = False) -> str:
    """Return text for a terminal with names beside ids.

    Parameters
    ----------
    markup
        The text is markup of rich already, so names are escaped.
    """
    return _about[0].put(text, markup=markup) if _about else text
