"""Cases: passwords and authentication methods of others, and what protects people from it.

Input: none (data only). Output: ``CASES``. Not handled: what the other account then does beyond one chain.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_NOW, NOT_SURE, OPEN, Case, no, some
from benchmarks.accuracy.entra.tenant import Tenant

__all__ = ["CASES"]

_RESET: Final = LEARN + "entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords"
_RESTRICTED: Final = LEARN + "entra/identity/role-based-access-control/admin-units-restricted-management"
_UNITS: Final = LEARN + "entra/identity/role-based-access-control/administrative-units"
_TAP: Final = LEARN + "graph/api/authentication-post-temporaryaccesspassmethods"
_GA: Final = "Global Administrator"
_HELP: Final = "Helpdesk Administrator"
_AUTH: Final = "Authentication Administrator"
_PAA: Final = "Privileged Authentication Administrator"


def _people(*names: str) -> Tenant:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return tenant


CASES: Final[tuple[Case, ...]] = (
    Case(
        "resets/helpdesk",
        "Helpdesk Administrators reset people without roles, readers and each other, no other administrators.",
        _RESET,
        _people("ann", "plain", "reader", "peer", "manager", "gina")
        .role("ann", _HELP)
        .role("peer", _HELP)
        .role("reader", "Reports Reader")
        .role("manager", "User Administrator")
        .role("gina", _GA),
        (
            some(EITHER, "ann", "plain"),
            some(EITHER, "ann", "reader"),
            some(EITHER, "ann", "peer"),
            no("ann", "manager"),
            no("ann", "gina"),
            no("ann", "admin"),
        ),
    ),
    Case(
        "resets/password-administrator",
        "Password Administrators reset people without roles and each other; not even Reports Readers.",
        _RESET,
        _people("ann", "plain", "peer", "helper", "reader")
        .role("ann", "Password Administrator")
        .role("peer", "Password Administrator")
        .role("helper", _HELP)
        .role("reader", "Reports Reader"),
        (
            some(EITHER, "ann", "plain"),
            some(EITHER, "ann", "peer"),
            no("ann", "helper"),
            no("ann", "reader"),
        ),
    ),
    Case(
        "resets/user-administrator",
        "User Administrators reset Groups and Helpdesk Administrators, not Authentication Administrators.",
        _RESET,
        _people("ann", "groups", "helper", "auth", "plain")
        .role("ann", "User Administrator")
        .role("groups", "Groups Administrator")
        .role("helper", _HELP)
        .role("auth", _AUTH),
        (
            some(EITHER, "ann", "groups"),
            some(EITHER, "ann", "helper"),
            some(EITHER, "ann", "plain"),
            no("ann", "auth"),
        ),
    ),
    Case(
        "resets/authentication-administrator",
        "Authentication Administrators reset each other and readers, not Helpdesk or User Administrators.",
        _RESET,
        _people("ann", "peer", "reader", "helper", "manager", "gina")
        .role("ann", _AUTH)
        .role("peer", _AUTH)
        .role("reader", "Directory Readers")
        .role("helper", _HELP)
        .role("manager", "User Administrator")
        .role("gina", _GA),
        (
            some(EITHER, "ann", "peer"),
            some(EITHER, "ann", "reader"),
            no("ann", "helper"),
            no("ann", "manager"),
            no("ann", "gina"),
        ),
    ),
    Case(
        "resets/privileged-authentication-administrator",
        "Privileged Authentication Administrators reset Global Administrators as well.",
        _RESET,
        _people("ann", "gina", "bob").role("ann", _PAA).role("gina", _GA).role("bob", _AUTH),
        (
            some(EITHER, "ann", "gina"),
            some(EITHER, "ann", "admin"),
            no("bob", "gina"),
            no("bob", "admin"),
            no("bob", "ann"),
        ),
    ),
    Case(
        "resets/any-other-role-protects",
        "All other built-in and custom roles protect from everybody but Privileged Authentication Administrators.",
        _RESET,
        _people("ann", "paula", "cora", "dan", "plain")
        .custom("label editor", "microsoft.directory/groups/basic/update")
        .role("ann", "User Administrator")
        .role("paula", _PAA)
        .role("cora", "label editor")
        .role("dan", "Exchange Administrator"),
        (
            no("ann", "cora"),
            no("ann", "dan"),
            some(EITHER, "ann", "plain"),
            some(EITHER, "paula", "cora"),
            some(EITHER, "paula", "dan"),
        ),
    ),
    Case(
        "resets/member-of-a-role-assignable-group",
        "Members and owners of a role-assignable group are protected although they hold no role themselves.",
        _RESET,
        _people("ann", "member", "owner", "plain", "paula")
        .group("special", "member", owners=("owner",), assignable=True)
        .group("usual", "plain")
        .role("ann", "User Administrator")
        .role("paula", _PAA),
        (
            no("ann", "member"),
            no("ann", "owner"),
            some(EITHER, "ann", "plain"),
            some(EITHER, "paula", "member"),
        ),
    ),
    Case(
        "resets/role-by-group-protects",
        "Whoever is Global Administrator by a group is one; the helpdesk does not reset him.",
        _RESET,
        _people("ann", "gina", "plain").group("admins", "gina", assignable=True).role("admins", _GA).role("ann", _HELP),
        (no("ann", "gina"), no("ann", "admin"), some(EITHER, "ann", "plain")),
    ),
    Case(
        "resets/restricted-unit",
        "Only administrators with an assignment at a restricted unit change its members; tenant-wide ones do not.",
        _RESTRICTED,
        _people("ann", "local", "chief", "plain", "other")
        .unit("executives", "chief", restricted=True)
        .unit("stores", "plain", restricted=True)
        .role("ann", "User Administrator")
        .role("local", _HELP, scope="executives")
        .role("other", _HELP, scope="stores"),
        (
            no("ann", "chief"),
            some(EITHER, "local", "chief"),
            no("other", "chief"),
            some(EITHER, "other", "plain"),
        ),
    ),
    Case(
        "resets/scoped-to-a-unit",
        "A helpdesk that is scoped to a unit resets its members and nobody else.",
        _UNITS,
        _people("ann", "inside", "outside").unit("stores", "inside").role("ann", _HELP, scope="stores"),
        (some(EITHER, "ann", "inside"), no("ann", "outside")),
    ),
    Case(
        "resets/group-in-a-unit",
        "A group that is in a unit brings the group into scope and not its members.",
        _UNITS + "#groups",
        _people("ann", "clerk").group("clerks", "clerk").unit("stores", "clerks").role("ann", _HELP, scope="stores"),
        (no("ann", "clerk"),),
    ),
    Case(
        "resets/unit-scope-and-administrator",
        "Within a unit, too, administrators are not reset by the helpdesk.",
        LEARN + "entra/identity/role-based-access-control/manage-roles-portal",
        _people("ann", "gina", "plain")
        .unit("stores", "gina", "plain")
        .role("ann", _HELP, scope="stores")
        .role("gina", _GA),
        (no("ann", "gina"), no("ann", "admin"), some(EITHER, "ann", "plain")),
    ),
    Case(
        "resets/disabled-target",
        "A password of a disabled account helps nobody before it is enabled.",
        LEARN + "graph/api/resources/user",
        Tenant().user("ann").user("gone", enabled=False).user("plain").role("ann", "Password Administrator"),
        (some(NOT_NOW, "ann", "gone"), some(EITHER, "ann", "plain")),
    ),
    Case(
        "resets/application-with-a-role",
        "An application that holds User Administrator resets as a person would.",
        _RESET,
        _people("plain", "gina").app("hr").role("hr", "User Administrator").role("gina", _GA),
        # Changed after the first run, from "no": the page of the role lists oAuth2PermissionGrants/allProperties,
        # so that the application consents for everybody to itself, and gina signs in; resetting her stays out of reach.
        (some(EITHER, "hr", "plain"), some(NOT_NOW, "hr", "gina"), some(NOT_NOW, "hr", "admin")),
    ),
    Case(
        "methods/access-pass",
        "An application that writes authentication methods makes a Temporary Access Pass, also for administrators.",
        _TAP,
        _people("gina")
        .app("onboard")
        .app("watch")
        .access_pass()
        .grant("onboard", "UserAuthenticationMethod.ReadWrite.All")
        .grant("watch", "UserAuthenticationMethod.Read.All")
        .role("gina", _GA),
        (
            some(EITHER, "onboard", "gina"),
            some(EITHER, "onboard", "admin"),
            no("watch", "gina"),
            no("watch", "admin"),
        ),
    ),
    Case(
        "methods/access-pass-disabled",
        "Where the policy has Temporary Access Pass disabled, none is of use.",
        LEARN + "entra/identity/authentication/howto-authentication-temporary-access-pass",
        _people("gina")
        .app("onboard")
        .access_pass(enabled=False)
        .grant("onboard", "UserAuthenticationMethod.ReadWrite.All")
        .role("gina", _GA),
        (some(NOT_SURE, "onboard", "gina"), some(NOT_SURE, "onboard", "admin")),
    ),
    Case(
        "methods/access-pass-for-a-group",
        "The pass can be made for anybody, and used by those whom the policy includes.",
        LEARN + "entra/identity/authentication/howto-authentication-temporary-access-pass",
        _people("gina", "newbie")
        .group("joiners", "newbie")
        .app("onboard")
        .access_pass(groups=("joiners",))
        .grant("onboard", "UserAuthenticationMethod.ReadWrite.All")
        .role("gina", _GA),
        (
            some(EITHER, "onboard", "newbie"),
            some(NOT_SURE, "onboard", "gina"),
            some(NOT_SURE, "onboard", "admin"),
        ),
    ),
    Case(
        "methods/user-write-is-no-reset",
        "User.ReadWrite.All does not write password profiles; User.Read.All writes nothing.",
        LEARN + "graph/api/user-update",
        _people("gina", "plain")
        .app("sync")
        .app("list")
        .grant("sync", "User.ReadWrite.All")
        .grant("list", "User.Read.All")
        .role("gina", _GA),
        (no("sync", "gina"), no("sync", "admin"), some(NOT_NOW, "sync", "plain"), no("list", "plain")),
    ),
    Case(
        "methods/password-profile",
        "User-PasswordProfile.ReadWrite.All writes passwords; for administrators the application must hold a role.",
        LEARN + "graph/api/user-update",
        _people("gina", "plain").app("sync").grant("sync", "User-PasswordProfile.ReadWrite.All").role("gina", _GA),
        # Changed after the first run, from EITHER: the page has asked for a directory role beside the permission (2023)
        # and not asked for one since; so it is open.
        (some(OPEN, "sync", "plain"), some(NOT_SURE, "sync", "gina"), some(NOT_SURE, "sync", "admin")),
    ),
    Case(
        "chains/reset-the-owner",
        "A User Administrator becomes an owner of an application, and then the application.",
        LEARN + "entra/identity/role-based-access-control/permissions-reference#user-administrator",
        _people("ann", "owner", "bob")
        .app("deploy", owners=("owner",))
        .grant("deploy", "RoleManagement.ReadWrite.Directory")
        .role("ann", "User Administrator")
        .role("bob", "Reports Reader"),
        (
            some(EITHER, "ann", "owner"),
            some(EITHER, "ann", "deploy"),
            some(EITHER, "ann", "admin"),
            no("bob", "deploy"),
        ),
    ),
    Case(
        "chains/the-owner-is-protected",
        "Where the owner is in a role-assignable group, the chain ends at once.",
        LEARN + "entra/identity/role-based-access-control/groups-concept",
        _people("ann", "owner")
        .group("special", "owner", assignable=True)
        .app("deploy", owners=("owner",))
        .grant("deploy", "RoleManagement.ReadWrite.Directory")
        .role("ann", "User Administrator"),
        (no("ann", "owner"), no("ann", "deploy"), no("ann", "admin")),
    ),
)
