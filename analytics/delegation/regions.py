"""Regions of texts: all combinations of patterns that some text matches, each with a text that does, found exactly.

Input: ``*`` and ``?`` patterns and a language of texts. Output: ``Region`` rows: which patterns match, and examples.
Handled: every text of the language lies in exactly one region, however many texts there are; the product of all
patterns' automata is walked state by state, so that an empty combination is known to be empty.
Not handled: more than ``MAX_STATES`` states of the product; then ``TooManyError``, and the asker cannot tell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Final

from analytics.delegation.texts import Texts, TextState
from graph.evaluate.aws.globs import compile_glob

__all__ = ["MAX_STATES", "Needed", "Region", "TooManyError", "example_regions", "regions"]

MAX_STATES: Final = 60_000
"""States of the product of the patterns' automata that are walked before giving up."""
_EXAMPLES: Final = 40
"""Wished-for texts kept for a region."""
_FILLERS: Final = "xzqjwvkybdfghlmnopstuceria0123456789XYZABCDEFGHIJKLMNOPQRSTUVW_=+@%!~^<>"


Needed = tuple[tuple[int, ...], ...]
_Place = tuple[int, TextState]
"""Places in the patterns, and the state of the language."""
_Before = dict[_Place, tuple[_Place, str] | None]
"""How each place was reached first."""


class TooManyError(Exception):
    """A bound was met; nothing is known of what lies behind it."""


@dataclass(frozen=True, slots=True)
class Region:
    """All texts that match the same patterns."""

    matched: frozenset[int]
    """Places of the patterns that match."""
    text: str
    """A shortest one of its texts."""
    wished: tuple[str, ...]
    """Those of the wished-for texts that lie in it, in their order."""

    @property
    def example(self) -> str:
        """Return a wished-for text where there is one, else the shortest."""
        return self.wished[0] if self.wished else self.text


class _Automaton:
    """All patterns side by side, one bit a place: a step is a few operations on one large integer."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.start = 0
        self.loops = 0
        self.any = 0
        self.by_letter: dict[str, int] = {}
        self.accepting: dict[int, int] = {}
        """Bit of a pattern's last place to the pattern's number."""
        at = 0
        self.places: list[int] = []
        """By pattern the mask of its places."""
        for number, pattern in enumerate(patterns):
            first = at
            self.start |= 1 << at
            pieces = compile_glob(pattern).pieces
            for index, piece in enumerate(pieces):
                for token in piece:
                    if len(token) > 1:  # the mark of `?`: no literal is longer than one character
                        self.any |= 1 << at
                    else:
                        self.by_letter[token] = self.by_letter.get(token, 0) | 1 << at
                    at += 1
                if index < len(pieces) - 1:
                    self.loops |= 1 << at
            self.accepting[at] = number
            at += 1
            self.places.append((1 << at) - (1 << first))
        self.ends = sum(1 << place for place in self.accepting)
        self.letters = sorted(self.by_letter)

    def step(self, state: int, letter: str) -> int:
        """Return the places after one more character."""
        fitting = self.any | self.by_letter.get(letter, 0)
        return ((state & fitting) << 1) | (state & self.loops)

    def matched(self, state: int) -> frozenset[int]:
        """Return the patterns that match the text read so far."""
        found, rest = set(), state & self.ends
        while rest:
            bit = rest & -rest
            found.add(self.accepting[bit.bit_length() - 1])
            rest ^= bit
        return frozenset(found)

    def matched_by(self, text: str) -> frozenset[int]:
        """Return the patterns that match a text."""
        state = self.start
        for letter in text:
            state = self.step(state, letter)
        return self.matched(state)


@lru_cache(maxsize=4096)
def regions(
    patterns: tuple[str, ...],
    texts: Texts,
    wished: tuple[str, ...] = (),
    needed: Needed = (),
    limit: int = MAX_STATES,
) -> tuple[Region, ...]:
    """Return every combination of patterns that some text matches.

    Parameters
    ----------
    patterns
        Patterns without variables, folded where case does not count; no duplicates.
    texts
        The language that texts come from.
    wished
        Texts that are better examples than the shortest ones; those outside the language are left out.
    needed
        Groups of patterns, by place: leave out regions of texts that match no pattern of one of the groups.
    limit
        States to walk at most.

    Raises
    ------
    TooManyError
        The bound was met.

    Notes
    -----
    Texts of the combination of no pattern are a region as well, where there are any. Cost is the number of states of
    the product, which for prefixes and literals is their length in all.
    """
    automaton = _Automaton(patterns)
    other = next(filler for filler in _fillers() if filler not in automaton.by_letter and filler not in texts.letters)
    shortest: dict[frozenset[int], str] = {}
    masks = tuple(reduce(or_, (automaton.places[place] for place in group), 0) for group in needed)
    first = (automaton.start, texts.start)
    before: _Before = {first: None}
    waiting = deque([first])
    while waiting:
        here = waiting.popleft()
        places, state = here
        if texts.accepts(state):
            matched = automaton.matched(places)
            if matched not in shortest and _fits(matched, needed):
                shortest[matched] = _text(before, here)
        for letter in _telling(automaton, places, texts.telling(state), other):
            onward = texts.step(state, letter)
            if onward is None:
                continue
            after = (automaton.step(places, letter), onward)
            if after not in before and all(after[0] & mask for mask in masks):
                before[after] = (here, letter)
                waiting.append(after)
                if len(before) > limit:
                    raise TooManyError(f"more than {limit} states of {len(patterns)} patterns")
    better = _by_region(automaton, texts, wished)
    # A wished-for text lies in a region that the walk has found, or in one that is not wanted.
    return tuple(Region(matched, text, better.get(matched, ())) for matched, text in shortest.items())


def example_regions(
    patterns: tuple[str, ...], texts: Texts, wished: tuple[str, ...], needed: Needed = ()
) -> tuple[Region, ...]:
    """Return the regions of the wished-for texts alone: some of all regions, whatever the number of states."""
    found = _by_region(_Automaton(patterns), texts, wished)
    return tuple(
        Region(matched, examples[0], examples) for matched, examples in found.items() if _fits(matched, needed)
    )


def _fits(matched: frozenset[int], needed: Needed) -> bool:
    return all(any(place in matched for place in group) for group in needed)


def _telling(automaton: _Automaton, places: int, telling: str, other: str) -> Iterable[str]:
    """Yield the characters that make a difference here, and one that stands for all others."""
    yield from (letter for letter in automaton.letters if letter in telling or automaton.by_letter[letter] & places)
    yield from (letter for letter in sorted(set(telling)) if letter not in automaton.by_letter)
    yield other


def _fillers() -> Iterable[str]:
    yield from _FILLERS
    yield from (chr(number) for number in range(0xE000, 0xF8FF))  # no name holds these; any alphabet leaves one


def _text(before: _Before, at: _Place) -> str:
    letters = []
    while (step := before[at]) is not None:
        at, letter = step
        letters.append(letter)
    return "".join(reversed(letters))


def _by_region(automaton: _Automaton, texts: Texts, wished: Iterable[str]) -> dict[frozenset[int], tuple[str, ...]]:
    found: dict[frozenset[int], tuple[str, ...]] = {}
    for text in dict.fromkeys(wished):
        if not _in(texts, text):
            continue
        matched = automaton.matched_by(text)
        known = found.get(matched, ())
        if len(known) < _EXAMPLES:
            found[matched] = (*known, text)
    return found


def _in(texts: Texts, text: str) -> bool:
    state = texts.start
    for letter in text:
        onward = texts.step(state, letter)
        if onward is None:
            return False
        state = onward
    return texts.accepts(state)
