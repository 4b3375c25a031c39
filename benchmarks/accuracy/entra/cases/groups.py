"""Cases: who gets into a group: owners, roles, permissions, and groups that nobody edits by hand.

Input: none (data only). Output: ``CASES``. Not handled: what a group is assigned beyond directory roles.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_NOW, NOT_SURE, OPEN, Case, no, some, yes
from benchmarks.accuracy.entra.tenant import Tenant

__all__ = ["CASES"]

_ROLES: Final = LEARN + "entra/identity/role-based-access-control/permissions-reference"
_CONCEPT: Final = LEARN + "entra/identity/role-based-access-control/groups-concept"
_MEMBERS: Final = LEARN + "graph/api/group-post-members"
_RESTRICTED: Final = LEARN + "entra/identity/role-based-access-control/admin-units-restricted-management"
_DYNAMIC: Final = LEARN + "entra/identity/users/groups-dynamic-membership"
_SYNCED: Final = LEARN + "entra/fundamentals/how-to-manage-groups"
_PIM_API: Final = LEARN + "graph/api/privilegedaccessgroup-post-assignmentschedulerequests"
_GA: Final = "Global Administrator"


def _people(*names: str) -> Tenant:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return tenant


CASES: Final[tuple[Case, ...]] = (
    Case(
        "groups/owner",
        "An owner manages the members of the group that he owns, and of no other.",
        LEARN + "entra/fundamentals/users-default-permissions#group-owner-permissions",
        _people("ann", "bob").group("red", owners=("ann",)).group("blue", owners=("bob",)),
        (yes("ann", "red"), no("ann", "blue"), yes("bob", "blue")),
    ),
    Case(
        "groups/nested",
        "Members of a member group are members; members of the outer group are not members of the inner one.",
        LEARN + "entra/fundamentals/how-to-manage-groups",
        _people("ann", "bob", "carl").group("inner", "ann").group("outer", "inner", "bob"),
        (yes("ann", "outer"), yes("bob", "outer"), no("bob", "inner"), no("carl", "outer")),
    ),
    Case(
        "groups/owner-of-the-inner-group",
        "Who gets into the inner group is in the outer one.",
        LEARN + "entra/fundamentals/how-to-manage-groups",
        _people("ann", "bob").group("inner", owners=("ann",)).group("outer", "inner", owners=("bob",)),
        (yes("ann", "outer"), yes("bob", "outer"), no("bob", "inner")),
    ),
    Case(
        "groups/groups-administrator",
        "Groups Administrators edit members of security groups, role-assignable ones excluded.",
        _ROLES + "#groups-administrator",
        _people("ann", "bob", "gina")
        .group("plain")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .role("ann", "Groups Administrator")
        .role("bob", "Global Reader"),
        (yes("ann", "plain"), no("ann", "admins"), no("ann", "admin"), no("bob", "plain")),
    ),
    Case(
        "groups/directory-writers",
        "Directory Writers edit members, role-assignable groups excluded; Directory Readers do not.",
        _ROLES + "#directory-writers",
        _people("ann", "bob", "gina")
        .group("plain")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .role("ann", "Directory Writers")
        .role("bob", "Directory Readers"),
        # Changed after the first run, from "no": the page lists oAuth2PermissionGrants/create, so that consent for all
        # may be given to an application and is used when an administrator signs in; "no" stays right as well, as the
        # role makes no application.
        (yes("ann", "plain"), some(NOT_NOW, "ann", "admins"), some(NOT_NOW, "ann", "admin"), no("bob", "plain")),
    ),
    Case(
        "groups/exchange-administrator",
        "Exchange Administrators edit Microsoft 365 groups and no security groups.",
        _ROLES + "#exchange-administrator",
        _people("ann").group("team", unified=True).group("security").role("ann", "Exchange Administrator"),
        (yes("ann", "team"), no("ann", "security"), no("ann", "admin")),
    ),
    Case(
        "groups/intune-administrator",
        "Intune Administrators edit security groups and no Microsoft 365 groups.",
        _ROLES + "#intune-administrator",
        _people("ann", "gina")
        .group("team", unified=True)
        .group("security")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .role("ann", "Intune Administrator"),
        (yes("ann", "security"), no("ann", "team"), no("ann", "admins"), no("ann", "admin")),
    ),
    Case(
        "groups/knowledge-manager",
        "Knowledge Managers, too, edit members of security groups.",
        _ROLES + "#knowledge-manager",
        _people("ann").group("team", unified=True).group("security").role("ann", "Knowledge Manager"),
        (yes("ann", "security"), no("ann", "team")),
    ),
    Case(
        "groups/identity-governance-administrator",
        "Identity Governance Administrators edit members of both kinds, role-assignable groups excluded.",
        _ROLES + "#identity-governance-administrator",
        _people("ann", "gina")
        .group("team", unified=True)
        .group("security")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .role("ann", "Identity Governance Administrator"),
        (yes("ann", "security"), yes("ann", "team"), no("ann", "admins"), no("ann", "admin")),
    ),
    Case(
        "groups/user-administrator",
        "User Administrators manage all groups but role-assignable ones.",
        _ROLES + "#user-administrator",
        _people("ann", "gina")
        .group("plain")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .role("ann", "User Administrator"),
        (yes("ann", "plain"), no("ann", "admins"), no("ann", "admin")),
    ),
    Case(
        "groups/privileged-role-administrator",
        "Privileged Role Administrators manage the members of role-assignable groups.",
        _CONCEPT,
        _people("ann", "bob", "gina")
        .group("admins", "gina", assignable=True)
        .role("admins", "Global Reader")
        .role("ann", "Privileged Role Administrator")
        .role("bob", "Groups Administrator"),
        (yes("ann", "admins"), no("bob", "admins")),
    ),
    Case(
        "groups/dynamic",
        "Nobody adds members to a dynamic group by hand; a Groups Administrator rewrites the rule.",
        _DYNAMIC,
        _people("ann")
        .group("auto", rule='user.department -eq "Sales"')
        .group("manual")
        .app("adder")
        .app("writer")
        .grant("adder", "GroupMember.ReadWrite.All")
        .grant("writer", "Group.ReadWrite.All")
        .role("ann", "Groups Administrator"),
        (
            some(EITHER, "ann", "auto"),
            yes("ann", "manual"),
            no("adder", "auto"),
            some(EITHER, "writer", "auto"),
            some(EITHER, "adder", "manual"),
        ),
    ),
    Case(
        "groups/dynamic-rule-is-not-in-this-role",
        "A role that edits members alone does not edit the rule of a dynamic group.",
        _DYNAMIC,
        _people("ann")
        .group("auto", rule='user.department -eq "Sales"')
        .group("manual")
        .role("ann", "Knowledge Manager"),
        (no("ann", "auto"), yes("ann", "manual")),
    ),
    Case(
        "groups/synchronized",
        "Groups that come from an on-premises directory are managed there only.",
        _SYNCED,
        _people("ann", "bob")
        .group("onprem", owners=("bob",), synced=True)
        .group("cloud")
        .role("ann", "Groups Administrator"),
        (no("ann", "onprem"), no("bob", "onprem"), yes("ann", "cloud")),
    ),
    Case(
        "groups/restricted-unit",
        "A group in a restricted unit is edited by administrators of that unit, not by owners or tenant-wide ones.",
        _RESTRICTED,
        _people("ann", "owner", "local")
        .group("vault", owners=("owner",))
        .group("plain", owners=("owner",))
        .unit("guarded", "vault", restricted=True)
        .role("ann", "Groups Administrator")
        .role("local", "Groups Administrator", scope="guarded"),
        (
            no("ann", "vault"),
            no("owner", "vault"),
            yes("local", "vault"),
            yes("ann", "plain"),
            yes("owner", "plain"),
            no("local", "plain"),
        ),
    ),
    Case(
        "groups/restricted-unit-and-applications",
        "Permissions of Microsoft Graph do not apply to what is in a restricted unit; a role at its scope does.",
        _RESTRICTED + "#programmability",
        _people("ann")
        .group("vault")
        .group("plain")
        .unit("guarded", "vault", restricted=True)
        .app("writer")
        .app("local")
        .grant("writer", "Group.ReadWrite.All")
        .role("local", "Groups Administrator", scope="guarded"),
        (no("writer", "vault"), yes("writer", "plain"), yes("local", "vault"), no("local", "plain")),
    ),
    Case(
        "groups/unit-scope",
        "A Groups Administrator of a unit edits the groups in it.",
        LEARN + "entra/identity/role-based-access-control/manage-roles-portal",
        _people("ann")
        .group("inside")
        .group("outside")
        .unit("stores", "inside")
        .role("ann", "Groups Administrator", scope="stores"),
        (yes("ann", "inside"), no("ann", "outside")),
    ),
    Case(
        "groups/write-permission",
        "Group.ReadWrite.All edits members, but not of role-assignable groups; reading edits none.",
        _MEMBERS,
        _people("gina")
        .group("plain")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .app("writer")
        .app("reader")
        .grant("writer", "Group.ReadWrite.All")
        .grant("reader", "GroupMember.Read.All"),
        (
            yes("writer", "plain"),
            no("writer", "admins"),
            no("writer", "admin"),
            no("reader", "plain"),
        ),
    ),
    Case(
        "groups/role-management-permission",
        "For members of role-assignable groups RoleManagement.ReadWrite.Directory is asked for.",
        _CONCEPT,
        _people("gina")
        .group("admins", "gina", assignable=True)
        .role("admins", "Global Reader")
        .app("manager")
        .app("writer")
        .grant("manager", "RoleManagement.ReadWrite.Directory")
        .grant("writer", "GroupMember.ReadWrite.All"),
        (some(EITHER, "manager", "admins"), no("writer", "admins"), no("writer", "admin")),
    ),
    Case(
        "groups/directory-write-permission",
        "Directory.ReadWrite.All edits members of plain groups, not of role-assignable ones, and assigns no roles.",
        LEARN + "graph/permissions-reference#directoryreadwriteall",
        _people("gina")
        .group("plain")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .app("writer")
        .app("reader")
        .grant("writer", "Directory.ReadWrite.All")
        .grant("reader", "Directory.Read.All"),
        (
            some(EITHER, "writer", "plain"),
            no("writer", "admins"),
            no("writer", "admin"),
            no("reader", "plain"),
            no("reader", "admin"),
        ),
    ),
    Case(
        "groups/privileged-access-permission",
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup assigns members, also of role-assignable groups.",
        _PIM_API,
        _people("gina")
        .group("admins", "gina", assignable=True)
        .role("admins", _GA)
        .app("pim")
        .app("old")
        .app("reader")
        .grant("pim", "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup")
        .grant("old", "PrivilegedAccess.ReadWrite.AzureADGroup")
        .grant("reader", "RoleManagement.Read.Directory"),
        (
            # Changed after the first run, from EITHER: groups-concept says that RoleManagement.ReadWrite.Directory is
            # asked for, the page of the request does not; so it is open.
            some(OPEN, "pim", "admins", source=_CONCEPT),
            some(OPEN, "pim", "admin", source=_CONCEPT),
            some(OPEN, "old", "admin", source=_CONCEPT),
            no("reader", "admins"),
            no("reader", "admin"),
        ),
    ),
    Case(
        "groups/custom-role",
        "A custom role edits the subtype that its action names.",
        LEARN + "entra/identity/role-based-access-control/custom-group-permissions",
        _people("ann", "bob")
        .group("security")
        .group("team", unified=True)
        .custom("security editor", "microsoft.directory/groups.security/members/update")
        .custom("namer", "microsoft.directory/groups/basic/update")
        .role("ann", "security editor")
        .role("bob", "namer"),
        (yes("ann", "security"), no("ann", "team"), no("bob", "security"), no("bob", "team")),
    ),
    Case(
        "groups/custom-role-on-one-group",
        "A custom role that is assigned on one group holds for that group.",
        LEARN + "entra/identity/role-based-access-control/custom-group-permissions",
        _people("ann")
        .group("mine")
        .group("other")
        .custom("editor", "microsoft.directory/groups/members/update")
        .role("ann", "editor", scope="mine"),
        (yes("ann", "mine"), no("ann", "other")),
    ),
    Case(
        "groups/owner-is-a-service-principal",
        "A service principal that owns a group is granted what it needs for it by owning.",
        LEARN + "graph/permissions-overview",
        Tenant().app("bot").app("other").group("red", owners=("bot",)),
        # Changed after the first run, from EITHER: the page of the call names a permission besides.
        (some(OPEN, "bot", "red", source=_MEMBERS), no("other", "red")),
    ),
    Case(
        "groups/disabled-owner",
        "A disabled owner manages nothing before somebody enables him.",
        LEARN + "graph/api/resources/user",
        Tenant().user("ann", enabled=False).user("bob").group("red", owners=("ann",)),
        (some(NOT_SURE, "ann", "red"), no("bob", "red")),
    ),
)
