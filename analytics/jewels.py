"""Jewels: what an attacker wants, so that reach is judged by what it ends at.

Input: a snapshot, zones and tag keys of the settings. Output: ``Jewel`` rows by node number.
Handled, each with its reason:
- ``full control``: every node that stands for full control of a scope (H1);
- ``high impact``: the organization (H1: its policies and accounts); a secret that is stated to hold, or leads by proof
  alone to, the credential of an administrator (H1); a resource, secret or scope that the builder put in H1 or H2;
- ``declared``: a row of ``declared/jewels`` matched it, by id or by tag;
- ``tag``: it bears a tag key that the settings name; the value says the class where it is one, and ``false`` says no;
- ``zone NAME``: the settings put it there. An account or environment holds identities, workloads, resources, secrets
  and full control; a glob or tag may name anything that is shown.
Not handled: a secret of which nobody knows what it holds is none by itself; nothing is guessed from names.

A node with several reasons counts once: at its worst class, told by the reason that gives that class.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.zones import JEWEL_TAGS, Zone
from graph.arrays import CATEGORY_CODES, IMPACT_CODES, BoolArray, Int32Array
from graph.evaluate.aws.globs import glob_matches
from graph.kinds import Category, EdgeKind, Impact, NodeKind, State
from graph.snapshot import Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["TAG_IMPACT", "Jewel", "jewels"]

TAG_IMPACT = Impact.H5.value
"""Class of a jewel whose tag does not name one."""
_HIDDEN = (Category.HUB, Category.IDENTITY_STATE)
_IN_PLACE = (Category.IDENTITY, Category.WORKLOAD, Category.RESOURCE, Category.SECRET, Category.PRIVILEGE)
"""What an account or environment as a whole holds."""
_JUDGED = (Category.RESOURCE, Category.SECRET, Category.SCOPE)
"""Elsewhere the impact of a node says what it may do, not what it is worth."""
_KEEPERS = (Category.SECRET, Category.RESOURCE)
"""What may hold a credential (a parameter is a resource)."""
_NO = frozenset({"", "0", "false", "no", "none", "off"})
_ORDER = ("full control", "declared", "tag", "zone", "high impact")
"""Which reason is told when two give the same class."""


@dataclass(frozen=True, slots=True)
class Jewel:
    """One thing worth protecting above others."""

    node: int
    """Node number."""
    id: str
    kind: str
    name: str
    """What people call it: the declared name, else the node's own."""
    impact: str
    """H1 (worst) to H11: what reaching it means."""
    why: str
    """``full control``, ``high impact``, ``declared``, ``tag`` or ``zone NAME``."""


@dataclass(frozen=True, slots=True)
class _Reason:
    node: int
    impact: str
    why: str
    name: str = ""

    def rank(self) -> tuple[int, int]:
        return IMPACT_CODES.index(self.impact), _ORDER.index("zone" if self.why.startswith("zone ") else self.why)


def jewels(snapshot: Snapshot, zones: Sequence[Zone] = (), *, tags: Sequence[str] = JEWEL_TAGS) -> tuple[Jewel, ...]:
    """Return the jewels of a snapshot, by node number.

    Parameters
    ----------
    zones
        Of the settings (``Policy.zones``).
    tags
        Tag keys that make a jewel, in any case (``Policy.jewel_tags``).

    Notes
    -----
    Linear in nodes and edges; attributes are parsed only where their text may say something.
    """
    table = _Nodes(snapshot)
    found: dict[int, _Reason] = {}
    told: dict[int, str] = {}
    for reason in (*_built_in(snapshot), *_stated(table, tags), *_zoned(snapshot, table, zones)):
        before = found.get(reason.node)
        if before is None or reason.rank() < before.rank():
            found[reason.node] = reason
        if reason.name:
            told[reason.node] = reason.name
    return tuple(_jewel(table, reason, told.get(number, "")) for number, reason in sorted(found.items()))


def _jewel(table: _Nodes, reason: _Reason, name: str) -> Jewel:
    snapshot = table.snapshot
    kind = snapshot.manifest.codes["node_kind"][int(snapshot.arrays.node_kind[reason.node])]
    own = str(table.columns["name"][reason.node].as_py())
    return Jewel(reason.node, snapshot.node_id(reason.node), kind, name or own, reason.impact, reason.why)


class _Nodes:
    """Columns of the nodes, searched as text before anything is parsed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.columns: pa.Table = snapshot.table("nodes").columns(["id", "name", "scope", "attributes"])
        hidden = [CATEGORY_CODES.index(item) for item in _HIDDEN]
        self.shown: BoolArray = ~np.isin(snapshot.arrays.node_category, hidden)
        in_place = [CATEGORY_CODES.index(item) for item in _IN_PLACE]
        self.in_place: BoolArray = np.isin(snapshot.arrays.node_category, in_place)

    def saying(self, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield the shown nodes whose attributes hold a text in any case, with their attributes."""
        import pyarrow.compute

        pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

        column = self.columns["attributes"]
        # Not to_numpy: for chunked arrays that imports pandas, which takes longer than the search.
        for number in pc.indices_nonzero(pc.match_substring(column, text, ignore_case=True)).to_pylist():
            if self.shown[number]:
                yield number, json.loads(column[number].as_py())

    def tagged(self, key: str) -> Iterator[tuple[int, str, str]]:
        """Yield number, key and value of the tags whose key equals ``key`` in any case."""
        for number, attributes in self.saying(json.dumps(key, ensure_ascii=False)):
            for name, value in (attributes.get("tags") or {}).items():
                if name.lower() == key.lower():
                    yield number, name, str(value)


