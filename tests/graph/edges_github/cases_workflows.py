"""Cases: jobs of workflow files, runners, code that is called."""

from __future__ import annotations

from typing import Any

from graph.kinds import State
from tests.graph.edges_github.technique_case import ISSUER, Case, fires, silent, trusting
from tests.worlds.github import GitHubWorldFiles, github

__all__ = ["cases"]

JOB = "job:app:ci.yml#build"
HEAD = "${{ github.event.pull_request.head.sha }}"
SHA = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"
_KEY = "        env:\n          K: ${{ secrets.KEY }}\n"
_IF_LABEL = "    if: contains(github.event.pull_request.labels.*.name, 'safe')\n"
_IF_OWN = "    if: github.event.pull_request.head.repo.full_name == github.repository\n"
_IF_WORD = "    if: github.event.issue.pull_request && startsWith(github.event.comment.body, '/build')\n"
_IF_MEMBER = "    if: ${{ github.event.comment.author_association == 'MEMBER' }}\n"
_IF_PUSHED = "    if: github.event.workflow_run.event == 'push'\n"


def cases() -> list[Case]:
    """Return the cases."""
    return [*_forks(), *_text(), *_inputs(), *_called(), *_secrets(), *_subjects(), *_builds(), *_runners()]


def _file(
    on: str = "pull_request_target",
    *,
    checkout: str = "v4",
    ref: str = HEAD,
    steps: str = "      - run: npm ci && npm test\n",
    job: str = "",
    more: str = "",
    allow: bool = False,
) -> str:
    unsafe = "          allow-unsafe-pr-checkout: true\n" if allow else ""
    return (
        f"on: {on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n{job}    steps:\n"
        f'      - uses: actions/checkout@{checkout}\n        with:\n          ref: "{ref}"\n{unsafe}{steps}{more}'
    )


def _repo(text: str = "", *, visibility: str = "public", **more: Any) -> GitHubWorldFiles:
    world = github().user("bob").repo("app", visibility=visibility, **more)
    return world.workflow("ci.yml", text) if text else world


def _forks() -> list[Case]:
    fork = "github-fork-code-with-secrets"
    unsure = State.UNVERIFIED

    def reader(**more: Any) -> GitHubWorldFiles:
        return _repo(_file(), visibility="private", **more).access("bob", "read")

    label = "\n  pull_request_target:\n    types: [labeled]"
    fetch = "      - run: gh pr checkout 7 && make test\n"
    reviewed = _repo(_file(job="    environment: ci\n")).environment("ci", reviewers=["bob"])
    return [
        fires(fork, "a build of the head", _repo(_file()), "anyone", JOB),
        fires(fork, "a merge commit", _repo(_file(ref="refs/pull/${{ github.event.number }}/merge")), "anyone", JOB),
        fires(fork, "version 7, told to", _repo(_file(checkout="v7", allow=True)), "anyone", JOB),
        fires(fork, "fetched by a command", _repo(_file(ref="main", more=fetch)), "anyone", JOB),
        fires(fork, "a local action", _repo(_file(steps="      - uses: ./.github/actions/test\n")), "anyone", JOB),
        fires(fork, "a comment", _repo(_file("issue_comment")), "anyone", JOB),
        fires(fork, "a label first", _repo(_file(label)), "anyone", JOB, keys={"github:label"}),
        fires(fork, "a reviewed environment", reviewed, "anyone", JOB, keys={"github:deployment-approval"}),
        fires(fork, "a private repository that can be forked", reader(allow_forking=True), "bob", JOB),
        fires(fork, "a condition", _repo(_file(job="    if: github.actor == 'x'\n")), "anyone", JOB, state=unsure),
        fires(fork, "a checkout pinned to a commit", _repo(_file(checkout=SHA)), "anyone", JOB, state=unsure),
        fires(
            fork,
            "a step that may run nothing of it",
            _repo(_file(steps="      - run: echo done\n")),
            "anyone",
            JOB,
            state=unsure,
        ),
        fires(fork, "a label by a condition", _repo(_file(job=_IF_LABEL)), "anyone", JOB, keys={"github:label"}),
        fires(fork, "a word in a comment", _repo(_file("issue_comment", job=_IF_WORD)), "anyone", JOB),
        fires(fork, "a label on a comment", _repo(_file("issue_comment", job=_IF_LABEL)), "anyone", JOB, state=unsure),
        fires(fork, "a reusable workflow", _calling(_file("workflow_call", more=_KEY)), "anyone", JOB),
        silent(fork, "a reusable workflow without secrets", _calling(_file("workflow_call")), "anyone", JOB),
        silent(fork, "a reusable workflow at a tag", _calling(_file("workflow_call", more=_KEY), "v1"), "anyone", JOB),
        silent(fork, "heads of the repository alone", _repo(_file(job=_IF_OWN)), "anyone", JOB),
        silent(fork, "comments of members", _repo(_file("issue_comment", job=_IF_MEMBER)), "anyone", JOB),
        silent(fork, "what followed a push", _repo(_file("workflow_run", job=_IF_PUSHED)), "anyone", JOB),
        silent(fork, "version 7", _repo(_file(checkout="v7")), "anyone", JOB),
        silent(fork, "the newest version", _repo(_file(checkout="main")), "anyone", JOB),
        silent(fork, "the base branch", _repo(_file(ref="main")), "anyone", JOB),
        silent(fork, "an event without secrets", _repo(_file("pull_request")), "anyone", JOB),
        silent(fork, "an event of who writes", _repo(_file("push")), "anyone", JOB),
        silent(fork, "nothing after the checkout", _repo(_file(steps="")), "anyone", JOB),
        silent(fork, "a private repository", _repo(_file(), visibility="private"), "anyone", JOB),
        silent(fork, "a private repository that cannot be forked", reader(allow_forking=False), "bob", JOB),
        silent(fork, "an archived repository", _repo(_file(), archived=True), "anyone", JOB),
    ]


