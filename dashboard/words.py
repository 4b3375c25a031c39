"""Words for people: kinds, states, owners, ages; one wording on every page.

Input: values of a snapshot. Output: text, not yet escaped. Not handled: escaping, which ``components.markup`` does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graph.kinds import EdgeKind, Impact, NodeKind, State

__all__ = [
    "CONTROL_WORDS",
    "OWNER_STATES",
    "STATE_MEANINGS",
    "VERBS",
    "age_text",
    "brief",
    "control_word",
    "date_text",
    "impact_text",
    "kind_word",
    "owner_state",
    "plural",
    "scope_word",
    "snapshot_text",
]

_KINDS: Mapping[NodeKind, str] = {
    NodeKind.AWS_USER: "AWS user",
    NodeKind.AWS_ROLE: "AWS role",
    NodeKind.AWS_ROOT: "AWS root user",
    NodeKind.AWS_GROUP: "AWS group",
    NodeKind.AWS_ACCESS_KEY: "access key",
    NodeKind.AWS_PASSWORD: "console password",
    NodeKind.AWS_SERVICE_CREDENTIAL: "service credential",
    NodeKind.AWS_SIGNING_CERTIFICATE: "signing certificate",
    NodeKind.AWS_ACCOUNT: "AWS account",
    NodeKind.AWS_ORGANIZATION: "AWS organization",
    NodeKind.AWS_OIDC_PROVIDER: "OIDC provider",
    NodeKind.AWS_SAML_PROVIDER: "SAML provider",
    NodeKind.AWS_EXTERNAL_PRINCIPAL: "outside principal",
    NodeKind.AWS_ANYONE: "anyone at AWS",
    NodeKind.OIDC_ISSUER: "OIDC issuer",
    NodeKind.OIDC_SUBJECT: "OIDC subject",
    NodeKind.LAMBDA_FUNCTION: "Lambda function",
    NodeKind.EC2_INSTANCE: "EC2 instance",
    NodeKind.S3_BUCKET: "S3 bucket",
    NodeKind.KMS_KEY: "KMS key",
    NodeKind.SECRET: "secret",
    NodeKind.APPRUNNER_SERVICE: "App Runner service",
    NodeKind.AUTO_SCALING_GROUP: "Auto Scaling group",
    NodeKind.BATCH_JOB_DEFINITION: "Batch job definition",
    NodeKind.BATCH_COMPUTE_ENVIRONMENT: "Batch compute environment",
    NodeKind.BEDROCK_CODE_INTERPRETER: "Bedrock code interpreter",
    NodeKind.BEDROCK_AGENT_RUNTIME: "Bedrock agent runtime",
    NodeKind.CLOUDFORMATION_STACK: "CloudFormation stack",
    NodeKind.CLOUDFORMATION_STACK_SET: "CloudFormation stack set",
    NodeKind.CODEBUILD_PROJECT: "CodeBuild project",
    NodeKind.CODEPIPELINE: "pipeline",
    NodeKind.DATA_PIPELINE: "data pipeline",
    NodeKind.ECS_TASK_DEFINITION: "ECS task definition",
    NodeKind.ECS_SERVICE: "ECS service",
    NodeKind.ECS_TASK: "ECS task",
    NodeKind.EKS_CLUSTER: "EKS cluster",
    NodeKind.GLUE_DEV_ENDPOINT: "Glue development endpoint",
    NodeKind.GLUE_JOB: "Glue job",
    NodeKind.LAUNCH_TEMPLATE: "launch template",
    NodeKind.SAGEMAKER_NOTEBOOK: "SageMaker notebook",
    NodeKind.SAGEMAKER_STUDIO_APP: "SageMaker Studio app",
    NodeKind.SSM_AUTOMATION: "Systems Manager automation",
    NodeKind.STATE_MACHINE: "state machine",
    NodeKind.EVENT_TRIGGER: "trigger",
    NodeKind.API: "API",
    NodeKind.API_AUTHORIZER: "API authorizer",
    NodeKind.DYNAMODB_TABLE: "DynamoDB table",
    NodeKind.DYNAMODB_STREAM: "DynamoDB stream",
    NodeKind.ECR_REPOSITORY: "image repository",
    NodeKind.EVENT_BUS: "event bus",
    NodeKind.LAMBDA_LAYER: "Lambda layer",
    NodeKind.SNS_TOPIC: "SNS topic",
    NodeKind.SQS_QUEUE: "SQS queue",
    NodeKind.SSM_DOCUMENT: "Systems Manager document",
    NodeKind.SSM_PARAMETER: "parameter",
    NodeKind.TRAIL: "trail",
    NodeKind.PERMISSION_SET: "permission set",
    NodeKind.IDENTITY_CENTER_PRINCIPAL: "Identity Center user or group",
    NodeKind.TRUST_ANCHOR: "trust anchor",
    NodeKind.COGNITO_IDENTITY_POOL: "identity pool",
    NodeKind.AWS_CHANGED_IDENTITY: "changed identity",
    NodeKind.SCOPE_ADMIN: "full control",
    NodeKind.HUB: "class",
    NodeKind.ENTRA_TENANT: "Entra tenant",
    NodeKind.ENTRA_ADMINISTRATIVE_UNIT: "administrative unit",
    NodeKind.ENTRA_APPLICATION: "application",
    NodeKind.ENTRA_BLUEPRINT: "agent blueprint",
    NodeKind.ENTRA_SERVICE_PRINCIPAL: "service principal",
    NodeKind.ENTRA_MICROSOFT_PRINCIPAL: "application of Microsoft",
    NodeKind.ENTRA_BLUEPRINT_PRINCIPAL: "blueprint principal",
    NodeKind.ENTRA_MANAGED_IDENTITY: "managed identity",
    NodeKind.ENTRA_AGENT_IDENTITY: "agent identity",
    NodeKind.ENTRA_AGENT_USER: "agent user",
    NodeKind.ENTRA_USER: "Entra user",
    NodeKind.ENTRA_GROUP: "Entra group",
    NodeKind.ENTRA_SECRET: "client secret",
    NodeKind.ENTRA_CERTIFICATE: "certificate",
    NodeKind.ENTRA_FEDERATED_CREDENTIAL: "federated credential",
    NodeKind.ENTRA_API: "API of an application",
    NodeKind.ENTRA_EXTERNAL_PRINCIPAL: "object not collected",
    NodeKind.AZURE_ROOT: "root scope",
    NodeKind.AZURE_MANAGEMENT_GROUP: "management group",
    NodeKind.AZURE_SUBSCRIPTION: "subscription",
    NodeKind.AZURE_RESOURCE_GROUP: "resource group",
    NodeKind.AZURE_VIRTUAL_MACHINE: "virtual machine",
    NodeKind.AZURE_SCALE_SET: "scale set",
    NodeKind.AZURE_APP_SERVICE: "web or function app",
    NodeKind.AZURE_LOGIC_APP: "logic app",
    NodeKind.AZURE_AUTOMATION_ACCOUNT: "automation account",
    NodeKind.AZURE_KUBERNETES_CLUSTER: "Kubernetes cluster",
    NodeKind.AZURE_CONTAINER_APP: "container app",
    NodeKind.AZURE_CONTAINER_GROUP: "container instances",
    NodeKind.AZURE_WORKLOAD: "workload",
    NodeKind.AZURE_KEY_VAULT: "key vault",
    NodeKind.AZURE_KEY_VAULT_SECRET: "secret of a key vault",
    NodeKind.AZURE_STORAGE_ACCOUNT: "storage account",
    NodeKind.AZURE_IDENTITY_RESOURCE: "managed identity (resource)",
    NodeKind.AZURE_RESOURCE: "Azure resource",
    NodeKind.OTHER_IDENTITY: "identity of another system",
    NodeKind.OTHER_PERSON: "person of another system",
    NodeKind.OTHER_GROUP: "group or role of another system",
    NodeKind.OTHER_CREDENTIAL: "credential of another system",
    NodeKind.OTHER_WORKLOAD: "workload of another system",
    NodeKind.OTHER_RESOURCE: "resource of another system",
    NodeKind.OTHER_SECRET: "secret of another system",
    NodeKind.OTHER_SCOPE: "scope of another system",
    NodeKind.OTHER_EXTERNAL: "named, not described",
    NodeKind.GITHUB_ORGANIZATION: "GitHub organization",
    NodeKind.GITHUB_USER: "GitHub user",
    NodeKind.GITHUB_TEAM: "GitHub team",
    NodeKind.GITHUB_REPOSITORY: "repository",
    NodeKind.GITHUB_REPOSITORY_ADMIN: "control of a repository",
    NodeKind.GITHUB_ACTIONS_IDENTITY: "workflow identity",
    NodeKind.GITHUB_BRANCH: "branch",
    NodeKind.GITHUB_ENVIRONMENT: "deployment environment",
    NodeKind.GITHUB_WORKFLOW: "workflow",
    NodeKind.GITHUB_JOB: "job of a workflow",
    NodeKind.GITHUB_RUNNER: "self-hosted runner",
    NodeKind.GITHUB_APP: "GitHub app",
    NodeKind.GITHUB_DEPLOY_KEY: "deploy key",
    NodeKind.GITHUB_TOKEN: "personal access token",
    NodeKind.GITHUB_SECRET: "Actions secret",
    NodeKind.GITHUB_ANYONE: "anyone at GitHub",
    NodeKind.GITHUB_EXTERNAL_REPOSITORY: "repository not collected",
    NodeKind.CI_GROUP: "group or workspace of repositories",
    NodeKind.CI_PROJECT: "project with pipelines",
    NodeKind.CI_IDENTITY: "pipeline identity",
    NodeKind.CI_BRANCH: "pipelines of a branch",
    NodeKind.CI_ENVIRONMENT: "pipelines of an environment",
    NodeKind.CI_JOB: "job of a pipeline",
    NodeKind.CI_VARIABLE: "pipeline variable",
    NodeKind.TERRAFORM_STATE: "Terraform state",
}

VERBS: Mapping[str, str] = {
    EdgeKind.MEMBER_OF: "is member of",
    EdgeKind.AUTHENTICATES_AS: "logs in as",
    EdgeKind.RUNS_AS: "runs as",
    EdgeKind.CAN_ASSUME: "assumes",
    EdgeKind.FEDERATES_INTO: "token becomes",
    EdgeKind.ADMIN_OF: "has",
    EdgeKind.CONTROLS: "includes",
    EdgeKind.CAN_CHANGE_OWN_POLICY: "changes own policy",
    EdgeKind.CAN_CHANGE_POLICY_OF: "changes a policy",
    EdgeKind.CAN_JOIN_GROUP: "joins",
    EdgeKind.CAN_CREATE_CREDENTIAL: "makes a credential",
    EdgeKind.CAN_CHANGE_TRUST: "changes trust",
    EdgeKind.CAN_PASS_ROLE: "starts code as",
    EdgeKind.CAN_TAKE_OVER: "runs code in",
    EdgeKind.CAN_GRANT: "lets itself in",
    EdgeKind.CAN_ACCESS: "uses",
    EdgeKind.INHERITS: "has what it has",
    EdgeKind.CAN_IMPERSONATE: "gets its tokens",
}
"""What the source of an edge does to its target, by kind of edge."""

STATE_MEANINGS: Mapping[State, str] = {
    State.VERIFIED: "works with what the holder can present",
    State.CONDITIONAL: "works only when the named conditions are met",
    State.UNVERIFIED: "could work; evidence is missing or was not understood",
}

OWNER_STATES: tuple[str, ...] = ("in office", "has left", "not known", "nobody named", "made by AWS")
"""Every answer of ``owner_state``."""

CONTROL_WORDS: tuple[str, ...] = ("direct", "by steps", "conditional", "unverified", "none found")
"""Every answer of ``control_word``."""


def kind_word(kind: str) -> str:
    """Return the word for a node kind; the stored name when there is none."""
    return _KINDS[NodeKind(kind)] if kind in set(NodeKind) else kind


def plural(count: int, one: str, many: str = "") -> str:
    """Return the number with its noun: ``1 role``, ``2,000 roles``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def owner_state(attributes: Mapping[str, Any]) -> str:
    """Return one of ``OWNER_STATES``: nobody claims that a named owner is there unless the evidence says so."""
    if attributes.get("service_linked"):
        return "made by AWS"
    if not attributes.get("owner"):
        return "nobody named"
    return {True: "in office", False: "has left"}.get(attributes.get("owner_active"), "not known")  # type: ignore[arg-type]


