"""Parse evidence files, and say exactly where one is broken.

Input: the bytes of a ``.json`` or ``.jsonl`` file. Output: documents with their JSON pointers.
Not handled: what the documents mean.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from collectors.errors import EvidenceError

__all__ = ["LIST", "decode", "parse_document", "parse_lines", "parse_pages"]

LIST = "[]"
"""Key below which an answer that is a list stands, so that every answer is an object."""

_DECODER = json.JSONDecoder()


def decode(data: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, -16 or -32, with or without a byte order mark.

    Raises
    ------
    EvidenceError
        Some byte is not of the encoding that the first bytes announce.
    """
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise EvidenceError(f"{name}: byte {error.start} is not {encoding} text") from error


def parse_document(text: str, name: str) -> list[tuple[str, Any]]:
    """Parse a JSON file into its documents with their pointers.

    One document gives one item with the pointer ``""``; several, written after each other or as a list of pages,
    give ``/0``, ``/1`` ….

    Raises
    ------
    EvidenceError
        The text is cut off or not JSON; the message names line and column.
    """
    if not text.strip():
        raise EvidenceError(f"{name}: the file is empty")
    documents: list[Any] = []
    position = _skip_space(text, 0)
    while position < len(text):
        document, position = _parse_at(text, position, name)
        documents.append(document)
        position = _skip_space(text, position)
    if len(documents) == 1 and isinstance(documents[0], list):
        documents = documents[0]
        return [(f"/{index}", document) for index, document in enumerate(documents)]
    if len(documents) == 1:
        return [("", documents[0])]
    return [(f"/{index}", document) for index, document in enumerate(documents)]


def parse_pages(text: str, name: str) -> list[tuple[str, Any]]:
    """Parse the answers of a vendor who answers with lists: each list is one page, as ``{LIST: […]}``.

    Raises
    ------
    EvidenceError
        As ``parse_document``; an empty list is an answer here.
    """
    if not text.strip():
        raise EvidenceError(f"{name}: the file is empty")
    documents: list[Any] = []
    position = _skip_space(text, 0)
    while position < len(text):
        document, position = _parse_at(text, position, name)
        documents.append({LIST: document} if isinstance(document, list) else document)
        position = _skip_space(text, position)
    if len(documents) == 1:
        return [("", documents[0])]
    return [(f"/{index}", document) for index, document in enumerate(documents)]


def parse_lines(text: str, name: str) -> Iterator[tuple[int, Any | EvidenceError]]:
    """Yield the zero-based number of each non-empty line with its document, or with the error that names the line."""
    for index, line in enumerate(text.split("\n")):
        if not line.strip():
            continue
        try:
            yield index, json.loads(line)
        except json.JSONDecodeError as error:
            yield index, EvidenceError(f"{name}: line {index + 1}, column {error.colno}: {error.msg}")
        except (ValueError, RecursionError) as error:
            yield index, EvidenceError(f"{name}: line {index + 1}: {_reason(error)}")


def _parse_at(text: str, position: int, name: str) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise EvidenceError(f"{name}: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{name}: {_reason(error)}") from error


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f"a number has more than {sys.get_int_max_str_digits()} digits"
