"""Roles of AWS that trust an issuer's subjects, for the cases of the joint of subjects.

Input: issuer, subject, further conditions. Output: a world of AWS.
Not handled: Entra's trusts (``tests.worlds.entra``).
"""

from __future__ import annotations

from typing import Any

from tests.graph.edges_aws.technique_case import A, here
from tests.worlds.aws import World

__all__ = ["ROLE", "role_of", "statement", "trusting"]


def role_of(name: str = "deploy") -> str:
    """Return the ARN of a role."""
    return A.role(name)


ROLE = role_of()


def statement(
    issuer: str,
    subject: str = "",
    *,
    like: bool = False,
    aud: str = "sts.amazonaws.com",
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a trust: an exact subject, or a pattern with ``like``; ``more`` adds operators with their tests."""
    plain: dict[str, Any] = {f"{issuer}:aud": aud} if aud else {}
    tests: dict[str, Any] = {"StringEquals": dict(plain)}
    if subject:
        tests.setdefault("StringLike" if like else "StringEquals", {})[f"{issuer}:sub"] = subject
    for operator, body in (more or {}).items():
        tests[operator] = {**tests.get(operator, {}), **{f"{issuer}:{name}": value for name, value in body.items()}}
    return {
        "Effect": "Allow",
        "Principal": {"Federated": A.oidc(issuer)},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {operator: body for operator, body in tests.items() if body},
    }


def trusting(issuer: str, subject: str = "", *, audiences: tuple[str, ...] = (), **how: Any) -> World:
    """Return an account whose role ``deploy`` trusts an issuer's subject."""
    listed = audiences or ((how["aud"],) if how.get("aud") else ())
    return here().oidc(issuer, *listed).role("deploy", trusts=[statement(issuer, subject, **how)])
