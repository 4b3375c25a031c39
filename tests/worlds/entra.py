"""Worlds of Entra in code: a fluent builder that writes evidence as Microsoft Graph answers it.

Input: ``entra().user("alice").app("deploy", owners=["alice"]).grants("deploy", "Application.ReadWrite.All")``.
Output: ``build(folder)`` writes ``entra/<tenant>/<operation>.json[l]``.
Not handled: pages, refused calls; use ``without`` to leave an operation out.

Every operation is written, empty where there is nothing: a world is complete unless ``without`` says otherwise.
Objects go by name: ``alice`` is the user, ``sp:deploy`` the service principal, ``app:deploy`` the application,
``group:ops`` a group.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from collectors.entra.operations import OPERATIONS
from graph.catalog.entra import entra_catalog

__all__ = ["ADMIN", "GRAPH", "TENANT", "VENDOR", "EntraWorldFiles", "entra", "node", "oid"]

Json = dict[str, Any]
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
VENDOR = "bbbbbbbb-0000-4000-8000-000000000002"
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
GRAPH = "00000003-0000-0000-c000-000000000000"
ADMIN = f"entra:admin:{TENANT}"
CREATED = "2025-01-01T00:00:00Z"
NOW = "2026-06-01T00:00:00Z"
_APIS = {
    "Microsoft Graph": GRAPH,
    "Exchange": "00000002-0000-0ff1-ce00-000000000000",
    "SharePoint": "00000003-0000-0ff1-ce00-000000000000",
    "Defender": "fc780465-2017-40d4-a0c5-307022471b92",
}
"""App ids of Microsoft's APIs, the same in every tenant."""
_SINGLES = (
    "policies.authorizationPolicy",
    "policies.authenticationMethodsPolicy",
    "policies.defaultAppManagementPolicy",
)
"""Operations that answer one object; written only when a world says what it is."""


def oid(name: str) -> str:
    """Return the made-up object id of a thing: a user, or ``sp:``, ``app:``, ``group:``, ``unit:``, ``role:`` NAME."""
    return str(uuid5(NAMESPACE_URL, name if ":" in name else f"user:{name}"))


def app_id(name: str) -> str:
    """Return the made-up app id of an application."""
    return _APIS.get(name) or str(uuid5(NAMESPACE_URL, f"appid:{name}"))


def node(name: str) -> str:
    """Return the node id of a thing."""
    return f"entra:{oid(name)}"


def role_id(name: str) -> str:
    """Return the template id of a built-in role, else the id of a custom one."""
    row = entra_catalog().role("", name)
    return row.id if row is not None and row.id else oid(f"role:{name}")


def permission_id(name: str) -> str:
    """Return the id of an app role of Microsoft Graph."""
    row = entra_catalog().permission(name)
    return row.id if row is not None and row.id else str(uuid5(NAMESPACE_URL, f"approle:{name}"))


def scope_id(name: str) -> str:
    """Return the made-up id of a delegated permission."""
    return str(uuid5(NAMESPACE_URL, f"scope:{name}"))


def entra() -> EntraWorldFiles:
    """Return a tenant with nothing but Microsoft Graph in it."""
    files = EntraWorldFiles()
    files.add(
        "organization", {"id": TENANT, "displayName": "Nordlicht", "verifiedDomains": [{"name": "nordlicht.example"}]}
    )
    files.add(
        "servicePrincipals",
        {
            "id": oid("sp:Microsoft Graph"),
            "appId": GRAPH,
            "displayName": "Microsoft Graph",
            "servicePrincipalType": "Application",
            "appOwnerOrganizationId": MICROSOFT,
            "accountEnabled": True,
            "appRoles": [],
        },
    )
    return files


