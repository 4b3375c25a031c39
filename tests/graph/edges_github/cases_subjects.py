"""Cases: subjects of tokens that clouds trust, by a repository's places and by whoever has an account."""

from __future__ import annotations

from typing import Any

from graph.kinds import State
from tests.graph.edges_github.technique_case import ISSUER, Case, fires, silent, trusting
from tests.worlds.aws import World
from tests.worlds.github import GitHubWorldFiles, github
from tests.worlds.names import GITHUB

__all__ = ["cases"]

_FILE = f"{GITHUB}:job_workflow_ref"
UNSURE = State.UNVERIFIED


def cases() -> list[Case]:
    """Return the cases."""
    return [*_subjects(), *_own_files(), *_any_case(), *_strangers()]


def _app(**more: Any) -> GitHubWorldFiles:
    return github().user("bob").repo("app", **more)


def _subjects() -> list[Case]:
    bear, runs = "github-oidc-subject", "actions:app"

    def yes(
        name: str, world: GitHubWorldFiles, subject: str, source: str = runs, state: State = State.VERIFIED
    ) -> Case:
        return fires(bear, name, world, source, f"{ISSUER}/{subject}", state=state, cloud=trusting(subject))

    def no(name: str, world: GitHubWorldFiles, subject: str, source: str = runs) -> Case:
        return silent(bear, name, world, source, f"{ISSUER}/{subject}", cloud=trusting(subject))

    main, branch = "repo:acme/app:ref:refs/heads/main", "branch:app:main"
    ids = {"use_default": True, "use_immutable_subject": True, "sub_claim_prefix": "repo:acme@5/app@102"}
    immutable = _app().subject(**ids)

    def keys(*names: str) -> GitHubWorldFiles:
        return _app().subject(use_default=False, use_immutable_subject=False, include_claim_keys=list(names))

    def unread(**more: Any) -> GitHubWorldFiles:
        return _app(**more).without("actions.get-custom-oidc-sub-claim-for-repo")

    prod = _app().environment("prod", reviewers=["bob"])
    return [
        yes("the whole repository", _app(), "repo:acme/app:*"),
        yes("the whole organization", _app(), "repo:acme/*"),
        yes("everything", _app(), "*"),
        yes("a look-alike's pattern that takes this one as well", _app(), "repo:acme*"),
        yes("a branch", _app().branch("main"), main, branch),
        yes("a branch of every repository", _app().branch("main"), "repo:acme/*:ref:refs/heads/main", branch),
        yes("a family of branches", _app().branch("main"), "repo:acme/app:ref:refs/heads/release/*"),
        yes("any branch", _app(), "repo:acme/app:ref:refs/heads/*"),
        yes("a tag", _app(), "repo:acme/app:ref:refs/tags/v*"),
        yes("pull requests", _app(), "repo:acme/app:pull_request"),
        yes("an environment", prod, "repo:acme/app:environment:prod", "env:app:prod"),
        yes("any environment", prod, "repo:acme/app:environment:*"),
        yes("with ids", immutable, "repo:acme@5/app@102:*"),
        yes("with ids, by the name's beginning", immutable, "repo:acme*"),
        yes("a template of the owner", keys("repository_owner"), "repository_owner:acme"),
        yes("a template of the repository", keys("repo"), "repo:acme/app"),
        yes("a template with context", keys("repo", "context"), "repo:acme/app:pull_request"),
        yes(
            "a template that is not known here",
            keys("repo", "context", "job_workflow_ref"),
            "repo:acme/app:pull_request:job_workflow_ref:acme/app/.github/workflows/ci.yml@*",
            state=UNSURE,
        ),
        yes("an unread form", unread(), "repo:acme/app:*", state=UNSURE),
        yes("an unread form, perhaps with ids", unread(), "repo:acme@5/app@102:*", state=UNSURE),
        yes(
            "colons are written otherwise", _app().environment("a:b"), "repo:acme/app:environment:a%3Ab", "env:app:a:b"
        ),
        no("another repository", _app(), "repo:acme/web:*"),
        no("another organization", _app(), "repo:acme-evil/*"),
        no("a branch is not whatever pushes", _app().branch("main"), main),
        no("a branch of every repository is not whatever pushes", _app(), "repo:acme/*:ref:refs/heads/main"),
        no("an environment is not whatever runs", prod, "repo:acme/app:environment:prod"),
        no("an older trust of a repository with ids", immutable, "repo:acme/app:*"),
        no("ids of another repository", immutable, "repo:acme@5/app@999:*"),
        no("a trust with ids of a repository without", _app(), "repo:acme@5/app@102:*"),
        no("a template replaces the form", keys("repository_owner"), "repo:acme/app:*"),
        no("other letters", _app(), "repo:Acme/app:*"),
        no("Actions is off", _app(archived=True), "repo:acme/app:*"),
    ]


