"""Who asks and what is asked for: principals, resources and requests of AWS.

Input: none (types only, and the reading of ARNs). Output: ``Principal``, ``Resource``, ``Request``.
Not handled: what their condition keys are; see ``context``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

__all__ = ["Principal", "PrincipalKind", "Request", "Resource", "arn_account"]

_ACCOUNT_SEGMENT: Final = 4


class PrincipalKind(StrEnum):
    """What kind of caller a principal is."""

    USER = "user"
    ROLE = "role"
    """A role as whoever may hold it: any session of it, the session not chosen yet."""
    ROLE_SESSION = "role_session"
    FEDERATED_USER = "federated_user"
    """A session of GetFederationToken."""
    ROOT = "root"
    SERVICE = "service"
    WEB_IDENTITY = "web_identity"
    """The bearer of an OIDC token who calls AssumeRoleWithWebIdentity."""
    SAML = "saml"
    """The bearer of a SAML assertion who calls AssumeRoleWithSAML."""
    ANONYMOUS = "anonymous"
    ACCOUNT = "account"
    """An account as a whole, whose administrators may give any of its principals any identity permission."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller."""

    kind: PrincipalKind
    arn: str
    """User, role (for a session: of its role), root or federated-user ARN; for a service its name
    (``lambda.amazonaws.com``)."""
    account: str
    """Twelve digits; empty where there is none."""
    unique_id: str = ""
    """``AIDA…`` or ``AROA…``; empty when unknown."""
    name: str = ""
    """Friendly name; empty: read from the ARN."""
    path: str = "/"
    tags: Mapping[str, str] | None = None
    """``None``: unknown."""
    organization_id: str | None = None
    """``None``: unknown; empty: known to be in no organization."""
    organization_paths: tuple[str, ...] | None = None
    """``o-…/r-…/ou-…/``; ``None``: unknown."""
    service_linked: bool = False
    open_tags: bool = False
    """Session tags that are not known may stand beside or before ``tags``; ``stated`` keys still win."""
    session_arn: str = ""
    """``arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`` or ``…:federated-user/NAME``."""
    provider: str = ""
    """Web identity: provider ARN, or its host and path; SAML: provider ARN."""
    claims: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Claims of the token, by claim name (``sub``, ``aud`` …)."""

    @property
    def friendly_name(self) -> str:
        """``name``, else the last part of the ARN."""
        return self.name or self.arn.rsplit("/", 1)[-1]

    @property
    def session_name(self) -> str:
        """The role session name, or empty."""
        return self.session_arn.rsplit("/", 1)[-1] if self.session_arn else ""


@dataclass(frozen=True, slots=True)
class Resource:
    """What an action is done to."""

    arn: str
    """``*`` for actions without a resource."""
    account: str | None = None
    """Owner; ``None``: read from the ARN, unknown when the ARN holds none (S3)."""
    tags: Mapping[str, str] | None = None
    """``None``: unknown."""
    organization_id: str | None = None
    """``None``: unknown; empty: known to be in no organization."""
    organization_paths: tuple[str, ...] | None = None
    """``o-…/r-…/ou-…/`` of the owner; ``None``: unknown."""
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values of service condition keys that follow from the resource, by key in any case."""

    @property
    def owner(self) -> str | None:
        """The owning account, or ``None`` when unknown."""
        return self.account or arn_account(self.arn) or None


@dataclass(frozen=True, slots=True)
class Request:
    """One question: may the principal do the action on the resource."""

    principal: Principal
    action: str
    """``service:Action``."""
    resource: Resource
    stated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition keys whose values the asker states; keys in any case. They win over what is derived."""
    absent: frozenset[str] = frozenset()
    """Condition keys that the asker states to be absent from the request."""


def arn_account(arn: str) -> str:
    """Return the account segment of an ARN; empty when it has none or is no account id."""
    parts = arn.split(":", _ACCOUNT_SEGMENT + 1)
    account = parts[_ACCOUNT_SEGMENT] if len(parts) > _ACCOUNT_SEGMENT else ""
    return account if account.isdigit() else ""
