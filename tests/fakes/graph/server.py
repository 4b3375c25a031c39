"""Microsoft Graph on 127.0.0.1: tokens, batches, throttling, cuts, around the answers of a tenant.

Input: a ``GraphTenant``. Output: ``GraphServer``, used as a context manager; its ``environment`` makes the default
credential chain of azure-identity get tokens here (as a managed identity) and the collector talk to it.
Not handled: TLS, delegated tokens, anything that writes.
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
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.graph.answers import Refusal, answer
from tests.fakes.graph.permissions import ACCEPTED
from tests.fakes.graph.tenant import GraphTenant

__all__ = ["Asked", "GraphServer", "Rule"]

_EVERYTHING = frozenset(name for names in ACCEPTED.values() for name in names)
_VERSIONS = re.compile(r"/(v1\.0|beta)(/.*)")
CALLER = "cccccccc-0000-4000-8000-000000000003"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, alone or inside a batch."""

    method: str
    target: str
    """Path and query, version first."""
    headers: dict[str, str]
    inside: bool = False
    """Part of a batch."""


@dataclass(slots=True)
class Rule:
    """Answers something else to the next requests that match."""

    pattern: str
    """A regular expression, searched in the target."""
    kind: str
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
    tenant: GraphTenant
    roles: frozenset[str] = _EVERYTHING
    rules: list[Rule] = field(default_factory=list)
    log: list[Asked] = field(default_factory=list)
    tokens: int = 0
    """Tokens given out."""
    oldest: int = 1
    """The first token that is still accepted."""
    refuse_tokens: bool = False
    """The token endpoint refuses."""
    lifetime: int = 86_400
    token_tenant: str = ""
    next_links: str = ""
    """Where next pages are said to be, instead of here."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class GraphServer:
    """The server; ``with GraphServer(tenant) as graph: …``."""

    def __init__(self, tenant: GraphTenant, roles: Iterable[str] | None = None) -> None:
        self.state = _State(tenant)
        if roles is not None:
            self.state.roles = frozenset(roles)
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
            "NHI_GRAPH_ENDPOINT": self.url,
            "IDENTITY_ENDPOINT": f"{self.url}/msi/token",
            "IDENTITY_HEADER": "test",
        }

    @property
    def log(self) -> list[Asked]:
        """Requests to Graph, those inside of batches as well."""
        return self.state.log

    def rule(self, pattern: str, kind: str = "status", **more: Any) -> None:
        """Answer something else to requests that match."""
        self.state.rules.append(Rule(pattern, kind, **more))

    def end_tokens(self) -> None:
        """Accept no token that was given out so far."""
        self.state.oldest = self.state.tokens + 1


def _token(state: _State, target: str) -> dict[str, Any]:
    with state.lock:
        state.tokens += 1
        number = state.tokens
    ends = int(time.time()) + state.lifetime
    resource = dict(parse_qsl(urlsplit(target).query)).get("resource", "")
    claims = {
        "aud": "https://graph.microsoft.com",
        "tid": state.token_tenant or state.tenant.id,
        "appid": CALLER,
        "roles": sorted(state.roles),
        "exp": ends,
        "number": number,
    }
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return {
        "access_token": ".".join((*coded, "x")),
        "expires_on": str(ends),
        "token_type": "Bearer",
        "resource": resource,
    }


def _claims(header: str) -> dict[str, Any]:
    try:
        part = header.removeprefix("Bearer ").split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims


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
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _serve(self, content: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            match = _VERSIONS.fullmatch(self.path)
            if match is None:
                self._send(404, {"error": {"code": "UnknownError", "message": "no such version"}})
                return
            claims = _claims(headers.get("authorization", ""))
            if claims.get("number", 0) < state.oldest:
                state.log.append(Asked(self.command, self.path, headers))
                error = {
                    "code": "InvalidAuthenticationToken",
                    "message": "Access token has expired or is not yet valid.",
                }
                self._send(401, {"error": error})
                return
            if self.command == "POST" and match[2] == "/$batch":
                self._batch(match[1], content, headers, claims)
                return
            self._send(*self._one(self.command, self.path, headers, claims, inside=False))

        def _one(
            self, method: str, target: str, headers: dict[str, str], claims: dict[str, Any], *, inside: bool
        ) -> tuple[int, Any, dict[str, str]]:
            state.log.append(Asked(method, target, headers, inside))
            rule = _rule(state, target)
            if rule is not None and rule.kind != "status":
                return 0, rule.kind, {}
            if rule is not None:
                wait = {"Retry-After": rule.retry_after} if rule.retry_after else {}
                return rule.status, {"error": {"code": rule.code, "message": rule.message}}, wait
            match = _VERSIONS.fullmatch(target)
            if match is None or method != "GET":
                return 400, {"error": {"code": "BadRequest", "message": "only GET below a version is known"}}, {}
            roles = frozenset(claims.get("roles", ()))
            eventual = headers.get("consistencylevel", "").lower() == "eventual"
            base = f"http://{self.headers['Host']}/{match[1]}"
            try:
                body = answer(state.tenant, base, match[2], beta=match[1] == "beta", eventual=eventual, roles=roles)
            except Refusal as refusal:
                return refusal.status, refusal.body, {}
            if state.next_links and isinstance(body, dict) and "@odata.nextLink" in body:
                body["@odata.nextLink"] = body["@odata.nextLink"].replace(base, state.next_links)
            return 200, body, {}

        def _batch(self, version: str, content: bytes, headers: dict[str, str], claims: dict[str, Any]) -> None:
            state.log.append(Asked("POST", self.path, headers))
            rule = _rule(state, self.path)
            if rule is not None:
                if rule.kind == "status":
                    wait = {"Retry-After": rule.retry_after} if rule.retry_after else {}
                    self._send(rule.status, {"error": {"code": rule.code, "message": rule.message}}, wait)
                else:
                    self._send(0, rule.kind)
                return
            requests = json.loads(content).get("requests", [])
            ids = [str(each["id"]).lower() for each in requests]
            if not 1 <= len(requests) <= 20 or len(set(ids)) != len(ids):
                self._send(400, {"error": {"code": "BadRequest", "message": "1 to 20 requests with ids of their own"}})
                return
            answers = []
            for each in reversed(requests):  # in another order than asked, which Graph reserves to itself
                target = f"/{version}/{str(each['url']).lstrip('/')}"
                inner = {name.lower(): value for name, value in (each.get("headers") or {}).items()}
                status, body, more = self._one(each["method"], target, inner, claims, inside=True)
                answers.append({"id": each["id"], "status": status or 502, "headers": more, "body": body})
            self._send(200, {"responses": answers})

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


def _rule(state: _State, target: str) -> Rule | None:
    with state.lock:
        for rule in state.rules:
            if rule.times and re.search(rule.pattern, target):
                if rule.skip:
                    rule.skip -= 1
                    continue
                rule.times -= 1
                return rule
    return None
