"""What activating an eligible role asks for, as conditions.

Input: the role's name, its policy, names of people. Output: a ``Residual``.
Handled: the activation itself, a second factor, an authentication context, approval by somebody of a list.
Not handled: justification and tickets, which whoever activates writes; they stop nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.entra.role_types import EntraRolePolicy
from graph.decision import Residual, merge_residuals
from graph.evaluate.entra.conditions import ACTIVATION, APPROVAL, CONTEXT, MFA, open_condition

__all__ = ["activation_conditions"]


def activation_conditions(role: str, policy: EntraRolePolicy | None, names: Mapping[str, str]) -> Residual:
    """Return what must come about before an eligible role counts.

    Parameters
    ----------
    role
        Its name, or what is activated of a group.
    policy
        What activating it asks for; ``None`` where that was not looked at, and then nothing more is known.
    names
        Names of approvers by object id.
    """
    parts = [open_condition(ACTIVATION, role)]
    if policy is not None and policy.needs_mfa:
        parts.append(open_condition(MFA, "true"))
    if policy is not None and policy.authentication_context:
        parts.append(open_condition(CONTEXT, policy.authentication_context))
    if policy is not None and policy.needs_approval:
        approvers = [names.get(each, each) for each in policy.approvers] or ["a role administrator"]
        parts.append(open_condition(APPROVAL, *approvers))
    return merge_residuals(parts)
