"""Planted: identities that run code as an administrator role, in new workloads or existing ones.

Input: a ``Lab``. Output: ``KINDS``. Not handled: services without a case here; ``docs/accuracy.md`` has one of each.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.statements import Json, allow, document
from benchmarks.estate.ids import ago, hexadecimal
from benchmarks.estate.lab import SEALED, Kind, Lab

__all__ = ["KINDS"]

_PASS: Final = "iam:PassRole"
_PASS_PAGE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
_DOCS: Final = "https://docs.aws.amazon.com/"


def _new_function(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_service("ec2" if lab.is_twin("other-service") else "lambda"))
    when: Json | None = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    passing = allow(_PASS, boss, when if lab.is_twin("passed-to-another") else None)
    made = lab.arn("lambda", f"function:{lab.word('fn')}-*")
    lab.admin(lab.user(passing, allow("lambda:CreateFunction lambda:InvokeFunction", made)), ("lambda-001",))


def _new_instance(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_service("ec2"))
    if not lab.is_twin("no-profile"):
        lab.profile(boss)
    start = "ec2:DescribeInstances" if lab.is_twin("no-start") else "ec2:RunInstances"
    lab.admin(lab.user(allow(_PASS, boss), allow(start)), ("ec2-001",))


def _new_build(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_service("codebuild"))
    project = lab.arn("codebuild", f"project/{lab.word('build')}")
    started = "codebuild:CreateProject" if lab.is_twin("no-start") else "codebuild:CreateProject codebuild:StartBuild"
    lab.admin(lab.role(lab.trusts_service("ec2"), allow(_PASS, boss), allow(started, project)), ("codebuild-001",))


def _new_stack(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_service("cloudformation"))
    passed = lab.role(lab.trusts_service("cloudformation")) if lab.is_twin("other-role") else boss
    stacks = lab.arn("cloudformation", f"stack/{lab.word('stack')}-*/*")
    lab.admin(lab.user(allow(_PASS, passed), allow("cloudformation:CreateStack", stacks)), ("cloudformation-001",))


def _new_job(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_service("glue"))
    jobs = lab.arn("glue", f"job/{lab.word('job')}-*")
    limit = lab.policy(document(allow("glue:*", jobs))) if lab.is_twin("boundary") else ""
    statements = [allow(_PASS, boss), allow("glue:CreateJob glue:StartJobRun", jobs)]
    lab.admin(lab.user(*statements, boundary=limit), ("glue-003",))


def _change_function(lab: Lab) -> None:
    role = lab.role if lab.is_twin("harmless-role") else lab.administrator
    function = lab.function(role(lab.trusts_service("lambda")), prefix=SEALED if lab.is_twin("scp") else "fn")
    lab.admin(lab.user(allow("lambda:UpdateFunctionCode lambda:InvokeFunction", function)), ("lambda-004",))


def _command(lab: Lab) -> None:
    fleet = lab.word("fleet")
    tags = {"fleet": lab.word("fleet") if lab.is_twin("other-tag") else fleet}
    boss = lab.administrator(lab.trusts_service("ec2"))
    lab.instance(boss, tags, managed=not lab.is_twin("not-managed"))
    where = lab.arn("ec2", "instance/*")
    on_fleet: Json = {"StringEquals": {"aws:ResourceTag/fleet": fleet}}
    shell = "arn:aws:ssm:*::document/AWS-RunShellScript"
    lab.admin(lab.user(allow("ssm:SendCommand", where, on_fleet), allow("ssm:SendCommand", shell)), ("ssm-002",))


def _build(lab: Lab) -> None:
    name = lab.word("build")
    arn = lab.arn("codebuild", f"project/{name}")
    boss = lab.administrator(lab.trusts_service("codebuild"))
    body = {"name": name, "arn": arn, "serviceRole": boss, "source": {"type": "NO_SOURCE", "buildspec": ""},
            "environment": {"type": "LINUX_CONTAINER", "environmentVariables": []}}  # fmt: skip
    lab.home.bodies["codebuild.list_projects"].append(name)
    lab.home.calls["codebuild.batch_get_projects"].append(
        ({"names": [name]}, {"projects": [body], "projectsNotFound": []})
    )
    target = f"{arn}-docs" if lab.is_twin("other-project") else arn
    lab.admin(lab.user(allow("codebuild:StartBuild", target)), ("codebuild-002",))


def _shell(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_service("ecs-tasks"))
    name, family = lab.word("cluster"), lab.word("task")
    cluster, definition = lab.arn("ecs", f"cluster/{name}"), lab.arn("ecs", f"task-definition/{family}:1")
    task = lab.arn("ecs", f"task/{name}/{hexadecimal(lab.estate.seed, 32, family)}")
    running = {
        "taskArn": task, "clusterArn": cluster, "taskDefinitionArn": definition, "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING", "launchType": "FARGATE", "enableExecuteCommand": not lab.is_twin("not-enabled"),
        "containers": [{"name": "main", "lastStatus": "RUNNING"}], "overrides": {"containerOverrides": []},
    }  # fmt: skip
    described = {
        "taskDefinitionArn": definition, "family": family, "revision": 1, "status": "ACTIVE", "taskRoleArn": boss,
        "containerDefinitions": [{"name": "main", "image": f"{family}:1", "environment": [], "secrets": []}],
    }  # fmt: skip
    bodies, calls = lab.home.bodies, lab.home.calls
    bodies["ecs.list_clusters"].append(cluster)
    cluster_body = {
        "clusterArn": cluster,
        "clusterName": name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
    }
    calls["ecs.describe_clusters"].append(({"clusters": [cluster]}, {"clusters": [cluster_body], "failures": []}))
    calls["ecs.list_services"].append(({"cluster": cluster}, {"serviceArns": []}))
    calls["ecs.list_tasks"].append(({"cluster": cluster}, {"taskArns": [task]}))
    calls["ecs.describe_tasks"].append(({"cluster": cluster, "tasks": [task]}, {"tasks": [running], "failures": []}))
    bodies["ecs.list_task_definitions"].append(definition)
    calls["ecs.describe_task_definition"].append(({"taskDefinition": definition}, {"taskDefinition": described}))
    lab.admin(lab.user(allow("ecs:ExecuteCommand", [cluster, task])), ("nhi-ecs-executecommand",))


def _update_stack(lab: Lab) -> None:
    name = lab.word("stack")
    stack = lab.arn("cloudformation", f"stack/{name}/{hexadecimal(lab.estate.seed, 32, name)}")
    boss = lab.administrator(lab.trusts_service("cloudformation"))
    body = {"StackId": stack, "StackName": name, "StackStatus": "UPDATE_COMPLETE", "CreationTime": ago(200)}
    if not lab.is_twin("no-role"):
        body["RoleARN"] = boss
    lab.home.bodies["cloudformation.describe_stacks"].append(body)
    lab.admin(
        lab.user(allow("cloudformation:UpdateStack cloudformation:DescribeStacks", stack)), ("cloudformation-002",)
    )


KINDS: Final = (
    Kind(
        "workloads/new-function",
        "It may pass the role, which trusts Lambda, to a function that it makes and starts.",
        _PASS_PAGE,
        {
            "other-service": "The role trusts EC2 and no instance profile holds it.",
            "passed-to-another": "iam:PassedToService must be ECS; Lambda is handed no role.",
        },
        _new_function,
    ),
    Kind(
        "workloads/new-instance",
        "It may launch an instance with the role's instance profile.",
        _DOCS + "IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html",
        {"no-profile": "No instance profile holds the role.", "no-start": "It may describe instances alone."},
        _new_instance,
    ),
    Kind(
        "workloads/new-build",
        "It may make a build project with the role and start a build.",
        _DOCS + "codebuild/latest/APIReference/API_CreateProject.html",
        {"no-start": "It may start no build."},
        _new_build,
    ),
    Kind(
        "workloads/new-stack",
        "It may create a stack with the role.",
        _DOCS + "AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html",
        {"other-role": "It may pass a role without permissions."},
        _new_stack,
    ),
    Kind(
        "workloads/new-job",
        "It may make a job with the role and run it.",
        _DOCS + "glue/latest/dg/attach-policy-iam-user.html",
        {"boundary": "Its permissions boundary does not allow iam:PassRole."},
        _new_job,
    ),
    Kind(
        "workloads/change-function",
        "It may replace the code of a function that runs as the role, and start it.",
        _DOCS + "lambda/latest/api/API_UpdateFunctionCode.html",
        {
            "harmless-role": "The function's role may do nothing.",
            "scp": "A service control policy denies it for functions of that name.",
        },
        _change_function,
    ),
    Kind(
        "workloads/command",
        "It may run commands on instances with a tag, and this one bears it.",
        _DOCS + "systems-manager/latest/userguide/run-command-setting-up.html",
        {"not-managed": "The instance is not registered with Systems Manager.", "other-tag": "Its tag is another."},
        _command,
    ),
    Kind(
        "workloads/build",
        "It may start a build, with a specification of its own, in a project that runs as the role.",
        _DOCS + "codebuild/latest/APIReference/API_StartBuild.html",
        {"other-project": "It may start builds of a project whose name begins alike."},
        _build,
    ),
    Kind(
        "workloads/shell",
        "It may open a shell in a running task.",
        _DOCS + "AmazonECS/latest/developerguide/ecs-exec.html",
        {"not-enabled": "The task was started without ECS Exec."},
        _shell,
    ),
    Kind(
        "workloads/update-stack",
        "It may update a stack; CloudFormation goes on using the stack's service role.",
        _DOCS + "AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html",
        {"no-role": "The stack has no service role: its changes are made with the caller's own rights."},
        _update_stack,
    ),
)
"""Kinds of this module."""
