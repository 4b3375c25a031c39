"""Run one fetching function against botocore's own stubs, which check every answer and parameter by the vendor's model.

Input: fetching functions and the steps of each service. Output: the ``AwsFetch``; evidence in the test's folder.
Not handled: retries and throttling, which the proxy's tests have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.calls import AwsCaller
from collectors.aws.fetching import AwsFetch
from collectors.evidence.writer import EvidenceWriter
from tests.collectors.aws.running import NOW
from tests.collectors.aws.seed import ACCOUNT

__all__ = ["REGION", "Run", "Steps", "answers", "denied", "in_region", "run"]

REGION = "us-east-1"
Steps = Callable[[Any], None]
Run = Callable[..., AwsFetch]


class StubbedClients:
    """Stubbed clients, one a service; a call that no test expects fails."""

    home_region = REGION

    def __init__(self, *services: str) -> None:
        import boto3
        from botocore.stub import Stubber

        session = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x")
        self._clients = {name: session.client(name, region_name=REGION) for name in services}  # type: ignore[call-overload]
        self.stubs = {name: Stubber(client) for name, client in self._clients.items()}

    def client(self, service: str, region: str = "") -> Any:
        return self._clients[service]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., AwsFetch]]:
    """Run one fetching function against stubs: ``run(fetch, {"service": steps})``."""
    with ExitStack() as stack:

        def running(fetching: Callable[[AwsFetch], None], steps: Mapping[str, Steps]) -> AwsFetch:
            clients = StubbedClients(*steps)
            for service, add in steps.items():
                add(clients.stubs[service])
                stack.enter_context(clients.stubs[service])
            writer = EvidenceWriter(tmp_path, "test", lambda: NOW)
            fetch = AwsFetch(writer, AwsCaller(clients, 10), ACCOUNT, None, lambda _: None)  # type: ignore[arg-type]
            fetching(fetch)
            writer.finish()
            for stub in clients.stubs.values():
                stub.assert_no_pending_responses()
            return fetch

        yield running


def in_region(fetching: Callable[[AwsFetch, str], None]) -> Callable[[AwsFetch], None]:
    return lambda fetch: fetching(fetch, REGION)


def denied(*methods: str) -> Steps:
    def add(stub: Any) -> None:
        for method in methods:
            stub.add_client_error(method, "AccessDeniedException", "no", 403)

    return add


def answers(*steps: tuple[str, dict[str, Any], dict[str, Any]]) -> Steps:
    def add(stub: Any) -> None:
        for method, asked, body in steps:
            stub.add_response(method, body, asked)

    return add
