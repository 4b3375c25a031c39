"""Questions about privilege on tenants: each answer beside the near-twin that is another one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.privilege import Answer, privilege
from graph.build import build_snapshot
from graph.snapshot import open_snapshot
from tests.worlds.entra import EntraWorldFiles, app_id, entra, node, secret, token

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LONG_AGO, LATELY = "2025-09-01T00:00:00Z", "2026-05-25T00:00:00Z"
GLOBAL = "RoleManagement.ReadWrite.Directory"
Ask = Callable[[EntraWorldFiles, str, str], tuple[Answer, str]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def answer(world: EntraWorldFiles, question: str, who: str) -> tuple[Answer, str]:
        result = build_snapshot([world.build(tmp_path / "evidence")], tmp_path, product_version="test", as_of=NOW)
        snapshot = open_snapshot(result.snapshot_id, tmp_path)
        (row,) = (row for row in privilege(snapshot, questions=[question]) if row.id == node(who))
        return row.verdict, row.reason

    return answer


def report(folder: Path, name: str, when: str) -> None:
    """Write the report of sign-ins, which worlds leave out as a collection does, unless it is asked for."""
    (place,) = (folder / "entra").iterdir()
    body = {"value": [{"appId": app_id(name), "lastSignInActivity": {"lastSignInDateTime": when}}]}
    (place / "reports.servicePrincipalSignInActivities.json").write_text(json.dumps(body), encoding="utf-8")


def app(**more: object) -> EntraWorldFiles:
    return entra().user("ann").app("pay", **{"owners": ["ann"], **more})  # type: ignore[arg-type]


SOON = secret("k", ends="2027-01-01T00:00:00Z")
OVER = secret("k", ends="2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("world", "verdict", "words"),
    [
        (app(secrets=[SOON]).grants("pay", GLOBAL), Answer.YES, "at any time, by a credential"),
        (app(federated=[token("repo:o/r:ref:refs/heads/main")]).grants("pay", GLOBAL), Answer.YES, "federated token"),
        (app(secrets=[OVER]).grants("pay", GLOBAL), Answer.NO, "no valid credential"),
        (app(secrets=[SOON], enabled=False).grants("pay", GLOBAL), Answer.NO, "disabled"),
        (app(secrets=[SOON]).grants("pay", "Sites.Selected"), Answer.NO, "neither"),
        (app(secrets=[SOON]).grants("pay", "Teapot.ReadWrite.All"), Answer.UNKNOWN, "Teapot.ReadWrite.All"),
        (app(secrets=[SOON]).role("sp:pay", "Global Administrator", eligible=True), Answer.NO, "only when activated"),
        (app(secrets=[SOON]).role("sp:pay", "Global Administrator"), Answer.YES, "at any time"),
        (
            app(secrets=[SOON]).role("ann", "Global Administrator").consent("pay", "Directory.AccessAsUser.All"),
            Answer.UNKNOWN,
            "depends",
        ),
        (
            app(secrets=[SOON]).without("roleManagement.directory.roleAssignments"),
            Answer.UNKNOWN,
            "not in the evidence",
        ),
    ],
)
def test_standing(ask: Ask, world: EntraWorldFiles, verdict: Answer, words: str) -> None:
    answer, reason = ask(world, "standing", "sp:pay")
    assert answer is verdict, reason
    assert words in reason


def test_a_managed_identity_whose_resource_was_not_looked_at(ask: Ask) -> None:
    answer, reason = ask(entra().managed_identity("mi").grants("mi", GLOBAL), "standing", "sp:mi")
    assert answer is Answer.UNKNOWN, reason


@pytest.mark.parametrize(
    ("world", "who", "verdict", "words"),
    [
        (app(), "sp:pay", Answer.NO, "still here"),
        (entra().user("ann", enabled=False).app("pay", owners=["ann"]), "sp:pay", Answer.YES, "disabled or has left"),
        (
            entra().blueprint("bp").agent("bot", "bp").agent_user("robby", "gone"),
            "robby",
            Answer.YES,
            "does not exist any more",
        ),
        (entra().blueprint("bp").agent("bot", "bp").agent_user("robby", "bot"), "robby", Answer.UNKNOWN, "named"),
        (
            entra().user("ann").blueprint("bp").agent("bot", "bp", sponsors=["ann"]),
            "sp:bot",
            Answer.NO,
            "still here",
        ),
        (entra().sp("vendor"), "sp:vendor", Answer.UNKNOWN, "another company's"),
        (entra().managed_identity("mi"), "sp:mi", Answer.UNKNOWN, "nobody declares"),
    ],
)
def test_orphaned(ask: Ask, world: EntraWorldFiles, who: str, verdict: Answer, words: str) -> None:
    answer, reason = ask(world, "orphaned", who)
    assert answer is verdict, reason
    assert words in reason


@pytest.mark.parametrize(
    ("when", "dormant", "unused"),
    [(LONG_AGO, Answer.YES, Answer.YES), (LATELY, Answer.NO, Answer.UNKNOWN), ("", Answer.UNKNOWN, Answer.UNKNOWN)],
)
def test_sign_ins(tmp_path: Path, when: str, dormant: Answer, unused: Answer) -> None:
    folder = app(secrets=[SOON]).grants("pay", GLOBAL).build(tmp_path / "evidence")
    if when:
        report(folder, "pay", when)
    result = build_snapshot([folder], tmp_path, product_version="test", as_of=NOW)
    snapshot = open_snapshot(result.snapshot_id, tmp_path)
    found = {row.question: row.verdict for row in privilege(snapshot) if row.id == node("sp:pay")}
    assert (found["dormant"], found["unused"]) == (dormant, unused)
