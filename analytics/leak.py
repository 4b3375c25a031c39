"""A leaked credential: whose it is, without keeping the secret.

Input: text (a key id, a unique id, or anything that contains one). Output: ``LeakMatch`` rows.
Handled: AWS access key ids (long-term and temporary), AWS unique ids, the account that a key id encodes, the role or
user that stands beside a temporary key, Bedrock API keys' readable left part. Not handled: other vendors' forms.
Never kept: anything but ids; the text is not stored, logged or put into an exception.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (prefixes; accessed 2026-11-21)
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.errors import AmbiguousSubjectError, UnknownSubjectError
from analytics.leak_context import KEY_ID, caller_hints
from analytics.subjects import Subject, resolve_subject
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["CANARY_ACCOUNTS", "LeakMatch", "account_of_key_id", "find_leaks", "token_ids"]

_UNIQUE = re.compile(r"(?<![A-Z0-9])((?:AIDA|AROA|AGPA|AIPA|ANPA|APKA|ASCA)[A-Z0-9]{12,28})(?![A-Z0-9])")
_BEDROCK = re.compile(r"ABSK([A-Za-z0-9+/=]{20,400})")
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


@dataclass(frozen=True, slots=True)
class LeakMatch:
    """What one id in the input is."""

    public_id: str
    kind: str
    account: str
    """Decoded from the key id, or of the matched node; ``""`` when unknown."""
    account_source: str
    """``key id``, ``key text``, ``inventory``, or ``""``."""
    identity: str
    """Node id; ``""`` when the inventory does not hold it."""
    credential: str
    """Node id of the credential; ``""`` when none."""
    matched_by: str
    """``exact id``, ``caller`` (what stands beside the key), ``account``, ``key text``, or ``none``."""
    active: bool | None
    candidates: tuple[str, ...]
    """Identities that it may belong to, when it cannot be told exactly."""
    note: str
    who: str = ""
    """WHO to ask the blast radius of; ``""``: none follows from it."""


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


def token_ids(text: str) -> Iterator[tuple[str, str]]:
    """Yield (form, id) for every id in a text, in order, once each; nothing else of the text leaves this function.

    ``form`` is ``key``, ``unique`` or ``bedrock`` (then the id is ``user name@account``).
    """
    seen: set[str] = set()
    for pattern, form in ((KEY_ID, "key"), (_UNIQUE, "unique")):
        for match in pattern.finditer(text):
            if match.group(1) not in seen:
                seen.add(match.group(1))
                yield form, match.group(1)
    for match in _BEDROCK.finditer(text):
        name = _bedrock(match.group(1))
        if name and name not in seen:
            seen.add(name)
            yield "bedrock", name


def _bedrock(encoded: str) -> str:
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    left = decoded.split(b":", 1)[0].decode("ascii", "replace")
    found = _BEDROCK_NAME.match(left)
    return f"{found.group(1)}@{found.group(2)}" if found else ""


def find_leaks(snapshot: Snapshot, text: str) -> list[LeakMatch]:
    """Return a row for every id that the text holds, in order; an empty list when it holds none."""
    hints = caller_hints(text)
    used: set[str] = set()
    rows = []
    for form, value in token_ids(text):
        if form == "key":
            match = _key(snapshot, value, hints.get(value, ()))
            if match.matched_by == "caller":
                used |= {hint.partition(":")[0] for hint in hints[value]}
            rows.append(match)
        elif form == "bedrock":
            rows.append(_bedrock_key(snapshot, *value.split("@", 1)))
        else:
            rows.append(_unique(snapshot, value))
    return [row for row in rows if row.public_id not in used]


def _key(snapshot: Snapshot, key_id: str, hints: Sequence[str]) -> LeakMatch:
    known = snapshot.credentials_with_public_id(key_id)
    account = account_of_key_id(key_id) or ""
    kind = _KINDS[key_id[:4]]
    notes = (
        ["The account is known to hand out canary keys; do not test this key."] if account in CANARY_ACCOUNTS else []
    )
    if known:
        row = known[0]
        scope = snapshot.node(snapshot.node_index(row.node)).scope
        if row.active is False:
            notes.append("The key is inactive and cannot be used now; whoever may update keys can activate it again.")
        return LeakMatch(
            key_id,
            kind,
            scope,
            "inventory",
            row.identity,
            row.node,
            "exact id",
            row.active,
            (),
            " ".join(notes),
            row.node,
        )
    holder = _caller(snapshot, hints) if key_id[:4] != "AKIA" else None
    if holder is not None and holder[0].node is not None:
        subject, said = holder
        node = holder[0].node
        if account and node.scope != account:
            notes.append(f"The caller beside it, {subject.id}, is of another account than the key.")
        else:
            source = "key id" if account else "inventory"
            return LeakMatch(
                key_id, kind, node.scope, source, node.id, "", "caller", None, (), " ".join(notes), said
            )  # fmt: skip
    if not account:
        notes.append("The key id predates account encoding; `aws sts get-access-key-info` tells its account.")
    candidates, why = _candidates(snapshot, key_id, account)
    matched = "account" if candidates and account else "none"
    source = "key id" if account else ""
    return LeakMatch(
        key_id, kind, account, source, "", "", matched, None, candidates, " ".join([*notes, why]).strip()
    )  # fmt: skip


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


def _candidates(snapshot: Snapshot, key_id: str, account: str) -> tuple[tuple[str, ...], str]:
    """Return identities of the account that a key may belong to."""
    temporary = key_id[:4] != "AKIA"
    kinds = (NodeKind.AWS_ROLE, NodeKind.AWS_USER) if temporary else (NodeKind.AWS_USER, NodeKind.AWS_ROOT)
    found = tuple(
        node.id for node in _nodes(snapshot, kinds) if node.collected and node.scope == (account or node.scope)
    )
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


def _nodes(snapshot: Snapshot, kinds: Sequence[NodeKind]) -> Iterator[Node]:
    return (snapshot.node(int(number)) for number in snapshot.nodes_of_kind(*kinds))


def _unique(snapshot: Snapshot, value: str) -> LeakMatch:
    kind = _KINDS[value[:4]]
    for number in snapshot.find_nodes(value, exact=True):
        node = snapshot.node(number)
        if node.attributes.get("unique_id") == value:
            return LeakMatch(
                value, kind, node.scope, "inventory", node.id, "", "exact id", None, (), "", node.id
            )  # fmt: skip
    note = "No identity of the inventory has this id; it may have been deleted or re-created."
    return LeakMatch(value, kind, "", "", "", "", "none", None, (), note)


def _bedrock_key(snapshot: Snapshot, user: str, account: str) -> LeakMatch:
    found = [node for node in _nodes(snapshot, (NodeKind.AWS_USER,)) if node.scope == account and node.name == user]
    identity = found[0].id if found else ""
    rows = [row for row in snapshot.credentials_of(identity) if row.kind == "service_specific"] if identity else []
    alone = rows[0] if len(rows) == 1 else None
    note = (
        "It opens Amazon Bedrock as this user and nothing else, so the user's paths do not follow from it."
        if identity
        else f"The inventory holds no user {user} of account {account}."
    )
    if alone is not None and alone.active is False:
        note += " It is inactive and cannot be used now."
    return LeakMatch(
        f"{user} in {account}",
        "Bedrock API key (service-specific credential)",
        account,
        "key text",
        identity,
        alone.node if alone else "",
        "key text" if identity else "none",
        alone.active if alone else None,
        (),
        note,
    )
