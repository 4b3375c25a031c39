"""Recognise answers of Azure Resource Manager, Azure Resource Graph and the Azure CLI that stand alone.

Input: the documents of a bare file. Output: the same, object by object, each with its operation and scope.
Handled: lists of one type and of many (``az resource list``, Resource Graph); objects of several subscriptions;
``az account list``, which prints subscriptions without a path.
Not handled: answers that do not say which object they are about (settings of one app); empty lists, which say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.azure.operations import operation_of_type

__all__ = ["AzureDocument", "azure_documents"]

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LISTED = ("createdTime", "changedTime")
"""What only the general list of resources shows of every one."""
_ABOVE = "authorization."
_SUBSCRIPTIONS, _GROUPS, _RESOURCES = "subscriptions", "managementGroups", "resources"


@dataclass(frozen=True, slots=True)
class AzureDocument:
    """One object of a bare file."""

    operation: str
    scope: str
    """Subscription or tenant; empty where neither is told."""
    pointer: str
    """Where it stands in the file."""
    body: Mapping[str, Any]


def azure_documents(documents: Sequence[tuple[str, Any]]) -> list[AzureDocument] | None:
    """Return what a bare file holds, object by object; ``None`` when any of it is not of Azure.

    Parameters
    ----------
    documents
        As ``parse_document`` and ``parse_lines`` give them, with their pointers.
    """
    objects = list(_objects(documents))
    if not objects or not all(_is_azure(body) for _, body in objects):
        return None
    types = {_type(body) for _, body in objects}
    found = [(pointer, body, _operation(body, len(types) > 1)) for pointer, body in objects]
    if not all(operation for *_, operation in found):
        return None
    inside = {guid for _, body, _ in found if (guid := _subscription(body))}
    tenants = {guid for _, body, _ in found if (guid := _tenant(body))}
    return [
        AzureDocument(operation, _scope(body, operation, inside, tenants), pointer, body)
        for pointer, body, operation in found
    ]


def _objects(documents: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for pointer, document in documents:
        body = document
        if isinstance(body, Mapping) and "request" in body and isinstance(body.get("response"), Mapping):
            pointer, body = f"{pointer}/response", body["response"]
        rows = None
        if isinstance(body, Mapping) and "id" not in body:
            rows = next(((name, body[name]) for name in ("value", "data") if isinstance(body.get(name), list)), None)
        if rows is None:
            yield pointer, body
        else:
            for index, row in enumerate(rows[1]):
                yield f"{pointer}/{rows[0]}/{index}", row


def _is_azure(body: Any) -> bool:
    if not isinstance(body, Mapping) or not isinstance(body.get("id"), str):
        return False
    if _is_subscription(body):
        return True
    identity = body["id"].lower()
    kind = body.get("type")
    return identity.startswith(("/subscriptions/", "/providers/")) and isinstance(kind, str) and "/" in kind


def _is_subscription(body: Mapping[str, Any]) -> bool:
    """Tell whether an object is a subscription as ARM lists it, or as ``az account list`` prints it."""
    guid = body["id"].rpartition("/")[2]
    return bool(_GUID.fullmatch(guid)) and (
        body["id"].lower() == f"/subscriptions/{guid.lower()}"
        or (
            body["id"] == guid
            and "tenantId" in body
            and "state" in body
            and ("isDefault" in body or "cloudName" in body)
        )
    )


def _type(body: Mapping[str, Any]) -> str:
    return _SUBSCRIPTIONS if _is_subscription(body) else str(body.get("type", "")).lower()


def _operation(body: Mapping[str, Any], mixed: bool) -> str:
    """Return the operation of an object: its type's own, or the general list."""
    kind = _type(body)
    if kind == _SUBSCRIPTIONS:
        return _SUBSCRIPTIONS
    own = operation_of_type(kind)
    if not kind.startswith(("microsoft.authorization/", "microsoft.management/", "/providers/")):
        told = isinstance(body.get("properties"), Mapping)
        if not own or any(name in body for name in _LISTED) or (mixed and not told and "principalId" not in body):
            return _RESOURCES
    return own


def _subscription(body: Mapping[str, Any]) -> str:
    parts = body["id"].lower().strip("/").split("/")
    return parts[1] if len(parts) > 1 and parts[0] == "subscriptions" and _GUID.fullmatch(parts[1]) else ""


def _tenant(body: Mapping[str, Any]) -> str:
    inner = body.get("properties")
    for holder in (body, inner if isinstance(inner, Mapping) else {}):
        if isinstance(holder.get("tenantId"), str) and _GUID.fullmatch(holder["tenantId"]):
            return str(holder["tenantId"]).lower()
    return ""


def _scope(body: Mapping[str, Any], operation: str, inside: set[str], tenants: set[str]) -> str:
    """Return whose evidence an object is.

    What is assigned above subscriptions, in a file of one subscription, was listed with it.
    """
    if operation in (_SUBSCRIPTIONS, _GROUPS):
        return _tenant(body) or (next(iter(tenants)) if len(tenants) == 1 else "")
    if operation.startswith(_ABOVE) and len(inside) == 1:
        return next(iter(inside))
    return _subscription(body) or _tenant(body)
