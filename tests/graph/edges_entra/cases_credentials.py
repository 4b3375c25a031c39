"""Cases: adding a credential to an application or a service principal."""

from __future__ import annotations

from graph.kinds import State
from tests.graph.edges_entra.technique_case import Case, fires, silent
from tests.worlds.entra import MICROSOFT, EntraWorldFiles, entra, oid

__all__ = ["cases"]

LOCK = {"isEnabled": True, "allProperties": True}
VERIFY = {"isEnabled": True, "allProperties": False, "credentialsWithUsageVerify": True}
SIGN = {"isEnabled": True, "allProperties": False, "credentialsWithUsageSign": True}
OFF = {"isEnabled": False, "allProperties": True}
ENABLED, ACTIVATION = "entra:enabled", "entra:activation"
UNSURE = State.UNVERIFIED


def cases() -> list[Case]:
    """Return the cases."""
    return [*_roles(), *_graph(), *_owned(), *_owners(), *_custom()]


def _as(role: str) -> EntraWorldFiles:
    return entra().user("alice").role("alice", role)


def _roles() -> list[Case]:
    tier1 = "entra-partner-tier1-applications"
    found = [
        fires(tier1, "an application", _as("Partner Tier1 Support").app("pay"), "alice", "sp:pay", grants=1),
        silent(tier1, "one of another tenant", _as("Partner Tier1 Support").sp("crm"), "alice", "sp:crm"),
    ]
    for technique, role in (
        ("entra-application-administrator", "Application Administrator"),
        ("entra-cloud-application-administrator", "Cloud Application Administrator"),
        ("entra-hybrid-identity-administrator", "Hybrid Identity Administrator"),
    ):
        agent = _as(role).blueprint("bp").agent("bot", "bp")
        one = entra().user("alice").app("pay").app("other").role("alice", role, scope=f"/{oid('app:pay')}")
        found += [
            fires(technique, "an application registered here", _as(role).app("pay"), "alice", "sp:pay", grants=1),
            fires(
                technique,
                "an application without a service principal",
                _as(role).app("pay", principal=False),
                "alice",
                "app:pay",
            ),
            fires(
                technique,
                "an application whose instances are locked",
                _as(role).app("pay", lock=LOCK),
                "alice",
                "sp:pay",
            ),
            fires(technique, "a vendor's application", _as(role).sp("vendor"), "alice", "sp:vendor", state=UNSURE),
            fires(technique, "an agent blueprint", agent, "alice", "sp:bp", state=UNSURE),
            fires(technique, "for one application alone", one, "alice", "sp:pay"),
            fires(
                technique,
                "eligible",
                entra().user("alice").role("alice", role, eligible=True).app("pay"),
                "alice",
                "sp:pay",
                keys={ACTIVATION},
            ),
            silent(technique, "another application than the one of the scope", one, "alice", "sp:other"),
            silent(technique, "a managed identity", _as(role).managed_identity("mi"), "alice", "sp:mi"),
            silent(technique, "an agent identity", agent, "alice", "sp:bot"),
            silent(
                technique, "an application of Microsoft", _as(role).sp("Teams", home=MICROSOFT), "alice", "sp:Teams"
            ),
        ]
    developer = _as("Application Developer").app("pay")
    found.append(silent("entra-application-administrator", "Application Developer", developer, "alice", "sp:pay"))
    return found


