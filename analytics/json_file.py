"""Read a JSON object from a file that a person named; what is wrong is one line with file and place.

Input: a path. Output: the object. Not handled: what its keys mean.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analytics.errors import AnalyticsError

__all__ = ["read_json", "read_json_object"]


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
    body = read_json(file)
    if not isinstance(body, dict):
        raise AnalyticsError(f"{file}: {otherwise}")
    return body


def read_json(file: Path) -> object:
    """Return the JSON that a file holds.

    Raises
    ------
    AnalyticsError
        The file cannot be read, or is not UTF-8 or JSON.
    """
    try:
        body: object = json.loads(file.read_bytes().decode("utf-8"))
    except OSError as error:
        raise AnalyticsError(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise AnalyticsError(f"{file}: byte {error.start} is not utf-8 text") from error
    except json.JSONDecodeError as error:
        raise AnalyticsError(f"{file}: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise AnalyticsError(f"{file}: nested too deeply") from error
    return body
