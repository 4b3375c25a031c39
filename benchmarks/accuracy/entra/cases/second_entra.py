"""Cases of the second batch for Entra ID, written after the repairs that the first one led to.

Input: none (data only). Output: ``CASES``. Not handled: Azure (``second_azure``).

Held out less strictly than the first batch: by then their author had read parts of the evaluator.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, Case, gated, no, some, yes
from benchmarks.accuracy.entra.tenant import TENANT, Tenant, identifier

__all__ = ["CASES"]

_ROLES: Final = LEARN + "entra/identity/role-based-access-control/permissions-reference"
_WORKLOADS: Final = LEARN + "entra/identity/conditional-access/workload-identity"
_ISSUER: Final = f"https://login.microsoftonline.com/{TENANT}/v2.0"
_OTHER_ISSUER: Final = "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0"
_RM: Final = "RoleManagement.ReadWrite.Directory"
_GA: Final = "Global Administrator"
_VM: Final = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"


def _people(*names: str) -> Tenant:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return tenant


def _blocked(tenant: Tenant, *principals: str, state: str = "enabled") -> Tenant:
    """Add a conditional access policy that blocks service principals everywhere."""
    policy: dict[str, Any] = {
        "id": identifier("policy", f"block{principals}"),
        "displayName": "Block workloads",
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"], "excludeApplications": []},
            "users": {"includeUsers": ["None"], "excludeUsers": []},
            "clientApplications": {
                "includeServicePrincipals": [tenant.id(one) for one in principals],
                "excludeServicePrincipals": [],
            },
            "locations": {"includeLocations": ["All"], "excludeLocations": []},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        "sessionControls": None,
    }
    tenant.lists.setdefault("identity.conditionalAccess.policies", []).append(policy)
    return tenant


def _on_principal(tenant: Tenant, app: str, key: str, end: str) -> Tenant:
    """Add a secret to the service principal itself."""
    own = identifier("sp", app)
    line = next(one for one in tenant.lists["servicePrincipals"] if one["id"] == own)
    line["passwordCredentials"].append(
        {
            "customKeyIdentifier": None,
            "displayName": key,
            "endDateTime": end,
            "hint": "bY7",
            "keyId": identifier("key", key),
            "secretText": None,
            "startDateTime": "2026-01-10T08:00:00Z",
        }
    )
    return tenant


def _forbids_passwords(tenant: Tenant) -> Tenant:
    """Add a default app management policy that forbids new passwords and nothing else."""
    rule = {
        "restrictionType": "passwordAddition",
        "state": "enabled",
        "maxLifetime": None,
        "restrictForAppsCreatedAfterDateTime": "2019-01-01T00:00:00Z",
    }
    tenant.policies["policies.defaultAppManagementPolicy"] = {
        "id": "00000000-0000-0000-0000-000000000000",
        "displayName": "Default app management tenant policy",
        "isEnabled": True,
        "applicationRestrictions": {"passwordCredentials": [rule], "keyCredentials": []},
        "servicePrincipalRestrictions": {"passwordCredentials": [rule], "keyCredentials": []},
    }
    return tenant


CASES: Final[tuple[Case, ...]] = (
    Case(
        "second-credentials/on-the-service-principal",
        "A secret that stands on the service principal itself proves it, until its end.",
        LEARN + "graph/api/serviceprincipal-addpassword",
        _on_principal(
            _on_principal(Tenant().app("deploy").grant("deploy", _RM), "deploy", "own", "2027-03-01T00:00:00Z"),
            "deploy",
            "ended",
            "2026-03-01T00:00:00Z",
        ),
        (yes("key:own", "deploy"), yes("key:own", "admin"), no("key:ended", "deploy")),
    ),
    Case(
        "second-apps/scoped-to-the-service-principal",
        "A role that is assigned on an enterprise application holds for its service principal.",
        LEARN + "entra/identity/role-based-access-control/assign-roles-different-scopes",
        _people("ann").app("deploy").app("wiki").role("ann", "Cloud Application Administrator", scope="deploy"),
        (yes("ann", "deploy"), no("ann", "wiki")),
    ),
    Case(
        "second-apps/owned-by-on-a-service-principal",
        "OwnedBy manages an owned service principal as well as an owned registration.",
        LEARN + "graph/permissions-reference#applicationreadwriteownedby",
        Tenant()
        .app("robot")
        .app("mine", sp_owners=("robot",))
        .app("locked", sp_owners=("robot",), multi=True, lock={"isEnabled": True, "allProperties": True})
        .grant("robot", "Application.ReadWrite.OwnedBy"),
        (yes("robot", "mine"), no("robot", "locked")),
    ),
    Case(
        "second-apps/chain-through-a-group-writer",
        "An application administrator becomes what writes groups, and so joins a plain group and no special one.",
        _ROLES + "#cloud-application-administrator",
        _people("ann")
        .app("writer")
        .grant("writer", "Group.ReadWrite.All")
        .group("plain")
        .group("special", assignable=True)
        .role("special", _GA)
        .role("ann", "Cloud Application Administrator"),
        (yes("ann", "writer"), some(EITHER, "ann", "plain"), no("writer", "special"), no("writer", "admin")),
    ),
    Case(
        "second-apps/passwords-are-forbidden",
        "Where new passwords are forbidden, a certificate can still be added.",
        LEARN + "graph/api/resources/applicationauthenticationmethodpolicy",
        _forbids_passwords(_people("ann", "bob").app("deploy", owners=("ann",)).grant("deploy", _RM)),
        (some(EITHER, "ann", "deploy"), some(EITHER, "ann", "admin"), no("bob", "deploy")),
    ),
    Case(
        "second-access/workload-is-blocked",
        "A policy that blocks a single-tenant application everywhere leaves its secret without a token.",
        _WORKLOADS,
        _blocked(
            Tenant().app("deploy").app("other").grant("deploy", _RM).secret("deploy", "now").secret("other", "free"),
            "deploy",
        ),
        (no("key:now", "deploy"), no("key:now", "admin"), yes("key:free", "other")),
    ),
    Case(
        "second-access/report-only",
        "A policy in report-only mode blocks nothing.",
        LEARN + "entra/identity/conditional-access/concept-conditional-access-report-only",
        _blocked(
            Tenant().app("deploy").grant("deploy", _RM).secret("deploy", "now"),
            "deploy",
            state="enabledForReportingButNotEnforced",
        ),
        (yes("key:now", "deploy"), yes("key:now", "admin")),
    ),
    Case(
        "second-access/managed-identities-are-not-covered",
        "Policies for workloads do not cover managed identities.",
        _WORKLOADS,
        _blocked(Tenant().managed("vm-id", _VM).grant("vm-id", _RM), "vm-id"),
        (yes("vm-id", "admin"),),
    ),
    Case(
        "second-access/multi-tenant-is-not-covered",
        "Policies for workloads cover single-tenant applications of the tenant, not those offered to others.",
        _WORKLOADS,
        _blocked(Tenant().app("offered", multi=True).grant("offered", _RM).secret("offered", "now"), "offered"),
        (yes("key:now", "offered"), yes("key:now", "admin")),
    ),
    Case(
        "second-federated/managed-identity-as-a-credential",
        "An application trusts a managed identity of its tenant by issuer and object id.",
        LEARN + "entra/workload-id/workload-identity-federation-config-app-trust-managed-identity",
        Tenant()
        .managed(
            "job-id",
            "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/job-id",
            user_assigned=True,
        )
        .managed(
            "idle-id",
            "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/idle-id",
            user_assigned=True,
        )
        .app("deploy")
        .grant("deploy", _RM)
        .federated("deploy", _ISSUER, identifier("sp", "job-id")),
        (yes("job-id", "deploy"), yes("job-id", "admin"), no("idle-id", "deploy"), no("idle-id", "admin")),
    ),
    Case(
        "second-federated/managed-identity-of-another-tenant",
        "The issuer names the tenant: an object id of here in a token of another tenant is somebody else.",
        LEARN + "entra/workload-id/workload-identity-federation-config-app-trust-managed-identity",
        Tenant()
        .managed(
            "job-id",
            "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/job-id",
            user_assigned=True,
        )
        .app("deploy")
        .federated("deploy", _OTHER_ISSUER, identifier("sp", "job-id")),
        (no("job-id", "deploy"),),
    ),
    Case(
        "second-delegated/scope-with-that-beginning",
        "A scope whose name begins with that of another is another scope.",
        LEARN + "entra/identity-platform/scopes-oidc",
        _people("gina").app("portal").consent("portal", "RoleManagement.ReadWrite.DirectoryBackup").role("gina", _GA),
        (no("portal", "admin"),),
    ),
    Case(
        "second-delegated/administrator-by-a-group",
        "Whoever is administrator by a group signs in as one, too.",
        LEARN + "graph/permissions-overview",
        _people("gina", "plain")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .app("portal")
        .app("toy")
        .consent("portal", _RM, user="gina")
        .consent("toy", _RM, user="plain"),
        (gated("portal", "admin"), no("toy", "admin")),
    ),
    Case(
        "second-delegated/disabled-administrator",
        "The only administrator is disabled, and nobody signs in as one.",
        LEARN + "graph/api/resources/user",
        Tenant().user("gina", enabled=False).app("portal").consent("portal", _RM).role("gina", _GA),
        (some("no|conditional", "portal", "admin"),),
    ),
    Case(
        "second-resets/guest",
        "A guest's password is kept by the home tenant.",
        LEARN + "entra/external-id/what-is-b2b",
        Tenant().user("ann").user("visitor", guest=True).user("plain").role("ann", "Helpdesk Administrator"),
        (no("ann", "visitor"), some(EITHER, "ann", "plain")),
    ),
    Case(
        "second-resets/global-administrator-resets-all",
        "Global Administrators reset everybody, other Global Administrators included.",
        LEARN + "entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords",
        _people("ann", "gina", "plain", "bob").role("ann", _GA).role("gina", _GA).role("bob", "Global Reader"),
        (some(EITHER, "ann", "gina"), some(EITHER, "ann", "plain"), no("bob", "plain"), no("bob", "gina")),
    ),
    Case(
        "second-groups/members-of-a-role-assignable-group-that-are-groups",
        "A role-assignable group takes no group as a member: its members do not have the role.",
        LEARN + "entra/identity/role-based-access-control/groups-concept#how-are-role-assignable-groups-protected",
        _people("ann", "bob").group("team", "ann").group("admins", "team", "bob", assignable=True).role("admins", _GA),
        (no("ann", "admin"), yes("bob", "admin")),
    ),
    Case(
        "second-permissions/unknown-app-role",
        "An assignment of an app role that Microsoft Graph does not have gives nothing that is known.",
        LEARN + "graph/api/resources/approleassignment",
        Tenant()
        .app("client")
        .app("hr-api", app_roles={"Payroll.ReadWrite.All": identifier("approle", "Payroll.ReadWrite.All")})
        .grant("client", "Payroll.ReadWrite.All", api="hr-api"),
        (no("client", "admin"),),
    ),
)
