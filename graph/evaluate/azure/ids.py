"""Ids of Azure nodes and grants: ARM ids in lower case behind ``azure:``; who acts is a principal of Entra.

Input: ARM ids in any case, object ids. Output: text. Not handled: names for people.
ARM compares ids without regard to case, so one resource has one id here however an answer spells it.
"""

from __future__ import annotations

from graph.evaluate.entra.ids import node_of as principal_node

__all__ = [
    "ROOT",
    "access_policy_grant",
    "admin_node",
    "federated_node",
    "hub_node",
    "identity_grant",
    "parent_scope",
    "principal_node",
    "resource_node",
    "role_grant",
    "scope_node",
    "secret_node",
    "subscription_of",
    "tidy",
]

ROOT = "/"
"""The scope above every management group of a tenant."""
_GROUPS = "/providers/microsoft.management/managementgroups/"
_SUBSCRIPTIONS = "/subscriptions/"


def tidy(arm_id: str) -> str:
    """Return an ARM id as records have it: lower case, one slash in front, none behind.

    Examples
    --------
    >>> tidy("/subscriptions/A/resourceGroups/Web/"), tidy("/")
    ('/subscriptions/a/resourcegroups/web', '/')
    """
    return "/" + arm_id.strip().strip("/").lower()


def scope_node(scope: str) -> str:
    """Return the node id of a scope or a resource, by its ARM id.

    Examples
    --------
    >>> scope_node("/subscriptions/A"), scope_node("/")
    ('azure:/subscriptions/a', 'azure:/')
    """
    return f"azure:{tidy(scope)}"


resource_node = scope_node
"""A resource is a scope as well: a role can be assigned at it."""


def admin_node(scope: str) -> str:
    """Return the node id of full control over a scope: root, management group or subscription."""
    return f"azure:admin:{tidy(scope)}"


def hub_node(scope: str, what: str) -> str:
    """Return the node id of a class of targets below a scope."""
    return f"hub:azure:{tidy(scope)}:{what}"


def secret_node(vault: str, name: str) -> str:
    """Return the node id of a secret of a key vault, which is its ARM id as well."""
    return scope_node(f"{vault}/secrets/{name}")


def federated_node(principal_id: str, name: str) -> str:
    """Return the node id of a federated credential that only ARM shows, which is its grant's id as well."""
    return f"azure:federated-credential:{principal_id.lower()}:{name.lower()}"


def role_grant(identity: str, eligible: bool = False) -> str:
    """Return the grant id of a role assignment, or of a role for which somebody is eligible, by its ARM id."""
    return f"azure:role_{'eligibility' if eligible else 'assignment'}:{tidy(identity)}"


def access_policy_grant(vault: str, object_id: str, application_id: str = "") -> str:
    """Return the grant id of an access policy of a key vault."""
    compound = f"+{application_id.lower()}" if application_id else ""
    return f"azure:access_policy:{tidy(vault)}#{object_id.lower()}{compound}"


def identity_grant(workload: str, principal_id: str) -> str:
    """Return the grant id of a managed identity's being assigned to a workload."""
    return f"azure:identity:{tidy(workload)}#{principal_id.lower()}"


def parent_scope(scope: str) -> str:
    """Return the scope right above one as its id tells: of a resource its group or the resource that it is part of.

    Returns
    -------
    str
        Empty for the root, for management groups and for subscriptions, whose place no id tells.

    Examples
    --------
    >>> parent_scope("/subscriptions/a/resourcegroups/web/providers/microsoft.sql/servers/s/databases/d")
    '/subscriptions/a/resourcegroups/web/providers/microsoft.sql/servers/s'
    >>> parent_scope("/subscriptions/a/resourcegroups/web/providers/microsoft.sql/servers/s")
    '/subscriptions/a/resourcegroups/web'
    >>> parent_scope("/subscriptions/a/resourcegroups/web"), parent_scope("/subscriptions/a")
    ('/subscriptions/a', '')
    """
    scope = tidy(scope)
    if scope == ROOT or (scope.startswith(_GROUPS) and scope.count("/") == 4):
        return ""
    parts = scope[1:].split("/")
    if parts[0] == "subscriptions" and len(parts) <= 2:
        return ""
    if "providers" not in parts:
        return "/" + "/".join(parts[:-2])
    last = len(parts) - 1 - parts[::-1].index("providers")
    inside = len(parts) - last
    cut = last if inside <= 4 else len(parts) - 2
    return "/" + "/".join(parts[:cut])


def subscription_of(scope: str) -> str:
    """Return the subscription that a scope is in, as an ARM id; empty above subscriptions."""
    parts = tidy(scope).split("/")
    return f"{_SUBSCRIPTIONS}{parts[2]}" if len(parts) > 2 and parts[1] == "subscriptions" else ""
