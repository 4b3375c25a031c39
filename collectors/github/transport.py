"""Make requests to GitHub and say how each ended: retried in bounds, the token renewed once, within the rate budget.

Input: a session, declared operations. Output: ``Answer``; counts by kind of call and operation.
Handled: primary and secondary rate limits, 5xx with jitter, cut connections, a token that ended during the run.
Not handled: writing evidence, following pages, errors inside an answer of GraphQL (``fetching``, ``bulk``).
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from collectors.errors import one_line
from collectors.github.limits import Limits
from collectors.github.operations import AUDIT_LOG, READABLE
from collectors.github.sdk import CutOffError, Reply
from collectors.github.session import CredentialsUnusableError, GitHubCollectSettings
from collectors.interface import CallOutcome, Operation
from collectors.recording import NOT_ASKED

__all__ = ["TOO_MUCH", "Answer", "GitHubCaller", "Session", "outcome_of_code"]

UNREADABLE = "UnreadableAnswer"
"""Our own code for an answer that is no JSON."""
TOO_MUCH = "TooMuchAtOnce"
"""Our own code for a query that GitHub gave up on: a smaller one may be answered."""
_LATER = frozenset({500, 502, 503, 504})
_GIVE_UP_AFTER = 3
"""Calls of one operation that fail in a row before the rest of it is not asked any more."""
_TIME_LIMIT = "not asked: the time limit is reached"
_LONGEST_PAUSE = 60.0
_SECONDARY_PAUSE = 60.0
"""At least a minute where a secondary limit does not say how long."""
_DENIED_CODES = frozenset({"401", "403", "404", "451", "FORBIDDEN", "INSUFFICIENT_SCOPES", "NOT_FOUND"})
"""GitHub answers 404 for what the caller may not see: https://docs.github.com/rest/using-the-rest-api/
troubleshooting-the-rest-api (read 2026-11)."""


class Session(Protocol):
    """What signs and sends."""

    @property
    def generation(self) -> int:
        """How often the token was renewed."""
        ...

    def send(self, method: str, url: str, body: bytes | None = None, etag: str = "") -> Reply:
        """Send one request."""
        ...

    def renew(self, generation: int) -> None:
        """Get another token than the one of ``generation``."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """How one call ended."""

    outcome: CallOutcome
    body: Any = None
    """The answer; ``None`` unless the outcome is ``ok``, and where nothing changed."""
    code: str = ""
    """HTTP status, the type of a GraphQL error, the error class of the HTTP client, or one of our own."""
    message: str = ""
    """One line."""
    headers: Mapping[str, str] = field(default_factory=dict)
    unchanged: bool = False
    """The earlier answer still holds."""
    transient: bool = False
    """True for a failure that a later attempt may not meet."""
    wait: float = 0.0
    """Seconds after which to ask again; 0 where nothing says."""
    expired: bool = False
    primary: bool = False
    """The rate budget is used up: no failure, but a wait for the next one."""


def outcome_of_code(operation: Operation, code: str) -> CallOutcome:
    """Return what an error code means for an operation: ``none``, ``denied`` or ``failed``."""
    if code in operation.not_found_codes:
        return CallOutcome.NONE
    return CallOutcome.DENIED if code in _DENIED_CODES else CallOutcome.FAILED


class GitHubCaller:
    """Calls of one collection, from any number of threads: classified, counted, bounded in time and rate.

    Parameters
    ----------
    session
        Signs and sends.
    settings
        Attempts, times and pace.
    sleep
        Waits, in seconds.
    monotonic
        Seconds from any fixed point; never reaches the evidence.
    jitter
        A number from 0 to 1, so that many collectors do not come back at the same moment.
    """

    def __init__(
        self,
        session: Session,
        settings: GitHubCollectSettings,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._session = session
        self._settings = settings
        self._budget = settings.failure_budget_seconds
        self._sleep = sleep
        self._monotonic = monotonic
        self._jitter = jitter
        limit = settings.time_limit_seconds
        self._end = None if limit is None else monotonic() + limit
        self.limits = Limits(monotonic, settings.calls_a_minute)
        """What each rate budget has left."""
        self._lock = threading.Lock()
        self._in_a_row: Counter[str] = Counter()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._stopped: dict[str, str] = {}
        self.retries = 0
        """Requests beyond the first of a call."""
        self.unchanged = 0
        """Calls that GitHub answered with "not modified", which cost nothing."""

    def counts(self) -> dict[str, dict[str, int]]:
        """Return calls (retries not counted), keyed by ``GraphQL`` or ``REST``, then operation; both sorted."""
        with self._lock:
            counted: dict[str, dict[str, int]] = {}
            for (kind, name), number in sorted(self._calls.items()):
                counted.setdefault(kind, {})[name] = number
            return counted

    @property
    def stopped(self) -> str:
        """Why something was not asked any more; empty while calls go on."""
        with self._lock:
            return next(iter(self._stopped.values()), "")

    def stopped_for(self, name: str, *, graphql: bool = False) -> str:
        """Return why nothing more is asked of an operation's budget; empty while calls go on."""
        resource = "graphql" if graphql else _resource(name)
        with self._lock:
            return self._stopped.get("", "") or self._stopped.get(resource, "")

    def ask(self, name: str, url: str, etag: str = "") -> Answer:
        """Ask REST one thing of operation ``name``; a refusal, a cut or a limit are outcomes, never exceptions.

        Parameters
        ----------
        etag
            Of an earlier answer: asks for another one only if it changed.
        """
        return self._asked(name, _resource(name), 1, lambda: self._session.send("GET", url, etag=etag))

    def query(self, name: str, text: str, variables: Mapping[str, Any], points: int) -> Answer:
        """Ask GraphQL; the body is the whole answer, its errors included.

        Parameters
        ----------
        points
            What it costs at most.
        """
        body = json.dumps({"query": text, "variables": variables}).encode()
        url = self._settings.graphql
        answer = self._asked(name, "graphql", points, lambda: self._session.send("POST", url, body))
        with self._lock:
            if answer.code == TOO_MUCH:
                self._in_a_row[name] = 0  # the caller asks for less
        return answer

    def _asked(self, name: str, resource: str, cost: int, send: Callable[[], Reply]) -> Answer:
        started, attempt, counted = self._monotonic(), 0, False
        answer = Answer(CallOutcome.FAILED, code=NOT_ASKED)
        while attempt < self._settings.max_attempts:
            given_up = self._given_up(name, resource, cost)
            if given_up:
                return answer if attempt else Answer(CallOutcome.FAILED, code=NOT_ASKED, message=given_up)
            with self._lock:
                if counted:
                    self.retries += 1
                else:
                    self._calls["GraphQL" if resource == "graphql" else "REST", name] += 1
            counted = True
            answer = self._once(READABLE[name], resource, cost, send)
            self.limits.ended(resource, cost, free=answer.unchanged)
            if answer.primary and self.limits.refused(resource):
                # Nothing failed: the loop waits for the next budget, or gives up.
                started = self._monotonic()
                continue
            if answer.primary:
                answer = replace(answer, transient=True, wait=_SECONDARY_PAUSE)
            attempt += 1
            if not answer.transient or answer.code == TOO_MUCH:
                break
            wait = answer.wait or min(2.0**attempt, _LONGEST_PAUSE) * (0.5 + self._jitter() / 2)
            if attempt == self._settings.max_attempts or not self._can_wait(wait, started):
                break
            self.limits.pause(wait)
        self._note(name, answer, self._monotonic() - started)
        return answer

    def _can_wait(self, wait: float, started: float) -> bool:
        """Tell whether a wait fits what is left of time; one beyond the time limit ends the run."""
        now = self._monotonic()
        if self._end is not None and now + wait >= self._end:
            self._stop("", _TIME_LIMIT)
            return False
        return wait <= self._budget - (now - started)

    def _given_up(self, name: str, resource: str, cost: int) -> str:
        """Wait for the turn of a call; return why it is not made."""
        while True:
            stopped = self.stopped_for(name, graphql=resource == "graphql")
            if stopped:
                return stopped
            with self._lock:
                if self._in_a_row[name] >= _GIVE_UP_AFTER:
                    return f"not asked: {_GIVE_UP_AFTER} calls in a row were throttled or cut off"
            wait = self.limits.turn()
            if self._end is not None and self._monotonic() + wait >= self._end:
                self._stop("", _TIME_LIMIT)
                continue
            if wait > 0:
                self._sleep(wait)
            used_up = self.limits.used_up(resource, cost)
            if used_up is None:
                return ""
            left = max(used_up.until - self._monotonic(), 0.0)
            longest = self._budget if self._end is None else self._end - self._monotonic()
            if left >= longest:
                what = "GraphQL" if resource == "graphql" else "REST"
                self._stop(
                    resource,
                    f"not asked: the rate budget of {what} ({used_up.limit} an hour) is used up until "
                    f"{used_up.told}; the same command goes on from there",
                )
                continue
            self._sleep(left)

    def _note(self, name: str, answer: Answer, seconds: float) -> None:
        with self._lock:
            self.unchanged += answer.unchanged
            self._in_a_row[name] = self._in_a_row[name] + 1 if answer.transient else 0
            if answer.transient:
                self._budget -= seconds
            used_up = self._budget <= 0
        if used_up and answer.transient:
            self._stop("", "not asked: the time for failing calls is used up")

    def _once(self, operation: Operation, resource: str, cost: int, send: Callable[[], Reply]) -> Answer:
        """Send once; where the token is not accepted, once more with another."""
        generation = self._session.generation
        answer = self._sent(operation, resource, cost, send)
        if answer.expired:
            try:
                self._session.renew(generation)
            except CredentialsUnusableError as error:
                return self._dead(str(error))
            with self._lock:
                self.retries += 1
            # With a token that was given this moment it is the call that GitHub does not want to answer.
            answer = replace(self._sent(operation, resource, cost, send), expired=False)
        return answer

    def _sent(self, operation: Operation, resource: str, cost: int, send: Callable[[], Reply]) -> Answer:
        try:
            reply = send()
        except CutOffError as error:
            return Answer(CallOutcome.FAILED, code=error.kind, message=one_line(error), transient=True)
        except CredentialsUnusableError as error:
            return self._dead(str(error))
        self.limits.note(resource, reply.headers, cost)
        return _read(operation, reply, graphql=resource == "graphql")

    def _dead(self, why: str) -> Answer:
        self._stop("", f"not asked: the credentials ended ({one_line(why, 200)})")
        return Answer(CallOutcome.FAILED, code="CredentialsEnded", message=one_line(why))

    def _stop(self, resource: str, why: str) -> None:
        with self._lock:
            self._stopped.setdefault(resource, why)


