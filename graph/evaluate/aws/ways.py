"""Ways to be allowed: an OR of conjunctions of undecided conditions, with the statements that make each.

Input: statement matches. Output: ways joined by AND and OR, duplicates and dominated ones dropped.
Not handled: logic between different condition tests, but for a test and its own negation. An OR that is always true
as a whole stays a list of conditional ways: the error is towards "conditional".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from graph.decision import ALWAYS, Atom, Clause, Deciding, Residual, merge_residuals
from graph.evaluate.aws.compare import NEGATED
from graph.evaluate.aws.conditions import NOT_UNDERSTOOD
from graph.evaluate.aws.document import parse_operator

__all__ = ["CERTAIN", "LIMIT", "Way", "all_of", "any_of", "satisfiable", "simplify"]

LIMIT: Final = 256
"""Most ways kept at any point; shorter ones first. More make the answer incomplete, which callers note."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which layers allow a request."""

    residual: Residual
    """What must hold; ``()`` always holds."""
    deciding: tuple[Deciding, ...] = ()
    """The statements that allow."""


CERTAIN: Final = Way(ALWAYS)


def any_of(ways: Iterable[Way]) -> tuple[Way, ...]:
    """Join ways by OR: a way that asks for all that another asks for and more is dropped."""
    ways = tuple(ways)
    if len(ways) < 2:
        return ways
    kept: list[tuple[frozenset[Clause], Way]] = []
    for way in sorted(ways, key=lambda way: (len(way.residual), way.residual)):
        clauses = frozenset(way.residual)
        if not any(other <= clauses for other, _ in kept):
            kept.append((clauses, way))
            if not clauses:
                break
    return tuple(way for _, way in kept[:LIMIT])


def all_of(parts: Sequence[Sequence[Way]]) -> tuple[Way, ...]:
    """Join layers by AND: every combination of one way of each, pruned after each layer."""
    joined: tuple[Way, ...] = (CERTAIN,)
    for part in parts:
        joined = any_of(
            Way(merge_residuals([left.residual, right.residual]), left.deciding + right.deciding)
            for left in joined
            for right in part
        )
        if not joined:
            return ()
    return joined


def _subject(atom: Atom) -> tuple[str, str, tuple[str, ...], bool]:
    """Return what an atom tests and with which sign, so that a test and its negation share the first three."""
    quantifier, operator, if_exists = parse_operator(atom.operator)
    sign = atom.negated
    if operator in NEGATED and not quantifier and not if_exists:
        # Without a suffix a negated operator is the exact opposite, absent keys included.
        return atom.key, NEGATED[operator], atom.values, not sign
    return atom.key, atom.operator, atom.values, sign


def simplify(residual: Residual) -> Residual | None:
    """Use the clauses of one atom to shorten the others.

    Returns
    -------
    Residual or None
        ``None`` when the clauses contradict each other.
    """
    units = {_subject(clause[0]) for clause in residual if len(clause) == 1 and clause[0].operator != NOT_UNDERSTOOD}
    for key, operator, values, sign in units:
        if (key, operator, values, not sign) in units:
            return None
    if not units:
        return residual
    shorter: set[Clause] = set()
    for clause in residual:
        if len(clause) == 1:
            shorter.add(clause)
            continue
        left = []
        holds = False
        for atom in clause:
            key, operator, values, sign = _subject(atom)
            holds = holds or (key, operator, values, sign) in units
            if (key, operator, values, not sign) not in units:
                left.append(atom)
        if holds:
            continue
        if not left:
            return None
        shorter.add(tuple(left))
    result = tuple(sorted(shorter))
    return result if result == residual else simplify(result)


def satisfiable(residual: Residual) -> bool:
    """Tell whether every clause has an atom that something presented could make true."""
    return all(any(atom.operator != NOT_UNDERSTOOD for atom in clause) for clause in residual)
