"""The page of ways: lanes of systems, the table of hops, what could hide a way, links to it, names that hold markup."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from graph.build import build_snapshot
from tests.dashboard.conftest import ACCOUNT as HOSTILE_ACCOUNT
from tests.dashboard.conftest import HOSTILE, HOSTILE_NAME, OpenPage, Workspace
from tests.dashboard.reading import body, escaped, page_of, sound, text
from tests.worlds.aws import world
from tests.worlds.chain import APP, ROLE, SECRET, chain
from tests.worlds.entra import app_id, node
from tests.worlds.statements import allow

ADMIN = "admin:nordlicht.example"


def _build(folder: Path, evidence: Path) -> Path:
    build_snapshot([evidence], folder, product_version="0", as_of=None)
    return folder


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chain")
    return _build(folder / "ws", chain(folder / "evidence"))


@pytest.fixture
def away(tmp_path: Path) -> Path:
    folder = tmp_path / "away"
    folder.mkdir()
    return folder


def _lanes(app: AppTest) -> list[str]:
    return re.findall(r'nhi-lane-head"[^>]*>([^<]+)<b>', body(app))


def _stops(app: AppTest) -> list[tuple[str, int]]:
    """Return kind and lane of each box of the first way."""
    first = body(app).partition("nhi-hops")[0]
    return [
        (kind, int(lane))
        for lane, kind in re.findall(r'nhi-stop[^>]*grid-column:(\d+)[^>]*>.*?<span[^>]*>([^<]*)</span></div>', first)
    ]  # fmt: skip


def test_a_way_over_three_systems_is_drawn_in_three_lanes(
    company: Path, monkeypatch: pytest.MonkeyPatch, away: Path
) -> None:
    app = page_of(company, "path", monkeypatch, away, **{"from": "bob", "to": ADMIN})
    sound(app)
    assert '<div class="nhi-headline">GitHub → AWS → Entra</div>' in body(app)
    assert _lanes(app)[:3] == ["GitHub organization", "AWS account", "Entra tenant"]
    stops = _stops(app)
    assert stops[0] == ("GitHub user", 1)
    assert ("AWS role", 2) in stops and ("secret", 2) in stops
    assert stops[-1] == ("full control", 3)
    assert [lane for _, lane in stops] == sorted(lane for _, lane in stops), "this way never comes back"
    crossed = re.findall(r"nhi-go-joint\"><span[^>]*>\d+ · ([^<]+)<", body(app))
    assert crossed[:2] == ["OIDC trust", "stored secret"]
    assert "Way 1: " in app.expander[0].label.replace("\\", "")


def test_the_table_tells_grant_condition_and_evidence(
    company: Path, monkeypatch: pytest.MonkeyPatch, away: Path
) -> None:
    shown = text(page_of(company, "path", monkeypatch, away, **{"from": "bob", "to": ADMIN}))
    for part in (
        "GitHub organization acme → AWS account",
        "nhi-secretsmanager-getsecretvalue",
        "RoleManagement.ReadWrite.Directory",
        "only if nhi:currenttime DateLessThan 2027-01-01T00:00:00Z",
        "secretsmanager.list_secrets.json#/SecretList/0",
        "applications.json#/value/0",
    ):
        assert part in shown, part
    assert "To confirm it" not in shown


def test_an_unverified_hop_says_what_would_confirm_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Path
) -> None:
    folder = _build(tmp_path / "ws", chain(tmp_path / "evidence", {"purpose": app_id(APP)}))
    app = page_of(folder, "path", monkeypatch, away, **{"from": ROLE, "to": ADMIN})
    sound(app)
    assert "nhi-line-unverified" in body(app)
    assert "To confirm it: Say in declared/secrets what it holds" in text(app)


def test_within_one_system_there_is_one_lane_and_no_head_line(
    company: Path, monkeypatch: pytest.MonkeyPatch, away: Path
) -> None:
    app = page_of(company, "path", monkeypatch, away, **{"from": ROLE, "to": SECRET})
    sound(app)
    assert 'class="nhi-headline"' not in body(app) and 'class="nhi-go-joint"' not in body(app)
    assert _lanes(app) == ["AWS account"]


def test_no_way_says_what_could_hide_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Path) -> None:
    evidence = chain(tmp_path / "evidence", github_too=False)
    app = page_of(
        _build(tmp_path / "ws", evidence), "path", monkeypatch, away, **{"from": node(f"sp:{APP}"), "to": ROLE}
    )
    sound(app)
    assert "No way was found in what was collected" in app.warning[0].value
    shown = text(app)
    assert "Of Azure, GitHub there is no evidence at all: no way over it can be found" in shown
    assert "In the systems of both ends" in shown
    assert "What could hide one" in [each.value for each in app.subheader]


def test_what_was_read_is_not_named_as_unread(company: Path, monkeypatch: pytest.MonkeyPatch, away: Path) -> None:
    app = page_of(company, "path", monkeypatch, away, **{"from": "ann", "to": ROLE})
    sound(app)
    assert "Of Azure there is no evidence at all" in text(app)


def test_the_pickers_ask_again(company: Path, monkeypatch: pytest.MonkeyPatch, away: Path) -> None:
    app = page_of(company, "path", monkeypatch, away)
    sound(app)
    assert "Name where the way begins" in app.info[0].value
    app.text_input(key="path_from").input("bob")
    app.text_input(key="path_to").input(ADMIN).run()
    sound(app)
    ways = len(app.expander)
    assert ways >= 1
    app.number_input(key="path_count").set_value(1).run()
    assert len(app.expander) == 1
    app.number_input(key="path_hops").set_value(1).run()
    sound(app)
    assert "No way of at most 1 hop was found" in app.warning[0].value
    app.text_input(key="path_to").input("nobody at all").run()
    assert not app.exception
    assert len(app.error) == 1 and "holds nothing called" in app.error[0].value


def test_what_the_holder_presents_counts(open_page: OpenPage) -> None:
    """The sample's vendor role asks for an external id, which a stranger who states it has."""
    query = {"from": "aws:account:555566667777", "to": "arn:aws:iam::222233334444:role/vendors/vendor-backup"}
    app = open_page("path", **query)
    sound(app)
    before = body(app)
    app.text_area(key="path_context").input("sts:ExternalId=wrong").run()
    sound(app)
    assert body(app) != before
    assert "sts:externalid" in text(app)


