"""Errors of the collect stage.

Input: none. Output: one base error, what the command may catch, and text for both.
Not handled: network errors, which become gaps.
"""

from __future__ import annotations

__all__ = ["CollectorError", "EvidenceError", "NothingReadError", "UnusableInputError", "one_line"]


class CollectorError(Exception):
    """Base of every error that this stage raises on purpose; its text is one line naming the place."""


class EvidenceError(CollectorError):
    """Evidence is malformed at a named file and place."""


class UnusableInputError(EvidenceError):
    """The very input that the user named cannot be used (exit 2)."""


class NothingReadError(CollectorError):
    """There was nothing to read: an empty folder, or every file was refused (exit 4)."""


def one_line(text: object, limit: int = 300) -> str:
    """Return the text on one line, cut at ``limit`` characters: error bodies may be whole HTML pages."""
    line = " ".join(str(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
