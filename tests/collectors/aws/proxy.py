"""A proxy between boto3 and moto that pages, throttles, denies and cuts as AWS does and moto does not.

Input: an upstream address and rules by action, e.g. ``iam.GetAccountAuthorizationDetails``.
Output: AWS-shaped answers; a log of the actions that arrived.
Not handled: signatures (moto does not check them), and any page form that is not in ``PAGED``.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree

from tests.collectors.aws.automation_world import JSON_SERVICES as AUTOMATION_JSON
from tests.collectors.aws.rest_actions import answers_in_json, rest_action
from tests.collectors.aws.sharing_world import JSON_SERVICES as SHARING_JSON
from tests.collectors.aws.sharing_world import REST as SHARING_REST

__all__ = ["PAGED", "Asked", "AwsProxy", "Failure"]


@dataclass(frozen=True)
class Asked:
    """One request as AWS would understand it."""

    action: str
    region: str
    subject: str
    """Object of a per-object call: user name, bucket, function, key or secret id; else empty."""
    params: Mapping[str, str]


@dataclass
class Failure:
    """How an action fails, and how often."""

    kind: str
    """A key of ``_CODES``, ``cut`` (half an answer) or ``html`` (a web page with status 500)."""
    times: float = float("inf")
    """How many requests fail before the rest passes."""
    after: int = 0
    """How many requests pass first."""
    region: str = ""
    """Only in this region; empty for all."""
    seen: int = field(default=0, init=False)

    def strikes(self, asked: Asked) -> bool:
        """Count the request and say whether it fails."""
        if self.region and asked.region != self.region:
            return False
        self.seen += 1
        return self.after < self.seen <= self.after + self.times


PAGED: dict[str, tuple[tuple[str, ...], str, str, str, str]] = {
    # action: lists, request token, answer token, answer flag, request limit
    "iam.GetAccountAuthorizationDetails": (
        ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"),
        "Marker",
        "Marker",
        "IsTruncated",
        "MaxItems",
    ),
    "iam.ListAccessKeys": (("AccessKeyMetadata",), "Marker", "Marker", "IsTruncated", "MaxItems"),
    "iam.ListVirtualMFADevices": (("VirtualMFADevices",), "Marker", "Marker", "IsTruncated", "MaxItems"),
    "organizations.ListAccounts": (("Accounts",), "NextToken", "NextToken", "", "MaxResults"),
    "organizations.ListPolicies": (("Policies",), "NextToken", "NextToken", "", "MaxResults"),
    "secretsmanager.ListSecrets": (("SecretList",), "NextToken", "NextToken", "", "MaxResults"),
    "kms.ListKeys": (("Keys",), "Marker", "NextMarker", "Truncated", "Limit"),
    "lambda.ListFunctions": (("Functions",), "Marker", "NextMarker", "", "MaxItems"),
}
_REST = (
    ("lambda", re.compile(r"^/2015-03-31/functions/?$"), "", "ListFunctions"),
    ("lambda", re.compile(r"^/2015-03-31/functions/(?P<subject>[^/]+)/policy$"), "", "GetPolicy"),
    ("s3", re.compile(r"^/$"), "", "ListBuckets"),
    ("s3", re.compile(r"^/(?P<subject>[^/]+)/?$"), "policy", "GetBucketPolicy"),
    ("s3", re.compile(r"^/(?P<subject>[^/]+)/?$"), "publicAccessBlock", "GetPublicAccessBlock"),
    ("s3", re.compile(r"^/(?P<subject>[^/]+)/?$"), "location", "GetBucketLocation"),
    *SHARING_REST,
)
_CODES = {
    "deny": (403, "AccessDenied", "User: arn:aws:iam::123456789012:user/auditor is not authorized to perform this"),
    "throttle": (400, "Throttling", "Rate exceeded"),
    "throttle429": (429, "TooManyRequestsException", "Rate exceeded"),
    "bad_token": (400, "ValidationError", "Invalid Marker"),
    "expired": (403, "ExpiredToken", "The security token included in the request is expired"),
}


class AwsProxy:
    """Runs in a thread; rules may be changed between requests."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.page_sizes: dict[str, int] = {}
        self.failures: dict[str, Failure] = {}
        self.answers: dict[str, Callable[[Asked], tuple[int, str, bytes]]] = {}
        """Canned answers by action: status, content type, body."""
        self.log: list[Asked] = []
        self.delay_seconds = 0.0
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are two writes; without this the second waits for the client's delayed acknowledgement.
            disable_nagle_algorithm = True

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test output quiet."""

            def do_GET(self) -> None:
                proxy.handle(self)

            do_POST = do_PUT = do_HEAD = do_DELETE = do_GET

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Keep quiet about clients that were killed on purpose."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> AwsProxy:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def reset(self) -> None:
        """Forget rules and log."""
        self.page_sizes.clear()
        self.failures.clear()
        self.answers.clear()
        self.log.clear()
        self.delay_seconds = 0.0

    def actions(self) -> Counter[str]:
        """Return how often each action arrived, retries included."""
        return Counter(asked.action for asked in self.log)

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        asked = _understand(request, body)
        if self.delay_seconds:
            time.sleep(self.delay_seconds)
        with self._lock:
            self.log.append(asked)
            failure = self.failures.get(asked.action)
            strikes = failure is not None and failure.strikes(asked)
        if strikes and failure is not None and failure.kind == "cut":
            _cut(request)
            return
        if strikes and failure is not None:
            _send(request, *_failed(asked, failure.kind))
            return
        if asked.action in self.answers:
            _send(request, *self.answers[asked.action](asked))
            return
        limit = self.page_sizes.get(asked.action)
        if limit:
            path, body = _without_paging(asked, request.path, body)
            status, kind, answer = self._forward(request, path, body)
            if status == 200:
                answer = (_page_xml if "xml" in kind or answer[:1] == b"<" else _page_json)(asked, answer, limit)
            _send(request, status, kind, answer)
            return
        _send(request, *self._forward(request, request.path, body))

    def _forward(self, request: BaseHTTPRequestHandler, path: str, body: bytes) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(self.upstream, timeout=60)
        kept = {
            k: v
            for k, v in request.headers.items()
            if k.lower() not in ("host", "content-length", "connection", "expect")
        }
        try:
            connection.request(request.command, path, body or None, {**kept, "Host": self.upstream})
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        finally:
            connection.close()


def _understand(request: BaseHTTPRequestHandler, body: bytes) -> Asked:
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", request.headers.get("Authorization", ""))
    region, service = scope.groups() if scope else ("", "")
    place = urlsplit(request.path)
    query = {k: v[0] for k, v in parse_qs(place.query, keep_blank_values=True).items()}
    target = request.headers.get("X-Amz-Target", "")
    if target:
        params = {k: str(v) for k, v in json.loads(body or b"{}").items()}
        subject = next((params[k] for k in ("KeyId", "SecretId", "PolicyId", "ParentId") if k in params), "")
        return Asked(f"{service}.{target.rpartition('.')[2]}", region, subject, params)
    form = {k: v[0] for k, v in parse_qs(body.decode("utf-8", "replace")).items()}
    if "Action" in form:
        subject = next((form[k] for k in ("UserName", "OpenIDConnectProviderArn", "SAMLProviderArn") if k in form), "")
        return Asked(f"{service}.{form['Action']}", region, subject, form)
    for name, path, flag, action in _REST:
        match = path.match(place.path)
        if name == service and match and (not flag or flag in query):
            return Asked(f"{service}.{action}", region, match.groupdict().get("subject", ""), query)
    known = rest_action(service, request.command, request.path)
    if known:
        return Asked(f"{service}.{known[0]}", region, known[1], query)
    return Asked(f"{service}.{request.command} {request.path}", region, "", query)


def _failed(asked: Asked, kind: str) -> tuple[int, str, bytes]:
    service = asked.action.partition(".")[0]
    if kind == "html":
        return 500, "text/html", b"<!doctype html>\n<title>500</title>\n<h1>Internal Server Error</h1>\n"
    status, code, message = _CODES[kind]
    json_services = ("organizations", "ssm", "kms", "secretsmanager", "lambda", "tagging", *SHARING_JSON)
    if service in (*json_services, *AUTOMATION_JSON) or answers_in_json(service):
        code = {"AccessDenied": "AccessDeniedException", "Throttling": "ThrottlingException"}.get(code, code)
        return status, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode()
    error = f"<Code>{code}</Code><Message>{message}</Message>"
    if service == "ec2":
        error = error.replace("AccessDenied", "UnauthorizedOperation")
        text = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>r</RequestID></Response>"
    elif service == "s3":
        text = f"<Error>{error}</Error>"
    else:
        text = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>r</RequestId></ErrorResponse>"
    return status, "text/xml", text.encode()


def _without_paging(asked: Asked, path: str, body: bytes) -> tuple[str, bytes]:
    _, token, _, _, limit = PAGED[asked.action]
    if body[:1] == b"{":
        return path, json.dumps({k: v for k, v in json.loads(body).items() if k not in (token, limit)}).encode()
    if body:
        form = {k: v for k, v in parse_qs(body.decode(), keep_blank_values=True).items() if k not in (token, limit)}
        return path, urlencode(form, doseq=True).encode()
    place = urlsplit(path)
    query = {k: v for k, v in parse_qs(place.query, keep_blank_values=True).items() if k not in (token, limit)}
    return place.path + ("?" + urlencode(query, doseq=True) if query else ""), body


def _window(asked: Asked, limit: int) -> tuple[int, int]:
    _, token, _, _, asked_limit = PAGED[asked.action]
    start = int(asked.params[token].removeprefix("page-")) if token in asked.params else 0
    return start, start + min(limit, int(asked.params.get(asked_limit, limit)))


def _page_json(asked: Asked, answer: bytes, limit: int) -> bytes:
    (key,), _, token, flag, _ = PAGED[asked.action]
    data = json.loads(answer)
    start, end = _window(asked, limit)
    more = end < len(data.get(key, []))
    data[key] = data.get(key, [])[start:end]
    data.pop(token, None)
    if more:
        data[token] = f"page-{end}"
    if flag:
        data[flag] = more
    return json.dumps(data).encode()


def _page_xml(asked: Asked, answer: bytes, limit: int) -> bytes:
    keys, _, token, flag, _ = PAGED[asked.action]
    root = ElementTree.fromstring(answer)
    namespace = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    result = root.find(f"{namespace}{asked.action.partition('.')[2]}Result")
    assert result is not None
    start, end = _window(asked, limit)
    place = 0
    for key in keys:
        for parent in result.findall(namespace + key):
            for member in list(parent):
                if not start <= place < end:
                    parent.remove(member)
                place += 1
    for name, value in ((flag, str(place > end).lower()), (token, f"page-{end}" if place > end else None)):
        for old in result.findall(namespace + name):
            result.remove(old)
        if value is not None:
            ElementTree.SubElement(result, namespace + name).text = value
    return ElementTree.tostring(root)


def _send(request: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Type", kind or "text/xml")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(body)


def _cut(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "text/xml")
    request.send_header("Content-Length", "100000")
    request.end_headers()
    request.wfile.write(b"<GetAccountAuthorizationDetailsResponse")
    request.wfile.flush()
    request.close_connection = True
