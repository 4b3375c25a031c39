"""Cases: ways to full control of a tenant."""

from __future__ import annotations

from graph.kinds import State
from tests.graph.edges_entra.technique_case import Case, fires, silent
from tests.worlds.entra import TENANT, EntraWorldFiles, Json, entra

__all__ = ["cases"]

ACTIVATION, MFA, APPROVAL = "entra:activation", "entra:mfa", "entra:approval"
SIGN_IN, HELD, ENABLED, NOW = "entra:user-sign-in", "entra:user-held", "entra:enabled", "nhi:currenttime"
CONSENT_ALL = "microsoft.directory/servicePrincipals/managePermissionGrantsForAll"


def _app(*permissions: str) -> EntraWorldFiles:
    return entra().app("ci").grants("ci", *permissions)


def _as(role: str) -> EntraWorldFiles:
    return entra().user("alice").role("alice", role)


def _with_administrator(world: EntraWorldFiles) -> EntraWorldFiles:
    """Return a tenant where somebody assigns roles, who may sign in."""
    return world.user("gina").role("gina", "Global Administrator")


def _consenting() -> EntraWorldFiles:
    """Return a tenant where alice consents for everybody by a custom role."""
    world = entra().user("alice").custom_role("c", "microsoft.directory/oAuth2PermissionGrants/create")
    return world.role("alice", "c")


def cases() -> list[Case]:
    """Return the cases."""
    return [*_roles(), *_permissions(), *_consents(), *_unsure(), *_role_policies(), *_consent_policy_writers()]


def _roles() -> list[Case]:
    pra = "Privileged Role Administrator"
    technique = "entra-privileged-role-administrator"
    user = entra().user("alice")
    tier2 = "entra-partner-tier2-roles"
    return [
        fires(tier2, "an active role", _as("Partner Tier2 Support"), "alice", grants=1),
        silent(tier2, "the lesser role", _as("Partner Tier1 Support"), "alice"),
        fires(technique, "an active role", _as(pra), "alice", grants=1),
        fires(technique, "a service principal with the role", entra().app("ci").role("sp:ci", pra), "sp:ci"),
        fires(
            technique,
            "a role-assignable group with the role",
            entra().user("alice").group("ops", "alice", role_assignable=True).role("group:ops", pra),
            "group:ops",
        ),
        fires(
            technique, "eligible", entra().user("alice").role("alice", pra, eligible=True), "alice", keys={ACTIVATION}
        ),
        fires(
            technique,
            "eligible with a second factor and approval",
            entra()
            .user("alice")
            .user("boss")
            .role("alice", pra, eligible=True)
            .activation(pra, mfa=True, approvers=["boss"]),
            "alice",
            keys={ACTIVATION, MFA, APPROVAL},
        ),
        fires(
            technique,
            "activated for a time",
            entra().user("alice").role("alice", pra, until="2026-07-01T00:00:00Z", activated=True),
            "alice",
            keys={NOW},
        ),
        fires(
            technique,
            "a disabled account",
            entra().user("alice", enabled=False).role("alice", pra),
            "alice",
            keys={ENABLED},
        ),
        silent(technique, "another role", _as("Security Reader"), "alice"),
        silent(
            technique,
            "at the scope of a unit",
            user.unit("north").role("alice", pra, scope="/administrativeUnits/x"),
            "alice",
        ),
        silent(
            technique,
            "a custom role of the same name",
            entra().user("alice").custom_role("PRA", "microsoft.directory/users/standard/read").role("alice", "PRA"),
            "alice",
        ),
        fires(
            "entra-custom-role-consent",
            "under the administrators' policy",
            entra().user("alice").custom_role("c", f"{CONSENT_ALL}.microsoft-company-admin").role("alice", "c"),
            "alice",
        ),
        fires(
            "entra-custom-role-consent",
            "under a policy that was not collected",
            entra().user("alice").custom_role("c", f"{CONSENT_ALL}.low-risk").role("alice", "c"),
            "alice",
            state=State.UNVERIFIED,
        ),
        *_consent_policies(),
        silent(
            "entra-custom-role-consent",
            "consent for oneself alone",
            entra()
            .user("alice")
            .custom_role("c", "microsoft.directory/servicePrincipals/managePermissionGrantsForSelf.low-risk")
            .role("alice", "c"),
            "alice",
        ),
        silent(
            "entra-custom-role-consent",
            "a disabled role",
            entra()
            .user("alice")
            .custom_role("c", f"{CONSENT_ALL}.microsoft-company-admin", enabled=False)
            .role("alice", "c"),
            "alice",
        ),
        silent(
            "entra-custom-role-consent",
            "an action with a condition",
            entra()
            .user("alice")
            .custom_role("c", f"{CONSENT_ALL}.microsoft-company-admin", condition="@ResourceIsSelf")
            .role("alice", "c"),
            "alice",
        ),
    ]


