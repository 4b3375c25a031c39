"""Which calls about single objects a subscription or tenant needs, from what its lists said.

Input: evidence that is complete. Output: ``Ask`` rows for ``fetching``.
Handled: what a list already tells is not asked again. Not handled: making the calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from collectors.azure.fetching import ArmFetch, Ask

__all__ = ["CAUSES", "activation_asks", "group_ids", "object_asks", "shown_below", "text_of"]

_GROUPS = "/providers/microsoft.management/managementgroups/"
_EXTENSIONS = "compute.virtualMachines.extensions"
_PROJECTS = "cognitiveservices.accounts.projects"
_ELIGIBLE = "authorization.roleEligibilityScheduleInstances"

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "managedidentity.userAssignedIdentities.federatedIdentityCredentials": "managedidentity.userAssignedIdentities",
        _EXTENSIONS: "compute.virtualMachines",
        "web.sites.config.configreferences.appsettings": "web.sites",
        "web.sites.config.appsettings": "web.sites",
        "automation.automationAccounts.runbooks": "automation.automationAccounts",
        "automation.automationAccounts.hybridRunbookWorkerGroups": "automation.automationAccounts",
        "automation.automationAccounts.connections": "automation.automationAccounts",
        _PROJECTS: "cognitiveservices.accounts",
        "keyvault.vaults.secrets": "keyvault.vaults",
    }
)
"""Operation that is asked of each object → the one that lists the objects; in the order of asking."""


def text_of(item: Mapping[str, Any], *names: str) -> str:
    """Return the text at a path inside an object; empty where there is none."""
    found: Any = item
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def object_asks(fetch: ArmFetch, name: str) -> Iterator[Ask]:
    """Yield the calls of an operation of ``CAUSES``, in the order of the list."""
    if name == _EXTENSIONS:
        yield from _extensions(fetch)
        return
    for item in fetch.objects(CAUSES[name]):
        # Only accounts of this kind have projects:
        # https://learn.microsoft.com/azure/ai-foundry/how-to/create-projects (read 2026-11).
        if text_of(item, "id") and (name != _PROJECTS or text_of(item, "kind").lower() == "aiservices"):
            yield Ask(text_of(item, "id"))


def _extensions(fetch: ArmFetch) -> Iterator[Ask]:
    """Yield a call for each machine whose extensions the lists name without saying what they are.

    A machine in the list holds its extensions in ``resources``, whole or their ids only, and each extension is in the
    list of all resources: https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all (read 2026-11).
    """
    others = fetch.recording.known("resources")
    having = {
        text_of(item, "id").lower().rpartition("/extensions/")[0]
        for item in (fetch.objects("resources") if others else ())
        if text_of(item, "type").lower() == "microsoft.compute/virtualmachines/extensions"
    }
    for item in fetch.objects("compute.virtualMachines"):
        identity, listed = text_of(item, "id"), item.get("resources")
        rows = [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
        if rows and all(text_of(row, "properties", "type") and text_of(row, "properties", "publisher") for row in rows):
            yield Ask(identity, told={"value": rows})
        elif not rows and others and identity.lower() not in having:
            yield Ask(identity, told={"value": []})
        elif identity:
            yield Ask(identity)


def activation_asks(fetch: ArmFetch) -> Iterator[Ask]:
    """Yield one call for each role and scope for which somebody is eligible, of this tenant or subscription alone.

    Every scope has a policy for every role, some hundred kilobytes to a few megabytes in all, so that one role's is
    asked for. The role's id has more than one spelling: where a filter finds none, all are listed and one is kept.
    """
    own = f"/subscriptions/{fetch.recording.scope}".lower()
    seen = set[tuple[str, str]]()
    for item in fetch.objects(_ELIGIBLE):
        scope, role = text_of(item, "properties", "scope"), text_of(item, "properties", "roleDefinitionId")
        place = scope.lower()
        inside = place == own or place.startswith(f"{own}/")
        above = not fetch.place and not place.startswith("/subscriptions/")
        if role and (inside or above) and (place, role.lower()) not in seen:
            seen.add((place, role.lower()))
            yield Ask(scope, f"roleDefinitionId eq '{role}'", otherwise=partial(_is_of_role, role))


def _is_of_role(role: str, policy: Mapping[str, Any]) -> bool:
    told = text_of(policy, "properties", "roleDefinitionId")
    return told.rpartition("/")[2].lower() == role.rpartition("/")[2].lower()


def group_ids(items: Iterator[Mapping[str, Any]]) -> dict[str, str]:
    """Return the management groups among objects: id in lower case to the id as ARM spells it."""
    found: dict[str, str] = {}
    for item in items:
        identity = text_of(item, "id")
        if identity.lower().startswith(_GROUPS):
            found.setdefault(identity.lower(), identity)
    return found


def shown_below(items: Iterator[Mapping[str, Any]]) -> dict[str, str]:
    """Return the subscriptions among descendants: GUID to display name."""
    found: dict[str, str] = {}
    for item in items:
        identity = text_of(item, "id").lower()
        if "/subscriptions/" in identity:
            found.setdefault(identity.rpartition("/")[2], text_of(item, "properties", "displayName"))
    return found
