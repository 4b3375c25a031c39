"""Which kinds of credential can still be added to an application or a service principal, under app management policies.

Input: the records of one tenant. Output: ``Restrictions``, which gives ``Addable`` for each object.
Handled: the default policy, a policy that replaces it for an object, both restrictions for applications and those for
service principals, the date from which an object must have been created, actors that are exempted.
Not handled: lifetimes, which shorten a credential and stop none. No restriction on federated credentials is published.
Errs towards: a credential can be added, where policies were not looked at or a restriction is not known.

A policy for an object replaces the default as a whole. ``trustedCertificateAuthority`` lets in certificates of given
authorities alone, so that nobody else's can be added:
https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy and
https://learn.microsoft.com/graph/api/resources/keycredentialconfiguration?view=graph-rest-beta (read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collectors.entra.policy_types import EntraAppManagementPolicy, EntraRestriction
from collectors.entra.records import EntraApplication, EntraServicePrincipal, EntraTenantRecords
from graph.decision import Truth

__all__ = ["Addable", "Restrictions"]

_SECRET, _CERTIFICATE = "passwordaddition", "trustedcertificateauthority"


@dataclass(frozen=True, slots=True)
class Addable:
    """What can be added to one object."""

    secret: Truth = Truth.TRUE
    certificate: Truth = Truth.TRUE
    federated: bool = True
    """Applications and managed identities take federated credentials; other service principals do not."""
    policy: str = ""
    """Name of the policy that decides; empty where none forbids anything."""
    other_policies: str = ""
    """Why another policy may stand in its place; empty where that is known."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the kinds that can be added, or of which that is not known."""
        kinds = (("secret", self.secret), ("certificate", self.certificate))
        found = [name for name, truth in kinds if truth is not Truth.FALSE]
        return (*found, "federated credential") if self.federated else tuple(found)

    @property
    def nothing(self) -> bool:
        """Return whether nothing at all can be added."""
        return not self.names

    @property
    def sure(self) -> bool:
        """Return whether something can be added for certain."""
        return self.federated or Truth.TRUE in (self.secret, self.certificate)

    @property
    def note(self) -> str:
        """Return a sentence for an edge; empty where nothing is forbidden."""
        if not self.policy:
            return ""
        if self.nothing:
            return f"{self.policy} forbids new credentials."
        forbidden = [name for name in ("secret", "certificate") if name not in self.names]
        left = " or ".join(self.names)
        said = f"{self.policy} forbids a new {' and a new '.join(forbidden)}; " if forbidden else f"{self.policy}: "
        open_ = [] if self.sure else ["whether it reaches this object is not told"]
        return f"{said}{'; '.join([f'a {left} can be added', *open_])}. {self.other_policies}".strip()


class Restrictions:
    """The app management policies of one tenant."""

    def __init__(self, records: EntraTenantRecords) -> None:
        policies = records.app_management_policies
        self._tenant = records.tenant.id
        self._default = next((each for each in policies if each.default), None)
        self._single = {to: each for each in policies if not each.default for to in each.applies_to}
        self._unapplied = any(not each.applies_known for each in policies if not each.default)

    def of_application(self, application: EntraApplication) -> Addable:
        """Return what can be added to an application."""
        policy = self._single.get(application.id) or self._default
        rules = policy.applications if policy is not None and policy.enabled else ()
        return self._addable(policy, rules, application.created_at, federated=True)

    def of_principal(self, principal: EntraServicePrincipal) -> Addable:
        """Return what can be added to a service principal itself."""
        policy = self._single.get(principal.id) or self._default
        rules = policy.principals if policy is not None and policy.enabled else ()
        found = self._addable(policy, rules, principal.created_at, federated=False)
        own = principal.owner_tenant in ("", self._tenant)
        if policy is not None and policy.default and own and found.policy:
            # One page says that the default is for all service principals, another for those of other tenants.
            return Addable(
                found.secret | Truth.UNKNOWN,
                found.certificate | Truth.UNKNOWN,
                False,
                found.policy,
                found.other_policies,
            )
        return found

    def _addable(
        self,
        policy: EntraAppManagementPolicy | None,
        rules: tuple[EntraRestriction, ...],
        created_at: datetime | None,
        *,
        federated: bool,
    ) -> Addable:
        secret = _allowed(rules, _SECRET, created_at)
        certificate = _allowed(rules, _CERTIFICATE, created_at)
        if policy is None or (secret is Truth.TRUE and certificate is Truth.TRUE):
            return Addable(federated=federated)
        others = ""
        if policy.default and self._unapplied:
            others = "To which objects other policies apply was not collected."
            secret, certificate = secret | Truth.UNKNOWN, certificate | Truth.UNKNOWN
        return Addable(secret, certificate, federated, policy.name or policy.id, others)


def _allowed(rules: tuple[EntraRestriction, ...], kind: str, created_at: datetime | None) -> Truth:
    found = Truth.TRUE
    for rule in rules:
        if rule.kind != kind:
            continue
        if rule.exempts or (rule.created_after is not None and created_at is None):
            found = found & Truth.UNKNOWN
        elif rule.created_after is None or (created_at is not None and created_at >= rule.created_after):
            found = Truth.FALSE
    return found
