"""All that is used of packages beyond the standard library: httpx to send, PyJWT to sign as an app.

Input: settings, credentials of the environment. Output: ``GitHubSession``, which signs and sends one request. The
packages are imported here alone, when a session is opened.
Handled: an app's installation, found by the organization, whose token is renewed before its hour ends or when GitHub
does not accept it; a token that somebody made, which cannot be renewed.
Not handled: retries and rate limits (``transport``); reading answers.
INVARIANT: a key or token is in no message, and goes to the server of the settings alone: redirections are not followed.

References
----------
https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app (read 2026-11)
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from collectors.errors import one_line
from collectors.github.session import API_VERSION, CredentialsUnusableError, GitHubCollectSettings, SdkMissingError

__all__ = ["CutOffError", "GitHubSession", "Reply", "open_session"]

_EARLY_SECONDS = 300
"""So long before its end a token is replaced."""
_JWT_SECONDS = 540
"""GitHub takes ten minutes at most, counted by its own clock."""
_HINT = (
    "; set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_PATH for an app, or GH_TOKEN for a token, and see "
    "`nhi permissions github`"
)


class CutOffError(Exception):
    """A request that was not answered, or whose answer broke off; the text is the kind and one line."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the answer's JSON; ``None`` where it is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None


@dataclass(slots=True)
class _Installation:
    """An app's place in one organization."""

    id: int = 0
    login: str = ""
    slug: str = ""
    permissions: Mapping[str, str] = field(default_factory=dict)
    selected: bool = False


class GitHubSession:
    """One signed connection to GitHub, for any number of threads; closed by ``close``."""

    def __init__(self, settings: GitHubCollectSettings, clock: Callable[[], float] = time.time) -> None:
        import httpx

        self._settings = settings
        self._clock = clock
        self._renewing = threading.Lock()
        self._generation = 0
        self._ends = float("inf")
        self.installation: _Installation | None = None
        """Where the app is installed; ``None`` for a token."""
        timeout = httpx.Timeout(settings.read_timeout_seconds, connect=settings.connect_timeout_seconds)
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)
        self._app, self._key, self._token = _credentials()
        if not self._token:
            self._sign_in()

    def send(self, method: str, url: str, body: bytes | None = None, etag: str = "") -> Reply:
        """Sign and send one request; ``etag`` asks for an answer only if it is another one.

        Raises
        ------
        CutOffError
            Nothing came back, or not all of it.
        CredentialsUnusableError
            There is no token any more.
        """
        if self._clock() > self._ends - _EARLY_SECONDS:
            self.renew(self._generation)
        return self._sent(method, url, f"Bearer {self._token}", body, {"If-None-Match": etag} if etag else {})

    @property
    def generation(self) -> int:
        """How often the token was renewed; to give to ``renew``."""
        return self._generation

    def renew(self, generation: int) -> None:
        """Get another token than the one of ``generation``, unless another thread did so meanwhile.

        Raises
        ------
        CredentialsUnusableError
            It is a token that somebody made, or GitHub gives no other one.
        """
        with self._renewing:
            if generation != self._generation:
                return
            if self.installation is None:
                raise CredentialsUnusableError("GitHub does not accept the token")
            self._sign_in()
            self._generation += 1

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _sign_in(self) -> None:
        """Get an installation's token, looking for the installation first where it is not known."""
        place = self.installation or self._find()
        reply = self._as_app("POST", f"/app/installations/{place.id}/access_tokens")
        body = reply.json()
        token = body.get("token") if isinstance(body, Mapping) else None
        if reply.status != 201 or not isinstance(token, str):
            raise CredentialsUnusableError(f"no token of the app's installation: {_told(reply)}")
        given = body.get("permissions")
        place.permissions = {str(k): str(v) for k, v in given.items()} if isinstance(given, Mapping) else {}
        self.installation, self._token, self._ends = place, token, self._clock() + _lifetime(reply, body)

    def _find(self) -> _Installation:
        wanted = self._settings.organization
        if wanted:
            reply = self._as_app("GET", f"/orgs/{quote(wanted, safe='')}/installation")
            body = reply.json()
            if reply.status == 404:
                raise CredentialsUnusableError(
                    f"the app is not installed in {wanted}, or there is no such organization"
                )
            rows = [body] if reply.status == 200 and isinstance(body, Mapping) else None
        else:
            reply = self._as_app("GET", "/app/installations?per_page=100")
            body = reply.json()
            rows = [each for each in body if isinstance(each, Mapping)] if isinstance(body, list) else None
        if rows is None:
            raise CredentialsUnusableError(f"GitHub does not accept the app's key: {_told(reply)}")
        found = [each for each in map(_installation, rows) if each.id and each.login]
        if len(found) != 1:
            names = ", ".join(sorted(each.login for each in found)) or "none"
            raise CredentialsUnusableError(f"the app is installed in {names}: name one with --organization")
        return found[0]

    def _as_app(self, method: str, path: str) -> Reply:
        import jwt

        now = int(self._clock())
        try:
            # A minute back, for a clock that is ahead of GitHub's.
            claims = {"iat": now - 60, "exp": now - 60 + _JWT_SECONDS, "iss": self._app}
            signed = jwt.encode(claims, self._key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            raise CredentialsUnusableError("the app's private key is no RSA key in PEM form") from error
        try:
            return self._sent(
                method, self._settings.root + path, f"Bearer {signed}", b"" if method == "POST" else None, {}
            )
        except CutOffError as error:
            raise CredentialsUnusableError(f"GitHub could not be asked ({error.kind}): {one_line(error)}") from error

    def _sent(self, method: str, url: str, signed: str, body: bytes | None, more: Mapping[str, str]) -> Reply:
        import httpx

        if _place(url) != _place(self._settings.root):
            raise CutOffError("ElsewhereError", "the address is not of the server that is asked")
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": signed,
            "User-Agent": "nhigraph",
            "X-GitHub-Api-Version": API_VERSION,
            **more,
        }
        try:
            response = self._client.request(method, url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CutOffError(type(error).__name__, one_line(error)) from error
        found = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status_code, found, response.content)


