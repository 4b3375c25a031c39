"""Applications, service principals and their credentials from Graph answers.

Input: ``Reading``. Output: records by object id.
Handled: blueprints and agent identities, which the general lists hold as well; secrets and certificates of both an
application and its service principal. ``secretText`` and ``key`` are never looked at.
Not handled: agent identities whose blueprint is in another tenant beyond naming it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from collectors.entra.credential_types import EntraFederatedCredential, EntraKey, EntraLock, EntraPassword
from collectors.entra.records import EntraApplication, EntraServicePrincipal
from collectors.entra.records_consent import scopes_of
from collectors.entra.records_directory import related
from collectors.entra.records_fields import FieldError, Fields, Reading, ids_of, object_id, object_type

__all__ = ["home_tenant", "read_applications", "read_service_principals"]

_BLUEPRINTS = "applications.microsoft.graph.agentIdentityBlueprint"
_PRINCIPALS = "servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal"
_AGENTS = "servicePrincipals.microsoft.graph.agentIdentity"
_FEDERATED = "applications.federatedIdentityCredentials"
_INHERITABLE = "applications.microsoft.graph.agentIdentityBlueprint.inheritablePermissions"
_SIGN_INS = "reports.servicePrincipalSignInActivities"
_DELEGATED = "delegatedClientSignInActivity"
_APPLICATION = "applicationAuthenticationClientSignInActivity"


def home_tenant(reading: Reading) -> str:
    """Return the tenant that the service principals of applications registered here name as their home."""
    registered = {item.text("appId").lower() for item in reading.items("applications")}
    for item in reading.items("servicePrincipals"):
        home = item.text("appOwnerOrganizationId").lower()
        if home and item.text("appId").lower() in registered:
            return home
    return ""


def _passwords(item: Fields) -> Iterator[EntraPassword]:
    for each in item.items("passwordCredentials"):
        try:
            yield EntraPassword(
                object_id(each, "keyId"),
                each.ref,
                each.text("hint"),
                each.text("displayName"),
                each.time("startDateTime"),
                each.time("endDateTime"),
                each.text("customKeyIdentifier"),
            )
        except FieldError as error:
            each.report("keyId", str(error).rpartition(": ")[2])


def _keys(item: Fields) -> Iterator[EntraKey]:
    for each in item.items("keyCredentials"):
        try:
            yield EntraKey(
                object_id(each, "keyId"),
                each.ref,
                each.text("displayName"),
                each.text("customKeyIdentifier"),
                each.text("usage"),
                each.time("startDateTime"),
                each.time("endDateTime"),
            )
        except FieldError as error:
            each.report("keyId", str(error).rpartition(": ")[2])


def _federated(items: tuple[Fields, ...]) -> Iterator[EntraFederatedCredential]:
    for each in items:
        expression = each.inner("claimsMatchingExpression")
        try:
            yield EntraFederatedCredential(
                id=each.text("id") or each.required("name"),
                name=each.text("name"),
                issuer=each.required("issuer"),
                ref=each.ref,
                subject=each.text("subject"),
                audiences=each.texts("audiences"),
                expression=expression.text("value"),
                expression_version=expression.number("languageVersion") or 1,
            )
        except FieldError as error:
            each.report("issuer", str(error).rpartition(": ")[2])


def _expanded(item: Fields, known: dict[str, tuple[Fields, ...]], inline: str) -> tuple[tuple[Fields, ...], bool]:
    asked = known.get(item.text("id").lower())
    if asked is not None:
        return asked, True
    if isinstance(item.body.get(inline), list):
        return tuple(item.items(inline)), True
    return (), False


def _lock(item: Fields) -> EntraLock | None:
    if not isinstance(item.body.get("servicePrincipalLockConfiguration"), dict):
        return None
    lock = item.inner("servicePrincipalLockConfiguration")
    return EntraLock(
        lock.flag("isEnabled") is True,
        lock.flag("allProperties") is True,
        lock.flag("credentialsWithUsageVerify") is True,
        lock.flag("credentialsWithUsageSign") is True,
    )


def _inheritable(items: tuple[Fields, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the APIs whose app roles, and whose scopes, all agents of a blueprint inherit.

    Only "all allowed" counts: https://learn.microsoft.com/entra/agent-id/concept-inheritable-permissions (2026-11).
    """
    roles, scopes = [], []
    for item in items:
        if app := item.text("resourceAppId").lower():
            roles += [app] if _all_allowed(item.inner("inheritableRoles")) else []
            scopes += [app] if _all_allowed(item.inner("inheritableScopes")) else []
    return tuple(dict.fromkeys(roles)), tuple(dict.fromkeys(scopes))


