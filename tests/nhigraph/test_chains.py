"""nhi chains on the sample company: section 5 of its story, its twins, and wrong use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nhigraph.running import Command

STAGING, PRODUCTION = "arn:aws:iam::333344445555", "arn:aws:iam::222233334444"
ONCALL, MANAGER = f"{STAGING}:user/people/ops-oncall", f"{PRODUCTION}:role/ci/release-manager"


def test_from_staging_into_production_widens_at_every_hop(sample: Command) -> None:
    data = sample("chains", "--from", ONCALL, "--to", MANAGER, "--format", "json").json
    (chain,) = data["chains"]
    assert [hop["target"].rpartition("/")[2] for hop in chain["hops"]] == [
        "staging-operator",
        "ci-runner",
        "release-manager",
    ]
    assert [hop["verdict"] for hop in chain["hops"]] == ["reset-gain"] * 3
    assert [next(iter(hop["gain"])) for hop in chain["hops"]] == ["H3", "H4", "H1"]
    (witness,) = chain["hops"][-1]["gain"]["H1"]
    assert witness == {"action": "iam:AttachRolePolicy", "resource": MANAGER, "conditional": False}
    assert chain["risk"] == {
        "worst": "H1",
        "full_control": ["aws:admin:222233334444"],
        "widens": True,
        "unprovable": 0,
    }
    assert chain["end_to_end"]["verdict"] == "exceeds"
    assert chain["adds_up"]["only_together"] is True
    assert data["cut_by"] == []


def test_it_is_among_the_worst_without_being_asked_for(sample: Command) -> None:
    chains = sample("chains", "--format", "json").json["chains"]
    assert (ONCALL, MANAGER) in {(chain["from"], chain["to"]) for chain in chains[:8]}


@pytest.mark.parametrize("who", [f"{STAGING}:role/ci/ci-docs-runner", f"{PRODUCTION}:role/ci/gha-shop-release"])
def test_the_twins_stay_silent(sample: Command, who: str) -> None:
    assert sample("chains", "--from", who, "--min-hops", "1", "--format", "json").json["chains"] == []


def test_a_story_for_people(sample: Command) -> None:
    out = sample("chains", "--from", ONCALL, "--to", MANAGER).out
    assert "gains H1: iam:AttachRolePolicy on " in out
    assert "End to end: exceeds what the first may do itself." in out
    assert "Adds up: no member has all of it" in out
    to_admin = sample("chains", "--from", ONCALL, "--to", "admin:222233334444").out
    assert "release-manager (222233334444) can give itself full control" in to_admin
    assert "Adds up" not in to_admin, "the last of them has it all"


def test_an_approved_envelope(sample: Command, tmp_path: Path) -> None:
    file = tmp_path / "approved.json"
    file.write_text('[{"Effect": "Allow", "Action": "*", "Resource": "*"}]', encoding="utf-8")
    question = ("chains", "--from", ONCALL, "--to", MANAGER, "--approved", str(file), "--format", "json")
    (chain,) = sample(*question).json["chains"]
    assert (chain["end_to_end"]["verdict"], chain["end_to_end"]["approved"]) == ("within", "stated")
    assert chain["adds_up"]["verdict"] == "within"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--session-policy", "x.json"),
        ("--from", "nobody-at-all"),
        ("--to", "admin:999900001111"),
        ("--approved", "no-such-file.json"),
        ("--min-hops", "0"),
        ("--state", "void"),
    ],
)
def test_wrong_use_is_told_in_words(sample: Command, wrong: tuple[str, ...]) -> None:
    answer = sample("chains", *wrong)
    assert answer.code == 2
    assert answer.err
    assert not answer.out
