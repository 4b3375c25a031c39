"""The tables that people get: pandas frames of nodes and edges with words instead of numbers.

Input: Arrow tables of a snapshot. Output: pandas DataFrames.
Not handled: reading files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.kinds import State

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["edge_frame", "node_frame"]


def node_frame(nodes: pa.Table) -> pd.DataFrame:
    """Return nodes as they are stored, one row a node; ``attributes`` stays JSON text."""
    frame: pd.DataFrame = nodes.to_pandas()
    return frame


def edge_frame(
    edges: pa.Table, node_ids: pa.ChunkedArray, grant_ids: pa.ChunkedArray, grant_sets: pa.ChunkedArray
) -> pd.DataFrame:
    """Return edges, one row each.

    Returns
    -------
    pandas.DataFrame
        The columns of ``edges.parquet`` with ``source`` and ``target`` as node ids, ``state`` as its word, and a last
        column ``grants``: tuple of grant ids, shared between edges of one grant set.
    """
    import pyarrow.compute as pc

    frame: pd.DataFrame = edges.to_pandas()
    words = {int(state): state.word for state in State}
    ids = grant_ids.to_pylist()
    sets = [tuple(ids[grant] for grant in members) for members in grant_sets.to_pylist()]
    for end in ("source", "target"):
        frame[end] = pc.take(node_ids, edges[end]).to_pandas()
    frame["state"] = frame["state"].map(words)
    frame["grants"] = [sets[number] for number in frame["grant_set"]]
    return frame
