"""Policy documents in few words.

Input: actions, resources, principals, conditions. Output: policy documents as JSON objects.
Not handled: checking them; that is what the product is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "MFA",
    "Condition",
    "Json",
    "allow",
    "deny",
    "document",
    "external_id",
    "github_subject",
    "service_trust",
    "trust",
    "web_identity_trust",
]

Condition = Mapping[str, Mapping[str, str | list[str]]]
"""Operator → key → value or values."""
Json = dict[str, Any]

MFA: Condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def _flat(values: str | list[str]) -> str | list[str]:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _statement(
    effect: str, actions: str | list[str], resources: str | list[str], sid: str, condition: Condition | None
) -> Json:
    statement: Json = {"Sid": sid} if sid else {}
    statement |= {"Effect": effect, "Action": _flat(actions), "Resource": _flat(resources)}
    return statement | ({"Condition": condition} if condition else {})


def allow(
    actions: str | list[str], resources: str | list[str] = "*", sid: str = "", condition: Condition | None = None
) -> Json:
    """Return an Allow statement."""
    return _statement("Allow", actions, resources, sid, condition)


def deny(
    actions: str | list[str], resources: str | list[str] = "*", sid: str = "", condition: Condition | None = None
) -> Json:
    """Return a Deny statement."""
    return _statement("Deny", actions, resources, sid, condition)


def document(*statements: Json) -> Json:
    """Return a policy document of the current version of the language."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _trust(principal: Json, action: str, condition: Condition | None) -> Json:
    statement: Json = {"Effect": "Allow", "Principal": principal, "Action": action}
    return document(statement | ({"Condition": condition} if condition else {}))


def trust(principals: str | list[str], condition: Condition | None = None) -> Json:
    """Return a trust policy for AWS principals (ARNs, or the unique id that AWS shows for a deleted one)."""
    return _trust({"AWS": _flat(principals)}, "sts:AssumeRole", condition)


def service_trust(service: str) -> Json:
    """Return a trust policy for an AWS service, named without ``.amazonaws.com``."""
    return _trust({"Service": f"{service}.amazonaws.com"}, "sts:AssumeRole", None)


def web_identity_trust(provider_arn: str, condition: Condition) -> Json:
    """Return a trust policy for tokens of an OIDC provider."""
    return _trust({"Federated": provider_arn}, "sts:AssumeRoleWithWebIdentity", condition)


def github_subject(operator: str, subject: str, audience: str = "sts.amazonaws.com") -> Condition:
    """Return a condition on a GitHub Actions token; an empty ``audience`` leaves the audience unchecked."""
    issuer = "token.actions.githubusercontent.com"
    condition: dict[str, dict[str, str | list[str]]] = {operator: {f"{issuer}:sub": subject}}
    if audience:
        condition.setdefault("StringEquals", {})[f"{issuer}:aud"] = audience
    return condition


def external_id(value: str) -> Condition:
    """Return the condition against a confused deputy; an external id is an identifier, not a secret."""
    return {"StringEquals": {"sts:ExternalId": value}}
