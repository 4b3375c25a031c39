"""One workspace for the pages: the sample company (the newest snapshot) and a world whose names hold markup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from collectors.evidence.fingerprint import FingerprintKey
from graph.build import build_snapshot
from tests.worlds.aws import world
from tests.worlds.statements import allow, trust

if TYPE_CHECKING:
    # A wheel without extras has no streamlit: this file must load all the same.
    from streamlit.testing.v1 import AppTest

ACCOUNT = "111111111111"
HOSTILE_NAME = "![p](http://198.51.100.7/p.png) :red[x] $y$ \u202et/<img src=x onerror=alert(1)>\"'\\N"
HOSTILE_TAG = "![t](http://198.51.100.7/t.png)<script>alert(2)</script>"
HOSTILE = f"arn:aws:iam::{ACCOUNT}:role/{HOSTILE_NAME}"
APP = Path(str(files("dashboard").joinpath("app.py")))
WORKSPACE_VARIABLE = "NHI_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Workspace:
    folder: Path
    sample: str
    hostile: str


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("dashboard") / "ws"
    folder.mkdir()
    key = FingerprintKey.load_or_create(folder / "fingerprint.key")
    made = (
        world()
        .account(ACCOUNT)
        .role(HOSTILE_NAME, allow("*"), trusts=trust(ACCOUNT), tags={"owner": HOSTILE_TAG, "<b>k</b>": HOSTILE_TAG})
        .user("caller", allow("sts:AssumeRole"))
        .build(tmp_path_factory.mktemp("hostile"))
    )
    old = datetime(2020, 1, 1, tzinfo=UTC)
    hostile = build_snapshot([made], folder, product_version="0", as_of=old, key=key)
    evidence = Path(str(files("sample_data").joinpath("evidence")))
    sample = build_snapshot([evidence], folder, product_version="0", as_of=None, key=key)
    return Workspace(folder, sample.snapshot_id, hostile.snapshot_id)


OpenPage = Callable[..., "AppTest"]


@pytest.fixture
def open_page(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OpenPage:
    """Return a function that runs the app at a page, with query parameters."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(WORKSPACE_VARIABLE, str(workspace.folder))
    # An nhi.toml of the checkout must not count.
    monkeypatch.chdir(tmp_path)
    st.cache_data.clear()

    def opened(page: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if page:
            app.switch_page(f"views/{page}.py")
            for name, value in query.items():
                app.query_params[name] = value
            app.run()
        return app

    return opened
