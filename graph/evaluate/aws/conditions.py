"""Evaluate the conditions of a statement, and say what stays undecided.

Input: condition tests and a request context. Output: ``Truth`` and the ``Residual`` of undecided tests.
Not handled: operators that AWS does not document; they are unknown, with an atom whose operator is ``?``.

Semantics: the tests of a statement are joined by AND, the values of a test by OR (for a negated operator: none of
them). A key that the request lacks makes a test false, a negated one true, ``…IfExists`` true, ``ForAllValues`` true
and ``ForAnyValue`` false; ``ForAnyValue`` and ``IfExists`` together are not documented. Several values without a set
operator are not documented: decided only if all values agree.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final

from graph.decision import ALWAYS, Atom, Clause, Residual, Truth
from graph.evaluate.aws.compare import NEGATED, compare, equals_pattern, is_text, takes_variables
from graph.evaluate.aws.context import ABSENT, UNKNOWN, Context, Known, OneOf, Shape
from graph.evaluate.aws.document import VARIABLES_SINCE, ConditionTest, parse_operator
from graph.evaluate.aws.globs import glob_covers, glob_matches, globs_intersect
from graph.evaluate.aws.variables import Substitution, substitute

__all__ = [
    "NOT_UNDERSTOOD",
    "RESOURCE_IN",
    "RESOURCE_NOT_IN",
    "ConditionOutcome",
    "evaluate_conditions",
    "negate",
    "negated_residual",
    "not_understood",
    "resource_truth",
    "test_atom",
    "test_truth",
]

NOT_UNDERSTOOD: Final = "?"
"""Operator of an atom that nothing a caller presents makes true."""
RESOURCE_IN: Final = "ResourceIn"
"""Operator of an atom whose values are a resource ARN and patterns with an unknown variable; ours, not a vendor's."""
RESOURCE_NOT_IN: Final = "ResourceNotIn"


@dataclass(frozen=True, slots=True)
class ConditionOutcome:
    """Result of the conditions of one statement."""

    truth: Truth
    residual: Residual = ALWAYS
    """The undecided tests as clauses of one atom; empty unless the truth is unknown."""


def not_understood(key: str, *texts: str) -> Atom:
    """Return an atom for something that the evaluator does not understand or did not see."""
    return Atom(key=key, operator=NOT_UNDERSTOOD, values=texts)


def evaluate_conditions(tests: Iterable[ConditionTest], context: Context) -> ConditionOutcome:
    """Evaluate tests joined by AND.

    Returns
    -------
    ConditionOutcome
        ``FALSE`` as soon as one test is false; else ``UNKNOWN`` with the undecided tests; else ``TRUE``.
    """
    undecided: set[Clause] = set()
    for test in tests:
        truth = test_truth(test, context)
        if truth is Truth.FALSE:
            return ConditionOutcome(Truth.FALSE)
        if truth is Truth.UNKNOWN:
            undecided.add((_atom(test, context),))
    if undecided:
        return ConditionOutcome(Truth.UNKNOWN, tuple(sorted(undecided)))
    return ConditionOutcome(Truth.TRUE)


def negate(atom: Atom) -> Atom:
    """Return the atom that holds when this one does not."""
    return Atom(atom.key, atom.operator, atom.values, not atom.negated, atom.provider)


def negated_residual(residual: Residual) -> Clause:
    """Return one clause that holds when a residual of one-atom clauses does not: at least one of its atoms fails."""
    return tuple(sorted({negate(atom) for clause in residual for atom in clause}))


def test_atom(atom: Atom, context: Context) -> Truth:
    """Evaluate an undecided atom in a context that knows more.

    Returns
    -------
    Truth
        ``UNKNOWN`` for an atom that is not understood, whatever the context.
    """
    if atom.operator == NOT_UNDERSTOOD:
        return Truth.UNKNOWN
    if atom.operator in (RESOURCE_IN, RESOURCE_NOT_IN):
        arn, *patterns = atom.values
        truth = resource_truth(patterns, arn, context)
        truth = ~truth if atom.operator == RESOURCE_NOT_IN else truth
    else:
        quantifier, operator, if_exists = parse_operator(atom.operator)
        truth = test_truth(
            ConditionTest(operator, if_exists, quantifier, atom.key, atom.values, VARIABLES_SINCE), context
        )
    return ~truth if atom.negated else truth


test_atom.__test__ = False  # type: ignore[attr-defined]  # the name is not a pytest test


def resource_truth(patterns: Iterable[str], arn: str, context: Context) -> Truth:
    """Tell whether an ARN matches any of the patterns of a Resource element, variables substituted."""
    result = Truth.FALSE
    for pattern in patterns:
        found = substitute(pattern, context)
        if found.complete:
            result |= Truth.of(glob_matches(found.pattern, arn))
        elif found.absent and not found.broken:
            continue
        elif glob_matches(found.widened, arn):
            result |= Truth.UNKNOWN
    return result