def _permissions() -> list[Case]:
    found = []
    for technique, permission, less in (
        (
            "entra-rolemanagement-readwrite-directory",
            "RoleManagement.ReadWrite.Directory",
            "RoleManagement.Read.Directory",
        ),
        ("entra-approleassignment-readwrite-all", "AppRoleAssignment.ReadWrite.All", "Application.Read.All"),
        (
            "entra-roleassignmentschedule-readwrite-directory",
            "RoleAssignmentSchedule.ReadWrite.Directory",
            "RoleAssignmentSchedule.Read.Directory",
        ),
    ):
        own_api = entra().app("ci").sp("own api", home="", roles=[permission]).grants("ci", permission, api="own api")
        found += [
            fires(technique, "the app role of Microsoft Graph", _app(permission), "sp:ci", grants=1),
            fires(
                technique,
                "a managed identity",
                entra().managed_identity("mi").grants("mi", permission),
                "sp:mi",
            ),
            silent(technique, "the permission that reads", _app(less), "sp:ci"),
            silent(technique, "an app role of that name of another API", own_api, "sp:ci"),
            silent(
                technique,
                "delegated, and nobody privileged",
                entra().app("ci").user("bob").consent("ci", permission),
                "sp:ci",
            ),
        ]
    name = "entra-roleeligibilityschedule-readwrite-directory"
    found += [
        fires(name, "a user must be held", _app("RoleEligibilitySchedule.ReadWrite.Directory"), "sp:ci", keys={HELD}),
        silent(name, "the permission that reads", _app("RoleEligibilitySchedule.Read.Directory"), "sp:ci"),
        fires(
            "entra-rolemanagement-readwrite-directory",
            "a disabled service principal",
            entra().app("ci", enabled=False).grants("ci", "RoleManagement.ReadWrite.Directory"),
            "sp:ci",
            keys={ENABLED},
        ),
        fires(
            "entra-rolemanagement-readwrite-directory",
            "known by its id where the API was not collected",
            entra().app("ci").grants("ci", "RoleManagement.ReadWrite.Directory").without("servicePrincipals"),
            "sp:ci",
        ),
        fires(
            "entra-rolemanagement-readwrite-directory",
            "an agent that inherits it from its blueprint",
            entra()
            .blueprint("bp", inherits=["Microsoft Graph"])
            .agent("bot", "bp")
            .grants("bp", "RoleManagement.ReadWrite.Directory"),
            "sp:bot",
        ),
        silent(
            "entra-rolemanagement-readwrite-directory",
            "an agent whose blueprint does not let it inherit",
            entra().blueprint("bp").agent("bot", "bp").grants("bp", "RoleManagement.ReadWrite.Directory"),
            "sp:bot",
        ),
    ]
    return found


