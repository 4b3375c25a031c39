"""Scenarios of the rules about GitHub: a vulnerable world and a safe twin each.

Input: none. Output: a table that ``scenarios.SCENARIOS`` holds. Not handled: the finer cases, in the ``test_github_*``
files beside this one.
"""

from __future__ import annotations

from tests.analytics.rules.building import NAMES, Scenario
from tests.analytics.rules.github_cases import (
    ANY,
    HEAD,
    MAIN,
    PROD,
    SHA,
    app,
    declare,
    deploying,
    file,
    step,
    together,
    trusting,
)
from tests.worlds.github import GitHubWorldFiles, github, place

__all__ = ["GITHUB_SCENARIOS"]

DEPLOY = NAMES.role("deploy")
FORKED = f'      - uses: actions/checkout@v4\n        with:\n          ref: "{HEAD}"\n      - run: npm ci && npm test\n'
TARGET, BUILD = "pull_request_target", place("job:app:ci.yml#build")
PEOPLE = "login,person,active"


def _called(ref: str) -> str:
    return f"on: push\njobs:\n  build:\n    uses: other/flows/.github/workflows/x.yml@{ref}\n"


def _title(body: str) -> str:
    return f"      - run: echo {body}\n        env: {{TITLE: x}}\n"


def _runner(*, ephemeral: bool) -> GitHubWorldFiles:
    text = file(job="    permissions: {id-token: write}\n").replace("ubuntu-latest", "[self-hosted, linux]")
    made = app(text).branch("main", approvals=1).repo("other")
    return made.org_runner(1, labels=["linux"], ephemeral=ephemeral)


def _org(visibility: str, *repos: str) -> GitHubWorldFiles:
    made = github()
    for name in ("web", "shop", "docs"):
        made.repo(name)
    return made.workflow("ci.yml", file(steps=step("NPM"))).org_secret("NPM", visibility=visibility, repos=repos)


def _across(second: str) -> GitHubWorldFiles:
    files = [file(job=f"    environment: {name}\n", steps=step("DB")) for name in ("production", second)]
    made = app().secret("DB")
    for name in sorted({"production", second}):
        made.environment(name)
    return made.workflow("a.yml", files[0]).workflow("b.yml", files[1])


GITHUB_SCENARIOS: dict[str, Scenario] = {
    "github-open-subject": Scenario(
        together(app(), trusting(ANY)), together(app().branch("main", approvals=1), trusting(MAIN)), DEPLOY
    ),
    "github-dead-trust": Scenario(
        together(app(), trusting("repo:acme/old:ref:refs/heads/main")), together(app(), trusting(MAIN)), DEPLOY
    ),
    "github-trust-in-missing-place": Scenario(
        together(app(), trusting(PROD)), together(app().environment("production"), trusting(PROD)), DEPLOY
    ),
    "github-look-alike-owner": Scenario(
        together(app(), trusting("repo:acne/app:ref:refs/heads/main")), together(app(), trusting(MAIN)), DEPLOY
    ),
    "github-fork-code": Scenario(
        app(file(TARGET, steps=FORKED + step("KEY")), visibility="public").secret("KEY").build,
        app(file(TARGET, job="    permissions: {}\n", steps=FORKED), visibility="public").secret("KEY").build,
        BUILD,
    ),
    "github-script-injection": Scenario(
        app(file("issues", steps=_title("${{ github.event.issue.title }}")), visibility="public")
        .defaults("write")
        .defaults("write", here=True)
        .build,
        app(file("issues", steps=_title('"$TITLE"')), visibility="public").defaults("write").build,
        BUILD,
    ),
    "github-unpinned-action": Scenario(
        app(file(steps="      - uses: other/deploy@v1\n" + step("KEY"))).secret("KEY").build,
        app(file(steps=f"      - uses: other/deploy@{SHA}\n" + step("KEY"))).secret("KEY").build,
        place("job:app:ci.yml"),
    ),
    "github-foreign-inherit": Scenario(
        app(_called("v1") + "    secrets: inherit\n").secret("KEY").build,
        app(_called("v1") + "    secrets:\n      K: ${{ secrets.KEY }}\n").secret("KEY").build,
        BUILD,
    ),
    "github-static-cloud-key": Scenario(
        app(file(steps=step("AWS_SECRET_ACCESS_KEY"))).secret("AWS_SECRET_ACCESS_KEY").build,
        app(file(steps=step("AWS_ROLE_ARN"))).secret("AWS_ROLE_ARN").build,
        place("secret:app:AWS_SECRET_ACCESS_KEY"),
    ),
    "github-unused-secret": Scenario(
        app(file(steps=step("OTHER"))).secret("KEY").build,
        app(file(steps=step("KEY"))).secret("KEY").build,
        place("secret:app:KEY"),
    ),
    "github-wide-secret": Scenario(_org("all").build, _org("selected", "docs").build, place("secret:acme:NPM")),
    "github-secret-across-environments": Scenario(
        _across("staging").build, _across("production").build, place("secret:app:DB")
    ),
    "github-shared-runner": Scenario(
        together(_runner(ephemeral=False), trusting(MAIN)),
        together(_runner(ephemeral=True), trusting(MAIN)),
        "github:runner:acme:1",
    ),
    "github-write-deploy-key": Scenario(
        together(app().deploy_key(7, created="2026-05-01T00:00:00Z"), trusting(ANY)),
        together(app().deploy_key(7, write=False), trusting(ANY)),
        place("key:7"),
    ),
    "github-unused-token": Scenario(
        app().token(7, "bob", used="2026-02-01T00:00:00Z", contents="read").build,
        app().token(7, "bob", used="2026-05-01T00:00:00Z", contents="read").build,
        place("token:7"),
    ),
    "github-endless-token": Scenario(
        app().token(7, "bob", contents="read").build,
        app().token(7, "bob", expires="2026-12-01T00:00:00Z", contents="read").build,
        place("token:7"),
    ),
    "github-wide-app": Scenario(
        app().app(7, contents="write", workflows="write").build,
        app().app(7, repos=["app"], contents="write", workflows="write").build,
        place("app:7"),
    ),
    "github-suspended-app": Scenario(
        app().app(7, suspended=True, contents="write").build,
        app().app(7, suspended=True, contents="read").build,
        place("app:7"),
    ),
    "github-open-environment": Scenario(
        together(app().environment("production"), trusting(PROD)),
        together(app().environment("production", reviewers=["bob"]), trusting(PROD)),
        place("env:app:production"),
    ),
    "github-open-default-branch": Scenario(
        together(deploying(protected=False), trusting(MAIN)),
        together(deploying(approvals=1), trusting(MAIN)),
        place("repo:app"),
    ),
    "github-write-default-token": Scenario(
        app().defaults("write").build, app().defaults("read").build, "github:org:acme"
    ),
    "github-outside-collaborator": Scenario(
        together(app().outside("vic").access("vic", "write"), trusting(ANY)),
        together(app().outside("vic").access("vic", "read"), trusting(ANY)),
        place("vic"),
    ),
    "github-departed-person": Scenario(
        together(app(), declare("people", PEOPLE, "github:bob,Bob B,false")),
        together(app(), declare("people", PEOPLE, "github:bob,Bob B,true")),
        place("bob"),
    ),
    "github-loose-subject": Scenario(
        app().subject(use_default=False, include_claim_keys=["repository_owner", "environment"]).build,
        app().subject(use_default=False, include_claim_keys=["repo", "context"]).build,
        place("repo:app"),
    ),
    "cross-system-admin": Scenario(together(app(), trusting(ANY)), together(app(), trusting(ANY, admin=False)), DEPLOY),
}
