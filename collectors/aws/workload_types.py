"""AWS records of what runs code with a role, and of what starts it.

Input: none (types only). Output: frozen dataclasses that ``to_records`` fills and ``graph`` reads.
Not handled: Lambda functions and EC2 instances, which have records of their own in ``collectors.aws.records``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from collectors.aws.policy_types import Document
from collectors.interface import EvidenceRef, Presence

__all__ = [
    "AwsCluster",
    "AwsEcsCluster",
    "AwsInstanceConnectEndpoint",
    "AwsLaunchTemplate",
    "AwsTrigger",
    "AwsWorkload",
    "EksAccessEntry",
    "WorkloadKind",
]


class WorkloadKind(StrEnum):
    """What a workload is: the vendor's service and the kind of object within it."""

    APPRUNNER_SERVICE = "apprunner-service"
    AUTO_SCALING_GROUP = "autoscaling-group"
    BATCH_JOB_DEFINITION = "batch-job-definition"
    BATCH_COMPUTE_ENVIRONMENT = "batch-compute-environment"
    BEDROCK_CODE_INTERPRETER = "bedrock-code-interpreter"
    BEDROCK_AGENT_RUNTIME = "bedrock-agent-runtime"
    CLOUDFORMATION_STACK = "cloudformation-stack"
    CLOUDFORMATION_STACK_SET = "cloudformation-stack-set"
    CODEBUILD_PROJECT = "codebuild-project"
    CODEPIPELINE = "codepipeline"
    DATA_PIPELINE = "datapipeline"
    ECS_TASK_DEFINITION = "ecs-task-definition"
    ECS_SERVICE = "ecs-service"
    ECS_TASK = "ecs-task"
    GLUE_DEV_ENDPOINT = "glue-dev-endpoint"
    GLUE_JOB = "glue-job"
    SAGEMAKER_NOTEBOOK = "sagemaker-notebook"
    SAGEMAKER_STUDIO_APP = "sagemaker-studio-app"
    SSM_AUTOMATION = "ssm-automation"
    STATE_MACHINE = "state-machine"


@dataclass(frozen=True, slots=True)
class AwsWorkload:
    """Something that runs code, or makes calls, with a role."""

    arn: str
    name: str
    kind: WorkloadKind
    account: str
    region: str
    ref: EvidenceRef
    role_arn: str = ""
    """The role whose credentials its code holds; empty: none, or not known (``role_known``)."""
    role_known: bool = True
    """False when evidence refers to a definition that was not seen."""
    service_role_arn: str = ""
    """A role that the service itself uses for it (ECS execution role, pipeline role …); its code does not hold it."""
    further_role_arns: tuple[str, ...] = ()
    """Roles that are taken or passed on its behalf besides: of a pipeline's actions, of a state machine's tasks, of a
    multi-node job's other groups of nodes."""
    running: bool | None = None
    """It runs now; ``None``: not known, or not a thing that runs."""
    exec_enabled: bool | None = None
    """A shell can be opened in it (ECS exec; notebook root access); ``None``: not known."""
    privileged: bool | None = None
    """It runs privileged containers."""
    definition_arn: str = ""
    """Task definition of a service or task; launch template of an Auto Scaling group (id, or ARN)."""
    cluster_arn: str = ""
    managed_elsewhere: bool = False
    """Owned by a service or by a stack set of another account: its users cannot change it."""
    environment_names: tuple[str, ...] = ()
    environment_ids: Mapping[str, str] = field(default_factory=dict)
    """Variables whose value is no secret but an access key id or an ARN."""
    environment_secrets: Mapping[str, str] = field(default_factory=dict)
    """Variables that redaction took a literal secret from: name to fingerprint."""
    environment_kinds: Mapping[str, str] = field(default_factory=dict)
    environment_hints: Mapping[str, str] = field(default_factory=dict)
    """First characters of these secrets where their vendor itself shows them, as redaction left them."""
    """What kind of secret each of them holds, as redaction calls it."""
    policy: Document | None = None
    policy_presence: Presence = Presence.ABSENT
    settings: Mapping[str, str] = field(default_factory=dict)
    """What a technique of that kind asks further, by the vendor's field name."""
    tags: Mapping[str, str] = field(default_factory=dict)
    tags_known: bool = False


