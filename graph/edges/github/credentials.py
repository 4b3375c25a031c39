"""Deploy keys, apps and tokens: what each can do to repositories and to the organization by what it was given.

Input: ``GitHubWorld``. Output: nodes and credential rows; edges to runs, to control of repositories, to people.
Handled: keys that write; apps that may write workflow files, administer, or administer the organization; selected
repositories that were not listed (one edge to the class of all, unverified); suspended apps; fine-grained tokens, which
do what both they and their owner may; classic tokens and SSH keys.
Not handled: who holds an app's private key. What an app or token changes that writes contents but no workflow files
is in ``contents``.

References
----------
https://docs.github.com/rest/authentication/permissions-required-for-github-apps,
https://docs.github.com/authentication/connecting-to-github-with-ssh/managing-deploy-keys,
https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from collectors.github.records import GitHubDeployKey, GitHubInstallation, GitHubRepository, GitHubToken
from graph.decision import ALWAYS, Atom, Residual
from graph.edges.github.access import ALL_ADMIN, ALL_RUNS
from graph.edges.github.world import GitHubWorld, at_least
from graph.evaluate.github.ids import (
    actions_node,
    admin_node,
    app_node,
    hub_node,
    key_node,
    organization_node,
    repository_node,
    token_node,
    user_node,
)
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Credential, Edge, Grant, Node

__all__ = ["build_credentials", "content_writers", "dispatchers"]

_KEY, _WRITE, _ADMIN, _ORG = (
    "github-deploy-key",
    "github-app-workflows",
    "github-app-administration",
    "github-app-organization",
)
_TOKEN, _TOKEN_ADMIN = "github-token-workflows", "github-token-administration"
_UNLISTED = "It is for selected repositories; which ones was not looked at."
_ORGANIZATION = (
    "GitHub's page gives an app this call; whether it may make an owner, or open all repositories, it does not say."
)
_SCOPES = (
    "What a classic token or an SSH key does is what its owner may, within its scopes; those do not reach everything."
)
_SEEN = "The audit log alone names this token: what it may do, and whether it is still there, was not looked at."
_OWNER_UNKNOWN = "Whether the token's owner may write to the repository was not looked at."


def build_credentials(world: GitHubWorld) -> None:
    """Add nodes and edges."""
    for repository in world.records.repositories:
        for key in repository.deploy_keys:
            _deploy_key(world, repository, key)
    for installation in world.records.installations:
        _installation(world, installation)
    for token in world.records.tokens:
        _token(world, token)


def _deploy_key(world: GitHubWorld, repository: GitHubRepository, key: GitHubDeployKey) -> None:
    name, node = repository.full_name, key_node(key.id)
    works = not key.read_only and key.enabled and world.runs(repository)
    target = actions_node(name) if works else repository_node(name)
    facts = {"read_only": key.read_only, "added_by": key.added_by, "enabled": key.enabled, "repository": name,
             "created_at": key.created_at, "last_used_at": key.last_used_at}  # fmt: skip
    world.identity_graph.add_node(
        Node(node, NodeKind.GITHUB_DEPLOY_KEY, key.title or str(key.id), "github", world.login, facts,
             evidence=str(key.ref))
    )  # fmt: skip
    world.identity_graph.add_credential(
        Credential(node, target, "deploy_key", str(key.id), key.enabled, created_at=key.created_at,
                   last_used_at=key.last_used_at, last_used_known=True)
    )  # fmt: skip
    world.add(Edge(repository_node(name), node, EdgeKind.CONTAINS, False))
    if works:
        text = f"deploy key {key.title or key.id} of {repository.spelled}"
        world.identity_graph.add_grant(Grant(node, "key", node, text, str(key.ref)))
        world.add(Edge(node, target, EdgeKind.CAN_TAKE_OVER, True, _KEY, (node,)))


def _writes(permissions: Mapping[str, str], *names: str) -> bool:
    return all(permissions.get(name) in ("write", "admin") for name in names)


def _installation(world: GitHubWorld, app: GitHubInstallation) -> None:
    node = app_node(app.id)
    facts = {
        "app_id": app.app_id,
        "permissions": dict(app.permissions),
        "all_repositories": app.all_repositories,
        "suspended": app.suspended,
        "created_at": app.created_at,
        "aliases": [app.app] if app.app else [],
    }
    world.identity_graph.add_node(
        Node(node, NodeKind.GITHUB_APP, app.app or str(app.id), "github", world.login, facts, evidence=str(app.ref))
    )
    world.add(Edge(organization_node(world.login), node, EdgeKind.CONTAINS, False))
    if app.suspended:
        return
    world.identity_graph.add_grant(
        Grant(node, "installation", node, f"app {app.app} installed in {world.login}", str(app.ref))
    )
    if _writes(app.permissions, "administration"):
        for target, state, note in _targets(world, app.all_repositories, _listed(app), ALL_ADMIN):
            world.add(Edge(node, target, EdgeKind.CONTROLS, True, _ADMIN, (node,), state=state, note=note))
    if _writes(app.permissions, "contents", "workflows"):
        for target, state, note in _targets(world, app.all_repositories, _listed(app), ALL_RUNS):
            world.add(Edge(node, target, EdgeKind.CAN_TAKE_OVER, True, _WRITE, (node,), state=state, note=note))
    if _writes(app.permissions, "members") or _writes(app.permissions, "organization_administration"):
        target = admin_node(world.login)
        world.add(
            Edge(node, target, EdgeKind.CAN_GRANT, True, _ORG, (node,), state=State.UNVERIFIED, note=_ORGANIZATION)
        )


def _listed(given: GitHubInstallation | GitHubToken) -> Sequence[str] | None:
    return given.repositories if given.repositories_known else None


def _targets(
    world: GitHubWorld, everything: bool, listed: Sequence[str] | None, hub: str
) -> Iterator[tuple[str, State, str]]:
    if everything:
        yield hub_node(world.login, hub), State.VERIFIED, ""
    elif listed is None:
        yield hub_node(world.login, hub), State.UNVERIFIED, _UNLISTED
    else:
        live = {each.full_name for each in world.live}
        for name in listed:
            if hub == ALL_RUNS and name in live:
                yield actions_node(name), State.VERIFIED, ""
            elif hub == ALL_ADMIN and name in world.repositories:
                yield admin_node(name), State.VERIFIED, ""


def _until(token: GitHubToken) -> Residual:
    if not token.expires_at:
        return ALWAYS
    return ((Atom("nhi:currenttime", "DateLessThan", (token.expires_at,), provider="github"),),)


def _token(world: GitHubWorld, token: GitHubToken) -> None:
    node = token_node(token.kind, token.id)
    owner = world.refer(user_node(token.owner), NodeKind.GITHUB_USER) if token.owner else ""
    facts = {"type": token.kind, "owner_login": token.owner, "permissions": dict(token.permissions),
             "scopes": list(token.scopes), "created_at": token.created_at, "expires_at": token.expires_at,
             "last_used_at": token.last_used_at, "active": not token.expired,
             "all_repositories": token.all_repositories, "hashed_token": token.digest}  # fmt: skip
    shown = token.name or f"{token.kind} token {token.id}"
    world.identity_graph.add_node(
        Node(node, NodeKind.GITHUB_TOKEN, shown, "github", world.login, facts, evidence=str(token.ref))
    )
    world.identity_graph.add_credential(
        Credential(node, owner, f"{token.kind}_token", str(token.id), not token.expired, fingerprint=token.digest,
                   created_at=token.created_at, expires_at=token.expires_at, last_used_at=token.last_used_at,
                   last_used_known=True)
    )  # fmt: skip
    if token.expired or not owner:
        return
    world.identity_graph.add_grant(Grant(node, "token", node, f"{shown} of {token.owner}", str(token.ref)))
    if token.kind != "fine-grained" or token.seen_only:
        world.add(
            Edge(node, owner, EdgeKind.AUTHENTICATES_AS, True, "", (node,), _until(token), state=State.UNVERIFIED,
                 note=_SEEN if token.seen_only else _SCOPES)
        )  # fmt: skip
        return
    if _writes(token.permissions, "repository.contents", "repository.workflows"):
        for name, state, note in _owned(world, token, "write", world.live):
            world.add(
                Edge(node, actions_node(name), EdgeKind.CAN_TAKE_OVER, True, _TOKEN, (node,), _until(token),
                     state=state, note=note)
            )  # fmt: skip
    if _writes(token.permissions, "repository.administration"):
        for name, state, note in _owned(world, token, "admin", world.records.repositories):
            world.add(
                Edge(node, admin_node(name), EdgeKind.CONTROLS, True, _TOKEN_ADMIN, (node,), _until(token),
                     state=state, note=note)
            )  # fmt: skip


def _owned(
    world: GitHubWorld, token: GitHubToken, role: str, repositories: Sequence[GitHubRepository]
) -> Iterator[tuple[str, State, str]]:
    """Yield those of the repositories in which a token does what its owner may as well."""
    listed = None if token.all_repositories else _listed(token)
    for repository in repositories:
        name = repository.full_name
        if listed is not None and name not in listed:
            continue
        unlisted = listed is None and not token.all_repositories
        if at_least(world.role_of(token.owner, name), role):
            yield name, State.UNVERIFIED if unlisted else State.VERIFIED, _UNLISTED if unlisted else ""
        elif not world.knows_roles(name):
            yield name, State.UNVERIFIED, _OWNER_UNKNOWN


def dispatchers(world: GitHubWorld, name: str, permission: str) -> Iterator[tuple[str, State, str]]:
    """Yield apps and tokens that start workflows of a repository, by one permission to write."""
    for app in world.records.installations:
        if not app.suspended and _writes(app.permissions, permission):
            if app.all_repositories or (app.repositories_known and name in app.repositories):
                yield app_node(app.id), State.VERIFIED, ""
            elif not app.repositories_known:
                yield app_node(app.id), State.UNVERIFIED, _UNLISTED
    for token in world.records.tokens:
        may = _writes(token.permissions, f"repository.{permission}")
        if token.kind == "fine-grained" and not token.expired and may:
            for owned, state, note in _owned(world, token, "write", world.live):
                if owned == name:
                    yield token_node(token.kind, token.id), state, note


def content_writers(world: GitHubWorld) -> Iterator[tuple[str, str, State, str, Residual]]:
    """Yield apps and tokens that write contents and no workflow files.

    Yields
    ------
    tuple
        Node, repository (empty: every one), state, what is not sure, conditions.
    """
    for app in world.records.installations:
        permissions = app.permissions
        if app.suspended or not _writes(permissions, "contents") or _writes(permissions, "workflows"):
            continue
        if app.all_repositories or not app.repositories_known:
            sure = app.all_repositories
            yield app_node(app.id), "", State.VERIFIED if sure else State.UNVERIFIED, "" if sure else _UNLISTED, ALWAYS
        else:
            for name in app.repositories:
                yield app_node(app.id), name, State.VERIFIED, "", ALWAYS
    for token in world.records.tokens:
        contents, workflows = (_writes(token.permissions, f"repository.{name}") for name in ("contents", "workflows"))
        usable = token.kind == "fine-grained" and not token.expired and not token.seen_only and token.owner
        if usable and contents and not workflows:
            for name, state, note in _owned(world, token, "write", world.live):
                yield token_node(token.kind, token.id), name, state, note, _until(token)
