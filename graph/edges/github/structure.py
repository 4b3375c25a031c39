"""Nodes of an organization, and what is in what: people, teams, repositories, environments, workflows, credentials.

Input: ``GitHubWorld``. Output: nodes, CONTAINS, MEMBER_OF and INHERITS edges, membership grants, credential rows.
Handled: teams within teams (a child has what its parent is given); all members together, who share the base role.
Not handled: enterprises.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.github.records import GitHubRepository
from graph.edges.github.world import GitHubWorld
from graph.evaluate.github.ids import (
    actions_node,
    admin_node,
    environment_node,
    job_node,
    organization_node,
    repository_node,
    secret_node,
    team_node,
    user_node,
    workflow_node,
)
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Grant, Node

__all__ = ["build_structure"]


def build_structure(world: GitHubWorld) -> None:
    """Add nodes and edges."""
    _organization(world)
    _people(world)
    _teams(world)
    for repository in world.records.repositories:
        _repository(world, repository)
    for secret in world.records.secrets:
        node = secret_node(world.login, secret.name)
        facts = {"visibility": secret.visibility, "created_at": secret.created_at, "updated_at": secret.updated_at}
        _node(world, node, NodeKind.GITHUB_SECRET, secret.name, facts, str(secret.ref))
        _contains(world, organization_node(world.login), node)


def _node(
    world: GitHubWorld, node: str, kind: NodeKind, name: str, facts: Mapping[str, Any], ref: str = "", impact: str = ""
) -> None:
    kept = {key: value for key, value in facts.items() if value not in ("", None, [], ())}
    world.identity_graph.add_node(Node(node, kind, name, "github", world.login, kept, impact=impact, evidence=ref))


def _contains(world: GitHubWorld, above: str, below: str) -> None:
    world.add(Edge(above, below, EdgeKind.CONTAINS, False))


def _organization(world: GitHubWorld) -> None:
    of, node = world.organization, organization_node(world.login)
    facts = {
        "id": of.id or None,
        "base_role": of.base_role,
        "actions_enabled": of.actions_enabled,
        "owners_known": of.owners_known,
        "aliases": [world.login],
    }
    _node(world, node, NodeKind.GITHUB_ORGANIZATION, of.name, facts, str(of.ref) if of.ref.file else "")
    _node(
        world,
        admin_node(world.login),
        NodeKind.SCOPE_ADMIN,
        f"administrator of {of.name}",
        {"scope": node},
        impact="H1",
    )
    _node(world, world.members, NodeKind.GITHUB_TEAM, f"members of {of.name}", {"base_role": of.base_role})
    _contains(world, node, world.members)


def _people(world: GitHubWorld) -> None:
    for user in world.records.users:
        node = user_node(user.login)
        aliases = [user.login] if user.login != user.name else []
        facts = {"unique_id": f"github:{user.id}" if user.id else "", "role": user.role, "aliases": aliases}
        _node(world, node, NodeKind.GITHUB_USER, user.name or user.login, facts, str(user.ref))
        _contains(world, organization_node(world.login), node)
        if user.role in ("member", "admin", ""):
            grant = f"github:membership:{world.login}:{user.login}"
            world.identity_graph.add_grant(Grant(grant, "membership", node, f"member of {world.login}", str(user.ref)))
            world.add(Edge(node, world.members, EdgeKind.INHERITS, True, grants=(grant,)))


def _teams(world: GitHubWorld) -> None:
    for team in world.records.teams:
        node = team_node(world.login, team.slug)
        facts = {"members_known": team.members_known, "aliases": [f"{world.login}/{team.slug}"]}
        _node(world, node, NodeKind.GITHUB_TEAM, team.name or team.slug, facts, str(team.ref))
        _contains(world, organization_node(world.login), node)
        if team.parent:
            parent = world.refer(team_node(world.login, team.parent), NodeKind.GITHUB_TEAM)
            world.add(Edge(node, parent, EdgeKind.INHERITS, True))
        for login in team.members:
            user = world.refer(user_node(login), NodeKind.GITHUB_USER)
            grant = f"github:membership:{world.login}/{team.slug}:{login}"
            world.identity_graph.add_grant(Grant(grant, "membership", user, f"{login} in team {team.slug}"))
            world.add(Edge(user, node, EdgeKind.MEMBER_OF, False, grants=(grant,)))
            world.add(Edge(user, node, EdgeKind.INHERITS, True, grants=(grant,)))


def _repository(world: GitHubWorld, repository: GitHubRepository) -> None:
    name, node = repository.full_name, repository_node(repository.full_name)
    facts = {
        "unique_id": f"github:{repository.id}" if repository.id else "",
        "visibility": repository.visibility,
        "default_branch": repository.default_branch,
        "archived": repository.archived or None,
        "actions_enabled": repository.actions_enabled,
        "variables": list(repository.variables),
        "created_at": repository.created_at,
        "aliases": [f"https://github.com/{repository.spelled}"],
    }
    _node(world, node, NodeKind.GITHUB_REPOSITORY, repository.spelled, facts, str(repository.ref))
    _contains(world, organization_node(world.login), node)
    _node(world, admin_node(name), NodeKind.GITHUB_REPOSITORY_ADMIN, f"control of {repository.spelled}", {})
    if world.runs(repository):
        runs = actions_node(name)
        _node(
            world, runs, NodeKind.GITHUB_ACTIONS_IDENTITY, f"workflows of {repository.spelled}", {}, str(repository.ref)
        )
        _contains(world, node, runs)
        # Whoever decides what a repository holds decides what its workflows do.
        world.add(Edge(node, runs, EdgeKind.RUNS_AS, True))
    for environment in repository.environments:
        place = environment_node(name, environment.name)
        facts = {
            "reviewers": list(environment.reviewers),
            "review_required": environment.review_required or None,
            "branches": list(environment.branch_policies),
            "protected_branches": environment.protected_branches or None,
        }
        shown = f"{repository.spelled} environment {environment.name}"
        _node(world, place, NodeKind.GITHUB_ENVIRONMENT, shown, facts, str(environment.ref))
        _contains(world, node, place)
    for secret in repository.secrets:
        place = secret_node(name, secret.name, secret.environment)
        facts = {"environment": secret.environment, "created_at": secret.created_at, "updated_at": secret.updated_at}
        _node(world, place, NodeKind.GITHUB_SECRET, secret.name, facts, str(secret.ref))
        _contains(world, node, place)
    for workflow in repository.workflows:
        place = workflow_node(name, workflow.path)
        facts = {"triggers": list(workflow.triggers), "problem": workflow.problem}
        shown = f"{repository.spelled}/{workflow.path}"
        _node(world, place, NodeKind.GITHUB_WORKFLOW, shown, facts, str(workflow.ref))
        _contains(world, node, place)
        for job in workflow.jobs:
            given: dict[str, Any] = {
                "environment": job.environment,
                "secrets": list(job.secrets),
                "labels": list(job.labels),
                "self_hosted": job.self_hosted,
                "permissions": dict(job.permissions) if job.permissions is not None else None,
                "repository": name,
                "assumes": sorted({step.assumes for step in job.steps if step.assumes}),
                "uses": sorted({each for each in (job.uses, *(step.uses for step in job.steps)) if each}),
            }
            inner = job_node(name, workflow.path, job.id)
            _node(world, inner, NodeKind.GITHUB_JOB, f"{shown} job {job.id}", given, str(workflow.ref))
            _contains(world, place, inner)
