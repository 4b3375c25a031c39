"""Turn calls to Graph into evidence files and coverage records, one way for each form of operation.

Input: a writer, a caller, and what ``collect`` wants asked.
Output: files in their place, one coverage record an operation; what is complete from an earlier run stays.
Not handled: which operations are asked and of which objects; that is ``collect``'s part.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from collectors.entra.graph_calls import CALLS, EXPANSION_LIMIT, GraphCall
from collectors.entra.operations import OPERATIONS
from collectors.entra.queries import expansion_query, headers_of, kept, query, version
from collectors.entra.transport import BATCH_LIMIT, Answer, GraphCaller, SubRequest, outcome_of_code
from collectors.evidence.layout import PARTIAL
from collectors.evidence.stream import stream_objects
from collectors.evidence.writer import EvidenceWriter, LineFile, PageFile
from collectors.interface import CallOutcome
from collectors.recording import NOT_ASKED, Ended, Recording

__all__ = ["SOURCE", "GraphFetch", "StoppedError"]

SOURCE = "entra"
_NEXT = "@odata.nextLink"
_PAGE_SIZE = re.compile(r"between 1 and (\d+)", re.IGNORECASE)
"""Graph names the largest page that it takes in its refusal of a larger one."""
_PAGING = "PagingError"
_FULL = "ExpansionFull"
"""Our own code for what may follow an expansion that is full, where asking needs a permission to write."""


class StoppedError(Exception):
    """Nothing more is asked; what an operation has so far is kept for a resume."""


class _RefusedError(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


class GraphFetch(Recording):
    """The evidence of one tenant under way.

    Parameters
    ----------
    writer
        Where evidence goes.
    caller
        Makes the calls.
    tenant
        The tenant's id.
    root
        Address of Graph without a version; pages elsewhere are not followed.
    clock
        Times of the coverage records; without one they carry none.
    progress
        Told one line an operation.
    """

    def __init__(
        self,
        writer: EvidenceWriter,
        caller: GraphCaller,
        tenant: str,
        root: str,
        clock: Callable[[], datetime] | None,
        progress: Callable[[str], None],
    ) -> None:
        super().__init__(writer, SOURCE, tenant, OPERATIONS, outcome_of_code, clock, progress)
        self.caller = caller
        self._root = root

    async def one(self, name: str) -> None:
        """Ask an operation whose answer is one object."""
        if not self.needed(name):
            return
        started, call = self.now(), CALLS[name]
        answer = await self.caller.get(name, self._url(call.beta, query(call)), headers_of(call))
        if answer.body is not None:
            self.writer.json(*self._place(name), kept(call, answer.body))
        else:
            self._refused(name, answer)
        ended = Ended(answer.outcome, answer.code, answer.message, 1, int(answer.body is not None))
        self.record(name, ended, started)

    async def listed(self, name: str, more: Sequence[str] = ()) -> CallOutcome:
        """Follow the pages of a list; an interrupted one goes on where it ended.

        Parameters
        ----------
        more
            Fields to select besides the call's own.
        """
        if not self.needed(name):
            return CallOutcome.OK
        started = self.now()
        call = replace(CALLS[name], fields=(*CALLS[name].fields, *more))
        with self.writer.pages(*self._place(name)) as pages:
            went_on = bool(pages.count)
            answer = await self._add_pages(name, call, pages)
            if went_on and answer.outcome is CallOutcome.FAILED and not answer.transient and answer.code != NOT_ASKED:
                # The page token of an earlier run may have expired, which a fresh listing does not suffer from.
                pages.restart()
                answer = await self._add_pages(name, call, pages)
            calls = pages.count
        objects = 0
        if answer.outcome is CallOutcome.OK:
            objects = sum(1 for _ in self.objects(name))
        else:
            self._refused(name, answer)
            if not calls:  # nothing to go on from
                partial = self.path(name, lines=False)
                partial.with_name(partial.name + PARTIAL).unlink(missing_ok=True)
            calls += 1
        ended = Ended(answer.outcome, answer.code, answer.message, calls, objects)
        self.record(name, ended, started)
        return answer.outcome

    async def expanded(self, name: str, others: Iterable[str] = ()) -> None:
        """Ask a relationship of all objects by a list that expands it, and by own calls where it may have been cut.

        Parameters
        ----------
        others
            Ids of objects that the list may not hold; those that it does not are asked by own calls.
        """
        if not self.needed(name):
            return
        started, call = self.now(), CALLS[name]
        assert call.expansion is not None
        try:
            with self.writer.jsonl(*self._place(name)) as lines:
                answer, told, full = await self._expand(name, call, lines)
                if _no_expansion(answer) and not call.no_own_call:
                    full = list(self.ids(_list_of(call)))
                elif answer.outcome is not CallOutcome.OK:
                    raise _RefusedError(answer)
                ask = [each for each in dict.fromkeys((*full, *others)) if not lines.has({"id": each})]
                if not call.no_own_call:
                    await self._ask_each(name, call, ask, lines)
        except StoppedError:
            self._not_asked(name, started)
            return
        except _RefusedError as refused:
            self._refused_expansion(name, refused.answer, started)
            return
        note = f"{told} answers came by expanding a list; calls of their own: {len(ask)}"
        self.record_lines(name, started, note, answered=told)

    async def each(self, name: str, ids: Iterable[str], note: str = "") -> None:
        """Ask an operation of each object, many in one request; one line an object, in the order of ``ids``."""
        if not self.needed(name):
            return
        started = self.now()
        try:
            with self.writer.jsonl(*self._place(name)) as lines:
                await self._ask_each(name, CALLS[name], (each for each in ids if not lines.has({"id": each})), lines)
        except StoppedError:
            self._not_asked(name, started)
            return
        self.record_lines(name, started, note)

    def blocked(self, name: str, cause: str) -> None:
        """Note that an operation cannot be asked, because the one that would name its objects gave nothing."""
        if self.needed(name):
            answer = Answer(CallOutcome.FAILED, code=NOT_ASKED, message=f"not asked: {cause} did not say what there is")
            if not self.caller.stopped:  # then lines of an earlier run are kept for the next one
                self._refused(name, answer)
            self.record(name, Ended(answer.outcome, answer.code, answer.message), self.now())

    def objects(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a complete list as the evidence has them; none where there is no answer."""
        path = self.path(name, lines=False)
        if path.is_file():
            yield from stream_objects(path, "value")

    def ids(self, name: str) -> Iterator[str]:
        """Yield the ids of a complete list."""
        for item in self.objects(name):
            if isinstance(item.get("id"), str):
                yield item["id"]

    async def _add_pages(self, name: str, call: GraphCall, pages: PageFile) -> Answer:
        if pages.finished:
            return Answer(CallOutcome.OK)
        start = pages.next_marker or self._url(call.beta, query(call))
        try:
            async for body, following in self._pages(name, call, start):
                items = body.get("value")
                if not isinstance(items, list):
                    return Answer(CallOutcome.FAILED, code=_PAGING, message="the answer has no list")
                pages.add({"value": [kept(call, item) for item in items if isinstance(item, Mapping)]}, following)
        except _RefusedError as refused:
            again = self._smaller(call, refused.answer) if not pages.count else None
            return await self._add_pages(name, again, pages) if again else refused.answer
        return Answer(CallOutcome.OK)

    def _smaller(self, call: GraphCall, answer: Answer) -> GraphCall | None:
        """Return the call that Graph may take in the place of a refused one: of smaller pages, or without expansion."""
        if answer.outcome is not CallOutcome.FAILED or answer.transient or answer.code == NOT_ASKED:
            return None
        size = _PAGE_SIZE.search(answer.message)
        if size and 0 < int(size[1]) < call.page:
            return replace(call, page=int(size[1]))
        optional = call.expand and not call.filter
        return replace(call, expand="") if optional and "expand" in answer.message.lower() else None

    async def _expand(self, name: str, call: GraphCall, lines: LineFile) -> tuple[Answer, int, list[str]]:
        """Write a line for each object of the list; returns how it ended, how many lines, and which may be cut."""
        assert call.expansion is not None
        told, full, page = 0, [], call.expansion.page
        while True:
            start = self._url(call.beta, expansion_query(call.expansion, page))
            try:
                async for body, _ in self._pages(name, call, start):
                    for item in body.get("value") or ():
                        related = item.get(call.expansion.relation) or []
                        cut = len(related) >= EXPANSION_LIMIT
                        if cut and not call.no_own_call:
                            full.append(str(item["id"]))
                            continue
                        told += 1
                        if not lines.has({"id": item["id"]}):
                            lines.response({"id": item["id"]}, {"value": [kept(call, each) for each in related]})
                        if cut and not lines.has(rest := {"id": item["id"], "after": EXPANSION_LIMIT}):
                            lines.error(rest, _FULL, f"{EXPANSION_LIMIT} were given, and more are not asked for")
            except _RefusedError as refused:
                smaller = _PAGE_SIZE.search(refused.answer.message)
                if not told and not full and smaller and 0 < int(smaller[1]) < page:
                    page = int(smaller[1])
                    continue
                return refused.answer, told, full
            return Answer(CallOutcome.OK), told, full

    async def _ask_each(self, name: str, call: GraphCall, ids: Iterable[str], lines: LineFile) -> None:
        waiting = iter(ids)
        while some := list(islice(waiting, BATCH_LIMIT)):
            requests = [SubRequest(each, query(call, each), headers_of(call)) for each in some]
            answers = await self.caller.batch(name, self._url(call.beta, "/$batch"), requests)
            for each in some:
                answer = await self._whole(name, call, answers[each])
                if not answer.usable and self.caller.stopped:
                    raise StoppedError
                if answer.body is not None:
                    lines.response({"id": each}, answer.body)
                else:
                    lines.error({"id": each}, answer.code, answer.message)

    async def _whole(self, name: str, call: GraphCall, answer: Answer) -> Answer:
        """Return the answer about one object with all of its pages."""
        if answer.body is None:
            return answer
        items = [kept(call, item) for item in answer.body.get("value") or () if isinstance(item, Mapping)]
        following = answer.body.get(_NEXT)
        if following:
            try:
                async for body, _ in self._pages(name, call, str(following)):
                    items += [kept(call, item) for item in body.get("value") or () if isinstance(item, Mapping)]
            except _RefusedError as refused:
                return refused.answer
        return Answer(CallOutcome.OK, body={"value": items})

    async def _pages(self, name: str, call: GraphCall, start: str) -> AsyncIterator[tuple[Mapping[str, Any], str]]:
        """Yield every page from an address on, with the address of the next one; refusals are raised."""
        address, seen = start, {start}
        while address:
            if not address.startswith(f"{self._root}/"):
                refusal = "the next page is at another address than Microsoft Graph's"
                raise _RefusedError(Answer(CallOutcome.FAILED, code=_PAGING, message=refusal))
            answer = await self.caller.get(name, address, headers_of(call))
            if answer.body is None:
                raise _RefusedError(answer)
            address = str(answer.body.get(_NEXT) or "")
            if address in seen:
                repeated = f"{_NEXT} repeats: the listing does not end"
                raise _RefusedError(Answer(CallOutcome.FAILED, code=_PAGING, message=repeated))
            seen.add(address)
            yield answer.body, address

    def _refused_expansion(self, name: str, answer: Answer, started: str) -> None:
        """Note that the list was refused; lines that were written are kept for a resume when the run is stopped."""
        if self.caller.stopped:
            self._not_asked(name, started)
            return
        path = self.path(name, lines=True)
        path.with_name(path.name + PARTIAL).unlink(missing_ok=True)
        self._refused(name, answer)
        self.record(name, Ended(answer.outcome, answer.code, answer.message, 1), started)

    def _not_asked(self, name: str, started: str) -> None:
        ended = Ended(CallOutcome.FAILED, NOT_ASKED, self.caller.stopped)
        self.record(name, ended, started)

    def _refused(self, name: str, answer: Answer) -> None:
        self.writer.refused(*self._place(name), answer.code, answer.message)

    def _place(self, name: str) -> tuple[str, str, str]:
        return self.source, self.scope, name

    def _url(self, beta: bool, path: str) -> str:
        return f"{self._root}/{version(beta)}{path}"


def _no_expansion(answer: Answer) -> bool:
    """Return whether Graph refused the expansion itself, as an older cloud may."""
    permanent = answer.outcome is CallOutcome.FAILED and not answer.transient and answer.code != NOT_ASKED
    return permanent and "expand" in answer.message.lower()


def _list_of(call: GraphCall) -> str:
    """Return the operation that lists the objects which a relationship is asked of."""
    assert call.expansion is not None
    path = call.expansion.path
    return next(name for name, each in CALLS.items() if each.path == path)
