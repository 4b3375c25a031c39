"""Links put together: what is shared, and its consumers, parts of one thing counted once.

Input: links. Output: ``Group`` for each identity or credential with at least one consumer, by id; ``pools.among`` for
the blast radius.
Handled: a launch template counts only where nothing that was started from it is seen; a credential that lies in a
secret which workloads are known to take is those workloads'; a user whose several credentials are used in different
places.
Not handled: permissions (``analytics.pools.permissions``), which are counted without being listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.pools.links import Evidence, Link, Links
from graph.errors import NodeNotFoundError
from graph.kinds import EdgeKind, NodeKind
from graph.snapshot import Snapshot

__all__ = ["LISTED", "Group", "Member", "groups_of", "kind_of", "pools_among"]

LISTED = 100
"""Consumers of a pool that a blast radius lists; the count beside them is exact."""
_WHOLE = (NodeKind.ECS_TASK_DEFINITION, NodeKind.AUTO_SCALING_GROUP, NodeKind.EKS_CLUSTER)
"""Of several nodes that are one thing, these stand for it."""
_MACHINES = frozenset({NodeKind.EC2_INSTANCE, NodeKind.AUTO_SCALING_GROUP, NodeKind.LAUNCH_TEMPLATE})
_RUNNING = frozenset({Evidence.RUNS_AS, Evidence.POD})
_SECRETS = frozenset({NodeKind.SECRET, NodeKind.SSM_PARAMETER})
_VALUE = "fingerprint:"


@dataclass(frozen=True, slots=True)
class Member:
    """One consumer and what shows it."""

    id: str
    kind: str
    node: int
    links: tuple[Link, ...]
    size: int
    """Nodes that are this one consumer."""

    @property
    def open_ended(self) -> bool:
        """Return whether it stands for several that no evidence lists."""
        return any(link.open_ended for link in self.links)


@dataclass(frozen=True, slots=True)
class Group:
    """What is shared and who is seen to use it."""

    id: str
    """Node id; ``fingerprint:…`` or the id of a key that the inventory lacks where there is no node."""
    node: int
    """-1: no node."""
    kind: str
    """Node kind; ``""`` without a node."""
    members: tuple[Member, ...]

    @property
    def open_ended(self) -> bool:
        """Return whether a consumer stands for several that no evidence lists."""
        return any(member.open_ended for member in self.members)

    @property
    def is_pool(self) -> bool:
        """Return whether there are two consumers, or one that stands for several."""
        return len(self.members) > 1 or self.open_ended


def kind_of(group: Group) -> str:
    """Return what kind of pool a group is, by what most surely makes it one."""
    if group.id.startswith(_VALUE):
        return "shared_value"
    if group.kind in _SECRETS:
        return "shared_secret"
    if group.kind in (NodeKind.AWS_USER, NodeKind.AWS_ROOT, NodeKind.OTHER_IDENTITY):
        return "shared_identity"
    if any(link.evidence is Evidence.BLUEPRINT for member in group.members for link in member.links):
        return "agent_blueprint"
    if group.kind == NodeKind.ENTRA_MANAGED_IDENTITY:
        return "managed_identity"
    if group.kind in (NodeKind.ENTRA_SERVICE_PRINCIPAL, NodeKind.ENTRA_BLUEPRINT_PRINCIPAL):
        return "federated_application"
    if group.kind != NodeKind.AWS_ROLE:
        return "shared_key"
    running = [member for member in group.members if any(link.evidence in _RUNNING for link in member.links)]
    if len(running) > 1:
        return "instance_profile" if all(member.kind in _MACHINES for member in running) else "execution_role"
    for evidence, name in ((Evidence.FEDERATION, "federated_role"), (Evidence.SERVICE_ROLE, "service_role")):
        of_kind = [member for member in group.members if any(link.evidence is evidence for link in member.links)]
        if len(of_kind) > 1 or (
            of_kind and evidence is Evidence.FEDERATION and any(each.open_ended for each in of_kind)
        ):
            return name
    return "assumed_by_many"


def groups_of(snapshot: Snapshot, links: Links) -> dict[str, Group]:
    """Return everything with a consumer, over all kinds of evidence, by id."""
    found: defaultdict[str, list[Link]] = defaultdict(list)
    for target, link in links.of_edges(links.edges().tolist()):
        found[target].append(link)
    for target, link in links.of_attributes():
        found[target].append(link)
    _join_values(snapshot, found)
    _through_secrets(snapshot, found)
    _through_credentials(snapshot, found)
    return {
        target: _group(snapshot, target, _number(snapshot, target), of_target, links)
        for target, of_target in sorted(found.items())
    }


def _group(snapshot: Snapshot, target: str, number: int, of_target: Sequence[Link], links: Links) -> Group:
    if any(link.evidence is Evidence.BLUEPRINT for link in of_target):
        # Who proves the blueprint is one thing, who is proved by it another: its agents share, whoever signs in as it.
        of_target = [link for link in of_target if link.evidence is Evidence.BLUEPRINT]
    families: defaultdict[str, dict[Link, None]] = defaultdict(dict)
    launched = links.launched(target)
    for link in of_target:
        if link.kind != NodeKind.LAUNCH_TEMPLATE or launched.isdisjoint(_template_names(links, link)):
            families[link.family][link] = None
    members = sorted((_member(list(each)) for each in families.values()), key=lambda member: member.id)
    kind = snapshot.manifest.codes["node_kind"][int(snapshot.arrays.node_kind[number])] if number >= 0 else ""
    return Group(target, number, kind, tuple(members))


def _template_names(links: Links, link: Link) -> set[str]:
    return {link.consumer, links.workloads.get(link.node).template}


def _member(of_family: list[Link]) -> Member:
    first = min(of_family, key=lambda link: (link.kind not in _WHOLE, link.consumer))
    return Member(first.consumer, first.kind, first.node, tuple(of_family), len({link.consumer for link in of_family}))


def _number(snapshot: Snapshot, target: str) -> int:
    try:
        return snapshot.node_index(target)
    except NodeNotFoundError:
        return -1


def _join_values(snapshot: Snapshot, found: dict[str, list[Link]]) -> None:
    """Let equal values that are a known credential's count as that credential."""
    values = [target for target in found if target.startswith(_VALUE)]
    if not values:
        return
    table = snapshot.table("credentials").columns(["node", "fingerprint"])
    known = dict(zip(table["fingerprint"].to_pylist(), table["node"].to_pylist(), strict=True))
    for target in values:
        if credential := known.get(target.removeprefix(_VALUE)):
            found.setdefault(credential, []).extend(found.pop(target))


