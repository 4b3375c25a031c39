"""Ids of what imported tables name: another source's id where it is one, else the system's own.

Input: the folder of a row and an id in it. Output: node and grant ids.
Handled: ids that say by themselves whose they are (an ARN, an access key id, ``entra:<object id>``, ``azure:<ARM id>``,
``oidc://…``, ``other:…``). Not handled: names, e-mail addresses and bare GUIDs, which prove nothing.
"""

from __future__ import annotations

import re

from graph.edges.aws.world import admin_id as aws_admin
from graph.evaluate.azure.ids import admin_node as azure_admin
from graph.evaluate.azure.ids import scope_node
from graph.evaluate.entra.ids import admin_node as entra_admin
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["admin_of", "credential_grant", "global_id", "grant_id", "own_id", "scope_of_system", "use_grant"]

_ACCESS_KEY = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}")
_AS_IT_STANDS = ("arn:", "oidc://", "aws:", "other:", "opengraph:")
_CASELESS = ("entra:", "azure:")
_ARM = ("/subscriptions/", "/providers/microsoft.management/managementgroups/")


def global_id(text: str) -> str:
    """Return the node id that a text is whatever system names it; empty where it is an id of one system alone.

    Examples
    --------
    >>> global_id("arn:aws:iam::111111111111:role/ci"), global_id("entra:4F0E"), global_id("AKIAIOSFODNN7EXAMPLE")
    ('arn:aws:iam::111111111111:role/ci', 'entra:4f0e', 'aws:key:AKIAIOSFODNN7EXAMPLE')
    >>> global_id("/subscriptions/A/resourceGroups/Web"), global_id("deployer")
    ('azure:/subscriptions/a/resourcegroups/web', '')
    """
    if text.startswith(_AS_IT_STANDS):
        return text
    lower = text.lower()
    if lower.startswith(_CASELESS):
        return lower
    if lower.startswith(_ARM):
        return scope_node(text)
    return f"aws:key:{text}" if _ACCESS_KEY.fullmatch(text) else ""


def scope_of_system(system: str) -> str:
    """Return the node id of the folder ``<system>/<scope>`` as a scope."""
    return f"other:{system}"


def own_id(system: str, text: str) -> str:
    """Return the node id of what a row of ``<system>/<scope>`` names.

    Examples
    --------
    >>> own_id("jenkins/ci", "deployer"), own_id("jenkins/ci", "jenkins/ci")
    ('other:jenkins/ci:deployer', 'other:jenkins/ci')
    """
    return global_id(text) or (scope_of_system(system) if text == system else f"other:{system}:{text}")


def grant_id(system: str, text: str) -> str:
    """Return the id of a stated grant."""
    return f"other:grant:{system}:{text}"


def credential_grant(system: str, text: str) -> str:
    """Return the id of the grant that a stated credential is."""
    return f"other:credential:{system}:{text}"


def use_grant(system: str, consumer: str, used: str) -> str:
    """Return the id of the grant that a stated use is."""
    return f"other:use:{system}:{consumer}:{used}"


def admin_of(scope: Node) -> str:
    """Return the node id of full control over a scope of any source."""
    if scope.kind is NodeKind.AWS_ACCOUNT:
        return aws_admin(scope.id.removeprefix("aws:account:"))
    if scope.kind is NodeKind.ENTRA_TENANT:
        return entra_admin(scope.id.removeprefix("entra:tenant:"))
    if scope.kind in (NodeKind.AZURE_ROOT, NodeKind.AZURE_MANAGEMENT_GROUP, NodeKind.AZURE_SUBSCRIPTION):
        return azure_admin(scope.id.removeprefix("azure:"))
    return f"other:admin:{scope.id}"