def _own_files() -> list[Case]:
    """Return cases of a template with the workflow: the file is as the branch has it that is pushed to."""
    bear, unsure, runs = "github-oidc-subject", UNSURE, "actions:app"
    world = _app().subject(use_default=False, use_immutable_subject=False, include_claim_keys=["job_workflow_ref"])
    file = "job_workflow_ref:acme/app/.github/workflows/deploy.yml@refs/heads/"
    other = "job_workflow_ref:acme/flows/.github/workflows/deploy.yml@refs/heads/main"

    def case(name: str, source: str, subject: str, state: State | None, organization: GitHubWorldFiles = world) -> Case:
        target, cloud = f"{ISSUER}/{subject}", trusting(subject)
        if state is None:
            return silent(bear, name, organization, source, target, cloud=cloud)
        return fires(bear, name, organization, source, target, state=state, cloud=cloud)

    main = world.branch("main")
    return [
        case("a workflow of the repository, by its branch", "branch:app:main", f"{file}main", State.VERIFIED, main),
        case("a workflow of the repository on any branch", runs, f"{file}*", State.VERIFIED),
        case("a call of a workflow of a branch", runs, f"{file}main", unsure, main),
        case("another repository's workflow", runs, other, unsure),
        case("another repository's workflow is not this branch's", "branch:app:main", other, None, main),
        case("no workflow in the form", runs, f"{file}main", None, _app()),
    ]


def _any_case() -> list[Case]:
    """Return cases of StringEqualsIgnoreCase, and of StringEquals beside it."""
    bear, subject = "github-oidc-subject", "repo:ACME/App:ref:refs/heads/Main"

    def cloud(operator: str, text: str = subject) -> World:
        return trusting(text, operator=operator)

    target, loose = f"{ISSUER}/{subject}", "StringEqualsIgnoreCase"
    other = "repo:ACME/Web:ref:refs/heads/Main"
    world = _app().branch("main", protected=False)
    return [
        fires(bear, "in any case", world, "branch:app:main", f"{target} (any case)", cloud=cloud(loose)),
        silent(bear, "in this case alone", world, "branch:app:main", target, cloud=cloud("StringEquals")),
        silent(
            bear,
            "another repository in any case",
            world,
            "branch:app:main",
            f"{ISSUER}/{other} (any case)",
            cloud=cloud(loose, other),
        ),
    ]


def _strangers() -> list[Case]:
    """Return cases of trusts that repositories of anyone fit."""
    any_ = "github-any-repository"

    def yes(name: str, subject: str, *, state: State = State.VERIFIED, more: dict[str, str] | None = None) -> Case:
        """Return a case; further claims are conditions of the trust's own edge."""
        cloud = trusting(*([] if subject == "*" else [subject]), more=more)
        return fires(any_, name, _app(), "anyone", f"{ISSUER}/{subject}", state=state, cloud=cloud)

    def no(name: str, subject: str, more: dict[str, str] | None = None) -> Case:
        return silent(any_, name, _app(), "anyone", f"{ISSUER}/{subject}", cloud=trusting(subject, more=more))

    return [
        yes("no word on the subject", "*"),
        yes("a star for the owner", "repo:*"),
        yes("a branch of every repository", "repo:*:ref:refs/heads/main"),
        yes("an environment of every repository", "repo:*:environment:prod"),
        yes("an older form of names", "repo:*/app:*", state=UNSURE),
        yes("a branch as a claim", "repo:*", more={f"{GITHUB}:ref": "refs/heads/main"}),
        yes("a workflow that others may call", "repo:*", more={_FILE: "other/flows/.github/workflows/x.yml@*"}),
        no("a workflow of a private repository", "repo:*", {_FILE: "acme/app/.github/workflows/x.yml@refs/heads/main"}),
        no("an owner", "repo:acme/*"),
        no("an owner with ids", "repo:acme@*/*"),
        no("a subject that no repository has", "repo:*:push:x"),
        no("a repository by another claim", "repo:*", {f"{GITHUB}:repository": "acme/app"}),
        no("a person by another claim", "repo:*", {f"{GITHUB}:actor": "bob"}),
        no("an enterprise by another claim", "repo:*", {f"{GITHUB}:enterprise_id": "7"}),
    ]
