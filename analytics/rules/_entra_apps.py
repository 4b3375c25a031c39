"""Whom an application lets sign in.

Input: an application's node. Output: whether other tenants may use it. Not handled: assignment, which may narrow it.
"""

from __future__ import annotations

from graph.model import Node

__all__ = ["is_multi_tenant"]

_MANY = frozenset({"azureadmultipleorgs", "azureadandpersonalmicrosoftaccount"})
"""https://learn.microsoft.com/graph/api/resources/application (``signInAudience``, read 2026-11)."""


def is_multi_tenant(application: Node) -> bool:
    """Return whether users of other tenants may sign in to an application."""
    return str(application.attributes.get("audience", "")).lower() in _MANY
