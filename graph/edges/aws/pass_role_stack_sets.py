"""CAN_PASS_ROLE through stack sets (cloudformation-003, cloudformation-004): roles that a passed role can assume.

Input: principals, roles that trust CloudFormation, stack sets, and the CAN_ASSUME edges of ``assume_role``, which must
run before.
Output: edges to execution roles, of any account, through one hub an administration role (and, for an update, a set of
accounts that stack sets have instances in).
Handled: CloudFormation takes the administration role that is passed and with it assumes an execution role by name,
whose permissions make the template's resources; so the gain is the execution roles that the administration role can
assume, never the administration role itself. An update works in the accounts that have instances; where instances were
not listed it is conditional.
Complexity: for an update, principals that may do it × different sets of accounts with instances.
Not handled: service-managed stack sets (``organization``).
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html (read 2026-11).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

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
from graph.evaluate.aws.principals import arn_account
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Node

__all__ = ["build_stack_sets"]

_SERVICE = "cloudformation.amazonaws.com"
_STACK_SET = "arn:aws:cloudformation:{region}:{account}:stackset/{name}:{name}"
_ASSUME, _PASS, _UPDATE = "sts:AssumeRole", "iam:PassRole", "cloudformation:UpdateStackSet"


@dataclass(frozen=True, slots=True)
class _Variant:
    """One technique, in the accounts where it works."""

    technique: str
    extra: Callable[[PrincipalView], Alternatives]
    conditions: Residual = ALWAYS
    accounts: frozenset[str] | None = None
    """Accounts whose execution roles are gained; ``None``: of any account."""

    def hub(self, name: str) -> str:
        """Return the id of the hub that stands for ``name`` in this variant."""
        return f"hub:{self.technique}:{name}" + (f":in-{self._digest}" if self.accounts is not None else "")

    @property
    def words(self) -> str:
        """What the hub of a class of callers stands for: another text for other accounts, so that they share none."""
        if self.accounts is None:
            return "administration roles"
        return f"administration roles with instances in {len(self.accounts)} accounts ({self._digest})"

    @property
    def _digest(self) -> str:
        return hashlib.sha256(",".join(sorted(self.accounts or ())).encode()).hexdigest()[:12]

    def within(self, edges: Sequence[Edge], members: Mapping[str, Sequence[Edge]]) -> list[Edge]:
        """Return those of a role's CAN_ASSUME edges that lead to a role, or a hub with a role, of the accounts."""
        if self.accounts is None:
            return list(edges)
        return [
            edge
            for edge in edges
            if any(arn_account(each.target) in self.accounts for each in members.get(edge.target, (edge,)))
        ]


