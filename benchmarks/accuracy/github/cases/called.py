"""Cases: workflow files that call code of another repository.

Input: none (data only). Output: ``CASES``. Not handled: actions that called actions call.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.answers import protection
from benchmarks.accuracy.github.case import ANYONE, DOCS, Case, case, gated, no, some, yes
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.workflow_text import checkout, one_job, public, with_secret

__all__ = ["CASES"]

_SECURE: Final = DOCS + "actions/reference/security/secure-use"
_REUSE: Final = DOCS + "actions/how-tos/reuse-automations/reuse-workflows"
_KEY: Final = "secret:app/KEY"
_OTHER: Final = "secret:app/OTHER"
_HEAD: Final = "${{ github.event.pull_request.head.sha }}"


_BUILD: Final = "- run: npm ci && npm test"

CASES: Final[tuple[Case, ...]] = (
    case(
        "called/another-repository-by-branch",
        "What is called by branch is code of who writes to that branch.",
        _SECURE + "#using-third-party-actions",
        public(one_job("push: {}", "- uses: octo/tool@main\n  with:\n    token: ${{ secrets.KEY }}")).repo(
            "tool", people={"ben": "write"}, public=True
        ),
        yes("ben", _KEY),
        no("ben", _OTHER, "code:app"),
        no(ANYONE, _KEY),
    ),
    case(
        "called/another-repository-by-commit",
        "A full commit cannot be changed.",
        _SECURE + "#using-third-party-actions",
        public(
            one_job(
                "push: {}",
                "- uses: octo/tool@8558fd74291d67161a8a78ce36a881fa63b766a9\n  with:\n    token: ${{ secrets.KEY }}",
            )
        ).repo("tool", people={"ben": "write"}, public=True),
        no("ben", _KEY, _OTHER),
        yes("ben", "code:tool"),
    ),
    case(
        "called/reusable-with-all-secrets",
        "A called workflow of the organization inherits the secrets and builds the head.",
        _REUSE + "#passing-inputs-and-secrets-to-a-reusable-workflow",
        public(
            "on: pull_request_target\npermissions:\n  contents: read\njobs:\n  call:\n"
            "    uses: octo/flows/.github/workflows/build.yml@main\n    secrets: inherit\n"
        )
        .repo("flows", people={"ben": "write"}, public=True)
        .workflow(one_job("workflow_call: {}", checkout(_HEAD), with_secret("npm ci")), file="build.yml", repo="flows"),
        yes(ANYONE, _KEY),
    ),
    case(
        "called/reusable-without-secrets",
        "Secrets are not passed on unless the caller says so.",
        _REUSE + "#passing-inputs-and-secrets-to-a-reusable-workflow",
        public(
            "on: pull_request_target\npermissions:\n  contents: read\njobs:\n  call:\n"
            "    uses: octo/flows/.github/workflows/build.yml@main\n"
        )
        .repo("flows", people={"ben": "write"}, public=True)
        .workflow(one_job("workflow_call: {}", checkout(_HEAD), with_secret("npm ci")), file="build.yml", repo="flows"),
        no(ANYONE, _KEY, _OTHER),
        no("ben", _KEY),
    ),
    case(
        "called/reusable-writer",
        "Who writes the called workflow's branch takes what the caller passes.",
        _REUSE,
        public(
            "on: push\npermissions:\n  contents: read\njobs:\n  call:\n"
            "    uses: octo/flows/.github/workflows/build.yml@main\n    secrets:\n      token: ${{ secrets.KEY }}\n"
        )
        .repo("flows", people={"ben": "write"}, public=True)
        .workflow(
            one_job("workflow_call:\n  secrets:\n    token:\n      required: true", _BUILD),
            file="build.yml",
            repo="flows",
        ),
        yes("ben", _KEY),
        no("ben", _OTHER),
        no(ANYONE, _KEY),
    ),
    case(
        "called/reusable-of-another-organization",
        "A workflow of another organization is passed named secrets, by who writes to it there.",
        _REUSE,
        (
            public(
                "on: push\npermissions:\n  contents: read\njobs:\n  call:\n"
                "    uses: acme/flows/.github/workflows/build.yml@main\n    secrets:\n      token: ${{ secrets.KEY }}\n"
            ),
            Organization("acme")
            .owner("otta")
            .member("ava", "eve")
            .repo("flows", people={"ava": "write"}, public=True)
            .workflow(
                one_job("workflow_call:\n  secrets:\n    token:\n      required: true", _BUILD),
                file="build.yml",
                repo="flows",
            ),
        ),
        yes("ava", _KEY),
        no("ava", _OTHER, "code:app", "org"),
        no("eve", _KEY),
        yes("otta", _KEY),
    ),
    case(
        "called/inherit-from-another-organization",
        "Secrets are inherited within an organization or enterprise alone.",
        _REUSE + "#passing-inputs-and-secrets-to-a-reusable-workflow",
        (
            public(
                "on: push\npermissions:\n  contents: read\njobs:\n  call:\n"
                "    uses: acme/flows/.github/workflows/build.yml@main\n    secrets: inherit\n"
            ),
            Organization("acme")
            .owner("otta")
            .member("ava")
            .repo("flows", people={"ava": "write"}, public=True)
            .workflow(one_job("workflow_call: {}", with_secret("make")), file="build.yml", repo="flows"),
        ),
        some("no|conditional|unknown", "ava", _KEY, why="Whether both are of one enterprise is not in the evidence."),
        no(ANYONE, _KEY),
    ),
    case(
        "called/only-called",
        "A workflow that is only called is started by nobody outside.",
        _REUSE,
        public(one_job("workflow_call: {}", checkout(_HEAD), with_secret("npm ci"))),
        no(ANYONE, _KEY, _OTHER),
        no("ben", _KEY),
    ),
    case(
        "called/protected-branch-of-the-tool",
        "A reviewed branch of the called repository needs its review.",
        _SECURE + "#using-third-party-actions",
        public(one_job("push: {}", "- uses: octo/tool@main\n  with:\n    token: ${{ secrets.KEY }}"))
        .repo("tool", people={"ben": "write"}, public=True)
        .branch("main", protection(reviews=1), repo="tool"),
        gated("ben", _KEY),
        no(ANYONE, _KEY),
    ),
)