def _resource(name: str) -> str:
    return "audit_log" if name == AUDIT_LOG else "core"


def _read(operation: Operation, reply: Reply, *, graphql: bool) -> Answer:
    """Say what an answer means."""
    status, headers = reply.status, reply.headers
    if status == 304:
        return Answer(CallOutcome.OK, headers=headers, unchanged=True)
    body = reply.json()
    if 200 <= status < 300:
        if isinstance(body, Mapping) and graphql:
            return _of_graphql(body, headers)
        if isinstance(body, Mapping | list) and not graphql:
            return Answer(CallOutcome.OK, body=body, headers=headers)
        return Answer(CallOutcome.FAILED, code=UNREADABLE, message="the answer is no JSON", transient=True)
    code, message = str(status), _message(body)
    if status in (403, 429) and (limited := _limited(status, headers, message)) is not None:
        return limited
    outcome = outcome_of_code(operation, code)
    if status == 401:
        return Answer(CallOutcome.DENIED, code=code, message=message, expired=True)
    if status in _LATER:
        given_up = graphql and status in (502, 504)
        return Answer(
            CallOutcome.FAILED, code=TOO_MUCH if given_up else code, message=message, transient=True,
            wait=_seconds(headers),
        )  # fmt: skip
    return Answer(outcome, code=code, message=message)


