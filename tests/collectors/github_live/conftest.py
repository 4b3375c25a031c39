"""A local GitHub for each test, and no other credentials of GitHub in reach.

Input: none. Output: fixture ``hub``, which starts a server for an organization and points this process to it as an app.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fakes.github.organization import GitHubOrganization
    from tests.fakes.github.server import GitHubServer

Hub = Callable[..., "GitHubServer"]


@cache
def app_key() -> tuple[str, Any]:
    """Return an RSA key as PEM, and its public half."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return pem.decode(), key.public_key()


@pytest.fixture
def no_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget every credential that the machine may have."""
    for name in os.environ:
        if name.startswith(("GITHUB_", "GH_", "NHI_GITHUB")):
            monkeypatch.delenv(name)


@pytest.fixture
def hub(no_github: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Start a server: ``hub(organization, permissions)``; what it serves can be changed while it runs."""
    from tests.fakes.github.server import APP_ID, GitHubServer

    with ExitStack() as stack:

        def start(organization: GitHubOrganization, permissions: Iterable[str] | None = None) -> GitHubServer:
            pem, public = app_key()
            server = stack.enter_context(GitHubServer(organization, permissions, key=public))
            monkeypatch.setenv("NHI_GITHUB_ENDPOINT", server.url)
            monkeypatch.setenv("GITHUB_APP_ID", APP_ID)
            monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY", pem)
            return server

        yield start
