"""Errors of the collect stage.

Input: none. Output: one base error and what the command may catch. Not handled: network errors, which become gaps.
"""

from __future__ import annotations

__all__ = ["CollectorError", "EvidenceError", "NothingReadError", "UnusableInputError"]


class CollectorError(Exception):
    """Base of every error that this stage raises on purpose; its text is one line naming the place."""


class EvidenceError(CollectorError):
    """Evidence is malformed at a named file and place."""


class UnusableInputError(EvidenceError):
    """The very input that the user named cannot be used (exit 2)."""


class NothingReadError(CollectorError):
    """There was nothing to read: an empty folder, or every file was refused (exit 4)."""
