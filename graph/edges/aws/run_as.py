"""Whether the service behind a workload may take the role that the workload carries: no trust, no credentials.

Input: trust policies, the kind of workload. Output: ``RunAs`` rows, empty where the service cannot assume the role.
Handled: every kind of workload; roles of another partition's service names; conditions on ``aws:SourceArn`` and
``aws:SourceAccount``; a trust that cannot be read, or names no service but everybody, is unverified.
Not handled: credentials that a workload still holds from before the trust was changed (hours at most).

References
----------
https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html (read 2026-11)
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html (sts:TagSession beside sts:AssumeRole)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from graph.decision import ALWAYS, Residual
from graph.edges.aws.partition import CHINA, partition_of, service_spellings
from graph.edges.aws.pass_role_trust import ServiceTrusts
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.document import Effect, PolicyDocument, Statement
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["EC2", "LAMBDA", "POD_IDENTITY", "RunAs", "RunningRoles", "Runner", "running_edges", "workload_ways"]

_ASSUME, _TAG = "sts:AssumeRole", "sts:TagSession"
_UNREAD = "The trust policy of the role does not tell whether the service may assume it."


_CHAINED = "The evidence does not say which role of the pods assumes this target role."


@dataclass(frozen=True, slots=True)
class Runner:
    """The service that assumes a workload's role."""

    services: tuple[str, ...]
    """Service principals of which the trust must name one; ``{region}`` is the workload's."""
    form: str = ""
    """ARN form that ``aws:SourceArn`` shows; empty: the workload's own ARN."""
    also: tuple[str, ...] = ()
    """STS actions that the trust must allow beside ``sts:AssumeRole``."""


@dataclass(frozen=True, slots=True)
class RunAs:
    """One way in which the service may take the role."""

    conditions: Residual = ALWAYS
    state: State = State.VERIFIED
    note: str = ""
    grants: tuple[str, ...] = ()
    """The trust statement that lets the service in; empty where it could not be read."""


EC2: Final = Runner(("ec2.amazonaws.com",), "arn:aws:ec2:{region}:{account}:instance/{name}")
LAMBDA: Final = Runner(("lambda.amazonaws.com",))
POD_IDENTITY: Final = Runner(("pods.eks.amazonaws.com",), also=(_TAG,))
_TASKS: Final = Runner(("ecs-tasks.amazonaws.com",), "arn:aws:ecs:{region}:{account}:task/{name}/{name}")
_RUNNERS: Final = {
    WorkloadKind.APPRUNNER_SERVICE: Runner(("tasks.apprunner.amazonaws.com",)),
    WorkloadKind.AUTO_SCALING_GROUP: EC2,
    WorkloadKind.BATCH_JOB_DEFINITION: _TASKS,
    WorkloadKind.BATCH_COMPUTE_ENVIRONMENT: EC2,
    WorkloadKind.BEDROCK_CODE_INTERPRETER: Runner(("bedrock-agentcore.amazonaws.com",)),
    WorkloadKind.BEDROCK_AGENT_RUNTIME: Runner(("bedrock-agentcore.amazonaws.com",)),
    WorkloadKind.CLOUDFORMATION_STACK: Runner(
        # The second one makes the stacks of a stack set in member accounts.
        ("cloudformation.amazonaws.com", "member.org.stacksets.cloudformation.amazonaws.com")
    ),
    WorkloadKind.CODEBUILD_PROJECT: Runner(("codebuild.amazonaws.com",)),
    # The resource role of a pipeline is that of its instances.
    WorkloadKind.DATA_PIPELINE: EC2,
    WorkloadKind.ECS_TASK_DEFINITION: _TASKS,
    WorkloadKind.ECS_SERVICE: _TASKS,
    WorkloadKind.ECS_TASK: _TASKS,
    WorkloadKind.GLUE_DEV_ENDPOINT: Runner(("glue.amazonaws.com",)),
    WorkloadKind.GLUE_JOB: Runner(("glue.amazonaws.com",)),
    WorkloadKind.SAGEMAKER_NOTEBOOK: Runner(("sagemaker.amazonaws.com",)),
    WorkloadKind.SAGEMAKER_STUDIO_APP: Runner(("sagemaker.amazonaws.com",)),
    WorkloadKind.STATE_MACHINE: Runner(("states.amazonaws.com", "states.{region}.amazonaws.com")),
}


