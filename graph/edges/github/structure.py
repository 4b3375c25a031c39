"""Nodes of an organization, and what is in what: people, teams, repositories, environments, workflows, credentials.

Input: ``GitHubWorld``. Output: nodes, CONTAINS, MEMBER_OF and INHERITS edges, membership grants, credential rows.
Handled: teams within teams (a child has what its parent is given); all members together, who share the base role;
logins that only single sign-on names; public ids in variables and in jobs, for ``graph.joints.ci_secrets``; facts of
which no step is made and that rules ask about (what was looked at, settings of tokens, selections).
Not handled: enterprises.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from collectors.github.identity_types import GitHubExternalIdentity
from collectors.github.records import GitHubRepository, GitHubSecret, GitHubVariable
from collectors.github.workflow_types import GitHubJob
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
        facts = _secret(world.login, secret) | {"visibility": secret.visibility}
        if secret.visibility == "selected":
            facts |= {"selected": list(secret.selected), "selected_known": secret.selected_known}
        _node(world, node, NodeKind.GITHUB_SECRET, secret.name, facts, str(secret.ref))
        _contains(world, organization_node(world.login), node)


def _node(
    world: GitHubWorld, node: str, kind: NodeKind, name: str, facts: Mapping[str, Any], ref: str = "", impact: str = ""
) -> None:
    # An empty table is kept: `permissions: {}` gives a job's token nothing, and says so.
    kept = {key: value for key, value in facts.items() if value not in ("", None, [], ())}
    world.identity_graph.add_node(Node(node, kind, name, "github", world.login, kept, impact=impact, evidence=ref))


def _contains(world: GitHubWorld, above: str, below: str) -> None:
    world.add(Edge(above, below, EdgeKind.CONTAINS, False))


def _secret(holder: str, secret: GitHubSecret) -> dict[str, Any]:
    inside = f"{secret.environment.lower()}/" if secret.environment else ""
    return {
        "environment": secret.environment,
        "place": environment_node(holder, secret.environment) if secret.environment else "",
        "created_at": secret.created_at,
        "updated_at": secret.updated_at,
        "aliases": [f"github:{holder}/{inside}{secret.name}"],
    }


def _ids(variables: Iterable[GitHubVariable]) -> dict[str, Any]:
    """Return the public ids in variables of one place, by name."""
    found = {each.name: each for each in variables}
    return {
        "variable_ids": {name: each.public_id for name, each in found.items()} or None,
        "variable_visibility": {name: each.visibility for name, each in found.items() if each.visibility} or None,
    }


def _organization(world: GitHubWorld) -> None:
    of, node = world.organization, organization_node(world.login)
    facts = {
        "id": of.id or None,
        "base_role": of.base_role,
        "actions_enabled": of.actions_enabled,
        "owners_known": of.owners_known,
        "default_permissions": of.default_permissions,
        "can_approve": of.can_approve,
        "subject_keys": list(of.subject_keys),
        "looked_at": sorted(operation for operation in world.records.presence if world.looked_at(operation)),
        "webhooks": _told(world, ""),
        "aliases": [world.login],
        **_ids(world.records.variables),
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


def _told(world: GitHubWorld, repository: str) -> list[str]:
    """Return which hosts are told of events, and of which."""
    return [
        f"{each.host or 'unknown host'}: {', '.join(each.events) or 'no events'}"
        f"{'' if each.active else ' (off)'}{' (certificate not checked)' if each.insecure else ''}"
        for each in world.webhooks.get(repository, ())
    ]


def _people(world: GitHubWorld) -> None:
    for user in world.records.users:
        node = user_node(user.login)
        facts = {
            "unique_id": f"github:{user.id}" if user.id else "",
            "role": user.role,
            "aliases": [user.login] if user.login != user.name else [],
        }
        _node(world, node, NodeKind.GITHUB_USER, user.name or user.login, facts, str(user.ref))
        _contains(world, organization_node(world.login), node)
        if user.role in ("member", "admin", ""):
            grant = f"github:membership:{world.login}:{user.login}"
            world.identity_graph.add_grant(Grant(grant, "membership", node, f"member of {world.login}", str(user.ref)))
            world.add(Edge(node, world.members, EdgeKind.INHERITS, True, grants=(grant,)))
    for identity in world.records.identities:
        _linked(world, identity)


def _linked(world: GitHubWorld, identity: GitHubExternalIdentity) -> None:
    """Say on a person what the identity provider calls him, which another organization may have said as well."""
    node = user_node(identity.login)
    _node(world, node, NodeKind.GITHUB_USER, identity.login, {}, str(identity.ref))
    known = world.identity_graph.nodes[node]
    facts: dict[str, Any] = {
        "identity_names": sorted({*known.attributes.get("identity_names", ()), *identity.names}),
    }
    if identity.provisioned is not None:
        facts["provisioned"] = identity.provisioned
    world.identity_graph.nodes[node] = replace(known, attributes={**known.attributes, **facts})


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
        **_ids(each for each in repository.known_variables if not each.environment),
        "webhooks": _told(world, name),
        "created_at": repository.created_at,
        "default_permissions": repository.default_permissions,
        "can_approve": repository.can_approve,
        "subject_default": repository.subject_default,
        "subject_keys": list(repository.subject_keys),
        "environments_known": repository.environments_known,
        "branches_known": repository.branches_known,
        "aliases": [f"https://github.com/{repository.spelled}"],
    }
    _node(world, node, NodeKind.GITHUB_REPOSITORY, repository.spelled, facts, str(repository.ref))
    _contains(world, organization_node(world.login), node)
    _node(world, admin_node(name), NodeKind.GITHUB_REPOSITORY_ADMIN, f"control of {repository.spelled}", {})
    runs = actions_node(name)
    if world.sleeps(repository):
        _node(world, runs, NodeKind.GITHUB_ACTIONS_IDENTITY, f"workflows of {repository.spelled}", {"active": False})
        _contains(world, node, runs)
    if world.runs(repository):
        _node(
            world, runs, NodeKind.GITHUB_ACTIONS_IDENTITY, f"workflows of {repository.spelled}", {}, str(repository.ref)
        )
        _contains(world, node, runs)
        # Whoever decides what a repository holds decides what its workflows do.
        world.add(Edge(node, runs, EdgeKind.RUNS_AS, True))
    _environments(world, repository)
    for secret in repository.secrets:
        place = secret_node(name, secret.name, secret.environment)
        _node(world, place, NodeKind.GITHUB_SECRET, secret.name, _secret(name, secret), str(secret.ref))
        _contains(world, node, place)
    for workflow in repository.workflows:
        place = workflow_node(name, workflow.path)
        facts = {"triggers": list(workflow.triggers), "problem": workflow.problem}
        shown = f"{repository.spelled}/{workflow.path}"
        _node(world, place, NodeKind.GITHUB_WORKFLOW, shown, facts, str(workflow.ref))
        _contains(world, node, place)
        for job in workflow.jobs:
            inner = job_node(name, workflow.path, job.id)
            _node(world, inner, NodeKind.GITHUB_JOB, f"{shown} job {job.id}", _job(name, job), str(workflow.ref))
            _contains(world, place, inner)


def _environments(world: GitHubWorld, repository: GitHubRepository) -> None:
    name = repository.full_name
    variables: defaultdict[str, list[GitHubVariable]] = defaultdict(list)
    for each in repository.known_variables:
        if each.environment:
            variables[environment_node(name, each.environment)].append(each)
    for environment in repository.environments:
        place = environment_node(name, environment.name)
        facts = {
            "reviewers": list(environment.reviewers),
            "review_required": environment.review_required or None,
            "branches": list(environment.branch_policies),
            "protected_branches": environment.protected_branches or None,
            **_ids(variables.pop(place, ())),
        }
        shown = f"{repository.spelled} environment {environment.name}"
        _node(world, place, NodeKind.GITHUB_ENVIRONMENT, shown, facts, str(environment.ref))
        _contains(world, repository_node(name), place)
    for place, found in variables.items():  # its variables were listed, and the environments were not
        shown = f"{repository.spelled} environment {found[0].environment}"
        world.identity_graph.add_node(
            Node(place, NodeKind.GITHUB_ENVIRONMENT, shown, "github", world.login, _ids(found), collected=False)
        )
        _contains(world, repository_node(name), place)


def _job(name: str, job: GitHubJob) -> dict[str, Any]:
    uses = {each for each in (job.uses, *(step.uses for step in job.steps)) if each}
    steps = [dict(step.given) for step in job.steps if step.given]
    return {
        "environment": job.environment,
        "place": environment_node(name, job.environment) if job.environment not in ("", "*") else "",
        "secrets": list(job.secrets),
        "calls": job.uses,
        "labels": list(job.labels),
        "self_hosted": job.self_hosted,
        "permissions": dict(job.permissions) if job.permissions is not None else None,
        "repository": name,
        "assumes": sorted({step.assumes for step in job.steps if step.assumes}),
        "uses": sorted(uses),
        "given": dict(job.given) or None,
        "given_steps": steps,
    }
