"""Management groups, subscriptions and how they contain each other, from answers of ARM, ``az`` and Resource Graph.

Input: ``Reading`` rows. Output: records by id.
Handled: the parent from an object's own details, from another's (expanded) children, from descendants, and from the
chain of ancestors that Resource Graph shows; subscriptions that only resources in them show.
Not handled: a hierarchy that no answer tells: ``parent_known`` is false then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from collectors.azure.operations import SUBSCRIPTION_OPERATIONS
from collectors.azure.records import AzureManagementGroup, AzureSubscription
from collectors.azure.records_fields import FieldError, Fields, Reading, lower_id, spread, subscription_in
from collectors.interface import EvidenceRef, Presence

__all__ = ["Hierarchy", "read_hierarchy", "read_management_groups", "read_subscriptions", "tenant_of", "tenants_of"]

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GROUPS = "/providers/microsoft.management/managementgroups/"
_SUBSCRIPTIONS = "/subscriptions/"


@dataclass(slots=True)
class Hierarchy:
    """Who is right below whom."""

    parents: dict[str, str] = field(default_factory=dict)
    """Id of the group above by id; empty for the root group."""
    shown: dict[str, tuple[str, str, EvidenceRef]] = field(default_factory=dict)
    """Display name, spelled id and place of what only others' children or descendants show."""

    def put(self, child: str, parent: str) -> None:
        """Note a parent; the first answer counts."""
        if child and parent:
            self.parents.setdefault(child, parent)


def read_hierarchy(readings: Sequence[Reading]) -> Hierarchy:
    """Return what all answers tell of parents."""
    found = Hierarchy()
    for reading in readings:
        for item in reading.items("managementGroups"):
            fields, own = spread(item), lower_id(item.text("id"))
            found.put(own, _parent(fields, own))
            _children(found, fields, own)
        for item in reading.items("managementGroups.descendants"):
            own = _child_id(item)
            found.put(own, _parent(spread(item), own))
            found.shown.setdefault(own, (_display(item), item.text("id"), item.ref))
        for item in reading.items("subscriptions"):
            own = _subscription_id(item)
            found.put(own, _parent(spread(item), own))
    return found


def _parent(fields: Fields, own: str) -> str:
    details = fields.inner("details")
    for holder in (details, fields):
        if isinstance(holder.body.get("parent"), dict) and (above := _group_id(holder.inner("parent"))):
            return above if above != own else ""
    for holder in (fields, details):
        chain = holder.body.get("managementGroupAncestorsChain")
        if isinstance(chain, list) and chain:
            return _group_id(next(iter(holder.items("managementGroupAncestorsChain")), fields))
    return ""


def _group_id(item: Fields) -> str:
    identity = lower_id(item.text("id"))
    if identity.startswith(_GROUPS):
        return identity
    name = item.text("name").lower()
    return f"{_GROUPS}{name}" if name else ""


def _children(found: Hierarchy, fields: Fields, parent: str) -> None:
    if not isinstance(fields.body.get("children"), list):
        return
    for child in fields.items("children"):
        own = _child_id(child)
        found.put(own, parent)
        found.shown.setdefault(own, (_display(child), child.text("id"), child.ref))
        _children(found, child, own)


def _child_id(item: Fields) -> str:
    """Return a child's id: a subscription's may stand behind the group's own."""
    identity = lower_id(item.text("id"))
    if "/subscriptions/" in identity:
        return _SUBSCRIPTIONS + identity.rpartition("/")[2]
    return identity


def _display(item: Fields) -> str:
    return spread(item).text("displayName") or item.text("displayName") or item.text("name")


def tenant_of(item: Fields) -> str:
    """Return the tenant that an object tells."""
    return (spread(item).text("tenantId") or item.text("tenantId")).lower()


def read_management_groups(readings: Sequence[Reading], hierarchy: Hierarchy) -> dict[str, AzureManagementGroup]:
    """Return management groups."""
    found: dict[str, AzureManagementGroup] = {}
    for reading in readings:

        def build(item: Fields) -> AzureManagementGroup:
            identity = lower_id(item.required("id"))
            if not identity.startswith(_GROUPS):
                raise FieldError(f"{item.ref.child('id')}: {identity!r} is no management group")
            name = item.text("name") or item.text("id").rpartition("/")[2]
            parent = hierarchy.parents.get(identity, "")
            tenant = tenant_of(item)
            told = bool(parent) or name.lower() == tenant or isinstance(spread(item).body.get("details"), dict)
            display = _display(item)
            return AzureManagementGroup(identity, name, item.ref, tenant, parent, told, item.text("id"), display)

        for group in reading.each("managementGroups", build):
            known = found.setdefault(group.id, group)
            if known.tenant and group.tenant and known.tenant != group.tenant:
                both = f"{known.tenant} and {group.tenant}"
                reading.gap("managementGroups", f"{group.ref}: {group.id} is of two tenants, {both}: not told apart")
    for identity, (display, spelled, ref) in hierarchy.shown.items():
        if identity.startswith(_GROUPS):
            name, parent = spelled.rpartition("/")[2], hierarchy.parents.get(identity, "")
            found.setdefault(identity, AzureManagementGroup(identity, name, ref, "", parent, True, spelled, display))
    return found


