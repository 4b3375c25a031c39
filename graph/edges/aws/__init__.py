"""AWS edges: structure, assumption, federation, policy change, credentials, passed roles, take-over, access."""

from __future__ import annotations

from graph.edges.aws.access import build_access
from graph.edges.aws.admin import build_admin
from graph.edges.aws.assume_role import build_assume_role
from graph.edges.aws.change_trust import build_change_trust
from graph.edges.aws.credentials import build_credentials
from graph.edges.aws.federation import build_federation
from graph.edges.aws.join_group import build_join_group, group_views
from graph.edges.aws.other_policy import build_other_policy
from graph.edges.aws.own_policy import build_own_policy
from graph.edges.aws.pass_role import build_pass_role
from graph.edges.aws.structure import build_structure
from graph.edges.aws.take_over import build_take_over
from graph.edges.aws.world import AwsWorld

__all__ = ["build_aws_edges"]


def build_aws_edges(world: AwsWorld) -> None:
    """Run the edge builders in order; a later one may read edges of an earlier one where its module says so.

    Notes
    -----
    Groups that a user could join take part as callers of their own, so that paths behind a joined group are found.
    """
    build_structure(world)
    joined = group_views(world, world.group_documents)
    build_join_group(world, joined)
    reachable = {edge.target for edge in world.identity_graph.edges if edge.technique == "iam-013"}
    groups = [view for node, view in joined.items() if node in reachable]
    callers = [view for view in world.views.values() if not view.principal.service_linked]
    callers = [view for view in callers if view.principal.kind.value != "root"] + groups
    build_admin(world, groups)
    build_own_policy(world, callers)
    build_credentials(world, callers)
    build_change_trust(world, callers)
    build_pass_role(world, callers)
    build_take_over(world, callers)
    open_roles = build_assume_role(world, groups)
    build_federation(world)
    build_other_policy(world, open_roles, callers)
    build_access(world, [*world.views.values(), *groups])
