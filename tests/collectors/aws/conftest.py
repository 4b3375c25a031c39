"""Moto behind the proxy, a seeded account, and a hook that fails on every call that is undeclared or not read-only.

Input: none. Output: fixtures ``moto_url``, ``proxy``, ``read_only_hook`` (always on), ``collected``.
Not handled: what moto lacks; ``test_stubbed.py`` has that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

import pytest

from collectors.aws.operations import OPERATIONS
from tests.collectors.aws.proxy import AwsProxy
from tests.collectors.aws.seed import seed_account

READ_ONLY = re.compile(r"^(batch_get|get|list|describe)_|^generate_(credential_report|service_last_accessed_details)$")


class ReadOnlyHook:
    """Sees every call of every client that does not talk to moto directly."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.bad: list[str] = []

    def before_parameter_build(self, params: Any, model: Any, **kwargs: Any) -> None:
        """Check a call before its parameters are serialised."""
        from botocore import xform_name

        name = f"{model.service_model.service_name}.{xform_name(model.name)}"
        self.calls.append(name)
        if name == "sts.assume_role":
            return  # gives temporary credentials and changes nothing; made only where a role of each account is named
        if name not in OPERATIONS or not READ_ONLY.match(name.partition(".")[2]):
            self.bad.append(name)
            raise AssertionError(f"undeclared or not read-only: {name}")


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """A moto server in this process."""
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def seeded(moto_url: str) -> str:
    """The moto server with one small account in it."""
    seed_account(moto_url)
    return moto_url


@pytest.fixture(scope="session")
def running_proxy(seeded: str) -> Iterator[AwsProxy]:
    """The proxy in front of the seeded account."""
    with AwsProxy(seeded) as running:
        yield running


@pytest.fixture
def proxy(running_proxy: AwsProxy, monkeypatch: pytest.MonkeyPatch) -> AwsProxy:
    """The proxy without rules, named by ``AWS_ENDPOINT_URL``; no other AWS configuration is in reach."""
    running_proxy.reset()
    point_to(monkeypatch, running_proxy.url)
    return running_proxy


def point_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Make boto3's default chain find test credentials and this endpoint only."""
    for name, value in {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)


@cache
def _loader() -> Any:
    """One reader of service models for all sessions: each collection opens its own, and parsing them takes seconds."""
    from botocore.loaders import create_loader

    return create_loader()


@pytest.fixture(autouse=True)
def read_only_hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReadOnlyHook]:
    """Fail any test in which the collector makes a call that is undeclared or not read-only."""
    hook = ReadOnlyHook()
    if find_spec("botocore") is None:
        # Without the SDK no call can be made at all.
        yield hook
        return
    import botocore.session

    monkeypatch.setattr(botocore.session, "create_loader", lambda search_path=None: _loader())
    create = botocore.session.Session.create_client

    def create_watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        client = create(self, *args, **kwargs)
        if not kwargs.get("endpoint_url"):
            client.meta.events.register_first("before-parameter-build", hook.before_parameter_build)
        return client

    monkeypatch.setattr(botocore.session.Session, "create_client", create_watched)
    yield hook
    assert not hook.bad
