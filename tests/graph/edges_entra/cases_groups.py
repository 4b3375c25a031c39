"""Cases: becoming a member of a group."""

from __future__ import annotations

from graph.kinds import State
from tests.graph.edges_entra.technique_case import Case, fires, silent
from tests.worlds.entra import EntraWorldFiles, entra, oid

__all__ = ["cases"]

HELD, ACTIVATION = "entra:user-held", "entra:activation"
UNSURE = State.UNVERIFIED


def cases() -> list[Case]:
    """Return the cases."""
    return [*_owners(), *_permissions(), *_roles(), *_custom(), *_pim(), *_group_policies(), *_restricted()]


def _owners() -> list[Case]:
    technique = "entra-group-owner"

    def world(**more: bool) -> EntraWorldFiles:
        return entra().user("alice").group("ops", owners=["alice"], **more)

    return [
        fires(technique, "a security group", world(), "alice", "group:ops", grants=1),
        fires(technique, "a role-assignable group", world(role_assignable=True), "alice", "group:ops"),
        fires(technique, "a Microsoft 365 group", world(unified=True), "alice", "group:ops"),
        fires(
            technique,
            "a guest",
            entra().user("alice", guest=True).group("ops", owners=["alice"]),
            "alice",
            "group:ops",
            state=UNSURE,
        ),
        fires(
            technique,
            "a service principal",
            entra().app("ci").group("ops", owners=["sp:ci"]),
            "sp:ci",
            "group:ops",
            state=UNSURE,
        ),
        fires(
            technique,
            "who can activate the ownership",
            entra().user("alice").group("ops").group_eligible("alice", "ops", "owner"),
            "alice",
            "group:ops",
            keys={ACTIVATION},
        ),
        fires(
            technique,
            "an agent's account, of a role-assignable group",
            _agents(role_assignable=True),
            "botty",
            "group:ops",
            keys={HELD},
        ),
        fires(technique, "an agent's account", _agents(), "botty", "group:ops"),
        silent(technique, "a dynamic group", world(dynamic=True), "alice", "group:ops"),
        silent(technique, "a group from premises", world(synced=True), "alice", "group:ops"),
        silent(technique, "a member is no owner", entra().user("alice").group("ops", "alice"), "alice", "group:ops"),
        silent(technique, "owners that were not looked at", world().without("groups.owners"), "alice", "group:ops"),
    ]


def _agents(**more: bool) -> EntraWorldFiles:
    """Return a tenant in which an agent's user account owns a group."""
    return entra().blueprint("bp").agent("bot", "bp").agent_user("botty", "bot").group("ops", owners=["botty"], **more)


def _permissions() -> list[Case]:
    found = []
    for technique, permission in (
        ("entra-groupmember-readwrite-all", "GroupMember.ReadWrite.All"),
        ("entra-group-readwrite-all", "Group.ReadWrite.All"),
        ("entra-directory-readwrite-all", "Directory.ReadWrite.All"),
    ):

        def world(permission: str = permission, **more: bool) -> EntraWorldFiles:
            return entra().app("ci").grants("ci", permission).group("ops", **more)

        found += [
            fires(technique, "a security group", world(), "sp:ci", "group:ops", grants=1),
            fires(
                technique, "a Microsoft 365 group, with a user", world(unified=True), "sp:ci", "group:ops", keys={HELD}
            ),
            silent(technique, "a role-assignable group", world(role_assignable=True), "sp:ci", "group:ops"),
            silent(technique, "a dynamic group", world(dynamic=True), "sp:ci", "group:ops"),
            silent(technique, "a group from premises", world(synced=True), "sp:ci", "group:ops"),
            silent(technique, "the permission that reads", world("Group.Read.All"), "sp:ci", "group:ops"),
            silent(
                technique,
                "a member of a restricted unit",
                world().unit("board", "group:ops", restricted=True),
                "sp:ci",
                "group:ops",
            ),
        ]
    return found


