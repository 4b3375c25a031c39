"""Azure Resource Manager on this machine: an HTTP server, a token endpoint like a managed identity's, and failures.

Input: ``ArmWorld``, the actions of the caller's role. Output: answers; ``log`` of every request; ``rule`` for failures.
Handled: actions with wildcards, pages, unknown versions and filters, an unregistered provider, a missing licence,
tokens that end, a cut connection, throttling by a rule or by a bucket of reads.
Not handled: roles below the tenant's root group, but for subscriptions that the caller has no role in (``hidden``).
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.fakes.arm.azure import ArmWorld
from tests.fakes.arm.routes import Route, route_of

__all__ = ["ArmServer", "Asked", "Rule"]

Json = dict[str, Any]
CALLER = "cccccccc-0000-4000-8000-000000000004"
_SEEN = "Microsoft.Resources/subscriptions/read"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    target: str
    """Path and query."""
    headers: dict[str, str]
    operation: str = ""
    """What it was understood as."""


@dataclass(slots=True)
class Rule:
    """Answers something else to the next requests that match."""

    pattern: str
    """A regular expression, searched in the target."""
    kind: str = "status"
    """``status``, ``cut`` (the connection ends within the answer), ``garbage`` (a page of a proxy)."""
    times: int = 1
    """How often; negative: always."""
    status: int = 429
    code: str = "TooManyRequests"
    message: str = "Too many requests"
    retry_after: str = ""
    skip: int = 0
    """So many matching requests pass before."""


@dataclass(slots=True)
class _State:
    world: ArmWorld
    actions: tuple[str, ...] = ("*",)
    hidden: frozenset[str] = frozenset()
    """Subscriptions in which the caller has no role."""
    page: int = 1000
    rules: list[Rule] = field(default_factory=list)
    log: list[Asked] = field(default_factory=list)
    tokens: int = 0
    audiences: list[str] = field(default_factory=list)
    """What tokens were asked for."""
    oldest: int = 1
    """The first token that is still accepted."""
    refuse_tokens: bool = False
    lifetime: int = 86_400
    token_tenant: str = ""
    next_links: str = ""
    """Where next pages are said to be, instead of here."""
    bucket: int = 0
    """Reads that a subscription has before it must wait; 0 for no limit."""
    used: dict[str, int] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds that every answer takes."""
    under_way: int = 0
    most: int = 0
    """Most requests that were under way at the same time."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class Refusal(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message}}


class ArmServer:
    """The server; ``with ArmServer(world) as arm: …``."""

    def __init__(self, world: ArmWorld, actions: Iterable[str] | None = None) -> None:
        self.state = _State(world)
        if actions is not None:
            self.state.actions = tuple(actions)
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
    def environment(self) -> dict[str, str]:
        """Variables of a process that shall talk to this server; none of another credential may be set beside them."""
        return {
            "NHI_ARM_ENDPOINT": self.url,
            "IDENTITY_ENDPOINT": f"{self.url}/msi/token",
            "IDENTITY_HEADER": "test",
        }

    @property
    def log(self) -> list[Asked]:
        """Requests to Azure Resource Manager."""
        return self.state.log

    def rule(self, pattern: str, kind: str = "status", **more: Any) -> None:
        """Answer something else to requests that match."""
        self.state.rules.append(Rule(pattern, kind, **more))

    def end_tokens(self) -> None:
        """Accept no token that was given out so far."""
        self.state.oldest = self.state.tokens + 1


def _token(state: _State, target: str) -> Json:
    with state.lock:
        state.tokens += 1
        number = state.tokens
    ends = int(time.time()) + state.lifetime
    resource = dict(parse_qsl(urlsplit(target).query)).get("resource", "")
    state.audiences.append(resource)
    claims = {"tid": state.token_tenant or state.world.tenant, "appid": CALLER, "exp": ends, "number": number}
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return {
        "access_token": ".".join((*coded, "x")),
        "expires_on": str(ends),
        "token_type": "Bearer",
        "resource": resource,
    }


def _number_of(header: str) -> int:
    try:
        part = header.removeprefix("Bearer ").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return 0
    return int(claims.get("number", 0))


def _allows(actions: Iterable[str], action: str) -> bool:
    """Tell whether a role's actions hold one; ``*`` stands for any text, and case does not count."""
    return any(
        re.fullmatch(re.escape(each).replace(r"\*", ".*"), action, re.IGNORECASE) is not None for each in actions
    )


def _answer(state: _State, base: str, method: str, target: str) -> tuple[str, Json]:
    """Return which operation it is, and the body.

    Raises
    ------
    Refusal
        ARM would refuse.
    """
    parts = urlsplit(target)
    path, options = unquote(parts.path), dict(parse_qsl(parts.query))
    found = route_of(method, path)
    if found is None:
        raise Refusal(404, "InvalidResourceType", f"The resource type of '{path}' could not be found.")
    route, scope = found
    _check_version(route, options.get("api-version", ""))
    guid = scope.split("/")[2].lower() if scope.startswith("/subscriptions/") else ""
    if guid and guid not in {each["subscriptionId"] for each in state.world.subscriptions}:
        raise Refusal(404, "SubscriptionNotFound", f"The subscription '{guid}' could not be found.")
    if route.action and (guid in state.hidden or not _allows(state.actions, route.action)):
        raise Refusal(
            403,
            "AuthorizationFailed",
            f"The client '{CALLER}' with object id '{CALLER}' does not have authorization to perform action "
            f"'{route.action}' over scope '{scope or '/'}' or the scope is invalid.",
        )
    if (guid, route.operation) in state.world.unregistered:
        namespace = route.action.split("/")[0]
        raise Refusal(
            409,
            "MissingSubscriptionRegistration",
            f"The subscription is not registered to use namespace '{namespace}'.",
        )
    rows = _rows(state, route, scope, guid, options.get("$filter", ""))
    if isinstance(rows, dict):
        return route.operation, rows
    return route.operation, _page(state, base, parts.path, options, rows)


