"""The commands on states and plans: import, build, ask; and a plan as a file of changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.graph.edges_aws.technique_case import A, here
from tests.nhigraph.running import Answer, Command
from tests.worlds.entra import entra, oid, secret
from tests.worlds.names import ADMINISTRATOR, READ_ONLY
from tests.worlds.statements import allow, document
from tests.worlds.terraform import Terraform, change, plan, tf

VALUE = "abc8Q~ThisIsTheVerySecretOfTheApplicatio"
STORED = A.secret("hr")
CI, DEPLOY = A.user("ci"), A.role("deploy")
ATTACHED = f"aws:attachment:{DEPLOY}:{READ_ONLY}"


def state() -> Terraform:
    """Return a state that writes an application's client secret into a secret of AWS."""
    made = {"key_id": secret("one")["keyId"], "application_id": f"/applications/{oid('app:hr')}", "value": VALUE}
    row = {"arn": STORED, "secret_id": STORED, "version_id": "v", "secret_string": VALUE}
    return (
        tf()
        .resource("azuread_application_password", "hr", made)
        .resource("aws_secretsmanager_secret_version", "hr", row)
        .resource("aws_iam_role", "deploy", {"arn": DEPLOY, "name": "deploy"}, module="module.ci")
        .resource("aws_instance", "web", {"user_data": "x"})
    )


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Command:
    root = tmp_path_factory.mktemp("terraform")
    world = here().secret("hr").bucket("acme-states").user("ci", allow("secretsmanager:GetSecretValue"))
    world.user("ops", allow("s3:GetObject", on="arn:aws:s3:::acme-states/net/*")).user("dev", allow("ec2:*"))
    world.role("deploy", allow("s3:ListBucket"), attached=[READ_ONLY]).role("admin", attached=[ADMINISTRATOR])
    world.build(root / "evidence")
    people = entra().app("hr", secrets=(secret("one"),)).grants("hr", "RoleManagement.ReadWrite.Directory")
    people.build(root / "evidence")
    nhi = Command(root / "ws")
    place = root / "prod" / "terraform.tfstate"
    place.parent.mkdir()
    place.write_text(json.dumps(state().state()), encoding="utf-8")
    answer = nhi("import", "terraform", place, "--stored-in", "s3://acme-states/net/prod.tfstate")
    assert answer.code == 0, answer.err
    built = nhi("build", root / "evidence", answer.out.strip())
    assert built.code == 0, built.err
    return nhi


def test_import_tells_what_it_read_and_prints_the_folder(tmp_path: Path) -> None:
    nhi = Command(tmp_path / "ws")
    place = tmp_path / "prod.tfstate"
    place.write_text(json.dumps(state().state()), encoding="utf-8")
    answer = nhi("import", "terraform", place)
    folder = tmp_path / "ws" / "evidence" / "terraform-prod"
    assert answer.out == f"{folder}\n"
    assert "3 resources read, 1 of other types skipped, 2 secrets taken out" in answer.err
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (row,) = manifest["coverage"]
    assert (row["operation"], row["objects"], row["extra"]["skipped"]) == ("state", 3, "aws_instance 1")
    assert manifest["redactions"] == {"client_secret": 1, "secret_value": 1}
    assert manifest["fingerprint_key_id"]


