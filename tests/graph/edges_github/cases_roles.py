"""Cases: roles, branches, environments, secrets."""

from __future__ import annotations

from typing import Any

from graph.kinds import State
from tests.graph.edges_github.technique_case import ISSUER, Case, fires, silent, trusting
from tests.worlds.github import GitHubWorldFiles, github

__all__ = ["cases"]

REVIEW, CHECKS = "github:review", "github:status-checks"
APPROVAL, RULE = "github:deployment-approval", "github:deployment-rule"


def cases() -> list[Case]:
    """Return the cases."""
    return [*_people(), *_off(), *_branches(), *_exempt(), *_environments(), *_reviewers(), *_new(), *_secrets()]


def _app(**more: Any) -> GitHubWorldFiles:
    return github().owner("olga").user("bob", "ann").repo("app", **more)


def _people() -> list[Case]:
    owner, admin, push = "github-organization-owner", "github-repository-admin", "github-push-workflow"

    def base(role: str) -> GitHubWorldFiles:
        return github().base(role).user("bob").repo("app")

    off = "actions.get-github-actions-permissions-organization"
    return [
        fires(owner, "an owner", _app(), "olga", "admin:acme"),
        silent(owner, "a member", _app(), "bob", "admin:acme"),
        fires(
            owner,
            "owners were not looked at",
            _app().without("orgs.list-members"),
            "members",
            "admin:acme",
            state=State.UNVERIFIED,
        ),
        silent(owner, "all members, where owners were looked at", _app(), "members", "admin:acme"),
        fires(admin, "a collaborator", _app().access("bob", "admin"), "bob", "admin:app"),
        fires(admin, "a team", _app().team("ops", "bob", app="admin"), "team:ops", "admin:app"),
        fires(admin, "the base role", base("admin"), "members", "admin:app"),
        silent(admin, "role maintain", _app().access("bob", "maintain"), "bob", "admin:app"),
        fires(
            admin,
            "an archived repository, which he unarchives",
            _app(archived=True).access("bob", "admin"),
            "bob",
            "admin:app",
        ),
        fires(push, "role write", _app().access("bob", "write"), "bob", "actions:app"),
        fires(push, "role maintain", _app().access("bob", "maintain"), "bob", "actions:app"),
        fires(push, "a team", _app().team("ops", "bob", app="write"), "team:ops", "actions:app"),
        fires(push, "the base role", base("write"), "members", "actions:app"),
        fires(push, "an outsider", _app().access("eve", "write", affiliation="outside"), "eve", "actions:app"),
        fires(
            push,
            "a list of everybody with access that nothing else explains",
            _app().access("bob", "write", affiliation="all"),
            "bob",
            "actions:app",
        ),
        silent(
            push,
            "a list of everybody with access that a team explains",
            _app().team("ops", "bob", app="write").access("bob", "write", affiliation="all"),
            "bob",
            "actions:app",
        ),
        fires(
            push,
            "collaborators were not looked at",
            _app().without("repos.list-collaborators"),
            "members",
            "actions:app",
            state=State.UNVERIFIED,
        ),
        fires(
            push,
            "the base role was not looked at",
            _app().without("orgs.get"),
            "members",
            "actions:app",
            state=State.UNVERIFIED,
        ),
        silent(push, "role triage", _app().access("bob", "triage"), "bob", "actions:app"),
        silent(push, "the base role read", base("read"), "members", "actions:app"),
        silent(push, "an archived repository", _app(archived=True).access("bob", "write"), "bob", "actions:app"),
        silent(
            push,
            "Actions is off",
            _app().single(off, enabled_repositories="none").access("bob", "write"),
            "bob",
            "actions:app",
        ),
    ]


def _off() -> list[Case]:
    """Return cases of a repository in which Actions is off: an administrator may switch it on, unless it is not his."""
    enable, setting = "github-enable-actions", "actions.get-github-actions-permissions-organization"

    def off(choice: str = "", **more: Any) -> GitHubWorldFiles:
        world = _app(**more).actions_off().access("bob", "write").secret("KEY")
        return world.single(setting, enabled_repositories=choice) if choice else world

    runs, admin = "actions:app", "admin:app"
    return [
        fires(enable, "for all repositories", off("all"), admin, runs),
        fires(enable, "not looked at", off().without(setting), admin, runs, state=State.UNVERIFIED),
        silent(enable, "of the organization, Actions is off", off("none"), admin, runs),
        silent(enable, "for chosen repositories Actions is off", off("selected"), admin, runs),
        silent(enable, "archived", off("all", archived=True), admin, runs),
        silent(enable, "already on", _app().single(setting, enabled_repositories="all"), admin, runs),
        silent("github-push-workflow", "Actions is off in the repository", off("all"), "bob", runs),
        fires("github-read-repository-secret", "once Actions is on", off("all"), runs, "secret:app:KEY"),
        silent(
            "github-approve-own-deployment",
            "Actions is off in the repository",
            off("all").environment("prod", reviewers=["bob"]),
            "bob",
            "env:app:prod",
        ),
        silent(
            "github-bypass-branch-rule",
            "Actions is off in the repository",
            off("all").branch("main", approvals=1, bypass=["bob"]),
            "bob",
            "branch:app:main",
        ),
    ]


