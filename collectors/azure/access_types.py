"""Grants of Azure as records: role definitions, assignments, deny assignments, vault policies.

Input: none (types only). Output: frozen dataclasses. Not handled: what a role allows; that is ``graph/evaluate/azure``.
Ids of Azure Resource Manager are compared without regard to case, so every id here is in lower case; names keep theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collectors.interface import EvidenceRef

__all__ = [
    "AzureAccessPolicy",
    "AzureDenyAssignment",
    "AzurePermission",
    "AzureRoleAssignment",
    "AzureRoleDefinition",
    "AzureRolePolicy",
]


@dataclass(frozen=True, slots=True)
class AzurePermission:
    """One permission of a role definition or a deny assignment: patterns as the vendor spells them, ``*`` for all."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    condition: str = ""
    """Of a role definition that carries one (built-in ones that limit delegation); empty for most."""
    condition_version: str = ""


@dataclass(frozen=True, slots=True)
class AzureRoleDefinition:
    """A role of Azure RBAC, built in or custom."""

    id: str
    """Lower-case ARM id without a subscription, as ``role_definition_id`` of assignments: a role has the same GUID in
    every subscription, and each subscription lists it under an id of its own."""
    role_id: str
    """Its GUID, the same in every subscription for a built-in role."""
    name: str
    ref: EvidenceRef
    built_in: bool = False
    assignable_scopes: tuple[str, ...] = ()
    permissions: tuple[AzurePermission, ...] = ()


@dataclass(frozen=True, slots=True)
class AzureRoleAssignment:
    """A role, active or eligible, of one principal at a scope."""

    id: str
    scope: str
    """Lower case, without a trailing slash; ``/`` is the root above all management groups."""
    role_definition_id: str
    principal_id: str
    """Object id in the tenant."""
    ref: EvidenceRef
    principal_type: str = ""
    """``User``, ``Group``, ``ServicePrincipal``, ``ForeignGroup``, ``Device``; empty when not told."""
    condition: str = ""
    """Of attribute-based access control; empty for none."""
    condition_version: str = ""
    eligible: bool = False
    """True when it waits for its activation (Privileged Identity Management)."""
    activated: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    created_at: datetime | None = None
    tenant: str = ""
    """Tenant of the answer, where it tells; tells the root scopes of two tenants apart."""
    role_name: str = ""
    """As an answer of ``az`` has it beside the id."""
    principal_name: str = ""


@dataclass(frozen=True, slots=True)
class AzureRolePolicy:
    """What activating an eligible role at a scope asks for."""

    scope: str
    role_definition_id: str
    ref: EvidenceRef
    needs_mfa: bool = False
    needs_approval: bool = False
    approvers: tuple[str, ...] = ()
    authentication_context: str = ""
    """Claim of the conditional access authentication context that activating asks for."""
    rules_known: bool = True
    """False when the answer has no rules."""


@dataclass(frozen=True, slots=True)
class AzureDenyAssignment:
    """A deny assignment: what the named principals cannot do at a scope, whatever roles they have."""

    id: str
    scope: str
    ref: EvidenceRef
    name: str = ""
    permissions: tuple[AzurePermission, ...] = ()
    everyone: bool = False
    """The principal with the all-zero id: everybody."""
    principals: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    children: bool = True
    """False for ``doNotApplyToChildScopes``."""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class AzureAccessPolicy:
    """One access policy of a key vault; it counts only where the vault does not use Azure RBAC."""

    object_id: str
    ref: EvidenceRef
    tenant_id: str = ""
    application_id: str = ""
    """Set for a compound identity: that application acting for that user."""
    keys: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()
