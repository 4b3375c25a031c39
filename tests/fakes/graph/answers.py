"""What Graph answers to one GET: permission, path, query options and pages, without HTTP around it.

Input: ``GraphTenant``, a path with its query, headers, the caller's permissions. Output: status and body.
Handled: ``$select`` (what is not selected is absent; unknown names are refused), ``$expand`` (cut at 20), ``$top`` and
page tokens, the filters that PIM asks for, advanced queries, what only beta has.
Not handled: ``$search``, ``$orderby``, other filters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from tests.fakes.graph.permissions import ACCEPTED
from tests.fakes.graph.schema import BETA_ONLY, LARGEST_PAGE, PROPERTIES
from tests.fakes.graph.tenant import GraphTenant, Json

__all__ = ["Refusal", "answer"]

_EXPANDED = 20
_RELATED = {
    "owners": "directoryObject",
    "members": "directoryObject",
    "sponsors": "directoryObject",
    "appliesTo": "directoryObject",
    "appRoleAssignments": "appRoleAssignment",
    "appRoleAssignedTo": "appRoleAssignment",
}
_EXPANDABLE = {
    "applications": {"owners", "federatedIdentityCredentials"},
    "servicePrincipals": {"owners", "appRoleAssignments", "appRoleAssignedTo", "federatedIdentityCredentials"},
    "groups": {"members", "owners"},
    "servicePrincipals/microsoft.graph.agentIdentity": {"owners", "sponsors"},
    "users/microsoft.graph.agentUser": {"sponsors"},
    "policies/roleManagementPolicyAssignments": {"policy"},
}
_SINGLE = re.compile(r"policies/(authorizationPolicy|authenticationMethodsPolicy|defaultAppManagementPolicy)")
_RELATION = re.compile(
    r"(applications|servicePrincipals|groups|directory/administrativeUnits|policies/appManagementPolicies)/([^/]+)/(.+)"
)
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_PIM = "identityGovernance/privilegedAccess/group/"
_ROLE_POLICIES = "policies/roleManagementPolicyAssignments"
_SIGN_INS = "reports/servicePrincipalSignInActivities"


class Refusal(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message, "innerError": {"request-id": "00000000"}}}


@dataclass(frozen=True, slots=True)
class _Asked:
    base: str
    """Address of the version, for next links."""
    path: str
    options: dict[str, str]
    beta: bool
    eventual: bool

    def number(self, name: str, otherwise: int) -> int:
        return int(self.options.get(name, otherwise))


def _number(tenant: GraphTenant, path: str, eventual: bool, roles: frozenset[str]) -> int:
    """Return how many objects a collection has; Graph answers it as plain text."""
    if not eventual:
        raise Refusal(400, "Request_UnsupportedQuery", "$count needs ConsistencyLevel: eventual")
    route, _ = _route(path)
    _permit(route, roles)
    return len(tenant.collections.get(route, []))


def answer(
    tenant: GraphTenant, base: str, target: str, *, beta: bool, eventual: bool, roles: frozenset[str]
) -> Json | int:
    """Return the body for a path below the version.

    Parameters
    ----------
    base
        Address of the version, as next links begin.
    target
        Path and query.

    Raises
    ------
    Refusal
        Graph would refuse.
    """
    parts = urlsplit(target)
    if parts.path.endswith("/$count"):
        return _number(tenant, parts.path.strip("/").removesuffix("/$count"), eventual, roles)
    asked = _Asked(base, parts.path.strip("/"), dict(parse_qsl(parts.query)), beta, eventual)
    if ("$count" in asked.options or "$search" in asked.options) and not eventual:
        raise Refusal(400, "Request_UnsupportedQuery", "an advanced query needs ConsistencyLevel: eventual")
    route, relation = _route(asked.path)
    _permit(route, roles)
    if asked.path == _SIGN_INS and not tenant.licensed:
        raise Refusal(
            403,
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Tenant is not a B2C tenant and has no licence",
        )
    if route == _SIGN_INS and not beta:
        raise Refusal(400, "BadRequest", "Resource not found for the segment 'servicePrincipalSignInActivities'.")
    if _SINGLE.fullmatch(asked.path):
        if asked.path not in tenant.singles:
            raise Refusal(404, "Request_ResourceNotFound", "There is no such policy here.")
        return {"@odata.context": f"{base}/$metadata#{asked.path}/$entity", **tenant.singles[asked.path]}
    if relation:
        return _page(asked, _of_object(tenant, asked, *relation), _RELATED.get(relation[2], ""))
    return _page(asked, _filtered(asked, tenant.collections.get(route, [])), route, tenant)


def _route(path: str) -> tuple[str, tuple[str, str, str] | None]:
    """Return the path with ``{id}`` in it, and collection, object and relationship where it is about one object."""
    if path in ACCEPTED:
        return path, None
    match = _RELATION.fullmatch(path)
    if match and (_GUID.fullmatch(match[2]) or match[1].startswith("policies")):
        route = f"{match[1]}/{{id}}/{match[3]}"
        if route in ACCEPTED:
            return route, (match[1], match[2].lower(), match[3].rpartition("/")[2])
    raise Refusal(400, "BadRequest", f"Resource not found for the segment '{path.rpartition('/')[2]}'.")


def _permit(route: str, roles: frozenset[str]) -> None:
    if not ACCEPTED[route] & roles:
        raise Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def _of_object(tenant: GraphTenant, asked: _Asked, collection: str, identity: str, relation: str) -> list[Json]:
    if not tenant.has(collection, identity):
        raise Refusal(404, "Request_ResourceNotFound", f"Resource '{identity}' does not exist.")
    found = tenant.related(collection, relation, identity)
    if collection == "groups" and not asked.beta:
        # The first version lists no service principals in these two calls of their own.
        found = [each for each in found if not tenant.is_principal(str(each["id"]).lower())]
    return [_versioned(each, relation, asked.beta) for each in found]


def _versioned(item: Json, kind: str, beta: bool) -> Json:
    hidden = frozenset() if beta else BETA_ONLY.get(kind, frozenset())
    return {name: value for name, value in item.items() if name not in hidden}


def _filtered(asked: _Asked, items: list[Json]) -> list[Json]:
    given = asked.options.get("$filter", "")
    if asked.path.startswith(_PIM):
        match = re.fullmatch(r"groupId eq '([^']+)'", given)
        if not match:
            raise Refusal(400, "InvalidFilter", "a filter by groupId or principalId is required")
        return [each for each in items if each["groupId"] == match[1]]
    if asked.path == _ROLE_POLICIES and given != "scopeId eq '/' and scopeType eq 'DirectoryRole'":
        raise Refusal(400, "InvalidFilter", "a filter by scopeId and scopeType is required")
    return items


def _page(asked: _Asked, items: list[Json], kind: str, tenant: GraphTenant | None = None) -> Json:
    largest = LARGEST_PAGE.get(asked.path, 999)
    top = asked.number("$top", 100)
    if not 1 <= top <= largest:
        raise Refusal(
            400,
            "Request_UnsupportedQuery",
            f"Invalid page size specified: '{top}'. Must be between 1 and {largest} inclusive.",
        )
    start = asked.number("$skiptoken", 0)
    shape = _shape(asked, kind, tenant)
    body: Json = {
        "@odata.context": f"{asked.base}/$metadata#{asked.path}",
        "value": [shape(each) for each in items[start : start + top]],
    }
    if "$count" in asked.options and not start:
        body["@odata.count"] = len(items)
    if start + top < len(items):
        options = {**asked.options, "$skiptoken": str(start + top)}
        query = "&".join(f"{name}={quote(value)}" for name, value in options.items())
        body["@odata.nextLink"] = f"{asked.base}/{asked.path}?{query}"
    return body


def _shape(asked: _Asked, kind: str, tenant: GraphTenant | None) -> Any:
    """Return what makes of an object the one that the options ask for."""
    selected = [name for name in asked.options.get("$select", "").split(",") if name]
    if kind in PROPERTIES:
        known = PROPERTIES[kind] | (BETA_ONLY.get(kind, frozenset()) if asked.beta else frozenset())
        for name in selected:
            if name not in known:
                raise Refusal(400, "BadRequest", f"Could not find a property named '{name}' on type '{kind}'.")
    hidden = {"policy"} if kind == _ROLE_POLICIES else set()
    expand, nested = _expansion(asked, kind)

    def make(item: Json) -> Json:
        if selected:
            found = {name: item.get(name) for name in selected}
            if "@odata.type" in item:
                found["@odata.type"] = item["@odata.type"]
        else:
            found = {name: value for name, value in item.items() if name not in hidden}
        found = _versioned(found, kind, asked.beta)
        if expand == "policy":
            found["policy"] = item.get("policy")
        elif expand and tenant is not None:
            related = tenant.related(kind.partition("/")[0], expand, str(item["id"]).lower())[:_EXPANDED]
            whole = [_versioned(each, expand, asked.beta) for each in related]
            found[expand] = [{name: each.get(name) for name in nested} for each in whole] if nested else whole
        return found

    return make


def _expansion(asked: _Asked, kind: str) -> tuple[str, list[str]]:
    given = asked.options.get("$expand", "")
    if not given:
        return "", []
    if asked.eventual:
        raise Refusal(400, "Request_UnsupportedQuery", "$expand is not supported with advanced queries")
    match = re.fullmatch(r"(\w+)(?:\((\$select=([\w,]+)|\$expand=rules)\))?", given)
    if not match or match[1] not in _EXPANDABLE.get(kind, set()):
        raise Refusal(400, "Request_BadRequest", f"Parsing OData Select and Expand failed: $expand={given}")
    return match[1], [name for name in (match[3] or "").split(",") if name]
