"""AWS key ids, unique ids and Bedrock API keys: whose each is.

Input: an id, and for a temporary key the callers that stand beside it. Output: matches.
Handled: long-term and temporary keys, the account that a key id encodes, unique ids, the readable left part of Bedrock
API keys, the key id in a short-term one. Not handled: finding them in a text (``sightings``).

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (prefixes; accessed 2026-11-21)
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import replace

from analytics.errors import AmbiguousSubjectError, UnknownSubjectError
from analytics.leaks.aws_context import KEY_ID
from analytics.leaks.lookup import Lookup
from analytics.leaks.match import LeakMatch
from analytics.subjects import Subject, resolve_subject
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["CANARY_ACCOUNTS", "access_key", "account_of_key_id", "bedrock_key", "short_term_key", "unique_id"]

_BEDROCK_NAME = re.compile(r"^(BedrockAPIKey-[A-Za-z0-9]{4})-at-(\d{12})$")
CANARY_ACCOUNTS = frozenset({"052310077262", "171436882533", "534261010715", "595918472158", "992382622183"})
"""Accounts that several independent public tools name as issuers of canary keys (looked at 2026-11): testing such a key
alerts whoever planted it."""
_KINDS = {
    "AKIA": "long-term access key",
    "ASIA": "temporary access key (STS)",
    "ABIA": "STS service bearer token",
    "ACCA": "context-specific credential",
    "AIDA": "user",
    "AROA": "role",
    "AGPA": "group",
    "AIPA": "instance profile",
    "ANPA": "managed policy",
    "APKA": "public key",
    "ASCA": "certificate",
}


def account_of_key_id(key_id: str) -> str | None:
    """Return the account that an access key id encodes, or ``None`` for ids older than the encoding.

    Parameters
    ----------
    key_id
        Twenty characters, e.g. ``ASIAY34FZKBOKMUTVV7A``.

    Notes
    -----
    Base32 of the 16 characters after the prefix; the first six bytes hold a marker bit, the account, and seven other
    bits. Ids whose fifth character is A to P lack the marker: they predate the encoding and decode to nonsense.

    Examples
    --------
    >>> account_of_key_id("ASIAY34FZKBOKMUTVV7A")
    '609629065308'
    >>> account_of_key_id("AKIAIOSFODNN7EXAMPLE") is None
    True
    """
    if not KEY_ID.fullmatch(key_id):
        return None
    head = int.from_bytes(base64.b32decode(key_id[4:])[:6], "big")
    if not head >> 47:
        return None
    return f"{(head & 0x7FFFFFFFFF80) >> 7:012d}"


def access_key(lookup: Lookup, key_id: str, hints: Sequence[str]) -> LeakMatch:
    """Return whose an access key is.

    Parameters
    ----------
    hints
        Callers that stand beside it, sessions first (``aws_context``).
    """
    snapshot = lookup.snapshot
    known = lookup.credentials_named(key_id)
    account = account_of_key_id(key_id) or ""
    match = LeakMatch(public_id=key_id, kind=_KINDS[key_id[:4]], system="aws", account=account,
                      account_source="key id" if account else "")  # fmt: skip
    notes = (
        ["The account is known to hand out canary keys; do not test this key."] if account in CANARY_ACCOUNTS else []
    )
    if known:
        row = known[0]
        scope = snapshot.node(snapshot.node_index(row.node)).scope
        if row.active is False:
            notes.append("The key is inactive and cannot be used now; whoever may update keys can activate it again.")
        return replace(match, account=scope, account_source="inventory", identity=row.identity, credential=row.node,
                       matched_by="exact id", active=row.active, note=" ".join(notes), who=row.node)  # fmt: skip
    holder = _caller(snapshot, hints) if key_id[:4] != "AKIA" else None
    if holder is not None and holder[0].node is not None:
        subject, said = holder
        node = holder[0].node
        if account and node.scope != account:
            notes.append(f"The caller beside it, {subject.id}, is of another account than the key.")
        else:
            return replace(match, account=node.scope, account_source=match.account_source or "inventory",
                           identity=node.id, matched_by="caller", note=" ".join(notes), who=said,
                           context=frozenset(hint.partition(":")[0] for hint in hints))  # fmt: skip
    if not account:
        notes.append("The key id predates account encoding; `aws sts get-access-key-info` tells its account.")
    candidates, why = _candidates(lookup, key_id, account)
    matched = "account" if candidates and account else "none"
    return replace(match, matched_by=matched, candidates=candidates, note=" ".join([*notes, why]).strip())


def _caller(snapshot: Snapshot, hints: Sequence[str]) -> tuple[Subject, str] | None:
    """Return the one identity that all hints mean, and its surest form; ``None`` when they mean none or several."""
    found: dict[str, tuple[Subject, str]] = {}
    for hint in hints:
        try:
            subject = resolve_subject(snapshot, hint)
        except (UnknownSubjectError, AmbiguousSubjectError):
            # An id that the inventory does not hold says nothing about who it is here.
            continue
        if subject.node is not None and subject.node.kind in (NodeKind.AWS_ROLE, NodeKind.AWS_USER):
            found.setdefault(subject.id, (subject, hint))
    return next(iter(found.values())) if len(found) == 1 else None


def _candidates(lookup: Lookup, key_id: str, account: str) -> tuple[tuple[str, ...], str]:
    """Return identities of the account that a key may belong to; many keys of a text ask for few accounts."""
    question = (key_id[:4] != "AKIA", account)
    if question not in lookup.key_candidates:
        lookup.key_candidates[question] = _found_candidates(lookup, *question)
    return lookup.key_candidates[question]


def _found_candidates(lookup: Lookup, temporary: bool, account: str) -> tuple[tuple[str, ...], str]:
    snapshot = lookup.snapshot
    kinds = (NodeKind.AWS_ROLE, NodeKind.AWS_USER) if temporary else (NodeKind.AWS_USER, NodeKind.AWS_ROOT)
    found = tuple(node.id for node in lookup.nodes(*kinds) if node.collected and node.scope == (account or node.scope))
    if account and not found:
        return (), f"Account {account} is not in the inventory."
    if temporary:
        return (
            found if account else (),
            "Such a key names no identity by itself; give it with its caller identity (session ARN or AROA id).",
        )
    unlisted = tuple(
        identity
        for identity in found
        if any(not row.public_id for row in snapshot.credentials_of(identity) if row.kind == "access_key")
    )
    if unlisted:
        return unlisted, "Key ids of these identities were not collected."
    listed = any(row.public_id for identity in found for row in snapshot.credentials_of(identity))
    if listed or not account:
        return (), (
            "Every access key that was collected has another id: the key is newer than the snapshot, or deleted."
            if listed
            else "No credential of the inventory has this id."
        )
    return found, "Key ids of these identities were not collected."


def unique_id(lookup: Lookup, value: str) -> LeakMatch:
    """Return whose a unique id is; it is no credential."""
    match = LeakMatch(public_id=value, kind=_KINDS[value[:4]], system="aws")
    for node in lookup.named(value):
        if node.attributes.get("unique_id") == value:
            return replace(match, account=node.scope, account_source="inventory", identity=node.id,
                           matched_by="exact id", who=node.id)  # fmt: skip
    return replace(match, note="No identity of the inventory has this id; it may have been deleted or re-created.")


def bedrock_key(lookup: Lookup, token: str) -> LeakMatch | None:
    """Return whose a long-term Bedrock API key is; ``None`` when its text names no user."""
    named = _named_user(token.removeprefix("ABSK"))
    if named is None:
        return None
    user, account = named
    found = [each for each in lookup.called(user, NodeKind.AWS_USER) if (each.scope, each.name) == (account, user)]
    identity = found[0].id if found else ""
    rows = lookup.snapshot.credentials_of(identity) if identity else ()
    keys = [row for row in rows if row.kind == "service_specific"]
    alone = keys[0] if len(keys) == 1 else None
    note = (
        "It opens Amazon Bedrock as this user and nothing else, so the user's paths do not follow from it."
        if identity
        else f"The inventory holds no user {user} of account {account}."
    )
    if alone is not None and alone.active is False:
        note += " It is inactive and cannot be used now."
    return LeakMatch(
        public_id=f"{user} in {account}",
        kind="Bedrock API key (service-specific credential)",
        system="aws",
        account=account,
        account_source="key text",
        identity=identity,
        credential=alone.node if alone else "",
        matched_by="key text" if identity else "none",
        active=alone.active if alone else None,
        note=note,
    )


def _named_user(encoded: str) -> tuple[str, str] | None:
    left = _decoded(encoded).split(b":", 1)[0].decode("ascii", "replace")
    found = _BEDROCK_NAME.match(left)
    return (found.group(1), found.group(2)) if found else None


def short_term_key(lookup: Lookup, token: str) -> LeakMatch | None:
    """Return whose a short-term Bedrock API key is: a signed request that names the key which signed it."""
    found = KEY_ID.search(_decoded(token.removeprefix("bedrock-api-key-")).decode("ascii", "replace"))
    if found is None:
        return None
    match = access_key(lookup, found.group(1), ())
    note = "It opens Amazon Bedrock alone, as the session that signed it, and ends with that session."
    return replace(match, kind="Bedrock API key (short-term)", note=f"{note} {match.note}".strip(), who="")


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        # The error would carry the text and goes no further.
        return b""
