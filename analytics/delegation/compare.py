"""Compare two effective permission sets exactly: what the target may do and the source may not.

Input: two ``PermissionSet``. Output: ``Comparison``: gained parts, parts of which nothing can be claimed, or neither.
Handled: the infinite languages of actions and resources, by regions (``regions``); Action and NotAction, Resource and
NotResource, denies, ceilings; conditions as variables (``terms``); IAM's rules of case.
Not handled: which resources an action takes, except that ``takes`` may be told for some actions: without the vendor's
lists an action on a resource that it does not take counts like any other.
Bounded: states of a region search, cells; a bound that was met gives an unknown part, never an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from analytics.delegation.regions import Region, TooManyError, example_regions, regions
from analytics.delegation.sets import ALWAYS, PermissionSet, Rule
from analytics.delegation.terms import Permission, Relation, Term, relation
from analytics.delegation.texts import ActionTexts, ResourceTexts, Texts
from graph.evaluate.aws.globs import glob_covers, glob_matches, globs_intersect, unescape
from graph.evaluate.aws.table import decision_table

__all__ = [
    "MAX_CELLS",
    "Comparison",
    "Gained",
    "Wishes",
    "action_classes",
    "compare",
    "resource_regions",
    "spoken",
]

MAX_CELLS: Final = 200_000
"""Pairs of a class of actions and a region of resources that are looked at before giving up."""
_REASONS: Final = 4
_QUICK: Final = 20_000
"""Pairs of patterns that a first look at two statements compares at most."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Examples that a reader knows, and what some actions act on."""

    actions: tuple[str, ...] = ()
    """Lower case; the ones whose gain is told apart."""
    resources: tuple[str, ...] = ()
    takes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By action: patterns of the resources that it acts on; an action that is missing acts on any."""


@dataclass(frozen=True, slots=True)
class Gained:
    """Actions that the target may do on some resources and the source may not."""

    actions: tuple[str, ...]
    """Examples, lower case; wished-for ones first."""
    resources: tuple[str, ...]
    """Examples, likewise."""
    said: tuple[str, ...]
    """Action patterns by which the target's allows speak of them, as written in lower case."""
    conditional: bool
    """The target needs conditions for it."""
    fitting: bool = False
    """The actions are wished-for ones and act on such resources; else nothing is known of what they act on."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one set has beyond another."""

    gained: tuple[Gained, ...] = ()
    """Sure gains: the source lacks them under every condition."""
    unknown: tuple[str, ...] = ()
    """Why nothing can be claimed of other parts; a few of the reasons."""

    @property
    def contained(self) -> bool:
        """Return whether everything that the target may do the source may do as well."""
        return not self.gained and not self.unknown


def compare(
    target: PermissionSet, source: PermissionSet, wishes: Wishes | None = None, apart: Sequence[str] = ()
) -> Comparison:
    """Return what the target has beyond the source.

    Parameters
    ----------
    target
        Its account says which resources are compared.
    source
        A set of another account gives nothing on them; one of no account is taken as it is written.
    wishes
        Examples to prefer.
    apart
        Patterns of resources that are left out, because their own policies decide as well.

    Notes
    -----
    Each class of actions, and for it each region of resources, is decided once; equal sets, and sets that take
    everything under the same limits, are recognized without that.
    """
    base = source if source.owner in ("", target.owner) else PermissionSet(target.owner, ())
    if _plainly_contained(target, base):
        return Comparison()
    return _Compared(target, base, wishes or Wishes(), tuple(apart)).result()


def _plainly_contained(target: PermissionSet, source: PermissionSet) -> bool:
    """Return whether containment shows at once: no allow beyond the source's, and no limit on it that is not shared."""
    return (
        set(source.ceilings) <= set(target.ceilings)
        and set(source.denies) <= set(target.denies)
        and (source.unlimited or all(_covered(rule, source.allows) for rule in target.allows))
    )


def _covered(rule: Rule, others: Sequence[Rule]) -> bool:
    """Return whether one of some allows surely speaks of all that an allow speaks of."""
    return rule in others or any(_covers(other, rule) for other in others)


def _covers(wide: Rule, narrow: Rule) -> bool:
    if wide.not_action or narrow.not_action or wide.not_resource or narrow.not_resource or not wide.term <= narrow.term:
        return False
    pairs = ((wide.actions, narrow.actions), (wide.resources, narrow.patterns))
    if any(len(outer) * len(inner) > _QUICK for outer, inner in pairs):
        return False
    return all(all(any(glob_covers(outer, inner) for outer in outers) for inner in inners) for outers, inners in pairs)


