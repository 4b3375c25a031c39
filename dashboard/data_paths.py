"""Ways between two ends as the path page reads them, cached.

Input: the chosen snapshot, what is asked. Output: ``PathsTold``; ``Blind`` where no way was found.
Handled: names, kinds and grants are looked up for the nodes of the ways alone, never for a whole estate.
Not handled: the search (``analytics.paths``); errors, which ``dashboard.data`` shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from analytics.ends import end_name
from analytics.hops import Hop, HopReader
from analytics.paths import By, find_paths
from analytics.subjects import Subject, resolve_subject
from analytics.systems import System, Systems
from dashboard import data
from dashboard.blind_spots import Blind, blind_spots
from dashboard.frames import grants_by_id
from graph.kinds import State
from graph.model import Grant
from graph.snapshot import Snapshot

__all__ = ["Box", "PathAsked", "PathsTold", "ToldWay", "ways"]


@dataclass(frozen=True, slots=True)
class PathAsked:
    """What the path page asks."""

    source: str
    target: str
    """WHO, or ``admin:SCOPE``."""
    stated: data.Stated = ()
    count: int = 3
    least: State = State.UNVERIFIED
    max_hops: int | None = None
    by: By = By.HOPS


@dataclass(frozen=True, slots=True)
class Box:
    """A node on a way."""

    name: str
    kind: str
    collected: bool
    is_node: bool
    """False for a token subject that somebody presents and no trust names."""


@dataclass(frozen=True, slots=True)
class ToldWay:
    """One way."""

    state: State
    cost: int
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class PathsTold:
    """The ways between two ends."""

    source: str
    """Node id, or the text of a token subject."""
    target: str
    context: str
    """Name of what the holder presents."""
    notes: tuple[str, ...]
    ways: tuple[ToldWay, ...]
    cut_by: str
    boxes: Mapping[str, Box]
    """Both ends and every node on a way, by id."""
    grants: Mapping[str, Grant]
    ends: tuple[System, System]
    blind: Blind | None
    """What could hide a way; ``None`` when there is one."""


@st.cache_data(max_entries=32, show_spinner="Looking for ways …")
def ways(at: data.Chosen, asked: PathAsked) -> PathsTold:
    """Return the ways, surest first, as ``nhi path`` finds them.

    Raises
    ------
    AnalyticsError
        An end names nothing, or several things.
    """
    with data.reading(at) as snapshot:
        source = resolve_subject(snapshot, end_name(snapshot, asked.source), stated=dict(asked.stated))
        target = resolve_subject(snapshot, end_name(snapshot, asked.target))
        answer = find_paths(
            snapshot, source, target, k=asked.count, max_hops=asked.max_hops, by=asked.by, least=asked.least
        )
        reader, systems = HopReader(snapshot), Systems(snapshot)
        found = tuple(ToldWay(row.state, row.cost, reader.hops(row.steps, source.id)) for row in answer.paths)
        ends = systems.of(source.id), systems.of(target.id)
        steps = [hop.step for way in found for hop in way.hops]
        return PathsTold(
            source.id,
            target.id,
            str(answer.context["name"]),
            answer.source.notes,
            found,
            answer.cut_by,
            _boxes(snapshot, (source, target), {end for step in steps for end in (step.source, step.target)}),
            grants_by_id(snapshot, sorted({grant for step in steps for grant in step.grants})),
            ends,
            None if found else blind_spots(snapshot, ends),
        )


def _boxes(snapshot: Snapshot, ends: tuple[Subject, Subject], node_ids: set[str]) -> Mapping[str, Box]:
    boxes = {end.id: Box(end.name, end.kind, True, False) for end in ends}
    for node_id in node_ids | {end.id for end in ends if end.node is not None}:
        node = snapshot.node(snapshot.node_index(node_id))
        boxes[node_id] = Box(node.name, node.kind.value, node.collected, True)
    return boxes
