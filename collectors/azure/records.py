"""Azure records: what evidence of Azure Resource Manager says, typed, before any judgement.

Input: none (types only). Output: frozen dataclasses that ``to_records`` fills and ``graph`` reads.
Not handled: evaluation. Ids are lower case (ARM compares them so); ``name`` keeps the vendor's spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from collectors.azure.access_types import (
    AzureAccessPolicy,
    AzureDenyAssignment,
    AzureRoleAssignment,
    AzureRoleDefinition,
    AzureRolePolicy,
)
from collectors.interface import EvidenceRef, Gap, Presence

__all__ = [
    "AzureFederatedCredential",
    "AzureManagedIdentity",
    "AzureManagementGroup",
    "AzureRecords",
    "AzureResource",
    "AzureSubscription",
    "AzureVault",
    "AzureVaultSecret",
    "AzureWorkload",
]


@dataclass(frozen=True, slots=True)
class AzureManagementGroup:
    """A management group; the tenant's root group has the tenant's GUID as its name."""

    id: str
    """``/providers/microsoft.management/managementgroups/<name>``."""
    name: str
    ref: EvidenceRef
    tenant: str = ""
    parent: str = ""
    """Id of the group above; empty for the tenant's root group, or when not told (``parent_known``)."""
    parent_known: bool = True
    given_id: str = ""
    """The id as the vendor spells it; here and below."""
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class AzureSubscription:
    """A subscription."""

    id: str
    """``/subscriptions/<guid>``."""
    name: str
    scope: str
    """The evidence's scope, as coverage has it."""
    ref: EvidenceRef
    tenant: str = ""
    parent: str = ""
    """Management group that it is in; empty when not told."""
    state: str = ""
    """``Enabled``, ``Warned``, ``PastDue``, ``Disabled``, ``Deleted``; empty when not told."""
    tags: Mapping[str, str] = field(default_factory=dict)
    parent_known: bool = True
    """False when nothing tells its management group, so that what is assigned above it may hold here unseen."""
    given_id: str = ""


@dataclass(frozen=True, slots=True)
class AzureFederatedCredential:
    """A federated credential of a user-assigned managed identity."""

    id: str
    name: str
    issuer: str
    subject: str
    ref: EvidenceRef
    audiences: tuple[str, ...] = ()
    expression: str = ""
    expression_version: int = 1


@dataclass(frozen=True, slots=True)
class AzureManagedIdentity:
    """A user-assigned managed identity as a resource; who acts is its service principal in the tenant."""

    id: str
    name: str
    principal_id: str
    """Object id of its service principal."""
    client_id: str
    ref: EvidenceRef
    tenant: str = ""
    federated: tuple[AzureFederatedCredential, ...] = ()
    federated_known: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    given_id: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AzureWorkload:
    """A resource in which code runs, and the identities that its code can get tokens of."""

    id: str
    type: str
    """ARM type in lower case, e.g. ``microsoft.compute/virtualmachines``."""
    name: str
    ref: EvidenceRef
    location: str = ""
    kind: str = ""
    """ARM's ``kind`` (``functionapp,linux`` …); empty for most."""
    system_principal_id: str = ""
    """Object id of its system-assigned identity; empty for none."""
    user_assigned: tuple[str, ...] = ()
    """ARM ids of user-assigned identities."""
    user_principals: Mapping[str, str] = field(default_factory=dict)
    """Principal id by such ARM id, where the answer tells."""
    os: str = ""
    """``Linux`` or ``Windows`` of a machine; empty when not told."""
    scale_set: str = ""
    """Scale set that a machine is of."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Further facts by name, such as ``aad_login``, ``node_resource_group``, ``oidc_issuer``, ``runbooks``; a fact
    that was not looked at is not there. All are listed in ``docs/collectors/azure.md``."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Name of an application setting to what is known of its value: ``reference:<vault>/<secret>`` of a key vault,
    ``secret:<name>`` of the workload's own store, a fingerprint, or nothing."""
    tags: Mapping[str, str] = field(default_factory=dict)
    given_id: str = ""
    environment_secrets: Mapping[str, str] = field(default_factory=dict)
    """Settings whose value is itself a secret, with its kind."""
    environment_hints: Mapping[str, str] = field(default_factory=dict)
    """First characters of these secrets where their vendor itself shows them."""
    environment_known: bool = False
    """True when all settings were looked at."""
    environment_ids: Mapping[str, str] = field(default_factory=dict)
    """Settings whose value is a public id, such as that of an AWS access key."""
    node_principals: Mapping[str, str] = field(default_factory=dict)
    """Of a Kubernetes cluster: object id to use of the identities of its nodes (``kubelet`` or an add-on's name)."""


@dataclass(frozen=True, slots=True)
class AzureVaultSecret:
    """A secret of a key vault: what is written on it, never its value."""

    name: str
    ref: EvidenceRef
    content_type: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    enabled: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    """When anything of its newest version was written last."""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AzureVault:
    """A key vault."""

    id: str
    name: str
    ref: EvidenceRef
    tenant: str = ""
    rbac: bool | None = None
    """``enableRbacAuthorization``: access by roles and not by policies; ``None`` when not told."""
    policies: tuple[AzureAccessPolicy, ...] = ()
    secrets: tuple[str, ...] = ()
    """Names of secrets, where listed."""
    secrets_known: bool = False
    stored: tuple[AzureVaultSecret, ...] = ()
    """The same secrets, with what the listing tells of each."""
    public: bool | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    given_id: str = ""
    location: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class AzureResource:
    """Any other resource: what a role may be assigned at, and what holds data."""

    id: str
    type: str
    name: str
    ref: EvidenceRef
    location: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    given_id: str = ""
    kind: str = ""
    system_principal_id: str = ""
    """Object id of the identity that the service itself uses; empty for none."""
    user_assigned: tuple[str, ...] = ()
    user_principals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AzureRecords:
    """Everything that Azure evidence says; tuples are sorted by id, each id once."""

    management_groups: tuple[AzureManagementGroup, ...] = ()
    subscriptions: tuple[AzureSubscription, ...] = ()
    role_definitions: tuple[AzureRoleDefinition, ...] = ()
    role_assignments: tuple[AzureRoleAssignment, ...] = ()
    role_policies: tuple[AzureRolePolicy, ...] = ()
    deny_assignments: tuple[AzureDenyAssignment, ...] = ()
    managed_identities: tuple[AzureManagedIdentity, ...] = ()
    workloads: tuple[AzureWorkload, ...] = ()
    vaults: tuple[AzureVault, ...] = ()
    resources: tuple[AzureResource, ...] = ()
    presence: Mapping[tuple[str, str], Presence] = field(default_factory=dict)
    """By evidence scope (tenant or subscription GUID) and operation: what was looked at."""
    as_of: datetime | None = None
    told_at: datetime | None = None
    """``as_of`` where the evidence tells its time or who builds does."""
    gaps: tuple[Gap, ...] = ()
