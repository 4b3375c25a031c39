"""Consent policies, what users may consent to, and classifications of permissions from Graph answers.

Input: ``Reading``. Output: records.
Handled: v1.0 and beta form of what the default user role may consent under; the setting of risk-based step-up consent.
Not handled: conditions beyond those of v1.0; a condition set names them, and what it matches is then not known.
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.entra.policy_types import ANY, EntraConsentConditions, EntraConsentPolicy, EntraScope
from collectors.entra.records_fields import Fields, Reading, has_list, object_id

__all__ = [
    "read_classifications",
    "read_consent_policies",
    "read_risk_step_up",
    "read_user_consent",
    "scopes_of",
]

_POLICIES = "policies.permissionGrantPolicies"
_CLASSIFIED = "servicePrincipals.delegatedPermissionClassifications"
_KNOWN = frozenset(
    {
        "id",
        "permissionClassification",
        "permissionType",
        "resourceApplication",
        "permissions",
        "clientApplicationIds",
        "clientApplicationTenantIds",
        "clientApplicationPublisherIds",
        "clientApplicationsFromVerifiedPublisherOnly",
    }
)
_CONSENT_SETTINGS = "dffd5d46-495d-40a9-8e21-954ff55e198a"
"""Template of the settings for consent:
https://learn.microsoft.com/entra/identity/enterprise-apps/configure-risk-based-step-up-consent (read 2026-11)."""


def read_consent_policies(reading: Reading) -> dict[str, EntraConsentPolicy]:
    """Return consent policies with their condition sets.

    References
    ----------
    https://learn.microsoft.com/graph/api/resources/permissiongrantpolicy (2026-11): both lists are always expanded.
    """

    def build(item: Fields) -> EntraConsentPolicy:
        return EntraConsentPolicy(
            id=object_id(item),
            name=item.text("displayName"),
            includes=tuple(_conditions(each) for each in item.items("includes")),
            excludes=tuple(_conditions(each) for each in item.items("excludes")),
            known=has_list(item.body, "includes") and has_list(item.body, "excludes"),
            ref=item.ref,
        )

    found: dict[str, EntraConsentPolicy] = {}
    for policy in reading.each(_POLICIES, build):
        found.setdefault(policy.id, policy)
    return found


def _conditions(item: Fields) -> EntraConsentConditions:
    return EntraConsentConditions(
        permission_type=item.text("permissionType").lower(),
        classification=item.text("permissionClassification").lower() or "all",
        api=item.text("resourceApplication").lower() or "any",
        permissions=_listed(item, "permissions"),
        clients=_listed(item, "clientApplicationIds"),
        publishers=_listed(item, "clientApplicationPublisherIds"),
        tenants=_listed(item, "clientApplicationTenantIds"),
        verified_only=item.flag("clientApplicationsFromVerifiedPublisherOnly") is True,
        others=tuple(
            name for name, value in item.body.items() if name not in _KNOWN and "@" not in name and _says(value)
        ),
    )


def _says(value: object) -> bool:
    """Return whether a condition that is not known narrows anything, by its being set to more than its default."""
    return value not in (None, False, "", "all", "any", [], ["all"])


def _listed(item: Fields, name: str) -> tuple[str, ...]:
    return tuple(each.lower() for each in item.texts(name)) if has_list(item.body, name) else ANY


def read_user_consent(reading: Reading) -> tuple[str, ...] | None:
    """Return under which policies every user may consent; ``None`` where that was not looked at."""
    policy = next(iter(reading.items("policies.authorizationPolicy")), None)
    if policy is None:
        return None
    role = policy.inner("defaultUserRolePermissions")
    if has_list(role.body, "permissionGrantPoliciesAssigned"):
        return role.texts("permissionGrantPoliciesAssigned")
    if has_list(policy.body, "permissionGrantPolicyIdsAssignedToDefaultUserRole"):
        return policy.texts("permissionGrantPolicyIdsAssignedToDefaultUserRole")
    return None


def read_risk_step_up(reading: Reading) -> bool | None:
    """Return whether a risky request of a user goes to an administrator; ``None`` where that was not looked at.

    It is on unless the settings say otherwise.
    """
    if not reading.looked_at("groupSettings"):
        return None
    for item in reading.items("groupSettings"):
        if item.text("templateId").lower() == _CONSENT_SETTINGS:
            for setting in item.items("values"):
                if setting.text("name") == "BlockUserConsentForRiskyApps":
                    return setting.text("value").lower() != "false"
    return True


def read_classifications(reading: Reading) -> dict[str, Mapping[str, str]]:
    """Return the class of each permission by its id, by the object id of each API that was asked about."""
    return {
        api: {each.text("permissionId").lower(): each.text("classification").lower() for each in items}
        for api, items in reading.of_objects(_CLASSIFIED).items()
    }


def scopes_of(item: Fields) -> tuple[EntraScope, ...]:
    """Return the delegated permissions that a service principal offers; disabled ones are none."""
    found = []
    for each in item.items("oauth2PermissionScopes"):
        if each.text("id") and each.flag("isEnabled") is not False:
            kind = each.text("type").lower()
            found.append(EntraScope(each.text("id").lower(), each.text("value"), kind == "admin" if kind else None))
    return tuple(found)
