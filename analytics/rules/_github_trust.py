"""What trusts tokens of GitHub's jobs: roles of AWS, applications of Entra, and which subject each accepts.

Input: ``RuleContext``. Output: ``Trust`` rows, made once; the parts of a subject; who bears one, by technique.
Handled: what the build found of each subject (``matched``, ``conditional``, ``unverified``, ``impossible``,
``not collected``); subjects with ids.
Not handled: patterns whose owner is open, which aws-weak-oidc-trust and entra-weak-federation tell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate
from analytics.rules._github import github_estate, sleeps
from graph.edges.github.trusted import CLASS_OF
from graph.evaluate.github.subjects import issued_by_github
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Node

__all__ = ["Bearing", "SubjectParts", "Trust", "bearers", "parts_of", "privileged", "trusts"]

_WILD = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Trust:
    """One accepted subject of one identity."""

    identity: Node
    subject: Node
    """``oidc://…``; its attribute ``github`` says what became of the comparison."""
    state: State
    """Of the surest of its edges."""
    grants: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the accepted subject or pattern."""
        return str(self.subject.attributes.get("subject", ""))

    @property
    def word(self) -> str:
        """Return what became of the comparison with repositories; ``""`` where no organization was collected."""
        return str(self.subject.attributes.get("github", ""))


@dataclass(frozen=True, slots=True)
class SubjectParts:
    """A subject that begins ``repo:OWNER/NAME``."""

    owner: str
    owner_id: str
    name: str
    repository_id: str
    rest: str

    @property
    def full_name(self) -> str:
        """Return ``owner/name`` in lower case."""
        return f"{self.owner}/{self.name}".lower()


def parts_of(trust: Trust) -> SubjectParts | None:
    """Return the parts of a subject whose owner is written out; ``None`` for other forms and open owners."""
    head, _, rest = trust.text.removeprefix("repo:").partition(":")
    owner, slash, name = head.partition("/")
    open_owner = bool(trust.subject.attributes.get("pattern")) and _WILD.search(owner) is not None
    if not trust.text.startswith("repo:") or not slash or not owner or open_owner:
        return None
    plain, _, owner_id = owner.partition("@")
    named, _, repository_id = name.partition("@")
    return SubjectParts(plain, owner_id, named, repository_id, rest)


def trusts(context: RuleContext) -> tuple[Trust, ...]:
    """Return every trust in GitHub's tokens, by identity and subject."""

    def make() -> tuple[Trust, ...]:
        snapshot, arrays = context.snapshot, context.snapshot.arrays
        subjects = {
            number: node
            for number in snapshot.nodes_of_kind(NodeKind.OIDC_SUBJECT).tolist()
            if issued_by_github(str((node := snapshot.node(number)).attributes.get("issuer", "")))
        }
        found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        nodes: dict[str, Node] = {}
        code = snapshot.edge_kind_code(EdgeKind.FEDERATES_INTO)
        for edge in np.flatnonzero(arrays.edge_kind == code).tolist():
            subject = subjects.get(int(arrays.edge_source[edge]))
            if subject is not None and context.levels[edge] > 0:
                identity = snapshot.node(int(arrays.indices[edge]))
                nodes[subject.id], nodes[identity.id] = subject, identity
                found[identity.id, subject.id].append(edge)
        return tuple(_trust(context, nodes[who], nodes[what], edges) for (who, what), edges in sorted(found.items()))

    return context.shared("github trusts", make)


def _trust(context: RuleContext, identity: Node, subject: Node, edges: list[int]) -> Trust:
    grants = dict.fromkeys(grant.id for edge in edges for grant in context.snapshot.grants_of(edge))
    return Trust(identity, subject, State(max(int(context.levels[edge]) for edge in edges)), tuple(grants))


@dataclass(frozen=True, slots=True)
class Bearing:
    """A step by which a place bears a subject, of some trust or of all of them."""

    edge: int
    identities: frozenset[str] | None
    """Which identities it leads to where claims beside the subject tell trusts apart; ``None``: all."""
    state: State
    """Of the whole way into those identities where they are told apart, else of the step."""

    def serves(self, trust: Trust) -> bool:
        """Return whether it leads to the identity of a trust."""
        return self.identities is None or trust.identity.id in self.identities


def bearers(context: RuleContext, technique: str) -> Mapping[str, tuple[Bearing, ...]]:
    """Return the steps of a technique into each subject, by the subject's node id.

    Notes
    -----
    Repositories in which Actions is off are left out: nobody pushes a run there before an administrator switches it on.
    """

    def make() -> Mapping[str, tuple[Bearing, ...]]:
        snapshot, arrays = context.snapshot, context.snapshot.arrays
        classes = _classes(context)
        found: defaultdict[str, list[Bearing]] = defaultdict(list)
        for edge in github_estate(context).edges(technique):
            if sleeps(context, snapshot.node_id(int(arrays.edge_source[edge]))):
                continue
            target, state = int(arrays.indices[edge]), State(int(context.levels[edge]))
            if target in classes:
                subject, identities, best = classes[target]
                found[subject].append(Bearing(edge, identities, min(state, best)))
            else:
                found[snapshot.node_id(target)].append(Bearing(edge, None, state))
        return {subject: tuple(steps) for subject, steps in found.items()}

    return context.shared(f"github bearers {technique}", make)


def _classes(context: RuleContext) -> Mapping[int, tuple[str, frozenset[str], State]]:
    """Return the classes of trusts of one subject: the subject, the identities, the state of the surest."""

    def make() -> Mapping[int, tuple[str, frozenset[str], State]]:
        snapshot, arrays = context.snapshot, context.snapshot.arrays
        hubs = {
            number: str(node.attributes[CLASS_OF])
            for number in snapshot.nodes_of_kind(NodeKind.HUB).tolist()
            if CLASS_OF in (node := snapshot.node(number)).attributes
        }
        into: defaultdict[int, list[int]] = defaultdict(list)
        code = snapshot.edge_kind_code(EdgeKind.FEDERATES_INTO)
        for edge in np.flatnonzero(arrays.edge_kind == code).tolist() if hubs else ():
            if int(arrays.edge_source[edge]) in hubs:
                into[int(arrays.edge_source[edge])].append(edge)
        return {
            hub: (
                hubs[hub],
                frozenset(snapshot.node_id(int(arrays.indices[edge])) for edge in edges),
                State(max(int(context.levels[edge]) for edge in edges)),
            )
            for hub, edges in into.items()
        }

    return context.shared("github classes of trusts", make)


def privileged(context: RuleContext, identity: Node) -> bool | None:
    """Return whether an identity is or becomes administrator, or others; ``None``: that rests on missing evidence."""
    known = estate(context)
    if context.privileged(identity.id) or (identity.id in known.by_id and known.high(identity)):
        return True
    return None if identity.id in context.admins else False
