"""Trust in tokens of GitHub: who can really have them, names that nobody has, places that anybody makes, look-alikes.

Subjects: https://docs.github.com/en/actions/reference/security/oidc; ids in them:
https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects; environments that a job
makes by naming them: https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.github_cases import ANY, MAIN, PROD, app, tenant, together, trusting
from tests.worlds.github import GitHubWorldFiles, github
from tests.worlds.names import GITHUB

OPEN, DEAD, MISSING, ALIKE, LOOSE = (
    "github-open-subject",
    "github-dead-trust",
    "github-trust-in-missing-place",
    "github-look-alike-owner",
    "github-loose-subject",
)
BRANCH = "repo:acme/app:ref:refs/heads/"
OWNER = {"StringEquals": {f"{GITHUB}:repository_owner": "acme"}}
REPOSITORY = {"StringEquals": {f"{GITHUB}:repository": "acme/app"}}
STRANGER = {"StringEquals": {f"{GITHUB}:repository": "other/app"}}
ACTOR = {"StringEquals": {f"{GITHUB}:actor": "bob"}}
TEMPLATE = "oidc.get-oidc-custom-sub-template-for-org"


def ids() -> GitHubWorldFiles:
    """Return an organization whose repository has ids in its subjects."""
    return app(id=77).subject(use_default=True, use_immutable_subject=True, sub_claim_prefix="repo:acme@5/app@77")


def two() -> GitHubWorldFiles:
    """Return an organization with two repositories."""
    return app().repo("web")


def keys(*claims: str) -> GitHubWorldFiles:
    """Return a repository with a template of its own."""
    return (
        app()
        .single(TEMPLATE, include_claim_keys=["repo", "context"])
        .subject(use_default=False, include_claim_keys=list(claims))
    )


def template(*claims: str, follows: bool = True) -> GitHubWorldFiles:
    """Return an organization with a template, and a repository that follows it or not."""
    made = app().single(TEMPLATE, include_claim_keys=list(claims))
    return made.subject(use_default=False) if follows else made


CASES = [
    Case(OPEN, "any branch", together(app(), trusting(ANY)), ("deploy high",), says="pushes a branch to acme/app"),
    Case(OPEN, "pull requests", together(app(), trusting("repo:acme/app:pull_request")), ("deploy high",)),
    Case(OPEN, "any tag", together(app(), trusting("repo:acme/app:ref:refs/tags/*")), ("deploy high",)),
    Case(OPEN, "every repository", together(two(), trusting("repo:acme/*")), ("deploy high",), says="2 places"),
    Case(OPEN, "a tenant's application", together(app(), tenant("repo:acme/app:pull_request")), ("relay high",)),
    Case(OPEN, "when a claim holds", together(app(), trusting(ANY, when=ACTOR)), ("deploy medium",), says="if the"),
    Case(OPEN, "the repository as a claim", together(app(), trusting(ANY, when=REPOSITORY)), ("deploy high",)),
    Case(OPEN, "another repository as a claim", together(app(), trusting(ANY, when=STRANGER))),
    Case(OPEN, "a claim that AWS does not compare", together(app(), trusting(ANY, when=OWNER))),
    Case(OPEN, "a role of little", together(app(), trusting(ANY, admin=False))),
    Case(OPEN, "one branch", together(app().branch("main", approvals=1), trusting(MAIN))),
    Case(OPEN, "one environment", together(app().environment("production", reviewers=["bob"]), trusting(PROD))),
    Case(OPEN, "Actions is off", together(app().actions_off(), trusting(ANY))),
    Case(OPEN, "an archived repository", together(app(archived=True), trusting(ANY))),
    Case(
        OPEN, "branches by a beginning that is known", together(app(), trusting(BRANCH + "release/*")), ("deploy high",)
    ),
    Case(OPEN, "no organization", trusting(ANY), (), ("not, or not in full",)),
    Case(
        OPEN,
        "the form was not looked at",
        together(app().without("actions.get-custom-oidc-sub-claim-for-repo"), trusting(ANY)),
        (),
        ("not, or not in full",),
    ),
    Case(
        DEAD,
        "a repository that is gone",
        together(app(), trusting("repo:acme/old:ref:refs/heads/main")),
        ("deploy high",),
        says="no repository old",
    ),
    Case(
        DEAD,
        "the same, of a role of little",
        together(app(), trusting("repo:acme/old:ref:refs/heads/main", admin=False)),
        ("deploy medium",),
        says="renames or transfers",
    ),
    Case(DEAD, "gone, of an application", together(app(), tenant("repo:acme/old:pull_request")), ("relay high",)),
    Case(
        DEAD,
        "gone, with ids",
        together(ids(), trusting("repo:acme@5/old@8:ref:refs/heads/main")),
        ("deploy low",),
        says="another id",
    ),
    Case(
        DEAD,
        "its name was taken",
        together(ids(), trusting("repo:acme@5/app@8:ref:refs/heads/main")),
        ("deploy low",),
        says="is gone",
    ),
    Case(DEAD, "the older form", together(ids(), trusting(MAIN)), ("deploy low",), says="made otherwise"),
    Case(
        DEAD,
        "another spelling",
        together(app(), trusting("repo:acme/App:ref:refs/heads/main")),
        ("deploy low",),
        says="case counts",
    ),
    Case(
        DEAD, "an archived repository", together(app(archived=True), trusting(MAIN)), ("deploy low",), says="archived"
    ),
    Case(DEAD, "the form with ids", together(ids(), trusting("repo:acme@5/app@77:ref:refs/heads/main"))),
    Case(DEAD, "a branch that is there or not", together(app(), trusting(MAIN))),
    Case(DEAD, "a pattern that fits", together(app(), trusting("repo:acme/a*:ref:refs/heads/main"))),
    Case(
        DEAD,
        "another organization",
        together(app(), trusting("repo:umbrella/app:pull_request")),
        (),
        ("owner's repositories",),
    ),
    Case(
        DEAD,
        "repositories not looked at",
        together(github().without("repos.list-for-org"), trusting(MAIN)),
        (),
        ("owner's repositories",),
    ),
    Case(
        MISSING,
        "an environment",
        together(app().environment("prod"), trusting(PROD)),
        ("deploy high",),
        says="makes one",
    ),
    Case(MISSING, "of a role of little", together(app(), trusting(PROD, admin=False)), ("deploy medium",)),
    Case(MISSING, "a branch", together(app().branch("main"), trusting(BRANCH + "deploy")), ("deploy high",)),
    Case(MISSING, "an environment that is there", together(app().environment("production"), trusting(PROD))),
    Case(MISSING, "spelled otherwise", together(app().environment("Production"), trusting(PROD))),
    Case(MISSING, "a branch that is there", together(app().branch("main"), trusting(MAIN))),
    Case(MISSING, "a tag", together(app(), trusting("repo:acme/app:ref:refs/tags/v1"))),
    Case(
        MISSING,
        "environments not looked at",
        together(app().without("repos.get-all-environments"), trusting(PROD)),
        (),
        ("is not known",),
    ),
    Case(
        MISSING,
        "branches not looked at",
        together(app().without("repos.list-branches"), trusting(MAIN)),
        (),
        ("is not known",),
    ),
    Case(ALIKE, "one other sign", together(app(), trusting("repo:acne/app:pull_request")), ("deploy critical",)),
    Case(
        ALIKE,
        "two signs swapped",
        together(app(), trusting("repo:amce/app:pull_request", admin=False)),
        ("deploy high",),
    ),
    Case(
        ALIKE,
        "signs that look alike",
        together(app(), tenant("repo:ac-me/app:pull_request", admin=False)),
        ("relay high",),
    ),
    Case(ALIKE, "ours", together(app(), trusting(MAIN))),
    Case(ALIKE, "ours in capitals", together(app(), trusting("repo:Acme/app:pull_request"))),
    Case(ALIKE, "an open owner is another rule's", together(app(), trusting("repo:acm*"))),
    Case(ALIKE, "a partner", together(app(), trusting("repo:umbrella/app:pull_request")), (), ("Whose the owner",)),
    Case(ALIKE, "two signs of a short name", together(app(), trusting("repo:anne/app:pull_request")), (), ("Whose",)),
    Case(ALIKE, "no organization", trusting(MAIN), (), ("No organization",)),
    Case(LOOSE, "no repository", keys("repository_owner", "environment"), ("acme/app medium",), says="the repository"),
    Case(LOOSE, "no place", keys("repo"), ("acme/app low",), says="branch, environment or workflow"),
    Case(LOOSE, "ids and a place", keys("repository_id", "environment")),
    Case(LOOSE, "the workflow that is called", keys("job_workflow_ref")),
    Case(LOOSE, "the organization's", template("repository_visibility", "context"), ("acme medium",)),
    Case(LOOSE, "the organization's is good", template("repo", "context", "job_workflow_ref")),
    Case(
        LOOSE,
        "and a trust accepts it",
        together(keys("repository_owner", "environment"), trusting("repository_owner:acme:environment:*")),
        ("acme/app high",),
        says="a trust accepts",
    ),
    Case(LOOSE, "not looked at", app(), (), ("How subjects are made",)),
]


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)
