"""AWS records: what evidence says, typed, before any judgement.

Input: none (types only). Output: frozen dataclasses that ``to_records`` fills and ``graph`` reads.
Not handled: evaluation; a policy document stays the vendor's JSON object here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from collectors.aws.access_types import (
    AwsAccountAssignment,
    AwsIdentityCenterUser,
    AwsIdentityPool,
    AwsPermissionSet,
    AwsRolesAnywhereProfile,
    AwsTrustAnchor,
)
from collectors.aws.policy_types import AttachedPolicy, Document, InlinePolicy, PolicyVersion
from collectors.aws.resource_types import (
    AwsAnalyzerFinding,
    AwsKmsGrant,
    AwsResource,
    AwsResourceShare,
    AwsServiceUse,
    AwsTrail,
)
from collectors.aws.workload_types import (
    AwsCluster,
    AwsEcsCluster,
    AwsInstanceConnectEndpoint,
    AwsLaunchTemplate,
    AwsTrigger,
    AwsWorkload,
)
from collectors.interface import EvidenceRef, Gap, Presence

__all__ = [
    "AttachedPolicy",
    "AwsAccessKey",
    "AwsAccount",
    "AwsBucket",
    "AwsFunction",
    "AwsGroup",
    "AwsInstance",
    "AwsInstanceProfile",
    "AwsKmsKey",
    "AwsManagedPolicy",
    "AwsOidcProvider",
    "AwsOrganization",
    "AwsOrganizationPolicy",
    "AwsRecords",
    "AwsRole",
    "AwsSamlProvider",
    "AwsSecret",
    "AwsServiceCredential",
    "AwsSigningCertificate",
    "AwsUser",
    "Document",
    "InlinePolicy",
    "PolicyVersion",
]


@dataclass(frozen=True, slots=True)
class AwsManagedPolicy:
    """A managed policy, the customer's (``arn:aws:iam::ACCOUNT:policy/…``) or AWS's (``arn:aws:iam::aws:policy/…``)."""

    arn: str
    name: str
    account: str
    """The account whose evidence holds it."""
    aws_managed: bool
    default_version_id: str
    versions: tuple[PolicyVersion, ...]
    """Every version whose document the evidence holds; at least the default one, else empty."""
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class AwsUser:
    """An IAM user, or the root user (``arn:aws:iam::ACCOUNT:root``, ``is_root``)."""

    arn: str
    unique_id: str
    name: str
    path: str
    account: str
    ref: EvidenceRef
    created_at: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    inline: tuple[InlinePolicy, ...] = ()
    attached: tuple[AttachedPolicy, ...] = ()
    groups: tuple[str, ...] = ()
    """Group names."""
    boundary_arn: str | None = None
    has_password: bool | None = None
    """``None``: not known."""
    mfa_active: bool | None = None
    """An MFA device is assigned; ``None``: not known."""
    password_last_used_at: datetime | None = None
    password_changed_at: datetime | None = None
    is_root: bool = False
    keys_present: bool | None = None
    """Root user only: the report or the account summary shows an access key; ``None``: neither tells."""
    policies_known: bool = True
    """False for a user that only the credential report shows: its policies, groups and boundary were not seen."""


@dataclass(frozen=True, slots=True)
class AwsGroup:
    """An IAM group."""

    arn: str
    unique_id: str
    name: str
    path: str
    account: str
    ref: EvidenceRef
    inline: tuple[InlinePolicy, ...] = ()
    attached: tuple[AttachedPolicy, ...] = ()


@dataclass(frozen=True, slots=True)
class AwsRole:
    """An IAM role."""

    arn: str
    unique_id: str
    name: str
    path: str
    account: str
    trust: Document
    ref: EvidenceRef
    created_at: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    inline: tuple[InlinePolicy, ...] = ()
    attached: tuple[AttachedPolicy, ...] = ()
    boundary_arn: str | None = None
    last_used_at: datetime | None = None
    last_used_region: str = ""
    last_used_known: bool = False
    """True when the evidence carries ``RoleLastUsed`` at all (an empty object means never in the tracking period)."""
    instance_profiles: tuple[str, ...] = ()
    """ARNs of instance profiles that hold it."""
    max_session_seconds: int = 3600

    @property
    def service_linked(self) -> bool:
        """True for a service-linked role: only its service may assume it and nobody may edit it."""
        return self.path.startswith("/aws-service-role/")


@dataclass(frozen=True, slots=True)
class AwsAccessKey:
    """An access key id; the secret is never seen."""

    id: str
    """``AKIA…``; for keys that only the credential report shows, ``""`` (see ``slot``)."""
    user_arn: str
    account: str
    active: bool
    ref: EvidenceRef
    created_at: datetime | None = None
    """From ListAccessKeys ``CreateDate``, else the report's ``last_rotated``."""
    last_used_at: datetime | None = None
    last_used_known: bool = False
    last_used_service: str = ""
    last_used_region: str = ""
    slot: int = 0
    """1 or 2 when matched with the credential report, else 0."""
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class AwsServiceCredential:
    """A service-specific credential (CodeCommit, Keyspaces, Bedrock API key)."""

    id: str
    user_arn: str
    account: str
    service: str
    active: bool
    ref: EvidenceRef
    created_at: datetime | None = None
    expires_at: datetime | None = None
    alias: str = ""


