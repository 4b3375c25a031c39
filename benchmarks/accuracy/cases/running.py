"""Build accounts where something runs with a role already.

Input: what adds the resource. Output: accounts. Not handled: the resources themselves (``resources``).
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.statements import Json, allow, role_arn, service

__all__ = ["at", "weak"]

_WEAK = role_arn("worker")


def at(trusted: str, add: Callable[[Account], Account], *statements: Json, profile: bool = False) -> Account:
    """Let the resource run as boss, and as nobody else."""
    return add(Account().boss(service(trusted), profile=profile)).user("mallory", *statements)


def weak(trusted: str, add: Callable[[Account, str], Account], *statements: Json) -> Account:
    """Let the resource run as a role that may list buckets, beside a boss that nothing uses."""
    account = Account().boss(service(trusted)).role("worker", allow("s3:ListAllMyBuckets"), trust=service(trusted))
    return add(account, _WEAK).user("mallory", *statements)
