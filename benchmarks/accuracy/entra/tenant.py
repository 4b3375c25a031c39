"""A small tenant in the words of Microsoft Graph: users, groups, applications, roles, consents.

Input: calls of ``Tenant``, things by name. Output: ``files()``, one body or list of lines an operation.
Handled: every operation that a question needs is present, empty where there is none. Not handled: Azure (``scope``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy.entra.tenant_base import DEFINITIONS, EARLIER, EVERY_TYPE, LATER, TENANT, Json, identifier
from benchmarks.accuracy.entra.tenant_grants import Grants

__all__ = ["EARLIER", "LATER", "TENANT", "Json", "Tenant", "identifier"]


@dataclass(slots=True)
class Tenant(Grants):
    """A tenant that is filled step by step; every method that adds returns the tenant."""

    def files(self) -> Iterator[tuple[str, Json | list[Json]]]:
        """Yield name and body (or lines) of each operation."""
        self._graph()
        for name in _LISTS:
            if name not in self.absent:
                yield name, {"value": self.lists.get(name, [])}
        for name in _LINKS:
            if name not in self.absent:
                linked = self.links.get(name, {})
                yield name, [self._line(own, [self._short(one) for one in many]) for own, many in linked.items()]
        for name in _OBJECTS:
            if name not in self.absent:
                yield name, [self._line(own, many) for own, many in self.objects.get(name, {}).items()]
        yield "organization", {"value": [_organization()]}
        for name, body in ({"policies.authorizationPolicy": _authorization()} | self.policies).items():
            if name not in self.absent:
                yield name, body

    def _short(self, name: str) -> Json:
        kind = {"user": "user", "group": "group", "sp": "servicePrincipal"}[self.kinds[name]]
        return {"@odata.type": f"{EVERY_TYPE}{kind}", "id": self.id(name), "displayName": name}

    @staticmethod
    def _line(own: str, value: list[Json]) -> Json:
        return {"request": {"id": own}, "response": {"value": value}}


_LISTS: Final = (
    "users",
    "groups",
    "applications",
    "servicePrincipals",
    "oauth2PermissionGrants",
    "directory.administrativeUnits",
    DEFINITIONS,
    "roleManagement.directory.roleAssignments",
    "roleManagement.directory.roleEligibilityScheduleInstances",
    "roleManagement.directory.roleAssignmentScheduleInstances",
    "policies.roleManagementPolicyAssignments",
    "identity.conditionalAccess.policies",
    "applications.microsoft.graph.agentIdentityBlueprint",
    "servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal",
    "servicePrincipals.microsoft.graph.agentIdentity",
    "users.microsoft.graph.agentUser",
)
_LINKS: Final = (
    "groups.members",
    "groups.owners",
    "applications.owners",
    "servicePrincipals.owners",
    "directory.administrativeUnits.members",
    "servicePrincipals.microsoft.graph.agentIdentity.sponsors",
)
_OBJECTS: Final = (
    "applications.federatedIdentityCredentials",
    "servicePrincipals.federatedIdentityCredentials",
    "servicePrincipals.appRoleAssignments",
    "servicePrincipals.appRoleAssignedTo",
    "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances",
    "applications.microsoft.graph.agentIdentityBlueprint.inheritablePermissions",
)


def _organization() -> Json:
    domain = {"name": "small.example", "isDefault": True, "isInitial": True, "type": "Managed", "capabilities": "Email"}
    return {"id": TENANT, "displayName": "Small", "verifiedDomains": [domain], "createdDateTime": EARLIER}


def _authorization() -> Json:
    return {
        "id": "authorizationPolicy",
        "displayName": "Authorization Policy",
        "allowInvitesFrom": "adminsAndGuestInviters",
        "allowedToSignUpEmailBasedSubscriptions": False,
        "allowEmailVerifiedUsersToJoinOrganization": False,
        "blockMsolPowerShell": True,
        "guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b",
        "permissionGrantPolicyIdsAssignedToDefaultUserRole": [],
        "defaultUserRolePermissions": {
            "allowedToCreateApps": False,
            "allowedToCreateSecurityGroups": False,
            "allowedToCreateTenants": False,
            "allowedToReadBitlockerKeysForOwnedDevice": True,
            "allowedToReadOtherUsers": True,
            "permissionGrantPoliciesAssigned": [],
        },
    }
