"""Cases: what stands before a branch, which is asked for by a role of AWS that trusts the subject of one.

Input: none (data only). Output: ``CASES``. Not handled: environments (``environments``).
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.accuracy.github.answers import Json, protection, review_rule
from benchmarks.accuracy.github.case import DOCS, EITHER, NOT_ALONE, UNSEEN, Case, case, gated, no, some, yes
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.trust import Trusting, account, like, same

__all__ = ["CASES"]

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
