"""Calls at the same time: answers in the order of the requests, few under way, none made for nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from collectors.aws.ahead import MOST_WAITING, answers_in_order


@pytest.mark.parametrize("workers", [0, 1, 4])
@pytest.mark.parametrize("number", [0, 1, MOST_WAITING, 50])
def test_answers_keep_the_order_of_the_requests(workers: int, number: int) -> None:
    expected = [(request, request * 2) for request in range(number)]
    if not workers:
        assert list(answers_in_order(range(number), lambda request: request * 2, None)) == expected
        return
    with ThreadPoolExecutor(workers) as ahead:
        assert list(answers_in_order(range(number), lambda request: request * 2, ahead)) == expected


def test_calls_are_made_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=20)  # each call waits for another one
    with ThreadPoolExecutor(2) as ahead:
        assert [request for request, _ in answers_in_order(range(4), lambda _: both.wait(), ahead)] == [0, 1, 2, 3]


def test_requests_are_not_read_far_ahead() -> None:
    read: list[int] = []

    def requests() -> Iterator[int]:
        for number in range(1000):
            read.append(number)
            yield number

    with ThreadPoolExecutor(2) as ahead, closing(answers_in_order(requests(), str, ahead)) as answers:
        assert next(answers) == (0, "0")
        assert len(read) == MOST_WAITING


def test_what_has_not_begun_is_dropped() -> None:
    asked: list[int] = []
    go_on = threading.Event()

    def ask(request: int) -> int:
        asked.append(request)
        assert request == 0 or go_on.wait(20)
        return request

    with ThreadPoolExecutor(1) as ahead:
        with closing(answers_in_order(range(100), ask, ahead)) as answers:
            assert next(answers) == (0, 0)
        go_on.set()
    assert len(asked) <= 2


def test_a_request_that_waits_is_not_made_twice() -> None:
    with ThreadPoolExecutor(2) as ahead:
        assert list(answers_in_order(["a", "a", "b"], str.upper, ahead)) == [("a", "A"), ("b", "B")]


def test_an_error_of_a_call_arrives_in_its_turn() -> None:
    with ThreadPoolExecutor(2) as ahead:
        answers = answers_in_order([2, 1, 0], lambda request: 2 // request, ahead)
        assert [next(answers), next(answers)] == [(2, 1), (1, 2)]
        with pytest.raises(ZeroDivisionError):
            next(answers)
