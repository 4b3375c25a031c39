"""Grants, directory roles and policies from Graph answers.

Input: ``Reading``. Output: records by id.
Handled: an app role assignment that is seen from both ends counts once; an active role that is only activated carries
its end.
Not handled: conditions of role definitions beyond noting the actions that carry one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.entra.records_consent import read_risk_step_up, read_user_consent
from collectors.entra.records_fields import FieldError, Fields, Reading, has_list, object_id
from collectors.entra.role_types import (
    EntraAppRoleAssignment,
    EntraConsent,
    EntraPolicies,
    EntraRoleAssignment,
    EntraRoleDefinition,
)

__all__ = [
    "read_app_role_assignments",
    "read_consents",
    "read_policies",
    "read_role_assignments",
    "read_role_definitions",
]

_ROLES = "roleManagement.directory"


def read_app_role_assignments(reading: Reading) -> dict[str, EntraAppRoleAssignment]:
    """Return app role assignments, from the principal's end, the API's end, or expanded inside a service principal."""

    def build(item: Fields) -> EntraAppRoleAssignment:
        principal, resource = object_id(item, "principalId"), object_id(item, "resourceId")
        role = object_id(item, "appRoleId")
        return EntraAppRoleAssignment(
            id=item.text("id") or f"{principal}:{resource}:{role}",
            principal_id=principal,
            resource_id=resource,
            app_role_id=role,
            ref=item.ref,
            principal_type=item.text("principalType"),
            resource_name=item.text("resourceDisplayName"),
            created_at=item.time("createdDateTime"),
        )

    found: dict[str, EntraAppRoleAssignment] = {}
    for operation in ("servicePrincipals.appRoleAssignments", "servicePrincipals.appRoleAssignedTo"):
        for assignment in reading.each(operation, build):
            found.setdefault(assignment.id, assignment)
    for item in reading.items("servicePrincipals"):
        for inline in item.items("appRoleAssignments"):
            try:
                assignment = build(inline)
            except FieldError as error:
                reading.gap("servicePrincipals.appRoleAssignments", str(error))
                continue
            found.setdefault(assignment.id, assignment)
    return found


def read_consents(reading: Reading) -> dict[str, EntraConsent]:
    """Return delegated consents."""

    def build(item: Fields) -> EntraConsent:
        client, resource = object_id(item, "clientId"), object_id(item, "resourceId")
        everyone = item.text("consentType") == "AllPrincipals"
        principal = "" if everyone else object_id(item, "principalId")
        return EntraConsent(
            id=item.text("id") or f"{client}:{resource}:{principal or 'all'}",
            client_id=client,
            resource_id=resource,
            scopes=tuple(dict.fromkeys(item.text("scope").split())),
            ref=item.ref,
            everyone=everyone,
            principal_id=principal,
            started_at=item.time("startTime"),
        )

    found: dict[str, EntraConsent] = {}
    for consent in reading.each("oauth2PermissionGrants", build):
        found.setdefault(consent.id, consent)
    return found


def read_role_definitions(reading: Reading) -> dict[str, EntraRoleDefinition]:
    """Return directory role definitions."""

    def build(item: Fields) -> EntraRoleDefinition:
        identity = object_id(item)
        plain: list[str] = []
        limited: list[str] = []
        for permission in item.items("rolePermissions"):
            actions = permission.texts("allowedResourceActions")
            (limited if permission.text("condition") else plain).extend(actions)
        return EntraRoleDefinition(
            id=identity,
            template_id=item.text("templateId").lower() or identity,
            name=item.text("displayName"),
            ref=item.ref,
            built_in=item.flag("isBuiltIn") is not False,
            enabled=item.flag("isEnabled") is not False,
            privileged=item.flag("isPrivileged"),
            actions=tuple(plain),
            actions_known="rolePermissions" in item.body,
            conditional_actions=tuple(limited),
        )

    found: dict[str, EntraRoleDefinition] = {}
    for definition in reading.each(f"{_ROLES}.roleDefinitions", build):
        found.setdefault(definition.id, definition)
    return found


def _scope(item: Fields) -> str:
    """Return the directory scope; an application scope (``appScopeId``) is not a scope of the directory."""
    scope = item.text("directoryScopeId") or "/"
    return scope.lower() if scope.startswith("/") and not scope.startswith("/administrativeUnits") else _unit(scope)


def _unit(scope: str) -> str:
    head, slash, rest = scope.rpartition("/")
    return f"{head}{slash}{rest.lower()}"


def _assignments(reading: Reading, operation: str, eligible: bool) -> Iterator[EntraRoleAssignment]:
    def build(item: Fields) -> EntraRoleAssignment:
        principal, role = object_id(item, "principalId"), object_id(item, "roleDefinitionId")
        scope = _scope(item)
        return EntraRoleAssignment(
            id=item.text("id") or f"{principal}:{role}:{scope}",
            principal_id=principal,
            role_id=role,
            scope=scope,
            ref=item.ref,
            eligible=eligible,
            activated=item.text("assignmentType").lower() == "activated",
            starts_at=item.time("startDateTime"),
            ends_at=item.time("endDateTime"),
        )

    yield from reading.each(operation, build)


def read_role_assignments(reading: Reading) -> dict[str, EntraRoleAssignment]:
    """Return active and eligible directory roles; of an active one that two answers tell, the more exact counts."""
    found: dict[tuple[str, str, str, bool], EntraRoleAssignment] = {}
    for each in _assignments(reading, f"{_ROLES}.roleAssignments", False):
        found.setdefault((each.principal_id, each.role_id, each.scope, False), each)
    for each in _assignments(reading, f"{_ROLES}.roleAssignmentScheduleInstances", False):
        key = (each.principal_id, each.role_id, each.scope, False)
        known = found.get(key)
        if known is None:
            found[key] = each
        elif known.ends_at is None and not known.activated:
            found[key] = replace(known, activated=each.activated, starts_at=each.starts_at, ends_at=each.ends_at)
    for each in _assignments(reading, f"{_ROLES}.roleEligibilityScheduleInstances", True):
        found.setdefault((each.principal_id, each.role_id, each.scope, True), each)
    return {f"{each.id}{':eligible' if each.eligible else ''}": each for each in found.values()}


def read_policies(reading: Reading) -> EntraPolicies:
    """Return the tenant's settings as far as they were looked at."""
    authorization = next(iter(reading.items("policies.authorizationPolicy")), None)
    default = authorization.inner("defaultUserRolePermissions") if authorization else None
    passes = _temporary_access_pass(reading)
    return EntraPolicies(
        temporary_access_pass=passes.text("state").lower() == "enabled" if passes else None,
        pass_targets=_targets(passes, "includeTargets"),
        pass_excluded=_targets(passes, "excludeTargets") or (),
        users_register_applications=default.flag("allowedToCreateApps") if default else None,
        user_consent_policies=read_user_consent(reading),
        risk_step_up=read_risk_step_up(reading),
        secrets_forbidden=_secrets_forbidden(reading),
    )


