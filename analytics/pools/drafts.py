"""Which identities and credentials are pools: two consumers or more, over links and permissions together.

Input: a snapshot, edge states. Output: ``Draft`` rows.
Handled: a workload that takes a secret into a variable and the role that reads it for the workload are one consumer;
an identity that the trust policy names by ARN is set up, one that merely may enter is not.
Not handled: what a pool reaches (``analytics.pools.reach``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from analytics.pools.groups import Group, groups_of
from analytics.pools.links import Evidence, Links
from analytics.pools.people import people_of
from analytics.pools.permissions import Permissions, Permitted, administrators, ranks
from analytics.rules._context import RuleContext
from analytics.rules._identities import may_be_person
from graph.arrays import Int32Array
from graph.errors import NodeNotFoundError
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["Draft", "drafts"]

_FOR_PEOPLE = "/aws-reserved/sso.amazonaws.com/"
_PERMITTED = (NodeKind.AWS_ROLE, NodeKind.SECRET, NodeKind.SSM_PARAMETER)
_ROLE_OF = (Evidence.RUNS_AS, Evidence.SERVICE_ROLE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A pool before its consumers are told."""

    group: Group
    permitted: Permitted
    named: frozenset[int]
    """Identities that the role's own trust names."""
    accounted: frozenset[int]
    """Readers of a secret that are the roles of workloads which are counted already."""

    @property
    def count(self) -> int:
        """Return how many consumers there are."""
        return len(self.group.members) + self.permitted.count - self.permitted.holding(self.accounted)

    @property
    def configured(self) -> int:
        """Return how many of them are set up to use it."""
        return len(self.group.members) + len(self.named)


def drafts(snapshot: Snapshot, context: RuleContext) -> Iterator[Draft]:
    """Yield what has two consumers or more, or one that stands for several, by id."""
    levels = context.levels
    alive = np.asarray(levels > 0)
    groups = groups_of(snapshot, Links(snapshot, alive))
    people = people_of(snapshot, levels, _persons(snapshot, context), administrators(snapshot, levels))
    permissions = Permissions(snapshot, alive, ranks(snapshot, levels, people))
    permitted = {snapshot.node_id(number): number for number in permissions.targets().tolist()}
    roles = _roles_of_workloads(groups)
    kinds = snapshot.manifest.codes["node_kind"]
    for target in sorted({*groups, *permitted}):
        group = groups.get(target)
        if group is None:
            number = permitted[target]
            group = Group(target, number, kinds[int(snapshot.arrays.node_kind[number])], ())
        if group.kind == NodeKind.AWS_ROLE and _is_of_aws(snapshot.node(group.node)):
            continue
        draft = _draft(snapshot, permissions, group, roles)
        if draft.count > 1 or group.open_ended:
            yield draft


def _persons(snapshot: Snapshot, context: RuleContext) -> Int32Array:
    """Return users that may be persons, and roles that only people get."""
    numbers = snapshot.nodes_of_kind(NodeKind.AWS_USER, NodeKind.AWS_ROLE).tolist()
    nodes = ((number, snapshot.node(number)) for number in numbers)
    found = [number for number, node in nodes if _path(node).startswith(_FOR_PEOPLE) or may_be_person(context, node)]
    return np.array(found, dtype=np.int32)


def _path(node: Node) -> str:
    return str(node.attributes.get("path", ""))


def _is_of_aws(role: Node) -> bool:
    """Tell roles that only their service or people through Identity Center use, and what was only referred to."""
    return not role.collected or bool(role.attributes.get("service_linked")) or _path(role).startswith("/aws-reserved/")


def _roles_of_workloads(groups: Mapping[str, Group]) -> Mapping[int, frozenset[int]]:
    """Return the roles that each workload, or its service for it, acts as."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for group in groups.values():
        for member in group.members if group.kind == NodeKind.AWS_ROLE else ():
            for link in member.links:
                if link.evidence in _ROLE_OF:
                    found[link.node].add(group.node)
    return {number: frozenset(roles) for number, roles in found.items()}


def _draft(snapshot: Snapshot, permissions: Permissions, group: Group, roles: Mapping[int, frozenset[int]]) -> Draft:
    none: frozenset[int] = frozenset()
    if group.node < 0 or group.kind not in _PERMITTED:
        empty = np.empty(0, dtype=np.int32)
        return Draft(group, Permitted(empty, empty, (), 0, 0), none, none)
    named = _named_by_trust(snapshot, group.id) if group.kind == NodeKind.AWS_ROLE else none
    permitted = permissions.of(group.node, named)
    takers = [link for member in group.members for link in member.links if link.evidence is Evidence.REFERENCE]
    accounted = none.union(*(roles.get(link.node, none) for link in takers))
    return Draft(group, permitted, frozenset(number for number in named if permitted.holding({number})), accounted)


def _named_by_trust(snapshot: Snapshot, role: str) -> frozenset[int]:
    """Return the collected identities that a role's trust policy lets in by their ARN."""
    found: set[int] = set()
    for use in snapshot.document_uses(role):
        if use.layer != "trust" or not use.digest:
            continue
        statements = snapshot.document(use.digest).get("Statement", [])
        for statement in statements if isinstance(statements, list) else [statements]:
            principal = statement.get("Principal") if isinstance(statement, dict) else None
            named = (
                principal.get("AWS", []) if isinstance(principal, dict) and statement.get("Effect") == "Allow" else []
            )
            found.update(_numbers(snapshot, [named] if isinstance(named, str) else named))
    return frozenset(found)


def _numbers(snapshot: Snapshot, arns: list[str]) -> Iterator[int]:
    for arn in arns:
        try:
            yield snapshot.node_index(str(arn))
        except NodeNotFoundError:
            continue
