"""Turn REST calls to GitHub into evidence files and coverage records, one way for each form of operation.

Input: a recording, a caller, and what ``collect`` wants asked.
Output: files in their place, one coverage record an operation; what is complete from an earlier run stays.
Not handled: which operations are asked and of which objects (``collect``, ``asked``); GraphQL (``bulk``).

A line of evidence is one request with its whole answer, pages joined; a list of the organization has a line a page,
with the address of the next one beside it, so that an interrupted one goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

from collectors.errors import one_line
from collectors.evidence.layout import PARTIAL
from collectors.evidence.writer import LineFile
from collectors.github.earlier import ETAG, Earlier, Known, key_of
from collectors.github.queries import QUERIES
from collectors.github.rest_calls import CALLS, items_of, next_page, path_of
from collectors.github.shown import shown
from collectors.github.transport import Answer, GitHubCaller
from collectors.interface import CallOutcome
from collectors.recording import NOT_ASKED, Ended, Recording

__all__ = ["GitHubFetch", "Request", "StoppedError", "items_of_line"]

Request = dict[str, Any]
_PAGING = "PagingError"
PAGES_LIMIT = "PagesLimit"
"""Our own code for a list that is longer than the settings want."""
_NEXT = "next"
_AT_ONCE = 64
"""Answers that are held before they are written, in their order."""


class StoppedError(Exception):
    """Nothing more is asked; what an operation has so far is kept for a resume."""


class GitHubFetch:
    """The evidence of one organization under way.

    Parameters
    ----------
    recording
        Coverage records and gaps.
    caller
        Makes the calls.
    root
        Address of the REST API.
    pool
        Asks many objects at the same time.
    earlier
        Answers of an earlier collection.
    """

    def __init__(
        self, recording: Recording, caller: GitHubCaller, root: str, pool: ThreadPoolExecutor, earlier: Earlier
    ) -> None:
        self.recording = recording
        self.caller = caller
        self.pool = pool
        self.writer = recording.writer
        self._root = root
        self._earlier = earlier

    def listed(self, name: str, requests: Iterable[Request], pages_limit: int = 0) -> CallOutcome:
        """Ask for lists or single answers of the organization; an interrupted one goes on where it ended."""
        if not self.recording.needed(name):
            return CallOutcome.OK
        started, known = self.recording.now(), self._earlier.answers(name)
        answer = Answer(CallOutcome.OK)
        try:
            with self.writer.jsonl(*self.file(name)) as lines:
                for request in requests:
                    answer = self._pages(name, request, lines, known, pages_limit)
                    if answer.outcome is not CallOutcome.OK:
                        break
                if answer.outcome is not CallOutcome.OK:
                    if self.caller.stopped_for(name):
                        raise StoppedError
                    if answer.code != PAGES_LIMIT:
                        lines.restart()
                    lines.error(request, answer.code, one_line(answer.message))
        except StoppedError:
            return self.stopped(name, started)
        rows = [row for row in self.recording.lines(name) if row.response is not None]
        objects = sum(_count(name, row.response) for row in rows)
        ended = Ended(answer.outcome, answer.code, one_line(answer.message), max(len(rows), 1), objects)
        self.recording.record(name, ended, started)
        return answer.outcome

    def each(self, name: str, requests: Iterable[Request], note: str = "") -> CallOutcome:
        """Ask an operation of each object, several at a time; one line an object, in the order of ``requests``."""
        if not self.recording.needed(name):
            return CallOutcome.OK
        started, known = self.recording.now(), self._earlier.answers(name)
        try:
            with self.writer.jsonl(*self.file(name)) as lines:
                waiting = (request for request in requests if not lines.has(request))
                while some := list(islice(waiting, _AT_ONCE)):
                    for request, answer in zip(
                        some, self.pool.map(partial(self._whole, name, known), some), strict=True
                    ):
                        self.write(name, request, answer, lines)
        except StoppedError:
            return self.stopped(name, started)
        return self.recording.record_lines(name, started, note)

    def stopped(self, name: str, started: str) -> CallOutcome:
        """Note that an operation was stopped on its way; what it has so far is kept, and nothing is not."""
        path = self.recording.path(name, lines=True)
        partly = path.with_name(path.name + PARTIAL)
        if partly.is_file() and not partly.stat().st_size:
            partly.unlink()
        why = self.caller.stopped_for(name, graphql=name in QUERIES)
        self.recording.record(name, Ended(CallOutcome.FAILED, NOT_ASKED, why), started)
        return CallOutcome.FAILED

    def write(self, name: str, request: Request, answer: Answer, lines: LineFile) -> None:
        """Write the line of one object.

        Raises
        ------
        StoppedError
            It was not answered, and nothing more is asked.
        """
        if answer.body is not None:
            etag = answer.headers.get(ETAG, "")
            lines.response(request, answer.body, {ETAG: etag} if etag else None)
            return
        if self.caller.stopped_for(name, graphql=name in QUERIES):
            raise StoppedError
        lines.error(request, answer.code, one_line(answer.message))

    def blocked(self, name: str, cause: str) -> None:
        """Note that an operation cannot be asked, because the one that would name its objects gave nothing."""
        if self.recording.needed(name):
            message = f"not asked: {cause} did not say what there is"
            if not self.caller.stopped:  # then lines of an earlier run are kept for the next one
                self.writer.refused(*self.file(name), NOT_ASKED, message)
            self.recording.record(name, Ended(CallOutcome.FAILED, NOT_ASKED, message), self.recording.now())

    def objects(self, name: str) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Yield request and object of everything that an operation's complete evidence lists."""
        for line in self.recording.lines(name):
            for item in items_of_line(name, line.response):
                yield line.request, item

    def file(self, name: str) -> tuple[str, str, str]:
        """Return where an operation's evidence stands."""
        return self.recording.source, self.recording.scope, name

    def _pages(self, name: str, request: Request, lines: LineFile, known: Known, limit: int) -> Answer:
        """Write one list of the organization page by page."""
        address, number, seen = self._root + path_of(name, request), 0, set[str]()
        for line in lines.lines():
            of = {key: value for key, value in line["request"].items() if key != "page"}
            if of == request and "response" in line:
                address, number = str(line.get(_NEXT, "")), number + 1
        if not address:
            return Answer(CallOutcome.OK)
        while True:
            if address in seen:
                return Answer(CallOutcome.FAILED, code=_PAGING, message="a next page repeats: the list does not end")
            seen.add(address)
            asked = {**request, "page": number + 1} if number else request
            answer = self._one(name, address, asked, known if not number else {})
            if answer.outcome is not CallOutcome.OK:
                return answer
            following = next_page(answer.headers) if CALLS[name].listed else ""
            number += 1
            etag = answer.headers.get(ETAG, "") if number == 1 and not following else ""
            lines.response(
                asked, answer.body, {**({ETAG: etag} if etag else {}), **({_NEXT: following} if following else {})}
            )
            if not following:
                return Answer(CallOutcome.OK)
            if limit and number >= limit:
                return Answer(CallOutcome.FAILED, code=PAGES_LIMIT, message=f"more than {limit} pages")
            address = following

    def _whole(self, name: str, known: Known, request: Request) -> Answer:
        """Return the answer about one object with all of its pages."""
        first = self._one(name, self._root + path_of(name, request), request, known)
        following = next_page(first.headers) if first.body is not None and CALLS[name].listed else ""
        if not following:
            return first
        body, seen = first.body, set[str]()
        while following:
            if following in seen:
                return Answer(CallOutcome.FAILED, code=_PAGING, message="a next page repeats: the list does not end")
            seen.add(following)
            more = self._one(name, following, request, {})
            items = items_of(name, more.body)
            if items is None:
                return (
                    more
                    if more.body is None
                    else Answer(CallOutcome.FAILED, code=_PAGING, message="a page has no list")
                )
            body = _joined(name, body, items)
            following = next_page(more.headers)
        return Answer(CallOutcome.OK, body=body)

    def _one(self, name: str, url: str, request: Request, known: Known) -> Answer:
        """Ask once; an answer that did not change is the earlier one."""
        etag, body = known.get(key_of(request), ("", None))
        answer = self.caller.ask(name, url, etag)
        if answer.unchanged:
            return Answer(CallOutcome.OK, body=body, headers={ETAG: etag})
        if answer.body is None:
            return answer
        if CALLS[name].listed and items_of(name, answer.body) is None:
            return Answer(CallOutcome.FAILED, code=_PAGING, message="the answer has no list")
        return Answer(answer.outcome, body=shown(name, answer.body), headers=answer.headers)


def _count(name: str, response: Any) -> int:
    items = items_of(name, response) if CALLS[name].listed else None
    return 1 if items is None else len(items)


def _joined(name: str, body: Any, items: list[Any]) -> Any:
    inside = CALLS[name].inside
    return {**body, inside: [*body[inside], *items]} if inside else [*body, *items]


def items_of_line(name: str, response: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of an answer; the answer itself where it is no list."""
    items = items_of(name, response) if CALLS[name].listed else [response]
    yield from (item for item in items or () if isinstance(item, Mapping))
