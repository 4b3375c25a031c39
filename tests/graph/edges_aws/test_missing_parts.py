"""Parts that the evidence refers to and does not hold: each is a gap, and what needs it is unverified."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ADMIN, CI, A, here
from tests.worlds.statements import allow
from tests.worlds.view import View, look

USERS, GROUPS, ROLES = "UserDetailList", "GroupDetailList", "RoleDetailList"


def _reasons(view: View) -> str:
    return " | ".join(gap.reason for gap in view.gaps)


def test_a_group_that_is_not_in_the_evidence(tmp_path: Path) -> None:
    view = look(here().user("ci", groups=["gone"]).user("bob", groups=["gone"]), tmp_path)
    (gap,) = [gap for gap in view.gaps if "gone" in gap.reason]
    assert "deny" in gap.lost
    (hop,) = view.hops(source=CI, kind=EdgeKind.ADMIN_OF)
    assert hop.state is State.UNVERIFIED
    assert {view.graph.grants[grant].kind for grant in hop.grants} == {"membership"}
    assert any(use.holder == CI and use.layer == "group" and not use.digest for use in view.graph.document_uses)


def test_a_group_without_policies_is_no_gap(tmp_path: Path) -> None:
    view = look(here().group("empty").user("ci", groups=["empty"]), tmp_path)
    assert "empty" not in _reasons(view)
    assert view.state(CI, ADMIN, kind=EdgeKind.ADMIN_OF) is State.VOID


@pytest.mark.parametrize("present", [True, False])
def test_a_default_version_that_is_not_there(present: bool, tmp_path: Path) -> None:
    where = here().policy("wide", allow("s3:*")).user("ci", attached=["wide"])
    policy = where.here.policies[A.policy("wide")]
    policy["DefaultVersionId"] = "v1" if present else "v9"
    del policy["PolicyVersionList"][0]["IsDefaultVersion"]
    view = look(where, tmp_path)
    assert (A.policy("wide") in _reasons(view)) is not present
    assert view.state(CI, ADMIN, kind=EdgeKind.ADMIN_OF) is (State.VOID if present else State.UNVERIFIED)


@pytest.mark.parametrize("tags", ["team=web", 5, [["team", "web"]], [{"key": "team", "value": "web"}], [{"Key": 5}]])
def test_tags_of_a_wrong_type(tags: Any, tmp_path: Path) -> None:
    where = here().user("ci")
    where.here.users["ci"]["Tags"] = tags
    assert "Tags" in _reasons(look(where, tmp_path))


def test_two_of_one_arn_that_differ(tmp_path: Path) -> None:
    where = here().user("ci")
    other = deepcopy(where.here.users["ci"])
    where.here.users["again"] = other
    where.here.sign_in["again"] = where.here.sign_in["ci"]
    assert "same ARN" not in _reasons(look(where, tmp_path / "equal"))
    other["UserPolicyList"] = [{"PolicyName": "p", "PolicyDocument": {"Statement": [allow("*")]}}]
    assert "same ARN" in _reasons(look(where, tmp_path / "different"))


@pytest.mark.parametrize("name", [USERS, GROUPS, ROLES])
def test_a_list_that_the_details_leave_out(name: str, tmp_path: Path) -> None:
    folder = here().user("ci").role("app").group("g").build(tmp_path)
    (path,) = folder.rglob("iam.get_account_authorization_details.json")
    body = json.loads(path.read_text(encoding="utf-8"))
    del body[name]
    path.write_text(json.dumps(body), encoding="utf-8")
    assert any(f"{name} is missing" in gap.reason for gap in to_records(read_evidence([folder])).gaps)
    body[name] = []
    path.write_text(json.dumps(body), encoding="utf-8")
    assert not any("is missing" in gap.reason for gap in to_records(read_evidence([folder])).gaps)
