"""Cases: workflow files that put an outsider's text into a command.

Input: none (data only). Output: ``CASES``. Not handled: code of forks (``forks``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.case import ANYONE, DOCS, Case, case, no, yes
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.workflow_text import one_job, public, with_secret

__all__ = ["CASES"]

_EVENTS: Final = DOCS + "actions/reference/workflows-and-actions/events-that-trigger-workflows"
_SECURE: Final = DOCS + "actions/reference/security/secure-use"
_INJECTION: Final = DOCS + "actions/concepts/security/script-injections"
_KEY: Final = "secret:app/KEY"
_OTHER: Final = "secret:app/OTHER"


_TARGET: Final = "pull_request_target: {}"
_ISSUE: Final = "issues:\n  types: [opened]"
_COMMENT: Final = "issue_comment:\n  types: [created]"

CASES: Final[tuple[Case, ...]] = (
    case(
        "text/title-in-a-command",
        "An expression is put into the command before the shell sees it.",
        _INJECTION,
        public(one_job(_ISSUE, with_secret('echo "${{ github.event.issue.title }}"'))),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "text/title-in-a-variable",
        "A variable of the environment is no code.",
        _SECURE,
        public(
            one_job(
                _ISSUE,
                '- run: echo "$TITLE"\n  env:\n    TITLE: ${{ github.event.issue.title }}\n'
                "    TOKEN: ${{ secrets.KEY }}",
            )
        ),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "text/branch-name-in-a-command",
        "A fork's branch name is an outsider's text.",
        _INJECTION,
        public(one_job(_TARGET, with_secret("echo checking ${{ github.head_ref }}"))),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "text/branch-name-in-a-pull-request",
        "The same on pull_request has no secret to take.",
        _EVENTS + "#pull_request",
        public(one_job("pull_request: {}", with_secret("echo checking ${{ github.head_ref }}"))),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "text/body-in-a-script",
        "The script of actions/github-script is filled in the same way.",
        _SECURE,
        public(
            one_job(
                _COMMENT,
                "- uses: actions/github-script@v7\n  env:\n    TOKEN: ${{ secrets.KEY }}\n  with:\n    script: |\n"
                "      console.log(`${{ github.event.comment.body }}`)",
            )
        ),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "text/title-for-an-action",
        "An input of an action is a value and no command.",
        _SECURE,
        public(
            one_job(
                _ISSUE,
                "- uses: actions/labeler@8558fd74291d67161a8a78ce36a881fa63b766a9\n  with:\n"
                "    title: ${{ github.event.issue.title }}\n    token: ${{ secrets.KEY }}",
            )
        ),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "text/a-number",
        "Numbers and ids are GitHub's own.",
        _INJECTION,
        public(one_job(_ISSUE, with_secret("echo ${{ github.event.issue.number }} ${{ github.repository }}"))),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "text/two-jobs",
        "The job that takes the text has no secret.",
        _SECURE,
        public(
            one_job(_ISSUE, '- run: echo "${{ github.event.issue.body }}"')
            + "\n  notify:\n    runs-on: ubuntu-latest\n    steps:\n"
            + "      - run: ./notify.sh\n        env:\n          TOKEN: ${{ secrets.KEY }}\n"
        ),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "text/message-of-a-push",
        "Only writers push.",
        _EVENTS + "#push",
        public(one_job("push: {}", with_secret('echo "${{ github.event.head_commit.message }}"'))),
        no(ANYONE, _KEY, _OTHER),
        no("ben", _KEY),
        yes("anna", _KEY),
    ),
    case(
        "text/private-repository",
        "Outsiders open no issue in a private repository.",
        _INJECTION,
        Organization()
        .owner("olga")
        .member("anna", "ben")
        .repo(people={"anna": "write"})
        .secret("KEY")
        .workflow(one_job(_ISSUE, with_secret('echo "${{ github.event.issue.title }}"'))),
        no(ANYONE, _KEY),
        no("ben", _KEY),
    ),
    case(
        "text/reader-of-a-private-repository",
        "Who reads a private repository opens issues there.",
        DOCS + "organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/"
        "repository-roles-for-an-organization",
        Organization(base="read")
        .owner("olga")
        .member("anna", "ben")
        .repo(people={"anna": "write"})
        .secret("KEY", "OTHER")
        .workflow(one_job(_ISSUE, with_secret('echo "${{ github.event.issue.title }}"'))),
        yes("ben", _KEY),
        no("ben", _OTHER),
        no(ANYONE, _KEY),
    ),
    case(
        "text/input-of-a-dispatch",
        "An input is text of who may start the workflow: with actions: write an app may, with read it may not.",
        _EVENTS + "#workflow_dispatch",
        public(
            one_job(
                "workflow_dispatch:\n  inputs:\n    tag:\n      type: string", with_secret("deploy ${{ inputs.tag }}")
            )
        )
        .app("starter", {"actions": "write"})
        .app("watcher", {"actions": "read"}),
        yes("app:starter", _KEY),
        no("app:starter", _OTHER, "code:app"),
        no("app:watcher", _KEY),
        no(ANYONE, _KEY),
    ),
    case(
        "text/payload-of-a-dispatch",
        "repository_dispatch asks for contents: write, and its payload is the sender's text.",
        DOCS + "rest/repos/repos#create-a-repository-dispatch-event",
        public(one_job("repository_dispatch: {}", with_secret("deploy ${{ github.event.client_payload.tag }}")))
        .app("sender", {"contents": "write"})
        .app("reader", {"contents": "read", "actions": "write"}),
        yes("app:sender", _KEY),
        no("app:reader", _KEY),
        no(ANYONE, _KEY),
    ),
)
