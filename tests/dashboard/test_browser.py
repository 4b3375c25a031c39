"""The way of a person through the pages in a real browser: no request leaves this machine, no error in the console."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from tests.dashboard.conftest import APP, HOSTILE, WORKSPACE_VARIABLE, Workspace
from tests.repository import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

pytestmark = pytest.mark.needs_browser

PATIENCE = 30_000
LOCAL = {"127.0.0.1", "localhost", ""}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = _free_port()
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "streamlit", "run", str(APP), "--server.address", "127.0.0.1",
               "--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none",
               "--browser.gatherUsageStats", "false", "--client.toolbarMode", "minimal"]  # fmt: skip
    environment = {**os.environ, WORKSPACE_VARIABLE: str(workspace.folder), "PYTHONPATH": os.fspath(ROOT)}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}", server, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not start: {log.read_text(encoding='utf-8', errors='replace')}")


@contextmanager
def _browser(executable: str) -> Iterator[tuple[Page, list[str], list[str]]]:
    """Yield a page, the hosts that it asked, and errors of its console."""
    from playwright.sync_api import sync_playwright

    hosts: list[str] = []
    errors: list[str] = []

    def told(dialog: Dialog) -> None:
        errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: hosts.append(urlsplit(request.url).hostname or ""))
        page.on("websocket", lambda channel: hosts.append(urlsplit(channel.url).hostname or ""))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", told)
        try:
            yield page, hosts, errors
        finally:
            browser.close()


def _click_first_row(page: Page) -> None:
    """Click into the first row of the first table, which is a canvas: heading and row are 35 pixels high each."""
    table = page.locator("[data-testid=stDataFrame]").first
    table.locator("canvas").first.wait_for()
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(700)
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 120, box["y"] + 52)


def test_from_the_overview_to_the_ways_of_one_role(address: str, browser_executable: str) -> None:
    with _browser(browser_executable) as (page, hosts, errors):
        page.goto(address)
        page.get_by_role("heading", name="Who has full control of a scope").wait_for()
        page.get_by_role("link", name="Inventory", exact=True).click()
        page.get_by_role("heading", name="Inventory").wait_for()

        search = page.get_by_placeholder("name, ARN, owner or account")
        search.fill("ai-summariser")
        search.press("Enter")
        page.get_by_text("1 identity of 125").wait_for()
        _click_first_row(page)

        page.get_by_role("heading", name="ai-summariser").wait_for()
        page.get_by_text("full control of nordlicht-data", exact=True).first.wait_for()
        steps = page.locator(".nhi-steps").first
        steps.wait_for()
        assert "lambda:UpdateFunctionCode" in steps.inner_text()
        drawing = page.locator("[data-testid=stGraphVizChart] svg")
        drawing.wait_for()
        page.locator("[data-testid=stGraphVizChart] svg .node").first.wait_for()
        assert drawing.locator(".node").count() > 10
        assert "platform-maintenance" in (drawing.text_content() or "")
        boxes = {
            name: drawing.locator(".node", has_text=name).first.bounding_box() for name in ("AWS role", "full control")
        }
        subject, control = boxes["AWS role"], boxes["full control"]
        assert subject and control and subject["x"] < control["x"]

        page.get_by_role("link", name="Findings", exact=True).click()
        page.get_by_role("heading", name="What was judged").wait_for()
        _click_first_row(page)
        page.get_by_text("Evidence", exact=True).wait_for()
        page.get_by_text("NHI5:2025").wait_for()
        assert page.locator("[data-testid=stException]").count() == 0

    assert set(hosts) <= LOCAL
    assert not errors


def test_radius_pools_chains_cuts_and_what_if(address: str, browser_executable: str) -> None:
    with _browser(browser_executable) as (page, hosts, errors):
        page.goto(address)
        page.get_by_role("link", name="Blast radius", exact=True).click()
        page.get_by_role("heading", name="Blast radius").wait_for()
        page.get_by_label("Who").fill("svc-integration")
        page.get_by_label("Who").press("Enter")
        page.locator("[data-testid=stGraphVizChart] svg .node").first.wait_for()
        page.get_by_role("heading", name="What it reaches").wait_for()

        page.get_by_role("link", name="Pools", exact=True).click()
        page.get_by_role("heading", name="Pools").wait_for()
        _click_first_row(page)
        page.get_by_role("heading", name="What whoever holds it reaches").wait_for()

        page.get_by_role("link", name="Chains", exact=True).click()
        page.get_by_role("heading", name="Chains of delegation").wait_for()
        _click_first_row(page)
        page.get_by_role("heading", name="End to end").wait_for()
        assert "reset-gain" in page.locator(".nhi-steps").first.inner_text()

        page.get_by_role("link", name="Cuts", exact=True).click()
        page.get_by_role("heading", name="Cuts").wait_for()
        page.get_by_role("button", name="Find the fewest grants").click()
        page.get_by_role("heading", name="What else stops").wait_for(timeout=2 * PATIENCE)
        page.get_by_text("proven fewest", exact=True).wait_for()
        page.get_by_role("button", name="Suppose they were gone").click()

        page.get_by_role("heading", name="What if").wait_for()
        page.get_by_role("heading", name="Whose reach differs").wait_for(timeout=2 * PATIENCE)
        assert "release-manager:inline:release#0" in page.get_by_label("Changes (JSON)").input_value()
        assert page.locator("[data-testid=stException]").count() == 0

    assert set(hosts) <= LOCAL
    assert not errors


def test_a_way_over_systems_and_what_was_looked_at(address: str, browser_executable: str) -> None:
    with _browser(browser_executable) as (page, hosts, errors):
        page.goto(address)
        page.get_by_role("link", name="Path", exact=True).click()
        page.get_by_role("heading", name="Path").wait_for()
        page.get_by_label("From").fill("vendor-logtail")
        page.get_by_label("From").press("Enter")
        page.get_by_label("To", exact=True).fill("parcel-mailer")
        page.get_by_label("To", exact=True).press("Enter")
        page.locator(".nhi-lanes").first.wait_for()
        assert page.locator(".nhi-headline").first.inner_text() == "AWS → Entra"
        heads = [head.bounding_box() for head in page.locator(".nhi-lanes").first.locator(".nhi-lane-head").all()]
        stops = [stop.bounding_box() for stop in page.locator(".nhi-lanes").first.locator(".nhi-stop").all()]
        assert len(heads) == 2 and len(stops) == 4
        middles = [box["x"] + box["width"] / 2 for box in (*heads, *stops) if box]
        aws, entra, *on = middles
        assert [abs(middle - aws) < 2 for middle in on] == [True, True, False, False]
        assert [abs(middle - entra) < 2 for middle in on] == [False, False, True, True]
        heights = [box["y"] for box in stops if box]
        assert heights == sorted(heights), "the way runs downwards"
        table = page.locator(".nhi-hops").first
        assert "declared/secrets.csv#/" in table.inner_text()
        page.get_by_role("link", name="parcel-mailer", exact=True).first.click()
        page.get_by_role("heading", name="parcel-mailer").wait_for()

        page.get_by_role("link", name="Coverage", exact=True).click()
        page.get_by_role("heading", name="Coverage").wait_for()
        page.get_by_role("heading", name="Joints between systems").wait_for()
        page.get_by_role("heading", name="Outside of what was collected").wait_for()
        page.locator("[data-testid=stDataFrame]").nth(1).locator("canvas").first.wait_for()
        assert page.locator("[data-testid=stException]").count() == 0
    assert set(hosts) <= LOCAL
    # The link to the identity loads a page below the root, where Streamlit looks for its server first: 404.
    assert not [error for error in errors if "404" not in error]


def test_a_hostile_name_does_nothing_in_the_browser(
    address: str, browser_executable: str, workspace: Workspace
) -> None:
    with _browser(browser_executable) as (page, hosts, errors):
        page.goto(f"{address}/identity?id={quote(HOSTILE, safe='')}&snapshot={workspace.hostile}")
        page.locator("[data-testid=stGraphVizChart] svg .node").first.wait_for()
        assert page.locator("main img, main script, section img").count() == 0
        assert "/<img src=x onerror=alert(1)>" in page.get_by_role("heading", level=1).inner_text()
        assert "<img src=x" in (page.locator("[data-testid=stGraphVizChart] svg").text_content() or "")
        page.get_by_role("link", name="Inventory", exact=True).click()
        page.get_by_role("heading", name="Inventory").wait_for()
        page.wait_for_timeout(500)
    assert set(hosts) <= LOCAL
    # A deep link makes Streamlit look for its server below the page's path first, which answers 404.
    assert not [error for error in errors if "404" not in error]
