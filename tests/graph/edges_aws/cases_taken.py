"""Cases of techniques that run code in an existing workload, from the vendor's documentation.

Input: none. Output: ``cases()``. Not handled: functions, instances (``cases_code``), launch templates
(``cases_taken_compute``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, OTHER, A, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, trust
from tests.worlds.workloads import put, workload

__all__ = ["cases"]

APP = A.role("app")
K = WorkloadKind


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{ACCOUNT}:{rest}"


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    service: str
    """That the role trusts."""
    workload: AwsWorkload
    on: Mapping[str, tuple[str, ...]]
    """Permission to what it is authorised on."""
    role: tuple[Json, ...] = ()
    """What the role itself holds."""
    keys: frozenset[str] = frozenset()
    """What stays open at best."""
    twins: Mapping[str, AwsWorkload] = field(default_factory=dict)
    """The workload in a state in which it does not work."""
    unknown: Mapping[str, AwsWorkload] = field(default_factory=dict)
    """The workload as it is when the evidence leaves something out."""


def _up(what: AwsWorkload) -> tuple[dict[str, AwsWorkload], dict[str, AwsWorkload]]:
    twins = {"it does not run": replace(what, running=False)}
    return twins, {"nothing tells whether it runs": replace(what, running=None)}


def _setting(what: AwsWorkload, name: str, value: str, words: str) -> dict[str, AwsWorkload]:
    return {words: replace(what, settings={**what.settings, name: value})}


SERVICE = workload(K.APPRUNNER_SERVICE, _arn("apprunner", "service/web/1"), "app", running=True)
INTERPRETER = workload(
    K.BEDROCK_CODE_INTERPRETER, _arn("bedrock-agentcore", "code-interpreter-custom/calc-1"), "app",
    settings={"status": "READY"},
)  # fmt: skip
STACK = workload(
    K.CLOUDFORMATION_STACK, _arn("cloudformation", "stack/net/1"), "app", settings={"StackStatus": "UPDATE_COMPLETE"}
)
PROJECT = workload(K.CODEBUILD_PROJECT, _arn("codebuild", "project/release"), "app")
BATCHED = replace(PROJECT, settings={"batchServiceRole": A.role("batch")})
DEFINITION = workload(
    K.ECS_TASK_DEFINITION, _arn("ecs", "task-definition/web:3"), "app", service_role_arn=A.role("execution")
)
CLUSTER = _arn("ecs", "cluster/main")
TASK = workload(K.ECS_TASK, _arn("ecs", "task/main/1"), "app", running=True, exec_enabled=True, cluster_arn=CLUSTER)
JOB_DEFINITION = workload(K.BATCH_JOB_DEFINITION, _arn("batch", "job-definition/train:2"), "app")
ENDPOINT = workload(K.GLUE_DEV_ENDPOINT, _arn("glue", "devEndpoint/dev"), "app", running=True)
JOB = workload(K.GLUE_JOB, _arn("glue", "job/nightly"), "app")
NOTEBOOK = workload(K.SAGEMAKER_NOTEBOOK, _arn("sagemaker", "notebook-instance/lab"), "app", running=True)
MACHINE = workload(K.STATE_MACHINE, _arn("states", "stateMachine:orders"), "app")
CHANNELS = allow(
    "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
)  # fmt: skip
_FIXED = _setting(STACK, "StackStatus", "ROLLBACK_COMPLETE", "its creation was rolled back") | _setting(
    STACK, "StackStatus", "DELETE_IN_PROGRESS", "it is being deleted"
)
_NO_EXEC = {"commands are not enabled": replace(TASK, exec_enabled=False)}
_LIFECYCLE = f"arn:aws:sagemaker:*:{ACCOUNT}:notebook-instance-lifecycle-config/*"
_BROKEN = _setting(NOTEBOOK, "NotebookInstanceStatus", "Deleting", "it is being deleted")

_ROWS = (
    _Row(
        "apprunner-002", "tasks.apprunner.amazonaws.com", SERVICE, {"apprunner:UpdateService": (SERVICE.arn,)},
        twins=_up(SERVICE)[0], unknown=_up(SERVICE)[1],
    ),
    _Row(
        "bedrock-002", "bedrock-agentcore.amazonaws.com", INTERPRETER,
        {
            "bedrock-agentcore:StartCodeInterpreterSession": (INTERPRETER.arn,),
            "bedrock-agentcore:InvokeCodeInterpreter": (INTERPRETER.arn,),
        },
        twins=_setting(INTERPRETER, "status", "DELETING", "it is being deleted"),
        unknown={"nothing tells its status": replace(INTERPRETER, settings={})},
    ),
    _Row(
        "cloudformation-002", "cloudformation.amazonaws.com", STACK, {"cloudformation:UpdateStack": (STACK.arn,)},
        twins=_FIXED,
    ),
    _Row(
        "cloudformation-005", "cloudformation.amazonaws.com", STACK,
        {"cloudformation:CreateChangeSet": (STACK.arn,), "cloudformation:ExecuteChangeSet": (STACK.arn,)}, twins=_FIXED,
    ),
    _Row("codebuild-002", "codebuild.amazonaws.com", PROJECT, {"codebuild:StartBuild": (PROJECT.arn,)}),
    _Row(
        "codebuild-003", "codebuild.amazonaws.com", BATCHED, {"codebuild:StartBuildBatch": (PROJECT.arn,)},
        twins=_setting(PROJECT, "sourceType", "GITHUB", "it has no role for batches"),
        unknown={"nothing tells of a role for batches": PROJECT},
    ),
    _Row(
        "nhi-ecs-runtask", "ecs-tasks.amazonaws.com", DEFINITION,
        {"ecs:RunTask": (DEFINITION.arn,), "iam:PassRole": (APP, A.role("execution"))},
        twins=_setting(DEFINITION, "status", "INACTIVE", "it was deregistered"),
    ),
    _Row(
        "nhi-ecs-executecommand", "ecs-tasks.amazonaws.com", TASK, {"ecs:ExecuteCommand": (TASK.arn, CLUSTER)},
        role=(CHANNELS,), twins=_up(TASK)[0] | _NO_EXEC,
        unknown=_up(TASK)[1] | {"nothing tells of commands": replace(TASK, exec_enabled=None)},
    ),
    _Row(
        "nhi-batch-submitjob", "ecs-tasks.amazonaws.com", JOB_DEFINITION,
        {"batch:SubmitJob": (JOB_DEFINITION.arn, f"arn:aws:batch:*:{ACCOUNT}:job-queue/*")},
        keys=frozenset({"nhi:batch-job-queue-exists"}),
        twins=_setting(JOB_DEFINITION, "status", "INACTIVE", "it was deregistered"),
    ),
    _Row(
        "glue-002", "glue.amazonaws.com", ENDPOINT, {"glue:UpdateDevEndpoint": (ENDPOINT.arn,)},
        twins=_up(ENDPOINT)[0], unknown=_up(ENDPOINT)[1],
    ),
    _Row(
        "nhi-glue-startjobrun", "glue.amazonaws.com", JOB, {"glue:StartJobRun": (JOB.arn,)},
        keys=frozenset({"nhi:role-can-read-a-script-of-the-caller"}),
    ),
    _Row(
        "sagemaker-004", "sagemaker.amazonaws.com", NOTEBOOK,
        {"sagemaker:CreatePresignedNotebookInstanceUrl": (NOTEBOOK.arn,)},
        twins=_up(NOTEBOOK)[0], unknown=_up(NOTEBOOK)[1],
    ),
    _Row(
        "sagemaker-005", "sagemaker.amazonaws.com", NOTEBOOK,
        {
            "sagemaker:CreateNotebookInstanceLifecycleConfig": (_LIFECYCLE,),
            "sagemaker:StopNotebookInstance": (NOTEBOOK.arn,),
            "sagemaker:UpdateNotebookInstance": (NOTEBOOK.arn,),
            "sagemaker:StartNotebookInstance": (NOTEBOOK.arn,),
        },
        twins=_BROKEN,
    ),
    _Row(
        "nhi-states-updatestatemachine", "states.amazonaws.com", MACHINE,
        {"states:UpdateStateMachine": (MACHINE.arn,), "states:StartExecution": (MACHINE.arn,)},
        twins=_setting(MACHINE, "status", "DELETING", "it is being deleted"),
    ),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Yield every case."""
    for row in _ROWS:
        yield from _row(row)
    yield from _tasks()
    yield from _parts()
    yield from _stopped()


