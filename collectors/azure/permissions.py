"""Say which read actions the Azure evidence needs, as a list, as a custom role, and as a table for the documentation.

Input: ``OPERATIONS``. Output: ``permissions_needed``, ``least_policy``, ``operations_table``.
Not handled: granting them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from collectors.azure.operations import OPERATIONS, SUBSCRIPTION_OPERATIONS, TENANT_OPERATIONS

__all__ = ["ROOT_GROUP", "least_policy", "operations_table", "permissions_needed"]

ROOT_GROUP = "/providers/Microsoft.Management/managementGroups/TENANT-ID"
"""The tenant's root management group, once the tenant's id stands in it."""


def permissions_needed(without: Iterable[str] = (), *, opted: bool = False) -> list[str]:
    """Return the actions of every declared operation, sorted, each once.

    Parameters
    ----------
    without
        First parts of operation names (``web``, ``keyvault`` …) that are left out.
    opted
        Also those of operations that are asked only when the settings say so.
    """
    left_out = frozenset(without)
    return sorted(
        {
            operation.permission
            for operation in OPERATIONS.values()
            if operation.name.partition(".")[0] not in left_out and (opted or not operation.opt_in)
        }
    )


def least_policy(
    without: Iterable[str] = (), *, opted: bool = False, scopes: Sequence[str] = (ROOT_GROUP,)
) -> dict[str, Any]:
    """Return a custom role that allows exactly the calls, as ``az role definition create`` takes it.

    Parameters
    ----------
    without, opted
        As for ``permissions_needed``.
    scopes
        ARM ids of a management group or of subscriptions: where the role can be assigned.
    """
    return {
        "Name": "NHIGraph collector",
        "IsCustom": True,
        "Description": "Reads identities, role assignments and what carries identities; nothing else.",
        "Actions": permissions_needed(without, opted=opted),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": list(scopes),
    }


def operations_table() -> str:
    """Return the Markdown table of every operation, in the order of ``OPERATIONS``; no trailing newline.

    Returns
    -------
    str
        Columns: file (below ``azure/<tenant or subscription>/``), of which of both, least action, what is lost.
    """
    rows = ["| file | under | least action | lost without it |", "|---|---|---|---|"]
    for operation in OPERATIONS.values():
        name = f"{operation.name}.{'jsonl' if operation.per_object else 'json'}"
        places = (operation.name in TENANT_OPERATIONS, operation.name in SUBSCRIPTION_OPERATIONS)
        place = "both" if all(places) else "tenant" if places[0] else "subscription"
        rows.append(f"| `{name}` | {place} | `{operation.permission}` | {operation.lost_without} |")
    return "\n".join(rows)
