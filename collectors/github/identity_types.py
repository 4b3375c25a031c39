"""Whom the identity provider of an organization says that a login is.

Input: none (types only). Output: ``GitHubExternalIdentity``. Not handled: whether two names are one person.
"""

from __future__ import annotations

from dataclasses import dataclass

from collectors.interface import EvidenceRef

__all__ = ["GitHubExternalIdentity"]


@dataclass(frozen=True, slots=True)
class GitHubExternalIdentity:
    """A login that is linked to an account of the identity provider."""

    login: str
    """In lower case."""
    ref: EvidenceRef
    names: tuple[str, ...] = ()
    """What the provider calls the person, in lower case: SAML name id, SCIM user name and mail addresses."""
    provisioned: bool | None = None
    """What SCIM says of the account here, which is less than that the person is there; ``None``: not told."""
