"""Which consumer uses which identity or credential, one link for each piece of evidence that is set up on purpose.

Input: a snapshot. Output: ``Link`` rows by the node id of what is shared.
Handled: workloads that run as a role (pods of a cluster one by one) or whose service uses one; agents that a
blueprint's credentials prove; what triggers and authorizers use; secrets of any system, and settings, that hold a
credential; variables with a key id, with equal secret values (by fingerprint), or taken from a secret or parameter;
subjects, outside accounts and principals that a trust or resource policy lets in.
Not handled: what an identity merely may do (``analytics.pools.permissions``); people (SAML, Identity Center).
Cost: linear in those edges and in workloads; a workload is parsed once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np

from analytics.token_subjects import Breadth, breadth, issuer_of
from analytics.workload_families import deployment_of, family_of, is_there, template_of
from graph.arrays import CATEGORY_CODES, BoolArray, Int32Array, Int64Array, spans
from graph.errors import NodeNotFoundError
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["PODS", "Evidence", "Link", "Links", "Workloads", "member_key"]

PODS = "KubernetesServiceAccount"
"""Kind of a consumer that is no node of its own: a service account of a cluster."""
_REPOSITORY = "OidcSubject"
_SECRET_REFERENCE = re.compile(r"(arn:[^:]+:secretsmanager:[^:]*:[0-9]*:secret:[^:]+)(:.*)?")
_OUTSIDE = (NodeKind.AWS_ACCOUNT, NodeKind.AWS_EXTERNAL_PRINCIPAL, NodeKind.AWS_ANYONE)
_TOKENS = (NodeKind.OIDC_SUBJECT, NodeKind.TRUST_ANCHOR, NodeKind.COGNITO_IDENTITY_POOL)
_CONNECTORS = (NodeKind.API_AUTHORIZER,)
_PLACES = (Category.SECRET, Category.WORKLOAD)
"""Where a credential can lie: secrets of clouds and CI systems, settings of workloads."""


class Evidence(StrEnum):
    """What shows that a consumer uses what is shared."""

    RUNS_AS = "runs as"
    POD = "pod identity"
    SERVICE_ROLE = "role of its service"
    STORED = "credential stored in it"
    TAGGED = "credential named by its tag"
    KEY_ID = "key id in a variable"
    VALUE = "secret value in a variable"
    REFERENCE = "variable taken from it"
    FEDERATION = "federation"
    BLUEPRINT = "agent of the blueprint"
    """Whoever holds a credential of the blueprint is any of its agents."""
    TRUST = "trust"
    PERMISSION = "permission"
    """Its own policies allow the use; nothing shows that it was set up for it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One piece of evidence that a consumer uses something."""

    consumer: str
    """Node id, or the id of a cluster's service account, or a token subject down to its repository."""
    kind: str
    """Node kind, or ``PODS``."""
    node: int
    """Number of the node that stands for it."""
    family: str
    """Links with the same family are of one consumer."""
    evidence: Evidence
    edge: int = -1
    """Edge that shows it; -1: an attribute does."""
    pointer: str = ""
    """Where that stands: grant, variable or evidence reference; ``""``: the edge tells."""
    open_ended: bool = False
    """It stands for several that no evidence lists: every subject of a pattern, every certificate of an anchor."""


@dataclass(frozen=True, slots=True)
class _Workload:
    """What is kept of one workload."""

    id: str
    kind: NodeKind
    family: str
    deployment: str
    template: str
    there: bool
    pods: tuple[tuple[str, str, str], ...]
    node_roles: tuple[str, ...]


@dataclass(slots=True)
class Workloads:
    """Workloads of a snapshot, parsed when first asked for."""

    snapshot: Snapshot
    _known: dict[int, _Workload] = field(default_factory=dict)

    def get(self, number: int) -> _Workload:
        """Return what is kept of a workload."""
        found = self._known.get(number)
        if found is None:
            found = self._known[number] = _kept(self.snapshot.node(number))
        return found