class _Compared:
    """One comparison while it is being made."""

    def __init__(self, target: PermissionSet, source: PermissionSet, wishes: Wishes, apart: tuple[str, ...]) -> None:
        self._sides = (target, source)
        self._rules = tuple(dict.fromkeys((*target.rules, *source.rules)))
        self._number = {rule: place for place, rule in enumerate(self._rules)}
        self._texts = ResourceTexts(target.owner)
        self._wishes = wishes
        self._apart = apart
        self._cells = 0

    def result(self) -> Comparison:
        gained: list[Gained] = []
        unknown: dict[str, None] = {}
        try:
            classes = action_classes(self._rules, self._wishes, self._target_may)
        except TooManyError as error:
            return Comparison((), (f"the comparison of actions was cut: {error}",))
        for (speaking, takes), actions in classes.items():
            try:
                for resources, found, target in self._decided(speaking, takes, unknown):
                    if found is Relation.GAIN:
                        said = spoken(self._sides[0].allows, actions)
                        gained.append(Gained(tuple(actions), resources, said, bool(target.variables), bool(takes)))
                    else:
                        unknown.setdefault(self._reason(actions, resources, target))
            except TooManyError as error:
                unknown.setdefault(f"the comparison was cut: {error}")
                break
        return Comparison(tuple(gained), tuple(unknown)[:_REASONS])

    def _target_may(self, speaking: frozenset[int]) -> bool:
        target = self._sides[0]
        return all(any(self._number[rule] in speaking for rule in layer) for layer in (target.allows, *target.ceilings))

    def _decided(
        self, speaking: frozenset[int], takes: tuple[str, ...], unknown: dict[str, None]
    ) -> Iterator[tuple[tuple[str, ...], Relation, Permission]]:
        """Yield example resources, how the sides stand to each other there, and what the target needs.

        Where there are too many regions, those of examples are decided all the same: a gain is a gain.
        """
        rules = [self._rules[place] for place in sorted(speaking)]
        allows = [rule for rule in self._sides[0].allows if self._number[rule] in speaking]
        needed = [takes] if takes else []
        if not any(rule.not_resource for rule in allows):
            needed.append(tuple(pattern for rule in allows for pattern in rule.patterns))
        try:
            found_regions = resource_regions(rules, self._texts, self._wishes, self._apart, needed)
        except TooManyError as error:
            unknown.setdefault(f"the comparison was cut: {error}")
            found_regions = resource_regions(rules, self._texts, self._wishes, self._apart, needed, examples=True)
        for matched, region in found_regions:
            if any(pattern in matched for pattern in self._apart):
                continue
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise TooManyError(f"more than {MAX_CELLS} classes of actions on regions of resources")
            target, source = (_permission(side, speaking, self._number, matched) for side in self._sides)
            found = relation(target, source)
            if found is not Relation.CONTAINED:
                yield (*region.wished, region.text), found, target

    @staticmethod
    def _reason(actions: Sequence[str], resources: Sequence[str], target: Permission) -> str:
        needs = sorted(variable.text for variable in target.variables)
        under = f", which needs {' and '.join(needs)}" if needs else ""
        return f"{actions[0]} on {resources[0]}{under}: whether the source may as well hangs on conditions"


def action_classes(
    rules: Sequence[Rule], wishes: Wishes, wanted: Callable[[frozenset[int]], bool]
) -> Mapping[tuple[frozenset[int], tuple[str, ...]], list[str]]:
    """Return actions by the rules that speak of them (their places) and by what they act on.

    Parameters
    ----------
    wanted
        Which classes to keep.

    Returns
    -------
    mapping
        Wished-for actions first, then one of each region; every action of a class would be decided alike. What a
        wished-for action acts on is told in the key; a region's own text stands for all actions and acts on anything.
    """
    free = frozenset(row.action.lower() for row in decision_table().without_permission)
    classes: defaultdict[tuple[frozenset[int], tuple[str, ...]], dict[str, None]] = defaultdict(dict)
    for patterns, region in _actions(rules, free, wishes.actions):
        matched = {patterns[place] for place in region.matched}
        if matched & free:
            continue
        speaking = frozenset(
            place
            for place, rule in enumerate(rules)
            if any(pattern in matched for pattern in rule.actions) != rule.not_action
        )
        if not wanted(speaking):
            continue
        for action in region.wished:
            classes[speaking, wishes.takes.get(action, ())].setdefault(action)
        classes[speaking, ()].setdefault(region.text)
    return {key: list(actions) for key, actions in classes.items()}


