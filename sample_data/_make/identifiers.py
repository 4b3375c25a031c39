"""AWS ids and times that are the same on every run and still have the vendor's inner form.

Input: names, account numbers, days. Output: access key ids and unique ids that encode their account, ISO 8601 times.
Not handled: ids from before AWS encoded the account (fifth character A to P).
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

__all__ = ["AS_OF", "access_key_id", "days_ago", "hex_id", "moment", "resource_suffix", "unique_id"]

AS_OF = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
"""End of the collection; everything in the sample is judged as of this moment."""

_ACCOUNT_BIT = 1 << 47
"""Set in every id that encodes its account; it makes the fifth character Q to Z or 2 to 7."""
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _noise(*parts: str) -> bytes:
    return hashlib.sha256("/".join(("nordlicht", *parts)).encode()).digest()


def _account_code(account: str, noise: bytes) -> str:
    """Return 16 base32 characters whose first 48 bits carry the account number in bits 46 to 7."""
    head = _ACCOUNT_BIT | int(account) << 7 | noise[0] & 0x7F
    return base64.b32encode(head.to_bytes(6, "big") + noise[1:5]).decode("ascii")


def access_key_id(account: str, name: str) -> str:
    """Return a long-term access key id (``AKIA`` and 16 characters) of an account."""
    return "AKIA" + _account_code(account, _noise("key", account, name))


def unique_id(prefix: str, account: str, name: str) -> str:
    """Return a unique id: prefix (``AIDA``, ``AROA``, ``AGPA``, ``AIPA``, ``ANPA``) and 17 characters."""
    noise = _noise(prefix, account, name)
    return prefix + _account_code(account, noise) + _BASE32[noise[6] & 31]


def hex_id(name: str, length: int = 17) -> str:
    """Return lower-case hexadecimal digits, as in instance ids; at most 64."""
    return _noise("hex", name).hex()[:length]


def resource_suffix(name: str) -> str:
    """Return the six characters that Secrets Manager appends to a secret's name in its ARN."""
    return "".join(_BASE32[byte & 31] for byte in _noise("secret", name)[:6]).swapcase()


def moment(days: float, clock: str = "") -> datetime:
    """Return the time so many days before ``AS_OF``; ``clock`` ("HH:MM:SS") replaces the time of that day."""
    then = AS_OF - timedelta(days=days)
    if clock:
        hour, minute, second = (int(part) for part in clock.split(":"))
        then = then.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return then


def days_ago(days: float, clock: str = "") -> str:
    """Return ``moment`` as the SDK's answers are written down, e.g. ``2024-05-15T08:12:31Z``."""
    return moment(days, clock).isoformat().replace("+00:00", "Z")
