"""Which environment nodes belong to, by tag, by what people declare, or by their account or subscription.

Input: a snapshot, ``RuleContext``. Output: ``Environments``.
Handled: other spellings of a name (``prd``, ``production``); an identity without an environment of its own has its
account's (a managed identity that of its resource's subscription), and full control of an account the account's.
Not handled: guessing from names of identities or accounts; a resource without its own tag or declaration has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.rules._context import RuleContext
from graph.arrays import CATEGORY_CODES
from graph.edges.aws.structure_facts import ENVIRONMENT_TAGS
from graph.evaluate.azure.ids import subscription_of
from graph.kinds import Category, NodeKind
from graph.snapshot import Snapshot

__all__ = ["PRODUCTION", "SHARED", "Environments", "environments", "environments_of", "spelled"]

PRODUCTION = "production"
SHARED = frozenset({"shared", "global", "common", "all"})
"""Names that say: made to serve every environment."""
_SPELLINGS: Mapping[str, str] = {
    "prd": PRODUCTION,
    "prod": PRODUCTION,
    "live": PRODUCTION,
    "dev": "development",
    "develop": "development",
    "stg": "staging",
    "stage": "staging",
    "testing": "test",
    "tst": "test",
}
_OF_THEIR_OWN = (Category.IDENTITY, Category.RESOURCE, Category.SECRET, Category.WORKLOAD, Category.PRIVILEGE)


@dataclass(frozen=True, slots=True)
class Environments:
    """The environment of every node."""

    names: tuple[str, ...]
    """Sorted; shared ones included."""
    code: NDArray[np.int32]
    """By node number: place in ``names``; -1: none declared, or a kind of node that belongs to none."""

    def of(self, number: int) -> str:
        """Return a node's environment, ``""`` for none."""
        code = int(self.code[number])
        return self.names[code] if code >= 0 else ""

    def members(self, name: str) -> NDArray[np.int32]:
        """Return the numbers of the nodes of one environment, ascending."""
        return np.flatnonzero(self.code == self.names.index(name)).astype(np.int32)


def environments(snapshot: Snapshot, context: RuleContext) -> Environments:
    """Return which environment each node belongs to."""
    return context.shared("environments", lambda: environments_of(snapshot))


def environments_of(snapshot: Snapshot) -> Environments:
    """Return the same without a rule's context."""
    table = snapshot.table("nodes").columns(["scope", "attributes"])
    texts = [_stated(text) for text in table["attributes"].to_pylist()]
    scopes = table["scope"].to_pylist()
    by_account = {
        scopes[number]: texts[number] or _by_tag(snapshot.node(number).attributes.get("tags"))
        for number in snapshot.nodes_of_kind(NodeKind.AWS_ACCOUNT, NodeKind.AZURE_SUBSCRIPTION).tolist()
    }
    for number, subscription in _subscriptions(snapshot):
        scopes[number] = subscription
    for number in snapshot.nodes_of_kind(NodeKind.AWS_ROOT).tolist():
        by_account[scopes[number]] = by_account.get(scopes[number]) or texts[number]
    arrays = snapshot.arrays
    own = np.isin(arrays.node_category, [CATEGORY_CODES.index(item) for item in _OF_THEIR_OWN])
    from_account = {
        *np.flatnonzero(arrays.node_category == CATEGORY_CODES.index(Category.IDENTITY)).tolist(),
        *snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN).tolist(),
    }
    found = [
        (text or (by_account.get(scope, "") if number in from_account else "")) if own[number] else ""
        for number, (text, scope) in enumerate(zip(texts, scopes, strict=True))
    ]
    names = tuple(sorted(set(found) - {""}))
    place = {name: code for code, name in enumerate(names)} | {"": -1}
    return Environments(names, np.asarray([place[name] for name in found], dtype=np.int32))


def _subscriptions(snapshot: Snapshot) -> Iterator[tuple[int, str]]:
    """Yield managed identities with the subscription of the resource that they belong to."""
    for number in snapshot.nodes_of_kind(NodeKind.ENTRA_MANAGED_IDENTITY).tolist():
        resource = str(snapshot.node(number).attributes.get("azure_resource") or "")
        if resource:
            yield number, subscription_of(resource.lower()).rpartition("/")[2]


def _stated(attributes: str) -> str:
    # Most nodes state none: looking before parsing spares tens of thousands of them.
    return spelled(json.loads(attributes).get("environment")) if '"environment"' in attributes else ""


def _by_tag(tags: object) -> str:
    if not isinstance(tags, Mapping):
        return ""
    lowered = {str(key).lower(): value for key, value in tags.items()}
    return spelled(next((lowered[name] for name in ENVIRONMENT_TAGS if lowered.get(name)), ""))


def spelled(name: object) -> str:
    """Return a name of an environment in the one spelling that is used here; ``""`` for no text."""
    text = name.strip().lower() if isinstance(name, str) else ""
    return _SPELLINGS.get(text, text)
