"""The permission list, the least policy, the documentation's table and the registry agree with the operations."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from collectors.aws.operations import OPERATIONS
from collectors.aws.permissions import least_policy, operations_table, permissions_needed
from collectors.aws.session import SERVICES
from collectors.registry import COLLECTORS, load

ROOT = Path(__file__).parents[3]


def test_permissions() -> None:
    needed, opted = permissions_needed(), permissions_needed(opted=True)
    assert needed == sorted(set(needed))
    assert set(needed) == {operation.permission for operation in OPERATIONS.values() if not operation.opt_in}
    assert set(opted) == {operation.permission for operation in OPERATIONS.values()}
    assert "iam:GenerateServiceLastAccessedDetails" in set(opted) - set(needed)
    assert "iam:ListAccessKeys" not in permissions_needed(without=["iam"])


@pytest.mark.parametrize("opted", [False, True])
def test_least_policy_allows_just_that(opted: bool) -> None:
    policy = least_policy(opted=opted)
    actions = [action for statement in policy["Statement"] for action in statement["Action"]]
    assert sorted([*actions, "sts:GetCallerIdentity"]) == permissions_needed(opted=opted)
    assert {statement["Effect"] for statement in policy["Statement"]} == {"Allow"}
    assert not any("*" in action for action in actions)
    assert all(statement["Sid"].isalnum() for statement in policy["Statement"])
    # A managed policy holds 6,144 characters, white space not counted.
    assert len(json.dumps(policy, separators=(",", ":"))) < 6144
    verbs = ("BatchGet", "Get", "GET", "List", "Describe", "Generate")
    assert all(action.partition(":")[2].startswith(verbs) for action in actions)


def test_every_service_can_be_left_out() -> None:
    assert {name.partition(".")[0] for name in OPERATIONS} == {*SERVICES, "sts"}


@pytest.mark.needs_moto
def test_operations_exist_with_such_a_name() -> None:
    import botocore.session
    from botocore import xform_name

    session = botocore.session.get_session()
    known = {
        f"{service}.{xform_name(name)}"
        for service in (*SERVICES, "sts")
        for name in session.get_service_model(service).operation_names
    }
    assert set(OPERATIONS) <= known


@pytest.mark.needs_checkout
def test_the_documentation_has_the_table() -> None:
    page = ROOT / "docs" / "collectors" / "aws.md"
    assert f"\n{operations_table()}\n" in page.read_text(encoding="utf-8")


def test_registry_resolves() -> None:
    entry = COLLECTORS["aws"]
    assert load(entry.operations) is OPERATIONS
    for path in (entry.collect, entry.settings, entry.to_records, entry.permissions, entry.least_policy):
        assert callable(load(path))


def test_no_sdk_is_imported_until_it_is_used() -> None:
    program = (
        "import sys; from collectors.registry import COLLECTORS, load; entry = COLLECTORS['aws']\n"
        "for path in (entry.collect, entry.settings, entry.to_records, entry.permissions): load(path)\n"
        "sys.exit(any(name.partition('.')[0] in ('boto3', 'botocore') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0
