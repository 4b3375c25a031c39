"""The facts of one identity that is asked about: the sweep's, and what only the question about it alone finds.

Input: a snapshot, the jewels, the subject, its facts of the sweep. Output: ``Facts``, of each the worse of both.
Handled: sequences of changes by several identities held together, which ``analytics.reach.blast_radius`` replays and
the sweep over everyone leaves out; identities whose policies nobody saw that are become on such ways.
Not handled: the estate, whose list keeps the sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from analytics.everyone import LEVELS
from analytics.jewels import Jewel
from analytics.reach import BlastRadius, blast_radius
from analytics.score import Facts
from analytics.score_unseen import unseen_identities
from analytics.subjects import Subject
from graph.arrays import IMPACT_CODES
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["asked_facts"]

_FULL = 1
_NO_CLASS = len(IMPACT_CODES)
Three = tuple[int, int, int]


def asked_facts(snapshot: Snapshot, treasure: Sequence[Jewel], subject: Subject, facts: Facts) -> Facts:
    """Return the facts of one identity, no better than the sweep's and no better than the question's.

    Parameters
    ----------
    treasure
        Jewels of the analysis.
    subject
        As the question about it resolves it.
    facts
        Of the sweep.
    """
    radius = blast_radius(snapshot, subject)
    control = _controlled(snapshot, radius)
    states = {row.id: row.state for row in radius.reaches} | control
    unseen = {snapshot.node_id(number) for number in unseen_identities(snapshot)}
    return replace(
        facts,
        worst=_worse(facts.worst, _classes(radius)),
        jewels=_more(facts.jewels, _counted(states.get(jewel.id, State.VOID) for jewel in treasure)),
        reached=_more(facts.reached, _counted(row.state for row in radius.reaches)),
        control=_more(facts.control, _counted(control.values())),
        unseen=max(facts.unseen, *(states[name] for name in unseen & states.keys()), State.VOID),
    )


def _controlled(snapshot: Snapshot, radius: BlastRadius) -> dict[str, State]:
    """Return the nodes that stand for full control, with the state at which the subject has it."""
    states = {row.scope: row.state for row in radius.admin_of}
    nodes = [snapshot.node(number) for number in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN).tolist()]
    scopes = {node.id: str(node.attributes.get("scope", node.id)) for node in nodes}
    return {name: states[scope] for name, scope in scopes.items() if scope in states}


def _classes(radius: BlastRadius) -> Three:
    """Return the worst class gained at each state or a surer one; 0 for none."""
    gained = [(row.state, IMPACT_CODES.index(row.impact)) for row in radius.reaches if row.impact]
    gained += [(row.state, _FULL) for row in radius.admin_of]
    first, second, third = (min((code for state, code in gained if state >= level), default=0) for level in LEVELS)
    return first, second, third


def _worse(one: Three, other: Three) -> Three:
    first, second, third = (min(a or _NO_CLASS, b or _NO_CLASS) % _NO_CLASS for a, b in zip(one, other, strict=True))
    return first, second, third


def _counted(states: Iterable[State]) -> Three:
    found = list(states)
    first, second, third = (found.count(level) for level in LEVELS)
    return first, second, third


def _more(one: Three, other: Three) -> Three:
    """Return counts by state of which as many are as sure as in either."""
    most = np.maximum(np.cumsum(one), np.cumsum(other))
    first, second, third = np.diff(most, prepend=0).tolist()
    return first, second, third
