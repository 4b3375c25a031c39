"""Answers of an earlier collection, for questions that GitHub answers with "not modified" at no cost.

Input: an evidence folder. Output: ``Earlier``: an answer with its ETag by request.
Handled: answers of one page; an operation is read when it is asked for, and forgotten afterwards.
Not handled: answers of several pages and of GraphQL, which have no ETag for the whole; they are asked for again.

References
----------
https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api (read 2026-11)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.errors import CollectorError
from collectors.evidence.layout import Location, relative_path
from collectors.evidence.manifest import read_manifest

__all__ = ["ETAG", "Earlier", "Known", "key_of"]

ETAG = "etag"
"""Name under which a line of evidence has the ETag of its answer, beside it."""
Known = Mapping[str, tuple[str, Any]]
"""ETag and answer by request."""


class Earlier:
    """An earlier collection; without a folder, none.

    Raises
    ------
    CollectorError
        The folder holds no collection.
    """

    def __init__(self, folder: Path | None, scope: str) -> None:
        self._folder, self._scope = folder, scope
        if folder is not None and (not folder.is_dir() or read_manifest(folder) is None):
            raise CollectorError(f"{folder}: no evidence of an earlier collection")

    def answers(self, name: str) -> Known:
        """Return the answers of an operation that have an ETag."""
        if self._folder is None:
            return {}
        path = self._folder / relative_path(Location("github", self._scope, "", name, lines=True))
        return dict(_lines(path)) if path.is_file() else {}


def _lines(path: Path) -> Iterator[tuple[str, tuple[str, Any]]]:
    with path.open("rb") as file:
        for text in file:
            try:
                line = json.loads(text)
            except ValueError:
                continue  # a line that cannot be read is asked for again
            if (
                isinstance(line, dict)
                and line.get(ETAG)
                and "response" in line
                and isinstance(line.get("request"), dict)
            ):
                yield key_of(line["request"]), (str(line[ETAG]), line["response"])


def key_of(request: Mapping[str, Any]) -> str:
    """Return a request as a key."""
    return json.dumps(request, sort_keys=True)
