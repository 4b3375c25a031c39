"""Open a snapshot and look things up in it; nothing is read before it is asked for.

Input: a workspace and an id, or a snapshot folder. Output: ``Snapshot``.
Not handled: reachability, which ``graph.engine`` answers on ``Snapshot.arrays``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.arrays import GraphArrays, Int32Array
from graph.decision import Residual
from graph.errors import GraphError, NodeNotFoundError, SnapshotError
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Credential, DocumentUse, Edge, Grant, Node
from graph.snapshot.columns import arrow_text
from graph.snapshot.encode import residual_from_text, utf8
from graph.snapshot.frames import edge_frame, node_frame
from graph.snapshot.load import RowTable, check_digest, load_array
from graph.snapshot.manifest import Manifest, check_files, files_of, newest_folder, read_manifest, snapshots_folder
from graph.snapshot.search import grant_place, matching_nodes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Snapshot", "open_snapshot"]


def open_snapshot(path_or_id: str | Path | None = None, workspace: Path | None = None) -> Snapshot:
    """Open a snapshot.

    Parameters
    ----------
    path_or_id
        A snapshot folder, or an id of the workspace; None opens the newest one (by ``as_of``, then by when it was
        written, then id).
    workspace
        Needed unless a folder is given.

    Raises
    ------
    SnapshotError
        There is none, a file is missing or damaged, or its schema is newer than this version reads.

    Notes
    -----
    Reads the manifest and the sizes of the files; cost does not grow with the graph.
    """
    folder = _folder(path_or_id, workspace)
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    return Snapshot(folder, manifest)


def _folder(path_or_id: str | Path | None, workspace: Path | None) -> Path:
    if path_or_id is None:
        if workspace is None:
            raise SnapshotError("name a snapshot or a workspace")
        return newest_folder(workspace)
    if workspace is not None and str(path_or_id) == Path(path_or_id).name:
        inside = snapshots_folder(workspace) / str(path_or_id)
        if inside.is_dir():
            return inside
    if Path(path_or_id).is_dir():
        return Path(path_or_id)
    raise SnapshotError(f"there is no snapshot `{path_or_id}`" + (f" in `{workspace}`" if workspace else ""))


class Snapshot:
    """One immutable graph on disk.

    Nodes and edges are numbered from 0: node numbers follow the ids' UTF-8 order, an edge's number is its place in the
    forward CSR. Both hold only inside one snapshot; ids hold across snapshots.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._tables: dict[str, RowTable] = {}
        self._residuals: dict[int, Residual] = {}

    @property
    def id(self) -> str:
        """Return the snapshot's id."""
        return self.manifest.id

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return self.manifest.counts["nodes"]

    @property
    def edge_count(self) -> int:
        """Return the number of edges."""
        return self.manifest.counts["edges"]

    @property
    def condition_count(self) -> int:
        """Return the number of distinct residuals, the always-true one (number 0) included."""
        return self.manifest.counts["conditions"]

    @cached_property
    def arrays(self) -> GraphArrays:
        """Return the engine's arrays, memory-mapped, checked against each other on first use."""
        loaded = {field.name: self._array(field.name) for field in fields(GraphArrays)}
        arrays = GraphArrays(**loaded)
        try:
            arrays.check()
        except GraphError as error:
            raise SnapshotError(f"`{self.folder}` is damaged: {error}") from error
        if (arrays.node_count, arrays.edge_count) != (self.node_count, self.edge_count):
            raise SnapshotError(f"`{self.folder}` is damaged: arrays and manifest count differently")
        return arrays

    @cached_property
    def coverage(self) -> tuple[Mapping[str, Any], ...]:
        """Return one mapping per operation and scope; documented columns and whatever else the builder gave."""
        rows = []
        for row in self.table("coverage").rows():
            extra = json.loads(row.pop("extra"))
            rows.append({**row, **extra})
        return tuple(rows)

    def verify(self) -> None:
        """Compare every file with its SHA-256; raise ``SnapshotError`` naming the first that differs."""
        for name in files_of(self.manifest):
            check_digest(self.folder / name, self.manifest.files[name])

    def has_table(self, name: str) -> bool:
        """Tell whether the snapshot holds a table; only ``records`` may be missing."""
        return f"{name}.parquet" in self.manifest.files

    def table(self, name: str) -> RowTable:
        """Return one of the documented tables, opened on first use."""
        if name not in self._tables:
            file = self.manifest.files[f"{name}.parquet"]
            rows = self.manifest.counts.get(name)
            if rows is None:
                raise SnapshotError(f"the manifest of `{self.folder}` does not count `{name}`")
            self._tables[name] = RowTable(self.folder, name, file, rows)
        return self._tables[name]

    # Nodes

    def node_index(self, node_id: str) -> int:
        """Return the number of a node; raise ``NodeNotFoundError`` when the id is unknown."""
        found = self.find_id(node_id)
        if found is None:
            raise NodeNotFoundError(f"snapshot {self.id} holds no node `{node_id}`")
        return found

    def find_id(self, node_id: str) -> int | None:
        """Return the number of a node; ``None`` when the id is unknown."""
        offsets, data = self._ids
        wanted = utf8(node_id)
        low, high = 0, self.node_count
        while low < high:
            middle = (low + high) // 2
            if data[offsets[middle] : offsets[middle + 1]].tobytes() < wanted:
                low = middle + 1
            else:
                high = middle
        if low < self.node_count and data[offsets[low] : offsets[low + 1]].tobytes() == wanted:
            return low
        return None

    def node_id(self, index: int) -> str:
        """Return the id of a node."""
        offsets, data = self._ids
        if not 0 <= index < self.node_count:
            raise NodeNotFoundError(f"snapshot {self.id} holds no node number {index}")
        return str(data[offsets[index] : offsets[index + 1]].tobytes(), "utf-8")

    @property
    def node_id_arrays(self) -> tuple[Any, Any]:
        """Return the offsets and the bytes of all ids in the order of numbers, for joins of whole snapshots."""
        return self._ids

    def node(self, index: int) -> Node:
        """Return a node by number."""
        if not 0 <= index < self.node_count:
            raise NodeNotFoundError(f"snapshot {self.id} holds no node number {index}")
        row = self.table("nodes").row(index)
        return Node(
            id=row["id"],
            kind=NodeKind(row["kind"]),
            name=row["name"],
            source=row["source"],
            scope=row["scope"],
            attributes=json.loads(row["attributes"]),
            collected=row["collected"],
            impact=row["impact"],
            evidence=row["evidence"],
        )

    def nodes_of_kind(self, *kinds: NodeKind) -> Int32Array:
        """Return the numbers, ascending, of all nodes of some kinds."""
        names = self.manifest.codes["node_kind"]
        codes = [names.index(kind.value) for kind in kinds if kind.value in names]
        return np.flatnonzero(np.isin(self.arrays.node_kind, codes)).astype(np.int32)

    def find_nodes(self, text: str, *, exact: bool = False, limit: int | None = None) -> list[int]:
        """Return the numbers of nodes that a person may mean by ``text``.

        Parameters
        ----------
        text
            An id, a ``unique_id``, an alias, a name, or part of an id or name in any case.
        exact
            Leave out those that merely contain the text.
        limit
            Keep at most so many.

        Returns
        -------
        list of int
            No duplicates; equal id first, then equal ``unique_id``, alias, name, then containing; each group ascending.
        """
        return matching_nodes(self.table("nodes"), text, exact=exact)[:limit]

    # Edges

    def edge(self, number: int) -> Edge:
        """Return an edge by number, in full."""
        row = self.table("edges").row(number)
        return Edge(
            source=self.node_id(row["source"]),
            target=self.node_id(row["target"]),
            kind=EdgeKind(row["kind"]),
            traversable=row["traversable"],
            technique=row["technique"],
            grants=tuple(self.table("grants").cell(grant, "id") for grant in self._grant_set(row["grant_set"])),
            conditions=self.condition(row["condition"]),
            guards=tuple(row["guards"]),
            state=State(row["state"]),
            impact=row["impact"],
            via=row["via"],
            evidence=row["evidence"],
            note=row["note"],
        )

    def grant(self, grant_id: str) -> Grant | None:
        """Return a grant by its id, ``None`` when the snapshot holds none of that id."""
        place = grant_place(self.table("grants"), grant_id)
        found = self._grant(place) if place < len(self.table("grants")) else None
        return found if found is not None and found.id == grant_id else None

    def grants_near(self, grant_id: str, count: int = 25) -> list[str]:
        """Return the ids of grants beside a text in their order, so those that begin alike."""
        table = self.table("grants")
        place = grant_place(table, grant_id)
        return [table.cell(each, "id") for each in range(max(0, place - count), min(len(table), place + count))]

    def grants_of(self, number: int) -> tuple[Grant, ...]:
        """Return the grants behind an edge, sorted by id; all are needed together."""
        grants = []
        for position in self._grant_set(int(self.arrays.edge_grant_set[number])):
            grants.append(self._grant(position))
        return tuple(grants)

    def condition(self, number: int) -> Residual:
        """Return the residual behind a number of ``edge_condition``; 0 is always true."""
        if number not in self._residuals:
            self._residuals[number] = residual_from_text(self.table("conditions").row(number)["residual"])
        return self._residuals[number]

    def technique(self, code: int) -> str:
        """Return the technique id behind a number of ``edge_technique``; ``""`` for structure."""
        return self.manifest.codes["edge_technique"][code]

    def edge_kind_code(self, kind: EdgeKind) -> int:
        """Return the number that ``edge_kind`` uses for a kind here; -1 when no edge has it."""
        names = self.manifest.codes["edge_kind"]
        return names.index(kind.value) if kind.value in names else -1

    # Credentials and documents

    @cached_property
    def credentials(self) -> pd.DataFrame:
        """Return the credentials table, one row a credential, by node id; columns as documented."""
        frame: pd.DataFrame = self.table("credentials").columns().to_pandas()
        return frame

    def credential(self, node_id: str) -> Credential | None:
        """Return the credential row of a credential node; None when it has none."""
        found = self._credentials_where("node", node_id)
        return found[0] if found else None

    def credentials_of(self, identity: str) -> tuple[Credential, ...]:
        """Return the credentials that authenticate as an identity, by node id."""
        return self._credentials_where("identity", identity)

    def credentials_with_public_id(self, public_id: str) -> tuple[Credential, ...]:
        """Return credentials by key id or other non-secret id; none for ``""``."""
        return self._credentials_where("public_id", public_id)

    def credentials_with_fingerprint(self, fingerprint: str) -> tuple[Credential, ...]:
        """Return credentials by fingerprint; none for ``""``."""
        return self._credentials_where("fingerprint", fingerprint)

    def document(self, digest: str) -> Mapping[str, Any]:
        """Return a policy document; raise ``GraphError`` when the digest is unknown."""
        position = self._document_rows.get(digest)
        if position is None:
            raise GraphError(f"snapshot {self.id} holds no document `{digest}`")
        body: Mapping[str, Any] = json.loads(self.table("documents").row(position)["body"])
        return body

    def document_uses(self, holder: str) -> tuple[DocumentUse, ...]:
        """Return the documents in force on a node, an OU or a root, by layer and label."""
        start, stop = self._use_ranges.get(holder, (0, 0))
        table = self.table("document_uses")
        return tuple(DocumentUse(**table.row(position)) for position in range(start, stop))

    # Tables for people

    def nodes_table(self) -> pd.DataFrame:
        """Return one row a node, by number; columns as documented for ``nodes.parquet``."""
        return node_frame(self.table("nodes").columns())

    def edges_table(self) -> pd.DataFrame:
        """Return one row an edge, by number, with ids, words and grant ids instead of numbers."""
        return edge_frame(
            edges=self.table("edges").columns(),
            node_ids=self.table("nodes").columns(["id"])["id"],
            grant_ids=self.table("grants").columns(["id"])["id"],
            grant_sets=self.table("grant_sets").columns(["grants"])["grants"],
        )

    # Inside

    def _grant(self, position: int) -> Grant:
        row = dict(self.table("grants").row(position))
        del row["grant"]
        return Grant(**row)

    @cached_property
    def _ids(self) -> tuple[Any, Any]:
        offsets, data = self._array("node_id_offsets"), self._array("node_id_bytes")
        if offsets.size != self.node_count + 1 or offsets[0] != 0 or offsets[-1] != data.size:
            raise SnapshotError(f"`{self.folder}` is damaged: node_id_offsets.npy does not fit node_id_bytes.npy")
        return offsets, data

    def _array(self, name: str) -> Any:
        return load_array(self.folder, name, self.manifest.files[f"{name}.npy"])

    def _grant_set(self, number: int) -> list[int]:
        members: list[int] = self.table("grant_sets").row(number)["grants"]
        return members

    @cached_property
    def _document_rows(self) -> dict[str, int]:
        digests = self.table("documents").columns(["digest"])["digest"].to_pylist()
        return {digest: position for position, digest in enumerate(digests)}

    @cached_property
    def _use_ranges(self) -> dict[str, tuple[int, int]]:
        ranges: dict[str, tuple[int, int]] = {}
        for position, holder in enumerate(self.table("document_uses").columns(["holder"])["holder"].to_pylist()):
            start, stop = ranges.get(holder, (position, position))
            if stop != position:
                raise SnapshotError(f"document_uses.parquet of `{self.folder}` is not sorted by holder")
            ranges[holder] = (start, position + 1)
        return ranges

    def _credentials_where(self, column: str, value: str) -> tuple[Credential, ...]:
        if not value:
            return ()
        import pyarrow.compute

        pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

        table = self.table("credentials").columns()
        rows = table.filter(pc.equal(table[column], arrow_text(value))).to_pylist()
        return tuple(Credential(**row) for row in rows)
