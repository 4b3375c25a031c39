"""Cases: subjects of tokens and the roles of AWS that trust them.

Input: none (data only). Output: ``CASES``. Not handled: what stands before a branch or an environment.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.answers import SINCE_IDS, number, protection
from benchmarks.accuracy.github.case import (
    ANYONE,
    AWS,
    DOCS,
    EITHER,
    OPEN,
    UNSEEN,
    Case,
    case,
    gap,
    gated,
    no,
    some,
    yes,
)
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.trust import account, like, same

__all__ = ["CASES"]

_OIDC: Final = DOCS + "actions/reference/security/oidc"
_IDS: Final = "https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/"
_REST: Final = DOCS + "rest/actions/oidc"
_TRUST: Final = AWS + "id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub"
_OPERATORS: Final = AWS + "reference_policies_elements_condition_operators.html"
_ROLE: Final = "role:deploy"
_ANY: Final = "repo:octo/app:*"
_MAIN: Final = "repo:octo/app:ref:refs/heads/main"


def _org(**settings: object) -> Organization:
    made = Organization(**settings).owner("olga").member("anna", "ben")  # type: ignore[arg-type]
    return made.repo(people={"anna": "write", "rea": "read"}).repo("other", people={"ben": "write"})


def _new(name: str = "app") -> Organization:
    made = Organization().owner("olga").member("anna", "ben")
    return made.repo(name, people={"anna": "write", "rea": "read"}, created=SINCE_IDS).repo(
        "other", people={"ben": "write"}, created=SINCE_IDS
    )


def _with_ids(repo: str = "app") -> str:
    return f"repo:octo@{number('user', 'octo')}/{repo}@{number('repo', f'octo/{repo}')}"


CASES: Final[tuple[Case, ...]] = (
    case(
        "subjects/the-whole-repository",
        "Every run of the repository bears a subject that begins with its name.",
        _OIDC + "#example-subject-claims",
        _org(),
        yes("anna", _ROLE),
        yes("olga", _ROLE),
        no("ben", _ROLE),
        no("rea", _ROLE),
        no(ANYONE, _ROLE),
        account=account().trust("deploy", like(_ANY)),
    ),
    case(
        "subjects/the-whole-organization",
        "Every repository of the organization.",
        _TRUST,
        _org(),
        yes("anna", _ROLE),
        yes("ben", _ROLE),
        no("rea", _ROLE),
        no(ANYONE, _ROLE),
        account=account().trust("deploy", like("repo:octo/*")),
    ),
    case(
        "subjects/main-of-every-repository",
        "A pattern between owner and branch.",
        _TRUST,
        _org().branch("main", protection(reviews=1)),
        yes("ben", _ROLE),
        gated("anna", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", like("repo:octo/*:ref:refs/heads/main")),
    ),
    case(
        "subjects/everybody",
        "Without a word on the subject every repository of GitHub is trusted.",
        _TRUST,
        _org(),
        some(EITHER, ANYONE, _ROLE),
        some(EITHER, "rea", _ROLE),
        account=account().trust("deploy"),
    ),
    case(
        "subjects/any-subject",
        "A star for the subject trusts every repository of GitHub.",
        _TRUST,
        _org(),
        some(EITHER, ANYONE, _ROLE),
        account=account().trust("deploy", like("repo:*")),
    ),
    case(
        "subjects/other-organization",
        "Another owner's repository of the same name.",
        _TRUST,
        _org(),
        no("anna", _ROLE),
        no("olga", _ROLE),
        account=account().trust("deploy", like("repo:acme/app:*")),
    ),
    case(
        "subjects/look-alikes",
        "Names that begin or end alike are others.",
        _TRUST,
        _org(),
        no("anna", "role:longer", "role:suffix", "role:shorter"),
        no("olga", "role:longer", "role:shorter"),
        account=account()
        .trust("longer", like("repo:octo-corp/app:*"))
        .trust("suffix", like("repo:octo/app-infra:*"))
        .trust("shorter", like("repo:oct/app:*")),
    ),
    case(
        "subjects/star-after-the-name",
        "A star right behind the name takes repositories that begin so.",
        _TRUST,
        _org().repo("app-infra", people={"ben": "write"}),
        yes("anna", _ROLE),
        yes("ben", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", like("repo:octo/app*:ref:refs/heads/main")),
    ),
    case(
        "subjects/gone-repository",
        "No repository of the organization has the name.",
        _TRUST,
        _org(),
        no("anna", _ROLE),
        no("ben", _ROLE),
        account=account().trust("deploy", like("repo:octo/gone:*")),
    ),
    case(
        "subjects/case",
        "StringEquals compares with case, StringEqualsIgnoreCase without.",
        _OPERATORS + "#Conditions_String",
        _org(),
        no("anna", "role:upper"),
        yes("anna", "role:either"),
        no("rea", "role:either"),
        account=account()
        .trust("upper", same("repo:Octo/App:ref:refs/heads/main"))
        .trust("either", same("repo:OCTO/app:ref:refs/heads/main", operator="StringEqualsIgnoreCase")),
    ),
    case(
        "subjects/star-in-an-equal",
        "StringEquals knows no wildcards.",
        _OPERATORS + "#Conditions_String",
        _org(),
        no("anna", "role:equal"),
        yes("anna", "role:like"),
        account=account().trust("equal", same(_ANY)).trust("like", like(_ANY)),
    ),
    case(
        "subjects/several-values",
        "One of several values is enough.",
        AWS + "reference_policies_condition-logic-multiple-context-keys-or-values.html",
        _org(),
        yes("anna", _ROLE),
        yes("ben", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", like([_ANY, "repo:octo/other:ref:refs/heads/main", "repo:acme/x:*"])),
    ),
    case(
        "subjects/pull-requests",
        "A pull request of a branch in the repository bears the subject; a fork's bears none.",
        _OIDC + "#filtering-for-pull_request-events",
        Organization().owner("olga").member("anna", "ben").repo(people={"anna": "write"}, public=True),
        yes("anna", _ROLE),
        no("ben", _ROLE),
        no(ANYONE, _ROLE),
        account=account().trust("deploy", same("repo:octo/app:pull_request")),
    ),
    case(
        "subjects/tags",
        "A writer pushes tags, unless a ruleset forbids it, which was not asked.",
        _OIDC + "#filtering-for-a-specific-tag",
        _org().branch("main", protection(reviews=1)),
        some(OPEN, "anna", _ROLE),
        no("rea", _ROLE),
        no("ben", _ROLE),
        account=account().trust("deploy", like("repo:octo/app:ref:refs/tags/v*")),
    ),
    case(
        "subjects/no-such-form",
        "No event has a subject of this form.",
        _OIDC + "#example-subject-claims",
        _org(),
        no("anna", "role:push", "role:bare", "role:branch"),
        no("olga", "role:push"),
        account=account()
        .trust("push", same("repo:octo/app:push"))
        .trust("bare", same("repo:octo/app"))
        .trust("branch", same("repo:octo/app:refs/heads/main")),
    ),
    case(
        "ids/new-repository-and-old-form",
        "Repositories made since July 2026 have ids in their subjects: the old form is dead.",
        _IDS,
        _new(),
        no("anna", "role:exact", "role:pattern"),
        some("no|conditional|unknown", "olga", "role:exact", why="Whether an owner may go back is not documented."),
        account=account().trust("exact", same(_MAIN)).trust("pattern", like(_ANY)),
    ),
    case(
        "ids/new-repository-and-its-ids",
        "The right ids are the repository's, and no other's.",
        _IDS,
        _new(),
        yes("anna", _ROLE),
        no("ben", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", same(_with_ids() + ":ref:refs/heads/main")),
    ),
    case(
        "ids/wrong-ids",
        "A recycled name has other ids.",
        _IDS,
        _new(),
        no("anna", "role:owner", "role:repository"),
        no("olga", "role:owner", "role:repository"),
        account=account()
        .trust("owner", like(f"repo:octo@1/app@{number('repo', 'octo/app')}:*"))
        .trust("repository", like(f"repo:octo@{number('user', 'octo')}/app@2:*")),
    ),
    case(
        "ids/stars-for-ids",
        "A pattern may leave the ids open.",
        _IDS,
        _new(),
        yes("anna", _ROLE),
        no("ben", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", like("repo:octo@*/app@*:ref:refs/heads/main")),
    ),
    case(
        "ids/old-repository-and-ids",
        "An old repository that did not ask for ids has none.",
        _IDS,
        _org(),
        no("anna", "role:ids"),
        yes("anna", "role:names"),
        no("rea", "role:names"),
        account=account().trust("ids", same(_with_ids() + ":ref:refs/heads/main")).trust("names", same(_MAIN)),
    ),
    case(
        "ids/old-repository-that-asked-for-them",
        "Who asks for ids leaves the old form.",
        _IDS,
        _org().subject(use_immutable_subject=True),
        yes("anna", "role:ids"),
        no("anna", "role:names"),
        account=account().trust("ids", same(_with_ids() + ":ref:refs/heads/main")).trust("names", same(_MAIN)),
    ),
    case(
        "ids/environment",
        "Ids stand in subjects of environments as well.",
        _IDS,
        _new().environment("prod", reviewers=["olga"]),
        gated("anna", "role:ids"),
        no("anna", "role:names"),
        no("rea", "role:ids"),
        account=account()
        .trust("ids", same(_with_ids() + ":environment:prod"))
        .trust("names", same("repo:octo/app:environment:prod")),
    ),
    case(
        "template/workflow-of-the-repository",
        "With the workflow in the subject the default form is gone.",
        _OIDC + "#customizing-the-subject-claims-for-an-organization-or-repository",
        _org().subject(use_default=False, include_claim_keys=["repo", "job_workflow_ref"]),
        yes("anna", "role:workflow"),
        no("anna", "role:main"),
        no("rea", "role:workflow"),
        account=account()
        .trust("workflow", same("repo:octo/app:job_workflow_ref:octo/app/.github/workflows/deploy.yml@refs/heads/main"))
        .trust("main", same(_MAIN)),
    ),
    case(
        "template/workflow-of-a-reviewed-branch",
        "The workflow's own branch asks for a review.",
        _OIDC + "#customizing-the-subject-claims-for-an-organization-or-repository",
        _org()
        .subject(use_default=False, include_claim_keys=["repo", "job_workflow_ref"])
        .branch("main", protection(reviews=1)),
        some(UNSEEN, "anna", _ROLE),
        no("rea", _ROLE),
        account=account().trust(
            "deploy", same("repo:octo/app:job_workflow_ref:octo/app/.github/workflows/deploy.yml@refs/heads/main")
        ),
    ),
    case(
        "template/of-the-organization-and-not-taken-up",
        "A repository that did not opt in keeps the default form.",
        _OIDC + "#opting-in-to-the-organization-template",
        _org(template=["repository_owner"]),
        yes("anna", "role:main"),
        no("anna", "role:owner"),
        account=account().trust("main", same(_MAIN)).trust("owner", same("repository_owner:octo")),
    ),
    case(
        "template/of-the-organization",
        "A repository that opts in without claims of its own has the organization's form.",
        _OIDC + "#opting-in-to-the-organization-template",
        _org(template=["repository_owner"]).subject(use_default=False),
        yes("anna", "role:owner"),
        no("anna", "role:main", "role:acme"),
        no("ben", "role:owner", why="The other repository did not opt in."),
        account=account()
        .trust("main", same(_MAIN))
        .trust("owner", same("repository_owner:octo"))
        .trust("acme", same("repository_owner:acme")),
    ),
    case(
        "template/own-claims-before-the-organization",
        "Claims of the repository stand in place of the organization's.",
        _OIDC + "#customizing-the-subject-claims-for-a-repository",
        _org(template=["repository_owner"]).subject(use_default=False, include_claim_keys=["repo", "context"]),
        yes("anna", "role:main"),
        no("anna", "role:owner"),
        account=account().trust("main", same(_MAIN)).trust("owner", same("repository_owner:octo")),
    ),
    case(
        "template/id-of-the-repository",
        "An id in the subject is the repository's.",
        _OIDC + "#customizing-the-subject-claims-for-an-organization-or-repository",
        _org().subject(use_default=False, include_claim_keys=["repository_id"]),
        yes("anna", "role:right"),
        no("anna", "role:wrong", "role:main"),
        account=account()
        .trust("right", same(f"repository_id:{number('repo', 'octo/app')}"))
        .trust("wrong", same("repository_id:7"))
        .trust("main", same(_MAIN)),
    ),
    case(
        "template/default-though-claims-are-listed",
        "With use_default the listed claims are ignored.",
        _REST,
        _org().subject(use_default=True, include_claim_keys=["repository_owner"]),
        yes("anna", "role:main"),
        no("anna", "role:owner"),
        account=account().trust("main", same(_MAIN)).trust("owner", same("repository_owner:octo")),
    ),
    case(
        "template/not-asked",
        "The form of the subjects was not looked at.",
        _REST,
        _org().without("actions.get-custom-oidc-sub-claim-for-repo"),
        gap("anna", _ROLE),
        no("rea", _ROLE),
        no("ben", _ROLE),
        account=account().trust("deploy", same(_MAIN)),
    ),
)
