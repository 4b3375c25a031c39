"""GitHub on this machine: an HTTP server for REST and GraphQL, sign-in of an app, rate limits, and failures.

Input: ``GitHubOrganization``, the permissions of the app. Output: answers; ``log`` of every request; ``rule``.
Handled: an app's JWT (checked against its real public key), installation tokens that end, tokens of people; pages with
``Link``; ``ETag`` and 304; primary limits of REST and GraphQL; secondary limits, refusals, cut connections by rules;
404 or 403 where a permission is missing. Not handled: anything that writes: it is answered 405, and in the log.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import jwt

from tests.fakes.github.graphql import answer, cost_of
from tests.fakes.github.organization import GitHubOrganization
from tests.fakes.github.routes import ROUTES, Route, route_of

__all__ = ["APP_ID", "PERSON", "Asked", "GitHubServer", "Rule"]

Json = dict[str, Any]
APP_ID = "4711"
INSTALLATION = 99
PERSON = "github_pat_" + "a" * 82
"""A token that a person made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    target: str
    """Path and query."""
    headers: dict[str, str]
    operation: str = ""
    """What it was understood as; for GraphQL, the name of the query."""
    status: int = 200
    body: Json = field(default_factory=dict)


@dataclass(slots=True)
class Rule:
    """Answers something else to the next requests that match."""

    pattern: str
    """A regular expression, searched in the target, or in the text of a query."""
    kind: str = "status"
    """``status``, ``cut``, ``garbage``, or ``errors`` (of GraphQL, in ``body``)."""
    times: int = 1
    """How often; negative: always."""
    status: int = 429
    message: str = "You have exceeded a secondary rate limit."
    headers: dict[str, str] = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    skip: int = 0
    above: int = 0
    """Only queries about more than so many repositories."""


@dataclass(slots=True)
class _State:
    organization: GitHubOrganization
    permissions: frozenset[str]
    key: Any = None
    page: int = 100
    rules: list[Rule] = field(default_factory=list)
    log: list[Asked] = field(default_factory=list)
    tokens: int = 0
    oldest: int = 1
    """The first installation token that is still accepted."""
    lifetime: int = 3_600
    selected: bool = False
    hidden_as: int = 403
    """Status where a permission is missing: 403, or 404 for what a token may not see."""
    limits: dict[str, int] = field(default_factory=lambda: {"core": 5_000, "graphql": 5_000, "audit_log": 1_750})
    used: dict[str, int] = field(default_factory=dict)
    resets_at: int = field(default_factory=lambda: int(time.time()) + 1_800)
    """When the budgets are filled again, as the server says."""
    next_links: str = ""
    """Where next pages are said to be, instead of here."""
    names: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Refusal(Exception):
    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.body = {"message": message, "documentation_url": "https://docs.github.com/rest"}


class GitHubServer:
    """The server; ``with GitHubServer(organization, key=…) as hub: …``."""

    def __init__(
        self, organization: GitHubOrganization, permissions: Iterable[str] | None = None, *, key: Any = None
    ) -> None:
        every = {route.permission for route in ROUTES} | {"metadata"}
        self.state = _State(organization, frozenset(every if permissions is None else permissions) - {""}, key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.state))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def log(self) -> list[Asked]:
        """Every request."""
        return self.state.log

    def rule(self, pattern: str, kind: str = "status", **more: Any) -> None:
        """Answer something else to requests that match."""
        self.state.rules.append(Rule(pattern, kind, **more))

    def end_tokens(self) -> None:
        """Accept no installation token that was given out so far."""
        self.state.oldest = self.state.tokens + 1

    def refill(self) -> None:
        """Begin the next hour."""
        self.state.used.clear()
        self.state.resets_at += 3_600


def _token(state: _State) -> Json:
    with state.lock:
        state.tokens += 1
        number = state.tokens
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + state.lifetime))
    given = {name: "read" for name in sorted(state.permissions)}
    # The shape of a real one, so that a token that is written somewhere shows.
    return {"token": f"ghs_{number:036d}", "expires_at": ends, "permissions": given}


