"""Techniques that run code in an existing workload of ``AwsRecords.workloads``: what each needs, as data.

Input: none (data only). Output: ``TAKEN``.
Not handled: functions, instances and launch templates (``take_over_lambda``, ``take_over_compute``), whose records and
preconditions are their own.

Resource types of each action: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
(read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.aws.workload_types import WorkloadKind
from graph.decision import ALWAYS, Residual
from graph.edges.aws.pass_role_types import Fresh
from graph.edges.aws.workloads import open_atom

__all__ = ["TAKEN", "TakenOver"]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A technique by which an existing workload is made to run the caller's code."""

    id: str
    kind: WorkloadKind
    actions: tuple[str, ...]
    """All needed on the very workload."""
    also: tuple[Fresh, ...] = ()
    """Needed on something else of the caller's choosing."""
    on_cluster: tuple[str, ...] = ()
    """Needed on the workload's cluster."""
    passes: str = ""
    """Service to which the workload's roles are passed once more; empty: none is."""
    running: bool = False
    """It must be up."""
    stopped: bool = False
    """It must be known to be down, and the caller starts it."""
    ready: tuple[str, frozenset[str]] = ("", frozenset())
    """Field of ``settings`` and its values with which it can be used; unverified where the evidence leaves it out."""
    exec_enabled: bool = False
    setting: str = ""
    """Field of ``settings`` that must be set; unverified where the workload was listed and not described."""
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Values of ``settings`` with which the vendor refuses the call."""
    role_needs: tuple[tuple[str, ...], ...] = ()
    """Sets of permissions of which the role itself must hold one; empty: none asked."""
    conditions: Residual = ALWAYS
    note: str = ""


_FIXED_STACK = {
    "StackStatus": frozenset(
        {
            "CREATE_FAILED",
            "CREATE_IN_PROGRESS",
            "DELETE_COMPLETE",
            "DELETE_FAILED",
            "DELETE_IN_PROGRESS",
            "REVIEW_IN_PROGRESS",
            "ROLLBACK_COMPLETE",
            "ROLLBACK_FAILED",
            "ROLLBACK_IN_PROGRESS",
            "UPDATE_ROLLBACK_FAILED",
        }
    )
}
"""Statuses from which a stack cannot be updated, or not without being repaired first:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html (read 2026-11)."""
_EXEC = (
    (
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ),
)
"""What ECS Exec asks of the task role: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
(read 2026-11)."""
_BROKEN_NOTEBOOK = {"NotebookInstanceStatus": frozenset({"Deleting", "Failed"})}
_JOB_QUEUE = "arn:aws:batch:{region}:{account}:job-queue/{name}"
_LIFECYCLE = "arn:aws:sagemaker:{region}:{account}:notebook-instance-lifecycle-config/{name}"

TAKEN: tuple[TakenOver, ...] = (
    TakenOver("apprunner-002", WorkloadKind.APPRUNNER_SERVICE, ("apprunner:UpdateService",), running=True),
    TakenOver(
        "bedrock-002",
        WorkloadKind.BEDROCK_CODE_INTERPRETER,
        ("bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"),
        ready=("status", frozenset({"READY"})),
    ),
    TakenOver(
        "cloudformation-002",
        WorkloadKind.CLOUDFORMATION_STACK,
        ("cloudformation:UpdateStack",),
        refused=_FIXED_STACK,
    ),
    TakenOver(
        "cloudformation-005",
        WorkloadKind.CLOUDFORMATION_STACK,
        ("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
        refused=_FIXED_STACK,
    ),
    TakenOver("codebuild-002", WorkloadKind.CODEBUILD_PROJECT, ("codebuild:StartBuild",)),
    TakenOver(
        "codebuild-003",
        WorkloadKind.CODEBUILD_PROJECT,
        ("codebuild:StartBuildBatch",),
        setting="batchServiceRole",
    ),
    TakenOver(
        "nhi-ecs-runtask",
        WorkloadKind.ECS_TASK_DEFINITION,
        ("ecs:RunTask",),
        # RunTask has iam:PassRole as a dependent action, also where no role is overridden.
        passes="ecs-tasks.amazonaws.com",
        refused={"status": frozenset({"INACTIVE", "DELETE_IN_PROGRESS"})},
    ),
    TakenOver(
        "nhi-ecs-executecommand",
        WorkloadKind.ECS_TASK,
        ("ecs:ExecuteCommand",),
        on_cluster=("ecs:ExecuteCommand",),
        running=True,
        exec_enabled=True,
        refused={"ExecuteCommandAgent": frozenset({"STOPPED"})},
        role_needs=_EXEC,
    ),
    TakenOver(
        "nhi-batch-submitjob",
        WorkloadKind.BATCH_JOB_DEFINITION,
        ("batch:SubmitJob",),
        also=(Fresh(("batch:SubmitJob",), _JOB_QUEUE),),
        refused={"status": frozenset({"INACTIVE"})},
        conditions=open_atom("batch-job-queue-exists"),
    ),
    TakenOver(
        "glue-002",
        WorkloadKind.GLUE_DEV_ENDPOINT,
        ("glue:UpdateDevEndpoint",),
        running=True,
        note="Whether the endpoint can be reached over the network is not looked at.",
    ),
    TakenOver(
        "nhi-glue-startjobrun",
        WorkloadKind.GLUE_JOB,
        ("glue:StartJobRun",),
        # An argument of the run names another script, which the job's role must be able to read.
        conditions=open_atom("role-can-read-a-script-of-the-caller"),
    ),
    TakenOver(
        "sagemaker-004",
        WorkloadKind.SAGEMAKER_NOTEBOOK,
        ("sagemaker:CreatePresignedNotebookInstanceUrl",),
        running=True,
    ),
    TakenOver(
        "sagemaker-004",
        WorkloadKind.SAGEMAKER_NOTEBOOK,
        ("sagemaker:StartNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
        stopped=True,
        refused=_BROKEN_NOTEBOOK,
    ),
    TakenOver(
        "sagemaker-005",
        WorkloadKind.SAGEMAKER_NOTEBOOK,
        ("sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"),
        also=(Fresh(("sagemaker:CreateNotebookInstanceLifecycleConfig",), _LIFECYCLE),),
        refused=_BROKEN_NOTEBOOK,
    ),
    TakenOver(
        "sagemaker-005",
        WorkloadKind.SAGEMAKER_NOTEBOOK,
        ("sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"),
        also=(Fresh(("sagemaker:CreateNotebookInstanceLifecycleConfig",), _LIFECYCLE),),
        stopped=True,
        refused=_BROKEN_NOTEBOOK,
    ),
    TakenOver(
        "nhi-states-updatestatemachine",
        WorkloadKind.STATE_MACHINE,
        ("states:UpdateStateMachine", "states:StartExecution"),
        refused={"status": frozenset({"DELETING"})},
    ),
)
