"""Secrets of Actions, environments, keys, tokens, apps.

Scopes of secrets: https://docs.github.com/actions/concepts/security/secrets; environments:
https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments; deploy keys:
https://docs.github.com/authentication/connecting-to-github-with-ssh/managing-deploy-keys.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.policy import Policy
from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.github_cases import ANY, MAIN, PROD, app, declare, file, step, together, trusting
from tests.worlds.github import GitHubWorldFiles, github

STATIC, UNUSED, WIDE, ACROSS, LOCK = (
    "github-static-cloud-key",
    "github-unused-secret",
    "github-wide-secret",
    "github-secret-across-environments",
    "github-open-environment",
)
KEY, IDLE, ENDLESS, APP, SUSPENDED = (
    "github-write-deploy-key",
    "github-unused-token",
    "github-endless-token",
    "github-wide-app",
    "github-suspended-app",
)
FILES, ORG_SECRETS = "repos.get-content", "actions.list-org-secrets"
AWS, AZURE = "AWS_SECRET_ACCESS_KEY", "AZURE_CLIENT_SECRET"
NEW, OLD, RECENT, IDLE_SINCE = (
    "2026-05-01T00:00:00Z",
    "2025-01-01T00:00:00Z",
    "2026-05-20T00:00:00Z",
    "2026-01-01T00:00:00Z",
)
OWNERS = "identity,owner,active"


def used(secret: str, environment: str = "") -> GitHubWorldFiles:
    """Return a repository whose job uses a secret that it has."""
    return app(job_of(secret, environment)).secret(secret)


def job_of(secret: str, environment: str = "") -> str:
    """Return a workflow whose job uses a secret, perhaps in an environment."""
    return file(job=f"    environment: {environment}\n" if environment else "", steps=step(secret))


def org(*users: str, names: tuple[str, ...] = ("app", "web", "docs"), **secret: Any) -> GitHubWorldFiles:
    """Return an organization with a secret, and which repositories use it."""
    made = github()
    for name in names:
        made.repo(name)
        if name in users:
            made.workflow("ci.yml", job_of("NPM"))
    return made.org_secret("NPM", **secret) if users else made.org_secret("NPM", **secret).workflow("x.yml", file())


def across(*environments: str) -> GitHubWorldFiles:
    """Return a repository whose one secret is used by jobs of environments."""
    made = app().secret("DB")
    for at, name in enumerate(environments):
        made.workflow(f"{at}.yml", job_of("DB", name))
    return made


def locked(secret: bool = False, **environment: Any) -> GitHubWorldFiles:
    """Return a repository with an environment, and perhaps a secret in it."""
    made = app().branch("main", approvals=1).environment("production", **environment)
    return made.secret("DB", environment="production") if secret else made


def key(*, created: str = NEW, last: str | None = None, **more: Any) -> GitHubWorldFiles:
    """Return a repository with a deploy key."""
    return app().deploy_key(7, created=created, used=last, by="bob", **more)


ENV = "acme/app environment production"
CASES = [
    Case(STATIC, "of AWS", used(AWS), (f"{AWS} medium",), says="1 job of acme/app uses it"),
    Case(STATIC, "of Azure", used("PROD_" + AZURE), (f"PROD_{AZURE} medium",), says="key of Azure"),
    Case(STATIC, "of Google", used("GCP_SA_KEY"), ("GCP_SA_KEY medium",), says="Google Cloud"),
    Case(STATIC, "the organization's", org("app").org_secret(AWS).workflow("ci.yml", job_of(AWS)), (f"{AWS} medium",)),
    Case(
        STATIC,
        "where tokens are trusted already",
        together(used(AWS), trusting(MAIN)),
        (f"{AWS} medium",),
        says="already",
    ),
    Case(
        STATIC,
        "a trust that nobody meets is no sign",
        together(used(AWS), trusting("repo:acme/x:pull_request")),
        (f"{AWS} medium",),
        says="uses it.",
    ),
    Case(STATIC, "in a variable", app().variable(AWS), ("acme/app high",), says="variable"),
    Case(STATIC, "files not looked at", used(AWS).without(FILES), (f"{AWS} medium",), says="was not looked at"),
    Case(STATIC, "an id alone", used("AWS_ACCESS_KEY_ID")),
    Case(STATIC, "a role's name", used("AWS_ROLE_ARN")),
    Case(STATIC, "an application's id", used("AZURE_CLIENT_ID")),
    Case(STATIC, "a name that merely holds the words", used("LAWS_SECRET_ACCESS_KEYS")),
    Case(STATIC, "told as unused", app(file()).secret(AWS)),
    Case(STATIC, "not looked at", app().without(ORG_SECRETS), (), ("Which secrets",)),
    Case(UNUSED, "the repository's", app(file()).secret("K"), ("K low",), says="last set on 2025-01-01"),
    Case(UNUSED, "a cloud's key", app(file()).secret(AWS), (f"{AWS} medium",), says="key of AWS"),
    Case(
        UNUSED,
        "the environment's",
        app(job_of("DB", "staging")).environment("production").secret("DB", environment="production"),
        ("DB low",),
    ),
    Case(UNUSED, "the organization's", org(), ("NPM low",)),
    Case(
        UNUSED,
        "the organization's, used where it is not given",
        org("app", visibility="selected", repos=["web"]),
        ("NPM low",),
    ),
    Case(
        UNUSED,
        "of an archived repository",
        app(job_of("K"), archived=True).secret("K"),
        ("K low",),
        says="No workflow that runs",
    ),
    Case(UNUSED, "used", used("K")),
    Case(
        UNUSED,
        "all are inherited",
        app("on: push\njobs:\n  x:\n    uses: ./.github/workflows/y.yml\n    secrets: inherit\n").secret("K"),
    ),
    Case(
        UNUSED,
        "used in its environment",
        app(job_of("DB", "production")).environment("production").secret("DB", environment="production"),
    ),
    Case(
        UNUSED,
        "an environment by an expression",
        app(job_of("DB", "${{ inputs.e }}")).environment("production").secret("DB", environment="production"),
        (),
        ("by an expression",),
    ),
    Case(
        UNUSED,
        "a workflow elsewhere",
        app("on: push\njobs:\n  x:\n    uses: acme/flows/.github/workflows/y.yml@main\n    secrets: inherit\n")
        .environment("production")
        .secret("DB", environment="production"),
        (),
        ("calls a workflow elsewhere",),
    ),
    Case(UNUSED, "a file that cannot be read", app("on: [\n").secret("K"), (), ("could not be read",)),
    Case(UNUSED, "files not looked at", app(file()).secret("K").without(FILES), (), ("Workflow files",)),
    Case(WIDE, "one of three", org("docs"), ("NPM medium",), says="3 repositories of acme read NPM"),
    Case(WIDE, "private ones", org("docs", visibility="private"), ("NPM medium",)),
    Case(
        WIDE,
        "selected ones, and more than use it",
        org("docs", visibility="selected", repos=["app", "web", "docs"]),
        ("NPM medium",),
    ),
    Case(WIDE, "selected ones", org("docs", visibility="selected", repos=["docs"])),
    Case(WIDE, "most use it", org("docs", "web")),
    Case(WIDE, "of two repositories", org("app", names=("app", "web"))),
    Case(WIDE, "told as unused", org()),
    Case(
        WIDE,
        "selections not looked at",
        org("docs", visibility="selected", repos=["docs"], asked=False),
        (),
        ("Which repositories",),
    ),
    Case(WIDE, "files not looked at", org("docs").without(FILES), (), ("Which repositories",)),
    Case(ACROSS, "production and staging", across("production", "staging"), ("DB medium",), says="production, staging"),
    Case(ACROSS, "test and staging", across("test", "staging"), ("DB low",)),
    Case(ACROSS, "two spellings of one", across("prod", "production")),
    Case(ACROSS, "one and none", across("production", "")),
    Case(ACROSS, "one that is shared", across("production", "shared")),
    Case(
        ACROSS,
        "its own in each",
        across("production").secret("DB", environment="staging").workflow("s.yml", job_of("DB", "staging")),
    ),
    Case(ACROSS, "by an expression", across("production", "${{ inputs.e }}"), (), ("by an expression",)),
    Case(ACROSS, "files not looked at", across("production", "staging").without(FILES), (), ("Which jobs",)),
    Case(LOCK, "leads to an account", together(locked(), trusting(PROD)), (f"{ENV} high",), says="full control"),
    Case(
        LOCK,
        "becomes a role",
        together(locked(), trusting(PROD, admin=False)),
        (f"{ENV} medium",),
        says="becomes role/deploy",
    ),
    Case(LOCK, "holds a secret", locked(secret=True), (f"{ENV} low",), says="1 secret"),
    Case(
        LOCK,
        "any branch by pattern",
        app().environment("production", branches=["*"]).secret("DB", environment="production"),
        (f"{ENV} low",),
    ),
    # A rule that holds for main may hold for every branch that fits.
    Case(LOCK, "a pattern that a protected branch fits", locked(secret=True, branches=["*"]), (), ("which ones",)),
    Case(LOCK, "tags that anybody makes", locked(secret=True, branches=["main"], tags=["v*"]), (f"{ENV} low",)),
    Case(LOCK, "reviewers", together(locked(reviewers=["bob"]), trusting(PROD))),
    Case(LOCK, "one branch", together(locked(branches=["main"]), trusting(PROD))),
    Case(LOCK, "protected branches", together(locked(protected=True), trusting(PROD))),
    Case(LOCK, "an app that guards it", together(locked(rules=["custom"]), trusting(PROD))),
    Case(LOCK, "holds nothing and leads nowhere", locked()),
    Case(
        LOCK,
        "branches not looked at",
        locked(secret=True, branches=["main"], policies_asked=False),
        (),
        ("which ones",),
    ),
    Case(
        LOCK, "environments not looked at", locked().without("repos.get-all-environments"), (), ("Which environments",)
    ),
    Case(KEY, "leads to an account", together(key(), trusting(ANY)), ("key 7 high",), says="bob added it"),
    Case(KEY, "becomes a role", together(key(), trusting(ANY, admin=False)), ("key 7 medium",)),
    Case(KEY, "old", key(created=OLD, last=RECENT), ("key 7 medium",), says="516 days old"),
    Case(KEY, "unused", key(created=IDLE_SINCE, last=None), ("key 7 medium",), says="never used"),
    Case(KEY, "new and in use", key(last=RECENT)),
    Case(KEY, "reads", together(key(write=False, created=OLD), trusting(ANY))),
    Case(KEY, "disabled", together(key(enabled=False, created=OLD), trusting(ANY))),
    Case(KEY, "of an archived repository", app(archived=True).deploy_key(7)),
    Case(
        KEY,
        "subjects not looked at",
        together(key(last=RECENT).without("actions.get-custom-oidc-sub-claim-for-repo"), trusting(ANY)),
        (),
        ("missing evidence",),
    ),
    Case(KEY, "no time", key(last=RECENT), (), ("",), timeless=True),
    Case(KEY, "not looked at", app().without("repos.list-deploy-keys"), (), ("Which deploy keys",)),
    Case(
        IDLE,
        "for long",
        app().token(7, "bob", used=IDLE_SINCE),
        ("token 7 medium",),
        says="of bob was not used for 151 days",
    ),
    Case(IDLE, "never", app().token(7, "bob"), ("token 7 medium",), says="never used"),
    Case(
        IDLE,
        "that leads to an account",
        together(app().token(7, "bob", contents="write", workflows="write"), trusting(ANY)),
        ("token 7 high",),
    ),
    Case(IDLE, "a classic one", app().authorized(9, "bob", used=IDLE_SINCE), ("classic 9 medium",)),
    Case(IDLE, "an SSH key", app().authorized(9, "bob", kind="SSH key"), ("classic 9 medium",)),
    Case(IDLE, "in use", app().token(7, "bob", used=RECENT).authorized(9, "bob", used=RECENT)),
    Case(IDLE, "expired", app().token(7, "bob", expired=True)),
    Case(IDLE, "no time", app().token(7, "bob", used=RECENT), (), ("",), timeless=True),
    Case(IDLE, "not looked at", app().without("orgs.list-pat-grants"), (), ("Which tokens",)),
    Case(ENDLESS, "a fine-grained one", app().token(7, "bob", used=RECENT), ("token 7 medium",)),
    Case(ENDLESS, "a classic one", app().authorized(9, "bob"), ("classic 9 medium",), says="classic token"),
    Case(
        ENDLESS,
        "that leads to an account",
        together(app().token(7, "bob", contents="write", workflows="write"), trusting(ANY)),
        ("token 7 high",),
    ),
    Case(
        ENDLESS,
        "with an end",
        app().token(7, "bob", expires="2027-01-01T00:00:00Z").authorized(9, "bob", expires="2027-01-01T00:00:00Z"),
    ),
    Case(ENDLESS, "an SSH key", app().authorized(9, "bob", kind="SSH key")),
    Case(ENDLESS, "over", app().token(7, "bob", expired=True)),
    Case(ENDLESS, "not looked at", app().without("orgs.list-saml-sso-authorizations"), (), ("Which tokens",)),
    Case(APP, "writes code everywhere", app().app(7, contents="write", workflows="write"), ("app-7 high",)),
    Case(APP, "writes packages everywhere", app().app(7, packages="write"), ("app-7 medium",)),
    Case(
        APP,
        "administers members",
        app().app(7, repos=["app"], members="write"),
        ("app-7 high",),
        says="of the organization",
    ),
    Case(
        APP,
        "whose owner left",
        together(app().app(7, contents="write"), declare("owners", OWNERS, "github:app:7,ada@example.com,false")),
        ("app-7 medium",),
        says="has left",
    ),
    Case(
        APP,
        "with an owner",
        together(app().app(7, contents="write"), declare("owners", OWNERS, "github:app:7,ada@example.com,true")),
    ),
    Case(APP, "on one repository", app().app(7, repos=["app"], contents="write", workflows="write")),
    Case(APP, "reads", app().app(7, contents="read", members="read")),
    Case(APP, "writes words", app().app(7, issues="write", checks="write")),
    Case(APP, "suspended", app().app(7, suspended=True, contents="write")),
    Case(
        APP,
        "with an owner of whom nothing is known",
        together(app().app(7, contents="write"), declare("owners", OWNERS, "github:app:7,ada@example.com,")),
        (),
        ("still here",),
    ),
    Case(APP, "not looked at", app().without("orgs.list-app-installations"), (), ("Which apps",)),
    Case(SUSPENDED, "that wrote", app().app(7, suspended=True, contents="write"), ("app-7 low",)),
    Case(SUSPENDED, "that read", app().app(7, suspended=True, contents="read")),
    Case(SUSPENDED, "in force", app().app(7, contents="write")),
    Case(SUSPENDED, "not looked at", app().without("orgs.list-app-installations"), (), ("Which apps",)),
]


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


def test_the_age_of_a_key_is_the_policy_s(tmp_path: Path) -> None:
    case = Case(KEY, "younger than allowed", key(created=OLD, last=RECENT))
    check(case, tmp_path, Policy(github_key_days=600))
