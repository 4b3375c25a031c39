"""Credentials of AWS users as nodes: access keys, service-specific credentials, signing certificates.

Input: the world. Output: nodes, AUTHENTICATES_AS edges and credential rows.
Handled: an inactive key proves nobody (its edge is not traversable); a service-specific credential proves the user to
one service alone. Not handled: console passwords, which come with their user.
"""

from __future__ import annotations

from graph.edges.aws.structure_facts import iso_time
from graph.edges.aws.world import AwsWorld
from graph.kinds import EdgeKind, NodeKind
from graph.model import Credential, Edge, Node

__all__ = ["build_credential_nodes", "key_node"]


def key_node(key_id: str, user_arn: str, slot: int) -> str:
    """Return the node id of an access key; keys that only the credential report shows go by user and slot."""
    return f"aws:key:{key_id}" if key_id else f"aws:key:{user_arn}:slot{slot}"


def build_credential_nodes(world: AwsWorld) -> None:
    """Add every credential."""
    graph = world.identity_graph
    for key in world.records.access_keys:
        node = key_node(key.id, key.user_arn, key.slot)
        label = key.id or f"access key {key.slot}"
        grant = world.grant(node, "key", key.user_arn, f"access key {label}", str(key.ref))
        graph.add_node(
            Node(
                node,
                NodeKind.AWS_ACCESS_KEY,
                label,
                "aws",
                key.account,
                {
                    "key_id": key.id,
                    "active": key.active,
                    "created_at": iso_time(key.created_at),
                    "last_used_at": iso_time(key.last_used_at),
                    "last_used_known": key.last_used_known,
                    "last_used_service": key.last_used_service,
                    "slot": key.slot,
                    "quarantined": key.quarantined,
                    "identity": key.user_arn,
                    "aliases": [key.id] if key.id else [],
                },
                evidence=str(key.ref),
            )
        )
        if key.user_arn in graph.nodes:
            graph.add_edge(Edge(node, key.user_arn, EdgeKind.AUTHENTICATES_AS, key.active, grants=(grant,)))
        graph.add_credential(
            Credential(
                node,
                key.user_arn,
                "access_key",
                key.id,
                key.active,
                created_at=iso_time(key.created_at),
                last_used_at=iso_time(key.last_used_at),
                last_used_known=key.last_used_known,
            )
        )
    for item in world.records.service_credentials:
        node = f"aws:service-credential:{item.id}"
        grant = world.grant(
            node, "key", item.user_arn, f"service-specific credential {item.id} for {item.service}", str(item.ref)
        )
        graph.add_node(
            Node(
                node,
                NodeKind.AWS_SERVICE_CREDENTIAL,
                item.alias or item.id,
                "aws",
                item.account,
                {
                    "service": item.service,
                    "active": item.active,
                    "created_at": iso_time(item.created_at),
                    "expires_at": iso_time(item.expires_at),
                    "identity": item.user_arn,
                    "aliases": [item.id],
                },
                evidence=str(item.ref),
            )
        )
        # It proves the user to one service alone, which is not the user as IAM knows it: a fact, not a step.
        if item.user_arn in graph.nodes:
            graph.add_edge(Edge(node, item.user_arn, EdgeKind.AUTHENTICATES_AS, False, grants=(grant,)))
        graph.add_credential(
            Credential(
                node,
                item.user_arn,
                "service_specific",
                item.id,
                item.active,
                created_at=iso_time(item.created_at),
                expires_at=iso_time(item.expires_at),
            )
        )
    for certificate in world.records.signing_certificates:
        node = f"aws:certificate:{certificate.user_arn}:{certificate.id}"
        graph.add_node(
            Node(
                node,
                NodeKind.AWS_SIGNING_CERTIFICATE,
                certificate.id,
                "aws",
                certificate.account,
                {
                    "active": certificate.active,
                    "created_at": iso_time(certificate.created_at),
                    "identity": certificate.user_arn,
                },
                evidence=str(certificate.ref),
            )
        )
        if certificate.user_arn in graph.nodes:
            graph.add_edge(Edge(node, certificate.user_arn, EdgeKind.AUTHENTICATES_AS, False))
        graph.add_credential(
            Credential(
                node,
                certificate.user_arn,
                "signing_certificate",
                certificate.id,
                certificate.active,
                created_at=iso_time(certificate.created_at),
            )
        )
