"""CAN_TAKE_OVER by lambda-004 where the function's own policy, not the caller's, allows to invoke it.

Input: functions with a resource policy, principals. Output: one edge a caller that the policy names and that may
replace the code.
Handled: a policy of the same account that names a user or role by ARN, by the full evaluator; conditions stay open.
Not handled: callers of other accounts; a policy for the account as a whole only delegates, so an identity allow
decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectors.aws.records import AwsFunction
from graph.decision import ALWAYS, Outcome, merge_residuals
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.layers import authorize_view
from graph.edges.aws.own_policy import ways_on
from graph.edges.aws.trust import TrustForm, TrustLine, policy_lines
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_named_invokers"]

_INVOKE, _UPDATE = "lambda:InvokeFunction", "lambda:UpdateFunctionCode"
_REFUSED = (Outcome.DENIED, Outcome.NOT_ALLOWED)


def build_named_invokers(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add the edges of callers whom functions' policies name."""
    by_node = {view.node: view for view in views}
    for function in world.records.functions:
        document = world.resource_policies.get(function.arn)
        if document is None or not function.role_arn:
            continue
        for line in policy_lines(function.arn, document):
            if line.form is not TrustForm.PRINCIPAL or line.value == function.role_arn:
                continue
            for view in world.states_of(line.value):
                if view.node not in by_node or view.account != function.account:
                    continue
                if line.statement.covers_action(_INVOKE):
                    world.identity_graph.add_edges(_edges(world, function, line, view))


def _edges(world: AwsWorld, function: AwsFunction, line: TrustLine, view: PrincipalView) -> Iterator[Edge]:
    tags = dict(function.tags) if function.tags_known else None
    resource = Resource(arn=function.arn, account=function.account, tags=tags)
    invoking = authorize_view(world, view, _INVOKE, resource, policy=line.alone, mandatory=False)
    if invoking.outcome in _REFUSED:
        return
    state = State.UNVERIFIED if invoking.outcome is Outcome.UNVERIFIED else State.VERIFIED
    for way in ways_on(view, _UPDATE, resource):
        for residual in invoking.alternatives or (ALWAYS,):
            yield Edge(
                view.node,
                function.arn,
                EdgeKind.CAN_TAKE_OVER,
                True,
                "lambda-004",
                tuple(sorted({*way.grants, f"aws:resource_policy:{function.arn}#{line.statement.index}"})),
                merge_residuals([way.conditions, residual]),
                way.guards,
                state,
            )