def _graph() -> list[Case]:
    technique = "entra-application-readwrite-all"

    def world(*permissions: str) -> EntraWorldFiles:
        return entra().app("ci").grants("ci", *permissions)

    return [
        fires(
            technique,
            "an application registered here",
            world("Application.ReadWrite.All").app("pay"),
            "sp:ci",
            "sp:pay",
            grants=1,
        ),
        fires(
            technique,
            "a managed identity that holds it",
            entra().managed_identity("mi").grants("mi", "Application.ReadWrite.All").app("pay"),
            "sp:mi",
            "sp:pay",
        ),
        fires(
            technique,
            "a vendor's application",
            world("Application.ReadWrite.All").sp("vendor"),
            "sp:ci",
            "sp:vendor",
            state=UNSURE,
        ),
        fires(
            technique,
            "a disabled target takes a secret all the same",
            world("Application.ReadWrite.All").app("pay", enabled=False),
            "sp:ci",
            "sp:pay",
        ),
        silent(technique, "the permission that reads", world("Application.Read.All").app("pay"), "sp:ci", "sp:pay"),
        silent(
            technique,
            "Directory.ReadWrite.All adds no credential",
            world("Directory.ReadWrite.All").app("pay"),
            "sp:ci",
            "sp:pay",
        ),
        silent(
            technique,
            "a managed identity as target",
            world("Application.ReadWrite.All").managed_identity("mi"),
            "sp:ci",
            "sp:mi",
        ),
        fires(
            "entra-serviceprincipalendpoint-readwrite-all",
            "not documented well enough",
            world("ServicePrincipalEndpoint.ReadWrite.All").app("pay"),
            "sp:ci",
            "sp:pay",
            state=UNSURE,
        ),
        silent(
            "entra-serviceprincipalendpoint-readwrite-all",
            "a locked instance",
            world("ServicePrincipalEndpoint.ReadWrite.All").app("pay", lock=LOCK),
            "sp:ci",
            "sp:pay",
        ),
        silent(
            "entra-serviceprincipalendpoint-readwrite-all",
            "the permission that reads",
            world("ServicePrincipalEndpoint.Read.All").app("pay"),
            "sp:ci",
            "sp:pay",
        ),
    ]


def _owned() -> list[Case]:
    technique, permission = "entra-application-readwrite-ownedby", "Application.ReadWrite.OwnedBy"
    owner = entra().app("ci").app("pay", owners=["sp:ci"]).grants("ci", permission)
    return [
        fires(technique, "an application that it owns", owner, "sp:ci", "sp:pay", grants=2),
        fires(
            technique,
            "a service principal that it owns",
            entra().app("ci").app("pay", sp_owners=["sp:ci"]).grants("ci", permission),
            "sp:ci",
            "sp:pay",
            grants=2,
        ),
        silent(
            technique,
            "an application that it does not own",
            entra().app("ci").app("pay").grants("ci", permission),
            "sp:ci",
            "sp:pay",
        ),
        silent(
            technique,
            "ownership without the permission",
            entra().app("ci").app("pay", owners=["sp:ci"]),
            "sp:ci",
            "sp:pay",
        ),
        silent(
            technique,
            "owners that were not looked at",
            entra().app("ci").app("pay", owners=["sp:ci"]).grants("ci", permission).without("applications.owners"),
            "sp:ci",
            "sp:pay",
        ),
        silent(
            technique,
            "a locked instance that it owns",
            entra().app("ci").app("pay", sp_owners=["sp:ci"], lock=LOCK).grants("ci", permission),
            "sp:ci",
            "sp:pay",
        ),
    ]