def _kept(node: Node) -> _Workload:
    facts = node.attributes
    return _Workload(
        node.id,
        node.kind,
        family_of(node, by_stack=False),
        deployment_of(node),
        template_of(node),
        is_there(node),
        tuple((str(item[0]), str(item[1]), str(item[2])) for item in facts.get("pod_identities") or ()),
        tuple(facts.get("node_roles") or ()),
    )


def member_key(issuer: str, subject: str) -> tuple[str, bool]:
    """Return what a token subject is of (its repository, project or service account), and whether it is several.

    Branches and environments of one repository are one consumer; a pattern over repositories is open-ended.
    """
    known = issuer_of(issuer.lower())
    wide = breadth(known, subject)
    if wide is not Breadth.NARROW:
        return subject, True
    owner, ended, rest = subject.removeprefix(known.prefix).partition(known.owner_end) if known.owner_end else ("",) * 3
    if not known.prefix or not ended or not subject.startswith(known.prefix):
        return subject, False
    label = next((label for label in known.labels if rest.startswith(label)), "")
    part = rest.removeprefix(label)
    part = part.partition(known.part_end)[0] if known.part_end else part
    return f"{known.prefix}{owner}{known.owner_end}{label}{part}", False


class Links:
    """Links of one snapshot."""

    def __init__(self, snapshot: Snapshot, alive: BoolArray | None = None) -> None:
        """Remember which edges are in force; without ``alive``, those that have any state and are traversable."""
        self.snapshot = snapshot
        self.workloads = Workloads(snapshot)
        self._alive = alive
        self._templates: dict[str, set[str]] = {}

    # ---- edges -----------------------------------------------------------------------------------------------------

    def edges(self) -> Int64Array:
        """Return the edges that links may come of, ascending: those that are in force, and mere tags of secrets."""
        snapshot, arrays = self.snapshot, self.snapshot.arrays
        keepers = self._keepers()
        # Few nodes let anyone in or keep a secret, so what leaves these is looked at rather than every edge.
        outside = self._leaving(snapshot.nodes_of_kind(*_OUTSIDE))
        outside = self._of_kind(outside, EdgeKind.CAN_ASSUME, EdgeKind.CAN_ACCESS)
        assumes = arrays.edge_kind[outside] == snapshot.edge_kind_code(EdgeKind.CAN_ASSUME)
        runs = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.RUNS_AS))
        # Tables that are imported say of a credential as well who uses it.
        used = [CATEGORY_CODES.index(each) for each in (Category.IDENTITY, Category.CREDENTIAL)]
        shown = (
            runs[np.isin(arrays.node_category[arrays.indices[runs]], used)],
            self._of_kind(self._leaving(snapshot.nodes_of_kind(*_TOKENS)), EdgeKind.FEDERATES_INTO),
            outside[assumes | np.isin(arrays.indices[outside], keepers)],
            self._of_kind(self._into(snapshot.nodes_of_kind(NodeKind.ENTRA_AGENT_IDENTITY)), EdgeKind.CAN_IMPERSONATE),
        )
        places = np.isin(arrays.node_category, [CATEGORY_CODES.index(each) for each in _PLACES])
        stored = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS))
        places[keepers] = True  # parameters, of which some are no secret
        stored = stored[places[arrays.edge_source[stored]]]
        return np.unique(np.concatenate([*map(self._in_force, shown), stored]))

    def shared_ends(self, edges: Int64Array) -> Int64Array:
        """Return the node that is shared, for each edge of ``edges``: its target, of a blueprint's edge its source."""
        arrays = self.snapshot.arrays
        of_blueprint = arrays.edge_kind[edges] == self.snapshot.edge_kind_code(EdgeKind.CAN_IMPERSONATE)
        return np.where(of_blueprint, arrays.edge_source[edges], arrays.indices[edges]).astype(np.int64)

    def _into(self, nodes: Int32Array) -> Int64Array:
        arrays = self.snapshot.arrays
        return arrays.r_edge[spans(arrays.r_indptr, nodes)].astype(np.int64)

    def _leaving(self, nodes: Int32Array) -> Int64Array:
        return spans(self.snapshot.arrays.indptr, nodes)

    def _of_kind(self, edges: Int64Array, *kinds: EdgeKind) -> Int64Array:
        codes = [self.snapshot.edge_kind_code(kind) for kind in kinds]
        return np.asarray(edges[np.isin(self.snapshot.arrays.edge_kind[edges], codes)])

    def _in_force(self, edges: Int64Array) -> Int64Array:
        arrays = self.snapshot.arrays
        if self._alive is not None:
            return np.asarray(edges[self._alive[edges]])
        return np.asarray(edges[arrays.traversable[edges] & (arrays.edge_state[edges] > 0)])

    @cached_property
    def _kinds(self) -> Mapping[int, EdgeKind]:
        return {self.snapshot.edge_kind_code(kind): kind for kind in EdgeKind}

    def _keepers(self) -> Int32Array:
        return self.snapshot.nodes_of_kind(NodeKind.SECRET, NodeKind.SSM_PARAMETER)

    def of_edges(self, edges: Iterable[int]) -> Iterator[tuple[str, Link]]:
        """Yield what is shared (node id) and the link, for each edge that shows one."""
        snapshot, arrays = self.snapshot, self.snapshot.arrays
        for edge in edges:
            source, target = int(arrays.edge_source[edge]), snapshot.node_id(int(arrays.indices[edge]))
            kind = self._kinds[int(arrays.edge_kind[edge])]
            if kind is EdgeKind.RUNS_AS:
                yield from ((target, link) for link in self._running(edge, source, target))
            elif kind is EdgeKind.AUTHENTICATES_AS:
                sure = arrays.traversable[edge] and arrays.edge_state[edge] == State.VERIFIED
                if arrays.node_category[source] == CATEGORY_CODES.index(Category.WORKLOAD):
                    yield from ((target, link) for link in self._set_in(edge, source))
                else:
                    yield target, self._node_link(source, Evidence.STORED if sure else Evidence.TAGGED, edge)
            elif kind is EdgeKind.FEDERATES_INTO:
                yield target, self._federated(edge, source)
            elif kind is EdgeKind.CAN_IMPERSONATE:
                agent = int(arrays.indices[edge])
                yield snapshot.node_id(source), self._node_link(agent, Evidence.BLUEPRINT, edge)
            else:
                anyone = snapshot.manifest.codes["node_kind"][int(arrays.node_kind[source])] == NodeKind.AWS_ANYONE
                yield target, self._node_link(source, Evidence.TRUST, edge, open_ended=anyone)

    def _node_link(self, number: int, evidence: Evidence, edge: int, *, open_ended: bool = False) -> Link:
        kinds = self.snapshot.manifest.codes["node_kind"]
        node = self.snapshot.node_id(number)
        kind = kinds[int(self.snapshot.arrays.node_kind[number])]
        return Link(node, kind, number, node, evidence, edge, open_ended=open_ended)

    def _set_in(self, edge: int, source: int) -> Iterator[Link]:
        """Yield the workload that has a credential in its own settings."""
        workload = self.workloads.get(source)
        if workload.there:
            yield Link(workload.id, workload.kind.value, source, workload.family, Evidence.VALUE, edge)

    def _running(self, edge: int, source: int, role: str) -> Iterator[Link]:
        workload = self.workloads.get(source)
        if not workload.there:
            return
        pods = [f"system:serviceaccount:{space}:{name}" for space, name, target in workload.pods if target == role]
        for pod in pods:
            yield Link(f"{workload.id}#{pod}", PODS, source, f"{workload.id}#{pod}", Evidence.POD, edge)
        if not pods or role in workload.node_roles:
            if workload.template and workload.kind is not NodeKind.LAUNCH_TEMPLATE:
                self._templates.setdefault(role, set()).add(workload.template)
            yield Link(workload.id, workload.kind.value, source, workload.family, Evidence.RUNS_AS, edge)

    def _federated(self, edge: int, source: int) -> Link:
        node = self.snapshot.node(source)
        if node.kind is not NodeKind.OIDC_SUBJECT:
            # An anchor lets in every certificate under it unless the trust asks for a certain one.
            wide = node.kind is NodeKind.TRUST_ANCHOR and int(self.snapshot.arrays.edge_condition[edge]) == 0
            return self._node_link(source, Evidence.FEDERATION, edge, open_ended=wide)
        issuer = str(node.attributes.get("issuer", ""))
        member, wide = member_key(issuer, str(node.attributes.get("subject", "")))
        consumer = f"oidc://{issuer}/{member}"
        return Link(consumer, _REPOSITORY, source, consumer, Evidence.FEDERATION, edge, open_ended=wide)

    def launched(self, role: str) -> set[str]:
        """Return the launch templates from which something that runs as a role was started; after ``of_edges``."""
        return self._templates.get(role, set())

    # ---- attributes ------------------------------------------------------------------------------------------------

    def of_attributes(self) -> Iterator[tuple[str, Link]]:
        """Yield links that stand in attributes of workloads and connectors."""
        snapshot = self.snapshot
        arrays = snapshot.arrays
        workloads = np.flatnonzero(arrays.node_category == CATEGORY_CODES.index(Category.WORKLOAD))
        for number in [*workloads.tolist(), *snapshot.nodes_of_kind(*_CONNECTORS).tolist()]:
            node = snapshot.node(number)
            if is_there(node):
                yield from self._stated(node, number)

    def _stated(self, node: Node, number: int) -> Iterator[tuple[str, Link]]:
        facts = node.attributes
        family = family_of(node, by_stack=False)

        def link(evidence: Evidence, pointer: str) -> Link:
            return Link(node.id, node.kind.value, number, family, evidence, pointer=pointer)

        settings: Mapping[str, Any] = facts.get("settings") or {}
        roles = {str(facts.get("service_role") or ""), *map(str, facts.get("further_roles") or ())}
        for role in sorted({*roles, str(settings.get("authorizerCredentials") or "")} - {""}):
            yield role, link(Evidence.SERVICE_ROLE, node.evidence)
        for name, key in sorted((facts.get("environment_key_ids") or {}).items()):
            if str(key).startswith("AKIA"):  # a temporary key is one session, never a thing that is shared by design
                yield f"aws:key:{key}", link(Evidence.KEY_ID, f"{node.evidence} variable {name}")
        for name, value in sorted((facts.get("environment_fingerprints") or {}).items()):
            yield f"fingerprint:{value}", link(Evidence.VALUE, f"{node.evidence} variable {name}")
        for name, value in sorted((facts.get("environment_references") or {}).items()):
            yield self._referred(str(value)), link(Evidence.REFERENCE, f"{node.evidence} variable {name}")

    def _referred(self, text: str) -> str:
        """Return the node id of a secret or parameter by an ARN that may go on (key, stage) or lack the suffix."""
        found = _SECRET_REFERENCE.fullmatch(text)
        arn = found.group(1) if found else text
        try:
            self.snapshot.node_index(arn)
        except NodeNotFoundError:
            return self._by_short_name(arn) if found else arn
        return arn

    def _by_short_name(self, arn: str) -> str:
        """Return the secret of which the ARN lacks the six characters that Secrets Manager adds."""
        matching = self._short_names.get(arn, [])
        return matching[0] if len(matching) == 1 else arn

    @cached_property
    def _short_names(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for number in self.snapshot.nodes_of_kind(NodeKind.SECRET).tolist():
            arn = self.snapshot.node_id(number)
            found[arn.rpartition("-")[0]].append(arn)
        return found
