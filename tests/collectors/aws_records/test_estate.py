"""Records of the payload estate: every field is filled, and the joins are the right ones."""

from __future__ import annotations

import dataclasses
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.aws import records as record_types
from collectors.aws.records import AwsRecords
from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.payloads import ESTATE, PAYLOADS

MAIN = "111111111111"
ORDERS = "222222222222"


@pytest.fixture(scope="module")
def estate() -> AwsRecords:
    return to_records(read_evidence([ESTATE]))


def one(records: tuple[Any, ...], **wanted: object) -> Any:
    found = [each for each in records if all(getattr(each, name) == value for name, value in wanted.items())]
    assert len(found) == 1, (wanted, found)
    return found[0]


def test_the_estate_has_no_gaps(estate: AwsRecords) -> None:
    assert read_evidence([ESTATE]).gaps == ()
    assert estate.gaps == ()


# Fields that only a failure fills; tests below fill them.
FILLED_ELSEWHERE = {("Document", "problem"), ("AwsRecords", "gaps")}


def test_every_field_of_every_record_is_filled_somewhere(estate: AwsRecords) -> None:
    seen: dict[tuple[str, str], bool] = {}

    def visit(value: object) -> None:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            for each in dataclasses.fields(value):
                inner = getattr(value, each.name)
                default = each.default if each.default is not dataclasses.MISSING else None
                key = (type(value).__name__, each.name)
                filled = inner not in (None, "", (), {}) and (each.default is dataclasses.MISSING or inner != default)
                seen[key] = seen.get(key, False) or filled
                visit(inner)
        elif isinstance(value, tuple | list):
            for item in value:
                visit(item)

    visit(estate)
    names = {name for name in record_types.__all__}
    empty = {key for key, filled in seen.items() if key[0] in names and not filled}
    # Defaults that say "known" or "customer's": the estate shows the other value nowhere, other tests do.
    empty -= {("AwsUser", "policies_known"), ("AwsKmsKey", "manager"), ("AwsOrganizationPolicy", "targets_known")}
    assert empty == FILLED_ELSEWHERE
    assert names <= {name for name, _ in seen}, names - {name for name, _ in seen}


def test_user_is_joined_with_the_report(estate: AwsRecords) -> None:
    user = one(estate.users, name="deploy")
    assert (user.has_password, user.mfa_active, user.groups) == (False, False, ("ci",))
    assert user.boundary_arn == f"arn:aws:iam::{MAIN}:policy/boundary"
    assert user.inline[0].document.body["Version"] == "2012-10-17"
    assert user.ref.file == f"aws/{MAIN}/iam.get_account_authorization_details.json"
    assert user.ref.pointer == "/UserDetailList/0"
    alice = one(estate.users, name="alice")
    assert (alice.has_password, alice.mfa_active, alice.path) == (True, True, "/people/")


def test_root_user_comes_from_the_report(estate: AwsRecords) -> None:
    root = one(estate.users, is_root=True)
    assert (root.arn, root.mfa_active, root.has_password) == (f"arn:aws:iam::{MAIN}:root", True, None)
    key = one(estate.access_keys, user_arn=root.arn)
    assert (key.id, key.slot, key.active, key.last_used_service) == ("", 1, True, "iam")


def test_access_keys_find_their_slot_by_time(estate: AwsRecords) -> None:
    first = one(estate.access_keys, id="AKIAEXAMPLEDEPLOY001")
    second = one(estate.access_keys, id="AKIAEXAMPLEDEPLOY002")
    assert (first.slot, first.active, first.last_used_at) == (1, True, datetime(2025, 11, 1, 6, tzinfo=UTC))
    assert (second.slot, second.active, second.last_used_at, second.last_used_known) == (2, False, None, True)
    assert first.quarantined and second.quarantined
    assert len(estate.access_keys) == 3


def test_roles_say_whether_last_use_is_known(estate: AwsRecords) -> None:
    orders, web, github = (one(estate.roles, name=name) for name in ("orders", "web", "github-deploy"))
    assert (orders.last_used_known, orders.last_used_region) == (True, "eu-central-1")
    assert (web.last_used_known, web.last_used_at) == (True, None)
    assert github.last_used_known is False
    assert orders.max_session_seconds == 43200 and web.max_session_seconds == 3600


