"""Imported tables while their part of the graph is built: nodes by row, what is not described, conditions in words.

Input: ``OtherRecords`` and an ``IdentityGraph`` that all collectors have added to. Output: ``OtherWorld``.
Handled: ids that nothing describes: a node that was not looked at, and one line for each.
Not handled: what grants mean (``grants``).
"""

from __future__ import annotations

from collections.abc import Iterable

from collectors.evidence.some import SomeProblems
from collectors.interface import EvidenceRef, Gap
from collectors.other.operations import OPERATIONS
from collectors.other.records import OtherRecords
from graph.decision import ALWAYS, Atom, Residual
from graph.edges.other.ids import global_id, own_id
from graph.kinds import Category, NodeKind
from graph.model import IdentityGraph, Node

__all__ = ["OtherWorld", "stated"]

SOURCE = "other"


def stated(text: str) -> Residual:
    """Return a condition that a person wrote down, which nobody but the asker can decide.

    Notes
    -----
    ``--context 'nhi:stated:TEXT=true'`` states it.
    """
    if not text:
        return ALWAYS
    key = "nhi:stated:" + " ".join(text.lower().replace("=", ":").split())
    return ((Atom(key, "Bool", ("true",), provider=SOURCE),),)


class OtherWorld:
    """All imported tables."""

    def __init__(self, records: OtherRecords, identity_graph: IdentityGraph) -> None:
        self.records = records
        self.identity_graph = identity_graph
        self.inactive: set[str] = set()
        """Identities that a row says are disabled."""
        self._problems: dict[tuple[str, str, str], SomeProblems] = {}
        self._missing: set[tuple[str, str]] = set()

    def problem(self, system: str, table: str, ref: EvidenceRef, line: int, text: str) -> None:
        """Note what cannot be used of a row."""
        key = (system, table, ref.file)
        if key not in self._problems:
            lost = OPERATIONS[table].lost_without
            self._problems[key] = SomeProblems(SOURCE, system, table, ref.file, lost)
        self._problems[key].add(f"line {line}", text)

    def gaps(self) -> Iterable[Gap]:
        """Yield what was noted."""
        for told in self._problems.values():
            yield from told.gaps()

    def end(self, system: str, table: str, ref: EvidenceRef, line: int, column: str, text: str) -> Node:
        """Return the node that a cell names; one that nothing describes is made as not looked at, and told."""
        identity = own_id(system, text)
        found = self.identity_graph.nodes.get(identity)
        if (found is None or not found.collected) and (ref.file, identity) not in self._missing:
            self._missing.add((ref.file, identity))
            self.problem(
                system,
                table,
                ref,
                line,
                f"column {column!r}: nothing in the evidence describes {text!r}; it is kept by its id",
            )
        if found is None:
            kind = NodeKind.AWS_EXTERNAL_PRINCIPAL if identity.startswith("arn:") else NodeKind.OTHER_EXTERNAL
            aliases = {} if global_id(text) else {"aliases": [text]}
            found = Node(identity, kind, text, SOURCE, system, aliases, collected=False, evidence=str(ref))
            self.identity_graph.add_node(found)
        return found

    def into(self, target: Node) -> Residual:
        """Return what becoming a target waits for: a disabled one must be enabled first."""
        return stated(f"{target.name} is enabled again") if target.id in self.inactive else ALWAYS


def is_identity(node: Node) -> bool:
    """Return whether somebody can act as a node, or may for all that is known."""
    return node.category in (Category.IDENTITY, Category.HUMAN, Category.WORKLOAD, Category.FEDERATION)
