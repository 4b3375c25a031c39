"""Cases of the second batch: the same joints with something beside them that changes the answer.

Input: none (data only). Output: ``CASES``. Not handled: plain cases (the other files).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import TENANT, Tenant, identifier
from benchmarks.accuracy.github.workflow_text import one_job
from benchmarks.accuracy.joints.beside import HR, VALUE, gitlab, identities, password, state, tenant, vault
from benchmarks.accuracy.joints.case import RANKS, Case, case, gap, gated, no, some, yes
from benchmarks.accuracy.joints.cloud import CRM, ROBOT, SYNC, Cloud, access_key, secret_arn
from benchmarks.accuracy.joints.hub import Hub, hub
from benchmarks.accuracy.statements import Json, deny, user_arn

__all__ = ["CASES"]

_IAM: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_EVALUATION: Final = _IAM + "reference_policies_evaluation-logic.html"
_OPERATORS: Final = _IAM + "reference_policies_elements_condition_operators.html#Conditions_String"
_INACTIVE: Final = _IAM + "access-keys-admin-managed.html"
_DELETED: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"
_RESOURCE: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html"
_VAULT_SECRETS: Final = "https://learn.microsoft.com/azure/key-vault/secrets/about-secrets"
_VAULT_POLICIES: Final = "https://learn.microsoft.com/azure/key-vault/general/assign-access-policy"
_CI: Final = "docs/joints.md#secrets-of-github-actions-and-other-ci-systems"
_HR: Final = f"entra:{HR}"
_CRM: Final = f"entra:{CRM}"
_ID: Final = identifier("client", HR)
_CRM_ID: Final = identifier("client", CRM)
_LAB: Final = "gitlab.com"
_SHOP: Final = "project_path:acme/shop:ref_type:branch:ref:main"
_V1: Final = f"sts.windows.net/{TENANT}/"
_BUNDLE: Final = "oidc.prod.example.org"
_WEB: Final = "spiffe://prod.example.org/ns/shop/sa/web"


def _web_trust(effect: str, condition: Json) -> Json:
    return {
        "Effect": effect,
        "Principal": {"Federated": f"arn:aws:iam::{Cloud().id}:oidc-provider/{_LAB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }


def _lab(*trusts: Json) -> Cloud:
    made = Cloud().issuer(_LAB)
    made.role("deploy", trust=trusts)
    return made


_AUD: Final[Json] = {f"{_LAB}:aud": "sts.amazonaws.com"}
_ALL: Final = _web_trust(
    "Allow", {"StringEquals": _AUD, "StringLike": {f"{_LAB}:sub": "project_path:acme/*:ref_type:branch:ref:*"}}
)


def _keyed(**more: Any) -> Cloud:
    made = Cloud().robots().stored("prod/app", {"access-key-id": access_key(ROBOT)})
    made.regional["secretsmanager.list_secrets"]["SecretList"][-1].update(more)
    return made


def _ruled(user: str) -> Cloud:
    made = _keyed().reader("rita", "prod/app").reader("sam", "prod/app")
    refusing = {"Version": "2012-10-17", "Statement": [_denied(user)]}
    body = made.regional["secretsmanager.get_resource_policy"][-1]["response"]
    body["ResourcePolicy"] = json.dumps(refusing)
    return made


def _denied(user: str) -> Json:
    return deny("secretsmanager:GetSecretValue", "*") | {"Principal": {"AWS": user_arn(user)}}


def _inactive() -> Cloud:
    made = _keyed().reader("rita", "prod/app")
    written = dict(made.files())
    for line in written["iam.list_access_keys"]:
        for key in line["response"]["AccessKeyMetadata"]:
            key["Status"] = "Inactive" if key["UserName"] == ROBOT else "Active"
    report = written["iam.get_credential_report"]["Content"].splitlines()
    rows = [row.replace(",false,true,", ",false,false,", 1) if row.startswith(ROBOT) else row for row in report]
    made.has_global("iam.list_access_keys", written["iam.list_access_keys"])
    return made.has_global("iam.get_credential_report", {"Content": "\n".join(rows), "ReportFormat": "text/csv"})  # type: ignore[return-value]


def _vault(made: Tenant, secrets: Mapping[str, Mapping[str, str]], enabled: bool = True) -> dict[str, Any]:
    policies = {"job-id": {"secrets": ["Get", "List"]}, "view-id": {"secrets": ["List"]}}
    scope = Scope(made).subscription("main").identity("job-id").identity("view-id")
    scope.vault("hrvault", rbac=False, policies=policies)
    files = vault(scope, "hrvault", secrets)
    for lines in files.values():
        for one in lines[0]["response"]["value"]:
            one["properties"]["attributes"]["enabled"] = enabled
    return {"entra": made, "azure": scope, "more": files}


def _client(version: int | None = None) -> Tenant:
    made = Tenant().app("robot").foreign("partner").app("aws-access")
    resource = made._of("applications", identifier("app", "aws-access"))
    resource["identifierUris"] = ["api://aws-access"]
    resource["api"] = {"requestedAccessTokenVersion": version}
    return made


def _two_jobs() -> Hub:
    made = hub().secret("LOGIN")
    for number, own in enumerate((_ID, _CRM_ID)):
        step = f"- uses: acme/login@v1\n  with:\n    client-id: {own}\n    client-secret: ${{{{ secrets.LOGIN }}}}"
        made.workflow(one_job("push:", step), file=f"ci{number}.yml")
    return made


def _old_tenant() -> Tenant:
    """Return the tenant in which both applications have a secret that began before the writing."""
    return Tenant().app(HR).secret(HR, "hr-1").app(CRM).secret(CRM, "crm-1")


def _actions_secret(value: str, repository: str) -> tuple[str, str, str, Any, tuple[str, ...]]:
    attributes = {
        "id": f"{repository}:DEPLOY",
        "repository": repository,
        "secret_name": "DEPLOY",
        "plaintext_value": value,
        "encrypted_value": None,
        "created_at": "2026-01-10 09:00:00 +0000 UTC",
        "updated_at": "2026-01-10 09:00:00 +0000 UTC",
    }
    return "github", "github_actions_secret", "deploy", attributes, ("azuread_application_password.hr",)


CASES: Final[tuple[Case, ...]] = (
    case(
        "gitlab to AWS/denied in the trust",
        "An explicit deny of one project's subjects wins.",
        _EVALUATION,
        yes("gitlab:acme/shop", "role:deploy"),
        no("gitlab:acme/wiki", "role:deploy"),
        more=gitlab(),
        aws=_lab(_ALL, _web_trust("Deny", {"StringLike": {f"{_LAB}:sub": "project_path:acme/wiki:*"}})),
    ),
    case(
        "gitlab to AWS/all but one",
        "StringNotLike leaves one project out.",
        _OPERATORS,
        yes("gitlab:acme/shop", "role:deploy"),
        no("gitlab:acme/wiki", "role:deploy"),
        more=gitlab(),
        aws=_lab(
            _web_trust(
                "Allow",
                {
                    "StringEquals": _AUD,
                    "StringLike": {f"{_LAB}:sub": "project_path:acme/*"},
                    "StringNotLike": {f"{_LAB}:sub": "project_path:acme/wiki:*"},
                },
            )
        ),
    ),
    case(
        "gitlab to AWS/letters do not count",
        "StringEqualsIgnoreCase.",
        _OPERATORS,
        yes("gitlab:acme/shop", "role:deploy"),
        no("gitlab:acme/wiki", "role:deploy"),
        more=gitlab(),
        aws=_lab(_web_trust("Allow", {"StringEquals": _AUD, "StringEqualsIgnoreCase": {f"{_LAB}:sub": _SHOP.upper()}})),
    ),
    case(
        "gitlab to AWS/one of several subjects",
        "Values of a list are alternatives.",
        _OPERATORS,
        yes("gitlab:acme/shop", "role:deploy"),
        no("gitlab:acme/wiki", "role:deploy"),
        more=gitlab(),
        aws=_lab(
            _web_trust(
                "Allow",
                {"StringEquals": _AUD | {f"{_LAB}:sub": ["project_path:other/x:ref_type:branch:ref:main", _SHOP]}},
            )
        ),
    ),
    case(
        "Entra to AWS/an application of another tenant",
        "Its service principal here gets tokens of this tenant as well.",
        "https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference",
        yes("entra:partner", "role:any"),
        no("entra:partner", "role:robot"),
        yes("entra:robot", "role:robot"),
        entra=_client(),
        aws=Cloud()
        .issuer(_V1, "api://aws-access")
        .trusting("any", _V1, aud="api://aws-access")
        .trusting("robot", _V1, identifier("sp", "robot"), aud="api://aws-access"),
    ),
    case(
        "stated issuer to Entra/SPIFFE",
        "Issuer and subject are equal.",
        "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
        yes("other:spire/prod:web", "entra:deploy"),
        no("other:spire/prod:web", "entra:wiki"),
        more=identities("spire", "prod", {"id": "web", "kind": "service_account", "issuer": _BUNDLE, "subject": _WEB}),
        entra=Tenant()
        .app("deploy")
        .app("wiki")
        .federated("deploy", f"https://{_BUNDLE}", _WEB)
        .federated("wiki", f"https://{_BUNDLE}", "spiffe://prod.example.org/ns/shop/sa/*"),
    ),
    case(
        "stored secret/policy of the secret denies",
        "A deny in the secret's own policy wins.",
        _RESOURCE,
        no("user:rita", f"user:{ROBOT}"),
        yes("user:sam", f"user:{ROBOT}"),
        aws=_ruled("rita"),
    ),
    case(
        "stored secret/scheduled for deletion",
        "The value of a secret that is marked for deletion cannot be read.",
        _DELETED,
        some("no|conditional", "user:rita", f"user:{ROBOT}"),
        no("user:rita", f"user:{SYNC}"),
        aws=_keyed(DeletedDate="2026-11-25T09:00:00+00:00").reader("rita", "prod/app"),
    ),
    case(
        "stored secret/inactive access key",
        "An inactive key proves nobody.",
        _INACTIVE,
        some("no|conditional", "user:rita", f"user:{ROBOT}"),
        no("user:rita", f"user:{SYNC}"),
        aws=_inactive(),
    ),
    case(
        "vault/access policies",
        "Get reads values, List does not.",
        _VAULT_POLICIES,
        yes("entra:job-id", _HR),
        no("entra:view-id", _HR),
        no("entra:job-id", _CRM),
        **_vault(tenant(), {"app": {"keyId": identifier("key", "hr-1")}}),
    ),
    case(
        "vault/disabled secret",
        "Its value cannot be read while it is disabled.",
        _VAULT_SECRETS,
        some("no|conditional", "entra:job-id", _HR),
        no("entra:view-id", _HR),
        **_vault(tenant(), {"app": {"keyId": identifier("key", "hr-1")}}, enabled=False),
    ),
    case(
        "Actions secret/selected repositories",
        "The organization's secret is for one repository.",
        "https://docs.github.com/en/rest/actions/secrets#create-or-update-an-organization-secret",
        yes("gh:ben", _HR),
        no("gh:anna", _HR),
        github=hub().shared_secret("HR_CLIENT_SECRET", "selected", ["site"]).variable("", "HR_CLIENT_ID", _ID),
        entra=tenant(),
    ),
    case(
        "Actions secret/reviewed environment",
        "Somebody must approve the run that is given the secret.",
        "https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments",
        gated("gh:anna", _HR),
        no("gh:rea", _HR),
        github=hub()
        .environment("prod", "HR_CLIENT_SECRET", reviewers=["olga"])
        .variable("app/prod", "HR_CLIENT_ID", _ID),
        entra=tenant(),
    ),
    case(
        "Actions secret/two jobs give two ids",
        "They are alternatives.",
        _CI,
        gap("gh:anna", _HR, _CRM),
        no("gh:rea", _HR, _CRM),
        github=_two_jobs(),
        entra=_old_tenant(),
    ),
    case(
        "Actions secret/ids in two environments",
        "For a secret of the repository they are alternatives.",
        _CI,
        gap("gh:anna", _HR, _CRM),
        no("gh:ben", _HR, _CRM),
        github=hub()
        .secret("AZURE_CLIENT_SECRET")
        .environment("prod")
        .environment("test")
        .variable("app/prod", "AZURE_CLIENT_ID", _ID)
        .variable("app/test", "AZURE_CLIENT_ID", _CRM_ID),
        entra=_old_tenant(),
    ),
    case(
        "Actions secret/nearer place keeps the id secret",
        "The repository has the id as a secret, so the organization's variable does not count.",
        _CI,
        no("gh:anna", _HR, _CRM),
        github=hub().secret("ERP_CLIENT_SECRET", "ERP_CLIENT_ID").variable("", "ERP_CLIENT_ID", _ID),
        entra=tenant(),
    ),
    case(
        "state/a secret of Actions",
        "The state gave the repository the application's client secret.",
        "https://developer.hashicorp.com/terraform/language/manage-sensitive-data",
        yes("gh:anna", _HR),
        no("gh:ben", _HR),
        no("gh:anna", _CRM),
        github=hub().secret("DEPLOY").secret("DEPLOY", repo="site"),
        entra=tenant(),
        states={"prod": (state(password(HR, "hr-1"), _actions_secret(VALUE, "app")), "")},
    ),
    case(
        "state/secrets of two states",
        "What is equal in two states of one key is equal; the other state has another value.",
        RANKS,
        yes("state:prod", _HR),
        no("state:test", _HR),
        yes("state:test", _CRM),
        no("state:prod", _CRM),
        entra=tenant(),
        states={
            "prod": (state(password(HR, "hr-1")), ""),
            "test": (state(password(CRM, "crm-1", VALUE.replace("Yk3", "Mn9"))), ""),
        },
    ),
    case(
        "declared secret/ended",
        "People may say it: a credential that ended before the secret was written is not what it holds.",
        RANKS,
        no("user:rita", _HR, _CRM),
        aws=Cloud().stored("prod/app", written="2026-06-01T09:00:00+00:00").reader("rita", "prod/app"),
        entra=tenant(end="2026-03-01T08:00:00Z"),
        declared={"secrets": [{"secret": secret_arn("prod/app"), "credential": identifier("key", "hr-1")}]},
    ),
)
