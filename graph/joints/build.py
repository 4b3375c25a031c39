"""Joints between systems, each in a file: what no single system can tell, joined over the graph of all.

Input: the graph with the edges of every source, what people declare. Output: edges, facts, figures of each joint.
Not handled: what one system says of itself; those edges are in ``graph.edges``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from collectors.ci.records import CiScope
from collectors.entra.records import EntraRecords
from collectors.evidence.declared import Declared
from collectors.terraform.records import TerraformRecords
from graph.declared import apply_declared
from graph.joints.ci_secrets import join_ci_secrets
from graph.joints.cluster_subjects import join_clusters
from graph.joints.credentials import Credentials
from graph.joints.declared_secrets import link_declared_secrets
from graph.joints.logins import join_logins, linked_logins
from graph.joints.not_collected import NotCollected, refer_to_secrets
from graph.joints.oidc.join import join_oidc
from graph.joints.people import People, join_owners
from graph.joints.settings import join_settings
from graph.joints.sightings import join_sightings
from graph.joints.stored_secrets import link_stored_secrets
from graph.joints.terraform import join_terraform
from graph.joints.vendors import join_vendors
from graph.model import IdentityGraph

__all__ = ["build_joints", "plain_counts"]


def build_joints(
    identity_graph: IdentityGraph,
    declared: Declared,
    entra: EntraRecords,
    keys_listed: Callable[[str], bool],
    pipelines: Sequence[CiScope] = (),
    terraform: TerraformRecords | None = None,
) -> None:
    """Add what every joint gives, lay what people declare over the nodes, and leave the figures with the graph.

    Parameters
    ----------
    keys_listed
        Whether every access key of an AWS account's users is in the evidence.
    pipelines
        Groups of GitLab and workspaces of Bitbucket.
    terraform
        What states of Terraform say; ``build_terraform`` has added their nodes.
    """
    refer_to_secrets(identity_graph, declared)
    counts = [join_clusters(identity_graph), *join_oidc(identity_graph, entra, pipelines)]
    known = Credentials(identity_graph)
    stated = link_declared_secrets(identity_graph, declared, known, keys_listed)
    settings = join_settings(identity_graph, known)
    NotCollected(identity_graph, declared).add(stated.open)
    states = join_terraform(terraform or TerraformRecords(), identity_graph, known)
    told = {node: [*settings.told.get(node, ()), *states.told.get(node, ())] for node in (*settings.told, *states.told)}
    stored = link_stored_secrets(identity_graph, known, stated.by_secret, told)
    in_ci = join_ci_secrets(identity_graph, known, stated.by_secret, states.told)
    people = People(declared, entra, linked_logins(identity_graph))
    apply_declared(identity_graph, declared, people.active)
    counts += [stored, *states.counts, in_ci, stated.count, settings.count]
    counts += [join_logins(identity_graph, people), join_owners(identity_graph, people)]
    counts += [join_vendors(identity_graph, declared), join_sightings(identity_graph, known)]
    identity_graph.joints = counts


def plain_counts(identity_graph: IdentityGraph) -> list[dict[str, Any]]:
    """Return the figures as the manifest of a snapshot keeps them, without joints that had nothing to look at."""
    return [asdict(count) for count in identity_graph.joints if count.total]
