"""Privileged Identity Management from Graph answers: eligible and timed members of groups, what activation asks for.

Input: ``Reading``. Output: records by id.
Handled: policies of roles and of groups (``member`` and ``owner``) in one listing; rules expanded or not (not expanded:
nothing is known of what activation asks for).
Not handled: how long an activation lasts; notification rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.entra.records_fields import Fields, Reading, has_list, object_id
from collectors.entra.role_types import EntraGroupAssignment, EntraGroupEligibility, EntraRolePolicy

__all__ = ["read_group_assignments", "read_group_eligibilities", "read_role_policies"]

_PIM = "identityGovernance.privilegedAccess.group"


def read_group_eligibilities(reading: Reading) -> dict[str, EntraGroupEligibility]:
    """Return who can activate the membership or ownership of a group."""

    def build(item: Fields) -> EntraGroupEligibility:
        group, principal, access = _who(item)
        identity = item.text("id") or f"{group}:{principal}:{access}"
        return EntraGroupEligibility(identity, group, principal, access, item.ref, item.time("endDateTime"))

    found: dict[str, EntraGroupEligibility] = {}
    for eligibility in reading.each(f"{_PIM}.eligibilityScheduleInstances", build):
        found.setdefault(eligibility.id, eligibility)
    return found


def read_group_assignments(reading: Reading) -> dict[str, EntraGroupAssignment]:
    """Return memberships and ownerships that PIM manages: activated ones, and assigned ones with their end."""

    def build(item: Fields) -> EntraGroupAssignment:
        group, principal, access = _who(item)
        return EntraGroupAssignment(
            item.text("id") or f"{group}:{principal}:{access}",
            group,
            principal,
            access,
            item.ref,
            item.text("assignmentType").lower() == "activated",
            item.time("endDateTime"),
        )

    found: dict[str, EntraGroupAssignment] = {}
    for assignment in reading.each(f"{_PIM}.assignmentScheduleInstances", build):
        found.setdefault(assignment.id, assignment)
    return found


def _who(item: Fields) -> tuple[str, str, str]:
    return object_id(item, "groupId"), object_id(item, "principalId"), item.text("accessId").lower() or "member"


def read_role_policies(reading: Reading) -> dict[str, EntraRolePolicy]:
    """Return what activating each role, and each group's membership and ownership, asks for.

    References
    ----------
    https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyrule (read 2026-11).
    """

    def build(item: Fields) -> EntraRolePolicy:
        group = object_id(item, "scopeId") if item.text("scopeType").lower() == "group" else ""
        mfa = approval = False
        context = ""
        approvers: list[str] = []
        whole = item.inner("policy")
        for rule in whole.items("rules"):
            name = rule.text("id")
            if name == "Enablement_EndUser_Assignment":
                mfa = "MultiFactorAuthentication" in rule.texts("enabledRules")
            elif name == "AuthenticationContext_EndUser_Assignment" and rule.flag("isEnabled") is True:
                context = rule.text("claimValue") or "any"
            elif name == "Approval_EndUser_Assignment":
                setting = rule.inner("setting")
                approval = setting.flag("isApprovalRequired") is True
                for stage in setting.items("approvalStages"):
                    approvers += _approvers(stage)
        return EntraRolePolicy(
            role_id=object_id(item, "roleDefinitionId"),
            ref=item.ref,
            needs_mfa=mfa,
            needs_approval=approval,
            approvers=tuple(dict.fromkeys(approvers)),
            group_id=group,
            authentication_context=context,
            rules_known=has_list(whole.body, "rules"),
        )

    found: dict[str, EntraRolePolicy] = {}
    for policy in reading.each("policies.roleManagementPolicyAssignments", build):
        found.setdefault(f"{policy.group_id}:{policy.role_id}", policy)
    return found


def _approvers(stage: Fields) -> Iterator[str]:
    for each in stage.items("primaryApprovers"):
        identity = each.text("userId") or each.text("groupId") or each.text("id")
        if identity:
            yield identity.lower()
