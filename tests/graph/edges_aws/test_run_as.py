"""A workload runs as its role only where the role's trust policy lets the workload's service assume it."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.aws.workload_types import WorkloadKind
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, here
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust
from tests.worlds.view import look
from tests.worlds.workloads import cluster, put, template, workload

K = WorkloadKind
APP, JOB, BOX = A.role("app"), A.function("job"), A.instance("i-1")
AGENTS = "bedrock-agentcore.amazonaws.com"
SERVICES = {
    K.APPRUNNER_SERVICE: "tasks.apprunner.amazonaws.com",
    K.AUTO_SCALING_GROUP: "ec2.amazonaws.com",
    K.BATCH_JOB_DEFINITION: "ecs-tasks.amazonaws.com",
    K.BATCH_COMPUTE_ENVIRONMENT: "ec2.amazonaws.com",
    K.BEDROCK_CODE_INTERPRETER: AGENTS,
    K.BEDROCK_AGENT_RUNTIME: AGENTS,
    K.CLOUDFORMATION_STACK: "cloudformation.amazonaws.com",
    K.CODEBUILD_PROJECT: "codebuild.amazonaws.com",
    K.DATA_PIPELINE: "ec2.amazonaws.com",
    K.ECS_TASK_DEFINITION: "ecs-tasks.amazonaws.com",
    K.ECS_SERVICE: "ecs-tasks.amazonaws.com",
    K.ECS_TASK: "ecs-tasks.amazonaws.com",
    K.GLUE_DEV_ENDPOINT: "glue.amazonaws.com",
    K.GLUE_JOB: "glue.amazonaws.com",
    K.SAGEMAKER_NOTEBOOK: "sagemaker.amazonaws.com",
    K.SAGEMAKER_STUDIO_APP: "sagemaker.amazonaws.com",
    K.STATE_MACHINE: "states.amazonaws.com",
}
THING = f"arn:aws:x:eu-west-1:{ACCOUNT}:thing/one"


def _state(where: World, folder: Path, node: str) -> State:
    return look(where, folder).state(node, APP, kind=EdgeKind.RUNS_AS)


def test_every_kind_whose_code_holds_a_role_has_its_service() -> None:
    assert set(K) - set(SERVICES) == {K.CLOUDFORMATION_STACK_SET, K.CODEPIPELINE, K.SSM_AUTOMATION}


@pytest.mark.parametrize("kind", list(SERVICES), ids=str)
def test_the_service_must_be_trusted(kind: WorkloadKind, tmp_path: Path) -> None:
    trusted = here().role("app", trusts=trust(service=SERVICES[kind]))
    assert _state(put(trusted, workload(kind, THING, "app")), tmp_path / "1", THING) is State.VERIFIED
    other = here().role("app", trusts=trust(service="firehose.amazonaws.com"))
    assert _state(put(other, workload(kind, THING, "app")), tmp_path / "2", THING) is State.VOID


def test_a_state_machine_in_the_older_spelling_of_its_region(tmp_path: Path) -> None:
    where = here().role("app", trusts=trust(service="states.eu-west-1.amazonaws.com"))
    assert _state(put(where, workload(K.STATE_MACHINE, THING, "app")), tmp_path, THING) is State.VERIFIED


def _function(*trusts: Json) -> World:
    grant = allow("lambda:UpdateFunctionCode", "lambda:InvokeFunction")
    return here().role("app", allow("*"), trusts=trusts).function("job", "app").user("ci", grant)


@pytest.mark.parametrize(
    ("trusts", "expected"),
    [
        (trust(service="lambda.amazonaws.com"), State.VERIFIED),
        (trust(service=["ec2.amazonaws.com", "lambda.amazonaws.com"]), State.VERIFIED),
        (trust(service="ec2.amazonaws.com"), State.VOID),
        (trust(OTHER), State.VOID),
        (trust("*"), State.UNVERIFIED),
        (trust(service="lambda.amazonaws.com", when={"StringEquals": {"aws:SourceAccount": ACCOUNT}}), State.VERIFIED),
        (trust(service="lambda.amazonaws.com", when={"StringEquals": {"aws:SourceAccount": OTHER}}), State.VOID),
        (trust(service="lambda.amazonaws.com", when={"ArnEquals": {"aws:SourceArn": JOB}}), State.VERIFIED),
        (trust(service="lambda.amazonaws.com", action="sts:TagSession"), State.VOID),
    ],
)
def test_a_function(trusts: Json, expected: State, tmp_path: Path) -> None:
    assert _state(_function(trusts), tmp_path, JOB) is expected


def test_a_function_whose_role_is_denied_to_lambda(tmp_path: Path) -> None:
    service = "lambda.amazonaws.com"
    where = _function(trust(service=service), trust(service=service, effect="Deny"))
    assert _state(where, tmp_path, JOB) is State.VOID


def test_a_function_that_cannot_start_is_not_taken_over(tmp_path: Path) -> None:
    taken = EdgeKind.CAN_TAKE_OVER
    good, bad = trust(service="lambda.amazonaws.com"), trust(service="ec2.amazonaws.com")
    assert look(_function(good), tmp_path / "1").targets(CI, taken) == {JOB}
    assert look(_function(bad), tmp_path / "2").targets(CI, taken) == set()


@pytest.mark.parametrize(("service", "expected"), [("ec2", State.VERIFIED), ("lambda", State.VOID)])
def test_an_instance_and_its_template(service: str, expected: State, tmp_path: Path) -> None:
    where = here().role("app", allow("*"), trusts=trust(service=f"{service}.amazonaws.com"), profile=True)
    where.instance("i-1", "app", managed=True).user("ci", allow("ssm:StartSession"))
    launcher = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:launch-template/lt-1"
    view = look(put(where, template(launcher, "app")), tmp_path)
    assert view.state(BOX, APP, kind=EdgeKind.RUNS_AS) is expected
    assert view.state(launcher, APP, kind=EdgeKind.RUNS_AS) is expected
    assert view.state(CI, BOX, kind=EdgeKind.CAN_TAKE_OVER) is expected


@pytest.mark.parametrize(
    ("trusts", "expected"),
    [
        (trust(service="pods.eks.amazonaws.com", action=["sts:AssumeRole", "sts:TagSession"]), State.VERIFIED),
        (trust(service="pods.eks.amazonaws.com"), State.VOID),
        (trust(service="ec2.amazonaws.com"), State.VOID),
        (trust(A.role("pod")), State.UNVERIFIED),
    ],
)
def test_pods(trusts: Json, expected: State, tmp_path: Path) -> None:
    main = f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/main"
    where = put(here().role("app", trusts=trusts), cluster(main, pod_identities=(("shop", "web", APP),)))
    assert _state(where, tmp_path, main) is expected


def test_a_trust_that_cannot_be_read(tmp_path: Path) -> None:
    where = _function(trust(service="lambda.amazonaws.com"))
    where.here.roles["app"]["AssumeRolePolicyDocument"] = {"Version": "2012-10-17", "Statement": [{"Effect": "Maybe"}]}
    assert _state(where.role("other", deny("*")), tmp_path, JOB) is State.UNVERIFIED
