"""A local Azure Resource Manager for each test, and no other Azure configuration in reach.

Input: none. Output: fixture ``arm``, which starts a server for a world and points this process to it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

import pytest

from tests.fakes.arm.azure import ArmWorld
from tests.fakes.arm.server import ArmServer

Arm = Callable[..., ArmServer]


@pytest.fixture
def no_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget every credential that the machine may have."""
    for name in os.environ:
        if name.startswith(("AZURE_", "IDENTITY_", "MSI_", "NHI_ARM", "IMDS_")):
            monkeypatch.delenv(name)


@pytest.fixture
def arm(no_azure: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arm]:
    """Start a server: ``arm(world, actions)``; what it serves can be changed while it runs."""
    with ExitStack() as stack:

        def start(world: ArmWorld, actions: Iterable[str] | None = None) -> ArmServer:
            server = stack.enter_context(ArmServer(world, actions))
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            return server

        yield start
