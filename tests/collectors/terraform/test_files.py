"""Files of Terraform: which form each is, what is told of one that cannot be read, which records come of the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import EvidenceError, UnusableInputError
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.reader import read_evidence
from collectors.evidence.redact import Redactor
from collectors.terraform.bring import bring, read_files
from collectors.terraform.forms import Form, form_of
from collectors.terraform.places import clean_backend, place_of, stated_backend
from collectors.terraform.records import TerraformRecords
from collectors.terraform.to_records import to_records
from collectors.terraform.workspaces import workspace_of_backend, workspace_of_file
from tests.worlds.terraform import Terraform, change, plan, tf

KEY = FingerprintKey(bytes(range(32)))
ROLE = {"arn": "arn:aws:iam::111111111111:role/deploy", "name": "deploy"}
ENCRYPTED = {"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "aGk=", "encryption_version": "v0"}


def small() -> Terraform:
    return (
        tf()
        .resource("aws_iam_role", "deploy", ROLE, module='module.ci["eu"]', key=0)
        .resource(
            "aws_secretsmanager_secret_version", "s", {"secret_string": "x"}, needs=["module.ci.aws_iam_role.deploy"]
        )
        .resource("aws_instance", "web", {"user_data": "x"})
        .resource("aws_instance", "web2", {})
        .resource(
            "aws_ssm_parameter", "p", {"arn": "arn:aws:ssm:eu-central-1:1:parameter/p", "value": "v"}, mode="data"
        )
    )


def read(folder: Path, body: Any, name: str = "terraform/prod/state.json") -> TerraformRecords:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(body), encoding="utf-8")
    return to_records(read_evidence([folder], key=KEY))


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (small().state(), Form.STATE),
        (small().shown(), Form.SHOWN_STATE),
        ({"format_version": "1.0"}, Form.SHOWN_STATE),
        (plan(), Form.PLAN),
        ({"version": 3, "backend": {"type": "s3", "config": {}}}, Form.BACKEND),
        ({"version": 4, "terraform_version": "1.5.0", "resources": []}, Form.STATE),
    ],
)
def test_forms_are_told_apart(body: dict[str, Any], form: Form) -> None:
    assert form_of(body, "f") is form


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ENCRYPTED, "encrypted by OpenTofu"),
        ({"version": 3, "modules": []}, "format version 3"),
        ({"version": 5, "resources": []}, "format version 5"),
        ({"format_version": "2.0", "values": {}}, "format_version 2.0"),
        ({"format_version": "0.2", "values": {}}, "format_version 0.2"),
        ({"version": 4, "resources": {}}, "f/resources: must be a list"),
        ({"format_version": "1.0", "resource_changes": {}}, "f/resource_changes: must be a list"),
        ({"hello": 1}, "no state or plan"),
        ([1], "expected a JSON object"),
    ],
)
def test_what_cannot_be_read_is_told(body: Any, words: str) -> None:
    with pytest.raises(EvidenceError) as error:
        form_of(body, "f")
    assert str(error.value).startswith("f")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"version": 4, "resources": [{"mode": "managed"}]}, "#/resources/0"),
        ({"version": 4, "resources": [{"type": "aws_iam_role", "instances": {}}]}, "#/resources/0/instances"),
        ({"format_version": "1.0", "values": []}, "#/values"),
        (
            {"format_version": "1.0", "values": {"root_module": {"child_modules": {}}}},
            "#/values/root_module/child_modules",
        ),
        ({"format_version": "1.0", "values": {"root_module": {"child_modules": [3]}}}, "child_modules/0"),
    ],
)
def test_a_broken_part_is_named_and_stops_nothing_else(tmp_path: Path, body: Any, place: str) -> None:
    small().build(tmp_path, "good")
    records = read(tmp_path, body, "terraform/bad/state.json")
    assert [state.id for state in records.states] == ["good"]
    (gap,) = read_evidence([tmp_path], key=KEY).gaps
    assert gap.reason.startswith("terraform/bad/state.json")
    assert place in gap.reason
    with pytest.raises(UnusableInputError, match=r"terraform/bad/state\.json"):
        read_evidence([tmp_path / "terraform" / "bad" / "state.json"])


@pytest.mark.parametrize("shown", [False, True])
def test_records_are_the_same_from_both_forms(tmp_path: Path, shown: bool) -> None:
    records = read(tmp_path, small().shown() if shown else small().state())
    (state,) = records.states
    assert (state.id, state.present, dict(state.skipped)) == ("prod", True, {"aws_instance": 2})
    (role,) = [each for each in records.resources if each.type == "aws_iam_role"]
    version, data = sorted(
        (each for each in records.resources if each.secrets), key=lambda each: each.mode, reverse=True
    )
    assert role.address == 'module.ci["eu"].aws_iam_role.deploy[0]'
    assert dict(role.facts) == ROLE
    assert version.dependencies == ("module.ci.aws_iam_role.deploy",)
    assert version.secrets[0].fingerprint == KEY.fingerprint("x")
    assert (data.mode, data.address) == ("data", "data.aws_ssm_parameter.p")
    assert evidence_points_at(tmp_path, str(role.ref))


def evidence_points_at(folder: Path, ref: str) -> bool:
    """Return whether a pointer leads to something in the file that it names."""
    file, _, pointer = ref.partition("#")
    value: Any = json.loads((folder / file).read_text(encoding="utf-8"))
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return "attributes" in value or "values" in value


def test_fields_of_a_json_value_are_told_singly(tmp_path: Path) -> None:
    value = json.dumps({"client_id": "0b1e6b9c-1111-4222-8333-444455556666", "client_secret": " s3cret ", "zork": "z"})
    records = read(tmp_path, tf().resource("aws_secretsmanager_secret_version", "s", {"secret_string": value}).state())
    found = {secret.place: secret for secret in records.resources[0].secrets}
    assert list(found) == [
        "secret_string", "secret_string/0:client_id", "secret_string/1:client_secret", "secret_string/2:…",
    ]  # fmt: skip
    assert found["secret_string/1:client_secret"].fingerprint == KEY.fingerprint("s3cret")
    assert found["secret_string/0:client_id"].hint == "0b1e6b9c-1111-4222-8333-444455556666"
    assert found["secret_string"].hint == found["secret_string/1:client_secret"].hint == ""


def test_without_a_key_a_secret_is_gone_and_told_all_the_same(tmp_path: Path) -> None:
    small().build(tmp_path)
    records = to_records(read_evidence([tmp_path]))
    (secret,) = next(each for each in records.resources if each.type.endswith("version")).secrets
    assert (secret.kind, secret.fingerprint) == ("secret_value", "")


def test_a_plan_tells_changes_and_lends_its_prior_state(tmp_path: Path) -> None:
    row = {"role": "deploy", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    body = plan(
        change("aws_iam_role_policy_attachment", "a", ["create"], None, row, {"id": True}),
        change("aws_iam_role", "same", ["no-op"], ROLE, ROLE),
        change("aws_instance", "web", ["delete"], {}, None),
        prior=small(),
    )
    records = read(tmp_path, body, "terraform/prod/plan.json")
    (found,) = records.changes
    assert (found.actions, dict(found.after), found.unknown) == (("create",), row, ())
    assert {each.type for each in records.resources} >= {"aws_iam_role"}
    small().build(tmp_path)
    records = to_records(read_evidence([tmp_path], key=KEY))
    assert len(records.resources) == 3, "the state's own file is read, not both"


def test_a_file_in_the_wrong_place_is_told(tmp_path: Path) -> None:
    small().build(tmp_path, "good")
    assert [state.id for state in read(tmp_path, plan()).states] == ["good"]
    (gap,) = read_evidence([tmp_path], key=KEY).gaps
    assert "belongs into plan.json" in gap.reason


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/iac/prod/terraform.tfstate", "prod"),
        ("/iac/terraform.tfstate.d/stage/terraform.tfstate", "stage"),
        ("/iac/net/.terraform/terraform.tfstate", "net"),
        ("/iac/billing.tfstate", "billing"),
        ("/iac/My Team/plan.json", "My-Team"),
        ("/terraform.tfstate", "default"),
    ],
)
def test_workspaces_are_named_by_their_place(path: str, name: str) -> None:
    assert workspace_of_file(Path(path)) == name


def test_a_bare_file_is_recognised(tmp_path: Path) -> None:
    file = tmp_path / "prod" / "terraform.tfstate"
    file.parent.mkdir()
    file.write_text(json.dumps(small().state()), encoding="utf-8")
    assert read_evidence([file]).scopes("terraform") == ("prod",)
    file.write_text(json.dumps(ENCRYPTED), encoding="utf-8")
    with pytest.raises(UnusableInputError, match="encrypted by OpenTofu"):
        read_evidence([file])


@pytest.mark.parametrize(
    ("kind", "config", "workspace", "address"),
    [
        ("s3", {"bucket": "states", "key": "net/prod"}, "", "s3://states/net/prod"),
        ("s3", {"bucket": "states", "key": "net"}, "eu", "s3://states/env:/eu/net"),
        ("s3", {"bucket": "states", "key": "net", "workspace_key_prefix": "ws"}, "eu", "s3://states/ws/eu/net"),
        ("s3", {"bucket": "states"}, "", ""),
        ("azurerm", {"storage_account_name": "acc", "container_name": "tf", "key": "p"}, "",
         "https://acc.blob.core.windows.net/tf/p"),
        ("azurerm", {"storage_account_name": "acc", "container_name": "tf", "key": "p"}, "eu",
         "https://acc.blob.core.windows.net/tf/penv:eu"),
        ("gcs", {"bucket": "states", "prefix": "net"}, "", "gs://states/net/default.tfstate"),
        ("remote", {"organization": "acme", "workspaces": {"name": "net"}}, "",
         "https://app.terraform.io/app/acme/workspaces/net"),
        ("consul", {"path": "x"}, "", ""),
    ],
)  # fmt: skip
def test_places_of_states(kind: str, config: dict[str, Any], workspace: str, address: str) -> None:
    found = place_of(kind, config, workspace)
    assert (found.address if found else "") == address


@pytest.mark.parametrize(
    "address",
    [
        "s3://states/net/prod",
        "https://acc123.blob.core.windows.net/tf/p",
        "gs://states/net/prod.tfstate",
        "https://app.terraform.io/app/acme/workspaces/net",
    ],
)
def test_an_address_that_a_person_gives_means_that_place(address: str) -> None:
    backend = stated_backend(address)
    found = place_of(backend["type"], backend["config"])
    assert found is not None
    assert found.address == address


def test_an_address_of_no_place_is_refused() -> None:
    with pytest.raises(EvidenceError, match="--stored-in: expected s3://"):
        stated_backend("ftp://x/y")


def test_secrets_of_a_backend_go() -> None:
    config = {"bucket": "states", "key": "k", "access_key": "AKIAX", "secret_key": "s", "token": "t", "conn_str": "c"}
    kept = clean_backend({"type": "s3", "config": config, "hash": 3})
    assert kept == {"type": "s3", "config": {"bucket": "states", "key": "k"}}


def test_the_note_of_a_backend_knows_the_workspace_that_is_selected(tmp_path: Path) -> None:
    folder = tmp_path / "net" / ".terraform"
    folder.mkdir(parents=True)
    note = folder / "terraform.tfstate"
    note.write_text(json.dumps({"version": 3, "backend": {"type": "s3", "config": {}}}), encoding="utf-8")
    assert workspace_of_backend(note) == ""
    (folder / "environment").write_text("eu\n", encoding="utf-8")
    assert workspace_of_backend(note) == "eu"
    (file,) = read_files([note])
    assert (file.workspace, file.operation, file.body["backend"]["workspace"]) == ("net", "backend", "eu")


def test_bad_files_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    good, bad, packed = tmp_path / "a.tfstate", tmp_path / "b.tfstate", tmp_path / "tfplan"
    good.write_text(json.dumps(small().state()), encoding="utf-8")
    bad.write_text('{"version": 4, ', encoding="utf-8")
    packed.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(UnusableInputError, match=r"b\.tfstate: line 1, column"):
        read_files([good, bad])
    with pytest.raises(UnusableInputError, match="terraform show -json"):
        read_files([packed])
    with pytest.raises(UnusableInputError, match="No such file"):
        read_files([tmp_path / "none"])
    with pytest.raises(UnusableInputError, match=r"a\.tfstate is the state of workspace x already"):
        read_files([good, _copy(tmp_path)], "x")


def _copy(folder: Path) -> Path:
    place = folder / "d.tfstate"
    place.write_text(json.dumps(small().state()), encoding="utf-8")
    return place


def test_a_workspace_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    files = read_files([_copy(tmp_path)], "../up")
    with pytest.raises(UnusableInputError, match="name it with --name"):
        bring(files, Redactor(KEY))