def test_a_cluster_is_a_lane_of_its_own(open_page: OpenPage) -> None:
    app = open_page("path", **{"from": "aks-shop-identity", "to": "x"})
    assert not app.exception
    subject = "oidc://germanywestcentral.oic.prod-aks.azure.com/nordlicht/shop/system:serviceaccount:shop:checkout"
    app = open_page("path", **{"from": subject, "to": "payment-signing-key"})
    sound(app)
    assert _lanes(app) == ["Kubernetes cluster", "Entra tenant", "Azure subscription"]


def test_the_company_from_a_workflow_to_the_tenant(open_page: OpenPage) -> None:
    app = open_page("path", **{"from": "github:actions:nordlicht/reports", "to": ADMIN})
    sound(app)
    assert '<div class="nhi-headline">GitHub → AWS → Entra</div>' in body(app)
    twin = open_page("path", **{"from": "github:actions:nordlicht/invoices", "to": ADMIN})
    sound(twin)
    assert "could still hide one" in twin.warning[0].value
    assert not twin.expander


def test_pages_lead_to_the_ways(open_page: OpenPage) -> None:
    summariser = "arn:aws:iam::444455556666:role/service/ai-summariser"
    app = open_page("identity", id=summariser)
    assert f"path?from={quote(summariser, safe='')}&amp;to=aws%3Aadmin%3A444455556666" in body(app)
    app = open_page("path", **{"from": summariser, "to": "aws:admin:444455556666"})
    sound(app)
    assert "full control of nordlicht-data" in text(app)


def test_names_that_hold_markup_stay_text(open_page: OpenPage, workspace: Workspace) -> None:
    caller = f"arn:aws:iam::{HOSTILE_ACCOUNT}:user/caller"
    app = open_page("path", snapshot=workspace.hostile, **{"from": caller, "to": HOSTILE})
    sound(app)
    escaped(app)
    assert HOSTILE_NAME.rpartition("/")[2].replace("\u202e", "\\u202e") in text(app).replace("\\u202e", "\\u202e")
    app = open_page("path", snapshot=workspace.hostile, **{"from": HOSTILE, "to": caller})
    escaped(app)


def test_an_end_that_holds_markup_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Path) -> None:
    made = world().account("111111111111").user("ci", allow("s3:*")).build(tmp_path / "evidence")
    app = page_of(_build(tmp_path / "ws", made), "path", monkeypatch, away, **{"from": "<img src=x>", "to": "ci"})
    assert not app.exception
    assert len(app.error) == 1
    assert "<img" not in re.sub(r"\\.", "", app.error[0].value)
