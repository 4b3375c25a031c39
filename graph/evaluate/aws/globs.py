"""Match, intersect and compare the ``*`` and ``?`` patterns of IAM.

Input: patterns in the notation of a 2012-10-17 policy: ``*`` any run of characters, ``?`` any one character, and
``${*}``, ``${?}``, ``${$}`` for the literal characters. Output: plain answers; nothing here backtracks.
Not handled: policy variables (``variables`` substitutes them first) and case: callers fold it where IAM does.

A ``Resource`` element is compared as one string: AWS documents that ``*`` at the end of an ARN segment runs over
colons, and says nothing of a ``*`` inside a segment, which here may run over them too. ``ArnLike`` compares the six
segments one by one.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

__all__ = ["Glob", "arn_like", "compile_glob", "escape", "glob_covers", "glob_matches", "globs_intersect", "unescape"]

_STAR: Final = "*"
_ONE: Final = "?"
# A token is one character to match literally, or one of these marks (two characters, so that no literal equals them).
_ANY_RUN: Final = "**"
_ANY_ONE: Final = "??"
_ESCAPED: Final = frozenset({"${*}", "${?}", "${$}"})
_ARN_SEGMENTS: Final = 6


def escape(text: str) -> str:
    """Write a literal text as a pattern that matches it and nothing else."""
    if "*" not in text and "?" not in text and "${" not in text:
        return text
    return text.replace("${", "\0").replace("*", "${*}").replace("?", "${?}").replace("\0", "${$}{")


def unescape(pattern: str) -> str:
    """Return the text of a value that is compared literally (``StringEquals``): ``${*}`` becomes ``*`` and so on."""
    if "${" not in pattern:
        return pattern
    return "".join(token[0] for token in _tokens(pattern))


@lru_cache(maxsize=65536)
def _tokens(pattern: str) -> tuple[str, ...]:
    """Split a pattern into literals and marks; a run of wildcards becomes ``?…?*``, so that equal runs look equal."""
    found: list[str] = []
    at, ones, star = 0, 0, False
    while at < len(pattern):
        char = pattern[at]
        literal = char
        step = 1
        if char == "$" and pattern[at : at + 4] in _ESCAPED:
            literal, step = pattern[at + 2], 4
        elif char in (_STAR, _ONE):
            star, ones = (True, ones) if char == _STAR else (star, ones + 1)
            at += 1
            continue
        if ones or star:
            found += [_ANY_ONE] * ones + [_ANY_RUN] * star
            ones, star = 0, False
        found.append(literal)
        at += step
    found += [_ANY_ONE] * ones + [_ANY_RUN] * star
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Glob:
    """A compiled pattern."""

    source: str
    """The pattern as written."""
    pieces: tuple[tuple[str, ...], ...]
    """Tokens between the stars."""
    plain: tuple[str | None, ...]
    """Each piece as a string where it holds no ``?``, else ``None``."""
    minimum: int
    """Fewest characters of a match."""

    @property
    def literal(self) -> str | None:
        """The one text that it matches, or ``None`` when it holds wildcards."""
        return self.plain[0] if len(self.pieces) == 1 else None

    @property
    def prefix(self) -> str:
        """What every match starts with."""
        first = self.pieces[0]
        end = next((index for index, token in enumerate(first) if token is _ANY_ONE), len(first))
        return "".join(first[:end])

    def matches(self, text: str) -> bool:
        """Tell whether the whole text matches; time is linear in the text for each piece."""
        first = self.plain[0]
        if len(text) < self.minimum:
            return False
        if len(self.pieces) == 1:
            return text == first if first is not None else len(text) == self.minimum and self._here(0, text, 0)
        if not (text.startswith(first) if first is not None else self._here(0, text, 0)):
            return False
        last = len(self.pieces) - 1
        end = len(text) - len(self.pieces[last])
        tail = self.plain[last]
        if not (text.endswith(tail) if tail is not None else self._here(last, text, end)):
            return False
        at = len(self.pieces[0])
        for index in range(1, last):
            at = self._find(index, text, at, end)
            if at < 0:
                return False
        return at <= end

    def _here(self, index: int, text: str, at: int) -> bool:
        return all(token is _ANY_ONE or token == text[at + offset] for offset, token in enumerate(self.pieces[index]))

    def _find(self, index: int, text: str, start: int, end: int) -> int:
        """Return the place after the leftmost occurrence of a piece in ``text[start:end]``, or -1."""
        piece = self.plain[index]
        length = len(self.pieces[index])
        if piece is not None:
            found = text.find(piece, start, end)
            return found + length if found >= 0 else -1
        for at in range(start, end - length + 1):
            if self._here(index, text, at):
                return at + length
        return -1


@lru_cache(maxsize=65536)
def compile_glob(pattern: str) -> Glob:
    """Prepare a pattern for hot loops; compiled patterns are cached."""
    pieces: list[list[str]] = [[]]
    for token in _tokens(pattern):
        if token is _ANY_RUN:
            pieces.append([])
        else:
            pieces[-1].append(token)
    plain = tuple(None if _ANY_ONE in piece else "".join(piece) for piece in pieces)
    return Glob(pattern, tuple(tuple(piece) for piece in pieces), plain, sum(len(piece) for piece in pieces))


def glob_matches(pattern: str, text: str) -> bool:
    """Tell whether the whole text matches the pattern, case included.

    Examples
    --------
    >>> glob_matches("s3:Get*", "s3:GetObject"), glob_matches("s3:Get*", "s3:getobject")
    (True, False)
    >>> glob_matches("a${*}b", "a*b"), glob_matches("a${*}b", "axb")
    (True, False)
    """
    return compile_glob(pattern).matches(text)


def globs_intersect(a: str, b: str) -> bool:
    """Tell whether some text matches both patterns.

    Notes
    -----
    Exact. Walks the pairs of places in both patterns, at most ``len(a) * len(b)``.

    Examples
    --------
    >>> globs_intersect("arn:aws:s3:::prod-*", "arn:aws:s3:::*-logs"), globs_intersect("a*", "b*")
    (True, False)
    """
    left, right = _tokens(a), _tokens(b)
    row = _closure({0}, right)
    for token in left:
        if token is _ANY_RUN:
            row = _closure(set(range(min(row), len(right) + 1)), right) if row else row
            continue
        following = set()
        for at in row:
            if at == len(right):
                continue
            other = right[at]
            if other is _ANY_RUN:
                following.add(at)
            elif token is _ANY_ONE or other is _ANY_ONE or token == other:
                following.add(at + 1)
        row = _closure(following, right)
        if not row:
            return False
    return len(right) in row


def _closure(places: set[int], tokens: tuple[str, ...]) -> set[int]:
    """Add the places that follow by letting a star match nothing."""
    grown = set(places)
    for at in sorted(places):
        while at < len(tokens) and tokens[at] is _ANY_RUN:
            at += 1
            grown.add(at)
    return grown


def glob_covers(outer: str, inner: str) -> bool:
    """Tell whether every text that matches ``inner`` matches ``outer``.

    Notes
    -----
    Sound: ``True`` is always right. ``False`` may mean "not sure".

    Examples
    --------
    >>> glob_covers("arn:aws:s3:::*", "arn:aws:s3:::b/*"), glob_covers("a?", "a*")
    (True, False)
    """
    wide, narrow = _tokens(outer), _tokens(inner)
    row = _closure({0}, wide)
    for token in narrow:
        following = set()
        for at in row:
            if at == len(wide):
                continue
            other = wide[at]
            if other is _ANY_RUN:
                following.add(at)
            elif token is not _ANY_RUN and (other is _ANY_ONE or token == other):
                following.add(at + 1)
        row = _closure(following, wide)
        if not row:
            return False
    return len(wide) in row


def arn_like(pattern: str, arn: str) -> bool | None:
    """Compare as ``ArnLike`` does: the six colon-separated segments one by one.

    Returns
    -------
    bool or None
        ``None`` when the pattern is no ARN of six segments and AWS does not say what then holds.
    """
    parts = pattern.split(":", _ARN_SEGMENTS - 1)
    texts = arn.split(":", _ARN_SEGMENTS - 1)
    if len(parts) < _ARN_SEGMENTS:
        return None if glob_matches(pattern, arn) else False
    if len(texts) < _ARN_SEGMENTS:
        return False
    return all(glob_matches(part, text) for part, text in zip(parts, texts, strict=True))
