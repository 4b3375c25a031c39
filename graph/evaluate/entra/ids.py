"""Ids of Entra nodes and grants: source-prefixed, because an object id says neither system nor kind.

Input: object ids and the ids of assignments. Output: text. Not handled: names for people.
"""

from __future__ import annotations

__all__ = [
    "admin_node",
    "api_node",
    "app_role_grant",
    "certificate_node",
    "consent_grant",
    "eligibility_grant",
    "federated_node",
    "hub_node",
    "membership_grant",
    "node_of",
    "ownership_grant",
    "role_grant",
    "secret_node",
    "tenant_node",
]


def node_of(object_id: str) -> str:
    """Return the node id of a directory object."""
    return f"entra:{object_id}"


def tenant_node(tenant: str) -> str:
    """Return the node id of a tenant."""
    return f"entra:tenant:{tenant}"


def admin_node(tenant: str) -> str:
    """Return the node id of full control over a tenant."""
    return f"entra:admin:{tenant}"


def api_node(principal_id: str) -> str:
    """Return the node id of what a service principal offers as an API."""
    return f"entra:api:{principal_id}"


def hub_node(tenant: str, what: str) -> str:
    """Return the node id of a class of targets."""
    return f"hub:entra:{tenant}:{what}"


def secret_node(holder: str, key_id: str) -> str:
    """Return the node id of a client secret of an application or service principal, which is its grant's id as well."""
    return f"entra:password:{holder}:{key_id}"


def certificate_node(holder: str, key_id: str) -> str:
    """Return the node id of a certificate, which is its grant's id as well."""
    return f"entra:certificate:{holder}:{key_id}"


def federated_node(holder: str, identity: str) -> str:
    """Return the node id of a federated credential, which is its grant's id as well."""
    return f"entra:federated-credential:{holder}:{identity}"


def app_role_grant(identity: str) -> str:
    """Return the grant id of an app role assignment."""
    return f"entra:app-role-assignment:{identity}"


def consent_grant(identity: str) -> str:
    """Return the grant id of a delegated consent."""
    return f"entra:consent:{identity}"


def role_grant(identity: str, eligible: bool = False) -> str:
    """Return the grant id of a directory role that is assigned, or for which somebody is eligible."""
    return f"entra:directory-role-{'eligibility' if eligible else 'assignment'}:{identity}"


def eligibility_grant(identity: str) -> str:
    """Return the grant id of an eligibility for a group."""
    return f"entra:group-eligibility:{identity}"


def ownership_grant(owned: str, owner: str) -> str:
    """Return the grant id of an ownership."""
    return f"entra:ownership:{owned}:{owner}"


def membership_grant(group: str, member: str) -> str:
    """Return the grant id of a membership."""
    return f"entra:membership:{group}:{member}"
