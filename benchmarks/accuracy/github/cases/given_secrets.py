"""Cases: secrets of repositories, environments and the organization, and who can have a run that is given them.

Input: none (data only). Output: ``CASES``. Not handled: what a careless workflow hands out (``forks``, ``texts``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.case import DOCS, Case, case, gap, gated, no, yes
from benchmarks.accuracy.github.organization import Organization

__all__ = ["CASES"]

_SECRETS: Final = DOCS + "actions/concepts/security/secrets"
_USE: Final = DOCS + "actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets"
_ENVIRONMENTS: Final = DOCS + "actions/reference/workflows-and-actions/deployments-and-environments"


def _org() -> Organization:
    return (
        Organization()
        .owner("olga")
        .member("anna", "ben", "cleo")
        .repo(people={"anna": "write"})
        .repo("site", people={"ben": "write", "anna": "read"}, public=True)
        .repo("hub", people={"cleo": "write"}, internal=True)
    )


CASES: Final[tuple[Case, ...]] = (
    case(
        "secrets/for-all-repositories",
        "A secret of the organization for all repositories is given to runs of each.",
        _USE,
        _org().shared_secret("NPM", "all").member("dora"),
        yes("anna", "shared:NPM"),
        yes("ben", "shared:NPM"),
        yes("cleo", "shared:NPM"),
        yes("olga", "shared:NPM"),
        no("dora", "shared:NPM"),
    ),
    case(
        "secrets/for-private-repositories",
        "Visibility private takes in private and internal repositories, not public ones.",
        DOCS + "rest/actions/secrets#create-or-update-an-organization-secret",
        _org().shared_secret("NPM", "private"),
        yes("anna", "shared:NPM"),
        yes("cleo", "shared:NPM"),
        no("ben", "shared:NPM"),
    ),
    case(
        "secrets/for-selected-repositories",
        "A secret for selected repositories is given to runs of these alone.",
        _USE,
        _org().shared_secret("NPM", "selected", ["site"]).shared_secret("PYPI", "selected", []),
        yes("ben", "shared:NPM"),
        no("anna", "shared:NPM", "shared:PYPI"),
        no("cleo", "shared:NPM", "shared:PYPI"),
        no("ben", "shared:PYPI"),
    ),
    case(
        "secrets/selection-was-not-asked",
        "Which repositories are selected is not known: neither yes nor no.",
        DOCS + "rest/actions/secrets#list-selected-repositories-for-an-organization-secret",
        _org().shared_secret("NPM", "selected", ["app"]).without("actions.list-selected-repos-for-org-secret"),
        gap("anna", "shared:NPM"),
        gap("ben", "shared:NPM"),
    ),
    case(
        "secrets/of-the-repository",
        "A repository's secret is not another repository's, whatever its name.",
        _SECRETS,
        _org().secret("KEY").secret("KEY", repo="site"),
        yes("anna", "secret:app/KEY"),
        no("anna", "secret:site/KEY"),
        yes("ben", "secret:site/KEY"),
        no("ben", "secret:app/KEY"),
        no("cleo", "secret:app/KEY", "secret:site/KEY"),
    ),
    case(
        "secrets/of-an-open-environment",
        "Without protection rules any job of the repository may name the environment.",
        _ENVIRONMENTS,
        _org().environment("prod", "KEY"),
        yes("anna", "secret:app/prod/KEY"),
        no("ben", "secret:app/prod/KEY"),
        no("cleo", "secret:app/prod/KEY"),
    ),
    case(
        "secrets/same-name-in-a-guarded-environment",
        "A secret of the repository is not guarded by the environment that has one of the same name.",
        _ENVIRONMENTS,
        _org().secret("KEY").environment("prod", "KEY", reviewers=["olga"]),
        yes("anna", "secret:app/KEY"),
        gated("anna", "secret:app/prod/KEY"),
        no("ben", "secret:app/KEY", "secret:app/prod/KEY"),
    ),
    case(
        "secrets/of-two-environments",
        "Each environment guards its own.",
        _ENVIRONMENTS,
        _org().environment("prod", "KEY", reviewers=["olga"]).environment("stage", "OTHER"),
        yes("anna", "secret:app/stage/OTHER"),
        gated("anna", "secret:app/prod/KEY"),
    ),
    case(
        "secrets/archived-repository-has-none",
        "Runs of an archived repository are given nothing, since there are none.",
        DOCS + "repositories/archiving-a-github-repository/archiving-repositories",
        _org().member("dora").repo("old", people={"dora": "write"}, archived=True).shared_secret("NPM", "all"),
        yes("anna", "shared:NPM"),
        no("dora", "shared:NPM"),
    ),
    case(
        "secrets/where-actions-is-off",
        "Where Actions is off no run is given a secret of the organization.",
        _USE,
        _org().actions_off().shared_secret("NPM", "all"),
        no("anna", "shared:NPM"),
        yes("ben", "shared:NPM"),
    ),
)
