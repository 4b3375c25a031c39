"""Which system a node is in: AWS account, Entra tenant, Azure subscription, GitHub organization, cluster, other.

Input: a snapshot, node ids. Output: ``System``.
Handled: what a token subject is called belongs to whoever issues the token: GitHub's subjects to the organization that
they name, a service account's to its cluster, any other to its issuer. A principal outside is in the account of its
ARN. What stands above accounts (an AWS organization, GitHub's issuer) is in its vendor as a whole.
Not handled: which legal entity owns a system; ``declared/accounts`` says own, vendor or unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.evaluate.github.subjects import issued_by_github, named_repository
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["System", "Systems", "vendor_word"]

_VENDORS = {"aws": "AWS", "entra": "Entra", "azure": "Azure", "github": "GitHub", "kubernetes": "Kubernetes"}
_CLUSTERS = (NodeKind.EKS_CLUSTER, NodeKind.AZURE_KUBERNETES_CLUSTER)
_SERVICE_ACCOUNT = "system:serviceaccount:"
_ISSUER = "issuer"


@dataclass(frozen=True, slots=True)
class System:
    """A system that answers for what is in it."""

    id: str
    """Source and scope: ``aws:222233334444``, ``entra:TENANT``, ``azure:SUBSCRIPTION``, ``github:ORGANIZATION``,
    ``kubernetes:ISSUER``, ``issuer:ISSUER``, ``other:SYSTEM``; the source alone for what stands above its scopes."""
    kind: str
    """``AWS account``, ``Entra tenant`` …"""
    name: str
    """What people call it; ``""`` where it is the vendor as a whole."""

    @property
    def source(self) -> str:
        """Return the source alone, as ``aws``, ``kubernetes`` or ``issuer``."""
        return self.id.partition(":")[0]

    @property
    def scope(self) -> str:
        """Return the scope alone; ``""`` for the vendor as a whole."""
        return self.id.partition(":")[2]

    @property
    def text(self) -> str:
        """Return kind and name."""
        return f"{self.kind} {self.name}".strip()

    @property
    def vendor(self) -> str:
        """Return the word for a head line: ``GitHub``, ``AWS``; the system itself where it is no known vendor's."""
        return vendor_word(self.source) or self.name or self.kind


def vendor_word(source: str) -> str:
    """Return what people call a source; ``""`` where it is none of the known."""
    return _VENDORS.get(source, "")


class Systems:
    """Systems of one snapshot, each looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str, System] = {}
        self._clusters: dict[str, str] | None = None

    def of(self, node_id: str) -> System:
        """Return the system of a node, or of a token subject that is no node."""
        number = self._snapshot.find_id(node_id)
        if number is None:
            return self._of_token(node_id)
        return self.of_node(self._snapshot.node(number))

    def of_node(self, node: Node) -> System:
        """Return the system of a node."""
        if node.source == "oidc":
            issuer = str(node.attributes.get("issuer", "")) or node.id.removeprefix("oidc://")
            return self._issued(issuer, str(node.attributes.get("subject", "")))
        scope = node.scope
        if node.kind is NodeKind.AWS_EXTERNAL_PRINCIPAL and node.id.startswith("arn:"):
            scope = node.id.split(":", 5)[4] or scope
        return self.scoped(node.source, scope)

    def _of_token(self, text: str) -> System:
        """Return the system of ``oidc://issuer/subject`` at the longest issuer that the snapshot knows."""
        parts = text.removeprefix("oidc://").split("/")
        for length in range(len(parts), 0, -1):
            issuer = "/".join(parts[:length])
            if self._snapshot.find_id(f"oidc://{issuer}") is not None:
                return self._issued(issuer, "/".join(parts[length:]))
        return self._kept("other", "other system", "")

    def _issued(self, issuer: str, subject: str) -> System:
        if issued_by_github(issuer):
            organization = _organization(subject)
            # GitHub's names differ in no more than case.
            return self._kept("github", "GitHub organization" if organization else "GitHub", organization)
        cluster = self._cluster(issuer)
        if cluster or subject.startswith(_SERVICE_ACCOUNT):
            return self._kept("kubernetes", "Kubernetes cluster", issuer, cluster or issuer)
        return self._kept(_ISSUER, "token issuer", issuer)

    def _cluster(self, issuer: str) -> str:
        """Return the name of the collected cluster that issues; ``""`` for none."""
        if self._clusters is None:
            self._clusters = {}
            for number in self._snapshot.nodes_of_kind(*_CLUSTERS):
                node = self._snapshot.node(int(number))
                told = str(node.attributes.get("oidc_issuer") or "").removeprefix("https://").rstrip("/")
                if told:
                    self._clusters.setdefault(told, node.name)
        return self._clusters.get(issuer.rstrip("/"), "")

    def scoped(self, source: str, scope: str) -> System:
        """Return the system that a source calls by this scope, as nodes and coverage name it."""
        if source == "aws":
            return self._kept(
                "aws", "AWS account" if scope else "AWS", scope, self._name(f"aws:account:{scope}", scope)
            )
        if source == "entra":
            return self._kept(
                "entra", "Entra tenant" if scope else "Entra", scope, self._name(f"entra:tenant:{scope}", scope)
            )
        if source == "azure":
            subscription = self._name(f"azure:/subscriptions/{scope}", "")
            if scope and not subscription:
                return self._kept("azure", "Azure tenant", scope, self._name(f"entra:tenant:{scope}", scope))
            return self._kept("azure", "Azure subscription" if scope else "Azure", scope, subscription)
        if source == "github":
            return self._kept("github", "GitHub organization" if scope else "GitHub", scope)
        return self._kept(source or "other", "other system", scope)

    def _name(self, node_id: str, otherwise: str) -> str:
        number = self._snapshot.find_id(node_id)
        return (self._snapshot.node(number).name or otherwise) if number is not None else otherwise

    def _kept(self, source: str, kind: str, scope: str, name: str = "") -> System:
        key = f"{source}:{scope.lower() if source == 'github' else scope}" if scope else source
        return self._known.setdefault(key, System(key, kind, name or scope))


def _organization(subject: str) -> str:
    """Return the organization that a subject of GitHub names in full (``repo:ORG/…``, ``repo:ORG@ID/…``), else none."""
    owner, slash, _ = named_repository(subject).partition("/")
    return owner if slash and owner and "*" not in owner and "?" not in owner else ""
