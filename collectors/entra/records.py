"""Entra records: what evidence says, typed, before any judgement.

Input: none (types only). Output: frozen dataclasses that ``to_records`` fills and ``graph`` reads.
Not handled: evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from collectors.entra.credential_types import EntraFederatedCredential, EntraKey, EntraLock, EntraPassword
from collectors.entra.policy_types import (
    EntraAccessPolicy,
    EntraAppManagementPolicy,
    EntraConsentPolicy,
    EntraNamedLocation,
    EntraScope,
)
from collectors.entra.role_types import (
    EntraAdministrativeUnit,
    EntraAppRoleAssignment,
    EntraConsent,
    EntraGroupAssignment,
    EntraGroupEligibility,
    EntraPolicies,
    EntraRoleAssignment,
    EntraRoleDefinition,
    EntraRolePolicy,
)
from collectors.interface import EvidenceRef, Gap, Presence

__all__ = [
    "EntraApplication",
    "EntraGroup",
    "EntraRecords",
    "EntraServicePrincipal",
    "EntraTenant",
    "EntraTenantRecords",
    "EntraUser",
    "PrincipalKind",
]

PrincipalKind = str
"""``application``, ``managed_identity``, ``agent``, ``blueprint`` or ``other`` (legacy, social)."""


@dataclass(frozen=True, slots=True)
class EntraTenant:
    """A tenant."""

    id: str
    """Its GUID; the folder's name where no answer tells."""
    scope: str
    """The evidence's scope, as coverage has it."""
    name: str = ""
    domains: tuple[str, ...] = ()
    ref: EvidenceRef | None = None
    id_known: bool = True
    """False when nothing tells the GUID, so that a foreign application cannot be told from an own one."""


@dataclass(frozen=True, slots=True)
class EntraUser:
    """A person, a guest, or an agent's user account."""

    id: str
    name: str
    principal_name: str
    tenant: str
    ref: EvidenceRef
    enabled: bool | None = None
    guest: bool = False
    synced: bool = False
    """Comes from a directory on premises."""
    agent_identity_id: str = ""
    """Object id of the agent identity that acts as it; empty for people."""
    agent: bool = False
    sponsors: tuple[str, ...] = ()
    created_at: datetime | None = None
    last_sign_in_at: datetime | None = None
    mail: str = ""
    """Its main address, which may differ from the principal name."""


@dataclass(frozen=True, slots=True)
class EntraGroup:
    """A group."""

    id: str
    name: str
    tenant: str
    ref: EvidenceRef
    security: bool = True
    unified: bool = False
    """A Microsoft 365 group; only users can be members."""
    dynamic: bool = False
    """Members follow from a rule and cannot be added."""
    rule: str = ""
    """``membershipRule``."""
    rule_paused: bool = False
    synced: bool = False
    role_assignable: bool = False
    role_assignable_known: bool = True
    """False when the answer does not have the field at all."""
    members: tuple[str, ...] = ()
    members_known: bool = False
    owners: tuple[str, ...] = ()
    owners_known: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntraApplication:
    """An application registered in the tenant, or an agent identity blueprint."""

    id: str
    app_id: str
    name: str
    tenant: str
    ref: EvidenceRef
    blueprint: bool = False
    audience: str = ""
    """``signInAudience``: who may sign in; only ``AzureADMyOrg`` keeps it in one tenant."""
    passwords: tuple[EntraPassword, ...] = ()
    keys: tuple[EntraKey, ...] = ()
    federated: tuple[EntraFederatedCredential, ...] = ()
    federated_known: bool = False
    lock: EntraLock | None = None
    lock_known: bool = True
    """False when the answer does not have the field at all."""
    owners: tuple[str, ...] = ()
    owners_known: bool = False
    inheritable_roles: tuple[str, ...] = ()
    """App ids of the APIs whose app roles a blueprint's agents inherit."""
    inheritable_scopes: tuple[str, ...] = ()
    publisher_domain: str = ""
    verified_publisher: str = ""
    verified_publisher_known: bool = False
    """The answer has the field, so that an empty publisher is none."""
    created_at: datetime | None = None
    identifier_uris: tuple[str, ...] = ()
    """Audiences by which tokens for it are asked for, beside its app id."""
    identifier_uris_known: bool = False
    """The answer has the field, so that none are none."""
    token_version: int = 0
    """``api.requestedAccessTokenVersion``: of what version tokens for it are; 0 where that was not told."""