def test_importing_again_replaces_what_was_there(tmp_path: Path) -> None:
    nhi = Command(tmp_path / "ws")
    place = tmp_path / "prod.tfstate"
    place.write_text(json.dumps(state().state()), encoding="utf-8")
    assert nhi("import", "terraform", place, "--stored-in", "s3://acme-states/a").code == 0
    assert nhi("import", "terraform", place).code == 0
    found = tmp_path / "ws" / "evidence" / "terraform-prod" / "terraform" / "prod"
    assert sorted(file.name for file in found.iterdir()) == ["state.json"]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ('{"version": 3, "modules": []}', (), "state of format version 3"),
        ('{"encrypted_data": "x", "encryption_version": "v0"}', (), "encrypted by OpenTofu"),
        ("{", (), "line 1, column 2"),
        ('{"version": 4, "resources": [7]}', (), "#/resources/0"),
        (json.dumps(state().state()), ("--stored-in", "floppy"), "--stored-in: expected"),
        (json.dumps(state().state()), ("--name", "a/b"), "name it with --name"),
    ],
)
def test_a_bad_file_is_one_line_and_writes_nothing(
    tmp_path: Path, text: str, options: tuple[str, ...], words: str
) -> None:
    nhi = Command(tmp_path / "ws")
    place = tmp_path / "x.tfstate"
    place.write_text(text, encoding="utf-8")
    answer = nhi("import", "terraform", place, *options)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert words in answer.err
    assert words.startswith("--stored-in") or str(place) in answer.err
    assert not (tmp_path / "ws" / "evidence").exists()


def test_another_source_has_no_files_to_import(tmp_path: Path) -> None:
    answer = Command(tmp_path / "ws")("import", "pulumi", tmp_path)
    assert answer.code == 2
    assert "known: terraform" in answer.err


def test_a_path_goes_through_the_stored_secret(company: Command) -> None:
    answer = company("path", "ci", f"entra:admin:{_tenant(company)}", "--format", "json").json
    (first, *_) = answer["paths"]
    assert [step["target"] for step in first["steps"]][:2] == [
        STORED, f"entra:password:{oid('app:hr')}:{secret('one')['keyId']}",
    ]  # fmt: skip
    assert "state prod" in first["steps"][1]["text"] or "state prod" in json.dumps(first)


def _tenant(company: Command) -> str:
    from tests.worlds.entra import TENANT

    return TENANT


def test_who_reads_the_object_reaches_the_tenant_and_who_reads_others_does_not(company: Command) -> None:
    def reached(who: str) -> set[str]:
        return {row["id"] for row in company("blast-radius", who, "--format", "json").json["reaches"]}

    assert {"terraform:prod", f"entra:{oid('sp:hr')}"} <= reached("ops")
    assert not {"terraform:prod", f"entra:{oid('sp:hr')}"} & reached("dev")


def test_coverage_and_figures_speak_of_the_state(company: Command) -> None:
    answer = company("inventory", "--format", "json").json
    assert not [row for row in answer["coverage"] if row["source"] == "terraform" and row["operation"] == "state"]
    doctor = company("doctor")
    assert "Terraform state to credential" in doctor.out + doctor.err


def test_a_leaked_secret_is_known_by_the_fingerprint_of_the_state(company: Command) -> None:
    (found,) = company("leak", "--format", "json", text=VALUE).json["credentials"]
    assert (found["identity"], found["matched_by"]) == (f"entra:{oid('sp:hr')}", "fingerprint")


# ---- plans -----------------------------------------------------------------------------------------------------------


def changes(company: Command, folder: Path, *rows: dict[str, Any], prior: Terraform | None = None) -> Answer:
    """Return what a plan comes to."""
    place = folder / "plan.json"
    place.write_text(json.dumps(plan(*rows, prior=prior or state())), encoding="utf-8")
    return company("plan-changes", place)


def attach(policy: str, actions: tuple[str, ...] = ("create",), role: str = "deploy") -> dict[str, Any]:
    row = {"role": role, "policy_arn": policy}
    before, after = (row if "delete" in actions else None), (row if "create" in actions else None)
    return change("aws_iam_role_policy_attachment", "x", actions, before, after)


def inline(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"role": "deploy", "name": "own", "policy": json.dumps(document(*statements))}


