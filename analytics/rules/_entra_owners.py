"""What owners of applications and groups gain by owning, and who the owners are.

Input: ``RuleContext``. Output: ``Gain``, ``OwnerReach``, owners of some kind by what they own.
Handled: an owner who has full control, or the same class of impact, anyway; one who would first activate a role.
Not handled: owners that are applications themselves (the paths show what they can do).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from analytics.rules._context import RuleContext
from analytics.rules._entra import Estate, class_rank, estate, rows_of, worst_class
from analytics.verdicts import Severity, Verdict
from graph.engine import ReverseReach, reverse_reach
from graph.kinds import NodeKind, State
from graph.model import Node

__all__ = ["GROUP_TECHNIQUE", "OWNER_TECHNIQUES", "Gain", "OwnedBy", "owned_by", "owner_reach", "owners_not_seen"]

OWNER_TECHNIQUES = ("entra-application-owner", "entra-serviceprincipal-owner", "entra-blueprint-owner")
GROUP_TECHNIQUE = "entra-group-owner"
_SEVERITY = {
    "H1": Severity.HIGH,
    "H2": Severity.HIGH,
    "H3": Severity.MEDIUM,
    "H4": Severity.MEDIUM,
    "H5": Severity.MEDIUM,
}


@dataclass(frozen=True, slots=True)
class Gain:
    """What somebody gains by owning."""

    what: str
    severity: Severity
    state: State = State.VERIFIED


@dataclass(frozen=True, slots=True)
class OwnedBy:
    """What is owned, who acts with it, and by which grants one owner owns it."""

    owner: Node
    acting: Node
    grants: tuple[str, ...]
    alone: bool
    """No other owner is in office."""


class OwnerReach:
    """Who reaches full control of anything, with and without the help of ownership."""

    def __init__(self, context: RuleContext) -> None:
        self._context, self._known = context, estate(context)
        snapshot, arrays, levels = context.snapshot, context.snapshot.arrays, context.levels
        names = snapshot.manifest.codes["edge_technique"]
        owning = [place for place, name in enumerate(names) if name in (*OWNER_TECHNIQUES, GROUP_TECHNIQUE)]
        other = ~np.isin(arrays.edge_technique, owning)
        ends = snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN)
        self._sure = reverse_reach(arrays, ends, levels >= State.VERIFIED)
        self._open = reverse_reach(arrays, ends, levels >= State.CONDITIONAL)
        self._else_sure = reverse_reach(arrays, ends, (levels >= State.VERIFIED) & other)
        self._else_open = reverse_reach(arrays, ends, (levels >= State.CONDITIONAL) & other)

    def worth(self, owned: Node) -> bool:
        """Return whether anything can be gained by owning it."""
        return bool(self._known.held_classes(owned)) or self._reaches(self._open, owned)

    def gain(self, owner: Node, owned: Node) -> Gain | None:
        """Return what an owner gains by acting as what it owns; ``None`` for nothing that it has not anyway."""
        if self._known.is_tenant_admin(owner) or self._reaches(self._else_sure, owner):
            return None
        later = self._reaches(self._else_open, owner)
        if self._reaches(self._sure, owned):
            return Gain("a way to full control", Severity.MEDIUM if later else Severity.HIGH)
        found = [self._class_gain(owner, owned)]
        if self._reaches(self._open, owned) and not later:
            found.append(Gain("a way to full control under conditions", Severity.MEDIUM, State.CONDITIONAL))
        return max((each for each in found if each is not None), key=lambda each: each.severity, default=None)

    def _class_gain(self, owner: Node, owned: Node) -> Gain | None:
        mine, its = worst_class(self._known.held_classes(owner)), worst_class(self._known.held_classes(owned))
        if class_rank(its) >= class_rank(mine):
            return None
        usual = _SEVERITY.get(its, Severity.LOW)
        eligible = worst_class(row["class"] for row in rows_of(owner, "role_grants") if row["eligible"])
        activates = class_rank(eligible) <= class_rank(its)
        return Gain(f"rights of class {its}", usual.raised(-1) if activates else usual)

    def _reaches(self, found: ReverseReach, node: Node) -> bool:
        return int(found.hops[self._context.snapshot.node_index(node.id)]) >= 0


def owner_reach(context: RuleContext) -> OwnerReach:
    """Return the shared answers of a context."""
    return context.shared("entra owner reach", lambda: OwnerReach(context))


def owned_by(known: Estate, wanted: Callable[[Node], bool]) -> Iterator[OwnedBy]:
    """Yield what users of some kind own, by who acts with it and by owner: application and service principal as one."""
    grants: dict[tuple[str, str], list[str]] = {}
    owners: dict[str, list[Node]] = {}
    for each in known.ownings:
        acting = known.identity_of(each.owned).id
        grants.setdefault((acting, each.owner.id), []).extend(each.grants)
        owners.setdefault(acting, []).append(each.owner)
    for (acting, owner), ids in sorted(grants.items()):
        node = known.by_id[owner]
        if node.kind is NodeKind.ENTRA_USER and wanted(node):
            others = [
                each for each in owners[acting] if each.id != owner and each.attributes.get("active") is not False
            ]
            yield OwnedBy(node, known.by_id[acting], tuple(sorted(set(ids))), not others)


def owners_not_seen(known: Estate) -> Iterator[Verdict]:
    """Yield a not-judged verdict for each tenant whose owners, or the users that they are, were not looked at."""
    for name in ("users", "applications.owners", "servicePrincipals.owners", "groups.owners"):
        yield from known.not_looked_at(name, "Who owns what is not known in full")
