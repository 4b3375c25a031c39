"""Which changes take away something that only forbids, so that they may open more than they close.

Input: records before the changes, the snapshot, changes. Output: a sentence for each such change.
Handled: boundaries, SCPs, RCPs, deny statements, and policies or groups that hold a deny statement.
Not handled: what it opens; that is the difference of the two graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from collectors.aws.policy_types import Document
from graph.changes import Change, RemoveGrant, ReplaceGrant
from graph.changing.draft import POLICY_HOLDERS, Draft
from graph.changing.statements import place_of
from graph.model import Grant
from graph.records import BuildInput
from graph.snapshot import Snapshot

__all__ = ["opens"]

_GUARDS = {
    "aws:boundary:": "a permissions boundary",
    "aws:scp:": "a service control policy",
    "aws:rcp:": "a resource control policy",
}


def opens(kept: BuildInput, snapshot: Snapshot, changes: Sequence[Change]) -> tuple[str, ...]:
    """Return, for each change that takes a guard away, what guard it is and whose."""
    draft = Draft(kept)
    found = []
    for number, change in enumerate(changes, start=1):
        if isinstance(change, RemoveGrant | ReplaceGrant):
            guard = _guard(draft, snapshot, change.grant_id)
            if guard:
                verb = "removes" if isinstance(change, RemoveGrant) else "replaces"
                found.append(f"change {number} {verb} {guard} ({change.grant_id}), which may open access")
    return tuple(found)


def _guard(draft: Draft, snapshot: Snapshot, grant_id: str) -> str:
    for prefix, name in _GUARDS.items():
        if grant_id.startswith(prefix):
            return name
    grant = snapshot.grant(grant_id) or _attachment(grant_id)
    return _denying(draft, grant) if grant is not None else ""


def _attachment(grant_id: str) -> Grant | None:
    """Return the attachment of a customer policy, whose statements are grants and not the attachment itself."""
    head, mark, policy = grant_id.removeprefix("aws:attachment:").partition(":arn:")
    if not grant_id.startswith("aws:attachment:arn:") or not mark:
        return None
    return Grant(grant_id, "attachment", head, f"arn:{policy}")


def _denying(draft: Draft, grant: Grant) -> str:
    place = place_of(draft, grant)
    if place is not None and place.index is not None:
        statement = place.statement(draft)
        return "a deny statement" if statement is not None and statement.get("Effect") == "Deny" else ""
    if grant.kind == "attachment":
        policy = draft.find("managed_policies", grant.id.removeprefix(f"aws:attachment:{grant.holder}:"))
        return "a policy that denies" if policy is not None and _denies(_default_documents(policy)) else ""
    if grant.kind == "membership":
        user = draft.find("users", grant.holder)
        name = grant.id.removeprefix(f"aws:membership:{grant.holder}:")
        if user is None:
            return ""
        groups = map(partial(draft.find, "groups"), draft.keys("groups"))
        group = next((row for row in groups if row and (row.account, row.name) == (user.account, name)), None)
        return "the membership of a group that denies" if group is not None and _denies(_own(draft, group)) else ""
    if place is not None:
        holder = draft.find(draft.holder_kind(grant.holder, POLICY_HOLDERS), grant.holder)
        unread = [item for item in holder.inline if item.name == place.policy and item.document.body is None]
        return "a policy that could not be read" if unread else ""
    return ""


def _own(draft: Draft, holder: Any) -> Iterator[Document]:
    yield from (policy.document for policy in holder.inline)
    for item in holder.attached:
        policy = draft.find("managed_policies", item.arn)
        if policy is not None:
            yield from _default_documents(policy)


def _default_documents(policy: Any) -> Iterator[Document]:
    yield from (version.document for version in policy.versions if version.is_default)


def _denies(documents: Iterable[Document]) -> bool:
    return any(
        isinstance(statement, Mapping) and statement.get("Effect") == "Deny"
        for document in documents
        for statement in _statements(document)
    )


def _statements(document: Document) -> Sequence[Any]:
    listed = (document.body or {}).get("Statement", [])
    return [listed] if isinstance(listed, Mapping) else listed