def open_session(settings: GitHubCollectSettings, clock: Callable[[], float] = time.time) -> GitHubSession:
    """Return a session; for an app, signed in already.

    Raises
    ------
    SdkMissingError
        The packages of the extra are not installed.
    CredentialsUnusableError
        There are no credentials, or GitHub does not accept them.
    """
    try:
        import httpx  # noqa: F401
        import jwt  # noqa: F401
    except ImportError as error:
        raise SdkMissingError(
            f"collecting github needs a package that is not installed ({error.name}): install `nhigraph[github]`"
        ) from error
    return GitHubSession(settings, clock)


def _credentials() -> tuple[str, str, str]:
    """Return app id, private key and token from the environment; either the first two or the last are empty."""
    app, key = os.environ.get("GITHUB_APP_ID", ""), os.environ.get("GITHUB_APP_PRIVATE_KEY", "")
    path = os.environ.get("GITHUB_APP_PRIVATE_KEY_PATH", "")
    if app and not key and path:
        try:
            key = Path(path).read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise CredentialsUnusableError(f"GITHUB_APP_PRIVATE_KEY_PATH: {path}: {reason}") from error
    if app and key:
        # Variables of CI systems hold line ends as two characters.
        return app, key.replace("\\n", "\n"), ""
    if app or key or path:
        missing = "GITHUB_APP_PRIVATE_KEY or GITHUB_APP_PRIVATE_KEY_PATH" if app else "GITHUB_APP_ID"
        raise CredentialsUnusableError(f"an app needs its id and its private key: {missing} is not set")
    token = os.environ.get("GH_TOKEN", "").strip() or os.environ.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise CredentialsUnusableError(f"no credentials of GitHub{_HINT}")
    if not token.isascii() or any(character.isspace() for character in token):
        raise CredentialsUnusableError("GH_TOKEN or GITHUB_TOKEN: this is no token")
    return "", "", token


def _installation(body: Mapping[str, Any]) -> _Installation:
    account = body.get("account")
    login = account.get("login") if isinstance(account, Mapping) else ""
    number = body.get("id")
    return _Installation(
        number if isinstance(number, int) else 0,
        str(login or ""),
        str(body.get("app_slug") or ""),
        selected=body.get("repository_selection") == "selected",
    )


def _lifetime(reply: Reply, body: Mapping[str, Any]) -> float:
    """Return how many seconds a token lives, by the server's own clock; an hour where it does not say."""
    from email.utils import parsedate_to_datetime

    from collectors.evidence.times import parse_time

    ends = parse_time(body.get("expires_at"))
    try:
        now = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        now = None
    return max((ends - now).total_seconds(), 0.0) if ends is not None and now is not None else 3600.0


def _place(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def _told(reply: Reply) -> str:
    body = reply.json()
    return f"{reply.status} {one_line(body.get('message', ''), 200) if isinstance(body, Mapping) else ''}".strip()
