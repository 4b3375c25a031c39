"""Cases: who reads, writes and administers what: owners, base role, teams, collaborators, state of a repository.

Input: none (data only). Output: ``CASES``. Not handled: branches and environments (``branches``, ``environments``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.case import ANYONE, DOCS, EITHER, OPEN, Case, case, no, some, yes
from benchmarks.accuracy.github.organization import Organization

__all__ = ["CASES"]

_BASE: Final = (
    DOCS + "organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/"
    "setting-base-permissions-for-an-organization"
)
_ROLES: Final = (
    DOCS + "organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/"
    "repository-roles-for-an-organization"
)
_OUTSIDE: Final = (
    DOCS + "organizations/managing-user-access-to-your-organizations-repositories/managing-outside-collaborators/"
    "adding-outside-collaborators-to-repositories-in-your-organization"
)
_TEAMS: Final = DOCS + "organizations/organizing-members-into-teams/about-teams"
_OWNERS: Final = DOCS + "organizations/managing-peoples-access-to-your-organization-with-roles/roles-in-an-organization"
_ARCHIVED: Final = DOCS + "repositories/archiving-a-github-repository/archiving-repositories"
_ORG_ACTIONS: Final = (
    DOCS + "organizations/managing-organization-settings/disabling-or-limiting-github-actions-for-your-organization"
)
_REPO_ACTIONS: Final = (
    DOCS + "repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/"
    "managing-github-actions-settings-for-a-repository"
)
_VISIBILITY: Final = DOCS + "repositories/creating-and-managing-repositories/about-repositories"
_SECRET: Final = "secret:app/DEPLOY"


def _org(**settings: str) -> Organization:
    return Organization(**settings).owner("olga").member("anna", "ben", "cleo")  # type: ignore[arg-type]


CASES: Final[tuple[Case, ...]] = (
    case(
        "people/base-none",
        "Without base permission a member has no access; an owner administers everything.",
        _BASE,
        _org(base="none").repo().secret("DEPLOY"),
        yes("olga", "org", "admin:app", "code:app", _SECRET),
        no("anna", "org", "admin:app", "code:app", _SECRET),
        no(ANYONE, "org", "code:app", _SECRET),
    ),
    case(
        "people/base-read",
        "Reading a private repository runs nothing in it.",
        _BASE,
        _org(base="read").repo().secret("DEPLOY"),
        yes("olga", _SECRET),
        no("anna", "code:app", _SECRET),
    ),
    case(
        "people/base-write",
        "The base permission holds for members, not for outside collaborators.",
        _BASE,
        _org(base="write").repo(people={"otto": "read"}).secret("DEPLOY"),
        yes("anna", "code:app", _SECRET),
        no("anna", "admin:app", "org"),
        no("otto", "code:app", _SECRET),
    ),
    case(
        "people/base-admin",
        "The base permission admin administers repositories and not the organization.",
        _BASE,
        _org(base="admin").repo(people={"otto": "triage"}).secret("DEPLOY"),
        yes("anna", "admin:app", _SECRET),
        no("anna", "org"),
        no("otto", "admin:app", _SECRET),
    ),
    case(
        "people/five-roles",
        "Read and triage push nothing; write and maintain push; only admin changes settings.",
        _ROLES,
        Organization()
        .owner("olga")
        .member("rea", "tria", "wri", "mai", "adm")
        .repo(people={"rea": "read", "tria": "triage", "wri": "write", "mai": "maintain", "adm": "admin"})
        .secret("DEPLOY"),
        no("rea", "code:app", _SECRET, "admin:app"),
        no("tria", "code:app", _SECRET, "admin:app"),
        yes("wri", "code:app", _SECRET),
        no("wri", "admin:app", "org"),
        yes("mai", "code:app", _SECRET),
        no("mai", "admin:app", "org"),
        yes("adm", "admin:app", "code:app", _SECRET),
        no("adm", "org"),
    ),
    case(
        "people/outside-collaborator",
        "An outside collaborator has one repository, and nothing of what members have.",
        _OUTSIDE,
        _org(base="write").repo(people={"otto": "write"}).repo("other").secret("DEPLOY").secret("KEY", repo="other"),
        yes("otto", "code:app", _SECRET),
        no("otto", "code:other", "secret:other/KEY", "org", "admin:app"),
        yes("anna", "secret:other/KEY"),
    ),
    case(
        "people/outside-administrator",
        "An outside collaborator may be given admin, of this repository.",
        _OUTSIDE,
        _org().repo(people={"otto": "admin"}).repo("other").secret("DEPLOY"),
        yes("otto", "admin:app", _SECRET),
        no("otto", "org", "admin:other", "code:other"),
    ),
    case(
        "people/team-writes",
        "Members of a team have what it is given; others do not.",
        _TEAMS,
        _org().team("devs", "anna").repo(teams={"devs": "write"}).repo("other").secret("DEPLOY"),
        yes("anna", "code:app", _SECRET),
        no("anna", "code:other", "admin:app"),
        no("ben", "code:app", _SECRET),
    ),
    case(
        "people/team-reads",
        "A team that triages writes nothing.",
        _TEAMS,
        _org().team("devs", "anna").repo(teams={"devs": "triage"}).secret("DEPLOY"),
        no("anna", "code:app", _SECRET),
    ),
    case(
        "people/team-administers",
        "A team with admin administers the repository.",
        _TEAMS,
        _org().team("ops", "cleo").repo(teams={"ops": "admin"}).repo("other").secret("DEPLOY"),
        yes("cleo", "admin:app", _SECRET),
        no("cleo", "org", "admin:other"),
        no("anna", "admin:app"),
    ),
    case(
        "people/nested-teams",
        "A child team inherits what its parent is given; a parent does not have what its child is given.",
        _TEAMS + "#nested-teams",
        _org()
        .team("engineering", "anna")
        .team("api", "cleo", parent="engineering")
        .repo(teams={"engineering": "write"})
        .repo("tools", teams={"api": "write"})
        .secret("DEPLOY")
        .secret("KEY", repo="tools"),
        yes("anna", _SECRET),
        yes("cleo", _SECRET, "secret:tools/KEY"),
        no("anna", "code:tools", "secret:tools/KEY"),
        no("ben", "code:app", "code:tools"),
    ),
    case(
        "people/three-levels",
        "Inheritance goes down all levels, and to no sibling.",
        _TEAMS + "#nested-teams",
        _org()
        .member("dora")
        .team("all", "anna")
        .team("backend", "ben", parent="all")
        .team("billing", "cleo", parent="backend")
        .team("frontend", "dora", parent="all")
        .repo(teams={"all": "read"})
        .repo("core", teams={"backend": "maintain"})
        .secret("DEPLOY", repo="core"),
        yes("cleo", "code:core", "secret:core/DEPLOY"),
        yes("ben", "code:core"),
        no("dora", "code:core", "secret:core/DEPLOY", "code:app"),
        no("anna", "code:core"),
        no("cleo", "admin:core", "code:app"),
    ),
    case(
        "people/highest-role-wins",
        "Who reads by one way and writes by another writes.",
        _BASE,
        _org(base="read")
        .team("devs", "anna")
        .repo(people={"anna": "read", "ben": "read"}, teams={"devs": "write"})
        .secret("DEPLOY"),
        yes("anna", "code:app", _SECRET),
        no("ben", "code:app", _SECRET),
    ),
    case(
        "people/base-does-not-lower",
        "The base permission adds; a lower one takes nothing from a collaborator.",
        _BASE,
        _org(base="none").repo(people={"anna": "maintain"}).secret("DEPLOY"),
        yes("anna", _SECRET),
        no("anna", "admin:app"),
    ),
    case(
        "people/names-without-case",
        "Names of people are compared without case.",
        DOCS + "rest/users/users",
        Organization()
        .owner("olga")
        .member("Anna-Dev")
        .team("devs", "anna-dev")
        .repo(teams={"devs": "write"})
        .secret("DEPLOY"),
        yes("Anna-Dev", "code:app", _SECRET),
        no("Anna-Dev", "org"),
    ),
    case(
        "people/owner-elsewhere",
        "An owner of one organization is nobody in another.",
        _OWNERS,
        (_org().repo().secret("DEPLOY"), Organization("acme").owner("otta").repo("flows").secret("KEY", repo="flows")),
        yes("olga", "org", _SECRET),
        yes("otta", "secret:acme:flows/KEY"),
        no("otta", "org", _SECRET),
        no("olga", "secret:acme:flows/KEY"),
    ),
    case(
        "people/archived",
        "An archived repository is read-only: no pushes, no runs. An administrator can unarchive it.",
        _ARCHIVED,
        _org().repo(people={"anna": "write", "ben": "admin"}, archived=True).secret("DEPLOY"),
        no("anna", "code:app", _SECRET),
        some(OPEN, "ben", "admin:app"),
    ),
    case(
        "people/disabled",
        "In a repository that GitHub disabled nobody pushes.",
        DOCS + "rest/repos/repos",
        _org()
        .repo(people={"anna": "write"}, disabled=True)
        .repo("other", people={"anna": "write"})
        .secret("DEPLOY")
        .secret("KEY", repo="other"),
        no("anna", "code:app", _SECRET),
        yes("anna", "secret:other/KEY"),
    ),
    case(
        "people/actions-off",
        "Without Actions nothing runs; an administrator switches it on.",
        _REPO_ACTIONS,
        _org()
        .repo(people={"anna": "write", "ben": "admin"})
        .repo("other", people={"anna": "write"})
        .secret("DEPLOY")
        .secret("KEY", repo="other")
        .actions_off(),
        no("anna", "code:app", _SECRET),
        some(EITHER, "ben", _SECRET),
        yes("anna", "secret:other/KEY"),
    ),
    case(
        "people/actions-off-everywhere",
        "Where the organization switches Actions off, a repository's administrator cannot switch it on.",
        _ORG_ACTIONS,
        _org(enabled="none").repo(people={"anna": "write", "ben": "admin"}).secret("DEPLOY").actions_off(),
        no("anna", "code:app", _SECRET),
        yes("ben", "admin:app"),
        yes("olga", "org"),
    ),
    case(
        "people/actions-for-selected",
        "Actions runs in the selected repositories alone.",
        _ORG_ACTIONS,
        _org(enabled="selected")
        .repo(people={"anna": "write"})
        .repo("other", people={"anna": "write"})
        .secret("DEPLOY")
        .secret("KEY", repo="other")
        .actions_off("other"),
        yes("anna", "code:app", _SECRET),
        no("anna", "code:other", "secret:other/KEY"),
    ),
    case(
        "people/public-is-read-by-all",
        "Everybody reads a public repository, and nobody but its writers has its secrets.",
        _VISIBILITY,
        _org().repo(people={"anna": "write"}, public=True).secret("DEPLOY"),
        yes("anna", _SECRET),
        no("ben", "code:app", _SECRET),
        no(ANYONE, "code:app", _SECRET, "admin:app"),
    ),
    case(
        "people/internal",
        "Members of the enterprise read an internal repository; reading runs nothing.",
        _VISIBILITY,
        _org().repo(people={"anna": "write"}, internal=True).secret("DEPLOY"),
        yes("anna", _SECRET),
        no("ben", "code:app", _SECRET),
        no(ANYONE, "code:app", _SECRET),
    ),
)
