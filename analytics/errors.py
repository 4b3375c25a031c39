"""Errors of the analyse stage; each text is one line naming what and what to do.

Input: none. Output: exception classes. Not handled: printing and exit codes, which are the command's.
"""

from __future__ import annotations

__all__ = ["AmbiguousSubjectError", "AnalyticsError", "PolicyFileError", "UnknownSubjectError"]


class AnalyticsError(Exception):
    """Base of every error that this stage raises on purpose."""


class UnknownSubjectError(AnalyticsError):
    """A question named something that the snapshot does not hold."""


class AmbiguousSubjectError(AnalyticsError):
    """A question named several things; ``candidates`` holds their ids."""

    def __init__(self, text: str, candidates: tuple[str, ...]) -> None:
        shown = ", ".join(candidates[:10]) + (f" and {len(candidates) - 10} more" if len(candidates) > 10 else "")
        super().__init__(f"`{text}` is ambiguous; name one of: {shown}")
        self.candidates = candidates


class PolicyFileError(AnalyticsError):
    """A settings file is wrong at a named key."""
