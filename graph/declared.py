"""What people declare, laid over the nodes: owners, environments, crown jewels.

Input: ``Declared`` rows and the nodes that are there. Output: nodes with the attributes ``owner``, ``owner_active``,
``owner_source``, ``environment`` and ``jewel``.
Handled: a declared owner before an owner tag, that before the owner in an imported table; an owner who left (owners or
people say so, or the account in Entra is disabled) stays named, not active.
Not handled: declared accounts (the AWS records take those) and declared secrets (a joint's part).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from collectors.evidence.declared import Declared, DeclaredOwner
from graph.kinds import Category
from graph.model import IdentityGraph, Node
from graph.patterns import PatternRows

__all__ = ["apply_declared"]

_OWNABLE = (Category.IDENTITY, Category.WORKLOAD, Category.CREDENTIAL)


def apply_declared(identity_graph: IdentityGraph, declared: Declared, active: Callable[[str], bool | None]) -> None:
    """Write declared facts into node attributes.

    Parameters
    ----------
    active
        Whether the person behind a login is still here; ``None``: not known.
    """
    exact = {row.identity: row for row in declared.owners if "*" not in row.identity}
    patterns = PatternRows((row for row in declared.owners if "*" in row.identity), lambda row: row.identity)
    environments = PatternRows(declared.environments, lambda row: row.match)
    jewels = PatternRows(declared.jewels, lambda row: row.match)
    for node in list(identity_graph.nodes.values()):
        changes: dict[str, Any] = {}
        if node.category in _OWNABLE:
            changes |= _owner(node, exact, patterns, active)
        for row in environments.matching(node):
            changes["environment"] = row.environment.lower()
        for jewel in jewels.matching(node):
            changes["jewel"] = {"name": jewel.name, "impact": jewel.impact}
        if changes:
            identity_graph.nodes[node.id] = replace(node, attributes={**node.attributes, **changes})


def _owner(
    node: Node,
    exact: Mapping[str, DeclaredOwner],
    patterns: PatternRows[DeclaredOwner],
    person_active: Callable[[str], bool | None],
) -> dict[str, Any]:
    row = (
        exact.get(node.id)
        or exact.get(str(node.attributes.get("unique_id", "")))
        or next(iter(patterns.matching(node)), None)
    )
    if row is not None:
        active = row.active if row.active is not None else person_active(row.owner)
        return {
            "owner": row.owner,
            "owner_team": row.team,
            "owner_source": f"declared: {row.ref}",
            "owner_active": active,
        }
    tag = str(node.attributes.get("owner_tag", ""))
    if tag:
        return {"owner": tag, "owner_source": "tag", "owner_active": person_active(tag)}
    stated = str(node.attributes.get("owner_stated", ""))
    if stated and not node.attributes.get("owner"):  # a directory's own owner is surer than a table's
        source = f"stated: {node.attributes.get('owner_stated_in', '')}"
        return {"owner": stated, "owner_source": source, "owner_active": person_active(stated)}
    return {}
