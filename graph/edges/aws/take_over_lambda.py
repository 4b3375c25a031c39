"""CAN_TAKE_OVER of Lambda functions (lambda-003 to 005, and configuration in place of code).

Input: principals, functions of the same account that carry a role, triggers. Output: edges to the function.
Handled: what starts the function: a permission of the caller's, a service in the function's policy, an enabled event
source or schedule, a public function URL; without one the edge is conditional on the function being invoked.
Not handled: aliases and published versions, which go on running the code that they were published with: a trigger
of one does not count. Whether the runtime honours a layer or an environment variable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from collectors.aws.records import AwsFunction
from collectors.aws.workload_types import AwsTrigger
from graph.decision import ALWAYS, Residual
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.named_invoker import build_named_invokers
from graph.edges.aws.run_as import LAMBDA, RunningRoles
from graph.edges.aws.workloads import by_account, open_atom
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.document import Effect
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind

__all__ = ["build_lambda_take_over"]

IS_INVOKED: Residual = open_atom("function-is-invoked")
_CODE, _CONFIGURATION = "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"
_INVOKE, _PERMIT = "lambda:InvokeFunction", "lambda:AddPermission"
_URL = "function-url"


def build_lambda_take_over(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_TAKE_OVER edge to functions."""
    started = _started(world)
    everything = _functions(world, lambda function: ALWAYS)
    when_invoked = _functions(world, lambda function: ALWAYS if function.arn in started else IS_INVOKED)
    configured = "nhi-lambda-updatefunctionconfiguration"
    for technique, actions, targets in (
        ("lambda-003", [_CODE], when_invoked),
        ("lambda-004", [_CODE, _INVOKE], everything),
        ("lambda-005", [_CODE, _PERMIT], everything),
        (configured, [_CONFIGURATION], when_invoked),
        (configured, [_CONFIGURATION, _INVOKE], _functions(world, lambda function: ALWAYS, without=started)),
    ):
        class_edges(
            world.identity_graph,
            views,
            [Need(action) for action in actions],
            targets.get,
            kind=EdgeKind.CAN_TAKE_OVER,
            technique=technique,
            describe="workloads",
        )
    running = RunningRoles(world)
    functions = [each for each in world.records.functions if each.role_arn and _can_run(world, running, each)]
    build_named_invokers(world, views, functions, started, IS_INVOKED)


def _functions(
    world: AwsWorld, conditions: Callable[[AwsFunction], Residual], without: frozenset[str] = frozenset()
) -> dict[str, Candidates]:
    found = []
    running = RunningRoles(world)
    for function in world.records.functions:
        if not function.role_arn or function.arn in without or not _can_run(world, running, function):
            continue
        tags = dict(function.tags) if function.tags_known else None
        context = target_context(Resource(arn=function.arn, account=function.account, tags=tags))
        # For the role that the function runs as, taking it over gains nothing.
        target = Target(function.arn, function.arn, context, conditions=conditions(function), not_for=function.role_arn)
        found.append((function.account, target))
    return by_account(found)


def _can_run(world: AwsWorld, running: RunningRoles, function: AwsFunction) -> bool:
    """Return whether Lambda can take the function's role, without which it starts no code; a role not seen counts."""
    role = function.role_arn
    return role not in world.roles or bool(running.ways(role, LAMBDA, function.arn, function.region))


def _started(world: AwsWorld) -> frozenset[str]:
    """Return the functions that something starts without the caller."""
    triggers: dict[str, list[AwsTrigger]] = defaultdict(list)
    for trigger in world.records.triggers:
        target = trigger.target_arn
        if trigger.kind == _URL:
            # The address of an alias has the alias in its id alone.
            target = trigger.id.partition("#")[0]
        triggers[target.removesuffix(":$LATEST")].append(trigger)
    return frozenset(
        function.arn
        for function in world.records.functions
        if any(_starts(trigger) for trigger in triggers[function.arn]) or _service_invokes(world, function)
    )


def _starts(trigger: AwsTrigger) -> bool:
    """Return whether the trigger fires by itself, or for anybody."""
    return trigger.public is True if trigger.kind == _URL else trigger.enabled is True


def _service_invokes(world: AwsWorld, function: AwsFunction) -> bool:
    """Return whether the function's policy lets an AWS service invoke it, which is how triggers are wired."""
    document = world.resource_policies.get(function.arn)
    return document is not None and any(
        statement.effect is Effect.ALLOW
        and statement.principals is not None
        and bool(statement.principals.service)
        and statement.covers_action(_INVOKE)
        for statement in document.statements
    )
