"""Make requests to Microsoft Graph and say how each ended: retried within bounds, the token renewed once, counted.

Input: a session, declared operations. Output: ``Answer``; counts by level and operation.
Handled: 429, 503 and 504 with ``Retry-After``; a token that ended during the run; many requests in one (``$batch``).
Not handled: writing evidence, and following pages (``fetching``).
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from collectors.entra.operations import OPERATIONS
from collectors.entra.sdk import CutOffError, Reply
from collectors.entra.session import CredentialsUnusableError
from collectors.errors import one_line
from collectors.interface import CallOutcome, Operation
from collectors.recording import NOT_ASKED

__all__ = ["BATCH_LIMIT", "Answer", "GraphCaller", "Session", "SubRequest", "outcome_of_code"]

BATCH_LIMIT = 20
"""Requests in one: https://learn.microsoft.com/graph/json-batching#batch-size-limitations (read 2026-11)."""
UNREADABLE = "UnreadableAnswer"
"""Our own code for an answer that is no JSON object."""
_LATER = frozenset({429, 500, 502, 503, 504})
"""Statuses that a later attempt may not meet."""
_GIVE_UP_AFTER = 3
"""Calls of one part of Graph that fail in a row before the rest of it is not asked any more."""
_TIME_LIMIT = "not asked: the time limit is reached"
_LONGEST_PAUSE = 60.0
"""Pause where the server does not say how long; it begins at one second and doubles."""
_DENIED_CODES = frozenset(
    {
        "Authorization_RequestDenied",
        "AccessDenied",
        "Forbidden",
        "PermissionScopeNotGranted",
        "UnauthorizedAccessException",
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
        "Authentication_RequestFromUnsupportedUserRole",
        "AadPremiumLicenseRequired",
        "MissingProvidedPermissions",
    }
)
"""https://learn.microsoft.com/graph/resolve-auth-errors; the last ones are of the licence and of PIM (read 2026-11)."""


class Session(Protocol):
    """What signs and sends."""

    @property
    def generation(self) -> int:
        """How often the token was renewed."""
        ...

    async def send(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None) -> Reply:
        """Send one request."""
        ...

    async def renew(self, generation: int) -> None:
        """Get another token than the one of ``generation``."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """How one call ended."""

    outcome: CallOutcome
    body: Mapping[str, Any] | None = None
    """The answer; ``None`` unless the outcome is ``ok``."""
    code: str = ""
    """The vendor's error code, the error class of the HTTP client, or one of our own."""
    message: str = ""
    """One line."""
    transient: bool = False
    """True for a failure that a later attempt may not meet: throttled, cut off, or the vendor's own fault."""
    wait: float = 0.0
    """Seconds after which the vendor wants to be asked again; 0 where it does not say."""
    expired: bool = False
    """The token was not accepted."""

    @property
    def usable(self) -> bool:
        """True when it says what is there: something, or nothing."""
        return self.outcome in (CallOutcome.OK, CallOutcome.NONE)


@dataclass(frozen=True, slots=True)
class SubRequest:
    """One request inside a batch."""

    id: str
    """Of the object that is asked about; unique in the batch."""
    path: str
    """Below the version, with its query."""
    headers: Mapping[str, str]


def outcome_of_code(operation: Operation, code: str) -> CallOutcome:
    """Return what an error code means for an operation: ``none``, ``denied`` or ``failed``."""
    if code in operation.not_found_codes:
        return CallOutcome.NONE
    return CallOutcome.DENIED if code in _DENIED_CODES else CallOutcome.FAILED


