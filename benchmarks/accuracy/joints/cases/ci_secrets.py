"""Cases: secrets of GitHub Actions and variables of GitLab that hold a credential.

Input: none (data only). Output: ``CASES``. Not handled: who gets a run that is given a secret
(``benchmarks.accuracy.github``), but for one writer, one reader and a stranger.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.tenant import Tenant, identifier
from benchmarks.accuracy.github.workflow_text import one_job
from benchmarks.accuracy.joints.beside import HR, VALUE, gitlab, tenant
from benchmarks.accuracy.joints.case import Case, case, gap, no, yes
from benchmarks.accuracy.joints.cloud import CRM, ROBOT, SYNC, Cloud, access_key
from benchmarks.accuracy.joints.hub import Hub, hub

__all__ = ["CASES"]

_CI: Final = "docs/joints.md#secrets-of-github-actions-and-other-ci-systems"
_LOGIN: Final = "https://learn.microsoft.com/azure/developer/github/connect-from-azure-secret"
_PRECEDENCE: Final = (
    "https://docs.github.com/en/actions/reference/workflows-and-actions/variables#configuration-variable-precedence"
)
_VISIBLE: Final = "https://docs.github.com/en/rest/actions/variables#create-an-organization-variable"
_GITLAB: Final = "https://docs.gitlab.com/ci/variables/"
_HR: Final = f"entra:{HR}"
_CRM: Final = f"entra:{CRM}"
_ID: Final = identifier("client", HR)
_CRM_ID: Final = identifier("client", CRM)
_BORN: Final = "2025-01-01T00:30:00Z"
"""Half an hour after the access keys of both users were made."""

_GIVEN: Final = one_job(
    "push:",
    "- uses: acme/login@v1\n  with:\n    client-id: " + _ID + "\n    client-secret: ${{ secrets.LOGIN }}",
)


def _for_private() -> Hub:
    made = hub(public=True).secret("ERP_CLIENT_SECRET").variable("", "ERP_CLIENT_ID", _ID)
    made.visibility = "private"
    return made


CASES: Final[tuple[Case, ...]] = (
    case(
        "Actions secret/variable under the same prefix",
        "HR_CLIENT_ID is a variable of the repository.",
        _CI,
        yes("gh:anna", _HR),
        no("gh:anna", _CRM),
        no("gh:rea", _HR),
        no("gh:ben", _HR),
        github=hub().secret("HR_CLIENT_SECRET").variable("app", "HR_CLIENT_ID", _ID),
        entra=tenant(),
    ),
    case(
        "Actions secret/given to a step with an id",
        "The step has the id in its text.",
        _CI,
        yes("gh:anna", _HR),
        no("gh:anna", _CRM),
        no("gh:ben", _HR),
        github=hub().secret("LOGIN").workflow(_GIVEN),
        entra=tenant(),
    ),
    case(
        "Actions secret/the nearest place decides",
        "The environment has another id than the repository.",
        _PRECEDENCE,
        yes("gh:anna", _HR),
        no("gh:anna", _CRM),
        no("gh:rea", _HR),
        github=hub()
        .environment("prod", "AZURE_CLIENT_SECRET")
        .variable("app", "AZURE_CLIENT_ID", _CRM_ID)
        .variable("app/prod", "AZURE_CLIENT_ID", _ID),
        entra=tenant(),
    ),
    case(
        "Actions secret/of the organization",
        "Secret and variable are for all repositories.",
        _VISIBLE,
        yes("gh:anna", _HR),
        yes("gh:ben", _HR),
        no("gh:anna", _CRM),
        no("gh:rea", _HR),
        github=hub().shared_secret("HR_CLIENT_SECRET").variable("", "HR_CLIENT_ID", _ID),
        entra=tenant(),
    ),
    case(
        "Actions secret/variable for private repositories alone",
        "A public repository does not have the organization's variable.",
        _VISIBLE,
        no("gh:anna", _HR, _CRM),
        github=_for_private(),
        entra=tenant(),
    ),
    case(
        "Actions secret/access key",
        "AWS_ACCESS_KEY_ID is a variable beside the secret.",
        _CI,
        yes("gh:anna", f"user:{ROBOT}"),
        no("gh:anna", f"user:{SYNC}"),
        no("gh:rea", f"user:{ROBOT}"),
        github=hub().secret("AWS_SECRET_ACCESS_KEY").variable("app", "AWS_ACCESS_KEY_ID", access_key(ROBOT)),
        aws=Cloud().robots(),
    ),
    case(
        "Actions secret/time and kind",
        "Two keys were made half an hour before: each may be it.",
        _CI,
        gap("gh:anna", f"user:{ROBOT}", f"user:{SYNC}"),
        no("gh:rea", f"user:{ROBOT}", f"user:{SYNC}"),
        github=hub(written=_BORN).secret("AWS_SECRET_ACCESS_KEY"),
        aws=Cloud().robots(),
    ),
    case(
        "Actions secret/a day after any key",
        "No key was made within the hour before.",
        _CI,
        no("gh:anna", f"user:{ROBOT}", f"user:{SYNC}"),
        github=hub(written="2025-01-02T06:00:00Z").secret("AWS_SECRET_ACCESS_KEY"),
        aws=Cloud().robots(),
    ),
    case(
        "Actions secret/a key that need not be AWS's",
        "SECRET_ACCESS_KEY without AWS may be another vendor's.",
        _CI,
        no("gh:anna", f"user:{ROBOT}", f"user:{SYNC}"),
        github=hub(written=_BORN).secret("MINIO_SECRET_KEY"),
        aws=Cloud().robots(),
    ),
    case(
        "Actions secret/CLIENT_SECRET without a word of Azure",
        "Time does not make it Entra's.",
        _CI,
        no("gh:anna", _HR, _CRM),
        github=hub().secret("CLIENT_SECRET"),
        entra=tenant(),
    ),
    case(
        "Actions secret/name of an application",
        "A guess.",
        _CI,
        gap("gh:anna", _HR),
        no("gh:anna", _CRM),
        no("gh:rea", _HR),
        github=hub().secret("HR_PROVISIONING_CLIENT_SECRET"),
        entra=tenant(),
    ),
    case(
        "Actions secret/the id is a secret as well",
        "Nothing says which application it is.",
        _CI,
        no("gh:anna", _HR, _CRM),
        github=hub().secret("ERP_CLIENT_ID", "ERP_CLIENT_SECRET"),
        entra=tenant(),
    ),
    case(
        "Actions secret/begins later",
        "The id stands beside, but the application's only secret is a month younger.",
        _CI,
        no("gh:anna", _HR, _CRM),
        github=hub().secret("HR_CLIENT_SECRET").variable("app", "HR_CLIENT_ID", _ID),
        entra=tenant(start="2026-02-10T08:00:00Z"),
    ),
    case(
        "Actions secret/ended before",
        "The application's only secret had ended when the secret was updated.",
        _CI,
        no("gh:anna", _HR, _CRM),
        github=hub(written="2026-06-01T09:00:00Z").secret("HR_CLIENT_SECRET").variable("app", "HR_CLIENT_ID", _ID),
        entra=tenant(end="2026-03-01T08:00:00Z"),
    ),
    case(
        "Actions secret/certificate",
        "HR_CLIENT_CERTIFICATE is the certificate, HR_CLIENT_SECRET of the other repository is not.",
        _CI,
        yes("gh:anna", _HR),
        no("gh:ben", _HR),
        no("gh:rea", _HR),
        github=hub()
        .secret("HR_CLIENT_CERTIFICATE")
        .variable("app", "HR_CLIENT_ID", _ID)
        .secret("HR_CLIENT_SECRET", repo="site")
        .variable("site", "HR_CLIENT_ID", _ID),
        entra=Tenant().app(HR).certificate(HR, "hr-cert").app(CRM).secret(CRM, "crm-1"),
    ),
    case(
        "Actions secret/id and secret in one text",
        "AZURE_CREDENTIALS has its own id; the variable beside it may be that of a login without a secret.",
        _LOGIN,
        gap("gh:anna", _HR),
        no("gh:anna", _CRM),
        github=hub().secret("AZURE_CREDENTIALS").variable("app", "AZURE_CLIENT_ID", _ID),
        entra=tenant(),
    ),
    case(
        "declared secret/of Actions",
        "The row names the environment's secret, not the repository's of the same name.",
        "docs/joints.md#what-people-declare",
        yes("gh:anna", _HR),
        no("gh:ben", _HR),
        no("gh:anna", _CRM),
        github=hub().environment("prod", "DEPLOY").secret("DEPLOY", repo="site"),
        entra=tenant(),
        declared={"secrets": [{"secret": "github:octo/app/prod/DEPLOY", "credential": identifier("key", "hr-1")}]},
    ),
    case(
        "Actions secret/tenant that was not collected",
        "The variable names an application that nobody looked at.",
        _CI,
        gap("gh:anna", f"client:{HR}"),
        no("gh:rea", f"client:{HR}"),
        github=hub().secret("AZURE_CLIENT_SECRET").variable("app", "AZURE_CLIENT_ID", _ID),
    ),
    case(
        "GitLab variable/id beside the secret",
        "Variables of one project are not another's.",
        _GITLAB,
        yes("gitlab:acme/shop", _HR),
        no("gitlab:acme/wiki", _HR),
        no("gitlab:acme/shop", _CRM),
        more=gitlab(variables={"HR_CLIENT_ID": _ID, "HR_CLIENT_SECRET": VALUE}),
        entra=tenant(),
    ),
    case(
        "GitLab variable/of the group",
        "All projects of the group inherit its variables.",
        _GITLAB,
        yes("gitlab:acme/shop", f"user:{ROBOT}"),
        yes("gitlab:acme/wiki", f"user:{ROBOT}"),
        no("gitlab:acme/shop", f"user:{SYNC}"),
        more=gitlab(
            shared={
                "AWS_ACCESS_KEY_ID": access_key(ROBOT),
                "AWS_SECRET_ACCESS_KEY": "wJ2rk7Xn4Qb9Tz1Lc6Vm3Hf8Ds5Gp0Ya7Ue2Ko4",
            }
        ),
        aws=Cloud().robots(),
    ),
    case(
        "GitLab variable/the id alone",
        "An id opens nothing.",
        _GITLAB,
        no("gitlab:acme/shop", _HR),
        more=gitlab(variables={"HR_CLIENT_ID": _ID, "LOG_LEVEL": "info"}),
        entra=tenant(),
    ),
)
