"""Cases: workflow files that run an outsider's code or text, or code of another repository.

Input: none (data only). Output: ``CASES``. Not handled: self-hosted runners (``runners``).

Workflows are written for the case. Tokens of their jobs read contents alone unless a case says otherwise, so that
what is asked is the secret.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.answers import protection
from benchmarks.accuracy.github.case import ANYONE, DOCS, EITHER, NOT_ALONE, Case, case, gated, no, some, yes
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.trust import account, like, same

__all__ = ["CASES"]

_EVENTS: Final = DOCS + "actions/reference/workflows-and-actions/events-that-trigger-workflows"
_SECURE: Final = DOCS + "actions/reference/security/secure-use"
_INJECTION: Final = DOCS + "actions/concepts/security/script-injections"
_PWN: Final = "https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/"
_SYNTAX: Final = DOCS + "actions/reference/workflows-and-actions/workflow-syntax"
_REUSE: Final = DOCS + "actions/how-tos/reuse-automations/reuse-workflows"
_OIDC: Final = DOCS + "actions/reference/security/oidc"
_KEY: Final = "secret:app/KEY"
_OTHER: Final = "secret:app/OTHER"
_ROLE: Final = "role:deploy"
_HEAD: Final = "${{ github.event.pull_request.head.sha }}"


def _public(workflow: str, *, archived: bool = False) -> Organization:
    return (
        Organization()
        .owner("olga")
        .member("anna", "ben")
        .repo(people={"anna": "write"}, public=True, archived=archived)
        .secret("KEY", "OTHER")
        .workflow(workflow)
    )


def _job(on: str, *steps: str, extra: str = "", job: str = "", permissions: str = "contents: read") -> str:
    """Return a workflow with one job; each step is YAML that begins with ``- ``."""
    indented = "\n".join("      " + line for step in steps for line in step.splitlines())
    return (
        f"name: ci\non:\n{_in(on, 2)}\npermissions:\n{_in(permissions, 2)}\njobs:\n  build:\n"
        f"    runs-on: ubuntu-latest\n{_in(job, 4)}    steps:\n{indented}\n{extra}"
    )


def _in(text: str, by: int) -> str:
    return "".join(" " * by + line + "\n" for line in text.splitlines())


def _checkout(ref: str = "") -> str:
    return "- uses: actions/checkout@v4" + (f"\n  with:\n    ref: {ref}" if ref else "")


def _with_secret(command: str, secret: str = "KEY") -> str:
    return f"- run: {command}\n  env:\n    TOKEN: ${{{{ secrets.{secret} }}}}"


_USES_KEY: Final = _with_secret("./publish.sh")
_BUILD: Final = "- run: npm ci && npm test"
_TARGET: Final = "pull_request_target: {}"
_ISSUE: Final = "issues:\n  types: [opened]"
_COMMENT: Final = "issue_comment:\n  types: [created]"

CASES: Final[tuple[Case, ...]] = (
    case(
        "forks/pull-request",
        "Runs of a fork's pull request get no secrets.",
        _EVENTS + "#pull_request",
        _public(_job("pull_request: {}", _checkout(), _BUILD, _USES_KEY)),
        no(ANYONE, _KEY, _OTHER, "code:app"),
        no("ben", _KEY),
        yes("anna", _KEY),
    ),
    case(
        "forks/target-without-checkout",
        "pull_request_target runs the base branch's workflow, and here nothing of the fork.",
        _EVENTS + "#pull_request_target",
        _public(_job(_TARGET, "- uses: actions/labeler@v5", _with_secret("echo done"))),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/target-with-checkout",
        "pull_request_target that checks out the head and runs it gives the job's secret away, and no other.",
        _PWN,
        _public(_job(_TARGET, _checkout(_HEAD), _with_secret("npm ci && npm test"))),
        yes(ANYONE, _KEY),
        yes("ben", _KEY, why="A member without a role is somebody with an account."),
        no(ANYONE, _OTHER, "org", "admin:app", why="Only the secrets that are named are sent to the job."),
    ),
    case(
        "forks/target-checkout-by-branch-name",
        "The head's branch of the head's repository is the fork's code as well.",
        _PWN,
        _public(
            _job(
                _TARGET,
                "- uses: actions/checkout@v4\n  with:\n    ref: ${{ github.head_ref }}\n"
                "    repository: ${{ github.event.pull_request.head.repo.full_name }}",
                _with_secret("make"),
            )
        ),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-checkout-of-the-merge",
        "The merge of a pull request holds the fork's code.",
        _PWN,
        _public(_job(_TARGET, _checkout("refs/pull/${{ github.event.number }}/merge"), _with_secret("make test"))),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-checkout-by-command",
        "git and gh check out a fork's code as the action does.",
        _PWN,
        _public(
            _job(
                _TARGET,
                _checkout(),
                "- run: gh pr checkout ${{ github.event.pull_request.number }}\n"
                "  env:\n    GH_TOKEN: ${{ github.token }}",
                _with_secret("npm install"),
            )
        ),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-checkout-of-the-base",
        "Without a ref the checkout is the base branch, which outsiders do not write.",
        _EVENTS + "#pull_request_target",
        _public(_job(_TARGET, _checkout(), _with_secret("npm ci && npm test"))),
        no(ANYONE, _KEY, _OTHER),
        no("ben", _KEY),
    ),
    case(
        "forks/target-checkout-and-nothing-runs",
        "Files of the fork that nothing executes are text.",
        _PWN,
        _public(
            _job(_TARGET, _checkout(_HEAD), "- uses: actions/upload-artifact@v4\n  with:\n    path: README.md")
            + "\n  other:\n    runs-on: ubuntu-latest\n    steps:\n"
            + "      - run: echo hello\n        env:\n          TOKEN: ${{ secrets.KEY }}\n"
        ),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/target-two-jobs",
        "The job that runs the fork's code has no secret; the one that has it runs none.",
        _SECURE,
        _public(
            _job(_TARGET, _checkout(_HEAD), _BUILD)
            + "\n  publish:\n    runs-on: ubuntu-latest\n    needs: build\n    steps:\n"
            + "      - uses: actions/checkout@v4\n"
            + "      - run: ./publish.sh\n        env:\n          TOKEN: ${{ secrets.KEY }}\n"
        ),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/target-local-action",
        "A local action after the checkout of the head is the fork's code.",
        _PWN,
        _public(
            _job(_TARGET, _checkout(_HEAD), "- uses: ./.github/actions/build\n  with:\n    token: ${{ secrets.KEY }}")
        ),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-after-a-label",
        "Who may label looks first: somebody else must act.",
        _PWN,
        _public(
            _job(
                "pull_request_target:\n  types: [labeled]",
                _checkout(_HEAD),
                _with_secret("npm ci"),
                job="if: contains(github.event.pull_request.labels.*.name, 'safe to test')",
            )
        ),
        gated(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-of-the-own-repository-only",
        "Heads in forks are left out by the job's condition.",
        DOCS + "actions/reference/workflows-and-actions/contexts#github-context",
        _public(
            _job(
                _TARGET,
                _checkout(_HEAD),
                _with_secret("npm ci"),
                job="if: github.event.pull_request.head.repo.full_name == github.repository",
            )
        ),
        no(ANYONE, _KEY, _OTHER),
        no("ben", _KEY),
    ),
    case(
        "forks/target-in-a-guarded-environment",
        "A deployment's reviewer looks first.",
        _SECURE,
        _public(
            _job(_TARGET, _checkout(_HEAD), _with_secret("npm ci", "PROD_KEY"), job="environment: prod")
        ).environment("prod", "PROD_KEY", reviewers=["olga"]),
        gated(ANYONE, "secret:app/prod/PROD_KEY"),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/target-in-an-open-environment",
        "An environment without rules is no gate.",
        _SECURE,
        _public(
            _job(_TARGET, _checkout(_HEAD), _with_secret("npm ci", "PROD_KEY"), job="environment: prod")
        ).environment("prod", "PROD_KEY"),
        yes(ANYONE, "secret:app/prod/PROD_KEY"),
        no(ANYONE, _KEY),
    ),
    case(
        "forks/target-of-a-private-repository",
        "Outsiders neither see nor fork a private repository.",
        DOCS + "pull-requests/collaborating-with-pull-requests/working-with-forks/"
        "about-permissions-and-visibility-of-forks",
        Organization()
        .owner("olga")
        .member("anna", "ben")
        .repo(people={"anna": "write"})
        .secret("KEY")
        .workflow(_job(_TARGET, _checkout(_HEAD), _with_secret("npm ci"))),
        no(ANYONE, _KEY),
        no("ben", _KEY),
        yes("anna", _KEY),
    ),
    case(
        "forks/target-where-actions-is-off",
        "A careless workflow does not run where Actions is off.",
        DOCS + "repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/"
        "managing-github-actions-settings-for-a-repository",
        _public(_job(_TARGET, _checkout(_HEAD), _with_secret("npm ci"))).actions_off(),
        no(ANYONE, _KEY),
        no("anna", _KEY),
    ),
    case(
        "forks/target-in-an-archive",
        "Nobody opens a pull request in an archived repository.",
        DOCS + "repositories/archiving-a-github-repository/archiving-repositories",
        _public(_job(_TARGET, _checkout(_HEAD), _with_secret("npm ci")), archived=True),
        no(ANYONE, _KEY),
        no("anna", _KEY),
    ),
    case(
        "forks/comment-runs-the-head",
        "Everybody comments on a public repository's pull requests; the job checks out the head and runs it.",
        _EVENTS + "#issue_comment",
        _public(
            _job(
                _COMMENT,
                _checkout("refs/pull/${{ github.event.issue.number }}/head"),
                _with_secret("make deploy-preview"),
                job="if: github.event.issue.pull_request && contains(github.event.comment.body, '/preview')",
            )
        ),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/comment-of-a-member",
        "Only comments of members start the job.",
        _EVENTS + "#issue_comment",
        _public(
            _job(
                _COMMENT,
                _checkout("refs/pull/${{ github.event.issue.number }}/head"),
                _with_secret("make deploy-preview"),
                job="if: github.event.issue.pull_request && github.event.comment.author_association == 'MEMBER'",
            )
        ),
        some(NOT_ALONE, ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/comment-that-runs-nothing",
        "A comment starts a job of the default branch's own code.",
        _EVENTS + "#issue_comment",
        _public(_job(_COMMENT, _checkout(), _with_secret("./answer.sh"))),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/run-after-a-run",
        "workflow_run has secrets, whoever's run it follows; the first may need an approval.",
        _EVENTS + "#workflow_run",
        _public(
            _job(
                "workflow_run:\n  workflows: [test]\n  types: [completed]",
                _checkout("${{ github.event.workflow_run.head_sha }}"),
                _with_secret("npm ci && npm run report"),
            )
        ).workflow(_job("pull_request: {}", _BUILD).replace("name: ci", "name: test"), file="test.yml"),
        some(EITHER, ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/run-after-a-run-of-its-own-code",
        "workflow_run that runs the default branch's code is no way in.",
        _EVENTS + "#workflow_run",
        _public(
            _job("workflow_run:\n  workflows: [test]\n  types: [completed]", _checkout(), _with_secret("./report.sh"))
        ).workflow(_job("pull_request: {}", _BUILD).replace("name: ci", "name: test"), file="test.yml"),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/run-after-a-push-only",
        "Runs that followed no push are left out by the job's condition.",
        _EVENTS + "#workflow_run",
        _public(
            _job(
                "workflow_run:\n  workflows: [test]\n  types: [completed]",
                _checkout("${{ github.event.workflow_run.head_sha }}"),
                _with_secret("npm ci"),
                job="if: github.event.workflow_run.event == 'push'",
            )
        ).workflow(_job("push: {}", _BUILD).replace("name: ci", "name: test"), file="test.yml"),
        some(NOT_ALONE, ANYONE, _KEY),
    ),
    case(
        "forks/no-token-for-a-fork",
        "Runs of forks cannot ask for an OIDC token; a writer's pull request can.",
        _OIDC,
        _public(_job("pull_request: {}", _checkout(), _BUILD, permissions="contents: read\nid-token: write")),
        no(ANYONE, _ROLE),
        yes("anna", _ROLE),
        no("ben", _ROLE),
        account=account().trust("deploy", same("repo:octo/app:pull_request")),
    ),
    case(
        "forks/target-with-a-token",
        "The fork's code runs in a job that may ask for a token.",
        _OIDC,
        _public(_job(_TARGET, _checkout(_HEAD), _BUILD, permissions="contents: read\nid-token: write")),
        yes(ANYONE, _ROLE),
        no(ANYONE, _KEY),
        account=account().trust("deploy", like("repo:octo/app:*")),
    ),
    case(
        "forks/target-with-no-token",
        "Without the permission id-token the job can ask for none.",
        _OIDC,
        _public(_job(_TARGET, _checkout(_HEAD), _BUILD)),
        no(ANYONE, _ROLE),
        yes("anna", _ROLE),
        account=account().trust("deploy", like("repo:octo/app:*")),
    ),
    case(
        "forks/target-by-default-permissions",
        "Not even permissive defaults give id-token: it is asked for by name.",
        _SYNTAX + "#permissions",
        Organization(token="write")
        .owner("olga")
        .member("anna")
        .repo(people={"anna": "write"}, public=True)
        .token_of("app", "write")
        .workflow(_job(_TARGET, _checkout(_HEAD), _BUILD).replace("permissions:\n  contents: read\n\n", "")),
        no(ANYONE, _ROLE),
        account=account().trust("deploy", like("repo:octo/app:*")),
    ),
    case(
        "forks/target-with-everything",
        "write-all takes in id-token.",
        _SYNTAX + "#permissions",
        _public(
            _job(_TARGET, _checkout(_HEAD), _BUILD).replace(
                "permissions:\n  contents: read\n\n", "permissions: write-all\n"
            )
        ),
        # Was yes. The page lists id-token among the permissions and does not say whether write-all takes it in.
        some("yes|unknown", ANYONE, _ROLE),
        account=account().trust("deploy", like("repo:octo/app:*")),
    ),
    case(
        "forks/the-job-takes-permissions-away",
        "A job's permissions stand in place of the workflow's.",
        _SYNTAX + "#jobsjob_idpermissions",
        _public(
            _job(
                _TARGET,
                _checkout(_HEAD),
                _BUILD,
                permissions="contents: read\nid-token: write",
                job="permissions:\n  contents: read",
            )
        ),
        no(ANYONE, _ROLE),
        account=account().trust("deploy", like("repo:octo/app:*")),
    ),
    case(
        "text/title-in-a-command",
        "An expression is put into the command before the shell sees it.",
        _INJECTION,
        _public(_job(_ISSUE, _with_secret('echo "${{ github.event.issue.title }}"'))),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "text/title-in-a-variable",
        "A variable of the environment is no code.",
        _SECURE,
        _public(
            _job(
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
        _public(_job(_TARGET, _with_secret("echo checking ${{ github.head_ref }}"))),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "text/branch-name-in-a-pull-request",
        "The same on pull_request has no secret to take.",
        _EVENTS + "#pull_request",
        _public(_job("pull_request: {}", _with_secret("echo checking ${{ github.head_ref }}"))),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "text/body-in-a-script",
        "The script of actions/github-script is filled in the same way.",
        _SECURE,
        _public(
            _job(
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
        _public(
            _job(
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
        _public(_job(_ISSUE, _with_secret("echo ${{ github.event.issue.number }} ${{ github.repository }}"))),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "text/two-jobs",
        "The job that takes the text has no secret.",
        _SECURE,
        _public(
            _job(_ISSUE, '- run: echo "${{ github.event.issue.body }}"')
            + "\n  notify:\n    runs-on: ubuntu-latest\n    steps:\n"
            + "      - run: ./notify.sh\n        env:\n          TOKEN: ${{ secrets.KEY }}\n"
        ),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "text/message-of-a-push",
        "Only writers push.",
        _EVENTS + "#push",
        _public(_job("push: {}", _with_secret('echo "${{ github.event.head_commit.message }}"'))),
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
        .workflow(_job(_ISSUE, _with_secret('echo "${{ github.event.issue.title }}"'))),
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
        .workflow(_job(_ISSUE, _with_secret('echo "${{ github.event.issue.title }}"'))),
        yes("ben", _KEY),
        no("ben", _OTHER),
        no(ANYONE, _KEY),
    ),
    case(
        "text/input-of-a-dispatch",
        "An input is text of who may start the workflow: with actions: write an app may, with read it may not.",
        _EVENTS + "#workflow_dispatch",
        _public(
            _job(
                "workflow_dispatch:\n  inputs:\n    tag:\n      type: string", _with_secret("deploy ${{ inputs.tag }}")
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
        _public(_job("repository_dispatch: {}", _with_secret("deploy ${{ github.event.client_payload.tag }}")))
        .app("sender", {"contents": "write"})
        .app("reader", {"contents": "read", "actions": "write"}),
        yes("app:sender", _KEY),
        no("app:reader", _KEY),
        no(ANYONE, _KEY),
    ),
    case(
        "called/another-repository-by-branch",
        "What is called by branch is code of who writes to that branch.",
        _SECURE + "#using-third-party-actions",
        _public(_job("push: {}", "- uses: octo/tool@main\n  with:\n    token: ${{ secrets.KEY }}")).repo(
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
        _public(
            _job(
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
        _public(
            "on: pull_request_target\npermissions:\n  contents: read\njobs:\n  call:\n"
            "    uses: octo/flows/.github/workflows/build.yml@main\n    secrets: inherit\n"
        )
        .repo("flows", people={"ben": "write"}, public=True)
        .workflow(_job("workflow_call: {}", _checkout(_HEAD), _with_secret("npm ci")), file="build.yml", repo="flows"),
        yes(ANYONE, _KEY),
    ),
    case(
        "called/reusable-without-secrets",
        "Secrets are not passed on unless the caller says so.",
        _REUSE + "#passing-inputs-and-secrets-to-a-reusable-workflow",
        _public(
            "on: pull_request_target\npermissions:\n  contents: read\njobs:\n  call:\n"
            "    uses: octo/flows/.github/workflows/build.yml@main\n"
        )
        .repo("flows", people={"ben": "write"}, public=True)
        .workflow(_job("workflow_call: {}", _checkout(_HEAD), _with_secret("npm ci")), file="build.yml", repo="flows"),
        no(ANYONE, _KEY, _OTHER),
        no("ben", _KEY),
    ),
    case(
        "called/reusable-writer",
        "Who writes the called workflow's branch takes what the caller passes.",
        _REUSE,
        _public(
            "on: push\npermissions:\n  contents: read\njobs:\n  call:\n"
            "    uses: octo/flows/.github/workflows/build.yml@main\n    secrets:\n      token: ${{ secrets.KEY }}\n"
        )
        .repo("flows", people={"ben": "write"}, public=True)
        .workflow(
            _job("workflow_call:\n  secrets:\n    token:\n      required: true", _BUILD), file="build.yml", repo="flows"
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
            _public(
                "on: push\npermissions:\n  contents: read\njobs:\n  call:\n"
                "    uses: acme/flows/.github/workflows/build.yml@main\n    secrets:\n      token: ${{ secrets.KEY }}\n"
            ),
            Organization("acme")
            .owner("otta")
            .member("ava", "eve")
            .repo("flows", people={"ava": "write"}, public=True)
            .workflow(
                _job("workflow_call:\n  secrets:\n    token:\n      required: true", _BUILD),
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
            _public(
                "on: push\npermissions:\n  contents: read\njobs:\n  call:\n"
                "    uses: acme/flows/.github/workflows/build.yml@main\n    secrets: inherit\n"
            ),
            Organization("acme")
            .owner("otta")
            .member("ava")
            .repo("flows", people={"ava": "write"}, public=True)
            .workflow(_job("workflow_call: {}", _with_secret("make")), file="build.yml", repo="flows"),
        ),
        some("no|conditional|unknown", "ava", _KEY, why="Whether both are of one enterprise is not in the evidence."),
        no(ANYONE, _KEY),
    ),
    case(
        "called/only-called",
        "A workflow that is only called is started by nobody outside.",
        _REUSE,
        _public(_job("workflow_call: {}", _checkout(_HEAD), _with_secret("npm ci"))),
        no(ANYONE, _KEY, _OTHER),
        no("ben", _KEY),
    ),
    case(
        "called/protected-branch-of-the-tool",
        "A reviewed branch of the called repository needs its review.",
        _SECURE + "#using-third-party-actions",
        _public(_job("push: {}", "- uses: octo/tool@main\n  with:\n    token: ${{ secrets.KEY }}"))
        .repo("tool", people={"ben": "write"}, public=True)
        .branch("main", protection(reviews=1), repo="tool"),
        gated("ben", _KEY),
        no(ANYONE, _KEY),
    ),
)
