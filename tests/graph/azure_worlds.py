"""Puts an Azure evaluation case to the product.

Input: a case's table. Output: ``AzureRecords`` and the product's decision.
Not handled: reading evidence; the cases are about evaluation alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from collectors.azure.access_types import (
    AzureDenyAssignment,
    AzurePermission,
    AzureRoleAssignment,
    AzureRoleDefinition,
    AzureRolePolicy,
)
from collectors.azure.records import AzureManagementGroup, AzureRecords, AzureSubscription
from collectors.interface import EvidenceRef, Presence
from graph.catalog.azure import azure_roles
from graph.decision import Decision
from graph.evaluate.azure.authorize import AzureAuthority, AzureRequest
from tests.cases.azure_loader import PLACES, place

__all__ = ["decide_row", "keys_of", "records_of"]

REF = EvidenceRef("case")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SEEN = ("authorization.roleAssignments", "authorization.denyAssignments", "authorization.roleDefinitions")


def _guid(name: str) -> str:
    return name if len(name) == 36 and name.count("-") == 4 else str(uuid5(NAMESPACE_URL, name))


def _role(name: str) -> str:
    published = {role.name: role.id for role in azure_roles().values()}
    guid = published.get(name) or _guid(name)
    return f"/subscriptions/x/providers/microsoft.authorization/roledefinitions/{guid}"


def _permission(row: Mapping[str, Any]) -> AzurePermission:
    return AzurePermission(
        tuple(row.get("actions", ())),
        tuple(row.get("not_actions", ())),
        tuple(row.get("data_actions", ())),
        tuple(row.get("not_data_actions", ())),
        condition=row.get("condition", ""),
    )


def _time(row: Mapping[str, Any], key: str) -> datetime | None:
    return datetime.fromisoformat(row[key]) if key in row else None


def records_of(row: Mapping[str, Any]) -> AzureRecords:
    """Return the records that a case describes."""
    groups = [
        AzureManagementGroup(arm, name, REF, parent="" if above == "root" else place(above))
        for name, (arm, above) in PLACES.items()
        if "managementgroups" in arm
    ]
    subscriptions = [
        AzureSubscription(
            arm, name, arm.rpartition("/")[2], REF, parent=place(above), state=row.get("state", "Enabled")
        )
        for name, (arm, above) in PLACES.items()
        if name in ("sub", "sub2")
    ]
    definitions = [
        AzureRoleDefinition(
            _role(each["name"]),
            _guid(each["name"]),
            each["name"],
            REF,
            permissions=tuple(_permission(part) for part in each.get("permissions", [each])),
        )
        for each in row.get("roles", ())
    ]
    assignments = [
        AzureRoleAssignment(
            f"{place(each['scope'])}/roleassignments/{number}",
            place(each["scope"]),
            _role(each["role"]),
            _guid(each["who"]),
            REF,
            condition=each.get("condition", ""),
            eligible=each.get("eligible", False),
            starts_at=_time(each, "starts"),
            ends_at=_time(each, "ends"),
        )
        for number, each in enumerate(row["assign"])
    ]
    denies = [
        AzureDenyAssignment(
            f"deny{number}",
            place(each["scope"]),
            REF,
            f"deny {number}",
            (_permission(each),),
            everyone=each.get("everyone", False),
            principals=tuple(map(_guid, each.get("who", ()))),
            excluded=tuple(map(_guid, each.get("excluded", ()))),
            children=each.get("children", True),
        )
        for number, each in enumerate(row.get("deny", ()))
    ]
    policies = [
        AzureRolePolicy(
            place(each["scope"]), _role(each["role"]), REF, each.get("mfa", False), each.get("approval", False)
        )
        for each in row.get("activation", ())
    ]
    presence = {
        (subscription.scope, name): Presence.ABSENT if name in row.get("absent", ()) else Presence.PRESENT
        for subscription in subscriptions
        for name in SEEN
    }
    return AzureRecords(
        tuple(groups),
        tuple(subscriptions),
        tuple(definitions),
        tuple(assignments),
        tuple(policies),
        tuple(denies),
        presence=presence,
        as_of=NOW,
        told_at=NOW,
    )


def decide_row(row: Mapping[str, Any]) -> Decision:
    """Return the product's decision on a case."""
    who = (row["who"], *row.get("groups", {}).get(row["who"], ()))
    request = AzureRequest(
        tuple(map(_guid, who)),
        row["action"],
        place(row["scope"]),
        row.get("data", False),
        {key: tuple(values) for key, values in row.get("attributes", {}).items()},
    )
    return AzureAuthority(records_of(row)).decide(request)


def keys_of(decision: Decision) -> set[str]:
    """Return the condition keys that a decision leaves open."""
    return {atom.key for way in decision.alternatives for clause in way for atom in clause}