def _owners() -> list[Case]:
    application, principal = "entra-application-owner", "entra-serviceprincipal-owner"
    alice = entra().user("alice")
    return [
        fires(application, "a person", entra().user("alice").app("pay", owners=["alice"]), "alice", "sp:pay", grants=1),
        fires(
            application,
            "whatever the lock of instances says",
            entra().user("alice").app("pay", owners=["alice"], lock=LOCK),
            "alice",
            "sp:pay",
        ),
        fires(
            application,
            "a guest",
            entra().user("alice", guest=True).app("pay", owners=["alice"]),
            "alice",
            "sp:pay",
            state=UNSURE,
        ),
        fires(
            application,
            "a disabled owner",
            entra().user("alice", enabled=False).app("pay", owners=["alice"]),
            "alice",
            "sp:pay",
            keys={ENABLED},
        ),
        fires(
            application,
            "an owner who was not collected",
            entra().app("pay", owners=["gone"]),
            "gone",
            "sp:pay",
            state=UNSURE,
        ),
        silent(
            application,
            "a service principal that owns",
            entra().app("ci").app("pay", owners=["sp:ci"]),
            "sp:ci",
            "sp:pay",
        ),
        silent(application, "another person", alice.user("bob").app("pay", owners=["bob"]), "alice", "sp:pay"),
        fires(
            principal, "a person", entra().user("alice").app("pay", sp_owners=["alice"]), "alice", "sp:pay", grants=1
        ),
        fires(
            principal,
            "a lock that is turned off",
            entra().user("alice").app("pay", sp_owners=["alice"], lock=OFF),
            "alice",
            "sp:pay",
        ),
        fires(
            principal,
            "a lock of signing credentials alone",
            entra().user("alice").app("pay", sp_owners=["alice"], lock=SIGN),
            "alice",
            "sp:pay",
        ),
        fires(
            principal,
            "an instance of a vendor's application",
            entra().user("alice").sp("vendor", owners=["alice"]),
            "alice",
            "sp:vendor",
            state=UNSURE,
        ),
        fires(
            principal,
            "an application that was not collected",
            entra().user("alice").app("pay", sp_owners=["alice"]).without("applications"),
            "alice",
            "sp:pay",
            state=UNSURE,
        ),
        silent(
            principal,
            "all properties locked",
            entra().user("alice").app("pay", sp_owners=["alice"], lock=LOCK),
            "alice",
            "sp:pay",
        ),
        silent(
            principal,
            "proving credentials locked",
            entra().user("alice").app("pay", sp_owners=["alice"], lock=VERIFY),
            "alice",
            "sp:pay",
        ),
        silent(
            principal,
            "a managed identity",
            entra().user("alice").sp("mi", kind="ManagedIdentity", owners=["alice"]),
            "alice",
            "sp:mi",
        ),
    ]


def _custom() -> list[Case]:
    application, principal = "entra-custom-role-application-credentials", "entra-custom-role-principal-credentials"
    base = "microsoft.directory/applications"

    def world(action: str, **more: bool) -> EntraWorldFiles:
        return entra().user("alice").custom_role("c", action, **more).role("alice", "c")

    return [
        fires(application, "credentials", world(f"{base}/credentials/update").app("pay"), "alice", "sp:pay"),
        fires(application, "owners", world(f"{base}/owners/update").app("pay"), "alice", "sp:pay"),
        fires(application, "all properties", world(f"{base}/allProperties/allTasks").app("pay"), "alice", "sp:pay"),
        fires(
            application,
            "a single-tenant application by the narrower action",
            world(f"{base}.myOrganization/credentials/update").app("pay"),
            "alice",
            "sp:pay",
        ),
        silent(
            application,
            "a multitenant application by the narrower action",
            world(f"{base}.myOrganization/credentials/update").app("pay", audience="AzureADMultipleOrgs"),
            "alice",
            "sp:pay",
        ),
        silent(application, "an action that reads", world(f"{base}/standard/read").app("pay"), "alice", "sp:pay"),
        silent(
            application,
            "a disabled role",
            world(f"{base}/credentials/update", enabled=False).app("pay"),
            "alice",
            "sp:pay",
        ),
        silent(
            application,
            "a role whose definition was not looked at",
            world(f"{base}/credentials/update").app("pay").without("roleManagement.directory.roleDefinitions"),
            "alice",
            "sp:pay",
        ),
        fires(
            principal,
            "credentials",
            world("microsoft.directory/servicePrincipals/credentials/update").app("pay"),
            "alice",
            "sp:pay",
        ),
        fires(
            principal,
            "owners",
            world("microsoft.directory/servicePrincipals/owners/update").app("pay"),
            "alice",
            "sp:pay",
        ),
        silent(
            principal,
            "a locked instance",
            world("microsoft.directory/servicePrincipals/credentials/update").app("pay", lock=LOCK),
            "alice",
            "sp:pay",
        ),
        silent(
            principal,
            "enabling alone",
            world("microsoft.directory/servicePrincipals/enable").app("pay"),
            "alice",
            "sp:pay",
        ),
    ]
