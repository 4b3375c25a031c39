"""Open AWS clients with the ordinary credential chain and bounded retries, and say which account answers.

Input: ``AwsCollectSettings``; boto3's own configuration (profile, environment, ``AWS_ENDPOINT_URL``).
Output: clients by service and region; ``AwsIdentity``; ``CredentialsUnusableError`` when nobody answers.
Handled: a role in another account, whose credentials are renewed as long as the collection runs.
Not handled: which accounts there are (``members``), and which calls are made.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from collectors.aws.offered import left_out
from collectors.aws.operations import OPERATIONS
from collectors.aws.sharing.host_prefix import at_numeric_address
from collectors.errors import CollectorError, one_line

__all__ = [
    "SERVICES",
    "AwsClients",
    "AwsCollectSettings",
    "AwsIdentity",
    "CredentialsUnusableError",
    "SdkMissingError",
    "open_clients",
    "who_am_i",
]

SERVICES: tuple[str, ...] = tuple(
    dict.fromkeys(service for service in (name.partition(".")[0] for name in OPERATIONS) if service != "sts")
)
"""Services that can be left out; ``sts`` is always asked, since it names the account."""


class CredentialsUnusableError(CollectorError):
    """AWS does not accept the credentials, or there are none: no account was looked at (exit 4)."""


class SdkMissingError(CollectorError):
    """boto3 is not installed."""


@dataclass(frozen=True, slots=True)
class AwsCollectSettings:
    """What to collect from one account, and how long to insist."""

    profile: str = ""
    """Profile of the shared configuration; empty for boto3's default chain."""
    regions: tuple[str, ...] = ()
    """Regions to look at; empty for every region that ``ec2.describe_regions`` says is enabled."""
    without: frozenset[str] = frozenset()
    """Services (see ``SERVICES``) that are left out on purpose."""
    workers: int = 4
    """Threads for work that is independent (regions, services), and as many for calls about one object each; 1: every
    call waits for the one before."""
    max_attempts: int = 5
    """Attempts of one call, the first included; botocore's adaptive mode waits between them."""
    connect_timeout_seconds: float = 10.0
    """Wait for a connection."""
    read_timeout_seconds: float = 60.0
    """Wait for the next bytes of an answer; a full page of authorization details takes seconds."""
    failure_budget_seconds: float = 300.0
    """Time that calls which end in throttling, timeout or a cut may take together; then nothing more is asked."""
    report_wait_seconds: float = 120.0
    """Longest wait for the credential report."""
    report_poll_seconds: float = 2.0
    """Pause between two questions whether the credential report is ready."""
    time_limit_seconds: float | None = None
    """After so long nothing more is asked of the account; the same command goes on from there. ``None``: no limit."""
    role_arn: str = ""
    """Role to take before anything is asked; empty for the credentials as they are."""
    external_id: str = ""
    """``sts:ExternalId`` to present when taking ``role_arn``."""
    service_last_accessed: bool = False
    """Also ask when each identity last used each service: two calls or more an identity."""
    service_last_accessed_actions: bool = False
    """Ask for it by action where AWS tells (with ``service_last_accessed``)."""

    def __post_init__(self) -> None:
        """Check the values.

        Raises
        ------
        CollectorError
            When a service to leave out is not one of ``SERVICES``, or a number is not positive.
        """
        unknown = sorted(self.without - set(SERVICES))
        if unknown:
            known = ", ".join(SERVICES)
            raise CollectorError(f"unknown AWS service to leave out: {', '.join(unknown)}; known: {known}")
        if self.workers < 1 or self.max_attempts < 1:
            raise CollectorError("workers and max_attempts must be at least 1")
        if min(self.connect_timeout_seconds, self.read_timeout_seconds) <= 0:
            raise CollectorError("timeouts must be above 0 seconds")
        if self.time_limit_seconds is not None and self.time_limit_seconds <= 0:
            raise CollectorError("the time limit must be above 0 seconds")


@dataclass(frozen=True, slots=True)
class AwsIdentity:
    """Who the credentials are."""

    account: str
    arn: str

    @property
    def partition(self) -> str:
        """``aws``, ``aws-cn`` or ``aws-us-gov``."""
        return self.arn.split(":")[1] if self.arn.startswith("arn:") else "aws"


