"""Cases: taking over a user."""

from __future__ import annotations

import copy

from graph.kinds import State
from tests.graph.edges_entra.technique_case import Case, fires, silent
from tests.worlds.entra import EntraWorldFiles, entra, oid

__all__ = ["cases"]

NO_FACTOR, WRITEBACK = "entra:no-second-factor", "entra:password-writeback"
UNSURE = State.UNVERIFIED
TABLE = (
    ("entra-password-administrator", "Password Administrator", "Guest Inviter", "Reports Reader"),
    ("entra-helpdesk-administrator", "Helpdesk Administrator", "Reports Reader", "Authentication Administrator"),
    (
        "entra-authentication-administrator",
        "Authentication Administrator",
        "Password Administrator",
        "Helpdesk Administrator",
    ),
    ("entra-user-administrator", "User Administrator", "Helpdesk Administrator", "Authentication Administrator"),
)
"""Technique, role, a role of the table that it can reset, and one that it cannot."""


def cases() -> list[Case]:
    """Return the cases."""
    return [*_table(), *_whole(), *_scoped(), *_graph()]


def _as(role: str, scope: str = "/") -> EntraWorldFiles:
    return entra().user("alice").role("alice", role, scope=scope)


def _table() -> list[Case]:
    found = []
    for technique, role, lesser, other in TABLE:
        waits = set() if role == "Authentication Administrator" else {NO_FACTOR}
        ops = _as(role).user("bob").user("eve").group("ops", "bob", owners=["eve"], role_assignable=True)
        found += [
            fires(technique, "a user without a role", _as(role).user("bob"), "alice", "bob", keys=waits),
            fires(
                technique,
                f"a holder of {lesser}",
                _as(role).user("bob").role("bob", lesser),
                "alice",
                "bob",
                keys=waits,
            ),
            fires(
                technique,
                "a user from premises",
                _as(role).user("bob", synced=True),
                "alice",
                "bob",
                keys={*waits, WRITEBACK},
            ),
            fires(
                technique,
                "a user who may activate a protected role",
                _as(role).user("bob").role("bob", "Global Administrator", eligible=True),
                "alice",
                "bob",
                state=UNSURE,
                keys=waits,
            ),
            silent(technique, f"a holder of {other}", _as(role).user("bob").role("bob", other), "alice", "bob"),
            silent(
                technique,
                "a Global Administrator",
                _as(role).user("bob").role("bob", "Global Administrator"),
                "alice",
                "bob",
            ),
            silent(technique, "a member of a role-assignable group", ops, "alice", "bob"),
            silent(technique, "an owner of a role-assignable group", ops, "alice", "eve"),
            silent(technique, "a guest", _as(role).user("bob", guest=True), "alice", "bob"),
            silent(
                technique,
                "a member of a restricted unit",
                _as(role).user("bob").unit("board", "bob", restricted=True),
                "alice",
                "bob",
            ),
        ]
    return found


def _whole() -> list[Case]:
    found = []
    for technique, role, waits in (
        ("entra-privileged-authentication-administrator", "Privileged Authentication Administrator", set[str]()),
        ("entra-partner-tier2-support", "Partner Tier2 Support", {NO_FACTOR}),
    ):
        found += [
            fires(technique, "a user without a role", _as(role).user("bob"), "alice", "bob", keys=waits),
            fires(
                technique,
                "a Global Administrator",
                _as(role).user("bob").role("bob", "Global Administrator"),
                "alice",
                "bob",
                keys=waits,
            ),
            silent(
                technique,
                "an agent's user account",
                _as(role).blueprint("bp").agent("bot", "bp").agent_user("botty", "bot"),
                "alice",
                "botty",
            ),
            silent(technique, "a service principal", _as(role).app("pay"), "alice", "sp:pay"),
        ]
    tier1, role = "entra-partner-tier1-support", "Partner Tier1 Support"
    soc, responder = "entra-soc-identity-responder", "Entra SOC Identity Responder"
    shown = _as(responder).built_in(responder).user("bob")
    reader = _as(responder).built_in(responder).user("bob").role("bob", "Directory Readers")
    return [
        *found,
        fires(soc, "a user without a role", shown, "alice", "bob", state=UNSURE, keys={NO_FACTOR}),
        silent(soc, "a user with a role", reader, "alice", "bob"),
        silent(soc, "a custom role of that name", _as(responder).custom_role(responder).user("bob"), "alice", "bob"),
        fires(tier1, "a user without a role", _as(role).user("bob"), "alice", "bob", keys={NO_FACTOR}),
        silent(tier1, "a Directory Reader", _as(role).user("bob").role("bob", "Directory Readers"), "alice", "bob"),
        fires(
            "entra-privileged-authentication-administrator",
            "a member of a role-assignable group",
            _as("Privileged Authentication Administrator").user("bob").group("ops", "bob", role_assignable=True),
            "alice",
            "bob",
        ),
    ]


