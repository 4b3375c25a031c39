"""The four rules about access keys: thresholds at their edge, what is not known, what is not judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.findings import evaluate
from analytics.policy import Policy
from analytics.rules import RULES
from tests.analytics.rules.scenarios import ACCOUNT, NAMES, Key, found, judge, snapshot_of, user_world, with_keys
from tests.worlds.aws import world
from tests.worlds.names import ADMINISTRATOR

OLD, UNUSED, TWO, INACTIVE = "aws-old-key", "aws-unused-key", "aws-two-active-keys", "aws-inactive-key"
CI = NAMES.user("ci")


def _keyed(folder: Path, *keys: Key) -> Path:
    return with_keys(user_world("ci").build(folder), keys)


def test_each_old_key_is_a_finding_of_its_own(tmp_path: Path) -> None:
    findings = found(judge(_keyed(tmp_path, Key("ci", 900, 1), Key("ci", 91, 1)), OLD), CI)
    assert len({finding.id for finding in findings}) == 2
    assert {finding.related for finding in findings} == {(f"aws:key:{CI}:slot1",), (f"aws:key:{CI}:slot2",)}
    assert "900 days old; the policy allows 90" in " ".join(finding.message for finding in findings)


def test_inactive_keys_are_neither_old_nor_unused(tmp_path: Path) -> None:
    evidence = _keyed(tmp_path, Key("ci", 900, None, active=False))
    assert not judge(evidence, OLD).findings
    assert not judge(evidence, UNUSED).findings


def test_the_policy_sets_the_limits(tmp_path: Path) -> None:
    evidence = _keyed(tmp_path, Key("ci", 40, 20))
    assert not judge(evidence, OLD).findings
    assert len(judge(evidence, OLD, Policy(old_key_days=39)).findings) == 1
    assert len(judge(evidence, UNUSED, Policy(unused_key_days=19)).findings) == 1


@pytest.mark.parametrize(("used", "want"), [(45, 0), (46, 1)])
def test_administrators_have_the_shorter_limit(tmp_path: Path, used: int, want: int) -> None:
    made = world().account(ACCOUNT).user("ci", attached=[ADMINISTRATOR])
    findings = judge(with_keys(made.build(tmp_path), [Key("ci", 80, used)]), UNUSED).findings
    assert len(findings) == want
    assert all(finding.severity.word == "high" for finding in findings)


@pytest.mark.parametrize(("age", "want"), [(90, 0), (91, 1)])
def test_a_key_never_used_counts_from_its_creation(tmp_path: Path, age: int, want: int) -> None:
    findings = judge(_keyed(tmp_path, Key("ci", age, None)), UNUSED).findings
    assert len(findings) == want
    assert all("never used" in finding.message for finding in findings)


def test_root_keys_are_judged(tmp_path: Path) -> None:
    report = judge(with_keys(user_world("ci").build(tmp_path), [Key("<root_account>", 400, 400)]), OLD)
    assert [finding.subject for finding in report.findings] == [NAMES.root]


@pytest.mark.parametrize("rule", [OLD, UNUSED, TWO, INACTIVE])
def test_keys_that_were_not_looked_at_are_not_judged(tmp_path: Path, rule: str) -> None:
    made = user_world("ci").without("iam.get_credential_report", "iam.list_access_keys")
    report = judge(made.build(tmp_path), rule)
    assert not report.findings
    assert report.passed[rule] == 0
    assert [item.subject for item in report.not_judged] == [NAMES.node]


def test_without_the_report_the_last_use_is_not_known_but_the_age_is(tmp_path: Path) -> None:
    evidence = user_world("ci", keys=1).without("iam.get_credential_report").build(tmp_path)
    assert len(judge(evidence, OLD).findings) == 1
    report = judge(evidence, UNUSED)
    assert not report.findings
    assert report.passed[UNUSED] == 0
    assert [item.subject for item in report.not_judged] == [CI]


@pytest.mark.parametrize("rule", [OLD, UNUSED])
def test_without_a_time_ages_are_not_judged(tmp_path: Path, rule: str) -> None:
    evidence = _keyed(tmp_path, Key("ci", 900, 900))
    snapshot = snapshot_of(evidence, tmp_path / "ws")
    snapshot.manifest = replace(snapshot.manifest, facts={**snapshot.manifest.facts, "as_of_known": False})
    report = evaluate(snapshot, rules={rule: RULES[rule]})
    assert report.as_of is None
    assert not report.findings
    assert report.passed[rule] == 0
    assert "states no time" in report.not_judged[0].reason


def test_two_keys_are_one_finding(tmp_path: Path) -> None:
    (finding,) = judge(_keyed(tmp_path, Key("ci", 9, 1), Key("ci", 5, 1)), TWO).findings
    assert len(finding.related) == 2
