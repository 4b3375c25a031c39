"""Say which read permissions the Entra collector needs, as a list, as a manifest, and as a table for the documentation.

Input: ``OPERATIONS``. Output: ``permissions_needed``, ``least_policy``, ``operations_table``.
Not handled: granting them, and which of them the caller has; the collector finds out and reports a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectors.entra.app_roles import APP_ROLE_IDS, GRAPH_APP_ID
from collectors.entra.operations import OPERATIONS

__all__ = ["least_policy", "operations_table", "permissions_needed"]


def permissions_needed(without: Iterable[str] = (), *, opted: bool = False) -> list[str]:
    """Return the application permissions of every declared operation, sorted, each once.

    Parameters
    ----------
    without
        First parts of operation names (``identity``, ``reports``, ``policies`` …) that are left out.
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


def least_policy(without: Iterable[str] = (), *, opted: bool = False) -> dict[str, Any]:
    """Return the application permissions as an app registration's manifest has them.

    Returns
    -------
    dict
        ``requiredResourceAccess``, as the registration's manifest and ``az ad app update`` take it; ``permissions``
        names each id, and those whose id is not known here, which must be chosen by name.

    References
    ----------
    https://learn.microsoft.com/entra/identity-platform/reference-microsoft-graph-app-manifest (read 2026-11)
    """
    names = permissions_needed(without, opted=opted)
    access = [{"id": APP_ROLE_IDS[name], "type": "Role"} for name in names if name in APP_ROLE_IDS]
    return {
        "requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": access}],
        "permissions": {name: APP_ROLE_IDS.get(name) for name in names},
    }


def operations_table() -> str:
    """Return the Markdown table of every operation, in the order of ``OPERATIONS``; no trailing newline.

    Returns
    -------
    str
        Columns: file (below ``entra/<tenant>/``), least application permission, what is lost without it.
    """
    rows = ["| file under `entra/<tenant>/` | least application permission | lost without it |", "|---|---|---|"]
    for operation in OPERATIONS.values():
        name = f"{operation.name}.{'jsonl' if operation.per_object else 'json'}"
        rows.append(f"| `{name}` | `{operation.permission}` | {operation.lost_without} |")
    return "\n".join(rows)