def test_truth(test: ConditionTest, context: Context) -> Truth:
    """Evaluate one test."""
    if not test.known:
        return Truth.UNKNOWN
    state = context.detail(test.key)
    if (state is UNKNOWN or isinstance(state, Shape)) and _matches_nothing(test, context):
        return Truth.FALSE
    if isinstance(state, OneOf):
        results = {_in_state(test, candidate, context) for candidate in state.candidates}
        return results.pop() if len(results) == 1 else Truth.UNKNOWN
    if isinstance(state, Shape):
        return _in_shape(test, state, context)
    return _in_state(test, state, context)


test_truth.__test__ = False  # type: ignore[attr-defined]


def _matches_nothing(test: ConditionTest, context: Context) -> bool:
    """Return whether a test is false whatever its key holds: every value needs a variable that has none."""
    if test.operator == "Null" or test.operator in NEGATED or test.if_exists or test.quantifier == "ForAllValues":
        return False
    if not all("${" in value for value in test.values):
        return False
    return all(_is_void(_expected(value, test, context)) for value in test.values)


def _is_void(expected: Substitution) -> bool:
    return bool(expected.absent) and not expected.broken


def _in_state(test: ConditionTest, state: Known, context: Context) -> Truth:
    if state is UNKNOWN:
        return Truth.UNKNOWN
    if test.operator == "Null":
        return _null(test, state is ABSENT)
    negated = test.operator in NEGATED
    empty = isinstance(state, tuple) and bool(test.quantifier) and not any(state)
    if state is ABSENT or empty:
        if test.if_exists and not empty:
            # IfExists makes an absent key true, ForAnyValue makes it false: the pages do not say which wins.
            return Truth.UNKNOWN if test.quantifier == "ForAnyValue" else Truth.TRUE
        if test.quantifier:
            return Truth.of(test.quantifier == "ForAllValues")
        return Truth.of(negated)
    assert isinstance(state, tuple)
    operator = NEGATED.get(test.operator, test.operator)
    expected = [_expected(value, test, context) for value in test.values]
    results = []
    for actual in state:
        hit = reduce(or_, (_hit(operator, negated, value, actual) for value in expected), Truth.FALSE)
        results.append(~hit if negated else hit)
    if test.quantifier == "ForAnyValue":
        return reduce(or_, results, Truth.FALSE)
    if test.quantifier == "ForAllValues" or len(results) == 1:
        return reduce(and_, results, Truth.TRUE)
    return results[0] if len(set(results)) == 1 else Truth.UNKNOWN


def _null(test: ConditionTest, is_absent: bool) -> Truth:
    wanted = {value.lower() for value in test.values}
    if not wanted <= {"true", "false"}:
        return Truth.UNKNOWN
    return Truth.of(("true" if is_absent else "false") in wanted)


def _expected(value: str, test: ConditionTest, context: Context) -> Substitution:
    return substitute(value, context) if takes_variables(test.operator) else Substitution(value, value)


def _hit(operator: str, negated: bool, expected: Substitution, actual: str) -> Truth:
    if expected.complete:
        return compare(operator, negated, expected.pattern, actual)
    if _is_void(expected):
        # AWS: a variable without a value matches nothing and "might" invalidate the statement: open when negated.
        return Truth.UNKNOWN if negated else Truth.FALSE
    if is_text(operator) and not glob_matches(_widened(operator, expected), _folded(operator, actual)):
        return Truth.FALSE
    return Truth.UNKNOWN


def _folded(operator: str, text: str) -> str:
    return text.lower() if operator.endswith("IgnoreCase") else text


def _widened(operator: str, expected: Substitution) -> str:
    """Return a pattern for all that a value with unknown variables could match; for ``StringEquals`` a wide one."""
    return _folded(operator, expected.widened)


def _in_shape(test: ConditionTest, shape: Shape, context: Context) -> Truth:
    """Evaluate against a present key of which only a pattern is known."""
    if test.operator == "Null":
        return _null(test, False)
    negated = test.operator in NEGATED
    operator = NEGATED.get(test.operator, test.operator)
    if not is_text(operator):
        return Truth.UNKNOWN
    known = _folded(operator, shape.pattern)
    hit = Truth.FALSE
    for value in test.values:
        expected = substitute(value, context)
        pattern = (
            expected.widened if operator == "StringLike" or not expected.complete else equals_pattern(expected.pattern)
        )
        pattern = _folded(operator, pattern)
        if expected.complete and glob_covers(pattern, known):
            hit = Truth.TRUE
        elif globs_intersect(pattern, known):
            hit |= Truth.UNKNOWN
    return ~hit if negated else hit


def _atom(test: ConditionTest, context: Context) -> Atom:
    """Describe an undecided test so that ``test_atom`` can decide it later."""
    values = [_expected(value, test, context) for value in test.values]
    if test.operator not in NEGATED:
        # What can match nothing is left out, as later contexts may not know the caller any more.
        values = [value for value in values if not _is_void(value)] or values
    state = context.detail(test.key)
    open_key = state is UNKNOWN or isinstance(state, (Shape, OneOf))
    if test.known and (open_key or any(value.unknown for value in values)):
        return Atom(test.key, test.name, tuple(value.pattern for value in values))
    return not_understood(test.key, test.name, *(value.pattern for value in values))
