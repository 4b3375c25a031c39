"""The page of coverage: what was looked at, what was not, what that hides, and what it costs the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.looked_at import (
    NOT_SEEN,
    by_operation,
    by_system,
    joint_frame,
    looked_at_frame,
    outcome_counts,
    places,
    unverified_steps,
)
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node
from graph.snapshot import Snapshot, SnapshotMeta, open_snapshot, write_snapshot
from tests.dashboard.conftest import HOSTILE_TAG, OpenPage
from tests.dashboard.reading import body, choose, escaped, frame, page_of, sound, text

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
ROLE = "arn:aws:iam::111111111111:role/a"
JOINTS = [{"joint": "x to y", "of": "things", "matched": 3, "unverified": 0, "ambiguous": 2, "unmatched": 5}]


def _row(scope: str, operation: str, presence: str, **more: Any) -> dict[str, Any]:
    said = {"permission": operation.replace(".", ":"), "lost": f"What {operation} tells.", "calls": 1}
    return {"source": "aws", "scope": scope, "region": "", "operation": operation, "presence": presence, **said, **more}


def _snapshot(folder: Path, rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Any] | None = None) -> Snapshot:
    graph = IdentityGraph()
    for name in ("a", "b"):
        graph.add_node(Node(ROLE[:-1] + name, NodeKind.AWS_ROLE, name, "aws", "111111111111"))
    graph.add_node(Node("aws:account:111111111111", NodeKind.AWS_ACCOUNT, "shop", "aws", "111111111111"))
    graph.add_node(
        Node("aws:account:222222222222", NodeKind.AWS_ACCOUNT, "far", "aws", "222222222222", collected=False)
    )
    graph.add_edge(Edge(ROLE, ROLE[:-1] + "b", EdgeKind.CAN_ASSUME, True, state=State.UNVERIFIED))
    graph.add_edge(Edge(ROLE[:-1] + "b", ROLE, EdgeKind.CAN_ASSUME, True))
    meta = SnapshotMeta(AS_OF, "test", {"world": "ab" * 32}, {"as_of_known": True, "joints": JOINTS, **(facts or {})})
    return open_snapshot(write_snapshot(graph, folder, meta, rows), folder)


ROWS = (
    _row("111111111111", "iam.list_roles", "present", outcome="ok", objects=7, ended_at="2026-05-30T10:00:00Z"),
    _row("111111111111", "iam.list_users", "empty", outcome="ok", ended_at="2026-05-31T10:00:00Z"),
    _row("111111111111", "s3.list_buckets", "failed", outcome="denied", reason="AccessDenied (1 of 1 calls)"),
    _row("111111111111", "s3.get_bucket_policy", "failed", outcome="failed", reason="Throttled", guard=True),
    _row("111111111111", "kms.list_keys", "partial", outcome="denied", reason="AccessDenied (1 of 9 calls)"),
    _row("111111111111", "ec2.describe_regions", "absent", outcome="skipped", told="regions were given"),
    _row("333333333333", "iam.list_roles", "absent"),
    _row("333333333333", "iam.list_users", "failed", reason="AccessDenied (1 of 1 calls)"),
)


def test_every_outcome_has_a_word_of_its_own(tmp_path: Path) -> None:
    found = looked_at_frame(_snapshot(tmp_path, ROWS))
    assert outcome_counts(found) == {
        "refused": 2, "failed": 1, "incomplete": 1, "skipped": 1, "not made": 1, "empty": 1, "read": 1
    }  # fmt: skip
    by_name = {(row.scope, row.operation): row for row in found.itertuples()}
    skipped = by_name["111111111111", "ec2.describe_regions"]
    assert (skipped.outcome, skipped.reason) == ("skipped", "regions were given")
    assert by_name["111111111111", "s3.get_bucket_policy"].guard
    assert not by_name["111111111111", "s3.list_buckets"].guard
    # A folder without a manifest holds the refusal itself.
    assert by_name["333333333333", "iam.list_users"].outcome == "refused"


def test_systems_are_counted_and_have_an_age(tmp_path: Path) -> None:
    rows = by_system(looked_at_frame(_snapshot(tmp_path, ROWS))).set_index("scope")
    shop = rows.loc["111111111111"]
    assert (shop["system"], shop["seen"], shop["refused"], shop["not made"]) == ("AWS account shop", 2, 1, 0)
    assert (shop["calls"], shop["objects"], shop["ended_at"]) == (6, 7, "2026-05-31T10:00:00Z")
    assert rows.loc["333333333333", "ended_at"] == ""


def test_operations_are_counted_over_places(tmp_path: Path) -> None:
    many = [_row(f"{number:012}", "iam.list_roles", "absent") for number in range(250)]
    found = looked_at_frame(_snapshot(tmp_path, many))
    (row,) = by_operation(found[found["outcome"].isin(NOT_SEEN)]).to_dict("records")
    assert (row["operation"], row["outcome"], row["places"], row["systems"]) == ("iam.list_roles", "not made", 250, 250)
    assert (row["permission"], row["lost"]) == ("iam:list_roles", "What iam.list_roles tells.")
    page, count = places(found, "iam.list_roles", "not made", 2, 100)
    assert (len(page), count) == (50, 250)
    assert page["scope"].iloc[0] == "000000000200"


def test_joints_and_unverified_steps_are_those_of_the_build(tmp_path: Path) -> None:
    snapshot = _snapshot(tmp_path, ROWS)
    (row,) = joint_frame(snapshot).to_dict("records")
    assert row == {**JOINTS[0], "impossible": 0}
    assert unverified_steps(snapshot) == (1, 2)


@pytest.fixture
def away(tmp_path: Path) -> Path:
    folder = tmp_path / "away"
    folder.mkdir()
    return folder


def test_the_page_of_the_company(open_page: OpenPage) -> None:
    app: AppTest = open_page("coverage")
    sound(app)
    numbers = {metric.label: metric.value for metric in app.metric}
    assert (numbers["Refused"], numbers["Failed"]) == ("1", "1")
    operations = frame(app, "lost")
    assert list(operations["operation"])[:2] == ["secretsmanager.list_secrets", "secretsmanager.get_resource_policy"]
    assert operations["permission"].iloc[0] == "secretsmanager:ListSecrets"
    assert operations["lost"].iloc[0] == "Secrets: names, ages, rotation."
    systems = frame(app, "newest")
    assert systems["system"].iloc[0] == "AWS account nordlicht-data", "what was refused comes first"
    assert systems["newest"].iloc[0] == "2026-11-01 05:58"
    assert all(str(when).startswith("2026-11-01 05:5") for when in systems["newest"])
    joints = frame(app, "joint").set_index("joint")
    assert int(str(joints.loc["stored secret to credential", "matched"])) > 0
    rules = frame(app, "not_judged").set_index("rule")
    assert "Nothing says which environment it is of." in str(rules.loc["cross-environment", "why"])
    assert "AWS 666677778888" in text(app)


def test_the_page_filters_and_shows_the_places(open_page: OpenPage) -> None:
    app = open_page("coverage")
    app.multiselect(key="coverage_outcome").set_value(["refused", "failed"]).run()
    sound(app)
    operations = frame(app, "lost")
    assert set(operations["outcome"]) == {"refused", "failed"}
    app = choose(app, f"coverage operations {len(operations)}", 0)
    sound(app)
    found = frame(app, "region")
    assert list(found["region"]) == ["eu-west-1"]
    assert "AccessDeniedException" in found["reason"].iloc[0]
    app.text_input(key="coverage_scope").input("nordlicht-staging").run()
    assert "Nothing of that kind" in next(each.value for each in app.info)
    app.multiselect(key="coverage_outcome").set_value([]).run()
    app.multiselect(key="coverage_source").set_value(["entra"]).run()
    app.text_input(key="coverage_scope").input("").run()
    sound(app)
    assert set(frame(app, "lost")["source"]) == {"entra"}
    app.text_input(key="coverage_operation").input("policies").run()
    assert all("policies" in name or "Polic" in name for name in frame(app, "lost")["operation"])


def test_many_places_are_shown_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Path) -> None:
    _snapshot(tmp_path / "ws", [_row(f"{number:012}", "iam.list_roles", "absent") for number in range(250)])
    app = choose(page_of(tmp_path / "ws", "coverage", monkeypatch, away), "coverage operations 1", 0)
    sound(app)
    assert len(frame(app, "region")) == 100
    app.number_input(key="places iam.list_roles not made").set_value(3).run()
    assert len(frame(app, "region")) == 50


def test_nothing_told_is_not_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Path) -> None:
    _snapshot(tmp_path / "ws", [])
    app = page_of(tmp_path / "ws", "coverage", monkeypatch, away)
    sound(app)
    assert "nothing here is known to be complete" in app.info[0].value


def test_a_system_is_linked_by_its_scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Path) -> None:
    _snapshot(tmp_path / "ws", ROWS)
    app = page_of(tmp_path / "ws", "coverage", monkeypatch, away, scope="333333333333")
    sound(app)
    assert set(frame(app, "lost")["operation"]) == {"iam.list_roles", "iam.list_users"}
    assert "AWS far" in text(app)


def test_reasons_that_hold_markup_stay_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Path) -> None:
    rows = [
        _row("111111111111", "iam.list_roles", "failed", reason=HOSTILE_TAG, lost=HOSTILE_TAG, permission=HOSTILE_TAG)
    ]
    _snapshot(tmp_path / "ws", rows, {"gaps": [{"source": "aws", "operation": "x", "reason": HOSTILE_TAG}]})
    app = choose(page_of(tmp_path / "ws", "coverage", monkeypatch, away), "coverage operations 1", 0)
    sound(app)
    escaped(app)
    assert "&lt;script&gt;" in body(app)