def control_word(state: State, steps: int) -> str:
    """Return one of ``CONTROL_WORDS`` for full control at its best state."""
    if state is State.VOID:
        return "none found"
    if state is State.VERIFIED:
        return "by steps" if steps else "direct"
    return state.word


def impact_text(impact: str, titles: Mapping[Impact, str]) -> str:
    """Return ``H4 read secrets``; ``""`` for none."""
    return f"{impact} {titles[Impact(impact)]}" if impact in set(Impact) else impact


def age_text(then: datetime, now: datetime) -> str:
    """Return the time between in words, the larger unit alone: ``20 days``; ``in the future`` when it is negative."""
    seconds = (now - then).total_seconds()
    if seconds < 0:
        return "in the future"
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return plural(int(seconds // size), unit)
    return "under a minute"


def date_text(value: str, as_of: datetime | None) -> str:
    """Return ``2026-10-31 (1 day before)`` for an ISO 8601 time; other text (``never``, ``unknown``) as it is.

    Without the time of the evidence there is no age.
    """
    try:
        then = datetime.fromisoformat(value)
    except ValueError:
        return value
    if then.tzinfo is None:
        return value
    if as_of is None:
        return f"{then:%Y-%m-%d}"
    age = age_text(then, as_of)
    return f"{then:%Y-%m-%d}" + (f" ({age})" if age == "in the future" else f" ({age} before)")


def brief(node_id: str, accounts: Mapping[str, str]) -> str:
    """Return what people call a node, the last part of an ARN for example; pages show the whole id beside it."""
    if node_id in accounts:
        return accounts[node_id]
    if node_id.startswith("aws:admin:"):
        account = node_id.removeprefix("aws:admin:")
        return f"full control of {accounts.get(account, account)}"
    if node_id.startswith("entra:admin:"):
        tenant = node_id.removeprefix("entra:admin:")
        return f"full control of {accounts.get(tenant, tenant)}"
    if node_id.startswith("oidc://"):
        return node_id.removeprefix("oidc://").partition("/")[2] or node_id.removeprefix("oidc://")
    if node_id.startswith("aws:") and ":arn:" in node_id:
        return brief(node_id[node_id.index("arn:") :], accounts)
    if not node_id.startswith("arn:"):
        return node_id.rpartition(":")[2] or node_id
    parts = node_id.split(":", 5)
    resource = parts[5] if len(parts) == 6 else node_id
    if resource == "root":
        return f"root of {accounts.get(parts[4], parts[4])}"
    if parts[2] == "iam":
        return resource.rpartition("/")[2]
    if parts[2] == "secretsmanager":
        return resource.removeprefix("secret:")
    return resource.rpartition(":")[2]


def scope_word(scope: str, names: Mapping[str, str]) -> str:
    """Return what people call a scope: the name of an account, tenant, subscription or management group."""
    return names.get(scope) or names.get(scope.rpartition(":")[2], scope.rpartition(":")[2])


def snapshot_text(snapshot: str) -> str:
    """Return ``2026-11-01 06:00 · 898c0b`` for an id that begins with its time; another name as it is."""
    parts = re.fullmatch(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)\d\dZ-([0-9a-f]{6})[0-9a-f]*", snapshot)
    return "{}-{}-{} {}:{} · {}".format(*parts.groups()) if parts else snapshot
