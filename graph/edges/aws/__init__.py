"""AWS edges: structure, assumption, federation, policy change, credentials, passed roles, take-over, access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.edges.aws.access import build_access
from graph.edges.aws.admin import build_admin, build_administrators
from graph.edges.aws.assume_role import build_assume_role
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.change_state import build_change_state
from graph.edges.aws.change_state_close import close_change_state
from graph.edges.aws.change_state_target import build_change_state_target
from graph.edges.aws.change_trust import build_change_trust
from graph.edges.aws.cognito import build_cognito
from graph.edges.aws.confused_deputy import mark_confused_deputies
from graph.edges.aws.create_principal import build_create_principal
from graph.edges.aws.credentials import build_credentials
from graph.edges.aws.eks_access import build_eks_access
from graph.edges.aws.federation import build_federation
from graph.edges.aws.held_policy import build_held_policy
from graph.edges.aws.identity_center import build_identity_center
from graph.edges.aws.identity_center_grants import build_identity_center_grants
from graph.edges.aws.join_group import build_join_group, group_views
from graph.edges.aws.organization import build_organization
from graph.edges.aws.other_policy import build_other_policy
from graph.edges.aws.own_policy import build_own_policy
from graph.edges.aws.pass_role import build_pass_role
from graph.edges.aws.pass_role_stack_sets import build_stack_sets
from graph.edges.aws.providers import build_providers
from graph.edges.aws.resource_policies import build_resource_policies
from graph.edges.aws.resource_policies_kms_grants import build_kms_grants
from graph.edges.aws.resource_policies_scripts import build_scripts
from graph.edges.aws.roles_anywhere import build_roles_anywhere
from graph.edges.aws.structure import build_structure
from graph.edges.aws.take_over import build_take_over
from graph.edges.aws.world import AwsWorld

__all__ = ["build_aws_edges"]


def build_aws_edges(world: AwsWorld) -> None:
    """Run the edge builders in order; a later one may read edges of an earlier one where its module says so.

    Notes
    -----
    Groups that a user could join take part as callers of their own, so that paths behind a joined group are found;
    so do users and roles as they are after a change of their state. What such a change does not open is dropped at
    the end, by ``close_change_state``.
    """
    build_structure(world)
    joined = group_views(world, world.group_documents)
    build_join_group(world, joined)
    groups = _joined_by(world, joined, ())
    callers = [view for view in world.views.values() if not view.principal.service_linked]
    callers = [view for view in callers if view.principal.kind.value != "root"] + groups
    build_admin(world, groups)
    changed = build_change_state(world, callers)
    joined = group_views(world, world.group_documents, changed)
    build_join_group(world, joined, changed)
    later = _joined_by(world, joined, groups)
    build_administrators(world, [*changed, *later])
    groups += later
    callers += [*changed, *later]
    build_own_policy(world, callers)
    build_credentials(world, callers)
    build_change_trust(world, callers)
    build_create_principal(world, callers)
    build_pass_role(world, callers)
    build_take_over(world, callers)
    open_roles = build_assume_role(world, groups)
    build_stack_sets(world, callers)
    build_change_state_target(world, callers, open_roles)
    build_federation(world)
    build_other_policy(world, open_roles, callers)
    build_held_policy(world, callers)
    build_access(world, [*world.views.values(), *groups, *changed])
    build_kms_grants(world, callers)
    build_resource_policies(world, callers)
    build_scripts(world, callers)
    build_organization(world, callers)
    build_identity_center(world)
    build_identity_center_grants(world, callers)
    build_eks_access(world, callers)
    build_roles_anywhere(world, callers)
    build_providers(world, callers)
    build_cognito(world, callers)
    mark_confused_deputies(world)
    close_change_state(world)


def _joined_by(
    world: AwsWorld, joined: Mapping[str, PrincipalView], known: Sequence[PrincipalView]
) -> list[PrincipalView]:
    """Return the groups that somebody can join, as callers, those left out that are known already."""
    reachable = {edge.target for edge in world.identity_graph.edges if edge.technique == "iam-013"}
    old = {view.node for view in known}
    return [view for node, view in joined.items() if node in reachable and node not in old]
