"""Hops of a way: each step with the systems of its ends, the joint where the system changes, what proves it.

Input: a snapshot and the steps of one way. Output: ``Hop`` rows in the order of the steps.
Handled: a token subject whose organization a pattern leaves open is taken to be in the system that the way comes from.
Not handled: finding the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.steps import Step
from analytics.systems import System, Systems
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["Hop", "HopReader", "systems_of", "vendors_of"]

_MOST_CALLS = 3
"""Calls named that could confirm a hop."""
_BY_GRANT: tuple[tuple[str, str], ...] = (
    ("declared:", "declared secret"),
    ("azure:identity:", "managed identity"),
    ("azure:role_assignment:", "Azure role assignment"),
    ("azure:role_eligibility:", "Azure role assignment"),
    ("azure:access_policy:", "vault access policy"),
    ("entra:service-principal:", "application of another tenant"),
    ("aws:trust:", "role trust"),
    ("aws:resource_policy:", "resource policy"),
)
"""Beginning of a grant's id, and the joint that it is."""
_BY_KIND: Mapping[str, str] = {
    EdgeKind.FEDERATES_INTO.value: "OIDC trust",
    EdgeKind.CAN_IMPERSONATE.value: "tokens of another system",
    EdgeKind.CONTROLS.value: "scope above",
    EdgeKind.CAN_ASSUME.value: "role trust",
    EdgeKind.RUNS_AS.value: "workload identity",
    EdgeKind.MEMBER_OF.value: "membership",
}


@dataclass(frozen=True, slots=True)
class Hop:
    """A step and where it happens."""

    step: Step
    source: System
    target: System
    crossing: str
    """The joint by which the way leaves a system: ``OIDC trust``, ``stored secret`` …; ``""`` within one system."""
    evidence: tuple[str, ...]
    """``file#pointer`` of the grants, then of the edge; of the ends where neither has one, and at a joint."""
    confirm: str
    """What would make an unverified hop sure or rule it out; ``""`` for other states."""

    def data(self) -> dict[str, Any]:
        """Return the step as ``nhi path`` tells it in JSON: as everywhere, and where it happens."""
        return {
            **self.step.data(),
            "source_system": self.source.id,
            "target_system": self.target.id,
            "crossing": self.crossing,
            "evidence": list(self.evidence),
            "confirm": self.confirm,
        }


class HopReader:
    """Reads hops of one snapshot; grants, systems and coverage are looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._systems = Systems(snapshot)
        self._missing: dict[str, list[Mapping[str, Any]]] | None = None

    def hops(self, steps: Sequence[Step], begin: str = "") -> tuple[Hop, ...]:
        """Return the hops of a way.

        Parameters
        ----------
        begin
            What the way begins at, where that is a token subject and no node.
        """
        found: list[Hop] = []
        for step in steps:
            asked = begin if begin.startswith(f"{step.source}/") and not found else step.source
            source = self._settled(self._systems.of(asked), found[-1].target if found else None)
            target = self._settled(self._systems.of(step.target), source)
            found.append(self._hop(step, source, target))
        return tuple(found)

    @staticmethod
    def _settled(system: System, before: System | None) -> System:
        """Return the system, or the one before where this one is that vendor as a whole."""
        return before if before is not None and not system.scope and before.source == system.source else system

    def _hop(self, step: Step, source: System, target: System) -> Hop:
        ends = self._node(step.source), self._node(step.target)
        crossing = _crossing(step, ends[0], ends[1]) if source.id != target.id else ""
        confirm = self._confirm(step, source, target, ends, crossing) if step.state is State.UNVERIFIED else ""
        return Hop(step, source, target, crossing, self._evidence(step, ends, crossing), confirm)

    def _node(self, node_id: str) -> Node | None:
        number = self._snapshot.find_id(node_id)
        return self._snapshot.node(number) if number is not None else None

    def _evidence(self, step: Step, ends: Sequence[Node | None], crossing: str) -> tuple[str, ...]:
        grants = [self._snapshot.grant(grant) for grant in step.grants]
        told = [grant.evidence for grant in grants if grant is not None] + [step.evidence]
        told = [each for each in told if each]
        if crossing or not told:
            # A joint is proven by what both systems say of its ends.
            more = [end.evidence for end in ends if end is not None and end.evidence]
            told += [place for place in more if not any(each.startswith(f"{place}/") for each in told)]
        return tuple(dict.fromkeys(told))

    def _confirm(self, step: Step, source: System, target: System, ends: Sequence[Node | None], crossing: str) -> str:
        found: list[str] = []
        for end, system in zip(ends, (source, target), strict=True):
            if end is not None and not end.collected:
                found.append(f"Collect {system.text}: {end.name or end.id} is only referred to.")
        if crossing in ("stored secret", "setting") or (ends[0] is not None and ends[0].category is Category.SECRET):
            found.append("Say in declared/secrets what it holds, or tag it with the id of the credential.")
        calls = [
            f"{row['operation']} ({row['permission']})" if row["permission"] else str(row["operation"])
            for system in dict.fromkeys((source, target))
            for row in self._not_looked_at(system)
        ]
        if calls:
            more = f" and {len(calls) - _MOST_CALLS} more" if len(calls) > _MOST_CALLS else ""
            found.append(f"Not looked at there, and may tell: {', '.join(calls[:_MOST_CALLS])}{more}.")
        return " ".join(found) or "No call that was left out would tell; read the grant where the evidence says it."

    def _not_looked_at(self, system: System) -> Sequence[Mapping[str, Any]]:
        """Return what was refused, cut off or not asked in a system, refused calls first."""
        if self._missing is None:
            self._missing = {}
            order = ("failed", "partial", "absent")
            rows = [row for row in self._snapshot.coverage if row["presence"] in order]
            for row in sorted(rows, key=lambda row: order.index(row["presence"])):
                self._missing.setdefault(f"{row['source']}:{row['scope']}".lower(), []).append(row)
        return self._missing.get(system.id.lower(), ())


def _crossing(step: Step, source: Node | None, target: Node | None) -> str:
    if step.kind == EdgeKind.FEDERATES_INTO:
        return _BY_KIND[step.kind]
    for head, word in _BY_GRANT:
        if any(grant.startswith(head) for grant in step.grants):
            return word
    if step.kind == EdgeKind.AUTHENTICATES_AS and source is not None:
        words = {Category.SECRET: "stored secret", Category.WORKLOAD: "setting"}
        return words.get(source.category, "credential of another system")
    if target is not None and target.source == "oidc":
        return "tokens that it issues"
    if target is not None and target.kind is NodeKind.ENTRA_MANAGED_IDENTITY and step.kind == EdgeKind.CONTROLS:
        return "managed identity"
    return _BY_KIND.get(step.kind, "permission in another system")


def systems_of(hops: Sequence[Hop]) -> tuple[System, ...]:
    """Return the systems that a way touches, each once, in order."""
    return tuple(dict.fromkeys(end for hop in hops for end in (hop.source, hop.target)))


def vendors_of(hops: Sequence[Hop]) -> tuple[str, ...]:
    """Return the head line of a way: vendors in order, named again when the way comes back."""
    found: list[str] = []
    for hop in hops:
        for word in (hop.source.vendor, hop.target.vendor):
            if not found or found[-1] != word:
                found.append(word)
    return tuple(found)
