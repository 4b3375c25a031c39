"""Rotation of secrets, gaps of trails, services that act for anybody, guests of identity pools, certificates."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.policy import Policy
from tests.analytics.rules.building import ACCOUNT, AS_OF, NAMES, OTHER, judge
from tests.analytics.rules.evidence_files import with_files, write_files
from tests.analytics.rules.scenarios_resources import (
    FUNCTION,
    POOL,
    account,
    pool_world,
    queue_files,
    trail_files,
)
from tests.worlds.aws import world
from tests.worlds.names import REGION
from tests.worlds.statements import Json, allow, deny, public, trust

ROTATION, TRAIL, DEPUTY, GUESTS, ANYWHERE = (
    "aws-secret-without-rotation",
    "aws-trail-gap",
    "aws-confused-deputy",
    "aws-guest-identity-pool",
    "aws-role-anywhere-open",
)


# ---- rotation ------------------------------------------------------------------------------------------------------


def secret(folder: Path, **facts: Any) -> Path:
    body = {"ARN": NAMES.secret("db"), "Name": "db"} | facts
    return with_files(account().secret("db"), {"secretsmanager.list_secrets": {"SecretList": [body]}})(folder)


def before(days: int) -> str:
    return (AS_OF - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(("age", "severity"), [(90, "low"), (91, "medium")])
def test_off_is_worse_when_nothing_changed_for_long(tmp_path: Path, age: int, severity: str) -> None:
    (finding,) = judge(secret(tmp_path, RotationEnabled=False, LastChangedDate=before(age)), ROTATION).findings
    assert finding.severity.word == severity


@pytest.mark.parametrize(("age", "want"), [(90, 0), (91, 1)])
def test_on_and_late(tmp_path: Path, age: int, want: int) -> None:
    evidence = secret(tmp_path, RotationEnabled=True, LastRotatedDate=before(age), CreatedDate=before(900))
    assert len(judge(evidence, ROTATION).findings) == want
    assert len(judge(evidence, ROTATION, Policy(secret_rotation_days=89)).findings) == 1


@pytest.mark.parametrize(("age", "want"), [(90, 0), (91, 1)])
def test_on_and_never_done_counts_from_creation(tmp_path: Path, age: int, want: int) -> None:
    findings = judge(secret(tmp_path, RotationEnabled=True, CreatedDate=before(age)), ROTATION).findings
    assert len(findings) == want
    assert all("has never happened" in finding.message for finding in findings)


@pytest.mark.parametrize(
    ("facts", "as_of", "reason"),
    [
        ({"OwningService": "rds", "RotationEnabled": True}, AS_OF, "The service rds manages"),
        ({"RotationEnabled": True}, AS_OF, "does not say when the secret was last rotated"),
    ],
)
def test_what_cannot_be_judged(tmp_path: Path, facts: Json, as_of: datetime, reason: str) -> None:
    report = judge(secret(tmp_path, **facts), ROTATION, as_of=as_of)
    assert not report.findings
    assert reason in report.not_judged[0].reason


# ---- trails --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "severity", "words"),
    [
        ({"IsMultiRegionTrail": False}, "high", "one region only"),
        ({"logging": False}, "high", "not logging"),
        ({"validation": False}, "low", "validation"),
        ({"error": "AccessDenied"}, "high", "could not deliver"),
    ],
)
def test_faults_of_a_trail(tmp_path: Path, facts: dict[str, Any], severity: str, words: str) -> None:
    (finding,) = judge(with_files(account(), trail_files(**facts))(tmp_path), TRAIL).findings
    assert finding.severity.word == severity
    assert words in finding.message


def test_write_events_alone_are_a_gap(tmp_path: Path) -> None:
    files = trail_files()
    call = files["cloudtrail.get_event_selectors"][0]
    call["response"]["EventSelectors"] = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    (finding,) = judge(with_files(account(), files)(tmp_path), TRAIL).findings
    assert "not all management events" in finding.message


def test_no_trail_at_all(tmp_path: Path) -> None:
    none: dict[str, Any] = {"cloudtrail.describe_trails": {"trailList": []}}
    (finding,) = judge(with_files(account(), none)(tmp_path), TRAIL).findings
    assert finding.message == "No trail records management events of all regions."


def test_what_was_not_asked_is_not_judged(tmp_path: Path) -> None:
    assert not judge(account().build(tmp_path / "nothing"), TRAIL).findings
    assert judge(account().build(tmp_path / "again"), TRAIL).not_judged
    files = trail_files()
    del files["cloudtrail.get_trail_status"]
    report = judge(with_files(account(), files)(tmp_path / "status"), TRAIL)
    assert not report.findings
    assert "does not show whether main is logging" in report.not_judged[0].reason


def test_the_organizations_trail_covers_members(tmp_path: Path) -> None:
    def built(folder: Path, organization: bool) -> Path:
        made = world().account(OTHER).user("x").account(ACCOUNT).user("y")
        made.organization(ACCOUNT, {"r-a1": [ACCOUNT, OTHER]})
        write_files(made.build(folder), trail_files(IsOrganizationTrail=organization))
        return write_files(folder, {"cloudtrail.describe_trails": {"trailList": []}}, OTHER)

    assert not judge(built(tmp_path / "all", True), TRAIL).findings
    (finding,) = judge(built(tmp_path / "one", False), TRAIL).findings
    assert finding.subject == f"aws:account:{OTHER}"


# ---- confused deputies ---------------------------------------------------------------------------------------------


def taken_by(folder: Path, service: str, when: Json | None = None) -> Path:
    return world().account(ACCOUNT).role("app", trusts=trust(service=service, when=when)).build(folder)


@pytest.mark.parametrize("service", ["ecs-tasks.amazonaws.com", "states.amazonaws.com", "logs.eu-west-1.amazonaws.com"])
def test_a_service_that_asks_for_a_source_condition(tmp_path: Path, service: str) -> None:
    (finding,) = judge(taken_by(tmp_path / "open", service), DEPUTY).findings
    assert finding.severity.word == "medium"
    assert service in finding.message
    for number, when in enumerate(
        (
            {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            {"ArnLike": {"aws:SourceArn": f"arn:aws:*:*:{ACCOUNT}:*"}},
            {"StringEquals": {"aws:SourceOrgID": "o-a1"}},
        )
    ):
        report = judge(taken_by(tmp_path / str(number), service, when), DEPUTY)
        assert not report.findings
        assert report.passed[DEPUTY] == 1


def test_other_services_are_not_looked_at(tmp_path: Path) -> None:
    report = judge(taken_by(tmp_path, "lambda.amazonaws.com"), DEPUTY)
    assert not report.findings
    assert not report.passed[DEPUTY]


@pytest.mark.parametrize("rule", [DEPUTY, ANYWHERE])
def test_a_trust_that_does_not_parse_is_not_judged(tmp_path: Path, rule: str) -> None:
    made = world().account(ACCOUNT).role("app", trusts={"Effect": "Perhaps", "Action": "sts:AssumeRole"})
    report = judge(made.build(tmp_path), rule)
    assert [row.reason for row in report.not_judged] == ["Its trust policy does not parse."]


def test_a_source_of_any_account_pins_nothing(tmp_path: Path) -> None:
    when = {"ArnLike": {"aws:SourceArn": "arn:aws:states:*:*:stateMachine:*"}}
    assert judge(taken_by(tmp_path, "states.amazonaws.com", when), DEPUTY).findings


@pytest.mark.parametrize(
    ("when", "want"),
    [
        (None, 1),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}}, 0),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, 1),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, 0),
        ({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}, 0),
    ],
)
def test_a_queue_that_a_service_fills(tmp_path: Path, when: Json | None, want: int) -> None:
    statement = public(allow("sqs:SendMessage", when=when), {"Service": "s3.amazonaws.com"})
    assert len(judge(with_files(account(), queue_files(statement))(tmp_path), DEPUTY).findings) == want


def test_a_deny_for_other_sources_pins_it(tmp_path: Path) -> None:
    statement = public(allow("lambda:InvokeFunction", on=FUNCTION), {"Service": "sns.amazonaws.com"})
    guard = public(deny("lambda:*", on=FUNCTION, when={"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}))
    assert judge(account().function("hook", "app", statement).build(tmp_path / "open"), DEPUTY).findings
    assert not judge(account().function("hook", "app", statement, guard).build(tmp_path / "shut"), DEPUTY).findings


# ---- guests --------------------------------------------------------------------------------------------------------


def test_guests_of_the_enhanced_flow_are_narrowed(tmp_path: Path) -> None:
    (finding,) = judge(pool_world(allow("s3:GetObject"), classic=False)(tmp_path), GUESTS).findings
    assert (finding.state.word, finding.severity.word) == ("conditional", "medium")
    assert finding.subject == POOL


def test_a_pool_without_guests_passes(tmp_path: Path) -> None:
    report = judge(pool_world(allow("s3:GetObject"), guests=False)(tmp_path), GUESTS)
    assert not report.findings
    assert report.passed[GUESTS] == 1


def test_guests_that_become_administrator_are_critical(tmp_path: Path) -> None:
    (finding,) = judge(pool_world(allow("*"))(tmp_path), GUESTS).findings
    assert finding.severity.word == "critical"


# ---- certificates --------------------------------------------------------------------------------------------------

ACTIONS = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")


def anywhere(folder: Path, when: Json | None, files: dict[str, Any] | None = None) -> Path:
    statement = trust(service="rolesanywhere.amazonaws.com", action=ACTIONS, when=when)
    return with_files(world().account(ACCOUNT).role("machine", trusts=statement), files or {})(folder)


@pytest.mark.parametrize(
    ("when", "want"),
    [
        (None, 1),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, 1),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:{REGION}:{ACCOUNT}:trust-anchor/a-1"}}, 0),
        ({"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "web-1"}}, 0),
    ],
)
def test_anchor_or_certificate_must_be_asked_for(tmp_path: Path, when: Json | None, want: int) -> None:
    report = judge(anywhere(tmp_path, when), ANYWHERE)
    assert len(report.findings) == want
    assert report.passed[ANYWHERE] == 1 - want


def test_without_any_anchor_it_is_low(tmp_path: Path) -> None:
    files: dict[str, Any] = {"rolesanywhere.list_trust_anchors": {"trustAnchors": []}}
    (finding,) = judge(anywhere(tmp_path, None, files), ANYWHERE).findings
    assert finding.severity.word == "low"
    assert "no anchor today" in finding.message


def test_the_confused_deputy_rule_leaves_it_to_this_one(tmp_path: Path) -> None:
    assert not judge(anywhere(tmp_path, None), DEPUTY).findings
