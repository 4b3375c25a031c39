"""`nhi cut`: options, what a terminal tells, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, A, here
from tests.nhigraph.running import Command
from tests.worlds.aws import World
from tests.worlds.statements import allow, trust

SUMMARISER = "arn:aws:iam::444455556666:role/service/ai-summariser"
STATEMENT = "aws:statement:arn:aws:iam::444455556666:policy/service/ai-summariser#4"


HERE = ("--to", "admin:444455556666")
"""Its own account: the tenant it has by another statement."""


def test_the_summariser_is_cut_off_by_the_statement_that_grew(sample: Command) -> None:
    data = sample("cut", "--from", SUMMARISER, *HERE, "--format", "json").json
    assert [row["id"] for row in data["grants"]] == [STATEMENT]
    assert (data["status"], data["cost"], data["gap"], data["checked"]) == ("optimal", 1, 0, True)
    assert [row["id"] for row in data["also_stopped"]] == [SUMMARISER]
    told = sample("cut", "--from", SUMMARISER, *HERE)
    assert "Take away 1 grant, cost 1; no cut is cheaper" in told.out
    assert "permissions evaluated again" in told.out
    assert "#/Policies/0/PolicyVersionList/0/Document/Statement/4" in told.out
    assert "searched for" in told.err


def test_what_must_stay_and_what_is_dear(sample: Command, tmp_path: Path) -> None:
    kept = sample("cut", "--from", SUMMARISER, *HERE, "--keep", STATEMENT, "--no-recheck", "--format", "json").json
    assert kept["kept"] == [STATEMENT]
    assert kept["cost"] == 2
    assert (kept["checked"], kept["not_checked_because"]) == (False, "not asked for (--no-recheck)")
    weights = tmp_path / "weights.csv"
    weights.write_text(f"{STATEMENT},10\n", encoding="utf-8")
    dear = sample("cut", "--from", SUMMARISER, *HERE, "--weights", weights, "--no-recheck", "--format", "json").json
    assert dear["cost"] == 2
    assert STATEMENT not in {row["id"] for row in dear["grants"]}
    told = sample("cut", "--from", SUMMARISER, *HERE, "--keep", "*", "--format", "table")
    assert "No removal of grants separates them." in told.out
    assert "grants that must stay carry it" in told.out
    assert told.code == 0


def test_several_ends_and_patterns(sample: Command) -> None:
    data = sample(
        "cut", "--from", "arn:aws:iam::333344445555:role/ci/*", "--from", SUMMARISER, "--to", "admin:222233334444",
        "--to", "admin:444455556666", "--state", "verified", "--alternatives", "3", "--format", "json",
    ).json  # fmt: skip
    assert data["sources"]["asked"] == 3
    assert data["to"] == ["aws:admin:222233334444", "aws:admin:444455556666"]
    assert data["state"] == "verified"
    assert data["checked"]
    assert len({tuple(cut) for cut in data["alternatives"]}) == len(data["alternatives"])


def test_no_time_gives_a_cut_with_a_bound(sample: Command) -> None:
    data = sample("cut", "--time-limit", "0", "--no-recheck", "--format", "json").json
    assert data["lower_bound"] <= 21 <= data["cost"]
    assert data["status"] == ("optimal" if data["lower_bound"] == data["cost"] else "bounded")


def test_wrong_use_is_one_line(sample: Command, tmp_path: Path) -> None:
    for arguments, word in (
        (["--keep", "aws:trust:nobody"], "matches no grant"),
        (["--weights", str(tmp_path / "none.csv")], "cannot be read"),
        (["--state", "sure"], "none of verified"),
        (["--from", "nobody-of-that-name"], "holds nothing called"),
        (["--from", SUMMARISER, "--from", SUMMARISER, "--context", "a=b"], "name one WHO"),
    ):
        answer = sample("cut", *arguments)
        assert answer.code == 2, arguments
        assert word in answer.err


def test_an_estate_without_ways_has_nothing_to_cut(built: Callable[[World], Command]) -> None:
    where = here().role("twin", allow("s3:GetObject"), trusts=trust(ACCOUNT)).user("ci", allow("sts:AssumeRole"))
    command = built(where)
    told = command("cut", "--from", CI, "--to", ADMIN)
    assert "There is nothing to cut." in told.out
    data = command("cut", "--from", A.root, "--to", ADMIN, "--format", "json").json
    assert (data["status"], data["cost"], data["uncuttable_count"]) == ("uncuttable", None, 1)
