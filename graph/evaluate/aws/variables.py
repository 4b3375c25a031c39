"""Substitute policy variables.

Input: a value or pattern in 2012-10-17 notation and a request context. Output: ``Substitution``.
Not handled: where a variable may stand; AWS rejects most wrong places when the policy is saved.

A substituted value is inserted literally: a ``*`` inside a tag value matches only itself.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from graph.evaluate.aws.context import ABSENT, Context, Marker, OneOf, Shape
from graph.evaluate.aws.globs import escape

__all__ = ["Substitution", "substitute"]

_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_LITERALS: Final = frozenset({"*", "?", "$"})


@dataclass(frozen=True, slots=True)
class Substitution:
    """A pattern after substitution."""

    pattern: str
    """With every known variable substituted; unknown and absent ones stand as they were written."""
    widened: str
    """The same, unknown variables replaced by what they could be: it matches whatever the pattern could match."""
    unknown: tuple[str, ...] = ()
    """Keys whose values are not known."""
    absent: tuple[str, ...] = ()
    """Keys that the request does not carry and that have no default."""
    broken: tuple[str, ...] = ()
    """Keys with several values, which AWS does not accept as variables."""

    @property
    def complete(self) -> bool:
        """True when nothing is left to substitute."""
        return not (self.unknown or self.absent or self.broken)


def substitute(pattern: str, context: Context) -> Substitution:
    """Substitute the variables of a pattern from the context."""
    if "${" not in pattern:
        return Substitution(pattern, pattern)
    exact: list[str] = []
    wide: list[str] = []
    unknown: list[str] = []
    absent: list[str] = []
    broken: list[str] = []
    at = 0
    for match in _VARIABLE.finditer(pattern):
        before = pattern[at : match.start()]
        at = match.end()
        exact.append(before)
        wide.append(before)
        inside = match.group(1)
        if inside in _LITERALS:
            exact.append(match.group())
            wide.append(match.group())
            continue
        key, comma, default = inside.partition(",")
        key = key.strip().lower()
        found = context.detail(key)
        if found is ABSENT and comma:
            found = (default.strip().removeprefix("'").removesuffix("'"),)
        if isinstance(found, tuple) and len(found) == 1:
            exact.append(escape(found[0]))
            wide.append(escape(found[0]))
            continue
        exact.append(match.group())
        wide.append(found.pattern if isinstance(found, Shape) else "*")
        if isinstance(found, tuple):
            broken.append(key)
        elif found is ABSENT:
            absent.append(key)
        else:
            assert found is Marker.UNKNOWN or isinstance(found, (Shape, OneOf))
            unknown.append(key)
    exact.append(pattern[at:])
    wide.append(pattern[at:])
    return Substitution("".join(exact), "".join(wide), tuple(unknown), tuple(absent), tuple(broken))
