"""Callers grouped by their answers to what a policy asks of them, so that no pair of caller and target is looked at.

Input: callers, and the open conditions of a trust or resource policy. Output: the conditions apart (about the caller,
about anything else), and for the former the groups of callers that pass, with what stays open for them.
Handled: each distinct question once, however many policies ask it; equality of a tag or ARN, and ARNs with a literal
beginning, look their callers up.
Not handled: policies that name principals (``Principal``, ``NotPrincipal``); those are decided pair by pair.
Complexity: distinct questions × the callers that could pass, never targets × callers.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.decision import Atom, Clause, Residual, Truth, merge_residuals
from graph.edges.aws.capability import PrincipalView
from graph.evaluate.aws.conditions import test_atom
from graph.evaluate.aws.context import request_context
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource

__all__ = ["Answer", "CallerQuestions", "about_caller", "caller_group", "has_variables", "split_question"]

_TAG, _ARN = "aws:principaltag/", "aws:principalarn"
_LITERAL = frozenset({"StringEquals"})
_PATTERN = frozenset({"StringEquals", "StringLike", "ArnEquals", "ArnLike"})
_WILDCARDS = ("*", "?")
_NAMED = frozenset({PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.ROOT})
"""Callers whose ``aws:PrincipalArn`` is their ARN."""
_NOBODY = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)
_VARIABLE = re.compile(r"\$\{([^},]*)[^}]*\}")
_Facts = tuple[tuple[str, str], ...]
_Question = tuple[str, Residual, _Facts]


def caller_group(view: PrincipalView) -> str:
    """Return account and kind: trust conditions such as MFA differ between users and roles."""
    return f"{view.account}/{view.principal.kind.value}"


def about_caller(residual: Residual) -> bool:
    """Return whether open conditions look at who calls."""
    return any(key_family(atom.key) is KeyFamily.PRINCIPAL for clause in residual for atom in clause)


def split_question(residual: Residual) -> tuple[Residual, Residual]:
    """Return the clauses that look at the caller, and the others."""
    asked = tuple(clause for clause in residual if about_caller((clause,)))
    return asked, tuple(clause for clause in residual if clause not in asked)


@dataclass(frozen=True, slots=True)
class Answer:
    """Callers of one account and kind that give one answer."""

    group: str
    """Starts with the ``caller_group`` of its members; ``groups_of`` tells who is in."""
    still_open: Residual


class CallerQuestions:
    """The callers of one build step and what they were asked.

    Parameters
    ----------
    views
        Everybody who may be asked.
    """

    def __init__(self, views: Iterable[PrincipalView]) -> None:
        self._views: defaultdict[str, list[PrincipalView]] = defaultdict(list)
        for view in views:
            self._views[caller_group(view)].append(view)
        self._members: dict[str, _Members] = {}
        self._answers: dict[_Question, tuple[Answer, ...]] = {}
        self._groups: defaultdict[str, list[str]] = defaultdict(list)

    def groups_of(self, view: PrincipalView) -> Sequence[str]:
        """Return account and kind, and the groups of every question that the caller passed."""
        return (caller_group(view), *self._groups.get(view.node, ()))

    def ask(self, account: str, kind: PrincipalKind, residual: Residual, resource: Resource) -> list[Answer]:
        """Return the groups of callers of an account and kind that pass.

        Parameters
        ----------
        residual
            Open conditions; those that do not look at the caller stay open in every answer.
        resource
            What is called, for variables such as ``${aws:ResourceTag/team}`` that it does not bear.

        Returns
        -------
        list
            Without a question about the caller the one group of all; else a group an outcome, none for callers who
            cannot pass.
        """
        asked, rest = split_question(residual)
        group = f"{account}/{kind.value}"
        if not asked:
            return [Answer(group, residual)]
        key = (group, asked, _facts(asked, resource))
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._sorted(key, resource)
        return [Answer(answer.group, merge_residuals([answer.still_open, rest])) for answer in found]

    def _sorted(self, question: _Question, resource: Resource) -> tuple[Answer, ...]:
        group, asked, facts = question
        names: dict[Residual, str] = {}
        for view in self._who_could_pass(group, asked):
            still_open = _answer(view, asked, resource)
            if still_open is None:
                continue
            if still_open not in names:
                digest = hashlib.sha256(repr((asked, facts, still_open)).encode()).hexdigest()[:16]
                names[still_open] = f"{group}?{digest}"
            self._groups[view.node].append(names[still_open])
        return tuple(Answer(name, still_open) for still_open, name in names.items())

    def _who_could_pass(self, group: str, asked: Residual) -> Sequence[PrincipalView]:
        members = self._members.get(group)
        if members is None:
            members = self._members[group] = _Members(self._views.get(group, ()))
        found: Sequence[PrincipalView] = members.views
        for clause in asked:
            fewer = members.passing(clause)
            if fewer is not None and len(fewer) < len(found):
                found = fewer
        return found


def has_variables(residual: Residual) -> bool:
    """Return whether open conditions hold a variable that the target leaves without a value."""
    return any("${" in value for clause in residual for atom in clause for value in atom.values)


def _facts(asked: Residual, resource: Resource) -> _Facts:
    """Return what is known of the target by the variables of a question; ``()`` where it has none."""
    if not has_variables(asked):
        return ()
    names = {
        name.strip().lower()
        for clause in asked
        for atom in clause
        for value in atom.values
        for name in _VARIABLE.findall(value)
    }
    context = request_context(Request(_NOBODY, "", resource, {}, frozenset()))
    return tuple((name, repr(context.detail(name))) for name in sorted(names))


def _answer(view: PrincipalView, asked: Residual, resource: Resource) -> Residual | None:
    """Return what stays open for one caller; ``None``: it cannot pass."""
    # Without an action: a key that the call does not carry was decided where the question came up.
    context = request_context(Request(view.principal, "", resource, dict(view.presents), frozenset()))
    clauses: list[Clause] = []
    for clause in asked:
        kept: list[Atom] = []
        for atom in clause:
            # What is not about the caller was decided, as far as it can be, where the question came up.
            decided = key_family(atom.key) is KeyFamily.PRINCIPAL
            truth = test_atom(atom, context) if decided else Truth.UNKNOWN
            if truth is Truth.TRUE:
                break
            if truth is Truth.UNKNOWN:
                kept.append(atom)
        else:
            if not kept:
                return None
            clauses.append(tuple(kept))
    return merge_residuals([tuple(clauses)])


class _Members:
    """Callers of one account and kind, looked up by what a clause wants."""

    def __init__(self, views: Sequence[PrincipalView]) -> None:
        self.views = sorted(views, key=lambda view: (view.principal.arn, view.node))
        self._arns = [view.principal.arn for view in self.views]
        self._arns_known = all(view.principal.kind in _NAMED and view.principal.arn for view in self.views)
        self._tagged: dict[str, dict[str, list[PrincipalView]]] = {}
        self._unclear = [view for view in self.views if _tags_unclear(view)]

    def passing(self, clause: Clause) -> list[PrincipalView] | None:
        """Return a superset of the callers that a clause lets pass; ``None``: all of them."""
        if len(clause) != 1:
            return None
        (atom,) = clause
        if any("$" in value for value in atom.values):
            return None
        if atom.key.startswith(_TAG) and _wants(atom, _LITERAL):
            by_value = self._by_value(atom.key.removeprefix(_TAG))
            found = [view for value in dict.fromkeys(atom.values) for view in by_value.get(value, ())]
            return [*found, *self._unclear]
        if atom.key == _ARN and _wants(atom, _PATTERN) and self._arns_known:
            spans = [self._span(value) for value in atom.values]
            places = {index for start, stop in spans for index in range(start, stop)}
            return [self.views[index] for index in sorted(places)]
        return None

    def _by_value(self, name: str) -> dict[str, list[PrincipalView]]:
        if name not in self._tagged:
            found: defaultdict[str, list[PrincipalView]] = defaultdict(list)
            for view in self.views:
                for key, value in (view.principal.tags or {}).items():
                    if key.lower() == name and not _tags_unclear(view):
                        found[value].append(view)
            self._tagged[name] = dict(found)
        return self._tagged[name]

    def _span(self, pattern: str) -> tuple[int, int]:
        cut = min((pattern.find(mark) for mark in _WILDCARDS if mark in pattern), default=-1)
        start = bisect_left(self._arns, pattern if cut < 0 else pattern[:cut])
        end = pattern + "\x00" if cut < 0 else pattern[:cut] + "\U0010ffff"
        return start, bisect_left(self._arns, end)


def _wants(atom: Atom, operators: frozenset[str]) -> bool:
    """Return whether an atom holds for one of its values alone: a positive test, or a negative one that must fail."""
    return atom.operator.replace("Not", "") in operators and ("Not" in atom.operator) is atom.negated


def _tags_unclear(view: PrincipalView) -> bool:
    """Return whether the tags are not known, or hold a key twice in different case, of which AWS does not say more."""
    tags = view.principal.tags
    return tags is None or view.principal.open_tags or len({key.lower() for key in tags}) < len(tags)
