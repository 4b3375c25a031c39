"""Cases: whole ways from a pipeline through AWS and a stored secret to the control of a tenant, and their twins.

Input: none (data only). Output: ``CASES``. Not handled: ways with more than one account.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.accuracy.entra.tenant import TENANT, Tenant, identifier
from benchmarks.accuracy.github.workflow_text import one_job
from benchmarks.accuracy.joints.beside import HR, gitlab, identities, tenant
from benchmarks.accuracy.joints.case import Case, case, gap, no, yes
from benchmarks.accuracy.joints.cases.clusters import EKS, WEB
from benchmarks.accuracy.joints.cases.stated_issuers import TERRAFORM, run
from benchmarks.accuracy.joints.cloud import CRM, Cloud, access_key, secret_arn
from benchmarks.accuracy.joints.hub import GITHUB, hub
from benchmarks.accuracy.statements import Json, allow, role_arn

__all__ = ["CASES"]

_ROLES: Final = "https://learn.microsoft.com/graph/permissions-reference#rolemanagementreadwritedirectory"
_MISSING: Final = "docs/adr/0022-what-was-not-collected.md"
_RANKS: Final = "docs/joints.md#evidence-of-what-a-secret-holds"
_CREATE: Final = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html"
_HR: Final = f"entra:{HR}"
_MAIN: Final = "repo:octo/app:ref:refs/heads/main"
_SHOP: Final = "project_path:acme/shop:ref_type:branch:ref:main"
_SECRET: Final = "prod/app"


def _read(name: str = _SECRET) -> Json:
    return allow("secretsmanager:GetSecretValue", secret_arn(name))


def _tenant(permission: str = "RoleManagement.ReadWrite.Directory", end: str = "") -> Tenant:
    return tenant(end=end).grant(HR, permission)


def _stored(**more: Any) -> Cloud:
    return Cloud().robots().stored(_SECRET, {"keyId": identifier("key", "hr-1")}, **more)


def _from_hub(subject: str = _MAIN, secret: str = _SECRET) -> Cloud:
    return _stored().issuer(GITHUB).trusting("deploy", GITHUB, subject, _read(secret))


_ROW: Final[dict[str, list[dict[str, Any]]]] = {
    "secrets": [{"secret": secret_arn(_SECRET), "credential": identifier("client", HR), "type": "secret"}],
    "accounts": [{"account": TENANT, "relation": "own"}, {"account": Cloud().id, "relation": "own"}],
}
_JOB: Final = one_job(
    "push:",
    f"- uses: aws-actions/configure-aws-credentials@v4\n  with:\n    role-to-assume: {role_arn('deploy')}\n"
    "    aws-region: us-east-1",
    permissions="id-token: write\ncontents: read",
)

CASES: Final[tuple[Case, ...]] = (
    case(
        "chain/GitHub to tenant",
        "A branch, a role, a secret, an application that may assign every role.",
        _ROLES,
        yes("gh:anna", "role:deploy", _HR, "tenant"),
        no("gh:rea", "tenant", _HR),
        no("gh:ben", "tenant", _HR),
        yes("gh:anna", f"entra:{CRM}", why="Who administers the tenant adds a secret to any of its applications."),
        no("gh:anna", "account"),
        github=hub(),
        aws=_from_hub(),
        entra=_tenant(),
    ),
    case(
        "chain/application that reads users",
        "The application may not administer.",
        _ROLES,
        yes("gh:anna", _HR),
        no("gh:anna", "tenant"),
        github=hub(),
        aws=_from_hub(),
        entra=_tenant("User.Read.All"),
    ),
    case(
        "chain/another repository",
        "The role trusts the other repository.",
        _ROLES,
        no("gh:anna", "tenant", _HR),
        yes("gh:ben", "tenant"),
        github=hub(),
        aws=_from_hub("repo:octo/site:ref:refs/heads/main"),
        entra=_tenant(),
    ),
    case(
        "chain/another secret",
        "The role may read another secret.",
        _ROLES,
        yes("gh:anna", "role:deploy"),
        no("gh:anna", "tenant", _HR),
        github=hub(),
        aws=_from_hub(secret="prod/other"),
        entra=_tenant(),
    ),
    case(
        "chain/client secret that ended",
        "The secret proves nobody since it ended.",
        "https://learn.microsoft.com/graph/api/resources/passwordcredential",
        yes("gh:anna", "role:deploy"),
        no("gh:anna", "tenant", _HR),
        github=hub(),
        aws=_from_hub(),
        entra=_tenant(end="2026-10-01T08:00:00Z"),
    ),
    case(
        "chain/customer key that refuses",
        "The role may not decrypt.",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
        no("gh:anna", "tenant", _HR),
        yes("gh:anna", "role:deploy"),
        github=hub(),
        aws=_stored(key="0a1b2c3d-1111-2222-3333-444455556666")
        .customer_key("0a1b2c3d-1111-2222-3333-444455556666", Cloud().delegating())
        .issuer(GITHUB)
        .trusting("deploy", GITHUB, _MAIN, _read()),
        entra=_tenant(),
    ),
    case(
        "chain/without the tenant",
        "A row says which application it is; the tenant is one's own and was not looked at.",
        _MISSING,
        yes("gh:anna", "role:deploy"),
        gap("gh:anna", "tenant"),
        no("gh:rea", "tenant"),
        github=hub(),
        aws=_from_hub(),
        declared=_ROW,
    ),
    case(
        "chain/without the account",
        "A job names the role, a row what a secret of the account holds; the account was not looked at.",
        _MISSING,
        gap("gh:anna", "role:deploy", "tenant", "account"),
        no("gh:rea", "tenant"),
        no("gh:ben", "tenant"),
        github=hub().workflow(_JOB),
        entra=_tenant(),
        declared=_ROW,
    ),
    case(
        "chain/account that was looked at and has no such role",
        "The job names a role that is not there: none, not unknown.",
        _MISSING,
        no("gh:anna", "role:deploy", "tenant", "account"),
        github=hub().workflow(_JOB),
        aws=_stored().issuer(GITHUB),
        entra=_tenant(),
        declared=_ROW,
    ),
    case(
        "chain/GitLab to tenant",
        "The same from a project of GitLab.",
        _ROLES,
        yes("gitlab:acme/shop", "tenant"),
        no("gitlab:acme/wiki", "tenant", _HR),
        more=gitlab(),
        aws=_stored().issuer("gitlab.com").trusting("deploy", "gitlab.com", _SHOP, _read()),
        entra=_tenant(),
    ),
    case(
        "chain/guess on the way",
        "The secret's name is the only evidence: everything behind it is a guess.",
        _RANKS,
        yes("gitlab:acme/shop", "role:deploy"),
        gap("gitlab:acme/shop", _HR, "tenant"),
        no("gitlab:acme/wiki", "tenant"),
        more=gitlab(),
        aws=Cloud()
        .stored("prod/hr-provisioning/client-secret")
        .issuer("gitlab.com")
        .trusting("deploy", "gitlab.com", _SHOP, _read("prod/hr-provisioning/client-secret")),
        entra=_tenant(),
    ),
    case(
        "chain/cluster to tenant",
        "The same from a cluster of EKS.",
        _ROLES,
        yes("eks:prod", "role:web", "tenant"),
        no("eks:test", "tenant"),
        aws=_stored()
        .issuer(EKS)
        .cluster("prod", EKS)
        .cluster("test", EKS[:-1] + "2")
        .trusting("web", EKS, WEB, _read()),
        entra=_tenant(),
    ),
    case(
        "chain/Terraform Cloud to tenant",
        "The same from a workspace.",
        _ROLES,
        yes("other:terraform-cloud/acme:prod", "tenant"),
        no("other:terraform-cloud/acme:test", "tenant", _HR),
        more=identities("terraform-cloud", "acme", run("prod"), run("test")),
        aws=_stored()
        .issuer(TERRAFORM, "aws.workload.identity")
        .trusting(
            "prod",
            TERRAFORM,
            None,
            _read(),
            like="organization:acme:project:core:workspace:prod:*",
            aud="aws.workload.identity",
        ),
        entra=_tenant(),
    ),
    case(
        "chain/back into the account",
        "A pipeline's secret is the key of a user who may attach policies to himself.",
        _CREATE,
        yes("gh:anna", "user:administrationrobot", "account"),
        no("gh:rea", "account"),
        no("gh:ben", "account"),
        github=hub()
        .secret("AWS_SECRET_ACCESS_KEY")
        .variable("app", "AWS_ACCESS_KEY_ID", access_key("administrationrobot")),
        aws=Cloud().user("administrationrobot", allow("iam:AttachUserPolicy")),
    ),
)
