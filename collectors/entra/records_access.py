"""Conditional access policies that are about workloads, and named locations, from Graph answers.

Input: ``Reading``. Output: records by id.
Handled: v1.0 and beta form, service principals and agent identities.
Not handled: conditions on people's sign-ins; a policy that names workloads and bears a condition that is not known here
says so by the condition's name.

References
----------
https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset (read 2026-11).
"""

from __future__ import annotations

from collectors.entra.policy_types import EntraAccessPolicy, EntraNamedLocation
from collectors.entra.records_fields import Fields, Reading, object_id

__all__ = ["read_access_policies", "read_named_locations"]

_POLICIES, _LOCATIONS = "identity.conditionalAccess.policies", "identity.conditionalAccess.namedLocations"
_READ = frozenset(
    {"applications", "clientApplications", "locations", "servicePrincipalRiskLevels", "agentIdRiskLevels"}
)
_OF_PEOPLE = frozenset({"users", "userRiskLevels", "signInRiskLevels", "clientAppTypes"})
"""Conditions that say nothing of workloads; a policy for these cannot set them beyond their defaults."""


def read_access_policies(reading: Reading) -> dict[str, EntraAccessPolicy]:
    """Return the policies that name workloads."""
    found: dict[str, EntraAccessPolicy] = {}
    for policy in reading.each(_POLICIES, _policy):
        if policy.for_workloads:
            found.setdefault(policy.id, policy)
    return found


def _policy(item: Fields) -> EntraAccessPolicy:
    conditions = item.inner("conditions")
    clients, places = conditions.inner("clientApplications"), conditions.inner("locations")
    risks = conditions.texts("servicePrincipalRiskLevels") or _levels(conditions, "agentIdRiskLevels")
    return EntraAccessPolicy(
        id=object_id(item),
        name=item.text("displayName"),
        state=item.text("state"),
        ref=item.ref,
        principals=_lower(clients.texts("includeServicePrincipals")),
        not_principals=_lower(clients.texts("excludeServicePrincipals")),
        principal_filter=_filter(clients, "servicePrincipalFilter"),
        agents=_lower(clients.texts("includeAgentIdServicePrincipals")),
        not_agents=_lower(clients.texts("excludeAgentIdServicePrincipals")),
        agent_filter=_filter(clients, "agentIdServicePrincipalFilter"),
        locations=_lower(places.texts("includeLocations")),
        not_locations=_lower(places.texts("excludeLocations")),
        risks=_lower(risks),
        everything=_everything(conditions.inner("applications")),
        blocks="block" in _lower(item.inner("grantControls").texts("builtInControls")),
        others=tuple(
            name
            for name, value in conditions.body.items()
            if name not in _READ | _OF_PEOPLE and "@" not in name and value not in (None, [], {})
        ),
    )


def _levels(conditions: Fields, name: str) -> tuple[str, ...]:
    """Return levels of risk that stand as a list or, as flags, in one text."""
    if isinstance(conditions.body.get(name), str):
        return tuple(each.strip() for each in conditions.text(name).split(",") if each.strip())
    return conditions.texts(name)


def _lower(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.lower() for value in values if value.lower() != "none")


def _filter(clients: Fields, name: str) -> str:
    return clients.inner(name).text("rule")


def _everything(applications: Fields) -> bool:
    """Return whether a policy holds for every resource."""
    narrower = ("excludeApplications", "includeUserActions", "includeAuthenticationContextClassReferences")
    whole = "all" in _lower(applications.texts("includeApplications"))
    filtered = bool(applications.inner("applicationFilter").text("rule"))
    return whole and not filtered and not any(applications.texts(name) for name in narrower)


def read_named_locations(reading: Reading) -> dict[str, EntraNamedLocation]:
    """Return named locations."""

    def build(item: Fields) -> EntraNamedLocation:
        return EntraNamedLocation(object_id(item), item.text("displayName"), item.ref, item.flag("isTrusted") is True)

    found: dict[str, EntraNamedLocation] = {}
    for location in reading.each(_LOCATIONS, build):
        found.setdefault(location.id, location)
    return found