def _through_secrets(snapshot: Snapshot, found: dict[str, list[Link]]) -> None:
    """Replace a secret that holds a credential by the workloads that are known to take it from there."""
    takers = {
        target: [link for link in of_target if link.evidence is Evidence.REFERENCE]
        for target, of_target in found.items()
    }
    for target, of_target in found.items():
        fresh: list[Link] = []
        for link in of_target:
            behind = takers.get(link.consumer, []) if link.evidence in (Evidence.STORED, Evidence.TAGGED) else []
            fresh.extend(replace(link, consumer=each.consumer, kind=each.kind, node=each.node, family=each.family)
                         for each in behind)  # fmt: skip
            fresh.extend(behind or [link])
        found[target] = fresh


def _through_credentials(snapshot: Snapshot, found: dict[str, list[Link]]) -> None:
    """Add the user behind credentials that are used in several places: each alone may be no pool."""
    table = snapshot.table("credentials").columns(["node", "identity"])
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for credential, identity in zip(table["node"].to_pylist(), table["identity"].to_pylist(), strict=True):
        if found.get(credential):
            behind[identity].append(credential)
    for identity, credentials in behind.items():
        if len(credentials) > 1 or found.get(identity):
            found.setdefault(identity, []).extend(link for each in credentials for link in found[each])


# ---- for the blast radius ------------------------------------------------------------------------------------------


class _ByEdges:
    """Pools that edges alone show, worked out where somebody asks."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.links = Links(snapshot)
        edges = self.links.edges()
        targets = self.links.shared_ends(edges)
        order = np.argsort(targets, kind="stable")
        self._edges, self._targets = edges[order], targets[order]
        self.rows: dict[int, Mapping[str, Any] | None] = {}
        federated = snapshot.arrays.edge_kind[edges] == snapshot.edge_kind_code(EdgeKind.FEDERATES_INTO)
        counts = np.bincount(targets, minlength=snapshot.node_count)
        counts += np.bincount(targets[federated], minlength=snapshot.node_count)
        self.possible = counts > 1
        """By node: several edges, or one by which several may enter."""

    def into(self, number: int) -> list[int]:
        """Return the edges that show consumers of a node."""
        start, stop = np.searchsorted(self._targets, [number, number + 1])
        edges: list[int] = self._edges[start:stop].tolist()
        return edges


@lru_cache(maxsize=1)
def _by_edges(snapshot: Snapshot) -> _ByEdges:
    """Return the pools of the snapshot that was asked about last: a sweep asks once for each identity."""
    return _ByEdges(snapshot)


def pools_among(snapshot: Snapshot, numbers: NDArray[np.integer]) -> tuple[Mapping[str, Any], ...]:
    """Return the pools among some nodes that edges show: what runs as them, lies in secrets, or enters from outside.

    Returns
    -------
    tuple of mappings
        ``identity`` (node id of what is shared), ``kind``, ``consumers`` (ids, the first ``LISTED``),
        ``consumer_count`` (exact), in the order of the numbers.
    """
    known = _by_edges(snapshot)
    asked = np.asarray(numbers, dtype=np.int64)
    rows = (_row(snapshot, known, number) for number in asked[known.possible[asked]].tolist())
    return tuple(row for row in rows if row is not None)


def _row(snapshot: Snapshot, known: _ByEdges, number: int) -> Mapping[str, Any] | None:
    if number not in known.rows:
        target = snapshot.node_id(number)
        of_target = [link for _, link in known.links.of_edges(known.into(number))]
        group = _group(snapshot, target, number, of_target, known.links)
        known.rows[number] = (
            {
                "identity": target,
                "kind": kind_of(group),
                "consumers": [member.id for member in group.members[:LISTED]],
                "consumer_count": len(group.members),
            }
            if group.is_pool
            else None
        )
    return known.rows[number]