def _consents() -> list[Case]:
    technique, scope = "entra-delegated-consent", "RoleManagement.ReadWrite.Directory"
    privileged = _as("Global Administrator").app("ci")
    application = entra().user("alice").role("alice", "Application Administrator").app("ci").app("other")
    return [
        fires(
            technique,
            "for everybody, with an administrator",
            _as("Global Administrator").app("ci").consent("ci", scope),
            "sp:ci",
            keys={SIGN_IN},
        ),
        fires(
            technique,
            "for the administrator alone",
            _as("Global Administrator").app("ci").consent("ci", scope, user="alice"),
            "sp:ci",
            keys={SIGN_IN},
            grants=2,
        ),
        fires(
            technique,
            "by any of several scopes",
            privileged.consent("ci", f"User.Read openid {scope}"),
            "sp:ci",
            keys={SIGN_IN},
        ),
        fires(
            technique,
            "as the user, whatever it may",
            _as("Global Administrator").app("ci").consent("ci", "Directory.AccessAsUser.All"),
            "sp:ci",
            keys={SIGN_IN},
        ),
        fires(
            technique,
            "through a group that is eligible",
            entra()
            .user("alice")
            .group("ops", "alice", role_assignable=True)
            .role("group:ops", "Privileged Role Administrator", eligible=True)
            .app("ci")
            .consent("ci", scope, user="alice"),
            "sp:ci",
            keys={SIGN_IN, ACTIVATION},
        ),
        fires(
            "entra-delegated-consent-credential",
            "an application",
            application.consent("ci", "Application.ReadWrite.All"),
            "sp:ci",
            "sp:other",
            keys={SIGN_IN},
        ),
        silent(
            technique,
            "for a user without a role",
            _as("Global Administrator").user("bob").app("ci").consent("ci", scope, user="bob"),
            "sp:ci",
        ),
        silent(
            technique,
            "a user whose role does not match",
            entra().user("alice").role("alice", "Application Administrator").app("ci").consent("ci", scope),
            "sp:ci",
        ),
        silent(
            technique,
            "a scope that reads",
            _as("Global Administrator").app("ci").consent("ci", "Directory.Read.All"),
            "sp:ci",
        ),
        silent(
            technique,
            "an administrator who is disabled",
            entra().user("alice", enabled=False).role("alice", "Global Administrator").app("ci").consent("ci", scope),
            "sp:ci",
        ),
        silent(
            technique,
            "a scope of that name of another API",
            _as("Global Administrator").app("ci").sp("own api").consent("ci", scope, api="own api"),
            "sp:ci",
        ),
        fires(
            "entra-delegated-consent-credential",
            "a user, as an administrator of passwords",
            _as("Privileged Authentication Administrator")
            .user("bob")
            .app("ci")
            .consent("ci", "Directory.AccessAsUser.All", user="alice"),
            "sp:ci",
            "bob",
            keys={SIGN_IN},
        ),
        fires(
            technique,
            "for everybody, and all administrators are eligible",
            entra()
            .user("alice")
            .user("bob")
            .role("alice", "Global Administrator", eligible=True)
            .role("bob", "Global Administrator", eligible=True)
            .app("ci")
            .consent("ci", scope),
            "sp:ci",
            keys={SIGN_IN, ACTIVATION},
            grants=1,
        ),
        silent(
            "entra-delegated-consent-credential",
            "a user whose role does not manage applications",
            _as("Groups Administrator").app("ci").app("other").consent("ci", "Application.ReadWrite.All"),
            "sp:ci",
            "sp:other",
        ),
        *_owning(),
        fires(
            "entra-delegated-consent-group",
            "as an administrator of groups",
            _as("Groups Administrator").group("ops").app("ci").consent("ci", "Group.ReadWrite.All"),
            "sp:ci",
            "group:ops",
            keys={SIGN_IN},
        ),
        fires(
            "entra-delegated-consent-group",
            "as an administrator who rewrites rules",
            _as("Groups Administrator")
            .group("ops", rule='user.department -eq "Sales"')
            .app("ci")
            .consent("ci", "Group.ReadWrite.All"),
            "sp:ci",
            "group:ops",
            keys={SIGN_IN, "entra:user-held"},
        ),
        fires(
            "entra-delegated-consent-group",
            "as whatever an administrator of users may",
            _as("User Administrator")
            .group("ops", rule='user.department -eq "Sales"')
            .app("ci")
            .consent("ci", "User.ReadWrite.All"),
            "sp:ci",
            "group:ops",
            keys={SIGN_IN, "entra:user-held"},
        ),
        silent(
            "entra-delegated-consent-group",
            "a scope that writes members alone",
            _as("Groups Administrator")
            .group("ops", rule='user.department -eq "Sales"')
            .app("ci")
            .consent("ci", "GroupMember.ReadWrite.All"),
            "sp:ci",
            "group:ops",
        ),
        silent(
            "entra-delegated-consent-group",
            "a role-assignable group",
            _as("Groups Administrator")
            .group("ops", role_assignable=True)
            .app("ci")
            .consent("ci", "Group.ReadWrite.All"),
            "sp:ci",
            "group:ops",
        ),
        fires(
            "entra-delegatedpermissiongrant-readwrite-all",
            "an administrator must sign in",
            _with_administrator(_app("DelegatedPermissionGrant.ReadWrite.All")),
            "sp:ci",
            keys={SIGN_IN},
        ),
        silent(
            "entra-delegatedpermissiongrant-readwrite-all",
            "nobody assigns roles",
            _app("DelegatedPermissionGrant.ReadWrite.All").user("bob").role("bob", "Global Reader"),
            "sp:ci",
        ),
        fires(
            "entra-delegatedpermissiongrant-readwrite-all",
            "roles were not looked at",
            _app("DelegatedPermissionGrant.ReadWrite.All").without("roleManagement.directory.roleAssignments"),
            "sp:ci",
            keys={SIGN_IN},
        ),
        silent(
            "entra-delegatedpermissiongrant-readwrite-all",
            "the permission that reads",
            _with_administrator(_app("DelegatedPermissionGrant.Read.All")),
            "sp:ci",
        ),
        fires(
            "entra-role-consent-delegated",
            "Application Administrator",
            _with_administrator(_as("Application Administrator")),
            "alice",
            keys={SIGN_IN},
        ),
        fires(
            "entra-role-consent-delegated",
            "Cloud Application Administrator",
            _with_administrator(_as("Cloud Application Administrator")),
            "alice",
            keys={SIGN_IN},
        ),
        fires(
            "entra-role-consent-delegated",
            "a custom role",
            _with_administrator(_consenting()),
            "alice",
            keys={SIGN_IN},
        ),
        silent("entra-role-consent-delegated", "nobody assigns roles", _consenting(), "alice"),
        silent(
            "entra-role-consent-delegated",
            "nobody but itself assigns roles",
            _consenting().role("alice", "Privileged Role Administrator"),
            "alice",
        ),
        silent(
            "entra-role-consent-delegated",
            "no application, and none may be registered",
            _with_administrator(_consenting()).register_applications(False),
            "alice",
        ),
        fires(
            "entra-role-consent-delegated",
            "none may be registered, and one is there",
            _with_administrator(_consenting()).register_applications(False).app("pay"),
            "alice",
            keys={SIGN_IN},
        ),
        fires(
            "entra-role-consent-delegated",
            "none may be registered but by the role",
            _with_administrator(_as("Application Administrator")).register_applications(False),
            "alice",
            keys={SIGN_IN},
        ),
        silent(
            "entra-role-consent-delegated",
            "Application Developer",
            _with_administrator(_as("Application Developer")),
            "alice",
        ),
    ]


