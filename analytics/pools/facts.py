"""Whether the consumers of a pool differ in account, environment, owner or deployment.

Input: node numbers. Output: ``Fact`` for each question: the values, and whether all are known.
Handled: many consumers at once, by codes. Not handled: guessing; a consumer without a stated value leaves it open.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.rules._context import RuleContext
from analytics.rules._environments import environments
from graph.arrays import Int32Array
from graph.snapshot import Snapshot

__all__ = ["Fact", "Facts"]

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """One property over all consumers."""

    same: bool | None
    """``None``: some consumer has no stated value and the others do not differ."""
    values: tuple[str, ...]
    """Sorted; cut."""
    count: int
    """How many different values there are."""
    without: int
    """Consumers of which nothing says."""

    @staticmethod
    def of(texts: Iterable[str]) -> Fact:
        """Return the fact of listed values; ``""``: not stated."""
        listed = list(texts)
        values = sorted(set(listed) - {""})
        without = listed.count("")
        same = False if len(values) > 1 else None if without or not values else True
        return Fact(same, tuple(values[:_SHOWN]), len(values), without)


@dataclass(slots=True)
class Facts:
    """Codes of every node, made once."""

    snapshot: Snapshot
    context: RuleContext
    _columns: dict[str, tuple[NDArray[np.int32], Sequence[str]]] = field(default_factory=dict)
    _shared: dict[tuple[str, tuple[int, ...]], tuple[Mapping[int, int], int]] = field(default_factory=dict)

    def environment(self, number: int) -> str:
        """Return the environment of one node; ``""``: none is stated."""
        return environments(self.snapshot, self.context).of(number)

    def fact(
        self,
        name: str,
        numbers: Sequence[int],
        shared: Int32Array,
        classes: tuple[int, ...],
        left_out: Sequence[int] = (),
    ) -> Fact:
        """Return one of ``account``, ``environment``, ``owner`` over consumers.

        Parameters
        ----------
        numbers
            Consumers one by one; none of them is in ``shared``.
        shared, classes
            Consumers through classes; what is known of one set of classes is worked out once.
        left_out
            Nodes of ``shared`` that are no consumers.
        """
        codes, texts = self._column(name)
        present, without = self._of_classes(name, shared, classes)
        less = Counter(codes[np.asarray(left_out, dtype=np.int64)].tolist())
        among = {code for code, count in present.items() if count > less[code]}
        own = codes[np.asarray(numbers, dtype=np.int64)] if len(numbers) else np.empty(0, dtype=np.int32)
        values = sorted({str(texts[code]) for code in {*among, *own[own >= 0].tolist()}})
        blank = without + int((own < 0).sum()) - less[-1]
        same = False if len(values) > 1 else None if blank or not values else True
        return Fact(same, tuple(values[:_SHOWN]), len(values), blank)

    def _of_classes(self, name: str, shared: Int32Array, classes: tuple[int, ...]) -> tuple[Mapping[int, int], int]:
        if not shared.size:
            return {}, 0
        key = (name, classes)
        if key not in self._shared:
            codes = self._column(name)[0][shared]
            found, counts = np.unique(codes[codes >= 0], return_counts=True)
            self._shared[key] = dict(zip(found.tolist(), counts.tolist(), strict=True)), int((codes < 0).sum())
        return self._shared[key]

    def _column(self, name: str) -> tuple[NDArray[np.int32], Sequence[str]]:
        if name not in self._columns:
            self._columns[name] = self._made(name)
        return self._columns[name]

    def _made(self, name: str) -> tuple[NDArray[np.int32], Sequence[str]]:
        if name == "environment":
            known = environments(self.snapshot, self.context)
            return known.code, known.names
        if name == "account":
            return _coded(self.snapshot.table("nodes").columns(["scope"])["scope"].to_pylist())
        attributes = self.snapshot.table("nodes").columns(["attributes"])["attributes"]
        return _coded(_owner(text) for text in attributes.to_pylist())


def _owner(attributes: str) -> str:
    if '"owner' not in attributes:
        return ""
    facts: dict[str, Any] = json.loads(attributes)
    return str(facts.get("owner") or facts.get("owner_tag") or "")


def _coded(texts: Iterable[str]) -> tuple[NDArray[np.int32], Sequence[str]]:
    places: dict[str, int] = {}
    codes = [places.setdefault(text, len(places)) if text else -1 for text in texts]
    return np.array(codes, dtype=np.int32), tuple(places)
