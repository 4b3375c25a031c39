"""CAN_TAKE_OVER of the workloads that ``take_over_table`` lists.

Input: principals, workloads of the same account that act as a role. Output: edges to the workload, which RUNS_AS it.
Handled: every permission on the very workload, on its cluster, and on its roles where they are passed once more; that
it runs; what the vendor refuses. Where nothing was collected there is no workload, hence no edge; coverage says so.
Not handled: network; what image or runtime it has; a workload that another service or account manages (left out).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from collectors.aws.workload_types import AwsWorkload
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives, fresh_ways, join
from graph.edges.aws.layers import role_resource
from graph.edges.aws.run_as import RunningRoles, workload_ways
from graph.edges.aws.take_over_table import TAKEN, TakenOver
from graph.edges.aws.workloads import Fit, acting_role, by_account, holds_one, takes_role, workload_context
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, State

__all__ = ["build_workload_take_over"]

_NOT_RUNNING = "The evidence does not say whether it is running."
_NOT_EXEC = "The evidence does not say whether a command can be run in it."
_NO_SETTING = "The evidence does not say whether it is set up for this."


@dataclass(frozen=True, slots=True)
class _Asked:
    """A permission; workloads that ask for the same ones share their classes of callers."""

    action: str
    passed_to: str = ""

    @property
    def need(self) -> Need:
        return Need(self.action, {"iam:passedtoservice": (self.passed_to,)} if self.passed_to else {})


def build_workload_take_over(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_TAKE_OVER edge to workloads beside functions, instances and launch templates."""
    by_kind: dict[str, list[AwsWorkload]] = defaultdict(list)
    running = RunningRoles(world)
    for workload in world.records.workloads:
        role = acting_role(workload)
        if workload.managed_elsewhere or takes_role(world, role, workload.account) is None:
            continue
        if workload_ways(running, workload, role):
            by_kind[workload.kind].append(workload)
    for row in TAKEN:
        groups: dict[tuple[_Asked, ...], list[tuple[str, Target]]] = defaultdict(list)
        for workload in by_kind[row.kind]:
            fit = _fit(world, row, workload)
            if fit is not None:
                asked, target = _target(world, row, workload, fit)
                groups[asked].append((workload.account, target))
        for asked, targets in groups.items():
            class_edges(
                world.identity_graph,
                views,
                [each.need for each in asked],
                by_account(targets).get,
                kind=EdgeKind.CAN_TAKE_OVER,
                technique=row.id,
                extra=_elsewhere(row) if row.also else None,
                describe="workloads",
            )


def _elsewhere(row: TakenOver) -> Callable[[PrincipalView], Alternatives]:
    return lambda view: join([fresh_ways(view, part.actions, part.form) for part in row.also])


def _fit(world: AwsWorld, row: TakenOver, workload: AwsWorkload) -> Fit | None:
    """Return how far the workload meets the technique; ``None``: it does not."""
    if any(workload.settings.get(name, "") in values for name, values in row.refused.items()):
        return None
    if row.stopped and workload.running is not False:
        return None
    if row.role_needs and not holds_one(world.views[acting_role(workload)], row.role_needs):
        return None
    unknown = []
    for wanted, value, note in (
        (row.running, workload.running, _NOT_RUNNING),
        (bool(row.ready[0]), _is_ready(workload, *row.ready), _NOT_RUNNING),
        (row.exec_enabled, workload.exec_enabled, _NOT_EXEC),
        (bool(row.setting), _is_set(workload, row.setting), _NO_SETTING),
    ):
        if wanted and value is False:
            return None
        if wanted and value is None:
            unknown.append(note)
    state = State.UNVERIFIED if unknown else State.VERIFIED
    return Fit(row.conditions, state, " ".join([*unknown, *([row.note] if row.note else [])]))


def _is_ready(workload: AwsWorkload, name: str, values: frozenset[str]) -> bool | None:
    return workload.settings[name] in values if name in workload.settings else None


def _is_set(workload: AwsWorkload, name: str) -> bool | None:
    # A record that was described carries other settings too; one that a list alone names carries none.
    return bool(workload.settings.get(name, "")) if workload.settings else None


def _target(world: AwsWorld, row: TakenOver, workload: AwsWorkload, fit: Fit) -> tuple[tuple[_Asked, ...], Target]:
    """Return the permissions asked, and the target with what each of them is about."""
    own = workload_context(workload)
    # A record may be one part of what the vendor names: ``<ARN>#<part>``.
    arn = workload.arn.partition("#")[0]
    asked = [(_Asked(action), arn, own) for action in row.actions]
    if row.on_cluster:
        cluster = target_context(Resource(arn=workload.cluster_arn, account=workload.account, tags=None))
        asked.extend((_Asked(action), workload.cluster_arn, cluster) for action in row.on_cluster)
    if row.passes:
        for role in dict.fromkeys((acting_role(workload), workload.service_role_arn)):
            if role in world.roles:
                context = target_context(role_resource(world, role))
                asked.append((_Asked("iam:PassRole", row.passes), role, context))
    target = Target(
        arn,
        workload.arn,
        own,
        arns=tuple(each for _, each, _ in asked),
        contexts=tuple(context for _, _, context in asked),
        conditions=fit.conditions,
        state=fit.state,
        note=fit.note,
        not_for=acting_role(workload),
    )
    return tuple(each for each, _, _ in asked), target
