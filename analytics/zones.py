"""Zones and jewel tags: what an organisation's settings call precious, beside what `declared/` and the product say.

Input: the tables ``[jewels]`` and ``[[zones]]`` of ``nhi.toml``. Output: ``Zone``, tag keys; errors name the key.
Handled: ``*`` globs on ids, ``tag:KEY=VALUE``, ``account:NUMBER``, ``environment:NAME``.
Not handled: which nodes they match (``analytics.jewels``).

    [jewels]
    tags = ["crown-jewel"]
    [[zones]]
    name = "payment"
    match = ["account:222233334444", "tag:system=payment", "arn:aws:s3:::payment-*"]
    impact = "H4"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analytics.errors import PolicyFileError
from graph.kinds import Impact

__all__ = ["JEWEL_TAGS", "Zone", "read_jewel_tags", "read_zones"]

JEWEL_TAGS = ("crown-jewel", "crown_jewel", "crownjewel", "jewel")
"""Tag keys that make a jewel where the settings name none; compared in any case."""
_KEYS = ("name", "match", "impact")
_IMPACTS = tuple(item.value for item in Impact)
_ACCOUNT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the estate whose members are jewels together."""

    name: str
    match: tuple[str, ...]
    """Patterns; a node that one of them matches is in the zone."""
    impact: str
    """H1 to H11: what reaching a member means."""


def read_jewel_tags(table: Mapping[str, Any], place: str) -> tuple[str, ...]:
    """Return the tag keys of ``[jewels]``; raise ``PolicyFileError`` naming ``place`` and the key that is wrong."""
    for name in table:
        if name != "tags":
            raise PolicyFileError(f"`{place}`: `jewels.{name}` is not known; write `tags`")
    value = table.get("tags", list(JEWEL_TAGS))
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise PolicyFileError(f"`{place}`: `jewels.tags` must be a list of tag keys")
    return tuple(sorted({item.strip().lower() for item in value}))


def read_zones(value: Any, place: str) -> tuple[Zone, ...]:
    """Return the zones of ``[[zones]]``, in their order; raise ``PolicyFileError`` naming what is wrong."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise PolicyFileError(f"`{place}`: `zones` must be a list of tables; write `[[zones]]`")
    zones = tuple(_zone(item, f"zones[{number}]", place) for number, item in enumerate(value))
    names = [zone.name for zone in zones]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise PolicyFileError(f"`{place}`: `zones[{number}].name` repeats zone `{name}`")
    return zones


def _zone(table: Mapping[str, Any], key: str, place: str) -> Zone:
    for given in table:
        if given not in _KEYS:
            raise PolicyFileError(f"`{place}`: `{key}.{given}` is not known; write {', '.join(_KEYS)}")
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise PolicyFileError(f"`{place}`: `{key}.name` must be a name")
    match = table.get("match")
    if not isinstance(match, list) or not match or not all(isinstance(item, str) for item in match):
        raise PolicyFileError(f"`{place}`: `{key}.match` must be a list of patterns, one or more")
    for number, pattern in enumerate(match):
        if problem := _wrong(pattern):
            raise PolicyFileError(f"`{place}`: `{key}.match[{number}]` {problem}")
    if table.get("impact") not in _IMPACTS:
        raise PolicyFileError(f"`{place}`: `{key}.impact` must be one of {', '.join(_IMPACTS)}")
    return Zone(name.strip(), tuple(match), str(table["impact"]))


def _wrong(pattern: str) -> str:
    """Return what is wrong with a pattern; ``""`` for nothing."""
    head, colon, rest = pattern.partition(":")
    if not pattern.strip():
        return "is empty"
    if not colon or head not in ("tag", "account", "environment"):
        return ""
    if head == "tag":
        key, equals, value = rest.partition("=")
        return "" if key and equals and value else "must be `tag:KEY=VALUE`"
    if head == "account":
        return "" if rest.isdigit() and len(rest) == _ACCOUNT_DIGITS else "must be `account:` and twelve digits"
    return "" if rest.strip() else "must be `environment:NAME`"
