"""Nodes of groups, projects, pipelines, environments and jobs, and what is in what.

Input: ``CiWorld``. Output: nodes, CONTAINS, RUNS_AS from a project to its pipeline identity.
Handled: subgroups; projects of which there is a file alone; archived projects and those without pipelines have none.
Not handled: who is a member of what and who may push: no file tells, so the pipeline identity begins a path.
"""

from __future__ import annotations

from collectors.ci.records import CiJob, CiProject
from graph.edges.ci.world import CiWorld
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge

__all__ = ["build_structure"]

_WORD = {"gitlab": "group", "bitbucket": "workspace"}
_DEPLOYS = "Who may deploy to the environment was not looked at."
_FETCHED = ("remote", "project", "component", "pipe", "image")


def build_structure(world: CiWorld) -> None:
    """Add nodes and edges."""
    top = world.id_of("group", world.scope.name)
    facts = {"id": world.scope.id, "issuer": world.scope.issuer, "aliases": [world.scope.name]}
    world.node(top, NodeKind.CI_GROUP, f"{_WORD[world.system]} {world.scope.name}", facts, "")
    for project in world.scope.projects:
        _project(world, project)
    for project in world.live:
        _identity(world, project)


def _project(world: CiWorld, project: CiProject) -> None:
    node = world.id_of("project", project.path)
    facts = {
        "unique_id": f"{world.system}:{project.id}" if project.id else "",
        "visibility": project.visibility,
        "default_branch": project.default_branch,
        "archived": project.archived or None,
        "pipelines_enabled": project.pipelines,
        "protected_branches": list(project.protected_branches),
        "problem": project.problem,
        "aliases": [project.path],
    }
    world.node(
        node, NodeKind.CI_PROJECT, project.path, facts, str(project.ref), seen=project.listed or bool(project.file)
    )
    world.add(Edge(world.id_of("group", world.scope.name), node, EdgeKind.CONTAINS, False))
    for environment in project.environments:
        place = world.id_of("environment", project.path, environment.name.lower())
        shown = f"{project.path} environment {environment.name}"
        world.node(place, NodeKind.CI_ENVIRONMENT, shown, {"unique_id": environment.uuid}, str(environment.ref))
        world.add(Edge(node, place, EdgeKind.CONTAINS, False))
    for job in project.jobs:
        _job(world, project, job)


def _job(world: CiWorld, project: CiProject, job: CiJob) -> None:
    node = world.job_node(project, job.id)
    facts = {
        "environment": job.environment,
        "audiences": sorted({each for token in job.tokens for each in token.audiences}),
        "tokens": [token.name for token in job.tokens],
        "variables": list(job.variables),
        "secrets": list(job.secrets),
        "labels": list(job.labels),
        "starts": list(job.starts),
        "guarded": job.guarded or None,
    }
    world.node(node, NodeKind.CI_JOB, f"{project.path} job {job.id}", facts, project.file)
    world.add(Edge(world.id_of("project", project.path), node, EdgeKind.CONTAINS, False))


def _identity(world: CiWorld, project: CiProject) -> None:
    runs = world.id_of("ci", project.path)
    fetched = [each for each in project.includes if each.kind in _FETCHED]
    facts = {
        "issuer": world.scope.issuer,
        "environments": sorted({job.environment for job in project.jobs if job.environment}),
        "includes": sorted({f"{each.kind} {each.what}" for each in project.includes}),
        "unpinned": sorted({f"{each.kind} {each.what}" for each in fetched if not each.pinned}),
        "secrets_written": list(project.written),
    }
    world.node(runs, NodeKind.CI_IDENTITY, f"pipelines of {project.path}", facts, project.file or str(project.ref))
    node = world.id_of("project", project.path)
    world.add(Edge(node, runs, EdgeKind.CONTAINS, False))
    # Whoever decides what a repository holds decides what its pipelines do.
    world.add(Edge(node, runs, EdgeKind.RUNS_AS, True))
    for environment in project.environments:
        place = world.id_of("environment", project.path, environment.name.lower())
        world.add(Edge(runs, place, EdgeKind.CAN_TAKE_OVER, True, state=State.UNVERIFIED, note=_DEPLOYS))
