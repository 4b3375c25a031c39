"""Scenarios of the rules about Entra: a vulnerable world and a safe twin each.

Input: none. Output: a table that ``scenarios.SCENARIOS`` holds. Not handled: the finer cases, in the ``test_entra_*``
files beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.analytics.rules.building import Scenario
from tests.worlds.entra import TENANT, EntraWorldFiles, entra, node, secret, token

__all__ = [
    "ENTRA_SCENARIOS",
    "LEGACY",
    "OLD",
    "RECENT",
    "VERIFIED",
    "declared",
    "flexible",
    "months",
    "no_publisher",
    "pair",
]

TENANT_NODE = f"entra:tenant:{TENANT}"
OLD, RECENT = "2026-02-01T00:00:00Z", "2026-05-20T00:00:00Z"
LEGACY = "ManagePermissionGrantsForSelf.microsoft-user-default-legacy"
LOW = "ManagePermissionGrantsForSelf.microsoft-user-default-low"
VERIFIED: dict[str, Any] = {"verifiedPublisher": {"displayName": "Vendor GmbH", "verifiedPublisherId": "42"}}
NOBODY: dict[str, Any] = {"verifiedPublisher": {"displayName": None, "verifiedPublisherId": None}}
SHOP = "repo:nordlicht/shop:"


def months(key: str, count: int, **more: str) -> dict[str, Any]:
    """Return a secret in force that is valid for so many months of 30 days from January 2026 on."""
    ends = {6: "2026-06-30T00:00:00Z", 7: "2026-07-30T00:00:00Z", 24: "2027-12-22T00:00:00Z"}[count]
    return secret(key, starts="2026-01-01T00:00:00Z", ends=ends, **more)


def flexible(pattern: str, *, name: str = "ci", issuer: str = "https://token.actions.githubusercontent.com") -> Any:
    """Return a flexible federated credential that matches subjects."""
    return token(expression=f"claims['sub'] matches '{pattern}'", name=name, issuer=issuer)


def no_publisher(name: str) -> EntraWorldFiles:
    """Return a tenant with a vendor's application that says it has no verified publisher."""
    return entra().sp(name, more=NOBODY)


def pair(**changes: Any) -> dict[str, Any]:
    """Return a certificate."""
    return {
        "keyId": "11111111-0000-4000-8000-000000000001",
        "displayName": "CN=deploy",
        "usage": "Verify",
        "type": "AsymmetricX509Cert",
        "customKeyIdentifier": "AAAA",
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": "2026-12-01T00:00:00Z",
        **changes,
    }


def declared(files: EntraWorldFiles, **environments: str) -> Callable[[Path], Path]:
    """Return a builder that also declares environments by node id's name (``sp:deploy``)."""

    def build(folder: Path) -> Path:
        files.build(folder)
        (folder / "declared").mkdir(exist_ok=True)
        rows = "".join(f"{node(name.replace('__', ':'))},{value}\n" for name, value in environments.items())
        (folder / "declared" / "environments.csv").write_text("match,environment\n" + rows, encoding="utf-8")
        return folder

    return build


def _blueprint(*agents: str) -> EntraWorldFiles:
    files = entra().user("ada").blueprint("helper", owners=["ada"], secrets=[months("b", 6)])
    for agent in agents:
        files.agent(agent, "helper", sponsors=["ada"])
    return files


def _group(owner_role: str) -> EntraWorldFiles:
    files = entra().user("ada").group("ops", owners=["ada"], role_assignable=True)
    return files.role("group:ops", "Application Administrator").role("ada", owner_role)


def _owned(role: str) -> EntraWorldFiles:
    files = entra().user("ada").role("ada", role) if role else entra().user("ada")
    return files.app("deploy", owners=["ada"]).grants("deploy", "RoleManagement.ReadWrite.Directory")


def _app(**options: Any) -> EntraWorldFiles:
    return entra().user("ada").app("deploy", owners=["ada"], **options)