@dataclass(frozen=True, slots=True)
class EntraServicePrincipal:
    """An application's identity in the tenant, a managed identity, an agent identity or a blueprint's principal."""

    id: str
    app_id: str
    name: str
    tenant: str
    kind: PrincipalKind
    ref: EvidenceRef
    enabled: bool | None = None
    owner_tenant: str = ""
    """``appOwnerOrganizationId``: where the application is registered."""
    app_roles: Mapping[str, str] = field(default_factory=dict)
    """Id to value of the app roles that it offers as an API."""
    scopes: tuple[EntraScope, ...] = ()
    """Delegated permissions that it offers as an API."""
    passwords: tuple[EntraPassword, ...] = ()
    keys: tuple[EntraKey, ...] = ()
    federated: tuple[EntraFederatedCredential, ...] = ()
    owners: tuple[str, ...] = ()
    owners_known: bool = False
    sponsors: tuple[str, ...] = ()
    blueprint_app_id: str = ""
    resource_id: str = ""
    """Azure resource of a managed identity, from its alternative names."""
    user_assigned: bool = False
    verified_publisher: str = ""
    verified_publisher_id: str = ""
    homepage: str = ""
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    last_used_at: datetime | None = None
    """Last sign-in of any kind, as a client or as the API that is signed in to."""
    last_used_known: bool = False
    last_delegated_at: datetime | None = None
    """Last sign-in of a user to it, as the client."""
    last_application_at: datetime | None = None
    """Last sign-in with a credential of its own, as the client."""
    last_use_split: bool = False
    """The report tells these two apart; false: it has the last sign-in alone, or was not looked at."""
    names: tuple[str, ...] = ()
    """``servicePrincipalNames``: audiences by which tokens for it are asked for in this tenant."""
    names_known: bool = False
    assignment_required: bool | None = None
    """Whether only who is assigned to it gets tokens for it."""
    verified_publisher_known: bool = False
    """The answer has the field, so that an empty publisher is none."""


@dataclass(frozen=True, slots=True)
class EntraTenantRecords:
    """Everything that the evidence of one tenant says; tuples are sorted by id."""

    tenant: EntraTenant
    users: tuple[EntraUser, ...] = ()
    groups: tuple[EntraGroup, ...] = ()
    applications: tuple[EntraApplication, ...] = ()
    service_principals: tuple[EntraServicePrincipal, ...] = ()
    app_role_assignments: tuple[EntraAppRoleAssignment, ...] = ()
    consents: tuple[EntraConsent, ...] = ()
    role_definitions: tuple[EntraRoleDefinition, ...] = ()
    role_assignments: tuple[EntraRoleAssignment, ...] = ()
    group_eligibilities: tuple[EntraGroupEligibility, ...] = ()
    group_assignments: tuple[EntraGroupAssignment, ...] = ()
    role_policies: tuple[EntraRolePolicy, ...] = ()
    administrative_units: tuple[EntraAdministrativeUnit, ...] = ()
    policies: EntraPolicies = field(default_factory=EntraPolicies)
    access_policies: tuple[EntraAccessPolicy, ...] = ()
    """Those that name workloads."""
    named_locations: tuple[EntraNamedLocation, ...] = ()
    app_management_policies: tuple[EntraAppManagementPolicy, ...] = ()
    consent_policies: tuple[EntraConsentPolicy, ...] = ()
    classifications: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Id of a delegated permission to its class, by the object id of each API that was asked about."""
    presence: Mapping[str, Presence] = field(default_factory=dict)
    """By operation: what was looked at."""


@dataclass(frozen=True, slots=True)
class EntraRecords:
    """Everything that Entra evidence says."""

    tenants: tuple[EntraTenantRecords, ...] = ()
    as_of: datetime | None = None
    """The evidence's time, or the newest that it states: what ended before is over."""
    told_at: datetime | None = None
    """The same where the evidence tells its time, or who builds does: what begins later has not begun."""
    gaps: tuple[Gap, ...] = ()
    """What ``to_records`` itself could not read; those of the files are in ``EvidenceSet.gaps``."""
