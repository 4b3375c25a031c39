"""Whether a principal may do several actions on at least one of the resources that an account has.

Input: a principal, actions, candidates. Output: alternatives of grants and open conditions, as ``fresh`` gives them for
a new resource. Complexity: principals with equal rights share one look at the candidates; the first resource that needs
nothing further ends it. Not handled: which of several resources was meant; any one serves.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from graph.decision import ALWAYS, Residual, merge_residuals
from graph.edges.aws.capability import MAX_ALTERNATIVES, Capability, PrincipalView, ResourceSlice, capability, on_target
from graph.edges.aws.classes import MAX_CHOICES, Candidates
from graph.edges.aws.fresh import Alternatives, minimal

__all__ = ["Existing"]


class Existing:
    """Resources of accounts, of which a technique needs one."""

    def __init__(
        self,
        actions: Sequence[str],
        candidates: Mapping[str, Candidates],
        stated: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._actions = tuple(actions)
        self._candidates = candidates
        self._stated = dict(stated or {})
        self._known: dict[object, tuple[tuple[tuple[str, ...], Residual], ...]] = {}

    def ways(self, view: PrincipalView) -> Alternatives:
        """Return how the principal may do every action on one of the resources of its account; empty: on none."""
        candidates = self._candidates.get(view.account)
        if not candidates or not all(view.may_allow(action) for action in self._actions):
            return []
        rights = [capability(view, action, self._stated) for action in self._actions]
        found: dict[tuple[tuple[str, ...], Residual], None] = {}
        for ways in itertools.islice(itertools.product(*(item.ways for item in rights)), MAX_CHOICES):
            slices = tuple(way.slice for way in ways)
            key = (view.account, slices, tuple(item.guard_key for item in rights))
            if key not in self._known:
                self._known[key] = _first(slices, rights, candidates)
            grants = {grant for way in ways for grant in way.grants}
            for more, residual in self._known[key]:
                found[tuple(sorted(grants | set(more))), residual] = None
        return minimal(found)


def _first(
    slices: Sequence[ResourceSlice], rights: Sequence[Capability], candidates: Candidates
) -> tuple[tuple[tuple[str, ...], Residual], ...]:
    """Return the first resource's grants when nothing stays open, else the alternatives of the first few."""
    found: dict[tuple[tuple[str, ...], Residual], None] = {}
    for target in candidates.within(slices[0]):
        options = [on_target(part, item, target.arn, target.context) for part, item in zip(slices, rights, strict=True)]
        for choice in itertools.product(*options):
            residual = merge_residuals([*choice, target.conditions])
            if residual == ALWAYS:
                return ((target.grants, ALWAYS),)
            if len(found) < MAX_ALTERNATIVES:
                found[target.grants, residual] = None
    return tuple(found)
