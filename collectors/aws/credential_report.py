"""Rows of the IAM credential report.

Input: the report's CSV, plain or base64. Output: one typed row a user, the root user included.
Not handled: joining rows with users and keys (``records_credentials``).

References
----------
Columns and their special values (``N/A``, ``no_information``, ``not_supported``):
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html (read 2025-11).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from collectors.errors import EvidenceError
from collectors.evidence.recognise import report_text
from collectors.evidence.times import parse_time
from collectors.interface import EvidenceRef

__all__ = ["ROOT_NAME", "ReportKey", "ReportRow", "parse_report"]

ROOT_NAME = "<root_account>"
_SLOTS = (1, 2)


@dataclass(frozen=True, slots=True)
class ReportKey:
    """One of a user's two access key slots, in use."""

    slot: int
    active: bool
    rotated_at: datetime | None
    """When the key was created or last changed."""
    last_used_at: datetime | None
    """``None``: never since the vendor began to record it (April 2015)."""
    last_used_service: str
    last_used_region: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What the report says of one user."""

    name: str
    arn: str
    ref: EvidenceRef
    created_at: datetime | None
    has_password: bool | None
    mfa_active: bool | None
    password_last_used_at: datetime | None
    password_changed_at: datetime | None
    keys: tuple[ReportKey, ...]
    certificates: tuple[tuple[int, bool, datetime | None], ...]
    """Slot, active, created."""

    @property
    def is_root(self) -> bool:
        """True for the root user's row."""
        return self.name == ROOT_NAME


def parse_report(content: str, ref: EvidenceRef) -> tuple[list[ReportRow], list[str]]:
    """Read a report.

    Parameters
    ----------
    content
        The CSV, or its base64.
    ref
        Where it stands; rows are its children, counted from zero without the header.

    Returns
    -------
    tuple
        The rows, and one line for each row that cannot be used.

    Raises
    ------
    EvidenceError
        It is no credential report.
    """
    text = report_text(content)
    if text is None:
        raise EvidenceError(f"{ref}: neither the CSV of a credential report nor its base64")
    rows: list[ReportRow] = []
    problems: list[str] = []
    for index, cells in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
        place = ref.child(index)
        if None in cells or None in cells.values():
            problems.append(f"{place}: has not as many fields as the header")
        elif not cells["arn"].startswith("arn:") or not cells["user"]:
            problems.append(f"{place}/arn: {cells['arn']!r} is not an ARN")
        else:
            rows.append(_row(cells, place))
    return rows, problems


def _row(cells: Mapping[str, str], place: EvidenceRef) -> ReportRow:
    return ReportRow(
        name=cells["user"],
        arn=cells["arn"],
        ref=place,
        created_at=parse_time(cells["user_creation_time"]),
        has_password=_flag(cells.get("password_enabled", "")),
        mfa_active=_flag(cells.get("mfa_active", "")),
        password_last_used_at=parse_time(cells.get("password_last_used")),
        password_changed_at=parse_time(cells.get("password_last_changed")),
        keys=tuple(key for slot in _SLOTS if (key := _key(cells, slot)) is not None),
        certificates=tuple(
            (slot, active is True, rotated)
            for slot in _SLOTS
            for active, rotated in [_state(cells, f"cert_{slot}")]
            if active or rotated is not None
        ),
    )


def _key(cells: Mapping[str, str], slot: int) -> ReportKey | None:
    prefix = f"access_key_{slot}"
    active, rotated = _state(cells, prefix)
    if not active and rotated is None:
        return None
    return ReportKey(
        slot,
        active is True,
        rotated,
        parse_time(cells.get(f"{prefix}_last_used_date")),
        _word(cells.get(f"{prefix}_last_used_service", "")),
        _word(cells.get(f"{prefix}_last_used_region", "")),
    )


def _state(cells: Mapping[str, str], prefix: str) -> tuple[bool | None, datetime | None]:
    return _flag(cells.get(f"{prefix}_active", "")), parse_time(cells.get(f"{prefix}_last_rotated"))


def _flag(word: str) -> bool | None:
    return {"true": True, "false": False}.get(word.strip().lower())


def _word(word: str) -> str:
    return "" if word in ("N/A", "no_information", "not_supported") else word
