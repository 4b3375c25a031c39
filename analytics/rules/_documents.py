"""Policy documents of a snapshot, compiled once.

Input: a snapshot, digests. Output: ``PolicyDocument``. Not handled: documents that the evidence does not hold (no
digest).
"""

from __future__ import annotations

from graph.evaluate.aws.document import PolicyDocument, compile_policy
from graph.snapshot import Snapshot

__all__ = ["Documents"]


class Documents:
    """Compiles documents by digest; equal documents are one object."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str, PolicyDocument] = {}

    def compiled(self, digest: str) -> PolicyDocument | None:
        """Return the document; ``None`` for the empty digest of a document that could not be read."""
        if not digest:
            return None
        if digest not in self._known:
            self._known[digest] = compile_policy(self._snapshot.document(digest))
        return self._known[digest]
