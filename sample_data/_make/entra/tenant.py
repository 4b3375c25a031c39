"""A tenant while it is written down: objects by name, kept as the answers of Microsoft Graph.

Input: calls of ``Tenant``'s methods. Output: ``answers``, keyed by operation.
Not handled: fields that the collector does not select; judgement of any kind.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sample_data._make.entra.names import DOMAIN, GRAPH, GRAPH_ROLES, MICROSOFT, ROLES, TENANT, guid
from sample_data._make.identifiers import days_ago

__all__ = ["Tenant", "federated", "secret"]

Json = dict[str, Any]
_GITHUB = "https://token.actions.githubusercontent.com"


def secret(name: str, created: float, ends: float, hint: str) -> Json:
    """Return a client secret as Graph shows it; days count back from the collection, a negative end lies ahead."""
    return {
        "keyId": guid("secret", name),
        "displayName": name,
        "hint": hint,
        "startDateTime": days_ago(created),
        "endDateTime": days_ago(ends),
    }


def certificate(name: str, created: float, ends: float) -> Json:
    """Return a certificate as Graph shows it."""
    return {
        "keyId": guid("certificate", name),
        "displayName": name,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "customKeyIdentifier": hashlib.sha1(f"nordlicht/certificate/{name}".encode(), usedforsecurity=False)
        .hexdigest()
        .upper(),
        "startDateTime": days_ago(created),
        "endDateTime": days_ago(ends),
    }


def federated(name: str, subject: str = "", *, issuer: str = _GITHUB, expression: str = "") -> Json:
    """Return a federated credential as Graph shows it."""
    body: Json = {
        "id": guid("federated", name),
        "name": name,
        "issuer": issuer,
        "subject": subject or None,
        "audiences": ["api://AzureADTokenExchange"],
    }
    if expression:
        body["claimsMatchingExpression"] = {"value": expression, "languageVersion": 1}
    return body


@dataclass(slots=True)
class Tenant:
    """What the tenant's objects are, and what lists of them say."""

    lists: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, dict[str, list[Json]]] = field(default_factory=lambda: defaultdict(dict))
    singles: dict[str, Json] = field(default_factory=dict)
    signed_in: dict[str, float] = field(default_factory=dict)
    """Days since an application's last sign-in, by app id."""

    def person(self, login: str, *, enabled: bool = True, guest: bool = False, seen: float | None = 2) -> None:
        """Add a person; guests are named as the tenant names them."""
        name = login.replace(".", " ").title()
        domain = f"{login}@{DOMAIN}"
        self.lists["users"].append(
            {
                "id": guid("user", login),
                "displayName": name,
                "userPrincipalName": f"{login}_speditor.example#EXT#@{DOMAIN}" if guest else domain,
                "accountEnabled": enabled,
                "userType": "Guest" if guest else "Member",
                "onPremisesSyncEnabled": None,
                "createdDateTime": days_ago(1200),
                "signInActivity": {"lastSignInDateTime": None if seen is None else days_ago(seen)},
            }
        )

    def group(
        self, name: str, members: Sequence[str], *, owners: Sequence[str] = (), role_assignable: bool = False
    ) -> None:
        """Add a security group."""
        identity = guid("group", name)
        self.lists["groups"].append(
            {
                "id": identity,
                "displayName": name,
                "securityEnabled": True,
                "mailEnabled": False,
                "groupTypes": [],
                "isAssignableToRole": role_assignable,
                "onPremisesSyncEnabled": None,
                "createdDateTime": days_ago(900),
            }
        )
        self.lines["groups.members"][identity] = [_object(each) for each in members]
        self.lines["groups.owners"][identity] = [_object(each) for each in owners]

    def application(
        self,
        name: str,
        *,
        created: float = 400,
        owners: Sequence[str] = (),
        principal_owners: Sequence[str] = (),
        secrets: Sequence[Json] = (),
        certificates: Sequence[Json] = (),
        outside: Sequence[Json] = (),
        locked: bool = False,
        audience: str = "AzureADMyOrg",
        enabled: bool = True,
        seen: float | None = 1,
        tags: Sequence[str] = (),
    ) -> None:
        """Add an application registered here, with its service principal."""
        identity = guid("application", name)
        lock = {
            "isEnabled": True,
            "allProperties": True,
            "credentialsWithUsageVerify": True,
            "credentialsWithUsageSign": True,
            "tokenEncryptionKeyId": True,
        }
        self.lists["applications"].append(
            {
                "id": identity,
                "appId": guid("appid", name),
                "displayName": name,
                "signInAudience": audience,
                "publisherDomain": DOMAIN,
                "verifiedPublisher": {"displayName": None},
                "createdDateTime": days_ago(created),
                "passwordCredentials": list(secrets),
                "keyCredentials": list(certificates),
                "servicePrincipalLockConfiguration": lock if locked else None,
            }
        )
        self.lines["applications.owners"][identity] = [_object(each) for each in owners]
        self.lines["applications.federatedIdentityCredentials"][identity] = list(outside)
        self.principal(
            name, home=TENANT, created=created, owners=principal_owners, enabled=enabled, seen=seen, tags=tags
        )

    def principal(
        self,
        name: str,
        *,
        home: str,
        kind: str = "Application",
        created: float = 300,
        owners: Sequence[str] = (),
        enabled: bool = True,
        seen: float | None = 1,
        publisher: str = "",
        app_id: str = "",
        tags: Sequence[str] = (),
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a service principal."""
        identity = guid("principal", name)
        self.lists["servicePrincipals"].append(
            {
                "id": identity,
                "appId": app_id or guid("appid", name),
                "displayName": name,
                "servicePrincipalType": kind,
                "appOwnerOrganizationId": home or None,
                "accountEnabled": enabled,
                "createdDateTime": days_ago(created),
                "verifiedPublisher": {"displayName": publisher or None},
                "passwordCredentials": [],
                "keyCredentials": [],
                "appRoles": [],
                "alternativeNames": [],
                "tags": list(tags),
                **(more or {}),
            }
        )
        self.lines["servicePrincipals.owners"][identity] = [_object(each) for each in owners]
        if seen is not None:
            self.signed_in[app_id or guid("appid", name)] = seen

    def managed_identity(self, name: str, resource: str, *, user_assigned: bool = False, created: float = 300) -> None:
        """Add the service principal of a managed identity."""
        self.principal(
            name,
            home="",
            kind="ManagedIdentity",
            created=created,
            more={"alternativeNames": [f"isExplicit={user_assigned}", resource]},
        )

    def api(self, name: str, app_id: str) -> None:
        """Add one of Microsoft's own applications, which offers an API."""
        roles = [{"id": value, "value": key} for key, value in GRAPH_ROLES.items()] if app_id == GRAPH else []
        self.principal(name, home=MICROSOFT, app_id=app_id, seen=None, more={"appRoles": roles})

    def app_role(self, name: str, *permissions: str, days: float = 200) -> None:
        """Assign app roles of Microsoft Graph to a service principal."""
        principal, api = guid("principal", name), guid("principal", "Microsoft Graph")
        for permission in permissions:
            self.lines["servicePrincipals.appRoleAssignedTo"].setdefault(api, []).append(
                {
                    "id": guid("approle", f"{name}/{permission}"),
                    "principalId": principal,
                    "principalType": "ServicePrincipal",
                    "principalDisplayName": name,
                    "resourceId": api,
                    "resourceDisplayName": "Microsoft Graph",
                    "appRoleId": GRAPH_ROLES[permission],
                    "createdDateTime": days_ago(days),
                }
            )

    def consent(self, name: str, scope: str, *, person: str = "") -> None:
        """Add a delegated consent of a person, or of an administrator for everybody."""
        self.lists["oauth2PermissionGrants"].append(
            {
                "id": guid("consent", f"{name}/{person}"),
                "clientId": guid("principal", name),
                "consentType": "Principal" if person else "AllPrincipals",
                "principalId": guid("user", person) if person else None,
                "resourceId": guid("principal", "Microsoft Graph"),
                "scope": scope,
            }
        )

    def role(self, holder: str, name: str, *, eligible: bool = False) -> None:
        """Assign a directory role to ``user/NAME``, ``group/NAME`` or ``principal/NAME`` for the whole tenant."""
        body = {
            "id": guid("role", f"{holder}/{name}/{eligible}"),
            "principalId": _object(holder)["id"],
            "roleDefinitionId": ROLES[name],
            "directoryScopeId": "/",
        }
        if not eligible:
            self.lists["roleManagement.directory.roleAssignments"].append(body)
        kind = "roleEligibilityScheduleInstances" if eligible else "roleAssignmentScheduleInstances"
        self.lists[f"roleManagement.directory.{kind}"].append(
            {**body, "startDateTime": days_ago(300), "endDateTime": None, "assignmentType": "Assigned"}
            | ({"memberType": "Direct"} if eligible else {})
        )


def _object(holder: str) -> Json:
    kind, _, name = holder.partition("/")
    types = {"user": "user", "group": "group", "principal": "servicePrincipal"}
    return {"@odata.type": f"#microsoft.graph.{types[kind]}", "id": guid(kind, name)}
