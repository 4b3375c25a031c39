"""Read a file of changes; what is wrong is one line with file and place.

Input: JSON ``{"changes": [{"remove": GRANT}, {"replace": GRANT, "with": STATEMENT}, {"add": {…}}, {"disable": WHO}]}``;
an added grant is ``{"holder": WHO, "statement": {…}}``, ``{"holder": WHO, "attach": POLICY}``,
``{"role": WHO, "trust": {…}}``, ``{"resource": ARN, "statement": {…}}`` or ``{"user": WHO, "group": NAME}``.
Output: changes in the order of the file, with node ids. Not handled: ids of grants and the sense of a statement, which
``graph.changing`` checks against the records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from analytics.errors import AnalyticsError
from analytics.json_file import json_object, read_json_object
from analytics.subjects import resolve_subject
from graph.changes import AddGrant, AddKind, Change, DisableIdentity, RemoveGrant, ReplaceGrant
from graph.snapshot import Snapshot

__all__ = ["changes_of", "read_changes"]

_Read = TypeVar("_Read")
_FORM = 'must be a JSON object {"changes": [...]}'
_ADDED: Mapping[frozenset[str], tuple[AddKind, str, str]] = {
    frozenset({"holder", "statement"}): (AddKind.STATEMENT, "holder", "statement"),
    frozenset({"holder", "attach"}): (AddKind.ATTACHMENT, "holder", "attach"),
    frozenset({"role", "trust"}): (AddKind.TRUST, "role", "trust"),
    frozenset({"resource", "statement"}): (AddKind.RESOURCE_POLICY, "resource", "statement"),
    frozenset({"user", "group"}): (AddKind.MEMBERSHIP, "user", "group"),
}
"""Keys of an added grant to its kind, the key that names the holder, and the key that says what is added."""
_FORMS = "remove, replace and with, add, or disable"
_ADDS = "holder and statement, holder and attach, role and trust, resource and statement, or user and group"


def read_changes(file: Path, snapshot: Snapshot) -> tuple[Change, ...]:
    """Return the changes of a file.

    Parameters
    ----------
    file
        A JSON file.
    snapshot
        Says which identities and resources there are.

    Raises
    ------
    AnalyticsError
        The file is no such file, or names an identity that the snapshot does not hold; similar ones are named.
    """
    return _changes(read_json_object(file, _FORM), snapshot, str(file))


def changes_of(text: str, snapshot: Snapshot, place: str) -> tuple[Change, ...]:
    """Return the changes that a person typed as a file has them; errors name ``place`` as they name a file."""
    return _changes(json_object(text, place, _FORM), snapshot, place)


def _changes(body: Mapping[str, Any], snapshot: Snapshot, place: str) -> tuple[Change, ...]:
    changes = body.get("changes")
    if unknown := sorted(set(body) - {"changes"}):
        raise AnalyticsError(f"{place}: key {unknown[0]!r} is not known (only changes)")
    if not isinstance(changes, list) or not changes:
        raise AnalyticsError(f"{place}: changes must be a list of at least one change")
    found = []
    for number, change in enumerate(changes, start=1):
        try:
            found.append(_change(change, snapshot))
        except AnalyticsError as error:
            raise AnalyticsError(f"{place}: change {number}: {error}") from error
    return tuple(found)


def _change(change: Any, snapshot: Snapshot) -> Change:
    if not isinstance(change, dict):
        raise AnalyticsError("must be a JSON object")
    keys = set(change)
    if keys == {"remove"}:
        return RemoveGrant(_text(change, "remove"))
    if keys == {"replace", "with"}:
        return ReplaceGrant(_text(change, "replace"), _statement(change, "with"))
    if keys == {"disable"}:
        return DisableIdentity(_found(change, "disable", snapshot))
    if keys == {"add"}:
        added = change["add"]
        if not isinstance(added, dict):
            raise AnalyticsError("add: must be a JSON object")
        return _within("add", lambda: _added(added, snapshot))
    raise AnalyticsError(f"must have {_FORMS}, not {', '.join(sorted(keys)) or 'nothing'}")


def _added(added: Mapping[str, Any], snapshot: Snapshot) -> Change:
    form = _ADDED.get(frozenset(added))
    if form is None:
        raise AnalyticsError(f"must have {_ADDS}, not {', '.join(sorted(added)) or 'nothing'}")
    kind, who, what = form
    holder = _found(added, who, snapshot)
    if kind in (AddKind.ATTACHMENT, AddKind.MEMBERSHIP):
        return AddGrant(kind, holder, name=_text(added, what))
    return AddGrant(kind, holder, statement=_statement(added, what))


def _found(body: Mapping[str, Any], key: str, snapshot: Snapshot) -> str:
    text = _text(body, key)
    return _within(key, lambda: resolve_subject(snapshot, text).id)


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body[key]
    if not isinstance(value, str) or not value:
        raise AnalyticsError(f"{key}: must be text")
    return value


def _statement(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = body[key]
    if not isinstance(value, dict):
        raise AnalyticsError(f"{key}: must be one statement of a policy, a JSON object")
    return value


def _within(key: str, read: Callable[[], _Read]) -> _Read:
    """Name the key in which something is wrong."""
    try:
        return read()
    except AnalyticsError as error:
        raise AnalyticsError(f"{key}: {error}") from error
