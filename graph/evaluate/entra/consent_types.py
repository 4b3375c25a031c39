"""What is asked about consent and what is answered.

Input: none (types only). Output: frozen dataclasses. Not handled: finding the answer; that is ``consent``.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.decision import ALWAYS, Residual
from graph.kinds import State

__all__ = ["ConsentAnswer", "Consenter", "Holder", "Verdict", "Wanted"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A permission that an application has or asks for."""

    api: str
    """Object id of the API's service principal."""
    permission: str
    """Its name."""
    application: bool = False
    """An app role; else a delegated permission."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody could consent to one permission."""

    wanted: Wanted
    state: State
    """``VERIFIED``: yes; ``UNVERIFIED``: not known, see ``note``; ``VOID``: no. Conditions stand on the holder."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may consent by one means."""

    principal: str
    """Object id of a user, service principal or group."""
    grants: tuple[str, ...]
    conditions: Residual = ALWAYS
    """What must come about first: an activation, and what it asks for."""


@dataclass(frozen=True, slots=True)
class Consenter:
    """One way of consenting, who has it, and what it covers."""

    means: str
    """``user consent``, the name of a role or of a permission of Microsoft Graph, or ``owner of the API``."""
    holders: tuple[Holder, ...]
    """Empty for ``user consent``: every member of the tenant that is no guest."""
    everybody: bool
    """The consent is for all users of the tenant; else for the one who consents."""
    policy: str
    """Id of the consent policy that it is held to; empty for none."""
    verdicts: tuple[Verdict, ...]

    @property
    def state(self) -> State:
        """Return whether everything that is wanted could be consented to so."""
        return min((each.state for each in self.verdicts), default=State.VOID)

    @property
    def some(self) -> State:
        """Return whether anything of it could."""
        return max((each.state for each in self.verdicts), default=State.VOID)


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """Who could consent to an application's permissions."""

    consenters: tuple[Consenter, ...]
    """Those who could consent to anything of it, or of whom that is not known."""
    group_owners: bool | None
    """Owners may consent to data of their own groups, teams or chats; ``None``: not known."""
    unknown: tuple[str, ...] = ()
    """Operations that were not looked at and could add to the answer."""