def running_edges(node: str, role: str, ways: Iterable[RunAs], evidence: str, note: str = "") -> Iterator[Edge]:
    """Yield the RUNS_AS edges of a workload's node."""
    for way in ways:
        words = " ".join(filter(None, (note, way.note)))
        yield Edge(
            node,
            role,
            EdgeKind.RUNS_AS,
            True,
            "",
            way.grants,
            way.conditions,
            (),
            way.state,
            evidence=evidence,
            note=words,
        )


class RunningRoles:
    """Answers for the roles of one world; a role and a service are looked at once where no ARN is asked for."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        self._trusts = ServiceTrusts(world)
        self._known: dict[tuple[str, Runner, str, str], tuple[RunAs, ...]] = {}

    def ways(self, role: str, runner: Runner, arn: str = "", region: str = "") -> tuple[RunAs, ...]:
        """Return the ways in which the service may take a collected role; empty: it cannot.

        Parameters
        ----------
        arn, region
            Of the workload, for conditions of the trust on ``aws:SourceArn``.
        """
        document = self._world.trust.get(role)
        if document is None:
            return (RunAs(ALWAYS, State.UNVERIFIED, _UNREAD),)
        key = (role, runner, arn if _asks_for_arn(document) else "", region)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._look(role, document, runner, arn, region)
        return found

    def chained(self, role: str) -> tuple[RunAs, ...]:
        """Return how pods get a role that their own role assumes for them: one that trusts identities of AWS.

        https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html (read 2026-11)
        """
        document = self._world.trust.get(role)
        named = () if document is None else document.statements
        if any(each.effect is Effect.ALLOW and each.principals and each.principals.aws for each in named):
            return (RunAs(ALWAYS, State.UNVERIFIED, _CHAINED),)
        return ()

    def _look(self, role: str, document: PolicyDocument, runner: Runner, arn: str, region: str) -> tuple[RunAs, ...]:
        form = runner.form or arn.replace("{", "{{").replace("}", "}}") or "*"
        found = [
            RunAs(trust.conditions, grants=(trust.grant,))
            for service in _spelled(runner, region, role)
            for trust in self._trusts.between(role, service, form, runner.also)
        ]
        if sure := tuple(dict.fromkeys(way for way in found if way.conditions == ALWAYS)):
            return sure
        if not found and any(_is_unclear(statement) for statement in document.statements):
            return (RunAs(ALWAYS, State.UNVERIFIED, _UNREAD),)
        return tuple(dict.fromkeys(found))


def _spelled(runner: Runner, region: str, role: str) -> list[str]:
    names = [service.format(region=region) for service in runner.services]
    return [each for name in names for each in service_spellings(name)] if partition_of(role) == CHINA else names


def _asks_for_arn(document: PolicyDocument) -> bool:
    return any(test.key == "aws:sourcearn" for statement in document.statements for test in statement.conditions)


def _is_unclear(statement: Statement) -> bool:
    """Return whether an allow may speak of a service that it does not name."""
    if statement.effect is not Effect.ALLOW or not statement.covers_action(_ASSUME):
        return False
    named = statement.principals
    return named is None or named.not_principal or named.anyone or "*" in named.aws


def workload_ways(running: RunningRoles, workload: AwsWorkload, role: str) -> tuple[RunAs, ...]:
    """Return how a workload beside functions and instances gets one of its roles; a role of a launch template: EC2's.

    Parameters
    ----------
    role
        A collected role of the workload's account.
    """
    runner = _RUNNERS.get(workload.kind, EC2)
    arn = workload.arn.partition("#")[0]
    return running.ways(role, runner, arn, workload.region)
