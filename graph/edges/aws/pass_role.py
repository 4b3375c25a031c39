"""CAN_PASS_ROLE: an identity has new code, or new calls of a service, run as a role that it passes.

Input: principals, roles of the same account that trust the service. Output: edges to roles through classes of roles.
Handled: ``iam:PassRole`` on the very role with ``iam:PassedToService``; the trust for that service with its conditions;
the other permissions on one resource of the caller's choosing, or on one that exists; an instance profile that holds
the role (EC2); what the role itself must hold.
Not handled: quotas, network, service control of images or subnets by tag, a service-linked role that the service may
still have to make, further resources of the same call that the policy conditions on (``cloudformation:RoleArn`` …:
left open).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from graph.decision import ALWAYS, Residual, merge_residuals
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives, fresh_ways, join, minimal
from graph.edges.aws.layers import role_resource
from graph.edges.aws.partition import service_spellings
from graph.edges.aws.pass_role_data_pipeline import build_data_pipeline
from graph.edges.aws.pass_role_profiles import THROUGH_PROFILES, profile_things
from graph.edges.aws.pass_role_standing import Standing, standing_things
from graph.edges.aws.pass_role_table import PASSED
from graph.edges.aws.pass_role_trust import ServiceTrust, ServiceTrusts
from graph.edges.aws.pass_role_types import PassedRole, Way
from graph.edges.aws.workloads import Fit, by_account, holds_one, profile_roles
from graph.edges.aws.world import AwsWorld, target_context
from graph.kinds import EdgeKind

__all__ = ["build_pass_role"]

_ONE: Alternatives = [((), ALWAYS)]


def build_pass_role(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_PASS_ROLE edge of the callers given, but those through stack sets."""
    trusts, standing = ServiceTrusts(world), {**standing_things(world), **profile_things(world)}
    profiles = {role for roles in profile_roles(world).values() for role in roles}
    for row, service in _spelled():
        thing = standing.get(row.existing)
        targets = by_account(
            (world.roles[target.node].account, target)
            for target in _targets(world, trusts.of(service, row.source, row.trust_actions), row, profiles, thing)
        )
        if not targets:
            continue
        class_edges(
            world.identity_graph,
            views,
            [Need("iam:PassRole", {"iam:passedtoservice": (service,)})],
            targets.get,
            kind=EdgeKind.CAN_PASS_ROLE,
            technique=row.id,
            extra=_needs(row, thing),
            describe="roles",
        )
    build_data_pipeline(world, views, trusts, profiles)


def _spelled() -> Iterator[tuple[PassedRole, str]]:
    """Yield the techniques with each name that a trust may know the service by."""
    for row in (*PASSED, *THROUGH_PROFILES):
        for service in service_spellings(row.service):
            yield row, service


def _needs(row: PassedRole, thing: Standing | None) -> Callable[[PrincipalView], Alternatives]:
    def needs(view: PrincipalView) -> Alternatives:
        found = minimal(dict.fromkeys(item for way in row.ways for item in _way(view, way)))
        return join([found, thing.ways(view)]) if found and thing is not None and thing.ways is not None else found

    return needs


def _way(view: PrincipalView, way: Way) -> Alternatives:
    if not all(view.may_allow(action) for part in way.parts for action in part.actions):
        return []
    found = join([fresh_ways(view, part.actions, part.form) for part in way.parts]) if way.parts else _ONE
    return [(grants, merge_residuals([residual, way.conditions])) for grants, residual in found]


def _targets(
    world: AwsWorld, trusts: Sequence[ServiceTrust], row: PassedRole, profiles: set[str], thing: Standing | None
) -> Iterator[Target]:
    fits: dict[str, Fit | None] = {}
    for trust in trusts:
        account = world.roles[trust.role].account
        if (row.profile and trust.role not in profiles) or (row.unless_profile and trust.role in profiles):
            continue
        own = _own_needs(world.views[trust.role], row)
        if own is None:
            continue
        if account not in fits:
            fits[account] = Fit() if thing is None else thing.fit(account)
        fit = fits[account]
        if fit is None:
            continue
        yield Target(
            trust.role,
            trust.role,
            target_context(role_resource(world, trust.role)),
            grants=(trust.grant,),
            conditions=merge_residuals([trust.conditions, own, fit.conditions]),
            state=fit.state,
            note=fit.note,
            not_for=trust.role,
        )


def _own_needs(role: PrincipalView, row: PassedRole) -> Residual | None:
    """Return what is open about what the role itself must hold; ``None``: it lacks it."""
    return ALWAYS if not row.role_needs or holds_one(role, row.role_needs) else row.otherwise
