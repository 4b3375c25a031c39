"""Find credentials and ids in a text, in order, each once.

Input: text. Output: ``Sighting`` rows; their values stay in memory and have no part in ``repr``.
Handled: tokens of a published shape (``collectors.evidence.token_shapes``), AWS key and unique ids, GUIDs, certificate
thumbprints, certificates, ids and addresses of Azure.
Not handled: secrets without a shape of their own (a bare AWS secret key, a password): nothing tells them from any word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.leaks.aws_context import KEY_ID
from collectors.evidence.token_shapes import Match, find_tokens

__all__ = ["Form", "Sighting", "holds_secret", "sightings"]


class Form(StrEnum):
    """What kind of text was found; tokens are of the kind that ``token_shapes`` names."""

    TOKEN = "token"
    AWS_KEY = "aws key id"
    AWS_UNIQUE = "aws unique id"
    BEDROCK = "bedrock key"
    GUID = "guid"
    THUMBPRINT = "thumbprint"
    CERTIFICATE = "certificate"
    ARM_ID = "arm id"
    VAULT_SECRET = "key vault secret"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One credential or id in the text."""

    form: Form
    value: str = field(repr=False)
    start: int
    line: int
    alone: bool
    """The text is nothing else."""
    kind: str = ""
    """Kind of a token."""
    head: int = 0
    """How many first characters the vendor itself shows."""
    tail: int = 0

    @property
    def secret(self) -> bool:
        """Return whether whoever has the text can use it."""
        return self.form in (Form.TOKEN, Form.BEDROCK)


_NO_WORD = r"(?<![\w-])"
_PATTERNS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    (Form.AWS_KEY, KEY_ID),
    (Form.AWS_UNIQUE, re.compile(r"(?<![A-Z0-9])((?:AIDA|AROA|AGPA|AIPA|ANPA|APKA|ASCA)[A-Z0-9]{12,28})(?![A-Z0-9])")),
    (Form.BEDROCK, re.compile(r"(ABSK[A-Za-z0-9+/=]{20,400})")),
    (
        Form.CERTIFICATE,
        re.compile(r"(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s\\]{1,20000}-----END CERTIFICATE-----)"),
    ),
    (
        Form.VAULT_SECRET,
        re.compile(
            r"(https://[A-Za-z0-9-]{3,24}\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)"
            r"/secrets/[A-Za-z0-9-]{1,127})(?![A-Za-z0-9-])"
        ),
    ),
    (Form.ARM_ID, re.compile(_NO_WORD + r"(/subscriptions/[0-9a-fA-F-]{36}(?:/[\w.()-]+)*)", re.IGNORECASE)),
    (Form.GUID, re.compile(_NO_WORD + r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![\w-])")),
    (
        Form.THUMBPRINT,
        re.compile(
            r"(?<![\w:+/=-])("
            r"[0-9a-fA-F]{64}|[0-9a-fA-F]{40}"  # SHA-256 and SHA-1 as hexadecimal
            r"|(?:[0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{2}:){19}[0-9a-fA-F]{2}"  # as openssl prints them
            r"|[\w-]{43}|[\w-]{27}"  # as JSON Web Tokens carry them: x5t#S256 and x5t
            r")=?(?![\w:+/=-])"
        ),
    ),
)
_AWS = frozenset({Form.AWS_KEY, Form.AWS_UNIQUE, Form.BEDROCK})


def sightings(text: str) -> list[Sighting]:
    """Return what the text holds, in order, each value once; an id inside a token is no sighting of its own."""
    stripped = text.strip()
    lines = [match.start() for match in re.finditer("\n", text)]
    tokens = [_token(text, hit, lines, stripped) for hit in find_tokens(text)]
    spans = [(each.start, each.start + len(each.value)) for each in tokens]
    found = [*tokens, *_ids(text, spans, lines, stripped)]
    if any(each.form in _AWS for each in found):
        # The secret half of a key stands beside its id, which says everything that can be told.
        found = [each for each in found if each.kind not in ("aws_secret_access_key", "aws_session_token")]
    first: dict[tuple[Form, str], Sighting] = {}
    for each in sorted(found, key=lambda item: item.start):
        first.setdefault((each.form, each.value), each)
    return list(first.values())


def holds_secret(text: str) -> bool:
    """Tell whether a text holds something that whoever sees it can use."""
    return any(each.secret for each in sightings(text))


def _token(text: str, hit: Match, lines: list[int], stripped: str) -> Sighting:
    value, shape = text[hit.start : hit.end], hit.shape
    line = bisect_right(lines, hit.start) + 1
    return Sighting(
        Form.TOKEN, value, hit.start, line, value == stripped, shape.kind, shape.shown_head, shape.shown_tail
    )  # fmt: skip


def _ids(text: str, tokens: list[tuple[int, int]], lines: list[int], stripped: str) -> Iterator[Sighting]:
    starts = [start for start, _ in tokens]
    taken: list[tuple[int, int]] = []
    for form, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, stop = match.span(1)
            place = bisect_right(starts, start) - 1
            inside = place >= 0 and start < tokens[place][1]
            if inside and form not in _AWS:
                continue
            if form is Form.GUID and _within(taken, start):
                continue  # it is a part of an ARM id that was found already
            if form is Form.ARM_ID:
                taken.append((start, stop))
            yield Sighting(form, match.group(1), start, bisect_right(lines, start) + 1, match.group(0) == stripped)


def _within(spans: list[tuple[int, int]], place: int) -> bool:
    number = bisect_right(spans, (place, 1 << 62)) - 1
    return number >= 0 and place < spans[number][1]
