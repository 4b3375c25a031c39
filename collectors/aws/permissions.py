"""Say which read permissions the AWS collector needs, as a list, a policy and a table for the documentation.

Input: ``OPERATIONS``. Output: ``permissions_needed``, ``least_policy``, ``operations_table``.
Not handled: which of them the caller has; the collector finds out and reports a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectors.aws.operations import OPERATIONS, REGIONAL
from collectors.interface import Operation

__all__ = ["least_policy", "operations_table", "permissions_needed"]

_NEEDS_NO_PERMISSION = frozenset({"sts:GetCallerIdentity"})
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""


def _wanted(without: Iterable[str], opted: bool) -> list[Operation]:
    left_out = frozenset(without)
    return [
        operation
        for operation in OPERATIONS.values()
        if operation.name.partition(".")[0] not in left_out and (opted or not operation.opt_in)
    ]


def permissions_needed(without: Iterable[str] = (), *, opted: bool = False) -> list[str]:
    """Return the IAM actions of every declared operation, sorted, each once.

    Parameters
    ----------
    without
        Services (boto3 names, see ``SERVICES``) that are left out.
    opted
        Also those of operations that are asked only when the settings say so.
    """
    return sorted({operation.permission for operation in _wanted(without, opted)})


def least_policy(without: Iterable[str] = (), *, opted: bool = False) -> dict[str, Any]:
    """Return the least IAM policy for the collector, in one statement.

    Parameters
    ----------
    without
        Services that are left out.
    opted
        Also for operations that are asked only when the settings say so.

    Returns
    -------
    dict
        A policy document in IAM's JSON form. ``Resource`` is ``*`` throughout: most of the actions are list actions,
        which take no resource, and narrowing the others would hide objects from the inventory.

    Notes
    -----
    ``sts:GetCallerIdentity`` is not in it, since it needs no permission. Where this document is used as a boundary or
    SCP allow list that makes no difference either.
    """
    actions = [each for each in permissions_needed(without, opted=opted) if each not in _NEEDS_NO_PERMISSION]
    # A statement a service would read better and does not fit: a managed policy holds 6,144 characters.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (read 2026-11)
    statement = {"Sid": "NhigraphRead", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement] if actions else []}


def operations_table() -> str:
    """Return the Markdown table of every operation, in the order of ``OPERATIONS``; no trailing newline.

    Returns
    -------
    str
        Columns: file (below ``aws/<account>/``), permission, level, what is lost without it.
    """
    rows = ["| file under `aws/<account>/` | read permission | level | lost without it |", "|---|---|---|---|"]
    for operation in OPERATIONS.values():
        folder, form = "<region>/" if operation.name in REGIONAL else "", "jsonl" if operation.per_object else "json"
        name = f"{folder}{operation.name}.{form}"
        lost = operation.lost_without.replace("|", "\\|")
        rows.append(f"| `{name}` | `{operation.permission}` | {operation.level} | {lost} |")
    return "\n".join(rows)
