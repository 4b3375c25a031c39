"""The facts behind a score, from a snapshot and its analysis.

Input: a snapshot, its ``Analysis``, a policy. Output: ``Facts`` by node id of every identity.
Handled: reach from the kept sweep; outside exposure by one search a state from everything that is not of the estate;
consumers by who runs as the identity or keeps a credential of it; age and use by the time of the evidence; who is or
becomes an identity whose policies nobody saw (``analytics.score_unseen``).
Not handled: what other analyses know better: consumers, standing or eligible privilege and chains may be given, and
where they are not, consumers are those of the graph, AWS privilege counts as standing, chains as not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from analytics.analysis_store import Analysis
from analytics.inventory import last_use
from analytics.policy import Policy
from analytics.reach import identities
from analytics.score import Facts
from analytics.score_unseen import unseen_identities, unseen_states
from analytics.subjects import question_time
from graph.arrays import CATEGORY_CODES, IMPACT_CODES, Int8Array
from graph.attacker import baseline, edge_levels
from graph.engine import reach
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.model import Credential, Node
from graph.snapshot import Snapshot

__all__ = ["Known", "facts_of_everyone", "outside_states"]

_KEY = "access_key"
_LONG_TERM = frozenset({_KEY, "service_specific", "signing_certificate"})


@dataclass(frozen=True, slots=True)
class Known:
    """What other analyses found, by node id; ``None``: that analysis did not look."""

    consumers: Mapping[str, int] | None = None
    standing: Mapping[str, bool] | None = None
    chain_gain: Mapping[str, int] | None = None


def outside_states(snapshot: Snapshot) -> Int8Array:
    """Return, by node, the best state at which somebody outside the estate reaches it; 0 for nobody.

    Notes
    -----
    Outside are anyone, principals and accounts that are not our own, vendors among them, and the issuers of tokens
    where no condition chooses among their tokens. Tokens that a condition chooses count as those it was written for:
    whether it is too wide is what the rule ``aws-weak-oidc-trust`` asks.
    """
    arrays = snapshot.arrays
    issuers = snapshot.nodes_of_kind(NodeKind.OIDC_ISSUER)
    kinds = (NodeKind.AWS_ANYONE, NodeKind.AWS_EXTERNAL_PRINCIPAL)
    outside = [*issuers.tolist(), *snapshot.nodes_of_kind(*kinds).tolist()]
    for number in snapshot.nodes_of_kind(NodeKind.AWS_ACCOUNT).tolist():
        if snapshot.node(number).attributes.get("relation") != "own":
            outside.append(number)
    level = edge_levels(snapshot, baseline(question_time(snapshot)))
    level[np.isin(arrays.edge_source, issuers) & (level < State.VERIFIED)] = State.VOID
    states = np.zeros(arrays.node_count, dtype=np.int8)
    if outside:
        for state in (State.UNVERIFIED, State.CONDITIONAL, State.VERIFIED):
            states[reach(arrays, outside, np.asarray(level >= state)).hops > 0] = state
    return states


def facts_of_everyone(
    snapshot: Snapshot, found: Analysis, policy: Policy | None = None, known: Known | None = None
) -> Iterator[tuple[Node, Facts]]:
    """Yield every identity with its facts, by node number."""
    chosen, told = policy or Policy(), known or Known()
    time = question_time(snapshot)
    outside, unseen = outside_states(snapshot), unseen_states(snapshot, unseen_identities(snapshot))
    consumers = _consumers(snapshot)
    credentials: dict[str, list[Credential]] = defaultdict(list)
    for row in snapshot.table("credentials").rows():
        credentials[row["identity"]].append(Credential(**row))
    table = found.everyone
    reached = table.reached()
    for number in identities(snapshot).tolist():
        node = snapshot.node(number)
        place = table.row(number)
        own = credentials.get(node.id, [])
        users = told.consumers.get(node.id, 0) if told.consumers is not None else int(consumers[number])
        facts = Facts(
            own=IMPACT_CODES.index(node.impact),
            worst=_three(table.worst[place]),
            jewels=_three(table.jewels[place]),
            reached=_three(reached[place]),
            control=_three(table.control[place]),
            exact=bool(table.exact[place]),
            unseen=State(int(unseen[number])),
            outside=State(int(outside[number])),
            consumers=users,
            standing=_standing(node, told),
            unused=_unused(node, own, chosen, time),
            credential_days=_age(own, time),
            owner=_owner(node),
            chain_gain=told.chain_gain.get(node.id, 0) if told.chain_gain is not None else None,
            root_key=_root_key(node, own),
        )
        yield node, facts


def _three(row: Any) -> tuple[int, int, int]:
    first, second, third = (int(value) for value in row)
    return first, second, third


def _standing(node: Node, told: Known) -> bool | None:
    if told.standing is not None:
        return told.standing.get(node.id)
    # AWS knows no eligible privilege: what an identity may do, it may do at all times.
    return True if node.source == "aws" else None


def _consumers(snapshot: Snapshot) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return by node how many workloads run as it and secrets keep it or a credential of it."""
    arrays = snapshot.arrays
    runs = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.RUNS_AS))
    counts = np.bincount(arrays.indices[runs], minlength=arrays.node_count)
    proof = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS))
    credential = arrays.node_category == CATEGORY_CODES.index(Category.CREDENTIAL)
    kept = proof[~credential[arrays.edge_source[proof]]]
    counts += np.bincount(arrays.indices[kept], minlength=arrays.node_count)
    own = proof[credential[arrays.edge_source[proof]]]
    through = np.zeros(arrays.node_count, dtype=np.int64)
    np.add.at(through, arrays.indices[own], counts[arrays.edge_source[own]])
    return np.asarray(counts + through)


def _unused(node: Node, own: list[Credential], policy: Policy, time: datetime | None) -> bool | None:
    last = last_use(node, own, time)
    if last == "never":
        return True
    if last == "unknown" or time is None:
        return None
    return (time - datetime.fromisoformat(last)).days > policy.unused_privilege_days


def _age(own: list[Credential], time: datetime | None) -> int | None:
    dates = [row.created_at for row in own if row.active and row.kind in _LONG_TERM]
    if not dates:
        return 0
    if time is None or not all(dates):
        return None
    return max(0, *((time - datetime.fromisoformat(date)).days for date in dates))


def _root_key(node: Node, own: list[Credential]) -> bool | None:
    if node.kind is not NodeKind.AWS_ROOT:
        return False
    if any(row.active and row.kind == _KEY for row in own):
        return True
    present = node.attributes.get("keys_present")
    return present if isinstance(present, bool) else None


def _owner(node: Node) -> str | None:
    if not node.attributes.get("owner"):
        return "none"
    active = node.attributes.get("owner_active")
    return None if active is None else ("active" if active else "left")
