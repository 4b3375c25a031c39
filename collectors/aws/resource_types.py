"""AWS records of resources that carry a policy of their own, of KMS grants, and of what records use.

Input: none (types only). Output: frozen dataclasses that ``to_records`` fills and ``graph`` reads.
Not handled: buckets, KMS keys and secrets, which have records of their own in ``collectors.aws.records``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from collectors.aws.policy_types import Document
from collectors.interface import EvidenceRef, Presence

__all__ = [
    "AwsAnalyzerFinding",
    "AwsKmsGrant",
    "AwsResource",
    "AwsResourceShare",
    "AwsServiceUse",
    "AwsTrail",
    "ResourceKind",
]


class ResourceKind(StrEnum):
    """What a resource is."""

    API = "api"
    API_AUTHORIZER = "api-authorizer"
    DYNAMODB_TABLE = "dynamodb-table"
    DYNAMODB_STREAM = "dynamodb-stream"
    ECR_REPOSITORY = "ecr-repository"
    EVENT_BUS = "event-bus"
    LAMBDA_LAYER = "lambda-layer"
    SNS_TOPIC = "sns-topic"
    SQS_QUEUE = "sqs-queue"
    SSM_DOCUMENT = "ssm-document"
    SSM_PARAMETER = "ssm-parameter"


@dataclass(frozen=True, slots=True)
class AwsResource:
    """A resource that is reached: metadata and its own policy."""

    arn: str
    name: str
    kind: ResourceKind
    account: str
    region: str
    ref: EvidenceRef
    policy: Document | None = None
    policy_presence: Presence = Presence.ABSENT
    kms_key_id: str = ""
    """Key id, ARN or alias as the vendor gives it."""
    secret: bool = False
    """It holds a secret (SSM ``SecureString``)."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What else a technique or rule asks, by the vendor's field name."""
    tags: Mapping[str, str] = field(default_factory=dict)
    tags_known: bool = False
    last_changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwsKmsGrant:
    """A KMS grant: allows its grantee operations on the key beside the key policy."""

    id: str
    key_arn: str
    account: str
    region: str
    grantee: str
    """Principal ARN, or a service's principal name."""
    operations: tuple[str, ...]
    """``Decrypt``, ``CreateGrant`` … as the vendor spells them."""
    ref: EvidenceRef
    retiring: str = ""
    encryption_context: Mapping[str, str] = field(default_factory=dict)
    """Constraints; empty: none."""
    encryption_context_exact: bool = False
    """The context of a request must hold these pairs and no other (``EncryptionContextEquals``)."""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwsResourceShare:
    """A Resource Access Manager share."""

    arn: str
    name: str
    account: str
    region: str
    ref: EvidenceRef
    allows_external: bool | None = None
    principals: tuple[str, ...] = ()
    """Account ids, organization or OU ARNs, role or user ARNs."""
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwsAnalyzerFinding:
    """A finding of IAM Access Analyzer, as the vendor states it."""

    id: str
    resource_arn: str
    account: str
    region: str
    kind: str
    """``ExternalAccess``, ``UnusedIAMRole`` …"""
    status: str
    ref: EvidenceRef
    principal: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    public: bool | None = None


@dataclass(frozen=True, slots=True)
class AwsServiceUse:
    """When an identity last used a service (service last accessed data)."""

    identity_arn: str
    service: str
    """Namespace, e.g. ``s3``."""
    account: str
    ref: EvidenceRef
    last_used_at: datetime | None = None
    """``None``: not within the tracking period."""
    actions: Mapping[str, datetime | None] = field(default_factory=dict)
    """By action where the vendor tells, ``s3:GetObject`` to its last use."""


@dataclass(frozen=True, slots=True)
class AwsTrail:
    """A CloudTrail trail."""

    arn: str
    name: str
    account: str
    region: str
    ref: EvidenceRef
    logging: bool | None = None
    multi_region: bool = False
    organization: bool = False
    log_validation: bool | None = None
    bucket: str = ""
    kms_key_id: str = ""
    management_events: bool | None = None
    """It records management events, read and write; ``None``: selectors not seen."""
    last_delivered_at: datetime | None = None
    delivery_error: str = ""