def _built_in(snapshot: Snapshot) -> Iterator[_Reason]:
    arrays = snapshot.arrays
    for number in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN).tolist():
        yield _Reason(number, Impact.H1.value, "full control")
    for number in snapshot.nodes_of_kind(NodeKind.AWS_ORGANIZATION).tolist():
        yield _Reason(number, Impact.H1.value, "high impact")
    judged = np.isin(arrays.node_category, [CATEGORY_CODES.index(item) for item in _JUDGED])
    worst = IMPACT_CODES.index(Impact.H2.value)
    for number in np.flatnonzero(judged & (arrays.node_impact > 0) & (arrays.node_impact <= worst)).tolist():
        yield _Reason(number, IMPACT_CODES[int(arrays.node_impact[number])], "high impact")
    for number in _secrets_of_administrators(snapshot).tolist():
        yield _Reason(number, Impact.H1.value, "high impact")


def _secrets_of_administrators(snapshot: Snapshot) -> Int32Array:
    """Return the secrets from which proof alone (no further permission) leads to an administrator.

    Notes
    -----
    Administrator here: full control by standing permission or by one change of the identity's own policies, both
    verified and unconditional.
    """
    arrays = snapshot.arrays
    sure = np.asarray(arrays.traversable & (arrays.edge_state == State.VERIFIED) & (arrays.edge_condition == 0))
    ways = [snapshot.edge_kind_code(kind) for kind in (EdgeKind.ADMIN_OF, EdgeKind.CAN_CHANGE_OWN_POLICY)]
    scopes = snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN)
    direct = sure & np.isin(arrays.edge_kind, ways) & np.isin(arrays.indices, scopes)
    proof = np.flatnonzero(sure & (arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS)))
    holds = np.zeros(arrays.node_count, dtype=np.bool_)
    holds[arrays.edge_source[direct]] = True
    categories = [CATEGORY_CODES.index(item) for item in (*_KEEPERS, Category.CREDENTIAL)]
    proof = proof[np.isin(arrays.node_category[arrays.edge_source[proof]], categories)]
    while (grown := proof[holds[arrays.indices[proof]] & ~holds[arrays.edge_source[proof]]]).size:
        holds[arrays.edge_source[grown]] = True
    keepers = np.isin(arrays.node_category, [CATEGORY_CODES.index(item) for item in _KEEPERS])
    return np.flatnonzero(holds & keepers).astype(np.int32)


def _stated(table: _Nodes, tags: Iterable[str]) -> Iterator[_Reason]:
    for number, attributes in table.saying('"jewel"'):
        row = attributes.get("jewel")
        if isinstance(row, Mapping) and row.get("impact") in IMPACT_CODES[1:]:
            yield _Reason(number, str(row["impact"]), "declared", str(row.get("name", "")))
    for key in tags:
        for number, _, value in table.tagged(key):
            text = value.strip()
            if text.lower() not in _NO:
                impact = text.upper() if text.upper() in IMPACT_CODES[1:] else TAG_IMPACT
                yield _Reason(number, impact, "tag")


def _zoned(snapshot: Snapshot, table: _Nodes, zones: Sequence[Zone]) -> Iterator[_Reason]:
    for zone in zones:
        for pattern in zone.match:
            for number in _members(snapshot, table, pattern):
                yield _Reason(number, zone.impact, f"zone {zone.name}")


def _members(snapshot: Snapshot, table: _Nodes, pattern: str) -> Iterator[int]:
    head, _, rest = pattern.partition(":")
    if head == "tag":
        key, _, wanted = rest.partition("=")
        yield from (n for n, name, value in table.tagged(key) if name == key and glob_matches(wanted, value))
    elif head == "account":
        import pyarrow as pa
        import pyarrow.compute

        pc: Any = pyarrow.compute
        inside = pc.indices_nonzero(pc.equal(table.columns["scope"], pa.scalar(rest, pa.string()))).to_pylist()
        yield from (number for number in inside if table.in_place[number])
    elif head == "environment":
        # The rules import what reads the settings, which names zones: imported here, the circle does not close.
        from analytics.rules._environments import environments_of, spelled

        found = environments_of(snapshot)
        name = spelled(rest)
        yield from (found.members(name).tolist() if name in found.names else ())
    else:
        for number in np.flatnonzero(table.shown).tolist():
            if glob_matches(pattern, snapshot.node_id(number)):
                yield number
