"""Read what a JSON Web Token says of itself; its signature is neither checked nor kept.

Input: a token. Output: ``Claims``.
Not handled: encrypted tokens, whose claims nobody but the receiver reads.

References
----------
https://www.rfc-editor.org/rfc/rfc7519 · https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
https://docs.github.com/actions/reference/security/oidc (all read 2026-11)
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

__all__ = ["SHOWN", "Claims", "read_claims"]

SHOWN = (
    "iss", "sub", "aud", "azp", "appid", "client_id", "oid", "tid", "scp", "scope", "roles", "idtyp", "act", "may_act",
    "iat", "nbf", "exp", "cnf", "xms_cc", "xms_mirid", "kubernetes.io", "repository", "repository_id",
    "repository_owner_id", "job_workflow_ref", "environment", "ref", "event_name", "runner_environment", "actor_id",
)  # fmt: skip
"""Claims that tell whose a token is and what it is good for; others, which may be private, are not shown."""
_LAST_SECOND = 253402300799


@dataclass(frozen=True, slots=True)
class Claims:
    """A token's header and claims; never the signature."""

    header: Mapping[str, Any] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)

    def text(self, name: str) -> str:
        """Return a claim that is text; ``""`` when it is not there, or anything else."""
        value = self.body.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a claim that is one text or a list of texts."""
        value = self.body.get(name)
        values = value if isinstance(value, list) else [value]
        return tuple(each for each in values if isinstance(each, str) and each)

    def time(self, name: str) -> datetime | None:
        """Return a claim that is a time; ``None`` when it is not there, or no time."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LAST_SECOND:
            return None
        return datetime.fromtimestamp(int(value), UTC)

    def shown(self) -> dict[str, Any]:
        """Return the claims that an answer shows."""
        return {name: self.body[name] for name in SHOWN if name in self.body}

    def presented(self, asked: Container[str]) -> dict[str, str | tuple[str, ...]]:
        """Return the claims that are shown or, in lower case, asked for, as text; no answer repeats another one."""
        found: dict[str, str | tuple[str, ...]] = {}
        for name, value in self.body.items():
            if name not in SHOWN and name.lower() not in asked:
                continue
            if isinstance(value, bool):
                found[name] = str(value).lower()
            elif isinstance(value, (str, int)):
                found[name] = str(value)
            elif isinstance(value, list) and value and all(isinstance(each, str) for each in value):
                found[name] = tuple(value)
        return found


def read_claims(token: str) -> Claims | None:
    """Return what a token says; ``None`` when it cannot be read."""
    parts = token.split(".")
    header, body = _object(parts[0]), _object(parts[1]) if len(parts) > 1 else None
    return Claims(header, body) if header is not None and body is not None else None


def _object(part: str) -> dict[str, Any] | None:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        # The error would carry the text and goes no further.
        return None
    return found if isinstance(found, dict) else None