class AwsClients:
    """Clients by service and region, created once each."""

    def __init__(self, session: Any, config: Any, home_region: str) -> None:
        self._session = session
        self._config = config
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        self.home_region = home_region
        """Region that global services are asked in."""

    def client(self, service: str, region: str = "") -> Any:
        """Return the client of a service; ``region`` empty means the home region."""
        place = (service, region or self.home_region)
        # boto3 sessions are not safe to create clients from in several threads; clients themselves are.
        # https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
        with self._lock:
            if place not in self._clients:
                made = self._session.client(place[0], region_name=place[1], config=self._config)
                self._clients[place] = at_numeric_address(made) if place[0] == "s3control" else made
            return self._clients[place]

    def left_out(self, service: str, region: str) -> str:
        """Return why a service need not be asked in a region (it is not there); empty when it is to be asked."""
        return left_out(self._session, lambda: self.client(service, region), service, region)


def open_clients(settings: AwsCollectSettings) -> AwsClients:
    """Return clients for the configured profile, without any network traffic of our own.

    Parameters
    ----------
    settings
        Profile, retry and timeout settings. The home region is the profile's, else the first of ``regions``,
        else ``us-east-1``: IAM and Organizations answer for the whole partition from any region of it.

    Raises
    ------
    SdkMissingError
        When boto3 is not installed.
    CredentialsUnusableError
        When the profile does not exist or the configuration does not parse.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError as error:
        raise SdkMissingError("boto3 is not installed: install the `aws` extra of nhigraph") from error
    try:
        session = boto3.Session(profile_name=settings.profile or None)
        home = session.region_name or (settings.regions[0] if settings.regions else "us-east-1")
    except BotoCoreError as error:
        raise CredentialsUnusableError(f"AWS configuration cannot be used: {one_line(error)}") from error
    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": settings.max_attempts},
        connect_timeout=settings.connect_timeout_seconds,
        read_timeout=settings.read_timeout_seconds,
        max_pool_connections=max(10, 2 * settings.workers),
        user_agent_extra="nhigraph",
    )
    if settings.role_arn:
        session = _in_role(session, settings, config, home)
    return AwsClients(session, config, home)


def _in_role(session: Any, settings: AwsCollectSettings, config: Any, home: str) -> Any:
    """Return a session whose credentials are those of the role; they are asked for on the first call, and renewed."""
    import boto3
    import botocore.session
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

    base = session._session  # boto3 gives no public way to its botocore session
    extra = {"RoleSessionName": "nhigraph", **({"ExternalId": settings.external_id} if settings.external_id else {})}
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=lambda service, **keywords: base.create_client(
            service, **{**keywords, "config": config, "region_name": home}
        ),
        source_credentials=base.get_credentials(),
        role_arn=settings.role_arn,
        extra_args=extra,
    )
    inside = botocore.session.Session(profile=settings.profile or None)
    inside._credentials = DeferredRefreshableCredentials(  # type: ignore[attr-defined] # there is no public way for deferred ones
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    return boto3.Session(botocore_session=inside, region_name=home)


def who_am_i(clients: AwsClients) -> AwsIdentity:
    """Return the account and caller that AWS sees.

    Raises
    ------
    CredentialsUnusableError
        Whenever there is no answer naming an account; the text is one line.

    Notes
    -----
    No permission is needed for the call, not even an explicit deny stops it, so a refusal always means that the
    credentials themselves are unusable.

    References
    ----------
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html (2026-11)
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = clients.client("sts").get_caller_identity()
    except ClientError as error:
        problem = error.response.get("Error", {})
        code, message = problem.get("Code", "unknown"), problem.get("Message", "")
        raise CredentialsUnusableError(
            f"AWS did not accept the credentials (sts.get_caller_identity: {one_line(code)}): {one_line(message)}"
        ) from error
    except (BotoCoreError, ValueError) as error:  # ValueError: AWS_ENDPOINT_URL is not an address
        raise CredentialsUnusableError(
            f"no AWS account could be asked (sts.get_caller_identity: {type(error).__name__}): {one_line(error)}"
        ) from error
    account, arn = str(answer.get("Account") or ""), str(answer.get("Arn") or "")
    if not (account.isdigit() and len(account) == 12):
        raise CredentialsUnusableError("sts.get_caller_identity gave no account id")
    return AwsIdentity(account, arn)
