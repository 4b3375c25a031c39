"""All that is used of Microsoft's packages: a credential, and the request pipeline that every azure-mgmt client is.

Input: settings. Output: ``ArmSession``, which signs and sends one request. The packages are imported here alone, when a
session is opened, and are ``Any`` to the rest of the code.
Not handled: retries, which are left to ``transport``; reading answers.

One ``ARMPipelineClient`` serves all resource providers. Clients of single providers would add nothing but models, which
are not wanted, and cost seconds and some 200 MB to import. Of the policies that they put into their pipeline one must
not be here: it registers a resource provider (a write) when a subscription does not have it.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from collectors.azure.session import AzureCollectSettings, CredentialsUnusableError, SdkMissingError
from collectors.errors import one_line
from collectors.microsoft import SIGN_IN_HINT, first_reason

__all__ = ["ArmSession", "CutOffError", "Reply", "open_session"]

_EARLY_SECONDS = 300
"""So long before its end a token is replaced, as azure-identity does."""


class CutOffError(Exception):
    """A request that was not answered, or whose answer broke off; the text is the kind and one line."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Reply:
    """An answer as it came."""

    __slots__ = ("content", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status = status
        self.headers = headers
        """Names in lower case."""
        self.content = content

    def json(self) -> Any:
        """Return the answer's JSON; ``None`` where it is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None


class _Kept:
    """A credential that keeps its token: the chain may end at a program (``az``) that is started for every token."""

    def __init__(self, credential: Any, tenant: str) -> None:
        self._credential = credential
        self._options = {"tenant_id": tenant} if tenant else {}
        self._token: Any = None
        self._asking = threading.Lock()

    def get_token(self, *scopes: str, **options: Any) -> Any:
        """Return the token until shortly before its end; one thread at a time gets the next one."""
        with self._asking:
            # Claims come with a challenge: the kept token was just refused.
            if options.get("claims") or self._token is None or self._token.expires_on - _EARLY_SECONDS < time.time():
                self._token = self._credential.get_token(*scopes, **{**self._options, **options})
            return self._token

    def close(self) -> None:
        """Close the credential's connections."""
        self._credential.close()


class ArmSession:
    """One signed connection to Azure Resource Manager, for any number of threads; closed by ``close``."""

    def __init__(self, settings: AzureCollectSettings) -> None:
        self._settings = settings
        self._scope = f"{settings.addresses.audience}/.default"
        self._transport = _transport(settings)
        self._renewing = threading.Lock()
        self._at_once = threading.BoundedSemaphore(settings.workers)
        self._generation = 0
        self._credential, self._client = self._signed_in()

    def _signed_in(self) -> tuple[Any, Any]:
        from azure.core.pipeline.policies import RequestIdPolicy, UserAgentPolicy
        from azure.identity import DefaultAzureCredential
        from azure.mgmt.core import ARMPipelineClient
        from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

        try:
            credential = _Kept(
                DefaultAzureCredential(authority=self._settings.addresses.authority), self._settings.tenant
            )
        except ValueError as error:
            raise CredentialsUnusableError(f"Azure configuration cannot be used: {one_line(error)}") from error
        policies = [
            RequestIdPolicy(),
            UserAgentPolicy("nhigraph"),
            ARMChallengeAuthenticationPolicy(credential, self._scope),
        ]
        return credential, ARMPipelineClient(self._settings.root, policies=policies, transport=self._transport)

    def token(self) -> str:
        """Return a token, the kept one where it is still good.

        Raises
        ------
        CredentialsUnusableError
            No credential of the chain gave one; the text is one line.
        """
        from azure.core.exceptions import AzureError

        try:
            return str(self._credential.get_token(self._scope).token)
        except (AzureError, ValueError) as error:
            raise CredentialsUnusableError(f"no Microsoft Entra token: {first_reason(error)}{SIGN_IN_HINT}") from error

    def send(self, method: str, url: str) -> Reply:
        """Sign and send one request.

        Raises
        ------
        CutOffError
            Nothing came back, or not all of it.
        CredentialsUnusableError
            There is no token any more.
        """
        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from azure.core.rest import HttpRequest

        # A token may go over plain http to this machine alone: the settings let no other such address through.
        plain = {"enforce_https": False} if self._settings.root.startswith("http://") else {}
        request = HttpRequest(method, url, headers={"Accept": "application/json"})
        try:
            with self._at_once:
                response = self._client.send_request(request, **plain)
                content = response.read()
        except ClientAuthenticationError as error:
            raise CredentialsUnusableError(f"no Microsoft Entra token: {first_reason(error)}") from error
        except AzureError as error:
            raise CutOffError(type(error).__name__, one_line(error)) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status_code, headers, content)

    @property
    def generation(self) -> int:
        """How often the token was renewed; to give to ``renew``."""
        return self._generation

    def renew(self, generation: int) -> None:
        """Forget the token that a server did not accept, unless another thread did so meanwhile."""
        with self._renewing:
            if generation != self._generation:
                return
            earlier = self._credential
            self._credential, self._client = self._signed_in()
            self._generation += 1
            earlier.close()

    def close(self) -> None:
        """Close connections."""
        self._credential.close()
        self._client.close()


def open_session(settings: AzureCollectSettings) -> ArmSession:
    """Return a session; nothing is asked yet.

    Raises
    ------
    SdkMissingError
        The packages of the extra are not installed.
    CredentialsUnusableError
        The configuration of azure-identity does not parse.
    """
    try:
        for name in ("azure.identity", "azure.mgmt.core"):
            import_module(name)
    except ImportError as error:
        raise SdkMissingError(
            f"collecting azure needs a package that is not installed ({error.name}): install `nhigraph[azure]`"
        ) from error
    # The chain tells of every credential that it did not find, at warning level: the error says it in one line.
    logging.getLogger("azure.identity").setLevel(logging.CRITICAL)
    return ArmSession(settings)


def _transport(settings: AzureCollectSettings) -> Any:
    import requests
    from azure.core.pipeline.transport import RequestsTransport
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=settings.workers)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return RequestsTransport(
        session=session,
        session_owner=True,
        connection_timeout=settings.connect_timeout_seconds,
        read_timeout=settings.read_timeout_seconds,
    )
