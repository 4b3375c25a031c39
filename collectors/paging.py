"""Follow a vendor's page tokens to the end and merge the pages, whatever the vendor calls its fields.

Input: a function that makes one call, its parameters, and the names of the page fields.
Output: pages with the token of the next one, or one merged body.
Not handled: retries (the SDK's part) and refused calls (the caller's part: what the function raises passes through).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.errors import CollectorError

__all__ = ["Page", "PageStyle", "PagingError", "follow_pages", "merge_pages"]


class PagingError(CollectorError):
    """A vendor's answer says that there is more, but not where: the list cannot be completed."""


@dataclass(frozen=True, slots=True)
class PageStyle:
    """How one operation pages."""

    result_keys: tuple[str, ...]
    """Top-level lists that grow with pages; every other field is taken from the first page."""
    input_token: str
    """Request parameter that takes the token."""
    output_token: str
    """Answer field that gives the next token."""
    limit_key: str = ""
    """Request parameter for the page size; empty when the operation has none."""
    page_size: int = 0
    """Largest page that the vendor documents, in objects; sent as ``limit_key``."""
    more_key: str = ""
    """Boolean answer field that says whether there is more; empty when the token alone says so."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer and where the next one starts."""

    body: Mapping[str, Any]
    next_token: str
    """Empty on the last page."""


def _next_token(body: Mapping[str, Any], style: PageStyle) -> str:
    token = body.get(style.output_token)
    if style.more_key and not body.get(style.more_key):
        # Some vendors repeat the last token on the final page; their own flag decides.
        return ""
    if style.more_key and not token:
        raise PagingError(f"{style.more_key} is true but {style.output_token} is missing")
    return str(token) if token else ""


def follow_pages(
    call: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    params: Mapping[str, Any],
    style: PageStyle,
    start_token: str = "",
) -> Iterator[Page]:
    """Yield every page from ``start_token`` on, in the vendor's order, one call each.

    Parameters
    ----------
    call
        Makes one call with the given parameters; what it raises ends the iteration.
    params
        Parameters without token and page size.
    style
        Field names of the operation.
    start_token
        Token at which an interrupted listing goes on; empty for the first page.

    Yields
    ------
    Page
        Lazily; ``next_token`` of the last one is empty.

    Raises
    ------
    PagingError
        When the vendor announces more without a token, or gives a token a second time (which would never end).
    """
    token, seen = start_token, {start_token}
    while True:
        request = dict(params)
        if style.limit_key:
            request[style.limit_key] = style.page_size
        if token:
            request[style.input_token] = token
        body = call(request)
        token = _next_token(body, style)
        if token in seen and token:
            raise PagingError(f"{style.output_token} repeats: the listing does not end")
        seen.add(token)
        yield Page(body, token)
        if not token:
            return


def merge_pages(bodies: Iterable[Mapping[str, Any]], style: PageStyle) -> dict[str, Any]:
    """Return one body as if the vendor had answered in one page.

    Parameters
    ----------
    bodies
        Answers in order, first to last.
    style
        Names the lists to join and the paging fields, which are dropped.

    Returns
    -------
    dict
        Every result key (an empty list where no page has it) and the first page's other fields.

    Raises
    ------
    PagingError
        When a result key holds something that is not a list.
    """
    merged: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {key: [] for key in style.result_keys}
    for body in bodies:
        for key, value in body.items():
            if key in lists:
                if not isinstance(value, list):
                    raise PagingError(f"{key} is not a list")
                lists[key].extend(value)
            elif key not in (style.output_token, style.input_token, style.more_key):
                merged.setdefault(key, value)
    return {**merged, **lists}
