"""leak: GitHub's tokens with checksum and digest, other vendors' kinds, equal values by fingerprint."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from analytics.leaks.github import checksum_fits
from analytics.leaks.other import _KNOWN
from collectors.evidence.token_shapes import TOKEN_SHAPES
from tests.collectors.evidence.test_redact import TOKENS
from tests.nhigraph.leaked import BODY, answer, github_classic, jwt, rows
from tests.nhigraph.running import Command
from tests.worlds.aws import world
from tests.worlds.statements import trust

A = "111111111111"


@pytest.mark.parametrize(
    ("token", "fits"),
    [
        ("ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17", True),
        (github_classic(), True),
        ("ghp_" + "abcdefghijklmnopqrstuvwxyz0123" + "2LolCm", True),
        (github_classic(tail="0uCPls"), False),
        (github_classic(letter="B"), False),
        ("ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkj" + "0mLq17", False),
        ("github_pat_" + BODY + BODY + "__", None),
        ("ghs_1234_" + jwt({"iss": "1234"}), None),
    ],
)
def test_checksums(token: str, fits: bool | None) -> None:
    assert checksum_fits(token) is fits


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("ghp_", "personal access token (classic)"),
        ("gho_", "OAuth"),
        ("ghu_", "user access token"),
        ("ghr_", "refresh token"),
        ("ghs_", "installation token"),
    ],
)
def test_a_github_token_tells_kind_checksum_and_digest(sample: Command, prefix: str, kind: str) -> None:
    token = github_classic(prefix)
    row = answer(sample, text=f"token: {token}\n")
    assert kind in row["kind"]
    assert (row["checksum"], row["identity"], row["matched_by"]) == (True, None, "none")
    digest = base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()
    assert row["digests"] == {"github hashed_token": digest}
    assert "No token that was collected has its digest" in row["note"]
    assert "A" * 30 not in sample("leak", text=token).out


def test_a_wrong_checksum_is_no_token(sample: Command) -> None:
    row = answer(sample, text=github_classic(tail="0uCPls"))
    assert (row["checksum"], row["digests"]) == (False, {})
    assert "gave out no such token" in row["note"]


def test_a_fine_grained_token_has_no_known_checksum(sample: Command) -> None:
    row = answer(sample, text="github_pat_" + BODY + BODY + "__")
    assert row["checksum"] is None
    assert row["kind"].endswith("(fine-grained)")
    assert row["digests"]


def test_a_stateless_token_tells_its_app(sample: Command) -> None:
    token = "ghs_4711_" + jwt({"iss": "4711", "sub": "x"})
    row = answer(sample, text=token)
    assert row["id"] == "ghs_4711_…"
    assert (row["checksum"], row["claims"]) == (None, {}), "GitHub says not to depend on what is in it"
    assert "GitHub App 4711" in row["note"]


def test_digests_stay_nowhere(sample: Command) -> None:
    token = github_classic("gho_")
    digest = answer(sample, text=token)["digests"]["github hashed_token"].encode()
    files = [path for path in sample.workspace.rglob("*") if path.is_file()]
    assert not [path for path in files if digest in path.read_bytes()]


@pytest.mark.parametrize("name", sorted(TOKENS))
def test_every_shape_of_token_is_told_and_never_shown(sample: Command, name: str) -> None:
    token = TOKENS[name]
    text = f"value={token}\n"
    if name == "aws_secret_access_key":
        text = f"aws_secret_access_key={token}\n"
    for form in ("table", "json", "csv"):
        told = sample("leak", "--format", form, text=text)
        assert told.code in (0, 2), told.err
        assert token not in told.out + told.err
        assert token[20:40] not in told.out + told.err


def test_every_kind_has_words() -> None:
    own = {"entra_client_secret", "github_token", "jwt", "azure_account_key", "azure_sas"}
    assert {shape.kind for shape in TOKEN_SHAPES} == _KNOWN.keys() | own


def test_many_in_one_text_keep_their_order(sample: Command) -> None:
    text = "\n".join(["GITLAB=glpat-" + "a" * 20, "AKIA" + "THPRDSKWOABHLRME", github_classic(), "npm_" + "b" * 36])
    assert [(row["system"], row["line"]) for row in rows(sample, text=text)] == [
        ("gitlab", 1),
        ("aws", 2),
        ("github", 3),
        ("npm", 4),
    ]


@pytest.mark.parametrize("text", ["", "hello", "ghp_short", "a" * 40 + " is a commit", "x" * 200_000])
def test_what_holds_nothing(sample: Command, text: str) -> None:
    told = sample("leak", text=text)
    assert told.code == 2
    assert "no id and no credential" in told.err


def test_an_equal_value_in_a_variable_is_found(tmp_path: Path) -> None:
    token = github_classic()
    command = Command(tmp_path / "workspace")
    place = world().account(A).role("worker", trusts=trust(A)).function("deployer", "worker")
    place.here.functions["deployer"]["Environment"] = {"Variables": {"GH_TOKEN": token, "OTHER": "plain"}}
    command.build(place.build(tmp_path / "evidence"))
    row = answer(command, text=token)
    assert row["found_in"] == [f"{place.names.function('deployer')} variable GH_TOKEN"]
    assert answer(command, text=github_classic("gho_"))["found_in"] == []
    (command.workspace / "fingerprint.key").unlink()
    assert answer(command, text=token)["found_in"] == []
    assert not (command.workspace / "fingerprint.key").exists(), "asking makes no key"
