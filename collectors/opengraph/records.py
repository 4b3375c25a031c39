"""An OpenGraph as records: nodes, edges and what they name.

Input: none (types only). Output: ``OpenGraphRecords`` and its parts.
Not handled: what a kind means (``graph/catalog/opengraph``) and which ids meet those of other sources
(``graph/edges/opengraph``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collectors.interface import EvidenceRef, Gap

__all__ = ["OpenEdge", "OpenEnd", "OpenGraphRecords", "OpenNode"]


@dataclass(frozen=True, slots=True)
class OpenNode:
    """One node."""

    scope: str
    """``metadata.source_kind`` of its file, or the folder that the file stands in."""
    id: str
    kinds: tuple[str, ...]
    name: str
    """Property ``name``, else ``displayname``; empty where there is neither."""
    ref: EvidenceRef
    properties: Mapping[str, Any] = field(default_factory=dict)
    """Texts, numbers, truth values and lists of these."""


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """What an edge begins or ends at."""

    value: str
    by_name: bool = False
    """True: ``value`` is a name, false: an id."""
    kind: str = ""
    """Kind that the node must have; empty: any."""


@dataclass(frozen=True, slots=True)
class OpenEdge:
    """One edge."""

    scope: str
    kind: str
    start: OpenEnd
    end: OpenEnd
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class OpenGraphRecords:
    """All nodes and edges, in file order."""

    nodes: tuple[OpenNode, ...] = ()
    edges: tuple[OpenEdge, ...] = ()
    gaps: tuple[Gap, ...] = ()
