"""Read one file of a snapshot: a table whole or by row, an array memory-mapped; damage is named, never passed on.

Input: a snapshot folder and its manifest's records. Output: Arrow tables, rows as dictionaries, numpy arrays.
Not handled: what rows mean; ``graph.snapshot.read`` makes objects of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph.errors import SnapshotError
from graph.snapshot.disk import FileRecord, sha256_of
from graph.snapshot.schema import ARRAYS, arrow_schema, columns_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["HASHED_BELOW", "RowTable", "check_digest", "load_array"]

HASHED_BELOW = 8 * 2**20
"""Bytes: a file smaller than this is compared with its SHA-256 on first use, a larger one by ``Snapshot.verify``."""

_BLOCK = 64
"""Rows that become dictionaries together: more cost time where rows lie apart, fewer where all are asked for."""
_CACHED_BLOCKS = 16_384
_CACHED_GROUPS = 32


def check_digest(path: Path, record: FileRecord) -> None:
    """Raise ``SnapshotError`` when a file is not the one that the manifest lists."""
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise SnapshotError(f"`{path}` cannot be read: {error}") from error
    if digest != record.sha256:
        raise SnapshotError(f"`{path}` is damaged (SHA-256 differs from the manifest): build the snapshot again")


def load_array(folder: Path, name: str, record: FileRecord) -> NDArray[Any]:
    """Return one array of ``ARRAYS``, memory-mapped read-only.

    Raises
    ------
    SnapshotError
        The file is damaged, or not one-dimensional of the documented type.
    """
    path = folder / f"{name}.npy"
    if record.size < HASHED_BELOW:
        check_digest(path, record)
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise SnapshotError(f"`{path}` is damaged: {error}") from error
    if array.ndim != 1 or array.dtype != np.dtype(ARRAYS[name].dtype):
        raise SnapshotError(f"`{path}` is not a one-dimensional array of {ARRAYS[name].dtype}")
    return np.asarray(array)


class RowTable:
    """One Parquet file, read by column or by row.

    A row is looked up by decoding its row group and making dictionaries of the few rows around it; the last groups and
    rows are kept, so looking at one node never reads the whole table.
    """

    def __init__(self, folder: Path, table: str, record: FileRecord, rows: int) -> None:
        self._path = folder / f"{table}.parquet"
        self._table = table
        self._record = record
        self._rows = rows
        self._file: Any = None
        self._starts: list[int] = []
        self._groups: OrderedDict[int, pa.Table] = OrderedDict()
        self._blocks: OrderedDict[tuple[int, int], list[dict[str, Any]]] = OrderedDict()
        self._cells: OrderedDict[tuple[int, str], pa.ChunkedArray] = OrderedDict()

    def __len__(self) -> int:
        return self._rows

    def columns(self, names: Sequence[str] | None = None) -> pa.Table:
        """Return some columns (all when None) of every row, with the documented types."""
        return self._documented(lambda file, wanted: file.read(columns=wanted), names)

    def row(self, index: int) -> dict[str, Any]:
        """Return one row by its position."""
        group, place = self._place(index)
        block, place = divmod(place, _BLOCK)
        rows = self._blocks.get((group, block))
        if rows is None:
            rows = self._group(group).slice(block * _BLOCK, _BLOCK).to_pylist()
            _keep(self._blocks, (group, block), rows, _CACHED_BLOCKS)
        return rows[place]

    def cell(self, index: int, name: str) -> Any:
        """Return one value of a row; of its row group, no other column is read."""
        group, place = self._place(index)
        column = self._cells.get((group, name))
        if column is None:
            read = self._documented(lambda file, wanted: file.read_row_group(group, columns=wanted), [name])
            column = read[name]
            _keep(self._cells, (group, name), column, _CACHED_GROUPS)
        return column[place].as_py()

    def _place(self, index: int) -> tuple[int, int]:
        """Return the row group of a row and its place there."""
        if not 0 <= index < self._rows:
            raise IndexError(f"row {index} of {self._rows} in {self._table}")
        self._open()
        group = bisect_right(self._starts, index) - 1
        return group, index - self._starts[group]

    def rows(self) -> list[dict[str, Any]]:
        """Return every row; for the small tables."""
        rows: list[dict[str, Any]] = self.columns().to_pylist()
        return rows

    def _group(self, number: int) -> pa.Table:
        group = self._groups.get(number)
        if group is None:
            group = self._documented(lambda file, wanted: file.read_row_group(number, columns=wanted), None)
            _keep(self._groups, number, group, _CACHED_GROUPS)
        else:
            self._groups.move_to_end(number)
        return group

    def _open(self) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._file is None:
            if self._record.size < HASHED_BELOW:
                check_digest(self._path, self._record)
            try:
                file = pq.ParquetFile(self._path, page_checksum_verification=True)
            except (OSError, pa.ArrowException) as error:
                raise SnapshotError(f"`{self._path}` is damaged: {error}") from error
            metadata = file.metadata
            if metadata.num_rows != self._rows:
                raise SnapshotError(f"`{self._path}` holds {metadata.num_rows} rows, the manifest says {self._rows}")
            sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
            self._starts = list(accumulate(sizes[:-1], initial=0))
            self._file = file
        return self._file

    def _documented(self, read: Any, names: Sequence[str] | None) -> pa.Table:
        import pyarrow as pa

        wanted = list(columns_of(self._table)) if names is None else list(names)
        fields = arrow_schema(self._table)
        schema = pa.schema([fields.field(name) for name in wanted])
        file = self._open()
        try:
            table = read(file, wanted).select(wanted)
            if not table.schema.equals(schema):
                table = table.cast(schema)
        except (OSError, KeyError, pa.ArrowException) as error:
            raise SnapshotError(f"`{self._path}` is damaged or lacks a documented column: {error}") from error
        for name in wanted:
            if table[name].null_count:
                raise SnapshotError(f"`{self._path}` has empty values in column `{name}`")
        return table


def _keep(cache: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    cache[key] = value
    if len(cache) > most:
        cache.popitem(last=False)
