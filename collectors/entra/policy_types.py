"""Policies of a tenant as records: consent and conditional access, and what each condition of them asks.

Input: none (types only). Output: frozen dataclasses. Not handled: what a policy allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collectors.interface import EvidenceRef

__all__ = [
    "ANY",
    "EntraAccessPolicy",
    "EntraAppManagementPolicy",
    "EntraConsentConditions",
    "EntraConsentPolicy",
    "EntraNamedLocation",
    "EntraRestriction",
    "EntraScope",
]

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


@dataclass(frozen=True, slots=True)
class EntraNamedLocation:
    """A named location of conditional access."""

    id: str
    name: str
    ref: EvidenceRef
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class EntraAccessPolicy:
    """A conditional access policy, as far as it is about workloads; of people's sign-ins nothing is kept."""

    id: str
    name: str
    state: str
    """``enabled``, ``disabled`` or ``enabledForReportingButNotEnforced``."""
    ref: EvidenceRef
    principals: tuple[str, ...] = ()
    """Object ids of service principals, or ``serviceprincipalsinmytenant``; lower case."""
    not_principals: tuple[str, ...] = ()
    principal_filter: str = ""
    """Rule on custom security attributes; empty for none."""
    agents: tuple[str, ...] = ()
    """Object ids of agent identities, or ``all``; lower case."""
    not_agents: tuple[str, ...] = ()
    agent_filter: str = ""
    locations: tuple[str, ...] = ()
    """Ids of named locations, ``all`` or ``alltrusted``; empty: no condition on the location."""
    not_locations: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    """Levels of risk at which it applies; empty: no condition on the risk."""
    everything: bool = False
    """It applies to tokens for whatever resource."""
    blocks: bool = False
    others: tuple[str, ...] = ()
    """Names of conditions beyond these that are set."""

    @property
    def for_workloads(self) -> bool:
        """Return whether it names service principals or agents at all."""
        return bool(self.principals or self.principal_filter or self.agents or self.agent_filter)


@dataclass(frozen=True, slots=True)
class EntraRestriction:
    """One restriction of an app management policy that is evaluated (``state`` is not ``disabled``)."""

    kind: str
    """``passwordaddition``, ``symmetrickeyaddition``, ``trustedcertificateauthority`` …, lower case."""
    created_after: datetime | None = None
    """It holds for what was created from then on; ``None``: for all."""
    exempts: bool = False
    """Actors with some custom security attributes are excluded."""


@dataclass(frozen=True, slots=True)
class EntraAppManagementPolicy:
    """What may be added to applications and service principals: the tenant's default, or what replaces it for some."""

    id: str
    name: str
    ref: EvidenceRef
    enabled: bool
    default: bool = False
    applications: tuple[EntraRestriction, ...] = ()
    principals: tuple[EntraRestriction, ...] = ()
    applies_to: tuple[str, ...] = ()
    """Object ids; empty for the default."""
    applies_known: bool = True
