"""Make one declared AWS call and say how it ended, counting every call and giving up on what keeps failing.

Input: clients, the operations table, parameters.
Output: an ``Answer`` (outcome, body, code, message); counts by level and operation.
Not handled: writing evidence, and following pages (see ``fetching`` and ``collectors.paging``).
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.aws.operations import OPERATIONS
from collectors.aws.session import AwsClients
from collectors.errors import one_line
from collectors.interface import CallOutcome, Operation
from collectors.recording import NOT_ASKED

__all__ = ["NOT_ASKED", "UNREADABLE", "Answer", "AwsCaller", "outcome_of_code"]

UNREADABLE = "UnreadableAnswer"
"""Our own code for an answer without any field."""

_UNREAD = frozenset({"IncompleteReadError", "ResponseParserError", "ResponseStreamingError", UNREADABLE})
"""Answers that broke off or are not AWS's: botocore retries what it could not send, not what it could not read."""

_DENIED_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AuthorizationError",
        "AuthorizationErrorException",
        "NotAuthorized",
        "UnauthorizedAccess",
        "UnauthorizedException",
        "UnauthorizedOperation",
    }
)
_DEAD_CODES = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
"""The credentials ended during the run. ``InvalidClientTokenId`` is not here: a region that is not enabled for the
account answers with it, too (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html)."""
_THROTTLE_CODES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""https://docs.aws.amazon.com/boto3/latest/guide/retries.html"""
_DEAD_ERRORS = frozenset(
    {
        "CredentialRetrievalError",
        "LoginRefreshRequired",
        "LoginTokenLoadError",
        "NoCredentialsError",
        "SSOTokenLoadError",
        "TokenRetrievalError",
        "UnauthorizedSSOTokenError",
    }
)
_GIVE_UP_AFTER = 3
"""Calls of one service in one region that fail in a row before the rest is not asked any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one call ended."""

    outcome: CallOutcome
    body: Mapping[str, Any] | None = None
    """The answer without transport metadata; ``None`` unless the outcome is ``ok``."""
    code: str = ""
    """The vendor's error code, the SDK's error class, or ``NotAsked``."""
    message: str = ""
    """One line."""
    transient: bool = False
    """True for a failure that a later attempt may not meet: throttled, cut off, or the vendor's own fault."""

    @property
    def usable(self) -> bool:
        """True when it says what is there: something, or nothing."""
        return self.outcome in (CallOutcome.OK, CallOutcome.NONE)


def _is_json(metadata: Mapping[str, Any]) -> bool:
    headers = metadata.get("HTTPHeaders") or {}
    return "json" in str(headers.get("content-type", ""))


def outcome_of_code(operation: Operation, code: str) -> CallOutcome:
    """Return what a vendor's error code means for an operation: ``none``, ``denied`` or ``failed``."""
    plain = code.removeprefix("Client.").removeprefix("Server.")
    if plain in operation.not_found_codes:
        return CallOutcome.NONE
    return CallOutcome.DENIED if plain in _DENIED_CODES else CallOutcome.FAILED


