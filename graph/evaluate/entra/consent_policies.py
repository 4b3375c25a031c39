"""Whether an app consent policy lets somebody consent to one permission for one application.

Input: a policy and a ``ConsentEvent``. Output: a ``Truth``.
Handled: include and exclude sets, every condition of v1.0; where they were not collected, the built-in policies whose
conditions Microsoft writes down; permissions by id, where the API that offers them tells the id.
Not handled: conditions that only the beta version has; a set that bears one matches unknown at best.
Errs towards: unknown on Microsoft's own managed policies where they were not collected, because they change.

References
----------
https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies and
https://learn.microsoft.com/graph/api/resources/permissiongrantconditionset (read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from collectors.entra.policy_types import ANY, EntraConsentConditions, EntraConsentPolicy
from graph.decision import Truth

__all__ = [
    "APPLICATION_ADMIN",
    "COMPANY_ADMIN",
    "MICROSOFT_GRAPH",
    "ConsentEvent",
    "built_in_policy",
    "policy_allows",
]

COMPANY_ADMIN = "microsoft-company-admin"
APPLICATION_ADMIN = "microsoft-application-admin"
MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
_GRAPHS = (MICROSOFT_GRAPH, "00000002-0000-0000-c000-000000000000")
"""Microsoft Graph and its predecessor, whose app roles application administrators cannot grant."""


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One permission that an application asks for; what is not known is ``None``."""

    client: str | None
    """App id of the application that asks."""
    client_tenant: str | None
    publisher: str | None
    """Id of its verified publisher; empty when it has none."""
    api: str | None
    """App id of the API."""
    application: bool
    """An app role; else a delegated permission."""
    permission: str | None
    """Its id."""
    admin_only: bool | None = None
    """A delegated permission for which its publisher asks for an administrator."""
    classification: str | None = None
    """``low``, ``medium`` or ``high``; empty when it has none."""


def built_in_policy(identity: str, tenant: str) -> EntraConsentPolicy | None:
    """Return a built-in policy as Microsoft describes it; ``None`` for one whose conditions are not written down.

    Parameters
    ----------
    tenant
        The tenant's own id.
    """
    delegated = EntraConsentConditions("delegated")
    roles = EntraConsentConditions("application")
    own = (tenant,)
    if identity == COMPANY_ADMIN:
        return _written(identity, delegated, roles)
    if identity == APPLICATION_ADMIN:
        never = tuple(EntraConsentConditions("application", api=api) for api in _GRAPHS)
        return _written(identity, delegated, roles, excludes=never)
    if identity == "microsoft-all-application-permissions":
        return _written(identity, roles)
    if identity == "microsoft-all-application-permissions-verified":
        verified = EntraConsentConditions("application", verified_only=True)
        return _written(identity, verified, EntraConsentConditions("application", tenants=own))
    if identity == "microsoft-user-default-low":
        verified = EntraConsentConditions("delegated", "low", verified_only=True)
        return _written(identity, verified, EntraConsentConditions("delegated", "low", tenants=own))
    if identity == "microsoft-user-default-legacy":
        return _written(identity, EntraConsentConditions("delegateduserconsentable"))
    return None


def _written(
    identity: str, *includes: EntraConsentConditions, excludes: tuple[EntraConsentConditions, ...] = ()
) -> EntraConsentPolicy:
    return EntraConsentPolicy(identity, identity, includes, excludes)


def policy_allows(policy: EntraConsentPolicy | None, event: ConsentEvent) -> Truth:
    """Return whether a policy lets its holder consent; unknown for ``None`` and for one whose sets were not shown."""
    if policy is None or not policy.known:
        return Truth.UNKNOWN
    return _any(policy.includes, event) & ~_any(policy.excludes, event)


def _any(sets: tuple[EntraConsentConditions, ...], event: ConsentEvent) -> Truth:
    return reduce(lambda found, each: found | _matches(each, event), sets, Truth.FALSE)


def _matches(conditions: EntraConsentConditions, event: ConsentEvent) -> Truth:
    parts = (
        _type(conditions.permission_type, event),
        Truth.TRUE if conditions.api == "any" else _equal(event.api, conditions.api),
        _in(conditions.permissions, event.permission),
        Truth.TRUE if conditions.classification == "all" else _equal(event.classification, conditions.classification),
        _in(conditions.clients, event.client),
        _in(conditions.tenants, event.client_tenant),
        _in(conditions.publishers, event.publisher),
        _verified(event) if conditions.verified_only else Truth.TRUE,
        Truth.UNKNOWN if conditions.others else Truth.TRUE,
    )
    return reduce(lambda found, each: found & each, parts, Truth.TRUE)


def _type(wanted: str, event: ConsentEvent) -> Truth:
    if wanted == "application":
        return Truth.of(event.application)
    if wanted == "delegated":
        return Truth.of(not event.application)
    if wanted == "delegateduserconsentable":
        if event.application:
            return Truth.FALSE
        return Truth.UNKNOWN if event.admin_only is None else Truth.of(not event.admin_only)
    return Truth.UNKNOWN


def _in(listed: tuple[str, ...], value: str | None) -> Truth:
    if listed == ANY:
        return Truth.TRUE
    return Truth.UNKNOWN if value is None else Truth.of(value in listed)


def _equal(value: str | None, wanted: str) -> Truth:
    return Truth.UNKNOWN if value is None else Truth.of(value == wanted)


def _verified(event: ConsentEvent) -> Truth:
    return Truth.UNKNOWN if event.publisher is None else Truth.of(bool(event.publisher))