def _calling(called: str, ref: str = "main") -> GitHubWorldFiles:
    """Return a workflow on pull_request_target that calls one of another repository with all secrets."""
    uses = f"    uses: acme/flows/.github/workflows/x.yml@{ref}\n    secrets: inherit\n"
    world = github().user("bob").repo("flows", visibility="public").workflow("x.yml", called)
    return world.repo("app", visibility="public").workflow(
        "ci.yml", f"on: pull_request_target\njobs:\n  build:\n{uses}"
    )


def _script(on: str, expression: str, job: str = "") -> str:
    return f'on: {on}\njobs:\n  build:\n    runs-on: x\n{job}    steps:\n      - run: echo "${{{{ {expression} }}}}"\n'


def _text() -> list[Case]:
    text = "github-script-injection"
    body = "github.event.issue.body"
    safe = (
        'on: issues\njobs:\n  build:\n    runs-on: x\n    steps:\n      - run: echo "$BODY"\n'
        "        env:\n          BODY: ${{ github.event.issue.body }}\n"
    )
    script = (
        "on: issues\njobs:\n  build:\n    runs-on: x\n    steps:\n      - uses: actions/github-script@v7\n"
        "        with:\n          script: core.info('${{ github.event.issue.title }}')\n"
    )
    return [
        fires(text, "the body of an issue", _repo(_script("issues", body)), "anyone", JOB),
        fires(text, "a comment", _repo(_script("issue_comment", "github.event.comment.body")), "anyone", JOB),
        fires(text, "the name of a branch", _repo(_script("pull_request_target", "github.head_ref")), "anyone", JOB),
        fires(text, "a script", _repo(script), "anyone", JOB),
        fires(
            text, "a condition", _repo(_script("issues", body, "    if: true\n")), "anyone", JOB, state=State.UNVERIFIED
        ),
        silent(text, "through the environment", _repo(safe), "anyone", JOB),
        silent(text, "a number", _repo(_script("issues", "github.event.issue.number")), "anyone", JOB),
        silent(text, "another event", _repo(_script("push", body)), "anyone", JOB),
        silent(
            text,
            "an event without secrets",
            _repo(_script("pull_request", "github.event.pull_request.title")),
            "anyone",
            JOB,
        ),
    ]


