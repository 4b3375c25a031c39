"""Who reads secrets of Actions: whatever runs where they are in scope.

Input: ``GitHubWorld``. Output: CAN_ACCESS edges from runs and environments to secrets.
Handled: secrets of an organization for all, for private or for selected repositories, through one class each.
Repositories in which Actions is off and can be switched on count as well: who switches it on is a step of its own.
Not handled: what a secret holds (that joint is by name, time and fingerprint); secrets of Dependabot and Codespaces.

References
----------
https://docs.github.com/actions/concepts/security/secrets (read 2026-11).
"""

from __future__ import annotations

from graph.edges.github.world import GitHubWorld
from graph.evaluate.github.ids import actions_node, environment_node, hub_node, secret_node
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Node

__all__ = ["build_secrets"]

_OWN, _SHARED, _PLACE = (
    "github-read-repository-secret",
    "github-read-organization-secret",
    "github-read-environment-secret",
)
_READ, _H4 = EdgeKind.CAN_ACCESS, Impact.H4.value
_UNKNOWN = "Which repositories have the secret was not looked at."


def build_secrets(world: GitHubWorld) -> None:
    """Add the edges."""
    for repository in world.startable:
        name = repository.full_name
        for secret in repository.secrets:
            target = secret_node(name, secret.name, secret.environment)
            if secret.environment:
                source, technique = environment_node(name, secret.environment), _PLACE
                world.refer(source, NodeKind.GITHUB_ENVIRONMENT)
            else:
                source, technique = actions_node(name), _OWN
            world.add(Edge(source, target, _READ, True, technique, impact=_H4))
    _shared(world)


def _shared(world: GitHubWorld) -> None:
    classes: dict[str, list[str]] = {}
    for secret in world.records.secrets:
        target = secret_node(world.login, secret.name)
        if secret.visibility == "selected" and secret.selected_known:
            for repository in world.startable:
                if repository.full_name in secret.selected:
                    runs = actions_node(repository.full_name)
                    world.add(Edge(runs, target, _READ, True, _SHARED, impact=_H4))
            continue
        kind = secret.visibility if secret.visibility in ("all", "private") else "unknown"
        classes.setdefault(kind, []).append(target)
    for kind, targets in classes.items():
        hub = hub_node(world.login, f"secrets-{kind}")
        shown = f"organization secrets for {kind} repositories of {world.login}"
        world.identity_graph.add_node(Node(hub, NodeKind.HUB, shown, "github", world.login))
        state, note = (State.UNVERIFIED, _UNKNOWN) if kind == "unknown" else (State.VERIFIED, "")
        for repository in world.startable:
            if kind != "private" or repository.visibility != "public":
                runs = actions_node(repository.full_name)
                world.add(Edge(runs, hub, _READ, True, _SHARED, state=state, impact=_H4, note=note))
        for target in targets:
            world.add(Edge(hub, target, _READ, True, impact=_H4))
