"""CAN_TAKE_OVER by a bucket: who may write the script that a Glue job runs runs its code as the job's role.

Input: Glue jobs with the place of their script, buckets with their policies, principals of the bucket's account.
Output: edges of ``nhi-s3-putobject`` to jobs.
Handled: the right to write the very object, with the bucket's policy, RCPs and denies; a job that something starts by
itself; without that the edge is conditional on the job being run.
Not handled: callers of other accounts, the KMS key of the bucket, object lock; artefact buckets of pipelines (a later
stage may verify what it takes), templates and images.

References
----------
https://docs.aws.amazon.com/glue/latest/webapi/API_JobCommand.html (``ScriptLocation``, read 2026-11)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from graph.decision import ALWAYS, Atom, Outcome, Residual, merge_residuals
from graph.edges.aws.access import could_do, ways_in
from graph.edges.aws.access_assets import Protected
from graph.edges.aws.caller_questions import about_caller, caller_group
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.layers import authorize_view
from graph.edges.aws.own_policy import ways_on
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.document import Effect
from graph.evaluate.aws.principals import Principal, PrincipalKind, Resource
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_scripts"]

_ACTION, _TECHNIQUE = "s3:PutObject", "nhi-s3-putobject"
_KINDS = (PrincipalKind.USER, PrincipalKind.ROLE)
IS_RUN: Residual = ((Atom("nhi:job-is-run", "Bool", ("true",)),),)


@dataclass(frozen=True, slots=True)
class _Script:
    """The script of one job."""

    job: AwsWorkload
    part: Protected
    conditions: Residual

    @property
    def account(self) -> str:
        return self.part.resource.account or ""


def build_scripts(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_TAKE_OVER edge to a job whose script the callers given may write."""
    callers: dict[str, list[PrincipalView]] = defaultdict(list)
    for view in views:
        if view.principal.kind in _KINDS:
            callers[caller_group(view)].append(view)
    by_node = {view.node: view for view in views}
    targets: dict[str, list[Target]] = defaultdict(list)
    for script in _scripts(world):
        for kind in _KINDS:
            group = f"{script.account}/{kind.value}"
            if group in callers:
                targets[group].extend(_sort(world, script, kind, callers[group], by_node))
    candidates = {group: Candidates(found) for group, found in targets.items()}
    for group, found in callers.items():
        if group in candidates:
            class_edges(
                world.identity_graph,
                found,
                [Need(_ACTION)],
                candidates.get,
                kind=EdgeKind.CAN_TAKE_OVER,
                technique=_TECHNIQUE,
                describe="scripts",
                group_of=caller_group,
            )


def _scripts(world: AwsWorld) -> Iterator[_Script]:
    buckets = {bucket.name: bucket for bucket in world.records.buckets}
    started = {trigger.target_arn for trigger in world.records.triggers if trigger.enabled}
    for job in world.records.workloads:
        place = job.settings.get("ScriptLocation", "") if job.kind is WorkloadKind.GLUE_JOB else ""
        name, _, key = place.removeprefix("s3://").partition("/")
        bucket = buckets.get(name)
        if bucket is None or not key or job.role_arn not in world.roles:
            continue
        resource = Resource(
            arn=f"{bucket.arn}/{key}",
            account=bucket.account,
            organization_id=world.organization_of(bucket.account),
        )
        part = Protected(_ACTION, resource, bucket.arn, world.resource_policies.get(bucket.arn), False)
        yield _Script(job, part, ALWAYS if job.arn in started else IS_RUN)


def _sort(
    world: AwsWorld,
    script: _Script,
    kind: PrincipalKind,
    callers: Sequence[PrincipalView],
    by_node: dict[str, PrincipalView],
) -> Iterator[Target]:
    """Yield the class targets of a script for one kind of caller; decide the rest pair by pair."""
    part = script.part
    caller = Principal(kind, "", script.account, tags=None, organization_id=world.organization_of(script.account))
    ways = ways_in(world, part, caller)
    if ways is None or any(way.implicit or about_caller(way.conditions) for way in ways):
        for view in callers:
            if could_do(view, part):
                _pair(world, script, view)
        return
    for way in ways:
        yield Target(
            part.resource.arn,
            script.job.arn,
            target_context(part.resource),
            grants=way.grants,
            conditions=merge_residuals([way.conditions, script.conditions]),
            via=part.node,
            not_for=script.job.role_arn,
        )
    for arn in _named(part):
        if arn in by_node and caller_group(by_node[arn]) == f"{script.account}/{kind.value}":
            _pair(world, script, by_node[arn])


def _named(part: Protected) -> list[str]:
    statements = part.policy.statements if part.policy else ()
    return sorted(
        {
            value
            for statement in statements
            if statement.effect is Effect.ALLOW and statement.principals is not None
            for value in statement.principals.aws
        }
    )


def _pair(world: AwsWorld, script: _Script, view: PrincipalView) -> None:
    part = script.part
    if view.node == script.job.role_arn:
        return
    decision = authorize_view(world, view, _ACTION, part.resource, policy=part.policy, mandatory=False)
    if decision.outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
        return
    ways = ways_on(view, _ACTION, part.resource)
    grants = ways[0].grants if ways else _policy_grants(view, part)
    for residual in decision.alternatives or (ALWAYS,):
        world.identity_graph.add_edge(
            Edge(
                view.node,
                script.job.arn,
                EdgeKind.CAN_TAKE_OVER,
                True,
                _TECHNIQUE,
                grants,
                merge_residuals([residual, script.conditions]),
                state=State.UNVERIFIED if decision.outcome is Outcome.UNVERIFIED else State.VERIFIED,
                via=part.node,
                note="; ".join(decision.notes)[:300],
            )
        )


def _policy_grants(view: PrincipalView, part: Protected) -> tuple[str, ...]:
    """Return the statement of the bucket's policy that lets the caller in."""
    for statement in part.policy.statements if part.policy else ():
        named = statement.principals
        if (
            statement.effect is Effect.ALLOW
            and named is not None
            and (named.anyone or view.node in named.aws)
            and statement.covers_action(_ACTION)
        ):
            return (f"{part.grant_prefix}#{statement.index}",)
    return ()
