"""CAN_PASS_ROLE: an identity starts new code that runs as a role (lambda-001, 002, 006; ec2-001).

Input: principals, roles of the same account that trust the service. Output: edges to roles through classes of roles.
Handled: ``iam:PassRole`` on the very role with ``iam:PassedToService``; the trust for that service; the other
permissions on one resource of the caller's choosing; an instance profile that holds the role (ec2).
Not handled: quotas, service control of images or subnets by tag.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.decision import Truth
from graph.edges.aws.capability import PrincipalView, capability
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives, fresh_ways, join
from graph.edges.aws.layers import role_resource
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.conditions import evaluate_conditions
from graph.evaluate.aws.context import request_context
from graph.evaluate.aws.document import Effect
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request
from graph.kinds import EdgeKind

__all__ = ["build_pass_role", "trusts_service"]

FUNCTION = "arn:aws:lambda:{region}:{account}:function:{name}"
MAPPING = "arn:aws:lambda:{region}:{account}:event-source-mapping:{name}"
_RUN_INSTANCES = (
    "instance/{name}",
    "network-interface/{name}",
    "security-group/{name}",
    "subnet/{name}",
    "volume/{name}",
)
_POLLING = (
    ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    ("kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"),
    ("dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"),
    ("secretsmanager:GetSecretValue",),
    ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
)
"""What Lambda asks of a function's role before it polls a queue, a stream, or a Kafka or MQ broker (by the broker's
secret
or inside a VPC): https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html (read 2026-11)."""
_IMAGE = "arn:aws:ec2:{region}::image/{name}"


def trusts_service(world: AwsWorld, role: str, service: str) -> bool:
    """Return whether the role's trust lets the service take the role for a resource of the same account."""
    document = world.trust.get(role)
    if document is None:
        return False
    account = world.roles[role].account
    principal = Principal(PrincipalKind.SERVICE, service, "", tags=None, organization_id=None)
    stated = {"aws:sourceaccount": (account,)}
    context = request_context(Request(principal, "sts:AssumeRole", role_resource(world, role), stated, frozenset()))
    allowed = False
    for statement in document.statements:
        named = (
            statement.principals is not None
            and not statement.principals.not_principal
            and (
                service in statement.principals.service
                or (statement.effect is Effect.DENY and statement.principals.anyone)
            )
        )
        if not named or not statement.covers_action("sts:AssumeRole"):
            continue
        truth = evaluate_conditions(statement.conditions, context).truth
        if statement.effect is Effect.DENY and truth is Truth.TRUE:
            return False
        allowed = allowed or (statement.effect is Effect.ALLOW and truth is not Truth.FALSE)
    return allowed


@dataclass(frozen=True, slots=True)
class _Technique:
    id: str
    service: str
    needs: Callable[[PrincipalView], Alternatives]
    profile: bool = False
    role_needs: tuple[tuple[str, ...], ...] = ()
    """Sets of permissions of which the role itself must hold one; empty: none asked."""


def _event_source(view: PrincipalView) -> Alternatives:
    # CreateEventSourceMapping is authorised on the mapping or on "*", and names the function by a condition key.
    create = fresh_ways(view, ["lambda:CreateFunction"], FUNCTION)
    return join([create, fresh_ways(view, ["lambda:CreateEventSourceMapping"], MAPPING)])


def _run_instances(view: PrincipalView) -> Alternatives:
    forms = [f"arn:aws:ec2:{{region}}:{{account}}:{part}" for part in _RUN_INSTANCES]
    return join([fresh_ways(view, ["ec2:RunInstances"], form) for form in (*forms, _IMAGE)])


_TECHNIQUES: Sequence[_Technique] = (
    _Technique(
        "lambda-001",
        "lambda.amazonaws.com",
        lambda view: fresh_ways(view, ["lambda:CreateFunction", "lambda:InvokeFunction"], FUNCTION),
    ),
    _Technique("lambda-002", "lambda.amazonaws.com", _event_source, role_needs=_POLLING),
    _Technique(
        "lambda-006",
        "lambda.amazonaws.com",
        lambda view: fresh_ways(view, ["lambda:CreateFunction", "lambda:AddPermission"], FUNCTION),
    ),
    _Technique("ec2-001", "ec2.amazonaws.com", _run_instances, profile=True),
)


def _holds_one(role: PrincipalView, sets: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether the role may hold one of the sets of permissions; on which resource is not looked at."""
    return bool(role.incomplete) or any(
        all(role.may_allow(action) and capability(role, action).ways for action in actions) for actions in sets
    )


def build_pass_role(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_PASS_ROLE edge of the callers given."""
    profiles = {arn for profile in world.records.instance_profiles for arn in profile.role_arns}
    profiles |= {role.arn for role in world.roles.values() if role.instance_profiles}
    for technique in _TECHNIQUES:
        targets: dict[str, list[Target]] = defaultdict(list)
        for role in world.roles.values():
            if role.service_linked or not trusts_service(world, role.arn, technique.service):
                continue
            if technique.profile and role.arn not in profiles:
                continue
            if technique.role_needs and not _holds_one(world.views[role.arn], technique.role_needs):
                continue
            targets[role.account].append(
                Target(role.arn, role.arn, target_context(role_resource(world, role.arn)), not_for=role.arn)
            )
        candidates = {account: Candidates(found) for account, found in targets.items()}
        need = Need("iam:PassRole", {"iam:passedtoservice": (technique.service,)})
        class_edges(
            world.identity_graph,
            views,
            [need],
            candidates.get,
            kind=EdgeKind.CAN_PASS_ROLE,
            technique=technique.id,
            extra=technique.needs,
            describe="roles",
        )