HIGH = "Application.ReadWrite.All"
DEPLOY = node("sp:deploy")
VENDOR_APP = node("sp:mailer")
ENTRA_SCENARIOS: dict[str, Scenario] = {
    "entra-long-lived-secret": Scenario(
        _app(secrets=[months("k", 7)]).build, _app(secrets=[months("k", 6)]).build, DEPLOY
    ),
    "entra-expired-credential": Scenario(
        _app(secrets=[secret("k", ends="2026-05-31T00:00:00Z")]).build,
        _app(secrets=[secret("k", ends="2026-06-02T00:00:00Z")]).build,
        DEPLOY,
    ),
    "entra-many-credentials": Scenario(
        _app(secrets=[months("a", 6), months("b", 6), months("c", 6)]).build,
        _app(secrets=[months("a", 6), months("b", 6), secret("c", ends="2026-05-01T00:00:00Z")]).build,
        DEPLOY,
    ),
    "entra-secret-beside-federation": Scenario(
        _app(secrets=[months("k", 6)], federated=[token(SHOP + "environment:production")]).build,
        # Near-twin: the federated credential lets in nobody, since no subject holds a wildcard.
        _app(secrets=[months("k", 6)], federated=[token(SHOP + "*")]).build,
        DEPLOY,
    ),
    "entra-secret-on-principal": Scenario(
        _app(sp_secrets=[months("k", 6)]).build, _app(secrets=[months("k", 6)]).build, DEPLOY
    ),
    "entra-secret-on-privileged": Scenario(
        _app(secrets=[months("k", 6)]).grants("deploy", HIGH).build,
        _app(keys=[pair()]).grants("deploy", HIGH).build,
        DEPLOY,
    ),
    "entra-owner-escalation": Scenario(_owned("Reports Reader").build, _owned("Global Administrator").build, DEPLOY),
    "entra-guest-owner": Scenario(
        entra().user("gast", guest=True).app("deploy", owners=["gast"]).build,
        entra().user("gast").app("deploy", owners=["gast"]).build,
        DEPLOY,
    ),
    "entra-departed-owner": Scenario(
        entra().user("gone", enabled=False).app("deploy", owners=["gone"]).build,
        entra().user("gone").app("deploy", owners=["gone"]).build,
        DEPLOY,
    ),
    "entra-privileged-without-owner": Scenario(
        entra().app("deploy").grants("deploy", HIGH).build, _app().grants("deploy", HIGH).build, DEPLOY
    ),
    "entra-tenant-wide-consent": Scenario(
        entra().app("deploy").consent("deploy", "Directory.AccessAsUser.All").build,
        entra().user("ada").app("deploy").consent("deploy", "Directory.AccessAsUser.All", user="ada").build,
        DEPLOY,
    ),
    "entra-mailbox-consent": Scenario(
        entra().user("ada").sp("mailer").consent("mailer", "Mail.Read offline_access", user="ada").build,
        entra().user("ada").sp("mailer").consent("mailer", "Mail.ReadBasic offline_access", user="ada").build,
        VENDOR_APP,
    ),
    "entra-unverified-publisher": Scenario(
        no_publisher("mailer").grants("mailer", "Mail.Read").build,
        entra().sp("mailer", more=VERIFIED).grants("mailer", "Mail.Read").build,
        VENDOR_APP,
    ),
    "entra-standing-role": Scenario(
        entra().user("ada").role("ada", "Application Administrator").build,
        entra()
        .user("ada")
        .role("ada", "Application Administrator", until="2026-06-01T08:00:00Z", activated=True)
        .build,
        node("ada"),
    ),
    "entra-unused-privileged-app": Scenario(
        _app().grants("deploy", HIGH).signed_in(deploy=OLD).build,
        _app().grants("deploy", HIGH).signed_in(deploy=RECENT).build,
        DEPLOY,
    ),
    "entra-shared-across-environments": Scenario(
        _app(federated=[token(SHOP + f"environment:{name}", name=name) for name in ("production", "staging")]).build,
        _app(federated=[token(SHOP + f"environment:{name}", name=name) for name in ("production", "prod")]).build,
        DEPLOY,
    ),
    "entra-blueprint-pool": Scenario(_blueprint("one", "two").build, _blueprint("one").build, node("sp:helper")),
    "entra-orphan-agent-user": Scenario(
        _blueprint("one").agent_user("one-user", "gone").build,
        _blueprint("one").agent_user("one-user", "one").build,
        node("one-user"),
    ),
    "entra-agent-without-sponsor": Scenario(
        _blueprint().agent("one", "helper").build, _blueprint("one").build, node("sp:one")
    ),
    "entra-broad-managed-identity": Scenario(
        entra().managed_identity("worker").grants("sp:worker", "Sites.FullControl.All").build,
        entra().managed_identity("worker").grants("sp:worker", "Sites.Selected").build,
        node("sp:worker"),
    ),
    "entra-weak-federation": Scenario(
        _app(federated=[flexible("repo:nordlicht/*")]).build,
        _app(federated=[flexible(SHOP + "ref:refs/heads/release-*")]).build,
        DEPLOY,
    ),
    "entra-dead-federation": Scenario(
        _app(federated=[token(SHOP + "*")]).build, _app(federated=[flexible(SHOP + "*")]).build, DEPLOY
    ),
    "entra-unlocked-multitenant-app": Scenario(
        _app(audience="AzureADMultipleOrgs").grants("deploy", "Mail.Read").build,
        _app(audience="AzureADMultipleOrgs", lock={"isEnabled": True, "allProperties": True})
        .grants("deploy", "Mail.Read")
        .build,
        node("app:deploy"),
    ),
    "entra-internal-app-open": Scenario(
        _app(audience="AzureADMultipleOrgs", more=NOBODY).grants("deploy", "User.Read.All").build,
        _app(audience="AzureADMyOrg").grants("deploy", "User.Read.All").build,
        node("app:deploy"),
    ),
    "entra-tenant-admin": Scenario(
        _app().role("sp:deploy", "Global Administrator").build, _app().role("sp:deploy", "Global Reader").build, DEPLOY
    ),
    "entra-path-to-admin": Scenario(
        _app().grants("deploy", "RoleManagement.ReadWrite.Directory").build,
        _app().grants("deploy", "RoleManagement.Read.Directory").build,
        DEPLOY,
    ),
    "entra-open-registration": Scenario(
        entra().settings(register=True).build, entra().settings(register=False).build, TENANT_NODE
    ),
    "entra-open-consent": Scenario(
        entra().settings(consent=[LEGACY]).build, entra().settings(consent=[LOW]).build, TENANT_NODE
    ),
    "entra-role-group-owner": Scenario(
        _group("Reports Reader").build, _group("Cloud Application Administrator").build, node("group:ops")
    ),
    "entra-disabled-privileged": Scenario(
        _app(enabled=False).grants("deploy", "Mail.Read").build,
        _app(enabled=False).grants("deploy", "User.Read.All").build,
        DEPLOY,
    ),
    "entra-dormant-foreign-app": Scenario(
        entra().sp("mailer").signed_in(mailer=OLD).build,
        entra().sp("mailer").signed_in(mailer=RECENT).build,
        VENDOR_APP,
    ),
    "entra-weak-activation": Scenario(
        entra().user("ada").role("ada", "Global Administrator", eligible=True).activation("Global Administrator").build,
        entra()
        .user("ada")
        .role("ada", "Global Administrator", eligible=True)
        .activation("Global Administrator", mfa=True)
        .build,
        TENANT_NODE,
    ),
}


def context_policy(role_id: str) -> dict[str, Any]:
    """Return the activation settings of a role that asks for an authentication context and nothing else."""
    rules = [
        {"id": "Enablement_EndUser_Assignment", "enabledRules": ["Justification"]},
        {"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": True, "claimValue": "c1"},
    ]
    return {"id": "p", "roleDefinitionId": role_id, "policy": {"rules": rules}}
