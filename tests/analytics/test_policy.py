"""Thresholds from nhi.toml: what is read, and which errors name what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.errors import PolicyFileError
from analytics.policy import Policy, read_policy
from analytics.verdicts import Severity


def _read(folder: Path, text: str, **options: tuple[str, ...]) -> Policy:
    path = folder / "nhi.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path, **options)


def test_defaults_stand_where_nothing_is_said(tmp_path: Path) -> None:
    assert _read(tmp_path, "") == Policy()
    assert (Policy().old_key_days, Policy().unused_key_days, Policy().unused_privileged_key_days) == (90, 90, 45)


def test_what_is_said_is_taken(tmp_path: Path) -> None:
    policy = _read(
        tmp_path,
        '[thresholds]\nold_key_days = 30\n[rules]\ndisabled = ["aws-old-key"]\n'
        'severity = { aws-inactive-key = "high" }\n[collect]\nregions = ["eu-west-1"]\n',
        others=("collect",),
    )
    assert policy == Policy(old_key_days=30, disabled=("aws-old-key",), severity={"aws-inactive-key": Severity.HIGH})
    assert policy.digest != Policy().digest


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[treshold]\n", "treshold"),
        ("[thresholds]\nold_keys = 1\n", "thresholds.old_keys"),
        ("[thresholds]\nold_key_days = -1\n", "thresholds.old_key_days"),
        ("[thresholds]\nold_key_days = true\n", "thresholds.old_key_days"),
        ('[thresholds]\nold_key_days = "90"\n', "thresholds.old_key_days"),
        ("thresholds = 3\n", "thresholds"),
        ("[rules]\noff = []\n", "rules.off"),
        ('[rules]\ndisabled = "aws-old-key"\n', "rules.disabled"),
        ('[rules]\ndisabled = ["aws-odd-key"]\n', "aws-odd-key"),
        ('[rules]\nseverity = { aws-old-key = "awful" }\n', "rules.severity.aws-old-key"),
        ('[rules]\nseverity = { aws-old-kay = "low" }\n', "aws-old-kay"),
        ("[thresholds\n", "nhi.toml"),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(PolicyFileError) as error:
        _read(tmp_path, text)
    assert named in str(error.value)
    assert "nhi.toml" in str(error.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match=r"gone\.toml"):
        read_policy(tmp_path / "gone.toml")
