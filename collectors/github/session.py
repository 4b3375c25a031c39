"""What to collect of GitHub, from which server, and as whom.

Input: settings; the environment variables below. Output: ``GitHubCollectSettings``, ``GitHubIdentity``.
Not handled: signing in and sending requests (``sdk``, ``transport``).

``GITHUB_APP_ID`` with ``GITHUB_APP_PRIVATE_KEY`` (PEM) or ``GITHUB_APP_PRIVATE_KEY_PATH``: an app's installation.
``GH_TOKEN``, else ``GITHUB_TOKEN``: a token. ``NHI_GITHUB_ENDPOINT``: another server. ``NHI_GITHUB_ORGANIZATION``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from collectors.errors import CollectorError, one_line
from collectors.github.operations import READABLE
from collectors.microsoft import LOOPBACK

__all__ = [
    "API_VERSION",
    "DEPTHS",
    "ENDPOINT_VARIABLE",
    "ORGANIZATION_VARIABLE",
    "PARTS",
    "CredentialsUnusableError",
    "GitHubCollectSettings",
    "GitHubIdentity",
    "SdkMissingError",
    "part_of",
]

ENDPOINT_VARIABLE = "NHI_GITHUB_ENDPOINT"
"""Root of the REST API of another server, such as ``https://github.example.com/api/v3``."""
ORGANIZATION_VARIABLE = "NHI_GITHUB_ORGANIZATION"
PUBLIC = "https://api.github.com"
API_VERSION = "2022-11-28"
"""https://docs.github.com/rest/about-the-rest-api/api-versions (read 2026-11)."""
DEPTHS = ("essential", "usual", "full")
"""How much is asked of each repository by a call of its own."""
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})")


def part_of(name: str) -> str:
    """Return which part of GitHub an operation is of, such as ``orgs``, ``repos`` or ``actions``."""
    first, _, rest = name.partition(".")
    if first != "graphql":
        return first
    return {"organization-teams": "teams", "organization-external-identities": "orgs"}.get(rest, "repos")


PARTS: tuple[str, ...] = tuple(dict.fromkeys(part_of(name) for name in READABLE))
"""Parts that can be left out; the list of repositories is always asked: it says where to look."""


class CredentialsUnusableError(CollectorError):
    """GitHub accepts no credentials, or there are none: nothing was looked at."""


class SdkMissingError(CollectorError):
    """The packages of the extra ``github`` are not installed."""


@dataclass(frozen=True, slots=True)
class GitHubCollectSettings:
    """What to collect, and how long to insist."""

    without: frozenset[str] = frozenset()
    """Parts (see ``PARTS``) that are left out on purpose."""
    organization: str = field(default_factory=lambda: os.environ.get(ORGANIZATION_VARIABLE, ""))
    """Login of the organization; empty where the credentials are of one alone."""
    endpoint: str = field(default_factory=lambda: os.environ.get(ENDPOINT_VARIABLE, ""))
    """Root of another server's REST API, https or on this machine. Empty: github.com."""
    depth: str = "usual"
    """One of ``DEPTHS``."""
    audit_log_days: int = 0
    """Days of the audit log to read; 0 for none."""
    earlier: Path | None = None
    """Evidence folder of an earlier collection: what did not change since is taken from there, at no cost."""
    workers: int = 4
    """Calls that are made at the same time."""
    calls_a_minute: int = 600
    """GitHub's limit is 900 points a minute for one path; 0 for no limit of ours."""
    audit_pages: int = 500
    """Pages of 100 events at most."""
    max_attempts: int = 5
    """Attempts of one call, the first included."""
    connect_timeout_seconds: float = 30.0
    read_timeout_seconds: float = 60.0
    failure_budget_seconds: float = 300.0
    """Time that calls which end in throttling, timeout or a cut may take together, waits included; also the longest
    wait for a new rate budget where there is no time limit."""
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
            raise CollectorError(
                f"unknown part of GitHub to leave out: {', '.join(unknown)}; known: {', '.join(PARTS)}"
            )
        if self.organization and not _LOGIN.fullmatch(self.organization):
            raise CollectorError(f"`{one_line(self.organization, 80)}` is no login of an organization")
        if self.depth not in DEPTHS:
            raise CollectorError(f"unknown depth `{one_line(self.depth, 40)}`; known: {', '.join(DEPTHS)}")
        if min(self.workers, self.max_attempts, self.audit_pages) < 1:
            raise CollectorError("workers, max_attempts and audit_pages must be at least 1")
        if min(self.audit_log_days, self.calls_a_minute) < 0:
            raise CollectorError("audit_log_days and calls_a_minute must not be negative")
        if min(self.connect_timeout_seconds, self.read_timeout_seconds) <= 0:
            raise CollectorError("timeouts must be above 0 seconds")
        if self.time_limit_seconds is not None and self.time_limit_seconds <= 0:
            raise CollectorError("the time limit must be above 0 seconds")
        _check_endpoint(self.endpoint)

    @property
    def root(self) -> str:
        """Address of the REST API; no trailing slash."""
        return (self.endpoint or PUBLIC).rstrip("/")

    @property
    def graphql(self) -> str:
        """Address of GraphQL: beside ``/api/v3`` of an Enterprise Server, below the root anywhere else."""
        return f"{self.root.removesuffix('/v3')}/graphql"


def _check_endpoint(endpoint: str) -> None:
    """Refuse an address that a token must not be sent to."""
    if not endpoint:
        return
    try:
        parts = urlsplit(endpoint)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        usable = secure and bool(parts.hostname) and parts.username is None and not parts.query and not parts.fragment
    except ValueError:
        usable = False
    if not usable or urlsplit(endpoint).path.strip("/") not in ("", "api/v3"):
        raise CollectorError(
            f"{ENDPOINT_VARIABLE}: {one_line(endpoint, 80)} is no address of GitHub's REST API, such as "
            "https://api.github.com or https://HOST/api/v3; a token is sent over https alone"
        )


@dataclass(frozen=True, slots=True)
class GitHubIdentity:
    """Which organization answers, and as whom."""

    account: str
    """Login of the organization, as GitHub spells it, in lower case."""
    application: str = ""
    """Slug of the app; empty for a token."""
    permissions: Mapping[str, str] = field(default_factory=dict)
    """Of an installation; empty where nothing tells."""
    selected: bool = False
    """The app is installed on selected repositories alone."""
