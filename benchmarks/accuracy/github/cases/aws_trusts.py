"""Cases: what else roles of AWS ask of tokens: audience, other claims, provider.

Input: none (data only). Output: ``CASES``. Not handled: forms of subjects (``subjects``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.answers import number, protection
from benchmarks.accuracy.github.case import (
    AWS,
    EITHER,
    NOT_ALONE,
    UNSEEN,
    Case,
    case,
    gated,
    no,
    some,
    yes,
)
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.trust import account, like, same

__all__ = ["CASES"]

_TRUST: Final = AWS + "id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub"
_KEYS: Final = AWS + "reference_policies_iam-condition-keys.html#condition-keys-wif"
_PROVIDER: Final = AWS + "id_roles_providers_create_oidc.html"
_ROLE: Final = "role:deploy"
_ANY: Final = "repo:octo/app:*"
_MAIN: Final = "repo:octo/app:ref:refs/heads/main"


def _org(**settings: object) -> Organization:
    made = Organization(**settings).owner("olga").member("anna", "ben")  # type: ignore[arg-type]
    return made.repo(people={"anna": "write", "rea": "read"}).repo("other", people={"ben": "write"})


CASES: Final[tuple[Case, ...]] = (
    case(
        "aws/audience",
        "A job chooses its audience among those that the provider accepts.",
        _PROVIDER,
        _org(),
        yes("anna", "role:sts", "role:any"),
        no("anna", "role:other"),
        account=account()
        .trust("sts", like(_ANY))
        .trust("any", like(_ANY), audience=None)
        .trust("other", like(_ANY), audience="https://vault.example.com"),
    ),
    case(
        "aws/own-audience",
        "A provider may accept another audience.",
        _PROVIDER,
        _org(),
        yes("anna", "role:own"),
        no("anna", "role:sts"),
        account=account(audiences=["https://github.com/octo"])
        .trust("own", like(_ANY), audience="https://github.com/octo")
        .trust("sts", like(_ANY)),
    ),
    case(
        "aws/no-provider",
        "Without the provider in the account no token is accepted.",
        _PROVIDER,
        _org(),
        no("anna", _ROLE),
        no("olga", _ROLE),
        account=account(provider=False).trust("deploy", like(_ANY)),
    ),
    case(
        "aws/another-issuer",
        "A role for another issuer's tokens.",
        _PROVIDER,
        _org(),
        no("anna", _ROLE),
        account=account().trust(
            "deploy", {"StringLike": {"gitlab.com:sub": _ANY}}, issuer="gitlab.com", audience="sts.amazonaws.com"
        ),
    ),
    case(
        "aws/another-action",
        "Tokens are exchanged by AssumeRoleWithWebIdentity alone.",
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html",
        _org(),
        no("anna", _ROLE),
        account=account().trust("deploy", like(_ANY), action="sts:AssumeRole"),
    ),
    case(
        "aws/id-of-the-repository",
        "AWS compares the claim repository_id.",
        _KEYS,
        _org(),
        yes("anna", "role:right"),
        no("anna", "role:wrong"),
        no("ben", "role:right", "role:wrong"),
        account=account()
        .trust("right", like("repo:octo/*"), same(str(number("repo", "octo/app")), "repository_id"))
        .trust("wrong", like("repo:octo/*"), same("7", "repository_id")),
    ),
    case(
        "aws/name-of-the-repository",
        "AWS compares the claim repository.",
        _KEYS,
        _org(),
        yes("anna", "role:right"),
        no("ben", "role:right"),
        no("anna", "role:wrong"),
        account=account()
        .trust("right", like("repo:octo/*"), same("octo/app", "repository"))
        .trust("wrong", like(_ANY), same("acme/app", "repository")),
    ),
    case(
        "aws/ref-of-an-open-branch",
        "The claim ref is the branch, which every writer pushes to.",
        _KEYS,
        _org(),
        some(EITHER, "anna", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", like(_ANY), same("refs/heads/main", "ref")),
    ),
    case(
        "aws/ref-of-a-reviewed-branch",
        "The claim ref is the branch, which asks for a review.",
        _KEYS,
        _org().branch("main", protection(reviews=1)),
        gated("anna", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", like(_ANY), same("refs/heads/main", "ref")),
    ),
    case(
        "aws/ref-and-subject-contradict",
        "The ref of a job with this subject is main.",
        _KEYS,
        _org(),
        no("anna", _ROLE),
        account=account().trust("deploy", same(_MAIN), same("refs/heads/release", "ref")),
    ),
    case(
        "aws/actor",
        "Only runs that one person started.",
        _KEYS,
        _org().repo("third", people={"anna": "write", "ben": "write"}),
        some(EITHER, "anna", _ROLE),
        some(NOT_ALONE, "ben", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", like("repo:octo/third:*"), same("anna", "actor")),
    ),
    case(
        "aws/claim-that-aws-does-not-have",
        "A key that AWS does not fill never equals.",
        _KEYS,
        _org(),
        no("anna", _ROLE),
        account=account().trust("deploy", like(_ANY), same("octo", "repository_owner_name")),
    ),
    case(
        "aws/workflow-of-a-reviewed-branch",
        "The workflow stands on a branch that asks for a review.",
        _KEYS,
        _org().branch("main", protection(reviews=1)),
        some(UNSEEN, "anna", _ROLE),
        no("rea", _ROLE),
        account=account().trust(
            "deploy",
            like(_ANY),
            same("octo/app/.github/workflows/deploy.yml@refs/heads/main", "job_workflow_ref"),
        ),
    ),
    case(
        "aws/environment-claim",
        "The claim environment is that of the job, which is guarded.",
        _KEYS,
        _org().environment("prod", reviewers=["olga"]),
        gated("anna", _ROLE),
        no("rea", _ROLE),
        account=account().trust("deploy", like(_ANY), same("prod", "environment")),
    ),
    case(
        "aws/two-roles",
        "Each role has its own subjects.",
        _TRUST,
        _org().environment("prod", reviewers=["olga"]),
        yes("anna", "role:build"),
        gated("anna", "role:ship"),
        no("ben", "role:build", "role:ship"),
        no("rea", "role:build", "role:ship"),
        account=account()
        .trust("build", like("repo:octo/app:ref:refs/heads/*"))
        .trust("ship", same("repo:octo/app:environment:prod")),
    ),
)
