"""An ``IdentityGraph`` as sorted tables and arrays: the same graph gives the same bytes whatever the order of building.

Input: an ``IdentityGraph`` and coverage rows. Output: ``Content`` and its digest.
Not handled: files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.arrays import CATEGORY_CODES, IMPACT_CODES, TRAVERSABLE, GraphArrays, arrays_from_edges
from graph.decision import Residual
from graph.errors import GraphError
from graph.kinds import EdgeKind
from graph.model import Credential, DocumentUse, Edge, IdentityGraph, Node
from graph.snapshot.columns import arrow_column, hash_column
from graph.snapshot.encode import canonical_json, residual_to_text, utf8
from graph.snapshot.schema import ARRAYS, SCHEMA_VERSION, TABLES, arrow_schema, columns_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Content", "assemble", "content_digest"]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything of a snapshot but its manifest."""

    tables: Mapping[str, pa.Table]
    arrays: Mapping[str, NDArray[Any]]
    codes: Mapping[str, tuple[str, ...]]
    """Names by code, where the snapshot assigns them: ``edge_kind``, ``edge_technique``, ``node_kind``."""


class _EdgeRow(NamedTuple):
    """An edge with its parts replaced by numbers; field order is sort order."""

    source: int
    target: int
    kind: str
    technique: str
    traversable: bool
    state: int
    condition: int
    grant_set: int
    impact: str
    guards: tuple[str, ...]
    via: str
    evidence: str
    note: str


def assemble(
    identity_graph: IdentityGraph,
    coverage: Sequence[Mapping[str, Any]],
    records: Iterable[Sequence[str]] | None = None,
) -> Content:
    """Return the tables and arrays of a graph; ``records`` are the rows of that table, ``None`` for none.

    Raises
    ------
    GraphError
        An edge names a node or grant that was not added, or an attribute is not JSON-ready.
    """
    nodes = sorted(identity_graph.nodes.values(), key=lambda node: utf8(node.id))
    number = {node.id: index for index, node in enumerate(nodes)}
    grants = sorted(identity_graph.grants.values(), key=lambda grant: utf8(grant.id))
    grant_number = {grant.id: index for index, grant in enumerate(grants)}
    sets = _number((edge.grants for edge in identity_graph.edges), ())
    texts = {residual: residual_to_text(residual) for residual in {edge.conditions for edge in identity_graph.edges}}
    conditions = _number(texts.values(), "[]")
    rows = _edge_rows(identity_graph, number, sets, conditions, texts)
    arrays, codes = _arrays(nodes, rows)
    tables = {
        "nodes": _node_table(nodes),
        "edges": _edge_table(rows),
        "grants": _table(
            "grants", ((index, g.id, g.kind, g.holder, g.text, g.evidence) for index, g in enumerate(grants))
        ),
        "grant_sets": _table("grant_sets", _grant_set_rows(sets, grant_number)),
        "conditions": _table("conditions", ((index, text) for text, index in conditions.items())),
        "credentials": _table("credentials", _sorted_rows(Credential, identity_graph.credentials.values())),
        "documents": _table("documents", sorted(identity_graph.documents.items())),
        "document_uses": _table("document_uses", _sorted_rows(DocumentUse, set(identity_graph.document_uses))),
        "coverage": _table("coverage", sorted({_coverage_row(row) for row in coverage})),
    }
    if records is not None:
        tables["records"] = _table("records", records)
    return Content(tables, arrays, codes)


def content_digest(content: Content, as_of: str, created_from: Mapping[str, str]) -> str:
    """Return the SHA-256 (hex) of what the tables say; it does not depend on how Parquet encodes them."""
    digest = hashlib.sha256(canonical_json([SCHEMA_VERSION, as_of, dict(created_from)]).encode())
    for name in sorted(content.tables):
        table = content.tables[name].combine_chunks()
        for column in table.column_names:
            digest.update(f"\0{name}.{column}\0{table.num_rows}\0".encode())
            for chunk in table[column].chunks:
                hash_column(digest, chunk)
    return digest.hexdigest()


def _number(values: Iterable[Any], *first: Any) -> dict[Any, int]:
    """Give numbers to distinct values in sorted order, after those that must come first."""
    return {value: index for index, value in enumerate((*first, *sorted(set(values) - set(first))))}


def _edge_rows(
    identity_graph: IdentityGraph,
    number: Mapping[str, int],
    sets: Mapping[tuple[str, ...], int],
    conditions: Mapping[str, int],
    texts: Mapping[Residual, str],
) -> list[_EdgeRow]:
    rows = []
    words = {kind: kind.value for kind in EdgeKind}
    for edge in identity_graph.edges:
        for end in (edge.source, edge.target):
            if end not in number:
                raise GraphError(f"edge {_label(edge)} names node `{end}`, which was not added")
        for grant in edge.grants:
            if grant not in identity_graph.grants:
                raise GraphError(f"edge {_label(edge)} names grant `{grant}`, which was not added")
        if edge.impact not in IMPACT_CODES:
            raise GraphError(f"edge {_label(edge)} has impact `{edge.impact}`, which is not a class")
        rows.append(
            _EdgeRow(
                source=number[edge.source],
                target=number[edge.target],
                kind=words[edge.kind],
                technique=edge.technique,
                traversable=edge.traversable,
                state=int(edge.state),
                condition=conditions[texts[edge.conditions]],
                grant_set=sets[edge.grants],
                impact=edge.impact,
                guards=edge.guards,
                via=edge.via,
                evidence=edge.evidence,
                note=edge.note,
            )
        )
    rows.sort()
    return rows


