"""Chains of delegation, each judged hop by hop and from end to end, ranked as one risk path.

Input: a snapshot; where chains begin, where they end, what was approved. Output: ``ChainsAnswer``.
Handled: sets are compared for chains that are shown only; equal comparisons once; conditions on a path that contradict
each other make it no path.
Not handled: enumeration of simple paths: the shortest chain of the best state stands for all between the same ends.
Bounded: ends, sources for each, chains that are judged, time; ``cut_by`` names every bound that was met.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np

from analytics.delegation.gain import Gain
from analytics.delegation.holders import Holder, Holders
from analytics.delegation.hops import Hop, Levels, delegating_edges, hops_of, members
from analytics.delegation.search import Candidate, Ends, Importance, candidates
from analytics.delegation.sets import PermissionSet
from analytics.delegation.verdicts import Bound, HopVerdict, Judge, Verdict
from analytics.holder import HeldLevels, held_levels, search
from analytics.subjects import Subject, question_time
from analytics.witness import Contradictions
from graph.arrays import CATEGORY_CODES
from graph.attacker import baseline, edge_levels
from graph.decision import ALWAYS
from graph.kinds import Category, Impact, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["LIMITS", "AddsUp", "Chain", "ChainsAnswer", "EndToEnd", "JudgedHop", "find_chains"]

PER_SOURCE: Final = 3
"""Chains of one source that are judged when no source is named."""
PER_END: Final = 8
"""Chains to one end that are kept when no end is named."""
LEAST_JUDGED: Final = 100
TIME_LIMIT: Final = 60.0
"""Seconds after which no further chain is judged: a comparison takes long where many resources have policies."""
LIMITS: Final = (
    "Of all ways between the same two ends the shortest of the best state is judged; other ways are not listed.",
    "Actions are compared on every text that can be a resource of the account, whether or not they act on such things.",
    "Conditions are compared as they are written: different ones are unprovable, though one may imply the other.",
    "Unless an end is named, chains within what was approved, and those whose last hop adds nothing, are left out.",
    "Changes of policies, groups, boundaries and trust are no hops; `nhi blast-radius` follows them.",
)
_PRIVILEGE: Final = CATEGORY_CODES.index(Category.PRIVILEGE)
_CLASSES: Final = tuple(impact.value for impact in Impact)


@dataclass(frozen=True, slots=True)
class JudgedHop:
    """A hop with its verdict."""

    hop: Hop
    verdict: HopVerdict


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """The last identity against what was approved."""

    bound: Bound
    approved: str
    """What it was compared with: ``stated``, or the id of the first identity."""
    gain: Gain
    reason: str


@dataclass(frozen=True, slots=True)
class AddsUp:
    """Everything that the members of a chain hold together against what was approved."""

    bound: Bound
    gain: Gain
    members: tuple[tuple[str, tuple[str, ...]], ...]
    """Each identity after the first with the classes of impact that it holds beyond what was approved."""
    only_together: bool
    """No single member has all the classes that they have together."""
    reason: str


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain."""

    source: str
    target: str
    state: State
    hops: tuple[JudgedHop, ...]
    end_to_end: EndToEnd
    adds_up: AddsUp
    full_control: tuple[str, ...]
    """Administrator nodes of the accounts that the last identity controls, or gives itself, and the first does not."""
    weakness: int
    """How little the first holds of its own: 0 full control, 1 to 11 its worst class, 12 none."""

    @property
    def widens(self) -> bool:
        """Return whether a hop surely gains something."""
        return any(row.verdict.verdict in (Verdict.WIDENED, Verdict.RESET_GAIN) for row in self.hops)

    @property
    def unprovable(self) -> int:
        """Return the number of hops of which nothing can be proven."""
        return sum(1 for row in self.hops if row.verdict.verdict is Verdict.UNPROVABLE)

    @property
    def worst(self) -> str:
        """Return the worst class that a hop gains; empty when none."""
        found = {row.verdict.gain.worst for row in self.hops} - {""}
        return min(found, key=_CLASSES.index, default="")

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """Return a key by which the worst chain comes first: what is gained, how surely, by whom, in how many hops."""
        classes = _CLASSES.index(self.worst) if self.worst else len(_CLASSES)
        gained = 2 if self.adds_up.bound is Bound.WITHIN else 0 if self.widens else 1 if self.unprovable else 2
        worst = 0 if self.full_control and self.widens else classes + 1
        return (gained, worst, -self.state, -self.weakness, len(self.hops))

    @property
    def idle(self) -> bool:
        """Return whether nobody needs to be told: all stays within what was approved, or the last hop adds nothing."""
        contained = self.hops[-1].verdict.verdict in (Verdict.RESET_CONTAINED, Verdict.NARROWED, Verdict.EQUAL)
        return contained or self.adds_up.bound is Bound.WITHIN


