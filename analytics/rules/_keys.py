"""Access keys as the key rules see them, and where keys were not looked at.

Input: ``RuleContext``. Output: ``AccessKey`` rows, and one not-judged verdict an account without evidence of keys.
Not handled: other credentials (service-specific ones, signing certificates, passwords).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from analytics.rules._context import RuleContext, parse_moment
from analytics.verdicts import Verdict
from graph.kinds import NodeKind

__all__ = ["AccessKey", "access_keys", "accounts_not_looked_at", "days_between"]

_REPORT, _LIST = "iam.get_credential_report", "iam.list_access_keys"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One access key of a user or root user."""

    node: str
    label: str
    """Key id, or its slot where only the credential report shows it."""
    identity: str
    active: bool
    created_at: datetime | None
    last_used_at: datetime | None
    last_used_known: bool
    """False: nothing says when it was used; with ``last_used_at`` unset and True it was never used."""
    evidence: str


def access_keys(context: RuleContext) -> Iterator[AccessKey]:
    """Yield every access key, by node id."""
    for node in context.nodes(NodeKind.AWS_ACCESS_KEY):
        facts = node.attributes
        yield AccessKey(
            node.id,
            node.name,
            str(facts.get("identity", "")),
            bool(facts.get("active")),
            parse_moment(facts.get("created_at")),
            parse_moment(facts.get("last_used_at")),
            bool(facts.get("last_used_known")),
            node.evidence,
        )


def accounts_not_looked_at(context: RuleContext) -> Iterator[Verdict]:
    """Yield a not-judged verdict for each account with users whose keys were not, or not all, looked at."""
    accounts = sorted({node.scope for node in context.nodes(NodeKind.AWS_USER)})
    for account in accounts:
        if context.looked_at(account, _REPORT) or context.looked_at(account, _LIST):
            continue
        some = context.refused(account, _REPORT) or context.refused(account, _LIST)
        what = "were not all answered" if some else "are not in the evidence"
        yield Verdict.not_judged(
            f"aws:account:{account}", f"The credential report and the key lists {what}: other keys may exist."
        )


def days_between(earlier: datetime, later: datetime) -> int:
    """Return whole days."""
    return (later - earlier).days
