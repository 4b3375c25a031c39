"""Cases: what stands before an environment and before a branch.

Input: none (data only). Output: ``CASES``. Branches are asked for by a role of AWS that trusts the subject of one.
Not handled: forms of subjects (``subjects``).
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.accuracy.github.answers import Json, protection, review_rule
from benchmarks.accuracy.github.case import DOCS, EITHER, NOT_ALONE, OPEN, UNSEEN, Case, case, gap, gated, no, some, yes
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.trust import Trusting, account, like, same

__all__ = ["CASES"]

_ENVIRONMENTS: Final = DOCS + "actions/reference/workflows-and-actions/deployments-and-environments"
_REVIEW: Final = DOCS + "actions/how-tos/deploy/configure-and-manage-deployments/review-deployments"
_PROTECTED: Final = (
    DOCS + "repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/"
    "about-protected-branches"
)
_RULES: Final = (
    DOCS + "repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/"
    "available-rules-for-rulesets"
)
_REST: Final = DOCS + "rest/branches/branch-protection"
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


def _branch(protected: Json | None = None, *rules: Json) -> Organization:
    return _org().branch("main", protected, rules)


def _rule(kind: str, **parameters: Any) -> Json:
    body: Json = {"type": kind, "ruleset_source_type": "Repository", "ruleset_source": "octo/app", "ruleset_id": 7}
    return body | ({"parameters": parameters} if parameters else {})


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
    case(
        "branches/nothing-protects-it",
        "Every writer pushes to a branch that is not protected.",
        _PROTECTED,
        _org(),
        yes("anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/a-review",
        "A change comes onto the branch when somebody else has approved it.",
        _PROTECTED + "#require-pull-request-reviews-before-merging",
        _branch(protection(reviews=1)),
        gated("anna", _ROLE),
        yes("adm", _ROLE),
        yes("olga", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/may-bypass-the-pull-request",
        "Who may bypass the pull request pushes, if he writes to the repository.",
        _REST,
        _branch(protection(reviews=1, bypass=["cleo", "rea"])),
        yes("cleo", _ROLE),
        gated("anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/administrators-are-bound",
        "A rule that binds administrators can be changed by them.",
        _PROTECTED + "#do-not-allow-bypassing-the-above-settings",
        _branch(protection(reviews=1, admins=True)),
        some(EITHER, "adm", _ROLE),
        gated("anna", _ROLE),
        account=_on(),
    ),
    case(
        "branches/few-may-push",
        "Only who is named pushes; the others need one of these.",
        _PROTECTED + "#restrict-who-can-push-to-matching-branches",
        _branch(protection(push=["cleo"])),
        yes("cleo", _ROLE),
        some(NOT_ALONE, "anna", _ROLE),
        some(NOT_ALONE, "ben", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/a-team-may-push",
        "A team may be named.",
        _PROTECTED + "#restrict-who-can-push-to-matching-branches",
        _branch(protection(push=[], push_teams=["release"])),
        yes("cleo", _ROLE),
        some(NOT_ALONE, "anna", _ROLE),
        account=_on(),
    ),
    case(
        "branches/pushers-need-a-review-too",
        "Two rules of a branch hold together.",
        _PROTECTED,
        _branch(protection(reviews=1, push=["cleo"])),
        gated("cleo", _ROLE),
        some(NOT_ALONE, "anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/locked",
        "A locked branch is read-only.",
        _PROTECTED + "#lock-branch",
        _branch(protection(locked=True)),
        some(NOT_ALONE, "anna", _ROLE),
        some(EITHER, "adm", _ROLE, why="He unlocks it."),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/checks",
        "Checks must pass; every writer can set a commit's status.",
        DOCS + "rest/commits/statuses",
        _branch(protection(checks=["build"])),
        some(EITHER, "anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/pull-request-without-approval",
        "A pull request that nobody must approve is merged by who opened it.",
        _REST,
        _branch(protection(reviews=0)),
        some(EITHER, "anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/ruleset-asks-for-review",
        "A ruleset's rule holds as branch protection does.",
        _RULES + "#require-a-pull-request-before-merging",
        _branch(None, review_rule(1)),
        gated("anna", _ROLE),
        yes("adm", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/ruleset-without-approval",
        "A ruleset may ask for a pull request and for no approval.",
        _RULES + "#require-a-pull-request-before-merging",
        _branch(None, review_rule(0)),
        some(EITHER, "anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/ruleset-restricts-updates",
        "With updates restricted only who may bypass the ruleset pushes, which the rules of a branch do not tell.",
        _RULES + "#restrict-updates",
        _branch(None, _rule("update", update_allows_fetch_and_merge=False)),
        some("no|conditional|unknown", "anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/ruleset-forbids-deletion",
        "Rules on deletion and force pushes stop no ordinary push.",
        _RULES,
        _branch(None, _rule("deletion"), _rule("non_fast_forward")),
        yes("anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/both-kinds",
        "Rulesets and protection add up: the ruleset asks for nothing, the protection for a review.",
        DOCS + "repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets",
        _branch(protection(reviews=1), _rule("deletion")),
        gated("anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/bypass-does-not-pass-a-ruleset",
        "A place in the protection's bypass list does not pass a ruleset.",
        DOCS + "repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets",
        _branch(protection(reviews=1, bypass=["cleo"]), review_rule(1)),
        some(UNSEEN, "cleo", _ROLE),
        some(UNSEEN, "anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/not-asked",
        "A protection that was not looked at decides, so nothing is sure.",
        _REST,
        _branch(protection(reviews=1)).without("repos.get-branch-protection").without("repos.get-branch-rules"),
        some(UNSEEN, "anna", _ROLE),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/not-found",
        "Not found is what GitHub answers to who may not see the protection as well.",
        _REST,
        _branch().refused("repos.get-branch-protection", "main", "404", "Not Found"),
        # Was unknown, which overlooked that the list of branches says whether one is protected.
        yes("anna", _ROLE, why="The list of branches says that it is not protected."),
        no("rea", _ROLE),
        account=_on(),
    ),
    case(
        "branches/named-and-not-there",
        "A branch that does not exist can be made by every writer.",
        _PROTECTED,
        _branch(protection(reviews=1)),
        yes("anna", _ROLE),
        no("rea", _ROLE),
        account=_on("repo:octo/app:ref:refs/heads/release"),
    ),
    case(
        "branches/any-branch",
        "Where any branch is trusted the protection of one is no guard.",
        _OIDC,
        _branch(protection(reviews=1)),
        yes("anna", _ROLE),
        no("rea", _ROLE),
        account=_on("repo:octo/app:ref:refs/heads/*"),
    ),
    case(
        "branches/two-branches",
        "The protection of main says nothing of develop.",
        _PROTECTED,
        _branch(protection(reviews=1)).branch("develop"),
        yes("anna", "role:develop"),
        gated("anna", "role:main"),
        no("rea", "role:develop", "role:main"),
        account=account().trust("main", same(_MAIN)).trust("develop", same("repo:octo/app:ref:refs/heads/develop")),
    ),
)
