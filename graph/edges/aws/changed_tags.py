"""Changes of a user's or role's own tags, so that a condition on ``aws:PrincipalTag/…`` opens or a deny stops biting.

Input: identities, and what policies ask of their tags. Output: ``Move`` rows.
Handled: values that a condition names, one that none names (for negated tests), removal; attribute-based access by the
tags and names of what is there; ``aws:RequestTag/…`` and ``aws:TagKeys`` of the call; keys in any case; a new value
overwrites the old one; fifty tags at most.
Not handled: further tags that a condition on ``aws:RequestTag/…`` asks for in the same call; session tags.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html, API_TagRole, API_UntagUser, API_UntagRole
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html ("tag keys are not case sensitive", read 2026-11)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph.edges.aws.changed_mentions import MAX_VALUES, DocumentMentions, Mentions
from graph.edges.aws.changes import Change, ChangedState, ChangeKind, Move, current_tag
from graph.evaluate.aws.principals import PrincipalKind

__all__ = ["tag_call", "tag_moves", "tags_full", "with_tag"]

MAX_TAGS = 50
"""Tags that a user or role can have, those of AWS aside:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (read 2026-11)."""


def tags_full(tags: Iterable[str]) -> bool:
    """Return whether an identity with these tag keys cannot be given one more."""
    return sum(not key.lower().startswith("aws:") for key in tags) >= MAX_TAGS


def with_tag(tags: dict[str, str], key: str, value: str | None) -> dict[str, str]:
    """Return tags after one is set, or removed for ``None``; a key in another case is the same key."""
    kept = {name: old for name, old in tags.items() if name.lower() != key.lower()}
    return kept if value is None else {**kept, key: value}


def tag_call(key: str, value: str | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the condition keys that a call carries which sets (or for ``None`` removes) one tag."""
    keys = (("aws:tagkeys", (key,)),)
    # A call without a tag of that key carries none: an empty value stands for its absence.
    return (*keys, (f"aws:requesttag/{key.lower()}", (value,) if value is not None else ()))


def tag_moves(mentions: Mentions, state: ChangedState) -> Iterator[Move]:
    """Yield every tag that is worth setting or removing on the identity."""
    view = state.view
    asked = [
        *mentions.of_all([*view.documents, view.boundary, *(item for level in view.scps for item in level)]),
        *mentions.towards(view),
    ]
    kind = "User" if view.principal.kind is PrincipalKind.USER else "Role"
    tags = dict(view.principal.tags or {})
    for name, values in _values(mentions, view.account, asked).items():
        old = current_tag(tags, name)
        key = old[0] if old else mentions.spellings.get(name, name)
        if old is None and tags_full(tags):
            continue
        tried = sorted(value for value in values if old is None or value != old[1])
        if len(tried) > MAX_VALUES:
            mentions.cut.add((view.account, name))
        for value in tried[:MAX_VALUES]:
            yield Move(
                Change(ChangeKind.TAG, key, value),
                replace(view, principal=replace(view.principal, tags=with_tag(tags, key, value))),
                f"nhi-iam-tag{kind.lower()}",
                ((f"iam:Tag{kind}", tag_call(key, value)),),
            )
        if old is not None:
            yield Move(
                Change(ChangeKind.UNTAG, key),
                replace(view, principal=replace(view.principal, tags=with_tag(tags, key, None))),
                f"nhi-iam-untag{kind.lower()}",
                ((f"iam:Untag{kind}", tag_call(key, None)),),
            )


def _values(mentions: Mentions, account: str, asked: Iterable[DocumentMentions]) -> dict[str, set[str]]:
    """Return tag key (lower case) to the values that are worth trying."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for part in asked:
        for key, named in part.principal_tags.items():
            found[key] |= named
        for key, other in part.equal_tags:
            found[key] |= mentions.tag_values(account, other)
        for key, pattern in part.arn_parts:
            found[key] |= mentions.arn_values(account, pattern)
    return dict(found)
