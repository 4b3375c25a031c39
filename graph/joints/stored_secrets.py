"""AUTHENTICATES_AS from a stored secret to the credential that it holds, in whatever system that one is.

Input: secrets of Secrets Manager, encrypted parameters and secrets of key vaults; credentials of AWS and Entra; what
settings of workloads say of secrets that they are taken from; what is declared. Output: edges, figures.
Handled: evidence by strength (id, fingerprint, hint with time, rotation function, tag, name); what rules a credential
out; alternatives where nothing tells which. A declared secret needs no guess.
Not handled: values. What is declared, and AWS identities in tags, are ``declared_secrets``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graph.joints.counts import JointCount, Outcome, Tally
from graph.joints.credentials import Credentials
from graph.joints.resolve import Claim, Link, Rank, Resolution, resolve
from graph.joints.secret_evidence import claims_of, is_stored_secret, keeper_of, named_applications
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node

__all__ = ["TECHNIQUES", "collected_tenants", "link_stored_secrets", "secret_edge"]

TECHNIQUES = {
    NodeKind.SECRET: "nhi-secretsmanager-getsecretvalue",
    NodeKind.SSM_PARAMETER: "nhi-ssm-getparameter",
    NodeKind.AZURE_KEY_VAULT_SECRET: "azure-key-vault-get-secret",
    NodeKind.GITHUB_SECRET: "github-secret-credential",
}
_MOST_USERS = 4
"""A rotation function that may make keys of more users than this is an administrator's, and tells nothing."""


def link_stored_secrets(
    identity_graph: IdentityGraph,
    known: Credentials,
    declared: Mapping[str, str],
    told: Mapping[str, Sequence[Claim]],
) -> JointCount:
    """Add the edges.

    Parameters
    ----------
    declared
        Identity or credential by secret, where people stated one and the edge is there already.
    told
        What settings of workloads say of secrets, by secret.

    Notes
    -----
    Linear in secrets, their tags and the words of their names.
    """
    tally = Tally("stored secret to credential", "secrets of Secrets Manager, Parameter Store and key vaults")
    rotated = _Rotation(identity_graph, known)
    tenants = collected_tenants(identity_graph)
    for node in [each for each in identity_graph.nodes.values() if is_stored_secret(each) and each.collected]:
        claims = [*claims_of(node, known), *told.get(node.id, ()), *rotated.claims(node)]
        if node.id in declared:
            claims = [each for each in claims if each.rank in (Rank.ID, Rank.FINGERPRINT)]
        found = resolve(known, keeper_of(node), claims)
        if found.outcome is Outcome.UNMATCHED and node.id not in declared:
            found = _outside(node, tenants)
        if node.id in declared:
            tally.add(Outcome.MATCHED if found.outcome is not Outcome.AMBIGUOUS else found.outcome)
        else:
            tally.add(found.outcome)
        for link in found.links:
            if declared.get(node.id) != link.target:
                identity_graph.add_edge(secret_edge(node, link))
    return tally.done()


def collected_tenants(identity_graph: IdentityGraph) -> set[str]:
    """Return the ids of the Entra tenants that were looked at."""
    return {
        str(node.attributes.get("tenant_id", "")).lower()
        for node in identity_graph.nodes.values()
        if node.kind is NodeKind.ENTRA_TENANT and node.collected
    }


def _outside(node: Node, tenants: set[str]) -> Resolution:
    """Return the link to an application of a tenant that was not looked at, which is not the same as none."""
    tenant = keeper_of(node).tenant
    if tenants and (not tenant or tenant in tenants):
        return Resolution(Outcome.UNMATCHED)
    links = tuple(
        Link(f"entra:app:{app}", State.UNVERIFIED, "A tag names the application; its tenant was not collected.")
        for app in named_applications(node)
    )
    return Resolution(Outcome.UNVERIFIED if links else Outcome.UNMATCHED, links)


def secret_edge(node: Node, link: Link) -> Edge:
    """Return the edge from what keeps a credential to the credential, or to whom it proves.

    A secret of a key vault that is disabled is given to nobody, nor is one of Secrets Manager that waits for deletion:
    https://learn.microsoft.com/azure/key-vault/secrets/about-secrets,
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html (read 2026-11).
    """
    disabled = node.kind is NodeKind.AZURE_KEY_VAULT_SECRET and node.attributes.get("enabled") is False
    deleted = bool(node.attributes.get("deleted_at"))
    why = " The secret is disabled." if disabled else " The secret is marked for deletion." if deleted else ""
    return Edge(
        node.id,
        link.target,
        EdgeKind.AUTHENTICATES_AS,
        link.traversable and not why,
        TECHNIQUES.get(node.kind, ""),
        grants=link.grants,
        conditions=link.conditions,
        state=link.state,
        evidence=link.evidence,
        note=f"{link.note}{why}",
    )


class _Rotation:
    """Whose credentials the function that rotates a secret may make: the secret holds one of theirs."""

    def __init__(self, identity_graph: IdentityGraph, known: Credentials) -> None:
        self._graph = identity_graph
        self._known = known
        functions = {
            str(node.attributes["rotation_function"])
            for node in identity_graph.nodes.values()
            if node.kind is NodeKind.SECRET and node.attributes.get("rotation_function")
        }
        self._roles: dict[str, list[str]] = {}
        self._makes: dict[str, list[str]] = {}
        if functions:
            self._read(functions)

    def _read(self, functions: set[str]) -> None:
        for edge in self._graph.edges:
            if edge.kind is EdgeKind.RUNS_AS and edge.source in functions:
                self._roles.setdefault(edge.source, []).append(edge.target)
        roles = {role for found in self._roles.values() for role in found}
        hubs: dict[str, list[str]] = {}
        for edge in self._graph.edges:
            if edge.kind is EdgeKind.CAN_CREATE_CREDENTIAL and edge.traversable and edge.source in roles:
                self._makes.setdefault(edge.source, []).append(edge.target)
                if self._graph.nodes[edge.target].category is Category.HUB:
                    hubs[edge.target] = []
        for edge in self._graph.edges if hubs else ():
            if edge.source in hubs and edge.traversable:
                hubs[edge.source].append(edge.target)
        for role, targets in self._makes.items():
            self._makes[role] = [end for target in targets for end in hubs.get(target, [target])]

    def claims(self, node: Node) -> Iterator[Claim]:
        """Yield what the rotation of a secret says."""
        function = str(node.attributes.get("rotation_function") or "")
        users = dict.fromkeys(user for role in self._roles.get(function, ()) for user in self._makes.get(role, ()))
        if 0 < len(users) <= _MOST_USERS:
            for user in users:
                why = f"its rotation function {function.rpartition(':')[2]} may make credentials of the identity"
                yield Claim(Rank.ROTATION, why, identity=user, evidence=node.evidence)
