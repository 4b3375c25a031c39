"""Recognise answers of Microsoft Graph, and of ``az ad``, that stand alone.

Input: the bodies of a bare file. Output: the operation that they are answers of, and the tenant if they tell.
Handled: the ``@odata.context`` of a Graph answer; what ``az ad {sp,app,user,group} list`` prints, which has none.
Not handled: answers that do not say which object they are about (owners, members, federated credentials of one
application): they need the folder form with the object's id in the request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["entra_operation", "entra_tenant"]

_ENTITY = "$entity"
_KEYS: tuple[tuple[str, frozenset[str]], ...] = (
    ("servicePrincipals", frozenset({"id", "appId", "servicePrincipalType"})),
    ("applications", frozenset({"id", "appId", "signInAudience"})),
    ("groups", frozenset({"id", "securityEnabled", "groupTypes"})),
    ("users", frozenset({"id", "userPrincipalName"})),
    ("oauth2PermissionGrants", frozenset({"clientId", "consentType", "resourceId"})),
    ("roleManagement.directory.roleAssignments", frozenset({"principalId", "roleDefinitionId", "directoryScopeId"})),
    ("roleManagement.directory.roleDefinitions", frozenset({"id", "rolePermissions", "isBuiltIn"})),
    ("organization", frozenset({"id", "verifiedDomains"})),
)
"""Keys that every object of a list has; rows of one call before those whose keys they hold."""
_OF_ONE_OBJECT = frozenset(
    {"owners", "members", "federatedIdentityCredentials", "sponsors", "delegatedPermissionClassifications", "appliesTo"}
)


def entra_operation(body: Mapping[str, Any]) -> str:
    """Return the operation of one document; empty when it is no answer of Graph that stands alone."""
    context = body.get("@odata.context")
    if isinstance(context, str) and "/$metadata#" in context:
        return _of_context(context)
    objects = body["value"] if isinstance(body.get("value"), list) else [body]
    shown = [item for item in objects if isinstance(item, Mapping)]
    if not shown:
        return ""
    return next((name for name, keys in _KEYS if all(keys <= item.keys() for item in shown)), "")


def _of_context(context: str) -> str:
    """Return the operation that a context URL names: its path with dots, without ids, selections and casts."""
    path = context.partition("$metadata#")[2].split("?", 1)[0]
    path = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", path).removesuffix(f"/{_ENTITY}").strip("/")
    parts = [part for part in path.split("/") if part and part != _ENTITY]
    if len(parts) > 1 and parts[-1] in _OF_ONE_OBJECT:
        return ""
    return ".".join(parts)


def entra_tenant(documents: Iterator[Any]) -> str:
    """Return the tenant that documents tell: the organization's own id; empty when none is told."""
    for document in documents:
        if not isinstance(document, Mapping):
            continue
        objects = document["value"] if isinstance(document.get("value"), list) else [document]
        for item in objects:
            if isinstance(item, Mapping) and "verifiedDomains" in item and isinstance(item.get("id"), str):
                return str(item["id"]).lower()
    return ""
