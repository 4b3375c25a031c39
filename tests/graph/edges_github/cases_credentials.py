"""Cases: deploy keys, apps, tokens, and subjects that runs bear."""

from __future__ import annotations

from typing import Any

from graph.kinds import State
from tests.graph.edges_github.technique_case import ACCOUNT, Case, fires, silent
from tests.worlds.aws import world
from tests.worlds.github import GitHubWorldFiles, github

__all__ = ["cases"]

UNSURE = State.UNVERIFIED


def cases() -> list[Case]:
    """Return the cases."""
    return [*_keys(), *_apps(), *_tokens(), *_held()]


def _app(**more: Any) -> GitHubWorldFiles:
    return github().user("bob").repo("app", **more)


def _keys() -> list[Case]:
    key, runs = "github-deploy-key", "actions:app"
    return [
        fires(key, "it writes", _app().deploy_key(7), "key:7", runs),
        silent(key, "it reads", _app().deploy_key(7, write=False), "key:7", runs),
        silent(key, "disabled", _app().deploy_key(7, enabled=False), "key:7", runs),
        silent(key, "an archived repository", _app(archived=True).deploy_key(7), "key:7", runs),
        silent(key, "another repository's", _app().deploy_key(7).repo("web"), "key:7", "actions:web"),
    ]


def _apps() -> list[Case]:
    write, admin, organization = "github-app-workflows", "github-app-administration", "github-app-organization"
    both: dict[str, Any] = {"contents": "write", "workflows": "write"}
    return [
        fires(write, "all repositories", _app().app(7, **both), "app:7", "actions:app"),
        fires(write, "this one", _app().app(7, repos=["app"], **both), "app:7", "actions:app"),
        fires(
            write,
            "selected ones that were not looked at",
            _app().app(7, repos=["app"], asked=False, **both),
            "app:7",
            "actions:app",
            state=UNSURE,
        ),
        silent(write, "another one", _app().app(7, repos=["web"], **both), "app:7", "actions:app"),
        silent(write, "no workflow files", _app().app(7, contents="write"), "app:7", "actions:app"),
        silent(write, "suspended", _app().app(7, suspended=True, **both), "app:7", "actions:app"),
        fires(admin, "all repositories", _app().app(7, administration="write"), "app:7", "admin:app"),
        fires(admin, "this one", _app().app(7, repos=["app"], administration="write"), "app:7", "admin:app"),
        silent(admin, "it reads", _app().app(7, administration="read"), "app:7", "admin:app"),
        silent(admin, "another one", _app().app(7, repos=["web"], administration="write"), "app:7", "admin:app"),
        fires(organization, "members", _app().app(7, members="write"), "app:7", "admin:acme", state=UNSURE),
        fires(
            organization,
            "settings",
            _app().app(7, organization_administration="write"),
            "app:7",
            "admin:acme",
            state=UNSURE,
        ),
        silent(organization, "it reads members", _app().app(7, members="read"), "app:7", "admin:acme"),
        silent(
            organization, "administration of repositories", _app().app(7, administration="write"), "app:7", "admin:acme"
        ),
    ]


def _tokens() -> list[Case]:
    token, runs = "github-token-workflows", "actions:app"
    both: dict[str, Any] = {"contents": "write", "workflows": "write"}

    def writer() -> GitHubWorldFiles:
        return _app().access("bob", "write")

    return [
        fires(token, "its owner writes", writer().token(7, "bob", **both), "token:7", runs),
        fires(
            token,
            "its owner writes by a team",
            _app().team("ops", "bob", app="write").token(7, "bob", repos=["app"], **both),
            "token:7",
            runs,
        ),
        fires(
            token,
            "it ends",
            writer().token(7, "bob", expires="2027-01-01T00:00:00Z", **both),
            "token:7",
            runs,
            keys={"nhi:currenttime"},
        ),
        fires(
            token,
            "roles were not looked at",
            _app().without("repos.list-collaborators").token(7, "bob", **both),
            "token:7",
            runs,
            state=UNSURE,
        ),
        silent(token, "its owner reads", _app().access("bob", "read").token(7, "bob", **both), "token:7", runs),
        silent(token, "no workflow files", writer().token(7, "bob", contents="write"), "token:7", runs),
        silent(token, "another repository", writer().token(7, "bob", repos=["web"], **both), "token:7", runs),
        silent(token, "it has ended", writer().token(7, "bob", expired=True, **both), "token:7", runs),
        *_administrators(),
    ]


def _administrators() -> list[Case]:
    admin, target = "github-token-administration", "admin:app"

    def owned(role: str, **more: Any) -> GitHubWorldFiles:
        return _app().access("bob", role).token(7, "bob", **{"administration": "write", **more})

    return [
        fires(admin, "its owner administers", owned("admin"), "token:7", target),
        fires(
            admin,
            "it ends",
            owned("admin", expires="2027-01-01T00:00:00Z"),
            "token:7",
            target,
            keys={"nhi:currenttime"},
        ),
        fires(
            admin,
            "roles were not looked at",
            owned("admin").without("repos.list-collaborators"),
            "token:7",
            target,
            state=UNSURE,
        ),
        silent(admin, "its owner writes", owned("maintain"), "token:7", target),
        silent(admin, "it reads", owned("admin", administration="read"), "token:7", target),
        silent(admin, "another repository", owned("admin", repos=["web"]), "token:7", target),
        silent(admin, "it has ended", owned("admin", expired=True), "token:7", target),
    ]


def _held() -> list[Case]:
    holds, name, value = "github-secret-credential", "AWS_SECRET_ACCESS_KEY", "secret:app:AWS_SECRET_ACCESS_KEY"
    cloud = world().account(ACCOUNT).user("ci", keys=1)
    key = next(each["AccessKeyId"] for each in cloud.here._keys_of("ci"))
    target = f"aws:key:{key}"
    return [
        fires(
            holds,
            "the key's id in a variable beside it",
            _app().secret(name).variable("AWS_ACCESS_KEY_ID", key),
            value,
            target,
            cloud=cloud,
        ),
        fires(
            holds,
            "the key was made as the secret was written",
            _app().secret(name),
            value,
            target,
            state=UNSURE,
            cloud=cloud,
        ),
        silent(
            holds,
            "the id of another prefix",
            _app().secret(name, updated="2025-06-01T00:00:00Z").variable("OLD_ACCESS_KEY_ID", key),
            value,
            target,
            cloud=cloud,
        ),
        silent(
            holds,
            "the key was made days later",
            _app().secret(name, updated="2024-12-01T00:00:00Z").variable("AWS_ACCESS_KEY_ID", key),
            value,
            target,
            cloud=cloud,
        ),
    ]
