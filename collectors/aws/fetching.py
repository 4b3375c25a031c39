"""Turn declared calls into evidence files and coverage records, one way for each form of operation.

Input: a writer, a caller, and what a ``fetch_*`` module wants asked.
Output: files in their place, one coverage record an operation, gaps; what is complete from an earlier run stays.
Not handled: which calls are made and in which order; that is each ``fetch_*`` module's part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.aws.ahead import answers_in_order
from collectors.aws.calls import NOT_ASKED, Answer, AwsCaller, outcome_of_code
from collectors.aws.operations import OPERATIONS
from collectors.errors import EvidenceError
from collectors.evidence.layout import PARTIAL
from collectors.evidence.writer import EvidenceWriter
from collectors.interface import CallOutcome
from collectors.paging import PageStyle, PagingError, follow_pages, merge_pages
from collectors.recording import Ended, Line, Recording

__all__ = ["AwsFetch", "Keep", "Line", "Request"]

SOURCE = "aws"
Keep = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Gives what is written of an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a per-object operation."""

    params: Mapping[str, Any]
    """Vendor parameters without paging; they identify the call in the evidence."""
    call_region: str = ""
    """Region to ask in, where it is not the region that the evidence is kept under (S3 buckets)."""


class _StoppedError(Exception):
    """Nothing more is asked; what an operation has so far is kept for a resume."""


