"""One organization of GitHub while its edges are built: records, who holds which role, and the graph.

Input: ``GitHubOrganizationRecords`` and an ``IdentityGraph``. Output: ``GitHubWorld``.
Handled: people, teams and repositories that grants merely refer to: nodes that were not collected.
Not handled: what a role gives; the other modules build that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from collectors.github.records import GitHubBranch, GitHubOrganizationRecords, GitHubRepository, GitHubWebhook
from collectors.interface import Presence
from graph.evaluate.github.ids import members_node, role_grant, team_node, user_node
from graph.kinds import NodeKind
from graph.model import Edge, Grant, IdentityGraph, Node

__all__ = ["GitHubWorld", "Holding", "at_least"]

_ORDER = ("", "none", "read", "triage", "write", "maintain", "admin")


def at_least(role: str, wanted: str) -> bool:
    """Return whether a role is another one or more than it."""
    return role in _ORDER and _ORDER.index(role) >= _ORDER.index(wanted)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has a role in a repository, by one grant."""

    node: str
    role: str
    grant: str


class GitHubWorld:
    """What the builders of edges share."""

    def __init__(self, records: GitHubOrganizationRecords, identity_graph: IdentityGraph) -> None:
        self.records = records
        self.identity_graph = identity_graph
        self.organization = records.organization
        self.login = records.organization.login
        self.repositories = {each.full_name: each for each in records.repositories}
        self.owners = frozenset(user.login for user in records.users if user.role == "admin")

    def looked_at(self, operation: str) -> bool:
        """Return whether an operation was looked at as a whole."""
        return self.records.presence.get(operation, Presence.ABSENT) in (Presence.PRESENT, Presence.EMPTY)

    def add(self, edge: Edge) -> None:
        """Add an edge."""
        self.identity_graph.add_edge(edge)

    def refer(self, node: str, kind: NodeKind) -> str:
        """Return a node id, with a node that was not collected where there is none."""
        self.identity_graph.add_node(Node(node, kind, node.rpartition(":")[2], "github", self.login, collected=False))
        return node

    def runs(self, repository: GitHubRepository) -> bool:
        """Return whether workflows run in a repository: an archived one is read-only, and Actions can be off."""
        return not repository.archived and repository.actions_enabled is not False and (
            self.organization.actions_enabled != "none"
        )  # fmt: skip

    @cached_property
    def webhooks(self) -> dict[str, list[GitHubWebhook]]:
        """Return webhooks by repository; those of the organization below an empty name."""
        found: defaultdict[str, list[GitHubWebhook]] = defaultdict(list)
        for each in self.records.webhooks:
            found[each.repository].append(each)
        return found

    @cached_property
    def live(self) -> tuple[GitHubRepository, ...]:
        """Return repositories in which workflows run."""
        return tuple(each for each in self.records.repositories if self.runs(each))

    def sleeps(self, repository: GitHubRepository) -> bool:
        """Return whether Actions is off in a repository and its administrators may switch it on, as far as is known.

        Where the organization chose repositories or switched Actions off, it is not theirs to decide.
        """
        everywhere = self.organization.actions_enabled in ("", "all")
        return everywhere and not repository.archived and repository.actions_enabled is False

    @cached_property
    def dormant(self) -> tuple[GitHubRepository, ...]:
        """Return repositories in which Actions is off and can be switched on."""
        return tuple(each for each in self.records.repositories if self.sleeps(each))

    @cached_property
    def startable(self) -> tuple[GitHubRepository, ...]:
        """Return repositories in which workflows run, or would if an administrator switched Actions on."""
        return (*self.live, *self.dormant)

    @cached_property
    def holdings(self) -> dict[str, tuple[Holding, ...]]:
        """Return who has a role in each repository: people and teams, each by its own grant.

        A list of everybody with access repeats what teams, the base role and ownership give; it counts for those alone
        whom nothing else explains.
        """
        found: defaultdict[str, list[Holding]] = defaultdict(list)
        for team in self.records.teams:
            for name, role in team.repositories.items():
                if role and name in self.repositories:
                    found[name].append(self._hold(name, team_node(self.login, team.slug), role, team.name or team.slug))
        for name, repository in self.repositories.items():
            for access in repository.collaborators:
                explained = not access.direct and at_least(self.role_by_others(access.login, name), access.role)
                if access.role and not explained:
                    user = self.refer(user_node(access.login), NodeKind.GITHUB_USER)
                    found[name].append(self._hold(name, user, access.role, access.login, str(access.ref)))
        return {name: tuple(dict.fromkeys(rows)) for name, rows in found.items()}

    def _hold(self, name: str, node: str, role: str, who: str, evidence: str = "") -> Holding:
        grant = role_grant(name, node)
        text = f"role {role} of {who} in {name}"
        self.identity_graph.add_grant(Grant(grant, "repository_role", node, text, evidence))
        return Holding(node, role, grant)

    @cached_property
    def teams_of(self) -> dict[str, frozenset[str]]:
        """Return the teams that each person is in, with those above."""
        parents = {team.slug: team.parent for team in self.records.teams}
        found: defaultdict[str, set[str]] = defaultdict(set)
        for team in self.records.teams:
            for login in team.members:
                slug = team.slug
                while slug and slug not in found[login]:
                    found[login].add(slug)
                    slug = parents.get(slug, "")
        return {login: frozenset(slugs) for login, slugs in found.items()}

    @cached_property
    def _team_roles(self) -> dict[str, dict[str, str]]:
        return {team.slug: dict(team.repositories) for team in self.records.teams}

    @cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(user.login for user in self.records.users if user.role in ("admin", "member", ""))

    def role_by_others(self, login: str, name: str) -> str:
        """Return the role that somebody has in a repository by ownership, a team or the base role."""
        if login in self.owners:
            return "admin"
        roles = [
            self._team_roles[slug].get(name, "") for slug in self.teams_of.get(login, ()) if slug in self._team_roles
        ]
        if login in self._members:
            roles.append(self.organization.base_role)
        return max(roles, key=lambda role: _ORDER.index(role) if role in _ORDER else 0, default="")

    def role_of(self, login: str, name: str) -> str:
        """Return the role that somebody has in a repository by any way."""
        own = {each.login: each.role for each in self.repositories[name].collaborators}.get(login, "")
        others = self.role_by_others(login, name)
        return own if at_least(own, others or "none") else others

    def knows_roles(self, name: str) -> bool:
        """Return whether everybody's role in a repository was looked at."""
        return self.repositories[name].collaborators_known

    def actor(self, name: str) -> tuple[str, str]:
        """Return node and login (or slug) of ``user:LOGIN`` or ``team:SLUG``; an empty node for an app."""
        kind, _, who = name.partition(":")
        if kind == "user":
            return self.refer(user_node(who), NodeKind.GITHUB_USER), who
        if kind == "team":
            return self.refer(team_node(self.login, who), NodeKind.GITHUB_TEAM), who
        return "", who

    def actor_role(self, name: str, repository: str) -> str:
        """Return the role of ``user:LOGIN`` or ``team:SLUG`` in a repository."""
        kind, _, who = name.partition(":")
        if kind == "user":
            return self.role_of(who, repository)
        return self._team_roles.get(who, {}).get(repository, "") if kind == "team" else ""

    def writers(self, name: str, repository: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield who of ``user:LOGIN`` or ``team:SLUG`` writes to a repository, and by which membership.

        A team that does not write by itself has members who may, by whatever way.
        """
        actor, who = self.actor(name)
        if actor and at_least(self.actor_role(name, repository), "write"):
            yield actor, ()
        elif name.startswith("team:"):
            for login in self._people_in.get(who, ()):
                if at_least(self.role_of(login, repository), "write"):
                    node = self.refer(user_node(login), NodeKind.GITHUB_USER)
                    yield node, (f"github:membership:{self.login}/{who}:{login}",)

    @cached_property
    def _people_in(self) -> dict[str, tuple[str, ...]]:
        return {team.slug: team.members for team in self.records.teams}

    @property
    def members(self) -> str:
        """Return the node of all members."""
        return members_node(self.login)

    def branch(self, repository: GitHubRepository, name: str) -> GitHubBranch | None:
        """Return what is known of a branch."""
        return next((each for each in repository.branches if each.name == name), None)