def _all_allowed(item: Fields) -> bool:
    kind = item.body.get("kind")
    return (isinstance(kind, str) and kind.lower() == "allallowed") or object_type(item).startswith("allallowed")


def _token_version(item: Fields) -> int:
    """Return the version of tokens for an application; none set means the first.

    https://learn.microsoft.com/graph/api/resources/apiapplication (read 2026-11).
    """
    if not isinstance(item.body.get("api"), dict):
        return 0
    return item.inner("api").number("requestedAccessTokenVersion") or 1


def read_applications(reading: Reading, tenant: str) -> dict[str, EntraApplication]:
    """Return applications and blueprints."""
    owners = reading.of_objects("applications.owners")
    federated = reading.of_objects(_FEDERATED)
    inheritable = reading.of_objects(_INHERITABLE)

    def build(item: Fields, blueprint: bool = False) -> EntraApplication:
        above, above_known = related(reading, "applications.owners", item, "owners", owners)
        outside, outside_known = _expanded(item, federated, "federatedIdentityCredentials")
        inherited, _ = _expanded(item, inheritable, "inheritablePermissions")
        roles, scopes = _inheritable(inherited)
        return EntraApplication(
            id=object_id(item),
            app_id=object_id(item, "appId"),
            name=item.text("displayName"),
            tenant=tenant,
            ref=item.ref,
            blueprint=blueprint or object_type(item) == "agentidentityblueprint",
            audience=item.text("signInAudience"),
            passwords=tuple(_passwords(item)),
            keys=tuple(_keys(item)),
            federated=tuple(_federated(outside)),
            federated_known=outside_known,
            lock=_lock(item),
            lock_known="servicePrincipalLockConfiguration" in item.body,
            owners=above,
            owners_known=above_known,
            inheritable_roles=roles,
            inheritable_scopes=scopes,
            publisher_domain=item.text("publisherDomain"),
            verified_publisher=item.inner("verifiedPublisher").text("displayName"),
            verified_publisher_known="verifiedPublisher" in item.body,
            created_at=item.time("createdDateTime"),
            identifier_uris=item.texts("identifierUris"),
            identifier_uris_known="identifierUris" in item.body,
            token_version=_token_version(item),
        )

    found: dict[str, EntraApplication] = {}
    for application in reading.each(_BLUEPRINTS, lambda item: build(item, blueprint=True)):
        found.setdefault(application.id, application)
    for application in reading.each("applications", build):
        found.setdefault(application.id, application)
    return found


def _kind(item: Fields, given: str) -> str:
    if given:
        return given
    declared = object_type(item)
    if declared == "agentidentity" or item.body.get("agentIdentityBlueprintId"):
        return "agent"
    if declared == "agentidentityblueprintprincipal":
        return "blueprint"
    kinds = {"application": "application", "managedidentity": "managed_identity", "": "application"}
    return kinds.get(item.text("servicePrincipalType").lower(), "other")


def _resource(item: Fields) -> tuple[str, bool]:
    """Return the Azure resource of a managed identity and whether it stands alone (user-assigned)."""
    names = item.texts("alternativeNames")
    resource = next((name for name in names if name.lower().startswith("/subscriptions/")), "")
    return resource, "/userassignedidentities/" in resource.lower()


