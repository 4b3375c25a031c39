"""Say which read permissions the GitHub evidence needs: a list, an app's manifest, tables for the documentation.

Input: ``OPERATIONS``, ``GRAPHQL``. Output: ``permissions_needed``, ``least_policy``, the tables.
Not handled: granting them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from collectors.github.operations import FILES, GRAPHQL, IDENTITIES, OPERATIONS
from collectors.github.session import part_of
from collectors.interface import Operation

__all__ = ["APP_PERMISSIONS", "graphql_table", "least_policy", "operations_table", "permissions_needed"]

APP_PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {
        "organization administration: read": "organization_administration",
        "organization members: read": "members",
        "organization personal access tokens: read": "organization_personal_access_tokens",
        "organization secrets: read": "organization_secrets",
        "organization self-hosted runners: read": "organization_self_hosted_runners",
        "organization variables: read": "organization_actions_variables",
        "organization webhooks: read": "organization_hooks",
        "repository actions: read": "actions",
        "repository administration: read": "administration",
        "repository contents: read": "contents",
        "repository environments: read": "environments",
        "repository metadata: read": "metadata",
        "repository secrets: read": "secrets",
        "repository variables: read": "actions_variables",
        "repository webhooks: read": "repository_hooks",
    }
)
"""Permission → its name in an app's manifest and in the answer that gives an installation's token."""


def _asked(without: Iterable[str], opted: bool) -> Iterator[Operation]:
    left_out = frozenset(without)
    for operation in (*OPERATIONS.values(), *GRAPHQL.values()):
        wanted = part_of(operation.name) not in left_out and (opted or not operation.opt_in)
        if wanted and operation.permission in APP_PERMISSIONS:
            yield operation


def permissions_needed(without: Iterable[str] = (), *, opted: bool = False) -> list[str]:
    """Return the permissions of a GitHub App for every declared operation, sorted, each once.

    Parameters
    ----------
    without
        Parts (``actions``, ``teams`` …) that are left out.
    opted
        Also those of operations that are asked only when the settings say so.
    """
    # The list of repositories is always asked.
    return sorted({operation.permission for operation in _asked(without, opted)} | {"repository metadata: read"})


def least_policy(without: Iterable[str] = (), *, opted: bool = False) -> dict[str, Any]:
    """Return a GitHub App's manifest with exactly these permissions.

    References
    ----------
    https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest (read 2026-11)
    """
    names = permissions_needed(without, opted=opted)
    return {
        "name": "NHIGraph collector",
        "url": "https://example.com/nhigraph",
        "public": False,
        "default_events": [],
        "default_permissions": {APP_PERMISSIONS[name]: "read" for name in names},
    }


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


def graphql_table() -> str:
    """Return the Markdown table of what is asked through GraphQL, like ``operations_table``."""
    rows = ["| file | least permission | lost without it |", "|---|---|---|"]
    for operation in (*GRAPHQL.values(), OPERATIONS[IDENTITIES]):
        suffix = "json" if operation.name == IDENTITIES else "jsonl"
        rows.append(f"| `{operation.name}.{suffix}` | {operation.permission} | {operation.lost_without} |")
    return "\n".join(rows)
