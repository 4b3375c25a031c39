"""The other accounts of an organization: which there are, and how each is collected through a role of one name.

Input: the evidence folder of the calling account, a role name. Output: accounts, settings, a record of an account that
could not be entered. Not handled: the collection of one account, which is ``collect``'s.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.aws.fetching import SOURCE
from collectors.aws.operations import READABLE
from collectors.aws.session import AwsCollectSettings
from collectors.errors import CollectorError
from collectors.evidence.encoding import iso
from collectors.evidence.layout import Location, relative_path
from collectors.evidence.writer import EvidenceWriter
from collectors.interface import CallOutcome, CoverageRecord, Gap

__all__ = ["MemberAccount", "member_settings", "members", "note_unreachable"]

_LIST, _ENTER = "organizations.list_accounts", "sts.assume_role"


@dataclass(frozen=True, slots=True)
class MemberAccount:
    """An account to collect beside the calling one."""

    id: str
    name: str = ""


def members(folder: Path, home: str, wanted: Sequence[str] = ()) -> tuple[MemberAccount, ...]:
    """Return the active accounts of the organization without the calling one, by id.

    Parameters
    ----------
    folder
        Evidence of the calling account: a management account or delegated administrator lists the others.
    home
        The calling account.
    wanted
        Only these; then the organization's list is not needed.

    Raises
    ------
    CollectorError
        The list of accounts could not be read, and none are named.
    """
    file = folder / relative_path(Location(SOURCE, home, "", _LIST, False))
    body: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    listed = {
        str(item.get("Id", "")): MemberAccount(str(item.get("Id", "")), str(item.get("Name", "")))
        for item in body.get("Accounts", ())
        # Both fields are in use: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
        if (item.get("State") or item.get("Status") or "ACTIVE") == "ACTIVE"
    }
    if wanted:
        return tuple(listed.get(each, MemberAccount(each)) for each in sorted(set(wanted) - {home}))
    if not listed:
        raise CollectorError(
            f"account {home} shows no list of the organization's accounts ({_LIST}): use the management account or a "
            "delegated administrator, or name the accounts"
        )
    return tuple(listed[each] for each in sorted(listed) if each != home)


def member_settings(
    settings: AwsCollectSettings, account: MemberAccount, role_name: str, partition: str
) -> AwsCollectSettings:
    """Return the settings by which one account is collected; a role name may have a path in front of it."""
    return replace(settings, role_arn=f"arn:{partition}:iam::{account.id}:role/{role_name.lstrip('/')}")


def note_unreachable(writer: EvidenceWriter, account: MemberAccount, reason: str, at: datetime) -> Gap:
    """Record that an account could not be entered, so that it never looks like an empty one."""
    operation = READABLE[_ENTER]
    writer.refused(SOURCE, account.id, _ENTER, "AccountNotEntered", reason)
    writer.record(
        CoverageRecord(
            source=SOURCE,
            scope=account.id,
            operation=_ENTER,
            outcome=CallOutcome.DENIED,
            calls=1,
            objects=0,
            permission=operation.permission,
            code="AccountNotEntered",
            message=reason,
            started_at=iso(at),
        )
    )
    return Gap(SOURCE, account.id, _ENTER, reason, operation.permission, account.name, operation.lost_without)
