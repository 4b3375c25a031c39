"""Compare two snapshots: what is only in one, what says something else, by ids and never by numbers.

Input: two snapshots. Output: ``Comparison``: numbers in each snapshot of what was added, removed or changed.
Handled: any two snapshots, of different times, workspaces or versions; what was looked at in only one of them is told,
since a difference may come of that alone.
Not handled: what the difference means for reach, which ``analytics.reach_change`` answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.comparing.edges import EdgeChanges, edge_changes
from analytics.comparing.merged import Merged
from analytics.comparing.tables import (
    RowChanges,
    credential_changes,
    document_changes,
    grant_changes,
    node_changes,
    what_differs,
)
from analytics.steps import conditions_data
from graph.snapshot import Snapshot

__all__ = ["Comparison", "compare", "edge_rows", "looked_at", "table_rows"]

CHANGES = ("removed", "added", "changed")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two snapshots differ."""

    before: Snapshot
    after: Snapshot
    numbering: Merged
    """Of the nodes of both together."""
    nodes: RowChanges
    edges: EdgeChanges
    grants: RowChanges
    credentials: RowChanges
    documents: RowChanges
    """Rows of ``document_uses``."""

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many of each were removed, added and changed."""
        parts: dict[str, RowChanges | EdgeChanges] = {
            "nodes": self.nodes,
            "edges": self.edges,
            "grants": self.grants,
            "credentials": self.credentials,
            "documents": self.documents,
        }
        return {
            name: {
                "removed": int(part.removed.size),
                "added": int(part.added.size),
                "changed": int(part.changed_before.size),
            }
            for name, part in parts.items()
        }

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not any(count for part in self.counts().values() for count in part.values())


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """Return how two snapshots differ.

    Notes
    -----
    O(nodes + edges + grants), vectorised; about 150 bytes of memory an edge at the peak.
    """
    numbering, nodes = node_changes(before, after)
    grant_numbering, grants = grant_changes(before, after)
    return Comparison(
        before=before,
        after=after,
        numbering=numbering,
        nodes=nodes,
        edges=edge_changes(before, after, numbering, grant_numbering),
        grants=grants,
        credentials=credential_changes(before, after),
        documents=document_changes(before, after),
    )


def table_rows(found: Comparison, table: str) -> Iterator[dict[str, Any]]:
    """Yield what differs in one of ``nodes``, ``grants``, ``credentials``, ``documents``: removed, added, changed."""
    part, name, columns = _TABLES[table](found), "document_uses" if table == "documents" else table, _SHOWN[table]
    sides = (("removed", found.before, part.removed), ("added", found.after, part.added))
    for change, snapshot, numbers in sides:
        for number in numbers.tolist():
            row = snapshot.table(name).row(number)
            yield {"change": change, **{key: row[column] for key, column in columns.items()}, "what": []}
    for old, new in zip(part.changed_before.tolist(), part.changed_after.tolist(), strict=True):
        row = found.after.table(name).row(new)
        yield {
            "change": "changed",
            **{key: row[column] for key, column in columns.items()},
            "what": what_differs(name, found.before, found.after, old, new),
        }


def edge_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    """Yield edges that differ: removed, added, then changed; of those what the earlier one said under ``before``."""
    for number in found.edges.removed.tolist():
        yield {"change": "removed", **_edge(found.before, number), "what": [], "before": None}
    for number in found.edges.added.tolist():
        yield {"change": "added", **_edge(found.after, number), "what": [], "before": None}
    pairs = zip(found.edges.changed_before.tolist(), found.edges.changed_after.tolist(), strict=True)
    for old, new in pairs:
        first, second = _edge(found.before, old), _edge(found.after, new)
        what = [name for name in _SAID if first[name] != second[name]]
        yield {"change": "changed", **second, "what": what, "before": {name: first[name] for name in what}}


def looked_at(before: Snapshot, after: Snapshot) -> list[dict[str, str]]:
    """Return operations that were looked at differently: a difference of the graphs may come of that alone."""
    seen: dict[tuple[str, str, str, str], list[str]] = {}
    for place, snapshot in enumerate((before, after)):
        for row in snapshot.coverage:
            key = (str(row["source"]), str(row["scope"]), str(row["region"]), str(row["operation"]))
            seen.setdefault(key, ["absent", "absent"])[place] = str(row["presence"])
    # Nothing there, and something there, were both looked at.
    return [
        {"source": key[0], "scope": key[1], "region": key[2], "operation": key[3], "before": one, "after": other}
        for key, (one, other) in sorted(seen.items())
        if _looked(one) != _looked(other)
    ]


def _looked(presence: str) -> str:
    return "looked" if presence in ("present", "empty") else presence


_SAID = ("traversable", "state", "impact", "grants", "conditions")
_SHOWN: Mapping[str, Mapping[str, str]] = {
    "nodes": {"id": "id", "kind": "kind", "name": "name"},
    "grants": {"id": "id", "kind": "kind", "holder": "holder", "text": "text"},
    "credentials": {"id": "node", "kind": "kind", "identity": "identity"},
    "documents": {"holder": "holder", "layer": "layer", "label": "label"},
}
_TABLES = {
    "nodes": lambda found: found.nodes,
    "grants": lambda found: found.grants,
    "credentials": lambda found: found.credentials,
    "documents": lambda found: found.documents,
}


def _edge(snapshot: Snapshot, number: int) -> dict[str, Any]:
    edge = snapshot.edge(number)
    return {
        "source": edge.source,
        "target": edge.target,
        "kind": edge.kind.value,
        "technique": edge.technique,
        "traversable": edge.traversable,
        "state": edge.state.word,
        "impact": edge.impact or None,
        "grants": list(edge.grants),
        "conditions": conditions_data(edge.conditions),
    }
