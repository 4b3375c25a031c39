"""The part of the graph that state and plan files of Terraform tell.

Input: ``TerraformRecords``, the graph of all other sources. Output: nodes, facts, fingerprints of credentials.
Not handled: which stored secret holds which credential (``graph/joints/terraform``).
"""

from __future__ import annotations

from dataclasses import replace

from collectors.aws.records import AwsRecords
from collectors.terraform.records import TerraformRecords
from graph.edges.terraform.drift import Gone
from graph.edges.terraform.ids import Places
from graph.edges.terraform.nodes import build_nodes
from graph.model import IdentityGraph

__all__ = ["build_terraform"]

_OWN = ("secret", "value")
"""Attributes of a credential that are its secret."""


def build_terraform(records: TerraformRecords, aws: AwsRecords, identity_graph: IdentityGraph) -> None:
    """Add nodes and facts, and tell credentials that were collected the fingerprint of their secret.

    Notes
    -----
    Linear in resources, nodes and grants. The fingerprint makes a credential known wherever else its value is met: in
    another state, in a setting, in a text that leaked.
    """
    if records == TerraformRecords():
        return
    places = Places(records, identity_graph)
    build_nodes(records, identity_graph, places, Gone(aws, identity_graph, places))
    for each in records.resources:
        node = places.node(each)
        row = identity_graph.credentials.get(node)
        prints = [secret.fingerprint for secret in each.secrets if secret.place in _OWN and secret.fingerprint]
        if row is not None and row.public_id and prints and not row.fingerprint:
            identity_graph.credentials[node] = replace(row, fingerprint=prints[0])