def tenants_of(readings: Sequence[Reading], subscriptions: Iterable[AzureSubscription]) -> dict[str, str]:
    """Return the tenant of each evidence scope where it is told: a subscription's, or the scope itself."""
    found = {each.scope: each.tenant for each in subscriptions if each.tenant}
    for reading in readings:
        looked = reading.presence("managementGroups"), reading.presence("subscriptions")
        if GUID.fullmatch(reading.scope) and any(each is not Presence.ABSENT for each in looked):
            found.setdefault(reading.scope, reading.scope.lower())
    return found


def _subscription_id(item: Fields) -> str:
    """Return a subscription's id: ARM gives a path, ``az account list`` the GUID alone."""
    identity = item.text("id") or item.text("subscriptionId")
    guid = identity.strip("/").rpartition("/")[2].lower()
    return f"{_SUBSCRIPTIONS}{guid}" if guid else ""


def read_subscriptions(readings: Sequence[Reading], hierarchy: Hierarchy) -> dict[str, AzureSubscription]:
    """Return subscriptions: listed ones, those that evidence is of, and those that the hierarchy shows."""
    found: dict[str, AzureSubscription] = {}
    inside = {guid: (reading.scope, ref) for reading in readings for guid, ref in _subscriptions_in(reading)}
    for reading in readings:

        def build(item: Fields) -> AzureSubscription:
            identity = _subscription_id(item)
            guid = identity.rpartition("/")[2]
            if not guid:
                raise FieldError(f"{item.ref.child('id')}: is missing")
            fields = spread(item)
            return AzureSubscription(
                id=identity,
                name=item.text("displayName") or item.text("name") or guid,
                scope=inside[guid][0] if guid in inside else guid,
                ref=item.ref,
                tenant=(item.text("tenantId") or item.text("homeTenantId")).lower(),
                parent=hierarchy.parents.get(identity, ""),
                state=item.text("state") or fields.text("state"),
                tags=item.tags("tags"),
                parent_known=identity in hierarchy.parents,
                given_id=f"/subscriptions/{item.text('id').rpartition('/')[2]}",
            )

        for subscription in reading.each("subscriptions", build):
            found.setdefault(subscription.id, subscription)
    shown = {
        identity.rpartition("/")[2]: (display, ref)
        for identity, (display, _, ref) in hierarchy.shown.items()
        if identity.startswith(_SUBSCRIPTIONS)
    }
    for guid in (*inside, *shown):
        identity = _SUBSCRIPTIONS + guid
        scope, ref = inside[guid] if guid in inside else (guid, shown[guid][1])
        found.setdefault(
            identity,
            AzureSubscription(
                identity,
                shown[guid][0] if guid in shown else guid,
                scope,
                ref,
                parent=hierarchy.parents.get(identity, ""),
                parent_known=identity in hierarchy.parents,
                given_id=identity,
            ),
        )
    return found


def _subscriptions_in(reading: Reading) -> Iterator[tuple[str, EvidenceRef]]:
    """Yield the subscriptions that the evidence of a scope is of, with a place that shows it."""
    guids: dict[str, EvidenceRef] = {}
    for guid, ref in _shown_by_ids(reading):
        guids.setdefault(guid, ref)
    scope = reading.scope.lower()
    if not guids and GUID.fullmatch(scope):
        looked = [
            name
            for name in SUBSCRIPTION_OPERATIONS
            if not name.startswith("authorization.") and reading.presence(name) is not Presence.ABSENT
        ]
        if looked:
            first = next((call.ref for name in looked for call in reading.calls(name)), None)
            guids[scope] = EvidenceRef(first.file if first else f"azure/{reading.scope}")
    yield from guids.items()


def _shown_by_ids(reading: Reading) -> Iterable[tuple[str, EvidenceRef]]:
    for operation in SUBSCRIPTION_OPERATIONS.values():
        above = operation.name.startswith("authorization.")
        for item in reading.items(operation.name):
            identity = item.body.get("id")
            if isinstance(identity, str) and (guid := subscription_in(identity)):
                if above and guid != reading.scope.lower():
                    continue  # an assignment may be listed from above; whose evidence it is, the folder tells
                yield guid, item.ref
