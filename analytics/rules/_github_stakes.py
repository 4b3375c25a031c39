"""What a place where code runs leads to: full control of something, an identity of another system, or neither.

Input: ``RuleContext``. Output: ``Stake`` of any node and of a repository (the worst of its places), with words for it.
Handled: ways that hold at least under named conditions; ways that rest on missing evidence are told apart.
Not handled: data that an identity reads without being administrator; only full control raises a severity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from enum import IntEnum

import numpy as np

from analytics.rules._context import RuleContext
from analytics.rules._github import repository_of
from analytics.steps import called
from analytics.verdicts import Severity
from graph.arrays import BoolArray
from graph.engine import ReverseReach, reverse_reach
from graph.kinds import IDENTITY_KINDS, EdgeKind, NodeKind, State

__all__ = ["Stake", "Stakes", "stakes"]

_GITHUB_IDENTITIES = (NodeKind.GITHUB_ACTIONS_IDENTITY, NodeKind.GITHUB_APP)
_PLACES = (
    NodeKind.GITHUB_ACTIONS_IDENTITY,
    NodeKind.GITHUB_BRANCH,
    NodeKind.GITHUB_ENVIRONMENT,
    NodeKind.GITHUB_JOB,
)
_RAISED = {0: Severity.LOW, 1: Severity.LOW, 2: Severity.MEDIUM, 3: Severity.HIGH}


class Stake(IntEnum):
    """What a place leads to, little first."""

    NONE = 0
    UNKNOWN = 1
    """Only ways that rest on missing evidence."""
    IDENTITY = 2
    """An identity of another system."""
    ADMIN = 3
    """Full control of an account, a tenant, a subscription or an organization."""

    @property
    def severity(self) -> Severity:
        """Return how bad a way into such a place is."""
        return _RAISED[int(self)]


def stakes(context: RuleContext) -> Stakes:
    """Return the shared stakes of a context."""
    return context.shared("github stakes", lambda: Stakes(context))


class Stakes:
    """What every node leads to.

    Notes
    -----
    Three reverse searches for all nodes together.
    """

    def __init__(self, context: RuleContext) -> None:
        self._snapshot = snapshot = context.snapshot
        arrays = snapshot.arrays
        holds = np.asarray(context.levels >= State.CONDITIONAL)
        admins = snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN)
        direct = np.flatnonzero(holds & (arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.ADMIN_OF)))
        admins = np.union1d(admins, arrays.edge_source[direct][~self._people(context, arrays.edge_source[direct])])
        kinds = tuple(kind for kind in IDENTITY_KINDS if kind not in _GITHUB_IDENTITIES)
        others = snapshot.nodes_of_kind(*kinds)
        self._admin: ReverseReach = reverse_reach(arrays, admins.astype(np.int32), holds)
        self._identity: ReverseReach = reverse_reach(arrays, others, holds)
        perhaps = np.asarray(context.levels >= State.UNVERIFIED)
        self._perhaps: ReverseReach = reverse_reach(arrays, np.union1d(admins, others).astype(np.int32), perhaps)
        self._places: Mapping[str, tuple[int, ...]] = self._by_repository()

    @staticmethod
    def _people(context: RuleContext, numbers: np.ndarray) -> BoolArray:
        kinds = context.snapshot.manifest.codes["node_kind"]
        codes = [kinds.index(kind.value) for kind in (NodeKind.GITHUB_USER,) if kind.value in kinds]
        return np.isin(context.snapshot.arrays.node_kind[numbers], codes)

    def _by_repository(self) -> Mapping[str, tuple[int, ...]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number in self._snapshot.nodes_of_kind(*_PLACES).tolist():
            name = repository_of(self._snapshot.node_id(number))
            if name:
                found[name].append(number)
        return {name: tuple(numbers) for name, numbers in found.items()}

    def of_number(self, number: int) -> Stake:
        """Return what a node leads to."""
        if self._admin.hops[number] >= 0:
            return Stake.ADMIN
        if self._identity.hops[number] >= 0:
            return Stake.IDENTITY
        return Stake.UNKNOWN if self._perhaps.hops[number] >= 0 else Stake.NONE

    def of(self, node_id: str) -> Stake:
        """Return what a node leads to, by its id."""
        return self.of_number(self._snapshot.node_index(node_id))

    def _worst(self, repository: str) -> int | None:
        return max(self._places.get(repository, ()), key=self.of_number, default=None)

    def of_repository(self, repository: str) -> Stake:
        """Return the worst of what a repository's places lead to."""
        place = self._worst(repository)
        return Stake.NONE if place is None else self.of_number(place)

    def words(self, node_id: str) -> str:
        """Return what a node leads to in words, as the end of a sentence; ``""`` for nothing."""
        return self._words(self._snapshot.node_index(node_id))

    def words_of_repository(self, repository: str) -> str:
        """Return the same of the worst place of a repository."""
        place = self._worst(repository)
        return "" if place is None else self._words(place)

    def _words(self, number: int) -> str:
        stake = self.of_number(number)
        if stake is Stake.ADMIN:
            return f"leads to full control by way of {self._end(self._admin, number)}"
        if stake is Stake.IDENTITY:
            return f"becomes {self._end(self._identity, number)}"
        return ""

    def _end(self, reach: ReverseReach, number: int) -> str:
        return called(self._snapshot, self._snapshot.node_id(int(reach.target[number])))
