"""Cases: application permissions, delegated consents, and what they become with others.

Input: none (data only). Output: ``CASES``. Not handled: groups (``groups``), authentication methods (``resets``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_SURE, Case, gated, no, some, yes
from benchmarks.accuracy.entra.tenant import Tenant, identifier

__all__ = ["CASES"]

_REFERENCE: Final = LEARN + "graph/permissions-reference"
_OVERVIEW: Final = LEARN + "graph/permissions-overview"
_RM: Final = "RoleManagement.ReadWrite.Directory"
_GA: Final = "Global Administrator"


def _people(*names: str) -> Tenant:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return tenant


CASES: Final[tuple[Case, ...]] = (
    Case(
        "permissions/role-management",
        "Writing role management assigns any role; reading it does not.",
        _REFERENCE + "#rolemanagementreadwritedirectory",
        Tenant().app("deploy").app("audit").grant("deploy", _RM).grant("audit", "RoleManagement.Read.Directory"),
        (yes("deploy", "admin"), no("audit", "admin")),
    ),
    Case(
        "permissions/app-role-assignment",
        "Writing app role assignments grants itself any permission of Microsoft Graph.",
        _REFERENCE + "#approleassignmentreadwriteall",
        Tenant()
        .app("granter")
        .app("audit")
        .grant("granter", "AppRoleAssignment.ReadWrite.All")
        .grant("audit", "Directory.Read.All"),
        (yes("granter", "admin"), no("audit", "admin")),
    ),
    Case(
        "permissions/application-write-and-a-powerful-one",
        "Writing all applications becomes the powerful one among them.",
        _REFERENCE + "#applicationreadwriteall",
        Tenant()
        .app("keeper")
        .app("deploy")
        .app("audit")
        .grant("keeper", "Application.ReadWrite.All")
        .grant("deploy", _RM)
        .grant("audit", "Application.Read.All"),
        (yes("keeper", "deploy"), yes("keeper", "admin"), no("audit", "deploy"), no("audit", "admin")),
    ),
    Case(
        "permissions/application-write-alone",
        "Where no application is powerful, writing applications does not become an administrator.",
        _REFERENCE + "#applicationreadwriteall",
        _people("gina")
        .app("keeper")
        .app("wiki")
        .grant("keeper", "Application.ReadWrite.All")
        .grant("wiki", "Mail.Read")
        .role("gina", _GA),
        (yes("keeper", "wiki"), no("keeper", "gina"), no("keeper", "admin")),
    ),
    Case(
        "permissions/application-write-and-a-lock",
        "The lock is on the service principal: the registration in its own tenant is written all the same.",
        LEARN + "entra/identity-platform/howto-configure-app-instance-property-locks",
        Tenant()
        .app("keeper")
        .app("deploy", multi=True, lock={"isEnabled": True, "allProperties": True})
        .grant("keeper", "Application.ReadWrite.All")
        .grant("deploy", _RM),
        (yes("keeper", "deploy"), yes("keeper", "admin")),
    ),
    Case(
        "permissions/application-write-and-a-managed-identity",
        "Where the powerful identity is a managed one, writing applications does not reach it.",
        LEARN + "entra/identity/managed-identities-azure-resources/overview",
        Tenant()
        .app("keeper")
        .managed("job", "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Web/sites/job")
        .grant("keeper", "Application.ReadWrite.All")
        .grant("job", _RM),
        (no("keeper", "job"), no("keeper", "admin"), yes("job", "admin")),
    ),
    Case(
        "permissions/role-assignment-schedule",
        "Writing role assignment schedules assigns roles through PIM.",
        LEARN + "graph/api/rbacapplication-post-roleassignmentschedulerequests",
        Tenant()
        .app("pim")
        .app("audit")
        .grant("pim", "RoleAssignmentSchedule.ReadWrite.Directory")
        .grant("audit", "RoleManagement.Read.Directory"),
        (some(EITHER, "pim", "admin"), no("audit", "admin")),
    ),
    Case(
        "permissions/same-name-of-another-api",
        "An app role has meaning in the API that defines it; another API's of the same name is its own affair.",
        LEARN + "entra/identity-platform/howto-add-app-roles-in-apps",
        Tenant()
        .app("hr-api", app_roles={_RM: identifier("approle", _RM)})
        .app("client")
        .app("deploy")
        .grant("client", _RM, api="hr-api")
        .grant("deploy", _RM),
        (no("client", "admin"), yes("deploy", "admin")),
    ),
    Case(
        "permissions/data-only",
        "Reading mail of all people becomes nobody.",
        _REFERENCE + "#mailreadwrite",
        _people("gina").app("archive").grant("archive", "Mail.ReadWrite", "User.Read.All").role("gina", _GA),
        (no("archive", "gina"), no("archive", "admin")),
    ),
    Case(
        "permissions/requested-not-granted",
        "What a registration asks for is nothing before it is granted.",
        _OVERVIEW,
        _people("ann", "bob").app("asks", owners=("ann",)).app("has", owners=("bob",)).grant("has", _RM),
        (no("asks", "admin"), no("ann", "admin"), yes("bob", "admin")),
    ),
    Case(
        "permissions/two-steps",
        "An application that writes applications, owned by a person: two steps to everything.",
        _REFERENCE + "#applicationreadwriteall",
        _people("ann", "bob")
        .app("keeper", owners=("ann",))
        .app("deploy")
        .grant("keeper", "Application.ReadWrite.All")
        .grant("deploy", "AppRoleAssignment.ReadWrite.All"),
        (yes("ann", "keeper"), yes("ann", "deploy"), yes("ann", "admin"), no("bob", "admin")),
    ),
    Case(
        "delegated/consent-for-all-with-an-administrator",
        "With a consent for everybody the application does what an administrator may, when one signs in.",
        _OVERVIEW,
        _people("gina", "plain").app("portal").consent("portal", f"User.Read {_RM}").role("gina", _GA),
        (gated("portal", "admin"), no("plain", "admin")),
    ),
    Case(
        "delegated/consent-for-all-without-an-administrator",
        "A scope is worth what the user may: nobody here may assign roles.",
        _OVERVIEW,
        _people("plain", "reader").app("portal").consent("portal", _RM).role("reader", "Global Reader"),
        (no("portal", "admin"),),
    ),
    Case(
        "delegated/consent-of-a-plain-user",
        "The consent of one person holds for that person, who is no administrator.",
        _OVERVIEW,
        _people("gina", "plain").app("portal").consent("portal", _RM, user="plain").role("gina", _GA),
        (no("portal", "admin"), no("portal", "gina")),
    ),
    Case(
        "delegated/consent-of-an-administrator",
        "The consent of an administrator gives the application his rights for the scope, when he signs in.",
        _OVERVIEW,
        _people("gina")
        .app("portal")
        .app("mailer")
        .consent("portal", "Directory.AccessAsUser.All", user="gina")
        .consent("mailer", "User.Read Mail.Read", user="gina")
        .role("gina", _GA),
        (gated("portal", "admin"), no("mailer", "admin")),
    ),
    Case(
        "delegated/narrow-scope",
        "Reading mail as an administrator assigns no roles.",
        _OVERVIEW,
        _people("gina").app("mailer").consent("mailer", "Mail.Read").role("gina", _GA),
        (no("mailer", "admin"), no("mailer", "gina")),
    ),
    Case(
        "delegated/eligible-administrator",
        "A person who must activate the role first: the application waits for both.",
        LEARN + "entra/id-governance/privileged-identity-management/pim-configure",
        _people("ella").app("portal").consent("portal", _RM, user="ella").eligible("ella", _GA),
        (gated("portal", "admin"),),
    ),
    Case(
        "delegated/other-api",
        "A scope of another API by the same name is its own affair.",
        LEARN + "entra/identity-platform/scopes-oidc",
        _people("gina").app("hr-api").app("portal").consent("portal", _RM, api="hr-api").role("gina", _GA),
        (no("portal", "admin"),),
    ),
    Case(
        "delegated/group-scope",
        "A consent to write groups, of a person who owns one: that group, when he signs in.",
        _OVERVIEW,
        _people("ann")
        .group("red", owners=("ann",))
        .group("blue")
        .app("portal")
        .consent("portal", "Group.ReadWrite.All", user="ann"),
        (gated("portal", "red"), no("portal", "blue"), no("portal", "admin")),
    ),
    Case(
        "delegated/application-scope",
        "A consent to write applications, of an Application Administrator: any application, when he signs in.",
        _OVERVIEW,
        _people("ann", "plain")
        .app("deploy")
        .grant("deploy", _RM)
        .app("portal")
        .app("toy")
        .consent("portal", "Application.ReadWrite.All", user="ann")
        .consent("toy", "Application.ReadWrite.All", user="plain")
        .role("ann", "Application Administrator"),
        (gated("portal", "deploy"), gated("portal", "admin"), no("toy", "deploy"), no("toy", "admin")),
    ),
    Case(
        "coverage/consents-not-collected",
        "Where nobody looked at app role assignments, no permission is certain, and none is ruled out.",
        LEARN + "graph/api/serviceprincipal-list-approleassignments",
        Tenant()
        .app("deploy")
        .secret("deploy", "first")
        .without("servicePrincipals.appRoleAssignments", "servicePrincipals.appRoleAssignedTo"),
        (some(NOT_SURE, "deploy", "admin"), yes("key:first", "deploy")),
    ),
)
