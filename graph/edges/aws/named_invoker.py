"""CAN_TAKE_OVER of a function whose own policy, not the caller's, allows to change or to invoke it.

Input: functions with a resource policy, principals. Output: edges of callers that the policy names.
Handled: a policy of the same account that names a user or role by ARN, by the full evaluator, for one or both of the
permissions of lambda-003, lambda-004 and of the configuration; conditions stay open.
Not handled: callers of other accounts; a policy for the account as a whole only delegates, so an identity allow
decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectors.aws.records import AwsFunction
from graph.decision import ALWAYS, Outcome, Residual, merge_residuals
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.layers import authorize_view
from graph.edges.aws.own_policy import ways_on
from graph.edges.aws.trust import TrustForm, TrustLine, policy_lines
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_named_invokers"]

_INVOKE = "lambda:InvokeFunction"
_CHANGES = (
    ("lambda:UpdateFunctionCode", "lambda-003", "lambda-004"),
    (
        "lambda:UpdateFunctionConfiguration",
        "nhi-lambda-updatefunctionconfiguration",
        "nhi-lambda-updatefunctionconfiguration",
    ),
)
"""Permission, technique where something else starts the function, technique where the caller does."""
_REFUSED = (Outcome.DENIED, Outcome.NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class _Right:
    """One way to have one permission on the function."""

    grants: tuple[str, ...]
    conditions: Residual
    guards: tuple[str, ...]
    state: State
    by_policy: bool


def build_named_invokers(
    world: AwsWorld,
    views: Sequence[PrincipalView],
    functions: Sequence[AwsFunction],
    started: frozenset[str],
    until_invoked: Residual,
) -> None:
    """Add the edges of callers whom functions' policies name.

    Parameters
    ----------
    functions
        Functions that can run with a role.
    started
        Functions that something starts without the caller; for the others ``until_invoked`` stays open.
    """
    known = {view.node for view in views}
    for function in functions:
        document = world.resource_policies.get(function.arn)
        if document is None:
            continue
        lines = [line for line in policy_lines(function.arn, document) if line.form is TrustForm.PRINCIPAL]
        waiting = ALWAYS if function.arn in started else until_invoked
        for name in dict.fromkeys(line.value for line in lines if line.value != function.role_arn):
            mine = [line for line in lines if line.value == name]
            for view in world.states_of(name):
                if view.node in known and view.account == function.account:
                    world.identity_graph.add_edges(_edges(world, function, mine, view, waiting))


def _edges(
    world: AwsWorld, function: AwsFunction, lines: Sequence[TrustLine], view: PrincipalView, waiting: Residual
) -> Iterator[Edge]:
    tags = dict(function.tags) if function.tags_known else None
    resource = Resource(arn=function.arn, account=function.account, tags=tags)
    invoking = _rights(world, resource, lines, view, _INVOKE)
    for action, alone, together in _CHANGES:
        for change in _rights(world, resource, lines, view, action):
            if change.by_policy:
                yield _edge(view, function, alone, change, _Right((), waiting, (), State.VERIFIED, False))
            for start in invoking:
                if change.by_policy or start.by_policy:
                    yield _edge(view, function, together, change, start)


def _edge(view: PrincipalView, function: AwsFunction, technique: str, change: _Right, start: _Right) -> Edge:
    return Edge(
        view.node,
        function.arn,
        EdgeKind.CAN_TAKE_OVER,
        True,
        technique,
        tuple(sorted({*change.grants, *start.grants})),
        merge_residuals([change.conditions, start.conditions]),
        tuple(sorted({*change.guards, *start.guards})),
        min(change.state, start.state),
    )


def _rights(
    world: AwsWorld, resource: Resource, lines: Sequence[TrustLine], view: PrincipalView, action: str
) -> list[_Right]:
    """Return the ways to have one permission: by the caller's own policies, and by lines that name it."""
    found = [
        _Right(way.grants, way.conditions, way.guards, State.VERIFIED, False) for way in ways_on(view, action, resource)
    ]
    for line in lines:
        if not line.statement.covers_action(action):
            continue
        decision = authorize_view(world, view, action, resource, policy=line.alone, mandatory=False)
        if decision.outcome in _REFUSED:
            continue
        state = State.UNVERIFIED if decision.outcome is Outcome.UNVERIFIED else State.VERIFIED
        grant = f"aws:resource_policy:{resource.arn}#{line.statement.index}"
        found += [_Right((grant,), residual, (), state, True) for residual in decision.alternatives or (ALWAYS,)]
    return found
