"""Who pushes to and who administers repositories: owners, the base role, teams, collaborators.

Input: ``GitHubWorld``. Output: ADMIN_OF, CONTROLS and CAN_TAKE_OVER edges of people and teams.
Handled: a person who pushes to some branch chooses what a workflow on it does; who administers a repository switches
Actions on in it; classes for what holds in all of them.
Not handled: an owner who switches Actions on for the organization, or chooses a repository for it; organization roles
that give a role in all repositories; rules that keep a path, or every branch, as it is.

References
----------
https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization
(read 2026-11).
"""

from __future__ import annotations

from graph.edges.github.world import GitHubWorld, at_least
from graph.evaluate.github.ids import actions_node, admin_node, hub_node, role_grant, team_node, user_node
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Grant, Node

__all__ = ["ALL_ADMIN", "ALL_RUNS", "build_access"]

ALL_ADMIN, ALL_RUNS = "every-repository", "every-workflow"
_OWNERS_UNKNOWN = "Who owns the organization was not looked at."
_ROLES_UNKNOWN = "Who writes to the repositories was not looked at as a whole."
_SETTING_UNKNOWN = "Whether the organization lets a repository switch Actions on was not looked at."
_MEMBERS_UNKNOWN = "Who is in the team was not looked at."
_OWNER, _ADMIN, _PUSH = "github-organization-owner", "github-repository-admin", "github-push-workflow"
_ENABLE = "github-enable-actions"


def build_access(world: GitHubWorld) -> None:
    """Add the edges."""
    _classes(world)
    _owners(world)
    _base(world)
    _unknown(world)
    for name, holdings in world.holdings.items():
        runs = world.runs(world.repositories[name])
        for holding in holdings:
            if holding.role == "admin":
                world.add(Edge(holding.node, admin_node(name), EdgeKind.CONTROLS, True, _ADMIN, (holding.grant,)))
            elif at_least(holding.role, "write") and runs:
                world.add(Edge(holding.node, actions_node(name), EdgeKind.CAN_TAKE_OVER, True, _PUSH, (holding.grant,)))


def _classes(world: GitHubWorld) -> None:
    """Add what stands for all repositories, so that a role in all of them is one edge."""
    every, runs = hub_node(world.login, ALL_ADMIN), hub_node(world.login, ALL_RUNS)
    for hub, words in ((every, "every repository"), (runs, "workflows of every repository")):
        world.identity_graph.add_node(Node(hub, NodeKind.HUB, f"{words} of {world.login}", "github", world.login))
    world.add(Edge(admin_node(world.login), every, EdgeKind.CONTROLS, True))
    for repository in world.records.repositories:
        world.add(Edge(every, admin_node(repository.full_name), EdgeKind.CONTROLS, True))
    for repository in world.live:
        name = repository.full_name
        world.add(Edge(runs, actions_node(name), EdgeKind.CAN_TAKE_OVER, True))
        world.add(Edge(admin_node(name), actions_node(name), EdgeKind.CONTROLS, True))
    unsure = not world.organization.actions_enabled
    state, note = (State.UNVERIFIED, _SETTING_UNKNOWN) if unsure else (State.VERIFIED, "")
    take = EdgeKind.CAN_TAKE_OVER
    for repository in world.dormant:
        name = repository.full_name
        world.add(Edge(admin_node(name), actions_node(name), take, True, _ENABLE, state=state, note=note))


def _owners(world: GitHubWorld) -> None:
    for user in world.records.users:
        if user.role == "admin":
            node = user_node(user.login)
            grant = role_grant(world.login, node)
            world.identity_graph.add_grant(
                Grant(grant, "organization_role", node, f"owner of {world.login}", str(user.ref))
            )
            world.add(Edge(node, admin_node(world.login), EdgeKind.ADMIN_OF, True, _OWNER, (grant,)))


def _unknown(world: GitHubWorld) -> None:
    """Add one unverified step of all members for each kind of role that was not looked at: silence is not none."""
    step = EdgeKind.ADMIN_OF
    if not world.organization.owners_known:
        target = admin_node(world.login)
        world.add(Edge(world.members, target, step, True, _OWNER, state=State.UNVERIFIED, note=_OWNERS_UNKNOWN))
    lists = ("repos.list-collaborators", "teams.list", "teams.list-repos-in-org")
    for team in world.records.teams:
        if not team.members_known:
            node = team_node(world.login, team.slug)
            world.add(Edge(world.members, node, EdgeKind.INHERITS, True, state=State.UNVERIFIED, note=_MEMBERS_UNKNOWN))
    if not world.organization.base_role or not all(map(world.looked_at, lists)):
        target = hub_node(world.login, ALL_RUNS)
        take = EdgeKind.CAN_TAKE_OVER
        world.add(Edge(world.members, target, take, True, _PUSH, state=State.UNVERIFIED, note=_ROLES_UNKNOWN))


def _base(world: GitHubWorld) -> None:
    role = world.organization.base_role
    if not at_least(role, "write"):
        return
    grant = role_grant(world.login, world.members)
    text = f"base role {role} of every member of {world.login}"
    world.identity_graph.add_grant(Grant(grant, "repository_role", world.members, text))
    hub, kind, technique = (
        (ALL_ADMIN, EdgeKind.CONTROLS, _ADMIN) if role == "admin" else (ALL_RUNS, EdgeKind.CAN_TAKE_OVER, _PUSH)
    )
    world.add(Edge(world.members, hub_node(world.login, hub), kind, True, technique, (grant,)))
