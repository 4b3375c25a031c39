"""What may be known of environment variables after redaction: names, public ids, fingerprints of secrets.

Input: the variables of an answer, redacted. Output: ``Environment``.
Not handled: values; no value of a variable is ever kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collectors.aws.records_fields import Fields
from collectors.evidence.redact import is_redacted

__all__ = ["Environment", "joined", "of_pairs", "of_variables"]

_ORDINARY = "environment_variable"
"""What redaction calls a value that nothing shows to be a secret."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables of one container or function."""

    names: tuple[str, ...] = ()
    """Sorted."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """Variables whose value is an access key id or an ARN, or is taken from a secret or parameter: name to id."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variables that hold a secret themselves: name to fingerprint, which is empty without a fingerprint key."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What kind of secret each of them holds, as redaction calls it."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """First characters of such secrets, where their vendor itself shows them."""


def of_variables(variables: Mapping[str, Any]) -> Environment:
    """Return what is known of an object of variables, name to redacted value."""
    ids: dict[str, str] = {}
    secrets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    hints: dict[str, str] = {}
    for name, value in variables.items():
        if not isinstance(value, Mapping) or not is_redacted(value):
            continue
        hint = str(value.get("hint") or "")
        if value["redacted"] != _ORDINARY:
            secrets[name] = str(value.get("fingerprint") or "")
            kinds[name] = str(value["redacted"])
            if hint:
                hints[name] = hint
        elif hint and "…" not in hint:
            ids[name] = hint
    return Environment(tuple(sorted(variables)), ids, secrets, kinds, hints)


def of_pairs(pairs: Iterable[Fields]) -> Environment:
    """Return what is known of a list of ``name`` and ``value`` pairs."""
    return of_variables({pair.text("name"): pair.body.get("value") for pair in pairs if pair.text("name")})


def joined(parts: Iterable[tuple[str, Environment]]) -> Environment:
    """Return the variables of several containers together.

    Parameters
    ----------
    parts
        Container name and its variables. Where two containers hold different facts under one name, the later one's
        stand as ``<container>.<name>``.
    """
    names: set[str] = set()
    ids: dict[str, str] = {}
    secrets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    hints: dict[str, str] = {}
    for container, part in parts:
        for name in part.names:
            known = (ids.get(name), secrets.get(name))
            new = (part.ids.get(name), part.secrets.get(name))
            shown = name if name not in names or known == new else f"{container}.{name}"
            names.add(shown)
            if new[0] is not None:
                ids[shown] = new[0]
            if new[1] is not None:
                secrets[shown] = new[1]
                kinds[shown] = part.kinds.get(name, "")
                if name in part.hints:
                    hints[shown] = part.hints[name]
    return Environment(tuple(sorted(names)), ids, secrets, kinds, hints)
