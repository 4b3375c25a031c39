"""Resources of managed services that cases put into an account, as the vendor's own answers.

Input: an account. Output: the same account with one resource more. Not handled: fields that no question touches.
Result keys: botocore's service models.
"""

from __future__ import annotations

import json

from benchmarks.accuracy.account import Account, call
from benchmarks.accuracy.statements import ACCOUNT, BOSS, Json, allow, arn, role_arn, service

__all__ = [
    "code_interpreter",
    "dev_endpoint",
    "glue_job",
    "notebook",
    "project",
    "runner_service",
    "secret",
    "stack",
    "stack_set",
]

_THEN = "2025-06-01T00:00:00+00:00"
_NOTEBOOK = arn("sagemaker", "notebook-instance/lab")


def glue_job(account: Account) -> Account:
    """Add a Glue job whose own role may list buckets."""
    account.role("glue-nightly", allow("s3:ListAllMyBuckets"), trust=service("glue"))
    job = {
        "Name": "nightly",
        "Role": role_arn("glue-nightly"),
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://glue-scripts/nightly.py"},
        "CreatedOn": _THEN,
        "LastModifiedOn": _THEN,
    }
    return account.has("glue.get_jobs", {"Jobs": [job]})


def dev_endpoint(account: Account, role: str = BOSS) -> Account:
    """Add a Glue development endpoint that is ready."""
    body = {
        "EndpointName": "dev",
        "RoleArn": role,
        "Status": "READY",
        "PublicAddress": "ec2-203-0-113-9.compute-1.amazonaws.com",
        "CreatedTimestamp": _THEN,
    }
    return account.has("glue.get_dev_endpoints", {"DevEndpoints": [body]})


def notebook(account: Account, role: str = BOSS, status: str = "InService") -> Account:
    """Add a SageMaker notebook instance."""
    short = {"NotebookInstanceName": "lab", "NotebookInstanceArn": _NOTEBOOK, "NotebookInstanceStatus": status}
    account.has("sagemaker.list_notebook_instances", {"NotebookInstances": [short]})
    full = {
        **short,
        "RoleArn": role,
        "RootAccess": "Enabled",
        "DirectInternetAccess": "Enabled",
        "InstanceType": "ml.t3.medium",
        "CreationTime": _THEN,
        "LastModifiedTime": _THEN,
    }
    return account.has("sagemaker.describe_notebook_instance", [call({"NotebookInstanceName": "lab"}, full)])


def stack(account: Account, role: str = BOSS) -> Account:
    """Add a CloudFormation stack, with a service role or none."""
    body = {
        "StackId": arn("cloudformation", "stack/base/0a1b2c3d-0000-1111-2222-333344445555"),
        "StackName": "base",
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": _THEN,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
    if role:
        body["RoleARN"] = role
    return account.has("cloudformation.describe_stacks", {"Stacks": [body]})


def stack_set(account: Account, role: str) -> Account:
    """Add a self-managed stack set with one instance in the account."""
    short = {
        "StackSetName": "baseline",
        "StackSetId": "baseline:0a1b2c3d-0000-1111-2222-333344445555",
        "Status": "ACTIVE",
        "PermissionModel": "SELF_MANAGED",
    }
    full = {
        **short,
        "StackSetARN": arn("cloudformation", "stackset/baseline:0a1b2c3d-0000-1111-2222-333344445555"),
        "AdministrationRoleARN": role,
        "ExecutionRoleName": "AWSCloudFormationStackSetExecutionRole",
    }
    one = {
        "StackSetId": short["StackSetId"],
        "Region": "us-east-1",
        "Account": ACCOUNT,
        "StackId": arn("cloudformation", "stack/StackSet-baseline/0a1b2c3d-0000-1111-2222-333344445555"),
        "Status": "CURRENT",
    }
    account.has("cloudformation.list_stack_sets", {"Summaries": [short]})
    account.has("cloudformation.describe_stack_set", [call({"StackSetName": "baseline"}, {"StackSet": full})])
    return account.has(
        "cloudformation.list_stack_instances", [call({"StackSetName": "baseline"}, {"Summaries": [one]})]
    )


def project(account: Account, role: str = BOSS) -> Account:
    """Add a CodeBuild project."""
    body = {
        "name": "ci",
        "arn": arn("codebuild", "project/ci"),
        "serviceRole": role,
        "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2"},
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [],
            "privilegedMode": False,
        },
        "buildBatchConfig": {"serviceRole": role},
        "tags": [],
        "created": _THEN,
        "lastModified": _THEN,
    }
    account.has("codebuild.list_projects", {"projects": ["ci"]})
    return account.has(
        "codebuild.batch_get_projects", [call({"names": ["ci"]}, {"projects": [body], "projectsNotFound": []})]
    )


def runner_service(account: Account, role: str = BOSS) -> Account:
    """Add an App Runner service, with an instance role or none."""
    where = arn("apprunner", "service/site/0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    short = {"ServiceName": "site", "ServiceId": "0a1b2c3d", "ServiceArn": where, "Status": "RUNNING"}
    short |= {"CreatedAt": _THEN, "UpdatedAt": _THEN}
    settings = {"Cpu": "1024", "Memory": "2048"} | ({"InstanceRoleArn": role} if role else {})
    account.has("apprunner.list_services", {"ServiceSummaryList": [short]})
    full = {**short, "InstanceConfiguration": settings, "SourceConfiguration": {"AutoDeploymentsEnabled": False}}
    return account.has("apprunner.describe_service", [call({"ServiceArn": where}, {"Service": full})])


def code_interpreter(account: Account, role: str = BOSS) -> Account:
    """Add a Bedrock AgentCore code interpreter of one's own, with an execution role or none."""
    where = arn("bedrock-agentcore", "code-interpreter-custom/calc-0a1b2c3d4e")
    short = {"codeInterpreterId": "calc-0a1b2c3d4e", "codeInterpreterArn": where, "name": "calc", "status": "READY"}
    short |= {"createdAt": _THEN}
    full: Json = {**short, "networkConfiguration": {"networkMode": "PUBLIC"}}
    if role:
        full["executionRoleArn"] = role
    account.has("bedrock-agentcore-control.list_code_interpreters", {"codeInterpreterSummaries": [short]})
    asked = {"codeInterpreterId": "calc-0a1b2c3d4e"}
    return account.has("bedrock-agentcore-control.get_code_interpreter", [call(asked, full)])


def secret(account: Account, key_policy: Json | None = None) -> Account:
    """Add the secret ``bob-key``; with a key policy it is encrypted under a customer key, else under AWS's."""
    where = arn("secretsmanager", "secret:bob-key-AbCdEf")
    one = {"ARN": where, "Name": "bob-key", "CreatedDate": _THEN}
    if key_policy is not None:
        name = "0a1b2c3d-1111-2222-3333-444455556666"
        key = arn("kms", f"key/{name}")
        one["KmsKeyId"] = key
        account.has("kms.list_keys", {"Keys": [{"KeyId": name, "KeyArn": key}]})
        meta = {"KeyId": name, "Arn": key, "KeyManager": "CUSTOMER", "KeyState": "Enabled", "Enabled": True}
        account.has("kms.describe_key", [call({"KeyId": name}, {"KeyMetadata": meta})])
        asked = {"KeyId": name, "PolicyName": "default"}
        account.has("kms.get_key_policy", [call(asked, {"Policy": json.dumps(key_policy)})])
    account.has("secretsmanager.list_secrets", {"SecretList": [one]})
    answer = {"ARN": where, "Name": "bob-key"}
    return account.has("secretsmanager.get_resource_policy", [call({"SecretId": where}, answer)])
