"""Techniques that start new code, or new calls of a service, with a passed role: what each needs, as data.

Input: none (data only). Output: ``PASSED``. Not handled: what must exist already (``pass_role``), stack sets
(``pass_role_stack_sets``), Data Pipeline (``pass_role_data_pipeline``).

Resource types of each action: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
(read 2026-11). An action without a resource type there is allowed by a statement on every resource alone: form ``*``.
"""

from __future__ import annotations

from graph.edges.aws.pass_role_types import Fresh, PassedRole, Way
from graph.edges.aws.workloads import open_atom

__all__ = ["PASSED", "RUN_INSTANCES"]


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{{region}}:{{account}}:{rest}"


_FUNCTION = _arn("lambda", "function:{name}")
_MAPPING = _arn("lambda", "event-source-mapping:{name}")
_POLLING = (
    ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    ("kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"),
    ("dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"),
    ("secretsmanager:GetSecretValue",),
    ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
)
"""What Lambda asks of a function's role before it polls a queue, a stream, or a Kafka or MQ broker (by the broker's
secret or inside a VPC): https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html (read 2026-11).
"""
_RUN_INSTANCES = ("instance", "network-interface", "security-group", "subnet", "volume")
_SPOT = ("spot-instances-request", "security-group", "subnet")
_IMAGE = "arn:aws:ec2:{region}::image/{name}"
_ECS_CLUSTER = _arn("ecs", "cluster/{name}")
_TASK_DEFINITION = _arn("ecs", "task-definition/{name}:1")
_ECS_SERVICE = _arn("ecs", "service/{name}/{name}")
_PROJECT = _arn("codebuild", "project/{name}")
_JOB, _GLUE_TRIGGER = _arn("glue", "job/{name}"), _arn("glue", "trigger/{name}")
_SESSION = _arn("glue", "session/{name}")
_INTERPRETER = _arn("bedrock-agentcore", "code-interpreter-custom/{name}")
_NOTEBOOK = _arn("sagemaker", "notebook-instance/{name}")
_LIFECYCLE = _arn("sagemaker", "notebook-instance-lifecycle-config/{name}")
_MACHINE = _arn("states", "stateMachine:{name}")
_JOB_DEFINITION = _arn("batch", "job-definition/{name}")
_OUTSIDER = "000000000000"
"""Stands for an account of the caller's own, whose shared document it starts."""

_LAMBDA, _EC2, _ECS = "lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com"
_GLUE, _SAGEMAKER, _CODEBUILD = "glue.amazonaws.com", "sagemaker.amazonaws.com", "codebuild.amazonaws.com"
_BATCH_ROLE = (("codebuild:StartBuild", "codebuild:StopBuild", "codebuild:RetryBuild"),)
"""A batch of builds has a role of its own that starts them:
https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build.html (read 2026-11)."""
_TARGET_CALLS = (
    ("states:StartExecution",),
    ("ecs:RunTask", "iam:PassRole"),
    ("ssm:SendCommand",),
    ("codebuild:StartBuild",),
    ("batch:SubmitJob",),
    ("lambda:InvokeFunction",),
    ("glue:NotifyEvent",),
    ("sagemaker:StartPipelineExecution",),
    ("codepipeline:StartPipelineExecution",),
    ("ssm:StartAutomationExecution",),
    ("ec2:StopInstances",),
    ("ec2:RebootInstances",),
    ("ec2:TerminateInstances",),
    ("ec2:CreateSnapshot",),
    ("events:PutEvents",),
    ("events:InvokeApiDestination",),
    ("execute-api:Invoke",),
    ("kinesis:PutRecord",),
    ("firehose:PutRecord",),
    ("redshift-data:ExecuteStatement",),
)
"""Calls that a rule's target makes with the rule's role:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html (read 2026-11)."""


def _one(*parts: Fresh) -> tuple[Way, ...]:
    return (Way(parts),)


def _instances(action: str, kinds: tuple[str, ...]) -> tuple[Way, ...]:
    """Return the way in which an EC2 launch is authorised: on every resource that it makes or uses."""
    forms = [_arn("ec2", f"{kind}/{{name}}") for kind in kinds]
    return _one(*(Fresh((action,), form) for form in (*forms, _IMAGE)))


RUN_INSTANCES = _instances("ec2:RunInstances", _RUN_INSTANCES)


