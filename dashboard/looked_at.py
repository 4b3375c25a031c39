"""What was looked at, as tables: by system, by operation, place by place.

Input: a ``Snapshot``. Output: one table of all rows of coverage, and tables that count it; words instead of codes.
Handled: 100,000 rows: ids are categories, counting is done by pandas, nothing is made per row but the first table.
Not handled: what an answer concludes from a call that was not made; rules and states do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.systems import Systems
from graph.arrays import TRAVERSABLE
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = [
    "JOINT_OUTCOMES",
    "NOT_SEEN",
    "OUTCOMES",
    "by_operation",
    "by_system",
    "joint_frame",
    "looked_at_frame",
    "outcome_counts",
    "places",
    "unverified_steps",
]

OUTCOMES: Mapping[str, str] = {
    "refused": "asked, and not permitted",
    "failed": "asked, and no usable answer came: throttled, cut off, or what it depends on was refused",
    "incomplete": "some calls were answered, others not",
    "skipped": "the collector left it out on purpose, and says why",
    "not made": "nobody asked, and the evidence does not hold it",
    "empty": "asked, and there is nothing",
    "read": "asked, and answered",
}
"""Every outcome, what hides most first, and what it means."""
NOT_SEEN = ("refused", "failed", "incomplete", "skipped", "not made")
"""Outcomes that hide something."""
_COLUMNS = ["source", "scope", "region", "operation", "presence", "calls", "objects", "permission", "lost", "reason"]
JOINT_OUTCOMES = ("matched", "unverified", "ambiguous", "impossible", "unmatched")


def looked_at_frame(snapshot: Snapshot) -> pd.DataFrame:
    """Return one row an operation and place, in the snapshot's order.

    Returns
    -------
    pandas.DataFrame
        ``source, system`` (its text), ``scope, region, operation, outcome`` (of ``OUTCOMES``), ``calls, objects,
        permission, lost, reason, guard`` (it could only take permission away) and ``ended_at`` (ISO 8601 or ``""``).
    """
    table = snapshot.table("coverage").columns([*_COLUMNS, "extra"])
    frame: pd.DataFrame = table.to_pandas()
    extras: dict[str, Mapping[str, Any]] = {text: json.loads(text or "{}") for text in frame["extra"].unique()}
    more = [extras[text] for text in frame.pop("extra")]
    frame["outcome"] = [
        _outcome(presence, str(extra.get("outcome", "")))
        for presence, extra in zip(frame.pop("presence"), more, strict=True)
    ]
    frame["guard"] = [bool(extra.get("guard")) for extra in more]
    frame["ended_at"] = [str(extra.get("ended_at", "")) for extra in more]
    told = pd.Series([str(extra.get("told", "")) for extra in more], index=frame.index, dtype=object)
    frame["reason"] = frame["reason"].where(frame["reason"] != "", told)
    systems = Systems(snapshot)
    pairs = frame[["source", "scope"]].drop_duplicates().itertuples(index=False)
    names = {(row.source, row.scope): systems.scoped(str(row.source), str(row.scope)).text for row in pairs}
    frame["system"] = [names[pair] for pair in zip(frame["source"], frame["scope"], strict=True)]
    frame["outcome"] = pd.Categorical(frame["outcome"], list(OUTCOMES), ordered=True)
    for name in ("source", "system", "scope", "region", "operation", "permission", "lost"):
        frame[name] = frame[name].astype("category")
    return frame


def _outcome(presence: str, said: str) -> str:
    if presence == "failed":
        # A folder without a manifest holds the refusals alone, so that is what it is.
        return "failed" if said == "failed" else "refused"
    if presence == "absent":
        return "skipped" if said == "skipped" else "not made"
    return {"partial": "incomplete", "empty": "empty"}.get(presence, "read")


def outcome_counts(frame: pd.DataFrame) -> Mapping[str, int]:
    """Return the number of rows by outcome, in the order of ``OUTCOMES``; 0 where there is none."""
    counts = frame["outcome"].value_counts()
    return {outcome: int(counts.get(outcome, 0)) for outcome in OUTCOMES}


def by_system(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``system, source, scope, seen, refused, failed, incomplete, skipped, not made, calls, objects, ended_at``.

    One row a system, the one that hides most first; ``seen`` counts what was answered, ``ended_at`` is the newest time
    of a call (``""`` where none is told).
    """
    keys = ["source", "scope", "system"]
    rows = frame.groupby(keys, observed=True, sort=True)
    sums = rows.agg(calls=("calls", "sum"), objects=("objects", "sum"), ended_at=("ended_at", "max"))
    counts = frame.groupby([*keys, "outcome"], observed=True).size().unstack(fill_value=0)
    for outcome in OUTCOMES:
        sums[outcome] = counts[outcome] if outcome in counts.columns else 0
    sums["seen"] = sums["read"] + sums["empty"]
    ordered = sums.sort_values(["refused", "failed", "incomplete", "not made"], ascending=False, kind="stable")
    wanted = ["system", "source", "scope", "seen", *NOT_SEEN, "calls", "objects", "ended_at"]
    return ordered.reset_index()[wanted].reset_index(drop=True)


def by_operation(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``outcome, operation, source, places, systems, calls, objects, permission, lost, guard, reason``.

    One row an operation and outcome, what hides most first; ``places`` counts rows (system and region), ``reason`` is
    the first one told.
    """
    keys = ["outcome", "source", "operation"]
    if frame.empty:
        return pd.DataFrame(
            columns=["outcome", "operation", "source", "places", "systems", "calls", "objects", "permission", "lost",
                     "guard", "reason"]
        )  # fmt: skip
    found = frame.groupby(keys, observed=True, sort=True).agg(
        places=("scope", "size"),
        systems=("scope", "nunique"),
        calls=("calls", "sum"),
        objects=("objects", "sum"),
        permission=("permission", "first"),
        lost=("lost", "first"),
        guard=("guard", "first"),
        reason=("reason", lambda texts: next(filter(None, texts), "")),
    )
    return found.reset_index()


def places(frame: pd.DataFrame, operation: str, outcome: str, page: int, size: int) -> tuple[pd.DataFrame, int]:
    """Return one page of the places of an operation with an outcome, and how many there are.

    Parameters
    ----------
    page
        From 0.
    """
    rows = frame[(frame["operation"] == operation) & (frame["outcome"] == outcome)]
    wanted = ["system", "scope", "region", "calls", "objects", "reason", "ended_at"]
    return rows[wanted].iloc[page * size : (page + 1) * size].reset_index(drop=True), len(rows)


def joint_frame(snapshot: Snapshot) -> pd.DataFrame:
    """Return ``joint, of, matched, unverified, ambiguous, impossible, unmatched``, as the build counted."""
    rows = snapshot.manifest.facts.get("joints") or ()
    found = [
        {
            "joint": str(row["joint"]),
            "of": str(row.get("of", "")),
            **{word: int(row.get(word) or 0) for word in JOINT_OUTCOMES},
        }
        for row in rows
    ]
    return pd.DataFrame(found, columns=["joint", "of", *JOINT_OUTCOMES])


def unverified_steps(snapshot: Snapshot) -> tuple[int, int]:
    """Return how many steps of the graph are unverified at best, and how many steps there are."""
    steps = (np.asarray(snapshot.arrays.edge_flags) & TRAVERSABLE) != 0
    unsure = np.asarray(snapshot.arrays.edge_state) == int(State.UNVERIFIED)
    return int((steps & unsure).sum()), int(steps.sum())
