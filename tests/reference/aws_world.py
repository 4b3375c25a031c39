"""One AWS request with every policy that could bear on it, as plain data.

Input: none (types only). Output: ``Who``, ``What``, ``World``, ``Unstated``, ``Unspecified``.
Not handled: where documents come from; labels; what the product makes of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


class Unstated(Exception):
    """A condition asks for a key of which neither a value nor its absence is stated."""


class Unspecified(Exception):
    """The vendor's documentation does not say what happens here."""


@dataclass(frozen=True, slots=True)
class Who:
    """The caller."""

    kind: str
    """user, role, role_session, federated_user, root, service, web_identity, saml, anonymous."""
    arn: str = ""
    """User or role ARN; for a federated user that of the user who federated."""
    account: str = ""
    session_arn: str = ""
    tags: Mapping[str, str] | None = None
    """``None``: unknown; else complete."""
    organization_id: str | None = None
    """``None``: unknown; empty: in no organization."""
    service: str = ""
    provider: str = ""
    claims: Mapping[str, str] | None = None
    """``None``: unknown; else exactly the claims of the token or assertion."""
    management_account: bool = False
    service_linked: bool = False
    organization_paths: tuple[str, ...] | None = None
    """``None``: unknown."""
    open_tags: bool = False
    """Session tags that nobody states may stand beside or before ``tags``."""


@dataclass(frozen=True, slots=True)
class What:
    """The resource."""

    arn: str
    account: str
    tags: Mapping[str, str] | None = None
    management_account: bool = False
    organization_id: str | None = None
    """``None``: unknown; empty: in no organization."""
    organization_paths: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class World:
    """A request and its policies; every document is parsed JSON."""

    who: Who
    action: str
    what: What
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    identity: tuple[Json, ...] = ()
    """The identity's own policies and those of its groups."""
    boundary: Json | None = None
    scps: tuple[tuple[Json, ...], ...] = ()
    """Root first; no levels means no organization."""
    rcps: tuple[tuple[Json, ...], ...] = ()
    resource_policy: Json | None = None
    resource_mandatory: bool = False
    session: tuple[Json, ...] = ()