def _roles() -> list[Case]:
    found = []
    for technique, role in (
        ("entra-groups-administrator", "Groups Administrator"),
        ("entra-user-administrator-groups", "User Administrator"),
        ("entra-directory-writers", "Directory Writers"),
        ("entra-identity-governance-administrator", "Identity Governance Administrator"),
        ("entra-partner-tier1-groups", "Partner Tier1 Support"),
    ):

        def world(role: str = role, **more: bool) -> EntraWorldFiles:
            return entra().user("alice").role("alice", role).group("ops", **more)

        found += [
            fires(technique, "a security group", world(), "alice", "group:ops"),
            fires(technique, "a Microsoft 365 group", world(unified=True), "alice", "group:ops"),
            silent(technique, "a role-assignable group", world(role_assignable=True), "alice", "group:ops"),
            silent(technique, "another role", world("Directory Readers"), "alice", "group:ops"),
        ]
    found += _roles_of_one_kind()
    scope = f"/administrativeUnits/{oid('unit:north')}"
    scoped = entra().user("alice").role("alice", "Groups Administrator", scope=scope).group("ops").group("far")
    unit = scoped.unit("north", "group:ops")
    exchange = entra().user("alice").role("alice", "Exchange Administrator").group("mail", unified=True).group("ops")
    return [
        *found,
        fires("entra-groups-administrator", "a group of the unit", unit, "alice", "group:ops"),
        silent("entra-groups-administrator", "a group outside the unit", unit, "alice", "group:far"),
        fires("entra-exchange-administrator", "a Microsoft 365 group", exchange, "alice", "group:mail"),
        silent("entra-exchange-administrator", "a security group", exchange, "alice", "group:ops"),
    ]


def _custom() -> list[Case]:
    technique = "entra-custom-role-group-members"

    def world(action: str, **more: bool) -> EntraWorldFiles:
        custom = entra().user("alice").custom_role("c", f"microsoft.directory/{action}").role("alice", "c")
        return custom.group("ops", **more)

    return [
        fires(technique, "members of any group", world("groups/members/update"), "alice", "group:ops"),
        fires(technique, "owners of any group", world("groups/owners/update"), "alice", "group:ops"),
        fires(technique, "members of security groups", world("groups.security/members/update"), "alice", "group:ops"),
        fires(
            technique,
            "members of Microsoft 365 groups",
            world("groups.unified/members/update", unified=True),
            "alice",
            "group:ops",
        ),
        silent(
            technique,
            "security groups alone",
            world("groups.security/members/update", unified=True),
            "alice",
            "group:ops",
        ),
        silent(technique, "Microsoft 365 groups alone", world("groups.unified/members/update"), "alice", "group:ops"),
        silent(
            technique,
            "a role-assignable group",
            world("groups/members/update", role_assignable=True),
            "alice",
            "group:ops",
        ),
        silent(technique, "basic properties", world("groups/basic/update"), "alice", "group:ops"),
        fires(
            technique,
            "members of security groups with assigned membership",
            world("groups.security.assignedMembership/members/update"),
            "alice",
            "group:ops",
        ),
        fires(
            technique,
            "members of role-assignable groups",
            world("groupsAssignableToRoles/members/update", role_assignable=True),
            "alice",
            "group:ops",
        ),
        silent(
            technique,
            "role-assignable groups alone",
            world("groupsAssignableToRoles/allProperties/update"),
            "alice",
            "group:ops",
        ),
    ]


def _pim() -> list[Case]:
    found = []
    for technique, permission in (
        ("entra-privilegedaccess-readwrite-azureadgroup", "PrivilegedAccess.ReadWrite.AzureADGroup"),
        (
            "entra-privilegedassignmentschedule-readwrite-azureadgroup",
            "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
        ),
    ):
        world = entra().app("ci").grants("ci", permission).group("ops", role_assignable=True).group("plain")
        found += [
            fires(technique, "a role-assignable group", world, "sp:ci", "group:ops", state=UNSURE),
            silent(technique, "a group that is not under PIM's protection", world, "sp:ci", "group:plain"),
        ]
    return found


