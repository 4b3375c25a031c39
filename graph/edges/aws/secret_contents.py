"""AUTHENTICATES_AS from a secret to the credential or identity that it holds, so that paths go on behind a read secret.

Input: secrets and SecureString parameters of the graph, declared rows, tags. Output: edges of the techniques
``nhi-secretsmanager-getsecretvalue`` and ``nhi-ssm-getparameter``.
Handled: a declared link is a step; an id of an AWS access key, user or role in a tag of the secret is a fact that
nobody confirmed, so it is no step. A declared key that the evidence shows leads on only while it is active.
Not handled: reading a value, or guessing from names. That the KMS key consents is CAN_ACCESS's part, on the way in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from collectors.evidence.declared import Declared, DeclaredSecret
from graph.kinds import Category, EdgeKind, NodeKind
from graph.model import Edge, Grant, IdentityGraph, Node

__all__ = ["link_secret_contents", "stated_links"]

_TECHNIQUE = {
    NodeKind.SECRET: "nhi-secretsmanager-getsecretvalue",
    NodeKind.SSM_PARAMETER: "nhi-ssm-getparameter",
}
_HELD = (Category.IDENTITY, Category.CREDENTIAL)
_LONG_TERM = "AKIA"
"""How the id of a long-term access key begins."""


@dataclass(frozen=True, slots=True)
class _Names:
    """How rows and tags may name a node."""

    exact: dict[str, str]
    """Id, unique id or alias to node id; a name that two nodes share is left out."""

    def find(self, *names: str) -> str:
        """Return the first node that one of the names is about, or ``""``."""
        return next((self.exact[name] for name in names if name and name in self.exact), "")


def link_secret_contents(
    identity_graph: IdentityGraph, declared: Declared, keys_listed: Callable[[str], bool] = lambda account: False
) -> None:
    """Add the edges from secrets to what they hold.

    Parameters
    ----------
    identity_graph
        Its secrets, identities and credentials must be there.
    declared
        Rows of ``declared/secrets``: what people state that a secret holds.
    keys_listed
        Whether every access key of an account's users is in the evidence: one that is not there was deleted, and
        proves nobody any more.

    Notes
    -----
    Linear in nodes and rows. A row that names nothing of the graph adds nothing.
    """
    secrets = [node for node in identity_graph.nodes.values() if _is_secret(node)]
    if not secrets:
        return
    held = _index([node for node in identity_graph.nodes.values() if node.category in _HELD and node.collected])
    stated: set[tuple[str, str]] = set()
    for row, source, target in _stated(secrets, held, declared):
        if _deleted(row, identity_graph.nodes[target], keys_listed):
            continue
        stated.add((source, target))
        _declared(identity_graph, row, source, target)
    for node in secrets:
        for tag, target in _tagged(node, held):
            if (node.id, target) not in stated:
                note = f"Tag {tag} of the secret names it; nobody declared that the secret holds its credential."
                identity_graph.add_edge(Edge(node.id, target, EdgeKind.AUTHENTICATES_AS, False, note=note))


def stated_links(nodes: Sequence[Node], declared: Declared) -> Iterator[tuple[DeclaredSecret, str]]:
    """Yield each declared row that leads from a secret to what it holds, with the id of the grant that it makes."""
    secrets = [node for node in nodes if _is_secret(node)]
    held = _index([node for node in nodes if node.category in _HELD and node.collected])
    for row, source, target in _stated(secrets, held, declared):
        yield row, _link_grant(source, target)


def _stated(secrets: Sequence[Node], held: _Names, declared: Declared) -> Iterator[tuple[DeclaredSecret, str, str]]:
    holders = _index(secrets, names_too=True)
    for row in declared.secrets:
        source, target = holders.find(row.secret), held.find(row.credential, f"aws:key:{row.credential}", row.identity)
        if source and target:
            yield row, source, target


def _deleted(row: DeclaredSecret, target: Node, keys_listed: Callable[[str], bool]) -> bool:
    """Return whether a row names an access key that its user no longer has."""
    return row.credential.startswith(_LONG_TERM) and target.kind is NodeKind.AWS_USER and keys_listed(target.scope)


def _link_grant(source: str, target: str) -> str:
    return f"declared:secret:{source}:{target}"


def _is_secret(node: Node) -> bool:
    return node.kind is NodeKind.SECRET or (node.kind is NodeKind.SSM_PARAMETER and bool(node.attributes.get("secret")))


def _index(nodes: Sequence[Node], *, names_too: bool = False) -> _Names:
    found: dict[str, str] = {}
    shared: set[str] = set()
    for node in nodes:
        names = {node.id, str(node.attributes.get("unique_id", "")), *map(str, node.attributes.get("aliases", ()))}
        for name in names | ({node.name} if names_too else set()):
            if found.setdefault(name, node.id) != node.id:
                shared.add(name)
    return _Names({name: node for name, node in found.items() if name and name not in shared})


def _declared(identity_graph: IdentityGraph, row: DeclaredSecret, source: str, target: str) -> None:
    secret = identity_graph.nodes[source]
    grant = identity_graph.add_grant(
        Grant(
            _link_grant(source, target),
            "key",
            source,
            f"{secret.name} holds {row.type or 'a credential'} of {identity_graph.nodes[target].name} (declared)",
            str(row.ref),
        )
    )
    identity_graph.add_edge(
        Edge(
            source,
            target,
            EdgeKind.AUTHENTICATES_AS,
            True,
            _TECHNIQUE[secret.kind],
            (grant,),
            evidence=str(row.ref),
            note="Declared: whoever reads the secret holds this credential.",
        )
    )


def _tagged(node: Node, held: _Names) -> Iterator[tuple[str, str]]:
    for key, value in sorted((node.attributes.get("tags") or {}).items()):
        target = held.find(str(value), f"aws:key:{value}")
        if target:
            yield str(key), target
