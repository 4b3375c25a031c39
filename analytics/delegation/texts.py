"""Which texts can be an action, or the resource of an account, at all: small automata to walk beside patterns.

Input: one character at a time. Output: the next state, or ``None`` where no action or resource goes on like this.
Not handled: which actions and resources exist, and which resources an action takes; that needs the vendor's lists.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (six segments; the account may be empty)
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

__all__ = ["ActionTexts", "ResourceTexts", "TextState", "Texts"]

TextState = tuple[int, str]
"""Segment, and what must still be known of the text in it."""
_ACCOUNT: Final = 4
_SERVICE: Final = 2
_REGION: Final = 3
_LAST: Final = 5
_PREFIX: Final = "arn"
_FREE: Final = "\0"
"""Stands for a segment's text once it cannot be one of the texts that matter."""


_OWNED: Final = "!"
"""Mark of a service whose ARNs always carry an account."""
_PLAIN: Final = "/"
"""Mark of a service of which that holds and whose resources have no colon in their names."""
_PLAIN_SERVICES: Final = frozenset(["iam", "sts", "kms", "sqs", "ecr", "eks", "cloudtrail", "cloudformation"])
_OWNED_SERVICES: Final = frozenset(
    ("secretsmanager", "lambda", "sns", "logs", "rds", "states", "dynamodb", "kinesis", "ecs", "codebuild", "ses")
)
_WITH_ACCOUNT: Final = tuple(sorted(_OWNED_SERVICES | _PLAIN_SERVICES))
"""Services whose ARNs always carry the account (buckets, hosted zones, REST APIs, public images and documents do not).
AWS's own policies stand under the account ``aws``; no account owns them."""


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
        return ":" + _next_letters(state[1], (self.service,) if self.service else self.but)

    def accepts(self, state: TextState) -> bool:
        """Return whether service and name are complete."""
        return state[0] == 2


@dataclass(frozen=True, slots=True)
class ResourceTexts:
    """Resources that an account owns: ``*`` (an action without a resource) and ARNs with its number or with none.

    ARNs of some services always carry the account, so that an empty one is nobody's, and a ``*`` that stands for an
    account in a pattern cannot run over the colon behind it where names hold none (an IAM path that does is none).
    """

    account: str
    """Twelve digits; empty: any account."""

    @property
    def letters(self) -> frozenset[str]:
        """Return the characters that it tells apart."""
        return frozenset(":*" + _PREFIX + self.account + "".join(_WITH_ACCOUNT))

    @property
    def start(self) -> TextState:
        """Return the state before the first character."""
        return (0, "")

    def step(self, state: TextState, letter: str) -> TextState | None:
        """Return the state after one more character."""
        segment, seen = state
        if segment == _LAST:
            return self._rest(seen, letter)
        if segment == 0:
            return self._head(seen, letter)
        if segment == _SERVICE:
            return self._service(seen, letter)
        if segment == _ACCOUNT:
            return self._owner(seen, letter)
        if letter == ":":
            # A partition is never empty, a region may be; what is known of the service goes on to the account.
            if segment == _REGION:
                return (_ACCOUNT, seen)
            return (_SERVICE, "") if seen else None
        return (segment, seen if segment == _REGION else "+")

    def telling(self, state: TextState) -> str:
        """Return the characters that make a difference here."""
        segment, seen = state
        if segment == 0:
            return ":*" + _PREFIX
        if segment == _SERVICE and seen != _FREE:
            return ":" + _next_letters(seen, _WITH_ACCOUNT)
        if segment == _ACCOUNT and self.account:
            return ":" + _next_letters(seen.lstrip(_OWNED + _PLAIN), (self.account,))
        if segment == _LAST:
            return ":" if seen.startswith(_PLAIN) else ""
        return ":"

    def accepts(self, state: TextState) -> bool:
        """Return whether the text is ``*`` or an ARN with something behind the account."""
        return state in ((0, "*"), (_LAST, "+"), (_LAST, f"{_PLAIN}+"))

    @staticmethod
    def _head(seen: str, letter: str) -> TextState | None:
        if not seen and letter == "*":
            return (0, "*")
        if letter == ":":
            return (1, "") if seen == _PREFIX else None
        grown = seen + letter
        return (0, grown) if seen != "*" and _PREFIX.startswith(grown) else None

    @staticmethod
    def _service(seen: str, letter: str) -> TextState | None:
        if letter == ":":
            mark = _OWNED if seen in _OWNED_SERVICES else _PLAIN if seen in _PLAIN_SERVICES else ""
            return (_REGION, mark) if seen else None
        grown = seen + letter
        return (_SERVICE, grown if any(name.startswith(grown) for name in _WITH_ACCOUNT) else _FREE)

    def _owner(self, seen: str, letter: str) -> TextState | None:
        """Go on in the account; a mark in front of what was read says that it must not be empty."""
        digits = seen.lstrip(_OWNED + _PLAIN)
        mark = seen.removesuffix(digits)
        if letter == ":":
            complete = digits in (self.account, "+") if digits else not mark
            return (_LAST, mark if mark == _PLAIN else "") if complete else None
        grown = digits + letter if self.account else "+"
        fits = not self.account or self.account.startswith(grown)
        return (_ACCOUNT, mark + grown) if fits else None

    @staticmethod
    def _rest(seen: str, letter: str) -> TextState | None:
        if not seen.startswith(_PLAIN):
            return (_LAST, "+")
        return None if letter == ":" else (_LAST, f"{_PLAIN}+")


def _next_letters(seen: str, names: Iterable[str]) -> str:
    return "".join(sorted({name[len(seen)] for name in names if name.startswith(seen) and name != seen}))
