"""AUTHENTICATES_AS from a secret to what people declare that it holds, so that paths go on behind a read secret.

Input: stored secrets of AWS and of key vaults, secrets of CI systems, rows of ``declared/secrets``, tags.
Output: edges, grants, figures.
Handled: rows that name a secret by id, address or name (one of a CI system by id or ``github:org/repo/NAME``), and its
credential or identity by access key id, key id, app id, object id, ARN, or the name of an application; a declared link
is a step. The id of an AWS user or role in a tag of the secret is a fact that nobody confirmed, so it is no step. A
declared key that the evidence shows leads on only while it is active; an application that has no credential has none
that could lie in a secret.
Not handled: reading a value; ids of credentials in tags and names (``stored_secrets``). That the KMS key consents is
CAN_ACCESS's part, on the way in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from collectors.evidence.declared import Declared, DeclaredSecret
from graph.joints.ci_places import is_ci_secret
from graph.joints.counts import JointCount, Outcome, Tally
from graph.joints.credentials import GUID, Credentials, Held
from graph.joints.resolve import Link
from graph.joints.secret_evidence import is_stored_secret
from graph.joints.stored_secrets import secret_edge
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.model import Edge, Grant, IdentityGraph, Node

__all__ = ["DeclaredLinks", "link_declared_secrets", "stated_links"]

_HELD = (Category.IDENTITY, Category.CREDENTIAL)
_NAMED = (
    NodeKind.ENTRA_SERVICE_PRINCIPAL,
    NodeKind.ENTRA_BLUEPRINT_PRINCIPAL,
    NodeKind.ENTRA_APPLICATION,
    NodeKind.ENTRA_BLUEPRINT,
)
"""Kinds that a row may name by their name alone, where it is the only one of that name."""
_LONG_TERM = "AKIA"
"""How the id of a long-term access key begins."""


@dataclass(frozen=True, slots=True)
class DeclaredLinks:
    """What came of the declared rows."""

    by_secret: dict[str, str]
    """Credential or identity by secret."""
    count: JointCount
    open: tuple[tuple[DeclaredSecret, str], ...] = ()
    """Rows whose secret is there and whose credential is not, with the node of the secret."""


@dataclass(frozen=True, slots=True)
class _Names:
    """How rows and tags may name a node."""

    exact: dict[str, str]
    """Id, unique id or alias to node id; a name that two nodes share is left out."""

    def find(self, *names: str) -> str:
        """Return the first node that one of the names is about, or ``""``; GUIDs in any case."""
        spelt = [each for name in names if name for each in (name, name.lower() if GUID.fullmatch(name) else name)]
        return next((self.exact[name] for name in spelt if name in self.exact), "")


def link_declared_secrets(
    identity_graph: IdentityGraph,
    declared: Declared,
    known: Credentials,
    keys_listed: Callable[[str], bool] = lambda account: False,
) -> DeclaredLinks:
    """Add the edges from secrets to what they are stated to hold.

    Parameters
    ----------
    identity_graph
        Its secrets, identities and credentials must be there.
    declared
        Rows of ``declared/secrets``: what people state that a secret holds.
    known
        The credentials that were collected.
    keys_listed
        Whether every access key of an account's users is in the evidence: one that is not there was deleted, and
        proves nobody any more.

    Notes
    -----
    Linear in nodes and rows. A row that names nothing of the graph adds nothing.
    """
    tally = Tally("declared secret to credential", "rows of declared/secrets")
    links: dict[str, str] = {}
    secrets = [node for node in identity_graph.nodes.values() if _keeps(node)]
    held = _held(identity_graph.nodes.values())
    stated: set[tuple[str, str]] = set()
    unknown: list[tuple[DeclaredSecret, str]] = []
    for row, source, target in _stated(secrets, held, declared):
        if not source or not target:
            tally.add(Outcome.UNMATCHED)
            unknown += [(row, source)] if source else []
            continue
        edge = _declared(identity_graph, known, row, source, target)
        if edge is None or _deleted(row, identity_graph.nodes[target], keys_listed):
            tally.add(Outcome.IMPOSSIBLE)
            continue
        tally.add(Outcome.MATCHED)
        identity_graph.add_grant(_grant(identity_graph, row, source, target))
        identity_graph.add_edge(edge)
        stated.add((source, target))
        links[source] = target
    for node in secrets:
        for tag, target in _tagged(node, held, identity_graph):
            if (node.id, target) not in stated:
                note = f"Tag {tag} of the secret names it; nobody declared that the secret holds its credential."
                identity_graph.add_edge(Edge(node.id, target, EdgeKind.AUTHENTICATES_AS, False, note=note))
    return DeclaredLinks(links, tally.done(), tuple(unknown))


def stated_links(nodes: Sequence[Node], declared: Declared) -> Iterator[tuple[DeclaredSecret, str]]:
    """Yield each declared row that leads from a secret to what it holds, with the id of the grant that it makes."""
    secrets = [node for node in nodes if _keeps(node)]
    for row, source, target in _stated(secrets, _held(nodes), declared):
        if source and target:
            yield row, _link_grant(source, target)


def _stated(secrets: Sequence[Node], held: _Names, declared: Declared) -> Iterator[tuple[DeclaredSecret, str, str]]:
    """Yield every row with the nodes that it names; ``""`` for what the graph does not have."""
    holders = _index([node for node in secrets if not is_ci_secret(node)], names_of=tuple(NodeKind))
    given = _index([node for node in secrets if is_ci_secret(node)], names_of=())
    for row in declared.secrets:
        source = holders.find(row.secret, f"azure:{row.secret.lower()}", row.secret.rstrip("/"))
        source = source or given.find(row.secret, _of_ci(row.secret))
        yield row, source, held.find(row.credential, f"aws:key:{row.credential}", row.identity)


def _keeps(node: Node) -> bool:
    return is_stored_secret(node) or is_ci_secret(node)


def _of_ci(text: str) -> str:
    """Return ``github:org/repo/NAME`` as aliases have it: places in lower case, the name in upper case."""
    place, _, name = text.strip().rpartition("/")
    return f"{place.lower()}/{name.upper()}"


def _held(nodes: Iterable[Node]) -> _Names:
    return _index([node for node in nodes if node.category in _HELD and node.collected], names_of=_NAMED)


def _deleted(row: DeclaredSecret, target: Node, keys_listed: Callable[[str], bool]) -> bool:
    """Return whether a row names an access key that its user no longer has."""
    return row.credential.startswith(_LONG_TERM) and target.kind is NodeKind.AWS_USER and keys_listed(target.scope)


def _link_grant(source: str, target: str) -> str:
    return f"declared:secret:{source}:{target}"


def _index(nodes: Sequence[Node], *, names_of: Sequence[NodeKind]) -> _Names:
    found: dict[str, str] = {}
    shared: set[str] = set()
    for node in nodes:
        names = {node.id, str(node.attributes.get("unique_id", "")), *map(str, node.attributes.get("aliases", ()))}
        for name in names | ({node.name} if node.kind in names_of else set()):
            if found.setdefault(name, node.id) != node.id:
                shared.add(name)
    return _Names({name: node for name, node in found.items() if name and name not in shared})


def _grant(identity_graph: IdentityGraph, row: DeclaredSecret, source: str, target: str) -> Grant:
    secret, what = identity_graph.nodes[source], row.type or "a credential"
    text = f"{secret.name} holds {what} of {identity_graph.nodes[target].name} (declared)"
    return Grant(_link_grant(source, target), "key", source, text, str(row.ref))


def _declared(
    identity_graph: IdentityGraph, known: Credentials, row: DeclaredSecret, source: str, target: str
) -> Edge | None:
    """Return the edge that a row is worth; ``None`` where its application has no such credential."""
    link = Link(target, State.VERIFIED, "Declared: whoever reads the secret holds this credential.", str(row.ref))
    edge = replace(secret_edge(identity_graph.nodes[source], link), grants=(_link_grant(source, target),))
    node = identity_graph.nodes[target]
    if node.source != "entra" or node.category is Category.CREDENTIAL:
        return edge
    acts = str(node.attributes.get("service_principal") or target)
    proof = _lasting(known, [each for each in known.of(acts) if _of_type(row.type, each)])
    if proof is None:
        return None
    traversable = edge.traversable and proof.traversable
    return replace(edge, target=acts, conditions=proof.conditions, traversable=traversable, state=proof.state)


def _of_type(stated: str, held: Held) -> bool:
    """Return whether a credential is of the type that a row states, in whatever words."""
    plain = stated.lower()
    if "cert" in plain:
        return held.kind == "certificate"
    return held.kind == "client_secret" if "secret" in plain or "password" in plain else True


def _lasting(known: Credentials, held: Sequence[Held]) -> Edge | None:
    """Return how the credential proves its identity that lasts longest: with its end, and what gates the identity."""
    ending = sorted(held, key=lambda each: each.ends_at.timestamp() if each.ends_at else float("inf"))
    return known.proof(ending[-1]) if ending else None


def _tagged(node: Node, held: _Names, identity_graph: IdentityGraph) -> Iterator[tuple[str, str]]:
    for key, value in sorted((node.attributes.get("tags") or {}).items()):
        target = held.find(str(value), f"aws:key:{value}")
        if target and identity_graph.nodes[target].source == "aws":
            yield str(key), target
