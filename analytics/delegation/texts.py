"""Which texts can be an action, or the resource of an account, at all: small automata to walk beside patterns.

Input: one character at a time. Output: the next state, or ``None`` where no action or resource goes on like this.
Not handled: which actions and resources exist, and which resources an action takes; that needs the vendor's lists.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (six segments; the account may be empty)
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Protocol

__all__ = ["ActionTexts", "ResourceTexts", "TextState", "Texts"]

TextState = tuple[int, str]
"""Segment, and what must still be known of the text in it."""
_ACCOUNT: Final = 4
_LAST: Final = 5
_PREFIX: Final = "arn"
_FREE: Final = "\0"
"""Stands for a segment's text once it cannot be one of the texts that matter."""


class Texts(Hashable, Protocol):
    """A regular language of texts."""

    @property
    def letters(self) -> frozenset[str]:
        """Return the characters that it tells apart; all others are one to it."""
        ...

    @property
    def start(self) -> TextState:
        """Return the state before the first character."""
        ...

    def step(self, state: TextState, letter: str) -> TextState | None:
        """Return the state after one more character; ``None`` when no text of the language goes on so."""
        ...

    def telling(self, state: TextState) -> str:
        """Return the characters that make a difference here; all others are one."""
        ...

    def accepts(self, state: TextState) -> bool:
        """Return whether the text read so far is complete."""
        ...


@dataclass(frozen=True, slots=True)
class ActionTexts:
    """Actions, lower case: one service's, or those of every service but some."""

    service: str = ""
    """The service; empty: any."""
    but: frozenset[str] = frozenset()
    """Services left out when ``service`` is empty."""

    @property
    def letters(self) -> frozenset[str]:
        """Return the characters that it tells apart."""
        return frozenset(":" + self.service + "".join(self.but))

    @property
    def start(self) -> TextState:
        """Return the state before the first character."""
        return (0, "")

    def step(self, state: TextState, letter: str) -> TextState | None:
        """Return the state after one more character."""
        segment, seen = state
        if segment > 0:
            return None if letter == ":" else (2, "")
        if letter == ":":
            complete = seen == self.service if self.service else seen != "" and seen not in self.but
            return (1, "") if complete else None
        grown = seen + letter
        if self.service:
            return (0, grown) if self.service.startswith(grown) else None
        return (0, grown) if any(name.startswith(grown) for name in self.but) else (0, _FREE)

    def telling(self, state: TextState) -> str:
        """Return the characters that make a difference here."""
        if state[0] > 0 or state[1] == _FREE:
            return ":"
        names = (self.service,) if self.service else self.but
        return ":" + "".join(name[len(state[1])] for name in names if name.startswith(state[1]) and name != state[1])

    def accepts(self, state: TextState) -> bool:
        """Return whether service and name are complete."""
        return state[0] == 2


@dataclass(frozen=True, slots=True)
class ResourceTexts:
    """Resources that an account owns: ``*`` (an action without a resource) and ARNs with its number or with none."""

    account: str
    """Twelve digits; empty: any account."""

    @property
    def letters(self) -> frozenset[str]:
        """Return the characters that it tells apart."""
        return frozenset(":*" + _PREFIX + self.account)

    @property
    def start(self) -> TextState:
        """Return the state before the first character."""
        return (0, "")

    def step(self, state: TextState, letter: str) -> TextState | None:
        """Return the state after one more character."""
        segment, seen = state
        if segment == _LAST:
            return (_LAST, "+")
        if segment == 0:
            return self._head(seen, letter)
        if segment == _ACCOUNT and self.account:
            if letter == ":":
                return (_LAST, "") if seen in self._owners else None
            grown = seen + letter
            return (_ACCOUNT, grown) if any(owner.startswith(grown) for owner in self._owners) else None
        if letter == ":":
            # Partition and service are never empty; region and account may be.
            return None if segment in (1, 2) and not seen else (segment + 1, "")
        return (segment, "+")

    def telling(self, state: TextState) -> str:
        """Return the characters that make a difference here."""
        segment, seen = state
        if segment == 0:
            return ":*" + _PREFIX
        if segment == _ACCOUNT and self.account:
            return ":" + "".join(owner[len(seen)] for owner in self._owners if owner.startswith(seen) and owner != seen)
        return "" if segment == _LAST else ":"

    def accepts(self, state: TextState) -> bool:
        """Return whether the text is ``*`` or an ARN with something behind the account."""
        return state in ((0, "*"), (_LAST, "+"))

    @property
    def _owners(self) -> tuple[str, ...]:
        return ("", self.account)

    @staticmethod
    def _head(seen: str, letter: str) -> TextState | None:
        if not seen and letter == "*":
            return (0, "*")
        if letter == ":":
            return (1, "") if seen == _PREFIX else None
        grown = seen + letter
        return (0, grown) if seen != "*" and _PREFIX.startswith(grown) else None
