"""Keys and password of the root user as the credential report and the account summary tell them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analytics.rules.building import ACCOUNT, NAMES, Key, with_keys
from tests.analytics.rules.scenarios import judge, user_world

KEY, MFA = "aws-root-key", "aws-no-mfa"


def _summary(folder: Path, **told: int) -> Path:
    body = {"SummaryMap": {"Users": 1, **told}}
    (folder / "aws" / ACCOUNT / "iam.get_account_summary.json").write_text(json.dumps(body), encoding="utf-8")
    return folder


def _without_report(folder: Path, **told: int) -> Path:
    return _summary(user_world("ci").without("iam.get_credential_report").build(folder), **told)


@pytest.mark.parametrize("more", [{}, {"AccountMFAEnabled": 1}])
def test_the_summary_alone_tells_of_a_key(tmp_path: Path, more: dict[str, int]) -> None:
    report = judge(_without_report(tmp_path, AccountAccessKeysPresent=1, **more), KEY)
    (finding,) = report.findings
    assert (finding.subject, finding.severity.word) == (NAMES.root, "critical")
    assert "does not say whether it is active" in finding.message
    assert finding.evidence


def test_the_summary_alone_tells_of_no_key(tmp_path: Path) -> None:
    report = judge(_without_report(tmp_path, AccountAccessKeysPresent=0), KEY)
    assert not report.findings
    assert report.passed[KEY] == 1


def test_a_summary_that_says_nothing_of_keys_is_not_judged(tmp_path: Path) -> None:
    report = judge(_without_report(tmp_path, AccountMFAEnabled=1), KEY)
    assert not report.findings
    assert report.passed[KEY] == 0
    assert [item.subject for item in report.not_judged] == [NAMES.root]


def test_a_key_made_since_the_report_is_told_by_the_summary(tmp_path: Path) -> None:
    # The report may be four hours old; the summary is of now.
    folder = with_keys(user_world("ci").build(tmp_path), [])
    assert len(judge(_summary(folder, AccountAccessKeysPresent=1), KEY).findings) == 1


def test_a_key_of_the_report_is_one_finding_beside_the_summary(tmp_path: Path) -> None:
    folder = with_keys(user_world("ci").build(tmp_path), [Key("<root_account>", 400)])
    (finding,) = judge(_summary(folder, AccountAccessKeysPresent=1), KEY).findings
    assert "an active access key" in finding.message


def test_a_root_user_without_a_password_needs_no_mfa(tmp_path: Path) -> None:
    report = judge(_without_report(tmp_path, AccountMFAEnabled=0, AccountPasswordPresent=0), MFA)
    assert not [finding for finding in report.findings if finding.subject == NAMES.root]


def test_a_root_user_with_a_password_and_no_mfa_is_certain(tmp_path: Path) -> None:
    report = judge(_without_report(tmp_path, AccountMFAEnabled=0, AccountPasswordPresent=1), MFA)
    (finding,) = [finding for finding in report.findings if finding.subject == NAMES.root]
    assert finding.confidence.value == "high"


def test_without_a_word_on_the_password_it_is_less_certain(tmp_path: Path) -> None:
    report = judge(_without_report(tmp_path, AccountMFAEnabled=0), MFA)
    (finding,) = [finding for finding in report.findings if finding.subject == NAMES.root]
    assert finding.confidence.value == "medium"
