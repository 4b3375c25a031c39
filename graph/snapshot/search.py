"""Find the nodes that a person may mean by a text.

Input: the nodes table and a text. Output: node numbers, the surest first.
Not handled: choosing among several; whoever asks shows the candidates.
"""

from __future__ import annotations

from typing import Any

from graph.snapshot.columns import arrow_text
from graph.snapshot.load import RowTable

__all__ = ["matching_nodes"]


def matching_nodes(nodes: RowTable, text: str, *, exact: bool) -> list[int]:
    """Return node numbers: equal id, then ``unique_id``, alias, name, then (unless ``exact``) those containing it.

    Each group is ascending and no number occurs twice. Reads four columns of every row.
    """
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

    if not text:
        return []
    wanted = arrow_text(text)
    columns = nodes.columns(["id", "name", "unique_id", "aliases"])
    aliases = columns["aliases"].combine_chunks()
    groups = [
        pc.indices_nonzero(pc.equal(columns["id"], wanted)),
        pc.indices_nonzero(pc.equal(columns["unique_id"], wanted)),
        pc.take(pc.list_parent_indices(aliases), pc.indices_nonzero(pc.equal(pc.list_flatten(aliases), wanted))),
        pc.indices_nonzero(pc.equal(columns["name"], wanted)),
    ]
    if not exact:
        partly = [pc.match_substring(columns[name], text, ignore_case=True) for name in ("id", "name")]
        groups.append(pc.indices_nonzero(pc.or_(*partly)))
    found: dict[int, None] = {}
    for group in groups:
        found.update(dict.fromkeys(group.to_pylist()))
    return list(found)
