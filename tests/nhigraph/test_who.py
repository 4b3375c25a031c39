"""WHO: every form of it, and what its holder can present."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.nhigraph.running import Command
from tests.worlds.aws import World, unique_id, world
from tests.worlds.names import GITHUB, Names
from tests.worlds.statements import allow, document, trust, web_trust

Build = Callable[[World], Command]
A, B, OUTSIDE = "111111111111", "222222222222", "999999999999"
NAMES = Names(A)
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def people() -> World:
    """A user with a key and no device, one with a device, roles, a role with a path, a name that two bear."""
    return (
        world()
        .account(A)
        .user("plain", allow("sts:AssumeRole"), keys=1)
        .user("careful", allow("sts:AssumeRole"), keys=1, mfa=True, password=True)
        .user("twice", allow("s3:ListAllMyBuckets"))
        .role("twice", trusts=trust(A))
        .role("runner", allow("sts:AssumeRole"), trusts=trust(A), path="/ci/")
        .role("guarded", trusts=trust(A, when=MFA))
        .role("open", trusts=trust(A))
    )


@pytest.fixture
def estate(built: Build) -> Command:
    return built(people())


def key_of(user: str) -> str:
    return "AKIA" + unique_id("AIDA", NAMES.user(user))[4:19] + "A"


@pytest.mark.parametrize(
    ("who", "subject"),
    [
        (NAMES.user("plain"), NAMES.user("plain")),
        ("plain", NAMES.user("plain")),
        (unique_id("AIDA", NAMES.user("plain")), NAMES.user("plain")),
        (unique_id("AROA", NAMES.role("ci/runner")), NAMES.role("ci/runner")),
        (unique_id("AROA", NAMES.role("ci/runner")) + ":build-7", NAMES.role("ci/runner")),
        (f"arn:aws:sts::{A}:assumed-role/runner/build-7", NAMES.role("ci/runner")),
        (f"arn:aws:sts::{A}:assumed-role/open/x", NAMES.role("open")),
        (NAMES.role("ci/runner"), NAMES.role("ci/runner")),
        ("runner", NAMES.role("ci/runner")),
        (key_of("plain"), f"aws:key:{key_of('plain')}"),
        (A, f"aws:account:{A}"),
        (NAMES.user("twice"), NAMES.user("twice")),
    ],
)
def test_forms(estate: Command, who: str, subject: str) -> None:
    assert estate.radius(who)["subject"] == subject


def test_a_name_that_several_bear_lists_them(estate: Command) -> None:
    answer = estate("blast-radius", "twice")
    assert answer.code == 2
    assert NAMES.user("twice") in answer.err
    assert NAMES.role("twice") in answer.err


def test_a_part_of_a_name_is_a_hint_and_no_answer(estate: Command) -> None:
    answer = estate("blast-radius", "runne")
    assert answer.code == 2
    assert f"did you mean {NAMES.role('ci/runner')}" in answer.err


def test_the_root_of_an_account_that_is_not_ours(built: Build) -> None:
    command = built(world().account(A).role("vendor", allow("s3:*"), trusts=trust(OUTSIDE)))
    for who in (OUTSIDE, f"arn:aws:iam::{OUTSIDE}:root"):
        data = command.radius(who)
        assert data["subject"] == f"aws:account:{OUTSIDE}"
        assert data["reaches"][0]["id"] == NAMES.role("vendor")


def test_an_account_of_ours_is_nobody(estate: Command) -> None:
    data = estate.radius(A)
    assert data["counts"]["total"] == 0
    assert data["notes"]


# ---- MFA --------------------------------------------------------------------------------------------------------------


def test_mfa_by_credential(estate: Command) -> None:
    guarded = NAMES.role("guarded")
    states = {
        "careful": "conditional",  # has a device: could
        "plain": "no",  # has none
        key_of("plain"): "no",
        key_of("careful"): "no",  # a long-term key carries no MFA, whoever it belongs to
        f"aws:password:{NAMES.user('careful')}": "conditional",
    }
    assert {who: estate.state(who, guarded) for who in states} == states


def test_mfa_that_is_stated(estate: Command) -> None:
    guarded = NAMES.role("guarded")
    for who in ("careful", "plain", key_of("plain")):
        assert estate.state(who, guarded, "--context", "aws:MultiFactorAuthPresent=true") == "verified"
        assert estate.state(who, guarded, "--context", "aws:multifactorauthpresent=false") == "no"
        assert estate.state(who, NAMES.role("open")) == "verified"


def test_a_role_never_passes_mfa(estate: Command) -> None:
    guarded = NAMES.role("guarded")
    for who in ("runner", f"arn:aws:sts::{A}:assumed-role/runner/x"):
        assert estate.state(who, guarded) == "no"
        assert estate.state(who, guarded, "--context", "aws:MultiFactorAuthPresent=true") == "no"
        answer = estate("explain", who, "sts:AssumeRole", guarded, "--context", "aws:MultiFactorAuthPresent=true")
        assert "not_allowed" in answer.out


def onward() -> World:
    """A user without a device who can make a password for one that needs MFA, behind one class of users."""
    return (
        world()
        .account(A)
        .user("first", allow("sts:AssumeRole"), allow("iam:CreateAccessKey", on=NAMES.user("second")), keys=1)
        .user("second", allow("sts:AssumeRole"), mfa=True)
        .role("guarded", trusts=trust(A, when=MFA))
        .role("also", trusts=trust(A, when=MFA))
    )


def test_the_next_identity_has_credentials_of_its_own(built: Build) -> None:
    command = built(onward())
    second, guarded = NAMES.user("second"), NAMES.role("guarded")
    for who in ("first", "AKIA" + unique_id("AIDA", NAMES.user("first"))[4:19] + "A"):
        data = command.radius(who)
        found = {row["id"]: row for row in data["reaches"]}
        assert found[second]["state"] == "verified"
        assert found[guarded]["state"] == "conditional"
        assert found[guarded]["hops"] > found[second]["hops"], "through the second user, not by itself"
        way = command("path", who, guarded, "--format", "json").json["paths"][0]
        assert way["state"] == "conditional"
        assert way["steps"][-1]["source"] == second
    assert command.state("first", guarded, "--max-hops", "1") == "no"


def test_what_is_stated_of_one_credential_is_not_true_of_the_next(built: Build) -> None:
    only_second = trust(NAMES.user("second"), when=MFA)
    command = built(onward().role("private", trusts=only_second))
    stated = ("--context", "aws:MultiFactorAuthPresent=true")
    assert command.state("first", NAMES.role("guarded"), *stated) == "verified"
    assert command.state("first", NAMES.role("private"), *stated) == "conditional"


# ---- external ids, networks ---------------------------------------------------------------------------------------------


def test_external_ids(built: Build) -> None:
    lock = {"StringEquals": {"sts:ExternalId": "x1"}}
    command = built(world().account(A).role("vendor", trusts=trust(OUTSIDE, when=lock)))
    vendor = NAMES.role("vendor")
    assert command.state(OUTSIDE, vendor) == "conditional"
    assert command.state(OUTSIDE, vendor, "--context", "sts:ExternalId=x1") == "verified"
    assert command.state(OUTSIDE, vendor, "--context", "sts:ExternalId=x2") == "no"
    (step,) = command("path", OUTSIDE, vendor, "--format", "json").json["paths"][0]["steps"]
    assert step["conditions"][0]["any_of"][0]["key"] == "sts:externalid"


def chain(first: dict[str, object], second: dict[str, object]) -> World:
    return (
        world()
        .account(A)
        .user("start", allow("sts:AssumeRole"))
        .role("middle", allow("sts:AssumeRole"), trusts=trust(NAMES.user("start"), when=first))
        .role("end", trusts=trust(NAMES.role("middle"), when=second))
    )


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, {"StringEquals": {"aws:SourceVpc": "vpc-2"}}, "no"),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}, "conditional"),
        (
            {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}},
            {"StringEquals": {"aws:SourceVpc": "vpc-2"}},
            "conditional",
        ),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, "no"),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {"IpAddress": {"aws:SourceIp": "192.0.2.7"}}, "conditional"),
        ({"StringEquals": {"sts:ExternalId": "a"}}, {"StringEquals": {"sts:ExternalId": "b"}}, "conditional"),
    ],
)
def test_networks_that_exclude_each_other_void_the_path(
    built: Build, first: dict[str, object], second: dict[str, object], state: str
) -> None:
    command = built(chain(first, second))
    assert command.state("start", NAMES.role("end")) == state
    paths = command("path", "start", NAMES.role("end"), "--format", "json").json["paths"]
    assert [row["state"] for row in paths] == ([] if state == "no" else [state])


def test_another_way_around_is_the_witness(built: Build) -> None:
    here, there = ({"StringEquals": {"aws:SourceVpc": name}} for name in ("vpc-1", "vpc-2"))
    command = built(
        chain(here, there)
        .role("around", allow("sts:AssumeRole"), trusts=trust(NAMES.user("start"), when=there))
        .role("admin", attached=["arn:aws:iam::aws:policy/AdministratorAccess"],
              trusts=[trust(NAMES.role("middle"), when=there), trust(NAMES.role("around"), when=there)])
    )  # fmt: skip
    data = command.radius("start")
    (admin,) = data["admin_of"]
    assert admin["state"] == "conditional"
    assert [step["target"] for step in admin["steps"]] == [NAMES.role("around"), NAMES.role("admin")]


def test_networks_that_are_stated(built: Build) -> None:
    command = built(chain({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {}))
    end = NAMES.role("end")
    assert command.state("start", end, "--context", "aws:SourceIp=192.0.2.9") == "verified"
    assert command.state("start", end, "--context", "aws:SourceIp=203.0.113.9") == "no"


def test_a_taken_over_workload_has_a_network_of_its_own(built: Build) -> None:
    here, there = ({"StringEquals": {"aws:SourceVpc": name}} for name in ("vpc-1", "vpc-2"))
    command = built(
        world()
        .account(A)
        .user("start", allow("lambda:UpdateFunctionCode", "lambda:InvokeFunction", when=here))
        .role("worker", allow("sts:AssumeRole"), trusts=trust(service="lambda.amazonaws.com"))
        .function("job", "worker")
        .role("end", trusts=trust(NAMES.role("worker"), when=there))
    )
    assert command.state("start", NAMES.role("end")) == "conditional"


# ---- tokens -------------------------------------------------------------------------------------------------------------


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


def test_claims_without_a_token_are_refused(estate: Command, tmp_path: Path) -> None:
    (tmp_path / "claims.json").write_text("{}")
    answer = estate("blast-radius", "plain", "--claims", tmp_path / "claims.json")
    assert answer.code == 2
    assert "oidc://" in answer.err


# ---- sessions -----------------------------------------------------------------------------------------------------------


def test_a_trust_in_one_session_alone(built: Build) -> None:
    session = f"arn:aws:sts::{A}:assumed-role/runner/deploy-7"
    command = built(
        world().account(A).role("runner", allow("sts:AssumeRole"), trusts=trust(A)).role("end", trusts=trust(session))
    )
    end = NAMES.role("end")
    assert command.state("runner", end) == "conditional", "whoever begins the session names it"
    assert command.state(session, end) == "verified"
    assert command.state(f"arn:aws:sts::{A}:assumed-role/runner/other", end) == "no"


def test_conditions_on_the_clock(built: Build, tmp_path: Path) -> None:
    early = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    user, old = NAMES.user("u"), NAMES.role("old")
    command = built(world().account(A).user("u").role("old", trusts=trust(user, when=early)))
    assert command.state("u", old) == "no", "the evidence is of 2025 or later"
    explained = command("explain", "u", "sts:AssumeRole", old, "--format", "json").json
    assert explained["state"] == "void"

    timeless = {
        "UserDetailList": [{"UserName": "u", "UserId": "AIDAUEXAMPLE12345678", "Arn": user, "Path": "/"}],
        "RoleDetailList": [
            {
                "RoleName": "old",
                "RoleId": "AROAOEXAMPLE12345678",
                "Arn": old,
                "Path": "/",
                "AssumeRolePolicyDocument": document(trust(user, when=early)),
            }
        ],
        "GroupDetailList": [],
        "Policies": [],
    }
    file = tmp_path / "timeless.json"
    file.write_text(json.dumps(timeless))
    empty = Command(tmp_path / "another" / "workspace")
    empty.workspace.parent.mkdir()
    empty.build(file)
    data = empty.radius("u")
    assert (data["as_of"], data["as_of_known"], data["age"]) == (None, False, "unknown")
    assert empty.state("u", old) == "conditional", "what is not known stays open"
    assert "of an unknown time" in empty("blast-radius", "u").out
    assert empty("findings", "--format", "json").json["as_of"] is None


@pytest.fixture
def session_world(built: Build) -> Command:
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    return built(
        world()
        .account(A)
        .role("worker", allow("iam:CreateAccessKey"), allow("s3:GetObject"), allow("sts:AssumeRole"), trusts=trust(B))
        .role("boss", attached=[admin], trusts=trust(B))
        .role("next", trusts=trust(A))
        .role("friend", trusts=trust(NAMES.role("worker")))
        .user("victim")
        .bucket("data")
    )


def policy(path: Path, *statements: object) -> Path:
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    return path


def test_a_session_policy_limits_what_leaves_the_role(session_world: Command, tmp_path: Path) -> None:
    def states(*statements: object) -> dict[str, str]:
        file = policy(tmp_path / "p.json", *statements)
        return {
            name: session_world.state("worker", target, "--session-policy", file)
            for name, target in (
                ("key", NAMES.user("victim")), ("data", NAMES.bucket("data")), ("role", NAMES.role("next")),
                ("friend", NAMES.role("friend")),
            )
        }  # fmt: skip

    everything = {"key": "verified", "data": "verified", "role": "verified", "friend": "verified"}
    assert states(allow("*")) == everything
    assert states(allow("s3:*")) == {**everything, "key": "no", "role": "no", "friend": "unverified"}
    some = states(allow("iam:*", on=NAMES.user("someone")), allow("sts:*"))
    assert some == {**everything, "key": "unverified", "data": "no"}
    assert states(allow("*", when=MFA))["key"] == "unverified"
    assert states(allow("*"), {**allow("iam:*"), "Effect": "Deny"})["key"] == "unverified"


def test_a_session_policy_and_full_control(session_world: Command, tmp_path: Path) -> None:
    def admin(*statements: object) -> list[str]:
        file = policy(tmp_path / "p.json", *statements)
        data = session_world.radius("boss", "--session-policy", file)
        assert "session policy p.json" in data["context"]["name"]
        assert any("session policy" in note for note in data["notes"])
        return [row["state"] for row in data["admin_of"]]

    assert admin(allow("*")) == ["verified"]
    assert admin(allow("s3:GetObject")) == []
    assert admin(allow("*", on="arn:aws:s3:::x")) == ["unverified"]


def test_explain_evaluates_a_session_policy_in_full(session_world: Command, tmp_path: Path) -> None:
    file = policy(tmp_path / "p.json", allow("s3:GetObject", on="arn:aws:s3:::data/public/*"))

    def decision(*question: str) -> str:
        answer = session_world("explain", "worker", *question, "--session-policy", file, "--format", "json").json
        return str(answer["decision"])

    assert decision("s3:GetObject", "arn:aws:s3:::data/public/x") == "allowed"
    assert decision("s3:GetObject", "arn:aws:s3:::data/private") == "not_allowed"
    assert decision("iam:CreateAccessKey", NAMES.user("victim")) == "not_allowed"


def test_only_roles_have_sessions_with_a_policy(estate: Command, tmp_path: Path) -> None:
    file = policy(tmp_path / "p.json", allow("*"))
    for who in ("plain", key_of("plain"), A):
        answer = estate("blast-radius", who, "--session-policy", file)
        assert answer.code == 2
        assert "session of a role" in answer.err


# ---- secrets under a key of the customer's ------------------------------------------------------------------------------

SECRETS = "arn:aws:secretsmanager:eu-central-1:444455556666:secret:data/"
READ = "secretsmanager:GetSecretValue"
READER = "arn:aws:iam::444455556666:role/service/report-reader"
VAULT = "arn:aws:iam::444455556666:role/service/pseudonym-vault"


def test_reading_a_secret_takes_its_key(sample: Command) -> None:
    closed, opened = f"{SECRETS}customer-pseudonyms-dykxsn", f"{SECRETS}report-signing-6ev72u"
    refused = sample("explain", READER, READ, closed, "--format", "json").json
    assert (refused["decision"], refused["state"]) == ("not_allowed", "void")
    assert refused["grants"] == []
    assert any("kms:Decrypt" in note for note in refused["notes"])
    granted = sample("explain", READER, READ, opened, "--format", "json").json
    assert granted["decision"] == "allowed"
    assert {grant.split(":")[1] for grant in granted["grants"]} == {"statement", "resource_policy"}
    found = sample("who-can", READ, closed, "--format", "json").json["principals"]
    assert [row["principal"] for row in found] == [VAULT]


def test_who_can_read_agrees_with_the_paths_of_one_hop(sample: Command) -> None:
    """Two roads to one answer: the evaluator asked per principal, and the edges that the build made."""
    for secret in (f"{SECRETS}customer-pseudonyms-dykxsn", f"{SECRETS}report-signing-6ev72u"):
        asked = {row["principal"] for row in sample("who-can", READ, secret, "--format", "json").json["principals"]}
        reached = {
            row["subject"]
            for row in sample("blast-radius", "--all", "--limit", "1000", "--format", "jsonl").lines
            for target in row["reaches"]
            if target["id"] == secret and target["hops"] == 1
        }
        assert reached <= asked
        assert {who for who in asked if who not in reached} == set()