def _scoped() -> list[Case]:
    technique, role = "entra-authentication-administrator", "Authentication Administrator"
    scope = f"/administrativeUnits/{oid('unit:north')}"
    north = _as(role, scope).user("bob").user("eve").unit("north", "bob")
    board = f"/administrativeUnits/{oid('unit:board')}"
    restricted = _as(role).user("bob").role("bob", "Directory Readers", scope=board).unit("board", restricted=True)
    return [
        silent(technique, "a holder of a role of a restricted unit", restricted, "alice", "bob"),
        fires(technique, "a member of the unit", north, "alice", "bob"),
        fires(
            technique,
            "a member of a restricted unit by a role of it",
            _as(role, scope).user("bob").unit("north", "bob", restricted=True),
            "alice",
            "bob",
        ),
        silent(technique, "a user outside the unit", north, "alice", "eve"),
        silent(
            technique,
            "a member of a restricted unit by a role of a plain one",
            _as(role, scope).user("bob").unit("north", "bob").unit("board", "bob", restricted=True),
            "alice",
            "bob",
        ),
        silent(
            technique,
            "a member of the unit with a role",
            _as(role, scope).user("bob").role("bob", "Directory Readers").unit("north", "bob"),
            "alice",
            "bob",
        ),
        silent(
            technique,
            "a unit that was not collected",
            _as(role, scope).user("bob").unit("north", "bob").without("directory.administrativeUnits"),
            "alice",
            "bob",
        ),
    ]


def _graph() -> list[Case]:
    passes, permission = "entra-userauthenticationmethod-readwrite-all", "UserAuthenticationMethod.ReadWrite.All"
    password = "entra-user-passwordprofile-readwrite-all"

    def world(name: str) -> EntraWorldFiles:
        return entra().app("ci").grants("ci", name).user("bob")

    return [
        fires(passes, "passes are enabled", world(permission).passes(True), "sp:ci", "bob"),
        fires(
            passes,
            "an administrator as well",
            world(permission).passes(True).role("bob", "Global Administrator"),
            "sp:ci",
            "bob",
        ),
        fires(passes, "the policy was not looked at", world(permission), "sp:ci", "bob", state=UNSURE),
        silent(passes, "passes are disabled", world(permission).passes(False), "sp:ci", "bob"),
        *_targets(world(permission)),
        silent(
            passes,
            "a guest",
            entra().app("ci").grants("ci", permission).user("eve", guest=True).passes(True),
            "sp:ci",
            "eve",
        ),
        silent(
            passes, "the permission that reads", world("UserAuthenticationMethod.Read.All").passes(True), "sp:ci", "bob"
        ),
        fires(
            password,
            "a user without a role",
            world("User-PasswordProfile.ReadWrite.All"),
            "sp:ci",
            "bob",
            state=UNSURE,
            keys={NO_FACTOR},
        ),
        silent(
            password,
            "a user with a role",
            world("User-PasswordProfile.ReadWrite.All").role("bob", "Directory Readers"),
            "sp:ci",
            "bob",
        ),
        silent(password, "User.ReadWrite.All resets nothing", world("User.ReadWrite.All"), "sp:ci", "bob"),
        silent(password, "Directory.ReadWrite.All resets nothing", world("Directory.ReadWrite.All"), "sp:ci", "bob"),
    ]


def _targets(world: EntraWorldFiles) -> list[Case]:
    """Return the cases of passes that are enabled for some groups, or not for some."""
    technique = "entra-userauthenticationmethod-readwrite-all"

    def tenant() -> EntraWorldFiles:
        return copy.deepcopy(world).group("staff", "bob").group("far").group("outer", "group:staff")

    def fire(name: str, found: EntraWorldFiles, state: State = State.VERIFIED) -> Case:
        return fires(technique, name, found, "sp:ci", "bob", state=state)

    def twin(name: str, found: EntraWorldFiles) -> Case:
        return silent(technique, name, found, "sp:ci", "bob")

    return [
        fire("passes for all users", tenant().passes(True, groups=["all_users"])),
        fire("passes for a group of the user's", tenant().passes(True, groups=["staff"])),
        fire("passes for a group around it", tenant().passes(True, groups=["outer"]), UNSURE),
        fire(
            "passes for a group that was not read",
            tenant().passes(True, groups=["far"]).without("groups.members"),
            UNSURE,
        ),
        fire("passes for all but another group", tenant().passes(True, groups=["all_users"], but=["far"])),
        twin("passes for another group", tenant().passes(True, groups=["far"])),
        twin("passes for all but a group of the user's", tenant().passes(True, groups=["all_users"], but=["staff"])),
        twin("passes for nobody", tenant().passes(True, groups=[])),
    ]
