"""What is told of one leaked credential or id.

Input: none (types only). Output: ``LeakMatch`` and its parts. Not handled: how a match is found.
INVARIANT: no field holds a secret value; hints are those that the vendor itself shows in its lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["STRENGTH", "Alternative", "LeakMatch"]

STRENGTH = (
    "exact id", "digest", "fingerprint", "thumbprint", "key text", "token claims", "caller", "name", "hint", "account",
    "none",
)  # fmt: skip
"""Ways to match, the surest first; only what stands before ``hint`` names exactly one thing by itself."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Alternative:
    """One credential that it may be."""

    credential: str
    """Node id."""
    identity: str
    """Node id of who it proves."""
    reason: str
    active: bool | None
    created_at: str = ""
    expires_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakMatch:
    """What one credential or id in the input is."""

    public_id: str
    """What may be shown of it."""
    kind: str
    system: str
    """Vendor: ``aws``, ``entra``, ``azure``, ``github`` …; ``""`` when it tells none."""
    line: int = 0
    """Line of the input that it first stands in."""
    account: str = ""
    """Account or tenant: decoded from it, or of the matched node; ``""`` when unknown."""
    account_source: str = ""
    """``key id``, ``key text``, ``token claims``, ``inventory``, or ``""``."""
    identity: str = ""
    """Node id; ``""`` when it cannot be told."""
    credential: str = ""
    """Node id of the credential; ``""`` when none."""
    resource: str = ""
    """Node id of what it is, or opens, when that is no identity: a scope, a storage account, a stored secret."""
    matched_by: str = "none"
    """One of ``STRENGTH``."""
    active: bool | None = None
    expires_at: str = ""
    candidates: tuple[str, ...] = ()
    """Identities that it may belong to, when it cannot be told exactly."""
    alternatives: tuple[Alternative, ...] = ()
    """Credentials that it may be, the likelier first."""
    note: str = ""
    checksum: bool | None = None
    """Whether the checksum that such a token carries is right; ``None`` where it has none that is known."""
    digests: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Digests by which the vendor's own logs name it."""
    shown_claims: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    found_in: tuple[str, ...] = ()
    """Node ids, with the name of the variable, that hold the same value."""
    who: str = ""
    """WHO to ask the blast radius of; ``""``: none follows from it."""
    claims: Mapping[str, str | tuple[str, ...]] | None = field(default=None, repr=False)
    """Claims of a token that trusts ask for, for ``who``."""
    context: frozenset[str] = frozenset()
    """Ids of the input that told whose it is; they need no answer of their own."""