class AwsCaller:
    """Calls of one collection: classified, counted, and bounded in the time that failing may take.

    Parameters
    ----------
    clients
        Clients by service and region.
    failure_budget_seconds
        Time that calls which end in throttling, timeout or a cut may take together.
    max_attempts
        Attempts at an answer that cannot be read, the first included; all others are retried by botocore.
    monotonic
        Seconds from any fixed point; measures failing calls and the time limit, and never reaches the evidence.
    time_limit_seconds
        From now on; then nothing more is asked. ``None``: no limit.
    """

    def __init__(
        self,
        clients: AwsClients,
        failure_budget_seconds: float,
        max_attempts: int = 1,
        monotonic: Callable[[], float] = time.monotonic,
        time_limit_seconds: float | None = None,
    ) -> None:
        self._clients = clients
        self._budget = failure_budget_seconds
        self._max_attempts = max_attempts
        self._monotonic = monotonic
        self._end = None if time_limit_seconds is None else monotonic() + time_limit_seconds
        self._lock = threading.Lock()
        self._in_a_row: Counter[tuple[str, str]] = Counter()
        self._stopped = ""
        self._calls: Counter[tuple[str, str]] = Counter()
        self.retries = 0
        """Attempts beyond the first, of calls that were answered or whose answer could not be read."""

    def counts(self) -> dict[str, dict[str, int]]:
        """Return calls made (retries not counted), keyed by level, then operation; both sorted."""
        with self._lock:
            counted: dict[str, dict[str, int]] = {}
            for (level, name), number in sorted(self._calls.items()):
                counted.setdefault(level, {})[name] = number
            return counted

    @property
    def stopped(self) -> str:
        """Why nothing more is asked at all; empty while calls go on."""
        return self._stopped

    def left_out(self, service: str, region: str) -> str:
        """Return why a service need not be asked in a region (it is not there); empty when it is to be asked."""
        return self._clients.left_out(service, region)

    def call(self, name: str, params: Mapping[str, Any], region: str = "") -> Answer:
        """Make the call ``name`` of the operations table, or say why it is not made.

        Parameters
        ----------
        name
            Key of ``OPERATIONS``; an undeclared one is a programming error (``KeyError``).
        params
            Parameters in boto3's spelling.
        region
            Empty for the home region.

        Returns
        -------
        Answer
            A vendor's refusal, a throttled or cut call and an unreadable answer are outcomes, never exceptions.
        """
        operation = OPERATIONS[name]
        place = (name.partition(".")[0], region)
        given_up = self._given_up(place)
        if given_up:
            return Answer(CallOutcome.FAILED, code=NOT_ASKED, message=given_up)
        with self._lock:
            self._calls[(operation.level, name)] += 1
        started = self._monotonic()
        answer = self._ask(operation, params, region)
        for _ in range(self._max_attempts - 1):
            if answer.code not in _UNREAD:
                break
            with self._lock:
                self.retries += 1
            answer = self._ask(operation, params, region)
        self._note(place, answer.transient, self._monotonic() - started)
        return answer

    def _given_up(self, place: tuple[str, str]) -> str:
        with self._lock:
            if self._end is not None and self._monotonic() >= self._end:
                self._stopped = self._stopped or "not asked: the time limit is reached"
            if self._stopped:
                return self._stopped
            if self._in_a_row[place] >= _GIVE_UP_AFTER:
                where = f" in {place[1]}" if place[1] else ""
                return f"not asked: {_GIVE_UP_AFTER} calls of {place[0]}{where} in a row were throttled or cut off"
        return ""

    def _note(self, place: tuple[str, str], transient: bool, seconds: float) -> None:
        with self._lock:
            self._in_a_row[place] = self._in_a_row[place] + 1 if transient else 0
            if transient:
                self._budget -= seconds
                if self._budget <= 0 and not self._stopped:
                    self._stopped = "not asked: the time for failing calls is used up"

    def _ask(self, operation: Operation, params: Mapping[str, Any], region: str) -> Answer:
        from botocore import exceptions as sdk
        from botocore.parsers import ResponseParserError

        service, _, method = operation.name.partition(".")
        try:
            body = getattr(self._clients.client(service, region), method)(**params)
        except sdk.ClientError as error:
            return self._refused(operation, error)
        except sdk.BotoCoreError as error:
            kind = type(error).__name__
            if kind in _DEAD_ERRORS:
                self._stop(f"not asked: the credentials ended ({kind})")
            transient = isinstance(error, sdk.ConnectionError | sdk.HTTPClientError | sdk.IncompleteReadError)
            return Answer(CallOutcome.FAILED, code=kind, message=one_line(error), transient=transient)
        except ResponseParserError as error:
            return Answer(CallOutcome.FAILED, code="ResponseParserError", message=one_line(error), transient=True)
        metadata = body.pop("ResponseMetadata", {})
        with self._lock:
            self.retries += int(metadata.get("RetryAttempts", 0))
        if not body and not (operation.may_be_empty and _is_json(metadata)):
            # botocore reads a JSON answer that does not parse (cut off, or a web proxy's page) as one without fields;
            # taken as it is it would look like an empty list.
            return Answer(CallOutcome.FAILED, code=UNREADABLE, message="the answer has no field", transient=True)
        return Answer(CallOutcome.OK, body=body)

    def _refused(self, operation: Operation, error: Any) -> Answer:
        problem = error.response.get("Error", {})
        code, message = str(problem.get("Code") or "unknown"), one_line(problem.get("Message") or "")
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
        plain = code.removeprefix("Client.").removeprefix("Server.")
        outcome = outcome_of_code(operation, code)
        if outcome is not CallOutcome.FAILED:
            return Answer(outcome, code=code, message=message)
        if plain in _DEAD_CODES:
            self._stop(f"not asked: the credentials ended ({code})")
        transient = plain in _THROTTLE_CODES or status == 429 or status >= 500
        return Answer(CallOutcome.FAILED, code=one_line(code, 80), message=message, transient=transient)

    def _stop(self, why: str) -> None:
        with self._lock:
            self._stopped = self._stopped or why
