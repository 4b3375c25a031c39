"""Policy documents as the vendor gave them, and how they hang on their holder.

Input: none (types only). Output: frozen dataclasses that the other record types use. Not handled: evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collectors.interface import EvidenceRef

__all__ = ["AttachedPolicy", "Document", "InlinePolicy", "PolicyVersion"]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document as the vendor gave it (URL-decoded and JSON-parsed), or the reason why it could not be read."""

    body: Mapping[str, Any] | None
    """The JSON object; ``None`` when it does not parse or is missing."""
    ref: EvidenceRef
    problem: str = ""
    """Why ``body`` is ``None``; empty otherwise."""


@dataclass(frozen=True, slots=True)
class InlinePolicy:
    """A policy embedded in a user, group or role."""

    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class AttachedPolicy:
    """The attachment of a managed policy."""

    arn: str
    name: str
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a managed policy."""

    version_id: str
    is_default: bool
    document: Document
