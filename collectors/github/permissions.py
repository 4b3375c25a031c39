"""Say which read permissions the GitHub evidence needs, as a list and as a table for the documentation.

Input: ``OPERATIONS``. Output: ``permissions_needed``, ``operations_table``. Not handled: granting them.
"""

from __future__ import annotations

from collectors.github.operations import FILES, OPERATIONS

__all__ = ["operations_table", "permissions_needed"]


def permissions_needed() -> list[str]:
    """Return the permissions of a GitHub App for every declared operation, sorted, each once."""
    named = {operation.permission for operation in OPERATIONS.values()}
    return sorted(each for each in named if each.startswith(("organization ", "repository ")))


def operations_table() -> str:
    """Return the Markdown table of every operation, in the order of ``OPERATIONS``; no trailing newline.

    Returns
    -------
    str
        Columns: file (below ``github/<organization>/``), least permission, what is lost.
    """
    rows = ["| file | least permission | lost without it |", "|---|---|---|"]
    for operation in OPERATIONS.values():
        name = f"{operation.name}.{'jsonl' if operation.per_object else 'json'}"
        if operation.name == FILES:
            name = "files/<repository>/.github/workflows/*.yml"
        rows.append(f"| `{name}` | {operation.permission} | {operation.lost_without} |")
    return "\n".join(rows)
