"""Which document and which statement of the records a grant or a document in force stands for.

Input: a grant of the snapshot. Output: ``Place``, through which the statement is read or changed.
Handled: inline policies, customer managed policies, trust policies, policies of resources.
Not handled: grants that are no statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from collectors.aws.policy_types import Document
from graph.changing.documents import put, statement_at
from graph.changing.draft import POLICY_HOLDERS, RESOURCES, Draft
from graph.errors import ChangeError
from graph.evaluate.aws.document import REMOVED
from graph.model import Grant

__all__ = ["Place", "place_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """A statement of the records, or a whole inline policy that could not be read."""

    kind: str
    """Field of ``AwsRecords``."""
    key: str
    policy: str
    """Name of an inline policy, or ``""``."""
    index: int | None
    """Place in the document; ``None``: the whole inline policy."""
    names_principals: bool
    """True in trust and resource policies."""

    def statement(self, draft: Draft) -> Mapping[str, Any] | None:
        """Return the statement as it is now, ``None`` when it is not there."""
        document = self._document(draft)
        return statement_at(document, self.index) if document is not None and self.index is not None else None

    def put(self, draft: Draft, statement: Mapping[str, Any] = REMOVED) -> None:
        """Put another statement in its place; without one the place says nothing."""
        if self.index is None or self.statement(draft) is None:
            raise ChangeError(f"`{self.key}` has no such statement (any more)")
        index = self.index

        def change(document: Document) -> Document:
            return put(document, index, statement)

        if self.policy:
            draft.edit(self.kind, self.key, lambda row: replace(row, inline=self._inline(row, change)))
        else:
            draft.edit_document(self.kind, self.key, change)

    def drop_policy(self, draft: Draft) -> None:
        """Take the whole inline policy away."""
        draft.edit(
            self.kind,
            self.key,
            lambda row: replace(row, inline=tuple(item for item in row.inline if item.name != self.policy)),
        )

    def _inline(self, row: Any, change: Any) -> Any:
        return tuple(
            replace(item, document=change(item.document)) if item.name == self.policy else item for item in row.inline
        )

    def _document(self, draft: Draft) -> Document | None:
        row = draft.find(self.kind, self.key)
        if row is None:
            return None
        if self.policy:
            return next((item.document for item in row.inline if item.name == self.policy), None)
        found: Document | None
        if self.kind == "roles":
            found = row.trust
            return found
        if self.kind == "managed_policies":
            return next((item.document for item in row.versions if item.is_default), None)
        found = row.policy
        return found


def place_of(draft: Draft, grant: Grant) -> Place | None:
    """Return what a grant stands for, ``None`` when it is no statement or its holder is not in the records."""
    holder = grant.holder
    if grant.kind == "statement":
        inline = f"aws:statement:{holder}:inline:"
        if grant.id.startswith(inline):
            kind = draft.holder_kind(holder, POLICY_HOLDERS)
            name, index = _split(grant.id.removeprefix(inline))
            return Place(kind, holder, name, index, False) if kind else None
        return _at(draft, grant, f"aws:statement:{holder}", ("managed_policies",), False)
    if grant.kind == "trust":
        return _at(draft, grant, f"aws:trust:{holder}", ("roles",), True)
    if grant.kind == "resource_policy":
        return _at(draft, grant, f"aws:resource_policy:{holder}", RESOURCES, True)
    return None


def _at(draft: Draft, grant: Grant, prefix: str, kinds: tuple[str, ...], names_principals: bool) -> Place | None:
    kind = draft.holder_kind(grant.holder, kinds)
    _, index = _split(grant.id.removeprefix(prefix))
    return Place(kind, grant.holder, "", index, names_principals) if kind and index is not None else None


def _split(text: str) -> tuple[str, int | None]:
    """Split ``NAME#INDEX``; IAM allows no ``#`` in the name of a policy."""
    name, mark, index = text.rpartition("#")
    return (name, int(index)) if mark and index.isdigit() else (text, None)
