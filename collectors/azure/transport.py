"""Make requests to Azure Resource Manager and say how each ended: retried in bounds, the token renewed once, counted.

Input: a session, declared operations. Output: ``Answer``; counts by level and operation.
Handled: 429 and 5xx with ``Retry-After``; the reads that a subscription has left; a token that ended during the run.
Not handled: writing evidence, and following pages (``fetching``).
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from collectors.azure.operations import OPERATIONS
from collectors.azure.sdk import CutOffError, Reply
from collectors.azure.session import CredentialsUnusableError
from collectors.errors import one_line
from collectors.interface import CallOutcome, Operation
from collectors.recording import NOT_ASKED

__all__ = ["Answer", "ArmCaller", "Session", "outcome_of_code"]

UNREADABLE = "UnreadableAnswer"
"""Our own code for an answer that is no JSON object."""
_LATER = frozenset({429, 500, 502, 503, 504})
"""Statuses that a later attempt may not meet."""
_GIVE_UP_AFTER = 3
"""Calls of one provider in one subscription that fail in a row before the rest of it is not asked any more."""
_TIME_LIMIT = "not asked: the time limit is reached"
_LONGEST_PAUSE = 60.0
"""Pause where the server does not say how long; it begins at one second and doubles."""
_FEW_READS = 10
"""So few reads left: the next call to the subscription waits until some were refilled."""
_REFILL_SECONDS = 1.0
"""25 reads come back a second: https://learn.microsoft.com/azure/azure-resource-manager/management/
request-limits-and-throttling (read 2026-11)."""
_READS_LEFT = ("x-ms-ratelimit-remaining-subscription-reads", "x-ms-ratelimit-remaining-tenant-reads")
_DENIED_CODES = frozenset(
    {
        "AuthorizationFailed",
        "Authorization_RequestDenied",
        "Forbidden",
        "InsufficientPermissions",
        "InvalidAuthenticationTokenTenant",
        "LinkedAuthorizationFailed",
        "NotAllowed",
    }
)
"""https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors (read 2026-11).
``InvalidAuthenticationTokenTenant`` comes with 401 and says that a subscription is another tenant's."""


class Session(Protocol):
    """What signs and sends."""

    @property
    def generation(self) -> int:
        """How often the token was renewed."""
        ...

    def send(self, method: str, url: str) -> Reply:
        """Send one request."""
        ...

    def renew(self, generation: int) -> None:
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


def outcome_of_code(operation: Operation, code: str) -> CallOutcome:
    """Return what an error code means for an operation: ``none``, ``denied`` or ``failed``."""
    if code in operation.not_found_codes:
        return CallOutcome.NONE
    return CallOutcome.DENIED if code in _DENIED_CODES else CallOutcome.FAILED