@dataclass(frozen=True, slots=True)
class AwsTrigger:
    """What starts a workload by itself: event source mapping, rule, schedule, function URL, pipeline stage."""

    id: str
    """The vendor's ARN, or ``<workload ARN>#<what>`` where it has none."""
    kind: str
    """``event-source``, ``event-rule``, ``schedule``, ``function-url``, ``pipeline``, ``topic``, ``bucket``,
    ``webhook``."""
    account: str
    region: str
    target_arn: str
    ref: EvidenceRef
    source_arn: str = ""
    """Queue, stream, topic …; empty for a schedule."""
    role_arn: str = ""
    """The role that the trigger itself uses to start the target."""
    enabled: bool | None = None
    public: bool | None = None
    """Anyone may start it without AWS credentials (function URL with ``AuthType`` ``NONE``); ``None``: not known."""
    input_free: bool | None = None
    """Whoever edits it chooses the input."""
    managed_elsewhere: bool = False
    """Owned by a service: its users cannot change it."""


@dataclass(frozen=True, slots=True)
class AwsLaunchTemplate:
    """An EC2 launch template (or launch configuration) with its default version's profile."""

    arn: str
    id: str
    name: str
    account: str
    region: str
    ref: EvidenceRef
    profile_arn: str = ""
    """Instance profile ARN or name of the default version."""
    default_version: str = ""
    latest_version: str = ""
    has_user_data: bool | None = None
    launch_configuration: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EksAccessEntry:
    """An EKS access entry: an IAM principal and what it may do in the cluster."""

    principal_arn: str
    kind: str
    """``STANDARD``, ``EC2_LINUX`` …"""
    groups: tuple[str, ...]
    policies: tuple[tuple[str, str], ...]
    """(access policy ARN, ``cluster`` or ``namespace:<names joined by a comma>``)."""
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class AwsCluster:
    """An EKS cluster."""

    arn: str
    name: str
    account: str
    region: str
    ref: EvidenceRef
    role_arn: str = ""
    oidc_issuer: str = ""
    """Without scheme."""
    authentication_mode: str = ""
    """``API``, ``API_AND_CONFIG_MAP`` or ``CONFIG_MAP``."""
    endpoint_public: bool | None = None
    access_entries: tuple[EksAccessEntry, ...] = ()
    access_entries_known: bool = False
    pod_identities: tuple[tuple[str, str, str], ...] = ()
    """(namespace, service account, role ARN); the target role's where one is set, since pods get its credentials."""
    pod_identities_known: bool = False
    node_role_arns: tuple[str, ...] = ()
    """Roles of managed node groups and of the nodes that EKS itself starts (auto mode)."""
    node_roles_known: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwsEcsCluster:
    """An ECS cluster."""

    arn: str
    name: str
    account: str
    region: str
    ref: EvidenceRef
    status: str = ""
    """``ACTIVE``, ``INACTIVE`` …; empty when only the list of clusters names it."""
    container_instances: int | None = None
    """Registered container instances, which ``StartTask`` needs; ``None``: not known."""
    capacity_providers: tuple[str, ...] = ()
    """``FARGATE``, ``FARGATE_SPOT``, or the names of own ones."""
    exec_logging: str = ""
    """How sessions of ECS exec are logged: ``NONE``, ``DEFAULT`` or ``OVERRIDE``; empty when not set or not known."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwsInstanceConnectEndpoint:
    """An EC2 Instance Connect endpoint: reaches instances of its VPC that have no public address."""

    arn: str
    id: str
    account: str
    region: str
    ref: EvidenceRef
    state: str = ""
    """``create-complete`` when it can be used."""
    vpc_id: str = ""
    subnet_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
