"""Cases: becoming a member of a dynamic group."""

from __future__ import annotations

from graph.kinds import State
from tests.graph.edges_entra.technique_case import Case, fires, silent
from tests.worlds.entra import EntraWorldFiles, entra, oid

__all__ = ["cases"]

HELD = "entra:user-held"
UNSURE = State.UNVERIFIED
SALES = 'user.department -eq "Sales"'


def cases() -> list[Case]:
    """Return the cases."""
    return [*_rules(), *_properties(), *_own()]


def _app(permission: str, **more: bool) -> EntraWorldFiles:
    return entra().app("ci").grants("ci", permission).group("ops", rule=SALES, **more)


def _as(role: str, **more: bool) -> EntraWorldFiles:
    return entra().user("alice").role("alice", role).group("ops", rule=SALES, **more)


def _rules() -> list[Case]:
    technique = "entra-dynamic-group-rule"
    custom = "microsoft.directory/groups{}/dynamicMembershipRule/update"

    def by(action: str, **more: bool) -> EntraWorldFiles:
        return entra().user("alice").custom_role("c", action).role("alice", "c").group("ops", rule=SALES, **more)

    found = [
        fires(technique, f"as {role}", _as(role), "alice", "group:ops", grants=1)
        for role in (
            "Groups Administrator",
            "User Administrator",
            "Directory Writers",
            "Intune Administrator",
            "Windows 365 Administrator",
        )
    ]
    north = f"/administrativeUnits/{oid('unit:north')}"
    scoped = entra().user("alice").group("ops", rule=SALES).group("far", rule=SALES).unit("north", "group:ops")
    scoped.role("alice", "Groups Administrator", scope=north)
    owned = entra().user("alice").group("ops", owners=["alice"], rule=SALES)
    board = _as("Groups Administrator").unit("board", "group:ops", restricted=True)
    return [
        *found,
        fires(
            technique, "by a permission, with a user", _app("Group.ReadWrite.All"), "sp:ci", "group:ops", keys={HELD}
        ),
        fires(
            technique,
            "by the directory's permission",
            _app("Directory.ReadWrite.All"),
            "sp:ci",
            "group:ops",
            keys={HELD},
        ),
        fires(technique, "a Microsoft 365 group", _as("Groups Administrator", unified=True), "alice", "group:ops"),
        fires(technique, "by a custom role", by(custom.format("")), "alice", "group:ops"),
        fires(technique, "by a custom role for security groups", by(custom.format(".security")), "alice", "group:ops"),
        fires(technique, "in a unit", scoped, "alice", "group:ops"),
        fires(
            technique,
            "in a restricted unit by a role of it",
            entra()
            .user("alice")
            .group("ops", rule=SALES)
            .unit("board", "group:ops", restricted=True)
            .role("alice", "Groups Administrator", scope=f"/administrativeUnits/{oid('unit:board')}"),
            "alice",
            "group:ops",
        ),
        silent(technique, "outside the unit", scoped, "alice", "group:far"),
        silent(
            technique,
            "a Microsoft 365 group by a role for security groups",
            _as("Intune Administrator", unified=True),
            "alice",
            "group:ops",
        ),
        silent(technique, "members alone", _app("GroupMember.ReadWrite.All"), "sp:ci", "group:ops"),
        silent(technique, "a role that updates members alone", _as("Knowledge Administrator"), "alice", "group:ops"),
        silent(technique, "an owner", owned, "alice", "group:ops"),
        silent(technique, "a group from premises", _app("Group.ReadWrite.All", synced=True), "sp:ci", "group:ops"),
        silent(technique, "a group in a restricted unit", board, "alice", "group:ops"),
        silent(
            technique,
            "a group without a rule",
            entra().user("alice").role("alice", "Groups Administrator").group("ops"),
            "alice",
            "group:ops",
        ),
    ]


def _properties() -> list[Case]:
    technique, permission = "entra-dynamic-group-property", "User.ReadWrite.All"

    def world(rule: str, permission: str = permission, *, paused: bool = False) -> EntraWorldFiles:
        return entra().app("ci").grants("ci", permission).group("ops", rule=rule, paused=paused)

    def fire(name: str, tenant: EntraWorldFiles, state: State = State.VERIFIED) -> Case:
        return fires(technique, name, tenant, "sp:ci", "group:ops", state=state, keys={HELD})

    def twin(name: str, tenant: EntraWorldFiles) -> Case:
        return silent(technique, name, tenant, "sp:ci", "group:ops")

    return [
        fire("a property of users", world(SALES)),
        fire("several properties", world(f'({SALES}) -and (user.country -eq "DE")')),
        fire("direct reports", world('Direct Reports for "62e19b97-8b3d-4d4a-a106-4ce66896a863"')),
        fire("an extension attribute", world('user.extensionAttribute15 -eq "x"')),
        fire("by the directory's permission", world(SALES, "Directory.ReadWrite.All")),
        fire("something else as well", world(f'{SALES} -and user.dirSyncEnabled -eq "true"'), UNSURE),
        fire("a rule that is paused", world(SALES, paused=True), UNSURE),
        fires(technique, "as User Administrator", _as("User Administrator"), "alice", "group:ops"),
        fires(
            technique,
            "by a role for basic properties",
            _as("Directory Writers"),
            "alice",
            "group:ops",
            state=UNSURE,
        ),
        twin("the object itself", world('user.objectId -eq "62e19b97-8b3d-4d4a-a106-4ce66896a863"')),
        twin("another group", world("user.memberOf -any (group.objectId -in ['x'])")),
        twin("a property of devices", world('device.displayName -startsWith "user.department"')),
        twin("a property inside a value", world('user.objectId -eq "user.department"')),
        twin("the permission that reads", world(SALES, "User.Read.All")),
        twin("a group without a rule", entra().app("ci").grants("ci", permission).group("ops")),
    ]


def _own() -> list[Case]:
    technique, rule = "entra-dynamic-group-own-property", 'user.mobile -startsWith "+49"'

    def world(rule: str = rule, *, guest: bool = False, synced: bool = False, paused: bool = False) -> EntraWorldFiles:
        return entra().user("alice", guest=guest, synced=synced).group("ops", rule=rule, paused=paused)

    def twin(name: str, tenant: EntraWorldFiles) -> Case:
        return silent(technique, name, tenant, "alice", "group:ops")

    return [
        fires(technique, "the own mobile phone number", world(), "alice", "group:ops", grants=1),
        twin("another property", world(SALES)),
        twin("another property as well", world(f"{rule} -and {SALES}")),
        twin("a guest", world(guest=True)),
        twin("a user from premises", world(synced=True)),
        twin("a rule that is paused", world(paused=True)),
    ]
