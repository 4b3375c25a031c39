"""Make calls at the same time and give their answers in the order of the requests.

Input: requests, what makes one call, and an executor. Output: requests with answers.
Handled: few calls under way at once, however many requests there are; the same request twice in a row of them.
Not handled: how often a call may be made; botocore's adaptive retries slow down where AWS throttles.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future
from typing import TypeVar

__all__ = ["MOST_WAITING", "answers_in_order"]

_Request = TypeVar("_Request")
_Answer = TypeVar("_Answer")

MOST_WAITING = 8
"""Requests that are under way or answered and not yet taken."""


def answers_in_order(
    requests: Iterable[_Request], ask: Callable[[_Request], _Answer], ahead: Executor | None
) -> Generator[tuple[_Request, _Answer], None, None]:
    """Yield each request with its answer.

    Parameters
    ----------
    requests
        Read only as far as calls may be made; a request equal to one that waits is left out.
    ask
        Makes one call; safe to use from several threads.
    ahead
        Runs the calls; ``None``: each is made when its turn comes.

    Notes
    -----
    Close it (``contextlib.closing``) where answers are not taken to the end: calls that have not begun are dropped.
    """
    if ahead is None:
        yield from ((request, ask(request)) for request in requests)
        return
    waiting: deque[tuple[_Request, Future[_Answer]]] = deque()
    try:
        for request in requests:
            if any(request == each for each, _ in waiting):
                continue
            waiting.append((request, ahead.submit(ask, request)))
            if len(waiting) == MOST_WAITING:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        for _, future in waiting:
            future.cancel()


def _first(waiting: deque[tuple[_Request, Future[_Answer]]]) -> tuple[_Request, _Answer]:
    request, future = waiting.popleft()
    return request, future.result()