class ArmCaller:
    """Calls of one collection, from any number of threads: classified, counted, and bounded in the time of failing.

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
        sleep: Callable[[float], None],
        monotonic: Callable[[], float] = time.monotonic,
        time_limit_seconds: float | None = None,
    ) -> None:
        self._session = session
        self._budget = failure_budget_seconds
        self._max_attempts = max_attempts
        self._sleep = sleep
        self._monotonic = monotonic
        self._end = None if time_limit_seconds is None else monotonic() + time_limit_seconds
        self._lock = threading.Lock()
        self._in_a_row: Counter[tuple[str, str]] = Counter()
        self._not_before: dict[str, float] = {}
        self._calls: Counter[tuple[str, str]] = Counter()
        self._stopped = ""
        self.retries = 0
        """Requests beyond the first of a call."""

    def counts(self) -> dict[str, dict[str, int]]:
        """Return calls (retries not counted), keyed by level, then operation; both sorted."""
        with self._lock:
            counted: dict[str, dict[str, int]] = {}
            for (level, name), number in sorted(self._calls.items()):
                counted.setdefault(level, {})[name] = number
            return counted

    @property
    def stopped(self) -> str:
        """Why nothing more is asked at all; empty while calls go on."""
        return self._stopped

    def ask(self, name: str, scope: str, url: str, method: str = "GET") -> Answer:
        """Ask one thing of operation ``name``; a refusal, a cut or throttling are outcomes, never exceptions.

        Parameters
        ----------
        scope
            Subscription or tenant: limits are counted by it.
        """
        place, started = (scope, name.partition(".")[0]), self._monotonic()
        with self._lock:
            if not self._stopped:
                self._calls[OPERATIONS[name].level, name] += 1
        answer = Answer(CallOutcome.FAILED, code=NOT_ASKED)
        for attempt in range(self._max_attempts):
            given_up = self._given_up(place)
            if given_up:
                return answer if attempt else Answer(CallOutcome.FAILED, code=NOT_ASKED, message=given_up)
            self._count_retry(attempt)
            answer = self._once(OPERATIONS[name], scope, method, url)
            if not answer.transient:
                break
            wait = answer.wait or min(2.0**attempt, _LONGEST_PAUSE)
            if attempt + 1 == self._max_attempts or not self._can_wait(wait, started):
                break
            self._pause(scope, wait)
        self._note(place, answer.transient, self._monotonic() - started)
        return answer

    def _count_retry(self, attempt: int) -> None:
        if attempt:
            with self._lock:
                self.retries += 1

    def _pause(self, scope: str, seconds: float) -> None:
        with self._lock:
            self._not_before[scope] = max(self._not_before.get(scope, 0.0), self._monotonic() + seconds)

    def _can_wait(self, wait: float, started: float) -> bool:
        """Tell whether a wait fits what is left of time; one beyond the time limit ends the run."""
        now = self._monotonic()
        if self._end is not None and now + wait >= self._end:
            self._stop(_TIME_LIMIT)
            return False
        return wait <= self._budget - (now - started)

    def _given_up(self, place: tuple[str, str]) -> str:
        while (pause := self._not_before.get(place[0], 0.0) - self._monotonic()) > 0 and not self._stopped:
            self._sleep(pause)
        if self._end is not None and self._monotonic() >= self._end:
            self._stop(_TIME_LIMIT)
        if self._stopped:
            return self._stopped
        with self._lock:
            if self._in_a_row[place] >= _GIVE_UP_AFTER:
                return f"not asked: {_GIVE_UP_AFTER} calls of {place[1]} in a row were throttled or cut off"
        return ""

    def _note(self, place: tuple[str, str], transient: bool, seconds: float) -> None:
        with self._lock:
            self._in_a_row[place] = self._in_a_row[place] + 1 if transient else 0
            if transient:
                self._budget -= seconds
            used_up = self._budget <= 0
        if used_up and transient:
            self._stop("not asked: the time for failing calls is used up")

    def _once(self, operation: Operation, scope: str, method: str, url: str) -> Answer:
        """Send once; where the token is not accepted, once more with another."""
        generation = self._session.generation
        answer = self._sent(operation, scope, method, url)
        if answer.expired:
            try:
                self._session.renew(generation)
            except CredentialsUnusableError as error:
                return self._dead(str(error))
            self._count_retry(1)
            answer = self._sent(operation, scope, method, url)
            if answer.expired:
                return self._dead(f"{answer.code}: {answer.message}")
        return answer

    def _sent(self, operation: Operation, scope: str, method: str, url: str) -> Answer:
        try:
            reply = self._session.send(method, url)
        except CutOffError as error:
            return Answer(CallOutcome.FAILED, code=error.kind, message=one_line(error), transient=True)
        except CredentialsUnusableError as error:
            return self._dead(str(error))
        left = next((reply.headers[name] for name in _READS_LEFT if name in reply.headers), "")
        if left.isdigit() and int(left) < _FEW_READS and reply.status < 300:
            self._pause(scope, _REFILL_SECONDS)
        return _read(operation, reply.status, reply.headers, reply.json())

    def _dead(self, why: str) -> Answer:
        self._stop(f"not asked: the credentials ended ({one_line(why, 200)})")
        return Answer(CallOutcome.FAILED, code="CredentialsEnded", message=one_line(why))

    def _stop(self, why: str) -> None:
        with self._lock:
            self._stopped = self._stopped or why


def _read(operation: Operation, status: int, headers: Mapping[str, str], body: Any) -> Answer:
    """Say what an answer means."""
    if 200 <= status < 300:
        if isinstance(body, Mapping):
            return Answer(CallOutcome.OK, body=body)
        return Answer(CallOutcome.FAILED, code=UNREADABLE, message="the answer is no JSON object", transient=True)
    error = body.get("error") if isinstance(body, Mapping) else None
    # Some providers put code and message at the top: https://learn.microsoft.com/rest/api/azure (read 2026-11).
    told = error if isinstance(error, Mapping) else body if isinstance(body, Mapping) else {}
    code = one_line(told.get("code") or told.get("Code") or f"HTTP {status}", 80)
    message = one_line(told.get("message") or told.get("Message") or "", 1_500)
    outcome = outcome_of_code(operation, code)
    if status == 401 and outcome is CallOutcome.FAILED:
        return Answer(CallOutcome.FAILED, code=code, message=message, expired=True)
    if status in _LATER and outcome is CallOutcome.FAILED:
        return Answer(CallOutcome.FAILED, code=code, message=message, transient=True, wait=_wait(headers))
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