def test_what_a_plan_opens_is_asked_of_what_if(company: Command, tmp_path: Path) -> None:
    answer = changes(company, tmp_path, attach(ADMINISTRATOR))
    assert answer.json == {"changes": [{"add": {"holder": DEPLOY, "attach": ADMINISTRATOR}}]}
    file = tmp_path / "changes.json"
    file.write_text(answer.out, encoding="utf-8")
    found = company("what-if", file, "--format", "json").json
    assert DEPLOY in json.dumps(found["gained"])
    assert found["lost"] == []


def test_a_plan_that_takes_away_opens_nothing(company: Command, tmp_path: Path) -> None:
    answer = changes(company, tmp_path, attach(READ_ONLY, ("delete",)))
    assert answer.json == {"changes": [{"remove": ATTACHED}]}
    file = tmp_path / "changes.json"
    file.write_text(answer.out, encoding="utf-8")
    assert company("what-if", file, "--format", "json").json["gained"] == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (change("aws_iam_role_policy", "p", ["create"], None, inline(allow("iam:*"))),
         [{"add": {"holder": DEPLOY, "statement": allow("iam:*")}}]),
        (change("aws_iam_role_policy", "p", ["update"], inline(allow("a:x")), inline(allow("a:x"), allow("b:y"))),
         [{"add": {"holder": DEPLOY, "statement": allow("b:y")}}]),
        (change("aws_iam_role", "deploy", ["update"],
                {"arn": DEPLOY, "name": "deploy", "assume_role_policy": json.dumps(document())},
                {"arn": DEPLOY, "name": "deploy", "assume_role_policy": json.dumps(document(allow("sts:AssumeRole")))}),
         [{"add": {"role": DEPLOY, "trust": allow("sts:AssumeRole")}}]),
        (change("aws_iam_user_group_membership", "m", ["create"], None, {"user": "ci", "groups": ["ops"]}),
         [{"add": {"user": CI, "group": "ops"}}]),
        (change("aws_iam_user", "ci", ["delete"], {"arn": CI, "name": "ci"}, None), [{"disable": CI}]),
        (attach(READ_ONLY, ("delete", "create")), []),
        (change("aws_iam_role_policy", "p", ["forget"], inline(allow("a:x"))), []),
        (change("aws_secretsmanager_secret_version", "s", ["create"], None, {"secret_string": VALUE}), []),
    ],
)  # fmt: skip
def test_changes_of_a_plan(company: Command, tmp_path: Path, row: dict[str, Any], expected: list[Any]) -> None:
    assert changes(company, tmp_path, row).json["changes"] == expected


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (attach(ADMINISTRATOR, role="new"), "role 'new' is not in the snapshot"),
        (attach("arn:aws:iam::aws:policy/NobodyHasIt"), "does not have the policy"),
        (attach("arn:aws:iam::aws:policy/X", ("delete",)), "the snapshot has no grant"),
        (change("aws_iam_role_policy_attachment", "x", ["create"], None, {"role": "deploy"}, {"policy_arn": True}),
         "policy_arn is known after apply alone"),
        (change("azurerm_role_assignment", "r", ["create"], None, {"scope": "/subscriptions/x"}),
         "no change that what-if"),
        (change("aws_iam_policy", "p", ["update"], {"policy": "{}"}, {"policy": "{}"}), "no change that what-if"),
        (change("aws_iam_role_policy", "p", ["create"], None, {"role": "deploy", "name": "x", "policy": "no"}),
         "no policy document"),
    ],
)  # fmt: skip
def test_what_is_no_change_is_told(company: Command, tmp_path: Path, row: dict[str, Any], words: str) -> None:
    answer = changes(company, tmp_path, row)
    assert answer.json == {"changes": []}
    assert f"left out: {row['address']}: " in answer.err
    assert words in answer.err


def test_a_state_is_no_plan(company: Command, tmp_path: Path) -> None:
    place = tmp_path / "s.json"
    place.write_text(json.dumps(state().state()), encoding="utf-8")
    answer = company("plan-changes", place)
    assert (answer.code, answer.out) == (2, "")
    assert str(place) in answer.err
    assert "no plan" in answer.err
