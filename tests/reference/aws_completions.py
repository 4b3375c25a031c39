"""Every answer that a world can have once its unstated keys are settled one way or another.

Input: a ``World`` with unstated keys. Output: the reference's answers over a small set of candidate values per key.
Not handled: values outside the candidates (each value of the policies, one that matches none of them, and absence).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tests.reference.aws_conditions import listed
from tests.reference.aws_reference import possible
from tests.reference.aws_world import Json, Unstated, World

OTHER = {
    "IpAddress": ("192.0.2.1",), "NotIpAddress": ("192.0.2.1",), "Bool": ("true", "false"),
}  # fmt: skip
PRESENT = {"aws:sourceip": "192.0.2.1", "s3:max-keys": "1"}
"""A value of the key's own type, for keys of which only presence is asked; other keys take any text."""
BY_TYPE = {
    "Numeric": ("0", "99999999999"),
    "Date": ("2000-01-01T00:00:00Z", "2099-01-01T00:00:00Z"),
    "Arn": ("arn:aws:none:none:000000000000:none",),
}


def answers(world: World) -> dict[tuple[tuple[str, str | None], ...], str]:
    """Return the reference's answer per completion; a completion is sorted (key, value or ``None`` for absent)."""
    return dict(_answers(world, ()))


def _answers(
    world: World, chosen: tuple[tuple[str, str | None], ...]
) -> Iterator[tuple[tuple[tuple[str, str | None], ...], str]]:
    try:
        yield tuple(sorted(chosen)), _answer(world)
    except Unstated as unstated:
        key = str(unstated)
        yield from _answers(replace(world, absent=(*world.absent, key)), (*chosen, (key, None)))
        for value in sorted(candidates(world, key)):
            settled = replace(world, context={**world.context, key: (value,)})
            yield from _answers(settled, (*chosen, (key, value)))


def _answer(world: World) -> str:
    """Return the one answer of every reading of the pages; ``unverified`` where readings differ over access."""
    found = possible(world)
    if len(found) == 1:
        return found.pop()
    return "unverified" if "allowed" in found else "not_allowed"


def documents(world: World) -> Iterator[Json]:
    """Yield every document of a world."""
    yield from world.identity
    yield from world.session
    for level in (*world.scps, *world.rcps):
        yield from level
    for single in (world.boundary, world.resource_policy):
        if single is not None:
            yield single


def candidates(world: World, key: str) -> set[str]:
    """Return values worth trying for a key: what policies compare it with, and something else."""
    found: set[str] = set()
    for document in documents(world):
        statements = document["Statement"]
        for statement in statements if isinstance(statements, list) else [statements]:
            for operator, tests in statement.get("Condition", {}).items():
                base = operator.rpartition(":")[2].removesuffix("IfExists")
                for name, wanted in tests.items():
                    if name.lower() != key:
                        continue
                    if base == "Null":
                        found.add(PRESENT.get(key, "any"))
                    else:
                        found |= {_plain(base, value) for value in listed(wanted)}
                        # A variable of the caller's name, as most policies with variables have it.
                        found |= {world.who.arn.rsplit("/", 1)[-1] for value in listed(wanted) if "${" in value}
                        found |= set(_others(base))
    # A key that no condition compares stands in a Resource element, as a variable.
    return found or {"something", *re.split("[:/]", world.what.arn)}


def _others(base: str) -> tuple[str, ...]:
    return OTHER.get(base) or next((v for k, v in BY_TYPE.items() if base.startswith(k)), ("something-else",))


def _plain(base: str, value: str) -> str:
    if base.endswith("IpAddress"):
        return value.partition("/")[0]
    return value.replace("*", "x").replace("?", "x")
