"""Say which read permissions the Entra evidence needs, as a list and as a table for the documentation.

Input: ``OPERATIONS``. Output: ``permissions_needed``, ``operations_table``. Not handled: granting them.
"""

from __future__ import annotations

from collections.abc import Iterable

from collectors.entra.operations import OPERATIONS

__all__ = ["operations_table", "permissions_needed"]


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
