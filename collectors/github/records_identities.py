"""Whom single sign-on says that a login is, from GitHub answers.

Input: ``Reading``: the nodes of ``externalIdentities`` of GraphQL, identities that SCIM provisioned.
Output: ``GitHubExternalIdentity`` rows, one a login.
Handled: both together by the identity's id; identities that no login is linked to yet, which are left out.
Not handled: people of enterprises with managed users, of whom these calls say nothing.

References
----------
https://docs.github.com/graphql/reference/objects#externalidentity,
https://docs.github.com/enterprise-cloud@latest/rest/scim/scim (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.github.identity_types import GitHubExternalIdentity
from collectors.github.records_fields import Fields, Reading

__all__ = ["read_identities"]

_LINKED, _PROVISIONED = "graphql.organization-external-identities", "scim.list-provisioned-identities"


def read_identities(reading: Reading) -> tuple[GitHubExternalIdentity, ...]:
    """Return what the identity provider calls each linked login, by login."""
    provisioned = {item.text("id").lower(): item for item in reading.items(_PROVISIONED, "Resources")}
    found: dict[str, GitHubExternalIdentity] = {}
    for item in reading.items(_LINKED, "nodes"):
        login = item.inner("user").text("login").lower()
        if not login:
            continue  # invited, and not yet linked
        names = [item.inner("samlIdentity").text("nameId"), item.inner("scimIdentity").text("username")]
        row = provisioned.get(item.text("guid").lower())
        if row is not None:
            names += _names(row)
        known = found.get(login) or GitHubExternalIdentity(login, item.ref)
        listed = (*known.names, *(name.strip().lower() for name in names if name.strip()))
        active = row.flag("active") if row is not None else None
        found[login] = replace(known, names=tuple(dict.fromkeys(listed)), provisioned=active)
    return tuple(found[login] for login in sorted(found))


def _names(row: Fields) -> Iterator[str]:
    yield row.text("userName")
    for mail in row.items("emails"):
        yield mail.text("value")
