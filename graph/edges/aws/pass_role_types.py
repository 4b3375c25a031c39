"""What a technique that passes a role is made of.

Input: none (types only). Output: ``Fresh``, ``Way``, ``PassedRole``. Not handled: which techniques there are
(``pass_role_table``).
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.decision import ALWAYS, Residual

__all__ = ["Fresh", "PassedRole", "Way"]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Actions that must all be allowed on one new resource of the caller's choosing."""

    actions: tuple[str, ...]
    form: str = "*"
    """ARN with ``{region}``, ``{account}``, ``{name}``; ``*``: the action knows no resource type."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to have the code started: every part of it."""

    parts: tuple[Fresh, ...]
    conditions: Residual = ALWAYS
    """What stays open in this way."""


@dataclass(frozen=True, slots=True)
class PassedRole:
    """A technique by which a role is passed to a service."""

    id: str
    service: str
    """Service principal that the role must trust and that ``iam:PassedToService`` names."""
    ways: tuple[Way, ...]
    """Any one is enough."""
    source: str = "*"
    """ARN form of what the service acts for, as ``aws:SourceArn`` shows it to the role's trust."""
    profile: bool = False
    """An instance profile must hold the role."""
    unless_profile: bool = False
    """No instance profile may hold the role: with one, another technique needs less."""
    role_needs: tuple[tuple[str, ...], ...] = ()
    """Sets of permissions of which the role itself must hold one; empty: none asked."""
    otherwise: Residual | None = None
    """What is open when the role holds none of them; ``None``: then it does not work."""
    existing: str = ""
    """What must exist already, by the names of ``pass_role_standing``."""
    trust_actions: tuple[str, ...] = ()
    """STS actions that the trust must allow beside ``sts:AssumeRole``."""
