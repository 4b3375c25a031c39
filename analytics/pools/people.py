"""Whom a person stands behind: identities that are entered by people alone.

Input: a snapshot, edge states, which users may be persons. Output: node numbers.
Handled: users with a password and no credential for programs, roles of IAM Identity Center, and roles entered through
SAML, Identity Center or such users and by no machine.
Not handled: a person who uses an access key; what the identity provider says of its users. A role that nothing is seen
to enter is nobody's, and not taken to be a person's.
"""

from __future__ import annotations

import numpy as np

from graph.arrays import CATEGORY_CODES, Int8Array, Int32Array
from graph.engine import reach
from graph.kinds import Category, EdgeKind, NodeKind
from graph.snapshot import Snapshot

__all__ = ["people_of"]

_ENTRIES = (EdgeKind.AUTHENTICATES_AS, EdgeKind.RUNS_AS, EdgeKind.FEDERATES_INTO, EdgeKind.CAN_ASSUME)
_MACHINES = (
    NodeKind.AWS_ACCOUNT,
    NodeKind.AWS_EXTERNAL_PRINCIPAL,
    NodeKind.AWS_ANYONE,
    NodeKind.OIDC_SUBJECT,
    NodeKind.OIDC_ISSUER,
    NodeKind.TRUST_ANCHOR,
    NodeKind.COGNITO_IDENTITY_POOL,
    NodeKind.AWS_ACCESS_KEY,
)
_PERSONS = (NodeKind.AWS_SAML_PROVIDER, NodeKind.IDENTITY_CENTER_PRINCIPAL, NodeKind.PERMISSION_SET)


def people_of(snapshot: Snapshot, levels: Int8Array, persons: Int32Array, administrators: Int32Array) -> Int32Array:
    """Return the users and roles that people alone enter, ascending.

    Parameters
    ----------
    persons
        Users that may be persons, and roles that only people get (Identity Center).
    administrators
        That a machine with full control may assume a role does not make it a machine's.

    Notes
    -----
    Two searches along the ways in; a class is no way in, since it holds whoever may.
    """
    arrays = snapshot.arrays
    kinds = [snapshot.edge_kind_code(kind) for kind in _ENTRIES]
    source = arrays.edge_source
    free = np.ones(arrays.node_count, dtype=np.bool_)
    free[administrators] = False
    free[persons] = True
    assumed = arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.CAN_ASSUME)
    ways = np.isin(arrays.edge_kind, kinds) & (levels > 0) & ~arrays.hub[source]
    meant = np.asarray(ways & (free[source] | ~assumed))
    workloads = np.flatnonzero(arrays.node_category == CATEGORY_CODES.index(Category.WORKLOAD))
    machines = np.union1d(workloads, snapshot.nodes_of_kind(*_MACHINES))
    by_machines = reach(arrays, machines, meant).hops >= 0
    starts = np.union1d(persons, snapshot.nodes_of_kind(*_PERSONS))
    by_people = reach(arrays, starts, np.asarray(ways)).hops >= 0
    by_people[persons] = True
    identity = arrays.node_category == CATEGORY_CODES.index(Category.IDENTITY)
    only = by_people & identity & ~by_machines
    return np.flatnonzero(only).astype(np.int32)
