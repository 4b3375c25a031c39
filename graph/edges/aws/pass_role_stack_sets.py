"""CAN_PASS_ROLE through stack sets (cloudformation-003, cloudformation-004): roles that a passed role can assume.

Input: principals, roles that trust CloudFormation, and the CAN_ASSUME edges of ``assume_role``, which must run before.
Output: edges to execution roles, of any account, through one hub an administration role.
Handled: CloudFormation takes the administration role that is passed and with it assumes an execution role by name,
whose permissions make the template's resources; so the gain is the execution roles that the administration role can
assume, never the administration role itself.
Not handled: service-managed stack sets (``organization``); in which accounts an existing stack set has instances.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html (read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from collectors.aws.workload_types import WorkloadKind
from graph.decision import ALWAYS, Outcome, Residual, merge_residuals
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives, fresh_ways, join
from graph.edges.aws.layers import authorize_view, role_resource
from graph.edges.aws.pass_role_existing import Existing
from graph.edges.aws.pass_role_trust import ServiceTrust, ServiceTrusts
from graph.edges.aws.workloads import by_account, open_atom, workload_context
from graph.edges.aws.world import AwsWorld, target_context
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Node

__all__ = ["build_stack_sets"]

_SERVICE = "cloudformation.amazonaws.com"
_STACK_SET = "arn:aws:cloudformation:{region}:{account}:stackset/{name}:{name}"
_ASSUME = "sts:AssumeRole"


def build_stack_sets(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add the edges of cloudformation-003 and cloudformation-004."""
    trusts = [
        trust
        for trust in ServiceTrusts(world).of(_SERVICE, _STACK_SET)
        if world.views[trust.role].may_allow(_ASSUME) or world.views[trust.role].incomplete
    ]
    assumed = _assumed(world, {trust.role for trust in trusts})
    trusts = [trust for trust in trusts if assumed[trust.role]]
    update = Existing(("cloudformation:UpdateStackSet",), by_account(_stack_sets(world)))
    for technique, extra, conditions in (
        ("cloudformation-003", _created, ALWAYS),
        ("cloudformation-004", update.ways, open_atom("stack-set-has-instances")),
    ):
        _technique(world, views, technique, extra, conditions, trusts, assumed)


def _technique(
    world: AwsWorld,
    views: Sequence[PrincipalView],
    technique: str,
    extra: Callable[[PrincipalView], Alternatives],
    conditions: Residual,
    trusts: Sequence[ServiceTrust],
    assumed: dict[str, list[Edge]],
) -> None:
    targets = []
    for trust in trusts:
        role = world.roles[trust.role]
        hub = f"hub:{technique}:{role.account}:{role.name}"
        context = target_context(role_resource(world, trust.role))
        open_part = merge_residuals([trust.conditions, conditions])
        targets.append(
            (role.account, Target(trust.role, hub, context, conditions=open_part, via=trust.role, not_for=trust.role))
        )
    before = len(world.identity_graph.edges)
    class_edges(
        world.identity_graph,
        views,
        [Need("iam:PassRole", {"iam:passedtoservice": (_SERVICE,)})],
        by_account(targets).get,
        kind=EdgeKind.CAN_PASS_ROLE,
        technique=technique,
        extra=extra,
        describe="administration roles",
    )
    if len(world.identity_graph.edges) == before:
        return
    hubs = {edge.target for edges in assumed.values() for edge in edges}
    members: dict[str, list[Edge]] = defaultdict(list)
    for edge in world.identity_graph.edges:
        if edge.source in hubs and world.identity_graph.nodes[edge.source].kind is NodeKind.HUB:
            members[edge.source].append(edge)
    reached = {edge.target for edge in world.identity_graph.edges if edge.technique == technique}
    for trust in trusts:
        role = world.roles[trust.role]
        hub = f"hub:{technique}:{role.account}:{role.name}"
        if hub in reached:
            _add_hub(world, hub, technique, trust.role, assumed[trust.role], members)


def _add_hub(
    world: AwsWorld, hub: str, technique: str, role: str, assumed: Sequence[Edge], members: dict[str, list[Edge]]
) -> None:
    """Let a hub stand for an administration role; classes of roles that it assumes are copied once for all of them."""
    graph = world.identity_graph
    account = world.roles[role].account
    name = f"{technique}: execution roles of {world.roles[role].name}"
    graph.add_node(Node(hub, NodeKind.HUB, name, "aws", account))
    for edge in assumed:
        target = edge.target
        if target in members:
            target = f"hub:{technique}:{target}"
            if target not in graph.nodes:
                graph.add_node(Node(target, NodeKind.HUB, f"{technique}: execution roles", "aws", account))
                graph.add_edges(
                    _as_technique(member, technique, target, member.target) for member in members[edge.target]
                )
        graph.add_edge(_as_technique(edge, technique, hub, target))


def _as_technique(edge: Edge, technique: str, source: str, target: str) -> Edge:
    return replace(edge, source=source, target=target, kind=EdgeKind.CAN_PASS_ROLE, technique=technique)


def _assumed(world: AwsWorld, roles: set[str]) -> dict[str, list[Edge]]:
    """Return what each administration role assumes: its CAN_ASSUME edges, and itself where its trust names it."""
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in world.identity_graph.edges:
        if edge.source in roles and edge.kind is EdgeKind.CAN_ASSUME and edge.traversable:
            found[edge.source].append(edge)
    for role in sorted(roles):
        found[role].extend(_itself(world, role))
    return found


def _itself(world: AwsWorld, role: str) -> Iterator[Edge]:
    """Yield the edge by which a role takes itself once more: one role may serve for both."""
    trust = world.trust[role]
    if trust is None:
        return
    view = world.views[role]
    decision = authorize_view(world, view, _ASSUME, role_resource(world, role), policy=trust, mandatory=True)
    if decision.outcome is Outcome.ALLOWED:
        yield Edge(role, role, EdgeKind.CAN_ASSUME, True)


def _created(view: PrincipalView) -> Alternatives:
    # CreateStackSet knows no resource type; CreateStackInstances is authorised on the stack set.
    actions = (("cloudformation:CreateStackSet", "*"), ("cloudformation:CreateStackInstances", _STACK_SET))
    return join([fresh_ways(view, [action], form) for action, form in actions])


def _stack_sets(world: AwsWorld) -> Iterator[tuple[str, Target]]:
    for workload in world.records.workloads:
        if workload.kind is not WorkloadKind.CLOUDFORMATION_STACK_SET or workload.managed_elsewhere:
            continue
        if workload.settings.get("PermissionModel", "") != "SERVICE_MANAGED":
            yield workload.account, Target(workload.arn, workload.arn, workload_context(workload))
