"""A small tenant in the words of Microsoft Graph: users, groups, applications, roles, consents.

Input: calls of ``Tenant``, things by name. Output: ``files()``, one body or list of lines an operation.
Handled: every operation that a question needs is present, empty where there is none. Not handled: Azure (``scope``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from benchmarks.accuracy.entra.names import APP_ROLES, DELEGATED, GRAPH_APP, MICROSOFT, ROLE_ACTIONS, ROLES

__all__ = ["EARLIER", "LATER", "TENANT", "Json", "Tenant", "identifier"]

Json: TypeAlias = dict[str, Any]
TENANT: Final = "5f0c8a52-1d1e-4b9c-8a55-0c1f6f7d0001"
VENDOR: Final = "9d2e7b10-6a4f-4e5c-9b7a-3c2d1e0f0002"
EARLIER: Final = "2026-01-10T08:00:00Z"
LATER: Final = "2027-06-10T08:00:00Z"
_SPACE: Final = uuid.UUID("6f7d0c1f-4b9c-4a55-8a52-5f0c1d1e0003")
_GRAPH: Final = "Microsoft Graph"
_EVERY_DAY: Final = "#microsoft.graph."


def identifier(kind: str, name: str) -> str:
    """Return the id of a thing of a small tenant: the same for the same name."""
    return str(uuid.uuid5(_SPACE, f"{kind}:{name}"))


@dataclass(slots=True)
class Tenant:
    """A tenant that is filled step by step; every method that adds returns the tenant."""

    kinds: dict[str, str] = field(default_factory=dict)
    """By name: ``user``, ``group``, ``sp``, ``unit``; an application's plain name means its service principal."""
    lists: dict[str, list[Json]] = field(default_factory=dict)
    links: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """By operation and owner's id: names of what is linked."""
    objects: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    """By operation and owner's id: whole objects."""
    policies: dict[str, Json] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)

    # ---- who there is
    def user(self, name: str, *, enabled: bool = True, guest: bool = False, synced: bool = False) -> Tenant:
        """Add a person."""
        self.kinds[name] = "user"
        upn = f"{name}_partner.example#EXT#@small.example" if guest else f"{name}@small.example"
        return self._add(
            "users",
            id=identifier("user", name),
            displayName=name.capitalize(),
            userPrincipalName=upn,
            mail=None,
            accountEnabled=enabled,
            userType="Guest" if guest else "Member",
            createdDateTime=EARLIER,
            onPremisesSyncEnabled=True if synced else None,
        )

    def group(
        self,
        name: str,
        *members: str,
        owners: Sequence[str] = (),
        assignable: bool = False,
        unified: bool = False,
        rule: str | None = None,
        synced: bool = False,
    ) -> Tenant:
        """Add a group; ``rule`` makes its membership dynamic, ``unified`` makes it a Microsoft 365 group."""
        self.kinds[name] = "group"
        own = identifier("group", name)
        types = (["Unified"] if unified else []) + (["DynamicMembership"] if rule else [])
        self._link("groups.members", own, members)
        self._link("groups.owners", own, owners)
        return self._add(
            "groups",
            id=own,
            displayName=name,
            groupTypes=types,
            securityEnabled=True,
            mailEnabled=unified,
            isAssignableToRole=True if assignable else None,
            membershipRule=rule,
            membershipRuleProcessingState="On" if rule else None,
            onPremisesSyncEnabled=True if synced else None,
            visibility="Private" if unified or assignable else None,
            createdDateTime=EARLIER,
        )

    def app(
        self,
        name: str,
        *,
        owners: Sequence[str] = (),
        sp_owners: Sequence[str] = (),
        multi: bool = False,
        lock: Json | None = None,
        enabled: bool = True,
        principal: bool = True,
        app_roles: Mapping[str, str] | None = None,
    ) -> Tenant:
        """Add an application registered here, with its service principal."""
        own = identifier("app", name)
        audience = "AzureADMultipleOrgs" if multi else "AzureADMyOrg"
        self._link("applications.owners", own, owners)
        self.objects.setdefault("applications.federatedIdentityCredentials", {}).setdefault(own, [])
        self._add(
            "applications",
            id=own,
            appId=identifier("client", name),
            displayName=name,
            signInAudience=audience,
            createdDateTime=EARLIER,
            passwordCredentials=[],
            keyCredentials=[],
            requiredResourceAccess=[],
            servicePrincipalLockConfiguration=lock,
            identifierUris=[],
            publisherDomain="small.example",
            appRoles=_roles(app_roles or {}),
        )
        if principal:
            self._principal(name, TENANT, audience=audience, enabled=enabled, roles=app_roles)
            self._link("servicePrincipals.owners", identifier("sp", name), sp_owners)
        return self

    def foreign(self, name: str, *, home: str = VENDOR, sp_owners: Sequence[str] = ()) -> Tenant:
        """Add the service principal of an application that is registered in another tenant."""
        self._principal(name, home, audience="AzureADMultipleOrgs")
        return self._link("servicePrincipals.owners", identifier("sp", name), sp_owners)

    def microsoft(self, name: str, *, sp_owners: Sequence[str] = ()) -> Tenant:
        """Add the service principal of an application of Microsoft's own."""
        return self.foreign(name, home=MICROSOFT, sp_owners=sp_owners)

    def managed(self, name: str, resource: str, *, user_assigned: bool = False) -> Tenant:
        """Add a managed identity; ``resource`` is the Azure resource that it belongs to."""
        self._principal(name, None, kind="ManagedIdentity")
        self.lists["servicePrincipals"][-1]["alternativeNames"] = [f"isExplicit={user_assigned}", resource]
        self.objects.setdefault("servicePrincipals.federatedIdentityCredentials", {}).setdefault(
            identifier("sp", name), []
        )
        return self._link("servicePrincipals.owners", identifier("sp", name), ())

    # ---- what proves an application
    def secret(self, app: str, key: str, *, start: str = EARLIER, end: str = LATER) -> Tenant:
        """Add a secret to an application."""
        self._of("applications", identifier("app", app))["passwordCredentials"].append(
            {
                "customKeyIdentifier": None,
                "displayName": key,
                "endDateTime": end,
                "hint": "aZ8",
                "keyId": identifier("key", key),
                "secretText": None,
                "startDateTime": start,
            }
        )
        return self

    def certificate(self, app: str, key: str, *, start: str = EARLIER, end: str = LATER, use: str = "Verify") -> Tenant:
        """Add a certificate to an application."""
        self._of("applications", identifier("app", app))["keyCredentials"].append(
            {
                "customKeyIdentifier": "9DC56B1C4F0A4B7E8D0C1A2B3C4D5E6F70819203",
                "displayName": f"CN={key}",
                "endDateTime": end,
                "key": None,
                "keyId": identifier("key", key),
                "startDateTime": start,
                "type": "AsymmetricX509Cert",
                "usage": use,
            }
        )
        return self

    def federated(self, app: str, issuer: str, subject: str | None, expression: str | None = None) -> Tenant:
        """Add a federated credential to an application or to a user-assigned managed identity."""
        line: Json = {
            "id": identifier("federated", f"{app}{issuer}{subject}"),
            "name": f"{app}-federation",
            "issuer": issuer,
            "subject": subject,
            "description": None,
            "audiences": ["api://AzureADTokenExchange"],
        }
        if expression:
            line["claimsMatchingExpression"] = {"value": expression, "languageVersion": 1}
        managed = identifier("sp", app) in self.objects.get("servicePrincipals.federatedIdentityCredentials", {})
        name = "servicePrincipals" if managed else "applications"
        own = identifier("sp" if managed else "app", app)
        self.objects.setdefault(f"{name}.federatedIdentityCredentials", {}).setdefault(own, []).append(line)
        return self

    # ---- what it may do
    def grant(self, client: str, *permissions: str, api: str = _GRAPH) -> Tenant:
        """Give a service principal application permissions of an API."""
        self._graph()
        for permission in permissions:
            role = APP_ROLES[permission] if api == _GRAPH else identifier("approle", permission)
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

    def consent(self, client: str, scope: str, *, user: str | None = None, api: str = _GRAPH) -> Tenant:
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

    def role(self, who: str, role: str, *, scope: str = "/") -> Tenant:
        """Give somebody a directory role, active; ``scope`` is a unit's or an application's name, or ``/``."""
        return self._add("roleManagement.directory.roleAssignments", **self._assigned(who, role, scope, "assigned"))

    def eligible(self, who: str, role: str, *, scope: str = "/", end: str | None = None) -> Tenant:
        """Make somebody eligible for a directory role."""
        line = self._assigned(who, role, scope, "eligible")
        line |= {
            "startDateTime": EARLIER,
            "endDateTime": end,
            "memberType": "Direct",
            "roleEligibilityScheduleId": line["id"],
        }
        return self._add("roleManagement.directory.roleEligibilityScheduleInstances", **line)

    def eligible_member(self, who: str, group: str, access: str = "member") -> Tenant:
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

    def custom(self, name: str, *actions: str, enabled: bool = True) -> Tenant:
        """Define a custom role."""
        return self._definition(name, actions, built_in=False, enabled=enabled)

    def unit(self, name: str, *members: str, restricted: bool = False) -> Tenant:
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

    def activation(self, role: str, *, mfa: bool = False, approvers: Sequence[str] = ()) -> Tenant:
        """State what activating a role asks for."""
        target = {"caller": "EndUser", "operations": ["all"], "level": "Assignment"}
        stages = [
            {
                "approvalStageTimeOutInDays": 1,
                "isApproverJustificationRequired": True,
                "isEscalationEnabled": False,
                "primaryApprovers": [
                    {
                        "@odata.type": f"{_EVERY_DAY}singleUser",
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
                "@odata.type": f"{_EVERY_DAY}unifiedRoleManagementPolicyEnablementRule",
                "id": "Enablement_EndUser_Assignment",
                "enabledRules": ["MultiFactorAuthentication", "Justification"] if mfa else ["Justification"],
                "target": target,
            },
            {
                "@odata.type": f"{_EVERY_DAY}unifiedRoleManagementPolicyApprovalRule",
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

    def access_pass(self, *, enabled: bool = True, groups: Sequence[str] = ()) -> Tenant:
        """Enable or disable Temporary Access Pass, for everybody or for groups."""
        targets = [self.id(one) for one in groups] or ["all_users"]
        self.policies["policies.authenticationMethodsPolicy"] = {
            "id": "authenticationMethodsPolicy",
            "displayName": "Authentication Methods Policy",
            "policyVersion": "1.5",
            "authenticationMethodConfigurations": [
                {
                    "@odata.type": f"{_EVERY_DAY}temporaryAccessPassAuthenticationMethodConfiguration",
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

    def without(self, *operations: str) -> Tenant:
        """Leave out operations, as if nobody had looked."""
        self.absent.update(operations)
        return self

    # ---- what it gives
    def id(self, name: str) -> str:
        """Return the object id behind a name; ``app:NAME`` means the application, ``key:NAME`` a credential."""
        if ":" in name:
            kind, rest = name.split(":", 1)
            return identifier(kind, rest)
        return identifier(self.kinds[name], name)

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

    # ---- inside
    def _add(self, operation: str, **values: Any) -> Tenant:
        self.lists.setdefault(operation, []).append(values)
        return self

    def _link(self, operation: str, own: str, names: Sequence[str]) -> Tenant:
        self.links.setdefault(operation, {}).setdefault(own, []).extend(names)
        return self

    def _of(self, operation: str, own: str) -> Json:
        return next(one for one in self.lists[operation] if one["id"] == own)

    def _principal(
        self,
        name: str,
        home: str | None,
        *,
        kind: str = "Application",
        audience: str | None = None,
        enabled: bool = True,
        roles: Mapping[str, str] | None = None,
    ) -> None:
        self.kinds[name] = "sp"
        self.objects.setdefault("servicePrincipals.appRoleAssignments", {}).setdefault(identifier("sp", name), [])
        self._add(
            "servicePrincipals",
            id=identifier("sp", name),
            appId=identifier("client", name),
            displayName=name,
            appOwnerOrganizationId=home,
            servicePrincipalType=kind,
            accountEnabled=enabled,
            alternativeNames=[],
            appRoles=_roles(roles or {}),
            oauth2PermissionScopes=[],
            passwordCredentials=[],
            keyCredentials=[],
            servicePrincipalNames=[identifier("client", name)],
            signInAudience=audience,
            appRoleAssignmentRequired=False,
            tags=[],
            verifiedPublisher={"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
        )

    def _graph(self) -> None:
        if _GRAPH in self.kinds:
            return
        self.microsoft(_GRAPH)
        line = self.lists["servicePrincipals"][-1]
        line["appId"] = GRAPH_APP
        line["servicePrincipalNames"] = [GRAPH_APP, "https://graph.microsoft.com"]
        line["appRoles"] = [_role(value, own) for value, own in APP_ROLES.items()]
        line["oauth2PermissionScopes"] = [
            {"id": own, "value": value, "type": "Admin", "isEnabled": True, "adminConsentDisplayName": value}
            for value, own in DELEGATED.items()
        ]

    def _role(self, name: str) -> str:
        if name not in ROLES:
            return identifier("role", name)
        own = ROLES[name]
        if all(one["id"] != own for one in self.lists.get(_DEFINITIONS, [])):
            self._definition(name, ROLE_ACTIONS[name], built_in=True, enabled=True)
        return own

    def _definition(self, name: str, actions: Sequence[str], *, built_in: bool, enabled: bool) -> Tenant:
        own = ROLES[name] if built_in else identifier("role", name)
        return self._add(
            _DEFINITIONS,
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

    def _short(self, name: str) -> Json:
        kind = {"user": "user", "group": "group", "sp": "servicePrincipal"}[self.kinds[name]]
        return {"@odata.type": f"{_EVERY_DAY}{kind}", "id": self.id(name), "displayName": name}

    @staticmethod
    def _line(own: str, value: list[Json]) -> Json:
        return {"request": {"id": own}, "response": {"value": value}}


_DEFINITIONS: Final = "roleManagement.directory.roleDefinitions"
_LISTS: Final = (
    "users",
    "groups",
    "applications",
    "servicePrincipals",
    "oauth2PermissionGrants",
    "directory.administrativeUnits",
    _DEFINITIONS,
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


def _role(value: str, own: str) -> Json:
    return {
        "id": own,
        "value": value,
        "displayName": value,
        "description": value,
        "isEnabled": True,
        "origin": "Application",
        "allowedMemberTypes": ["Application"],
    }


def _roles(roles: Mapping[str, str]) -> list[Json]:
    return [_role(value, own) for value, own in roles.items()]


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