def _inputs() -> list[Case]:
    start, given = "github-dispatch-injection", _script("workflow_dispatch", "inputs.name")
    sent = _script("repository_dispatch", "github.event.client_payload.name")
    return [
        fires(start, "an app", _repo(given).app(7, actions="write"), "app:7", JOB),
        fires(
            start,
            "the older form",
            _repo(_script("workflow_dispatch", "github.event.inputs.name")).app(7, actions="write"),
            "app:7",
            JOB,
        ),
        fires(
            start,
            "a token of who writes",
            _repo(given).access("bob", "write").token(7, "bob", actions="write"),
            "token:7",
            JOB,
        ),
        fires(
            start,
            "selected repositories that were not looked at",
            _repo(given).app(7, repos=["app"], asked=False, actions="write"),
            "app:7",
            JOB,
            state=State.UNVERIFIED,
        ),
        fires(start, "a payload", _repo(sent).app(7, contents="write"), "app:7", JOB),
        silent(start, "a payload of who may not send it", _repo(sent).app(7, actions="write"), "app:7", JOB),
        silent(start, "a start that sends no payload", _repo(given).app(7, contents="write"), "app:7", JOB),
        silent(start, "an app that reads", _repo(given).app(7, actions="read"), "app:7", JOB),
        silent(start, "an app elsewhere", _repo(given).app(7, repos=["web"], actions="write"), "app:7", JOB),
        silent(start, "a suspended app", _repo(given).app(7, suspended=True, actions="write"), "app:7", JOB),
        silent(
            start,
            "a called workflow",
            _repo(_script("workflow_call", "inputs.name")).app(7, actions="write"),
            "app:7",
            JOB,
        ),
        silent(
            start,
            "a token of who reads",
            _repo(given).access("bob", "read").token(7, "bob", actions="write"),
            "token:7",
            JOB,
        ),
    ]


def _uses(what: str, *, reusable: bool = False) -> str:
    if reusable:
        return f"on: push\njobs:\n  build:\n    uses: {what}\n    secrets: inherit\n"
    return f"on: push\njobs:\n  build:\n    runs-on: x\n    steps:\n      - uses: {what}\n"


def _called() -> list[Case]:
    called, third = "github-called-code", "github-third-party-action"

    def shared(text: str) -> GitHubWorldFiles:
        return github().repo("shared").branch("main", approvals=1).repo("app").workflow("ci.yml", text)

    flow = "acme/shared/.github/workflows/deploy.yml"
    return [
        fires(called, "a reusable workflow", shared(_uses(f"{flow}@main", reusable=True)), "branch:shared:main", JOB),
        fires(called, "an action by branch", shared(_uses("acme/shared@main")), "branch:shared:main", JOB),
        fires(
            called, "an action by tag", shared(_uses("acme/shared@v1")), "actions:shared", JOB, state=State.UNVERIFIED
        ),
        silent(called, "one commit", shared(_uses(f"{flow}@{SHA}", reusable=True)), "branch:shared:main", JOB),
        silent(called, "another branch", shared(_uses("acme/shared@v1")), "branch:shared:main", JOB),
        silent(
            called, "of its own", shared(_uses("./.github/workflows/x.yml", reusable=True)), "branch:shared:main", JOB
        ),
        fires(third, "by tag", _repo(_uses("other/action@v1")), "github:repo:other/action", JOB),
        fires(third, "a part of a repository", _repo(_uses("other/kit/setup@main")), "github:repo:other/kit", JOB),
        silent(third, "one commit", _repo(_uses(f"other/action@{SHA}")), "github:repo:other/action", JOB),
        silent(third, "GitHub's own", _repo(_uses("actions/cache@v4")), "github:repo:actions/cache", JOB),
        silent(third, "an image", _repo(_uses("docker://other/action@v1")), "github:repo:other/action", JOB),
    ]


def _with(secret: str, job: str = "") -> str:
    step = f"      - run: deploy\n        env:\n          K: {secret}\n"
    return f"on: push\njobs:\n  build:\n    runs-on: x\n{job}    steps:\n{step}"


