"""Workflow files: code and text of outsiders, foreign actions, handed-over secrets, defaults of tokens, own machines.

Events and their tokens: https://docs.github.com/actions/reference/security/securely-using-pull_request_target,
https://docs.github.com/actions/concepts/security/script-injections; pins and runners:
https://docs.github.com/en/actions/reference/security/secure-use; handing over:
https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.github_cases import ANY, HEAD, MAIN, SHA, app, file, step, together, trusting
from tests.worlds.github import GitHubWorldFiles, github

FORK, TEXT, UNPINNED, INHERIT, DEFAULT, RUNNER = (
    "github-fork-code",
    "github-script-injection",
    "github-unpinned-action",
    "github-foreign-inherit",
    "github-write-default-token",
    "github-shared-runner",
)
JOB = "acme/app/.github/workflows/ci.yml job build"
FILE = "acme/app/.github/workflows/ci.yml"
ASKS = "    permissions: {id-token: write}\n"
NOTHING, READS, WRITES = (f"    permissions: {{contents: {level}}}\n" for level in ("none", "read", "write"))
ISSUES = "    permissions: {issues: write}\n"
LISTS = ("actions.list-org-secrets", "actions.list-repo-secrets", "actions.list-environment-secrets")


def forked(job: str = "", *, on: str = "pull_request_target", checkout: str = "v4", more: str = "") -> str:
    """Return a workflow that builds the head of a pull request."""
    steps = (
        f'      - uses: actions/checkout@{checkout}\n        with:\n          ref: "{HEAD}"\n      - run: make test\n'
    )
    return file(on, job=job, steps=steps + more)


def public(text: str, **more: Any) -> GitHubWorldFiles:
    """Return an organization with one public repository."""
    return app(text, visibility="public", **more)


def said(expression: str, on: str = "issues", job: str = "", more: str = "") -> str:
    """Return a workflow that puts an expression into a command."""
    return file(on, job=job, steps=f"      - run: echo ${{{{ {expression} }}}}\n{more}")


def uses(what: str, job: str = "", more: str = "") -> str:
    """Return a workflow that calls an action."""
    return file(job=job, steps=f"      - uses: {what}\n{more}")


def calls(what: str, secrets: str = "    secrets: inherit\n") -> str:
    """Return a workflow that calls another."""
    return f"on: push\njobs:\n  build:\n    uses: {what}\n{secrets}"


def own(job: str = ASKS, labels: str = "[self-hosted, linux]") -> str:
    """Return a workflow on a self-hosted machine."""
    return file(job=job).replace("ubuntu-latest", labels)


def machines(text: str = "", *, ephemeral: bool | None = False, **more: Any) -> GitHubWorldFiles:
    """Return two repositories that share a machine; one of them deploys."""
    made = app(text or own()).branch("main", approvals=1).repo("other", visibility=more.pop("other", "private"))
    return made.org_runner(1, labels=["linux"], ephemeral=ephemeral, **more)


FLOW = "other/flows/.github/workflows/x.yml"
TITLE = "github.event.issue.title"
CASES = [
    Case(
        FORK, "with a secret", public(forked(READS, more=step("K"))).secret("K"), (f"{JOB} high",), says="1 secret (K)"
    ),
    Case(FORK, "with a token that writes code", public(forked(WRITES)), (f"{JOB} high",), says="writes contents"),
    Case(FORK, "with a token that writes words", public(forked(ISSUES)), (f"{JOB} medium",), says="writes issues"),
    Case(FORK, "with tokens for elsewhere", public(forked(ASKS)), (f"{JOB} high",), says="other systems"),
    Case(FORK, "that leads to an account", together(public(forked(ASKS)), trusting(ANY)), (f"{JOB} critical",)),
    # GitHub's page does not say which subject a run of this event has.
    Case(FORK, "that may lead to an account", together(public(forked(ASKS)), trusting(MAIN)), (f"{JOB} high",)),
    Case(FORK, "by a comment", public(forked(WRITES, on="issue_comment")), (f"{JOB} high",)),
    Case(
        FORK,
        "by readers of a private repository",
        app(forked(WRITES), allow_forking=True).base("read"),
        (f"{JOB} medium",),
    ),
    Case(
        FORK,
        "once somebody labels it",
        public(forked(WRITES, on="\n  pull_request_target:\n    types: [labeled]")),
        (f"{JOB} medium",),
        says="sets the label",
    ),
    Case(
        FORK,
        "by the default of the organization",
        public(forked()).defaults("write").defaults("write", here=True),
        (f"{JOB} high",),
    ),
    Case(FORK, "a token that reads and no secret", public(forked(READS))),
    Case(FORK, "a default that reads", public(forked()).defaults("read")),
    Case(FORK, "an event without secrets", public(forked(WRITES, on="pull_request"))),
    Case(FORK, "the base branch", public(forked(WRITES).replace(HEAD, "main"))),
    Case(FORK, "a checkout that refuses", public(forked(WRITES, checkout="v7"))),
    Case(FORK, "behind a condition", public(forked("    if: github.actor == 'x'\n" + WRITES)), (), ("is not sure",)),
    Case(FORK, "the default was not looked at", public(forked()), (), ("by default was not looked at",)),
    Case(FORK, "files not looked at", app().without("repos.get-content"), (), ("What workflows do",)),
    Case(TEXT, "a title", public(said(TITLE, job=WRITES)), (f"{JOB} high",), says="Text that anyone at GitHub writes"),
    Case(
        TEXT,
        "a comment, with a secret",
        public(said("github.event.comment.body", "issue_comment", READS, step("K"))).secret("K"),
        (f"{JOB} high",),
    ),
    Case(TEXT, "a name of a branch", public(said("github.head_ref", "pull_request_target", WRITES)), (f"{JOB} high",)),
    Case(TEXT, "through a variable", public(said("env.TITLE", job=WRITES))),
    Case(TEXT, "a number", public(said("github.event.issue.number", job=WRITES))),
    Case(TEXT, "an event that does not fill it", public(said(TITLE, "push", WRITES))),
    Case(TEXT, "a job that holds nothing", public(said(TITLE, job="    permissions: {}\n"))),
    Case(TEXT, "behind a condition", public(said(TITLE, job="    if: true\n" + WRITES)), (), ("is not sure",)),
    Case(
        UNPINNED,
        "by tag, with a secret",
        app(uses("other/deploy@v1", READS, step("K"))).secret("K"),
        (f"{FILE} medium",),
    ),
    Case(
        UNPINNED,
        "by branch, with a token",
        app(uses("other/kit/setup@main", WRITES)),
        (f"{FILE} medium",),
        says="other/kit",
    ),
    Case(UNPINNED, "with words alone", app(uses("other/label@v1", ISSUES)), (f"{FILE} low",)),
    Case(
        UNPINNED,
        "where it leads to an account",
        together(app(uses("other/deploy@v1", ASKS)).branch("main"), trusting(MAIN)),
        (f"{FILE} high",),
    ),
    Case(UNPINNED, "a short commit", app(uses(f"other/deploy@{SHA[:12]}", WRITES)), (f"{FILE} medium",)),
    Case(UNPINNED, "a workflow", app(calls(f"{FLOW}@v1")).secret("K"), (f"{FILE} medium",)),
    Case(UNPINNED, "the whole commit", app(uses(f"other/deploy@{SHA}", WRITES))),
    Case(UNPINNED, "GitHub's own", app(uses("actions/cache@v4", WRITES))),
    Case(UNPINNED, "the organization's own", app(uses("acme/tools@v1", WRITES)).repo("tools")),
    Case(UNPINNED, "a job that holds nothing", app(uses("other/lint@v1", READS))),
    Case(UNPINNED, "the default was not looked at", app(uses("other/lint@v1")), (), ("by default",)),
    Case(INHERIT, "by tag", app(calls(f"{FLOW}@v1")).secret("K"), (f"{JOB} high",), says="1 secret now"),
    Case(INHERIT, "at one commit", app(calls(f"{FLOW}@{SHA}")).secret("K"), (f"{JOB} medium",)),
    Case(INHERIT, "nothing in scope yet", app(calls(f"{FLOW}@v1")), (f"{JOB} low",)),
    Case(
        INHERIT,
        "secrets not looked at",
        app(calls(f"{FLOW}@v1")).without(*LISTS),
        (f"{JOB} high",),
        says="not looked at",
    ),
    Case(INHERIT, "by name", app(calls(f"{FLOW}@v1", "    secrets: {T: '${{ secrets.K }}'}\n")).secret("K")),
    Case(INHERIT, "the organization's own", app(calls(FLOW.replace("other", "acme") + "@v1")).secret("K")),
    Case(INHERIT, "a file beside it", app(calls("./.github/workflows/x.yml")).secret("K")),
    Case(INHERIT, "files not looked at", app().without("repos.get-content"), (), ("What workflows call",)),
    Case(DEFAULT, "the organization's token", app().defaults("write"), ("acme medium",)),
    Case(DEFAULT, "and approves", app().defaults("write", approve=True), ("acme medium", "acme medium")),
    Case(
        DEFAULT,
        "a repository that is looser",
        app().defaults("read").defaults("read", approve=True, here=True),
        ("acme/app medium",),
        says="approve",
    ),
    Case(
        DEFAULT,
        "a repository like its organization",
        app().defaults("write").defaults("write", here=True),
        ("acme medium",),
    ),
    Case(
        DEFAULT, "a repository that is tighter", app().defaults("write").defaults("read", here=True), ("acme medium",)
    ),
    Case(DEFAULT, "reads", app().defaults("read").defaults("read", here=True)),
    Case(DEFAULT, "not looked at", app(), (), ("by default is not known",)),
    Case(
        RUNNER,
        "shared with another repository",
        together(machines(), trusting(MAIN)),
        ("runner-1 high",),
        says="1 other repository",
    ),
    Case(
        RUNNER,
        "pull requests of forks",
        public(own(READS).replace("on: push", "on: pull_request")).runner(2, labels=["linux"]),
        ("runner-2 high",),
        says="from forks",
    ),
    Case(
        RUNNER,
        "of forks, made anew",
        public(own(READS).replace("on: push", "on: pull_request")).runner(2, labels=["linux"], ephemeral=True),
        ("runner-2 medium",),
    ),
    Case(
        RUNNER,
        "both",
        together(
            machines(other="public", public=True).workflow("pr.yml", own(READS).replace("push", "pull_request")),
            trusting(MAIN),
        ),
        ("runner-1 high", "runner-1 high"),
    ),
    Case(RUNNER, "jobs of little", together(machines(own(READS)), trusting("repo:acme/app:environment:x"))),
    Case(RUNNER, "made anew for each job", together(machines(ephemeral=True), trusting(MAIN))),
    Case(RUNNER, "other labels", together(machines(own(labels="[self-hosted, gpu]")), trusting(MAIN))),
    Case(
        RUNNER,
        "of one repository",
        together(app(own()).branch("main", approvals=1).runner(2, labels=["linux"]), trusting(MAIN)),
    ),
    Case(
        RUNNER,
        "public repositories are kept out",
        together(
            app(own())
            .branch("main", approvals=1)
            .org_runner(1, labels=["linux"])
            .repo("site", visibility="public")
            .workflow("pr.yml", own(READS).replace("push", "pull_request")),
            trusting(MAIN),
        ),
    ),
    Case(
        RUNNER,
        "whether it is kept was not told",
        together(machines(ephemeral=None), trusting(MAIN)),
        (),
        ("kept between jobs",),
    ),
    Case(
        RUNNER,
        "selected repositories",
        together(machines(visibility="selected"), trusting(MAIN)),
        (),
        ("kept between jobs",),
    ),
    Case(
        RUNNER,
        "not looked at",
        github().repo("app").without("actions.list-self-hosted-runners-for-org"),
        (),
        ("Which machines",),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)
