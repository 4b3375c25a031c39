"""Policy statements in a line each.

Input: actions, resources, principals. Output: statements and documents in AWS's own JSON form.
Not handled: whether they make sense; tests write wrong ones on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Json", "LIVE", "allow", "deny", "document", "public", "trust", "web_trust"]

Json = dict[str, Any]
LIVE = "2012-10-17"
"""The current version of the policy language."""


def _statement(effect: str, actions: Sequence[str], on: str | Sequence[str], when: Mapping[str, Any] | None) -> Json:
    statement: Json = {"Effect": effect, "Action": _one_or_many(actions), "Resource": _one_or_many(on)}
    return statement | ({"Condition": dict(when)} if when else {})


def _one_or_many(values: str | Sequence[str]) -> Any:
    many = [values] if isinstance(values, str) else list(values)
    return many[0] if len(many) == 1 else many


def allow(*actions: str, on: str | Sequence[str] = "*", when: Mapping[str, Any] | None = None) -> Json:
    """Return an allow statement."""
    return _statement("Allow", actions, on, when)


def deny(*actions: str, on: str | Sequence[str] = "*", when: Mapping[str, Any] | None = None) -> Json:
    """Return a deny statement."""
    return _statement("Deny", actions, on, when)


def document(*statements: Json) -> Json:
    """Return a policy document."""
    return {"Version": LIVE, "Statement": list(statements)}


def public(statement: Json, principal: Any = "*") -> Json:
    """Return a statement of a resource policy: ``statement`` for a principal element, by default everybody."""
    return {**statement, "Principal": principal}


def trust(
    *aws: str,
    service: str | Sequence[str] = (),
    federated: str = "",
    action: str | Sequence[str] = "sts:AssumeRole",
    when: Mapping[str, Any] | None = None,
    effect: str = "Allow",
) -> Json:
    """Return a statement of a role's trust policy; an account id as principal means the account."""
    principal: Any = {}
    if aws == ("*",):
        principal = "*"
    elif aws:
        principal["AWS"] = _one_or_many(aws)
    if service:
        principal["Service"] = _one_or_many(service)
    if federated:
        principal["Federated"] = federated
    statement: Json = {"Effect": effect, "Principal": principal, "Action": _one_or_many(action)}
    return statement | ({"Condition": dict(when)} if when else {})


def web_trust(provider: str, when: Mapping[str, Any] | None = None) -> Json:
    """Return a trust statement for tokens of an OIDC provider."""
    return trust(federated=provider, action="sts:AssumeRoleWithWebIdentity", when=when)
