"""Session tags and the source identity of an AssumeRole call: whoever sets them needs a permission of its own.

Input: what a trust leaves open, one caller. Output: the permissions asked beside ``sts:AssumeRole``, and the ways to
have them.
Handled: ``aws:RequestTag/…``, ``aws:TagKeys``, ``sts:TransitiveTagKeys`` (``sts:TagSession``); ``sts:SourceIdentity``
(``sts:SetSourceIdentity``); conditions that a call without tags meets ask for nothing.
Not handled: an identity policy that asks for session tags of callers decided as a class; tags that a session inherits
(transitive ones) or that a token or an assertion brings.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html ("Permissions required to add session tags")
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html (read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from graph.decision import ALWAYS, Outcome, Residual, merge_residuals
from graph.edges.aws.capability import PrincipalView, capability, on_target, resolve_residual
from graph.edges.aws.layers import authorize_view, role_resource
from graph.edges.aws.trust import TrustLine
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.context import request_context
from graph.evaluate.aws.document import Effect, PolicyDocument
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource
from graph.kinds import State

__all__ = ["SessionWay", "asked_of_session", "decided_by_line", "session_residual", "session_ways"]

_TAG, _SOURCE = "sts:TagSession", "sts:SetSourceIdentity"
_KEYS: Final = {"aws:tagkeys": _TAG, "sts:transitivetagkeys": _TAG, "sts:sourceidentity": _SOURCE}
_CHOICES: Final = ((), (_TAG,), (_SOURCE,), (_TAG, _SOURCE))
_NOBODY: Final = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)

SessionWay = tuple[tuple[str, ...], Residual, State]
"""Grants, what stays open, and how sure it is."""


def _action_for(key: str) -> str:
    """Return the action that a caller needs to set a condition key; empty for any other key."""
    return _TAG if key.startswith("aws:requesttag/") else _KEYS.get(key, "")


def asked_of_session(residual: Residual) -> tuple[Residual, tuple[str, ...]] | None:
    """Return what stays open, and the fewest actions by which the caller can meet it; ``None``: never.

    Examples
    --------
    >>> asked_of_session(())
    ((), ())
    """
    keys = {atom.key for clause in residual for atom in clause if _action_for(atom.key)}
    if not keys:
        return residual, ()
    for actions in _CHOICES:
        absent = frozenset(key for key in keys if _action_for(key) not in actions)
        context = request_context(Request(_NOBODY, "", Resource(arn=""), {}, absent))
        found = resolve_residual(residual, context)
        if found is not None:
            return found, actions
    return None


def session_residual(document: PolicyDocument, residual: Residual) -> Residual | None:
    """Return what stays open for a caller whose own policies are not looked at; ``None``: the trust rules it out."""
    asked = asked_of_session(residual)
    if asked is None or not all(_allows(document, action) for action in asked[1]):
        return None
    return asked[0]


def _allows(document: PolicyDocument, action: str) -> bool:
    return any(item.effect is Effect.ALLOW and item.covers_action(action) for item in document.statements)


def decided_by_line(line: TrustLine, actions: Sequence[str]) -> bool:
    """Return whether the line's own statement lets every caller of the line have the actions, and no deny speaks."""
    return all(
        line.statement.covers_action(action)
        and not any(item.effect is Effect.DENY and item.covers_action(action) for item in line.document.statements)
        for action in actions
    )


def session_ways(
    world: AwsWorld, line: TrustLine, view: PrincipalView, asking: PrincipalView, residual: Residual
) -> list[SessionWay]:
    """Return the ways in which one caller meets what a trust line leaves open; empty: it cannot.

    Parameters
    ----------
    view
        The caller, for its grants.
    asking
        The caller as the call shows it: the same, or one session of it.
    """
    asked = asked_of_session(residual)
    if asked is None:
        return []
    ways: list[SessionWay] = [((), asked[0], State.VERIFIED)]
    for action in asked[1]:
        more = list(_allowed(world, line, view, asking, action))
        ways = [
            (tuple(sorted({*grants, *other})), merge_residuals([part, also]), min(state, sure))
            for grants, part, state in ways
            for other, also, sure in more
        ]
    return list(dict.fromkeys(ways))


def _allowed(
    world: AwsWorld, line: TrustLine, view: PrincipalView, asking: PrincipalView, action: str
) -> Iterator[SessionWay]:
    role = role_resource(world, line.role)
    rights = capability(view, action)
    context = target_context(role)
    own = [way.grants for way in rights.ways if on_target(way.slice, rights, line.role, context)] or [()]
    for statement in line.document.statements:
        if statement.effect is not Effect.ALLOW or not statement.covers_action(action):
            continue
        part = replace(line, statement=statement)
        decision = authorize_view(world, asking, action, role, policy=part.alone, mandatory=True)
        if decision.outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
            continue
        state = State.UNVERIFIED if decision.outcome is Outcome.UNVERIFIED else State.VERIFIED
        for open_part in decision.alternatives or (ALWAYS,):
            for grants in own:
                yield tuple(sorted({part.grant, *grants})), open_part, state
