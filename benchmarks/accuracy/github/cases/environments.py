"""Cases: what stands before an environment.

Input: none (data only). Output: ``CASES``. Not handled: branches (``branches``), forms of subjects (``subjects``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.answers import protection
from benchmarks.accuracy.github.case import DOCS, EITHER, OPEN, UNSEEN, Case, case, gap, gated, no, some, yes
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.trust import Trusting, account, like, same

__all__ = ["CASES"]

_ENVIRONMENTS: Final = DOCS + "actions/reference/workflows-and-actions/deployments-and-environments"
_REVIEW: Final = DOCS + "actions/how-tos/deploy/configure-and-manage-deployments/review-deployments"
_OIDC: Final = DOCS + "actions/reference/security/oidc"
_KEY: Final = "secret:app/prod/KEY"
_ROLE: Final = "role:deploy"
_MAIN: Final = "repo:octo/app:ref:refs/heads/main"


def _org() -> Organization:
    return (
        Organization()
        .owner("olga")
        .member("anna", "ben", "cleo", "rea")
        .team("release", "cleo")
        .repo(people={"anna": "write", "ben": "write", "cleo": "write", "rea": "read", "adm": "admin"})
    )


def _on(subject: str = _MAIN) -> Trusting:
    return account().trust("deploy", like(subject) if "*" in subject else same(subject))


CASES: Final[tuple[Case, ...]] = (
    case(
        "environments/somebody-reviews",
        "A job waits for a reviewer, who may approve his own job; administrators change the rule.",
        _ENVIRONMENTS + "#required-reviewers",
        _org().environment("prod", "KEY", reviewers=["cleo"]),
        gated("anna", _KEY),
        yes("cleo", _KEY, why="Without prevention of self-review a reviewer approves his own job."),
        yes("adm", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/no-self-review",
        "With self-review prevented a reviewer needs another one.",
        _REVIEW,
        _org().environment("prod", "KEY", reviewers=["cleo", "ben"], no_self_review=True),
        gated("cleo", _KEY),
        gated("ben", _KEY),
        gated("anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/a-team-reviews",
        "A reviewing team's members review.",
        _ENVIRONMENTS + "#required-reviewers",
        _org().environment("prod", "KEY", team_reviewers=["release"]),
        yes("cleo", _KEY),
        gated("anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/reviewer-who-reads",
        "A reviewer needs only to read; who only reads has no job to approve.",
        _ENVIRONMENTS + "#required-reviewers",
        _org().environment("prod", "KEY", reviewers=["rea"]),
        no("rea", _KEY, "code:app"),
        gated("anna", _KEY),
    ),
    case(
        "environments/protected-branches-only",
        "Only protected branches may deploy, and the protected one asks for a review.",
        _ENVIRONMENTS + "#deployment-branches-and-tags",
        _org().branch("main", protection(reviews=1)).environment("prod", "KEY", protected_only=True),
        gated("anna", _KEY),
        yes("adm", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/protected-branches-and-none-is",
        "Where no branch has a protection rule, all branches may deploy.",
        _ENVIRONMENTS + "#deployment-branches-and-tags",
        _org().environment("prod", "KEY", protected_only=True),
        yes("anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/protected-branch-without-review",
        "A branch that is only protected from being deleted may deploy, and every writer pushes to it.",
        _ENVIRONMENTS + "#deployment-branches-and-tags",
        _org().branch("main", protection()).environment("prod", "KEY", protected_only=True),
        yes("anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/pattern-anybody-can-make",
        "A branch that matches the pattern can be made by every writer.",
        _ENVIRONMENTS + "#deployment-branches-and-tags",
        _org().branch("main", protection(reviews=1)).environment("prod", "KEY", branches=["release/*"]),
        yes("anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/one-open-branch",
        "Only main may deploy, and nothing protects main.",
        _ENVIRONMENTS + "#deployment-branches-and-tags",
        _org().environment("prod", "KEY", branches=["main"]),
        yes("anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/one-reviewed-branch",
        "Only main may deploy, and main asks for a review.",
        _ENVIRONMENTS + "#deployment-branches-and-tags",
        _org().branch("main", protection(reviews=2, bypass=["cleo"])).environment("prod", "KEY", branches=["main"]),
        gated("anna", _KEY),
        yes("cleo", _KEY, why="She may pass by the pull request."),
        no("rea", _KEY),
    ),
    case(
        "environments/two-patterns",
        "One of two patterns is enough.",
        _ENVIRONMENTS + "#deployment-branches-and-tags",
        _org().branch("main", protection(reviews=1)).environment("prod", "KEY", branches=["main", "hotfix-*"]),
        yes("anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/tags-only",
        "Only tags may deploy; a writer pushes tags unless a ruleset forbids it, which was not asked.",
        _ENVIRONMENTS + "#deployment-branches-and-tags",
        _org().branch("main", protection(reviews=1)).environment("prod", "KEY", tags=["v*"]),
        some(OPEN, "anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/a-wait",
        "A timer only delays a job.",
        _ENVIRONMENTS + "#wait-timer",
        _org().environment("prod", "KEY", wait=30),
        some(EITHER, "anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/administrators-do-not-bypass",
        "Who administers the repository changes the rule that he may not bypass.",
        _ENVIRONMENTS + "#allow-administrators-to-bypass-configured-protection-rules",
        _org().environment("prod", "KEY", reviewers=["cleo"], admins_bypass=False, no_self_review=True),
        some(EITHER, "adm", _KEY),
        gated("cleo", _KEY),
        gated("anna", _KEY),
    ),
    case(
        "environments/policies-were-not-asked",
        "An environment is for some branches, which nobody asked for.",
        DOCS + "rest/deployments/branch-policies",
        _org()
        .branch("main", protection(reviews=1))
        .environment("prod", "KEY", branches=["main"])
        .without("repos.list-deployment-branch-policies"),
        some(UNSEEN, "anna", _KEY),
        no("rea", _KEY),
    ),
    case(
        "environments/review-and-branch",
        "Both rules must be met.",
        _ENVIRONMENTS,
        _org().branch("main", protection(reviews=1)).environment("prod", "KEY", branches=["main"], reviewers=["cleo"]),
        gated("anna", _KEY),
        gated("cleo", _KEY, why="She approves the deployment, and not her own pull request."),
        no("rea", _KEY),
    ),
    case(
        "environments/trusted-by-name-and-not-there",
        "An environment that does not exist is made by the first job that names it.",
        _ENVIRONMENTS + "#about-environments",
        _org().branch("main", protection(reviews=1)),
        yes("anna", _ROLE),
        no("rea", _ROLE),
        account=_on("repo:octo/app:environment:prod"),
    ),
    case(
        "environments/trusted-by-name-and-guarded",
        "The subject of an environment is borne by jobs that passed its rules.",
        _OIDC + "#filtering-for-a-specific-environment",
        _org().environment("prod", reviewers=["cleo"]).environment("stage"),
        gated("anna", _ROLE),
        yes("cleo", _ROLE),
        yes("adm", _ROLE),
        no("rea", _ROLE),
        account=_on("repo:octo/app:environment:prod"),
    ),
    case(
        "environments/trusted-and-not-looked-at",
        "Whether the environment is there and guarded is not known.",
        DOCS + "rest/deployments/environments",
        _org().environment("prod", reviewers=["cleo"]).without("repos.get-all-environments"),
        gap("anna", _ROLE),
        no("rea", _ROLE),
        account=_on("repo:octo/app:environment:prod"),
    ),
    case(
        "environments/colon-in-the-name",
        "A colon within a value is written %3A in the subject.",
        _OIDC,
        _org().environment("prod:eu").branch("main", protection(reviews=1)),
        yes("anna", "role:escaped"),
        no("anna", "role:plain"),
        account=account()
        .trust("escaped", same("repo:octo/app:environment:prod%3Aeu"))
        .trust("plain", same("repo:octo/app:environment:prod:eu")),
    ),
)