def _unsure() -> list[Case]:
    found = []
    for technique, permission, less in (
        ("entra-policy-readwrite-permissiongrant", "Policy.ReadWrite.PermissionGrant", "Policy.Read.PermissionGrant"),
        ("entra-domain-readwrite-all", "Domain.ReadWrite.All", "Domain.Read.All"),
        (
            "entra-domain-internalfederation-readwrite-all",
            "Domain-InternalFederation.ReadWrite.All",
            "Domain-InternalFederation.Read.All",
        ),
        ("entra-synchronization-readwrite-all", "Synchronization.ReadWrite.All", "Synchronization.Read.All"),
    ):
        found += [
            fires(technique, "the app role", _app(permission), "sp:ci", state=State.UNVERIFIED),
            silent(technique, "the permission that reads", _app(less), "sp:ci"),
        ]
    technique = "entra-role-federate-domain"
    for role in (
        "Hybrid Identity Administrator",
        "Domain Name Administrator",
        "External Identity Provider Administrator",
    ):
        found.append(fires(technique, role, _as(role), "alice", state=State.UNVERIFIED))
    found.append(
        silent(technique, "Conditional Access Administrator", _as("Conditional Access Administrator"), "alice")
    )
    return found


def _role_policies() -> list[Case]:
    technique, role = "entra-rolemanagementpolicy-readwrite-directory", "Global Administrator"
    keys = {"entra:user-held", ACTIVATION}

    def world(role: str = role, permission: str = "RoleManagementPolicy.ReadWrite.Directory") -> EntraWorldFiles:
        return _app(permission).user("alice").user("bob").role("alice", role, eligible=True)

    return [
        fires(technique, "approval", world().activation(role, approvers=["bob"]), "sp:ci", keys=keys, grants=1),
        fires(technique, "a second factor", world().activation(role, mfa=True), "sp:ci", keys=keys),
        fires(technique, "an authentication context", world().activation(role, context="c1"), "sp:ci", keys=keys),
        fires(
            technique,
            "the other role that gives all",
            world("Privileged Role Administrator").activation("Privileged Role Administrator", mfa=True),
            "sp:ci",
            keys=keys,
        ),
        fires(
            technique,
            "what activation asks for was not looked at",
            world().without("policies.roleManagementPolicyAssignments"),
            "sp:ci",
            state=State.UNVERIFIED,
            keys=keys,
        ),
        silent(technique, "activation asks for nothing", world().activation(role), "sp:ci"),
        silent(
            technique,
            "a role that gives less",
            world("User Administrator").activation("User Administrator", mfa=True),
            "sp:ci",
        ),
        silent(
            technique,
            "nobody is eligible",
            _app("RoleManagementPolicy.ReadWrite.Directory").activation(role, mfa=True),
            "sp:ci",
        ),
        silent(
            technique,
            "the permission that reads",
            world(permission="RoleManagementPolicy.Read.Directory").activation(role, mfa=True),
            "sp:ci",
        ),
    ]


