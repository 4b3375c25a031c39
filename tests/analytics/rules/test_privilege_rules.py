"""Unused privilege, impact by escalation, crossing environments: near-twins and what is not judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analytics.findings import evaluate
from analytics.policy import Policy
from analytics.rules import RULES
from graph.kinds import State
from tests.analytics.rules.building import ACCOUNT, LAMBDA, NAMES, OTHER, Key, found, judge, snapshot_of, with_keys
from tests.analytics.rules.scenarios_identity import ago, creating, with_role_use, with_service_use
from tests.worlds.aws import World, world
from tests.worlds.names import ADMINISTRATOR, Names
from tests.worlds.statements import allow, trust

UNUSED, REACH, CROSS = "aws-unused-privilege", "aws-impact-reach", "cross-environment"
CI, JOB = NAMES.user("ci"), NAMES.role("job")
SECRETS = allow("secretsmanager:GetSecretValue")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


# ---- unused privilege ----------------------------------------------------------------------------------------------


def _job(folder: Path, used: int | None, *statements: Any, **options: Any) -> Path:
    made = world().account(ACCOUNT).role("job", *statements, trusts=LAMBDA, **options)
    return with_role_use(made.build(folder), {"job": used})


@pytest.mark.parametrize(
    ("statements", "options", "severity", "words"),
    [
        ((), {"attached": [ADMINISTRATOR]}, "high", "has full control of account"),
        ((allow("iam:PutRolePolicy", on=JOB),), {}, "high", "can obtain full control of account"),
        ((SECRETS,), {}, "medium", "can read secrets (H4)"),
        ((allow("s3:GetObject", "lambda:InvokeFunction"),), {}, "", ""),
    ],
)
def test_what_counts_as_privilege(
    tmp_path: Path, statements: tuple[Any, ...], options: dict[str, Any], severity: str, words: str
) -> None:
    report = judge(_job(tmp_path, 91, *statements, **options), UNUSED)
    assert [finding.severity.word for finding in report.findings] == ([severity] if severity else [])
    assert all(words in finding.message for finding in report.findings)
    assert report.passed[UNUSED] == (0 if severity else 1)


def test_privilege_by_escalation_counts(tmp_path: Path) -> None:
    evidence = with_keys(creating("reader").build(tmp_path), [Key("ci", 400, 91)])
    (finding,) = found(judge(evidence, UNUSED), CI)
    assert "can by escalation read secrets (H4)" in finding.message


def test_a_role_whose_use_is_unknown_is_not_judged(tmp_path: Path) -> None:
    report = judge(_job(tmp_path / "1", None, SECRETS), UNUSED)
    assert ["RoleLastUsed" in item.reason for item in report.not_judged] == [True]


def test_without_a_time_nothing_is_unused(tmp_path: Path) -> None:
    snapshot = snapshot_of(_job(tmp_path, 91, SECRETS), tmp_path / "ws", None)
    report = evaluate(snapshot, rules={UNUSED: RULES[UNUSED]})
    # The newest time that the evidence itself names is a lower bound: nothing passes by it.
    assert (report.findings, report.passed[UNUSED]) == ((), 0)
    snapshot.manifest = replace(snapshot.manifest, facts={**snapshot.manifest.facts, "as_of_known": False})
    report = evaluate(snapshot, rules={UNUSED: RULES[UNUSED]})
    assert ["states no time" in item.reason for item in report.not_judged] == [True]


def test_never_used_counts_from_its_making(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).role("job", SECRETS, trusts=LAMBDA)
    (finding,) = judge(made.build(tmp_path / "1"), UNUSED).findings
    assert "shows no use in the 516 days since it was made" in finding.message
    made.here.roles["job"]["CreateDate"] = ago(90)
    assert not judge(made.build(tmp_path / "2"), UNUSED).findings


@pytest.mark.parametrize(
    ("keys", "want"),
    [
        ([Key("ci", 400, 91)], 1),
        ([Key("ci", 400, 90)], 0),
        ([Key("ci", 400, 90, active=False)], 0),
        ([Key("ci", 10, None)], 1),
        ([], 1),
    ],
)
def test_users_are_used_by_their_keys(tmp_path: Path, keys: list[Key], want: int) -> None:
    made = world().account(ACCOUNT).user("ci", SECRETS)
    assert len(judge(with_keys(made.build(tmp_path), keys), UNUSED).findings) == want


def test_users_whose_keys_hide_their_use_are_not_judged(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).user("ci", SECRETS, keys=1).without("iam.get_credential_report")
    evidence = made.build(tmp_path)
    assert not judge(evidence, UNUSED).findings
    assert [item.subject for item in judge(evidence, UNUSED).not_judged] == [CI]
    # The services that it used say more than its credentials.
    assert len(judge(with_service_use(evidence, CI, {"secretsmanager": None}), UNUSED).findings) == 1
    assert not judge(with_service_use(evidence, CI, {"secretsmanager": 3}), UNUSED).findings


@pytest.mark.parametrize(("used", "passed"), [(90, 1), (91, 0)])
def test_doubtful_privilege_is_not_judged_unless_it_is_in_use(tmp_path: Path, used: int, passed: int) -> None:
    made = world().account(ACCOUNT).policy("lost", SECRETS).role("job", trusts=LAMBDA, attached=["lost"])
    made.drop_document(NAMES.policy("lost"))
    report = judge(with_role_use(made.build(tmp_path), {"job": used}), UNUSED)
    assert (report.findings, report.passed[UNUSED]) == ((), passed)
    assert len(report.not_judged) == 1 - passed


@pytest.mark.parametrize(
    ("services", "want"),
    [
        ({"secretsmanager": None, "s3": 1}, ["services"]),
        ({"secretsmanager": 91, "kms": None, "s3": 1}, ["services"]),
        ({"secretsmanager": None, "kms": 5}, []),
        ({"secretsmanager": 5, "kms": None}, []),
        ({"s3": 1}, []),
    ],
)
def test_services_granted_and_never_used(tmp_path: Path, services: dict[str, int | None], want: list[str]) -> None:
    evidence = _job(tmp_path, 1, SECRETS, allow("s3:GetObject", "kms:Decrypt"))
    findings = judge(with_service_use(evidence, JOB, services), UNUSED).findings
    assert [finding.key for finding in findings] == want
    assert all("used none of" in finding.message and "secretsmanager" in finding.message for finding in findings)


def test_the_policy_sets_the_limit(tmp_path: Path) -> None:
    evidence = _job(tmp_path, 40, SECRETS)
    assert not judge(evidence, UNUSED).findings
    assert len(judge(evidence, UNUSED, Policy(unused_privilege_days=39)).findings) == 1


# ---- impact by escalation ------------------------------------------------------------------------------------------


def test_the_witness_of_a_gain(tmp_path: Path) -> None:
    (finding,) = judge(creating("reader").build(tmp_path), REACH).findings
    assert (finding.key, finding.severity.word, finding.confidence.value) == ("H4", "medium", "high")
    assert [step.technique for step in finding.steps] == ["lambda-001"]
    assert finding.related == (NAMES.role("reader"),)
    assert finding.grants


def test_a_credential_of_another_gives_what_that_one_holds(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).user("other", allow("ssm:StartSession"), SECRETS)
    made.user("ci", allow("iam:CreateAccessKey", on=NAMES.user("other")))
    findings = found(judge(made.build(tmp_path), REACH), CI)
    # ci makes credentials by its own grant, so H2 is no gain.
    assert {finding.key for finding in findings} == {"H3", "H4"}


def test_assumption_alone_is_meant_and_before_an_escalation_it_counts(tmp_path: Path) -> None:
    made = creating("reader").role("step", allow("iam:PassRole", on=NAMES.role("reader")), trusts=trust(ACCOUNT))
    made.here.roles["step"]["RolePolicyList"].append(
        {
            "PolicyName": "more",
            "PolicyDocument": {"Statement": [allow("lambda:CreateFunction", "lambda:InvokeFunction")]},
        }
    )
    made.role("vault", SECRETS, trusts=trust(ACCOUNT))
    made.user("to-vault", allow("sts:AssumeRole", on=NAMES.role("vault")))
    made.user("to-step", allow("sts:AssumeRole", on=NAMES.role("step")))
    report = judge(made.build(tmp_path), REACH)
    assert not found(report, NAMES.user("to-vault"))
    (finding,) = found(report, NAMES.user("to-step"))
    assert [step.technique for step in finding.steps] == ["sts-001", "lambda-001"]


@pytest.mark.parametrize(
    "own", [SECRETS, allow("sts:AssumeRole", on=NAMES.role("vault"))], ids=["held", "by assumption"]
)
def test_what_is_had_plainly_is_no_gain(tmp_path: Path, own: dict[str, Any]) -> None:
    made = world().account(ACCOUNT).role("reader", SECRETS, trusts=LAMBDA)
    made.role("vault", SECRETS, trusts=trust(ACCOUNT))
    functions = allow("lambda:CreateFunction", "lambda:InvokeFunction")
    made.user("ci", allow("iam:PassRole", on=NAMES.role("reader")), functions, own)
    report = judge(made.build(tmp_path), REACH)
    assert not report.findings
    assert report.passed[REACH] == 3


def test_open_conditions_lower_the_finding(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).role("reader", SECRETS, trusts=LAMBDA)
    functions = allow("lambda:CreateFunction", "lambda:InvokeFunction")
    made.user("ci", allow("iam:PassRole", on=NAMES.role("reader"), when=MFA), functions, mfa=True)
    (finding,) = judge(made.build(tmp_path), REACH).findings
    assert (finding.state, finding.severity.word, finding.confidence.value) == (State.CONDITIONAL, "low", "medium")


def test_administrators_are_other_rules_subjects(tmp_path: Path) -> None:
    made = creating("reader").user("boss", attached=[ADMINISTRATOR])
    made.user("self", allow("iam:PutUserPolicy", on=NAMES.user("self")))
    report = judge(made.build(tmp_path), REACH)
    assert {finding.subject for finding in report.findings} == {CI}


def test_who_keeps_a_key_reads_no_secret_by_that(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).key("k-1").user("keeper", allow("kms:PutKeyPolicy"))
    made.user("teller", allow("secretsmanager:PutResourcePolicy")).secret("payments")
    report = judge(made.build(tmp_path), REACH)
    # Whoever writes the policy of a secret lets itself in; the secret is under AWS's own key, which asks nobody.
    assert {(finding.subject, finding.key) for finding in report.findings} == {(NAMES.user("teller"), "H4")}


def test_a_group_that_one_can_join_gives_what_it_reads(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).group("readers", SECRETS).secret("payments")
    made.user("ci", allow("iam:AddUserToGroup", on=NAMES.group("readers"))).user("member", groups=["readers"])
    report = judge(made.build(tmp_path), REACH)
    assert {(finding.subject, finding.key) for finding in report.findings} == {(CI, "H4")}


def test_a_changed_state_of_oneself_is_a_gain(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).policy("edge", allow("iam:DeleteUserPermissionsBoundary", "s3:*"))
    made.secret("payments").user("ci", SECRETS, allow("iam:DeleteUserPermissionsBoundary", on=CI), boundary="edge")
    made.user("twin", SECRETS, boundary="edge")
    report = judge(made.build(tmp_path), REACH)
    (finding,) = report.findings
    assert (finding.subject, finding.key) == (CI, "H4")
    assert finding.related == (NAMES.secret("payments"),)


# ---- environments --------------------------------------------------------------------------------------------------


def _tagged(ci: str, release: str) -> World:
    made = world().account(ACCOUNT).role("release", trusts=trust(CI), tags={"environment": release})
    return made.user("ci", tags={"Stage": ci})


@pytest.mark.parametrize(
    ("home", "other", "severity"),
    [
        ("dev", "production", "high"),
        ("prod", "dev", "low"),
        ("dev", "test", "medium"),
        ("PRD", "live", ""),
        ("dev", "shared", ""),
    ],
)
def test_which_crossing_is_how_bad(tmp_path: Path, home: str, other: str, severity: str) -> None:
    findings = found(judge(_tagged(home, other).build(tmp_path), CROSS), CI)
    assert [finding.severity.word for finding in findings] == ([severity] if severity else [])
    assert all(finding.related == (NAMES.role("release"),) and finding.steps for finding in findings)


def test_an_administrator_of_one_account_gets_into_another(tmp_path: Path) -> None:
    there = Names(OTHER)
    made = world().account(OTHER).role("target", trusts=trust(ACCOUNT), attached=[ADMINISTRATOR])
    made.account(ACCOUNT).user("ci", attached=[ADMINISTRATOR])
    made.declared(
        "environments",
        {"match": f"aws:account:{ACCOUNT}", "environment": "staging"},
        {"match": f"aws:account:{OTHER}", "environment": "production"},
    )
    made.declared("accounts", {"account": OTHER, "relation": "own"})
    (finding,) = judge(made.build(tmp_path), CROSS).findings
    assert (finding.subject, finding.severity.word, finding.key) == (CI, "critical", "production")
    assert finding.related == (there.role("target"),)


def test_marked_resources_are_goals_and_others_are_not(tmp_path: Path) -> None:
    def world_of(tags: dict[str, str]) -> World:
        made = world().account(ACCOUNT).bucket("orders", tags=tags)
        return made.user("ci", allow("s3:GetObject", on=f"{NAMES.bucket('orders')}/*"), tags={"env": "dev"})

    (finding,) = judge(world_of({"env": "prod"}).build(tmp_path / "1"), CROSS).findings
    assert finding.related == (NAMES.bucket("orders"),)
    assert not judge(world_of({"team": "prod"}).build(tmp_path / "2"), CROSS).findings


def test_unknown_and_shared_environments_are_not_judged(tmp_path: Path) -> None:
    made = _tagged("dev", "prod").user("nobody").user("prod-by-name").user("all", tags={"env": "global"})
    report = judge(made.build(tmp_path / "1"), CROSS)
    assert {item.subject for item in report.not_judged} == {
        NAMES.user("nobody"), NAMES.user("prod-by-name"), NAMES.user("all"),
    }  # fmt: skip
    report = judge(world().account(ACCOUNT).user("ci").build(tmp_path / "2"), CROSS)
    assert [item.subject for item in report.not_judged] == [NAMES.node]


def test_ways_with_open_conditions_are_not_judged(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).role("release", trusts=trust(CI, when=MFA), tags={"env": "prod"})
    report = judge(made.user("ci", tags={"env": "dev"}, mfa=True).build(tmp_path), CROSS)
    assert not report.findings
    assert ["open conditions" in item.reason for item in report.not_judged] == [True]


def test_the_policy_sets_the_number_of_steps(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).role("middle", trusts=trust(CI), tags={"env": "dev"})
    made.here.roles["middle"]["RolePolicyList"] = []
    made.role("release", trusts=trust(NAMES.role("middle")), tags={"env": "prod"}).user("ci", tags={"env": "dev"})
    evidence = made.build(tmp_path)
    assert len(found(judge(evidence, CROSS), CI)) == 1
    assert not found(judge(evidence, CROSS, Policy(cross_environment_steps=1)), CI)