def _actions(
    rules: Sequence[Rule], free: Iterable[str], wished: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Region]]:
    """Yield the regions of actions, service by service, with the patterns that they are regions of."""
    patterns = dict.fromkeys(pattern for rule in rules for pattern in rule.actions)
    services: defaultdict[str, list[str]] = defaultdict(list)
    across = []
    for pattern in dict.fromkeys((*patterns, *free)):
        service, colon, _ = pattern.partition(":")
        if colon and not any(mark in service for mark in "*?$"):
            services[service].append(pattern)
        else:
            across.append(pattern)
    for service, own in services.items():
        here = (*own, *(pattern for pattern in across if globs_intersect(pattern, f"{service}:*")))
        mine = tuple(action for action in wished if action.startswith(f"{service}:"))
        yield from ((here, region) for region in regions(here, ActionTexts(service), mine))
    if across or any(rule.not_action for rule in rules):
        others = ActionTexts("", frozenset(services))
        yield from ((tuple(across), region) for region in regions(tuple(across), others, wished))


def resource_regions(
    rules: Iterable[Rule],
    texts: Texts,
    wishes: Wishes,
    more: Iterable[str] = (),
    needed: Iterable[Sequence[str]] = (),
    *,
    examples: bool = False,
) -> list[tuple[set[str], Region]]:
    """Return the regions of resources for some rules and further patterns, with the patterns that match.

    Parameters
    ----------
    needed
        Groups of patterns; every region of interest matches one of each group.
    examples
        Only the regions of wished-for texts and of texts that read like the patterns.
    """
    groups = [tuple(dict.fromkeys(group)) for group in needed]
    spoken_of = (pattern for rule in rules for pattern in rule.patterns)
    names = tuple(dict.fromkeys((*spoken_of, *more, *(name for group in groups for name in group))))
    place = {name: number for number, name in enumerate(names)}
    wanted = tuple(tuple(place[name] for name in group) for group in groups)
    wished = tuple(dict.fromkeys((*wishes.resources, *_filled(names))))
    search = example_regions if examples else regions
    return [({names[number] for number in region.matched}, region) for region in search(names, texts, wished, wanted)]


def spoken(allows: Iterable[Rule], actions: Iterable[str]) -> tuple[str, ...]:
    """Return how some allows speak of actions, as written in lower case."""
    found: dict[str, None] = {}
    for rule in allows:
        if not any(any(glob_matches(name, action) for name in rule.actions) != rule.not_action for action in actions):
            continue
        if rule.not_action:
            found.setdefault(f"any action but {', '.join(rule.actions)}")
            continue
        found.update((name, None) for name in rule.actions if any(glob_matches(name, action) for action in actions))
    return tuple(found)


def _permission(
    side: PermissionSet, speaking: frozenset[int], number: Mapping[Rule, int], matched: set[str]
) -> Permission:
    def terms(rules: Sequence[Rule]) -> tuple[Term, ...]:
        found: dict[Term, None] = {}
        for rule in rules:
            if number[rule] in speaking:
                found.update(dict.fromkeys(_terms(rule, matched)))
        return (ALWAYS,) if ALWAYS in found else tuple(found)

    return Permission(terms(side.allows), tuple(terms(layer) for layer in side.ceilings), terms(side.denies))


def _terms(rule: Rule, matched: set[str]) -> list[Term]:
    """Return the alternatives under which a rule that speaks of the action speaks of a resource."""
    sure = any(pattern in matched for pattern in rule.resources)
    waiting = [variable for wide, variable in rule.maybe if wide in matched]
    if not rule.not_resource:
        return [rule.term] if sure else [rule.term | {variable} for variable in waiting]
    if sure:
        return []
    # Not to match is a condition of its own; its opposite is never asked for, so a variable of its own will do.
    return [rule.term | {type(variable)(f"not {variable.text}", variable.unsure) for variable in waiting}]


def _filled(patterns: Sequence[str]) -> Iterator[str]:
    """Yield for each pattern a text that reads like it; whether it matches is for the asker to see."""
    for pattern in patterns:
        if pattern != "*":
            yield unescape(pattern.replace("*", "any").replace("?", "0") if "${" not in pattern else pattern)
