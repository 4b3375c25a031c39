"""Cases: tokens of GitHub and GitLab, and who trusts them.

Input: none (data only). Output: ``CASES``. Not handled: what guards a branch of GitHub
(``benchmarks.accuracy.github``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.tenant import Tenant
from benchmarks.accuracy.github.answers import number
from benchmarks.accuracy.joints.beside import gitlab
from benchmarks.accuracy.joints.case import Case, case, gap, gated, no, yes
from benchmarks.accuracy.joints.cloud import Cloud
from benchmarks.accuracy.joints.hub import GITHUB, hub

__all__ = ["CASES"]

_GITHUB_AWS: Final = (
    "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws"
)
_IAM: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_PROVIDER: Final = _IAM + "id_roles_providers_create_oidc.html"
_KEYS: Final = _IAM + "reference_policies_iam-condition-keys.html#condition-keys-wif"
_OPERATORS: Final = _IAM + "reference_policies_elements_condition_operators.html#Conditions_String"
_GITLAB: Final = "https://docs.gitlab.com/ci/cloud_services/aws/"
_TOKEN: Final = "https://docs.gitlab.com/ci/secrets/id_token_authentication/"
_PROTECTED: Final = "https://docs.gitlab.com/user/project/repository/branches/protected/"
_ENTRA: Final = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust"
_MAIN: Final = "repo:octo/app:ref:refs/heads/main"
_SHOP: Final = "project_path:acme/shop:ref_type:branch:ref:main"
_LAB: Final = "gitlab.com"
_OTHER: Final = "git.acme.example"


def _hub_account(*audiences: str) -> Cloud:
    return Cloud().issuer(GITHUB, *audiences)


def _lab_account(*audiences: str) -> Cloud:
    return Cloud().issuer(_LAB, *audiences).issuer(_OTHER)


def _tenant(issuer: str, subject: str) -> Tenant:
    return Tenant().app("deploy").app("wiki").federated("deploy", issuer, subject)


CASES: Final[tuple[Case, ...]] = (
    case(
        "github to AWS/a branch",
        "Subject and audience are equal.",
        _GITHUB_AWS,
        yes("gh:anna", "role:deploy"),
        no("gh:rea", "role:deploy"),
        no("gh:anna", "role:site"),
        yes("gh:ben", "role:site"),
        no("gh:ben", "role:deploy"),
        github=hub(),
        aws=_hub_account()
        .trusting("deploy", GITHUB, _MAIN)
        .trusting("site", GITHUB, "repo:octo/site:ref:refs/heads/main"),
    ),
    case(
        "github to AWS/wildcards",
        "StringLike knows a star, StringEquals does not.",
        _OPERATORS,
        yes("gh:anna", "role:like"),
        no("gh:anna", "role:same"),
        no("gh:ben", "role:like", "role:same"),
        github=hub(),
        aws=_hub_account().trusting("like", GITHUB, like="repo:octo/app:*").trusting("same", GITHUB, "repo:octo/app:*"),
    ),
    case(
        "github to AWS/audience that the provider does not know",
        "STS refuses a token whose audience the provider does not list; what it lists a workflow can ask for.",
        _PROVIDER,
        no("gh:anna", "role:unlisted"),
        yes("gh:anna", "role:listed"),
        no("gh:rea", "role:listed"),
        github=hub(),
        aws=_hub_account("sts.amazonaws.com", "api.acme.example")
        .trusting("unlisted", GITHUB, _MAIN, aud="other.acme.example")
        .trusting("listed", GITHUB, _MAIN, aud="api.acme.example"),
    ),
    case(
        "github to AWS/no such provider",
        "A trust names a provider that the account does not have.",
        _PROVIDER,
        no("gh:anna", "role:deploy"),
        no("gh:olga", "role:deploy"),
        github=hub(),
        aws=Cloud().trusting("deploy", GITHUB, _MAIN),
    ),
    case(
        "github to AWS/the repository's id",
        "AWS compares the claim repository_id of GitHub.",
        _KEYS,
        yes("gh:anna", "role:mine"),
        no("gh:anna", "role:theirs"),
        no("gh:rea", "role:mine"),
        github=hub(),
        aws=_hub_account()
        .trusting("mine", GITHUB, _MAIN, claims={"repository_id": str(number("repo", "octo/app"))})
        .trusting("theirs", GITHUB, _MAIN, claims={"repository_id": "4711"}),
    ),
    case(
        "gitlab to AWS/a branch that anybody in it may push",
        "Subject, issuer and audience are equal.",
        _GITLAB,
        yes("gitlab:acme/shop", "role:deploy"),
        no("gitlab:acme/wiki", "role:deploy"),
        no("gitlab:acme/shop", "role:elsewhere", why="Another instance's issuer."),
        more=gitlab(),
        aws=_lab_account().trusting("deploy", _LAB, _SHOP).trusting("elsewhere", _OTHER, _SHOP),
    ),
    case(
        "gitlab to AWS/a protected branch",
        "Only some may push to it, and who is not collected.",
        _PROTECTED,
        gated("gitlab:acme/shop", "role:deploy"),
        no("gitlab:acme/wiki", "role:deploy"),
        more=gitlab(protected=["main"]),
        aws=_lab_account().trusting("deploy", _LAB, _SHOP),
    ),
    case(
        "gitlab to AWS/protection was not looked at",
        "Whether the branch is protected is not known.",
        _PROTECTED,
        gap("gitlab:acme/shop", "role:deploy"),
        no("gitlab:acme/wiki", "role:deploy"),
        more=gitlab(protected=None),
        aws=_lab_account().trusting("deploy", _LAB, _SHOP),
    ),
    case(
        "gitlab to AWS/wildcards",
        "All projects of the group by StringLike; by StringEquals nobody.",
        _GITLAB,
        yes("gitlab:acme/shop", "role:like"),
        yes("gitlab:acme/wiki", "role:like"),
        no("gitlab:acme/shop", "role:same", "role:far"),
        no("gitlab:acme/wiki", "role:same"),
        more=gitlab(),
        aws=_lab_account()
        .trusting("like", _LAB, like="project_path:acme/*:ref_type:branch:ref:*")
        .trusting("same", _LAB, "project_path:acme/*:ref_type:branch:ref:*")
        .trusting("far", _LAB, like="project_path:acmecorp/*"),
    ),
    case(
        "gitlab to AWS/audience",
        "A job names its audience; one that the provider does not list is refused.",
        _TOKEN,
        yes("gitlab:acme/shop", "role:listed"),
        no("gitlab:acme/shop", "role:unlisted"),
        no("gitlab:acme/wiki", "role:listed"),
        more=gitlab(),
        aws=_lab_account("https://gitlab.com")
        .trusting("listed", _LAB, _SHOP, aud="https://gitlab.com")
        .trusting("unlisted", _LAB, _SHOP, aud="https://aws.acme.example"),
    ),
    case(
        "gitlab to AWS/letters",
        "StringEquals compares letters as they are.",
        _OPERATORS,
        no("gitlab:acme/shop", "role:deploy"),
        more=gitlab(),
        aws=_lab_account().trusting("deploy", _LAB, "project_path:Acme/Shop:ref_type:branch:ref:main"),
    ),
    case(
        "gitlab to AWS/another project's id",
        "Whatever AWS compares, a claim that no run of the project has cannot hold.",
        _TOKEN,
        no("gitlab:acme/shop", "role:deploy"),
        more=gitlab(),
        aws=_lab_account().trusting("deploy", _LAB, _SHOP, claims={"project_id": "99"}),
    ),
    case(
        "gitlab to AWS/an instance of one's own",
        "The issuer is the instance that the projects are on.",
        _GITLAB,
        yes("gitlab:acme/shop", "role:own"),
        no("gitlab:acme/shop", "role:public"),
        no("gitlab:acme/wiki", "role:own"),
        more=gitlab(web=f"https://{_OTHER}"),
        aws=_lab_account().trusting("own", _OTHER, _SHOP).trusting("public", _LAB, _SHOP),
    ),
    case(
        "github to Entra/a branch",
        "Issuer and subject are equal, with case and without wildcards.",
        _ENTRA,
        yes("gh:anna", "entra:deploy"),
        no("gh:rea", "entra:deploy"),
        no("gh:anna", "entra:wiki"),
        github=hub(),
        entra=_tenant(f"https://{GITHUB}", _MAIN).federated("wiki", f"https://{GITHUB}", "repo:octo/app:*"),
    ),
    case(
        "gitlab to Entra/a branch",
        "Issuer and subject are equal.",
        "https://docs.gitlab.com/ci/cloud_services/azure/",
        yes("gitlab:acme/shop", "entra:deploy"),
        no("gitlab:acme/wiki", "entra:deploy"),
        no("gitlab:acme/shop", "entra:wiki"),
        more=gitlab(),
        entra=_tenant("https://gitlab.com", _SHOP).federated("wiki", f"https://{_OTHER}", _SHOP),
    ),
    case(
        "gitlab to Entra/a star",
        "A plain subject has no wildcards.",
        _ENTRA,
        no("gitlab:acme/shop", "entra:deploy"),
        more=gitlab(),
        entra=_tenant("https://gitlab.com", "project_path:acme/*:ref_type:branch:ref:main"),
    ),
)
