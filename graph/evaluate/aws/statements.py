"""Decide whether one statement applies to one request.

Input: a statement, a request and its context. Output: ``Truth`` with the residual, and the forms in which the principal
was named. Not handled: what follows from a statement that applies; see ``authorize``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from graph.decision import ALWAYS, Atom, Residual, Truth, merge_residuals
from graph.evaluate.aws.conditions import (
    RESOURCE_IN,
    RESOURCE_NOT_IN,
    evaluate_conditions,
    not_understood,
)
from graph.evaluate.aws.context import Context, Request
from graph.evaluate.aws.document import Statement
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.aws.matching import PrincipalMatch, not_principal_truth, principal_match, principal_matches
from graph.evaluate.aws.variables import substitute

__all__ = [
    "PrincipalMatch",
    "ResourcePatterns",
    "StatementMatch",
    "match_statement",
    "principal_match",
    "resource_patterns",
]


@dataclass(frozen=True, slots=True)
class StatementMatch:
    """How a statement relates to a request."""

    truth: Truth
    residual: Residual = ALWAYS
    """What is undecided, the principal included; empty unless the truth is unknown."""
    forms: Mapping[PrincipalMatch, Residual] = field(default_factory=dict)
    """For a statement with a Principal: each form in which it names the caller, with all that is undecided for it."""


_FALSE: Final = StatementMatch(Truth.FALSE)


@dataclass(frozen=True, slots=True)
class ResourcePatterns:
    """The patterns of a Resource or NotResource element after substitution."""

    patterns: tuple[str, ...]
    """Fully substituted."""
    undecided: tuple[str, ...] = ()
    """Patterns that hold a variable whose value is not known, as far as substituted."""
    widened: tuple[str, ...] = ()
    """For each undecided pattern one that matches whatever it could match."""
    keys: tuple[str, ...] = ()
    """Condition keys that the undecided patterns wait for."""
    absent: tuple[str, ...] = ()
    """Patterns with a variable that the request does not carry: they match nothing."""
    broken: tuple[str, ...] = ()
    """Patterns whose variable has several values, which AWS does not define."""


def resource_patterns(statement: Statement, context: Context) -> ResourcePatterns:
    """Substitute the variables in the resources of a statement.

    Returns
    -------
    ResourcePatterns
        Patterns in the order of the statement, by what could be said of them.
    """
    done: list[str] = []
    undecided: list[str] = []
    widened: list[str] = []
    keys: list[str] = []
    absent: list[str] = []
    broken: list[str] = []
    for pattern in statement.resources:
        found = substitute(pattern, context)
        if found.complete:
            done.append(found.pattern)
        elif found.broken:
            broken.append(pattern)
        elif found.absent:
            absent.append(pattern)
        else:
            undecided.append(found.pattern)
            widened.append(found.widened)
            keys += found.unknown
    return ResourcePatterns(tuple(done), tuple(undecided), tuple(widened), tuple(keys), tuple(absent), tuple(broken))


def _resource(statement: Statement, request: Request, context: Context) -> tuple[Truth, Atom | None]:
    if not statement.resources:
        # A trust policy has no Resource: it speaks of the role that holds it.
        return Truth.TRUE, None
    arn = request.resource.arn
    found = resource_patterns(statement, context)
    if any(glob_matches(pattern, arn) for pattern in found.patterns):
        return Truth.of(not statement.not_resource), None
    if found.broken or (found.absent and statement.not_resource):
        return Truth.UNKNOWN, not_understood("resource", *found.broken, *found.absent)
    waiting = tuple(
        pattern for pattern, wide in zip(found.undecided, found.widened, strict=True) if glob_matches(wide, arn)
    )
    if waiting:
        operator = RESOURCE_NOT_IN if statement.not_resource else RESOURCE_IN
        return Truth.UNKNOWN, Atom(found.keys[0], operator, (arn, *waiting))
    return Truth.of(statement.not_resource), None


def match_statement(
    statement: Statement, request: Request, context: Context, *, bounded: bool = False
) -> StatementMatch:
    """Match action, principal, resource and conditions of a statement with a request.

    Parameters
    ----------
    statement, request, context
        What is compared.
    bounded
        Whether the caller has a permissions boundary; matters to ``NotPrincipal`` denies only.
    """
    if not statement.covers_action(request.action):
        return _FALSE
    named: dict[PrincipalMatch, Atom | None] = {}
    if statement.principals is not None:
        if statement.principals.not_principal:
            truth, atom = not_principal_truth(statement.principals, request.principal, statement.effect, bounded)
            if truth is not Truth.FALSE:
                named = {PrincipalMatch.NOT_PRINCIPAL: atom}
        else:
            named = principal_matches(statement.principals, request.principal)
        if not named:
            return _FALSE
    truth, atom = _resource(statement, request, context)
    if truth is Truth.FALSE:
        return _FALSE
    outcome = evaluate_conditions(statement.conditions, context)
    if outcome.truth is Truth.FALSE:
        return _FALSE
    open_atoms = [atom] if atom is not None else []
    open_atoms += [not_understood("statement", problem) for problem in statement.problems]
    common = merge_residuals([outcome.residual, tuple((item,) for item in open_atoms)])
    if statement.principals is None:
        return StatementMatch(Truth.UNKNOWN if common else Truth.TRUE, common)
    forms = {form: common if wait is None else merge_residuals([common, ((wait,),)]) for form, wait in named.items()}
    residual = min(forms.values(), key=lambda found: (len(found), found))
    return StatementMatch(Truth.UNKNOWN if residual else Truth.TRUE, residual, forms)
