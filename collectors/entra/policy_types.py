"""Policies of a tenant as records: consent, and what each condition of it asks.

Input: none (types only). Output: frozen dataclasses. Not handled: what a policy allows.
"""

from __future__ import annotations

from dataclasses import dataclass

from collectors.interface import EvidenceRef

__all__ = ["ANY", "EntraConsentConditions", "EntraConsentPolicy", "EntraScope"]

ANY = ("all",)
"""A list of a condition set that matches whatever there is."""


@dataclass(frozen=True, slots=True)
class EntraScope:
    """A delegated permission that an API offers (``oauth2PermissionScopes``)."""

    id: str
    value: str
    admin_only: bool | None = None
    """``type`` is ``Admin``: its publisher asks for an administrator's consent; ``None`` where it is not told."""


@dataclass(frozen=True, slots=True)
class EntraConsentConditions:
    """A condition set of a consent policy; all conditions of it must be met."""

    permission_type: str
    """``delegated``, ``application`` or ``delegatedUserConsentable``."""
    classification: str = "all"
    api: str = "any"
    """App id of the API."""
    permissions: tuple[str, ...] = ANY
    """Ids of permissions."""
    clients: tuple[str, ...] = ANY
    """App ids of those that ask."""
    publishers: tuple[str, ...] = ANY
    """Ids of their verified publishers."""
    tenants: tuple[str, ...] = ANY
    """Where they are registered."""
    verified_only: bool = False
    others: tuple[str, ...] = ()
    """Names of conditions beyond these that are set: nothing is known of them."""


@dataclass(frozen=True, slots=True)
class EntraConsentPolicy:
    """An app consent policy (``permissionGrantPolicy``)."""

    id: str
    name: str
    includes: tuple[EntraConsentConditions, ...]
    excludes: tuple[EntraConsentConditions, ...] = ()
    known: bool = True
    """False when its condition sets were not shown."""
    ref: EvidenceRef | None = None
    """``None`` for a built-in one that was not collected."""
