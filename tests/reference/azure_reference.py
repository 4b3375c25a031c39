"""A second, slow evaluator of Azure RBAC, written from Microsoft's pages alone; it shares no code with the product.

Input: the table of a case. Output: ``allowed``, ``denied``, ``not_allowed`` or ``open``.
Handled: what stands in the table; ``open`` is what an unstated attribute, a missing definition, an activation or a time
decides.
Not handled: conditions that are not written as documented; published roles known in part.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.cases.azure_loader import PLACES

__all__ = ["decide"]


def _same(pattern: str, text: str) -> bool:
    """Match by eating one character after another."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return _same(pattern[1:], text) or (bool(text) and _same(pattern, text[1:]))
    return bool(text) and pattern[0].lower() == text[0].lower() and _same(pattern[1:], text[1:])


def _up(place: str) -> list[str]:
    way = [place]
    while PLACES[way[-1]][1]:
        way.append(PLACES[way[-1]][1])
    return way


def _gives(permission: Mapping[str, Any], action: str, data: bool) -> bool:
    prefix = "data_actions" if data else "actions"
    named = any(_same(each, action) for each in permission.get(prefix, ()))
    return named and not any(_same(each, action) for each in permission.get(f"not_{prefix}", ()))


def _holds(condition: str, action: str, attributes: Mapping[str, list[str]]) -> set[bool]:
    """Write the condition as Python and let it decide, for each way that tests of what is not stated can turn out."""
    unstated: list[str] = []

    def written(source: str, name: str, test: Callable[[list[str]], bool]) -> str:
        key = f"{source}:{name}".lower()
        if key in attributes:
            return str(test(attributes[key]))
        unstated.append(key)
        return f"U{len(unstated) - 1}U"

    text = re.sub(r"ActionMatches\{'([^']*)'\}", lambda m: str(_same(m[1], action)), condition)
    text = re.sub(
        r"SubOperationMatches\{'([^']*)'\}", lambda m: written("request", "suboperation", lambda v: m[1] in v), text
    )
    text = re.sub(r"Exists @(\w+)\[([^]]+)\]", lambda m: written(m[1], m[2], bool), text)
    tests = r"@(\w+)\[([^]]+)\] ((?:For\w+:)?\w+) ?(\{[^}]*\}|'[^']*'|\w+)"
    text = re.sub(tests, lambda m: written(m[1], m[2], lambda v: _test(v, m[3], m[4])), text)
    text = text.replace("!", " not ").replace("NOT", "not").replace("AND", "and").replace("OR", "or")
    found = set()
    for turns in itertools.product((True, False), repeat=len(unstated)):
        said = re.sub(r"U(\d+)U", lambda m, turns=turns: str(turns[int(m[1])]), text)  # type: ignore[misc]
        assert re.fullmatch(r"[\s()]*(?:(?:True|False|and|or|not)[\s()]*)*", said), said
        found.add(
            bool(eval(said))
        )  # nothing but truth values, and, or, not and parentheses is left: see the line above
    return found


def _test(left: list[str], operator: str, right: str) -> bool:
    quantifier, _, name = operator.rpartition(":")
    values = [each.strip().strip("'") for each in right.strip("{}").split(",")]
    over_left = all if quantifier.startswith("ForAll") else any
    over_right = all if quantifier.endswith("AllValues") else any
    return over_left(over_right(_one(name, one, other) for other in values) for one in left)


def _one(name: str, one: str, other: str) -> bool:
    if "Not" in name:
        return not _one(name.replace("Not", ""), one, other)
    if name.endswith("IgnoreCase") or name.startswith("Guid"):
        one, other, name = one.lower(), other.lower(), name.removesuffix("IgnoreCase")
    if name == "NumericLessThan":
        return int(one) < int(other)
    if name == "StringLike":
        return bool(re.fullmatch(re.escape(other).replace(r"\*", ".*").replace(r"\?", "."), one))
    if name == "StringStartsWith":
        return one.startswith(other)
    return {"StringEquals": one == other, "GuidEquals": one == other, "BoolEquals": one == other}[name]


def decide(row: Mapping[str, Any], published: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the answer.

    Parameters
    ----------
    published
        Built-in roles by name, each a permission as the table of a case writes one.
    """
    who = {row["who"], *row.get("groups", {}).get(row["who"], ())}
    way, action, data = _up(row["scope"]), row["action"], row.get("data", False)
    for deny in row.get("deny", ()):
        reaches = deny["scope"] == row["scope"] or (deny["scope"] in way and deny.get("children", True))
        meant = deny.get("everyone", False) or bool(who & set(deny.get("who", ())))
        if reaches and meant and not who & set(deny.get("excluded", ())) and _gives(deny, action, data):
            return "denied"
    roles = {**published, **{each["name"]: each for each in row.get("roles", ())}}
    answer = "not_allowed"
    for each in row["assign"]:
        if each["who"] not in who or each["scope"] not in way:
            continue
        if each["role"] not in roles:
            answer = "open"
            continue
        role = roles[each["role"]]
        for permission in role.get("permissions", [role]):
            if not _gives(permission, action, data):
                continue
            texts = [each.get("condition", ""), permission.get("condition", "")]
            turns = [_holds(text, action, row.get("attributes", {})) for text in texts if text]
            if {False} in turns:
                continue
            later = each.get("eligible", False) or each.get("ends") or each.get("starts", "") > "2026-06-01"
            if not later and all(turn == {True} for turn in turns):
                return _in_state(row, "allowed")
            answer = "open"
    return _in_state(row, answer)


def _in_state(row: Mapping[str, Any], answer: str) -> str:
    stopped = row.get("state") == "Disabled" and not row["action"].lower().endswith(("/read", "/delete"))
    return "open" if stopped and answer == "allowed" else answer
