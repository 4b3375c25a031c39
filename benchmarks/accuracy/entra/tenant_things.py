"""Who there is in a small tenant, and what proves an application.

Input: calls, things by name. Output: ``Things``. Not handled: what they may do (``tenant_grants``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from benchmarks.accuracy.entra.names import APP_ROLES, DELEGATED, GRAPH_APP, MICROSOFT
from benchmarks.accuracy.entra.tenant_base import (
    EARLIER,
    GRAPH,
    LATER,
    TENANT,
    VENDOR,
    Json,
    TenantBase,
    app_role,
    identifier,
)
from benchmarks.accuracy.entra.tenant_base import app_roles as listed

__all__ = ["Things"]


@dataclass(slots=True)
class Things(TenantBase):
    """People, groups, applications, managed identities, and credentials."""

    def user(self, name: str, *, enabled: bool = True, guest: bool = False, synced: bool = False) -> Self:
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
    ) -> Self:
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
    ) -> Self:
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
            appRoles=listed(app_roles or {}),
        )
        if principal:
            self._principal(name, TENANT, audience=audience, enabled=enabled, roles=app_roles)
            self._link("servicePrincipals.owners", identifier("sp", name), sp_owners)
        return self

    def foreign(self, name: str, *, home: str = VENDOR, sp_owners: Sequence[str] = ()) -> Self:
        """Add the service principal of an application that is registered in another tenant."""
        self._principal(name, home, audience="AzureADMultipleOrgs")
        return self._link("servicePrincipals.owners", identifier("sp", name), sp_owners)

    def microsoft(self, name: str, *, sp_owners: Sequence[str] = ()) -> Self:
        """Add the service principal of an application of Microsoft's own."""
        return self.foreign(name, home=MICROSOFT, sp_owners=sp_owners)

    def managed(self, name: str, resource: str, *, user_assigned: bool = False) -> Self:
        """Add a managed identity; ``resource`` is the Azure resource that it belongs to."""
        self._principal(name, None, kind="ManagedIdentity")
        self.lists["servicePrincipals"][-1]["alternativeNames"] = [f"isExplicit={user_assigned}", resource]
        self.objects.setdefault("servicePrincipals.federatedIdentityCredentials", {}).setdefault(
            identifier("sp", name), []
        )
        return self._link("servicePrincipals.owners", identifier("sp", name), ())

    def secret(self, app: str, key: str, *, start: str = EARLIER, end: str = LATER) -> Self:
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

    def certificate(self, app: str, key: str, *, start: str = EARLIER, end: str = LATER, use: str = "Verify") -> Self:
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

    def federated(self, app: str, issuer: str, subject: str | None, expression: str | None = None) -> Self:
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

    def _graph(self) -> None:
        if GRAPH in self.kinds:
            return
        self.microsoft(GRAPH)
        line = self.lists["servicePrincipals"][-1]
        line["appId"] = GRAPH_APP
        line["servicePrincipalNames"] = [GRAPH_APP, "https://graph.microsoft.com"]
        line["appRoles"] = [app_role(value, own) for value, own in APP_ROLES.items()]
        line["oauth2PermissionScopes"] = [
            {"id": own, "value": value, "type": "Admin", "isEnabled": True, "adminConsentDisplayName": value}
            for value, own in DELEGATED.items()
        ]
