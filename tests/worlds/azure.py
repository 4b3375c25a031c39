"""Worlds of Azure in code: a fluent builder that writes evidence as Azure Resource Manager answers it.

Input: ``azure().subscription("prod").vm("web").role_assignment("alice", "Contributor", scope="sub:prod")``.
Output: ``build(folder)`` writes ``azure/<tenant or subscription>/<operation>.json[l]``.
Not handled: pages, refused calls; use ``without`` to leave an operation out.

Every operation is written, empty where there is nothing: a world is complete unless ``without`` says otherwise.
Places go by name: ``root``, ``mg:corp``, ``sub:prod``, ``rg:web``, ``vm:web`` and so on; or an ARM id. Principals go by
the names that ``tests.worlds.entra`` gives them (``alice``, ``sp:deploy``, ``group:ops``); the managed identity of a
workload ``web``, and the user-assigned identity ``web``, are ``sp:web``. Resources go into the subscription named last,
into the resource group ``rg``, unless told otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from collectors.azure.operations import OPERATIONS, SUBSCRIPTION_OPERATIONS, TENANT_OPERATIONS
from graph.evaluate.azure.ids import admin_node, scope_node
from tests.worlds.azure_resources import AzureResources, Json
from tests.worlds.azure_roles import BUILT_IN
from tests.worlds.entra import CREATED, TENANT, oid

__all__ = ["AzureWorldFiles", "azure", "role_guid", "subscription_id"]

_AUTHORIZATION = "/providers/Microsoft.Authorization"
_GROUPS = "/providers/Microsoft.Management/managementGroups"
_SINGLE = ("web.sites.config.appsettings",)
"""Calls that answer with one object."""
EVERYONE = "00000000-0000-0000-0000-000000000000"


def subscription_id(name: str) -> str:
    """Return the made-up GUID of a subscription."""
    return str(uuid5(NAMESPACE_URL, f"subscription:{name}"))


def role_guid(name: str) -> str:
    """Return the GUID of a built-in role, else the made-up one of a custom role."""
    return BUILT_IN[name].guid if name in BUILT_IN else str(uuid5(NAMESPACE_URL, f"azurerole:{name}"))


def azure() -> AzureWorldFiles:
    """Return a tenant with nothing but its root management group."""
    world = AzureWorldFiles()
    world.places["mg:root"] = f"{_GROUPS}/{TENANT}"
    world.places["root"] = "/"
    return world


@dataclass(slots=True)
class AzureWorldFiles(AzureResources):
    """A tenant's Azure; every method adds to it and returns it."""

    parents: dict[str, str] = field(default_factory=dict)
    """Management group above, by ARM id of a group or subscription."""
    roles: dict[str, Json] = field(default_factory=dict)
    """Permissions of the roles that are used, by name."""
    role_scopes: dict[str, list[str]] = field(default_factory=dict)
    above: list[tuple[str, str, Json]] = field(default_factory=list)
    """Operation, scope and object of what is assigned above subscriptions."""
    absent: set[str] = field(default_factory=set)

    def arm(self, place: str) -> str:
        """Return the ARM id of a place."""
        return place if place.startswith("/") else self.places[place]

    def node(self, place: str) -> str:
        """Return the node id of a place."""
        return scope_node(self.arm(place))

    def admin(self, place: str) -> str:
        """Return the node id of full control over a place."""
        return admin_node(self.arm(place))

    def without(self, *operations: str) -> AzureWorldFiles:
        """Leave operations out: they were not looked at."""
        self.absent |= set(operations)
        return self

    def management_group(self, name: str, *, parent: str = "root") -> AzureWorldFiles:
        """Add a management group."""
        self.places[f"mg:{name}"] = f"{_GROUPS}/{name}"
        self.parents[f"{_GROUPS}/{name}"] = self.places[f"mg:{parent}"]
        return self

    def subscription(
        self, name: str, *, parent: str = "root", state: str = "Enabled", tags: Mapping[str, str] | None = None
    ) -> AzureWorldFiles:
        """Add a subscription; resources named next go into it."""
        self.current = subscription_id(name)
        identity = f"/subscriptions/{self.current}"
        self.places[f"sub:{name}"] = identity
        self.parents[identity] = self.places[f"mg:{parent}"]
        self.lists.setdefault(self.current, {})
        self.lists.setdefault(TENANT, {}).setdefault("subscriptions", []).append(
            {
                "id": identity,
                "subscriptionId": self.current,
                "tenantId": TENANT,
                "displayName": name,
                "state": state,
                "tags": dict(tags or {}),
            }
        )
        return self

    def custom_role(
        self,
        name: str,
        *actions: str,
        not_actions: Sequence[str] = (),
        data_actions: Sequence[str] = (),
        not_data_actions: Sequence[str] = (),
        scopes: Sequence[str] = ("mg:root",),
    ) -> AzureWorldFiles:
        """Define a custom role."""
        self.roles[name] = _permission(actions, not_actions, data_actions, not_data_actions)
        self.role_scopes[name] = [self.arm(scope) for scope in scopes]
        return self

    def role_assignment(
        self,
        principal: str,
        role: str,
        *,
        scope: str,
        condition: str = "",
        eligible: bool = False,
        until: str | None = None,
        activated: bool = False,
    ) -> AzureWorldFiles:
        """Give a role, active or eligible."""
        place, guid = self.arm(scope), str(uuid5(NAMESPACE_URL, f"{principal} {role} {scope} {eligible}"))
        self._know(role)
        definition = f"{_of(place)}{_AUTHORIZATION}/roleDefinitions/{role_guid(role)}"
        kinds = {"sp": "ServicePrincipal", "group": "Group"}
        body: Json = {
            "roleDefinitionId": definition,
            "principalId": oid(principal),
            "principalType": kinds.get(principal.partition(":")[0], "User"),
            "scope": place,
            "condition": condition or None,
            "conditionVersion": "2.0" if condition else None,
            "createdOn": CREATED,
        }
        prefix = f"{place.rstrip('/')}{_AUTHORIZATION}"
        identity = f"{prefix}/roleAssignments/{guid}"
        if not eligible:
            self._assign("roleAssignments", place, identity, body)
        if eligible or until or activated:
            kind = "roleEligibilityScheduleInstances" if eligible else "roleAssignmentScheduleInstances"
            body = body | {"startDateTime": CREATED, "endDateTime": until}
            if not eligible:
                how = "Activated" if activated else "Assigned"
                body |= {"assignmentType": how, "originRoleAssignmentId": identity}
            self._assign(kind, place, f"{prefix}/{kind}/{guid}", body)
        return self

    def activation(
        self, role: str, *, scope: str, mfa: bool = False, approvers: Sequence[str] | None = None
    ) -> AzureWorldFiles:
        """Say what activating a role at a scope asks for."""
        place = self.arm(scope)
        self._know(role)
        stage = {"primaryApprovers": [{"id": oid(each), "userType": "User"} for each in approvers or ()]}
        kind = "roleManagementPolicyAssignments"
        body: Json = {
            "scope": place,
            "roleDefinitionId": f"{_of(place)}{_AUTHORIZATION}/roleDefinitions/{role_guid(role)}",
            "effectiveRules": [
                {
                    "id": "Enablement_EndUser_Assignment",
                    "ruleType": "RoleManagementPolicyEnablementRule",
                    "enabledRules": ["MultiFactorAuthentication"] if mfa else [],
                },
                {
                    "id": "Approval_EndUser_Assignment",
                    "ruleType": "RoleManagementPolicyApprovalRule",
                    "setting": {"isApprovalRequired": approvers is not None, "approvalStages": [stage]},
                },
            ],
        }
        self._assign(kind, place, f"{place.rstrip('/')}{_AUTHORIZATION}/{kind}/{role_guid(role)}", body)
        return self

    def deny(
        self,
        name: str,
        *actions: str,
        scope: str,
        not_actions: Sequence[str] = (),
        data_actions: Sequence[str] = (),
        principals: Sequence[str] = (),
        excluded: Sequence[str] = (),
        children: bool = True,
        condition: str = "",
    ) -> AzureWorldFiles:
        """Deny actions to some principals, or to everybody where none is named."""
        place = self.arm(scope)
        body: Json = {
            "denyAssignmentName": name,
            "scope": place,
            "permissions": [_permission(actions, not_actions, data_actions, ())],
            "principals": [{"id": oid(each), "type": "User"} for each in principals]
            or [{"id": EVERYONE, "type": "SystemDefined"}],
            "excludePrincipals": [{"id": oid(each), "type": "User"} for each in excluded],
            "doNotApplyToChildScopes": not children,
            "condition": condition or None,
            "isSystemProtected": True,
        }
        guid = uuid5(NAMESPACE_URL, f"deny:{name}")
        self._assign("denyAssignments", place, f"{place.rstrip('/')}{_AUTHORIZATION}/denyAssignments/{guid}", body)
        return self

    def _know(self, role: str) -> None:
        if role in BUILT_IN:
            row = BUILT_IN[role]
            self.roles[role] = _permission(row.actions, row.not_actions, row.data_actions, row.not_data_actions) | (
                {"condition": row.condition, "conditionVersion": "2.0"} if row.condition else {}
            )
            self.role_scopes[role] = ["/"]
        elif role not in self.roles:
            raise KeyError(f"define the custom role {role!r} first")

    def _assign(self, kind: str, place: str, identity: str, properties: Json) -> None:
        body = {
            "id": identity,
            "name": identity.rpartition("/")[2],
            "type": f"Microsoft.Authorization/{kind}",
            "properties": properties,
        }
        if _of(place):
            self.add(f"authorization.{kind}", body, scope=place.split("/")[2])
        else:
            self.above.append((f"authorization.{kind}", place, body))

    def _chain(self, subscription: str) -> set[str]:
        """Return the scopes above a subscription."""
        found, at = {"/"}, self.parents[f"/subscriptions/{subscription}"]
        while at:
            found.add(at)
            at = self.parents.get(at, "")
        return found

    def _definitions(self, scope: str) -> list[Json]:
        prefix = "" if scope == TENANT else f"/subscriptions/{scope}"
        return [
            {
                "id": f"{prefix}{_AUTHORIZATION}/roleDefinitions/{role_guid(name)}",
                "name": role_guid(name),
                "type": "Microsoft.Authorization/roleDefinitions",
                "properties": {
                    "roleName": name,
                    "type": "BuiltInRole" if name in BUILT_IN else "CustomRole",
                    "assignableScopes": self.role_scopes[name],
                    "permissions": [permission],
                },
            }
            for name, permission in self.roles.items()
        ]

    def _hierarchy(self) -> None:
        root = self.places["mg:root"]
        groups = {identity: name[3:] for name, identity in self.places.items() if name.startswith("mg:")}
        rows = self.lists.setdefault(TENANT, {})
        rows["managementGroups"] = [
            {
                "id": identity,
                "name": identity.rpartition("/")[2],
                "type": "Microsoft.Management/managementGroups",
                "properties": {"tenantId": TENANT, "displayName": "Tenant Root Group" if identity == root else name},
            }
            for identity, name in groups.items()
        ]
        below = [
            {
                "id": child,
                "name": child.rpartition("/")[2],
                "type": "/subscriptions" if child.startswith("/sub") else "Microsoft.Management/managementGroups",
                "properties": {"displayName": child.rpartition("/")[2], "parent": {"id": parent}},
            }
            for child, parent in self.parents.items()
        ]
        self.lines.setdefault(TENANT, {})["managementGroups.descendants"] = {root: below}

    def build(self, folder: Path) -> Path:
        """Write the evidence below a folder and return it."""
        self._hierarchy()
        for scope in dict.fromkeys((TENANT, *self.lists)):
            place = folder / "azure" / scope
            place.mkdir(parents=True, exist_ok=True)
            rows = {name: list(found) for name, found in self.lists.get(scope, {}).items()}
            for operation, at, body in self.above:
                if scope == TENANT or at in self._chain(scope):
                    rows.setdefault(operation, []).append(body)
            rows["authorization.roleDefinitions"] = self._definitions(scope)
            declared = TENANT_OPERATIONS if scope == TENANT else SUBSCRIPTION_OPERATIONS
            for name in declared:
                if name not in self.absent and not OPERATIONS[name].opt_in:
                    _write(place, name, rows.get(name, []), self.lines.get(scope, {}).get(name, {}))
            for name in self.lines.get(scope, {}):
                if OPERATIONS[name].opt_in and name not in self.absent:
                    _write(place, name, [], self.lines[scope][name])
        return folder


def _write(place: Path, name: str, rows: list[Json], lines: Mapping[str, list[Json]]) -> None:
    if OPERATIONS[name].per_object:
        text = "".join(
            json.dumps({"request": {"id": owner}, "response": {"value": found}}) + "\n"
            for owner, found in lines.items()
        )
        (place / f"{name}.jsonl").write_text(text, encoding="utf-8")
    else:
        (place / f"{name}.json").write_text(json.dumps({"value": rows}), encoding="utf-8")


def _of(place: str) -> str:
    """Return the subscription of a place as a prefix; empty above subscriptions."""
    return "/".join(place.split("/")[:3]) if place.startswith("/subscriptions/") else ""


def _permission(
    actions: Sequence[str], not_actions: Sequence[str], data_actions: Sequence[str], not_data_actions: Sequence[str]
) -> dict[str, Any]:
    return {
        "actions": list(actions),
        "notActions": list(not_actions),
        "dataActions": list(data_actions),
        "notDataActions": list(not_data_actions),
    }
