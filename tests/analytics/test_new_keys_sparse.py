"""Which edges a long-term key cannot take, found where keys and MFA are, equals a look at every edge at once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.new_keys import NewKeys
from graph.arrays import CATEGORY_CODES, BoolArray, GraphArrays, arrays_from_edges
from graph.decision import Atom, Residual
from graph.kinds import Category, EdgeKind, NodeKind, State

KINDS = (
    EdgeKind.CAN_ASSUME, EdgeKind.CONTROLS, EdgeKind.ADMIN_OF, EdgeKind.CAN_CREATE_CREDENTIAL,
    EdgeKind.AUTHENTICATES_AS, EdgeKind.MEMBER_OF,
)  # fmt: skip
TECHNIQUES = ("", "iam-002", "sts-001")
NODES = (NodeKind.AWS_USER, NodeKind.AWS_ACCESS_KEY)
CATEGORIES = (Category.IDENTITY, Category.HUB, Category.GROUP, Category.PRIVILEGE)
MFA: Residual = ((Atom("aws:multifactorauthpresent", "Bool", ("true",)),),)
PLACE: Residual = ((Atom("aws:sourceip", "IpAddress", ("203.0.113.0/24",)),),)
CONDITIONS: tuple[Residual, ...] = ((), MFA, PLACE)


class Estate:
    """What ``NewKeys`` asks of a snapshot; the last nodes are changed states of the first ones."""

    def __init__(self, arrays: GraphArrays, changed: int) -> None:
        self.arrays = arrays
        self.condition_count = len(CONDITIONS)
        self.manifest = SimpleNamespace(
            codes={
                "edge_kind": [kind.value for kind in KINDS],
                "edge_technique": list(TECHNIQUES),
                "node_kind": [kind.value for kind in NODES],
            }
        )
        plain = arrays.node_count - changed
        self.ids = [f"n{node}" for node in range(plain)] + [f"n{node % plain}?{node}" for node in range(changed)]

    def condition(self, number: int) -> Residual:
        return CONDITIONS[number]

    def edge_kind_code(self, kind: EdgeKind) -> int:
        return KINDS.index(kind) if kind in KINDS else -1

    def node_id(self, number: int) -> str:
        return self.ids[number]

    def node_index(self, node: str) -> int:
        return self.ids.index(node)


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    n = draw(st.integers(2, 9))
    changed = draw(st.integers(0, 2))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, n + changed - 1), st.integers(0, n + changed - 1), st.integers(0, len(KINDS) - 1),
                st.sampled_from((0, 0, 1, 2)), st.integers(0, 2), st.sampled_from((1, 1, 1, 0)), st.integers(1, 3),
            ),
            max_size=30,
        )
    )  # fmt: skip
    columns = np.array(rows, dtype=np.int64).reshape(-1, 7).T
    category = [CATEGORY_CODES.index(draw(st.sampled_from(CATEGORIES))) for _ in range(n)]
    category += [CATEGORY_CODES.index(Category.IDENTITY_STATE)] * changed
    kind = [draw(st.integers(0, 1)) for _ in range(n + changed)]
    names = ("edge_kind", "edge_technique", "edge_condition", "edge_flags", "edge_state")
    arrays = arrays_from_edges(
        n + changed,
        columns[0],
        columns[1],
        columns={
            "node_category": np.array(category),
            "node_kind": np.array(kind),
            **dict(zip(names, columns[2:], strict=True)),
        },
    )
    return Estate(arrays, changed)


def at_once(estate: Estate) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Return the three masks by whole-graph steps."""
    a = estate.arrays
    n = a.node_count
    code = estate.edge_kind_code
    needs = (a.edge_condition == 1) & a.traversable
    none = np.zeros(a.edge_count, dtype=bool)
    brings = a.edge_technique == 1
    brings = brings | ((a.edge_kind == code(EdgeKind.AUTHENTICATES_AS)) & (a.node_kind[a.edge_source] == 1))
    brings = brings & a.traversable
    if not needs.any() or not brings.any():
        return (brings if needs.any() else none), needs, none
    source, target = a.edge_source, a.indices
    controls = (a.edge_kind == code(EdgeKind.CONTROLS)) & a.traversable
    direct = (a.edge_kind == code(EdgeKind.ADMIN_OF)) & (a.edge_state == State.VERIFIED) & (a.edge_condition == 0)
    administrators = np.isin(np.arange(n), source[direct])
    shared = np.isin(np.arange(n), target[a.traversable & ~administrators[source]])
    administrators = administrators | (a.hub & ~shared)
    others = a.traversable & ~brings & ~controls & ~administrators[source]
    by_key = ~np.isin(np.arange(n), target[others]) & np.isin(np.arange(n), target[brings]) & ~a.hub
    for node in np.flatnonzero(a.node_category == CATEGORY_CODES.index(Category.IDENTITY_STATE)).tolist():
        by_key[node] = by_key[estate.node_index(estate.node_id(node).partition("?")[0])]
    entered = a.traversable & a.hub[target]
    by_key_class = a.hub & ~np.isin(np.arange(n), target[entered & ~by_key[source]])
    controller = np.full(n, -1)
    for edge in np.flatnonzero(controls).tolist():
        controller[target[edge]] = source[edge]
    before = controller.copy()
    for edge in np.flatnonzero(entered).tolist():
        controller[target[edge]] = before[source[edge]]
    inside = (controller[source] >= 0) & ((controller[source] == controller[target]) | (controller[source] == target))
    of_account = [CATEGORY_CODES.index(item) for item in (Category.GROUP, Category.IDENTITY_STATE)]
    useless = needs & (inside | np.isin(a.node_category[target], of_account))
    serves = np.isin(np.arange(n), source[a.traversable & a.hub[source] & ~useless])
    dead = useless & (by_key | by_key_class)[source]
    return brings, needs, dead | (entered & by_key[source] & ~serves[target])


@given(estates())
@settings(max_examples=400, deadline=None)
def test_masks(estate: Estate) -> None:
    found = NewKeys.of(estate)  # type: ignore[arg-type]
    brings, needs, dead = at_once(estate)
    assert np.array_equal(found.needs_mfa, needs)
    assert not needs.any() or np.array_equal(found.brings_key, brings)
    assert np.array_equal(found.dead, dead)
    assert np.array_equal(found.dead_edges, np.flatnonzero(dead))
    assert found.matter == bool(brings.any() and needs.any())
