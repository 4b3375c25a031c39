"""Where the nodes of an imported OpenGraph meet those of other sources: by ids, never by names.

Input: an id, what the node is, and the graph that all collectors have added to. Output: node ids.
Handled: object ids of Entra, app ids of AZApp (BloodHound knows an application by that), ARM ids, ARNs, ids of this
product's own, upper-cased ids that one node alone can mean. Not handled: ids of systems that are not read here; they
stay the graph's own.

References
----------
https://github.com/SpecterOps/BloodHound ``ConvertAZAppToNode``: the object id of an AZApp is its app id (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from graph.evaluate.azure.ids import scope_node
from graph.evaluate.entra.ids import node_of, tenant_node
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["KnownIds", "arn_kind"]

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ARM = ("/subscriptions/", "/providers/microsoft.management/managementgroups/")
_OWN = ("arn:", "aws:", "azure:", "entra:", "oidc:", "other:", "opengraph:")
_DIRECTORY = frozenset(
    {NodeKind.ENTRA_USER, NodeKind.ENTRA_GROUP, NodeKind.ENTRA_SERVICE_PRINCIPAL, NodeKind.ENTRA_MANAGED_IDENTITY}
)
_ARN_KINDS = (
    (re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+"), NodeKind.AWS_ROLE),
    (re.compile(r"arn:aws[a-z-]*:iam::\d{12}:user/.+"), NodeKind.AWS_USER),
    (re.compile(r"arn:aws[a-z-]*:iam::\d{12}:group/.+"), NodeKind.AWS_GROUP),
    (re.compile(r"arn:aws[a-z-]*:lambda:[^:]*:\d{12}:function:[^:]+"), NodeKind.LAMBDA_FUNCTION),
    (re.compile(r"arn:aws[a-z-]*:ec2:[^:]*:\d{12}:instance/.+"), NodeKind.EC2_INSTANCE),
    (re.compile(r"arn:aws[a-z-]*:s3:::[^/*]+"), NodeKind.S3_BUCKET),
    (re.compile(r"arn:aws[a-z-]*:kms:[^:]*:\d{12}:key/.+"), NodeKind.KMS_KEY),
    (re.compile(r"arn:aws[a-z-]*:secretsmanager:[^:]*:\d{12}:secret:.+"), NodeKind.SECRET),
)


def arn_kind(identity: str) -> NodeKind | None:
    """Return what an ARN names; ``None`` for another id, or an ARN of another service."""
    return next((kind for pattern, kind in _ARN_KINDS if pattern.fullmatch(identity)), None)


class KnownIds:
    """Node ids of what was collected."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes: set[str] = set()
        self._upper: dict[str, str | None] = {}
        self._applications: dict[str, str] = {}
        for node in nodes:
            self._nodes.add(node.id)
            upper = node.id.upper()
            # ``None``: two ids differ in case alone, so an upper-cased one means neither.
            self._upper[upper] = node.id if upper not in self._upper else None
            if node.kind is NodeKind.ENTRA_APPLICATION and node.attributes.get("app_id"):
                self._applications[str(node.attributes["app_id"]).lower()] = node.id

    def node_id(self, scope: str, identity: str, kind: NodeKind | None) -> str:
        """Return the node id of something that a graph calls ``identity``.

        Parameters
        ----------
        scope
            Of the graph, for an id that is its own.
        kind
            What it is; ``None``: not known.
        """
        lower = identity.lower()
        guid = _GUID.fullmatch(lower) is not None
        if kind is NodeKind.ENTRA_APPLICATION and guid:
            return self._applications.get(lower, f"entra:app-id:{lower}")
        if kind is NodeKind.ENTRA_TENANT and guid:
            return tenant_node(lower)
        if kind in _DIRECTORY and guid:
            return node_of(lower)
        if lower.startswith(_ARM):
            return scope_node(identity)
        if identity in self._nodes or identity.startswith(_OWN):
            return identity
        if guid and node_of(lower) in self._nodes:
            return node_of(lower)
        return self._upper.get(identity.upper()) or f"opengraph:{scope}:{identity}"
