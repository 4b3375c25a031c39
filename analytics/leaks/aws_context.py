"""Who a temporary key was issued to, from what stands beside it in the text.

Input: text: JSON, JSON Lines, log lines that hold JSON, or plain text. Output: caller hints by key id.
Handled: CloudTrail ``userIdentity`` and ``responseElements``, answers of the STS calls, a single key in plain text.
Not handled: text in which several keys and several callers stand without structure: nothing is said then.
Never kept: anything but ids and ARNs.

References
----------
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html (2026-11-21)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

__all__ = ["KEY_ID", "caller_hints"]

KEY_ID = re.compile(r"(?<![A-Z0-9])((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})(?![A-Z0-9])")
_CALLER = re.compile(
    r"(?<![A-Z0-9])(?:AROA|AIDA)[A-Z0-9]{12,28}(?::[\w+=,.@-]{2,64})?"
    r"|arn:aws[a-z-]*:sts::\d{12}:assumed-role/[\w+=,.@-]{1,64}/[\w+=,.@-]{2,64}"
    r"|arn:aws[a-z-]*:iam::\d{12}:(?:role|user)/[\w+=,.@/-]{1,512}"
)
_DEPTH = 64


def caller_hints(text: str) -> Mapping[str, tuple[str, ...]]:
    """Return, by key id, the role and user ids and ARNs of the smallest object that holds the key and a caller.

    Notes
    -----
    An object that holds several keys tells nothing about any one of them. Session forms (``AROA…:name``, session ARNs)
    come first.
    """
    hints: dict[str, tuple[str, ...]] = {}
    for document in _documents(text):
        _walk(document, hints, 0)
    keys = set(KEY_ID.findall(text))
    if not hints and len(keys) == 1 and (found := _callers(text)):
        hints[keys.pop()] = found
    return hints


def _documents(text: str) -> Iterator[object]:
    """Yield what of the text is JSON: all of it, or the object on each line."""
    whole = _parsed(text)
    if whole is not None:
        yield whole
        return
    for line in text.splitlines():
        start, stop = line.find("{"), line.rfind("}")
        if 0 <= start < stop and (document := _parsed(line[start : stop + 1])) is not None:
            yield document


def _parsed(text: str) -> object | None:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        # Text that is no JSON is looked at as text; the error would carry the text and goes no further.
        return None
    return found if isinstance(found, (dict, list)) else None


def _walk(value: object, hints: dict[str, tuple[str, ...]], depth: int) -> tuple[set[str], tuple[str, ...]]:
    """Return the keys and callers inside a value; note callers at the innermost object that has them and one key."""
    if depth > _DEPTH:
        return set(), ()
    if isinstance(value, str):
        return set(KEY_ID.findall(value)), _callers(value)
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    keys: set[str] = set()
    callers: dict[str, None] = {}
    for child in children:
        inner_keys, inner_callers = _walk(child, hints, depth + 1)
        keys |= inner_keys
        callers.update(dict.fromkeys(inner_callers))
    ordered = _sessions_first(callers)
    if isinstance(value, dict) and len(keys) == 1 and ordered:
        hints.setdefault(next(iter(keys)), ordered)
    return keys, ordered


def _callers(text: str) -> tuple[str, ...]:
    return _sessions_first(dict.fromkeys(_CALLER.findall(text)))


def _sessions_first(found: Mapping[str, None]) -> tuple[str, ...]:
    def is_plain(caller: str) -> bool:
        return ":assumed-role/" not in caller and not (caller[:4] == "AROA" and ":" in caller)

    return tuple(sorted(found, key=lambda caller: (is_plain(caller), caller)))
