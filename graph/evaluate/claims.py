"""Conditions on claims of a token against what is known of the tokens of a source.

Input: a residual, an issuer as trusts spell it, claims. Output: ``holds`` for one test, ``narrowed`` for all of them.
Handled: string operators of AWS and Entra with ``IfExists``, ``Null``, denied tests; sets under ``ForAllValues`` and
``ForAnyValue``, of claims that have one value.
Not handled: other operators and values with policy variables (not known); conditions on anything but the issuer's
claims.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
(read 2026-11).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graph.decision import Atom, Clause, Residual, merge_residuals
from graph.evaluate.aws.globs import glob_matches

__all__ = ["claim_of", "holds", "narrowed", "narrowed_by"]

_EVERY, _SOME = "ForAllValues:", "ForAnyValue:"


def claim_of(atom: Atom, issuer: str) -> str:
    """Return the claim of an issuer's tokens that a test is about, in lower case; empty for any other test."""
    prefix, _, claim = atom.key.rpartition(":")
    return claim.lower() if prefix.rstrip("/").lower() == issuer.rstrip("/").lower() else ""


def holds(atom: Atom, issuer: str, claims: Mapping[str, str]) -> bool | None:
    """Return whether a test holds for a token; ``None`` where that is not known.

    Parameters
    ----------
    claims
        Values by claim in lower case; an empty one: no such token has the claim.
    """
    value = claims.get(claim_of(atom, issuer) or "\0")
    answer = None if value is None else _answer(atom, value)
    return None if answer is None else answer is not atom.negated


def _answer(atom: Atom, value: str) -> bool | None:
    for sets in (_EVERY, _SOME):
        if atom.operator.startswith(sets):
            operator = atom.operator.removeprefix(sets)
            return _single(operator, atom.values, value) if value else sets == _EVERY or operator.endswith("IfExists")
    return _single(atom.operator, atom.values, value)


def _single(operator: str, wanted: tuple[str, ...], value: str) -> bool | None:
    if operator == "Null":
        return ("false" if value else "true") in {each.lower() for each in wanted}
    if not value:
        # Where there is no such claim a test for something fails, and one against something holds.
        return operator.endswith("IfExists") or "Not" in operator
    if any("${" in each for each in wanted):
        return None
    plain = operator.removesuffix("IfExists")
    kind = plain.replace("Not", "")
    if kind == "StringEquals":
        same = value in wanted
    elif kind == "StringEqualsIgnoreCase":
        same = value.lower() in {each.lower() for each in wanted}
    elif kind == "StringLike":
        same = any(glob_matches(each, value) for each in wanted)
    else:
        return None
    return same is not ("Not" in plain)


def narrowed(residual: Residual, issuer: str, claims: Mapping[str, str]) -> Residual | None:
    """Return what is left of conditions for a token with these claims; ``None`` where it cannot meet them."""
    return narrowed_by(residual, lambda atom: holds(atom, issuer, claims))


def narrowed_by(residual: Residual, decide: Callable[[Atom], bool | None]) -> Residual | None:
    """Return what is left of conditions where some tests are decided; ``None`` where they cannot be met."""
    left: list[Clause] = []
    for clause in residual:
        answers = [(atom, decide(atom)) for atom in clause]
        if any(answer for _, answer in answers):
            continue
        open_ = tuple(atom for atom, answer in answers if answer is None)
        if not open_:
            return None
        left.append(open_)
    return merge_residuals([tuple(left)])
