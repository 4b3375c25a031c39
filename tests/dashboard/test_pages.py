"""Every page on the sample company, and what it shows when there is nothing to show."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.conftest import HOSTILE, HOSTILE_NAME, WORKSPACE_VARIABLE, OpenPage, Workspace

SUMMARISER = "arn:aws:iam::444455556666:role/service/ai-summariser"


def _sound(app: AppTest) -> None:
    assert not app.exception
    assert not app.error


def _html(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def _text(app: AppTest) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", _html(app)))


def _frame(app: AppTest, column: str) -> pd.DataFrame:
    frames = [element.value for element in app.dataframe]
    return next(frame for frame in frames if column in frame.columns)


def _dot(app: AppTest) -> str:
    (chart,) = app.get("graphviz_chart")
    return str(chart.proto.spec)


def test_the_overview_counts_what_is_there(open_page: OpenPage) -> None:
    app = open_page()
    _sound(app)
    numbers = {metric.label: metric.value for metric in app.metric}
    assert numbers["Identities"] == "125"
    assert numbers["Credentials"] == "36"
    assert numbers["Administrators"] == "9"
    control = _frame(app, "of")
    row = control[control["name"] == "ai-summariser"].iloc[0]
    assert (row["control"], row["of"]) == ("by steps", "nordlicht-data")
    assert (control["control"] == "direct").sum() == 9
    assert {"Nordlicht", "Nordlicht Versand", "nordlicht-prod"} <= set(control["of"])
    kinds = _frame(app, "AWS role")
    assert kinds["all"].sum() == 125
    assert set(kinds["account"]) >= {"nordlicht-data", "nordlicht-production"}


def test_the_overview_names_what_was_not_looked_at(open_page: OpenPage) -> None:
    app = open_page()
    missing = _frame(app, "lost")
    assert list(missing["presence"])[:2] == ["refused", "refused"]
    refused = missing[missing["presence"] == "refused"]
    assert "secretsmanager.list_secrets" in set(refused["operation"])
    assert refused["permission"].all()
    assert "666677778888 (unknown)" in _text(app)
    assert "not made or refused (2 refused)" in _text(app)


def test_the_inventory_searches_and_filters(open_page: OpenPage) -> None:
    app = open_page("inventory")
    _sound(app)
    assert len(_frame(app, "owner_state")) == 125
    app.text_input(key="search").input("AI-Summariser").run()
    found = _frame(app, "owner_state")
    assert list(found["id"]) == [SUMMARISER]
    assert found["owner_state"].iloc[0] == "nobody named"
    app.text_input(key="search").input("").run()
    app.multiselect(key="filter_owner_state").set_value(["has left"]).run()
    left = _frame(app, "owner_state")
    assert 0 < len(left) < 125
    assert set(left["owner"]) <= {"anna.lindqvist@nordlicht.example", "tom.ziegler@nordlicht.example"}
    app.text_input(key="search").input("no such thing").run()
    assert "Nothing matches" in app.info[0].value


def test_roles_made_by_aws_are_no_orphans(open_page: OpenPage) -> None:
    frame = _frame(open_page("inventory"), "owner_state")
    made = frame[frame["name"].str.startswith("AWSServiceRole")]
    assert len(made) and set(made["owner_state"]) == {"made by AWS"}


def test_findings_show_what_failed_passed_and_was_not_judged(open_page: OpenPage) -> None:
    app = open_page("findings")
    _sound(app)
    frame = _frame(app, "message")
    numbers = {metric.label: metric.value for metric in app.metric}
    assert numbers["Critical"] == str((frame["severity"] == "critical").sum())
    judged = _frame(app, "not_judged")
    assert judged["failed"].sum() == len(frame)
    assert (judged["passed"] >= 0).all() and judged["question"].all()
    app.multiselect(key="finding_severity").set_value(["critical"]).run()
    assert set(_frame(app, "message")["severity"]) == {"critical"}


def test_the_identity_page_tells_who_what_and_how(open_page: OpenPage) -> None:
    app = open_page("identity", id=SUMMARISER)
    _sound(app)
    text = _text(app)
    assert app.title[0].value == r"ai\-summariser"
    assert "full control of nordlicht-data" in text
    assert "nobody named" in text
    assert "platform-maintenance" in text and "lambda:UpdateFunctionCode" in text
    assert "works with what the holder can present" in text
    reached = _frame(app, "hops")
    assert len(reached) == 112
    assert reached["impact"].iloc[0].startswith("H1 ")
    sources = _frame(app, "ways")
    assert "ai-summariser" in set(sources["source"])
    dot = _dot(app)
    assert "rankdir=LR" in dot and "platform-maintenance" in dot and "full control of nordlicht-data" in dot


def test_credentials_have_age_and_state(open_page: OpenPage) -> None:
    app = open_page("identity", id="arn:aws:iam::222233334444:user/service/svc-integration")
    keys = _frame(app, "expires")
    assert set(keys["state"]) == {"active"}
    old = keys[keys["id"] == "AKIATHPRDSKWOABHLRME"].iloc[0]
    assert old["created"].startswith("2024-05-15 (899 days")


def test_any_node_has_a_page(open_page: OpenPage) -> None:
    for node in ("aws:admin:444455556666", "arn:aws:s3:::nordlicht-data-lake", "aws:key:AKIATHPRDSKWOABHLRME"):
        _sound(open_page("identity", id=node))


def test_a_credential_names_its_identity_and_claims_no_owner(open_page: OpenPage) -> None:
    text = _text(open_page("identity", id="aws:key:AKIATHPRDSKWOABHLRME"))
    assert "nobody named" not in text
    assert "svc-integration" in text


def test_looking_leaves_no_trace(open_page: OpenPage, workspace: Workspace) -> None:
    before = {path for path in workspace.folder.rglob("*") if path.is_file()}
    for page in ("", "inventory", "findings"):
        open_page(page)
    assert {path for path in workspace.folder.rglob("*") if path.is_file()} == before


def test_without_an_id_the_identity_page_says_where_to_go(open_page: OpenPage) -> None:
    app = open_page("identity")
    _sound(app)
    assert "Choose an identity" in app.info[0].value


def test_an_unknown_id_is_one_line(open_page: OpenPage) -> None:
    app = open_page("identity", id="arn:aws:iam::1:role/none")
    assert not app.exception
    assert len(app.error) == 1 and "holds no node" in app.error[0].value


def test_an_empty_workspace_is_one_line(open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path / "none"))
    app = open_page()
    assert not app.exception
    assert len(app.error) == 1 and "nhi build" in app.error[0].value.replace("\\", "")


def test_a_wrong_policy_is_one_line(open_page: OpenPage) -> None:
    Path("nhi.toml").write_text("[thresholds]\nold_keys = 1\n", encoding="utf-8")
    app = open_page("findings")
    assert not app.exception
    assert len(app.error) == 1


def test_a_query_parameter_chooses_the_snapshot(open_page: OpenPage, workspace: Workspace) -> None:
    app = open_page(snapshot=workspace.hostile)
    _sound(app)
    assert {metric.label: metric.value for metric in app.metric}["Identities"] != "72"
    assert app.selectbox[0].value == workspace.hostile


def test_names_that_hold_markup_stay_text(open_page: OpenPage, workspace: Workspace) -> None:
    for page, query in (("", {}), ("inventory", {}), ("findings", {}), ("identity", {"id": HOSTILE})):
        app = open_page(page, snapshot=workspace.hostile, **query)
        _sound(app)
        body = _html(app)
        assert "<img" not in body and "<script" not in body and "\u202e" not in body
        for element in (*app.markdown, *app.title, *app.subheader, *app.caption, *app.info):
            unescaped = re.sub(r"\\.", "", element.value)
            assert "![" not in unescaped and "<img" not in unescaped
    dot = _dot(app)
    assert "<img" not in dot and r"\N" not in dot and "\u202e" not in dot
    assert "&lt;img src=x" in dot
    assert HOSTILE_NAME.rpartition("/")[2] in html.unescape(_html(app))


def test_the_radius_page_asks_for_anyone_with_what_the_holder_presents(open_page: OpenPage) -> None:
    app = open_page("radius")
    _sound(app)
    assert "Name an identity" in app.info[0].value
    app.text_input(key="radius_who").input("svc-integration").run()
    _sound(app)
    everything = _frame(app, "hops")
    numbers = {metric.label: metric.value for metric in app.metric}
    assert int(numbers["Reached"]) == len(everything)
    app.multiselect(key="radius_impact").set_value(["H4"]).run()
    secrets = _frame(app, "hops")
    assert 0 < len(secrets) < len(everything)
    assert all(text.startswith("H4 ") for text in secrets["impact"])
    assert {metric.label: metric.value for metric in app.metric}["Reached"] == numbers["Reached"]
    app.text_area(key="radius_context").input("no pair\nsts:ExternalId=x1").run()
    _sound(app)
    assert "is not KEY" in app.warning[0].value
    assert any("sts:externalid" in caption.value.replace("\\", "") for caption in app.caption)


def test_the_radius_page_names_what_is_unknown_in_one_line(open_page: OpenPage) -> None:
    app = open_page("radius")
    app.text_input(key="radius_who").input("nobody-at-all").run()
    assert not app.exception
    assert len(app.error) == 1 and "holds nothing called" in app.error[0].value


def test_the_pools_page_tells_who_shares_what(open_page: OpenPage) -> None:
    app = open_page("pools")
    _sound(app)
    frame = _frame(app, "consumers")
    names = set(frame["name"])
    assert "shop-orders" in names and "shop-checkout" not in names, "the twin has one function"
    orders = frame[frame["name"] == "shop-orders"].iloc[0]
    assert (orders["kind"], orders["consumers"]) == ("execution role", "2")
    assert frame[frame["name"] == "gha-deploy"].iloc[0]["consumers"].endswith("or more")
    numbers = {metric.label: metric.value for metric in app.metric}
    assert int(numbers["Pools"]) == len(frame)
    app.multiselect(key="pool_kind").set_value(["execution_role"]).run()
    assert set(_frame(app, "consumers")["kind"]) == {"execution role"}


def test_the_chains_page_tells_what_each_hop_gains(open_page: OpenPage) -> None:
    app = open_page("chains")
    _sound(app)
    frame = _frame(app, "verdicts")
    oncall = frame[frame["source"] == "ops-oncall"].iloc[0]
    assert (oncall["target"], oncall["worst"][:2], oncall["state"]) == ("release-manager", "H1", "verified")
    assert "ci-docs-runner" not in set(frame["source"]), "the twin gets nowhere"
    app.text_input(key="chains_from").input("ops-oncall").run()
    _sound(app)
    assert set(_frame(app, "verdicts")["source"]) == {"ops-oncall"}
    app.text_input(key="chains_to").input("admin:444455556666").run()
    _sound(app)
    assert "No chain of that kind" in app.info[0].value


def test_the_cuts_page_finds_the_fewest_grants_and_what_else_stops(open_page: OpenPage) -> None:
    app = open_page("cuts")
    _sound(app)
    assert "fewest grants" in app.info[0].value
    app.text_area(key="cut_from").input(SUMMARISER)
    app.text_area(key="cut_to").input("admin:444455556666")
    app.button(key="cut_go").click().run()
    _sound(app)
    numbers = {metric.label: metric.value for metric in app.metric}
    assert numbers["Grants to take away"] == "1"
    text = _text(app)
    assert "DeployOwnTools" in text and "proven fewest" in text
    assert "no such way is left" in app.success[0].value
    assert "ai-summariser" in set(_frame(app, "beside")["name"])
    app.text_input(key="cut_keep").input("*ai-summariser*").run()
    _sound(app)
    assert "trust policy of platform-maintenance" in _text(app), "its own statement stays"
    app.text_input(key="cut_keep").input("*").run()
    _sound(app)
    assert "nothing to cut" in _text(app) and "kept: " in _text(app)


def test_the_what_if_page_evaluates_again(open_page: OpenPage) -> None:
    app = open_page("what_if")
    _sound(app)
    grant = "aws:statement:arn:aws:iam::444455556666:policy/service/ai-summariser#4"
    app.text_area(key="what_if_changes").input(f'{{"changes": [{{"remove": "{grant}"}}]}}').run()
    _sound(app)
    row = _frame(app, "lost").iloc[0]
    assert (row["name"], row["control"]) == ("ai-summariser", "7 → 6")
    app.text_area(key="what_if_changes").input('{"changes": [{"remove": "aws:nothing"}]}').run()
    assert not app.exception
    assert len(app.error) == 1 and "aws:nothing" in app.error[0].value.replace("\\", "")
    app.text_area(key="what_if_changes").input("{").run()
    assert len(app.error) == 1 and "line 1, column 2" in app.error[0].value.replace("\\", "")