def _branches() -> list[Case]:
    push, runs, main = "github-push-branch", "actions:app", "branch:app:main"
    return [
        fires(push, "not protected", _app().branch("main", protected=False), runs, main),
        fires(push, "a review is required", _app().branch("main", approvals=1), runs, main, keys={REVIEW}),
        fires(push, "a pull request without review", _app().branch("main", approvals=0), runs, main),
        fires(
            push,
            "checks are required as well",
            _app().branch("main", approvals=2, checks=True),
            runs,
            main,
            keys={REVIEW, CHECKS},
        ),
        fires(
            push,
            "a ruleset asks for a review",
            _app()
            .branch("main", protected=False)
            .rules("main", {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}),
            runs,
            main,
            keys={REVIEW},
        ),
        fires(
            push,
            "protected, by what was not looked at",
            _app().branch("main", asked=False),
            runs,
            main,
            state=State.UNVERIFIED,
        ),
        fires(
            push,
            "a trusted branch of a repository whose branches were not looked at",
            _app().without("repos.list-branches", "repos.get-branch-protection"),
            runs,
            main,
            state=State.UNVERIFIED,
            cloud=trusting("repo:acme/app:ref:refs/heads/main", exact=True),
        ),
        silent(push, "only some may push", _app().branch("main", pushers=["olga"]), runs, main),
        silent(push, "a locked branch", _app().branch("main", locked=True), runs, main),
        silent(
            push,
            "a ruleset lets only some update it",
            _app().branch("main", protected=False).rules("main", {"type": "update"}),
            runs,
            main,
        ),
    ]


