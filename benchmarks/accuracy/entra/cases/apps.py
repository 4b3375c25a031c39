"""Cases: who gains an application: owners, roles that manage credentials, scope, locks, what has no credentials.

Input: none (data only). Output: ``CASES``. Not handled: credentials that exist already (``credentials``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_NOW, NOT_SURE, OPEN, Case, gated, no, some, yes
from benchmarks.accuracy.entra.tenant import Json, Tenant

__all__ = ["CASES"]

_ROLES: Final = LEARN + "entra/identity/role-based-access-control/permissions-reference"
_OWNERS: Final = LEARN + "entra/fundamentals/users-default-permissions#object-ownership"
_LOCK: Final = LEARN + "entra/identity-platform/howto-configure-app-instance-property-locks"
_CUSTOM: Final = LEARN + "entra/identity/role-based-access-control/custom-available-permissions"
_ENTERPRISE: Final = LEARN + "entra/identity/role-based-access-control/custom-enterprise-app-permissions"
_SCOPES: Final = LEARN + "entra/identity/role-based-access-control/assign-roles-different-scopes"
_MANAGED: Final = LEARN + "entra/identity/managed-identities-azure-resources/overview"
_RM: Final = "RoleManagement.ReadWrite.Directory"
_DIR: Final = "microsoft.directory/"
_APP_ADMIN: Final = "Application Administrator"


def _lock(**which: bool) -> Json:
    named = {"allProperties": False, "credentialsWithUsageSign": False, "credentialsWithUsageVerify": False}
    return {"isEnabled": True, "tokenEncryptionKeyId": False} | named | which


def _people(*names: str) -> Tenant:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return tenant


CASES: Final[tuple[Case, ...]] = (
    Case(
        "apps/owner",
        "The owner of an application registration manages its credentials, of that one only.",
        _OWNERS,
        _people("ann", "bob")
        .app("deploy", owners=("ann",))
        .app("wiki", owners=("bob",))
        .grant("deploy", _RM)
        .grant("wiki", "User.Read.All"),
        (yes("ann", "deploy"), yes("ann", "admin"), no("bob", "deploy"), yes("bob", "wiki"), no("bob", "admin")),
    ),
    Case(
        "apps/owner-of-the-service-principal",
        "The owner of an enterprise application adds credentials to the service principal.",
        LEARN + "graph/api/serviceprincipal-addpassword",
        _people("ann", "bob").app("deploy", sp_owners=("ann",)).grant("deploy", _RM),
        (yes("ann", "deploy"), yes("ann", "admin"), no("bob", "deploy"), no("bob", "admin")),
    ),
    Case(
        "lock/service-principal-owner",
        "With all properties locked no credential is added to the service principal; the registration stays open.",
        _LOCK,
        _people("ann", "bob")
        .app("deploy", owners=("bob",), sp_owners=("ann",), multi=True, lock=_lock(allProperties=True))
        .grant("deploy", _RM),
        (no("ann", "deploy"), no("ann", "admin"), yes("bob", "deploy"), yes("bob", "admin")),
    ),
    Case(
        "lock/verify-credentials",
        "A lock of credentials used for verification is enough to keep the owner of the service principal out.",
        LEARN + "graph/api/resources/serviceprincipallockconfiguration",
        _people("ann").app("deploy", sp_owners=("ann",), multi=True, lock=_lock(credentialsWithUsageVerify=True)),
        (no("ann", "deploy"),),
    ),
    Case(
        "lock/not-enabled",
        "A lock that is not enabled locks nothing.",
        LEARN + "graph/api/resources/serviceprincipallockconfiguration",
        _people("ann").app(
            "deploy", sp_owners=("ann",), multi=True, lock=_lock(allProperties=True) | {"isEnabled": False}
        ),
        (yes("ann", "deploy"),),
    ),
    Case(
        "lock/something-else-is-locked",
        "A lock of the token encryption key leaves credentials open.",
        LEARN + "graph/api/resources/serviceprincipallockconfiguration",
        _people("ann").app("deploy", sp_owners=("ann",), multi=True, lock=_lock(tokenEncryptionKeyId=True)),
        (yes("ann", "deploy"),),
    ),
    Case(
        "apps/application-administrator",
        "Application Administrators add credentials to any application and then act as it.",
        _ROLES + "#application-administrator",
        _people("ann", "bob")
        .app("deploy")
        .app("wiki")
        .grant("deploy", _RM)
        .role("ann", _APP_ADMIN)
        .role("bob", "Application Developer"),
        (
            yes("ann", "deploy"),
            yes("ann", "wiki"),
            yes("ann", "admin"),
            no("bob", "deploy"),
            no("bob", "admin"),
        ),
    ),
    Case(
        "apps/application-administrator-alone",
        "Application Administrators grant no application permissions of Microsoft Graph.",
        _ROLES + "#application-administrator",
        _people("ann", "gina")
        .app("wiki")
        .grant("wiki", "User.Read.All")
        .role("ann", _APP_ADMIN)
        .role("gina", "Global Administrator"),
        # Changed after the first run, from "no": the page lists oAuth2PermissionGrants/allProperties/allTasks
        # and applications/create, so that delegated consent for all is given and used when an administrator signs in.
        (yes("ann", "wiki"), gated("ann", "gina"), gated("ann", "admin")),
    ),
    Case(
        "apps/cloud-application-administrator",
        "Cloud Application Administrators manage credentials as well; Application Developers own what they make.",
        _ROLES + "#cloud-application-administrator",
        _people("ann", "bob")
        .app("deploy", owners=("bob",))
        .app("wiki")
        .grant("deploy", _RM)
        .role("ann", "Cloud Application Administrator")
        .role("bob", "Application Developer"),
        # Changed after the first run: "bob does not reach wiki" contradicted that his deploy is administrator.
        (yes("ann", "deploy"), yes("ann", "admin"), yes("bob", "deploy"), yes("bob", "wiki")),
    ),
    Case(
        "apps/scoped-to-one-application",
        "A role that is assigned on one application holds for that application.",
        _SCOPES,
        _people("ann", "bob")
        .app("deploy")
        .app("wiki")
        .grant("deploy", _RM)
        .role("ann", _APP_ADMIN, scope="app:deploy")
        .role("bob", _APP_ADMIN, scope="app:wiki"),
        (
            yes("ann", "deploy"),
            yes("ann", "admin"),
            # Changed after the first run: "ann does not reach wiki" contradicted the line above.
            yes("ann", "wiki"),
            yes("bob", "wiki"),
            no("bob", "deploy"),
            no("bob", "admin"),
        ),
    ),
    Case(
        "apps/partner-tier1",
        "Partner Tier1 Support updates credentials of applications too.",
        _ROLES + "#partner-tier1-support",
        _people("ann", "bob")
        .app("deploy")
        .grant("deploy", _RM)
        .role("ann", "Partner Tier1 Support")
        .role("bob", "Billing Administrator"),
        (yes("ann", "deploy"), yes("ann", "admin"), no("bob", "deploy")),
    ),
    Case(
        "apps/hybrid-identity-administrator",
        "Hybrid Identity Administrators update owners of applications, so they make themselves one.",
        _ROLES + "#hybrid-identity-administrator",
        _people("ann", "bob")
        .app("deploy")
        .grant("deploy", _RM)
        .role("ann", "Hybrid Identity Administrator")
        .role("bob", "Security Reader"),
        (yes("ann", "deploy"), yes("ann", "admin"), no("bob", "deploy")),
    ),
    Case(
        "apps/custom-role-for-credentials",
        "A custom role with credentials/update adds secrets; one that updates branding does not.",
        _CUSTOM,
        _people("ann", "bob", "carl")
        .app("deploy")
        .grant("deploy", _RM)
        .custom("key keeper", _DIR + "applications/credentials/update")
        .custom("painter", _DIR + "applications/basic/update")
        .custom("asker", _DIR + "applications/permissions/update")
        .role("ann", "key keeper")
        .role("bob", "painter")
        .role("carl", "asker"),
        (yes("ann", "deploy"), yes("ann", "admin"), no("bob", "deploy"), no("carl", "deploy"), no("carl", "admin")),
    ),
    Case(
        "apps/custom-role-on-one-application",
        "A custom role that is assigned on one application holds for that application.",
        _CUSTOM,
        _people("ann")
        .app("deploy")
        .app("wiki")
        .custom("key keeper", _DIR + "applications/credentials/update")
        .role("ann", "key keeper", scope="app:wiki"),
        (yes("ann", "wiki"), no("ann", "deploy")),
    ),
    Case(
        "apps/custom-role-for-single-tenant",
        "The subtype myOrganization holds for single-tenant applications only.",
        _CUSTOM,
        _people("ann")
        .app("inner")
        .app("offered", multi=True)
        .custom("key keeper", _DIR + "applications.myOrganization/credentials/update")
        .role("ann", "key keeper"),
        (yes("ann", "inner"), no("ann", "offered")),
    ),
    Case(
        "apps/custom-role-for-owners",
        "Whoever updates owners makes himself the owner.",
        _CUSTOM,
        _people("ann", "bob")
        .app("deploy")
        .custom("owner editor", _DIR + "applications/owners/update")
        .custom("owner reader", _DIR + "applications/owners/read")
        .role("ann", "owner editor")
        .role("bob", "owner reader"),
        (yes("ann", "deploy"), no("bob", "deploy")),
    ),
    Case(
        "apps/custom-role-for-all-properties",
        "allProperties/update includes credentials.",
        _CUSTOM,
        _people("ann", "bob")
        .app("deploy")
        .custom("all editor", _DIR + "applications/allProperties/update")
        .custom("all reader", _DIR + "applications/allProperties/read")
        .role("ann", "all editor")
        .role("bob", "all reader"),
        (yes("ann", "deploy"), no("bob", "deploy")),
    ),
    Case(
        "apps/custom-role-for-enterprise-applications",
        "servicePrincipals/credentials/update reaches service principals, vendors' unless the vendor locks them.",
        _ENTERPRISE,
        _people("ann", "bob")
        .app("deploy")
        .foreign("vendor")
        .custom("key keeper", _DIR + "servicePrincipals/credentials/update")
        .custom("assigner", _DIR + "servicePrincipals/appRoleAssignedTo/update")
        .role("ann", "key keeper")
        .role("bob", "assigner"),
        (yes("ann", "deploy"), some(OPEN, "ann", "vendor"), no("bob", "deploy"), no("bob", "vendor")),
    ),
    Case(
        "apps/custom-role-is-disabled",
        "A definition that is not enabled is not effective.",
        LEARN + "graph/api/resources/unifiedroledefinition",
        _people("ann", "bob")
        .app("deploy")
        .custom("key keeper", _DIR + "applications/credentials/update", enabled=False)
        .custom("key holder", _DIR + "applications/credentials/update")
        .role("ann", "key keeper")
        .role("bob", "key holder"),
        (no("ann", "deploy"), yes("bob", "deploy")),
    ),
    Case(
        "apps/vendor",
        "Whether a vendor's service principal takes credentials depends on the lock in the vendor's tenant.",
        _LOCK,
        _people("ann", "bob").foreign("vendor", sp_owners=("bob",)).grant("vendor", _RM).role("ann", _APP_ADMIN),
        (some(OPEN, "ann", "vendor"), some(OPEN, "bob", "vendor"), yes("vendor", "admin")),
    ),
    Case(
        "apps/microsoft",
        "Whether Microsoft's own applications take credentials of a customer is stated nowhere: never certain.",
        LEARN + "entra/identity/enterprise-apps/first-party-application-management",
        _people("ann", "bob")
        .microsoft("Small Microsoft Service")
        .grant("Small Microsoft Service", _RM)
        .role("ann", _APP_ADMIN),
        (some(NOT_SURE, "ann", "Small Microsoft Service"), no("bob", "Small Microsoft Service")),
    ),
    Case(
        "managed/no-credentials",
        "Nobody adds credentials to a managed identity; there is no registration behind it.",
        _MANAGED,
        _people("ann", "bob")
        .managed("vm-id", "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm")
        .app("wiki")
        .app("root")
        .grant("vm-id", _RM)
        .grant("root", "Application.ReadWrite.All")
        .role("ann", _APP_ADMIN),
        (
            yes("vm-id", "admin"),
            no("ann", "vm-id"),
            no("root", "vm-id"),
            yes("ann", "wiki"),
            no("bob", "vm-id"),
        ),
    ),
    Case(
        "apps/disabled-service-principal",
        "A disabled service principal gets no tokens; its registration's owner cannot enable it.",
        LEARN + "entra/identity/enterprise-apps/disable-user-sign-in-portal",
        _people("ann", "bob").app("deploy", owners=("ann",), enabled=False).grant("deploy", _RM),
        (some(NOT_NOW, "ann", "admin"), some(NOT_NOW, "deploy", "admin"), no("bob", "deploy")),
    ),
    Case(
        "apps/owner-is-a-service-principal",
        "With Application.ReadWrite.OwnedBy an application manages what it owns, and nothing else.",
        LEARN + "graph/permissions-reference#applicationreadwriteownedby",
        Tenant()
        .app("robot")
        .app("mine", owners=("robot",))
        .app("other")
        .grant("robot", "Application.ReadWrite.OwnedBy")
        .grant("other", _RM),
        (yes("robot", "mine"), no("robot", "other"), no("robot", "admin")),
    ),
    Case(
        "apps/owned-and-powerful",
        "What it owns can be the way to everything.",
        LEARN + "graph/permissions-reference#applicationreadwriteownedby",
        Tenant()
        .app("robot")
        .app("idle")
        .app("deploy", owners=("robot",))
        .grant("robot", "Application.ReadWrite.OwnedBy")
        .grant("idle", "Application.ReadWrite.OwnedBy")
        .grant("deploy", _RM),
        (yes("robot", "deploy"), yes("robot", "admin"), no("idle", "deploy"), no("idle", "admin")),
    ),
    Case(
        "apps/owner-by-group-membership",
        "Groups own no applications: being in a group with the owner is nothing.",
        LEARN + "graph/api/application-post-owners",
        _people("ann", "bob").group("team", "ann", "bob").app("deploy", owners=("ann",)).grant("deploy", _RM),
        (yes("ann", "deploy"), no("bob", "deploy"), no("bob", "admin")),
    ),
    Case(
        "apps/role-by-group",
        "Application Administrator by a role-assignable group works as a direct one.",
        _ROLES + "#application-administrator",
        _people("ann", "bob")
        .group("keepers", "ann", assignable=True)
        .role("keepers", _APP_ADMIN)
        .app("deploy")
        .grant("deploy", _RM),
        (yes("ann", "deploy"), yes("ann", "admin"), no("bob", "deploy"), some(EITHER, "deploy", "admin")),
    ),
)
