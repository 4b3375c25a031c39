"""Read a JSON object from a file that a person named, or typed; what is wrong is one line with file and place.

Input: a path, or a text. Output: the object. Not handled: what its keys mean.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analytics.errors import AnalyticsError

__all__ = ["json_object", "read_json", "read_json_object"]


def read_json_object(file: Path, otherwise: str) -> dict[str, Any]:
    """Return the JSON object that a file holds.

    Parameters
    ----------
    otherwise
        What to say when it holds JSON of another type.

    Raises
    ------
    AnalyticsError
        The file cannot be read, is not UTF-8 or JSON, or holds no object.
    """
    return _object(read_json(file), str(file), otherwise)


def read_json(file: Path) -> object:
    """Return the JSON that a file holds.

    Raises
    ------
    AnalyticsError
        The file cannot be read, or is not UTF-8 or JSON.
    """
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise AnalyticsError(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise AnalyticsError(f"{file}: byte {error.start} is not utf-8 text") from error
    return _parsed(text, str(file))


def json_object(text: str, place: str, otherwise: str) -> dict[str, Any]:
    """Return the JSON object of a text that a person typed; errors name ``place`` as they name a file."""
    return _object(_parsed(text, place), place, otherwise)


def _parsed(text: str, place: str) -> object:
    try:
        body: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise AnalyticsError(f"{place}: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise AnalyticsError(f"{place}: nested too deeply") from error
    return body


def _object(body: object, place: str, otherwise: str) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise AnalyticsError(f"{place}: {otherwise}")
    return body
