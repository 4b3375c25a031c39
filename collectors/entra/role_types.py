"""Grants of Entra as records: app roles, consents, directory roles, eligibility, administrative units, policies.

Input: none (types only). Output: frozen dataclasses. Not handled: what a role gives; that is ``graph/evaluate/entra``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collectors.interface import EvidenceRef

__all__ = [
    "EntraAdministrativeUnit",
    "EntraAppRoleAssignment",
    "EntraConsent",
    "EntraGroupAssignment",
    "EntraGroupEligibility",
    "EntraPolicies",
    "EntraRoleAssignment",
    "EntraRoleDefinition",
    "EntraRolePolicy",
]


@dataclass(frozen=True, slots=True)
class EntraAppRoleAssignment:
    """An app role of an API, assigned to a service principal, a user or a group."""

    id: str
    principal_id: str
    resource_id: str
    """Object id of the API's service principal."""
    app_role_id: str
    ref: EvidenceRef
    principal_type: str = ""
    resource_name: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntraConsent:
    """A delegated consent (``oAuth2PermissionGrant``)."""

    id: str
    client_id: str
    """Object id of the service principal that acts."""
    resource_id: str
    scopes: tuple[str, ...]
    ref: EvidenceRef
    everyone: bool = False
    """``AllPrincipals``: for every user of the tenant."""
    principal_id: str = ""
    started_at: datetime | None = None
    """``startTime`` (beta only): whoever made the consent states it, and Graph does not act on it."""


@dataclass(frozen=True, slots=True)
class EntraRoleDefinition:
    """A directory role."""

    id: str
    template_id: str
    name: str
    ref: EvidenceRef
    built_in: bool = True
    enabled: bool = True
    privileged: bool | None = None
    actions: tuple[str, ...] = ()
    actions_known: bool = False
    conditional_actions: tuple[str, ...] = ()
    """Those that carry a condition such as ``@SubjectIsOwner``."""


@dataclass(frozen=True, slots=True)
class EntraRoleAssignment:
    """A directory role, active or eligible, at a scope."""

    id: str
    principal_id: str
    role_id: str
    scope: str
    """``/``, ``/administrativeUnits/<id>``, or ``/<object id>``."""
    ref: EvidenceRef
    eligible: bool = False
    activated: bool = False
    """True when it is active only because its holder activated it."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntraGroupEligibility:
    """Somebody who can activate the membership or ownership of a group (PIM for Groups)."""

    id: str
    group_id: str
    principal_id: str
    access: str
    """``member`` or ``owner``."""
    ref: EvidenceRef
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntraGroupAssignment:
    """A membership or ownership that PIM for Groups manages, active now."""

    id: str
    group_id: str
    principal_id: str
    access: str
    """``member`` or ``owner``."""
    ref: EvidenceRef
    activated: bool = False
    """True when it is active only because its holder activated it."""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntraRolePolicy:
    """What activating a role, or a group's membership or ownership, asks for."""

    role_id: str
    """Of a group: ``member`` or ``owner``."""
    ref: EvidenceRef
    needs_mfa: bool = False
    needs_approval: bool = False
    approvers: tuple[str, ...] = ()
    """Object ids; empty where approval is needed and nobody is named (then role administrators approve)."""
    group_id: str = ""
    """Object id of the group; empty for a directory role."""
    authentication_context: str = ""
    """Authentication context that conditional access must have satisfied; empty for none."""
    rules_known: bool = True
    """False when the answer has the policy without its rules."""

    @property
    def needs_context(self) -> bool:
        """Return whether conditional access decides, by an authentication context, in the place of a second factor."""
        return bool(self.authentication_context)


@dataclass(frozen=True, slots=True)
class EntraAdministrativeUnit:
    """An administrative unit."""

    id: str
    name: str
    tenant: str
    ref: EvidenceRef
    restricted: bool = False
    """``isMemberManagementRestricted``: only roles scoped to it manage its members."""
    members: tuple[str, ...] = ()
    members_known: bool = False


@dataclass(frozen=True, slots=True)
class EntraPolicies:
    """Settings of a tenant that decide whether a step works; ``None``: not known."""

    temporary_access_pass: bool | None = None
    """Temporary Access Passes are enabled."""
    pass_targets: tuple[str, ...] | None = None
    """Groups whose members can be given a pass; ``all_users``; ``None``: not told."""
    pass_excluded: tuple[str, ...] = ()
    """Groups whose members cannot."""
    users_register_applications: bool | None = None
    user_consent_policies: tuple[str, ...] | None = None
    """``permissionGrantPoliciesAssigned`` of the default user role."""
    risk_step_up: bool | None = None
    """A user's risky consent goes to an administrator."""
    secrets_forbidden: bool | None = None
    """The default app management policy forbids adding passwords to applications and service principals."""
