"""Ask for a list and then, one call an object, for what the list does not say.

Input: an ``AwsFetch``, a listing, and the requests that follow from its objects. Output: evidence files.
Not handled: objects that are listed in several calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["Detail", "answered", "ids_of", "list_and_ask", "texts_of"]

Detail = tuple[str, PageStyle | None, Callable[[str], Mapping[str, Any]]]
"""A per-object operation, how one object's answer pages, and the parameters for an object's id."""


def list_and_ask(
    fetch: AwsFetch,
    region: str,
    listing: str,
    style: PageStyle,
    key: str,
    field: str,
    details: Sequence[Detail],
    params: Mapping[str, Any] | None = None,
) -> bool:
    """Follow a listing and ask every detail of each object that it names, in the order of the ids.

    Parameters
    ----------
    listing, style, params
        The operation that names the objects, how it pages, and its parameters.
    key, field
        The answer's list and the id within an object; ``field`` empty where the list holds the ids themselves.
    details
        What is asked of each object. Where the listing gave nothing, each becomes a gap of its own.

    Returns
    -------
    bool
        Whether the listing was answered.
    """
    if fetch.pages(listing, style, params, region) is not CallOutcome.OK:
        for name, _, _ in details:
            fetch.blocked(name, listing, region)
        return False
    ids = ids_of(fetch, listing, key, field, region) if field else texts_of(fetch, listing, key, region)
    for name, pages, request in details:
        fetch.each(name, [Request(request(each)) for each in ids], region, pages)
    return True


def ids_of(fetch: AwsFetch, listing: str, key: str, field: str, region: str) -> list[str]:
    """Return the ids of the objects of a listing, sorted, each once."""
    return sorted({str(item[field]) for item in fetch.listed(listing, key, region) if item.get(field)})


def texts_of(fetch: AwsFetch, listing: str, key: str, region: str) -> list[str]:
    """Return the texts of a listing whose list holds the ids themselves, sorted, each once."""
    found = (fetch.body(listing, region) or {}).get(key)
    return sorted({item for item in found if isinstance(item, str)}) if isinstance(found, list) else []


def answered(fetch: AwsFetch, name: str, region: str) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return request and answer of every call of a per-object operation that was answered."""
    return [(line.request, line.response) for line in fetch.lines(name, region) if line.response is not None]
