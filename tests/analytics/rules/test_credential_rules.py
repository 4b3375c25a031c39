"""Passwords on machines' users, service-specific credentials, honeytokens: evidence that counts and what does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.policy import Policy
from tests.analytics.rules.building import ACCOUNT, LAMBDA, NAMES, Key, found, judge, user_world, with_keys
from tests.analytics.rules.scenarios_identity import Issued, with_certificate, with_issued, with_service_use
from tests.worlds.aws import world
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, deny

PASSWORD, STALE, HINT = "aws-password-on-nhi", "aws-stale-service-credential", "aws-honeytoken-hint"
CI = NAMES.user("ci")
EVERYTHING = {"Effect": "Deny", "Action": "*", "Resource": "*"}


# ---- passwords -----------------------------------------------------------------------------------------------------


def _user(folder: Path, *keys: Key, issued: tuple[Issued, ...] = (), name: str = "ci", **options: Any) -> Path:
    made = user_world(name, **{"password": True, **options}).build(folder)
    return with_issued(with_keys(made, keys), *issued)


def test_the_finding_says_which_evidence_it_has(tmp_path: Path) -> None:
    evidence = _user(tmp_path, Key("ci", 300, 5), issued=(Issued("ci", 9, 20),), tags={"type": "service-account"})
    (finding,) = judge(evidence, PASSWORD).findings
    for words in ("last used 2026-05-27", "bedrock.amazonaws.com is active", "tag type=service-account"):
        assert words in finding.message
    assert (finding.confidence.value, finding.severity.word) == ("high", "medium")
    assert [grant.id for grant in finding.grants] == [f"aws:password:{CI}"]
    assert len(finding.related) == 3


@pytest.mark.parametrize(
    ("keys", "issued", "tags", "confidence"),
    [
        ([Key("ci", 300, 5)], (), {}, "medium"),
        ([], (Issued("ci", 9, None),), {}, "medium"),
        ([], (Issued("ci", 9, None, "codecommit.amazonaws.com"),), {}, "low"),
        ([], (), {"Usage": "automation"}, "medium"),
    ],
)
def test_each_kind_of_evidence_is_enough(
    tmp_path: Path, keys: list[Key], issued: tuple[Issued, ...], tags: dict[str, str], confidence: str
) -> None:
    (finding,) = judge(_user(tmp_path, *keys, issued=issued, tags=tags), PASSWORD).findings
    assert finding.confidence.value == confidence


@pytest.mark.parametrize(
    ("keys", "issued", "options"),
    [
        ([Key("ci", 300, 5)], (), {"password": False}),
        ([Key("ci", 300, 5, active=False)], (), {}),
        ([Key("ci", 300, None)], (), {}),
        ([], (Issued("ci", 9, None, status="Inactive"),), {}),
        ([], (Issued("ci", 30, -1),), {}),
        ([], (), {"tags": {"team": "service", "type": "person"}}),
        ([], (), {"name": "svc-robot"}),
    ],
)
def test_what_is_no_evidence(
    tmp_path: Path, keys: list[Key], issued: tuple[Issued, ...], options: dict[str, Any]
) -> None:
    report = judge(_user(tmp_path, *keys, issued=issued, **options), PASSWORD)
    assert not report.findings
    assert not report.not_judged
    assert report.passed[PASSWORD] == (0 if options.get("password") is False else 1)


def test_a_persons_name_lowers_confidence_where_the_password_is_in_use(tmp_path: Path) -> None:
    evidence = _user(tmp_path, Key("ada@example.com", 300, 5), name="ada@example.com")
    assert [finding.confidence.value for finding in judge(evidence, PASSWORD).findings] == ["medium"]
    report = evidence / "aws" / ACCOUNT / "iam.get_credential_report.json"
    text = report.read_text(encoding="utf-8")
    report.write_text(text.replace(",true,N/A,N/A,N/A,false", ",true,2026-05-30T00:00:00+00:00,N/A,N/A,false"))
    (finding,) = judge(evidence, PASSWORD).findings
    assert finding.confidence.value == "low"
    assert "which was used 2026-05-30" in finding.message


def test_an_administrator_weighs_more(tmp_path: Path) -> None:
    evidence = _user(tmp_path, Key("ci", 300, 5), attached=[ADMINISTRATOR])
    assert [finding.severity.word for finding in judge(evidence, PASSWORD).findings] == ["high"]


def test_passwords_are_not_judged_on_half_the_evidence(tmp_path: Path) -> None:
    def reasons(name: str, *without: str, keys: int = 0) -> str:
        made = user_world("ci", password=True, keys=keys).without(*without)
        report = judge(made.build(tmp_path / name), PASSWORD)
        assert not report.findings
        assert not report.passed[PASSWORD]
        return " ".join(item.reason for item in report.not_judged)

    assert "list_service_specific_credentials" in reasons("one")
    assert "whether the user has a password" in reasons("two", "iam.get_credential_report")
    assert "list_service_specific_credentials" in reasons("three", keys=1)


# ---- service-specific credentials ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "want"),
    [
        (Issued("ci", 1, None), "never expires"),
        (Issued("ci", 1, None, "logs.amazonaws.com"), "never expires"),
        (Issued("ci", 90, 30), ""),
        (Issued("ci", 91, 30), "91 days old; the policy allows 90"),
        (Issued("ci", 90, None, "codecommit.amazonaws.com"), ""),
        (Issued("ci", 91, None, "cassandra.amazonaws.com"), "91 days old"),
    ],
)
def test_age_and_end(tmp_path: Path, item: Issued, want: str) -> None:
    report = judge(with_issued(user_world("ci").build(tmp_path), item), STALE)
    assert [want in finding.message for finding in report.findings] == ([True] if want else [])
    assert report.passed[STALE] == (0 if want else 1)


def test_what_opens_nothing_is_left_out(tmp_path: Path) -> None:
    items = (Issued("ci", 900, None, status="Inactive"), Issued("ci", 900, -1), Issued("ci", 900, 0, status="Expired"))
    report = judge(with_issued(user_world("ci").build(tmp_path), *items), STALE)
    assert (report.findings, report.passed[STALE], report.not_judged) == ((), 0, ())


@pytest.mark.parametrize(("age", "active", "want"), [(90, True, 0), (91, True, 1), (900, False, 0)])
def test_signing_certificates_are_judged_by_age(tmp_path: Path, age: int, active: bool, want: int) -> None:
    evidence = with_certificate(with_issued(user_world("ci").build(tmp_path)), "ci", age, active=active)
    findings = judge(evidence, STALE).findings
    assert len(findings) == want
    assert all("Signing certificate cert_1" in finding.message for finding in findings)


@pytest.mark.parametrize(("used", "want"), [(None, 1), (200, 1), (20, 0)])
def test_a_credential_whose_service_was_not_used_since(tmp_path: Path, used: int | None, want: int) -> None:
    evidence = with_issued(user_world("ci").build(tmp_path), Issued("ci", 95, 30))
    with_service_use(evidence, CI, {"bedrock": used, "s3": 1})
    findings = judge(evidence, STALE, Policy(service_credential_days=365)).findings
    assert len(findings) == want
    assert all("no use of its service" in row.message and row.confidence.value == "medium" for row in findings)


def test_the_users_rights_do_not_count_and_the_policy_does(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).user("ci", attached=[ADMINISTRATOR])
    evidence = with_issued(made.build(tmp_path), Issued("ci", 50, 30))
    assert not judge(evidence, STALE).findings
    (finding,) = judge(evidence, STALE, Policy(service_credential_days=49)).findings
    assert finding.severity.word == "medium"


def test_accounts_whose_credentials_were_not_looked_at(tmp_path: Path) -> None:
    report = judge(user_world("ci").without("iam.get_credential_report").build(tmp_path), STALE)
    assert len(report.not_judged) == 2
    assert {item.subject for item in report.not_judged} == {NAMES.node}


# ---- honeytokens ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "statements", "used", "confidence"),
    [
        ("honeytoken-1", (), None, "medium"),
        ("honeytoken-1", (), 30, "low"),
        ("honey_user", (allow("s3:GetObject"),), None, "low"),
        ("canary", (EVERYTHING,), 30, "low"),
        ("canarytoken", (allow("s3:GetObject"),), None, "low"),
        ("backup", (EVERYTHING,), None, "low"),
        ("canary-deploy", (allow("s3:GetObject"),), None, ""),
        ("canary-deploy", (allow("s3:GetObject"),), 3, ""),
        ("backup", (EVERYTHING,), 3, ""),
        ("backup", (), None, ""),
        ("backup", (deny("*", when={"Bool": {"aws:SecureTransport": "false"}}),), None, ""),
        ("backup", (deny("s3:*"),), None, ""),
    ],
)
def test_marks(tmp_path: Path, name: str, statements: tuple[Any, ...], used: int | None, confidence: str) -> None:
    made = world().account(ACCOUNT).user(name, *statements)
    report = judge(with_keys(made.build(tmp_path), [Key(name, 300, used)]), HINT)
    assert [finding.confidence.value for finding in report.findings] == ([confidence] if confidence else [])
    assert all(finding.severity.word == "low" for finding in report.findings)
    assert report.passed[HINT] == (0 if confidence else 1)


def test_a_foreign_key_in_a_variable_is_told_by_its_account(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).role("job", trusts=LAMBDA).function("bait", "job").function("plain", "job")
    for name, key_id in (("bait", "AKIASP2TPHJSQH3FJRUX"), ("plain", "ASIAY34FZKBOKMUTVV7A")):
        made.here.functions[name]["Environment"] = {"Variables": {"AWS_ACCESS_KEY_ID": key_id}}
    report = judge(made.build(tmp_path), HINT)
    (finding,) = report.findings
    assert finding.subject == NAMES.function("bait")
    assert "account 171436882533" in finding.message
    assert "Do not test it" in finding.message
    assert report.passed[HINT] == 1


def test_users_without_an_active_key_are_left_out_and_unknown_use_is_not_judged(tmp_path: Path) -> None:
    marked = {"note": "honeytoken"}
    report = judge(with_keys(user_world("ci", tags=marked).build(tmp_path / "1"), [Key("ci", 9, active=False)]), HINT)
    assert (report.findings, report.passed[HINT]) == ((), 0)
    made = world().account(ACCOUNT).user("ci", allow("s3:GetObject"), tags=marked, keys=1)
    report = judge(made.without("iam.get_credential_report").build(tmp_path / "2"), HINT)
    assert not found(report, CI)
    assert ["ever used" in item.reason for item in report.not_judged] == [True]
