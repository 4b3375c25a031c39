"""Evidence files under way: pages and per-object lines that survive a kill and can be continued.

Input: pages or calls, one at a time. Output: the finished file in its place, and nothing there before it is whole.
Not handled: redaction (the ``clean`` function that the writer hands in) and coverage records.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from collectors.evidence.encoding import replace_file, sync_folder, to_json
from collectors.evidence.layout import PARTIAL

__all__ = ["LineFile", "PageFile"]

_PAGE_MARKS = (
    "IsTruncated",
    "Marker",
    "NextToken",
    "NextMarker",
    "nextToken",
    "Truncated",
    "PaginationToken",
    "ContinuationToken",
    "ResponseMetadata",
    "@odata.nextLink",
    "nextPageToken",
)
"""Top-level fields that say where a page ends: meaningless once the pages are merged."""


class _PartialLines:
    """A ``.partial`` file of JSON lines; a cut-off last line is dropped on opening."""

    def __init__(self, path: Path, clean: Callable[[Any], Any]) -> None:
        self.path = path
        """The file's final place."""
        self._partial = path.with_name(path.name + PARTIAL)
        self._clean = clean
        self._cut_torn_tail()
        self._file = self._partial.open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and not self._file.closed:
            self._complete()
        elif not self._file.closed:
            self._sync()
            self._file.close()

    def restart(self) -> None:
        """Forget what an earlier run left."""
        self._file.truncate(0)

    def _complete(self) -> None:
        raise NotImplementedError

    def _cut_torn_tail(self) -> None:
        if not self._partial.exists():
            return
        data = self._partial.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            with self._partial.open("r+b") as file:
                file.truncate(whole)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def _append(self, line: Mapping[str, Any]) -> None:
        self._file.write(to_json(line).encode("utf-8") + b"\n")
        self._file.flush()

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self._partial.open("rb") as file:
            for line in file:
                yield json.loads(line)


class PageFile(_PartialLines):
    """Pages of one answer, merged into one body when the context ends well.

    Examples
    --------
    ``with writer.pages("aws", account, "iam.get_account_authorization_details") as pages:`` then
    ``while not pages.finished: … pages.add(body, next_marker)``, starting at ``pages.next_marker``.
    """

    def __init__(self, path: Path, clean: Callable[[Any], Any]) -> None:
        super().__init__(path, clean)
        self.next_marker = ""
        """Where the next call begins; empty for the first page."""
        self.finished = False
        """True when the last page is in."""
        self.count = 0
        """Pages so far, those of an earlier run included."""
        for line in self._lines():
            self.count += 1
            self.next_marker = line["next"]
            self.finished = not line["next"]

    def add(self, body: Mapping[str, Any], next_marker: str | None) -> None:
        """Append a page; an empty ``next_marker`` says that it is the last one."""
        page = {key: value for key, value in body.items() if key not in _PAGE_MARKS}
        self._append({"page": self._clean(page), "next": next_marker or ""})
        self._sync()
        self.count += 1
        self.next_marker = next_marker or ""
        self.finished = not self.next_marker

    def restart(self) -> None:
        """Forget the pages of an earlier run, e.g. because its marker expired."""
        super().restart()
        self.next_marker, self.finished, self.count = "", False, 0

    def _complete(self) -> None:
        self._sync()
        self._file.close()
        if not self.finished:
            return  # stays .partial: the answer is not whole
        replace_file(self.path, self._merged())
        self._partial.unlink()
        self.path.with_suffix(".jsonl").unlink(missing_ok=True)

    def _merged(self) -> Iterator[str]:
        """Yield the text of the merged body, reading the pages once for each of its lists: one page is held at a time.

        A list that a later page has as well grows; every other field is the first page's that has it.
        """
        first: dict[str, Any] = {}
        for line in self._lines():
            for key, value in line["page"].items():
                first.setdefault(key, [] if isinstance(value, list) else value)
        yield "{"
        for number, (key, value) in enumerate(first.items()):
            yield f"{',' if number else ''}{to_json(key)}:"
            if isinstance(value, list):
                yield from self._grown(key)
            else:
                yield to_json(value)
        yield "}\n"

    def _grown(self, key: str) -> Iterator[str]:
        yield "["
        begun = False
        for line in self._lines():
            items = line["page"].get(key)
            if isinstance(items, list) and items:
                yield f"{',' if begun else ''}{to_json(items)[1:-1]}"
                begun = True
        yield "]"


class LineFile(_PartialLines):
    """Calls of one operation, one a line; renamed into place when the context ends well."""

    def __init__(self, path: Path, clean: Callable[[Any], Any]) -> None:
        super().__init__(path, clean)
        self._done = {_request_key(line["request"]) for line in self._lines()}

    def has(self, request: Mapping[str, Any]) -> bool:
        """Tell whether an earlier run already made this call (each page is a call of its own)."""
        return _request_key(request) in self._done

    def responses(self) -> Iterator[Mapping[str, Any]]:
        """Yield the answers that stand here already, those of an earlier run that was cut off."""
        yield from (line["response"] for line in self._lines() if "response" in line)

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Yield the lines that stand here already, refusals and what is noted beside the answers too."""
        yield from self._lines()

    def response(self, request: Mapping[str, Any], response: Any, beside: Mapping[str, Any] | None = None) -> None:
        """Append an answer, an object or a list; ``beside`` is noted in the line and is no part of the answer."""
        body = response
        if isinstance(response, Mapping):
            body = {key: value for key, value in response.items() if key != "ResponseMetadata"}
        self._add({"request": dict(request), "response": body, **(beside or {})})

    def error(self, request: Mapping[str, Any], code: str, message: str) -> None:
        """Append a refusal."""
        self._add({"request": dict(request), "error": {"code": code, "message": message}})

    def restart(self) -> None:
        """Forget the calls of an earlier run."""
        super().restart()
        self._done.clear()

    def _add(self, line: Mapping[str, Any]) -> None:
        self._append(self._clean(line))
        self._done.add(_request_key(line["request"]))

    def _complete(self) -> None:
        self._sync()
        self._file.close()
        self._partial.replace(self.path)
        sync_folder(self.path.parent)
        self.path.with_suffix(".json").unlink(missing_ok=True)


def _request_key(request: Mapping[str, Any]) -> str:
    return json.dumps(json.loads(to_json(request)), sort_keys=True)