def read_service_principals(reading: Reading, tenant: str) -> dict[str, EntraServicePrincipal]:
    """Return service principals of every kind."""
    owners = reading.of_objects("servicePrincipals.owners")
    sponsors = reading.of_objects("servicePrincipals.microsoft.graph.agentIdentity.sponsors")
    federated = reading.of_objects("servicePrincipals.federatedIdentityCredentials")
    used = _last_used(reading)

    def build(item: Fields, given: str = "") -> EntraServicePrincipal:
        above, above_known = related(reading, "servicePrincipals.owners", item, "owners", owners)
        outside, _ = _expanded(item, federated, "federatedIdentityCredentials")
        people = sponsors.get(item.text("id").lower())
        resource, user_assigned = _resource(item)
        app_id = item.text("appId").lower()
        return EntraServicePrincipal(
            id=object_id(item),
            app_id=app_id,
            name=item.text("displayName"),
            tenant=tenant,
            kind=_kind(item, given),
            ref=item.ref,
            enabled=item.flag("accountEnabled"),
            owner_tenant=item.text("appOwnerOrganizationId").lower(),
            app_roles={
                role.text("id").lower(): role.text("value") or role.text("displayName")
                for role in item.items("appRoles")
                if role.text("id")
            },
            scopes=scopes_of(item),
            passwords=tuple(_passwords(item)),
            keys=tuple(_keys(item)),
            federated=tuple(_federated(outside)),
            owners=above,
            owners_known=above_known,
            sponsors=ids_of(people) if people is not None else ids_of(item.items("sponsors")),
            blueprint_app_id=item.text("agentIdentityBlueprintId").lower(),
            resource_id=resource,
            user_assigned=user_assigned,
            verified_publisher=item.inner("verifiedPublisher").text("displayName"),
            verified_publisher_id=item.inner("verifiedPublisher").text("verifiedPublisherId").lower(),
            homepage=item.text("homepage"),
            tags=item.texts("tags"),
            created_at=item.time("createdDateTime"),
            last_used_at=used[app_id].any_at if app_id in used else None,
            last_used_known=reading.looked_at(_SIGN_INS),
            last_delegated_at=used[app_id].delegated_at if app_id in used else None,
            last_application_at=used[app_id].application_at if app_id in used else None,
            last_use_split=used[app_id].split if app_id in used else reading.looked_at(_SIGN_INS),
            verified_publisher_known="verifiedPublisher" in item.body,
            names=item.texts("servicePrincipalNames"),
            names_known="servicePrincipalNames" in item.body,
            assignment_required=item.flag("appRoleAssignmentRequired"),
        )

    found: dict[str, EntraServicePrincipal] = {}
    for operation, given in ((_AGENTS, "agent"), (_PRINCIPALS, "blueprint"), ("servicePrincipals", "")):
        for principal in reading.each(operation, lambda item, given=given: build(item, given)):  # type: ignore[misc]
            found.setdefault(principal.id, principal)
    return found


@dataclass(frozen=True, slots=True)
class _Use:
    """When an application signed in last."""

    any_at: datetime | None
    delegated_at: datetime | None
    application_at: datetime | None
    split: bool


def _last_used(reading: Reading) -> dict[str, _Use]:
    """Return the last sign-ins of each application, by app id.

    References
    ----------
    https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity (beta, read 2026-11).
    """
    return {
        item.text("appId").lower(): _Use(
            _newest(item.inner("lastSignInActivity")),
            _newest(item.inner(_DELEGATED)),
            _newest(item.inner(_APPLICATION)),
            _DELEGATED in item.body and _APPLICATION in item.body,
        )
        for item in reading.items(_SIGN_INS)
        if item.text("appId")
    }


def _newest(activity: Fields) -> datetime | None:
    """Return the newer of the last sign-in by a person and the last one without their doing, by a refreshed token."""
    times = (activity.time("lastSignInDateTime"), activity.time("lastNonInteractiveSignInDateTime"))
    return max((each for each in times if each is not None), default=None)
