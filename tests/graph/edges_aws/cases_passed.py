"""Cases of techniques that pass a role to a service, family by family, from the vendor's documentation.

Input: none. Output: ``cases()``. Not handled: Lambda and EC2 instances, which ``cases_code`` has.

Each technique is tried with every permission on every resource, with each permission on the resource type that the
Service Authorization Reference gives it, and without each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, OTHER, A, B, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, trust
from tests.worlds.workloads import cluster, ecs_cluster, put

__all__ = ["cases"]

APP = A.role("app")
ECS, GLUE, SAGEMAKER = "ecs-tasks.amazonaws.com", "glue.amazonaws.com", "sagemaker.amazonaws.com"
CLUSTER = "arn:aws:eks:eu-west-1:111111111111:cluster/main"
ECS_CLUSTER = "arn:aws:ecs:eu-west-1:111111111111:cluster/web"


def _ecs_cluster(where: World) -> World:
    return put(where, ecs_cluster(ECS_CLUSTER, container_instances=1))


def _eks_cluster(where: World) -> World:
    return put(where, cluster(CLUSTER))


def _same(where: World) -> World:
    return where


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    service: str
    on: Mapping[str, str]
    """Permission to the resource type that it is authorised on; ``*``: it knows none."""
    profile: bool = False
    world: Callable[[World], World] = _same
    """What must exist."""
    role: tuple[Json, ...] = ()
    """What the role itself holds."""
    trust_action: tuple[str, ...] = ("sts:AssumeRole",)
    keys: frozenset[str] = field(default_factory=frozenset)
    """What stays open at best."""


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:*:{ACCOUNT}:{rest}"


_TD = _arn("ecs", "task-definition/*")
_ECS = {
    "ecs:CreateCluster": _arn("ecs", "cluster/*"), "ecs:RegisterTaskDefinition": _TD, "ecs:RunTask": _TD,
    "ecs:StartTask": _TD, "ecs:CreateService": _arn("ecs", "service/*"),
}  # fmt: skip
_PROJECT, _JOB = _arn("codebuild", "project/*"), _arn("glue", "job/*")


def _ecs(*actions: str) -> dict[str, str]:
    return {f"ecs:{action}": _ECS[f"ecs:{action}"] for action in actions}


_ROWS = (
    _Row("apprunner-001", "tasks.apprunner.amazonaws.com", {"apprunner:CreateService": _arn("apprunner", "service/*")}),
    _Row("ecs-001", ECS, _ecs("CreateCluster", "RegisterTaskDefinition", "CreateService")),
    _Row("ecs-002", ECS, _ecs("CreateCluster", "RegisterTaskDefinition", "RunTask")),
    _Row("ecs-003", ECS, _ecs("RegisterTaskDefinition", "CreateService"), world=_ecs_cluster),
    _Row("ecs-004", ECS, _ecs("RegisterTaskDefinition", "RunTask"), world=_ecs_cluster),
    _Row("ecs-005", ECS, _ecs("RegisterTaskDefinition", "StartTask"), world=_ecs_cluster),
    _Row(
        "nhi-eks-createpodidentityassociation", "pods.eks.amazonaws.com",
        {"eks:CreatePodIdentityAssociation": _arn("eks", "cluster/*")}, world=_eks_cluster,
        trust_action=("sts:AssumeRole", "sts:TagSession"), keys=frozenset({"nhi:can-run-a-pod-in-the-cluster"}),
    ),
    _Row(
        "nhi-autoscaling-createlaunchconfiguration", "ec2.amazonaws.com",
        {
            "autoscaling:CreateLaunchConfiguration": _arn("autoscaling", "launchConfiguration:*"),
            "autoscaling:CreateAutoScalingGroup": _arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/web-*"),
        },
        profile=True,
    ),
    _Row(
        "bedrock-001", "bedrock-agentcore.amazonaws.com",
        {
            "bedrock-agentcore:CreateCodeInterpreter": "*",
            "bedrock-agentcore:StartCodeInterpreterSession": _arn("bedrock-agentcore", "code-interpreter-custom/*"),
            "bedrock-agentcore:InvokeCodeInterpreter": _arn("bedrock-agentcore", "code-interpreter-custom/*"),
        },
    ),
    _Row(
        "cloudformation-001", "cloudformation.amazonaws.com",
        {"cloudformation:CreateStack": _arn("cloudformation", "stack/team-*/*")},
    ),
    _Row(
        "codebuild-001", "codebuild.amazonaws.com",
        {"codebuild:CreateProject": _PROJECT, "codebuild:StartBuild": _PROJECT},
    ),
    _Row(
        "codebuild-004", "codebuild.amazonaws.com",
        {"codebuild:CreateProject": _PROJECT, "codebuild:StartBuildBatch": _PROJECT}, role=(allow("codebuild:*"),),
    ),
    _Row("glue-001", GLUE, {"glue:CreateDevEndpoint": "*"}),
    _Row("glue-003", GLUE, {"glue:CreateJob": _JOB, "glue:StartJobRun": _JOB}),
    _Row("glue-004", GLUE, {"glue:CreateJob": _JOB, "glue:CreateTrigger": _arn("glue", "trigger/*")}),
    _Row(
        "nhi-glue-createsession", GLUE,
        {"glue:CreateSession": _arn("glue", "session/*"), "glue:RunStatement": _arn("glue", "session/*")},
    ),
    _Row("sagemaker-002", SAGEMAKER, {"sagemaker:CreateTrainingJob": _arn("sagemaker", "training-job/*")}),
    _Row("sagemaker-003", SAGEMAKER, {"sagemaker:CreateProcessingJob": _arn("sagemaker", "processing-job/*")}),
    _Row(
        "nhi-states-createstatemachine", "states.amazonaws.com",
        {
            "states:CreateStateMachine": _arn("states", "stateMachine:*"),
            "states:StartExecution": _arn("states", "stateMachine:*"),
        },
    ),
    _Row(
        "nhi-events-puttargets", "events.amazonaws.com",
        {"events:PutRule": _arn("events", "rule/*"), "events:PutTargets": _arn("events", "rule/*")},
        role=(allow("ssm:SendCommand"),), keys=frozenset({"nhi:call-is-one-that-event-targets-make"}),
    ),
    _Row(
        "nhi-scheduler-createschedule", "scheduler.amazonaws.com",
        {"scheduler:CreateSchedule": _arn("scheduler", "schedule/*/*")},
    ),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Yield every case."""
    for row in _ROWS:
        yield from _row(row)
    for row in _ROWS:
        if "*" not in row.on.values():
            yield silent(
                row.id, "on resources of another account",
                _with_role(row).user("ci", allow("iam:PassRole"), *_each(row, swap=True)), APP,
            )  # fmt: skip


