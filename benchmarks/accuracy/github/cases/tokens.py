"""Cases: deploy keys, installed apps, fine-grained and classic tokens.

Input: none (data only). Output: ``CASES``. Not handled: OAuth apps.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.answers import protection
from benchmarks.accuracy.github.case import DOCS, EITHER, OPEN, Case, case, gap, no, some, yes
from benchmarks.accuracy.github.organization import Organization

__all__ = ["CASES"]

_KEYS: Final = DOCS + "authentication/connecting-to-github-with-ssh/managing-deploy-keys#deploy-keys"
_APPS: Final = DOCS + "rest/authentication/permissions-required-for-github-apps"
_SUSPENDED: Final = DOCS + "apps/maintaining-github-apps/suspending-a-github-app-installation"
_FINE: Final = DOCS + "authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens"
_FINE_PERMISSIONS: Final = DOCS + "rest/authentication/permissions-required-for-fine-grained-personal-access-tokens"
_SCOPES: Final = DOCS + "apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps"
_SECRET: Final = "secret:app/KEY"
_PUSH: Final = {"contents": "write", "workflows": "write"}
_UNSURE: Final = "no|unknown"


def _org() -> Organization:
    return (
        Organization()
        .owner("olga")
        .member("anna", "ben", "rea")
        .repo(people={"anna": "write", "ben": "admin", "rea": "read"})
        .repo("other", people={"anna": "read", "ben": "write"})
        .secret("KEY")
        .secret("KEY", repo="other")
    )


CASES: Final[tuple[Case, ...]] = (
    case(
        "tokens/deploy-keys",
        "A key that writes pushes to its repository, workflows too; one that reads does not.",
        _KEYS,
        _org().key("writes").key("reads", read_only=True),
        yes("key:app/writes", "code:app", _SECRET),
        no("key:app/writes", "admin:app", "code:other", "secret:other/KEY", "org"),
        no("key:app/reads", "code:app", _SECRET),
    ),
    case(
        "tokens/deploy-key-of-an-archive",
        "Nothing is pushed to an archived repository.",
        DOCS + "repositories/archiving-a-github-repository/archiving-repositories",
        _org().repo("old", archived=True).secret("KEY", repo="old").key("writes", repo="old"),
        no("key:old/writes", "code:old", "secret:old/KEY"),
    ),
    case(
        "tokens/deploy-key-where-actions-is-off",
        "A push starts nothing where Actions is off.",
        _KEYS,
        _org().key("writes").actions_off(),
        no("key:app/writes", "code:app", _SECRET),
    ),
    case(
        "tokens/app-that-pushes-workflows",
        "With contents and workflows an app pushes a workflow of its own.",
        _APPS,
        _org().app("bot", _PUSH).app("reader", {"contents": "read", "workflows": "write"}),
        yes("app:bot", "code:app", _SECRET, "secret:other/KEY"),
        no("app:bot", "admin:app", "org"),
        no("app:reader", "code:app", _SECRET),
    ),
    case(
        "tokens/app-that-pushes-no-workflows",
        "Without workflows an app cannot push a workflow file, and no workflow is there.",
        _APPS,
        _org().app("bot", {"contents": "write"}),
        no("app:bot", "code:app", _SECRET, "admin:app"),
    ),
    case(
        "tokens/app-that-changes-what-a-build-runs",
        "An existing workflow runs scripts of the pushed branch.",
        DOCS + "actions/reference/workflows-and-actions/events-that-trigger-workflows#push",
        _org()
        .secret("UNUSED")
        .workflow(
            "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
            "      - run: make\n        env:\n          TOKEN: ${{ secrets.KEY }}\n"
        )
        .app("bot", {"contents": "write"}),
        yes("app:bot", _SECRET),
        no("app:bot", "secret:app/UNUSED", "secret:other/KEY"),
    ),
    case(
        "tokens/app-that-administers-repositories",
        "administration: write adds collaborators with admin.",
        _APPS,
        _org().app("manager", {"administration": "write"}).app("auditor", {"administration": "read"}),
        yes("app:manager", "admin:app", "admin:other"),
        no("app:manager", "org"),
        no("app:auditor", "admin:app", "code:app", _SECRET),
    ),
    case(
        "tokens/app-that-writes-secrets",
        "secrets: write replaces secrets; their values are read by nobody.",
        DOCS + "rest/actions/secrets",
        _org().app("rotator", {"secrets": "write"}).app("starter", {"actions": "write"}),
        no("app:rotator", _SECRET, "code:app", "admin:app"),
        no("app:starter", _SECRET, "code:app"),
    ),
    case(
        "tokens/app-that-manages-members",
        "members: write makes somebody an owner; read makes nobody.",
        DOCS + "rest/orgs/members#set-organization-membership-for-a-user",
        _org().app("people", {"members": "write"}).app("list", {"members": "read"}),
        # Was without unknown. The page lists the call among those of apps and says that only owners may make it.
        some(OPEN, "app:people", "org"),
        no("app:list", "org", "admin:app"),
    ),
    case(
        "tokens/app-that-reads-the-organization",
        "organization_administration: read changes nothing.",
        _APPS,
        _org().app("audit", {"organization_administration": "read", "contents": "read", "actions": "read"}),
        no("app:audit", "org", "admin:app", "code:app", _SECRET),
    ),
    case(
        "tokens/app-on-selected-repositories",
        "An app reaches the repositories that it is installed on.",
        DOCS + "apps/using-github-apps/installing-your-own-github-app",
        _org().app("bot", _PUSH, ["app"]).app("manager", {"administration": "write"}, ["other"]),
        yes("app:bot", "code:app", _SECRET),
        no("app:bot", "code:other", "secret:other/KEY"),
        yes("app:manager", "admin:other"),
        no("app:manager", "admin:app"),
    ),
    case(
        "tokens/app-on-repositories-that-were-not-asked",
        "Which repositories are selected is not known.",
        DOCS + "rest/apps/installations",
        _org().app("bot", _PUSH, ["app"]).without("apps.list-repos-accessible-to-installation"),
        gap("app:bot", "code:app", _SECRET, "code:other"),
    ),
    case(
        "tokens/suspended-app",
        "A suspended installation has no access.",
        _SUSPENDED,
        _org()
        .app("bot", _PUSH, suspended=True)
        .app("manager", {"administration": "write", "members": "write"}, suspended=True),
        no("app:bot", "code:app", _SECRET),
        no("app:manager", "admin:app", "org"),
    ),
    case(
        "tokens/app-and-branch-protection",
        "An app pushes to a branch of its own, whatever main asks for.",
        _APPS,
        _org().branch("main", protection(reviews=1)).app("bot", _PUSH),
        yes("app:bot", "code:app", _SECRET),
    ),
    case(
        "tokens/fine-grained-of-a-writer",
        "A token does what its permissions and its owner allow.",
        _FINE + "#fine-grained-personal-access-tokens",
        _org().grant("ci", "anna", _PUSH).grant("peek", "anna", {"contents": "read"}),
        yes("token:ci", "code:app", _SECRET),
        no("token:ci", "code:other", "secret:other/KEY", "admin:app", "org"),
        no("token:peek", "code:app", _SECRET),
    ),
    case(
        "tokens/fine-grained-of-a-reader",
        "A token never exceeds its owner.",
        _FINE + "#fine-grained-personal-access-tokens",
        _org().grant("ci", "rea", _PUSH | {"administration": "write"}),
        no("token:ci", "code:app", _SECRET, "admin:app"),
    ),
    case(
        "tokens/fine-grained-for-some",
        "A token for selected repositories reaches these.",
        _FINE + "#fine-grained-personal-access-tokens",
        _org().grant("ci", "ben", _PUSH, ["other"]),
        yes("token:ci", "code:other", "secret:other/KEY"),
        no("token:ci", "code:app", _SECRET),
    ),
    case(
        "tokens/fine-grained-that-ended",
        "An expired token is refused; one that expires later is not yet.",
        DOCS + "authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation",
        _org().grant("old", "anna", _PUSH, expired=True).grant("new", "anna", _PUSH, expires="2027-03-01T00:00:00Z"),
        no("token:old", "code:app", _SECRET),
        some(EITHER, "token:new", "code:app", _SECRET),
    ),
    case(
        "tokens/fine-grained-without-workflows",
        "Without the permission workflows no workflow file is pushed.",
        _FINE_PERMISSIONS,
        _org().grant("ci", "anna", {"contents": "write"}),
        no("token:ci", "code:app", _SECRET),
    ),
    case(
        "tokens/fine-grained-that-administers",
        "administration: write of who administers the repository.",
        _FINE_PERMISSIONS,
        _org().grant("boss", "ben", {"administration": "write"}).grant("weak", "anna", {"administration": "write"}),
        yes("token:boss", "admin:app"),
        no("token:boss", "admin:other", "org"),
        no("token:weak", "admin:app"),
    ),
    case(
        "tokens/fine-grained-of-an-owner",
        "An owner's token has no more than its permissions say.",
        _FINE + "#fine-grained-personal-access-tokens",
        _org().grant("ci", "olga", _PUSH).grant("peek", "olga", {}),
        yes("token:ci", "code:app", "secret:other/KEY"),
        no("token:ci", "org"),
        no("token:peek", "code:app", "org"),
    ),
    case(
        "tokens/fine-grained-list-not-asked",
        "Which repositories a token is for was not asked.",
        DOCS + "rest/orgs/personal-access-tokens",
        _org().grant("ci", "ben", _PUSH, ["other"]).without("orgs.list-pat-grant-repositories"),
        gap("token:ci", "code:app", "code:other"),
    ),
    case(
        "tokens/classic",
        "A classic token is its owner within its scopes.",
        _SCOPES,
        _org().classic_token("anna", "repo", "workflow").classic_token("rea", "read:org"),
        some(OPEN, "classic:anna", "code:app", _SECRET),
        no("classic:anna", "code:other", "org"),
        no("classic:rea", "code:app", _SECRET, "org"),
    ),
    case(
        "tokens/classic-of-an-owner",
        "Without the scope that an action asks for, an owner's token does not do it.",
        _SCOPES,
        _org().classic_token("olga", "read:org", "read:user"),
        some(_UNSURE, "classic:olga", "org"),
        some(_UNSURE, "classic:olga", "code:app"),
    ),
    case(
        "tokens/classic-that-ended",
        "An ended authorization gives nothing.",
        _SCOPES,
        _org().classic_token("anna", "repo", "workflow", ends="2026-05-01T00:00:00Z"),
        no("classic:anna", "code:app", _SECRET),
    ),
)
