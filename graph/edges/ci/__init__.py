"""GitLab and Bitbucket: projects, pipelines, variables. Who trusts their tokens is the joint ``graph.joints.oidc``."""

from __future__ import annotations

from collectors.ci.records import CiRecords
from graph.edges.ci.structure import build_structure
from graph.edges.ci.variables import build_variables
from graph.edges.ci.world import CiWorld
from graph.model import IdentityGraph

__all__ = ["build_ci_edges"]


def build_ci_edges(records: CiRecords, identity_graph: IdentityGraph) -> None:
    """Add nodes and edges of every group or workspace; linear in projects, jobs and variables."""
    for scope in records.scopes:
        world = CiWorld(scope, identity_graph)
        build_structure(world)
        build_variables(world)
