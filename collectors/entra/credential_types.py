"""Credentials of applications and service principals as records: never a value, only ids, hints and dates.

Input: none (types only). Output: frozen dataclasses. Not handled: whether one is valid now; that depends on the asker's
time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collectors.interface import EvidenceRef

__all__ = ["EntraFederatedCredential", "EntraKey", "EntraLock", "EntraPassword"]


@dataclass(frozen=True, slots=True)
class EntraPassword:
    """A client secret (``passwordCredentials``)."""

    key_id: str
    ref: EvidenceRef
    hint: str = ""
    """First characters, as the vendor shows them."""
    name: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    certificate: str = ""
    """``customKeyIdentifier``: the thumbprint of the signing certificate whose private key it opens, if any."""


@dataclass(frozen=True, slots=True)
class EntraKey:
    """A certificate (``keyCredentials``)."""

    key_id: str
    ref: EvidenceRef
    name: str = ""
    thumbprint: str = ""
    """``customKeyIdentifier``, as the vendor gives it."""
    usage: str = ""
    """``Verify`` (proves the application) or ``Sign`` (signs the tokens that it gives out: no proof of it)."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntraFederatedCredential:
    """A federated identity credential: a token of this issuer and subject becomes the application."""

    id: str
    name: str
    issuer: str
    """As written, with its scheme."""
    ref: EvidenceRef
    subject: str = ""
    audiences: tuple[str, ...] = ()
    expression: str = ""
    """``claimsMatchingExpression``; empty when a subject is named."""
    expression_version: int = 1


@dataclass(frozen=True, slots=True)
class EntraLock:
    """The app instance property lock of an application (``servicePrincipalLockConfiguration``)."""

    enabled: bool
    all_properties: bool = False
    verify: bool = False
    """Credentials that prove the service principal are locked."""
    sign: bool = False

    @property
    def stops_secrets(self) -> bool:
        """Return whether no credential that proves the application can be added to its service principals."""
        return self.enabled and (self.all_properties or self.verify)
