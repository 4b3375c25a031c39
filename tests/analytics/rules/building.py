"""What the scenarios of rules are made of: small worlds, keys of the credential report, one rule judged.

Input: a folder. Output: evidence in it, a report. Not handled: which world belongs to which rule (``scenarios``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.findings import evaluate
from analytics.policy import Policy
from analytics.verdicts import Finding, RuleReport
from graph.build import build_snapshot
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.aws import World, world
from tests.worlds.names import GITHUB, Names
from tests.worlds.statements import trust, web_trust

ACCOUNT, VENDOR, OTHER = "111111111111", "222222222222", "333333333333"
NAMES = Names(ACCOUNT)
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
LAMBDA = trust(service="lambda.amazonaws.com")


@dataclass(frozen=True)
class Key:
    """An access key of the credential report; ages in days before ``AS_OF``, ``None``: never used."""

    user: str
    age: int
    used: int | None = None
    active: bool = True


def with_keys(folder: Path, keys: Sequence[Key], account: str = ACCOUNT) -> Path:
    """Replace the account's credential report by one with these keys; other users have none."""
    base = folder / "aws" / account
    body = json.loads((base / "iam.get_credential_report.json").read_text(encoding="utf-8"))
    header, *rows = body["Content"].split("\n")
    lines = [header]
    for row in rows:
        cells = row.split(",")
        mine = [key for key in keys if key.user == cells[0]]
        slots = [cell for key in mine for cell in _cells(key)]
        slots += ["false", "N/A", "N/A", "N/A", "N/A"] * (2 - len(mine))
        lines.append(",".join([*cells[:8], *slots, *cells[18:]]))
    body["Content"] = "\n".join(lines)
    (base / "iam.get_credential_report.json").write_text(json.dumps(body), encoding="utf-8")
    (base / "iam.list_access_keys.jsonl").unlink(missing_ok=True)
    return folder


def _cells(key: Key) -> list[str]:
    def day(days: int) -> str:
        return (AS_OF - timedelta(days=days)).isoformat()

    used = ["N/A", "N/A", "N/A"] if key.used is None else [day(key.used), "eu-west-1", "s3"]
    return ["true" if key.active else "false", day(key.age), *used]


def snapshot_of(evidence: Path, workspace: Path, as_of: datetime | None = AS_OF) -> Snapshot:
    """Build evidence into a snapshot judged as of ``AS_OF``."""
    built = build_snapshot([evidence], workspace, product_version="test", as_of=as_of)
    return open_snapshot(built.snapshot_id, workspace)


def judge(
    evidence: Path, rule: str, policy: Policy | None = None, as_of: datetime | None = AS_OF, also: Sequence[str] = ()
) -> RuleReport:
    """Run one rule, or some together."""
    from analytics.rules import RULES

    chosen = {name: RULES[name] for name in (rule, *also)}
    return evaluate(snapshot_of(evidence, evidence / ".ws", as_of), policy, rules=chosen)


def found(report: RuleReport, subject: str) -> list[Finding]:
    """Return the findings on one subject."""
    return [finding for finding in report.findings if finding.subject == subject]


def user_world(*names: str, **options: Any) -> World:
    """Return an account with users of no rights."""
    made = world().account(ACCOUNT)
    for name in names:
        made.user(name, **options)
    return made


def github_role(name: str, when: dict[str, Any] | None) -> World:
    """Return an account with GitHub's provider and one role that trusts it."""
    return world().account(ACCOUNT).oidc().role(name, trusts=web_trust(NAMES.oidc(), when))


def claims(sub: str | None, aud: str | None = "sts.amazonaws.com", operator: str = "StringLike") -> dict[str, Any]:
    """Return the conditions of a GitHub trust."""
    when: dict[str, Any] = {}
    if sub is not None:
        when.setdefault(operator, {})[f"{GITHUB}:sub"] = sub
    if aud is not None:
        when.setdefault("StringEquals", {})[f"{GITHUB}:aud"] = aud
    return when


@dataclass(frozen=True)
class Scenario:
    """A rule's two worlds."""

    vulnerable: Callable[[Path], Path]
    safe: Callable[[Path], Path]
    subject: str
    """Node id, in both worlds."""
