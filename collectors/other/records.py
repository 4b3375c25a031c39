"""What the tables of other systems say, as records.

Input: none (types only). Output: ``OtherRecords`` and the rows in it.
Not handled: how ids of several systems meet, which the graph decides (``graph/edges/other``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collectors.interface import EvidenceRef, Gap

__all__ = [
    "GRANT_STATES",
    "GRANT_KINDS",
    "IDENTITY_KINDS",
    "NON_IDENTITY_KINDS",
    "OtherCredential",
    "OtherGrant",
    "OtherIdentity",
    "OtherRecords",
    "OtherSystem",
    "OtherUse",
]

IDENTITY_KINDS = frozenset(
    {"identity", "service_account", "application", "agent", "bot", "role", "token_identity", "managed_identity"}
)
"""Words for a sort of non-human identity; they differ for people alone."""
NON_IDENTITY_KINDS = frozenset({"human", "group", "workload", "resource", "secret", "scope"})
GRANT_KINDS = frozenset({"access", "admin", "member", "impersonate", "assume"})
GRANT_STATES = frozenset({"", "verified", "conditional", "unverified"})
"""States that a grant may be stated in; none is verified."""


@dataclass(frozen=True, slots=True)
class OtherSystem:
    """A folder ``<system>/<scope>`` of which there is a table, be it an empty one."""

    id: str


@dataclass(frozen=True, slots=True)
class OtherIdentity:
    """One row of ``identities``: an identity, or a person, group, workload, resource, secret or scope."""

    system: str
    """``<system>/<scope>``, the folder that the row stands in."""
    id: str
    kind: str
    name: str
    scope: str
    owner: str
    environment: str
    active: bool | None
    created_at: datetime | None
    last_used_at: datetime | None
    last_used_known: bool
    """True when a time or ``never`` is stated."""
    impact: str
    ref: EvidenceRef
    line: int
    issuer: str = ""
    """Issuer of the tokens that it gets; may be empty beside a SPIFFE id."""
    subject: str = ""
    """Subject of those tokens; ``*`` and ``?`` stand for other characters."""


@dataclass(frozen=True, slots=True)
class OtherCredential:
    """One row of ``credentials``."""

    system: str
    id: str
    identity: str
    kind: str
    created_at: datetime | None
    expires_at: datetime | None
    last_used_at: datetime | None
    last_used_known: bool
    active: bool | None
    hint: str
    fingerprint: str
    """Of a secret that stood in the row and was taken out; keyed."""
    ref: EvidenceRef
    line: int


@dataclass(frozen=True, slots=True)
class OtherGrant:
    """One row of ``grants``."""

    system: str
    id: str
    holder: str
    target: str
    kind: str
    permission: str
    impact: str
    condition: str
    state: str
    ref: EvidenceRef
    line: int


@dataclass(frozen=True, slots=True)
class OtherUse:
    """One row of ``uses``: a consumer was seen to use, or is set up to use, an identity or a credential."""

    system: str
    consumer: str
    identity: str
    credential: str
    first_seen: datetime | None
    last_seen: datetime | None
    count: int | None
    ref: EvidenceRef
    line: int


@dataclass(frozen=True, slots=True)
class OtherRecords:
    """All rows, in file order."""

    systems: tuple[OtherSystem, ...] = ()
    identities: tuple[OtherIdentity, ...] = ()
    credentials: tuple[OtherCredential, ...] = ()
    grants: tuple[OtherGrant, ...] = ()
    uses: tuple[OtherUse, ...] = ()
    gaps: tuple[Gap, ...] = ()
    as_of: datetime | None = None
    """Time by which credentials are listed as active."""
