"""Turn calls to Azure Resource Manager into evidence files and coverage records, one way for each form of operation.

Input: a recording, a caller, and what ``collect`` wants asked.
Output: files in their place, one coverage record an operation; what is complete from an earlier run stays.
Not handled: which operations are asked and of which objects; that is ``collect``'s part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from collectors.azure.arm_calls import CALLS, path_of, supported_version
from collectors.azure.transport import Answer, ArmCaller
from collectors.errors import one_line
from collectors.evidence.layout import PARTIAL
from collectors.evidence.stream import stream_objects
from collectors.evidence.writer import LineFile, PageFile
from collectors.interface import CallOutcome
from collectors.recording import NOT_ASKED, Ended, Recording

__all__ = ["ArmFetch", "Ask"]

_NEXT = "nextLink"
_PAGING = "PagingError"
_TOO_MANY = "TooManyObjects"
"""Our own code for objects beyond the limit of what is asked one by one."""
_VERSION_CODES = frozenset({"InvalidApiVersionParameter", "InvalidResourceType", "NoRegisteredProviderFound"})
Keep = Callable[[Mapping[str, Any]], bool]
_AT_ONCE = 64
"""Answers about objects that are held before they are written, in their order."""


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """One call among many of an operation."""

    about: str
    """ARM id: of an object, a subscription or a management group."""
    filter: str = ""
    told: Mapping[str, Any] | None = None
    """The answer, where another one already says it; then nothing is asked."""
    otherwise: Keep | None = None
    """There must be something: where the filter finds nothing, all are asked for and those that fit are kept."""

    @property
    def request(self) -> dict[str, str]:
        """What the evidence has as the request."""
        return {"id": self.about, **({"filter": self.filter} if self.filter else {})}


class _StoppedError(Exception):
    """Nothing more is asked; what an operation has so far is kept for a resume."""


class ArmFetch:
    """The evidence of one tenant or subscription under way.

    Parameters
    ----------
    recording
        Coverage records and gaps.
    caller
        Makes the calls.
    root
        Address of Azure Resource Manager; pages elsewhere are not followed.
    pool
        Asks many objects at the same time; not the threads that call this.
    objects_limit
        Of so many objects at most an operation is asked.
    versions
        Versions that this cloud has instead of ours, by operation; shared by all scopes, and added to.
    tenant
        Id of the tenant; its own evidence is what stands above subscriptions.
    """

    def __init__(
        self,
        recording: Recording,
        caller: ArmCaller,
        root: str,
        pool: ThreadPoolExecutor,
        objects_limit: int,
        versions: MutableMapping[str, str],
        tenant: str,
    ) -> None:
        self.recording = recording
        self.caller = caller
        self._root = root
        self._pool = pool
        self._limit = objects_limit
        self._writer = recording.writer
        self._versions = versions
        of_tenant = recording.scope == tenant
        self.place = "" if of_tenant else f"/subscriptions/{recording.scope}"
        """ARM id of the subscription; empty above subscriptions."""

    def listed(self, name: str, scope: str = "", filter_: str = "", keep: Keep | None = None) -> CallOutcome:
        """Follow the pages of a list; an interrupted one goes on where it ended.

        Parameters
        ----------
        keep
            Which of the objects are written; without it, all.
        """
        if not self.recording.needed(name):
            return CallOutcome.OK
        started = self.recording.now()
        with self._writer.pages(*self._file(name)) as pages:
            went_on = bool(pages.count)
            answer = self._add_pages(name, scope, filter_, keep, pages)
            if went_on and answer.outcome is CallOutcome.FAILED and not answer.transient and answer.code != NOT_ASKED:
                # The page token of an earlier run may have expired, which a fresh listing does not suffer from.
                pages.restart()
                answer = self._add_pages(name, scope, filter_, keep, pages)
            calls = pages.count
        objects = 0
        if answer.outcome is CallOutcome.OK:
            objects = sum(1 for _ in self.objects(name))
        else:
            self._refused(name, answer)
            if not calls:  # nothing to go on from
                path = self.recording.path(name, lines=False)
                path.with_name(path.name + PARTIAL).unlink(missing_ok=True)
            calls += 1
        self.recording.record(
            name, Ended(answer.outcome, answer.code, one_line(answer.message), calls, objects), started
        )
        return answer.outcome

    def each(
        self,
        name: str,
        asks: Iterable[Ask],
        note: str = "",
        *,
        at_once: int = _AT_ONCE,
        heard: Callable[[Mapping[str, Any]], None] = lambda body: None,
    ) -> CallOutcome:
        """Ask an operation of each object, several at a time; one line an object, in the order of ``asks``.

        Parameters
        ----------
        at_once
            So many of ``asks`` are taken before their answers are written.
        heard
            Told every answer, those of an earlier run first, before more of ``asks`` are taken.
        """
        if not self.recording.needed(name):
            return CallOutcome.OK
        started, told, left = self.recording.now(), 0, self._limit
        try:
            with self._writer.jsonl(*self._file(name)) as lines:
                for earlier in lines.responses():
                    heard(earlier)
                waiting = (ask for ask in asks if not lines.has(ask.request))
                while some := list(islice(waiting, at_once)):
                    to_ask = [ask for ask in some if ask.told is None][:left]
                    left -= len(to_ask)
                    answers = dict(zip(to_ask, self._pool.map(partial(self._whole, name), to_ask), strict=True))
                    for ask in some:
                        told += ask.told is not None
                        body = self._written(ask, answers.get(ask), lines)
                        if body is not None:
                            heard(body)
        except _StoppedError:
            self.recording.record(name, Ended(CallOutcome.FAILED, NOT_ASKED, self.caller.stopped), started)
            return CallOutcome.FAILED
        return self.recording.record_lines(name, started, note, answered=told)

    def _written(self, ask: Ask, answer: Answer | None, lines: LineFile) -> Mapping[str, Any] | None:
        """Write the line of one object; returns the answer, if there is one."""
        body = ask.told if ask.told is not None else answer.body if answer is not None else None
        if body is not None:
            lines.response(ask.request, body)
        elif answer is None:
            lines.error(ask.request, _TOO_MANY, f"not asked: more than {self._limit} objects")
        elif not answer.usable and self.caller.stopped:
            raise _StoppedError
        else:
            lines.error(ask.request, answer.code, one_line(answer.message))
        return body

    def blocked(self, name: str, cause: str) -> None:
        """Note that an operation cannot be asked, because the one that would name its objects gave nothing."""
        if self.recording.needed(name):
            answer = Answer(CallOutcome.FAILED, code=NOT_ASKED, message=f"not asked: {cause} did not say what there is")
            if not self.caller.stopped:  # then lines of an earlier run are kept for the next one
                self._refused(name, answer)
            self.recording.record(name, Ended(answer.outcome, answer.code, answer.message), self.recording.now())

    def objects(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a complete operation as the evidence has them; none where there is no answer."""
        path = self.recording.path(name, lines=False)
        if path.is_file():
            yield from stream_objects(path, "value")
            return
        for line in self.recording.lines(name):
            for item in (line.response or {}).get("value") or ():
                if isinstance(item, Mapping):
                    yield item

    def _add_pages(self, name: str, scope: str, filter_: str, keep: Keep | None, pages: PageFile) -> Answer:
        if pages.finished:
            return Answer(CallOutcome.OK)
        version = self._versions.get(name, "")
        start = pages.next_marker or self._url(name, scope, filter_)
        for answer, following in self._pages(name, start):
            if answer.body is None:
                again = not pages.count and self._other_version(name, answer, version)
                return self._add_pages(name, scope, filter_, keep, pages) if again else answer
            items = answer.body.get("value")
            if not isinstance(items, list):
                return Answer(CallOutcome.FAILED, code=_PAGING, message="the answer has no list")
            kept = [item for item in items if isinstance(item, Mapping) and (keep is None or keep(item))]
            pages.add({"value": kept}, following)
        return Answer(CallOutcome.OK)

    def _whole(self, name: str, ask: Ask) -> Answer:
        """Return the answer about one object with all of its pages."""
        version = self._versions.get(name, "")
        first: Mapping[str, Any] | None = None
        items: list[Any] = []
        for answer, _ in self._pages(name, self._url(name, ask.about, ask.filter), CALLS[name].method):
            if answer.body is None:
                again = first is None and self._other_version(name, answer, version)
                return self._whole(name, ask) if again else answer
            first = answer.body if first is None else first
            listed = answer.body.get("value")
            items += listed if isinstance(listed, list) else []
        if first is not None and isinstance(first.get("value"), list):
            if not items and ask.otherwise is not None and ask.filter:
                return self._whole(name, replace(ask, filter=""))
            kept = ask.otherwise if ask.otherwise is not None and not ask.filter else None
            return Answer(CallOutcome.OK, body={"value": [each for each in items if kept is None or kept(each)]})
        return Answer(CallOutcome.OK, body=first)

    def _pages(self, name: str, start: str, method: str = "GET") -> Iterator[tuple[Answer, str]]:
        """Yield every page from an address on, with the address of the next one; a refusal is the last."""
        address, seen = start, {start}
        while address:
            if not self._is_here(address):
                refusal = "the next page is at another address than Azure Resource Manager's"
                yield Answer(CallOutcome.FAILED, code=_PAGING, message=refusal), ""
                return
            answer = self.caller.ask(name, self.recording.scope, address, method)
            if answer.body is None:
                yield answer, ""
                return
            address, method = str(answer.body.get(_NEXT) or ""), "GET"
            if address in seen:
                repeated = f"{_NEXT} repeats: the listing does not end"
                yield Answer(CallOutcome.FAILED, code=_PAGING, message=repeated), ""
                return
            seen.add(address)
            yield answer, address

    def _is_here(self, address: str) -> bool:
        """Tell whether an address is of the manager that is asked; ARM spells its port out in some next pages."""
        try:
            return _place_of(address) == _place_of(self._root)
        except ValueError:
            return False

    def _other_version(self, name: str, answer: Answer, asked: str) -> bool:
        """Tell whether to ask again with a version that the cloud named when it refused the one ``asked``."""
        if answer.code not in _VERSION_CODES:
            return False
        if not asked and (found := supported_version(CALLS[name], answer.message)):
            self._versions.setdefault(name, found)
        return self._versions.get(name, "") != asked

    def _refused(self, name: str, answer: Answer) -> None:
        self._writer.refused(*self._file(name), answer.code, one_line(answer.message))

    def _file(self, name: str) -> tuple[str, str, str]:
        return self.recording.source, self.recording.scope, name

    def _url(self, name: str, scope: str, filter_: str) -> str:
        return self._root + path_of(CALLS[name], scope, filter_, self._versions.get(name, ""))


def _place_of(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)
