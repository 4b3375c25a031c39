"""Take grants out of imported tables and graphs, and disable identities in them.

Input: ``OtherRecords``, ``OpenGraphRecords`` and the id of a grant or node. Output: the records as they would be, or
``None`` where they do not show it.
Handled: stated grants, credentials and uses; steps of a graph. Not handled: what a graph says of who is enabled.
"""

from __future__ import annotations

from dataclasses import replace

from collectors.opengraph.records import OpenGraphRecords
from collectors.other.records import OtherRecords
from graph.edges.opengraph.links import edge_grant
from graph.edges.other.ids import credential_grant, grant_id, own_id, use_grant

__all__ = ["disable_other", "without_other_grant", "without_step"]


def without_other_grant(records: OtherRecords, wanted: str) -> OtherRecords | None:
    """Return the tables without a grant, a credential or a use."""
    changed = replace(
        records,
        grants=tuple(row for row in records.grants if grant_id(row.system, row.id) != wanted),
        credentials=tuple(row for row in records.credentials if credential_grant(row.system, row.id) != wanted),
        uses=tuple(
            row
            for row in records.uses
            if wanted
            not in {use_grant(row.system, row.consumer, used) for used in (row.identity, row.credential) if used}
        ),
    )
    return None if changed == records else changed


def without_step(records: OpenGraphRecords, wanted: str) -> OpenGraphRecords | None:
    """Return a graph without a step."""
    kept = tuple(row for row in records.edges if edge_grant(row) != wanted)
    return None if len(kept) == len(records.edges) else replace(records, edges=kept)


def disable_other(records: OtherRecords, node_id: str) -> OtherRecords | None:
    """Return the tables with an identity disabled; ``None`` when they have none of this id that is not."""
    changed = tuple(
        replace(row, active=False) if own_id(row.system, row.id) == node_id else row for row in records.identities
    )
    return None if changed == records.identities else replace(records, identities=changed)
