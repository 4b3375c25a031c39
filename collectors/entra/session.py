"""What to collect from a tenant, from which cloud, and which tenant answers.

Input: settings; the environment variables of azure-identity, and ``NHI_GRAPH_ENDPOINT``.
Output: ``EntraCollectSettings``, the cloud's addresses, ``EntraIdentity``.
Not handled: getting tokens and sending requests (``sdk``, ``transport``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from collectors.entra.operations import OPERATIONS
from collectors.errors import CollectorError
from collectors.microsoft import check_endpoint

__all__ = [
    "CLOUDS",
    "ENDPOINT_VARIABLE",
    "PARTS",
    "Cloud",
    "CredentialsUnusableError",
    "EntraCollectSettings",
    "EntraIdentity",
    "SdkMissingError",
]

ENDPOINT_VARIABLE = "NHI_GRAPH_ENDPOINT"
"""Names another address of Microsoft Graph: one of the clouds', or a server on this machine (for tests)."""
_AUTHORITY_VARIABLE = "AZURE_AUTHORITY_HOST"

PARTS: tuple[str, ...] = tuple(dict.fromkeys(name.partition(".")[0] for name in OPERATIONS if name != "organization"))
"""First parts of operation names, which can be left out; the organization names the tenant and is always asked."""


class CredentialsUnusableError(CollectorError):
    """Microsoft accepts no credentials, or there are none: no tenant was looked at."""


class SdkMissingError(CollectorError):
    """The packages of the extra ``entra`` are not installed."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """Addresses of one Microsoft cloud."""

    authority: str
    """Host that gives tokens."""
    graph: str
    """Root of Microsoft Graph, which is also what a token is for."""


CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        "public": Cloud("login.microsoftonline.com", "https://graph.microsoft.com"),
        "usgov": Cloud("login.microsoftonline.us", "https://graph.microsoft.us"),
        "usgov-dod": Cloud("login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        "china": Cloud("login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
    }
)
"""https://learn.microsoft.com/graph/deployments (read 2026-11)."""


@dataclass(frozen=True, slots=True)
class EntraCollectSettings:
    """What to collect from one tenant, and how long to insist."""

    without: frozenset[str] = frozenset()
    """First parts of operation names (see ``PARTS``) that are left out on purpose."""
    tenant: str = ""
    """Id of the tenant that must answer; empty for whichever the credentials are of."""
    cloud: str = ""
    """One of ``CLOUDS``; empty: by ``AZURE_AUTHORITY_HOST``, else ``public``."""
    endpoint: str = field(default_factory=lambda: os.environ.get(ENDPOINT_VARIABLE, ""))
    """Another address of Graph: one of the clouds', or plain http on this machine. Empty: the cloud's."""
    workers: int = 4
    """Operations that are asked at the same time."""
    max_attempts: int = 5
    """Attempts of one call, the first included."""
    connect_timeout_seconds: float = 30.0
    read_timeout_seconds: float = 100.0
    failure_budget_seconds: float = 300.0
    """Time that calls which end in throttling, timeout or a cut may take together, waits included; then nothing more is
    asked."""
    time_limit_seconds: float | None = None
    """After so long nothing more is asked; the same command goes on from there. ``None``: no limit."""
    service_last_accessed: bool = False
    """Also ask when service principals and users signed in last (needs a P1 or P2 licence; beta)."""

    def __post_init__(self) -> None:
        """Check the values.

        Raises
        ------
        CollectorError
            A value is not usable.
        """
        unknown = sorted(self.without - set(PARTS))
        if unknown:
            raise CollectorError(f"unknown part of Entra to leave out: {', '.join(unknown)}; known: {', '.join(PARTS)}")
        if self.cloud and self.cloud not in CLOUDS:
            raise CollectorError(f"unknown cloud `{self.cloud}`; known: {', '.join(CLOUDS)}")
        if self.workers < 1 or self.max_attempts < 1:
            raise CollectorError("workers and max_attempts must be at least 1")
        if min(self.connect_timeout_seconds, self.read_timeout_seconds) <= 0:
            raise CollectorError("timeouts must be above 0 seconds")
        if self.time_limit_seconds is not None and self.time_limit_seconds <= 0:
            raise CollectorError("the time limit must be above 0 seconds")
        roots = {cloud.graph for cloud in CLOUDS.values()}
        check_endpoint(self.endpoint, roots, ENDPOINT_VARIABLE, "Microsoft Graph")

    @property
    def addresses(self) -> Cloud:
        """The cloud to talk to."""
        if self.cloud:
            return CLOUDS[self.cloud]
        named = os.environ.get(_AUTHORITY_VARIABLE, "").lower().removeprefix("https://").strip("/ ")
        return next((cloud for cloud in CLOUDS.values() if cloud.authority == named), CLOUDS["public"])

    @property
    def root(self) -> str:
        """Address of Graph without a version; no trailing slash."""
        return (self.endpoint or self.addresses.graph).rstrip("/")


@dataclass(frozen=True, slots=True)
class EntraIdentity:
    """Which tenant answers, and as whom."""

    account: str
    """The tenant's id."""
    application: str = ""
    """App id of the caller, where the token tells."""
