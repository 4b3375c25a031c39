"""Match actions of Azure against the patterns that roles and deny assignments name them by.

Input: a pattern and an action. Output: whether the pattern means the action.
Handled: ``*`` for any run of characters, several of them, in any place; letters in any case.
Not handled: whether a provider has such an action at all.

References
----------
https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions-format (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from collectors.azure.access_types import AzurePermission

__all__ = ["any_means", "means", "permits"]

_ASSIGN = "microsoft.managedidentity/userassignedidentities/assign/action"
_SPELLINGS = {_ASSIGN: (_ASSIGN, "microsoft.managedidentity/userassignedidentities/name/assign/action")}
"""Microsoft's reference has the first spelling, its role for this very purpose (Managed Identity Operator) a pattern
that means the second alone; both are the same right:
https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identities-faq (read 2026-11)."""


@lru_cache(maxsize=20_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.lower().split("*")))


def means(pattern: str, action: str) -> bool:
    """Return whether a pattern means an action.

    Examples
    --------
    >>> means("Microsoft.Compute/*/read", "microsoft.compute/disks/read"), means("*/read", "Microsoft.Web/sites/write")
    (True, False)
    """
    return _compiled(pattern).fullmatch(action.lower()) is not None


def any_means(patterns: Iterable[str], action: str) -> bool:
    """Return whether one of some patterns means an action."""
    return any(means(pattern, action) for pattern in patterns)


def permits(permission: AzurePermission, action: str, *, data: bool = False) -> bool:
    """Return whether a permission means an action: named, and not taken out again by the same permission.

    What ``notActions`` takes out is taken out of this permission alone; another role may still give it.
    """
    if data:
        named, without = permission.data_actions, permission.not_data_actions
    else:
        named, without = permission.actions, permission.not_actions
    spellings = _SPELLINGS.get(action.lower(), (action,))
    return any(any_means(named, each) for each in spellings) and not any(any_means(without, each) for each in spellings)