def _of_graphql(body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
    """Say what an answer of GraphQL means as a whole: errors of single fields are the caller's to read."""
    errors = [each for each in body.get("errors") or () if isinstance(each, Mapping)]
    kinds = {str(each.get("type") or "") for each in errors}
    message = one_line(errors[0].get("message", ""), 500) if errors else ""
    if "RATE_LIMITED" in kinds or "RATE_LIMIT" in kinds:
        return Answer(CallOutcome.FAILED, code="RATE_LIMITED", message=message, primary=True)
    whole = isinstance(body.get("data"), Mapping)
    if kinds & {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED"} or (not whole and "timeout" in message.lower()):
        return Answer(CallOutcome.FAILED, code=TOO_MUCH, message=message, transient=True)
    if not whole:
        code = next(iter(sorted(kinds - {""})), "GraphQLError")
        return Answer(CallOutcome.DENIED if code in _DENIED_CODES else CallOutcome.FAILED, code=code, message=message)
    return Answer(CallOutcome.OK, body=body, headers=headers)


def _limited(status: int, headers: Mapping[str, str], message: str) -> Answer | None:
    """Return what a rate limit asks for; ``None`` where it is a refusal."""
    words = message.lower()
    code = str(status)
    if headers.get("x-ratelimit-remaining") == "0" and "rate limit" in words and "retry-after" not in headers:
        return Answer(CallOutcome.FAILED, code=code, message=message, primary=True)
    if "retry-after" in headers or "secondary rate limit" in words or status == 429:
        wait = _seconds(headers) or _SECONDARY_PAUSE
        return Answer(CallOutcome.FAILED, code=code, message=message, transient=True, wait=wait)
    return None


def _message(body: Any) -> str:
    told = body.get("message") if isinstance(body, Mapping) else ""
    return one_line(told or "", 500)


def _seconds(headers: Mapping[str, str]) -> float:
    """Return what ``Retry-After`` asks for, in seconds; 0 where it does not."""
    given = headers.get("retry-after", "").strip()
    return float(given) if given.isdigit() else 0.0