def test_organization_tree(estate: AwsRecords) -> None:
    assert estate.organization is not None
    assert estate.organization.root_id == "r-ab12"
    main, orders, vendor = (one(estate.accounts, id=key) for key in (MAIN, ORDERS, "999999999999"))
    assert (main.management, main.collected, main.parents) == (True, True, ("r-ab12",))
    assert (orders.management, orders.collected, orders.parents) == (False, False, ("r-ab12", "ou-ab12-workload"))
    assert (vendor.relation, vendor.organization_known) == ("vendor", False)
    assert orders.relation == "own" and orders.tags == {"env": "prod"}
    assert {policy.id: policy.targets for policy in estate.organization_policies}["p-denyleave"] == (
        "ou-ab12-workload",
    )
    rcp = one(estate.organization_policies, kind="RESOURCE_CONTROL_POLICY")
    assert rcp.targets_known and rcp.document.body["Statement"][0]["Effect"] == "Deny"


def test_workloads(estate: AwsRecords) -> None:
    function = estate.functions[0]
    assert function.environment_names == ("DB_SECRET", "LEGACY_PASSWORD", "LOG_LEVEL")
    assert function.environment_ids == {"DB_SECRET": estate.secrets[0].arn}
    assert (function.tags, function.tags_known) == ({"team": "orders"}, True)
    running, associating = estate.instances
    assert (running.ssm_managed, running.platform) == (True, "Linux/UNIX")
    assert (associating.ssm_managed, associating.profile_arn) == (False, f"arn:aws:iam::{MAIN}:instance-profile/web")
    assert estate.instance_profiles[0].role_arns == (f"arn:aws:iam::{MAIN}:role/web",)


def test_resources(estate: AwsRecords) -> None:
    artifacts, plain = estate.buckets
    assert artifacts.policy_presence is Presence.PRESENT and artifacts.policy is not None
    assert (plain.policy_presence, plain.policy, plain.region) == (Presence.EMPTY, None, "us-east-1")
    assert plain.public_access_block is not None and not any(plain.public_access_block.values())
    assert plain.tags_known is False and artifacts.tags_known is True
    key = estate.kms_keys[0]
    assert (key.aliases, key.manager) == (("alias/orders",), "CUSTOMER")
    secret = estate.secrets[0]
    assert secret.policy_presence is Presence.PRESENT and secret.rotation_enabled
    assert secret.current_version == "0c1a7e52-0000-4000-8000-000000000002"


def test_presence_names_everything(estate: AwsRecords) -> None:
    assert estate.presence[MAIN, "iam.get_account_authorization_details"] is Presence.PRESENT
    assert estate.presence[MAIN, "iam.list_mfa_devices"] is Presence.ABSENT
    assert estate.presence[f"{MAIN}/eu-central-1", "lambda.list_functions"] is Presence.PRESENT


def test_url_encoded_documents_give_the_same_records(tmp_path: Path) -> None:
    plain = ESTATE / "aws" / MAIN / "iam.get_account_authorization_details.json"
    shutil.copy(plain, tmp_path / "gaad.json")
    shutil.copy(PAYLOADS / "gaad_url_encoded.json", tmp_path / "encoded.json")
    one_way = to_records(read_evidence([tmp_path / "gaad.json"]))
    other = to_records(read_evidence([tmp_path / "encoded.json"]))
    assert repr(other).replace("encoded.json", "gaad.json") == repr(one_way)
    assert one_way.gaps == ()


def test_record_order_and_content_do_not_depend_on_the_order_of_inputs(tmp_path: Path) -> None:
    files = sorted((ESTATE / "aws" / MAIN).glob("*.json"))
    forth, back = read_evidence(files), read_evidence(files[::-1])
    assert forth.digest == back.digest
    assert to_records(forth) == to_records(back)


def test_the_estate_is_small_and_holds_no_secret() -> None:
    for file in ESTATE.rglob("*.json*"):
        assert "SecretAccessKey" not in file.read_text()
        for line in file.read_text().splitlines() if file.suffix == ".jsonl" else [file.read_text()]:
            json.loads(line)
