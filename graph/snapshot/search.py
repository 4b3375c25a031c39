"""Find the nodes that a person may mean by a text, and a grant by its id.

Input: the nodes or grants table and a text. Output: node numbers, the surest first; a row of grants.
Not handled: choosing among several; whoever asks shows the candidates.
"""

from __future__ import annotations

from typing import Any

from graph.snapshot.columns import arrow_text
from graph.snapshot.encode import utf8
from graph.snapshot.load import RowTable

__all__ = ["grant_place", "matching_nodes"]


def grant_place(grants: RowTable, grant_id: str) -> int:
    """Return the first row whose id is not before the given one in the order of UTF-8; reads a few row groups."""
    wanted = utf8(grant_id)
    low, high = 0, len(grants)
    while low < high:
        middle = (low + high) // 2
        if utf8(grants.cell(middle, "id")) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


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
