"""What several fetching functions of this family need: lists of plain texts, and calls on many objects.

Input: an ``AwsFetch``. Output: names, batches, requests. Not handled: making the calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from collectors.aws.fetching import AwsFetch, Request

__all__ = ["batches", "line_texts", "listed_texts", "texts_of", "unique_requests"]


def texts_of(body: Mapping[str, Any], key: str) -> list[str]:
    """Return the texts of a list, sorted, each once."""
    found = body.get(key)
    return sorted({item for item in found if isinstance(item, str)}) if isinstance(found, list) else []


def listed_texts(fetch: AwsFetch, name: str, key: str, region: str) -> list[str]:
    """Return a list of plain texts out of a complete answer, sorted; empty when there is none."""
    return texts_of(fetch.body(name, region) or {}, key)


def line_texts(fetch: AwsFetch, name: str, key: str, region: str) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Yield request and listed texts of every call of a per-object listing that was answered."""
    for line in fetch.lines(name, region):
        if line.response is not None:
            yield line.request, texts_of(line.response, key)


def batches(items: Sequence[str], size: int) -> Iterator[list[str]]:
    """Yield the items in their order, at most ``size`` at a time."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def unique_requests(params: Iterable[Mapping[str, Any]]) -> list[Request]:
    """Return one request for each different set of parameters, in the order given."""
    return [Request(each) for each in {repr(sorted(each.items())): each for each in params}.values()]
