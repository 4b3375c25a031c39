"""Statements put in, replaced or taken out of the policy documents of records.

Input: a ``Document`` and a statement. Output: the changed ``Document``.
Handled: a single statement object in place of a list; a removed statement leaves ``REMOVED`` in its place.
Not handled: where a document hangs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collectors.aws.policy_types import Document
from graph.errors import ChangeError
from graph.evaluate.aws.document import REMOVED, PolicySyntaxError, compile_policy

__all__ = ["appended", "checked", "put", "statement_at"]

_VERSION = "2012-10-17"


def checked(statement: Mapping[str, Any], *, principal: bool, place: str = "the statement") -> Mapping[str, Any]:
    """Return a new statement, or raise ``ChangeError`` where AWS would not take it.

    Parameters
    ----------
    statement
        As in a policy document.
    principal
        True for trust and resource policies, which name who is allowed; the others must not.
    place
        What the error calls it.
    """
    try:
        compiled = compile_policy({"Version": _VERSION, "Statement": [statement]}).statements
    except PolicySyntaxError as error:
        raise ChangeError(
            f"{place}: {error.place.removeprefix('/Statement/0')} {error.message}".replace(":  ", ": ")
        ) from (error)
    problems = [problem for item in compiled for problem in item.problems]
    if problems:
        raise ChangeError(f"{place}: {problems[0]}")
    if any((item.principals is not None) != principal for item in compiled):
        raise ChangeError(f"{place}: {'Principal is missing' if principal else 'must not name a Principal'}")
    return statement


def statement_at(document: Document, index: int) -> Mapping[str, Any] | None:
    """Return a statement by its place, ``None`` when there is none or it was removed."""
    listed = _listed(document)
    found = listed[index] if 0 <= index < len(listed) else None
    return found if isinstance(found, Mapping) and found != REMOVED else None


def put(document: Document, index: int, statement: Mapping[str, Any] = REMOVED) -> Document:
    """Return a document with another statement in one place; without one the place says nothing."""
    listed = _listed(document)
    listed[index] = dict(statement)
    return replace(document, body={**(document.body or {}), "Statement": listed})


def appended(document: Document, statement: Mapping[str, Any]) -> Document:
    """Return a document with one statement more, behind the others."""
    return replace(document, body={**(document.body or {}), "Statement": [*_listed(document), dict(statement)]})


def _listed(document: Document) -> list[Any]:
    body = document.body or {"Version": _VERSION, "Statement": []}
    listed = body.get("Statement", [])
    return [listed] if isinstance(listed, Mapping) else list(listed)
