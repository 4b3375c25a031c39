"""Asked about one identity, the score knows what several identities that it holds do for one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.analysis_store import analysis
from analytics.reach import blast_radius
from analytics.score import Facts, score_of
from analytics.score_asked import asked_facts
from analytics.score_facts import facts_of_everyone
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.kinds import State
from graph.snapshot import open_snapshot
from tests.worlds.aws import World, world
from tests.worlds.names import Names
from tests.worlds.statements import allow, trust

A = Names("111111111111")
U, OTHER = A.user("u"), A.user("other")


def _facts(where: World, folder: Path) -> tuple[Facts, Facts, bool]:
    """Return the facts of the sweep, those of the question, and whether that verifies full control."""
    build_snapshot([where.build(folder / "evidence")], folder / "workspace", product_version="0")
    snapshot = open_snapshot(workspace=folder / "workspace")
    found = analysis(snapshot, None)
    swept = next(facts for node, facts in facts_of_everyone(snapshot, found) if node.id == U)
    subject = resolve_subject(snapshot, U)
    full = any(row.state is State.VERIFIED for row in blast_radius(snapshot, subject).admin_of)
    return swept, asked_facts(snapshot, found.jewels, subject, swept), full


@pytest.mark.parametrize("target", [U, OTHER])
def test_a_role_that_attaches_to_its_caller(target: str, tmp_path: Path) -> None:
    where = world().account("111111111111").user("u", keys=1).user("other")
    where.role("dst", allow("iam:AttachUserPolicy", on=target), trusts=trust(U))
    swept, asked, full = _facts(where, tmp_path)
    assert full is (target == U)
    assert bool(asked.control[0]) is full
    assert bool(score_of(asked).blockers) is full
    assert not swept.control[0], "the sweep leaves such sequences out"
    assert score_of(asked).score >= score_of(swept).score
    if full:
        assert asked.worst == (1, 1, 1)
        assert asked.jewels[0] >= 1
        assert score_of(asked).low >= 70


def test_where_nobody_helps_the_question_adds_nothing(tmp_path: Path) -> None:
    where = world().account("111111111111").user("u", allow("secretsmanager:GetSecretValue"), keys=1).secret("s")
    swept, asked, full = _facts(where, tmp_path)
    assert not full
    assert asked == swept