def _exempt() -> list[Case]:
    past, main = "github-bypass-branch-rule", "branch:app:main"

    def world(**more: Any) -> GitHubWorldFiles:
        return _app().access("bob", "write").branch("main", **more)

    return [
        fires(past, "on the list of who may push", world(pushers=["bob"]), "bob", main),
        fires(past, "needs no review", world(approvals=1, bypass=["bob"]), "bob", main),
        fires(
            past,
            "a team that needs no review",
            _app().team("ops", "bob", app="write").branch("main", approvals=1, bypass=["team:ops"]),
            "team:ops",
            main,
        ),
        fires(
            past,
            "may push, and needs a review still",
            world(approvals=1, pushers=["bob"]),
            "bob",
            main,
            keys={REVIEW},
        ),
        silent(past, "not on the list", world(pushers=["ann"]), "bob", main),
        silent(
            past, "needs no review and may not push", world(approvals=1, bypass=["bob"], pushers=["ann"]), "bob", main
        ),
        silent(
            past,
            "on the list without a role that writes",
            _app().access("bob", "read").branch("main", pushers=["bob"]),
            "bob",
            main,
        ),
        silent(past, "a locked branch", world(pushers=["bob"], locked=True), "bob", main),
        fires(
            past,
            "in a team that may push, and writes by another way",
            _app().team("ops", "bob").access("bob", "write").branch("main", pushers=["team:ops"]),
            "bob",
            main,
        ),
        silent(
            past,
            "in a team that may push, and writes by no way",
            _app().team("ops", "bob").access("bob", "read").branch("main", pushers=["team:ops"]),
            "bob",
            main,
        ),
        fires(
            past,
            "needs no review by the protection, and one by a ruleset",
            world(approvals=1, bypass=["bob"]).rules(
                "main", {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
            ),
            "bob",
            main,
            keys={REVIEW},
        ),
        silent(
            past,
            "may push by the protection, and not by a ruleset",
            world(pushers=["bob"]).rules("main", {"type": "update"}),
            "bob",
            main,
        ),
    ]


def _environments() -> list[Case]:
    use, runs, prod = "github-use-environment", "actions:app", "env:app:prod"
    return [
        fires(use, "for every branch", _app().environment("prod"), runs, prod),
        fires(use, "with reviewers", _app().environment("prod", reviewers=["ann"]), runs, prod, keys={APPROVAL}),
        fires(use, "guarded by an app", _app().environment("prod", rules=["custom"]), runs, prod, keys={RULE}),
        fires(use, "for a pattern of branches", _app().environment("prod", branches=["release/*"]), runs, prod),
        fires(use, "for tags", _app().environment("prod", branches=[], tags=["v*"]), runs, prod),
        fires(
            use,
            "for one branch",
            _app().branch("main", approvals=1).environment("prod", branches=["main"]),
            "branch:app:main",
            prod,
        ),
        fires(
            use,
            "for protected branches",
            _app().branch("main", approvals=1).environment("prod", protected=True),
            "branch:app:main",
            prod,
        ),
        fires(
            use,
            "for branches that were not looked at",
            _app().environment("prod", branches=["main"], policies_asked=False),
            runs,
            prod,
            state=State.UNVERIFIED,
        ),
        fires(
            use,
            "for protected branches, and none is",
            _app().branch("main", protected=False).environment("prod", protected=True),
            runs,
            prod,
        ),
        silent(use, "for one branch alone", _app().environment("prod", branches=["main"]), runs, prod),
        silent(
            use,
            "for protected branches alone",
            _app().branch("main", approvals=1).environment("prod", protected=True),
            runs,
            prod,
        ),
        silent(
            use,
            "a branch that is not protected, where protected ones alone may",
            _app().branch("dev", protected=False).environment("prod", protected=True),
            "branch:app:dev",
            prod,
        ),
    ]


def _reviewers() -> list[Case]:
    own, prod = "github-approve-own-deployment", "env:app:prod"

    def world(**more: Any) -> GitHubWorldFiles:
        return _app().access("bob", "write").environment("prod", **more)

    return [
        fires(own, "a reviewer who writes", world(reviewers=["bob"]), "bob", prod),
        fires(
            own,
            "a team that reviews and writes",
            _app().team("ops", "bob", app="write").environment("prod", reviewers=["team:ops"]),
            "team:ops",
            prod,
        ),
        fires(
            own,
            "an environment for one branch",
            world(reviewers=["bob"], branches=["main"]),
            "bob",
            prod,
            state=State.UNVERIFIED,
        ),
        fires(
            own,
            "in a team that reviews, and writes by another way",
            _app().team("ops", "bob").access("bob", "write").environment("prod", reviewers=["team:ops"]),
            "bob",
            prod,
        ),
        silent(
            own,
            "in a team that reviews, and writes by no way",
            _app().team("ops", "bob").access("bob", "read").environment("prod", reviewers=["team:ops"]),
            "bob",
            prod,
        ),
        silent(own, "own deployments are excluded", world(reviewers=["bob"], self_review=False), "bob", prod),
        silent(own, "somebody else reviews", world(reviewers=["ann"]), "bob", prod),
        silent(
            own,
            "a reviewer who reads",
            _app().access("bob", "read").environment("prod", reviewers=["bob"]),
            "bob",
            prod,
        ),
    ]


def _new() -> list[Case]:
    new, subject = "github-create-environment", "repo:acme/app:environment:prod"
    cloud = trusting(subject, exact=True)
    target = f"{ISSUER}/{subject}"
    return [
        fires(new, "it is not there", _app().environment("test"), "actions:app", target, cloud=cloud),
        fires(
            new,
            "environments were not looked at",
            _app().without("repos.get-all-environments"),
            "actions:app",
            target,
            state=State.UNVERIFIED,
            cloud=cloud,
        ),
        silent(new, "it is there", _app().environment("prod", reviewers=["ann"]), "actions:app", target, cloud=cloud),
        silent(new, "it is there, in other letters", _app().environment("Prod"), "actions:app", target, cloud=cloud),
        silent(new, "another repository", github().repo("web"), "actions:web", target, cloud=cloud),
    ]


def _secrets() -> list[Case]:
    own, shared, place = (
        "github-read-repository-secret",
        "github-read-organization-secret",
        "github-read-environment-secret",
    )

    def org(visibility: str, **more: Any) -> GitHubWorldFiles:
        return _app(**more).org_secret("KEY", visibility=visibility)

    def selected(*repos: str, **more: Any) -> GitHubWorldFiles:
        return _app().org_secret("KEY", visibility="selected", repos=repos, **more)

    target = "secret:acme:KEY"
    prod = _app().environment("prod").secret("KEY", environment="prod")
    return [
        fires(own, "its own runs", _app().secret("KEY"), "actions:app", "secret:app:KEY"),
        silent(own, "runs of another repository", _app().secret("KEY").repo("web"), "actions:web", "secret:app:KEY"),
        silent(own, "a secret of an environment", prod, "actions:app", "secret:app:prod:KEY"),
        fires(shared, "for all", org("all"), "actions:app", target),
        fires(shared, "for private ones, and it is", org("private"), "actions:app", target),
        fires(shared, "for this one", selected("app"), "actions:app", target),
        fires(
            shared,
            "for selected ones that were not looked at",
            selected(asked=False),
            "actions:app",
            target,
            state=State.UNVERIFIED,
        ),
        silent(
            shared,
            "for private ones, and it is public",
            _app(visibility="public").org_secret("KEY", visibility="private"),
            "actions:app",
            target,
        ),
        silent(shared, "for others", selected("web"), "actions:app", target),
        fires(place, "a job in it", prod, "env:app:prod", "secret:app:prod:KEY"),
        silent(place, "a job in another", prod.environment("test"), "env:app:test", "secret:app:prod:KEY"),
    ]
