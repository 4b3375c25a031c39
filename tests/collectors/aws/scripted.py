"""Clients of any service that answer from a script, for what moto lacks: paged answers and refusals.

Input: what is expected and answered, in order. Output: an ``AwsFetch`` on a folder.
Not handled: order between services; each service has a script of its own. botocore checks every answer's shape.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from collectors.aws.calls import AwsCaller
from collectors.aws.fetching import AwsFetch
from collectors.evidence.writer import EvidenceWriter
from tests.collectors.aws.running import NOW
from tests.collectors.aws.seed import ACCOUNT

__all__ = ["REGION", "ScriptedClients", "run"]

REGION = "us-east-1"


class ScriptedClients:
    """Stubbed clients, one a service."""

    home_region = REGION

    def __init__(self) -> None:
        import boto3

        self._session: Any = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x")
        self._clients: dict[str, Any] = {}
        self._stubs: dict[str, Any] = {}

    def client(self, service: str, region: str = "") -> Any:
        """Return the stubbed client; asked in any other region it would be a mistake."""
        from botocore.stub import Stubber

        assert region in ("", REGION)
        if service not in self._clients:
            self._clients[service] = self._session.client(service, region_name=REGION)
            self._stubs[service] = Stubber(self._clients[service])
            self._stubs[service].activate()
        return self._clients[service]

    def left_out(self, service: str, region: str) -> str:
        """Say that every service is in every region."""
        return ""

    def answer(self, name: str, body: dict[str, Any], asked: dict[str, Any] | None = None) -> None:
        """Expect ``service.method`` with these parameters next, and answer it."""
        service, _, method = name.partition(".")
        self.client(service)
        self._stubs[service].add_response(method, body, asked or {})

    def refuse(self, name: str, code: str = "AccessDeniedException", asked: dict[str, Any] | None = None) -> None:
        """Expect ``service.method`` next, and refuse it."""
        service, _, method = name.partition(".")
        self.client(service)
        self._stubs[service].add_client_error(method, code, "no", 400, expected_params=asked)

    def assert_all_asked(self) -> None:
        """Fail when an expected call was not made."""
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()


def run(clients: ScriptedClients, folder: Path, fetch_region: Callable[[AwsFetch, str], None]) -> AwsFetch:
    """Fetch one region into a folder and finish it."""
    writer = EvidenceWriter(folder, "test", lambda: NOW)
    fetch = AwsFetch(writer, AwsCaller(clients, 10), ACCOUNT, None, lambda _: None)  # type: ignore[arg-type]
    fetch_region(fetch, REGION)
    writer.finish()
    clients.assert_all_asked()
    return fetch