def _temporary_access_pass(reading: Reading) -> Fields | None:
    """Return the configuration of Temporary Access Passes."""
    for call in reading.calls("policies.authenticationMethodsPolicy"):
        answer = Fields(call.response or {}, call.ref, lambda _: None)
        holder = next(iter(answer.items("value")), answer) if "value" in answer.body else answer
        for method in holder.items("authenticationMethodConfigurations"):
            if method.text("id").lower() == "temporaryaccesspass":
                return method
    return None


def _targets(method: Fields | None, name: str) -> tuple[str, ...] | None:
    if method is None or not has_list(method.body, name):
        return None
    return tuple(each.text("id").lower() for each in method.items(name) if each.text("id"))


def _secrets_forbidden(reading: Reading) -> bool | None:
    """Return whether the default policy forbids new passwords on both applications and service principals.

    References
    ----------
    https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy (read 2026-11).
    """
    for call in reading.calls("policies.defaultAppManagementPolicy"):
        answer = Fields(call.response or {}, call.ref, lambda _: None)
        if answer.flag("isEnabled") is not True:
            return False
        return all(_forbids(answer.inner(name)) for name in ("applicationRestrictions", "servicePrincipalRestrictions"))
    return None


def _forbids(restrictions: Fields) -> bool:
    return any(
        rule.text("restrictionType") == "passwordAddition" and rule.text("state").lower() != "disabled"
        for rule in restrictions.items("passwordCredentials")
    )