class _RefusedError(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


class AwsFetch(Recording):
    """The evidence of one account under way; safe to use from several threads, one operation and region in each.

    Parameters
    ----------
    writer
        Where evidence goes.
    caller
        Makes the calls.
    account
        Twelve digits.
    clock
        Times of the coverage records; without one they carry none.
    progress
        Told one line an operation.
    ahead
        Runs calls of per-object operations at the same time; answers are written in the order of the requests all the
        same. Without it each call waits for the one before.
    """

    def __init__(
        self,
        writer: EvidenceWriter,
        caller: AwsCaller,
        account: str,
        clock: Callable[[], datetime] | None,
        progress: Callable[[str], None],
        ahead: Executor | None = None,
    ) -> None:
        super().__init__(writer, SOURCE, account, OPERATIONS, outcome_of_code, clock, progress)
        self.caller = caller
        self.account = account
        self._ahead = ahead

    def one(self, name: str, params: Mapping[str, Any] | None = None, region: str = "") -> CallOutcome:
        """Make an operation that is one call with one page."""
        if not self.needed(name, region):
            return CallOutcome.OK
        started = self.now()
        return self.keep_one(name, self.caller.call(name, params or {}, region), region, started=started)

    def keep_one(self, name: str, answer: Answer, region: str = "", calls: int = 1, started: str = "") -> CallOutcome:
        """Write the answer of an operation that is one call."""
        if answer.body is not None:
            self.writer.json(SOURCE, self.account, name, answer.body, region)
        else:
            self.writer.refused(SOURCE, self.account, name, answer.code, answer.message, region)
        self._record(name, region, answer, calls, int(answer.body is not None), started)
        return answer.outcome

    def pages(
        self,
        name: str,
        style: PageStyle,
        params: Mapping[str, Any] | None = None,
        region: str = "",
        keep: Keep = dict,
    ) -> CallOutcome:
        """Follow the pages of an operation that is made once; an interrupted one goes on where it ended.

        ``keep`` gives what is written of a page: a copy without what nobody reads and may hold secrets.
        """
        if not self.needed(name, region):
            return CallOutcome.OK
        started = self.now()
        with self.writer.pages(SOURCE, self.account, name, region) as pages:
            went_on = bool(pages.count)
            answer = self._add_pages(pages, name, style, params or {}, region, keep)
            if went_on and answer.outcome is CallOutcome.FAILED and not answer.transient and answer.code != NOT_ASKED:
                # The token of an earlier run may have expired, which a fresh listing does not suffer from.
                pages.restart()
                answer = self._add_pages(pages, name, style, params or {}, region, keep)
            calls = pages.count
        objects = 0
        if answer.outcome is CallOutcome.OK:
            body = self.body(name, region) or {}
            objects = sum(len(body.get(key) or ()) for key in style.result_keys)
        else:
            self.writer.refused(SOURCE, self.account, name, answer.code, answer.message, region)
            if not calls:  # nothing to go on from
                partial = self.path(name, region, lines=False)
                partial.with_name(partial.name + PARTIAL).unlink(missing_ok=True)
            calls += 1
        self._record(name, region, answer, calls, objects, started)
        return answer.outcome

    def _add_pages(
        self, pages: Any, name: str, style: PageStyle, params: Mapping[str, Any], region: str, keep: Keep
    ) -> Answer:
        if pages.finished:
            return Answer(CallOutcome.OK)
        try:
            for page in follow_pages(lambda p: self._body_or_raise(name, p, region), params, style, pages.next_marker):
                pages.add(keep(page.body), page.next_token)
        except _RefusedError as refused:
            return refused.answer
        except PagingError as error:
            return Answer(CallOutcome.FAILED, code="PagingError", message=str(error))
        return Answer(CallOutcome.OK)

    def each(
        self,
        name: str,
        requests: Iterable[Request],
        region: str = "",
        style: PageStyle | None = None,
        note: str = "",
        on_answer: Callable[[Request, Mapping[str, Any]], None] | None = None,
        keep: Keep = dict,
        again: Callable[[Mapping[str, Any]], bool] | None = None,
    ) -> CallOutcome:
        """Make a per-object operation: one line a request, in the order of ``requests``.

        Parameters
        ----------
        name
            A declared per-object operation.
        requests
            May be a generator that grows with ``on_answer``; then an interrupted run asks everything again.
        region
            Region that the evidence is kept under, and asked in unless the request says otherwise.
        style
            How one object's answer pages; its pages become one line.
        note
            Why these objects were asked, for the coverage record.
        on_answer
            Told every answer, in order, before the next request is asked for.
        keep
            Gives what is written of an answer: a copy without what nobody reads and may hold secrets.
        again
            Told an answer; true asks the same once more (a job that is not done). It waits by itself.
        """
        if not self.needed(name, region):
            return CallOutcome.OK
        started, in_turn = self.now(), on_answer is not None or again is not None

        def ask(request: Request) -> Answer:
            return self._ask(name, request, region, style)

        try:
            with ExitStack() as stack:
                lines = stack.enter_context(self.writer.jsonl(SOURCE, self.account, name, region))
                if on_answer is not None:
                    lines.restart()
                wanted = (request for request in requests if not lines.has(request.params))
                answers = stack.enter_context(closing(answers_in_order(wanted, ask, None if in_turn else self._ahead)))
                for request, answer in answers:
                    while again is not None and answer.body is not None and again(answer.body):
                        answer = ask(request)
                    if not answer.usable and self.caller.stopped:
                        raise _StoppedError
                    if answer.body is not None:
                        lines.response(request.params, keep(answer.body))
                        if on_answer is not None:
                            on_answer(request, answer.body)
                    else:
                        lines.error(request.params, answer.code, answer.message)
        except _StoppedError:
            answer = Answer(CallOutcome.FAILED, code=NOT_ASKED, message=self.caller.stopped)
            self._record(name, region, answer, 0, 0, started, note)
            return answer.outcome
        return self.record_lines(name, started, note, region)

    def blocked(self, name: str, cause: str, region: str = "") -> None:
        """Note that an operation cannot be asked, because the one that would name its objects gave nothing."""
        if self.needed(name, region):
            message = f"not asked: {cause} did not say what there is"
            if not self.caller.stopped:  # then lines of an earlier run are kept for the next one
                self.writer.refused(SOURCE, self.account, name, NOT_ASKED, message, region)
            self._record(name, region, Answer(CallOutcome.FAILED, code=NOT_ASKED, message=message), 0, 0, self.now())

    def body(self, name: str, region: str = "") -> Mapping[str, Any] | None:
        """Return a complete answer as the evidence has it; ``None`` when there is none. Ask for it first."""
        path = self.path(name, region, lines=False)
        if not path.is_file():
            return None
        body: Mapping[str, Any] = _parse(path.read_bytes(), path)
        return body

    def listed(self, name: str, key: str, region: str = "") -> list[Mapping[str, Any]]:
        """Return a list of objects out of a complete answer; empty when there is none."""
        found = (self.body(name, region) or {}).get(key)
        return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []

    def _ask(self, name: str, request: Request, region: str, style: PageStyle | None) -> Answer:
        place = request.call_region or region
        if style is None:
            return self.caller.call(name, request.params, place)
        try:
            pages = follow_pages(lambda params: self._body_or_raise(name, params, place), request.params, style)
            return Answer(CallOutcome.OK, body=merge_pages((page.body for page in pages), style))
        except _RefusedError as refused:
            return refused.answer
        except PagingError as error:
            return Answer(CallOutcome.FAILED, code="PagingError", message=str(error))

    def _body_or_raise(self, name: str, params: Mapping[str, Any], region: str) -> Mapping[str, Any]:
        answer = self.caller.call(name, params, region)
        if answer.body is None:
            raise _RefusedError(answer)
        return answer.body

    def _record(
        self, name: str, region: str, answer: Answer, calls: int, objects: int, started: str, note: str = ""
    ) -> None:
        ended = Ended(answer.outcome, answer.code, answer.message, calls, objects, note)
        self.record(name, ended, started, region)


def _parse(text: bytes, path: Path) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise EvidenceError(f"{path}: not JSON: {error}; delete it to collect it again") from error
