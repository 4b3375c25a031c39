"""Cases: applications of Entra ID that trust tokens of GitHub Actions.

Input: none (data only). Output: ``CASES``. Not handled: what applications may do there, but for one chain.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.tenant import Tenant
from benchmarks.accuracy.github.answers import SINCE_IDS, number, protection
from benchmarks.accuracy.github.case import ANYONE, DOCS, LEARN, OPEN, Case, case, gap, gated, no, some, yes
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.trust import ISSUER, tenant

__all__ = ["CASES"]

_TRUST: Final = LEARN + "workload-identity-federation-create-trust"
_FLEXIBLE: Final = LEARN + "workload-identities-flexible-federated-identity-credentials"
_IDS: Final = LEARN + "workload-identities-github-immutable-subjects"
_MANAGED: Final = LEARN + "workload-identity-federation-create-trust-user-assigned-managed-identity"
_MAIN: Final = "repo:octo/app:ref:refs/heads/main"
_APP: Final = "entra:deploy"


def _org(*, public: bool = False, created: str = "") -> Organization:
    made = Organization().owner("olga").member("anna", "ben")
    people = {"anna": "write", "rea": "read"}
    return (
        made.repo(people=people, public=public, created=created) if created else made.repo(people=people, public=public)
    )


CASES: Final[tuple[Case, ...]] = (
    case(
        "entra/a-branch",
        "Issuer and subject must be equal.",
        _TRUST,
        _org(),
        yes("anna", _APP),
        yes("olga", _APP),
        no("ben", _APP),
        no("rea", _APP),
        no("anna", "entra:wiki"),
        tenant=tenant(_MAIN),
    ),
    case(
        "entra/a-reviewed-branch",
        "The branch asks for a review.",
        _TRUST,
        _org().branch("main", protection(reviews=1)),
        gated("anna", _APP),
        yes("olga", _APP),
        no("rea", _APP),
        tenant=tenant(_MAIN),
    ),
    case(
        "entra/case",
        "The subject is compared with case.",
        _TRUST,
        _org(),
        no("anna", _APP),
        no("olga", _APP),
        tenant=tenant("repo:Octo/App:ref:refs/heads/main"),
    ),
    case(
        "entra/star-in-a-subject",
        "A plain subject knows no wildcards.",
        _TRUST,
        _org(),
        no("anna", _APP),
        tenant=tenant("repo:octo/app:*"),
    ),
    case(
        "entra/an-environment",
        "An environment that somebody reviews.",
        _TRUST,
        _org().environment("prod", reviewers=["olga"]),
        gated("anna", _APP),
        yes("olga", _APP),
        no("rea", _APP),
        tenant=tenant("repo:octo/app:environment:prod"),
    ),
    case(
        "entra/pull-requests",
        "Pull requests of writers; runs of forks get no token.",
        _TRUST,
        _org(public=True),
        yes("anna", _APP),
        no(ANYONE, _APP),
        no("ben", _APP),
        tenant=tenant("repo:octo/app:pull_request"),
    ),
    case(
        "entra/a-tag",
        "One tag by its name, which a writer pushes unless it is there or forbidden.",
        _TRUST,
        _org().branch("main", protection(reviews=1)),
        some(OPEN, "anna", _APP),
        no("rea", _APP),
        tenant=tenant("repo:octo/app:ref:refs/tags/v9"),
    ),
    case(
        "entra/another-issuer",
        "The same subject of another issuer.",
        _TRUST,
        _org(),
        no("anna", _APP),
        tenant=tenant(_MAIN, issuer="https://token.actions.example.com"),
    ),
    case(
        "entra/pattern-of-branches",
        "An expression may leave the branch open.",
        _FLEXIBLE,
        _org().branch("main", protection(reviews=1)),
        yes("anna", _APP),
        no("rea", _APP),
        no("ben", _APP),
        tenant=tenant(expression="claims['sub'] matches 'repo:octo/app:ref:refs/heads/*'"),
    ),
    case(
        "entra/expression-that-equals",
        "eq compares whole: a star is a star.",
        _FLEXIBLE,
        _org().branch("main", protection(reviews=1)),
        no("anna", _APP),
        tenant=tenant(expression="claims['sub'] eq 'repo:octo/app:ref:refs/heads/*'"),
    ),
    case(
        "entra/expression-of-an-organization",
        "All repositories of the organization.",
        _FLEXIBLE,
        _org().repo("other", people={"ben": "write"}),
        yes("anna", _APP),
        yes("ben", _APP),
        no("rea", _APP),
        tenant=tenant(expression="claims['sub'] matches 'repo:octo/*'"),
    ),
    case(
        "entra/expression-with-a-workflow",
        "Subject and workflow must match: the workflow of a reviewed branch.",
        _FLEXIBLE,
        _org().branch("main", protection(reviews=1)),
        some("conditional|unknown", "anna", _APP),
        no("rea", _APP),
        tenant=tenant(
            expression="claims['sub'] matches 'repo:octo/app:*' and claims['job_workflow_ref'] matches "
            "'octo/app/.github/workflows/*@refs/heads/main'"
        ),
    ),
    case(
        "entra/ids",
        "A repository with ids in its subjects left the old form.",
        _IDS,
        _org(created=SINCE_IDS),
        no("anna", _APP),
        yes("anna", "entra:wiki"),
        no("rea", "entra:wiki"),
        tenant=tenant(_MAIN).federated(
            "wiki",
            f"https://{ISSUER}",
            f"repo:octo@{number('user', 'octo')}/app@{number('repo', 'octo/app')}:ref:refs/heads/main",
        ),
    ),
    case(
        "entra/both-forms-while-moving",
        "Two credentials: one of them is dead, the other opens.",
        _IDS,
        _org().subject(use_immutable_subject=True),
        yes("anna", _APP),
        no("rea", _APP),
        tenant=tenant(
            _MAIN, f"repo:octo@{number('user', 'octo')}/app@{number('repo', 'octo/app')}:ref:refs/heads/main"
        ),
    ),
    case(
        "entra/chain-to-the-tenant",
        "An application that may assign every role administers the tenant, and so who writes the branch.",
        "https://learn.microsoft.com/graph/permissions-reference#rolemanagementreadwritedirectory",
        _org(),
        yes("anna", _APP, "tenant"),
        no("rea", "tenant"),
        no("ben", "tenant"),
        tenant=tenant(_MAIN).grant("deploy", "RoleManagement.ReadWrite.Directory"),
    ),
    case(
        "entra/managed-identity",
        "User-assigned managed identities take federated credentials.",
        _MANAGED,
        _org(),
        yes("anna", "entra:ci-id"),
        no("rea", "entra:ci-id"),
        tenant=Tenant()
        .managed(
            "ci-id",
            "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ci-id",
            user_assigned=True,
        )
        .federated("ci-id", f"https://{ISSUER}", _MAIN),
    ),
    case(
        "gaps/collaborators",
        "Whose repository it is was not asked: members and outsiders are not known.",
        DOCS + "rest/collaborators/collaborators",
        _org().secret("KEY").without("repos.list-collaborators"),
        gap("anna", "secret:app/KEY", _APP),
        yes("olga", "secret:app/KEY"),
        no(ANYONE, "secret:app/KEY"),
        tenant=tenant(_MAIN),
    ),
    case(
        "gaps/base-permission",
        "What every member may do was not asked.",
        DOCS + "rest/orgs/orgs#get-an-organization",
        _org().secret("KEY").without("orgs.get"),
        gap("ben", "secret:app/KEY"),
        yes("anna", "secret:app/KEY"),
        no("rea", "secret:app/KEY", why="An outside collaborator has no base permission."),
    ),
    case(
        "gaps/members-of-a-team",
        "Who is in the team was not asked.",
        DOCS + "rest/teams/members",
        _org()
        .team("devs", "ben")
        .repo("web", teams={"devs": "write"})
        .secret("KEY", repo="web")
        .without("teams.list-members-in-org"),
        gap("ben", "secret:web/KEY"),
        yes("olga", "secret:web/KEY"),
    ),
    case(
        "gaps/repositories-of-a-team",
        "What the team is given was not asked.",
        DOCS + "rest/teams/teams#list-team-repositories",
        _org()
        .team("devs", "ben")
        .repo("web", teams={"devs": "write"})
        .secret("KEY", repo="web")
        .without("teams.list-repos-in-org"),
        gap("ben", "secret:web/KEY"),
        yes("olga", "secret:web/KEY"),
    ),
    case(
        "gaps/branches",
        "Whether main is protected was asked in no way.",
        DOCS + "rest/branches/branches",
        _org()
        .branch("main", protection(reviews=1))
        .without("repos.list-branches")
        .without("repos.get-branch-protection")
        .without("repos.get-branch-rules"),
        some("conditional|unknown", "anna", _APP),
        no("rea", _APP),
        tenant=tenant(_MAIN),
    ),
    case(
        "gaps/repositories",
        "The organization's repositories were not listed.",
        DOCS + "rest/repos/repos#list-organization-repositories",
        _org().without("repos.list-for-org"),
        some("no|unknown", "anna", _APP),
        no(ANYONE, _APP),
        tenant=tenant(_MAIN),
    ),
)
