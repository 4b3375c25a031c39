"""Choose the objects that must be asked about one by one, from lists that are complete.

Input: a ``GraphFetch`` with lists. Output: object ids, lazily.
Not handled: asking. Where Graph tells a relationship of all objects in one list, nothing is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.entra.fetching import GraphFetch

__all__ = ["apis_with_app_roles", "consented_apis", "groups_for_pim", "user_assigned_identities"]


def apis_with_app_roles(fetch: GraphFetch) -> Iterator[str]:
    """Yield service principals whose roles can be given to applications: nobody else can have assigned any to one.

    References
    ----------
    https://learn.microsoft.com/graph/api/resources/approle: ``allowedMemberTypes`` (read 2026-11).
    """
    for item in fetch.objects("servicePrincipals"):
        if any(_for_applications(role) for role in item.get("appRoles") or ()):
            yield str(item["id"])


def _for_applications(role: Mapping[str, Any]) -> bool:
    members = role.get("allowedMemberTypes")
    return not isinstance(members, list) or "Application" in members


def user_assigned_identities(fetch: GraphFetch) -> Iterator[str]:
    """Yield managed identities that stand alone: these alone can have federated credentials of their own."""
    for item in fetch.objects("servicePrincipals"):
        names = item.get("alternativeNames") or ()
        if any("/userassignedidentities/" in str(name).lower() for name in names):
            yield str(item["id"])


def consented_apis(fetch: GraphFetch) -> Iterator[str]:
    """Yield the APIs that anybody consented to, each once, sorted."""
    resources = {str(item.get("resourceId") or "") for item in fetch.objects("oauth2PermissionGrants")}
    yield from sorted(resources - {""})


def groups_for_pim(fetch: GraphFetch) -> Iterator[str]:
    """Yield groups that Privileged Identity Management takes: neither dynamic nor synchronised ones.

    References
    ----------
    https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups (2026-11).
    """
    for item in fetch.objects("groups"):
        dynamic = "DynamicMembership" in (item.get("groupTypes") or ())
        if not dynamic and item.get("onPremisesSyncEnabled") is not True:
            yield str(item["id"])