@dataclass(frozen=True, slots=True)
class AwsSigningCertificate:
    """An X.509 signing certificate slot of the credential report."""

    id: str
    """The report's slot, ``cert_1`` or ``cert_2``; the vendor's id is not in the report."""
    user_arn: str
    account: str
    active: bool
    ref: EvidenceRef
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwsOidcProvider:
    """An IAM OIDC provider."""

    arn: str
    url: str
    """Without scheme, e.g. ``token.actions.githubusercontent.com``."""
    account: str
    ref: EvidenceRef
    client_ids: tuple[str, ...] = ()
    client_ids_known: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwsSamlProvider:
    """An IAM SAML provider."""

    arn: str
    name: str
    account: str
    ref: EvidenceRef
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwsOrganization:
    """The organization, as its management account or a delegated administrator sees it."""

    id: str
    management_account: str
    root_id: str
    ref: EvidenceRef
    policy_types: tuple[str, ...] = ()
    """Enabled types: ``SERVICE_CONTROL_POLICY``, ``RESOURCE_CONTROL_POLICY``."""


@dataclass(frozen=True, slots=True)
class AwsAccount:
    """An account: of the organization, collected, declared, or only referred to."""

    id: str
    ref: EvidenceRef | None = None
    name: str = ""
    email: str = ""
    status: str = ""
    organization_id: str = ""
    """Empty when in none, or when not known (see ``organization_known``)."""
    organization_known: bool = False
    """True when the evidence says which organization the account is in, or that it is in none."""
    parents: tuple[str, ...] = ()
    """Ids from the root to the nearest OU, e.g. ``("r-ab12", "ou-ab12-1")``; empty when unknown."""
    management: bool = False
    public_access_block: Mapping[str, bool] | None = None
    """S3's four settings for the whole account (all false when it has none); ``None``: not known."""
    collected: bool = False
    """True when the evidence holds this account's IAM."""
    relation: str = "unknown"
    """``own`` (organization list, collected, or declared), ``vendor``, or ``unknown``."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwsOrganizationPolicy:
    """An SCP or RCP with everything that it is attached to."""

    id: str
    name: str
    kind: str
    """``SERVICE_CONTROL_POLICY`` or ``RESOURCE_CONTROL_POLICY``."""
    document: Document
    targets: tuple[str, ...]
    """Root, OU and account ids."""
    ref: EvidenceRef
    targets_known: bool = True
    """False when the targets were not looked at, or only some of them were seen."""


@dataclass(frozen=True, slots=True)
class AwsFunction:
    """A Lambda function."""

    arn: str
    name: str
    account: str
    region: str
    role_arn: str
    ref: EvidenceRef
    policy: Document | None = None
    """Resource policy; ``None``: asked and none, or not asked (see ``policy_presence``)."""
    policy_presence: Presence = Presence.ABSENT
    environment_names: tuple[str, ...] = ()
    environment_ids: Mapping[str, str] = field(default_factory=dict)
    """Variables whose value is no secret but an access key id or an ARN."""
    environment_secrets: Mapping[str, str] = field(default_factory=dict)
    """Variables that redaction took a literal secret from: name to fingerprint."""
    environment_kinds: Mapping[str, str] = field(default_factory=dict)
    environment_hints: Mapping[str, str] = field(default_factory=dict)
    """First characters of these secrets where their vendor itself shows them, as redaction left them."""
    """What kind of secret each of them holds, as redaction calls it."""
    layers: tuple[str, ...] = ()
    """ARNs of layer versions, which may belong to another account."""
    tags: Mapping[str, str] = field(default_factory=dict)
    tags_known: bool = False


@dataclass(frozen=True, slots=True)
class AwsInstance:
    """An EC2 instance."""

    arn: str
    id: str
    account: str
    region: str
    state: str
    ref: EvidenceRef
    profile_arn: str = ""
    ssm_managed: bool | None = None
    """Registered with Systems Manager and online; ``None``: not known."""
    platform: str = ""
    key_name: str = ""
    """EC2 key pair that it was started with."""
    launch_template_id: str = ""
    auto_scaling_group: str = ""
    metadata_tokens: str = ""
    """``required`` (IMDSv2 only), ``optional``, ``disabled`` (no metadata service), or empty when not known."""
    has_user_data: bool | None = None
    """It was started with user data; ``None``: not known (the content is never asked for)."""
    vpc_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwsInstanceProfile:
    """An instance profile."""

    arn: str
    name: str
    account: str
    role_arns: tuple[str, ...]
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class AwsBucket:
    """An S3 bucket."""

    arn: str
    name: str
    account: str
    ref: EvidenceRef
    region: str = ""
    policy: Document | None = None
    policy_presence: Presence = Presence.ABSENT
    public_access_block: Mapping[str, bool] | None = None
    """The bucket's own four settings (all false when it has none); ``None``: not known. ``AwsAccount`` has others."""
    acl_groups: Mapping[str, tuple[str, ...]] | None = None
    """What its access control list gives ``AllUsers`` and ``AuthenticatedUsers``, ``READ`` …; ``None``: not known."""
    tags: Mapping[str, str] = field(default_factory=dict)
    tags_known: bool = False


