"""Text of the evidence on a page: always escaped, since a name or tag may hold markup.

Input: any text. Output: HTML, Markdown or DOT that shows exactly that text.
Not handled: table cells, which Streamlit draws as text (``visible`` is still used on them).

Streamlit's Markdown loads images and makes links of addresses, so text of the evidence goes through ``escape`` into
``st.html`` wherever possible, and through ``plain`` where a widget takes Markdown only.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlencode

__all__ = [
    "anchor",
    "badge",
    "code",
    "dot_text",
    "escape",
    "identity_link",
    "link",
    "path_link",
    "plain",
    "shorten",
    "visible",
]

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# A shortcode such as `:key:` becomes a picture even when its colons are escaped; a word joiner inside it prevents that.
_SHORTCODE = re.compile(r":(?=[\w+-]+:)")
_SEPARATORS = {"Zl", "Zp"}


def visible(text: object) -> str:
    r"""Return the text with control, format and line-separating characters written out, e.g. ``\u202e``.

    They would otherwise reorder or hide what stands beside them.
    """
    return "".join(
        f"\\u{ord(sign):04x}"
        if unicodedata.category(sign)[0] == "C" or unicodedata.category(sign) in _SEPARATORS
        else sign
        for sign in str(text)
    )


def escape(text: object) -> str:
    """Return the text for an HTML element or a quoted attribute."""
    return html.escape(visible(text), quote=True)


def plain(text: object) -> str:
    """Return the text for a widget that takes Markdown, so that none of it is markup."""
    return _PUNCTUATION.sub(r"\\\1", _SHORTCODE.sub(":\u2060", visible(text)))


def dot_text(text: object) -> str:
    """Return the text for a quoted string or an HTML-like label of the DOT language."""
    # A backslash starts an escape in DOT (`\N` is the node's name); as an entity it is a character.
    return escape(text).replace("\\", "&#92;")


def shorten(text: str, limit: int) -> str:
    """Return the text with its middle left out when it is longer than ``limit``; both ends of an id tell something."""
    if len(text) <= limit:
        return text
    head = (limit - 1) * 2 // 3
    return f"{text[:head]}…{text[len(text) - (limit - 1 - head) :]}"


def badge(word: str, style: str) -> str:
    """Return a coloured label; ``style`` is a class of ``style.css`` and never comes from the evidence."""
    return f'<span class="nhi-badge nhi-{style}">{escape(word)}</span>'


def code(text: str) -> str:
    """Return an id in fixed-width type that breaks anywhere."""
    return f'<code class="nhi-id">{escape(text)}</code>'


def anchor(node_id: str, snapshot: str, text: str) -> str:
    """Return a link to a thing's page; the whole id shows when the pointer rests on it."""
    address = escape(identity_link(node_id, snapshot))
    return f'<a class="nhi-link" href="{address}" target="_self" title="{escape(node_id)}">{escape(text)}</a>'


def identity_link(node_id: str, snapshot: str) -> str:
    """Return the address of a thing's page, relative to the dashboard's own."""
    return "identity?" + urlencode({"id": node_id, "snapshot": snapshot})


def link(address: str, text: str) -> str:
    """Return a link to a page of the dashboard."""
    return f'<a class="nhi-link" href="{escape(address)}" target="_self">{escape(text)}</a>'


def path_link(source: str, target: str, snapshot: str, stated: Iterable[tuple[str, Iterable[str]]] = ()) -> str:
    """Return the address of the page of ways between two things, relative to the dashboard's own.

    Parameters
    ----------
    stated
        Condition keys with the values that the holder presents.
    """
    lines = "\n".join(f"{key}={value}" for key, values in stated for value in values)
    query = {"from": source, "to": target, "snapshot": snapshot} | ({"context": lines} if lines else {})
    return "path?" + urlencode(query)
