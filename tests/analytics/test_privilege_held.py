"""Privilege held under conditions, through classes or by documents that were not seen, beside what is not privilege."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from graph.kinds import State
from tests.analytics.rules.building import ACCOUNT, LAMBDA, NAMES
from tests.analytics.test_privilege import APP, CI, SECRETS, account, ask, used
from tests.worlds.aws import World, world
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow

READ = "secretsmanager:GetSecretValue"
REGION = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
MFA_ASKED = allow(READ, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
AGENT = {"StringEquals": {"aws:UserAgent": "ci"}}
ADDRESS = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


def user(*statements: Any, **more: Any) -> World:
    made = world().account(ACCOUNT).user("ci", *statements, keys=1, mfa=True, **more).secret("s").function("f", "adm")
    return made.role("adm", trusts=LAMBDA, attached=[ADMINISTRATOR])


@pytest.mark.parametrize(
    ("statements", "verdict", "told"),
    [
        ((allow(READ, when=REGION),), "yes", "H4"),
        ((allow(READ, when=ADDRESS),), "unknown", "aws:sourceip"),
        ((allow(READ, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),), "no", "MFA"),
        ((allow(READ, when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}),), "yes", "H4"),
        ((allow("s3:ListAllMyBuckets", when=REGION),), "no", "neither"),
        ((allow("iam:AttachUserPolicy", when=AGENT),), "yes", "H1"),
        ((allow("iam:AttachUserPolicy", when=REGION),), "no", "neither"),  # IAM is not called in that region
        ((allow("iam:AttachUserPolicy", when=ADDRESS),), "unknown", "aws:sourceip"),
        ((allow("iam:UpdateAssumeRolePolicy"), allow("sts:AssumeRole")), "yes", ""),
        ((allow("sts:AssumeRole"),), "no", "neither"),
        ((allow("iam:EnableMFADevice", "iam:CreateVirtualMFADevice", on="*"), MFA_ASKED), "no", "MFA"),
        ((allow("lambda:ListFunctions", when=REGION),), "no", "neither"),
        ((allow("*", when=ADDRESS),), "yes", "full control"),
    ],
)
def test_standing_of_what_is_held_under_a_condition(
    tmp_path: Path, statements: Sequence[Any], verdict: str, told: str
) -> None:
    row = ask("standing", user(*statements), tmp_path, who=CI)
    assert row.verdict == verdict, row.reason
    assert told in row.reason


def test_a_workload_of_its_own_gives_a_role_nothing_new(tmp_path: Path) -> None:
    own = account(LAMBDA, allow("lambda:UpdateFunctionCode"), allow("lambda:InvokeFunction")).function("f", "app")
    assert ask("standing", own, tmp_path / "1").verdict == "no"
    more = own.role("adm", trusts=LAMBDA, attached=[ADMINISTRATOR]).function("g", "adm")
    row = ask("standing", more, tmp_path / "2")
    assert row.verdict == "yes", row.reason
    assert row.grants


@pytest.mark.parametrize(("seen", "verdict"), [(True, "yes"), (False, "unknown")])
@pytest.mark.parametrize("boundary", [True, False])
def test_a_document_that_was_not_seen(tmp_path: Path, boundary: bool, seen: bool, verdict: str) -> None:
    made = world().account(ACCOUNT).policy("b", allow("*"))
    arn = NAMES.policy("b")
    made = made.user("ci", allow("*"), boundary="b", keys=1) if boundary else made.user("ci", attached=[arn], keys=1)
    row = ask("standing", made if seen else made.drop_document(arn), tmp_path, who=CI)
    assert row.verdict == verdict, row.reason
    assert (arn in row.reason) == (not seen)
    assert ("iam.get_account_authorization_details" in row.missing) == (not seen)
    assert row.state is State.VERIFIED


@pytest.mark.parametrize(
    ("when", "days", "verdict"),
    [(REGION, 300, "yes"), (REGION, 3, "unknown"), (ADDRESS, 300, "unknown"), (ADDRESS, 3, "unknown")],
)
def test_unused_counts_what_is_held_under_a_condition(tmp_path: Path, when: Any, days: int, verdict: str) -> None:
    where = account(LAMBDA, allow(READ, when=when)).secret("s").function("f", "app")
    row = ask("unused", where, tmp_path, used(days), who=APP)
    assert row.verdict == verdict, row.reason
    assert "no privilege" not in row.reason
    assert "H4" in row.reason


def test_unused_of_what_holds_no_privilege_is_still_no(tmp_path: Path) -> None:
    none = account(LAMBDA, allow("s3:ListAllMyBuckets", when=REGION)).secret("s").function("f", "app")
    row = ask("unused", none, tmp_path / "1", used(300))
    assert (row.verdict, "no privilege" in row.reason) == ("no", True)
    assert ask("unused", account(LAMBDA, SECRETS).secret("s"), tmp_path / "2", used(300)).verdict == "yes"


def test_a_class_of_principals_gives_what_its_members_hold(tmp_path: Path) -> None:
    """Many users with one statement on many secrets share hubs: the class tells what each holds."""
    for at, (when, verdict) in enumerate([(REGION, "yes"), (ADDRESS, "unknown"), (None, "yes")]):
        made = world().account(ACCOUNT)
        for number in range(40):
            made.user("ci" if number == 0 else f"u{number}", allow(READ, when=when), keys=1).secret(f"s{number}")
        row = ask("standing", made, tmp_path / str(at), who=CI)
        assert row.verdict == verdict, row.reason
        assert "H4" in row.reason


@pytest.mark.parametrize("functions", [("app",) * 30, ("app",) * 30 + ("adm",)])
def test_many_workloads_of_its_own_give_a_role_nothing_new(tmp_path: Path, functions: Sequence[str]) -> None:
    made = account(LAMBDA, allow("lambda:UpdateFunctionCode"), allow("lambda:InvokeFunction"))
    made.role("other", allow("lambda:UpdateFunctionCode"), allow("lambda:InvokeFunction"), trusts=LAMBDA)
    made.role("adm", trusts=LAMBDA, attached=[ADMINISTRATOR])
    for number, role in enumerate(functions):
        made.function(f"f{number}", role)
    row = ask("standing", made, tmp_path)
    assert row.verdict == ("yes" if "adm" in functions else "no"), row.reason
