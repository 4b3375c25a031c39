"""Nodes, grants, credentials and documents of two snapshots side by side.

Input: two snapshots. Output: ``RowChanges`` by row numbers, and which columns of a row differ.
Handled: rows that both hold, by id; every documented column that says something of the thing itself.
Not handled: places in the evidence, which say nothing of the thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analytics.comparing.merged import Merged, merge_sorted, node_ids
from graph.arrays import IMPACT_CODES, Int64Array
from graph.kinds import NodeKind
from graph.snapshot import Snapshot
from graph.snapshot.columns import arrow_column

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "COLUMNS",
    "RowChanges",
    "credential_changes",
    "document_changes",
    "grant_changes",
    "node_changes",
    "what_differs",
]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "nodes": ("kind", "name", "collected", "impact", "attributes"),
    "grants": ("text",),
    "credentials": ("identity", "kind", "public_id", "active", "hint", "fingerprint", "created_at", "expires_at",
                    "last_used_at", "last_used_known"),
    "document_uses": ("digest", "order"),
}  # fmt: skip
"""By table what makes a row a changed one; kind and holder of a grant are part of its id."""
_CODED = ("kind", "impact")
"""Of nodes: the arrays have them as numbers."""


@dataclass(frozen=True, slots=True)
class RowChanges:
    """Row numbers, ascending."""

    added: Int64Array
    """In the later snapshot."""
    removed: Int64Array
    """In the earlier one."""
    changed_before: Int64Array
    changed_after: Int64Array
    """The same things in the later snapshot, in the same order."""


def node_changes(before: Snapshot, after: Snapshot) -> tuple[Merged, RowChanges]:
    """Return the numbering of both snapshots' nodes together, and which nodes differ."""
    merged = merge_sorted(node_ids(before), node_ids(after))
    return merged, _changes("nodes", before, after, merged)


def grant_changes(before: Snapshot, after: Snapshot) -> tuple[Merged, RowChanges]:
    """Return the same of grants."""
    merged = merge_sorted(*(_column(each, "grants", "id") for each in (before, after)))
    return merged, _changes("grants", before, after, merged)


def credential_changes(before: Snapshot, after: Snapshot) -> RowChanges:
    """Return which rows of credentials differ."""
    merged = merge_sorted(*(_column(each, "credentials", "node") for each in (before, after)))
    return _changes("credentials", before, after, merged)


def document_changes(before: Snapshot, after: Snapshot) -> RowChanges:
    """Return which policy documents came into force, went out of force, or say something else, by where they hang."""
    import pyarrow as pa

    keys, orders = [], []
    for snapshot in (before, after):
        columns = snapshot.table("document_uses").columns(["holder", "layer", "grant_prefix", "label"])
        texts = [
            "\0".join(row) for row in zip(*(columns[name].to_pylist() for name in columns.column_names), strict=True)
        ]
        # A policy in force twice in one place stands twice; the second time is a thing of its own.
        seen: dict[str, int] = {}
        for place, text in enumerate(texts):
            seen[text] = seen.get(text, -1) + 1
            texts[place] = f"{text}\0{seen[text]:06d}"
        order = np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int64)
        keys.append(arrow_column([texts[place] for place in order.tolist()], pa.large_string()))
        orders.append(order)
    found = _changes("document_uses", before, after, merge_sorted(*keys), orders)
    return RowChanges(
        orders[1][found.added],
        orders[0][found.removed],
        orders[0][found.changed_before],
        orders[1][found.changed_after],
    )


def what_differs(table: str, before: Snapshot, after: Snapshot, old: int, new: int) -> list[str]:
    """Return the columns in which a row differs; of attributes those that differ."""
    first, second = before.table(table).row(old), after.table(table).row(new)
    found = []
    for name in COLUMNS[table]:
        if first[name] == second[name]:
            continue
        if name != "attributes":
            found.append(name)
            continue
        one, other = json.loads(first[name]), json.loads(second[name])
        found += sorted(key for key in {*one, *other} if one.get(key) != other.get(key))
    return found


def _changes(
    table: str, before: Snapshot, after: Snapshot, merged: Merged, orders: Sequence[Int64Array] | None = None
) -> RowChanges:
    old, new = merged.both()
    rows = (old, new) if orders is None else (orders[0][old], orders[1][new])
    differs = np.zeros(old.size, dtype=np.bool_)
    columns = [
        each.table(table).columns([name for name in COLUMNS[table] if table != "nodes" or name not in _CODED])
        for each in (before, after)
    ]
    for name in columns[0].column_names:
        differs |= _unequal(columns[0][name].combine_chunks(), columns[1][name].combine_chunks(), *rows)
    if table == "nodes":
        differs |= _coded(before, old) != _coded(after, new)
    return RowChanges(
        added=np.flatnonzero(merged.added),
        removed=np.flatnonzero(merged.removed),
        changed_before=old[differs],
        changed_after=new[differs],
    )


def _coded(snapshot: Snapshot, numbers: Int64Array) -> NDArray[np.int32]:
    """Return kind and impact of nodes as one number, the same for the same words in any snapshot."""
    place = {kind.value: number for number, kind in enumerate(NodeKind)}
    codes = np.array([place[word] for word in snapshot.manifest.codes["node_kind"]], dtype=np.int32)
    arrays = snapshot.arrays
    return np.asarray(codes[arrays.node_kind[numbers]] * len(IMPACT_CODES) + arrays.node_impact[numbers])


def _unequal(first: pa.Array, second: pa.Array, old: Int64Array, new: Int64Array) -> Any:
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

    whole = old.size == len(first)
    one = first if whole and _in_order(old) else first.take(_numbers(old))
    other = second if new.size == len(second) and _in_order(new) else second.take(_numbers(new))
    return pc.not_equal(one, other).to_numpy(zero_copy_only=False)


def _numbers(values: Int64Array) -> pa.Array:
    import pyarrow as pa

    return arrow_column(values, pa.int64())  # type: ignore[arg-type]  # an array is a sequence to it


def _in_order(numbers: Int64Array) -> bool:
    """Tell whether numbers count up from 0."""
    return bool(np.array_equal(numbers, np.arange(numbers.size)))


def _column(snapshot: Snapshot, table: str, name: str) -> pa.Array:
    return snapshot.table(table).columns([name])[name].combine_chunks()
