"""GraphQL over an organization: the part of GitHub's schema that is asked for, run by graphql-core.

Input: a query with variables, the permissions of the caller. Output: an answer with errors in GitHub's form; its cost.
Handled: connections with cursors, ``null`` with an error where a permission is missing, nodes that nobody may see.
Not handled: anything that writes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, build_schema, graphql_sync, parse
from graphql.language import FieldNode, IntValueNode, SelectionSetNode, VariableNode

from tests.fakes.github.organization import GitHubOrganization

__all__ = ["SCHEMA", "answer", "cost_of"]

Json = dict[str, Any]
SCHEMA = Path(__file__).with_name("schema.graphql")
_PERMISSIONS = {
    ("Organization", "teams"): "members",
    ("Repository", "collaborators"): "metadata",
    ("Repository", "defaultBranchRef"): "contents",
    ("Repository", "refs"): "contents",
    ("Repository", "object"): "contents",
    ("Repository", "branchProtectionRules"): "administration",
    ("Repository", "deployKeys"): "administration",
    ("Repository", "environments"): "actions",
}
_EDGES = frozenset({"collaborators", "repositories"})


class _Hidden(GraphQLError):
    """What an integration is told where it may not look."""


def _resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    place = (info.parent_type.name, info.field_name)
    needed = _PERMISSIONS.get(place)
    if needed and needed not in info.context["permissions"]:
        raise _Hidden("Resource not accessible by integration")
    if place == ("Repository", "object"):
        return _tree(source)
    if info.field_name == "id":
        return str(source.get("id") or source.get("slug") or source.get("name") or "x")
    value = source.get(info.field_name)
    if "first" in arguments:
        return _connection(info, value or [], arguments)
    return value


def _connection(info: GraphQLResolveInfo, rows: list[Json], arguments: Json) -> Json:
    most = info.context["page"]
    first, start = min(arguments["first"], most), int(arguments.get("after") or 0)
    shown = rows[start : start + first]
    more = start + first < len(rows)
    kind = "edges" if info.field_name in _EDGES else "nodes"
    page = {"hasNextPage": more, "endCursor": str(start + len(shown)) if shown else None}
    return {kind: shown, "pageInfo": page, "totalCount": len(rows)}


def _tree(repository: Json) -> Json | None:
    files = repository["files"]
    entries = [
        {
            "name": name,
            "type": "blob",
            "object": {
                "__typename": "Blob",
                "byteSize": len(text),
                "isBinary": False,
                "isTruncated": len(text) > 100_000,
                "text": text[:100_000],
            },
        }
        for name, text in sorted(files.items())
    ]
    return {"__typename": "Tree", "entries": entries} if files else None


def _built() -> Any:
    schema = build_schema(SCHEMA.read_text(encoding="utf-8"))
    for kind in schema.type_map.values():
        for field in getattr(kind, "fields", {}).values():
            if kind.name not in ("Query",) and not kind.name.startswith("__") and hasattr(field, "resolve"):
                field.resolve = _resolve
    return schema


_BUILT = _built()


def answer(
    organization: GitHubOrganization, permissions: frozenset[str], page: int, text: str, variables: Json
) -> Json:
    """Run a query."""

    def nodes(_: GraphQLResolveInfo, ids: list[str]) -> list[Json | None]:
        return [organization.repositories.get(each) for each in ids]

    def by_login(_: GraphQLResolveInfo, login: str) -> Json | None:
        if login.lower() != organization.login:
            raise GraphQLError(f"Could not resolve to an Organization with the login of '{login}'.")
        provider = {"externalIdentities": organization.identities}
        seen = "members" in permissions and organization.identities is not None
        return {
            "__typename": "Organization",
            "login": organization.login,
            "viewerCanAdminister": organization.may_administer,
            "samlIdentityProvider": provider if seen else None,
            "teams": organization.teams,
        }

    root: dict[str, Callable[..., Any]] = {"nodes": nodes, "organization": by_login}
    result = graphql_sync(
        _BUILT,
        text,
        root_value=root,
        variable_values=variables,
        context_value={"permissions": permissions, "page": page},
    )
    body: Json = {"data": result.data}
    if result.errors:
        body["errors"] = [_error(error) for error in result.errors]
    return body


def _error(error: GraphQLError) -> Json:
    kind = "FORBIDDEN" if isinstance(error.original_error or error, _Hidden) else "NOT_FOUND"
    if error.path is None:
        return {"message": error.message}
    return {"type": kind, "path": list(error.path), "message": error.message}


def cost_of(text: str, variables: Json) -> int:
    """Return the points of a query: a hundredth of the connections that it could ask for, and one at least.

    References
    ----------
    https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api (read 2026-11)
    """
    [operation] = parse(text).definitions
    requests = _requests(operation.selection_set, variables, 1)  # type: ignore[attr-defined]
    return max(1, round(requests / 100))


def _requests(selection: SelectionSetNode | None, variables: Json, times: int) -> int:
    found = 0
    for each in selection.selections if selection else ():
        if not isinstance(each, FieldNode):
            found += _requests(each.selection_set, variables, times)  # type: ignore[attr-defined]
            continue
        inside = times
        for argument in each.arguments or ():
            value = argument.value
            if argument.name.value == "ids" and isinstance(value, VariableNode):
                inside = times * len(variables[value.name.value])
            if argument.name.value == "first":
                found += times
                first = int(value.value) if isinstance(value, IntValueNode) else int(variables[value.name.value])  # type: ignore[attr-defined]
                inside = times * first
        found += _requests(each.selection_set, variables, inside)
    return found
