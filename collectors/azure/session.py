"""What to collect of Azure, from which cloud, and who answers.

Input: settings; the environment variables of azure-identity, and ``NHI_ARM_ENDPOINT``.
Output: ``AzureCollectSettings``, the cloud's addresses, ``AzureIdentity``.
Not handled: getting tokens and sending requests (``sdk``, ``transport``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from collectors.azure.operations import OPERATIONS
from collectors.errors import CollectorError, one_line
from collectors.microsoft import check_endpoint

__all__ = [
    "CLOUDS",
    "ENDPOINT_VARIABLE",
    "GUID",
    "PARTS",
    "AzureCollectSettings",
    "AzureIdentity",
    "Cloud",
    "CredentialsUnusableError",
    "SdkMissingError",
]

ENDPOINT_VARIABLE = "NHI_ARM_ENDPOINT"
"""Names another address of Azure Resource Manager: one of the clouds', or a server on this machine (for tests)."""
_AUTHORITY_VARIABLE = "AZURE_AUTHORITY_HOST"
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

PARTS: tuple[str, ...] = tuple(dict.fromkeys(name.partition(".")[0] for name in OPERATIONS if name != "subscriptions"))
"""First parts of operation names, which can be left out; subscriptions are always asked: they say where to look."""


class CredentialsUnusableError(CollectorError):
    """Microsoft accepts no credentials, or there are none: nothing was looked at."""


class SdkMissingError(CollectorError):
    """The packages of the extra ``azure`` are not installed."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """Addresses of one Microsoft cloud."""

    authority: str
    """Host that gives tokens."""
    manager: str
    """Root of Azure Resource Manager."""
    audience: str
    """What a token is for."""


_GOVERNMENT = Cloud(
    "login.microsoftonline.us", "https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net"
)

CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        "public": Cloud("login.microsoftonline.com", "https://management.azure.com", "https://management.azure.com"),
        "usgov": _GOVERNMENT,
        "usgov-dod": _GOVERNMENT,
        "china": Cloud(
            "login.chinacloudapi.cn", "https://management.chinacloudapi.cn", "https://management.chinacloudapi.cn"
        ),
    }
)
"""https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure and
https://learn.microsoft.com/azure/china/resources-developer-guide (read 2026-11)."""


@dataclass(frozen=True, slots=True)
class AzureCollectSettings:
    """What to collect, and how long to insist."""

    without: frozenset[str] = frozenset()
    """First parts of operation names (see ``PARTS``) that are left out on purpose."""
    tenant: str = ""
    """Id of the tenant that must answer; empty for whichever the credentials are of."""
    subscriptions: tuple[str, ...] = ()
    """Ids of the only subscriptions to look at; empty for every one that can be seen."""
    cloud: str = ""
    """One of ``CLOUDS``; empty: by ``AZURE_AUTHORITY_HOST``, else ``public``."""
    endpoint: str = field(default_factory=lambda: os.environ.get(ENDPOINT_VARIABLE, ""))
    """Another address: one of the clouds', or plain http on this machine. Empty: the cloud's."""
    app_settings: bool = False
    """Also ask for application settings of web and function apps; ARM answers with their values, which are taken out
    before anything is written."""
    workers: int = 8
    """Calls that are made at the same time, in all subscriptions together."""
    objects_limit: int = 5_000
    """In one subscription, of so many objects at most what can only be asked of each object is asked."""
    max_attempts: int = 5
    """Attempts of one call, the first included."""
    connect_timeout_seconds: float = 30.0
    read_timeout_seconds: float = 100.0
    failure_budget_seconds: float = 300.0
    """Time that calls which end in throttling, timeout or a cut may take together, waits included; then nothing more is
    asked."""
    time_limit_seconds: float | None = None
    """After so long nothing more is asked; the same command goes on from there. ``None``: no limit."""

    def __post_init__(self) -> None:
        """Check the values.

        Raises
        ------
        CollectorError
            A value is not usable.
        """
        unknown = sorted(self.without - set(PARTS))
        if unknown:
            raise CollectorError(f"unknown part of Azure to leave out: {', '.join(unknown)}; known: {', '.join(PARTS)}")
        if self.cloud and self.cloud not in CLOUDS:
            raise CollectorError(f"unknown cloud `{self.cloud}`; known: {', '.join(CLOUDS)}")
        wrong = [each for each in self.subscriptions if not GUID.fullmatch(each)]
        if wrong:
            raise CollectorError(f"`{one_line(wrong[0], 80)}` is no subscription id (a GUID)")
        if self.workers < 1 or self.max_attempts < 1 or self.objects_limit < 1:
            raise CollectorError("workers, max_attempts and objects_limit must be at least 1")
        if min(self.connect_timeout_seconds, self.read_timeout_seconds) <= 0:
            raise CollectorError("timeouts must be above 0 seconds")
        if self.time_limit_seconds is not None and self.time_limit_seconds <= 0:
            raise CollectorError("the time limit must be above 0 seconds")
        roots = {cloud.manager for cloud in CLOUDS.values()}
        check_endpoint(self.endpoint, roots, ENDPOINT_VARIABLE, "Azure Resource Manager")

    @property
    def addresses(self) -> Cloud:
        """The cloud to talk to."""
        if self.cloud:
            return CLOUDS[self.cloud]
        named = os.environ.get(_AUTHORITY_VARIABLE, "").lower().removeprefix("https://").strip("/ ")
        return next((cloud for cloud in CLOUDS.values() if cloud.authority == named), CLOUDS["public"])

    @property
    def root(self) -> str:
        """Address of Azure Resource Manager; no trailing slash."""
        return (self.endpoint or self.addresses.manager).rstrip("/")


@dataclass(frozen=True, slots=True)
class AzureIdentity:
    """Which tenant answers, and as whom."""

    account: str
    """The tenant's id."""
    application: str = ""
    """App id of the caller, where the token tells."""
