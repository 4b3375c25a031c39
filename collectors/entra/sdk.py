"""All that is used of Microsoft's packages: a credential, the request adapter of the SDK, and its HTTP client.

Input: settings. Output: ``GraphSession``, which signs and sends one request. The packages are imported here alone, when
a session is opened, and are ``Any`` to the rest of the code.
Not handled: retries, which the SDK's client is told to leave to ``transport``; reading answers.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from collectors.entra.session import CredentialsUnusableError, EntraCollectSettings, SdkMissingError
from collectors.errors import one_line
from collectors.microsoft import SIGN_IN_HINT, first_reason

__all__ = ["CutOffError", "GraphSession", "Reply", "open_session"]

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

    def json(self) -> Mapping[str, Any]:
        """Return the JSON object of the answer; empty where it is none."""
        try:
            body = json.loads(self.content)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


class _Kept:
    """A credential that keeps its token: the chain may end at a program (``az``) that is started for every token."""

    def __init__(self, credential: Any) -> None:
        self._credential = credential
        self._token: Any = None
        self._asking = asyncio.Lock()

    async def get_token(self, *scopes: str, **options: Any) -> Any:
        """Return the token until shortly before its end; one request at a time gets the next one."""
        async with self._asking:
            if self._token is None or self._token.expires_on - _EARLY_SECONDS < time.time():
                self._token = await self._credential.get_token(*scopes, **options)
            return self._token

    async def close(self) -> None:
        """Close the credential's connections."""
        await self._credential.close()


class GraphSession:
    """One signed connection to Microsoft Graph; closed by ``aclose``."""

    def __init__(self, settings: EntraCollectSettings) -> None:
        self._settings = settings
        self._client = _http_client(settings)
        self._credential: Any = None
        self._provider: Any = None
        self._adapter: Any = None
        self._renewing = asyncio.Lock()
        self._generation = 0
        self._sign_in()

    def _sign_in(self) -> None:
        from azure.identity.aio import DefaultAzureCredential
        from kiota_authentication_azure.azure_identity_authentication_provider import (
            AzureIdentityAuthenticationProvider,
        )
        from msgraph.graph_request_adapter import GraphRequestAdapter

        cloud = self._settings.addresses
        try:
            self._credential = _Kept(DefaultAzureCredential(authority=cloud.authority))
        except ValueError as error:
            raise CredentialsUnusableError(f"Azure configuration cannot be used: {one_line(error)}") from error
        self._provider = AzureIdentityAuthenticationProvider(
            self._credential,
            options={"tenant_id": self._settings.tenant} if self._settings.tenant else None,
            scopes=[f"{cloud.graph}/.default"],
            allowed_hosts=[str(urlsplit(self._settings.root).hostname)],
        )
        self._adapter = GraphRequestAdapter(self._provider, client=self._client)

    async def token(self) -> str:
        """Return a token, the kept one where it is still good.

        Raises
        ------
        CredentialsUnusableError
            No credential of the chain gave one; the text is one line.
        """
        from azure.core.exceptions import AzureError

        try:
            found = await self._provider.access_token_provider.get_authorization_token(self._settings.root)
        except (AzureError, ValueError) as error:
            raise CredentialsUnusableError(f"no Microsoft Entra token: {first_reason(error)}{SIGN_IN_HINT}") from error
        return str(found)

    async def send(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None) -> Reply:
        """Sign and send one request.

        Raises
        ------
        CutOffError
            Nothing came back, or not all of it.
        CredentialsUnusableError
            There is no token any more.
        """
        import httpx
        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from kiota_abstractions.method import Method
        from kiota_abstractions.request_information import RequestInformation

        information = RequestInformation(Method[method])
        information.url = url
        for name, value in {"Accept": "application/json", **headers}.items():
            information.headers.try_add(name, value)
        information.content = content
        try:
            request = await self._adapter.convert_to_native_async(information)
            response = await self._client.send(request)
        except ClientAuthenticationError as error:
            raise CredentialsUnusableError(f"no Microsoft Entra token: {first_reason(error)}") from error
        except (AzureError, httpx.HTTPError, httpx.StreamError) as error:
            raise CutOffError(type(error).__name__, one_line(error)) from error
        return Reply(response.status_code, response.headers, response.content)

    @property
    def generation(self) -> int:
        """How often the token was renewed; to give to ``renew``."""
        return self._generation

    async def renew(self, generation: int) -> None:
        """Forget the token that a server did not accept, unless another request did so meanwhile."""
        async with self._renewing:
            if generation != self._generation:
                return
            await self._credential.close()
            self._sign_in()
            self._generation += 1

    async def aclose(self) -> None:
        """Close connections."""
        await self._credential.close()
        await self._client.aclose()


def open_session(settings: EntraCollectSettings) -> GraphSession:
    """Return a session; nothing is asked yet.

    Raises
    ------
    SdkMissingError
        The packages of the extra are not installed.
    CredentialsUnusableError
        The configuration of azure-identity does not parse.
    """
    try:
        for name in ("azure.identity.aio", "kiota_authentication_azure", "msgraph", "msgraph_core"):
            import_module(name)
    except ImportError as error:
        raise SdkMissingError(
            f"collecting entra needs a package that is not installed ({error.name}): install `nhigraph[entra]`"
        ) from error
    # The chain tells of every credential that it did not find, at warning level: the error says it in one line.
    logging.getLogger("azure.identity").setLevel(logging.CRITICAL)
    return GraphSession(settings)


def _http_client(settings: EntraCollectSettings) -> Any:
    import httpx
    from kiota_http.middleware.options import RetryHandlerOption
    from msgraph_core import GraphClientFactory

    timeout = httpx.Timeout(settings.read_timeout_seconds, connect=settings.connect_timeout_seconds)
    client = httpx.AsyncClient(timeout=timeout, http2=True, headers={"User-Agent": "nhigraph"}, trust_env=True)
    # INVARIANT: the SDK retries nothing by itself, or waits would be counted twice and hold no budget.
    option = RetryHandlerOption(max_retries=0, should_retry=False)
    return GraphClientFactory.create_with_default_middleware(client=client, options={option.get_key(): option})