def _world(row: _Row, *grants: Json, what: AwsWorkload | None = None) -> World:
    base = here().role("app", *row.role, trusts=trust(service=row.service))
    base.role("execution", trusts=trust(service="ecs-tasks.amazonaws.com"))
    return put(base.user("ci", *grants), what or row.workload)


def _row(row: _Row) -> Iterator[Case]:
    best = State.CONDITIONAL if row.keys else State.VERIFIED
    node, everything = row.workload.arn, allow(*row.on)
    exact = [allow(action, on=list(on)) for action, on in row.on.items()]
    yield fires(row.id, "any resource", _world(row, everything), node, state=best, keys=row.keys)
    yield fires(row.id, "each permission on its own resource", _world(row, *exact), node, state=best, keys=row.keys)
    for action, several in row.on.items():
        kept = [each for each in row.on if each != action]
        if kept:
            yield silent(row.id, f"without {action}", _world(row, allow(*kept)), node)
        for missing in several:
            left = [each for each in several if each != missing] or [missing.replace(ACCOUNT, OTHER)]
            others = [allow(name, on=list(on)) for name, on in row.on.items() if name != action]
            words = f"{action} not on the {missing.split(':', 5)[-1].split('/')[0].split(':')[0]} {missing[-12:]}"
            yield silent(row.id, words, _world(row, *others, allow(action, on=left)), node)
    yield silent(row.id, "no permission at all", _world(row, allow("s3:*")), node)
    for words, twin in {
        "it has no role": replace(row.workload, role_arn=""),
        "a service manages it": replace(row.workload, managed_elsewhere=True),
        **row.twins,
    }.items():
        yield silent(row.id, words, _world(row, everything, what=twin), node)
    for words, known in row.unknown.items():
        world = _world(row, everything, what=known)
        yield fires(row.id, words, world, node, state=State.UNVERIFIED, noted=True)
    tagged = allow(*row.on, when={"StringEquals": {"aws:ResourceTag/env": "test"}})
    live = replace(row.workload, tags={"env": "live"}, tags_known=True)
    yield silent(row.id, "on workloads with another tag", _world(row, tagged, what=live), node)