def _with_role(row: _Row, service: str = "") -> World:
    trusted = trust(service=service or row.service, action=list(row.trust_action))
    return row.world(here()).role("app", *row.role, trusts=trusted, profile=row.profile)


def _each(row: _Row, *, swap: bool = False) -> list[Json]:
    return [allow(action, on=on.replace(ACCOUNT, OTHER) if swap else on) for action, on in row.on.items()]


def _row(row: _Row) -> Iterator[Case]:
    everything = allow("iam:PassRole", *row.on)
    state = State.CONDITIONAL if row.keys else State.VERIFIED
    passed = {"StringEquals": {"iam:PassedToService": row.service}}
    elsewhere = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    yield fires(row.id, "any role", _with_role(row).user("ci", everything), APP, keys=row.keys, state=state)
    yield fires(
        row.id, "each permission on its own resource type",
        _with_role(row).user("ci", allow("iam:PassRole", on=APP, when=passed), *_each(row)),
        APP, keys=row.keys, state=state,
    )  # fmt: skip
    yield silent(
        row.id, "passed to Lambda alone",
        _with_role(row).user("ci", allow(*row.on), allow("iam:PassRole", when=elsewhere)), APP,
    )  # fmt: skip
    yield silent(
        row.id, "role trusts another service", _with_role(row, "lambda.amazonaws.com").user("ci", everything), APP
    )
    yield silent(row.id, "role trusts the service no more", _untrusted(row).user("ci", everything), APP)
    yield silent(
        row.id, "a role of another account",
        row.world(here()).user("ci", everything).account(OTHER)
        .role("app", *row.role, trusts=trust(service=row.service, action=list(row.trust_action)), profile=row.profile),
        B.role("app"),
    )  # fmt: skip
    for missing in ("iam:PassRole", *row.on):
        kept = [action for action in ("iam:PassRole", *row.on) if action != missing]
        yield silent(row.id, f"without {missing}", _with_role(row).user("ci", allow(*kept)), APP)


def _untrusted(row: _Row) -> World:
    denied = trust(service=row.service, action=list(row.trust_action), effect="Deny")
    allowed = trust(service=row.service, action=list(row.trust_action))
    return row.world(here()).role("app", *row.role, trusts=[allowed, denied], profile=row.profile)