def _secrets() -> list[Case]:
    read, key = "github-job-secret", "${{ secrets.KEY }}"

    def both(text: str) -> GitHubWorldFiles:
        return _repo(text).secret("KEY").environment("prod").secret("KEY", environment="prod")

    prod = "    environment: prod\n"
    inherits = _uses("acme/flows/.github/workflows/x.yml@v1", reusable=True)
    abroad = _uses("other/flows/.github/workflows/x.yml@v1", reusable=True)
    return [
        fires(read, "the repository's", _repo(_with(key)).secret("KEY"), JOB, "secret:app:KEY"),
        fires(read, "the organization's", _repo(_with(key)).org_secret("KEY"), JOB, "secret:acme:KEY"),
        fires(read, "the environment's", both(_with(key, prod)), JOB, "secret:app:prod:KEY"),
        fires(read, "all are inherited", _repo(inherits).secret("KEY"), JOB, "secret:app:KEY"),
        fires(
            read,
            "all are inherited by another organization's, perhaps of one enterprise",
            _repo(abroad).secret("KEY"),
            JOB,
            "secret:app:KEY",
            state=State.UNVERIFIED,
        ),
        fires(read, "all are printed", _repo(_with("${{ toJSON(secrets) }}")).secret("KEY"), JOB, "secret:app:KEY"),
        silent(read, "another name", _repo(_with("${{ secrets.OTHER }}")).secret("KEY"), JOB, "secret:app:KEY"),
        silent(read, "the environment's goes first", both(_with(key, prod)), JOB, "secret:app:KEY"),
        silent(read, "without the environment", both(_with(key)), JOB, "secret:app:prod:KEY"),
        silent(
            read,
            "the organization's is for others",
            _repo(_with(key)).org_secret("KEY", visibility="selected", repos=["web"]),
            JOB,
            "secret:acme:KEY",
        ),
    ]


def _token(on: str = "push", permissions: str = "{id-token: write}", job: str = "") -> str:
    return (
        f"on: {on}\npermissions: {permissions}\njobs:\n  build:\n    runs-on: x\n{job}    steps:\n      - run: deploy\n"
    )


def _subjects() -> list[Case]:
    bear = "github-job-subject"
    main, pull = "repo:acme/app:ref:refs/heads/main", "repo:acme/app:pull_request"
    prod = "repo:acme/app:environment:prod"
    unsure = State.UNVERIFIED

    def case(name: str, subject: str, text: str, state: State | None = None) -> Case:
        cloud = trusting(subject)
        if state is None:
            return silent(bear, name, _repo(text), JOB, f"{ISSUER}/{subject}", cloud=cloud)
        return fires(bear, name, _repo(text), JOB, f"{ISSUER}/{subject}", state=state, cloud=cloud)

    yes = State.VERIFIED
    target = "pull_request_target"
    return [
        case("the default branch", main, _token(), yes),
        case("a pull request", pull, _token("pull_request"), yes),
        case("an environment", prod, _token(job="    environment: prod\n"), yes),
        case("pull_request_target and whatever", "repo:acme/app:*", _token(target), yes),
        case("pull_request_target and the branch", main, _token(target), unsure),
        case("write-all", main, _token(permissions="write-all"), unsure),
        case("no permission", main, _token(permissions="{contents: write}")),
        case("another branch", "repo:acme/app:ref:refs/heads/dev", _token()),
        case("an environment instead of the branch", main, _token(job="    environment: prod\n")),
        case("a branch instead of an environment", prod, _token()),
        case("a push is no pull request", pull, _token()),
    ]


def _builds() -> list[Case]:
    """Return cases of who writes contents and no workflow files."""
    build, unsure, app = "github-contents-build", State.UNVERIFIED, "app:9"
    make = "      - run: make\n        env:\n          K: ${{ secrets.KEY }}\n"
    show = make.replace("make", "echo done")
    out = "      - uses: actions/checkout@v4\n"
    other = f"{out}        with:\n          repository: acme/web\n"

    def file(on: str = "push", steps: str = out + make, job: str = "") -> str:
        return f"on: {on}\njobs:\n  build:\n    runs-on: x\n{job}    steps:\n{steps}"

    def world(text: str, **permissions: Any) -> GitHubWorldFiles:
        given: dict[str, Any] = permissions or {"contents": "write"}
        return _repo(text, visibility="private").branch("main", approvals=1).app(9, **given)

    def only(name: str) -> str:
        return f"\n  push:\n    branches: [{name}]"

    prod = file(job="    environment: prod\n")
    mine = github().user("bob").repo("app").access("bob", "write").workflow("ci.yml", file())
    return [
        fires(build, "what a push builds", world(file()), app, JOB),
        fires(build, "a token of who writes", mine.token(3, "bob", contents="write"), "token:3", JOB),
        fires(build, "a reviewed branch alone", world(file(only("main"))), app, JOB, keys={"github:review"}),
        fires(build, "a branch that is not there", world(file(only("dev"))), app, JOB),
        fires(build, "a family of branches", world(file(only("'feature/**'"))), app, JOB),
        fires(build, "a family with a reviewed branch", world(file(only("'m*'"))), app, JOB, state=unsure),
        fires(build, "tags alone", world(file("\n  push:\n    tags: ['v*']")), app, JOB, state=unsure),
        fires(build, "pull requests alone", world(file("pull_request")), app, JOB, state=unsure),
        fires(build, "a step that may run nothing of it", world(file(steps=out + show)), app, JOB, state=unsure),
        fires(build, "a condition", world(file(job="    if: github.actor == 'x'\n")), app, JOB, state=unsure),
        fires(
            build,
            "a reviewed environment",
            world(prod).environment("prod", reviewers=["bob"]),
            app,
            JOB,
            keys={"github:deployment-approval"},
        ),
        fires(build, "an environment of a branch", world(prod).environment("prod", branches=["main"]), app, JOB,
              state=unsure),
        fires(build, "a token of its own", world(file(steps=out + "      - run: make\n",
              job="    permissions: {id-token: write}\n")), app, JOB),
        silent(build, "workflow files as well", world(file(), contents="write", workflows="write"), app, JOB),
        silent(build, "contents are read", world(file(), contents="read"), app, JOB),
        silent(build, "nothing is checked out", world(file(steps=make)), app, JOB),
        silent(build, "another repository is checked out", world(file(steps=other + make)), app, JOB),
        silent(build, "nothing after the checkout", world(file(steps=make + out)), app, JOB),
        silent(build, "nothing to take", world(file(steps=out + "      - run: make\n")), app, JOB),
        silent(build, "a schedule", world(file("schedule")), app, JOB),
        silent(build, "a token of who reads", mine.token(4, "ann", contents="write"), "token:4", JOB),
        silent(build, "an archived repository", _repo(file(), archived=True).app(9, contents="write"), app, JOB),
        silent(build, "an app of another repository", world(file()).app(8, repos=["web"], contents="write"), "app:8",
               JOB),
    ]  # fmt: skip


