"""The page of OAuth applications: table, filters, one application, and names that hold markup."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from graph.build import build_snapshot
from tests.dashboard.conftest import APP, HOSTILE_NAME, HOSTILE_TAG, WORKSPACE_VARIABLE, OpenPage
from tests.worlds.aws import world as aws_world
from tests.worlds.entra import entra

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
LATELY = "2026-05-20T00:00:00Z"
NOT_VERIFIED = {"verifiedPublisher": {"displayName": None, "verifiedPublisherId": None}}
HOSTILE_PUBLISHER = {
    "verifiedPublisher": {"displayName": HOSTILE_TAG, "verifiedPublisherId": "1"},
    "homepage": HOSTILE_TAG,
}


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("apps")
    world = (
        entra()
        .user("alice")
        .user("bob", enabled=False)
        .role("alice", "Cloud Application Administrator")
        .sp("mailer", more=NOT_VERIFIED)
        .consent("mailer", "Mail.Read offline_access", user="alice")
        .consent("mailer", "User.Read", user="bob")
        .sp(HOSTILE_NAME, more=HOSTILE_PUBLISHER)
        .consent(HOSTILE_NAME, "User.Read")
        .app("deploy")
        .grants("deploy", "RoleManagement.ReadWrite.Directory")
        .last_sign_in("mailer", last=LATELY, delegated=LATELY, application=None)
    )
    build_snapshot([world.build(folder / "evidence")], folder / "ws", product_version="0", as_of=AS_OF)
    return folder / "ws"


@pytest.fixture
def page(tenant: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(tenant))
    monkeypatch.chdir(tmp_path)
    st.cache_data.clear()
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.run()
    app.switch_page("views/apps.py")
    return app.run()


def _sound(app: AppTest) -> None:
    assert not app.exception
    assert not app.error


def _html(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def _text(app: AppTest) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", _html(app))))


def _frame(app: AppTest, column: str = "risks") -> pd.DataFrame:
    return next(element.value for element in app.dataframe if column in element.value.columns)


def _choose(app: AppTest, name: str, key: str) -> AppTest:
    """Click the row of an application, which the testing tool cannot: its selection is put into the state."""
    row = list(_frame(app)["name"]).index(name)
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return app.run()


def test_the_page_lists_applications_of_others(page: AppTest) -> None:
    _sound(page)
    frame = _frame(page)
    assert len(frame) == 2
    mailer = frame[frame["name"] == "mailer"].iloc[0]
    assert (mailer["home"], mailer["verified"], mailer["consents"]) == (
        "another tenant",
        "not verified",
        "2 one by one",
    )
    assert mailer["risks"] == "unverified publisher, offline data, consent by departed"
    numbers = {metric.label: metric.value for metric in page.metric}
    assert (numbers["Applications"], numbers["Of other tenants"], numbers["Never signed in"]) == ("4", "2", "3")


def test_the_page_filters(page: AppTest) -> None:
    page.selectbox(key="apps_which").set_value("all").run()
    _sound(page)
    assert len(_frame(page)) == 4
    page.multiselect(key="apps_reason").set_value(["tier_0_permission"]).run()
    assert list(_frame(page)["name"]) == ["deploy"]
    page.multiselect(key="apps_reason").set_value([]).run()
    page.text_input(key="apps_search").input("MAILER").run()
    assert list(_frame(page)["name"]) == ["mailer"]
    page.text_input(key="apps_search").input("no such thing").run()
    assert "No application of that kind" in page.info[0].value


def test_one_application_is_told_whole(page: AppTest) -> None:
    app = _choose(page, "mailer", "apps listed")
    _sound(app)
    permissions = _frame(app, "permission")
    mail = permissions[permissions["permission"] == "Mail.Read"].iloc[0]
    assert (mail["class"][:2], mail["acts"], mail["for"], mail["unused"]) == ("H5", "as the user", "1 user", "in use")
    text = _text(app)
    for part in (
        "bob@nordlicht.example departed : disabled",
        "alice@nordlicht.example here",
        "Nobody consented for everybody.",
        "Cloud Application Administrator: 1 now, 0 under conditions",
        "those in its home tenant are not seen",
        "It keeps Mail.Read while the user is away",
        "1 thing, worst impact H5",
    ):
        assert part in text, part


def test_what_is_not_known_is_said(page: AppTest) -> None:
    app = _choose(page, "mailer", "apps listed")
    assert "Whether users could for themselves is not known." in _text(app)
    assert "Others could, where nobody looked: policies.authorizationPolicy" in _text(app)


def test_who_may_consent_to_what_is_told(page: AppTest) -> None:
    means = _frame(page, "means")
    (row,) = means.to_dict("records")
    assert (row["means"], row["delegated"], row["application"]) == ("Cloud Application Administrator", "yes", "no")
    assert "What users may consent to was not looked at." in _text(page)


def test_names_that_hold_markup_stay_text(page: AppTest) -> None:
    hidden = next(name for name in _frame(page)["name"] if name != "mailer")
    app = _choose(page, hidden, "apps listed")
    _sound(app)
    body = _html(app)
    assert "<img" not in body and "<script" not in body and "\u202e" not in body
    assert "&lt;img src=x" in body
    for element in (*app.markdown, *app.title, *app.caption, *app.info):
        unescaped = re.sub(r"\\.", "", element.value)
        assert "![" not in unescaped and "<img" not in unescaped


def test_the_page_of_the_company(open_page: OpenPage) -> None:
    app = open_page("apps")
    _sound(app)
    assert not app.info


def test_without_a_tenant_the_page_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    world = aws_world().account("111111111111").user("ci")
    build_snapshot([world.build(tmp_path / "evidence")], tmp_path / "ws", product_version="0", as_of=AS_OF)
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path / "ws"))
    monkeypatch.chdir(tmp_path)
    st.cache_data.clear()
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.run()
    app.switch_page("views/apps.py")
    app.run()
    _sound(app)
    assert "No tenant was collected" in app.info[0].value
