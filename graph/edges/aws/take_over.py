"""CAN_TAKE_OVER: an identity runs code in an existing workload (lambda-003 to 005, ec2-002, ssm-001, ssm-002).

Input: principals, functions and instances of the same account that carry a role. Output: edges to the workload, which
RUNS_AS its role. Handled: every permission on the very workload; running and managed instances; the command document.
Not handled: what invokes a function (event sources, schedules): without InvokeFunction or AddPermission the edge is
conditional on the function being invoked, unless its policy shows a service that does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from collectors.aws.records import AwsFunction, AwsInstance
from graph.decision import ALWAYS, Atom, Residual
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Extra, Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives, fresh_ways
from graph.edges.aws.named_invoker import build_named_invokers
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.document import Effect
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, State

__all__ = ["build_take_over"]

IS_INVOKED: Residual = ((Atom("nhi:function-is-invoked", "Bool", ("true",)),),)
_DOCUMENT = "arn:aws:ssm:{region}::document/AWS-RunShellScript"
_GONE = ("terminated", "shutting-down")


def build_take_over(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_TAKE_OVER edge of the callers given."""
    functions = _functions(world, lambda function: ALWAYS)
    _add(
        world,
        views,
        "lambda-003",
        ["lambda:UpdateFunctionCode"],
        _functions(world, lambda function: ALWAYS if _has_trigger(world, function) else IS_INVOKED),
    )
    _add(world, views, "lambda-004", ["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], functions)
    build_named_invokers(world, views)
    _add(world, views, "lambda-005", ["lambda:UpdateFunctionCode", "lambda:AddPermission"], functions)
    carrying = [
        instance for instance in world.records.instances if instance.profile_arn and instance.state not in _GONE
    ]
    restart = ["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"]
    _add(world, views, "ec2-002", restart, _instances(world, carrying))
    managed = [
        instance for instance in carrying if instance.ssm_managed is not False and instance.state in ("running", "")
    ]
    _add(world, views, "ssm-001", ["ssm:StartSession"], _instances(world, managed, managed=True))
    _add(world, views, "ssm-002", ["ssm:SendCommand"], _instances(world, managed, managed=True), _command_document)


def _command_document(view: PrincipalView) -> Alternatives:
    return fresh_ways(view, ["ssm:SendCommand"], _DOCUMENT)


def _add(
    world: AwsWorld,
    views: Sequence[PrincipalView],
    technique: str,
    actions: Sequence[str],
    targets: Mapping[str, Candidates],
    extra: Extra | None = None,
) -> None:
    class_edges(
        world.identity_graph,
        views,
        [Need(action) for action in actions],
        targets.get,
        kind=EdgeKind.CAN_TAKE_OVER,
        technique=technique,
        extra=extra,
        describe="workloads",
    )


def _functions(world: AwsWorld, conditions: Callable[[AwsFunction], Residual]) -> dict[str, Candidates]:
    found: dict[str, list[Target]] = defaultdict(list)
    for function in world.records.functions:
        if function.role_arn:
            resource = Resource(
                arn=function.arn, account=function.account, tags=dict(function.tags) if function.tags_known else None
            )
            context = target_context(resource)
            # For the role that the function runs as, taking it over gains nothing.
            gains_nothing = function.role_arn
            found[function.account].append(
                Target(function.arn, function.arn, context, conditions=conditions(function), not_for=gains_nothing)
            )
    return {account: Candidates(targets) for account, targets in found.items()}


def _has_trigger(world: AwsWorld, function: AwsFunction) -> bool:
    """Return whether the function's policy lets an AWS service invoke it, which is how triggers are wired."""
    document = world.resource_policies.get(function.arn)
    return document is not None and any(
        statement.effect is Effect.ALLOW
        and statement.principals is not None
        and bool(statement.principals.service)
        and statement.covers_action("lambda:InvokeFunction")
        for statement in document.statements
    )


def _instances(world: AwsWorld, instances: Iterable[AwsInstance], *, managed: bool = False) -> dict[str, Candidates]:
    found: dict[str, list[Target]] = defaultdict(list)
    for instance in instances:
        resource = Resource(arn=instance.arn, account=instance.account, tags=dict(instance.tags))
        unknown = managed and (instance.ssm_managed is None or not instance.state)
        note = (
            "The evidence does not say whether the instance is running and registered with Systems Manager."
            if unknown
            else ""
        )
        found[instance.account].append(
            Target(
                instance.arn,
                instance.arn,
                target_context(resource),
                state=State.UNVERIFIED if unknown else State.VERIFIED,
                note=note,
            )
        )
    return {account: Candidates(targets) for account, targets in found.items()}