@dataclass(frozen=True, slots=True)
class ChainsAnswer:
    """Chains, worst first."""

    chains: tuple[Chain, ...]
    cut_by: tuple[str, ...]
    """Bounds that were met: ``ends``, ``sources``, ``per_source``, ``per_end``, ``judged``, ``time``,
    ``limit``."""
    judged: int
    verdicts: dict[str, int]
    """Hops of the judged chains by verdict."""


def find_chains(
    snapshot: Snapshot,
    *,
    source: Subject | None = None,
    target: Subject | None = None,
    approved: PermissionSet | None = None,
    min_hops: int = 2,
    limit: int = 25,
    least: State = State.UNVERIFIED,
    time_limit: float = TIME_LIMIT,
) -> ChainsAnswer:
    """Return the worst chains.

    Parameters
    ----------
    source
        Where they begin; ``None``: anywhere, under the baseline context.
    target
        Where they end; ``None``: at any identity.
    approved
        Envelope that they are held against; ``None``: what the first identity of each may do.
    min_hops
        Leave out chains of fewer hops.
    limit
        Chains to return.
    least
        Leave out chains of a lesser state.
    time_limit
        Seconds after which no further chain is judged; the first always is.

    Notes
    -----
    A search for each end (without a source), or one from the source; then a bounded number of comparisons of sets.
    """
    finder = _Finder(snapshot, source, target, least, min_hops)
    most = max(LEAST_JUDGED, 2 * limit)
    until = time.monotonic() + time_limit
    chains: list[Chain] = []
    cut: dict[str, None] = dict.fromkeys(finder.cut)
    taken: Counter[int] = Counter()
    ended: Counter[int] = Counter()
    judge = Judge(Holders(snapshot))
    judged = 0
    for candidate, path in finder.paths():
        hops = hops_of(snapshot, path, finder.levels_along(path))
        if len(hops) < min_hops:
            continue
        if source is None and taken[candidate.source] >= PER_SOURCE:
            cut.setdefault("per_source")
            continue
        if source is None and target is None and ended[candidate.end] >= PER_END:
            cut.setdefault("per_end")
            continue
        if judged >= most:
            cut.setdefault("judged")
            break
        if judged and time.monotonic() > until:
            cut.setdefault("time")
            break
        judged += 1
        chain = _judged(snapshot, judge, hops, source, approved, finder.importance)
        if source is None and target is None and chain.idle:
            continue
        taken[candidate.source] += 1
        ended[candidate.end] += 1
        chains.append(chain)
    chains.sort(key=lambda chain: (*chain.rank, chain.source, chain.target))
    if len(chains) > limit:
        cut.setdefault("limit")
    verdicts = Counter(row.verdict.verdict.value for chain in chains for row in chain.hops)
    return ChainsAnswer(tuple(chains[:limit]), tuple(cut), judged, dict(sorted(verdicts.items())))


class _Finder:
    """Finds paths worth judging."""

    def __init__(
        self, snapshot: Snapshot, source: Subject | None, target: Subject | None, least: State, min_hops: int
    ) -> None:
        self._snapshot = snapshot
        self._source, self._target = source, target
        self._least, self._min_hops = least, min_hops
        states = edge_levels(snapshot, baseline(question_time(snapshot)))
        self.importance = Importance(snapshot, states)
        to_control = target is not None and target.kind == NodeKind.SCOPE_ADMIN.value
        self._states = HeldLevels(delegating_edges(snapshot, states, own_changes=to_control), states, ())
        if source is not None:
            held = held_levels(snapshot, source)
            own, later = (delegating_edges(snapshot, part, own_changes=to_control) for part in (held.own, held.later))
            self._states = HeldLevels(own, later, held.held, held.shared)
        self._found: list[Candidate] = []
        self.cut: list[str] = []
        if source is None:
            self._everybody()
        else:
            self._from(source)

    def paths(self) -> Iterator[tuple[Candidate, tuple[int, ...]]]:
        """Yield candidates with a path whose conditions do not contradict each other, worst first."""
        check = Contradictions(self._snapshot, self._states.own)
        for candidate in self._found:
            path = check.consistent(candidate.edges)
            if path is not None:
                yield candidate, path

    def levels_along(self, path: Sequence[int]) -> Levels:
        """Return the state of each edge of a path."""
        return self._states.own if self._source is None else self._states.along(self._snapshot.arrays, path)

    def _everybody(self) -> None:
        levels = self._states.own
        ends = (
            Ends.worst(self._snapshot, self.importance, levels)
            if self._target is None
            else Ends(tuple(self._target.starts), False)
        )
        self._found, met = candidates(
            self._snapshot, ends, levels, self.importance, least=self._least, min_hops=self._min_hops
        )
        self.cut = list(met)

    def _from(self, source: Subject) -> None:
        arrays = self._snapshot.arrays
        found = search(self._snapshot, source, self._states)
        if self._target is None:
            wanted = members(self._snapshot) & (found.best >= self._least)
            wanted[list(self._states.held)] = False
            numbers = np.flatnonzero(wanted).tolist()
        else:
            numbers = [node for node in self._target.starts if found.best[node] >= self._least]
        rank = self.importance.rank
        for node in numbers:
            path = found.path_to(arrays, node)
            state = State(int(found.best[node]))
            self._found.append(Candidate(source.starts[0], node, state, int(rank[node]), 0, len(path), path))
        self._found.sort(key=lambda row: (row.rank, -row.state, row.hops, row.end))


