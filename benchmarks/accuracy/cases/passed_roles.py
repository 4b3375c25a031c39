"""Cases: a role is passed to something new.

Input: ``benchmarks.accuracy.cases.passed``. Output: ``CASES``. Not handled: what exists already (``existing_*``).
Which service name a role must trust: each vendor page that ``source`` names.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.case import Case
from benchmarks.accuracy.cases.passed import Passed, passed_cases
from benchmarks.accuracy.cases.resources import cluster, queue
from benchmarks.accuracy.cases.resources_services import glue_job, stack_set
from benchmarks.accuracy.statements import BOSS, role_arn, service

__all__ = ["CASES"]

_API = "https://docs.aws.amazon.com/"
_ECS = "ecs:RegisterTaskDefinition"


def _spot(account: Account) -> Account:
    """Add the role that the Spot service needs; it was made with the account's first request."""
    return account.role("AWSServiceRoleForEC2Spot", trust=service("spot"), path="/aws-service-role/spot.amazonaws.com/")


def _scaling(account: Account) -> Account:
    return account.role(
        "AWSServiceRoleForAutoScaling",
        trust=service("autoscaling"),
        path="/aws-service-role/autoscaling.amazonaws.com/",
    )


def _execution(account: Account) -> Account:
    """Let stack sets act in the account through the usual execution role."""
    execution = "AWSCloudFormationStackSetExecutionRole"
    trust = {"Effect": "Allow", "Principal": {"AWS": BOSS}, "Action": "sts:AssumeRole"}
    return account.role(execution, trust=trust, attached=["AdministratorAccess"])


def _stack_set(account: Account) -> Account:
    return stack_set(_execution(account), role_arn("AWSCloudFormationStackSetAdministrationRole"))


_ROWS: Final[tuple[tuple[Passed, str], ...]] = (
    (Passed("lambda-001", "lambda", "lambda:CreateFunction lambda:InvokeFunction"), "resource"),
    (Passed("lambda-001", "lambda", "lambda:CreateFunction lambda:InvokeFunction"), "key"),
    (
        Passed(
            "lambda-002", "lambda", "lambda:CreateFunction lambda:CreateEventSourceMapping sqs:SendMessage", world=queue
        ),
        "resource",
    ),
    (Passed("lambda-006", "lambda", "lambda:CreateFunction lambda:AddPermission"), "boundary"),
    (Passed("ec2-001", "ec2", "ec2:RunInstances", profile=True), "profile"),
    (Passed("ec2-001", "ec2", "ec2:RunInstances", profile=True), "key"),
    (Passed("ec2-003", "ec2", "ec2:RequestSpotInstances", profile=True, world=_spot), "profile"),
    (
        Passed(
            "ecs-001",
            "ecs-tasks",
            f"ecs:CreateCluster {_ECS} ecs:CreateService",
            "ecs:CreateService",
        ),
        "start",
    ),
    (Passed("ecs-002", "ecs-tasks", f"ecs:CreateCluster {_ECS} ecs:RunTask", "ecs:RunTask"), "start"),
    (Passed("ecs-003", "ecs-tasks", f"{_ECS} ecs:CreateService", world=cluster), "key"),
    (Passed("ecs-004", "ecs-tasks", f"{_ECS} ecs:RunTask", world=cluster), "resource"),
    (Passed("ecs-005", "ecs-tasks", f"{_ECS} ecs:StartTask", "ecs:StartTask", world=cluster), "start"),
    (Passed("glue-001", "glue", "glue:CreateDevEndpoint glue:GetDevEndpoint"), "key"),
    (Passed("glue-003", "glue", "glue:CreateJob glue:StartJobRun", "glue:StartJobRun"), "start"),
    (Passed("glue-004", "glue", "glue:CreateJob glue:CreateTrigger", "glue:CreateTrigger"), "start"),
    (Passed("glue-005", "glue", "glue:UpdateJob glue:StartJobRun", world=glue_job), "key"),
    (Passed("glue-006", "glue", "glue:UpdateJob glue:CreateTrigger", world=glue_job), "deny"),
    (Passed("apprunner-001", "tasks.apprunner", "apprunner:CreateService"), "scp"),
    (
        Passed(
            "bedrock-001",
            "bedrock-agentcore",
            "bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:StartCodeInterpreterSession "
            "bedrock-agentcore:InvokeCodeInterpreter",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ),
        "start",
    ),
    (
        Passed(
            "sagemaker-001",
            "sagemaker",
            "sagemaker:CreateNotebookInstance sagemaker:CreatePresignedNotebookInstanceUrl",
        ),
        "key",
    ),
    (Passed("sagemaker-002", "sagemaker", "sagemaker:CreateTrainingJob"), "boundary"),
    (Passed("sagemaker-003", "sagemaker", "sagemaker:CreateProcessingJob"), "scp"),
    (Passed("cloudformation-001", "cloudformation", "cloudformation:CreateStack"), "key"),
    (
        Passed(
            "cloudformation-003",
            "cloudformation",
            "cloudformation:CreateStackSet cloudformation:CreateStackInstances",
            "cloudformation:CreateStackInstances",
            world=_execution,
        ),
        "start",
    ),
    (Passed("cloudformation-004", "cloudformation", "cloudformation:UpdateStackSet", world=_stack_set), "deny"),
    (
        Passed("codebuild-001", "codebuild", "codebuild:CreateProject codebuild:StartBuild", "codebuild:StartBuild"),
        "start",
    ),
    (Passed("codebuild-004", "codebuild", "codebuild:CreateProject codebuild:StartBuildBatch"), "resource"),
    (
        Passed(
            "datapipeline-001",
            "datapipeline ec2",
            "datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline",
            "datapipeline:ActivatePipeline",
            profile=True,
        ),
        "start",
    ),
    (
        Passed(
            "nhi-autoscaling-createautoscalinggroup",
            "ec2",
            "autoscaling:CreateLaunchConfiguration autoscaling:CreateAutoScalingGroup",
            "autoscaling:CreateAutoScalingGroup",
            _API + "autoscaling/ec2/userguide/us-iam-role.html",
            profile=True,
            world=_scaling,
        ),
        "profile",
    ),
    (
        Passed(
            "nhi-states-createstatemachine",
            "states",
            "states:CreateStateMachine states:StartExecution",
            "states:StartExecution",
            _API + "step-functions/latest/dg/supported-services-awssdk.html",
        ),
        "key",
    ),
    (
        Passed(
            "nhi-scheduler-createschedule",
            "scheduler",
            "scheduler:CreateSchedule",
            "",
            _API + "scheduler/latest/UserGuide/managing-targets-universal.html",
        ),
        "key",
    ),
    (
        Passed(
            "nhi-rolesanywhere-createtrustanchor",
            "rolesanywhere",
            "rolesanywhere:CreateTrustAnchor rolesanywhere:CreateProfile",
            "rolesanywhere:CreateProfile",
            _API + "rolesanywhere/latest/userguide/getting-started.html",
            trust="sts:AssumeRole sts:TagSession sts:SetSourceIdentity",
        ),
        "start",
    ),
)


def _cases() -> tuple[Case, ...]:
    found = [each for one, twin in _ROWS for each in passed_cases(one, twin)]
    return tuple({each.name: each for each in found}.values())


CASES: Final[tuple[Case, ...]] = _cases()
"""A technique with two rows has its common cases once."""
