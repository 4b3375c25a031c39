"""Reading a secret takes its key as well: which key that is, and one decision out of the two.

Input: a snapshot, a secret's ARN, two explanations. Output: the key's ARN; the explanation of both together.
Not handled: other services' encrypted data (S3 objects, parameters), whose key the evidence does not name.

References
----------
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html (accessed 2026-11-21)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from graph.decision import ALWAYS, Outcome, merge_residuals
from graph.errors import NodeNotFoundError
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

if TYPE_CHECKING:
    from analytics.evaluate import Explanation

__all__ = ["SecretKey", "both", "key_of_secret"]

READ = "secretsmanager:getsecretvalue"
_OWN_KEY = ("", "alias/aws/secretsmanager")
_REFUSED = (Outcome.DENIED, Outcome.NOT_ALLOWED)
_ORDER = (Outcome.UNVERIFIED, Outcome.CONDITIONAL, Outcome.ALLOWED)
_ALTERNATIVES = 64


@dataclass(frozen=True, slots=True)
class SecretKey:
    """The key that a secret is encrypted under."""

    arn: str
    seen: bool
    """The key and its policy are in the snapshot."""
    via: str
    """Service that calls for the reader, as ``kms:ViaService`` names it."""


def key_of_secret(snapshot: Snapshot, action: str, arn: str) -> SecretKey | None:
    """Return the customer's key that an action on a secret needs; ``None``: none, or AWS's own."""
    if action.lower() != READ:
        return None
    try:
        node = snapshot.node(snapshot.node_index(arn))
    except NodeNotFoundError:
        return None
    wanted = str(node.attributes.get("kms_key_id") or "")
    if node.kind is not NodeKind.SECRET or wanted in _OWN_KEY:
        return None
    via = f"secretsmanager.{node.attributes.get('region', '')}.amazonaws.com"
    for number in snapshot.nodes_of_kind(NodeKind.KMS_KEY):
        key = snapshot.node(int(number))
        names = (key.id, key.id.rsplit("/", 1)[-1], *key.attributes.get("aliases", ()))
        if key.scope == (_account_of(wanted) or node.scope) and any(_same(wanted, name) for name in names):
            own = key.attributes.get("manager") == "AWS"
            return None if own else SecretKey(key.id, bool(snapshot.document_uses(key.id)), via)
    return SecretKey(wanted, False, via)


def _account_of(wanted: str) -> str:
    return wanted.split(":")[4] if wanted.startswith("arn:") and wanted.count(":") >= 5 else ""


def _same(wanted: str, name: str) -> bool:
    return wanted in (name, name.rsplit("/", 1)[-1]) or wanted.endswith(f":{name}")


def both(first: Explanation, second: Explanation, note: str) -> Explanation:
    """Return what two decisions give that are needed together; a refusal of either is the answer."""
    if first.outcome in _REFUSED:
        return first
    layers = Counter(first.layers) + Counter(second.layers)
    notes = tuple(dict.fromkeys((*first.notes, note, *second.notes)))
    if second.outcome in _REFUSED:
        return replace(
            first,
            outcome=second.outcome,
            state=second.state,
            deciding=second.deciding,
            grants=(),
            alternatives=(),
            notes=notes,
            layers=layers,
        )
    ways = product(first.alternatives or (ALWAYS,), second.alternatives or (ALWAYS,))
    merged = tuple(dict.fromkeys(merge_residuals(pair) for pair in ways))[:_ALTERNATIVES]
    return replace(
        first,
        outcome=min(first.outcome, second.outcome, key=_ORDER.index),
        state=min(first.state, second.state),
        deciding=tuple(dict.fromkeys((*first.deciding, *second.deciding))),
        grants=tuple(sorted({*first.grants, *second.grants})),
        alternatives=merged if merged != (ALWAYS,) else (),
        notes=notes,
        layers=layers,
    )
