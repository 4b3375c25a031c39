"""Role definitions, assignments, eligibilities, what activating them asks for, and deny assignments.

Input: ``Reading`` rows. Output: records by id.
Handled: an assignment that is listed again in every subscription below it; a role that each subscription lists under an
id of its own; which assignments Privileged Identity Management activated, and their end; the flat form of ``az``.
Not handled: classic administrators, which Azure retired; blueprints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from collectors.azure.access_types import (
    AzureDenyAssignment,
    AzurePermission,
    AzureRoleAssignment,
    AzureRoleDefinition,
    AzureRolePolicy,
)
from collectors.azure.records_fields import FieldError, Fields, Reading, arm_id, lower_id, role_id, spread
from collectors.azure.records_scopes import tenant_of

__all__ = [
    "read_deny_assignments",
    "read_role_assignments",
    "read_role_definitions",
    "read_role_policies",
]

_EVERYONE = "00000000-0000-0000-0000-000000000000"
_AUTHORIZATION = "/providers/microsoft.authorization/"


def read_role_definitions(readings: Sequence[Reading]) -> dict[str, AzureRoleDefinition]:
    """Return roles, each once, by id without a subscription."""

    def build(item: Fields) -> AzureRoleDefinition:
        fields = spread(item)
        identity, guid = role_id(arm_id(item))
        return AzureRoleDefinition(
            id=identity,
            role_id=guid,
            name=fields.text("roleName") or guid,
            ref=item.ref,
            built_in=(item.text("roleType") or fields.text("type")).lower().startswith("builtin"),
            assignable_scopes=tuple(lower_id(scope) or "/" for scope in fields.texts("assignableScopes")),
            permissions=tuple(_permissions(fields)),
        )

    found: dict[str, AzureRoleDefinition] = {}
    for reading in readings:
        for definition in reading.each("authorization.roleDefinitions", build):
            found.setdefault(definition.id, definition)
    return found


def _permissions(fields: Fields) -> Iterator[AzurePermission]:
    for each in fields.items("permissions"):
        yield AzurePermission(
            each.texts("actions"),
            each.texts("notActions"),
            each.texts("dataActions"),
            each.texts("notDataActions"),
            each.text("condition"),
            each.text("conditionVersion"),
        )


def _scope(item: Fields, fields: Fields, identity: str) -> str:
    """Return where something is assigned: as told, else as its id tells; ``/`` above all management groups."""
    return lower_id(fields.text("scope") or item.text("scope")) or identity.rpartition(_AUTHORIZATION)[0] or "/"


def _assignment(item: Fields, eligible: bool = False, tenant: str = "") -> AzureRoleAssignment:
    """Return an assignment; ``tenant`` is that of the answer, kept only above subscriptions, whose own is known."""
    fields = spread(item)
    identity = arm_id(item)
    role, _ = role_id(fields.required("roleDefinitionId"))
    expanded = fields.inner("expandedProperties")
    scope = _scope(item, fields, identity)
    return AzureRoleAssignment(
        id=identity,
        scope=scope,
        role_definition_id=role,
        principal_id=fields.required("principalId").lower(),
        ref=item.ref,
        principal_type=fields.text("principalType"),
        condition=fields.text("condition"),
        condition_version=fields.text("conditionVersion"),
        eligible=eligible,
        created_at=fields.time("createdOn"),
        starts_at=fields.time("startDateTime"),
        ends_at=fields.time("endDateTime"),
        tenant="" if scope.startswith("/subscriptions/") else tenant_of(item) or tenant,
        role_name=fields.text("roleDefinitionName") or expanded.inner("roleDefinition").text("displayName"),
        principal_name=fields.text("principalName") or expanded.inner("principal").text("displayName"),
    )


def read_role_assignments(readings: Sequence[Reading], tenants: Mapping[str, str]) -> dict[str, AzureRoleAssignment]:
    """Return active and eligible roles, each id once.

    Parameters
    ----------
    tenants
        Tenant by evidence scope, where it is told.
    """
    found: dict[str, AzureRoleAssignment] = {}
    for reading in readings:
        tenant = tenants.get(reading.scope, "")
        active, waiting = partial(_assignment, tenant=tenant), partial(_assignment, eligible=True, tenant=tenant)
        for each in reading.each("authorization.roleAssignments", active):
            found.setdefault(each.id, each)
        for each in reading.each("authorization.roleEligibilityScheduleInstances", waiting):
            found.setdefault(each.id, each)
    by_holding = {
        (each.principal_id, each.role_definition_id, each.scope): each.id
        for each in found.values()
        if not each.eligible
    }
    for reading in readings:
        for origin, activated, instance in reading.each("authorization.roleAssignmentScheduleInstances", _instance):
            holding = (instance.principal_id, instance.role_definition_id, instance.scope)
            known = origin if origin in found else by_holding.get(holding, "")
            if known:
                found[known] = replace(
                    found[known],
                    activated=activated or found[known].activated,
                    starts_at=instance.starts_at,
                    ends_at=instance.ends_at,
                )
            else:
                identity = origin or instance.id
                found[identity] = replace(instance, id=identity, activated=activated)
    return found


def _instance(item: Fields) -> tuple[str, bool, AzureRoleAssignment]:
    """Return the assignment behind an instance, whether somebody activated it, and what it tells itself."""
    fields = spread(item)
    origin = lower_id(fields.text("originRoleAssignmentId"))
    return origin, fields.text("assignmentType").lower() == "activated", _assignment(item)


def read_role_policies(
    readings: Sequence[Reading], assignments: Iterable[AzureRoleAssignment]
) -> dict[str, AzureRolePolicy]:
    """Return what activating asks for, of the roles and scopes for which somebody is eligible.

    References
    ----------
    https://learn.microsoft.com/rest/api/authorization/role-management-policy-assignments/list-for-scope (2026-11).
    Every subscription lists one policy a role, several hundred; only those that decide anything are kept.
    """
    wanted = {(each.scope, each.role_definition_id) for each in assignments if each.eligible}

    def build(item: Fields) -> AzureRolePolicy:
        fields = spread(item)
        role, _ = role_id(fields.required("roleDefinitionId"))
        scope = _scope(item, fields, lower_id(item.text("id")))
        name = "effectiveRules" if isinstance(fields.body.get("effectiveRules"), list) else "rules"
        mfa = approval = False
        context, approvers = "", list[str]()
        for rule in fields.items(name):
            which = rule.text("id")
            if which == "Enablement_EndUser_Assignment":
                mfa = "MultiFactorAuthentication" in rule.texts("enabledRules")
            elif which == "AuthenticationContext_EndUser_Assignment" and rule.flag("isEnabled"):
                context = rule.text("claimValue")
            elif which == "Approval_EndUser_Assignment":
                setting = rule.inner("setting")
                approval = setting.flag("isApprovalRequired") is True
                approvers += [
                    each.text("id").lower()
                    for stage in setting.items("approvalStages")
                    for each in stage.items("primaryApprovers")
                    if each.text("id")
                ]
        known = isinstance(fields.body.get(name), list)
        return AzureRolePolicy(scope, role, item.ref, mfa, approval, tuple(dict.fromkeys(approvers)), context, known)

    found: dict[str, AzureRolePolicy] = {}
    if wanted:
        for reading in readings:
            for policy in reading.each("authorization.roleManagementPolicyAssignments", build):
                if (policy.scope, policy.role_definition_id) in wanted:
                    found.setdefault(f"{policy.scope} {policy.role_definition_id}", policy)
    return found


def read_deny_assignments(readings: Sequence[Reading]) -> dict[str, AzureDenyAssignment]:
    """Return deny assignments, each once."""

    def build(item: Fields) -> AzureDenyAssignment:
        fields = spread(item)
        identity = arm_id(item)
        principals = _principals(fields, "principals")
        if not principals:
            raise FieldError(f"{item.ref}: the deny assignment names no principal")
        return AzureDenyAssignment(
            id=identity,
            scope=_scope(item, fields, identity),
            ref=item.ref,
            name=fields.text("denyAssignmentName"),
            permissions=tuple(_permissions(fields)),
            everyone=_EVERYONE in principals,
            principals=tuple(each for each in principals if each != _EVERYONE),
            excluded=_principals(fields, "excludePrincipals"),
            children=fields.flag("doNotApplyToChildScopes") is not True,
            condition=fields.text("condition"),
        )

    found: dict[str, AzureDenyAssignment] = {}
    for reading in readings:
        for each in reading.each("authorization.denyAssignments", build):
            found.setdefault(each.id, each)
    return found


def _principals(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.text("id").lower() for each in fields.items(name) if each.text("id")))
