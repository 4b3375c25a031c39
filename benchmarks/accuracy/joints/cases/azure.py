"""Cases: secrets of key vaults, and settings of apps of Azure.

Input: none (data only). Output: ``CASES``. Not handled: references from settings to vaults.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import Tenant, identifier
from benchmarks.accuracy.joints.beside import HR, VALUE, settings, tenant, vault
from benchmarks.accuracy.joints.case import RANKS, Case, case, gap, no, yes
from benchmarks.accuracy.joints.cloud import CRM, ROBOT, SYNC, Cloud, access_key

__all__ = ["CASES"]

_VAULT: Final = "https://learn.microsoft.com/azure/key-vault/general/rbac-guide"
_SETTINGS: Final = "https://learn.microsoft.com/azure/app-service/configure-common"
_HR: Final = f"entra:{HR}"
_CRM: Final = f"entra:{CRM}"


def _vault(made: Tenant) -> Scope:
    """Return a vault whose secrets the identity ``job-id`` may read, and ``view-id`` may not."""
    scope = Scope(made).subscription("main").vault("hrvault", rbac=True).identity("job-id").identity("view-id")
    return scope.assign("job-id", "Key Vault Secrets User", "at:hrvault").assign("view-id", "Reader", "at:hrvault")


def _sites(made: Tenant) -> Scope:
    return Scope(made).subscription("main").site("sync").site("bare")


_TAGGED: Final = _vault(tenant())
_NAMED: Final = _vault(tenant())
_DATABASE: Final = _vault(tenant())
_KEY: Final = _vault(tenant())
_DECLARED: Final = _vault(tenant())
_APPS: Final = _sites(tenant())
_BACKUP: Final = _sites(tenant())

CASES: Final[tuple[Case, ...]] = (
    case(
        "vault/key id in a tag",
        "Who may read the vault's secrets has the credential; who may read the vault's settings does not.",
        _VAULT,
        yes("entra:job-id", _HR),
        no("entra:view-id", _HR),
        no("entra:job-id", _CRM),
        entra=_TAGGED.tenant,
        azure=_TAGGED,
        more=vault(_TAGGED, "hrvault", {"app": {"keyId": identifier("key", "hr-1")}}),
    ),
    case(
        "vault/name",
        "A guess.",
        RANKS,
        gap("entra:job-id", _HR),
        no("entra:job-id", _CRM),
        no("entra:view-id", _HR),
        entra=_NAMED.tenant,
        azure=_NAMED,
        more=vault(_NAMED, "hrvault", {"hr-provisioning-client-secret": {}}),
    ),
    case(
        "vault/a name that is nobody's",
        "Nothing says what it holds.",
        RANKS,
        no("entra:job-id", _HR, _CRM),
        entra=_DATABASE.tenant,
        azure=_DATABASE,
        more=vault(_DATABASE, "hrvault", {"database-password": {}}),
    ),
    case(
        "vault/access key of AWS",
        "A key vault that has the key of a user of AWS.",
        RANKS,
        yes("entra:job-id", f"user:{ROBOT}"),
        no("entra:job-id", f"user:{SYNC}"),
        no("entra:view-id", f"user:{ROBOT}"),
        entra=_KEY.tenant,
        azure=_KEY,
        aws=Cloud().robots(),
        more=vault(_KEY, "hrvault", {"backup": {"access-key-id": access_key(ROBOT)}}),
    ),
    case(
        "vault/declared",
        "People name the secret by vault and name.",
        "docs/joints.md#what-people-declare",
        yes("entra:job-id", _HR),
        no("entra:job-id", _CRM),
        no("entra:view-id", _HR),
        entra=_DECLARED.tenant,
        azure=_DECLARED,
        more=vault(_DECLARED, "hrvault", {"database-password": {}, "other": {}}),
        declared={"secrets": [{"secret": "hrvault/database-password", "credential": identifier("key", "hr-1")}]},
    ),
    case(
        "setting/of an app of Azure",
        "The id stands beside the secret in the application settings.",
        _SETTINGS,
        yes("site:sync", _HR),
        no("site:sync", _CRM),
        no("site:bare", _HR),
        entra=_APPS.tenant,
        azure=_APPS,
        more=settings(
            _APPS,
            "main",
            {
                "sync": {"HR_CLIENT_ID": identifier("client", HR), "HR_CLIENT_SECRET": VALUE},
                "bare": {"HR_CLIENT_ID": identifier("client", HR)},
            },
        ),
    ),
    case(
        "setting/access key in an app of Azure",
        "The key of a user of AWS.",
        "https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html",
        yes("site:sync", f"user:{ROBOT}"),
        no("site:sync", f"user:{SYNC}"),
        no("site:bare", f"user:{ROBOT}"),
        entra=_BACKUP.tenant,
        azure=_BACKUP,
        aws=Cloud().robots(),
        more=settings(
            _BACKUP,
            "main",
            {
                "sync": {
                    "AWS_ACCESS_KEY_ID": access_key(ROBOT),
                    "AWS_SECRET_ACCESS_KEY": "wJ2rk7Xn4Qb9Tz1Lc6Vm3Hf8Ds5Gp0Ya7Ue2Ko4",
                },
                "bare": {"LOG_LEVEL": "info"},
            },
        ),
    ),
)
