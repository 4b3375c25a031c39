"""Taking grants of GitHub away: what is gone, what is left, and what cannot be taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.aws.to_records import to_records as to_aws_records
from collectors.evidence.reader import read_evidence
from collectors.github.to_records import to_records
from graph.build import graph_of
from graph.changing.github import without_grant
from graph.records import BuildInput
from tests.graph.edges_github.technique_case import ISSUER, trusting
from tests.worlds.github import GitHubWorldFiles, github, place
from tests.worlds.view import View


def _app() -> GitHubWorldFiles:
    return github().owner("olga").user("bob").repo("app")


_BOTH: dict[str, Any] = {"contents": "write", "workflows": "write"}


@pytest.mark.parametrize(
    ("world", "grant", "source", "target"),
    [
        (_app().access("bob", "write"), "github:role:acme/app:user:bob", "bob", "actions:app"),
        (_app().team("ops", "bob", app="write"), "github:role:acme/app:team:acme/ops", "team:ops", "actions:app"),
        (_app().team("ops", "bob", app="write"), "github:membership:acme/ops:bob", "bob", "team:ops"),
        (_app(), "github:role:acme:user:olga", "olga", "admin:acme"),
        (_app(), "github:membership:acme:bob", "bob", "members"),
        (_app().base("write"), "github:role:acme:members:acme", "members", "actions:app"),
        (_app().deploy_key(7), "github:key:7", "key:7", "actions:app"),
        (_app().app(7, **_BOTH), "github:app:7", "app:7", "actions:app"),
        (
            _app().access("bob", "write").branch("main", approvals=1, bypass=["bob"]),
            "github:rule:acme/app:main:user:bob",
            "bob",
            "branch:app:main",
        ),
        (
            _app().access("bob", "write").environment("prod", reviewers=["bob"]),
            "github:reviewer:acme/app:prod:user:bob",
            "bob",
            "env:app:prod",
        ),
    ],
)
def test_a_grant_and_what_rests_on_it(
    world: GitHubWorldFiles, grant: str, source: str, target: str, tmp_path: Path
) -> None:
    records = to_records(read_evidence([world.build(tmp_path)]))
    before = View(*graph_of(BuildInput(github=records), "before"))
    assert any(grant in hop.grants for hop in before.hops(source=place(source), target=place(target)))
    changed = without_grant(records, grant)
    assert changed is not None
    after = View(*graph_of(BuildInput(github=changed), "after"))
    assert after.hops(source=place(source), target=place(target)) == ()
    assert grant not in after.graph.grants


def test_a_list_of_everybody_does_not_bring_back_what_a_team_gave(tmp_path: Path) -> None:
    world = _app().team("ops", "bob", app="write").access("bob", "write", affiliation="all")
    records = to_records(read_evidence([world.build(tmp_path)]))
    changed = without_grant(records, "github:membership:acme/ops:bob")
    assert changed is not None
    view = View(*graph_of(BuildInput(github=changed), "after"))
    assert view.hops(source=place("bob"), target=place("actions:app")) == ()


def test_what_is_not_there(tmp_path: Path) -> None:
    records = to_records(read_evidence([_app().build(tmp_path)]))
    assert without_grant(records, "github:key:99") is None


def test_without_actions_no_run_has_a_token(tmp_path: Path) -> None:
    trusting("repo:acme/app:*", exact=False).build(tmp_path)
    evidence = read_evidence([_app().branch("main", protected=False).build(tmp_path)])
    records, aws = to_records(evidence), to_aws_records(evidence)
    subject, grant = f"{ISSUER}/repo:acme/app:*", "github:actions-enabled:acme/app"
    before = View(*graph_of(BuildInput(aws, github=records), "before"))
    (hop,) = before.hops(source=place("actions:app"), target=subject)
    assert hop.grants == (grant,)
    changed = without_grant(records, grant)
    assert changed is not None
    after = View(*graph_of(BuildInput(aws, github=changed), "after"))
    assert {hop.grants for hop in after.hops(target=subject)} == {()}
    assert {hop.technique for hop in after.hops(target=place("actions:app"))} == {"github-enable-actions"}
