"""Reach S3 Control at an address that is a number.

Input: a client of ``s3control``. Output: the client, which no longer puts the account's id before a numeric address.
Not handled: addresses with a name, and AWS's own: there the name with the account before it resolves.

The SDK asks S3 Control at ``<account>.<host>``; an emulator behind ``AWS_ENDPOINT_URL=http://127.0.0.1:…`` has no such
name.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["at_numeric_address"]

_PREFIXED = re.compile(r"^(https?://)\d{12}\.(\d{1,3}(?:\.\d{1,3}){3}[:/])")


def at_numeric_address(client: Any) -> Any:
    """Return the same client; its requests to a numeric address keep that address."""

    def keep(request: Any, **_: Any) -> None:
        request.url = _PREFIXED.sub(r"\1\2", request.url)

    client.meta.events.register_first("before-sign.s3-control", keep)
    return client
