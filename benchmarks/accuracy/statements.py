"""Policy statements and documents in few words.

Input: actions as one string, separated by blanks. Output: statements and documents as the vendor's JSON.
Not handled: checking that an action exists.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

__all__ = [
    "ACCOUNT",
    "BOSS",
    "PARTNER",
    "REGION",
    "Json",
    "allow",
    "arn",
    "assume",
    "deny",
    "document",
    "everything",
    "role_arn",
    "service",
    "user_arn",
]

Json: TypeAlias = dict[str, Any]
ACCOUNT: Final = "111122223333"
PARTNER: Final = "444455556666"
REGION: Final = "us-east-1"


def arn(what: str, name: str, account: str = ACCOUNT) -> str:
    """Return a regional ARN: ``arn("lambda", "function:report")``."""
    return f"arn:aws:{what}:{REGION}:{account}:{name}"


def role_arn(name: str, account: str = ACCOUNT) -> str:
    """Return a role's ARN; ``name`` may hold a path."""
    return f"arn:aws:iam::{account}:role/{name}"


def user_arn(name: str, account: str = ACCOUNT) -> str:
    """Return a user's ARN; ``name`` may hold a path."""
    return f"arn:aws:iam::{account}:user/{name}"


BOSS: Final = role_arn("boss")


def _statement(effect: str, actions: str, resource: str | list[str], when: Json | None) -> Json:
    one: Json = {"Effect": effect}
    negated = actions.startswith("not ")
    names = actions.removeprefix("not ").split()
    one["NotAction" if negated else "Action"] = names if len(names) > 1 else names[0]
    one["Resource"] = resource
    if when:
        one["Condition"] = when
    return one


def allow(actions: str, resource: str | list[str] = "*", when: Json | None = None) -> Json:
    """Return an allow; ``actions`` that begin with ``not`` give ``NotAction``."""
    return _statement("Allow", actions, resource, when)


def deny(actions: str, resource: str | list[str] = "*", when: Json | None = None) -> Json:
    """Return an explicit deny; ``actions`` that begin with ``not`` give ``NotAction``."""
    return _statement("Deny", actions, resource, when)


def everything() -> Json:
    """Return the statement that allows all."""
    return allow("*")


def document(*statements: Json) -> Json:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def assume(*principals: str, when: Json | None = None, actions: str = "sts:AssumeRole") -> Json:
    """Return a trust statement for AWS principals (ARNs, account ids, unique ids or ``*``)."""
    names = actions.split()
    one: Json = {
        "Effect": "Allow",
        "Principal": {"AWS": list(principals) if len(principals) > 1 else principals[0]},
        "Action": names if len(names) > 1 else names[0],
    }
    if when:
        one["Condition"] = when
    return one


def service(*names: str, when: Json | None = None, actions: str = "sts:AssumeRole") -> Json:
    """Return a trust statement for AWS services: ``service("lambda", "ec2")``."""
    full = [f"{name}.amazonaws.com" for name in names]
    one = assume(*full, when=when, actions=actions)
    one["Principal"] = {"Service": one["Principal"]["AWS"]}
    return one
