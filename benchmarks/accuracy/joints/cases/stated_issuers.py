"""Cases: a tenant of Entra as issuer, and issuers that imported tables state (Terraform Cloud, SPIFFE).

Input: none (data only). Output: ``CASES``. Not handled: tokens of people.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import TENANT, Tenant, identifier
from benchmarks.accuracy.entra.tenant_base import VENDOR
from benchmarks.accuracy.joints.beside import identities
from benchmarks.accuracy.joints.case import Case, case, gap, no, yes
from benchmarks.accuracy.joints.cloud import Cloud
from benchmarks.accuracy.statements import Json

__all__ = ["CASES", "TERRAFORM", "run"]

_CLAIMS: Final = "https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference"
_ASSIGNED: Final = "https://learn.microsoft.com/entra/identity-platform/howto-restrict-your-app-to-a-set-of-users"
_MANAGED: Final = (
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity"
)
_CLOUD: Final = (
    "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration"
)
_CLOUD_AZURE: Final = _CLOUD.replace("aws-", "azure-")
_SPIFFE: Final = "https://spiffe.io/docs/latest/keyless/oidc-federation-aws/"
_TABLES: Final = "docs/collectors/other.md#tables"
_V1: Final = f"sts.windows.net/{TENANT}/"
_V2: Final = f"login.microsoftonline.com/{TENANT}/v2.0"
_AUDIENCE: Final = "api://aws-access"
TERRAFORM: Final = "app.terraform.io"
_TFC_AUDIENCE: Final = "aws.workload.identity"
_RUN: Final = "organization:acme:project:core:workspace:"
_BUNDLE: Final = "oidc.prod.example.org"
_WEB: Final = "spiffe://prod.example.org/ns/shop/sa/web"
_API: Final = "spiffe://prod.example.org/ns/shop/sa/api"


def _tenant(*, version: int | None = None, assigned: bool = False) -> Tenant:
    made = Tenant().app("robot").app("wiki").app("aws-access")
    resource = made._of("applications", identifier("app", "aws-access"))
    resource["identifierUris"] = [_AUDIENCE]
    for one in made.lists["applications"]:
        one["api"] = {"requestedAccessTokenVersion": version}
    principal = made._of("servicePrincipals", identifier("sp", "aws-access"))
    principal["servicePrincipalNames"].append(_AUDIENCE)
    principal["appRoleAssignmentRequired"] = assigned
    return made


def _v1(**more: str) -> Cloud:
    return Cloud().issuer(_V1, _AUDIENCE, *more.values())


_ROBOT: Final = identifier("sp", "robot")
_ROBOT_CLIENT: Final = identifier("client", "robot")


def _identities() -> Scope:
    made = Tenant().app("deploy").app("wiki").app("client").app("away")
    scope = Scope(made).subscription("main").identity("ci-id").identity("db-id").machine("box", runs="box-id")
    issuer = f"https://{_V2}"
    made.federated("deploy", issuer, made.id("ci-id")).federated("wiki", issuer, made.id("box-id"))
    made.federated("client", issuer, identifier("client", "ci-id"))
    made.federated("away", f"https://login.microsoftonline.com/{VENDOR}/v2.0", made.id("ci-id"))
    return scope


_MANAGED_ONES: Final = _identities()


def run(workspace: str) -> Json:
    """Return the row of a workspace of Terraform Cloud."""
    return {
        "id": workspace,
        "kind": "token_identity",
        "issuer": TERRAFORM,
        "subject": f"{_RUN}{workspace}:run_phase:*",
    }


def _spiffe(own: str, subject: str, issuer: str = _BUNDLE) -> Json:
    return {"id": own, "kind": "service_account", "subject": subject} | ({"issuer": issuer} if issuer else {})


_RUNS: Final = identities("terraform-cloud", "acme", run("prod"), run("test"))
_PROD: Final = "other:terraform-cloud/acme:prod"
_TESTS: Final = "other:terraform-cloud/acme:test"
_SPIRE: Final = identities("spire", "prod", _spiffe("web", _WEB), _spiffe("api", _API))

CASES: Final[tuple[Case, ...]] = (
    case(
        "Entra to AWS/object id and audience",
        "An application's own token has its object id as subject and a resource of the tenant as audience.",
        _CLAIMS,
        yes("entra:robot", "role:robot"),
        no("entra:wiki", "role:robot"),
        no("entra:robot", "role:client", why="The client id is not the subject."),
        no("entra:robot", "role:nobody", why="No resource has that audience."),
        entra=_tenant(),
        aws=_v1(other="api://nobody")
        .trusting("robot", _V1, _ROBOT, aud=_AUDIENCE)
        .trusting("client", _V1, _ROBOT_CLIENT, aud=_AUDIENCE)
        .trusting("nobody", _V1, _ROBOT, aud="api://nobody"),
    ),
    case(
        "Entra to AWS/another tenant",
        "The issuer names the tenant.",
        _CLAIMS,
        no("entra:robot", "role:robot"),
        no("entra:wiki", "role:robot"),
        entra=_tenant(),
        aws=Cloud()
        .issuer(f"sts.windows.net/{VENDOR}/", _AUDIENCE)
        .trusting("robot", f"sts.windows.net/{VENDOR}/", _ROBOT, aud=_AUDIENCE),
    ),
    case(
        "Entra to AWS/without a subject",
        "Any application of the tenant can get a token for the resource.",
        _CLAIMS,
        yes("entra:robot", "role:any"),
        yes("entra:wiki", "role:any"),
        no("entra:robot", "role:none"),
        no("entra:wiki", "role:none"),
        entra=_tenant(),
        aws=_v1(other="api://nobody").trusting("any", _V1, aud=_AUDIENCE).trusting("none", _V1, aud="api://nobody"),
    ),
    case(
        "Entra to AWS/the resource asks for an assignment",
        "Where assignment is required, an application without an app role of the resource gets no token.",
        _ASSIGNED,
        no("entra:robot", "role:robot"),
        entra=_tenant(assigned=True),
        aws=_v1().trusting("robot", _V1, _ROBOT, aud=_AUDIENCE),
    ),
    case(
        "Entra to AWS/version of tokens",
        "A resource that gets tokens of version 2 does not get those of version 1, whose issuer is another.",
        _CLAIMS,
        no("entra:robot", "role:old"),
        yes("entra:robot", "role:self"),
        no("entra:wiki", "role:self"),
        gap("entra:robot", "role:resource", why="AWS may compare azp in place of the audience."),
        entra=_tenant(version=2),
        aws=Cloud()
        .issuer(_V1, _AUDIENCE)
        .issuer(_V2, _ROBOT_CLIENT, identifier("client", "aws-access"))
        .trusting("old", _V1, _ROBOT, aud=_AUDIENCE)
        .trusting("self", _V2, _ROBOT, aud=_ROBOT_CLIENT)
        .trusting("resource", _V2, _ROBOT, aud=identifier("client", "aws-access")),
    ),
    case(
        "Entra to AWS/the tenant was not looked at",
        "Nothing of the tenant is known: no application that could be named.",
        "docs/adr/0022-what-was-not-collected.md",
        no("user:rita", "role:robot"),
        aws=_v1().trusting("robot", _V1, _ROBOT, aud=_AUDIENCE).reader("rita"),
    ),
    case(
        "Entra to Entra/managed identity",
        "An application trusts a user-assigned managed identity of its tenant by its object id.",
        _MANAGED,
        yes("entra:ci-id", "entra:deploy"),
        no("entra:db-id", "entra:deploy"),
        no("entra:box-id", "entra:wiki", why="A system-assigned one is not taken."),
        no("entra:ci-id", "entra:client", "entra:away"),
        entra=_MANAGED_ONES.tenant,
        azure=_MANAGED_ONES,
    ),
    case(
        "stated issuer to AWS/workspaces of Terraform Cloud",
        "The subject names organization, project, workspace and phase.",
        _CLOUD,
        yes(_PROD, "role:prod", "role:core"),
        no(_TESTS, "role:prod"),
        yes(_TESTS, "role:core"),
        no(_PROD, "role:far", "role:star"),
        no(_TESTS, "role:far", "role:star"),
        more=_RUNS,
        aws=Cloud()
        .issuer(TERRAFORM, _TFC_AUDIENCE)
        .trusting("prod", TERRAFORM, like=f"{_RUN}prod:run_phase:*", aud=_TFC_AUDIENCE)
        .trusting("core", TERRAFORM, like="organization:acme:project:core:*", aud=_TFC_AUDIENCE)
        .trusting("far", TERRAFORM, like="organization:acmecorp:*", aud=_TFC_AUDIENCE)
        .trusting("star", TERRAFORM, f"{_RUN}*:run_phase:*", aud=_TFC_AUDIENCE),
    ),
    case(
        "stated issuer to AWS/one phase",
        "Runs of the workspace have the phase apply as well as plan.",
        _CLOUD,
        yes(_PROD, "role:apply"),
        no(_TESTS, "role:apply"),
        no(_PROD, "role:refused"),
        more=_RUNS,
        aws=Cloud()
        .issuer(TERRAFORM, _TFC_AUDIENCE)
        .trusting("apply", TERRAFORM, f"{_RUN}prod:run_phase:apply", aud=_TFC_AUDIENCE)
        .trusting("refused", TERRAFORM, f"{_RUN}prod:run_phase:apply", aud="other.audience"),
    ),
    case(
        "stated issuer to Entra/workspaces of Terraform Cloud",
        "Entra compares the subject whole: one credential a phase.",
        _CLOUD_AZURE,
        yes(_PROD, "entra:deploy"),
        no(_TESTS, "entra:deploy"),
        no(_PROD, "entra:wiki"),
        more=_RUNS,
        entra=Tenant()
        .app("deploy")
        .app("wiki")
        .federated("deploy", f"https://{TERRAFORM}", f"{_RUN}prod:run_phase:plan")
        .federated("wiki", f"https://{TERRAFORM}", f"{_RUN}*:run_phase:plan"),
    ),
    case(
        "stated issuer to AWS/SPIFFE",
        "The subject is the SPIFFE id.",
        _SPIFFE,
        yes("other:spire/prod:web", "role:web", "role:shop"),
        no("other:spire/prod:api", "role:web"),
        no("other:spire/prod:web", "role:elsewhere", "role:domain"),
        more=_SPIRE,
        aws=Cloud()
        .issuer(_BUNDLE)
        .issuer("oidc.test.example.org")
        .trusting("web", _BUNDLE, _WEB)
        .trusting("shop", _BUNDLE, like="spiffe://prod.example.org/ns/shop/*")
        .trusting("domain", _BUNDLE, _WEB.replace("prod.", "test."))
        .trusting("elsewhere", "oidc.test.example.org", _WEB),
    ),
    case(
        "stated issuer to AWS/SPIFFE without an issuer",
        "Which issuer signs is not stated: a guess for the same id, nothing for another.",
        _TABLES,
        gap("other:spire/prod:web", "role:web"),
        no("other:spire/prod:api", "role:web"),
        more=identities("spire", "prod", _spiffe("web", _WEB, ""), _spiffe("api", _API, "")),
        aws=Cloud().issuer(_BUNDLE).trusting("web", _BUNDLE, _WEB),
    ),
)
