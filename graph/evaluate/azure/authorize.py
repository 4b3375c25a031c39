"""Decide: may this principal do this action at this scope of Azure, why, and under which conditions.

Input: ``AzureRecords`` and a request. Output: ``graph.decision.Decision``.
Handled: roles assigned to the principal and to its groups at the scope and above it (root, management groups,
subscription, resource group, resource), ``NotActions`` within one role, data actions apart from others, conditions of
assignments and of roles, eligible and timed assignments, deny assignments with their exclusions (they win over every
role), a subscription that is disabled, assignments that were not looked at (unverified).
Not handled: classic administrators (retired), locks and Azure Policy, which are not collected; rules of a data plane
other than roles (access policies of vaults, shared keys, Kubernetes RBAC).
Errs towards: unverified where a role's definition is missing; a layer of denies that was not looked at is told and
leaves the answer as it is.

References
----------
https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
https://learn.microsoft.com/azure/role-based-access-control/deny-assignments (read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from collectors.azure.access_types import AzureDenyAssignment
from collectors.azure.records import AzureRecords
from collectors.interface import Presence
from graph.decision import Deciding, Decision, Outcome, Residual, Truth, merge_residuals
from graph.evaluate.azure.assignments import Ground, Standing, standing_of
from graph.evaluate.azure.conditions import Asked, evaluate_condition, negated
from graph.evaluate.azure.definitions import Roles, role_guid
from graph.evaluate.azure.ids import tidy
from graph.evaluate.azure.patterns import permits
from graph.evaluate.azure.scopes import Scopes
from graph.evaluate.entra.conditions import open_condition
from graph.kinds import State

__all__ = ["ENABLED", "AzureAuthority", "AzureRequest", "hits"]

ENABLED = "azure:subscription-enabled"
"""Key of the condition that a disabled subscription is enabled again, until when nothing in it is changed or run."""
_STOPPED = frozenset({"disabled", "deleted"})
_SEEN = (Presence.PRESENT, Presence.EMPTY)


@dataclass(frozen=True, slots=True)
class AzureRequest:
    """What is asked."""

    principals: tuple[str, ...]
    """Object id of who asks, then of every group that it is in."""
    action: str
    scope: str
    data: bool = False
    """True for an action on the data in a resource."""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For conditions: ``request:<attribute>`` … in lower case to values; what is not stated is unknown."""


