"""What a stored secret can turn out to hold: credentials that prove an identity, found by id, fingerprint or owner.

Input: the graph with the credentials of every source. Output: ``Credentials``, an index; nothing is added.
Handled: client secrets and certificates of Entra, access keys of AWS. Certificates that sign tokens, and passwords that
only open such a certificate, prove nobody and are left out.
Not handled: passwords of people, service-specific credentials, federated credentials, which nobody holds.
Complexity: linear in credentials and identities.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from collectors.evidence.times import parse_time
from graph.kinds import EdgeKind, NodeKind
from graph.model import Credential, Edge, IdentityGraph, Node

__all__ = ["GUID", "KEY_ID", "Credentials", "Held", "words"]

GUID = re.compile(r"(?<![0-9a-fA-F-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F-])")
KEY_ID = re.compile(r"(?<![A-Z0-9])AKIA[A-Z0-9]{16}(?![A-Z0-9])")
_KINDS = ("client_secret", "certificate", "access_key")
_ACTORS = (
    NodeKind.ENTRA_SERVICE_PRINCIPAL,
    NodeKind.ENTRA_BLUEPRINT_PRINCIPAL,
    NodeKind.ENTRA_APPLICATION,
    NodeKind.ENTRA_BLUEPRINT,
)
_WORD = re.compile(r"[a-z0-9]+")
_SHORTEST_NAME = 6
"""A name of one word that is shorter says too little to be looked for inside other names."""


@dataclass(frozen=True, slots=True)
class Held:
    """A credential that somebody can keep somewhere."""

    node: str
    identity: str
    kind: str
    """``client_secret``, ``certificate`` or ``access_key``."""
    public_id: str
    scope: str
    """Tenant or account."""
    active: bool
    hint: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name: runs of letters and digits, lower case, cut where capitals begin a word.

    Examples
    --------
    >>> words("prod/HrProvisioning-client_secret")
    ('prod', 'hr', 'provisioning', 'client', 'secret')
    """
    return tuple(_WORD.findall(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower()))


class Credentials:
    """Credentials by what evidence may name them by."""

    def __init__(self, identity_graph: IdentityGraph) -> None:
        self._graph = identity_graph
        self._proof = {
            (edge.source, edge.target): edge
            for edge in identity_graph.edges
            if edge.kind is EdgeKind.AUTHENTICATES_AS and edge.source in identity_graph.credentials
        }
        self.by_node: dict[str, Held] = {}
        self._by_id: defaultdict[str, list[Held]] = defaultdict(list)
        self._by_hint: defaultdict[str, list[Held]] = defaultdict(list)
        self._of: defaultdict[str, list[Held]] = defaultdict(list)
        self._by_fingerprint: defaultdict[str, list[Held]] = defaultdict(list)
        for row in identity_graph.credentials.values():
            node = identity_graph.nodes.get(row.node)
            if node is not None and row.kind in _KINDS and not _proves_nobody(node):
                self._add(row, node)
        self._identities: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._names: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for node in identity_graph.nodes.values():
            if node.kind in _ACTORS and node.id in self._of:
                self._actor(node)
        self._objects(identity_graph.nodes.values())
        self._longest = max(map(len, self._names), default=0)

    def _add(self, row: Credential, node: Node) -> None:
        held = Held(
            row.node,
            row.identity,
            row.kind,
            row.public_id,
            node.scope,
            row.active,
            row.hint,
            parse_time(row.created_at),
            parse_time(row.expires_at),
        )
        self.by_node[held.node] = held
        self._of[held.identity].append(held)
        if held.public_id:
            self._by_id[held.public_id.lower()].append(held)
        if held.hint and held.kind == "client_secret":
            self._by_hint[held.hint].append(held)
        if row.fingerprint:
            self._by_fingerprint[row.fingerprint].append(held)

    def _actor(self, node: Node) -> None:
        for text in (node.attributes.get("app_id"), node.attributes.get("unique_id")):
            if text:
                self._identities[str(text).lower()][node.id] = None
        name = words(node.name.removesuffix(" (application)").removesuffix(" (agent blueprint)"))
        if len(name) > 1 or len("".join(name)) >= _SHORTEST_NAME:
            self._names[name][node.id] = None

    def _objects(self, nodes: Iterable[Node]) -> None:
        """Let the object id of an application mean who acts by its credentials."""
        for node in nodes:
            if node.kind in _ACTORS and (acts := str(node.attributes.get("service_principal") or "")) in self._of:
                self._identities[str(node.attributes.get("unique_id", "")).lower()][acts] = None

    def with_id(self, text: str) -> list[Held]:
        """Return the credentials with a public id."""
        return self._by_id.get(text.lower(), [])

    def with_hint(self, hint: str) -> list[Held]:
        """Return the client secrets whose first characters the vendor shows as these."""
        return self._by_hint.get(hint, [])

    def with_fingerprint(self, fingerprint: str) -> list[Held]:
        """Return the credentials of which the value's keyed fingerprint is known, and is this one."""
        return self._by_fingerprint.get(fingerprint, [])

    def identities(self, text: str) -> list[str]:
        """Return who is meant by an app id or an object id, where its credentials were collected."""
        return list(self._identities.get(text.lower(), ()))

    def of(self, identity: str) -> list[Held]:
        """Return the credentials of an identity."""
        return self._of.get(identity, [])

    def named_in(self, name: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """Return the applications whose whole name stands in a name, with the words around it.

        A name that stands inside a longer one that is found as well does not count.
        """
        found: dict[tuple[int, int], list[str]] = {}
        for start in range(len(name)):
            for end in range(start + 1, min(start + self._longest, len(name)) + 1):
                if identities := self._names.get(name[start:end]):
                    found[start, end] = list(identities)
        kept = [span for span in found if not any(o != span and o[0] <= span[0] and span[1] <= o[1] for o in found)]
        return [(identity, name[: span[0]] + name[span[1] :]) for span in kept for identity in found[span]]

    def proof(self, held: Held) -> Edge | None:
        """Return the edge by which a credential proves its identity."""
        return self._proof.get((held.node, held.identity))


def _proves_nobody(node: Node) -> bool:
    facts = node.attributes
    return bool(facts.get("opens_signing_key")) or str(facts.get("usage", "")).lower() == "sign"
