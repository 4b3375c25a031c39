"""Login of GitHub to person, so that who has left is known wherever he still is: as an owner, member, or token's owner.

Input: people of GitHub with what single sign-on calls them, ``People``. Output: ``person_active``, ``person_accounts``
and ``person_candidates`` on people of GitHub; owner facts of tokens; ``added_by_active`` of deploy keys; figures.
Handled: exact addresses and object ids that single sign-on tells, declared logins (``github:anna``).
Not handled: names and addresses of profiles and of commits, which anybody can write; logins that look like an address.
That somebody is no longer provisioned (``provisioned``) says that he has no place here, not that he has left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graph.joints.counts import JointCount, Outcome, Tally
from graph.joints.people import People
from graph.kinds import NodeKind
from graph.model import IdentityGraph, Node

__all__ = ["join_logins", "linked_logins"]

_PREFIX = "github:user:"


def linked_logins(identity_graph: IdentityGraph) -> dict[str, tuple[str, ...]]:
    """Return what single sign-on calls each login of GitHub, by login: ``github:anna``."""
    return {
        _login(node): tuple(map(str, node.attributes["identity_names"]))
        for node in identity_graph.nodes.values()
        if node.kind is NodeKind.GITHUB_USER and node.attributes.get("identity_names")
    }


def _login(node: Node) -> str:
    return f"github:{node.id.removeprefix(_PREFIX)}"


def join_logins(identity_graph: IdentityGraph, people: People) -> JointCount:
    """Write on people of GitHub, tokens and deploy keys whether the person is still here; linear in nodes."""
    tally = Tally("GitHub login to person", "people of GitHub organizations")
    for node in list(identity_graph.nodes.values()):
        facts: dict[str, Any] = {}
        if node.kind is NodeKind.GITHUB_USER:
            found = people.answer(_login(node))
            tally.add(found.outcome)
            if found.active is not None:
                facts["person_active"] = found.active
            if found.users:
                name = "person_accounts" if found.outcome is Outcome.MATCHED else "person_candidates"
                facts[name] = list(found.users)
        elif node.kind is NodeKind.GITHUB_TOKEN and node.attributes.get("owner_login"):
            if not node.attributes.get("owner"):  # what is declared comes first
                owner = f"github:{node.attributes['owner_login']}"
                facts = {"owner": owner, "owner_source": "GitHub", "owner_active": people.active(owner)}
        elif node.kind is NodeKind.GITHUB_DEPLOY_KEY and node.attributes.get("added_by"):
            active = people.active(f"github:{node.attributes['added_by']}")
            facts = {} if active is None else {"added_by_active": active}
        if facts:
            identity_graph.nodes[node.id] = replace(node, attributes={**node.attributes, **facts})
    return tally.done()