def build_stack_sets(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add the edges of cloudformation-003 and cloudformation-004."""
    trusts = [
        trust
        for trust in ServiceTrusts(world).of(_SERVICE, _STACK_SET)
        if world.views[trust.role].may_allow(_ASSUME) or world.views[trust.role].incomplete
    ]
    assumed = _assumed(world, {trust.role for trust in trusts})
    members = _members(world, assumed)
    _technique(world, views, _Variant("cloudformation-003", _created), trusts, assumed, members)
    able = [view for view in views if view.may_allow(_UPDATE) and view.may_allow(_PASS)]
    if not able:
        return
    for accounts, stack_sets in _by_instances(world, _places(assumed, members)):
        update = Existing((_UPDATE,), by_account(stack_sets))
        conditions = open_atom("stack-set-has-instances") if accounts is None else ALWAYS
        variant = _Variant("cloudformation-004", update.ways, conditions, accounts)
        _technique(world, able, variant, trusts, assumed, members)


def _technique(
    world: AwsWorld,
    views: Sequence[PrincipalView],
    variant: _Variant,
    trusts: Sequence[ServiceTrust],
    assumed: Mapping[str, Sequence[Edge]],
    members: Mapping[str, Sequence[Edge]],
) -> None:
    gained = {trust.role: variant.within(assumed[trust.role], members) for trust in trusts}
    hubs, targets = {}, []
    for trust in trusts:
        if not gained[trust.role]:
            continue
        role = world.roles[trust.role]
        hubs[trust.role] = variant.hub(f"{role.account}:{role.name}")
        context = target_context(role_resource(world, trust.role))
        target = Target(
            trust.role,
            hubs[trust.role],
            context,
            grants=(trust.grant,),
            conditions=merge_residuals([trust.conditions, variant.conditions]),
            via=trust.role,
            not_for=trust.role,
        )
        targets.append((role.account, target))
    edges = world.identity_graph.edges
    before = len(edges)
    class_edges(
        world.identity_graph,
        views,
        [Need(_PASS, {"iam:passedtoservice": (_SERVICE,)})],
        by_account(targets).get,
        kind=EdgeKind.CAN_PASS_ROLE,
        technique=variant.technique,
        extra=variant.extra,
        describe=variant.words,
    )
    reached = {edge.target for edge in islice(reversed(edges), len(edges) - before)}
    for role_arn, hub in hubs.items():
        if hub in reached:
            _add_hub(world, hub, variant, role_arn, gained[role_arn], members)


def _add_hub(
    world: AwsWorld,
    hub: str,
    variant: _Variant,
    role: str,
    assumed: Sequence[Edge],
    members: Mapping[str, Sequence[Edge]],
) -> None:
    """Let a hub stand for an administration role; classes of roles that it assumes are copied once for all of them."""
    graph, technique = world.identity_graph, variant.technique
    account = world.roles[role].account
    name = f"{technique}: execution roles of {world.roles[role].name}"
    graph.add_node(Node(hub, NodeKind.HUB, name, "aws", account))
    for edge in assumed:
        target = edge.target
        if target in members:
            target = variant.hub(target)
            if target not in graph.nodes:
                graph.add_node(Node(target, NodeKind.HUB, f"{technique}: execution roles", "aws", account))
                graph.add_edges(
                    _as_technique(member, technique, target, member.target)
                    for member in variant.within(members[edge.target], {})
                )
        graph.add_edge(_as_technique(edge, technique, hub, target))


def _members(world: AwsWorld, assumed: Mapping[str, Sequence[Edge]]) -> dict[str, list[Edge]]:
    """Return the edges that leave the hubs among what is assumed."""
    hubs = {edge.target for edges in assumed.values() for edge in edges}
    members: dict[str, list[Edge]] = defaultdict(list)
    for edge in world.identity_graph.edges:
        if edge.source in hubs and world.identity_graph.nodes[edge.source].kind is NodeKind.HUB:
            members[edge.source].append(edge)
    return dict(members)


def _places(assumed: Mapping[str, Sequence[Edge]], members: Mapping[str, Sequence[Edge]]) -> frozenset[str]:
    """Return the accounts of all roles that are assumed."""
    edges = (edge for each in assumed.values() for edge in each)
    return frozenset(arn_account(each.target) for edge in edges for each in members.get(edge.target, (edge,)))


def _by_instances(
    world: AwsWorld, places: frozenset[str]
) -> Iterator[tuple[frozenset[str] | None, list[tuple[str, Target]]]]:
    """Yield stack sets by the accounts among ``places`` that they have instances in; ``None``: that is not known."""
    groups: dict[frozenset[str] | None, list[tuple[str, Target]]] = defaultdict(list)
    for account, target, instances in _stack_sets(world):
        reached = None if instances is None else instances & places
        if reached is None or reached:
            groups[reached].append((account, target))
    yield from sorted(groups.items(), key=lambda group: (group[0] is not None, sorted(group[0] or ())))


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


def _stack_sets(world: AwsWorld) -> Iterator[tuple[str, Target, frozenset[str] | None]]:
    """Yield account, target and, where known, accounts with instances of every self-managed stack set."""
    for workload in world.records.workloads:
        if workload.kind is not WorkloadKind.CLOUDFORMATION_STACK_SET or workload.managed_elsewhere:
            continue
        if workload.settings.get("PermissionModel", "") == "SERVICE_MANAGED":
            continue
        listed = workload.settings.get("InstanceAccounts")
        instances = None if listed is None else frozenset(filter(None, listed.split(",")))
        yield workload.account, Target(workload.arn, workload.arn, workload_context(workload)), instances
