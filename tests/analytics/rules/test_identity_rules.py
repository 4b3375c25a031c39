"""Administrators, paths to administration, wide grants, owners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.kinds import State
from tests.analytics.rules.scenarios import ACCOUNT, LAMBDA, NAMES, OTHER, found, judge
from tests.worlds.aws import world
from tests.worlds.names import ADMINISTRATOR, POWER_USER
from tests.worlds.statements import allow, deny, trust

PATH, ADMIN, WIDE, OWNER = "aws-path-to-admin", "aws-admin-identity", "aws-wide-grant", "no-living-owner"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


# ---- administrators and paths --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = world().account(ACCOUNT).group("admins", attached=[ADMINISTRATOR])
    made.policy("lost", allow("s3:*")).policy("edge", allow("s3:*", "ec2:*"))
    made.user("admin", attached=[ADMINISTRATOR]).user("by-group", groups=["admins"])
    made.user("with-mfa", allow("*", when=MFA), mfa=True)
    made.user("bounded", attached=[ADMINISTRATOR], boundary="edge")
    made.user("power", attached=[POWER_USER]).user("incomplete", attached=["lost"])
    made.user("self", allow("iam:PutUserPolicy", on=NAMES.user("self")))
    made.user("denied", allow("iam:PutUserPolicy", on=NAMES.user("denied")), deny("iam:*"))
    made.user("to-target", allow("sts:AssumeRole", on=NAMES.role("target")))
    made.user("to-mfa-target", allow("sts:AssumeRole", on=NAMES.role("mfa-target")), mfa=True)
    made.role("target", trusts=trust(ACCOUNT), attached=[ADMINISTRATOR])
    made.role("mfa-target", trusts=trust(ACCOUNT, when=MFA), attached=[ADMINISTRATOR])
    made.role("sso", trusts=LAMBDA, attached=[ADMINISTRATOR], path="/aws-reserved/sso.amazonaws.com/")
    made.role("linked", trusts=LAMBDA, attached=[ADMINISTRATOR], path="/aws-service-role/x.amazonaws.com/")
    made.drop_document(NAMES.policy("lost"))
    return made.build(tmp_path_factory.mktemp("estate"))


def test_administrators(estate: Path) -> None:
    report = judge(estate, ADMIN)
    subjects = {finding.subject_name: finding for finding in report.findings}
    assert set(subjects) == {"admin", "by-group", "with-mfa", "target", "mfa-target"}
    assert subjects["with-mfa"].state is State.CONDITIONAL
    assert subjects["with-mfa"].severity.word == "medium"
    assert f"aws:membership:{NAMES.user('by-group')}:admins" in [grant.id for grant in subjects["by-group"].grants]
    assert [item.subject for item in report.not_judged] == [NAMES.user("incomplete")]


def test_paths(estate: Path) -> None:
    report = judge(estate, PATH)
    subjects = {finding.subject_name: finding for finding in report.findings}
    # PowerUserAccess lets its user assume whatever trusts the account, and `target` does.
    assert set(subjects) == {"self", "to-target", "to-mfa-target", "power"}
    assert [step.technique for step in subjects["to-target"].steps] == ["sts-001"]
    assert {grant.id for grant in subjects["to-target"].grants} == {
        f"aws:statement:{NAMES.user('to-target')}:inline:inline-1#0",
        f"aws:trust:{NAMES.role('target')}#0",
    }
    assert subjects["to-mfa-target"].state is State.CONDITIONAL
    assert subjects["to-mfa-target"].severity.word == "high"
    assert subjects["self"].severity.word == "critical"


def test_an_identity_is_judged_by_one_of_the_two_rules_at_most(estate: Path) -> None:
    paths = {finding.subject for finding in judge(estate, PATH).findings}
    assert not paths & {finding.subject for finding in judge(estate, ADMIN).findings}


# ---- wide grants ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grants(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = world().account(ACCOUNT).policy("edge", allow("s3:*"))
    everything_but: dict[str, Any] = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    made.policy("shared", allow("iam:*")).group("team", everything_but | {"NotAction": ["iam:*", "kms:*"]})

    def user(name: str, *statements: Any, **options: Any) -> None:
        made.user(name, *statements, **options)

    user("all", allow("*"))
    user("all-by-colon", allow("*:*"))
    user("all-on-one-bucket", allow("*", on="arn:aws:s3:::one/*"))
    user("service", allow("s3:*"))
    user("service-by-arn", allow("s3:*", on="arn:aws:s3:::*"))
    user("grave-service", allow("iam:*"))
    user("harmless-service", allow("polly:*"))
    user("one-resource", allow("iam:*", on=NAMES.role("x")))
    user("part", allow("iam:Get*", "s3:List*"))
    user("exception", everything_but)
    user("exception-on-a-bucket", everything_but | {"Resource": "arn:aws:s3:::one/*"})
    user("exception-under-deny", everything_but | {"Effect": "Deny"})
    user("not-resource", {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::one"})
    user("bounded", allow("iam:*"), boundary="edge")
    user("with-condition", allow("iam:*", when=MFA))
    user("aws-managed", attached=[ADMINISTRATOR, POWER_USER])
    user("one-of-two", attached=["shared"])
    user("two-of-two", attached=["shared"])
    user("member", groups=["team"])
    return judge(made.build(tmp_path_factory.mktemp("grants")), WIDE)


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("all", ["high"]),
        ("all-by-colon", ["high"]),
        ("all-on-one-bucket", []),
        ("service", ["medium"]),
        ("service-by-arn", ["medium"]),
        ("grave-service", ["high"]),
        ("harmless-service", ["low"]),
        ("one-resource", []),
        ("part", []),
        ("exception", ["high"]),
        ("exception-on-a-bucket", ["low"]),
        ("exception-under-deny", []),
        ("not-resource", ["medium"]),
        ("bounded", ["medium"]),
        ("with-condition", ["medium"]),
        ("aws-managed", []),
        ("one-of-two", ["high"]),
        ("two-of-two", ["high"]),
        ("member", []),
    ],
)
def test_statements(grants: Any, name: str, want: list[str]) -> None:
    assert [finding.severity.word for finding in found(grants, NAMES.user(name))] == want


def test_a_group_is_named_for_its_own_statement(grants: Any) -> None:
    (finding,) = found(grants, NAMES.group("team"))
    assert "NotAction" in finding.message
    assert finding.grants[0].id == f"aws:statement:{NAMES.group('team')}:inline:inline-1#0"


def test_an_id_stays_when_another_statement_comes_before_it(tmp_path: Path) -> None:
    wide, narrow = allow("s3:*"), allow("s3:GetObject", on="arn:aws:s3:::one/*")
    ids = []
    for number, statements in enumerate(([wide], [narrow, wide])):
        made = world().account(ACCOUNT).policy("p", *statements).user("ci", attached=["p"])
        ids.append([finding.id for finding in judge(made.build(tmp_path / str(number)), WIDE).findings])
    assert ids[0] == ids[1]


# ---- owners --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def owners(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = world().account(ACCOUNT).user("none").user("person", password=True)
    made.user("left", tags={"Owner": "ada@example.com"}).user("here", tags={"owner": "bea@example.com"})
    made.user("somebody", tags={"owner": "platform"}).user("declared").user("declared-left")
    made.user("service-with-password", password=True, keys=1)
    made.role("made", trusts=LAMBDA).role("OrganizationAccountAccessRole", trusts=trust(OTHER))
    made.role("linked", trusts=LAMBDA, path="/aws-service-role/x.amazonaws.com/")
    people: list[dict[str, Any]] = [
        {"login": "ada@example.com", "person": "Ada", "active": False},
        {"login": "bea@example.com", "person": "Bea", "active": True},
    ]
    rows: list[dict[str, Any]] = [
        {"identity": NAMES.user("declared"), "owner": "bea@example.com"},
        {"identity": NAMES.user("declared-left"), "owner": "cid@example.com", "active": False},
    ]
    made.declared("people", *people).declared("owners", *rows)
    return judge(made.build(tmp_path_factory.mktemp("owners")), OWNER)


def test_owners(owners: Any) -> None:
    assert {finding.subject_name for finding in owners.findings} == {
        "none", "left", "declared-left", "service-with-password", "made",
    }  # fmt: skip
    left = found(owners, NAMES.user("left"))[0]
    assert (left.owner, left.owner_active) == ("ada@example.com", False)
    assert owners.passed[OWNER] == 2


def test_owners_of_whom_nothing_is_known_are_not_judged(owners: Any) -> None:
    assert {item.subject for item in owners.not_judged} == {
        NAMES.user("person"),
        NAMES.user("somebody"),
        NAMES.role("OrganizationAccountAccessRole"),
    }
