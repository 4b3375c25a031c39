"""A local Graph for each test, and no other Azure configuration in reach.

Input: none. Output: fixture ``graph``, which starts a server for a tenant and points this process to it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

import pytest

from tests.fakes.graph.server import GraphServer
from tests.fakes.graph.tenant import GraphTenant

Graph = Callable[..., GraphServer]


@pytest.fixture
def no_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget every credential that the machine may have."""
    for name in os.environ:
        if name.startswith(("AZURE_", "IDENTITY_", "MSI_", "NHI_GRAPH", "IMDS_")):
            monkeypatch.delenv(name)


@pytest.fixture
def graph(no_azure: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    """Start a server: ``graph(tenant, roles)``; what it serves can be changed while it runs."""
    with ExitStack() as stack:

        def start(tenant: GraphTenant, roles: Iterable[str] | None = None) -> GraphServer:
            server = stack.enter_context(GraphServer(tenant, roles))
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            return server

        yield start