def _judged(
    snapshot: Snapshot,
    judge: Judge,
    hops: Sequence[Hop],
    source: Subject | None,
    approved: PermissionSet | None,
    importance: Importance,
) -> Chain:
    def holder(node_id: str) -> Holder:
        return judge.holders.of(snapshot.node(snapshot.node_index(node_id)))

    rows: list[JudgedHop] = []
    chain = [holder(hops[0].source)]
    if source is not None and source.session is not None:
        limited = judge.holders.in_session(chain[0], source.session)
        session = Hop("SESSION_POLICY", chain[0].id, chain[0].id, "", (), (), ALWAYS, State.VERIFIED, ())
        rows.append(JudgedHop(session, judge.passed_on(chain[0], limited)))
        chain.append(limited)
    for hop in hops:
        chain.append(holder(hop.target))
        rows.append(JudgedHop(hop, judge.reset(chain[-2], chain[-1])))
    first, last = snapshot.node_index(hops[0].source), snapshot.node_index(hops[-1].target)
    control = {last} if snapshot.arrays.node_category[last] == _PRIVILEGE else importance.scopes.get(last, ())
    gained = set(control) - set(importance.scopes.get(first, ()))
    bounds = [_bound(judge, chain[0], each, approved) for each in chain[1:]]
    return Chain(
        source=source.id if source is not None and source.node is None else hops[0].source,
        target=hops[-1].target,
        state=min(hop.state for hop in hops),
        hops=tuple(rows),
        end_to_end=EndToEnd(bounds[-1][0], "stated" if approved is not None else chain[0].id, *bounds[-1][1:]),
        adds_up=_adds_up(chain[1:], bounds),
        full_control=tuple(snapshot.node_id(number) for number in sorted(gained)),
        weakness=int(importance.rank[first]),
    )


def _bound(judge: Judge, first: Holder, holder: Holder, approved: PermissionSet | None) -> tuple[Bound, Gain, str]:
    if approved is not None:
        return judge.beyond(holder, approved)
    found = judge.reset(first, holder)
    bounds = {Verdict.RESET_GAIN: Bound.EXCEEDS, Verdict.RESET_CONTAINED: Bound.WITHIN}
    return bounds.get(found.verdict, Bound.UNPROVABLE), found.gain, found.reason


def _adds_up(chain: Sequence[Holder], bounds: Sequence[tuple[Bound, Gain, str]]) -> AddsUp:
    """Return what all members have beyond the envelope: their union is within it when each of them is."""
    each = [frozenset(gain.by_class) & set(_CLASSES) for _, gain, _ in bounds]
    together = frozenset[str]().union(*each)
    kinds = {bound for bound, _, _ in bounds}
    return AddsUp(
        bound=next(bound for bound in (Bound.EXCEEDS, Bound.UNPROVABLE, Bound.WITHIN) if bound in kinds),
        gain=reduce(Gain.and_of, (gain for _, gain, _ in bounds)),
        members=tuple(
            (holder.id, tuple(name for name in _CLASSES if name in classes))
            for holder, classes in zip(chain, each, strict=True)
        ),
        only_together=bool(together) and together not in each,
        reason="; ".join(dict.fromkeys(reason for _, _, reason in bounds if reason)),
    )
