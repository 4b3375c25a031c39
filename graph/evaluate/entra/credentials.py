"""Whether a credential can be added to a service principal itself, beside its application.

Input: a service principal and its application, where that is registered here. Output: state and reason.
Handled: the instance property lock, managed identities, agent identities, applications of other tenants.
Not handled: app management policies, which forbid kinds of credential; ``restrictions`` has them.
Errs towards: silence on Microsoft's own applications, which nothing published says can be taken so.

References
----------
https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks (read 2026-11).
"""

from __future__ import annotations

from collectors.entra.records import EntraApplication, EntraServicePrincipal
from graph.kinds import State

__all__ = ["MICROSOFT_TENANTS", "is_first_party", "own_credentials"]

MICROSOFT_TENANTS = frozenset({"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"})
"""Tenants in which Microsoft registers its own applications:
https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in (read 2026-11)."""

_GUID = 36
"""Length of a tenant's id; a scope of another length is a name, and then nothing tells which tenant is one's own."""
_NO_LOCK = "Whether its instances are locked was not asked for (`servicePrincipalLockConfiguration`)."


def is_first_party(principal: EntraServicePrincipal) -> bool:
    """Return whether an application is Microsoft's own."""
    return principal.owner_tenant in MICROSOFT_TENANTS


def own_credentials(principal: EntraServicePrincipal, application: EntraApplication | None) -> tuple[State, str]:
    """Return whether a service principal takes credentials of its own, and why that is not sure."""
    if principal.kind in ("managed_identity", "agent", "blueprint") or is_first_party(principal):
        return State.VOID, ""
    if application is not None:
        if application.lock is not None and application.lock.stops_secrets:
            return State.VOID, ""
        return (State.VERIFIED, "") if application.lock_known else (State.UNVERIFIED, _NO_LOCK)
    if principal.owner_tenant and principal.owner_tenant != principal.tenant and len(principal.tenant) == _GUID:
        return State.UNVERIFIED, "Its application stands in another tenant, and with it whether the instance is locked."
    return State.UNVERIFIED, "Its application was not collected, and with it whether the instance is locked."
