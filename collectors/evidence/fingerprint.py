"""Fingerprints that let two sightings of one secret be joined without keeping the secret.

Input: a key file of the workspace, and secret values in memory. Output: keyed digests.
Not handled: comparing digests made under different keys, which is impossible by intent (``key_id`` tells).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from collectors.errors import UnusableInputError

__all__ = ["FingerprintKey"]

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class FingerprintKey:
    """The workspace's secret key for HMAC-SHA-256 fingerprints; never exported."""

    key: bytes = field(repr=False)
    """32 random bytes."""

    @property
    def key_id(self) -> str:
        """First 8 hexadecimal digits of the key's SHA-256: two different ids cannot be joined."""
        return hashlib.sha256(self.key).hexdigest()[:8]

    @classmethod
    def load_or_create(cls, path: Path) -> FingerprintKey:
        """Read the key, or make a random one in a file that only its owner may read.

        Parameters
        ----------
        path
            The key's own file; its folder is made when missing.

        Raises
        ------
        UnusableInputError
            The file exists and does not hold exactly 32 bytes.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls._load(path)
        key = secrets.token_bytes(_KEY_BYTES)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        return cls(key)

    @classmethod
    def _load(cls, path: Path) -> FingerprintKey:
        key = path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise UnusableInputError(
                f"{path}: a fingerprint key has {_KEY_BYTES} bytes, this file {len(key)}; move it away to start anew"
            )
        return cls(key)

    def fingerprint(self, value: str | bytes) -> str:
        """Return ``hmac-sha256:<key id>:<hex>`` of a secret; text counts as its UTF-8 bytes."""
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        return f"hmac-sha256:{self.key_id}:{hmac.new(self.key, data, hashlib.sha256).hexdigest()}"