class GraphCaller:
    """Calls of one collection: classified, counted, and bounded in the time that failing may take.

    Parameters
    ----------
    session
        Signs and sends.
    failure_budget_seconds
        Time that calls which end in throttling, timeout or a cut may take together, waits included.
    max_attempts
        Attempts of one call, the first included.
    sleep
        Waits, in seconds.
    monotonic
        Seconds from any fixed point; never reaches the evidence.
    time_limit_seconds
        From now on; then nothing more is asked. ``None``: no limit.
    """

    def __init__(
        self,
        session: Session,
        failure_budget_seconds: float,
        max_attempts: int,
        sleep: Callable[[float], Awaitable[None]],
        monotonic: Callable[[], float] = time.monotonic,
        time_limit_seconds: float | None = None,
    ) -> None:
        self._session = session
        self._budget = failure_budget_seconds
        self._max_attempts = max_attempts
        self._sleep = sleep
        self._monotonic = monotonic
        self._end = None if time_limit_seconds is None else monotonic() + time_limit_seconds
        self._in_a_row: Counter[str] = Counter()
        self._not_before: dict[str, float] = {}
        self._calls: Counter[tuple[str, str]] = Counter()
        self._stopped = ""
        self.retries = 0
        """Requests beyond the first of a call, whether alone or in a batch."""
        self.batched = 0
        """Requests that went inside of others."""

    def counts(self) -> dict[str, dict[str, int]]:
        """Return HTTP requests (retries not counted), keyed by level, then operation; both sorted."""
        counted: dict[str, dict[str, int]] = {}
        for (level, name), number in sorted(self._calls.items()):
            counted.setdefault(level, {})[name] = number
        return counted

    @property
    def stopped(self) -> str:
        """Why nothing more is asked at all; empty while calls go on."""
        return self._stopped

    async def get(self, name: str, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask one thing of operation ``name``; a refusal, a cut or throttling are outcomes, never exceptions."""
        self._count(name)
        return await self._until_answered(name, lambda: self._once(name, "GET", url, headers, None))

    async def batch(self, name: str, url: str, requests: Sequence[SubRequest]) -> dict[str, Answer]:
        """Ask up to ``BATCH_LIMIT`` things of operation ``name`` in one request; returns the answers by id.

        Those that were throttled are asked again, in a smaller batch, after the longest of their waits.
        """
        found: dict[str, Answer] = {}
        waiting = {request.id: request for request in requests}

        async def ask() -> Answer:
            """Ask what is not answered yet."""
            again = await self._batch_once(name, url, list(waiting.values()), found)
            for done in found:
                waiting.pop(done, None)
            return again

        self._count(name)
        self.batched += len(requests)
        ended = await self._until_answered(name, ask)
        return {request.id: found.get(request.id, ended) for request in requests}

    async def _until_answered(self, name: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Repeat a call while a later attempt may help and its wait fits what is left of time."""
        part, started = name.partition(".")[0], self._monotonic()
        answer = Answer(CallOutcome.FAILED, code=NOT_ASKED)
        for attempt in range(self._max_attempts):
            given_up = await self._given_up(part)
            if given_up:
                return answer if attempt else Answer(CallOutcome.FAILED, code=NOT_ASKED, message=given_up)
            self.retries += bool(attempt)
            answer = await ask()
            if not answer.transient:
                break
            wait = answer.wait or min(2.0**attempt, _LONGEST_PAUSE)
            if attempt + 1 == self._max_attempts or not self._can_wait(wait, started):
                break
            self._not_before[part] = max(self._not_before.get(part, 0.0), self._monotonic() + wait)
        self._note(part, answer.transient, self._monotonic() - started)
        return answer

    def _can_wait(self, wait: float, started: float) -> bool:
        """Tell whether a wait fits what is left of time; one beyond the time limit ends the run."""
        now = self._monotonic()
        if self._end is not None and now + wait >= self._end:
            self._stop(_TIME_LIMIT)
            return False
        return wait <= self._budget - (now - started)

    async def _given_up(self, part: str) -> str:
        while (pause := self._not_before.get(part, 0.0) - self._monotonic()) > 0 and not self._stopped:
            await self._sleep(pause)
        if self._end is not None and self._monotonic() >= self._end:
            self._stop(_TIME_LIMIT)
        if self._stopped:
            return self._stopped
        if self._in_a_row[part] >= _GIVE_UP_AFTER:
            return f"not asked: {_GIVE_UP_AFTER} calls of {part} in a row were throttled or cut off"
        return ""

    def _note(self, part: str, transient: bool, seconds: float) -> None:
        self._in_a_row[part] = self._in_a_row[part] + 1 if transient else 0
        if transient:
            self._budget -= seconds
            if self._budget <= 0:
                self._stop("not asked: the time for failing calls is used up")

    async def _once(
        self, name: str, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> Answer:
        """Send once; where the token is not accepted, once more with another."""
        generation = self._session.generation
        answer = await self._sent(name, method, url, headers, content)
        if answer.expired:
            try:
                await self._session.renew(generation)
            except CredentialsUnusableError as error:
                return self._dead(str(error))
            self.retries += 1
            answer = await self._sent(name, method, url, headers, content)
            if answer.expired:
                return self._dead(f"{answer.code}: {answer.message}")
        return answer

    async def _sent(
        self, name: str, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> Answer:
        try:
            reply = await self._session.send(method, url, headers, content)
        except CutOffError as error:
            return Answer(CallOutcome.FAILED, code=error.kind, message=one_line(error), transient=True)
        except CredentialsUnusableError as error:
            return self._dead(str(error))
        try:
            body = json.loads(reply.content)
        except ValueError:
            body = None
        return _read(OPERATIONS[name], reply.status, reply.headers, body)

    async def _batch_once(
        self, name: str, url: str, requests: Sequence[SubRequest], found: dict[str, Answer]
    ) -> Answer:
        """Send one batch; puts what is answered into ``found`` and says whether anything is to be asked again."""
        # Ids are compared without case: https://learn.microsoft.com/graph/json-batching (read 2026-11).
        numbered = {str(number): request for number, request in enumerate(requests, 1)}
        content = {
            "requests": [
                {"id": number, "method": "GET", "url": request.path, "headers": {**request.headers}}
                if request.headers
                else {"id": number, "method": "GET", "url": request.path}
                for number, request in numbered.items()
            ]
        }
        headers = {"Content-Type": "application/json"}
        answer = await self._once(name, "POST", url, headers, json.dumps(content).encode())
        if answer.body is None:
            return answer
        again = Answer(CallOutcome.OK)
        expired = False
        told = answer.body.get("responses")
        for item in told if isinstance(told, list) else ():
            request = numbered.pop(str(item.get("id")), None)
            if request is None:
                continue
            lower = {str(key).lower(): str(value) for key, value in (item.get("headers") or {}).items()}
            one = _read(OPERATIONS[name], int(item.get("status") or 0), lower, item.get("body"))
            expired = expired or one.expired
            if not one.transient:
                found[request.id] = one
            elif not again.transient or one.wait > again.wait:
                again = one
        if expired:
            return self._dead("a request inside a batch was not accepted although the batch was")
        if numbered:
            return Answer(CallOutcome.FAILED, code=UNREADABLE, message="the batch left requests out", transient=True)
        return again

    def _count(self, name: str) -> None:
        if not self._stopped:
            self._calls[OPERATIONS[name].level, name] += 1

    def _dead(self, why: str) -> Answer:
        self._stop(f"not asked: the credentials ended ({one_line(why, 200)})")
        return Answer(CallOutcome.FAILED, code="CredentialsEnded", message=one_line(why))

    def _stop(self, why: str) -> None:
        self._stopped = self._stopped or why


def _read(operation: Operation, status: int, headers: Mapping[str, str], body: Any) -> Answer:
    """Say what an answer means, alone or inside a batch."""
    if 200 <= status < 300:
        if isinstance(body, Mapping):
            return Answer(CallOutcome.OK, body=body)
        return Answer(CallOutcome.FAILED, code=UNREADABLE, message="the answer is no JSON object", transient=True)
    error = body.get("error") if isinstance(body, Mapping) else None
    told = error if isinstance(error, Mapping) else {}
    code = one_line(told.get("code") or f"HTTP {status}", 80)
    message = one_line(told.get("message") or "")
    if status == 401:
        return Answer(CallOutcome.FAILED, code=code, message=message, expired=True)
    if status in _LATER:
        return Answer(CallOutcome.FAILED, code=code, message=message, transient=True, wait=_wait(headers))
    outcome = outcome_of_code(operation, code)
    if outcome is CallOutcome.FAILED and status == 403:
        outcome = CallOutcome.DENIED
    return Answer(outcome, code=code, message=message)


def _wait(headers: Mapping[str, str]) -> float:
    """Return what ``Retry-After`` asks for: seconds, or a date."""
    given = (headers.get("retry-after") or "").strip()
    if not given:
        return 0.0
    try:
        return max(float(given), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(given).timestamp() - time.time(), 0.0)
    except ValueError:
        return 0.0
