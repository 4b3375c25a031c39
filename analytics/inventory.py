"""Inventory: one row for each identity (or every node), with owner, credentials, last use and reach.

Input: a snapshot. Output: rows as mappings. Not handled: judging; rules do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from analytics.everyone import Everyone
from analytics.subjects import question_time
from graph.arrays import IMPACT_CODES
from graph.kinds import IDENTITY_KINDS, Category, NodeKind
from graph.model import Credential, Node
from graph.snapshot import Snapshot

__all__ = ["inventory_rows", "last_use"]

_UNKNOWN: dict[str, Any] = dict.fromkeys(("reaches", "worst_impact", "jewels", "control", "reach_exact"))
_REMEMBERED = timedelta(days=400)
_HIDDEN = (Category.HUB, Category.PRIVILEGE, Category.IDENTITY_STATE)


def inventory_rows(
    snapshot: Snapshot, *, kind: str = "", search: str = "", everything: bool = False, reach: Everyone | None = None
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
    reach
        What everyone reaches; without it, and for what is no identity or credential, those columns are ``None``.

    Returns
    -------
    list of dict
        ``id, kind, name, source, scope, owner, owner_active, environment, credentials`` (ids), ``last_used_at`` (ISO
        8601, ``never``, or ``unknown``), ``created_at, impact, unique_id, collected``, and of its reach ``reaches,
        worst_impact, jewels, control, reach_exact`` (counts over all states).
    """
    numbers = snapshot.find_nodes(search) if search else range(snapshot.node_count)
    credentials: dict[str, list[Credential]] = defaultdict(list)
    for row in snapshot.table("credentials").rows():
        credentials[row["identity"]].append(Credential(**row))
    totals = _totals(reach)
    as_of = question_time(snapshot)
    rows = []
    for number, node in _wanted(snapshot, numbers, kind, everything):
        place = reach.row(number) if reach is not None else -1
        rows.append({**_row(node, credentials[node.id], as_of), **(totals(place) if place >= 0 else _UNKNOWN)})
    return sorted(rows, key=lambda row: (row["kind"], row["id"]))


def _totals(reach: Everyone | None) -> Callable[[int], dict[str, Any]]:
    """Return what a row of the sweep says in the inventory."""
    if reach is None:
        return lambda place: _UNKNOWN
    reached, worst = reach.reached().sum(axis=1), reach.worst_with_state()[0]
    jewels, control = reach.jewels.sum(axis=1), reach.control.sum(axis=1)

    def row(place: int) -> dict[str, Any]:
        return {
            "reaches": int(reached[place]),
            "worst_impact": IMPACT_CODES[int(worst[place])],
            "jewels": int(jewels[place]),
            "control": int(control[place]),
            "reach_exact": bool(reach.exact[place]),
        }

    return row


def _wanted(snapshot: Snapshot, numbers: list[int] | range, kind: str, everything: bool) -> Iterator[tuple[int, Node]]:
    for number in numbers:
        node = snapshot.node(int(number))
        if node.category in _HIDDEN or node.attributes.get("derived"):
            continue
        if node.kind.value == kind if kind else everything or (node.kind in IDENTITY_KINDS and node.collected):
            yield int(number), node


def _row(node: Node, credentials: Sequence[Credential], as_of: datetime | None) -> dict[str, Any]:
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
        "last_used_at": last_use(node, credentials, as_of),
        "created_at": node.attributes.get("created_at", ""),
        "impact": node.impact,
        "unique_id": node.attributes.get("unique_id", ""),
        "collected": node.collected,
    }


def last_use(node: Node, credentials: Sequence[Credential], as_of: datetime | None) -> str:
    """Return when an identity or one of its credentials was used last: a time, ``never`` or ``unknown``.

    Notes
    -----
    AWS tells the use of a role of the last 400 days alone, so nobody knows that an older one was never used.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html (read 2026-11)
    """
    latest = max([str(node.attributes.get("last_used_at", "")), *(row.last_used_at for row in credentials)])
    if latest:
        return latest
    if node.kind is NodeKind.AWS_ROLE and not _remembered(node, as_of):
        return "unknown"
    if node.attributes.get("last_used_known") or (credentials and all(row.last_used_known for row in credentials)):
        return "never"
    return "unknown"


def _remembered(node: Node, as_of: datetime | None) -> bool:
    """Return whether everything that a role ever did lies within what AWS remembers."""
    created = str(node.attributes.get("created_at", ""))
    return bool(created) and as_of is not None and as_of - datetime.fromisoformat(created) <= _REMEMBERED
