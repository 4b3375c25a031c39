"""App management policies from Graph answers: the default of the tenant and those for single applications.

Input: ``Reading``. Output: records by id.
Handled: restrictions that are disabled (left out), dates, exempted actors; to whom a policy applies, from its own call
or expanded inside it.
Not handled: lifetimes beyond noting them; they do not stop that something is added.

References
----------
https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.entra.policy_types import EntraAppManagementPolicy, EntraRestriction
from collectors.entra.records_directory import related
from collectors.entra.records_fields import Fields, Reading

__all__ = ["read_app_management_policies"]

_DEFAULT, _SINGLE = "policies.defaultAppManagementPolicy", "policies.appManagementPolicies"
_APPLIES = "policies.appManagementPolicies.appliesTo"


def read_app_management_policies(reading: Reading) -> dict[str, EntraAppManagementPolicy]:
    """Return the default policy and those that replace it for single objects."""
    found: dict[str, EntraAppManagementPolicy] = {}
    for item in _defaults(reading):
        policy = EntraAppManagementPolicy(
            id=item.text("id").lower() or "default",
            name=item.text("displayName") or "default app management policy",
            ref=item.ref,
            enabled=item.flag("isEnabled") is True,
            default=True,
            applications=tuple(_restrictions(item.inner("applicationRestrictions"))),
            principals=tuple(_restrictions(item.inner("servicePrincipalRestrictions"))),
        )
        found.setdefault(policy.id, policy)
    applied = reading.of_objects(_APPLIES)

    def build(item: Fields) -> EntraAppManagementPolicy:
        to, known = related(reading, _APPLIES, item, "appliesTo", applied)
        both = tuple(_restrictions(item.inner("restrictions")))
        return EntraAppManagementPolicy(
            id=item.required("id").lower(),
            name=item.text("displayName"),
            ref=item.ref,
            enabled=item.flag("isEnabled") is True,
            applications=both,
            principals=both,
            applies_to=to,
            applies_known=known,
        )

    for policy in reading.each(_SINGLE, build):
        found.setdefault(policy.id, policy)
    return found


def _defaults(reading: Reading) -> Iterator[Fields]:
    for call in reading.calls(_DEFAULT):
        answer = Fields(call.response or {}, call.ref, lambda reason: reading.gap(_DEFAULT, reason))
        if "value" in answer.body:
            yield from answer.items("value")
        else:
            yield answer


def _restrictions(of: Fields) -> Iterator[EntraRestriction]:
    for name in ("passwordCredentials", "keyCredentials"):
        for rule in of.items(name):
            if rule.text("restrictionType") and rule.text("state").lower() != "disabled":
                yield EntraRestriction(
                    rule.text("restrictionType").lower(),
                    rule.time("restrictForAppsCreatedAfterDateTime"),
                    bool(rule.inner("excludeActors").body.get("customSecurityAttributes")),
                )
