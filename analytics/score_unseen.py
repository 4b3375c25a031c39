"""Whose policies nobody saw, and who becomes such an identity: what it can do is unknown, not little.

Input: a snapshot. Output: node numbers of identities whose policies were not all seen; by node, the best state at which
it is, or becomes, one of them.
Handled in AWS: a policy, group or permissions boundary in force whose document is missing or could not be read, through
groups as well; users and roles whose own listing is missing; accounts whose listing was absent or failed.
Not handled: service and resource control policies, trust policies and resource policies whose document is missing;
other sources than AWS. A root user's power hangs on no policy of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from analytics.rules._identities import policies_seen
from analytics.subjects import question_time
from graph.arrays import Int8Array
from graph.attacker import baseline, edge_levels
from graph.engine import nearest_target
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["unseen_identities", "unseen_states"]

_LISTING = "iam.get_account_authorization_details"
_NOT_SEEN = frozenset({"absent", "failed"})
_OF_IDENTITY = frozenset({"identity", "group", "boundary"})


def unseen_identities(snapshot: Snapshot) -> tuple[int, ...]:
    """Return the numbers, ascending, of users and roles whose policies were not all seen."""
    lacking = _lacking_a_document(snapshot)
    accounts = {
        str(row["scope"])
        for row in snapshot.coverage
        if row["source"] == "aws" and row["operation"] == _LISTING and row["presence"] in _NOT_SEEN
    }
    found = []
    for number in snapshot.nodes_of_kind(NodeKind.AWS_USER, NodeKind.AWS_ROLE).tolist():
        node = snapshot.node(number)
        if node.id in lacking or node.scope in accounts or not policies_seen(node):
            found.append(number)
    return tuple(found)


def unseen_states(snapshot: Snapshot, unseen: Sequence[int]) -> Int8Array:
    """Return, by node, the best state at which it is or becomes one of ``unseen_identities``; 0: never."""
    states = np.zeros(snapshot.arrays.node_count, dtype=np.int8)
    if unseen:
        level = edge_levels(snapshot, baseline(question_time(snapshot)))
        for state in (State.UNVERIFIED, State.CONDITIONAL, State.VERIFIED):
            states[nearest_target(snapshot.arrays, unseen, np.asarray(level >= state)).reached()] = state
    return states


def _lacking_a_document(snapshot: Snapshot) -> set[str]:
    """Return the holders, users through their groups too, on whom a document is in force that nobody saw."""
    columns = snapshot.table("document_uses").columns(["holder", "layer", "label", "digest"]).to_pydict()
    lacking: set[str] = set()
    members: defaultdict[str, list[str]] = defaultdict(list)
    rows = zip(columns["holder"], columns["layer"], columns["label"], columns["digest"], strict=True)
    for holder, layer, label, digest in rows:
        if layer == "member_of":
            members[label].append(holder)
        elif layer in _OF_IDENTITY and not digest:
            lacking.add(holder)
    return lacking.union(*(members[group] for group in lacking if group in members))
