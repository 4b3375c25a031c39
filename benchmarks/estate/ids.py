"""Ids, names and times of the estate, each a function of the seed and of what it names.

Input: the seed and labels. Output: account ids, unique ids, access key ids, hexadecimal parts, random sources, times.
Not handled: uniqueness by proof; ids are cut from SHA-256 and tests count them.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

__all__ = [
    "AS_OF",
    "REGION",
    "ROOT_ID",
    "WORDS",
    "access_key_id",
    "account_id",
    "ago",
    "hexadecimal",
    "source",
    "unique_id",
    "unit_id",
    "uuid",
]

ROOT_ID: Final = "r-es01"
"""Root of the organization."""
REGION: Final = "eu-central-1"
AS_OF: Final = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
"""When the evidence was taken; the clock is never asked."""
WORDS: Final = (
    "billing", "orders", "search", "ledger", "catalog", "shipping", "reports", "mailer", "pricing", "returns", "audit",
    "metrics", "payroll", "tickets", "fraud", "media", "loyalty", "stock", "geo", "claims", "quotes", "tax", "sync",
)  # fmt: skip
"""What teams and programs are called."""


def _digest(seed: int, *labels: object) -> bytes:
    return hashlib.sha256("\x1f".join(map(str, (seed, *labels))).encode()).digest()


def source(seed: int, *labels: object) -> Random:
    """Return a random source of its own for a thing: order of writing does not matter."""
    return Random(_digest(seed, *labels))


def hexadecimal(seed: int, length: int, *labels: object) -> str:
    """Return hexadecimal digits."""
    return _digest(seed, *labels).hex()[:length]


def account_id(seed: int, number: int | str) -> str:
    """Return an account id of twelve digits without a leading zero."""
    return str(10**11 + int.from_bytes(_digest(seed, "account", number)[:8], "big") % (9 * 10**11))


def unique_id(seed: int, prefix: str, account: str, name: str) -> str:
    """Return a unique id such as ``AROA…``: the prefix and 17 characters."""
    return prefix + base64.b32encode(_digest(seed, prefix, account, name)[:15]).decode()[:17]


def access_key_id(seed: int, account: str, *labels: object) -> str:
    """Return an access key id; AWS encodes the account in its first characters, and so does this one."""
    body = ((1 << 47) | (int(account) << 7)).to_bytes(6, "big") + _digest(seed, "key", account, *labels)[:4]
    return "AKIA" + base64.b32encode(body).decode()[:16]


def unit_id(name: str) -> str:
    """Return the id of an organizational unit."""
    return f"ou-es01-{name.lower()[:8]:x<8}"


def uuid(seed: int, *labels: object) -> str:
    """Return a UUID-shaped id, as KMS keys have."""
    text = hexadecimal(seed, 32, "uuid", *labels)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def ago(days: float) -> str:
    """Return the time so many days before the evidence, ISO 8601."""
    return (AS_OF - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
