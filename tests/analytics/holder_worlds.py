"""Small random estates with keys, passwords, classes, changed states and conditions that exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import strategies as st

from graph.decision import ALWAYS, Atom, Residual
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node
from graph.snapshot import SnapshotMeta

META = SnapshotMeta(datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "0.1.0", {"estate": "ab" * 32}, {})
MFA: Residual = ((Atom("aws:multifactorauthpresent", "Bool", ("true",)),),)
NO_MFA: Residual = ((Atom("aws:multifactorauthpresent", "Bool", ("false",)),),)
HERE: Residual = ((Atom("aws:sourceip", "IpAddress", ("10.0.0.0/8",)),),)
THERE: Residual = ((Atom("aws:sourceip", "IpAddress", ("192.0.2.0/24",)),),)
ISSUED: Residual = ((Atom("aws:tokenissuetime", "DateGreaterThan", ("2026-01-01T00:00:00Z",)),),)
SCOPE = "aws:admin:111111111111"
_KINDS = (EdgeKind.CAN_ASSUME, EdgeKind.CAN_CREATE_CREDENTIAL, EdgeKind.CAN_ACCESS, EdgeKind.RUNS_AS)


def _node(name: str, kind: NodeKind, impact: str = "", **attributes: object) -> Node:
    seen = {"unique_id": name, **attributes}  # its own listing, and so its policies, were seen
    return Node(name, kind, name, "aws", "111111111111", seen, impact=impact)


@st.composite
def estates(draw: st.DrawFn, conditions: Sequence[Residual] = (ALWAYS, MFA, NO_MFA, ISSUED)) -> IdentityGraph:
    """An estate; ``conditions`` are what its edges may carry."""
    world = IdentityGraph()
    users = [f"user{number}" for number in range(draw(st.integers(1, 3)))]
    roles = [f"role{number}" for number in range(draw(st.integers(0, 3)))]
    for name in users:
        world.add_node(_node(name, NodeKind.AWS_USER, draw(st.sampled_from(("", "H4")))))
    for name in roles:
        world.add_node(_node(name, NodeKind.AWS_ROLE, draw(st.sampled_from(("", "H9")))))
    things = ["bucket", "secret", "function", "group"]
    for name, kind in zip(
        things, (NodeKind.S3_BUCKET, NodeKind.SECRET, NodeKind.LAMBDA_FUNCTION, NodeKind.AWS_GROUP), strict=True
    ):
        world.add_node(_node(name, kind))
    world.add_node(_node(SCOPE, NodeKind.SCOPE_ADMIN, "H1", scope="aws:account:111111111111"))
    hubs = [f"hub{number}" for number in range(draw(st.integers(0, 2)))]
    for name in hubs:
        world.add_node(_node(name, NodeKind.HUB))
    keys, states = [], []
    for name in users:
        if draw(st.booleans()):
            keys.append(f"key-{name}")
            world.add_node(_node(keys[-1], NodeKind.AWS_ACCESS_KEY))
            world.add_edge(Edge(keys[-1], name, EdgeKind.AUTHENTICATES_AS, True))
        if draw(st.booleans()):
            world.add_node(_node(f"word-{name}", NodeKind.AWS_PASSWORD, mfa_active=draw(st.booleans())))
            world.add_edge(Edge(f"word-{name}", name, EdgeKind.AUTHENTICATES_AS, True))
        if draw(st.booleans()):
            states.append(f"{name}?tag")
            world.add_node(_node(states[-1], NodeKind.AWS_CHANGED_IDENTITY))
            world.add_edge(
                Edge(name, states[-1], EdgeKind.CAN_CHANGE_STATE, True, conditions=draw(st.sampled_from(conditions)))
            )
    if keys and draw(st.booleans()):
        world.add_edge(Edge("secret", draw(st.sampled_from(keys)), EdgeKind.AUTHENTICATES_AS, True))
    sources = [*users, *roles, *hubs, *states, SCOPE, "function", "group"]
    targets = [*users, *roles, *hubs, *things, SCOPE]
    for _ in range(draw(st.integers(1, 14))):
        source, target = draw(st.sampled_from(sources)), draw(st.sampled_from(targets))
        kind = draw(st.sampled_from(_KINDS))
        if target == SCOPE:
            kind = EdgeKind.ADMIN_OF
        if source == SCOPE:
            kind = EdgeKind.CONTROLS
        world.add_edge(
            Edge(
                source,
                target,
                kind,
                True,
                "iam-002" if kind is EdgeKind.CAN_CREATE_CREDENTIAL else "",
                conditions=draw(st.sampled_from(conditions)),
                state=draw(st.sampled_from((State.VERIFIED, State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED))),
                impact=draw(st.sampled_from(("", "H5", "H2"))),
            )
        )
    return world
