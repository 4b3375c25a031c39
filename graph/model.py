"""The identity graph while it is being built: nodes, edges, grants, documents, all interned.

Input: ``add_*`` calls of the builder. Output: ``IdentityGraph`` in insertion order, ready for ``graph.snapshot``.
Not handled: questions; the engine works on the snapshot's arrays, not on these objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.decision import ALWAYS, Residual
from graph.joints.counts import JointCount
from graph.kinds import Category, EdgeKind, NodeKind, State, category_of

__all__ = ["Credential", "DocumentUse", "Edge", "Grant", "IdentityGraph", "Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """A thing of the inventory, a scope, or a hub."""

    id: str
    """The vendor's global id (ARN, …), source-prefixed where not global, e.g. ``aws:account:111111111111``."""
    kind: NodeKind
    name: str
    source: str
    """``aws``, ``entra``, ``oidc`` …"""
    scope: str
    """Account, tenant …; ``""`` for what stands above them."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready facts: times as ISO 8601 text, tags, counts; ``unique_id`` and ``aliases`` are searched by WHO."""
    collected: bool = True
    """False for what evidence only refers to."""
    impact: str = ""
    """Worst class that its holder has over this node or by this node itself; ``""`` when none."""
    evidence: str = ""
    """``file#pointer``."""

    @property
    def category(self) -> Category:
        """Return the category of the node's kind."""
        return category_of(self.kind)


@dataclass(frozen=True, slots=True)
class Grant:
    """The smallest removable unit that gives permission."""

    id: str
    """Stable, e.g. ``aws:statement:<arn>:inline:<policy>#<index>``, ``aws:attachment:<arn>:<policy arn>``."""
    kind: str
    """``statement``, ``attachment``, ``membership``, ``trust``, ``key``, ``resource_policy``, ``assignment`` (Identity
    Center), ``profile`` (Roles Anywhere), ``access_entry`` (EKS), ``pool_roles`` (Cognito), ``kms_grant``; of Entra
    ``app_role_assignment``, ``consent``, ``directory_role_assignment``, ``ownership``, ``membership``, ``password``,
    ``certificate``, ``federated_credential``, ``blueprint``, ``agent_user``, ``service_principal`` (of a vendor); of
    Azure ``role_assignment``, ``role_eligibility``, ``access_policy`` (of a vault), ``identity`` (of a workload); of
    GitHub ``repository_role``, ``organization_role``, ``membership``, ``branch_rule``, ``environment_reviewer``,
    ``workflow_file``, ``actions``, ``runner`` (open to public repositories), ``key``, ``installation``, ``token``; of
    imported tables ``access``, ``admin``, ``member``, ``impersonate``, ``assume``, ``key``, ``use``; ``imported``, a
    step of an imported graph."""
    holder: str
    """Node id of the principal, group, role or resource that carries it."""
    text: str
    """What it is, for people: policy name, Sid, effect."""
    evidence: str = ""
    """``file#pointer``."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Holder of ``source`` gains, or has, ``target``."""

    source: str
    target: str
    kind: EdgeKind
    traversable: bool
    technique: str = ""
    """Technique id of the catalogue; ``""`` for structure."""
    grants: tuple[str, ...] = ()
    """One minimal grant set: all needed together; sorted grant ids."""
    conditions: Residual = ALWAYS
    guards: tuple[str, ...] = ()
    """Denies, boundaries, SCPs that shaped it (labels); removing one may widen."""
    state: State = State.VERIFIED
    """Best state it can have, before conditions: ``UNVERIFIED`` where evidence is missing or not understood."""
    impact: str = ""
    """Class of what is gained over the target (data access), e.g. ``H4``; ``""`` otherwise."""
    via: str = ""
    """Node id of a thing used on the way that is not itself a step (the role whose policy is rewritten …)."""
    evidence: str = ""
    """``file#pointer`` beyond what the grants carry."""
    note: str = ""
    """One sentence on what is missing or used; shown with the step."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential as a row for look-up; it is also a node."""

    node: str
    identity: str
    kind: str
    public_id: str
    """Key id or other non-secret id; ``""`` when unknown."""
    active: bool
    hint: str = ""
    fingerprint: str = ""
    created_at: str = ""
    expires_at: str = ""
    last_used_at: str = ""
    last_used_known: bool = False


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """A policy document in force on something: what ``explain`` and ``who-can`` evaluate."""

    holder: str
    """Node id of principal, group, resource, account or OU/root id."""
    layer: str
    """``identity``, ``group``, ``boundary``, ``scp``, ``rcp``, ``resource``, ``trust``."""
    label: str
    digest: str
    """Key of the documents table; ``""`` when the document is missing."""
    grant_prefix: str
    """Grant id, or the prefix to which ``#<statement index>`` is added when statements are the unit."""
    per_statement: bool
    evidence: str = ""
    order: int = 0
    """Level for SCPs and RCPs: 0 is the root; 0 elsewhere."""


class IdentityGraph:
    """Collector of nodes, edges, grants and documents.

    INVARIANT: the first node with an id wins, except that a collected node replaces a merely referred-to one.
    INVARIANT: two edges equal in every field are one edge.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.edges: dict[Edge, None] = {}
        self.grants: dict[str, Grant] = {}
        self.credentials: dict[str, Credential] = {}
        self.documents: dict[str, str] = {}
        """Digest to canonical JSON text."""
        self.document_uses: list[DocumentUse] = []
        self.joints: list[JointCount] = []
        """Figures of the joints between systems."""

    def add_node(self, node: Node) -> None:
        """Add a node; keep what is there unless the new one is collected and the old one is not."""
        known = self.nodes.get(node.id)
        if known is None or (node.collected and not known.collected):
            self.nodes[node.id] = node

    def add_edge(self, edge: Edge) -> None:
        """Add an edge once. Both ends must exist by the time the snapshot is written."""
        self.edges[edge] = None

    def add_edges(self, edges: Iterable[Edge]) -> None:
        """Add many edges."""
        for edge in edges:
            self.edges[edge] = None

    def add_grant(self, grant: Grant) -> str:
        """Add a grant (first wins) and return its id."""
        self.grants.setdefault(grant.id, grant)
        return grant.id

    def add_credential(self, credential: Credential) -> None:
        """Add a credential row."""
        self.credentials.setdefault(credential.node, credential)

    def add_document(self, digest: str, body: Mapping[str, Any]) -> None:
        """Remember a policy document by its digest."""
        if digest not in self.documents:
            self.documents[digest] = json.dumps(body, sort_keys=True, separators=(",", ":"))

    def add_document_use(self, use: DocumentUse) -> None:
        """Remember that a document is in force somewhere."""
        self.document_uses.append(use)
