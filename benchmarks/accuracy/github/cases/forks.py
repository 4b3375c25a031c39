"""Cases: workflow files that run the code of a fork.

Input: none (data only). Output: ``CASES``. Not handled: self-hosted runners (``runners``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.case import ANYONE, DOCS, EITHER, NOT_ALONE, Case, case, gated, no, some, yes
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.trust import account, like, same
from benchmarks.accuracy.github.workflow_text import checkout, one_job, public, with_secret

__all__ = ["CASES"]

_EVENTS: Final = DOCS + "actions/reference/workflows-and-actions/events-that-trigger-workflows"
_SECURE: Final = DOCS + "actions/reference/security/secure-use"
_PWN: Final = "https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/"
_SYNTAX: Final = DOCS + "actions/reference/workflows-and-actions/workflow-syntax"
_OIDC: Final = DOCS + "actions/reference/security/oidc"
_KEY: Final = "secret:app/KEY"
_OTHER: Final = "secret:app/OTHER"
_ROLE: Final = "role:deploy"
_HEAD: Final = "${{ github.event.pull_request.head.sha }}"


_USES_KEY: Final = with_secret("./publish.sh")
_BUILD: Final = "- run: npm ci && npm test"
_TARGET: Final = "pull_request_target: {}"
_COMMENT: Final = "issue_comment:\n  types: [created]"

CASES: Final[tuple[Case, ...]] = (
    case(
        "forks/pull-request",
        "Runs of a fork's pull request get no secrets.",
        _EVENTS + "#pull_request",
        public(one_job("pull_request: {}", checkout(), _BUILD, _USES_KEY)),
        no(ANYONE, _KEY, _OTHER, "code:app"),
        no("ben", _KEY),
        yes("anna", _KEY),
    ),
    case(
        "forks/target-without-checkout",
        "pull_request_target runs the base branch's workflow, and here nothing of the fork.",
        _EVENTS + "#pull_request_target",
        public(one_job(_TARGET, "- uses: actions/labeler@v5", with_secret("echo done"))),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/target-with-checkout",
        "pull_request_target that checks out the head and runs it gives the job's secret away, and no other.",
        _PWN,
        public(one_job(_TARGET, checkout(_HEAD), with_secret("npm ci && npm test"))),
        yes(ANYONE, _KEY),
        yes("ben", _KEY, why="A member without a role is somebody with an account."),
        no(ANYONE, _OTHER, "org", "admin:app", why="Only the secrets that are named are sent to the job."),
    ),
    case(
        "forks/target-checkout-by-branch-name",
        "The head's branch of the head's repository is the fork's code as well.",
        _PWN,
        public(
            one_job(
                _TARGET,
                "- uses: actions/checkout@v4\n  with:\n    ref: ${{ github.head_ref }}\n"
                "    repository: ${{ github.event.pull_request.head.repo.full_name }}",
                with_secret("make"),
            )
        ),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-checkout-of-the-merge",
        "The merge of a pull request holds the fork's code.",
        _PWN,
        public(one_job(_TARGET, checkout("refs/pull/${{ github.event.number }}/merge"), with_secret("make test"))),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-checkout-by-command",
        "git and gh check out a fork's code as the action does.",
        _PWN,
        public(
            one_job(
                _TARGET,
                checkout(),
                "- run: gh pr checkout ${{ github.event.pull_request.number }}\n"
                "  env:\n    GH_TOKEN: ${{ github.token }}",
                with_secret("npm install"),
            )
        ),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-checkout-of-the-base",
        "Without a ref the checkout is the base branch, which outsiders do not write.",
        _EVENTS + "#pull_request_target",
        public(one_job(_TARGET, checkout(), with_secret("npm ci && npm test"))),
        no(ANYONE, _KEY, _OTHER),
        no("ben", _KEY),
    ),
    case(
        "forks/target-checkout-and-nothing-runs",
        "Files of the fork that nothing executes are text.",
        _PWN,
        public(
            one_job(_TARGET, checkout(_HEAD), "- uses: actions/upload-artifact@v4\n  with:\n    path: README.md")
            + "\n  other:\n    runs-on: ubuntu-latest\n    steps:\n"
            + "      - run: echo hello\n        env:\n          TOKEN: ${{ secrets.KEY }}\n"
        ),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/target-two-jobs",
        "The job that runs the fork's code has no secret; the one that has it runs none.",
        _SECURE,
        public(
            one_job(_TARGET, checkout(_HEAD), _BUILD)
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
        public(
            one_job(_TARGET, checkout(_HEAD), "- uses: ./.github/actions/build\n  with:\n    token: ${{ secrets.KEY }}")
        ),
        yes(ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/target-after-a-label",
        "Who may label looks first: somebody else must act.",
        _PWN,
        public(
            one_job(
                "pull_request_target:\n  types: [labeled]",
                checkout(_HEAD),
                with_secret("npm ci"),
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
        public(
            one_job(
                _TARGET,
                checkout(_HEAD),
                with_secret("npm ci"),
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
        public(
            one_job(_TARGET, checkout(_HEAD), with_secret("npm ci", "PROD_KEY"), job="environment: prod")
        ).environment("prod", "PROD_KEY", reviewers=["olga"]),
        gated(ANYONE, "secret:app/prod/PROD_KEY"),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/target-in-an-open-environment",
        "An environment without rules is no gate.",
        _SECURE,
        public(
            one_job(_TARGET, checkout(_HEAD), with_secret("npm ci", "PROD_KEY"), job="environment: prod")
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
        .workflow(one_job(_TARGET, checkout(_HEAD), with_secret("npm ci"))),
        no(ANYONE, _KEY),
        no("ben", _KEY),
        yes("anna", _KEY),
    ),
    case(
        "forks/target-where-actions-is-off",
        "A careless workflow does not run where Actions is off.",
        DOCS + "repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/"
        "managing-github-actions-settings-for-a-repository",
        public(one_job(_TARGET, checkout(_HEAD), with_secret("npm ci"))).actions_off(),
        no(ANYONE, _KEY),
        no("anna", _KEY),
    ),
    case(
        "forks/target-in-an-archive",
        "Nobody opens a pull request in an archived repository.",
        DOCS + "repositories/archiving-a-github-repository/archiving-repositories",
        public(one_job(_TARGET, checkout(_HEAD), with_secret("npm ci")), archived=True),
        no(ANYONE, _KEY),
        no("anna", _KEY),
    ),
    case(
        "forks/comment-runs-the-head",
        "Everybody comments on a public repository's pull requests; the job checks out the head and runs it.",
        _EVENTS + "#issue_comment",
        public(
            one_job(
                _COMMENT,
                checkout("refs/pull/${{ github.event.issue.number }}/head"),
                with_secret("make deploy-preview"),
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
        public(
            one_job(
                _COMMENT,
                checkout("refs/pull/${{ github.event.issue.number }}/head"),
                with_secret("make deploy-preview"),
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
        public(one_job(_COMMENT, checkout(), with_secret("./answer.sh"))),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/run-after-a-run",
        "workflow_run has secrets, whoever's run it follows; the first may need an approval.",
        _EVENTS + "#workflow_run",
        public(
            one_job(
                "workflow_run:\n  workflows: [test]\n  types: [completed]",
                checkout("${{ github.event.workflow_run.head_sha }}"),
                with_secret("npm ci && npm run report"),
            )
        ).workflow(one_job("pull_request: {}", _BUILD).replace("name: ci", "name: test"), file="test.yml"),
        some(EITHER, ANYONE, _KEY),
        no(ANYONE, _OTHER),
    ),
    case(
        "forks/run-after-a-run-of-its-own-code",
        "workflow_run that runs the default branch's code is no way in.",
        _EVENTS + "#workflow_run",
        public(
            one_job("workflow_run:\n  workflows: [test]\n  types: [completed]", checkout(), with_secret("./report.sh"))
        ).workflow(one_job("pull_request: {}", _BUILD).replace("name: ci", "name: test"), file="test.yml"),
        no(ANYONE, _KEY, _OTHER),
    ),
    case(
        "forks/run-after-a-push-only",
        "Runs that followed no push are left out by the job's condition.",
        _EVENTS + "#workflow_run",
        public(
            one_job(
                "workflow_run:\n  workflows: [test]\n  types: [completed]",
                checkout("${{ github.event.workflow_run.head_sha }}"),
                with_secret("npm ci"),
                job="if: github.event.workflow_run.event == 'push'",
            )
        ).workflow(one_job("push: {}", _BUILD).replace("name: ci", "name: test"), file="test.yml"),
        some(NOT_ALONE, ANYONE, _KEY),
    ),
    case(
        "forks/no-token-for-a-fork",
        "Runs of forks cannot ask for an OIDC token; a writer's pull request can.",
        _OIDC,
        public(one_job("pull_request: {}", checkout(), _BUILD, permissions="contents: read\nid-token: write")),
        no(ANYONE, _ROLE),
        yes("anna", _ROLE),
        no("ben", _ROLE),
        account=account().trust("deploy", same("repo:octo/app:pull_request")),
    ),
    case(
        "forks/target-with-a-token",
        "The fork's code runs in a job that may ask for a token.",
        _OIDC,
        public(one_job(_TARGET, checkout(_HEAD), _BUILD, permissions="contents: read\nid-token: write")),
        yes(ANYONE, _ROLE),
        no(ANYONE, _KEY),
        account=account().trust("deploy", like("repo:octo/app:*")),
    ),
    case(
        "forks/target-with-no-token",
        "Without the permission id-token the job can ask for none.",
        _OIDC,
        public(one_job(_TARGET, checkout(_HEAD), _BUILD)),
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
        .workflow(one_job(_TARGET, checkout(_HEAD), _BUILD).replace("permissions:\n  contents: read\n\n", "")),
        no(ANYONE, _ROLE),
        account=account().trust("deploy", like("repo:octo/app:*")),
    ),
    case(
        "forks/target-with-everything",
        "write-all takes in id-token.",
        _SYNTAX + "#permissions",
        public(
            one_job(_TARGET, checkout(_HEAD), _BUILD).replace(
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
        public(
            one_job(
                _TARGET,
                checkout(_HEAD),
                _BUILD,
                permissions="contents: read\nid-token: write",
                job="permissions:\n  contents: read",
            )
        ),
        no(ANYONE, _ROLE),
        account=account().trust("deploy", like("repo:octo/app:*")),
    ),
)
