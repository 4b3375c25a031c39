"""The tables of a big snapshot, a row group at a time.

Input: ``Estate``. Output: by table its number of rows, and its columns in portions.
Not handled: files and arrays (``benchmarks.big_snapshot``); policy documents, of which there are none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from benchmarks.big_estate import EDGE_KINDS, NODE_KINDS, PROOF, TECHNIQUES, Estate
from graph.arrays import IMPACT_CODES
from graph.kinds import EdgeKind, NodeKind, category_of
from graph.snapshot.schema import TABLES

__all__ = ["TABLE_ROWS"]

pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

_ROW_GROUP = 16_384
"""As ``graph.snapshot.write`` makes them."""
_CONDITIONS: tuple[list[tuple[str, str, list[str]]], ...] = (
    [],
    [("aws:multifactorauthpresent", "Bool", ["true"])],
    [("aws:sourceip", "IpAddress", ["203.0.113.0/24"])],
    [("nhi:function-is-invoked", "Bool", ["true"])],
)


def _spans(rows: int) -> Iterator[slice]:
    return (slice(first, min(first + _ROW_GROUP, rows)) for first in range(0, rows, _ROW_GROUP))


def _words(words: Any, codes: NDArray[Any]) -> pa.Array:
    return pa.array(list(words), pa.large_string()).take(pa.array(codes))


def _none(count: int) -> pa.Array:
    return pa.array([""], pa.large_string()).take(pa.array(np.zeros(count, dtype=np.int8)))


def _empty_lists(count: int) -> pa.Array:
    return pa.LargeListArray.from_arrays(pa.array(np.zeros(count + 1, dtype=np.int64)), pa.array([], pa.large_string()))


def _joined(*parts: Any) -> pa.Array:
    texts = [part if isinstance(part, pa.Array) else pa.scalar(part, pa.large_string()) for part in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))


def _text(numbers: NDArray[Any], width: int = 0) -> pa.Array:
    text = pc.cast(pa.array(numbers), pa.large_string())
    return pc.utf8_lpad(text, width, "0") if width else text


def _nodes(estate: Estate) -> tuple[int, Iterator[dict[str, Any]]]:
    kinds = [kind.value for kind in NODE_KINDS]
    categories = [category_of(kind).value for kind in NODE_KINDS]
    unique = [
        "AIDA" if kind is NodeKind.AWS_USER else "AROA" if kind is NodeKind.AWS_ROLE else "" for kind in NODE_KINDS
    ]

    def chunks() -> Iterator[dict[str, Any]]:
        for span in _spans(estate.kind.size):
            ids, kind, account = estate.ids[span.start : span.stop], estate.kind[span], _text(estate.account[span])
            count = len(ids)
            prefix = _words(unique, kind)
            unique_id = pc.if_else(pc.equal(prefix, ""), prefix, _joined(prefix, _text(estate.number[span], 17)))
            yield {
                "node": np.arange(span.start, span.stop, dtype=np.int32),
                "id": ids,
                "kind": _words(kinds, kind),
                "category": _words(categories, kind),
                "name": pc.replace_substring_regex(ids, "^.*[:/]", ""),
                "source": _words(["aws"], np.zeros(count, dtype=np.int8)),
                "scope": account,
                "collected": np.ones(count, dtype=bool),
                "impact": _words(IMPACT_CODES, estate.impact[span]),
                "unique_id": unique_id,
                "aliases": _empty_lists(count),
                "attributes": _joined('{"scope":"', account, '","unique_id":"', unique_id, '"}'),
                "evidence": _joined("aws/", account, "/list.json#/", _text(estate.number[span])),
            }

    return estate.kind.size, chunks()


def _edges(estate: Estate) -> tuple[int, Iterator[dict[str, Any]]]:
    passive = EDGE_KINDS.index(EdgeKind.CONTAINS)
    kinds = [kind.value for kind in EDGE_KINDS]
    notes = ["", "A condition of the bucket's policy is not understood."]

    def chunks() -> Iterator[dict[str, Any]]:
        for span in _spans(estate.source.size):
            count = span.stop - span.start
            none = _none(count)
            yield {
                "edge": np.arange(span.start, span.stop, dtype=np.int32),
                "source": estate.source[span],
                "target": estate.target[span],
                "kind": _words(kinds, estate.edge_kind[span]),
                "traversable": estate.edge_kind[span] != passive,
                "technique": _words(TECHNIQUES, estate.technique[span]),
                "state": estate.state[span],
                "condition": estate.condition[span].astype(np.int32),
                "grant_set": estate.grant_set[span],
                "impact": _words(IMPACT_CODES, estate.edge_impact[span]),
                "guards": _empty_lists(count),
                "via": none,
                "evidence": none,
                "note": _words(notes, (estate.state[span] == 1).astype(np.int8)),
            }

    return estate.source.size, chunks()


def _grants(estate: Estate) -> tuple[int, Iterator[dict[str, Any]]]:
    def chunks() -> Iterator[dict[str, Any]]:
        for span in _spans(estate.grants):
            numbers = np.arange(span.start, span.stop, dtype=np.int32)
            number = _text(numbers, 9)
            holder = estate.ids.take(pa.array(numbers))
            yield {
                "grant": numbers,
                "id": _joined("aws:statement:policy-", number, "#0"),
                "kind": _words(["statement"], np.zeros(numbers.size, dtype=np.int8)),
                "holder": holder,
                "text": _joined("policy ", number, ", statement 0"),
                "evidence": _joined("aws/policies.json#/", number),
            }

    return estate.grants, chunks()


def _grant_sets(estate: Estate) -> tuple[int, Iterator[dict[str, Any]]]:
    first = np.arange(estate.grants, dtype=np.int32)
    counts = np.minimum(1 + first % 3, estate.grants - first)  # one, two or three grants together
    offsets = np.concatenate([[0, 0], np.cumsum(counts)])
    within = np.arange(offsets[-1]) - np.repeat(offsets[1:-1], counts)
    members = (np.repeat(first, counts) + within).astype(np.int32)
    lists = pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(members))
    rows = estate.grants + 1
    return rows, iter(
        {"grant_set": np.arange(span.start, span.stop, dtype=np.int32), "grants": lists[span.start : span.stop]}
        for span in _spans(rows)
    )


def _conditions(estate: Estate) -> tuple[int, Iterator[dict[str, Any]]]:
    texts = [
        json.dumps(
            [[{"key": key, "negated": False, "operator": operator, "provider": "aws", "values": values}]
             for key, operator, values in clauses]
        )
        for clauses in _CONDITIONS
    ]  # fmt: skip
    return len(texts), iter([{"condition": np.arange(len(texts), dtype=np.int32), "residual": texts}])


def _credentials(estate: Estate) -> tuple[int, Iterator[dict[str, Any]]]:
    proofs = np.flatnonzero(estate.edge_kind == PROOF)
    keys = estate.source[proofs]  # ascending, as nodes are by id

    def chunks() -> Iterator[dict[str, Any]]:
        for span in _spans(keys.size):
            ids, count = estate.ids.take(pa.array(keys[span])), keys[span].size
            none = _none(count)
            yield {
                "node": ids,
                "identity": estate.ids.take(pa.array(estate.target[proofs[span]])),
                "kind": _words(["access_key"], np.zeros(count, dtype=np.int8)),
                "public_id": pc.replace_substring_regex(ids, "^aws:key:", ""),
                "active": np.ones(count, dtype=bool),
                "hint": none,
                "fingerprint": none,
                "created_at": _words(["2025-03-01T00:00:00Z"], np.zeros(count, dtype=np.int8)),
                "expires_at": none,
                "last_used_at": none,
                "last_used_known": np.ones(count, dtype=bool),
            }

    return int(keys.size), chunks()


def _no_rows(estate: Estate) -> tuple[int, Iterator[dict[str, Any]]]:
    return 0, iter(())


def _coverage(estate: Estate) -> tuple[int, Iterator[dict[str, Any]]]:
    row = {name: [0] if kind == "int64" else [""] for name, kind in TABLES["coverage"].items()}
    row |= {"source": ["aws"], "operation": ["iam.get_account_authorization_details"], "presence": ["present"]}
    return 1, iter([{**row, "extra": ["{}"]}])


TABLE_ROWS: dict[str, Callable[[Estate], tuple[int, Iterator[dict[str, Any]]]]] = {
    "nodes": _nodes,
    "edges": _edges,
    "grants": _grants,
    "grant_sets": _grant_sets,
    "conditions": _conditions,
    "credentials": _credentials,
    "documents": _no_rows,
    "document_uses": _no_rows,
    "coverage": _coverage,
}
"""Number of rows, and columns a row group at a time, by table."""
