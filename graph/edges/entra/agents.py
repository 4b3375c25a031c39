"""CAN_IMPERSONATE: a blueprint's principal gets tokens of its agents, an agent identity those of its agent user.

Input: agent identities, blueprints, agent users. Output: edges; with them one credential of a blueprint is a credential
of every agent made from it.
Handled: a blueprint of another tenant (its home is where the credentials are), disabled agents.
Not handled: which scopes an agent user was consented to. Managers of a blueprint: Microsoft's own applications alone.

References
----------
https://learn.microsoft.com/entra/agent-id/identity-platform/agent-oauth-protocols (read 2026-11).
"""

from __future__ import annotations

from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.ids import node_of
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Node

__all__ = ["build_agents"]


def build_agents(world: EntraWorld) -> None:
    """Add the edges."""
    principals = {each.app_id: each for each in world.records.service_principals if each.kind == "blueprint"}
    for agent in world.records.service_principals:
        if agent.kind != "agent" or not agent.blueprint_app_id:
            continue
        principal = principals.get(agent.blueprint_app_id)
        application = world.application_of.get(agent.blueprint_app_id)
        if principal is not None:
            source = node_of(principal.id)
        elif application is not None:
            source = node_of(application.id)
        else:
            source = _elsewhere(world, agent.blueprint_app_id)
        grant = world.grant(
            f"entra:blueprint:{agent.id}",
            "blueprint",
            source,
            f"{agent.name} comes from the blueprint {agent.blueprint_app_id}",
            str(agent.ref),
        )
        waits = world.disabled(node_of(agent.id))
        world.add(
            Edge(source, node_of(agent.id), EdgeKind.CAN_IMPERSONATE, True, "entra-blueprint-agents", (grant,), waits)
        )
    for user in world.records.users:
        if user.agent_identity_id:
            _agent_user(world, user.id, user.agent_identity_id)


def _elsewhere(world: EntraWorld, app_id: str) -> str:
    node = f"entra:blueprint-application:{app_id}"
    world.identity_graph.add_node(
        Node(
            node,
            NodeKind.ENTRA_EXTERNAL_PRINCIPAL,
            f"blueprint {app_id}",
            "entra",
            world.tenant,
            {"app_id": app_id, "aliases": [app_id]},
            collected=False,
        )
    )
    return node


def _agent_user(world: EntraWorld, user: str, agent: str) -> None:
    source, target = world.refer(agent), node_of(user)
    name = world.identity_graph.nodes[target].name
    evidence = world.identity_graph.nodes[target].evidence
    grant = world.grant(f"entra:agent-user:{user}", "agent_user", source, f"{name} is its user account", evidence)
    waits = world.disabled(target)
    world.add(Edge(source, target, EdgeKind.CAN_IMPERSONATE, True, "entra-agent-user", (grant,), waits))
