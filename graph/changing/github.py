"""Take grants out of GitHub records.

Input: ``GitHubRecords`` and the id of a grant. Output: the records without it; ``None`` where they do not show it.
Handled: roles of people and teams in repositories, ownership, the base role, memberships, deploy keys, apps, tokens,
places in the rule of a branch, reviewers of an environment, workflow files, that Actions is enabled in a repository.
Not handled: who has a role by an organization role; disabling an identity.
"""

from __future__ import annotations

from dataclasses import replace

from collectors.github.records import GitHubOrganizationRecords, GitHubRecords, GitHubRepository
from graph.edges.github.world import GitHubWorld, at_least
from graph.evaluate.github.ids import (
    actions_grant,
    app_node,
    file_grant,
    key_node,
    members_node,
    role_grant,
    team_node,
    token_node,
    user_node,
)
from graph.model import IdentityGraph

__all__ = ["without_grant"]


def without_grant(records: GitHubRecords, grant_id: str) -> GitHubRecords | None:
    """Return the records without a grant; ``None`` where there is no such grant in them."""
    changed = replace(records, organizations=tuple(_without(part, grant_id) for part in records.organizations))
    plain = replace(records, organizations=tuple(_explained(part) for part in records.organizations))
    return None if changed == plain else changed


def _explained(part: GitHubOrganizationRecords) -> GitHubOrganizationRecords:
    """Drop from lists of everybody with access what teams, the base role and ownership explain.

    Such a line is not a grant of its own, and would be taken for one when its reason is gone.
    """
    world = GitHubWorld(part, IdentityGraph())

    def own(repository: GitHubRepository) -> GitHubRepository:
        kept = tuple(
            each
            for each in repository.collaborators
            if each.direct or not at_least(world.role_by_others(each.login, repository.full_name), each.role)
        )
        return replace(repository, collaborators=kept)

    return replace(part, repositories=tuple(map(own, part.repositories)))


def _without(part: GitHubOrganizationRecords, grant: str) -> GitHubOrganizationRecords:
    part = _explained(part)
    login = part.organization.login
    organization = part.organization
    if grant == role_grant(login, members_node(login)):
        organization = replace(organization, base_role="none")
    users = []
    for user in part.users:
        if grant == role_grant(login, user_node(user.login)):
            users.append(replace(user, role="member"))
        elif grant != f"github:membership:{login}:{user.login}":
            users.append(user)
    teams = [
        replace(
            team,
            members=tuple(each for each in team.members if grant != f"github:membership:{login}/{team.slug}:{each}"),
            repositories={
                name: role
                for name, role in team.repositories.items()
                if grant != role_grant(name, team_node(login, team.slug))
            },
        )
        for team in part.teams
    ]
    return replace(
        part,
        organization=organization,
        users=tuple(users),
        teams=tuple(teams),
        repositories=tuple(_repository(each, grant) for each in part.repositories),
        installations=tuple(each for each in part.installations if grant != app_node(each.id)),
        tokens=tuple(each for each in part.tokens if grant != token_node(each.kind, each.id)),
    )


def _repository(repository: GitHubRepository, grant: str) -> GitHubRepository:
    name = repository.full_name
    branches = []
    for branch in repository.branches:
        gone = f"github:rule:{name}:{branch.name}:"
        branches.append(
            replace(
                branch,
                pushers=tuple(each for each in branch.pushers if grant != gone + each),
                bypassers=tuple(each for each in branch.bypassers if grant != gone + each),
            )
        )
    environments = tuple(
        replace(
            each,
            reviewers=tuple(who for who in each.reviewers if grant != f"github:reviewer:{name}:{each.name}:{who}"),
        )
        for each in repository.environments
    )
    return replace(
        repository,
        actions_enabled=False if grant == actions_grant(name) else repository.actions_enabled,
        collaborators=tuple(
            each for each in repository.collaborators if grant != role_grant(name, user_node(each.login))
        ),
        branches=tuple(branches),
        environments=environments,
        deploy_keys=tuple(each for each in repository.deploy_keys if grant != key_node(each.id)),
        workflows=tuple(each for each in repository.workflows if grant != file_grant(name, each.path)),
    )