@dataclass(slots=True)
class EntraWorldFiles:
    """A tenant; every method adds to it and returns it."""

    lists: dict[str, list[Json]] = field(default_factory=dict)
    lines: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    singles: dict[str, Json] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)

    def add(self, operation: str, body: Json) -> EntraWorldFiles:
        """Add an object to a listing."""
        self.lists.setdefault(operation, []).append(body)
        return self

    def line(self, operation: str, owner: str, *ids: Json) -> EntraWorldFiles:
        """Add objects to the answer about one object."""
        self.lines.setdefault(operation, {}).setdefault(owner, []).extend(ids)
        return self

    def without(self, *operations: str) -> EntraWorldFiles:
        """Leave operations out: they were not looked at."""
        self.absent |= set(operations)
        return self

    def user(self, name: str, *, enabled: bool = True, guest: bool = False, synced: bool = False) -> EntraWorldFiles:
        """Add a person."""
        return self.add(
            "users",
            {
                "id": oid(name),
                "displayName": name.title(),
                "userPrincipalName": f"{name}@nordlicht.example",
                "accountEnabled": enabled,
                "userType": "Guest" if guest else "Member",
                "onPremisesSyncEnabled": True if synced else None,
                "createdDateTime": CREATED,
            },
        )

    def app(
        self,
        name: str,
        *,
        owners: Sequence[str] = (),
        sp_owners: Sequence[str] = (),
        secrets: Sequence[Json] = (),
        keys: Sequence[Json] = (),
        federated: Sequence[Json] = (),
        lock: Json | None = None,
        audience: str = "AzureADMyOrg",
        enabled: bool = True,
        principal: bool = True,
        sp_secrets: Sequence[Json] = (),
        more: Json | None = None,
    ) -> EntraWorldFiles:
        """Add an application registered here, with its service principal."""
        self.add(
            "applications",
            {
                "id": oid(f"app:{name}"),
                "appId": app_id(name),
                "displayName": name,
                "signInAudience": audience,
                "createdDateTime": CREATED,
                "passwordCredentials": list(secrets),
                "keyCredentials": list(keys),
                "servicePrincipalLockConfiguration": lock,
                **(more or {}),
            },
        )
        self.line("applications.owners", oid(f"app:{name}"), *({"id": oid(owner)} for owner in owners))
        self.line("applications.federatedIdentityCredentials", oid(f"app:{name}"), *federated)
        return self.sp(name, home=TENANT, owners=sp_owners, enabled=enabled, secrets=sp_secrets) if principal else self

    def sp(
        self,
        name: str,
        *,
        home: str = VENDOR,
        owners: Sequence[str] = (),
        enabled: bool = True,
        kind: str = "Application",
        roles: Sequence[str] = (),
        secrets: Sequence[Json] = (),
        more: Json | None = None,
    ) -> EntraWorldFiles:
        """Add a service principal; by default of an application of a vendor."""
        self.add(
            "servicePrincipals",
            {
                "id": oid(f"sp:{name}"),
                "appId": app_id(name),
                "displayName": name,
                "servicePrincipalType": kind,
                "appOwnerOrganizationId": home,
                "accountEnabled": enabled,
                "createdDateTime": CREATED,
                "passwordCredentials": list(secrets),
                "appRoles": [{"id": permission_id(role), "value": role} for role in roles],
                **(more or {}),
            },
        )
        return self.line("servicePrincipals.owners", oid(f"sp:{name}"), *({"id": oid(owner)} for owner in owners))

    def managed_identity(self, name: str) -> EntraWorldFiles:
        """Add a user-assigned managed identity."""
        path = f"/subscriptions/1/resourcegroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
        return self.sp(name, home="", kind="ManagedIdentity", more={"alternativeNames": ["isExplicit=True", path]})

    def group(
        self,
        name: str,
        *members: str,
        owners: Sequence[str] = (),
        role_assignable: bool = False,
        dynamic: bool = False,
        unified: bool = False,
        synced: bool = False,
        rule: str = "",
        paused: bool = False,
    ) -> EntraWorldFiles:
        """Add a group with members, by name; with a rule it is dynamic."""
        types = ["Unified"] * unified + ["DynamicMembership"] * (dynamic or bool(rule))
        self.add(
            "groups",
            {
                "id": oid(f"group:{name}"),
                "displayName": name,
                "securityEnabled": not unified,
                "groupTypes": types,
                "isAssignableToRole": role_assignable,
                "membershipRule": rule or None,
                "membershipRuleProcessingState": ("Paused" if paused else "On") if rule else None,
                "onPremisesSyncEnabled": True if synced else None,
            },
        )
        self.line("groups.members", oid(f"group:{name}"), *({"id": oid(each)} for each in members))
        return self.line("groups.owners", oid(f"group:{name}"), *({"id": oid(each)} for each in owners))

    def unit(self, name: str, *members: str, restricted: bool = False) -> EntraWorldFiles:
        """Add an administrative unit."""
        self.add(
            "directory.administrativeUnits",
            {"id": oid(f"unit:{name}"), "displayName": name, "isMemberManagementRestricted": restricted},
        )
        rows = ({"id": oid(each)} for each in members)
        return self.line("directory.administrativeUnits.members", oid(f"unit:{name}"), *rows)

    def grants(self, name: str, *permissions: str, api: str = "Microsoft Graph") -> EntraWorldFiles:
        """Give a service principal app roles."""
        resource = next(each for each in self.lists["servicePrincipals"] if each["id"] == oid(f"sp:{api}"))
        for permission in permissions:
            role = permission_id(permission)
            if role not in {each["id"] for each in resource["appRoles"]}:
                resource["appRoles"].append({"id": role, "value": permission})
            principal = oid(name if ":" in name else f"sp:{name}")
            self.line(
                "servicePrincipals.appRoleAssignments",
                principal,
                {
                    "id": f"a-{name}-{permission}",
                    "principalId": principal,
                    "principalType": "ServicePrincipal",
                    "resourceId": resource["id"],
                    "resourceDisplayName": api,
                    "appRoleId": role,
                },
            )
        return self

    def consent(self, name: str, scope: str, *, user: str = "", api: str = "Microsoft Graph") -> EntraWorldFiles:
        """Add a delegated consent, for one user or for everybody."""
        return self.add(
            "oauth2PermissionGrants",
            {
                "id": f"c-{name}-{scope}-{user or 'all'}",
                "clientId": oid(f"sp:{name}"),
                "consentType": "Principal" if user else "AllPrincipals",
                "principalId": oid(user) if user else None,
                "resourceId": oid(f"sp:{api}"),
                "scope": scope,
            },
        )

    def role(
        self,
        principal: str,
        name: str,
        *,
        scope: str = "/",
        eligible: bool = False,
        until: str | None = None,
        activated: bool = False,
    ) -> EntraWorldFiles:
        """Give a directory role, active or eligible."""
        body = {
            "id": f"r-{principal}-{name}-{scope}",
            "principalId": oid(principal),
            "roleDefinitionId": role_id(name),
            "directoryScopeId": scope,
        }
        if not eligible and not until:
            return self.add("roleManagement.directory.roleAssignments", body)
        body |= {
            "startDateTime": CREATED,
            "endDateTime": until,
            "assignmentType": "Activated" if activated else "Assigned",
        }
        kind = "roleEligibilityScheduleInstances" if eligible else "roleAssignmentScheduleInstances"
        return self.add(f"roleManagement.directory.{kind}", body)

    def built_in(self, name: str) -> EntraWorldFiles:
        """Show the definition of a built-in role, which is known by its name alone."""
        body = {"id": role_id(name), "templateId": role_id(name), "displayName": name, "isBuiltIn": True}
        return self.add("roleManagement.directory.roleDefinitions", body | {"isEnabled": True})

    def custom_role(self, name: str, *actions: str, enabled: bool = True, condition: str = "") -> EntraWorldFiles:
        """Define a custom role."""
        permission: Json = {"allowedResourceActions": list(actions), "condition": condition or None}
        return self.add(
            "roleManagement.directory.roleDefinitions",
            {
                "id": role_id(name),
                "templateId": role_id(name),
                "displayName": name,
                "isBuiltIn": False,
                "isEnabled": enabled,
                "rolePermissions": [permission],
            },
        )

    def activation(
        self,
        role: str,
        *,
        mfa: bool = False,
        approvers: Sequence[str] | None = None,
        group: str = "",
        context: str = "",
    ) -> EntraWorldFiles:
        """Say what activating a role asks for, or with a group its membership or ownership (``member``, ``owner``)."""
        stage = {"primaryApprovers": [{"userId": oid(each)} for each in approvers or ()]}
        return self.add(
            "policies.roleManagementPolicyAssignments",
            {
                "id": f"p-{group}-{role}",
                "scopeId": oid(f"group:{group}") if group else "/",
                "scopeType": "Group" if group else "DirectoryRole",
                "roleDefinitionId": role if group else role_id(role),
                "policy": {
                    "rules": [
                        {
                            "id": "Enablement_EndUser_Assignment",
                            "enabledRules": ["MultiFactorAuthentication"] if mfa else [],
                        },
                        {
                            "id": "Approval_EndUser_Assignment",
                            "setting": {"isApprovalRequired": approvers is not None, "approvalStages": [stage]},
                        },
                        {
                            "id": "AuthenticationContext_EndUser_Assignment",
                            "isEnabled": bool(context),
                            "claimValue": context,
                        },
                    ]
                },
            },
        )

    def group_eligible(self, principal: str, group: str, access: str = "member") -> EntraWorldFiles:
        """Let somebody activate the membership or ownership of a group."""
        return self.line(
            "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances",
            oid(f"group:{group}"),
            {
                "id": f"g-{principal}-{group}",
                "groupId": oid(f"group:{group}"),
                "principalId": oid(principal),
                "accessId": access,
                "endDateTime": None,
            },
        )

    def group_assigned(
        self, principal: str, group: str, access: str = "member", *, until: str | None = None
    ) -> EntraWorldFiles:
        """Say that PIM manages an active membership or ownership of a group, which ends."""
        return self.line(
            "identityGovernance.privilegedAccess.group.assignmentScheduleInstances",
            oid(f"group:{group}"),
            {
                "id": f"ga-{principal}-{group}-{access}",
                "groupId": oid(f"group:{group}"),
                "principalId": oid(principal),
                "accessId": access,
                "assignmentType": "activated",
                "endDateTime": until,
            },
        )

    def passes(self, enabled: bool, *, groups: Sequence[str] | None = None, but: Sequence[str] = ()) -> EntraWorldFiles:
        """Say whether Temporary Access Passes are enabled, and for which groups."""
        method: Json = {"id": "TemporaryAccessPass", "state": "enabled" if enabled else "disabled"}
        if groups is not None:
            targets = [each if each == "all_users" else oid(f"group:{each}") for each in groups]
            method["includeTargets"] = [{"targetType": "group", "id": each} for each in targets]
            method["excludeTargets"] = [{"targetType": "group", "id": oid(f"group:{each}")} for each in but]
        self.singles["policies.authenticationMethodsPolicy"] = {
            "id": "authenticationMethodsPolicy",
            "authenticationMethodConfigurations": [method],
        }
        return self

    def access_policy(
        self,
        name: str = "guard",
        *,
        covers: Sequence[str] = ("ServicePrincipalsInMyTenant",),
        but: Sequence[str] = (),
        places: Json | None = None,
        state: str = "enabled",
        apps: Json | None = None,
        grant: str = "block",
        clients: Json | None = None,
        **conditions: Any,
    ) -> EntraWorldFiles:
        """Add a conditional access policy for workloads; ``covers`` and ``but`` by name."""
        known = ("ServicePrincipalsInMyTenant",)
        included = [each if each in known else oid(each) for each in covers]
        clients = clients or {"includeServicePrincipals": included, "excludeServicePrincipals": [oid(x) for x in but]}
        return self.add(
            "identity.conditionalAccess.policies",
            {
                "id": f"ca-{name}",
                "displayName": name,
                "state": state,
                "conditions": {
                    "applications": apps or {"includeApplications": ["All"], "excludeApplications": []},
                    "clientApplications": clients,
                    "locations": places,
                    "users": {"includeUsers": ["None"]},
                    "clientAppTypes": ["all"],
                    "devices": None,
                    **conditions,
                },
                "grantControls": {"operator": "OR", "builtInControls": [grant]},
            },
        )

    def restricts(
        self,
        name: str = "",
        *,
        applications: Sequence[Json] = (),
        principals: Sequence[Json] = (),
        enabled: bool = True,
        on: Sequence[str] | None = None,
    ) -> EntraWorldFiles:
        """Set the default app management policy, or with a name one for some objects; rules as Graph has them."""

        def shape(rules: Sequence[Json]) -> Json:
            keys = ("asymmetricKeyLifetime", "trustedCertificateAuthority")
            return {
                "passwordCredentials": [each for each in rules if each["restrictionType"] not in keys],
                "keyCredentials": [each for each in rules if each["restrictionType"] in keys],
            }

        if name:
            body = {"id": f"amp-{name}", "displayName": name, "isEnabled": enabled, "restrictions": shape(applications)}
            if on is not None:
                objects = ({"id": oid(each)} for each in on)
                self.line("policies.appManagementPolicies.appliesTo", f"amp-{name}", *objects)
            return self.add("policies.appManagementPolicies", body)
        self.singles["policies.defaultAppManagementPolicy"] = {
            "id": "00000000-0000-0000-0000-000000000000",
            "displayName": "Default app management tenant policy",
            "isEnabled": enabled,
            "applicationRestrictions": shape(applications),
            "servicePrincipalRestrictions": shape(principals),
        }
        return self

    def place(self, name: str, *, trusted: bool = False) -> EntraWorldFiles:
        """Add a named location."""
        body = {"id": f"place-{name}", "displayName": name, "isTrusted": trusted}
        return self.add("identity.conditionalAccess.namedLocations", body)

    def register_applications(self, allowed: bool) -> EntraWorldFiles:
        """Say whether every user may register applications."""
        self.singles["policies.authorizationPolicy"] = {
            "id": "authorizationPolicy",
            "defaultUserRolePermissions": {"allowedToCreateApps": allowed},
        }
        return self

    def user_consent(self, *policies: str) -> EntraWorldFiles:
        """Say under which policies every user may consent; none: user consent is off."""
        assigned = [each if "." in each else f"ManagePermissionGrantsForSelf.{each}" for each in policies]
        self.singles["policies.authorizationPolicy"] = {
            "id": "authorizationPolicy",
            "defaultUserRolePermissions": {"permissionGrantPoliciesAssigned": assigned},
        }
        return self

    def consent_policy(self, name: str, includes: Sequence[Json], excludes: Sequence[Json] = ()) -> EntraWorldFiles:
        """Define a consent policy."""
        body = {"id": name, "displayName": name, "includes": list(includes), "excludes": list(excludes)}
        return self.add("policies.permissionGrantPolicies", body)

    def offers(self, api: str, **scopes: str) -> EntraWorldFiles:
        """Let an API offer delegated permissions: name (with ``_`` for dots) to ``User`` or ``Admin``."""
        resource = next(each for each in self.lists["servicePrincipals"] if each["id"] == oid(f"sp:{api}"))
        offered = resource.setdefault("oauth2PermissionScopes", [])
        for name, kind in scopes.items():
            value = name.replace("_", ".")
            offered.append({"id": scope_id(value), "value": value, "type": kind, "isEnabled": True})
        return self

    def classify(self, api: str, **classes: str) -> EntraWorldFiles:
        """Classify delegated permissions of an API; without any, it was asked about and has none."""
        rows = (
            {"permissionId": scope_id(name.replace("_", ".")), "classification": kind} for name, kind in classes.items()
        )
        return self.line("servicePrincipals.delegatedPermissionClassifications", oid(f"sp:{api}"), *rows)

    def settings(self, *, register: bool | None = None, consent: Sequence[str] | None = None) -> EntraWorldFiles:
        """Say what every user may do."""
        permissions: Json = {} if register is None else {"allowedToCreateApps": register}
        if consent is not None:
            permissions["permissionGrantPoliciesAssigned"] = list(consent)
        self.singles["policies.authorizationPolicy"] = {
            "id": "authorizationPolicy",
            "defaultUserRolePermissions": permissions,
        }
        return self

    def signed_in(self, **moments: str) -> EntraWorldFiles:
        """Write the sign-in report: when applications signed in last, by name; others are not in it."""
        self.lists.setdefault("reports.servicePrincipalSignInActivities", [])
        for name, moment in moments.items():
            body = {"id": name, "appId": app_id(name), "lastSignInActivity": {"lastSignInDateTime": moment}}
            self.add("reports.servicePrincipalSignInActivities", body)
        return self

    def last_sign_in(self, name: str = "", *, last: str = "", **split: str | None) -> EntraWorldFiles:
        """Say when a service principal signed in last; without a name, the report was read and has nothing of it.

        ``delegated`` and ``application`` tell the two ways apart; without either, the answer does not.
        """
        rows = self.lists.setdefault("reports.servicePrincipalSignInActivities", [])
        if name:
            body: Json = {
                "id": f"s-{name}",
                "appId": app_id(name),
                "lastSignInActivity": {"lastSignInDateTime": last or None},
            }
            if split:
                body["delegatedClientSignInActivity"] = {"lastNonInteractiveSignInDateTime": split.get("delegated")}
                body["applicationAuthenticationClientSignInActivity"] = {"lastSignInDateTime": split.get("application")}
            rows.append(body)
        return self

    def blueprint(
        self,
        name: str,
        *,
        owners: Sequence[str] = (),
        secrets: Sequence[Json] = (),
        federated: Sequence[Json] = (),
        inherits: Sequence[str] = (),
    ) -> EntraWorldFiles:
        """Add an agent identity blueprint with its principal."""
        identity = oid(f"app:{name}")
        self.add(
            "applications.microsoft.graph.agentIdentityBlueprint",
            {"id": identity, "appId": app_id(name), "displayName": name, "passwordCredentials": list(secrets)},
        )
        self.line("applications.owners", identity, *({"id": oid(owner)} for owner in owners))
        self.line("applications.federatedIdentityCredentials", identity, *federated)
        for api in inherits:
            self.line(
                "applications.microsoft.graph.agentIdentityBlueprint.inheritablePermissions",
                identity,
                {
                    "resourceAppId": app_id(api),
                    "inheritableRoles": {"@odata.type": "#microsoft.graph.allAllowedRoles", "kind": "allAllowed"},
                    "inheritableScopes": {"@odata.type": "#microsoft.graph.noScopes", "kind": "none"},
                },
            )
        return self.add(
            "servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal",
            {
                "id": oid(f"sp:{name}"),
                "appId": app_id(name),
                "displayName": name,
                "accountEnabled": True,
                "appOwnerOrganizationId": TENANT,
            },
        )

    def agent(
        self, name: str, blueprint: str, *, sponsors: Sequence[str] = (), enabled: bool = True
    ) -> EntraWorldFiles:
        """Add an agent identity."""
        self.add(
            "servicePrincipals.microsoft.graph.agentIdentity",
            {
                "id": oid(f"sp:{name}"),
                "appId": app_id(name),
                "displayName": name,
                "accountEnabled": enabled,
                "agentIdentityBlueprintId": app_id(blueprint),
            },
        )
        rows = ({"id": oid(each)} for each in sponsors)
        return self.line("servicePrincipals.microsoft.graph.agentIdentity.sponsors", oid(f"sp:{name}"), *rows)

    def agent_user(self, name: str, agent: str, *, enabled: bool = True) -> EntraWorldFiles:
        """Add the user account of an agent identity."""
        return self.add(
            "users.microsoft.graph.agentUser",
            {
                "id": oid(name),
                "displayName": name,
                "userPrincipalName": f"{name}@nordlicht.example",
                "accountEnabled": enabled,
                "identityParentId": oid(f"sp:{agent}"),
            },
        )

    def build(self, folder: Path) -> Path:
        """Write the evidence below a folder and return it."""
        place = folder / "entra" / TENANT
        place.mkdir(parents=True, exist_ok=True)
        for operation in OPERATIONS.values():
            if operation.name in self.absent or (operation.opt_in and operation.name not in self.lists):
                continue
            if operation.per_object:
                rows = self.lines.get(operation.name, {})
                text = "".join(
                    json.dumps({"request": {"id": owner}, "response": {"value": found}}) + "\n"
                    for owner, found in rows.items()
                )
                (place / f"{operation.name}.jsonl").write_text(text, encoding="utf-8")
            elif operation.name in self.singles:
                (place / f"{operation.name}.json").write_text(
                    json.dumps(self.singles[operation.name]), encoding="utf-8"
                )
            elif operation.name not in _SINGLES:
                body = {"value": self.lists.get(operation.name, [])}
                (place / f"{operation.name}.json").write_text(json.dumps(body), encoding="utf-8")
        return folder


def secret(key: str, *, ends: str = "2027-01-01T00:00:00Z", starts: str = CREATED, name: str = "") -> Json:
    """Return a client secret as Graph shows it."""
    return {
        "keyId": str(uuid5(NAMESPACE_URL, f"key:{key}")),
        "hint": "abc",
        "displayName": name or key,
        "startDateTime": starts,
        "endDateTime": ends,
        "secretText": None,
    }


def token(
    subject: str = "",
    *,
    issuer: str = "https://token.actions.githubusercontent.com",
    audience: str = "api://AzureADTokenExchange",
    expression: str = "",
    name: str = "ci",
) -> Json:
    """Return a federated credential as Graph shows it."""
    body: Json = {
        "id": f"fic-{name}",
        "name": name,
        "issuer": issuer,
        "audiences": [audience],
        "subject": subject or None,
    }
    if expression:
        body["claimsMatchingExpression"] = {"value": expression, "languageVersion": 1}
    return body