def _tasks() -> Iterator[Case]:
    one = "nhi-ecs-executecommand"
    grant = allow("ecs:ExecuteCommand")
    plain = here().role("app", trusts=trust(service="ecs-tasks.amazonaws.com")).user("ci", grant)
    yield silent(one, "the task role may open no channel", put(plain, TASK), TASK.arn)
    stopped = replace(TASK, settings={"ExecuteCommandAgent": "STOPPED"})
    ready = here().role("app", CHANNELS, trusts=trust(service="ecs-tasks.amazonaws.com")).user("ci", grant)
    yield silent(one, "the agent stopped", put(ready, stopped), TASK.arn)
    two, pair = "nhi-ecs-runtask", allow("ecs:RunTask", "iam:PassRole")
    tasks = trust(service="ecs-tasks.amazonaws.com")
    alone = replace(DEFINITION, service_role_arn="")
    yield fires(
        two, "no execution role",
        put(here().role("app", trusts=tasks).user("ci", allow("ecs:RunTask"), allow("iam:PassRole", on=APP)), alone),
        DEFINITION.arn,
    )  # fmt: skip
    to_lambda = allow("iam:PassRole", when={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})
    yield silent(
        two, "roles may be passed to Lambda alone",
        put(here().role("app", trusts=tasks).user("ci", allow("ecs:RunTask"), to_lambda), alone), DEFINITION.arn,
    )  # fmt: skip
    yield silent(
        two, "for the role itself it is no gain",
        put(here().role("app", pair, trusts=tasks), alone), DEFINITION.arn, APP,
    )  # fmt: skip


def _parts() -> Iterator[Case]:
    """A job definition whose groups of nodes differ in role is several workloads of one ARN."""
    one, part = "nhi-batch-submitjob", replace(JOB_DEFINITION, arn=JOB_DEFINITION.arn + "#1:")
    queue = f"arn:aws:batch:*:{ACCOUNT}:job-queue/*"
    grant = allow("batch:SubmitJob", on=[JOB_DEFINITION.arn, queue])
    base = here().role("app", trusts=trust(service="ecs-tasks.amazonaws.com")).user("ci", grant)
    yield fires(
        one, "one part of a definition", put(base, part), part.arn,
        state=State.CONDITIONAL, keys={"nhi:batch-job-queue-exists"},
    )  # fmt: skip


def _stopped() -> Iterator[Case]:
    """A notebook instance that is stopped is started by the caller."""
    start, url = "sagemaker:StartNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"
    change, script = "sagemaker:UpdateNotebookInstance", "sagemaker:CreateNotebookInstanceLifecycleConfig"
    for one, actions in (("sagemaker-004", (url, start)), ("sagemaker-005", (change, script, start))):

        def ready(*grants: str, status: str = "Stopped", running: bool | None = False) -> World:
            base = here().role("app", trusts=trust(service="sagemaker.amazonaws.com")).user("ci", allow(*grants))
            settings = {"NotebookInstanceStatus": status} if status else {}
            return put(base, replace(NOTEBOOK, running=running, settings=settings))

        yield fires(one, "it is stopped and may be started", ready(*actions), NOTEBOOK.arn)
        yield silent(one, "it is stopped and may not be started", ready(*actions[:-1]), NOTEBOOK.arn)
        yield silent(one, "it failed", ready(*actions, status="Failed"), NOTEBOOK.arn)
    yield silent(one, "it runs and may not be stopped", ready(*actions, status="InService", running=True), NOTEBOOK.arn)
