"""Cases: stored secrets of which something says that they do not hold a credential.

Input: none (data only). Output: ``CASES``. Not handled: evidence that counts (``stored``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benchmarks.accuracy.entra.tenant import Tenant, identifier
from benchmarks.accuracy.entra.tenant_base import VENDOR
from benchmarks.accuracy.joints.beside import HR, tenant
from benchmarks.accuracy.joints.case import RANKS, Case, case, no, some, yes
from benchmarks.accuracy.joints.cloud import CRM, ROBOT, Cloud, access_key
from benchmarks.accuracy.statements import user_arn

__all__ = ["CASES"]

_END: Final = "https://learn.microsoft.com/graph/api/resources/passwordcredential"
_HR: Final = f"entra:{HR}"
_CRM: Final = f"entra:{CRM}"
_CLIENT: Final = identifier("client", HR)
_LATER: Final = "2026-06-01T09:00:00+00:00"


def _holding(name: str = "prod/app", tags: Mapping[str, str] | None = None, **more: Any) -> Cloud:
    return Cloud().robots().stored(name, tags, **more).reader("rita", name)


CASES: Final[tuple[Case, ...]] = (
    case(
        "ruled out/ended before the secret was written",
        "The credential of the tag ended in March, the secret was written in June: it holds another.",
        _END,
        no("user:rita", _HR, _CRM),
        aws=_holding(tags={"keyId": identifier("key", "hr-1")}, written=_LATER),
        entra=tenant(end="2026-03-01T08:00:00Z"),
    ),
    case(
        "ruled out/one of two ended before",
        "The older secret ended before the writing: the younger it is.",
        _END,
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        aws=_holding(tags={"entra-app-id": _CLIENT}, written=_LATER),
        entra=tenant(end="2026-03-01T08:00:00Z").secret(HR, "hr-2", start="2026-06-01T08:00:00Z"),
    ),
    case(
        "ruled out/begins more than a day later",
        "What did not exist cannot have been stored.",
        RANKS,
        no("user:rita", _HR),
        no("user:rita", _CRM),
        aws=_holding(tags={"entra-app-id": _CLIENT}),
        entra=tenant(start="2026-02-10T08:00:00Z"),
    ),
    case(
        "ruled out/begins some hours later",
        "Clocks and validity from tomorrow on: within a day it counts.",
        RANKS,
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        aws=_holding(tags={"entra-app-id": _CLIENT}),
        entra=tenant(start="2026-01-10T20:00:00Z"),
    ),
    case(
        "ruled out/another tenant",
        "A tag says that it is another tenant's.",
        RANKS,
        no("user:rita", _HR, _CRM),
        aws=_holding("prod/hr-provisioning/client-secret", {"tenant-id": VENDOR}),
        entra=tenant(),
    ),
    case(
        "ruled out/a certificate where it says client secret",
        "The application has a certificate alone.",
        RANKS,
        no("user:rita", _HR, _CRM),
        aws=_holding("prod/payroll/client-secret", {"entra-app-id": _CLIENT}),
        entra=Tenant().app(HR).certificate(HR, "hr-cert").app(CRM).secret(CRM, "crm-1"),
    ),
    case(
        "ruled out/a secret where it says certificate",
        "The application has a client secret alone.",
        RANKS,
        no("user:rita", _HR, _CRM),
        aws=_holding("prod/payroll/certificate", {"entra-app-id": _CLIENT}),
        entra=tenant(),
    ),
    case(
        "ruled out/other first characters",
        "The hint is not that of any secret.",
        RANKS,
        no("user:rita", _HR, _CRM),
        aws=_holding(tags={"hint": "Qq1"}),
        entra=tenant(),
    ),
    case(
        "ruled out/hint without the time",
        "The hint fits, but nothing began near the time.",
        RANKS,
        no("user:rita", _HR, _CRM),
        aws=_holding(tags={"hint": "aZ8"}, written="2026-08-20T09:00:00+00:00"),
        entra=tenant(),
    ),
    case(
        "no evidence/tags that tell who made or uses it",
        "Who made, owns or uses a secret says nothing of its content.",
        RANKS,
        no("user:rita", _HR, f"user:{ROBOT}"),
        aws=_holding(tags={"created-by": _CLIENT, "used-by": access_key(ROBOT), "owner": user_arn(ROBOT)}),
        entra=tenant(),
    ),
    case(
        "no evidence/a name that is nobody's",
        "Nothing says what it holds.",
        RANKS,
        no("user:rita", _HR, _CRM, f"user:{ROBOT}"),
        aws=_holding("prod/database/password"),
        entra=tenant(),
    ),
    case(
        "no evidence/the name of a user",
        "Names of AWS users are not guessed from.",
        "docs/adr/0018-joints.md",
        no("user:rita", f"user:{ROBOT}"),
        aws=_holding(f"prod/{ROBOT}/key"),
    ),
    case(
        "no evidence/written on another day",
        "Time alone is no evidence, a day later least of all.",
        "docs/adr/0018-joints.md",
        no("user:rita", _HR, f"user:{ROBOT}"),
        aws=_holding("prod/token"),
        entra=tenant(),
    ),
    case(
        "ruled out/an id that the tenant does not have",
        "The tenant was looked at as a whole; the app id of the tag is not there.",
        "docs/adr/0022-what-was-not-collected.md",
        no("user:rita", _HR, _CRM),
        some(
            "no|unknown",
            "user:rita",
            "client:elsewhere",
            why="It may be another tenant's; what was looked at and is not there is none: the page bears both.",
        ),
        aws=_holding(tags={"entra-app-id": identifier("client", "elsewhere")}),
        entra=tenant(),
    ),
)
