"""Conditions that Entra evidence leaves open, as atoms.

Input: names. Output: clauses of a ``Residual``.
Handled: times (decided by the time of the question), activation, approval, second factor, an account that is disabled,
a person who must sign in, a user that must be held as well, where a workload asks for its token from.
Not handled: conditional access of people; what a sign-in must present stays open where a step depends on it.

Every atom is a plain text equality, so that ``--context entra:activation=…`` states it like any other condition.
"""

from __future__ import annotations

from datetime import UTC, datetime

from graph.decision import Atom, Residual

__all__ = [
    "ACTIVATION",
    "APPROVAL",
    "CONTEXT",
    "ENABLED",
    "LOCATION",
    "MFA",
    "NO_SECOND_FACTOR",
    "NOW",
    "RISK",
    "USER_HELD",
    "USER_SIGN_IN",
    "WRITEBACK",
    "after",
    "open_condition",
    "until",
]

NOW = "nhi:currenttime"
"""The time of the question; ``graph.attacker`` states it."""
ACTIVATION = "entra:activation"
APPROVAL = "entra:approval"
CONTEXT = "entra:authentication-context"
MFA = "entra:mfa"
ENABLED = "entra:enabled"
LOCATION = "entra:location"
"""Name of the named location from which a token is asked for."""
RISK = "entra:service-principal-risk"
USER_SIGN_IN = "entra:user-sign-in"
USER_HELD = "entra:user-held"
NO_SECOND_FACTOR = "entra:no-second-factor"
WRITEBACK = "entra:password-writeback"


def open_condition(key: str, *values: str, operator: str = "StringEquals") -> Residual:
    """Return the condition that a key has one of some values."""
    return ((Atom(key, operator, tuple(values), provider="entra"),),)


def _text(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def until(time: datetime | None) -> Residual:
    """Return the condition that the question is asked before a time; none where there is no end."""
    return open_condition(NOW, _text(time), operator="DateLessThan") if time else ()


def after(time: datetime | None, as_of: datetime | None) -> Residual:
    """Return the condition that the question is asked after a time, where that time is known to be still to come.

    ``as_of`` is ``None`` where nothing tells when the evidence was true: what it lists has then begun.
    """
    if time is None or as_of is None or time <= as_of:
        return ()
    return open_condition(NOW, _text(time), operator="DateGreaterThanEquals")
