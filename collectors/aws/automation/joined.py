"""What the readers of this family share: variables after redaction, roles by name, objects seen but not described.

Input: a ``Reading`` and answers. Output: plain values for records. Not handled: which fields a service has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.aws.records_fields import Fields, Reading, partition_of
from collectors.aws.records_iam import DETAILS
from collectors.evidence.redact import is_redacted

__all__ = ["RoleNames", "Variables", "filled", "items_of", "own_arn", "variables_of", "variables_of_pairs"]

_ORDINARY = "environment_variable"
"""Kind that redaction gives to a value which nothing shows to be a secret."""


@dataclass(frozen=True, slots=True)
class Variables:
    """Environment variables, arguments or parameters without their values."""

    names: tuple[str, ...]
    ids: Mapping[str, str]
    secrets: Mapping[str, str]
    """Name to fingerprint, which is empty where the evidence was redacted without a key."""
    kinds: Mapping[str, str]
    """What kind of secret each of them holds, as redaction calls it."""
    hints: Mapping[str, str]
    """First characters of such secrets, where their vendor itself shows them."""


def variables_of(values: Mapping[str, object]) -> Variables:
    """Return what redaction left of an object of values by name."""
    ids: dict[str, str] = {}
    secrets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    hints: dict[str, str] = {}
    for name, value in sorted(values.items()):
        if not (isinstance(value, Mapping) and is_redacted(value)):
            continue
        hint = value.get("hint")
        if value["redacted"] != _ORDINARY:
            secrets[name] = str(value.get("fingerprint") or "")
            kinds[name] = str(value["redacted"])
            if isinstance(hint, str) and hint:
                hints[name] = hint
        elif isinstance(hint, str) and "…" not in hint:
            ids[name] = hint
    return Variables(tuple(sorted(values)), ids, secrets, kinds, hints)


def variables_of_pairs(pairs: Iterable[Fields], name: str, value: str, prefix: str = "") -> Variables:
    """Return what redaction left of a list of pairs.

    Parameters
    ----------
    pairs
        The list's objects.
    name, value
        The pairs' fields.
    prefix
        Put before every name, where two lists are read as one.
    """
    found = {prefix + pair.text(name): pair.body.get(value) for pair in pairs if pair.text(name)}
    return variables_of(found)


class RoleNames:
    """Finds the ARN of a role that an answer gives by its name.

    Role names are unique within an account whatever their path:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (read 2026-11).
    """

    def __init__(self, reading: Reading, account: str) -> None:
        self._account = account
        self._arns: dict[str, str] = {}
        for _, _, answer in reading.answers(DETAILS, account):
            for name, arn in _roles(answer.body.get("RoleDetailList")):
                self._arns.setdefault(name, arn)

    def arn(self, role: str, region: str) -> str:
        """Return the ARN of a role given by ARN, by name, or by path and name; empty for none."""
        if not role or role.startswith("arn:"):
            return role
        known = self._arns.get(role.rpartition("/")[2])
        return known or f"arn:{partition_of(region)}:iam::{self._account}:role/{role.lstrip('/')}"


def own_arn(service: str, region: str, account: str, name: str) -> str:
    """Return the ARN of an object whose answer does not carry it."""
    return f"arn:{partition_of(region)}:{service}:{region}:{account}:{name}"


def filled(**settings: object) -> dict[str, str]:
    """Return the settings that have a value, lists joined by a comma, truth values as ``true`` and ``false``."""
    return {name: _shown(value) for name, value in settings.items() if value not in (None, "", (), [])}


def items_of(reading: Reading, operation: str, account: str, key: str) -> Iterator[tuple[str, Fields]]:
    """Yield region and object of a listing, without judging them."""
    for region, _, answer in reading.answers(operation, account):
        for item in answer.items(key):
            yield region, item


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _roles(listed: Any) -> Iterator[tuple[str, str]]:
    for role in listed if isinstance(listed, list) else ():
        if isinstance(role, Mapping) and isinstance(role.get("RoleName"), str) and isinstance(role.get("Arn"), str):
            yield role["RoleName"], role["Arn"]
