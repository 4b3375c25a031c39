"""Short ways to write principals, policies and layers in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.decision import Decision
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.context import Principal, PrincipalKind, Request, Resource
from graph.evaluate.aws.document import compile_policy

HOME = "111111111111"
OTHER = "222222222222"
BUCKET = "arn:aws:s3:::bucket"
OBJECT = f"{BUCKET}/key"


def statement(effect: str = "Allow", action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> dict[str, Any]:
    body = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {key: value for key, value in body.items() if value is not None}


def policy(*statements: Mapping[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def document(*statements: Mapping[str, Any], label: str = "p") -> LabelledDocument:
    return LabelledDocument(label, compile_policy(policy(*statements)))


def user(name: str = "alice", account: str = HOME, **more: Any) -> Principal:
    arn = f"arn:aws:iam::{account}:user/{name}"
    return Principal(PrincipalKind.USER, arn, account, **{"unique_id": f"AIDA{name.upper()}", "tags": {}, **more})


def role(name: str = "worker", account: str = HOME, **more: Any) -> Principal:
    arn = f"arn:aws:iam::{account}:role/{name}"
    return Principal(PrincipalKind.ROLE, arn, account, **{"unique_id": f"AROA{name.upper()}", "tags": {}, **more})


def session(name: str = "worker", session_name: str = "s1", account: str = HOME, **more: Any) -> Principal:
    return Principal(
        PrincipalKind.ROLE_SESSION,
        f"arn:aws:iam::{account}:role/{name}",
        account,
        session_arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session_name}",
        **{"unique_id": f"AROA{name.upper()}", "tags": {}, **more},
    )


def ask(
    principal: Principal,
    layers: PolicyLayers,
    action: str = "s3:GetObject",
    arn: str = OBJECT,
    owner: str | None = HOME,
    stated: Mapping[str, tuple[str, ...]] | None = None,
    absent: frozenset[str] = frozenset(),
    tags: Mapping[str, str] | None = None,
) -> Decision:
    return authorize(Request(principal, action, Resource(arn, owner, tags), stated or {}, absent), layers)
