"""OpenGraph files to records.

Input: evidence with ``opengraph/<scope>/graph.json``, or such a file alone. Output: ``OpenGraphRecords``; a gap, naming
file and JSON pointer, for what is not of the form.
Handled: what the schema says of nodes, edges and properties. Property values that are objects, mixed lists or
secrets are left out and told. Not handled: two nodes of one id, which the graph puts together.

References
----------
https://bloodhound.specterops.io/opengraph/schema (2026-11); the schema is embedded in ``bhopengraph`` 1.3.1 (MIT)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from collectors.errors import EvidenceError
from collectors.evidence.evidence import EvidenceSet
from collectors.evidence.some import SomeProblems
from collectors.interface import EvidenceRef, Gap
from collectors.opengraph.operations import GRAPH, OPERATIONS
from collectors.opengraph.records import OpenEdge, OpenEnd, OpenGraphRecords, OpenNode

__all__ = ["to_records"]

_MOST_KINDS = 3
_EDGE_KIND = re.compile(r"[A-Za-z0-9_]+")
_NODE_FIELDS = frozenset({"id", "kinds", "properties"})
_EDGE_FIELDS = frozenset({"start", "end", "kind", "properties"})
_END_FIELDS = frozenset({"value", "match_by", "kind"})
_PLAIN = (str, int, float, bool)


def to_records(evidence: EvidenceSet) -> OpenGraphRecords:
    """Return the records of every graph.

    Notes
    -----
    Linear in nodes and edges.
    """
    nodes: list[OpenNode] = []
    edges: list[OpenEdge] = []
    gaps: list[Gap] = []
    for scope in evidence.scopes("opengraph"):
        for call in evidence.calls("opengraph", scope, GRAPH):
            body = (call.response or {}).get("graph")
            told = SomeProblems("opengraph", scope, GRAPH, call.ref.file, OPERATIONS[GRAPH].lost_without)
            at = call.ref.child("graph")
            if isinstance(body, Mapping):
                nodes.extend(_nodes(scope, body.get("nodes"), at.child("nodes"), told))
                edges.extend(_edges(scope, body.get("edges"), at.child("edges"), told))
            else:
                told.add(at.pointer, "must be an object with nodes and edges")
            gaps.extend(told.gaps())
    return OpenGraphRecords(tuple(nodes), tuple(edges), tuple(gaps))


def _listed(value: Any, at: EvidenceRef, told: SomeProblems) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list):
        told.add(at.pointer, "must be a list")
        return ()
    return value


def _nodes(scope: str, value: Any, at: EvidenceRef, told: SomeProblems) -> Iterator[OpenNode]:
    for index, item in enumerate(_listed(value, at, told)):
        pointer = f"{at.pointer}/{index}"
        try:
            yield _node(scope, item, EvidenceRef(at.file, pointer), told)
        except EvidenceError as error:
            told.add(pointer, f"{error}; the node is left out")


def _edges(scope: str, value: Any, at: EvidenceRef, told: SomeProblems) -> Iterator[OpenEdge]:
    for index, item in enumerate(_listed(value, at, told)):
        pointer = f"{at.pointer}/{index}"
        try:
            yield _edge(scope, item, EvidenceRef(at.file, pointer), told)
        except EvidenceError as error:
            told.add(pointer, f"{error}; the edge is left out")


def _node(scope: str, item: Any, ref: EvidenceRef, told: SomeProblems) -> OpenNode:
    body = _object(item, "node")
    kinds = body.get("kinds")
    if not isinstance(kinds, list) or not kinds or not all(isinstance(kind, str) and kind for kind in kinds):
        raise EvidenceError("'kinds' must be a list of one to three texts")
    if len(kinds) > _MOST_KINDS:
        raise EvidenceError(f"'kinds' has {len(kinds)} texts, at most {_MOST_KINDS} are allowed")
    identity = _text(body, "id")
    _strangers(body, _NODE_FIELDS, ref, told)
    properties = _properties(body.get("properties"), ref, told)
    name = next((str(properties[key]) for key in ("name", "displayname") if properties.get(key)), "")
    return OpenNode(scope, identity, tuple(kinds), name, ref, properties)


def _edge(scope: str, item: Any, ref: EvidenceRef, told: SomeProblems) -> OpenEdge:
    body = _object(item, "edge")
    kind = _text(body, "kind")
    if not _EDGE_KIND.fullmatch(kind):
        raise EvidenceError(f"'kind' may hold letters, digits and _ alone, not {kind!r}")
    start, end = _end(body, "start", ref, told), _end(body, "end", ref, told)
    _strangers(body, _EDGE_FIELDS, ref, told)
    _properties(body.get("properties"), ref, told)
    return OpenEdge(scope, kind, start, end, ref)


def _end(body: Mapping[str, Any], name: str, ref: EvidenceRef, told: SomeProblems) -> OpenEnd:
    item = body.get(name)
    if not isinstance(item, Mapping):
        raise EvidenceError(f"'{name}' must be an object with a value")
    value, by = _text(item, "value", name), item.get("match_by", "id")
    if by not in ("id", "name"):
        raise EvidenceError(f"'{name}/match_by' must be id or name, not {by!r}")
    kind = item.get("kind") or ""
    if not isinstance(kind, str):
        raise EvidenceError(f"'{name}/kind' must be text")
    if item.keys() - _END_FIELDS:
        _strangers(item, _END_FIELDS, EvidenceRef(ref.file, f"{ref.pointer}/{name}"), told)
    return OpenEnd(value, by == "name", kind)


def _object(item: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise EvidenceError(f"is no {what}: must be an object")
    return item


def _text(body: Mapping[str, Any], name: str, within: str = "") -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise EvidenceError(f"'{within}/{name}' must be text" if within else f"'{name}' must be text")
    return value.strip()


def _strangers(body: Mapping[str, Any], known: frozenset[str], ref: EvidenceRef, told: SomeProblems) -> None:
    strange = body.keys() - known
    if strange:
        told.add(
            ref.pointer, f"fields that the form does not have are not kept: {', '.join(sorted(map(str, strange)))}"
        )


def _properties(value: Any, ref: EvidenceRef, told: SomeProblems) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        told.add(f"{ref.pointer}/properties", "must be an object; they are not kept")
        return {}
    kept = {}
    for name, item in value.items():
        if isinstance(item, _PLAIN) or _plain_list(item):
            kept[name] = item
        elif item is not None:
            told.add(
                f"{ref.pointer}/properties/{name}",
                "is no text, number, truth value or list of one of these; it is not kept",
            )
    return kept


def _plain_list(item: Any) -> bool:
    if not isinstance(item, list):
        return False
    kinds = {float if isinstance(each, int | float) and not isinstance(each, bool) else type(each) for each in item}
    return not kinds or (len(kinds) == 1 and kinds <= {str, float, bool})
