"""People, groups and directory roles of the tenant.

Input: a ``Tenant``. Output: objects in it. Not handled: applications.
"""

from __future__ import annotations

from sample_data._make.entra.names import DOMAIN, ROLES, TENANT, guid
from sample_data._make.entra.tenant import Json, Tenant
from sample_data._make.identifiers import days_ago

__all__ = ["add_people"]


def add_people(tenant: Tenant) -> None:
    """Add the tenant itself, everybody in it, their groups and roles, and the settings that decide what they may do."""
    tenant.lists["organization"].append(
        {
            "id": TENANT,
            "displayName": "Nordlicht Versand",
            "verifiedDomains": [{"name": DOMAIN, "isDefault": True}],
            "createdDateTime": days_ago(3000),
        }
    )
    for login in (
        "erik.holm",
        "jonas.weber",
        "lena.brandt",
        "mats.ekberg",
        "noor.haddad",
        "petra.nowak",
        "sofie.lund",
        "yusuf.demir",
    ):
        tenant.person(login)
    tenant.person("anna.lindqvist", enabled=False, seen=140)
    tenant.person("tom.ziegler", enabled=False, seen=95)
    tenant.person("emergency-access", seen=190)
    tenant.person("kari.olsen", guest=True, seen=20)
    tenant.group("tenant-admins", ["user/mats.ekberg"], role_assignable=True)
    tenant.group("helpdesk", ["user/jonas.weber"], role_assignable=True)
    # Anybody who owns the group decides who is in it, and an ordinary group takes an ordinary owner.
    tenant.group("cloud-operators", ["user/mats.ekberg"], owners=["user/sofie.lund"])
    tenant.group("cloud-auditors", ["user/noor.haddad"], owners=["user/sofie.lund", "user/kari.olsen"])
    tenant.role("group/tenant-admins", "Global Administrator")
    tenant.role("user/emergency-access", "Global Administrator")
    tenant.role("group/helpdesk", "Helpdesk Administrator")
    tenant.role("user/yusuf.demir", "Application Administrator")
    tenant.role("user/lena.brandt", "Application Developer")
    tenant.role("user/noor.haddad", "Privileged Role Administrator", eligible=True)
    tenant.role("user/jonas.weber", "Security Reader", eligible=True)
    for name in ROLES:
        tenant.lists["roleManagement.directory.roleDefinitions"].append(_definition(name))
    tenant.lists["policies.roleManagementPolicyAssignments"] += [
        _activation("Privileged Role Administrator", mfa=True, approver="mats.ekberg"),
        _activation("Security Reader", mfa=True),
    ]
    _settings(tenant)


def _definition(name: str) -> Json:
    return {
        "id": ROLES[name],
        "templateId": ROLES[name],
        "displayName": name,
        "isBuiltIn": True,
        "isEnabled": True,
        "rolePermissions": [],
    }


def _activation(role: str, *, mfa: bool, approver: str = "") -> Json:
    approvers = [{"@odata.type": "#microsoft.graph.singleUser", "userId": guid("user", approver)}] if approver else []
    return {
        "id": guid("activation", role),
        "policyId": guid("policy", role),
        "scopeId": "/",
        "scopeType": "DirectoryRole",
        "roleDefinitionId": ROLES[role],
        "policy": {
            "id": guid("policy", role),
            "rules": [
                {
                    "id": "Enablement_EndUser_Assignment",
                    "enabledRules": ["MultiFactorAuthentication", "Justification"] if mfa else ["Justification"],
                },
                {
                    "id": "Approval_EndUser_Assignment",
                    "setting": {
                        "isApprovalRequired": bool(approver),
                        "approvalStages": [{"primaryApprovers": approvers}] if approver else [],
                    },
                },
            ],
        },
    }


def _settings(tenant: Tenant) -> None:
    tenant.singles["policies.authorizationPolicy"] = {
        "id": "authorizationPolicy",
        "allowInvitesFrom": "adminsAndGuestInviters",
        "defaultUserRolePermissions": {
            "allowedToCreateApps": False,
            "permissionGrantPoliciesAssigned": ["ManagePermissionGrantsForSelf.microsoft-user-default-low"],
        },
    }
    tenant.singles["policies.authenticationMethodsPolicy"] = {
        "id": "authenticationMethodsPolicy",
        "authenticationMethodConfigurations": [{"id": "TemporaryAccessPass", "state": "disabled"}],
    }
    tenant.singles["policies.defaultAppManagementPolicy"] = {
        "id": "00000000-0000-0000-0000-000000000000",
        "isEnabled": False,
        "applicationRestrictions": {"passwordCredentials": [], "keyCredentials": []},
        "servicePrincipalRestrictions": {"passwordCredentials": [], "keyCredentials": []},
    }
