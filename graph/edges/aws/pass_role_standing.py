"""What some passed-role techniques need to exist already: a cluster, a container instance, a job, a queue.

Input: the world. Output: for each kind of thing, whether an account has it and which permission on it is asked.
Not handled: whether there is room on it; which of several things is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from collectors.aws.workload_types import WorkloadKind
from collectors.interface import Presence
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Target
from graph.edges.aws.fresh import Alternatives
from graph.edges.aws.pass_role_existing import Existing
from graph.edges.aws.workloads import Fit, by_account, open_atom, presence_in, workload_context
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import State

__all__ = ["Standing", "standing_things"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A kind of thing that must exist."""

    fit: Callable[[str], Fit | None]
    """For an account: how sure it is that it has one; ``None``: it has none."""
    ways: Callable[[PrincipalView], Alternatives] | None = None
    """What the caller must be allowed on one of them; ``None``: nothing further."""


def standing_things(world: AwsWorld) -> Mapping[str, Standing]:
    """Return the things by the names that ``pass_role_table`` uses."""
    jobs = list(_jobs(world))
    has_job = {account for account, _ in jobs}
    clusters = list(_clusters(world))
    has_cluster = {account for account, _ in clusters}

    def job(actions: tuple[str, ...]) -> Standing:
        return Standing(lambda account: Fit() if account in has_job else None, Existing(actions, by_account(jobs)).ways)

    return {
        "ecs-cluster": Standing(_ecs_cluster(world)),
        "container-instance": Standing(_container_instance(world)),
        "job-queue": Standing(_job_queue(world)),
        "updated-job": job(("glue:UpdateJob",)),
        "updated-job-run": job(("glue:UpdateJob", "glue:StartJobRun")),
        "eks-cluster": Standing(
            lambda account: Fit() if account in has_cluster else None,
            Existing(("eks:CreatePodIdentityAssociation",), by_account(clusters)).ways,
        ),
    }


def _jobs(world: AwsWorld) -> Iterator[tuple[str, Target]]:
    for workload in world.records.workloads:
        if workload.kind is WorkloadKind.GLUE_JOB and not workload.managed_elsewhere:
            yield workload.account, Target(workload.arn, workload.arn, workload_context(workload))


def _clusters(world: AwsWorld) -> Iterator[tuple[str, Target]]:
    for cluster in world.records.clusters:
        resource = Resource(arn=cluster.arn, account=cluster.account, tags=dict(cluster.tags))
        yield cluster.account, Target(cluster.arn, cluster.arn, target_context(resource))


def _ecs_cluster(world: AwsWorld) -> Callable[[str], Fit | None]:
    usable = {cluster.account for cluster in world.records.ecs_clusters if cluster.status in ("ACTIVE", "")}
    seen = usable | {workload.account for workload in world.records.workloads if workload.cluster_arn}
    presence = presence_in(world, "ecs.list_clusters")

    def fit(account: str) -> Fit | None:
        if account in seen:
            return Fit()
        if presence(account) is not Presence.ABSENT:
            return None
        return Fit(state=State.UNVERIFIED, note="The evidence does not say whether the account has an ECS cluster.")

    return fit


def _container_instance(world: AwsWorld) -> Callable[[str], Fit | None]:
    """``StartTask`` places a task on an instance that the caller names, so one must be registered.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html (read 2026-11).
    """
    counts: dict[str, list[int | None]] = {}
    for each in world.records.ecs_clusters:
        counts.setdefault(each.account, []).append(each.container_instances)
    cluster = _ecs_cluster(world)

    def fit(account: str) -> Fit | None:
        base = cluster(account)
        if base is None or any(counts.get(account, ())):
            return base
        if account in counts and None not in counts[account]:
            return None
        return Fit(state=State.UNVERIFIED, note="The evidence does not say whether a container instance is registered.")

    return fit


def _job_queue(world: AwsWorld) -> Callable[[str], Fit | None]:
    seen = {
        workload.account
        for workload in world.records.workloads
        if workload.kind in (WorkloadKind.BATCH_COMPUTE_ENVIRONMENT, WorkloadKind.BATCH_JOB_DEFINITION)
    }
    presence = presence_in(world, "batch.describe_compute_environments")

    def fit(account: str) -> Fit | None:
        if account in seen:
            return Fit(conditions=open_atom("batch-job-queue-exists"))
        if presence(account) is Presence.EMPTY:
            return None
        return Fit(state=State.UNVERIFIED, note="The evidence does not say whether the account has a Batch job queue.")

    return fit
