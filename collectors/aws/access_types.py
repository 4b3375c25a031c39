"""AWS records of other ways into roles: Identity Center, Roles Anywhere, Cognito identity pools.

Input: none (types only). Output: frozen dataclasses that ``to_records`` fills and ``graph`` reads.
Not handled: OIDC and SAML providers of IAM, which have records of their own in ``collectors.aws.records``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.aws.policy_types import AttachedPolicy, InlinePolicy
from collectors.interface import EvidenceRef

__all__ = [
    "AwsAccountAssignment",
    "AwsIdentityCenterUser",
    "AwsIdentityPool",
    "AwsPermissionSet",
    "AwsRolesAnywhereProfile",
    "AwsTrustAnchor",
]


@dataclass(frozen=True, slots=True)
class AwsPermissionSet:
    """An IAM Identity Center permission set; a reserved role in each account that it is assigned in."""

    arn: str
    name: str
    instance_arn: str
    account: str
    """The account whose evidence shows it: management or delegated administrator."""
    ref: EvidenceRef
    inline: InlinePolicy | None = None
    attached: tuple[AttachedPolicy, ...] = ()
    customer_managed: tuple[str, ...] = ()
    """Names (with path) of customer managed policies that must exist in the target account."""
    boundary_arn: str = ""
    """ARN; of a customer managed policy, which each account must have of its own, the name with path."""
    policies_known: bool = True
    """False where some of its policies, or its boundary, were not seen."""
    session_duration: str = ""
    provisioned_accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwsAccountAssignment:
    """Who is assigned a permission set in an account."""

    permission_set_arn: str
    target_account: str
    principal_kind: str
    """``USER`` or ``GROUP``."""
    principal_id: str
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class AwsIdentityCenterUser:
    """A user or group of the Identity Center's identity store."""

    id: str
    name: str
    kind: str
    """``USER`` or ``GROUP``."""
    identity_store: str
    ref: EvidenceRef
    groups: tuple[str, ...] = ()
    """Group ids of a user."""


@dataclass(frozen=True, slots=True)
class AwsTrustAnchor:
    """A Roles Anywhere trust anchor: a certificate authority whose certificates may become roles."""

    arn: str
    id: str
    name: str
    account: str
    region: str
    ref: EvidenceRef
    enabled: bool | None = None
    source_kind: str = ""
    """``AWS_ACM_PCA``, ``CERTIFICATE_BUNDLE`` or ``SELF_SIGNED_REPOSITORY``."""


@dataclass(frozen=True, slots=True)
class AwsRolesAnywhereProfile:
    """A Roles Anywhere profile: the roles that a certificate may take, and what limits the session."""

    arn: str
    id: str
    name: str
    account: str
    region: str
    role_arns: tuple[str, ...]
    ref: EvidenceRef
    enabled: bool | None = None
    session_policy: str = ""
    managed_policy_arns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwsIdentityPool:
    """A Cognito identity pool."""

    id: str
    name: str
    account: str
    region: str
    ref: EvidenceRef
    allows_guests: bool | None = None
    classic_flow: bool | None = None
    guest_role_arn: str = ""
    user_role_arn: str = ""
    mapped_role_arns: tuple[str, ...] = ()
    """Roles that rules or tokens may choose."""
    role_mapping: str = ""
    """``Token``, ``Rules`` or empty."""
    providers: Mapping[str, str] = field(default_factory=dict)