class AzureAuthority:
    """Everything that decides requests on one set of records, indexed."""

    def __init__(self, records: AzureRecords) -> None:
        self.records = records
        self.scopes = Scopes(records)
        self.roles = Roles(records.role_definitions)
        policies = {(each.scope, role_guid(each.role_definition_id)): each for each in records.role_policies}
        self.standings = standing_of(records.role_assignments, self.roles, policies, records.told_at)
        self._by_principal: dict[str, list[Standing]] = defaultdict(list)
        for each in self.standings:
            self._by_principal[each.assignment.principal_id].append(each)
        self._denies: dict[str, list[AzureDenyAssignment]] = defaultdict(list)
        for deny in records.deny_assignments:
            self._denies[deny.scope].append(deny)
        within: dict[str, list[AzureDenyAssignment]] = defaultdict(list)
        for deny in records.deny_assignments:
            for place in self.scopes.above(deny.scope):
                within[place].append(deny)
        self.denies_within: Mapping[str, tuple[AzureDenyAssignment, ...]] = {
            place: tuple(found) for place, found in within.items()
        }
        """Deny assignments at a scope or below it."""
        self._seen: dict[str, dict[str, bool]] = defaultdict(dict)
        for (where, operation), presence in records.presence.items():
            self._seen[operation][where] = presence in _SEEN
        self._stopped = {each.id: each.name for each in records.subscriptions if each.state.lower() in _STOPPED}

    def of_principal(self, principal: str) -> tuple[Standing, ...]:
        """Return the assignments of one principal itself."""
        return tuple(self._by_principal.get(principal, ()))

    def principals(self) -> tuple[str, ...]:
        """Return every principal that has an assignment."""
        return tuple(sorted(self._by_principal))

    def stopped(self, scope: str) -> Residual:
        """Return the condition that the subscription of a scope is enabled, where it is not."""
        if not self._stopped:
            return ()
        name = self._stopped.get(self.scopes.subscription(scope))
        return open_condition(ENABLED, name) if name is not None else ()

    def decide(self, request: AzureRequest) -> Decision:
        """Return the decision on a request.

        Notes
        -----
        O(assignments of the principals + denies above the scope).
        """
        scope = tidy(request.scope)
        asked = Asked(request.action, request.attributes)
        grounds = self._grounds(request, scope, asked)
        denied, stops, labels = self._denials(request, scope, asked)
        notes = self._notes(scope)
        if denied:
            return Decision(Outcome.DENIED, tuple(denied), notes=notes)
        stopped = () if request.action.lower().endswith(("/read", "/delete")) else self.stopped(scope)
        if not grounds:
            if not self._looked_at(scope, "authorization.roleAssignments"):
                return Decision(Outcome.UNVERIFIED, notes=("Role assignments were not looked at.", *notes))
            return Decision(
                Outcome.NOT_ALLOWED,
                (Deciding("role_assignment", "missing", "every role that it has here or above", -1),),
                notes=notes,
            )
        return self._allowed(grounds, merge_residuals([*stops, stopped]), labels, notes)

    def _allowed(
        self, grounds: list[Ground], further: Residual, labels: list[Deciding], notes: tuple[str, ...]
    ) -> Decision:
        sure = [each for each in grounds if each.state is State.VERIFIED]
        if not sure:
            notes = (*dict.fromkeys(each.note for each in grounds), *notes)
            return Decision(Outcome.UNVERIFIED, tuple(map(_deciding, grounds)), notes=notes)
        ways = {each: merge_residuals([each.conditions, further]) for each in sure}
        free = [each for each, left in ways.items() if not left]
        if free:
            return Decision(Outcome.ALLOWED, tuple(map(_deciding, free)), notes=notes)
        alternatives = tuple(sorted(set(ways.values()), key=lambda left: (len(left), left)))
        understood = any(_understood(left) for left in alternatives)
        outcome = Outcome.CONDITIONAL if understood else Outcome.UNVERIFIED
        if not understood:
            notes = (*notes, "A condition was not understood.")
        return Decision(outcome, (*map(_deciding, sure), *labels), alternatives, notes)

    def _grounds(self, request: AzureRequest, scope: str, asked: Asked) -> list[Ground]:
        above = set(self.scopes.above(scope))
        found = (
            standing.ground(asked, data=request.data)
            for principal in dict.fromkeys(request.principals)
            for standing in self._by_principal.get(principal, ())
            if standing.assignment.scope in above
        )
        return [each for each in found if each is not None]

    def _denials(
        self, request: AzureRequest, scope: str, asked: Asked
    ) -> tuple[list[Deciding], list[Residual], list[Deciding]]:
        """Return denies that hold, what must hold so that open ones do not, and those open ones."""
        denied: list[Deciding] = []
        stops: list[Residual] = []
        labels: list[Deciding] = []
        for deny in self.denies_at(scope):
            if not hits(deny, request.principals):
                continue
            for number, permission in enumerate(deny.permissions):
                if not permits(permission, asked.action, data=request.data):
                    continue
                verdict = evaluate_condition(deny.condition, asked)
                deciding = Deciding("deny_assignment", "Deny", deny.id, number, deny.name)
                if verdict.truth is Truth.TRUE:
                    denied.append(deciding)
                elif verdict.truth is Truth.UNKNOWN:
                    stops.append(negated(verdict).left)
                    labels.append(deciding)
        return denied, stops, labels

    def denies_at(self, scope: str) -> Iterable[AzureDenyAssignment]:
        """Yield the deny assignments that are in force at a scope, whomever they are about."""
        for place in self.scopes.above(scope):
            for deny in self._denies.get(place, ()):
                if deny.children or place == scope:
                    yield deny

    def _notes(self, scope: str) -> tuple[str, ...]:
        notes: list[str] = []
        if not self._looked_at(scope, "authorization.denyAssignments"):
            notes.append("Deny assignments were not looked at; one could refuse.")
        if not self.scopes.place_known(scope):
            notes.append("What stands above the subscription was not told; an assignment there would not be seen.")
        return tuple(notes)

    def _looked_at(self, scope: str, operation: str) -> bool:
        """Return whether an operation was looked at for the subscription of a scope; above subscriptions, anywhere."""
        seen = self._seen.get(operation, {})
        subscription = self.scopes.subscription(scope).rpartition("/")[2]
        return seen.get(subscription, False) if subscription else any(seen.values())


def hits(deny: AzureDenyAssignment, principals: Iterable[str]) -> bool:
    """Return whether a deny assignment is about somebody who is all of some principals: itself and its groups."""
    own = set(principals)
    return (deny.everyone or not own.isdisjoint(deny.principals)) and own.isdisjoint(deny.excluded)


def _understood(left: Residual) -> bool:
    return all(any(atom.operator != "?" for atom in clause) for clause in left)


def _deciding(ground: Ground) -> Deciding:
    return Deciding("role_assignment", "Allow", ground.assignment.id, 0, ground.role_name)
