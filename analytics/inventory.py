"""Inventory: one row for each identity (or every node), with owner, credentials and last use.

Input: a snapshot. Output: rows as mappings. Not handled: judging; rules do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from graph.kinds import IDENTITY_KINDS, Category
from graph.model import Credential, Node
from graph.snapshot import Snapshot

__all__ = ["inventory_rows"]

_HIDDEN = (Category.HUB, Category.PRIVILEGE, Category.IDENTITY_STATE)


def inventory_rows(
    snapshot: Snapshot, *, kind: str = "", search: str = "", everything: bool = False
) -> list[dict[str, Any]]:
    """Return inventory rows, by kind and id.

    Parameters
    ----------
    kind
        Only this node kind.
    search
        Only nodes whose id, name, unique id or key id contains this, in any case.
    everything
        Groups, credentials, workloads, resources and scopes too; a ``kind`` has the same effect for that kind.

    Returns
    -------
    list of dict
        ``id, kind, name, source, scope, owner, owner_active, environment, credentials`` (ids), ``last_used_at`` (ISO
        8601, ``never``, or ``unknown``), ``created_at, impact, unique_id, collected, attributes``.
    """
    numbers = snapshot.find_nodes(search) if search else range(snapshot.node_count)
    credentials: dict[str, list[Credential]] = defaultdict(list)
    for row in snapshot.table("credentials").rows():
        credentials[row["identity"]].append(Credential(**row))
    rows = [_row(node, credentials[node.id]) for node in _wanted(snapshot, numbers, kind, everything)]
    return sorted(rows, key=lambda row: (row["kind"], row["id"]))


def _wanted(snapshot: Snapshot, numbers: list[int] | range, kind: str, everything: bool) -> Iterator[Node]:
    for number in numbers:
        node = snapshot.node(int(number))
        if node.category in _HIDDEN or node.attributes.get("derived"):
            continue
        if node.kind.value == kind if kind else everything or (node.kind in IDENTITY_KINDS and node.collected):
            yield node


def _row(node: Node, credentials: Sequence[Credential]) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind.value,
        "name": node.name,
        "source": node.source,
        "scope": node.scope,
        "owner": node.attributes.get("owner", ""),
        "owner_active": node.attributes.get("owner_active"),
        "environment": node.attributes.get("environment", ""),
        "credentials": [row.public_id or row.node for row in credentials if row.active],
        "last_used_at": _last_used(
            node, [row.last_used_at for row in credentials], [row.last_used_known for row in credentials]
        ),
        "created_at": node.attributes.get("created_at", ""),
        "impact": node.impact,
        "unique_id": node.attributes.get("unique_id", ""),
        "collected": node.collected,
    }


def _last_used(node: Node, times: list[str], known: list[bool]) -> str:
    own = str(node.attributes.get("last_used_at", ""))
    latest = max([own, *times], default="")
    if latest:
        return latest
    if node.attributes.get("last_used_known") or (times and all(known)):
        return "never"
    return "unknown"