def _check_app(state: _State, header: str) -> None:
    try:
        claims = jwt.decode(
            header.removeprefix("Bearer "), state.key, algorithms=["RS256"], options={"require": ["iat", "exp", "iss"]}
        )
    except jwt.PyJWTError as error:
        raise _Refusal(401, "A JSON web token could not be decoded") from error
    if claims["iss"] != APP_ID or claims["exp"] - claims["iat"] > 600:
        raise _Refusal(401, "'Expiration time' claim ('exp') is too far in the future")


def _check_token(state: _State, header: str) -> None:
    token = header.removeprefix("Bearer ")
    number = int(token[4:]) if re.fullmatch(r"ghs_\d{36}", token) else 0
    if token != PERSON and not state.oldest <= number <= state.tokens:
        raise _Refusal(401, "Bad credentials")


def _installation(state: _State) -> Json:
    return {
        "id": INSTALLATION,
        "app_slug": "nhigraph",
        "account": {"login": state.organization.login.capitalize()},
        "repository_selection": "selected" if state.selected else "all",
    }


def _rest(state: _State, target: str) -> tuple[str, Any]:
    """Return the operation and its whole answer, list or object.

    Raises
    ------
    _Refusal
        GitHub would refuse.
    """
    found = route_of(urlsplit(target).path)
    if found is None:
        raise _Refusal(404, "Not Found")
    route, values = found
    if values["org"].lower() != state.organization.login or ("repo" in values and not _has(state, values["repo"])):
        raise _Refusal(404, "Not Found")
    if route.permission and route.permission not in state.permissions:
        told = "Resource not accessible by integration" if state.hidden_as == 403 else "Not Found"
        raise _Refusal(state.hidden_as, told)
    options = dict(parse_qsl(urlsplit(target).query))
    return route.operation, _found(state, route, values, options)


def _has(state: _State, name: str) -> bool:
    if len(state.names) != len(state.organization.repositories):
        state.names = {each["nameWithOwner"].lower() for each in state.organization.repositories.values()}
    return f"{state.organization.login}/{name}".lower() in state.names


def _found(state: _State, route: Route, values: dict[str, str], options: dict[str, str]) -> Any:
    organization, name = state.organization, route.operation
    about = tuple(value.lower() for key, value in values.items() if key != "org")
    if name == "repos.get-content":
        text = next(
            each["files"].get(values["path"].rpartition("/")[2], "")
            for each in organization.repositories.values()
            if each["nameWithOwner"].lower() == f"{organization.login}/{values['repo']}".lower()
        )
        coded = base64.encodebytes(text.encode()).decode()
        return {"path": values["path"], "encoding": "base64", "content": coded, "size": len(text), "sha": "s"}
    if about:
        return organization.about.get((name, about), [] if route.listed else _default(name))
    if not route.listed:
        body = organization.single.get(name, _default(name))
        if name == "orgs.get" and "organization_administration" not in state.permissions:
            return {key: body[key] for key in ("login", "id") if key in body}
        return body
    return organization.lists.get((name, options.get("role", "")), [])