def _ecs(start: str, *, cluster: bool) -> tuple[Way, ...]:
    """Return the way to start a task of one's own definition; only a service is a resource of its own."""
    created = (Fresh(("ecs:CreateCluster",), _ECS_CLUSTER),) if cluster else ()
    register = "ecs:RegisterTaskDefinition"
    if start == "ecs:CreateService":
        return _one(*created, Fresh((register,), _TASK_DEFINITION), Fresh((start,), _ECS_SERVICE))
    return _one(*created, Fresh((register, start), _TASK_DEFINITION))


def _automation() -> tuple[Way, ...]:
    """Return the ways to start a document of one's own: written in the account, or shared from another one.

    Before 2026 the call was authorised on the automation definition, since then on document and execution; either form
    counts: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup.html (read 2026-11).
    """
    start = "ssm:StartAutomationExecution"
    written = Fresh(("ssm:CreateDocument",), _arn("ssm", "document/{name}"))
    found = []
    for account, first in (("{account}", (written,)), (_OUTSIDER, ())):
        definition = f"arn:aws:ssm:{{region}}:{account}:automation-definition/{{name}}:1"
        document = f"arn:aws:ssm:{{region}}:{account}:document/{{name}}"
        found.append(Way((*first, Fresh((start,), definition))))
        execution = Fresh((start,), _arn("ssm", "automation-execution/{name}"))
        found.append(Way((*first, Fresh((start,), document), execution)))
    return tuple(found)