def _consent_policies() -> list[Case]:
    """Return the cases of custom roles that consent for everybody under a policy that was collected."""
    app, scope = "entra-custom-role-consent", "entra-role-consent-delegated"
    directory = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"

    def world(includes: Json, excludes: tuple[Json, ...] = ()) -> EntraWorldFiles:
        role = entra().user("alice").custom_role("c", f"{CONSENT_ALL}.mine").role("alice", "c")
        return role.consent_policy("mine", [includes], list(excludes))

    application, delegated = {"permissionType": "application"}, {"permissionType": "delegated"}
    graph = "00000003-0000-0000-c000-000000000000"
    own = entra().user("alice").custom_role("c", f"{CONSENT_ALL}.microsoft-application-admin").role("alice", "c")
    return [
        fires(app, "a policy for every app role", world(application), "alice", grants=1),
        fires(app, "a policy for that app role", world(application | {"permissions": [directory]}), "alice"),
        fires(app, "a policy for applications of this tenant", world(application | _here()), "alice"),
        fires(
            app,
            "a policy for single applications",
            world(application | {"clientApplicationIds": ["11111111-0000-4000-8000-000000000001"]}),
            "alice",
            state=State.UNVERIFIED,
        ),
        silent(app, "a policy for delegated permissions", world(delegated), "alice"),
        silent(app, "a policy for another app role", world(application | {"permissions": ["x"]}), "alice"),
        silent(
            app, "a policy that leaves Microsoft Graph out", world(application, (_of(application, graph),)), "alice"
        ),
        silent(app, "a policy for another API", world(application | {"resourceApplication": "x"}), "alice"),
        silent(
            app,
            "a policy for verified publishers",
            world(application | {"clientApplicationsFromVerifiedPublisherOnly": True}),
            "alice",
        ),
        silent(app, "the policy of application administrators", own, "alice"),
        fires(
            scope,
            "a custom role under a policy for them",
            _with_administrator(world(delegated)),
            "alice",
            keys={SIGN_IN},
        ),
        fires(
            scope,
            "a custom role under the policy of application administrators",
            _with_administrator(own),
            "alice",
            keys={SIGN_IN},
        ),
        silent(scope, "a custom role under a policy for app roles", _with_administrator(world(application)), "alice"),
        silent(
            scope,
            "a custom role under a policy for low ones",
            _with_administrator(
                world(delegated | {"permissionClassification": "low"}).classify("Microsoft Graph", User_Read="low")
            ),
            "alice",
        ),
    ]


