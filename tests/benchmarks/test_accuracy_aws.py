"""The set of small accounts is well formed, imports nothing of the product, and our tool runs on a sample of it."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy import account, case, empty, managed, statements
from benchmarks.accuracy.answers import Answer, count, differing
from benchmarks.accuracy.case import Case, write_case
from benchmarks.accuracy.cases import all_cases
from benchmarks.accuracy.ours import ask_us
from benchmarks.accuracy.peers.registry import PEERS, asked
from benchmarks.accuracy.peers.replay import Evidence
from benchmarks.accuracy.report import BEGIN, END, Outcome, put_into, report

ROOT = Path(account.__file__).parent
SAMPLE = ("iam-001/own-policy", "iam-001/aws-managed", "sts-001/mfa-with-device", "admin-direct/harmless-name")
PUBLISHED = 65


def _named(name: str) -> Case:
    return next(one for one in all_cases() if one.name == name)


def test_set_is_large_and_both_sided() -> None:
    cases = all_cases()
    assert len(cases) >= 150
    sides = Counter(one.positive for one in cases)
    assert sides[True] >= 70
    assert sides[False] >= 70
    assert len({one.name for one in cases}) == len(cases)


def test_each_technique_has_a_positive_and_a_twin() -> None:
    sides: dict[str, set[bool]] = {}
    for one in all_cases():
        sides.setdefault(one.technique, set()).add(one.positive)
    assert not [name for name, both in sides.items() if both != {True, False}]
    published = [name for name in sides if name.rsplit("-", 1)[1].isdigit()]
    assert len(published) == PUBLISHED


@pytest.mark.parametrize("one", all_cases(), ids=lambda one: one.name)
def test_case_is_whole(one: Case) -> None:
    assert one.source.startswith("https://")
    assert one.why.endswith(".")
    arns = {body["Arn"] for each in one.accounts for kind in (each.users, each.roles) for body in kind.values()}
    assert one.who in arns
    assert one.target == case.ADMIN or one.target in arns
    for each in one.accounts:
        _check_account(each)


def _check_account(each: account.Account) -> None:
    bodies = [body for kind in (each.users, each.groups, each.roles) for body in kind.values()]
    ids = [body[key] for body in bodies for key in ("UserId", "RoleId", "GroupId") if key in body]
    assert len(set(ids)) == len(ids)
    for body in bodies:
        attached = [policy["PolicyArn"] for policy in body["AttachedManagedPolicies"]]
        boundary = body.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        assert {*attached, *([boundary] if boundary else [])} <= each.policies.keys()
        assert set(body.get("GroupList", ())) <= each.groups.keys()


def test_set_imports_nothing_of_the_product() -> None:
    """Only what calls the command may, and it imports that alone."""
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        modules |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        tops = {module.split(".")[0] for module in modules}
        assert not tops & {"graph", "analytics", "collectors", "dashboard", "tests"}, path
        assert "nhigraph" not in tops or path.name == "command.py", path


@pytest.mark.parametrize("name", SAMPLE)
def test_ours_answers_the_sample(name: str, tmp_path: Path) -> None:
    one = _named(name)
    answer = ask_us(one, tmp_path)
    assert answer.case == name
    assert answer.verdict == one.expect


def test_peers_are_asked_what_they_claim() -> None:
    for peer in PEERS:
        some = [one for one in all_cases() if asked(peer, one)]
        assert some
        assert all(len(one.accounts) == 1 and one.expect != "conditional" for one in some)
        known = {one.technique for one in all_cases()}
        assert peer.covers <= known


def test_replay_answers_from_the_evidence(tmp_path: Path) -> None:
    write_case(tmp_path, _named("iam-013/admin-group"))
    evidence = Evidence(tmp_path / "aws")
    users: Any = evidence.answer("iam", "list_users", {})
    assert [each["UserName"] for each in users["Users"]] == ["mallory"]
    assert evidence.answer("iam", "list_attached_group_policies", {"GroupName": "ops"}) == {
        "AttachedPolicies": [
            {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
        ]
    }
    local: Any = evidence.answer("iam", "get_account_authorization_details", {"Filter": ["LocalManagedPolicy"]})
    assert local["Policies"] == []
    assert evidence.answer("iam", "get_login_profile", {"UserName": "mallory"}) is None
    assert evidence.answer("glue", "no_such_call", {}) is None


def test_evidence_is_json_with_one_call_a_line(tmp_path: Path) -> None:
    write_case(tmp_path, _named("guard-scp/allow-list"))
    lines = [path for path in tmp_path.rglob("*.jsonl") if path.read_text(encoding="utf-8")]
    assert any(path.name == "organizations.list_targets_for_policy.jsonl" for path in lines)
    for path in lines:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert json.loads(line).keys() in ({"request", "response"}, {"request", "error"})


def test_counts() -> None:
    """Conditional is not yes; unknown is neither right nor wrong."""
    yes, no, maybe = _named("iam-001/own-policy"), _named("iam-001/aws-managed"), _named("sts-001/source-ip")
    said = {"yes": (1, 0, 0, 0), "conditional": (0, 0, 1, 0), "no": (0, 0, 1, 0), "unknown": (0, 0, 0, 1)}
    for verdict, want in said.items():
        counts = count([yes], {yes.name: Answer(yes.name, verdict)})  # type: ignore[arg-type]
        assert (counts.found, counts.false, counts.missed, counts.unknown) == want
    assert count([no], {no.name: Answer(no.name, "conditional")}).false == 1
    assert count([no], {no.name: Answer(no.name, "no")}).quiet == 1
    assert count([maybe], {maybe.name: Answer(maybe.name, "yes")}).false == 1
    assert count([maybe], {maybe.name: Answer(maybe.name, "conditional")}).found == 1
    assert differing([yes, no], {yes.name: Answer(yes.name, "no")})[0][0] is yes


def test_report_stands_between_the_markers(tmp_path: Path) -> None:
    one = _named("iam-001/own-policy")
    ours = Outcome("NHIGraph", "1", "All cases.", {one.name: Answer(one.name, "no")})
    gone = Outcome("other", "other==1", "Nothing.", reason="could not be installed: no network")
    text = report([one], [ours, gone], "Here.")
    assert "not run: could not be installed: no network" in text
    assert "`iam-001/own-policy`: expected yes, answered no" in text
    path = tmp_path / "accuracy.md"
    path.write_text("# Accuracy\n\nkept\n", encoding="utf-8")
    put_into(path, text)
    put_into(path, "second")
    written = path.read_text(encoding="utf-8")
    assert written.startswith("# Accuracy\n\nkept\n")
    assert written.count(BEGIN) == written.count(END) == 1
    assert "second" in written
    assert "iam-001" not in written


def test_data_modules_hold_what_they_say() -> None:
    assert "iam.list_saml_providers" in empty.GLOBAL
    assert all("." in name for name in empty.REGIONAL)
    assert statements.allow("not iam:*")["NotAction"] == "iam:*"
    assert managed.MANAGED["AdministratorAccess"]["Statement"][0]["Action"] == "*"
