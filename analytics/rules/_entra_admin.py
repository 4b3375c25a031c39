"""Who has, and who can obtain, full control of a tenant, asked once for the rules about it.

Input: ``RuleContext``. Output: witnesses by identity, what a tenant is called, whether grants were looked at.
Not handled: full control of anything else; an identity may be nearer to a subscription or an account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from analytics.reach import AdminWitness, admin_witnesses
from analytics.rules._context import RuleContext
from analytics.rules._entra import Estate, estate
from analytics.verdicts import Verdict
from graph.arrays import Int32Array
from graph.evaluate.entra.ids import tenant_node
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["grants_seen", "non_human", "tenant_scopes", "tenant_text", "tenant_witnesses", "unseen_grants"]

_GRANTS = ("roleManagement.directory.roleAssignments", "oauth2PermissionGrants")
_APP_ROLES = ("servicePrincipals.appRoleAssignments", "servicePrincipals.appRoleAssignedTo")


def tenant_scopes(snapshot: Snapshot) -> Int32Array:
    """Return the numbers of the nodes of full control over tenants."""
    numbers = snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN)
    return np.asarray(
        [number for number in numbers.tolist() if snapshot.node_id(number).startswith("entra:admin:")], dtype=np.int32
    )


def tenant_witnesses(snapshot: Snapshot, context: RuleContext) -> Mapping[str, AdminWitness]:
    """Return the nearest way of each identity to full control of a tenant, by node id."""
    return context.shared(
        "tenant witnesses", lambda: admin_witnesses(snapshot, context.attacker, among=tenant_scopes(snapshot))
    )


def tenant_text(context: RuleContext, scope: str) -> str:
    """Return what people call a tenant."""
    node = context.node(scope)
    return f"tenant {node.name}" if node is not None else scope


def grants_seen(known: Estate, node: Node) -> bool:
    """Return whether directory roles, consents and app roles were all looked at in a node's tenant."""
    app_roles = any(known.looked_at(node, name) for name in _APP_ROLES)
    return app_roles and all(known.looked_at(node, name) for name in _GRANTS)


def unseen_grants(known: Estate) -> Iterator[Verdict]:
    """Yield a not-judged verdict for each tenant whose grants were not all looked at: who has none cannot be told."""
    # Azure alone shows managed identities of a tenant that was not collected.
    one_of = {node.scope: node for node in (*known.identities, *known.tenants)}
    for scope, node in sorted(one_of.items()):
        if not grants_seen(known, node):
            why = "Directory roles, app roles or consents are not in the evidence in full: others may hold as much."
            yield Verdict.not_judged(tenant_node(scope), why)


def non_human(context: RuleContext) -> Iterator[Node]:
    """Yield identities that are no people and are enabled, as far as is known."""
    known = estate(context)
    for node in (*known.identities, *known.agent_users):
        if node.attributes.get("active") is not False:
            yield node
