"""What those in a small tenant may do: permissions, consents, directory roles, units, and policies on them.

Input: calls, things by name. Output: ``Grants``. Not handled: roles in Azure (``scope``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from benchmarks.accuracy.entra.names import APP_ROLES, ROLE_ACTIONS, ROLES
from benchmarks.accuracy.entra.tenant_base import (
    DEFINITIONS,
    EARLIER,
    EVERY_TYPE,
    GRAPH,
    LATER,
    TENANT,
    Json,
    identifier,
)
from benchmarks.accuracy.entra.tenant_things import Things

__all__ = ["Grants"]


@dataclass(slots=True)
class Grants(Things):
    """Permissions, consents, roles, eligibility, units, policies."""

    def grant(self, client: str, *permissions: str, api: str = GRAPH) -> Self:
        """Give a service principal application permissions of an API."""
        self._graph()
        for permission in permissions:
            role = APP_ROLES[permission] if api == GRAPH else identifier("approle", permission)
            line = {
                "id": identifier("assignment", f"{client}{permission}{api}"),
                "appRoleId": role,
                "createdDateTime": EARLIER,
                "deletedDateTime": None,
                "principalDisplayName": client,
                "principalId": self.id(client),
                "principalType": {"sp": "ServicePrincipal", "user": "User", "group": "Group"}[self.kinds[client]],
                "resourceDisplayName": api,
                "resourceId": identifier("sp", api),
            }
            if self.kinds[client] == "sp":
                self.objects["servicePrincipals.appRoleAssignments"].setdefault(self.id(client), []).append(line)
            self.objects.setdefault("servicePrincipals.appRoleAssignedTo", {}).setdefault(
                identifier("sp", api), []
            ).append(line)
        return self

    def consent(self, client: str, scope: str, *, user: str | None = None, api: str = GRAPH) -> Self:
        """Record a delegated consent: for one user, or without one for all."""
        self._graph()
        return self._add(
            "oauth2PermissionGrants",
            id=identifier("consent", f"{client}{scope}{user}"),
            clientId=self.id(client),
            consentType="Principal" if user else "AllPrincipals",
            principalId=self.id(user) if user else None,
            resourceId=identifier("sp", api),
            scope=scope,
        )

    def role(self, who: str, role: str, *, scope: str = "/") -> Self:
        """Give somebody a directory role, active; ``scope`` is a unit's or an application's name, or ``/``."""
        return self._add("roleManagement.directory.roleAssignments", **self._assigned(who, role, scope, "assigned"))

    def eligible(self, who: str, role: str, *, scope: str = "/", end: str | None = None) -> Self:
        """Make somebody eligible for a directory role."""
        line = self._assigned(who, role, scope, "eligible")
        line |= {
            "startDateTime": EARLIER,
            "endDateTime": end,
            "memberType": "Direct",
            "roleEligibilityScheduleId": line["id"],
        }
        return self._add("roleManagement.directory.roleEligibilityScheduleInstances", **line)

    def eligible_member(self, who: str, group: str, access: str = "member") -> Self:
        """Make somebody eligible for the membership or ownership of a group."""
        own = self.id(group)
        line = {
            "id": identifier("pim", f"{who}{group}{access}"),
            "accessId": access,
            "principalId": self.id(who),
            "groupId": own,
            "startDateTime": EARLIER,
            "endDateTime": LATER,
            "memberType": "direct",
            "eligibilityScheduleId": identifier("schedule", f"{who}{group}"),
        }
        name = "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances"
        self.objects.setdefault(name, {}).setdefault(own, []).append(line)
        return self

    def custom(self, name: str, *actions: str, enabled: bool = True) -> Self:
        """Define a custom role."""
        return self._definition(name, actions, built_in=False, enabled=enabled)

    def unit(self, name: str, *members: str, restricted: bool = False) -> Self:
        """Add an administrative unit."""
        self.kinds[name] = "unit"
        own = identifier("unit", name)
        self._link("directory.administrativeUnits.members", own, members)
        return self._add(
            "directory.administrativeUnits",
            id=own,
            displayName=name,
            description=None,
            visibility=None,
            isMemberManagementRestricted=restricted,
        )

    def activation(self, role: str, *, mfa: bool = False, approvers: Sequence[str] = ()) -> Self:
        """State what activating a role asks for."""
        target = {"caller": "EndUser", "operations": ["all"], "level": "Assignment"}
        stages = [
            {
                "approvalStageTimeOutInDays": 1,
                "isApproverJustificationRequired": True,
                "isEscalationEnabled": False,
                "primaryApprovers": [
                    {
                        "@odata.type": f"{EVERY_TYPE}singleUser",
                        "userId": self.id(who),
                        "isBackup": False,
                        "description": who,
                    }
                    for who in approvers
                ],
                "escalationApprovers": [],
            }
        ]
        rules = [
            {
                "@odata.type": f"{EVERY_TYPE}unifiedRoleManagementPolicyEnablementRule",
                "id": "Enablement_EndUser_Assignment",
                "enabledRules": ["MultiFactorAuthentication", "Justification"] if mfa else ["Justification"],
                "target": target,
            },
            {
                "@odata.type": f"{EVERY_TYPE}unifiedRoleManagementPolicyApprovalRule",
                "id": "Approval_EndUser_Assignment",
                "setting": {
                    "isApprovalRequired": bool(approvers),
                    "approvalMode": "SingleStage",
                    "approvalStages": stages if approvers else [],
                },
                "target": target,
            },
        ]
        policy = f"DirectoryRole_{TENANT}_{identifier('policy', role)}"
        return self._add(
            "policies.roleManagementPolicyAssignments",
            id=f"{policy}_{self._role(role)}",
            policyId=policy,
            scopeId="/",
            scopeType="DirectoryRole",
            roleDefinitionId=self._role(role),
            policy={
                "id": policy,
                "displayName": "DirectoryRole",
                "scopeId": "/",
                "scopeType": "DirectoryRole",
                "rules": rules,
            },
        )

    def access_pass(self, *, enabled: bool = True, groups: Sequence[str] = ()) -> Self:
        """Enable or disable Temporary Access Pass, for everybody or for groups."""
        targets = [self.id(one) for one in groups] or ["all_users"]
        self.policies["policies.authenticationMethodsPolicy"] = {
            "id": "authenticationMethodsPolicy",
            "displayName": "Authentication Methods Policy",
            "policyVersion": "1.5",
            "authenticationMethodConfigurations": [
                {
                    "@odata.type": f"{EVERY_TYPE}temporaryAccessPassAuthenticationMethodConfiguration",
                    "id": "TemporaryAccessPass",
                    "state": "enabled" if enabled else "disabled",
                    "isUsableOnce": False,
                    "includeTargets": [
                        {"targetType": "group", "id": one, "isRegistrationRequired": False} for one in targets
                    ],
                    "excludeTargets": [],
                }
            ],
        }
        return self

    def without(self, *operations: str) -> Self:
        """Leave out operations, as if nobody had looked."""
        self.absent.update(operations)
        return self

    def _role(self, name: str) -> str:
        if name not in ROLES:
            return identifier("role", name)
        own = ROLES[name]
        if all(one["id"] != own for one in self.lists.get(DEFINITIONS, [])):
            self._definition(name, ROLE_ACTIONS[name], built_in=True, enabled=True)
        return own

    def _definition(self, name: str, actions: Sequence[str], *, built_in: bool, enabled: bool) -> Self:
        own = ROLES[name] if built_in else identifier("role", name)
        return self._add(
            DEFINITIONS,
            id=own,
            displayName=name,
            description=name,
            isBuiltIn=built_in,
            isEnabled=enabled,
            templateId=own,
            version="1" if built_in else None,
            resourceScopes=["/"],
            rolePermissions=[{"allowedResourceActions": list(actions), "condition": None}],
        )

    def _assigned(self, who: str, role: str, scope: str, how: str) -> Json:
        place = "/"
        if scope != "/":
            place = (
                f"/administrativeUnits/{self.id(scope)}" if self.kinds.get(scope) == "unit" else f"/{self.id(scope)}"
            )
        return {
            "id": identifier(how, f"{who}{role}{scope}"),
            "principalId": self.id(who),
            "roleDefinitionId": self._role(role),
            "directoryScopeId": place,
            "appScopeId": None,
        }
