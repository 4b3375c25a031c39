"""What one role assignment gives: whether its role means an action, and what must hold for it to count.

Input: an assignment, its role, what is asked. Output: ``Ground``: how surely the assignment allows, and when.
Handled: roles whose definition was not collected (published built-in ones; others are unverified), conditions of the
assignment and of the role's permissions, eligibility with what its activation asks for, start and end.
Not handled: deny assignments, which stand above all roles.

References
----------
https://learn.microsoft.com/azure/role-based-access-control/role-definitions and
https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-configure-role-settings
(read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from collectors.azure.access_types import AzureRoleAssignment, AzureRolePolicy
from graph.decision import ALWAYS, Residual, Truth, merge_residuals
from graph.evaluate.azure.conditions import Asked, Verdict, evaluate_condition
from graph.evaluate.azure.definitions import Role, Roles, role_guid
from graph.evaluate.azure.ids import role_grant
from graph.evaluate.azure.patterns import permits
from graph.evaluate.entra.conditions import ACTIVATION, APPROVAL, MFA, after, open_condition, until
from graph.kinds import State

__all__ = ["Ground", "Standing", "standing_of"]


@dataclass(frozen=True, slots=True)
class Ground:
    """One assignment as a reason why something is allowed."""

    assignment: AzureRoleAssignment
    role_name: str
    state: State
    """``VERIFIED``, or ``UNVERIFIED`` where the role is not known."""
    conditions: Residual = ALWAYS
    note: str = ""

    @property
    def grant(self) -> str:
        """Return the id of the assignment as a grant."""
        return role_grant(self.assignment.id, self.assignment.eligible)


@dataclass(frozen=True, slots=True)
class Standing:
    """One assignment with its role and what it waits for, whatever is asked."""

    assignment: AzureRoleAssignment
    role: Role | None
    role_name: str
    waits: Residual

    def ground(self, asked: Asked, *, data: bool) -> Ground | None:
        """Return how the assignment allows what is asked; ``None`` where it does not."""
        if self.role is None:
            return Ground(
                self.assignment, self.role_name, State.UNVERIFIED, self.waits, _UNKNOWN.format(self.role_name)
            )
        best: Verdict | None = None
        for permission in self.role.permissions:
            if permits(permission, asked.action, data=data):
                found = evaluate_condition(permission.condition, asked)
                if found.truth is not Truth.FALSE and (best is None or found.truth is Truth.TRUE):
                    best = found
        if best is None:
            if self.role.partial and not self.role.collected:
                note = _PARTIAL.format(self.role_name)
                return Ground(self.assignment, self.role_name, State.UNVERIFIED, self.waits, note)
            return None
        own = evaluate_condition(self.assignment.condition, asked)
        if own.truth is Truth.FALSE:
            return None
        conditions = merge_residuals([self.waits, best.left, own.left])
        return Ground(self.assignment, self.role_name, State.VERIFIED, conditions)


_UNKNOWN = "The definition of role {} was not collected, and with it what the role allows."
_PARTIAL = "The definition of role {} was not collected; more is published of it than is known here."


def standing_of(
    assignments: Iterable[AzureRoleAssignment],
    roles: Roles,
    policies: Mapping[tuple[str, str], AzureRolePolicy],
    told_at: datetime | None,
) -> list[Standing]:
    """Return assignments with their roles and with what each waits for.

    Parameters
    ----------
    policies
        Settings of activation by scope and role's GUID.
    told_at
        Time that the evidence tells; what begins later has not begun.
    """
    found: list[Standing] = []
    for each in assignments:
        role = roles.get(each.role_definition_id)
        name = role.name if role is not None and role.name else each.role_name or role_guid(each.role_definition_id)
        waits = [until(each.ends_at), after(each.starts_at, told_at)]
        if each.eligible:
            waits.append(open_condition(ACTIVATION, name))
            policy = policies.get((each.scope, role_guid(each.role_definition_id)))
            if policy is not None and policy.needs_mfa:
                waits.append(open_condition(MFA, "true"))
            if policy is not None and policy.needs_approval:
                waits.append(open_condition(APPROVAL, ", ".join(policy.approvers) or "an approver"))
        found.append(Standing(each, role, name, merge_residuals(waits)))
    return found