def _here() -> Json:
    return {"clientApplicationTenantIds": [TENANT]}


def _of(conditions: Json, api: str) -> Json:
    return conditions | {"resourceApplication": api}


def _owning() -> list[Case]:
    """Return the cases of a consent joined with what its user owns."""
    group, credential = "entra-delegated-consent-group", "entra-delegated-consent-credential"
    groups, applications = "Group.ReadWrite.All", "Application.ReadWrite.All"

    def owner(user: str, scope: str, *, role_assignable: bool = False) -> EntraWorldFiles:
        world = entra().user("alice").user("bob").group("ops", owners=["alice"], role_assignable=role_assignable)
        world = world.group("far").app("ci").app("mine", owners=["alice"]).app("other")
        return world.consent("ci", scope, user=user)

    guest = entra().user("eve", guest=True).group("ops", owners=["eve"]).app("ci").consent("ci", groups, user="eve")
    special = owner("alice", groups, role_assignable=True)
    owned = owner("alice", applications)
    return [
        fires(group, "as the owner", owner("alice", groups), "sp:ci", "group:ops", keys={SIGN_IN}, grants=2),
        silent(group, "a group that the user does not own", owner("alice", groups), "sp:ci", "group:far"),
        silent(group, "a user who owns nothing", owner("bob", groups), "sp:ci", "group:ops"),
        silent(group, "a scope for something else", owner("alice", applications), "sp:ci", "group:ops"),
        silent(group, "the owner of a role-assignable group", special, "sp:ci", "group:ops"),
        silent(group, "a guest who owns the group", guest, "sp:ci", "group:ops"),
        fires(credential, "as the owner of the application", owned, "sp:ci", "sp:mine", keys={SIGN_IN}),
        silent(credential, "an application that the user does not own", owned, "sp:ci", "sp:other"),
        silent(credential, "a scope for groups", owner("alice", groups), "sp:ci", "sp:mine"),
    ]


def _consent_policy_writers() -> list[Case]:
    technique, permission = "entra-policy-readwrite-permissiongrant", "Policy.ReadWrite.PermissionGrant"
    held, action = {"entra:user-held"}, "microsoft.directory/permissionGrantPolicies/basic/update"

    def world(policy: str, holder: str = "alice", *, eligible: bool = False) -> EntraWorldFiles:
        found = _app(permission).user("alice").custom_role("c", f"{CONSENT_ALL}.{policy}").user_consent()
        return found.role(holder, "c", eligible=eligible)

    both = world("mine").custom_role("editor", action).role("alice", "editor")
    return [
        fires(technique, "a custom role under a policy of one's own", world("mine"), "sp:ci", keys=held),
        fires(technique, "a custom role that is eligible", world("mine", eligible=True), "sp:ci", keys=held),
        fires(technique, "its own custom role", world("mine", "sp:ci"), "sp:ci"),
        fires(
            technique,
            "users under a policy of one's own",
            _app(permission).user_consent("mine"),
            "sp:ci",
            keys={SIGN_IN},
        ),
        fires(technique, "a custom role that edits policies", both, "alice", state=State.UNVERIFIED),
        silent(technique, "a custom role under a built-in policy", world("microsoft-application-admin"), "sp:ci"),
        silent(
            technique,
            "users under a built-in policy",
            _app(permission).user_consent("microsoft-user-default-low"),
            "sp:ci",
        ),
        silent(technique, "nobody consents", _app(permission).user_consent(), "sp:ci"),
    ]
