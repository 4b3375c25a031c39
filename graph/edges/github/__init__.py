"""GitHub edges: structure, roles, places, secrets, jobs, runners, credentials, and who trusts its tokens."""

from __future__ import annotations

from collectors.github.records import GitHubRecords
from graph.edges.github.access import build_access
from graph.edges.github.contents import build_builds
from graph.edges.github.credentials import build_credentials
from graph.edges.github.jobs import build_jobs
from graph.edges.github.places import build_places
from graph.edges.github.runners import build_runners
from graph.edges.github.secret_scopes import build_secrets
from graph.edges.github.strangers import build_strangers
from graph.edges.github.structure import build_structure
from graph.edges.github.subjects import build_subjects, mark_subjects
from graph.edges.github.world import GitHubWorld
from graph.model import IdentityGraph

__all__ = ["build_github_edges"]


def build_github_edges(records: GitHubRecords, identity_graph: IdentityGraph) -> None:
    """Add nodes and edges of GitHub; those of the clouds are there already, with the subjects that they trust."""
    worlds = [GitHubWorld(part, identity_graph) for part in records.organizations]
    for world in worlds:
        build_structure(world)
    for world in worlds:
        build_access(world)
        build_places(world)
        build_secrets(world)
        build_runners(world)
        build_credentials(world)
        build_subjects(world)
    for world in worlds:
        build_jobs(world, worlds)
        build_builds(world)
    build_strangers(worlds)
    if worlds:
        mark_subjects(identity_graph, worlds)
