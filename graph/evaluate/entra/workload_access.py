"""What conditional access for workload identities leaves of a credential: nothing, an open condition, or all.

Input: the records of one tenant. Output: ``WorkloadAccess``, which says what stands between each service principal and
a token.
Handled: enabled policies that block, by service principal or all of the tenant, with exclusions; locations, risk, both
together; agent identities; filters and conditions that are not understood (unverified).
Not handled: policies for single resources or authentication contexts, which leave the identity to be taken; whether the
tenant has the licence that making one needs, because existing policies go on without it.
Errs towards: leaving an edge as it is where policies were not looked at.

Managed identities, applications of other tenants and multitenant ones are not covered:
https://learn.microsoft.com/entra/identity/conditional-access/workload-identity (read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from collectors.entra.policy_types import EntraAccessPolicy
from collectors.entra.records import EntraServicePrincipal, EntraTenantRecords
from graph.decision import ALWAYS, Atom, Clause, Residual, merge_residuals
from graph.evaluate.entra.conditions import LOCATION, RISK

__all__ = ["Gate", "WorkloadAccess", "access_of"]

_MINE, _ALL, _TRUSTED = "serviceprincipalsinmytenant", "all", "alltrusted"
_FILTER = (
    "Whether the conditional access policy {} covers it follows from custom security attributes, "
    "which were not collected."
)
_OTHERS = "The conditional access policy {} has conditions that were not evaluated: {}."


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands between a credential and a token."""

    policies: tuple[str, ...] = ()
    """Names of the policies that cover the identity, enforced ones alone."""
    blocked: bool = False
    conditions: Residual = ALWAYS
    unsure: str = ""
    """Why it is not sure whether a policy blocks; empty where it is."""


_OPEN = Gate()


class WorkloadAccess:
    """The gates of one tenant."""

    def __init__(self, records: EntraTenantRecords) -> None:
        self._places = {each.id: each.name or each.id for each in records.named_locations}
        self._trusted = sorted(each.name or each.id for each in records.named_locations if each.trusted)
        self._single = {each.app_id for each in records.applications if each.audience == "AzureADMyOrg"}
        enforced = [each for each in records.access_policies if each.state == "enabled" and each.blocks]
        whole = [each for each in enforced if each.everything]
        self._by_principal, self._wide = _index(whole, agents=False)
        self._by_agent, self._wide_agents = _index(whole, agents=True)

    def gate(self, principal: EntraServicePrincipal) -> Gate:
        """Return what stands in the way of a token of a service principal."""
        if principal.kind == "agent":
            policies = [*self._by_agent.get(principal.id, ()), *self._wide_agents]
            return self._joined([each for each in policies if principal.id not in each.not_agents], agents=True)
        if principal.kind == "application" and principal.app_id in self._single:
            policies = [*self._by_principal.get(principal.id, ()), *self._wide]
            return self._joined([each for each in policies if principal.id not in each.not_principals], agents=False)
        return _OPEN

    def _joined(self, policies: list[EntraAccessPolicy], *, agents: bool) -> Gate:
        if not policies:
            return _OPEN
        names = tuple(dict.fromkeys(each.name or each.id for each in policies))
        conditions: list[Residual] = []
        unsure: list[str] = []
        for policy in policies:
            clause = self._clause(policy)
            if policy.agent_filter if agents else policy.principal_filter:
                unsure.append(_FILTER.format(policy.name or policy.id))
            elif policy.others:
                unsure.append(_OTHERS.format(policy.name or policy.id, ", ".join(sorted(policy.others))))
            elif not clause:
                return Gate(names, blocked=True)
            else:
                conditions.append((clause,))
        return Gate(names, False, merge_residuals(conditions), " ".join(unsure))

    def _clause(self, policy: EntraAccessPolicy) -> Clause:
        """Return of what at least one must hold so that a policy does not block; nothing: it always does."""
        atoms = list(self._elsewhere(policy))
        if policy.risks:
            atoms.append(Atom(RISK, "StringEquals", tuple(sorted(policy.risks)), negated=True, provider="entra"))
        return tuple(sorted(atoms))

    def _elsewhere(self, policy: EntraAccessPolicy) -> list[Atom]:
        atoms = []
        if policy.not_locations:
            atoms.append(Atom(LOCATION, "StringEquals", self._named(policy.not_locations), provider="entra"))
        if policy.locations and _ALL not in policy.locations:
            inside = self._named(policy.locations)
            atoms.append(Atom(LOCATION, "StringEquals", inside, negated=True, provider="entra"))
        return atoms

    def _named(self, locations: tuple[str, ...]) -> tuple[str, ...]:
        found: list[str] = []
        for each in locations:
            found += (
                (self._trusted or ["all trusted locations"]) if each == _TRUSTED else [self._places.get(each, each)]
            )
        return tuple(sorted(set(found)))


def _index(
    policies: list[EntraAccessPolicy], *, agents: bool
) -> tuple[dict[str, list[EntraAccessPolicy]], list[EntraAccessPolicy]]:
    """Return the policies by the object that they name, and those that name all."""
    named: dict[str, list[EntraAccessPolicy]] = defaultdict(list)
    wide = []
    for policy in policies:
        listed = policy.agents if agents else policy.principals
        filtered = policy.agent_filter if agents else policy.principal_filter
        if filtered or (_ALL if agents else _MINE) in listed:
            wide.append(policy)
        else:
            for each in dict.fromkeys(listed):
                named[each].append(policy)
    return named, wide


def access_of(records: EntraTenantRecords) -> WorkloadAccess:
    """Return what conditional access says of the workloads of a tenant."""
    return WorkloadAccess(records)
