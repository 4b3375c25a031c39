"""Documents that IAM could not have accepted: a gap, at best one unverified administrator, never a failed build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.build import build_snapshot
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, OTHER, A, here
from tests.worlds.aws import World
from tests.worlds.statements import allow, deny, trust
from tests.worlds.view import View, look

ANYTHING = {"Action": "*", "Resource": "*"}
UNREAD: dict[str, Any] = {
    "effect in lower case": {"Statement": [{"Effect": "allow", **ANYTHING}]},
    "action and NotAction": {"Statement": [{"Effect": "Allow", "NotAction": "s3:*", **ANYTHING}]},
    "no effect": {"Statement": [ANYTHING]},
    "action is a number": {"Statement": [{"Effect": "Allow", "Action": 5, "Resource": "*"}]},
    "a list": [1],
    "text that is not JSON": "%%%",
    "condition is a list": {"Statement": [{"Effect": "Allow", **ANYTHING, "Condition": ["x"]}]},
    "nothing": None,
}


def _inline(kind: str, body: Any) -> World:
    where = here().group("g").role("app", trusts=trust(A.root))
    where.user("ci", groups=["g"] if kind == "Group" else [])
    holder = {"User": where.here.users["ci"], "Role": where.here.roles["app"], "Group": where.here.groups["g"]}[kind]
    holder[f"{kind}PolicyList"] = [{"PolicyName": "p", "PolicyDocument": body}]
    return where


def _unread_administrator(view: View, source: str) -> None:
    (hop,) = view.hops(source=source, kind=EdgeKind.ADMIN_OF)
    assert hop.state is State.UNVERIFIED
    assert hop.grants
    assert set(hop.grants) <= set(view.graph.grants)
    assert "inline policy p" in hop.note


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("kind", ["User", "Role", "Group"])
def test_an_inline_policy_is_a_gap_and_one_unverified_edge(kind: str, name: str, tmp_path: Path) -> None:
    view = look(_inline(kind, UNREAD[name]), tmp_path)
    _unread_administrator(view, A.role("app") if kind == "Role" else CI)
    assert any("PolicyDocument" in gap.reason for gap in view.gaps)
    if kind == "Group":
        (hop,) = view.hops(source=CI, kind=EdgeKind.ADMIN_OF)
        assert any(view.graph.grants[grant].kind == "membership" for grant in hop.grants), "leaving the group ends it"


@pytest.mark.parametrize("name", UNREAD)
def test_a_build_of_every_kind_of_unread_document_ends(name: str, tmp_path: Path) -> None:
    body = UNREAD[name]
    where = here().group("g").user("ci", groups=["g"], attached=["own"], boundary="edge").role("app")
    where.policy("own", allow("s3:*")).policy("edge", allow("*")).role("plain", allow("iam:*", "sts:*"))
    for policies in (where.here.users["ci"], where.here.roles["app"], where.here.groups["g"]):
        kind = next(kind for kind in ("User", "Role", "Group") if f"{kind}PolicyList" in policies)
        policies[f"{kind}PolicyList"] = [{"PolicyName": "p", "PolicyDocument": body}]
    where.here.roles["app"]["AssumeRolePolicyDocument"] = body
    for policy in where.here.policies.values():
        policy["PolicyVersionList"][0]["Document"] = body
    where.bucket("data").key("k").secret("s").function("f", "app")
    where.here.buckets["data"] = where.here.secret_policies["s"] = where.here.function_policies["f"] = body
    where.here.keys["k"] = (body, "CUSTOMER")
    where.organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]}).scp("s", deny("s3:*"), on="ou-1")
    where.rcp("r", {**deny("s3:*"), "Principal": "*"}, on="ou-1")
    assert where.org is not None
    where.org.policies[:] = [(policy, kind, body, on) for policy, kind, _, on in where.org.policies]
    where.account(OTHER).user("bob").without("iam.get_account_authorization_details")
    evidence = where.build(tmp_path / "evidence")
    built = build_snapshot([evidence], tmp_path / "workspace", product_version="0")
    assert built.gaps


def test_the_same_policy_in_words_that_iam_takes_is_verified(tmp_path: Path) -> None:
    view = look(_inline("User", {"Statement": [{"Effect": "Allow", **ANYTHING}]}), tmp_path)
    assert view.state(CI, ADMIN, kind=EdgeKind.ADMIN_OF) is State.VERIFIED


def test_an_unread_policy_makes_nobody_administrator_whom_a_deny_stops(tmp_path: Path) -> None:
    where = _inline("User", "%%%")
    where.policy("stop", deny("iam:*"))
    where.here.users["ci"]["AttachedManagedPolicies"] = [{"PolicyName": "stop", "PolicyArn": A.policy("stop")}]
    assert look(where, tmp_path).state(CI, ADMIN, kind=EdgeKind.ADMIN_OF) is State.VOID