def _default(name: str) -> Json:
    if name.startswith("oidc."):
        return {"include_claim_keys": ["repo", "context"]}
    if "workflow-permissions" in name:
        return {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
    if name.endswith("permissions-organization"):
        return {"enabled_repositories": "all", "allowed_actions": "all"}
    return {"enabled": True, "allowed_actions": "all"} if "permissions" in name else {"use_default": True}


def _paged(state: _State, base: str, target: str, operation: str, body: Any) -> tuple[Any, dict[str, str]]:
    route = next(route for route in ROUTES if route.operation == operation)
    if not route.listed:
        return body, {}
    parts = urlsplit(target)
    options = dict(parse_qsl(parts.query))
    size, page = min(int(options.get("per_page", 30)), state.page), int(options.get("page", 1))
    shown = body[(page - 1) * size : page * size]
    headers = {}
    if page * size < len(body):
        following = urlencode({**options, "page": str(page + 1)})
        headers["Link"] = f'<{state.next_links or base}{parts.path}?{following}>; rel="next", <{base}/x>; rel="last"'
    return {"total_count": len(body), route.inside: shown} if route.inside else shown, headers


def _handler(state: _State) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._serve(json.loads(data) if data else {})

        do_PUT = do_POST
        do_PATCH = do_POST
        do_DELETE = do_POST

        def _serve(self, asked: Json) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            rule = _rule(state, self.path, asked)
            if rule is not None and rule.kind in ("cut", "garbage"):
                state.log.append(Asked(self.command, self.path, headers, "", 0, asked))
                self._raw(rule.kind)
                return
            operation, more = "", dict[str, str]()
            try:
                if rule is not None and rule.kind == "status":
                    raise _Refusal(rule.status, rule.message, rule.headers)
                operation, status, body, more = self._told(headers, asked, rule)
            except _Refusal as refusal:
                status, body, more = refusal.status, refusal.body, refusal.headers
            state.log.append(Asked(self.command, self.path, headers, operation, status, asked))
            self._send(status, body, more)

        def _told(
            self, headers: dict[str, str], asked: Json, rule: Rule | None
        ) -> tuple[str, int, Any, dict[str, str]]:
            path, signed = urlsplit(self.path).path, headers.get("authorization", "")
            base = f"http://{self.headers['Host']}"
            if path.startswith("/app") or path.endswith("/installation"):
                _check_app(state, signed)
                if (self.command, path) == ("POST", f"/app/installations/{INSTALLATION}/access_tokens"):
                    return "token", 201, _token(state), {}
                if self.command == "GET" and path.lower() in (
                    "/app/installations",
                    f"/orgs/{state.organization.login}/installation",
                ):
                    found = _installation(state)
                    return "installation", 200, [found] if path.startswith("/app") else found, {}
                raise _Refusal(404, "Not Found")
            _check_token(state, signed)
            if (self.command, path) == ("POST", "/graphql"):
                limit = _take(state, "graphql", cost_of(asked["query"], asked.get("variables") or {}))
                if rule is not None:
                    return "graphql", 200, rule.body, limit
                body = answer(
                    state.organization, state.permissions, state.page, asked["query"], asked.get("variables") or {}
                )
                return re.match(r"query (\w+)", asked["query"])[1], 200, body, limit  # type: ignore[index]
            if self.command != "GET":
                raise _Refusal(405, "Method Not Allowed")
            if path == "/rate_limit":
                return "rate_limit", 200, {"resources": _resources(state)}, {}
            if path == "/user/orgs":
                return "user/orgs", 200, [{"login": state.organization.login}], {}
            operation, whole = _rest(state, self.path)
            body, links = _paged(state, base, self.path, operation, whole)
            etag = f'W/"{hashlib.sha256(json.dumps([body, links]).encode()).hexdigest()}"'
            if headers.get("if-none-match") == etag:
                return operation, 304, None, {"ETag": etag}
            limit = _take(state, "audit_log" if operation == "orgs.get-audit-log" else "core", 1)
            return operation, 200, body, {"ETag": etag, **links, **limit}

        def _send(self, status: int, body: Any, more: dict[str, str]) -> None:
            data = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _raw(self, kind: str) -> None:
            data = b"<html>proxy</html>" if kind == "garbage" else b'[{"id": 1'
            self.send_response(200)
            self.send_header("Content-Length", str(len(data) + (500 if kind == "cut" else 0)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()
            self.close_connection = True

    return Handler


def _resources(state: _State) -> Json:
    return {
        name: {
            "limit": limit,
            "remaining": max(limit - state.used.get(name, 0), 0),
            "reset": state.resets_at,
        }
        for name, limit in state.limits.items()
    }


def _take(state: _State, resource: str, cost: int) -> dict[str, str]:
    with state.lock:
        limit, used = state.limits[resource], state.used.get(resource, 0)
        left = limit - used - cost
        headers = {
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(max(left, 0)),
            "x-ratelimit-reset": str(state.resets_at),
            "x-ratelimit-resource": resource,
            "x-ratelimit-used": str(min(used + cost, limit)),
        }
        if left < 0:
            raise _Refusal(403, "API rate limit exceeded for installation ID 99.", headers)
        state.used[resource] = used + cost
        return headers


def _rule(state: _State, target: str, asked: Json) -> Rule | None:
    text = f"{unquote(target)} {asked.get('query', '')}"
    with state.lock:
        for rule in state.rules:
            if rule.times and re.search(rule.pattern, text):
                if rule.above and len((asked.get("variables") or {}).get("ids", ())) <= rule.above:
                    continue
                if rule.skip:
                    rule.skip -= 1
                    continue
                rule.times -= 1
                return rule
    return None
