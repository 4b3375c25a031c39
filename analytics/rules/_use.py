"""When an identity was last used, and what hides it.

Input: ``RuleContext``. Output: ``Use`` of a user or role, and ``Idleness``: whether that is too long ago.
Handled: ``RoleLastUsed``, passwords, access keys (inactive ones as well), service last accessed data where collected.
Not handled: service-specific credentials and signing certificates, whose use no answer tells; for the first, each opens
one service alone and none of IAM, STS, KMS or Secrets Manager.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html (trailing 400 days; read 2026-11)
https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html (since April 2015; read 2026-11)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.rules._context import LOWER_BOUND, NO_TIME, RuleContext, parse_moment
from analytics.rules._keys import AccessKey, access_keys, days_between
from analytics.verdicts import Outcome
from graph.kinds import NodeKind
from graph.model import Node

__all__ = [
    "Idleness",
    "Use",
    "idleness",
    "is_recent",
    "keys_by_identity",
    "keys_looked_at",
    "last_use",
    "service_moments",
]


@dataclass(frozen=True, slots=True)
class Use:
    """The last use of an identity."""

    last: datetime | None
    """The latest use that the evidence shows."""
    since: datetime | None
    """That, or the identity's creation when it shows none."""
    gap: str
    """Why a later use may be hidden; ``""``: nothing hides one."""


@dataclass(frozen=True, slots=True)
class Idleness:
    """Whether a use is longer ago than a limit: failed (it is), passed (it is not), not judged (and why)."""

    outcome: Outcome
    days: int = 0
    """Since the last use, or since it was made; for failed ones."""
    reason: str = ""


def is_recent(moment: datetime, as_of: datetime, limit: int) -> bool:
    """Return whether a moment lies within so many days."""
    return as_of - moment <= timedelta(days=limit)


def idleness(context: RuleContext, use: Use, limit: int) -> Idleness:
    """Return whether nothing was used for longer than so many days; a recent use counts whatever else is hidden."""
    as_of = context.as_of
    if as_of is None:
        return Idleness(Outcome.NOT_JUDGED, reason=NO_TIME)
    if use.last is not None and is_recent(use.last, as_of, limit):
        return _recent(context)
    if use.gap:
        return Idleness(Outcome.NOT_JUDGED, reason=use.gap)
    if use.since is None:
        return Idleness(Outcome.NOT_JUDGED, reason="It was not used, and the evidence does not say when it was made.")
    if is_recent(use.since, as_of, limit):
        return _recent(context)
    return Idleness(Outcome.FAILED, days_between(use.since, as_of))


def _recent(context: RuleContext) -> Idleness:
    if context.as_of_is_lower_bound:
        return Idleness(Outcome.NOT_JUDGED, reason=LOWER_BOUND)
    return Idleness(Outcome.PASSED)


def keys_by_identity(context: RuleContext) -> Mapping[str, tuple[AccessKey, ...]]:
    """Return the access keys of each identity that has any."""

    def make() -> Mapping[str, tuple[AccessKey, ...]]:
        found: defaultdict[str, list[AccessKey]] = defaultdict(list)
        for key in access_keys(context):
            found[key.identity].append(key)
        return {identity: tuple(keys) for identity, keys in found.items()}

    return context.shared("keys by identity", make)


def keys_looked_at(context: RuleContext, account: str) -> bool:
    """Return whether every access key of an account's users was looked at."""
    return context.looked_at(account, "iam.get_credential_report") or context.looked_at(account, "iam.list_access_keys")


def service_moments(node: Node) -> Mapping[str, datetime | None]:
    """Return the last use of each service granted, ``None`` for none; empty when that was not collected."""
    return {
        str(service): parse_moment(moment)
        for service, moment in (node.attributes.get("services_last_used") or {}).items()
    }


def last_use(context: RuleContext, node: Node) -> Use:
    """Return when a user or role was last used."""
    found = [moment for moment in service_moments(node).values() if moment is not None]
    gap = _role(node, found) if node.kind is NodeKind.AWS_ROLE else _user(context, node, found)
    last = max(found, default=None)
    return Use(last, last or parse_moment(node.attributes.get("created_at")), gap)


def _role(node: Node, found: list[datetime]) -> str:
    if moment := parse_moment(node.attributes.get("last_used_at")):
        found.append(moment)
    known = bool(node.attributes.get("last_used_known")) or bool(service_moments(node))
    return "" if known else "The evidence does not say when the role was last used (RoleLastUsed)."


def _user(context: RuleContext, node: Node, found: list[datetime]) -> str:
    if moment := parse_moment(node.attributes.get("password_last_used_at")):
        found.append(moment)
    keys = keys_by_identity(context).get(node.id, ())
    found.extend(key.last_used_at for key in keys if key.last_used_at is not None)
    if service_moments(node):
        return ""
    if node.attributes.get("has_password") is None:
        return "The evidence does not say whether the user has a password."
    if not keys_looked_at(context, node.scope):
        return "The user's access keys are not in the evidence."
    if not all(key.last_used_known for key in keys):
        return "The evidence does not say when the user's access keys were last used (credential report)."
    return ""
