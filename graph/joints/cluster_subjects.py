"""RUNS_AS from a Kubernetes cluster to the subjects of its own issuer, in whatever system trusts them.

Input: clusters of EKS, of Azure Kubernetes Service and of Azure Arc with their issuers; trust of AWS roles, Entra
applications and managed identities, which names subjects. Output: edges, figures.
Handled: any pairing of clouds: the issuer's subjects are nodes of their own, shared by all who trust them.
Not handled: which service account a pod may use inside the cluster (that is RBAC); issuers of clusters that were not
collected, whose subjects are counted as unmatched.

Whoever controls the cluster has it issue a token for any of its service accounts, which is what roles for service
accounts and workload identity trust: https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
and https://learn.microsoft.com/azure/aks/workload-identity-overview (read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict

from graph.evaluate.entra.federation import issuer_name
from graph.joints.counts import JointCount, Outcome, Tally
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node

__all__ = ["join_clusters"]

_SERVICE_ACCOUNTS = "system:serviceaccount:"
_TWO = "Several collected clusters name this issuer, so it is not sure which of them issues the token."


def join_clusters(identity_graph: IdentityGraph) -> JointCount:
    """Let a cluster be every subject that its issuer names; linear in nodes and edges."""
    tally = Tally("cluster to federated identity", "trusted subjects of Kubernetes issuers")
    clusters: defaultdict[str, list[Node]] = defaultdict(list)
    for node in identity_graph.nodes.values():
        if node.category is Category.WORKLOAD and (issuer := node.attributes.get("oidc_issuer")):
            clusters[f"oidc://{issuer_name(str(issuer))}"].append(node)
    found: list[Edge] = []
    for edge in identity_graph.edges:
        if edge.kind is not EdgeKind.CONTAINS or identity_graph.nodes[edge.source].kind is not NodeKind.OIDC_ISSUER:
            continue
        facts = identity_graph.nodes[edge.target].attributes
        subject = str(facts.get("subject", ""))
        owners = clusters.get(edge.source.rstrip("/"), [])
        # A star that is no pattern is compared literally, and no service account has one in its name.
        dead = not facts.get("pattern") and "*" in subject
        if dead and owners:
            tally.add(Outcome.IMPOSSIBLE)
        elif subject.startswith(_SERVICE_ACCOUNTS) or (subject.startswith("*") and owners):
            tally.add((Outcome.UNMATCHED, Outcome.MATCHED, Outcome.AMBIGUOUS)[min(len(owners), 2)])
            found += (_edge(node, edge.target, sure=len(owners) == 1) for node in owners)
        elif owners:
            tally.add(Outcome.IMPOSSIBLE)
    identity_graph.add_edges(found)
    return tally.done()


def _edge(cluster: Node, subject: str, *, sure: bool) -> Edge:
    state, note = (State.VERIFIED, "") if sure else (State.UNVERIFIED, _TWO)
    return Edge(cluster.id, subject, EdgeKind.RUNS_AS, True, state=state, evidence=cluster.evidence, note=note)