def _label(edge: Edge) -> str:
    return f"`{edge.source}` {edge.kind.value} `{edge.target}`"


def _arrays(
    nodes: Sequence[Node], rows: Sequence[_EdgeRow]
) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, ...]]]:
    names = {
        "edge_kind": _number(row.kind for row in rows),
        "edge_technique": _number((row.technique for row in rows), ""),
        "node_kind": _number(node.kind.value for node in nodes),
    }
    category = {name: code for code, name in enumerate(CATEGORY_CODES)}
    impact = {name: code for code, name in enumerate(IMPACT_CODES)}
    for node in nodes:
        if node.impact not in impact:
            raise GraphError(f"node `{node.id}` has impact `{node.impact}`, which is not a class")
    columns = {
        "edge_kind": [names["edge_kind"][row.kind] for row in rows],
        "edge_technique": [names["edge_technique"][row.technique] for row in rows],
        "edge_flags": [TRAVERSABLE if row.traversable else 0 for row in rows],
        "edge_state": [row.state for row in rows],
        "edge_condition": [row.condition for row in rows],
        "edge_grant_set": [row.grant_set for row in rows],
        "edge_impact": [impact[row.impact] for row in rows],
        "node_category": [category[node.category] for node in nodes],
        "node_kind": [names["node_kind"][node.kind.value] for node in nodes],
        "node_impact": [impact[node.impact] for node in nodes],
    }
    csr = arrays_from_edges(
        len(nodes),
        np.array([row.source for row in rows], dtype=np.int64),
        np.array([row.target for row in rows], dtype=np.int64),
        columns={name: np.array(column, dtype=np.int64) for name, column in columns.items()},
    )
    arrays: dict[str, NDArray[Any]] = {field.name: getattr(csr, field.name) for field in fields(GraphArrays)}
    ids = [utf8(node.id) for node in nodes]
    offsets = np.zeros(len(ids) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in ids], out=offsets[1:])
    arrays["node_id_offsets"] = offsets
    arrays["node_id_bytes"] = np.frombuffer(b"".join(ids), dtype=np.uint8)
    ordered = {name: arrays[name].astype(spec.dtype, copy=False) for name, spec in ARRAYS.items()}
    return ordered, {name: tuple(numbers) for name, numbers in names.items()}


def _node_table(nodes: Sequence[Node]) -> pa.Table:
    return _table("nodes", (_node_row(index, node) for index, node in enumerate(nodes)))


def _node_row(index: int, node: Node) -> tuple[Any, ...]:
    try:
        attributes = canonical_json(dict(node.attributes))
    except (TypeError, ValueError) as error:
        raise GraphError(f"attributes of node `{node.id}` are not JSON-ready: {error}") from error
    unique_id = node.attributes.get("unique_id") or ""
    aliases = node.attributes.get("aliases") or ()
    if not isinstance(unique_id, str) or isinstance(aliases, str) or not all(isinstance(a, str) for a in aliases):
        raise GraphError(f"node `{node.id}` needs text in `unique_id` and a list of texts in `aliases`")
    return (
        index, node.id, node.kind.value, node.category.value, node.name, node.source, node.scope, node.collected,
        node.impact, unique_id, sorted(set(aliases)), attributes, node.evidence,
    )  # fmt: skip


def _edge_table(rows: Sequence[_EdgeRow]) -> pa.Table:
    columns = dict(zip(_EdgeRow._fields, zip(*rows, strict=True), strict=True)) if rows else {}
    return _table_of_columns(
        "edges", {name: columns.get(name, ()) for name in TABLES["edges"]} | {"edge": range(len(rows))}
    )


def _grant_set_rows(
    sets: Mapping[tuple[str, ...], int], grant_number: Mapping[str, int]
) -> list[tuple[int, list[int]]]:
    return [(index, sorted(grant_number[grant] for grant in members)) for members, index in sets.items()]


def _sorted_rows(kind: type, items: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return dataclass instances as sorted tuples; INVARIANT: the table's columns are the class's fields, in order."""
    return sorted(astuple(item) for item in items)


def _coverage_row(row: Mapping[str, Any]) -> tuple[Any, ...]:
    columns = TABLES["coverage"]
    rest = {key: value for key, value in row.items() if key not in columns}
    values: list[Any] = []
    for name, kind in columns.items():
        if name == "extra":
            values.append(canonical_json(rest))
        elif kind == "int64":
            values.append(int(row.get(name) or 0))
        else:
            values.append(str(row.get(name) or ""))
    return tuple(values)


def _table(name: str, rows: Iterable[Sequence[Any]]) -> pa.Table:
    materialised = list(rows)
    columns = columns_of(name)
    return _table_of_columns(
        name, {column: [row[position] for row in materialised] for position, column in enumerate(columns)}
    )


def _table_of_columns(name: str, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    import pyarrow as pa

    schema = arrow_schema(name)
    return pa.Table.from_arrays([arrow_column(columns[field.name], field.type) for field in schema], schema=schema)
