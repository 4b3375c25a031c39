"""Cases: settings of functions and apps that hold a credential.

Input: none (data only). Output: ``CASES``. Not handled: who may read a configuration.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.tenant import identifier
from benchmarks.accuracy.entra.tenant_base import VENDOR
from benchmarks.accuracy.joints.beside import HR, VALUE, tenant
from benchmarks.accuracy.joints.case import RANKS, Case, case, no, yes
from benchmarks.accuracy.joints.cloud import CRM, ROBOT, SYNC, Cloud, access_key

__all__ = ["CASES"]

_VARIABLES: Final = "https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html"
_AZURE: Final = "https://learn.microsoft.com/dotnet/api/azure.identity.environmentcredential"
_HR: Final = f"entra:{HR}"
_CRM: Final = f"entra:{CRM}"
_ID: Final = identifier("client", HR)
_OTHER_VALUE: Final = VALUE.replace("Yk3", "Mn9")

CASES: Final[tuple[Case, ...]] = (
    case(
        "setting/id beside the secret",
        "HR_CLIENT_ID stands beside HR_CLIENT_SECRET.",
        RANKS,
        yes("lambda:sync", _HR),
        no("lambda:sync", _CRM),
        no("lambda:bare", _HR, why="The id alone opens nothing."),
        aws=Cloud()
        .function("sync", {"HR_CLIENT_ID": _ID, "HR_CLIENT_SECRET": VALUE})
        .function("bare", {"HR_CLIENT_ID": _ID, "LOG_LEVEL": "info"}),
        entra=tenant(),
    ),
    case(
        "setting/names of the SDK",
        "AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET.",
        _AZURE,
        yes("lambda:sync", _HR),
        no("lambda:sync", _CRM),
        no("lambda:away", _HR, _CRM, why="Another tenant's."),
        aws=Cloud()
        .function("sync", {"AZURE_CLIENT_ID": _ID, "AZURE_CLIENT_SECRET": VALUE})
        .function("away", {"AZURE_CLIENT_ID": _ID, "AZURE_CLIENT_SECRET": VALUE, "AZURE_TENANT_ID": VENDOR}),
        entra=tenant(),
    ),
    case(
        "setting/the same value elsewhere",
        "The value is that of a setting whose identity is known.",
        RANKS,
        yes("lambda:legacy", _HR),
        no("lambda:legacy", _CRM),
        no("lambda:another", _CRM),
        aws=Cloud()
        .function("sync", {"HR_CLIENT_ID": _ID, "HR_CLIENT_SECRET": VALUE})
        .function("legacy", {"PAYROLL_PASSWORD": VALUE})
        .function("another", {"PAYROLL_PASSWORD": "correct-horse-battery-staple-2026"}),
        entra=tenant(),
    ),
    case(
        "setting/another value",
        "A password that is not the value of anything.",
        RANKS,
        no("lambda:another", _HR, _CRM),
        aws=Cloud()
        .function("sync", {"HR_CLIENT_ID": _ID, "HR_CLIENT_SECRET": VALUE})
        .function("another", {"PAYROLL_PASSWORD": "correct-horse-battery-staple-2026"}),
        entra=tenant(),
    ),
    case(
        "setting/access key",
        "AWS_ACCESS_KEY_ID stands beside AWS_SECRET_ACCESS_KEY.",
        _VARIABLES,
        yes("lambda:sync", f"user:{ROBOT}"),
        no("lambda:sync", f"user:{SYNC}"),
        aws=Cloud()
        .robots()
        .function(
            "sync",
            {
                "BACKUP_AWS_ACCESS_KEY_ID": access_key(ROBOT),
                "BACKUP_AWS_SECRET_ACCESS_KEY": "wJ2rk7Xn4Qb9Tz1Lc6Vm3Hf8Ds5Gp0Ya7Ue2Ko4",
            },
        ),
    ),
    case(
        "setting/a key that no account has",
        "The account was looked at; none of its users has the key.",
        "docs/adr/0022-what-was-not-collected.md",
        no("lambda:sync", f"user:{ROBOT}", f"user:{SYNC}"),
        aws=Cloud()
        .robots()
        .function(
            "sync",
            {
                "AWS_ACCESS_KEY_ID": "AKIAQQZZYYXXWWVVUUTT",
                "AWS_SECRET_ACCESS_KEY": "wJ2rk7Xn4Qb9Tz1Lc6Vm3Hf8Ds5Gp0Ya7Ue2Ko4",
            },
        ),
    ),
    case(
        "setting/id under another prefix",
        "The id of another application; neither has a client secret at all.",
        RANKS,
        no("lambda:other", _HR, _CRM),
        aws=Cloud().function("other", {"CRM_CLIENT_ID": identifier("client", CRM), "HR_CLIENT_SECRET": _OTHER_VALUE}),
        entra=tenant(secrets=False),
    ),
)
