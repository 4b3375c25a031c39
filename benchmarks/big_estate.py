"""A synthetic world as an estate with names, kinds, grants and conditions, all in columns; and seeded changes of it.

Input: ``World``. Output: ``Estate``, whose nodes are in the order of their ids, and ``Changed``: what a change did.
Handled: users, groups, classes (hubs), chained roles, buckets, tables, secrets, access keys, functions (two run as one
role each), accounts, administrators of accounts, parallel second ways, shared grant sets, conditions on MFA, network
and invocation, unverified edges.
Not handled: policy documents, whose text nothing here needs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from benchmarks.world import World
from graph.arrays import Int64Array
from graph.kinds import EdgeKind, NodeKind

__all__ = ["EDGE_KINDS", "NODE_KINDS", "TECHNIQUES", "Changed", "Estate", "change_estate", "estate_of"]

pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

NODE_KINDS = (
    NodeKind.AWS_USER, NodeKind.AWS_GROUP, NodeKind.HUB, NodeKind.AWS_ROLE, NodeKind.S3_BUCKET, NodeKind.SECRET,
    NodeKind.DYNAMODB_TABLE, NodeKind.AWS_ACCESS_KEY, NodeKind.LAMBDA_FUNCTION, NodeKind.AWS_ACCOUNT,
    NodeKind.SCOPE_ADMIN,
)  # fmt: skip
USER, GROUP, HUB, ROLE, BUCKET, SECRET, TABLE, KEY, FUNCTION, ACCOUNT, ADMIN = range(len(NODE_KINDS))
EDGE_KINDS = (
    EdgeKind.MEMBER_OF, EdgeKind.CAN_ASSUME, EdgeKind.CAN_ACCESS, EdgeKind.AUTHENTICATES_AS, EdgeKind.RUNS_AS,
    EdgeKind.CONTAINS, EdgeKind.CONTROLS, EdgeKind.ADMIN_OF, EdgeKind.CAN_CREATE_CREDENTIAL,
)  # fmt: skip
MEMBER, ASSUME, ACCESS, PROOF, RUNS, CONTAINS, CONTROLS, ADMINISTERS, MAKES_KEY = range(len(EDGE_KINDS))
TECHNIQUES = ("", "sts-001", "iam-002")
_FORMS = (
    "arn:aws:iam::{account}:user/team/svc-{number}", "arn:aws:iam::{account}:group/team-{number}",
    "hub:sts-001:{account}:{number}", "arn:aws:iam::{account}:role/team/app-{number}",
    "arn:aws:s3:::data-{account}-{number}", "arn:aws:secretsmanager:eu-west-1:{account}:secret:db-{number}",
    "arn:aws:dynamodb:eu-west-1:{account}:table/orders-{number}", "aws:key:AKIA{account}{number}",
    "arn:aws:lambda:eu-west-1:{account}:function:job-{number}", "aws:account:{account}", "aws:admin:{account}",
)  # fmt: skip
ACCOUNTS = 100
_FIRST_ACCOUNT = 100_000_000_000
_ADMINISTRATORS = 3
"""Roles that others reach and that administer their account; each account has one more that nobody reaches."""


@dataclass(frozen=True)
class Estate:
    """An estate in columns: nodes by id, edges by (source, target) and then by way."""

    ids: pa.LargeStringArray
    kind: NDArray[np.int8]
    """Place in ``NODE_KINDS``."""
    account: NDArray[np.int64]
    """Account number, 12 digits."""
    number: Int64Array
    """Place among the nodes of the base world, which its name ends with."""
    impact: NDArray[np.int8]
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    edge_kind: NDArray[np.int8]
    """Place in ``EDGE_KINDS``."""
    technique: NDArray[np.int8]
    state: NDArray[np.int8]
    condition: NDArray[np.int8]
    grant_set: NDArray[np.int32]
    """0 is the empty set; set ``s`` holds the grants ``s - 1`` and, for two of three sets, the next one or two."""
    edge_impact: NDArray[np.int8]
    grants: int
    """How many grants there are; one more set."""


@dataclass(frozen=True)
class Changed:
    """How a changed snapshot differs from the one without a change; edges are (source id, target id, edge kind)."""

    removed_nodes: tuple[str, ...]
    added_nodes: tuple[str, ...]
    removed_edges: tuple[tuple[str, str, str], ...]
    """Those into removed nodes included; a pair with a parallel second way stands there twice when its node went."""
    added_edges: tuple[tuple[str, str, str], ...]
    """One into each added node, and others between nodes that were there."""
    changed_edges: tuple[tuple[str, str, str], ...]
    """The same ends and kind, another grant set."""


def estate_of(world: World, seed: int = 7) -> Estate:
    """Return the estate of a world: its nodes and distinct edges, and what a collector would find beside them."""
    random = np.random.default_rng(seed)
    users, roles, things = world.numbers("identity"), world.numbers("role"), world.numbers("resource")
    base = world.first["end"]
    kind = np.empty(base, dtype=np.int8)
    for name, code in (("identity", USER), ("group", GROUP), ("hub", HUB), ("role", ROLE)):
        kind[world.numbers(name)] = code
    kind[things] = random.choice(np.array([BUCKET, TABLE, SECRET], dtype=np.int8), things.size, p=[0.6, 0.3, 0.1])
    account = random.integers(0, ACCOUNTS, base)
    keys, runners = users[::20], np.repeat(roles[::10], 2)
    extra = (ROLE, ACCOUNTS), (KEY, keys.size), (FUNCTION, runners.size), (ACCOUNT, ACCOUNTS), (ADMIN, ACCOUNTS)
    start = dict(zip((code for code, _ in extra), np.cumsum([base, *(size for _, size in extra)]), strict=False))
    kind = np.concatenate([kind, *(np.full(size, code, dtype=np.int8) for code, size in extra)])
    every = np.arange(ACCOUNTS)
    account = np.concatenate([account, every, account[keys], account[runners], every, every])
    own = np.concatenate([users, roles])
    heads = np.concatenate([random.choice(roles, _ADMINISTRATORS, replace=False), start[ROLE] + every])
    makers = random.choice(roles, max(1, roles.size // 1000), replace=False)
    ends = [
        (world.source, world.target, -1),
        (start[KEY] + np.arange(keys.size), keys, PROOF),
        (start[FUNCTION] + np.arange(runners.size), runners, RUNS),
        (start[ACCOUNT] + account[own], own, CONTAINS),
        (start[ADMIN] + account[own], own, CONTROLS),
        (heads, start[ADMIN] + account[heads], ADMINISTERS),
        (makers, random.choice(users, makers.size), MAKES_KEY),
    ]
    source = np.concatenate([part[0] for part in ends])
    target = np.concatenate([part[1] for part in ends])
    named = np.concatenate([np.full(len(part[0]), part[2], dtype=np.int8) for part in ends])
    impact = np.zeros(kind.size, dtype=np.int8)
    impact[world.jewels] = random.integers(2, 6, world.jewels.size)
    impact[start[ADMIN] :] = 1
    return _columns(kind, account, impact, source, target, named, random)


def _columns(
    kind: NDArray[np.int8],
    account: Int64Array,
    impact: NDArray[np.int8],
    source: Int64Array,
    target: Int64Array,
    named: NDArray[np.int8],
    random: np.random.Generator,
) -> Estate:
    """Order nodes by id, edges by ends, and give every edge what its kind carries."""
    numbers = np.arange(kind.size)
    accounts = _FIRST_ACCOUNT + account * 1_111_111
    ids = _ids(kind, accounts, numbers)
    order = pc.sort_indices(ids).to_numpy()
    rank = np.empty(kind.size, dtype=np.int64)
    rank[order] = numbers
    kind, accounts, impact = kind[order], accounts[order], impact[order]
    key, first = np.unique(rank[source] * kind.size + rank[target], return_index=True)
    named = named[first]
    twins = np.zeros(key.size, dtype=np.int64)
    plain = np.flatnonzero(named == -1)
    twins[random.choice(plain, plain.size // 100, replace=False)] = 1
    way = np.repeat(twins, 1 + twins)
    way[1:] &= np.repeat(np.arange(key.size), 1 + twins)[1:] == np.repeat(np.arange(key.size), 1 + twins)[:-1]
    key, named = np.repeat(key, 1 + twins), np.repeat(named, 1 + twins)
    source, target = np.divmod(key, kind.size)
    edge_kind = np.where(named >= 0, named, _kind_between(kind[source], kind[target])).astype(np.int8)
    dice = random.integers(0, 1000, key.size)
    condition = np.zeros(key.size, dtype=np.int8)
    condition[(edge_kind == ASSUME) & (dice < 20)] = 1
    condition[(edge_kind == ASSUME) & (dice >= 20) & (dice < 30)] = 2
    condition[(edge_kind == RUNS) & (dice < 500)] = 3
    structure = np.isin(edge_kind, (CONTAINS, CONTROLS, RUNS))
    grants = kind.size // 5
    # A managed policy serves many sources; a source has about two grant sets for what it may do.
    grant_set = 1 + (source * 7 + (target & 1) + way * 3) % grants
    secret = kind[target] == SECRET
    edge_impact = np.where(edge_kind == ACCESS, np.where(secret, 5, np.where(dice < 50, 9, 0)), 0)
    return Estate(
        ids=ids.take(pa.array(order)),
        kind=kind,
        account=accounts,
        number=order,
        impact=impact,
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        edge_kind=edge_kind,
        technique=np.select([edge_kind == ASSUME, edge_kind == MAKES_KEY], [1, 2], 0).astype(np.int8),
        state=np.where((edge_kind == ACCESS) & (dice >= 980), 1, 3).astype(np.int8),
        condition=condition,
        grant_set=np.where(structure, 0, grant_set).astype(np.int32),
        edge_impact=np.where(edge_kind == ADMINISTERS, 1, edge_impact).astype(np.int8),
        grants=grants,
    )


def _kind_between(source: NDArray[np.int8], target: NDArray[np.int8]) -> NDArray[np.int8]:
    table = np.full((len(NODE_KINDS), len(NODE_KINDS)), ACCESS, dtype=np.int8)
    table[USER, GROUP] = MEMBER
    table[:, [HUB, ROLE]] = ASSUME
    return np.asarray(table[source, target])


def _ids(kind: NDArray[np.int8], accounts: Int64Array, numbers: Int64Array) -> pa.LargeStringArray:
    """Return ids by the form of each kind; accounts and their administrators are numbered by account alone."""
    parts = [[piece for half in form.split("{account}") for piece in half.split("{number}")] for form in _FORMS]
    text = {
        "head": pa.array([piece[0] for piece in parts], pa.large_string()),
        "middle": pa.array([piece[1] if "{number}" in form else "" for piece, form in zip(parts, _FORMS, strict=True)],
                           pa.large_string()),
    }  # fmt: skip
    codes = pa.array(kind)
    account = pc.cast(pa.array(accounts), pa.large_string())
    number = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.large_string()), 8, "0")
    plain = pa.array(np.isin(kind, (ACCOUNT, ADMIN)))
    number = pc.if_else(plain, pa.scalar("", pa.large_string()), number)
    head, middle = (text[name].take(codes) for name in ("head", "middle"))
    return pc.binary_join_element_wise(head, account, middle, number, pa.scalar("", pa.large_string()))


def change_estate(estate: Estate, share: float, seed: int = 11) -> tuple[Estate, Changed]:
    """Return the estate with a seeded share of its edges and a tenth of that share of its nodes changed.

    Parameters
    ----------
    share
        Of all edges, as many are removed, as many added, and as many given another grant set.
    """
    random = np.random.default_rng(seed)
    nodes, edges = estate.kind.size, estate.source.size
    buckets = np.flatnonzero(estate.kind == BUCKET)
    few, count = max(1, int(nodes * share / 10)), max(1, int(edges * share))
    gone = random.choice(buckets, few, replace=False)
    lost = np.isin(estate.target, gone)
    key = estate.source.astype(np.int64) * nodes + estate.target
    alone = np.ones(edges, dtype=bool)
    alone[1:] &= key[1:] != key[:-1]
    alone[:-1] &= key[1:] != key[:-1]
    access = np.flatnonzero(alone & ~lost & (estate.edge_kind == ACCESS))
    picked = random.choice(access, 2 * count, replace=False)
    lost[picked[:count]] = True
    other_set = picked[count:]
    grant_set = estate.grant_set.copy()
    grant_set[other_set] = 1 + (grant_set[other_set] + 4) % estate.grants
    new_ids = [f"arn:aws:s3:::new-{_FIRST_ACCOUNT}-{number:08}" for number in range(few)]
    kept = buckets[~np.isin(buckets, gone)]
    roles = np.flatnonzero(estate.kind == ROLE)
    drawn = random.choice(roles, 2 * count) * nodes + random.choice(kept, 2 * count)
    drawn = random.permutation(np.setdiff1d(drawn, key))[:count]
    tails = np.concatenate([drawn // nodes, random.choice(roles, few)])
    tips = np.concatenate([drawn % nodes, nodes + np.arange(few)])
    stays = np.ones(nodes + few, dtype=bool)
    stays[gone] = False
    ids = pa.concat_arrays([estate.ids, pa.array(new_ids, pa.large_string())])

    def told(sources: NDArray[Any], targets: NDArray[Any], kinds: NDArray[Any]) -> tuple[tuple[str, str, str], ...]:
        ends = (ids.take(pa.array(end)).to_pylist() for end in (sources, targets))
        return tuple(zip(*ends, [EDGE_KINDS[code].value for code in kinds.tolist()], strict=True))

    changed = Changed(
        removed_nodes=tuple(ids.take(pa.array(np.sort(gone))).to_pylist()),
        added_nodes=tuple(new_ids),
        removed_edges=told(estate.source[lost], estate.target[lost], estate.edge_kind[lost]),
        added_edges=told(tails, tips, np.full(tails.size, ACCESS)),
        changed_edges=told(estate.source[other_set], estate.target[other_set], estate.edge_kind[other_set]),
    )
    order = pc.sort_indices(ids).to_numpy()
    order = order[stays[order]]
    rank = np.zeros(nodes + few, dtype=np.int64)
    rank[order] = np.arange(order.size)
    node: dict[str, NDArray[Any]] = {
        "kind": np.full(few, BUCKET, dtype=np.int8),
        "account": np.full(few, _FIRST_ACCOUNT),
        "number": nodes + np.arange(few),
        "impact": np.zeros(few, dtype=np.int8),
    }
    edge: dict[str, NDArray[Any]] = {
        "edge_kind": np.full(tails.size, ACCESS, dtype=np.int8),
        "technique": np.zeros(tails.size, dtype=np.int8),
        "state": np.full(tails.size, 3, dtype=np.int8),
        "condition": np.zeros(tails.size, dtype=np.int8),
        "grant_set": (1 + tails % estate.grants).astype(np.int32),
        "edge_impact": np.zeros(tails.size, dtype=np.int8),
    }
    source = rank[np.concatenate([estate.source[~lost], tails])]
    target = rank[np.concatenate([estate.target[~lost], tips])]
    by_ends = np.argsort(source * order.size + target, kind="stable")
    before = replace(estate, grant_set=grant_set)
    columns: dict[str, Any] = {
        "ids": ids.take(pa.array(order)),
        "source": source[by_ends].astype(np.int32),
        "target": target[by_ends].astype(np.int32),
        **{name: np.concatenate([getattr(estate, name), new])[order] for name, new in node.items()},
        **{name: np.concatenate([getattr(before, name)[~lost], new])[by_ends] for name, new in edge.items()},
    }
    return replace(estate, **columns), changed
