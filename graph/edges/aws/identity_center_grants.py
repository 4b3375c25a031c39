"""CAN_GRANT by IAM Identity Center: an identity assigns a permission set, or widens one that is assigned.

Input: permission sets, reserved roles, principals of the account that answers for Identity Center.
Output: edges of ``nhi-sso-createaccountassignment`` to the reserved roles (full control where the set administers and
has no role in a collected account yet), of ``nhi-sso-putinlinepolicytopermissionset`` and
``nhi-sso-attachmanagedpolicytopermissionset`` to full control of the accounts in which the set has a role.
Handled: every resource that the vendor asks for (instance, permission set, account); SCPs and boundary above the role;
a caller that is itself the role of the set needs no other user.
Not handled: delegated administrators other than the account that showed the sets; customer managed policies that are
referred to by name; who signs in as which user of Identity Center, which stays a condition.

References
----------
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html
https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html (each read 2026-11)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectors.aws.access_types import AwsPermissionSet
from graph.decision import Atom, Residual, merge_residuals
from graph.edges.aws.admin import admin_after, admin_ways, allow_everything
from graph.edges.aws.assume_role_pairs import admin_view
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.identity_center import ReservedRoles
from graph.edges.aws.own_policy import AWS_POLICIES
from graph.edges.aws.partition import in_partition, partition_of
from graph.edges.aws.world import AwsWorld, account_id_of, admin_id, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, Impact, State

__all__ = ["build_identity_center_grants"]

OWN_USER: Residual = ((Atom("nhi:signs-in-as-identity-center-user", "Bool", ("true",)),),)
"""Whoever is assigned must sign in as a user of the identity store."""
_PROVISION = "sso:ProvisionPermissionSet"
_WIDEN = {
    "nhi-sso-putinlinepolicytopermissionset": "sso:PutInlinePolicyToPermissionSet",
    "nhi-sso-attachmanagedpolicytopermissionset": "sso:AttachManagedPolicyToPermissionSet",
}


def build_identity_center_grants(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_GRANT edge that goes through Identity Center."""
    if not world.records.permission_sets:
        return
    roles = ReservedRoles(world)
    homes = {item.account for item in world.records.permission_sets}
    callers = [view for view in views if view.account in homes]
    # Full control of the account is a caller of its own, for paths that end in it.
    callers += [admin_view(world, home) for home in sorted({view.account for view in callers})]
    _assign(world, callers, roles)
    for technique, action in _WIDEN.items():
        _widen(world, callers, roles, technique, action)


def _management(world: AwsWorld) -> str:
    return world.records.organization.management_account if world.records.organization else ""


def _resource(arn: str, account: str) -> Resource:
    return Resource(arn=arn, account=account)


# ---- assignments


def _assign(world: AwsWorld, callers: Sequence[PrincipalView], roles: ReservedRoles) -> None:
    found: dict[str, list[Target]] = defaultdict(list)
    controls = _controls(world)
    for item in world.records.permission_sets:
        for gain in _gains(world, item, roles, controls):
            arns = (item.arn, _account_arn(item, gain.account), item.instance_arn)
            in_management = gain.account == _management(world)
            if in_management and item.account != gain.account:
                continue
            found[item.account].append(
                Target(
                    item.arn,
                    gain.node,
                    target_context(_resource(item.arn, item.account)),
                    arns,
                    conditions=merge_residuals([OWN_USER, gain.conditions]),
                    state=State.UNVERIFIED if in_management else State.VERIFIED,
                    via=item.arn,
                    note="Assignments in the management account ask for further permissions of IAM."
                    if in_management
                    else "",
                    not_for=gain.node,
                )
            )
    candidates = {account: Candidates(targets) for account, targets in found.items()}
    class_edges(
        world.identity_graph,
        callers,
        [Need("sso:CreateAccountAssignment")] * 3,
        candidates.get,
        kind=EdgeKind.CAN_GRANT,
        technique="nhi-sso-createaccountassignment",
        describe="permission sets",
    )


def _account_arn(item: AwsPermissionSet, account: str) -> str:
    return in_partition(f"arn:aws:sso:::account/{account}", partition_of(item.arn))


@dataclass(frozen=True, slots=True)
class _Gain:
    account: str
    node: str
    conditions: Residual


def _controls(world: AwsWorld) -> dict[str, Residual]:
    """Return the conditions under which a new role of an account administers it, for accounts where SCPs let it."""
    found = {}
    for account in sorted({view.account for view in world.views.values()}):
        if ways := admin_ways(admin_view(world, account)):
            found[account] = min((way.conditions for way in ways), key=len)
    return found


def _gains(
    world: AwsWorld, item: AwsPermissionSet, roles: ReservedRoles, controls: dict[str, Residual]
) -> Iterator[_Gain]:
    """Yield what a new assignment of the set leads to: its roles, and full control where it has none yet."""
    there = roles.all_of(item)
    for role in there:
        yield _Gain(account_id_of(role), role, ())
    everything = in_partition(AWS_POLICIES[0], partition_of(item.arn))
    if not any(policy.arn == everything for policy in item.attached) or item.boundary_arn:
        return
    taken = {account_id_of(role) for role in there}
    for account, conditions in controls.items():
        if account not in taken and _shares_organization(world, item.account, account):
            yield _Gain(account, admin_id(account), conditions)


def _shares_organization(world: AwsWorld, one: str, other: str) -> bool:
    organization = world.organization_of(one)
    return one == other or (bool(organization) and organization == world.organization_of(other))


# ---- permission sets


def _widen(
    world: AwsWorld, callers: Sequence[PrincipalView], roles: ReservedRoles, technique: str, action: str
) -> None:
    found: dict[str, list[Target]] = defaultdict(list)
    own: dict[str, list[Target]] = defaultdict(list)
    for item in world.records.permission_sets:
        assigned: Residual = ((Atom("nhi:assigned-permission-set", "StringEquals", (item.arn,)),),)
        for role in roles.all_of(item):
            account = account_id_of(role)
            after = admin_after(world.views[role], allow_everything())
            if after is None or (account == _management(world) and item.account != account):
                continue
            arns = (item.arn, item.instance_arn, _account_arn(item, account), item.arn, item.instance_arn)
            context = target_context(_resource(item.arn, item.account))
            found[item.account].append(
                Target(
                    item.arn,
                    admin_id(account),
                    context,
                    arns,
                    conditions=merge_residuals([assigned, after]),
                    via=role,
                    not_for=role,
                )
            )
            own[role].append(Target(item.arn, admin_id(account), context, arns, conditions=after, via=role))
    needs = [Need(action)] * 2 + [Need(_PROVISION)] * 3
    sides = (
        ({account: Candidates(targets) for account, targets in found.items()}, lambda view: view.account),
        ({role: Candidates(targets) for role, targets in own.items()}, lambda view: view.node),
    )
    for candidates, group_of in sides:
        class_edges(
            world.identity_graph,
            callers,
            needs,
            candidates.get,
            kind=EdgeKind.CAN_GRANT,
            technique=technique,
            describe="permission sets",
            group_of=group_of,
            impact_of=lambda _: Impact.H1.value,
        )
