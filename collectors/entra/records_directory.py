"""Tenants, users, groups and administrative units from Graph answers.

Input: ``Reading``. Output: records by object id.
Handled: members and owners from their own calls or expanded inside a group; a group's members that were not asked for
stay unknown, which is not the same as none.
Not handled: devices and contacts as members; they are no identities here.
"""

from __future__ import annotations

import re

from collectors.entra.records import EntraGroup, EntraTenant, EntraUser
from collectors.entra.records_fields import Fields, Reading, has_list, ids_of, object_id, object_type
from collectors.entra.role_types import EntraAdministrativeUnit

__all__ = ["read_administrative_units", "read_groups", "read_tenant", "read_users", "related"]

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_AGENT_USERS = "users.microsoft.graph.agentUser"


def read_tenant(reading: Reading, home: str) -> EntraTenant:
    """Return the tenant of a scope.

    Parameters
    ----------
    home
        Where applications that are registered here say that they are from; empty when nothing tells.
    """
    for item in reading.items("organization"):
        if identity := item.text("id").lower():
            domains = tuple(name for domain in item.items("verifiedDomains") if (name := domain.text("name")))
            return EntraTenant(identity, reading.scope, item.text("displayName"), domains, item.ref)
    scope = reading.scope.lower()
    if GUID.fullmatch(scope):
        return EntraTenant(scope, reading.scope)
    return EntraTenant(home or scope, reading.scope, id_known=bool(home))


def related(
    reading: Reading, operation: str, item: Fields, inline: str, known: dict[str, tuple[Fields, ...]]
) -> tuple[tuple[str, ...], bool]:
    """Return the ids of an object's owners or members and whether they were looked at.

    A list that is expanded inside the object may be cut at 20 and counts where its own call is missing:
    https://learn.microsoft.com/graph/query-parameters#expand (read 2026-11).
    """
    asked = known.get(item.text("id").lower())
    if asked is not None:
        return ids_of(asked), True
    if has_list(item.body, inline):
        return ids_of(item.items(inline)), True
    return (), False


def read_users(reading: Reading, tenant: str) -> dict[str, EntraUser]:
    """Return users, guests and agent users."""

    def build(item: Fields, agent: bool = False) -> EntraUser:
        agent = agent or object_type(item) == "agentuser" or bool(item.body.get("identityParentId"))
        activity = item.inner("signInActivity")
        return EntraUser(
            id=object_id(item),
            name=item.text("displayName"),
            principal_name=item.text("userPrincipalName"),
            tenant=tenant,
            ref=item.ref,
            enabled=item.flag("accountEnabled"),
            guest=item.text("userType").lower() == "guest",
            synced=item.flag("onPremisesSyncEnabled") is True,
            agent_identity_id=item.text("identityParentId").lower(),
            agent=agent,
            sponsors=ids_of(item.items("sponsors")),
            created_at=item.time("createdDateTime"),
            last_sign_in_at=activity.time("lastSuccessfulSignInDateTime") or activity.time("lastSignInDateTime"),
            mail=item.text("mail"),
        )

    found: dict[str, EntraUser] = {}
    for user in reading.each(_AGENT_USERS, lambda item: build(item, agent=True)):
        found.setdefault(user.id, user)
    for user in reading.each("users", build):
        found.setdefault(user.id, user)
    return found


def read_groups(reading: Reading, tenant: str) -> dict[str, EntraGroup]:
    """Return groups with members and owners."""
    members, owners = reading.of_objects("groups.members"), reading.of_objects("groups.owners")

    def build(item: Fields) -> EntraGroup:
        inside, inside_known = related(reading, "groups.members", item, "members", members)
        above, above_known = related(reading, "groups.owners", item, "owners", owners)
        types = item.texts("groupTypes")
        return EntraGroup(
            id=object_id(item),
            name=item.text("displayName"),
            tenant=tenant,
            ref=item.ref,
            security=item.flag("securityEnabled") is not False,
            unified="Unified" in types,
            dynamic="DynamicMembership" in types,
            rule=item.text("membershipRule"),
            rule_paused=item.text("membershipRuleProcessingState").lower() == "paused",
            synced=item.flag("onPremisesSyncEnabled") is True,
            role_assignable=item.flag("isAssignableToRole") is True,
            role_assignable_known="isAssignableToRole" in item.body,
            members=inside,
            members_known=inside_known,
            owners=above,
            owners_known=above_known,
            created_at=item.time("createdDateTime"),
        )

    found: dict[str, EntraGroup] = {}
    for group in reading.each("groups", build):
        found.setdefault(group.id, group)
    return found


def read_administrative_units(reading: Reading, tenant: str) -> dict[str, EntraAdministrativeUnit]:
    """Return administrative units with their members."""
    name = "directory.administrativeUnits.members"
    members = reading.of_objects(name)

    def build(item: Fields) -> EntraAdministrativeUnit:
        inside, known = related(reading, name, item, "members", members)
        return EntraAdministrativeUnit(
            id=object_id(item),
            name=item.text("displayName"),
            tenant=tenant,
            ref=item.ref,
            restricted=item.flag("isMemberManagementRestricted") is True,
            members=inside,
            members_known=known,
        )

    found: dict[str, EntraAdministrativeUnit] = {}
    for unit in reading.each("directory.administrativeUnits", build):
        found.setdefault(unit.id, unit)
    return found