@dataclass(frozen=True, slots=True)
class AwsKmsKey:
    """A KMS key."""

    arn: str
    id: str
    account: str
    region: str
    ref: EvidenceRef
    manager: str = "CUSTOMER"
    """``CUSTOMER`` or ``AWS``; empty when neither DescribeKey nor an ``alias/aws/`` name says so."""
    policy: Document | None = None
    policy_presence: Presence = Presence.ABSENT
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    tags_known: bool = False


@dataclass(frozen=True, slots=True)
class AwsSecret:
    """A Secrets Manager secret: metadata only."""

    arn: str
    name: str
    account: str
    region: str
    ref: EvidenceRef
    kms_key_id: str = ""
    """Key id, ARN or alias as the vendor gives it; empty means the account's ``aws/secretsmanager`` key."""
    policy: Document | None = None
    policy_presence: Presence = Presence.ABSENT
    rotation_enabled: bool = False
    rotation_function_arn: str = ""
    last_rotated_at: datetime | None = None
    owning_service: str = ""
    """The service that manages it, and rotates it without a function of the customer's."""
    created_at: datetime | None = None
    last_changed_at: datetime | None = None
    last_accessed_at: datetime | None = None
    deleted_at: datetime | None = None
    """When it was marked for deletion: then nobody reads its value, unless it is restored."""
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    current_version: str = ""
    """Id of the version that has the stage ``AWSCURRENT``; empty when not told."""


@dataclass(frozen=True, slots=True)
class AwsRecords:
    """Everything that AWS evidence says, in one place; tuples are sorted by ARN or id."""

    accounts: tuple[AwsAccount, ...] = ()
    organization: AwsOrganization | None = None
    organization_policies: tuple[AwsOrganizationPolicy, ...] = ()
    users: tuple[AwsUser, ...] = ()
    groups: tuple[AwsGroup, ...] = ()
    roles: tuple[AwsRole, ...] = ()
    managed_policies: tuple[AwsManagedPolicy, ...] = ()
    access_keys: tuple[AwsAccessKey, ...] = ()
    service_credentials: tuple[AwsServiceCredential, ...] = ()
    signing_certificates: tuple[AwsSigningCertificate, ...] = ()
    oidc_providers: tuple[AwsOidcProvider, ...] = ()
    saml_providers: tuple[AwsSamlProvider, ...] = ()
    functions: tuple[AwsFunction, ...] = ()
    instances: tuple[AwsInstance, ...] = ()
    instance_profiles: tuple[AwsInstanceProfile, ...] = ()
    buckets: tuple[AwsBucket, ...] = ()
    kms_keys: tuple[AwsKmsKey, ...] = ()
    secrets: tuple[AwsSecret, ...] = ()
    workloads: tuple[AwsWorkload, ...] = ()
    """What runs with a role, beside functions and instances."""
    triggers: tuple[AwsTrigger, ...] = ()
    launch_templates: tuple[AwsLaunchTemplate, ...] = ()
    clusters: tuple[AwsCluster, ...] = ()
    """EKS clusters."""
    ecs_clusters: tuple[AwsEcsCluster, ...] = ()
    instance_connect_endpoints: tuple[AwsInstanceConnectEndpoint, ...] = ()
    resources: tuple[AwsResource, ...] = ()
    """Resources with a policy of their own, beside buckets, KMS keys and secrets."""
    kms_grants: tuple[AwsKmsGrant, ...] = ()
    permission_sets: tuple[AwsPermissionSet, ...] = ()
    account_assignments: tuple[AwsAccountAssignment, ...] = ()
    identity_center_users: tuple[AwsIdentityCenterUser, ...] = ()
    trust_anchors: tuple[AwsTrustAnchor, ...] = ()
    roles_anywhere_profiles: tuple[AwsRolesAnywhereProfile, ...] = ()
    identity_pools: tuple[AwsIdentityPool, ...] = ()
    resource_shares: tuple[AwsResourceShare, ...] = ()
    analyzer_findings: tuple[AwsAnalyzerFinding, ...] = ()
    service_uses: tuple[AwsServiceUse, ...] = ()
    trails: tuple[AwsTrail, ...] = ()
    presence: Mapping[tuple[str, str], Presence] = field(default_factory=dict)
    """Keyed by (account or ``account/region``, operation name): what was looked at."""
    gaps: tuple[Gap, ...] = ()
    """What ``to_records`` itself could not read; those found on reading the files are in ``EvidenceSet.gaps``."""
