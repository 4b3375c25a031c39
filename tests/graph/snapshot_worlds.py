"""A small graph that uses every field, built in any order, for the snapshot tests."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from graph.decision import Atom, Residual
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Credential, DocumentUse, Edge, Grant, IdentityGraph, Node
from graph.snapshot import SnapshotMeta

ACCOUNT = "111111111111"
CI = f"arn:aws:iam::{ACCOUNT}:role/ci"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admin"
BUCKET = "arn:aws:s3:::payroll"
KEY = "aws:access-key:AKIAEXAMPLE"
AS_OF = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
META = SnapshotMeta(AS_OF, "0.1.0", {"estate": "ab" * 32}, {"own_accounts": [ACCOUNT]})
MFA: Residual = ((Atom("aws:multifactorauthpresent", "Bool", ("true",)),),)
EITHER: Residual = (
    (
        Atom("aws:principaltag/team", "StringLikeIfExists", ("pay*", "ops"), True),
        Atom("aws:sourcevpc", "StringEquals", ("vpc-1",)),
    ),
)
COVERAGE: Sequence[Mapping[str, Any]] = (
    {"source": "aws", "scope": ACCOUNT, "operation": "iam.list_roles", "presence": "present", "calls": 2, "objects": 9},
    {
        "source": "aws",
        "scope": ACCOUNT,
        "operation": "s3.get_bucket_policy",
        "presence": "absent",
        "lost": "x",
        "guard": True,
    },
)


def nodes() -> list[Node]:
    return [
        Node(
            CI,
            NodeKind.AWS_ROLE,
            "ci",
            "aws",
            ACCOUNT,
            {"unique_id": "AROACI", "tags": {"team": "päy"}},
            evidence="a.json#/0",
        ),
        Node(ADMIN, NodeKind.AWS_ROLE, "admin", "aws", ACCOUNT, {"aliases": ["root-like", "boss"]}),
        Node(BUCKET, NodeKind.S3_BUCKET, "payroll", "aws", ACCOUNT, {"created_at": None}, impact="H4"),
        Node(KEY, NodeKind.AWS_ACCESS_KEY, "AKIAEXAMPLE", "aws", ACCOUNT),
        Node("aws:hub:x", NodeKind.HUB, "anyone in the account", "aws", ACCOUNT, collected=False),
    ]


def grants() -> list[Grant]:
    return [
        Grant("g:trust", "trust", ADMIN, "trusts the account", "a.json#/1"),
        Grant("g:allow", "statement", CI, "Allow sts:AssumeRole", "a.json#/2"),
        Grant("g:unused", "statement", CI, "Allow nothing that matters"),
    ]


def edges() -> list[Edge]:
    both = ("g:allow", "g:trust")
    return [
        Edge(KEY, CI, EdgeKind.AUTHENTICATES_AS, True),
        Edge(CI, "aws:hub:x", EdgeKind.CAN_ASSUME, True, "AWS-001", ("g:allow",)),
        Edge("aws:hub:x", ADMIN, EdgeKind.CAN_ASSUME, True, "AWS-001", ("g:trust",), MFA),
        Edge(
            CI,
            ADMIN,
            EdgeKind.CAN_CHANGE_TRUST,
            True,
            "AWS-002",
            both,
            EITHER,
            ("scp p-1", "boundary b"),
            State.CONDITIONAL,
        ),
        Edge(CI, ADMIN, EdgeKind.CAN_CHANGE_TRUST, True, "AWS-002", both, MFA),
        Edge(
            ADMIN,
            BUCKET,
            EdgeKind.CAN_ACCESS,
            False,
            "",
            (),
            (),
            (),
            State.UNVERIFIED,
            "H4",
            CI,
            "a.json#/3",
            "no bucket policy",
        ),
    ]


def credentials() -> list[Credential]:
    return [Credential(KEY, CI, "AwsAccessKey", "AKIAEXAMPLE", True, "…MPLE", "f" * 64, "2026-01-01T00:00:00Z")]


def uses() -> list[DocumentUse]:
    return [
        DocumentUse(CI, "identity", "inline deploy", "d1", "aws:statement:ci", True, "a.json#/4"),
        DocumentUse(CI, "boundary", "boundary b", "", "aws:attachment:ci", False),
        DocumentUse(ADMIN, "scp", "p-1", "d2", "aws:scp:p-1", False, "", 1),
    ]


def small_graph(seed: int = 0, extra_edges: Sequence[Edge] = ()) -> IdentityGraph:
    """Build the same graph in an order that depends on ``seed``."""
    shuffle = random.Random(seed).shuffle
    identity_graph = IdentityGraph()
    parts: list[list[Any]] = [nodes(), grants(), [*edges(), *extra_edges], credentials(), uses()]
    for part in parts:
        shuffle(part)
    documents: list[tuple[str, dict[str, Any]]] = [
        ("d1", {"Statement": [{"Effect": "Allow"}]}),
        ("d2", {"Version": "2012-10-17"}),
    ]
    shuffle(documents)
    for node in parts[0]:
        identity_graph.add_node(node)
    for grant in parts[1]:
        identity_graph.add_grant(grant)
    identity_graph.add_edges(parts[2])
    for credential in parts[3]:
        identity_graph.add_credential(credential)
    for digest, body in documents:
        identity_graph.add_document(digest, body)
    for use in parts[4]:
        identity_graph.add_document_use(use)
    return identity_graph
