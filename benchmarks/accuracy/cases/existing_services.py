"""Cases: a managed service that runs with a role already is taken over.

Input: ``resources``. Output: ``CASES``. Not handled: network reach of endpoints; no tool here looks at it.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.case import PF, Case, case
from benchmarks.accuracy.cases.resources_services import (
    code_interpreter,
    dev_endpoint,
    notebook,
    project,
    runner_service,
    stack,
    stack_set,
)
from benchmarks.accuracy.cases.running import at, weak
from benchmarks.accuracy.statements import allow, arn, role_arn, service

__all__ = ["CASES"]

_API = "https://docs.aws.amazon.com/"
_LIFECYCLE = (
    "sagemaker:CreateNotebookInstanceLifecycleConfig sagemaker:StopNotebookInstance "
    "sagemaker:UpdateNotebookInstance sagemaker:StartNotebookInstance"
)


def _bare_runner(account: Account) -> Account:
    return runner_service(account, role="")


def _bare_stack(account: Account) -> Account:
    return stack(account, role="")


def _bare_interpreter(account: Account) -> Account:
    return code_interpreter(account, role="")


def _stopped_notebook(account: Account) -> Account:
    return notebook(account, status="Stopped")


CASES: Final[tuple[Case, ...]] = (
    case(
        "apprunner-002/instance-role",
        "yes",
        "The service may be given another image and runs it with the same role.",
        PF + "apprunner-002",
        at("tasks.apprunner", runner_service, allow("apprunner:UpdateService")),
    ),
    case(
        "apprunner-002/no-instance-role",
        "no",
        "The service has no instance role, and none may be passed.",
        _API + "apprunner/latest/dg/security_iam_service-with-iam.html",
        at("tasks.apprunner", _bare_runner, allow("apprunner:UpdateService")),
    ),
    case(
        "bedrock-002/interpreter-with-role",
        "yes",
        "Code in the interpreter gets the credentials of its execution role.",
        PF + "bedrock-002",
        at(
            "bedrock-agentcore",
            code_interpreter,
            allow("bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter"),
        ),
    ),
    case(
        "bedrock-002/interpreter-without-role",
        "no",
        "The interpreter has no execution role.",
        _API + "bedrock-agentcore/latest/devguide/code-interpreter-tool.html",
        at(
            "bedrock-agentcore",
            _bare_interpreter,
            allow("bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter"),
        ),
    ),
    case(
        "cloudformation-002/service-role",
        "yes",
        "An update runs with the role that the stack remembers; none is passed again.",
        PF + "cloudformation-002",
        at("cloudformation", stack, allow("cloudformation:UpdateStack")),
    ),
    case(
        "cloudformation-002/own-permissions",
        "no",
        "The stack has no role: updates run with the caller's permissions.",
        _API + "AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html",
        at("cloudformation", _bare_stack, allow("cloudformation:UpdateStack")),
    ),
    case(
        "cloudformation-005/service-role",
        "yes",
        "A change set runs with the role that the stack remembers.",
        PF + "cloudformation-005",
        at("cloudformation", stack, allow("cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet")),
    ),
    case(
        "cloudformation-005/not-executed",
        "no",
        "Change sets may be made, not executed, by this caller; they do nothing by themselves.",
        _API + "AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html",
        at("cloudformation", stack, allow("cloudformation:CreateChangeSet")),
    ),
    case(
        "cloudformation-004/stack-set-of-another-role",
        "no",
        "The stack set is run by a role that does not exist, and no role may be passed.",
        _API + "AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html",
        stack_set(
            Account().boss(service("cloudformation")).user("mallory", allow("cloudformation:UpdateStackSet")),
            role_arn("AWSCloudFormationStackSetAdministrationRole"),
        ),
    ),
    case(
        "codebuild-002/build",
        "yes",
        "A build takes its commands from the caller and runs as the project's role.",
        PF + "codebuild-002",
        at("codebuild", project, allow("codebuild:StartBuild")),
    ),
    case(
        "codebuild-002/role-with-little",
        "no",
        "The project's role may list buckets.",
        _API + "codebuild/latest/userguide/setting-up-service-role.html",
        weak("codebuild", project, allow("codebuild:StartBuild")),
    ),
    case(
        "codebuild-002/other-project",
        "no",
        "Builds of another project only.",
        _API + "codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html",
        at("codebuild", project, allow("codebuild:StartBuild", arn("codebuild", "project/docs"))),
    ),
    case(
        "codebuild-003/batch",
        "yes",
        "A batch build takes its commands from the caller too.",
        PF + "codebuild-003",
        at("codebuild", project, allow("codebuild:StartBuildBatch")),
    ),
    case(
        "codebuild-003/no-project",
        "no",
        "There is no project.",
        PF + "codebuild-003",
        Account().boss(service("codebuild")).user("mallory", allow("codebuild:StartBuildBatch")),
    ),
    case(
        "glue-002/endpoint",
        "yes",
        "A public key of the caller opens a shell on the endpoint.",
        PF + "glue-002",
        at("glue", dev_endpoint, allow("glue:UpdateDevEndpoint glue:GetDevEndpoint")),
    ),
    case(
        "glue-002/role-with-little",
        "no",
        "The endpoint's role may list buckets.",
        _API + "glue/latest/webapi/API_UpdateDevEndpoint.html",
        weak("glue", dev_endpoint, allow("glue:UpdateDevEndpoint glue:GetDevEndpoint")),
    ),
    case(
        "sagemaker-004/url",
        "yes",
        "A presigned address opens the notebook, and with it a terminal.",
        PF + "sagemaker-004",
        at("sagemaker", notebook, allow("sagemaker:CreatePresignedNotebookInstanceUrl")),
    ),
    case(
        "sagemaker-004/role-with-little",
        "no",
        "The notebook's role may list buckets.",
        _API + "sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html",
        weak("sagemaker", notebook, allow("sagemaker:CreatePresignedNotebookInstanceUrl")),
    ),
    case(
        "sagemaker-004/stopped",
        "no",
        "The notebook is stopped, and this caller cannot start it.",
        _API + "sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html",
        at("sagemaker", _stopped_notebook, allow("sagemaker:CreatePresignedNotebookInstanceUrl")),
    ),
    case(
        "sagemaker-005/lifecycle",
        "yes",
        "A lifecycle script of the caller runs when the notebook starts.",
        PF + "sagemaker-005",
        at("sagemaker", notebook, allow(_LIFECYCLE)),
    ),
    case(
        "sagemaker-005/cannot-stop",
        "no",
        "A running notebook cannot be updated, and this one may not be stopped.",
        _API + "sagemaker/latest/APIReference/API_UpdateNotebookInstance.html",
        at("sagemaker", notebook, allow(_LIFECYCLE.replace("sagemaker:StopNotebookInstance ", ""))),
    ),
)
