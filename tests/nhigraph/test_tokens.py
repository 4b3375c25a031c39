"""WHO as an OIDC token: subject, audience, claims."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.nhigraph.running import Command
from tests.worlds.aws import World, world
from tests.worlds.names import GITHUB, Names
from tests.worlds.statements import trust, web_trust

Build = Callable[[World], Command]
A, B, OUTSIDE = "111111111111", "222222222222", "999999999999"
NAMES = Names(A)
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def tokens(subject: str | list[str], *, operator: str = "StringEquals", audience: str = "sts.amazonaws.com") -> World:
    when: dict[str, dict[str, object]] = {"StringEquals": {f"{GITHUB}:aud": audience}}
    when.setdefault(operator, {})[f"{GITHUB}:sub"] = subject
    return world().account(A).oidc(GITHUB, audience).role("deploy", trusts=web_trust(NAMES.oidc(), when))


@pytest.mark.parametrize(
    ("subject", "state"),
    [
        ("repo:acme/shop:ref:refs/heads/main", "verified"),
        ("repo:acme/shop:ref:refs/heads/mainx", "no"),
        ("repo:acme-evil/shop:ref:refs/heads/main", "no"),
        ("repo:acme/shop:pull_request", "no"),
    ],
)
def test_a_concrete_subject(built: Build, subject: str, state: str) -> None:
    command = built(tokens("repo:acme/shop:ref:refs/heads/main"))
    assert command.state(f"oidc://{GITHUB}/{subject}", NAMES.role("deploy")) == state


def test_an_issuer_as_tokens_spell_it(built: Build) -> None:
    command = built(tokens("repo:acme/shop:ref:refs/heads/main"))
    who = f"oidc://https://{GITHUB}/repo:acme/"
    assert command.state(f"{who}shop:ref:refs/heads/main", NAMES.role("deploy")) == "verified"
    assert command.state(f"{who}shop:pull_request", NAMES.role("deploy")) == "no"


@pytest.mark.parametrize(
    ("subject", "state"),
    [("repo:acme/x:ref:y", "verified"), ("repo:acmex/x:ref:y", "no"), ("repo:acme", "no")],
)
def test_a_pattern(built: Build, subject: str, state: str) -> None:
    command = built(tokens("repo:acme/*", operator="StringLike"))
    assert command.state(f"oidc://{GITHUB}/{subject}", NAMES.role("deploy")) == state


def test_a_pattern_that_lets_a_look_alike_in(built: Build) -> None:
    command = built(tokens("repo:acme*", operator="StringLike"))
    assert command.state(f"oidc://{GITHUB}/repo:acme-evil/x:ref:y", NAMES.role("deploy")) == "verified"


def test_the_audience(built: Build, tmp_path: Path) -> None:
    subject = "repo:acme/shop:ref:refs/heads/main"
    command = built(tokens(subject, audience="deployer"))
    who, deploy = f"oidc://{GITHUB}/{subject}", NAMES.role("deploy")
    assert command.state(who, deploy) == "no", "the default audience is AWS's own"
    claims = tmp_path / "claims.json"
    for body, state in (
        ({"aud": "deployer"}, "verified"),
        ({"aud": ["deployer"]}, "verified"),
        ({"aud": "other"}, "no"),
        ({}, "no"),
    ):
        claims.write_text(json.dumps(body))
        assert command.state(who, deploy, "--claims", claims) == state, body
    assert command.state(who, deploy, "--context", f"{GITHUB}:aud=deployer") == "verified"


def test_claims_alone_name_the_subject(built: Build, tmp_path: Path) -> None:
    command = built(tokens("repo:acme/shop:ref:refs/heads/main"))
    claims = tmp_path / "claims.json"
    for subject, state in (("repo:acme/shop:ref:refs/heads/main", "verified"), ("repo:other/x", "no")):
        claims.write_text(json.dumps({"aud": "sts.amazonaws.com", "sub": subject, "run_attempt": 1, "x": {"y": True}}))
        assert command.state(f"oidc://{GITHUB}", NAMES.role("deploy"), "--claims", claims) == state


def test_a_token_becomes_a_role_and_goes_on(built: Build) -> None:
    subject = "repo:acme/shop:ref:refs/heads/main"
    command = built(tokens(subject).role("next", trusts=trust(NAMES.role("deploy"))))
    assert command.state(f"oidc://{GITHUB}/{subject}", NAMES.role("next")) == "verified"


def test_an_issuer_that_nobody_trusts(built: Build) -> None:
    command = built(tokens("x"))
    assert command("blast-radius", "oidc://gitlab.example.com/project").code == 2


def test_claims_without_a_token_are_refused(sample: Command, tmp_path: Path) -> None:
    (tmp_path / "claims.json").write_text("{}")
    answer = sample("blast-radius", "svc-tracking", "--claims", tmp_path / "claims.json")
    assert answer.code == 2
    assert "oidc://" in answer.err