PASSED: tuple[PassedRole, ...] = (
    PassedRole(
        "lambda-001", _LAMBDA, _one(Fresh(("lambda:CreateFunction", "lambda:InvokeFunction"), _FUNCTION)), _FUNCTION
    ),
    PassedRole(
        "lambda-002",
        _LAMBDA,
        # CreateEventSourceMapping is authorised on the mapping or on "*", and names the function by a condition key.
        _one(Fresh(("lambda:CreateFunction",), _FUNCTION), Fresh(("lambda:CreateEventSourceMapping",), _MAPPING)),
        _FUNCTION,
        role_needs=_POLLING,
    ),
    PassedRole(
        "lambda-006", _LAMBDA, _one(Fresh(("lambda:CreateFunction", "lambda:AddPermission"), _FUNCTION)), _FUNCTION
    ),
    PassedRole("ec2-001", _EC2, RUN_INSTANCES, profile=True),
    PassedRole("ec2-003", _EC2, _instances("ec2:RequestSpotInstances", _SPOT), profile=True),
    PassedRole(
        "nhi-autoscaling-createlaunchconfiguration",
        _EC2,
        _one(
            Fresh(
                ("autoscaling:CreateLaunchConfiguration",),
                _arn("autoscaling", "launchConfiguration:{name}:launchConfigurationName/{name}"),
            ),
            Fresh(
                ("autoscaling:CreateAutoScalingGroup",),
                _arn("autoscaling", "autoScalingGroup:{name}:autoScalingGroupName/{name}"),
            ),
        ),
        profile=True,
    ),
    PassedRole(
        "apprunner-001",
        "tasks.apprunner.amazonaws.com",
        _one(Fresh(("apprunner:CreateService",), _arn("apprunner", "service/{name}/{name}"))),
        _arn("apprunner", "service/{name}/{name}"),
    ),
    PassedRole(
        "bedrock-001",
        "bedrock-agentcore.amazonaws.com",
        _one(
            Fresh(("bedrock-agentcore:CreateCodeInterpreter",)),
            Fresh(
                ("bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"),
                _INTERPRETER,
            ),
        ),
        _INTERPRETER,
    ),
    PassedRole(
        "cloudformation-001",
        "cloudformation.amazonaws.com",
        _one(Fresh(("cloudformation:CreateStack",), _arn("cloudformation", "stack/{name}/{name}"))),
        _arn("cloudformation", "stack/{name}/{name}"),
    ),
    PassedRole(
        "codebuild-001",
        _CODEBUILD,
        _one(Fresh(("codebuild:CreateProject", "codebuild:StartBuild"), _PROJECT)),
        _PROJECT,
    ),
    PassedRole(
        "codebuild-004",
        _CODEBUILD,
        _one(Fresh(("codebuild:CreateProject", "codebuild:StartBuildBatch"), _PROJECT)),
        _PROJECT,
        role_needs=_BATCH_ROLE,
        otherwise=open_atom("batch-service-role-can-be-passed"),
    ),
    PassedRole("ecs-001", _ECS, _ecs("ecs:CreateService", cluster=True), _TASK_DEFINITION),
    PassedRole("ecs-002", _ECS, _ecs("ecs:RunTask", cluster=True), _TASK_DEFINITION),
    PassedRole(
        "ecs-003",
        _ECS,
        _ecs("ecs:CreateService", cluster=False),
        _TASK_DEFINITION,
        existing="ecs-cluster",
    ),
    PassedRole(
        "ecs-004",
        _ECS,
        _ecs("ecs:RunTask", cluster=False),
        _TASK_DEFINITION,
        existing="ecs-cluster",
    ),
    PassedRole(
        "ecs-005",
        _ECS,
        _ecs("ecs:StartTask", cluster=False),
        _TASK_DEFINITION,
        existing="container-instance",
    ),
    PassedRole(
        "nhi-batch-registerjobdefinition",
        _ECS,
        _one(
            Fresh(("batch:RegisterJobDefinition",), _JOB_DEFINITION),
            Fresh(("batch:SubmitJob",), _JOB_DEFINITION + ":1"),
            Fresh(("batch:SubmitJob",), _arn("batch", "job-queue/{name}")),
        ),
        _TASK_DEFINITION,
        existing="job-queue",
    ),
    PassedRole("glue-001", _GLUE, _one(Fresh(("glue:CreateDevEndpoint",))), _arn("glue", "devEndpoint/{name}")),
    PassedRole("glue-003", _GLUE, _one(Fresh(("glue:CreateJob", "glue:StartJobRun"), _JOB)), _JOB),
    PassedRole(
        "glue-004",
        _GLUE,
        _one(Fresh(("glue:CreateJob",), _JOB), Fresh(("glue:CreateTrigger",), _GLUE_TRIGGER)),
        _JOB,
    ),
    PassedRole(
        "nhi-glue-createsession", _GLUE, _one(Fresh(("glue:CreateSession", "glue:RunStatement"), _SESSION)), _SESSION
    ),
    PassedRole("glue-005", _GLUE, (Way(()),), _JOB, existing="updated-job-run"),
    PassedRole("glue-006", _GLUE, _one(Fresh(("glue:CreateTrigger",), _GLUE_TRIGGER)), _JOB, existing="updated-job"),
    PassedRole(
        "sagemaker-001",
        _SAGEMAKER,
        (
            Way(
                (
                    Fresh(
                        ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"), _NOTEBOOK
                    ),
                )
            ),
            Way(
                (
                    Fresh(("sagemaker:CreateNotebookInstance",), _NOTEBOOK),
                    Fresh(("sagemaker:CreateNotebookInstanceLifecycleConfig",), _LIFECYCLE),
                )
            ),
            Way((Fresh(("sagemaker:CreateNotebookInstance",), _NOTEBOOK),), open_atom("somebody-opens-the-notebook")),
        ),
        _NOTEBOOK,
    ),
    PassedRole(
        "sagemaker-002",
        _SAGEMAKER,
        _one(Fresh(("sagemaker:CreateTrainingJob",), _arn("sagemaker", "training-job/{name}"))),
        _arn("sagemaker", "training-job/{name}"),
    ),
    PassedRole(
        "sagemaker-003",
        _SAGEMAKER,
        _one(Fresh(("sagemaker:CreateProcessingJob",), _arn("sagemaker", "processing-job/{name}"))),
        _arn("sagemaker", "processing-job/{name}"),
    ),
    PassedRole(
        "nhi-states-createstatemachine",
        "states.amazonaws.com",
        _one(Fresh(("states:CreateStateMachine", "states:StartExecution"), _MACHINE)),
        _MACHINE,
    ),
    PassedRole(
        "nhi-events-puttargets",
        "events.amazonaws.com",
        (
            Way(
                (Fresh(("events:PutRule", "events:PutTargets"), _arn("events", "rule/{name}")),),
                open_atom("call-is-one-that-event-targets-make"),
            ),
        ),
        _arn("events", "rule/{name}"),
        role_needs=_TARGET_CALLS,
    ),
    PassedRole(
        "nhi-scheduler-createschedule",
        "scheduler.amazonaws.com",
        _one(Fresh(("scheduler:CreateSchedule",), _arn("scheduler", "schedule/default/{name}"))),
        _arn("scheduler", "schedule-group/default"),
    ),
    PassedRole("nhi-ssm-startautomationexecution", "ssm.amazonaws.com", _automation()),
    PassedRole(
        "nhi-eks-createpodidentityassociation",
        "pods.eks.amazonaws.com",
        (Way((), open_atom("can-run-a-pod-in-the-cluster")),),
        _arn("eks", "cluster/{name}"),
        existing="eks-cluster",
        trust_actions=("sts:TagSession",),
    ),
)
