"""Cases: a function, instance or task that runs with a role already is taken over.

Input: ``resources``. Output: ``CASES``. Not handled: network reach of instances; no tool here looks at it.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.case import IAM, PF, Case, case
from benchmarks.accuracy.cases.resources import cluster, function, instance, scaling_group, schedule_for, task
from benchmarks.accuracy.cases.running import at, weak
from benchmarks.accuracy.statements import ACCOUNT, allow, arn, deny

__all__ = ["CASES"]

_API = "https://docs.aws.amazon.com/"
_LAMBDA = _API + "lambda/latest/api/API_UpdateFunctionCode.html"
_SCP = _API + "organizations/latest/userguide/orgs_manage_policies_scps.html"
_REPORT = arn("lambda", "function:report")
_RESTART = "ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances"


def _scheduled(account: Account) -> Account:
    return schedule_for(function(account))


def _bare(account: Account) -> Account:
    return instance(account, profile="")


def _unmanaged(account: Account) -> Account:
    return instance(account, managed=False)


def _follows(account: Account) -> Account:
    return scaling_group(account, "$Default")


def _pinned(account: Account) -> Account:
    return scaling_group(account, "1")


def _shell(account: Account) -> Account:
    return task(account, shell=True)


def _no_shell(account: Account) -> Account:
    return task(account, shell=False)


_LAMBDA_CASES: Final = (
    case(
        "lambda-003/on-a-schedule",
        "yes",
        "A rule starts the function each hour, and with it the new code.",
        PF + "lambda-003",
        at("lambda", _scheduled, allow("lambda:UpdateFunctionCode", _REPORT)),
    ),
    case(
        "lambda-003/nothing-seen-to-start-it",
        "conditional",
        "Code may be replaced; whether anything runs it is not in the evidence.",
        _LAMBDA,
        at("lambda", function, allow("lambda:UpdateFunctionCode", _REPORT)),
    ),
    case(
        "lambda-003/other-function",
        "no",
        "The permission names another function.",
        _API + "lambda/latest/dg/lambda-api-permissions-ref.html",
        at("lambda", _scheduled, allow("lambda:UpdateFunctionCode", arn("lambda", "function:mail"))),
    ),
    case(
        "lambda-004/invoke",
        "yes",
        "Code may be replaced and the function invoked.",
        PF + "lambda-004",
        at("lambda", function, allow("lambda:UpdateFunctionCode lambda:InvokeFunction")),
    ),
    case(
        "lambda-004/role-with-little",
        "no",
        "The function's role may list buckets.",
        _LAMBDA,
        weak("lambda", function, allow("lambda:UpdateFunctionCode lambda:InvokeFunction")),
    ),
    case(
        "lambda-004/denied-by-scp",
        "no",
        "An SCP denies updating functions.",
        _SCP,
        at("lambda", function, allow("lambda:UpdateFunctionCode lambda:InvokeFunction")).scp(
            deny("lambda:UpdateFunction*")
        ),
    ),
    case(
        "lambda-005/add-permission",
        "yes",
        "Code may be replaced, and the caller may let itself invoke the function.",
        PF + "lambda-005",
        at("lambda", function, allow("lambda:UpdateFunctionCode lambda:AddPermission", _REPORT)),
    ),
    case(
        "lambda-005/denied",
        "no",
        "Replacing code is denied.",
        IAM + "reference_policies_evaluation-logic_policy-eval-denyallow.html",
        at(
            "lambda",
            function,
            allow("lambda:UpdateFunctionCode lambda:AddPermission"),
            deny("lambda:UpdateFunctionCode", _REPORT),
        ),
    ),
    case(
        "nhi-lambda-updatefunctionconfiguration/layer",
        "yes",
        "A layer of the caller's choice runs with the function, which the caller may invoke.",
        _API + "lambda/latest/api/API_UpdateFunctionConfiguration.html",
        at(
            "lambda", function, allow("lambda:UpdateFunctionConfiguration lambda:GetLayerVersion lambda:InvokeFunction")
        ),
    ),
    case(
        "nhi-lambda-updatefunctionconfiguration/role-with-little",
        "no",
        "The function's role may list buckets.",
        _API + "lambda/latest/api/API_UpdateFunctionConfiguration.html",
        weak(
            "lambda", function, allow("lambda:UpdateFunctionConfiguration lambda:GetLayerVersion lambda:InvokeFunction")
        ),
    ),
)

_SERVER_CASES: Final = (
    case(
        "ec2-002/user-data",
        "yes",
        "The instance is stopped, given user data that runs at boot, and started.",
        PF + "ec2-002",
        at("ec2", instance, allow(_RESTART), profile=True),
    ),
    case(
        "ec2-002/no-profile",
        "no",
        "The instance carries no profile.",
        _API + "AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",
        at("ec2", _bare, allow(_RESTART), profile=True),
    ),
    case(
        "ec2-002/cannot-stop",
        "no",
        "User data can be changed on a stopped instance only; this one runs and may not be stopped.",
        _API + "AWSEC2/latest/UserGuide/user-data.html",
        at("ec2", instance, allow("ec2:ModifyInstanceAttribute ec2:StartInstances"), profile=True),
    ),
    case(
        "ec2-004/group-follows-default",
        "yes",
        "The group launches the template's default version, which the caller may write and set.",
        PF + "ec2-004",
        at("ec2", _follows, allow("ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate"), profile=True),
    ),
    case(
        "ec2-004/group-is-pinned",
        "conditional",
        "The group launches version 1; whether anything else launches the default is not in the evidence.",
        _API + "AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html",
        at("ec2", _pinned, allow("ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate"), profile=True),
    ),
    case(
        "ec2-004/other-template",
        "no",
        "The permission names another template.",
        _API + "service-authorization/latest/reference/list_amazonec2.html",
        at(
            "ec2",
            _follows,
            allow(
                "ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate",
                arn("ec2", "launch-template/lt-0ffffffffffffffff"),
            ),
            profile=True,
        ),
    ),
    case(
        "ec2instanceconnect-003/push-key",
        "yes",
        "A public key may be pushed to an instance with the profile.",
        PF + "ec2instanceconnect-003",
        at("ec2", instance, allow("ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances"), profile=True),
    ),
    case(
        "ec2instanceconnect-003/no-profile",
        "no",
        "The instance carries no profile.",
        _API + "AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",
        at("ec2", _bare, allow("ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances"), profile=True),
    ),
    case(
        "ssm-001/session",
        "yes",
        "A session runs commands on a managed instance.",
        PF + "ssm-001",
        at("ec2", instance, allow("ssm:StartSession"), profile=True),
    ),
    case(
        "ssm-001/not-managed",
        "no",
        "Systems Manager does not know the instance.",
        _API + "systems-manager/latest/userguide/session-manager-prerequisites.html",
        at("ec2", _unmanaged, allow("ssm:StartSession"), profile=True),
    ),
    case(
        "ssm-001/other-tag",
        "no",
        "Sessions on instances tagged dev only; this one is prod.",
        _API + "systems-manager/latest/userguide/getting-started-restrict-access-examples.html",
        at(
            "ec2",
            instance,
            allow(
                "ssm:StartSession",
                f"arn:aws:ec2:*:{ACCOUNT}:instance/*",
                {"StringEquals": {"ssm:resourceTag/env": "dev"}},
            ),
            profile=True,
        ),
    ),
    case(
        "ssm-002/command",
        "yes",
        "A shell document may be sent to the instance.",
        PF + "ssm-002",
        at(
            "ec2",
            instance,
            allow(
                "ssm:SendCommand",
                ["arn:aws:ssm:us-east-1::document/AWS-RunShellScript", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/*"],
            ),
            profile=True,
        ),
    ),
    case(
        "ssm-002/document-only",
        "no",
        "The document may be sent, but to no instance.",
        _API + "systems-manager/latest/userguide/run-command-setting-up.html",
        at(
            "ec2",
            instance,
            allow("ssm:SendCommand", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript"),
            profile=True,
        ),
    ),
    case(
        "ssm-002/denied-by-scp",
        "no",
        "An SCP denies sending commands.",
        _SCP,
        at("ec2", instance, allow("ssm:SendCommand"), profile=True).scp(deny("ssm:SendCommand")),
    ),
    case(
        "nhi-ecs-executecommand/exec-on",
        "yes",
        "A shell opens in a running task that has exec enabled.",
        _API + "AmazonECS/latest/developerguide/ecs-exec.html",
        at("ecs-tasks", _shell, allow("ecs:ExecuteCommand ecs:DescribeTasks")),
    ),
    case(
        "nhi-ecs-executecommand/exec-off",
        "no",
        "The task was started without exec.",
        _API + "AmazonECS/latest/developerguide/ecs-exec.html",
        at("ecs-tasks", _no_shell, allow("ecs:ExecuteCommand ecs:DescribeTasks")),
    ),
    case(
        "nhi-ecs-executecommand/no-task",
        "no",
        "The cluster runs no task.",
        _API + "AmazonECS/latest/developerguide/ecs-exec.html",
        at("ecs-tasks", cluster, allow("ecs:ExecuteCommand ecs:DescribeTasks")),
    ),
)

CASES: Final[tuple[Case, ...]] = (*_LAMBDA_CASES, *_SERVER_CASES)