def _roles_of_one_kind() -> list[Case]:
    """Return the cases of roles that manage security groups alone, or Microsoft 365 groups alone."""
    found = []
    for technique, role, unified in (
        ("entra-intune-administrator", "Intune Administrator", False),
        ("entra-windows-365-administrator", "Windows 365 Administrator", False),
        ("entra-knowledge-administrator", "Knowledge Administrator", False),
        ("entra-knowledge-manager", "Knowledge Manager", False),
        ("entra-sharepoint-administrator", "SharePoint Administrator", True),
        ("entra-teams-administrator", "Teams Administrator", True),
        ("entra-yammer-administrator", "Yammer Administrator", True),
    ):

        def world(role: str = role, **more: bool) -> EntraWorldFiles:
            return entra().user("alice").role("alice", role).group("ops", **more)

        mine, other = ("Microsoft 365", "security") if unified else ("security", "Microsoft 365")
        found += [
            fires(technique, f"a {mine} group", world(unified=unified), "alice", "group:ops", grants=1),
            silent(technique, f"a {other} group", world(unified=not unified), "alice", "group:ops"),
            silent(
                technique,
                "a role-assignable group",
                world(unified=unified, role_assignable=True),
                "alice",
                "group:ops",
            ),
            silent(technique, "another role", world("Directory Readers", unified=unified), "alice", "group:ops"),
        ]
    return found


def _group_policies() -> list[Case]:
    technique, permission = (
        "entra-rolemanagementpolicy-readwrite-azureadgroup",
        "RoleManagementPolicy.ReadWrite.AzureADGroup",
    )

    def world(access: str = "member", permission: str = permission) -> EntraWorldFiles:
        found = entra().app("ci").grants("ci", permission).user("alice").group("ops", role_assignable=True)
        return found.group_eligible("alice", "ops", access)

    def fire(name: str, tenant: EntraWorldFiles, state: State = State.VERIFIED) -> Case:
        return fires(technique, name, tenant, "sp:ci", "group:ops", state=state, keys={HELD, ACTIVATION})

    def twin(name: str, tenant: EntraWorldFiles) -> Case:
        return silent(technique, name, tenant, "sp:ci", "group:ops")

    return [
        fire("approval", world().activation("member", group="ops", approvers=["alice"])),
        fire("a second factor", world().activation("member", group="ops", mfa=True)),
        fire("what activation asks for was not looked at", world(), UNSURE),
        twin("activation asks for nothing", world().activation("member", group="ops")),
        twin("ownership alone can be activated", world("owner").activation("member", group="ops", mfa=True)),
        twin(
            "the permission for directory roles",
            world(permission="RoleManagementPolicy.ReadWrite.Directory").activation("member", group="ops", mfa=True),
        ),
    ]


def _restricted() -> list[Case]:
    """Return the cases of groups in restricted units, from Microsoft's page on who can modify objects in them."""
    role, north, board = "Groups Administrator", oid("unit:north"), oid("unit:board")

    def world(scope: str = "/") -> EntraWorldFiles:
        found = entra().user("alice").group("ops", owners=["alice"]).unit("board", "group:ops", restricted=True)
        return found.unit("north", "group:ops").role("alice", role, scope=scope)

    technique, owner = "entra-groups-administrator", "entra-group-owner"
    within = world(f"/administrativeUnits/{board}")
    return [
        fires(technique, "a restricted unit by a role of it", within, "alice", "group:ops"),
        silent(technique, "a restricted unit by a role of the tenant", world(), "alice", "group:ops"),
        silent(
            technique,
            "a restricted unit by a role of a plain unit",
            world(f"/administrativeUnits/{north}"),
            "alice",
            "group:ops",
        ),
        silent(
            technique, "a restricted unit by a role of the group", world(f"/{oid('group:ops')}"), "alice", "group:ops"
        ),
        silent(owner, "a group in a restricted unit", world(), "alice", "group:ops"),
    ]
