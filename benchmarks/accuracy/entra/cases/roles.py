"""Cases: directory roles, active, eligible, custom, and by groups.

Input: none (data only). Output: ``CASES``. Not handled: resetting passwords (``resets``), applications (``apps``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_NOW, Case, gated, no, some, yes
from benchmarks.accuracy.entra.tenant import EARLIER, Tenant

__all__ = ["CASES"]

_ROLES: Final = LEARN + "entra/identity/role-based-access-control/permissions-reference"
_GROUPS: Final = LEARN + "entra/identity/role-based-access-control/groups-concept"
_PIM: Final = LEARN + "entra/id-governance/privileged-identity-management/pim-configure"
_PIM_GROUPS: Final = LEARN + "entra/id-governance/privileged-identity-management/concept-pim-for-groups"
_DIR: Final = "microsoft.directory/"
_GA: Final = "Global Administrator"
_PRA: Final = "Privileged Role Administrator"


def _people(*names: str) -> Tenant:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return tenant


CASES: Final[tuple[Case, ...]] = (
    Case(
        "roles/global-administrator",
        "Global Administrators manage everything; Global Readers read and update nothing.",
        _ROLES + "#global-reader",
        _people("ann", "bob", "carl").role("ann", _GA).role("bob", "Global Reader"),
        (yes("ann", "admin"), no("bob", "admin"), no("carl", "admin")),
    ),
    Case(
        "roles/privileged-role-administrator",
        "Whoever assigns roles can assign Global Administrator to himself; billing and security readers cannot.",
        _ROLES + "#privileged-role-administrator",
        _people("ann", "bob", "carl")
        .role("ann", _PRA)
        .role("bob", "Billing Administrator")
        .role("carl", "Security Reader"),
        (yes("ann", "admin"), no("bob", "admin"), no("carl", "admin")),
    ),
    Case(
        "roles/partner-support",
        "Partner Tier2 Support writes role assignments and resets administrators; Tier1 only non-administrators.",
        _ROLES + "#partner-tier2-support",
        _people("ann", "bob", "gina")
        .role("ann", "Partner Tier2 Support")
        .role("bob", "Partner Tier1 Support")
        .role("gina", _GA),
        (yes("ann", "admin"), some(EITHER, "ann", "gina"), no("bob", "gina"), no("bob", "admin")),
    ),
    Case(
        "roles/guest-is-administrator",
        "Guests can be added to administrator roles, which grant full permissions; a guest without one has none.",
        LEARN + "entra/fundamentals/users-default-permissions",
        Tenant().user("ann", guest=True).user("bob", guest=True).role("ann", _GA),
        (yes("ann", "admin"), no("bob", "admin")),
    ),
    Case(
        "roles/service-principal-holds-one",
        "A role assigned to a service principal holds for it and not for another application.",
        _ROLES,
        Tenant().app("deploy").app("other").role("deploy", _GA).role("other", "Directory Readers"),
        (yes("deploy", "admin"), no("other", "admin")),
    ),
    Case(
        "roles/disabled-user",
        "An account that is disabled cannot sign in until somebody enables it.",
        LEARN + "graph/api/resources/user",
        Tenant().user("ann", enabled=False).user("bob").role("ann", _GA),
        (some(NOT_NOW, "ann", "admin"), no("bob", "admin")),
    ),
    Case(
        "roles/group-with-a-role",
        "Members of a role-assignable group have its role, and its owners manage who is a member.",
        _GROUPS,
        _people("ann", "bob", "carl").group("admins", "ann", owners=("bob",), assignable=True).role("admins", _GA),
        (yes("ann", "admin"), yes("bob", "admins"), yes("bob", "admin"), no("carl", "admins"), no("carl", "admin")),
    ),
    Case(
        "roles/group-with-a-harmless-role",
        "Who joins a group gets that group's role and no more.",
        _GROUPS,
        _people("ann", "bob")
        .group("readers", owners=("bob",), assignable=True)
        .group("admins", "ann", assignable=True)
        .role("readers", "Global Reader")
        .role("admins", _GA),
        (yes("bob", "readers"), no("bob", "admins"), no("bob", "admin")),
    ),
    Case(
        "roles/custom-role-for-role-assignable-groups",
        "A custom role that updates role-assignable groups reaches what they are assigned; its plain twin does not.",
        # The page first named here (custom-group-permissions) does not list the action; that on PIM for groups does.
        LEARN + "entra/id-governance/privileged-identity-management/groups-discover-groups",
        _people("ann", "bob", "gina")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .custom("member editor", _DIR + "groupsAssignableToRoles/allProperties/update")
        .custom("plain editor", _DIR + "groups/members/update")
        .role("ann", "member editor")
        .role("bob", "plain editor"),
        (yes("ann", "admins"), yes("ann", "admin"), no("bob", "admins"), no("bob", "admin")),
    ),
    Case(
        "pim/eligible",
        "An eligible role is used after it is activated; an active one at once.",
        _PIM,
        _people("ann", "bob", "carl").eligible("ann", _GA).role("bob", _GA).eligible("carl", "Global Reader"),
        (gated("ann", "admin"), yes("bob", "admin"), no("carl", "admin")),
    ),
    Case(
        "pim/eligible-with-mfa-and-approval",
        "Activation can ask for a second factor and approval; who approves does not hold the role.",
        LEARN + "entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings",
        _people("ann", "bob", "carl").eligible("ann", _PRA).activation(_PRA, mfa=True, approvers=("bob",)),
        (gated("ann", "admin"), no("bob", "admin"), no("carl", "admin")),
    ),
    Case(
        "pim/eligibility-is-over",
        "An eligible assignment that has ended cannot be activated.",
        _PIM,
        _people("ann", "bob").eligible("ann", _GA, end="2026-03-01T00:00:00Z").eligible("bob", _GA),
        (no("ann", "admin"), gated("bob", "admin")),
    ),
    Case(
        "pim/group-is-eligible",
        "Where a group is made eligible, each member activates the role for himself.",
        _GROUPS,
        _people("ann", "bob").group("oncall", "ann", assignable=True).eligible("oncall", _GA),
        (gated("ann", "admin"), no("bob", "admin")),
    ),
    Case(
        "pim/eligible-member-of-a-group",
        "PIM for groups makes people eligible for membership or ownership; others have neither.",
        _PIM_GROUPS,
        _people("ann", "bob", "carl")
        .group("admins", assignable=True)
        .role("admins", _GA)
        .eligible_member("ann", "admins")
        .eligible_member("bob", "admins", "owner"),
        (
            gated("ann", "admins"),
            gated("ann", "admin"),
            gated("bob", "admins"),
            gated("bob", "admin"),
            no("carl", "admins"),
        ),
    ),
    Case(
        "pim/eligible-application-administrator",
        "Activation stands between an eligible Application Administrator and the application.",
        _ROLES + "#application-administrator",
        _people("ann", "bob")
        .app("deploy")
        .grant("deploy", "RoleManagement.ReadWrite.Directory")
        .eligible("ann", "Application Administrator")
        .eligible("bob", "Reports Reader"),
        (gated("ann", "deploy"), gated("ann", "admin"), no("bob", "deploy"), no("bob", "admin")),
    ),
    Case(
        "roles/scoped-to-a-unit",
        "A role that is scoped to an administrative unit gives nothing on the tenant.",
        LEARN + "entra/identity/role-based-access-control/administrative-units",
        _people("ann", "bob", "gina")
        .unit("sales", "bob")
        .role("ann", "User Administrator", scope="sales")
        .role("gina", _GA),
        (some(EITHER, "ann", "bob"), no("ann", "gina"), no("ann", "admin")),
    ),
    Case(
        "roles/two-weak-roles",
        "Reading roles add up to reading.",
        _ROLES,
        _people("ann", "gina")
        .role("ann", "Directory Readers")
        .role("ann", "Global Reader")
        .role("ann", "Reports Reader")
        .app("deploy")
        .grant("deploy", "RoleManagement.ReadWrite.Directory")
        .secret("deploy", "first", start=EARLIER)
        .role("gina", _GA),
        (no("ann", "admin"), no("ann", "deploy"), no("ann", "gina"), yes("deploy", "admin")),
    ),
)
