"""Errors of the build stage; each text is one line naming what, where and what to do.

Input: none. Output: exception classes. Not handled: printing and exit codes, which are the command's.
"""

from __future__ import annotations

__all__ = ["CatalogError", "ChangeError", "GraphError", "NodeNotFoundError", "SnapshotError"]


class GraphError(Exception):
    """Base of every error that this stage raises on purpose."""


class CatalogError(GraphError):
    """A catalogue file is wrong at a named row and field."""


class ChangeError(GraphError):
    """A change to a snapshot names what is not there, or asks for what cannot be changed."""


class SnapshotError(GraphError):
    """A snapshot is missing, damaged, or of a newer schema."""


class NodeNotFoundError(GraphError):
    """A question named something that the snapshot does not hold."""