def _hosted(on: str = "push", labels: str = "self-hosted") -> str:
    return f"on: {on}\njobs:\n  build:\n    runs-on: [{labels}]\n    steps:\n      - run: make\n"


def _runners() -> list[Case]:
    use, share, fork = "github-use-runner", "github-shared-runner", "github-fork-runner"
    unsure = State.UNVERIFIED
    at = "github:runner:acme:4"

    def org(visibility: str = "private", **more: Any) -> GitHubWorldFiles:
        return _repo(visibility=visibility).org_runner(4, **more)

    def two(**more: Any) -> GitHubWorldFiles:
        return github().repo("app").workflow("ci.yml", _hosted()).repo("web").org_runner(4, **more)

    here = "runner:app:4"

    def own(text: str, **more: Any) -> GitHubWorldFiles:
        return _repo(text).runner(4, **more)

    key = {"github:fork-approval"}
    pull = _hosted("pull_request")
    return [
        fires(use, "the repository's", _repo().runner(4), "actions:app", here),
        fires(use, "the organization's", org(), "actions:app", at),
        fires(
            use,
            "a group for selected ones",
            github().repo("app").org_runner(4, visibility="selected"),
            "actions:app",
            "github:runner:acme:4",
            state=unsure,
        ),
        silent(use, "another repository's", _repo().runner(4).repo("web"), "actions:web", here),
        silent(use, "a public repository", org("public"), "actions:app", "github:runner:acme:4"),
        fires(share, "kept between jobs", two(), "github:runner:acme:4", JOB),
        fires(share, "of one repository", own(_hosted()), here, JOB),
        fires(share, "not told whether it is kept", two(ephemeral=None), "github:runner:acme:4", JOB, state=unsure),
        silent(share, "made anew for each job", two(ephemeral=True), "github:runner:acme:4", JOB),
        silent(share, "a job with other labels", own(_hosted(labels="self-hosted, gpu")), here, JOB),
        silent(share, "a job on GitHub's machines", own(_token()), here, JOB),
        fires(fork, "a public repository", own(pull), "anyone", here, keys=key),
        silent(fork, "a private one", _repo(pull, visibility="private").runner(4), "anyone", here),
        fires(fork, "no workflow for pull requests, which the fork brings", own(_hosted()), "anyone", here, keys=key),
        fires(fork, "a group with public ones", org("public", public=True), "anyone", at, keys=key),
        silent(fork, "a group without public ones", org("public"), "anyone", at),
        silent(fork, "an archived repository", _repo(pull, archived=True).runner(4), "anyone", here),
        fires(use, "a group for some workflows", org(workflows=["x"]), "actions:app", at, state=unsure),
    ]
