"""Read the objects of a long answer one by one, so that a list of any length needs the memory of one object.

Input: an evidence file that the writer made, and the name of its list. Output: the objects, in order.
Not handled: lists inside other objects; files of another spelling are read whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from collectors.errors import EvidenceError

__all__ = ["stream_objects"]

_PIECE = 1 << 18


def stream_objects(path: Path, key: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the top-level list ``key``; nothing where there is no such list.

    Raises
    ------
    EvidenceError
        The file is cut off or no JSON.
    """
    with path.open(encoding="utf-8") as file:
        head = file.read(_PIECE)
        _, found, rest = head.partition(f'"{key}":[')
        if found:
            yield from _objects(file, rest, path)
            return
        try:
            body = json.loads(head + file.read())
        except ValueError as error:
            raise EvidenceError(f"{path}: not JSON: {error}; delete it to collect it again") from error
    listed = body.get(key) if isinstance(body, Mapping) else None
    yield from (item for item in listed or () if isinstance(item, Mapping))


def _objects(file: TextIO, text: str, path: Path) -> Iterator[Mapping[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at] in ", \n":
            at += 1
        if at < len(text) and text[at] == "]":
            return
        try:
            item, end = decoder.raw_decode(text, at)
        except ValueError as error:
            more = file.read(_PIECE)
            if not more:
                raise EvidenceError(f"{path}: not JSON: {error}; delete it to collect it again") from error
            text, at = text[at:] + more, 0
            continue
        if isinstance(item, Mapping):
            yield item
        at = end