def _check_version(route: Route, version: str) -> None:
    if not version:
        raise Refusal(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required.")
    if version not in route.versions:
        kind = route.operation.rpartition(".")[2]
        raise Refusal(
            400,
            "NoRegisteredProviderFound",
            f"No registered resource provider found for location 'westeurope' and API version '{version}' for type "
            f"'{kind}'. The supported api-versions are '{', '.join(sorted(route.versions))}'.",
        )


def _rows(state: _State, route: Route, scope: str, guid: str, filter_: str) -> list[Json] | Json:
    world, name = state.world, route.operation
    if name == "tenants":
        return [{"id": f"/tenants/{world.tenant}", "tenantId": world.tenant}]
    if name == "subscriptions":
        seen = _allows(state.actions, _SEEN)
        return [each for each in world.subscriptions if seen and each["subscriptionId"] not in state.hidden]
    if name == "managementGroups":
        return world.groups
    if name == "managementGroups.descendants":
        if not any(each["id"].lower() == scope.lower() for each in world.groups):
            raise Refusal(404, "NotFound", f"'{scope}' not found")
        return world.below(next(each["id"] for each in world.groups if each["id"].lower() == scope.lower()))
    if name.startswith("authorization."):
        if route.versions == {"2020-10-01"} and not world.licensed:
            raise Refusal(400, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2.")
        try:
            return world.listed_access(name, scope, filter_)
        except ValueError:
            raise Refusal(400, "BadRequestFormat", f"The filter '{filter_}' is not supported.") from None
    if filter_:
        raise Refusal(400, "InvalidFilterInQueryString", f"Invalid $filter '{filter_}'")
    if not route.listed:
        return world.lists.get((guid, name), [])
    if not any(str(each["id"]).lower() == scope.lower() for each in world.lists.get((guid, route.listed), ())):
        raise Refusal(404, "ResourceNotFound", f"The Resource '{scope}' was not found.")
    found = world.objects.get((name, scope.lower()), [])
    if route.method == "POST":
        return found[0] if found else {"id": f"{scope}/config/appsettings", "properties": {}}
    return found


def _page(state: _State, base: str, path: str, options: dict[str, str], rows: list[Json]) -> Json:
    start = int(options.get("$skiptoken", 0))
    body: Json = {"value": rows[start : start + state.page]}
    if start + state.page < len(rows):
        more = {**options, "$skiptoken": str(start + state.page)}
        query = "&".join(f"{name}={quote(value)}" for name, value in more.items())
        body["nextLink"] = f"{state.next_links or base}{path}?{query}"
    return body


def _handler(state: _State) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            if self.path.startswith("/msi/token"):
                if state.refuse_tokens:
                    self._send(400, {"error": {"code": "bad_request", "message": "no identity here"}})
                else:
                    self._send(200, _token(state, self.path))
                return
            self._serve()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._serve()

        do_PUT = do_POST
        do_PATCH = do_POST
        do_DELETE = do_POST

        def _serve(self) -> None:
            with state.lock:
                state.under_way += 1
                state.most = max(state.most, state.under_way)
            try:
                time.sleep(state.delay)
                self._told()
            finally:
                with state.lock:
                    state.under_way -= 1

        def _told(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            if _number_of(headers.get("authorization", "")) < state.oldest:
                state.log.append(Asked(self.command, self.path, headers))
                error = {"code": "ExpiredAuthenticationToken", "message": "The access token expiry UTC time is past."}
                self._send(401, {"error": error}, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
                return
            rule, left = _rule(state, self.path), _left(state, self.path)
            operation = ""
            try:
                if rule is not None:
                    raise Refusal(rule.status, rule.code, rule.message)
                if left < 0:
                    raise Refusal(429, "SubscriptionRequestsThrottled", "Number of reads exceeded the limit.")
                operation, body = _answer(state, f"http://{self.headers['Host']}", self.command, self.path)
                status = 200
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
            state.log.append(Asked(self.command, self.path, headers, operation))
            if rule is not None and rule.kind != "status":
                self._send(0, rule.kind)
                return
            wait = rule.retry_after if rule is not None else "1" if status == 429 else ""
            self._send(
                status,
                body,
                {"x-ms-ratelimit-remaining-subscription-reads": str(max(left, 0))}
                | ({"Retry-After": wait} if wait else {}),
            )

        def _send(self, status: int, body: Any, more: dict[str, str] | None = None) -> None:
            data = json.dumps(body).encode()
            if body == "garbage" and not status:
                status, data = 200, b"<html>proxy</html>"
            cut = body == "cut" and not status
            if cut:
                status, data = 200, b'{"value": [{"id": "1'
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data) + (500 if cut else 0)))
            for name, value in (more or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            if cut:
                self.wfile.flush()
                self.close_connection = True

    return Handler


def _left(state: _State, target: str) -> int:
    """Return how many reads the subscription, or the tenant, has left after this one; negative for one too many."""
    if not state.bucket:
        return 11_999
    place = "/".join(target.split("/")[:3]) if target.startswith("/subscriptions/") else ""
    with state.lock:
        state.used[place] = state.used.get(place, 0) + 1
        left = state.bucket - state.used[place]
        if left < 0:
            state.used[place] = 0  # the wait refills it
        return left


def _rule(state: _State, target: str) -> Rule | None:
    with state.lock:
        for rule in state.rules:
            if rule.times and re.search(rule.pattern, unquote(target)):
                if rule.skip:
                    rule.skip -= 1
                    continue
                rule.times -= 1
                return rule
    return None
