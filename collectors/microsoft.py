"""What the collectors of Entra and Azure share: who may be sent a token, and what tokens and refusals tell.

Input: an endpoint, a token, an error of azure-identity. Output: claims, one line for a person, or ``CollectorError``.
Not handled: getting tokens and sending requests (each collector's ``sdk`` and ``transport``).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from collectors.errors import CollectorError, one_line

__all__ = ["LOOPBACK", "SIGN_IN_HINT", "check_endpoint", "claims_of", "first_reason"]

SIGN_IN_HINT = (
    "; `az login` gives one, or AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret, certificate or token as variables"
)
"""What to do where there is no token; follows the reason."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_endpoint(endpoint: str, roots: Collection[str], variable: str, api: str) -> None:
    """Check that a token may be sent to an endpoint: none, one of the clouds' ``roots``, or this machine.

    ``variable`` names where the endpoint was set and ``api`` what it should be an address of.

    Raises
    ------
    CollectorError
        It is another address.
    """
    if not endpoint or endpoint.rstrip("/") in roots:
        return
    try:
        parts = urlsplit(endpoint)
        here = parts.hostname in LOOPBACK and parts.scheme in ("http", "https") and parts.username is None
    except ValueError:
        here = False
    if not here or parts.path.strip("/") or parts.query or parts.fragment:
        raise CollectorError(
            f"{variable}: {one_line(endpoint, 80)} is neither an address of {api} nor one on this machine; a token is "
            "sent nowhere else"
        )


def claims_of(token: str) -> Mapping[str, Any]:
    """Return what a token says of itself, unchecked; empty where it cannot be read.

    Only the server decides what a token is worth: this names the folder, and nothing is concluded from it.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        body = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def first_reason(error: Exception) -> str:
    """Return what a person can act on: the chain's message has a headline, one line a credential, and a footer."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [line for line in lines[1:] if "Credential: " in line and "unavailable" not in line.lower()]
    told = named[0] if named else lines[0] if lines else type(error).__name__
    if not named and len(lines) > 1 and "failed to retrieve a token" in told:
        told = "no credential found (environment, workload identity, managed identity, Azure CLI …)"
    return one_line(told)
