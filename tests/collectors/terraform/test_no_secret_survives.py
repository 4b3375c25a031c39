"""No secret of a state or plan is left: not in evidence, not in a snapshot, not in what the commands print."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.reader import read_evidence
from collectors.evidence.redact import Redactor
from collectors.interface import EvidenceRef
from collectors.terraform.clean import clean
from collectors.terraform.resource_types import TYPES
from collectors.terraform.to_records import to_records
from tests.collectors.terraform.every import SECRETS, everything, marked
from tests.nhigraph.running import Command
from tests.worlds.terraform import change, plan

KEY = FingerprintKey(bytes(range(32)))
REF = EvidenceRef("terraform/prod/state.json")


def _state() -> dict[str, Any]:
    body = everything().state()
    body["outputs"] = {"token": {"value": marked("output", "o"), "type": "string", "sensitive": True}}
    body["outputs"]["plain"] = {"value": marked("output", "p"), "type": "string"}
    for resource in body["resources"]:
        resource["instances"][0]["private"] = marked("private", resource["type"])
    return body


def _shown() -> dict[str, Any]:
    body = everything().shown()
    body["values"]["outputs"] = {"token": {"value": marked("output", "o"), "sensitive": True}}
    return body


def _plan() -> dict[str, Any]:
    prior = everything()
    kept = {kind: list(values) for kind, values in SECRETS.items()}
    changes = [
        change(each.type, "it", ["delete", "create"], each.values, each.values, hidden=each.hidden)
        for each in prior.resources
    ]
    body = plan(*changes, prior=prior)
    SECRETS.update(kept)
    body["variables"] = {"token": {"value": marked("variable", "v")}}
    body["configuration"] = {"root_module": {"resources": [{"expressions": {"x": marked("configuration", "c")}}]}}
    body["planned_values"] = {"outputs": {"x": {"value": marked("planned", "p")}}}
    body["output_changes"] = {"x": {"after": marked("planned", "o")}}
    return body


def _left(text: str) -> list[str]:
    return [secret for secrets in SECRETS.values() for secret in secrets if secret in text]


@pytest.mark.parametrize("form", [_state, _shown, _plan])
def test_cleaning_leaves_no_secret_of_any_type(form: Any) -> None:
    document = form()
    assert sum(map(len, SECRETS.values())) > 100
    cleaned, redactions = clean(document, Redactor(KEY), REF)
    assert _left(json.dumps(cleaned)) == []
    assert _left(repr(redactions)) == []
    # It would be easy to keep no secret by keeping nothing.
    assert all(f'"{kind}-{name}"' in json.dumps(cleaned) for kind in ("aws_iam_user",) for name in ("arn", "name"))
    kinds = {kind for kind, known in TYPES.items() if known.secrets}
    text = json.dumps(cleaned)
    assert len(redactions) >= sum(len(TYPES[kind].secrets) for kind in kinds)
    assert text.count('"fingerprint"') >= sum(len(TYPES[kind].secrets) for kind in kinds)


@pytest.mark.parametrize("form", [_state, _shown, _plan])
def test_cleaning_twice_changes_nothing(form: Any) -> None:
    once, _ = clean(form(), Redactor(KEY), REF)
    again, redactions = clean(json.loads(json.dumps(once)), Redactor(KEY), REF)
    assert again == once
    assert redactions == ()


def test_what_is_marked_as_sensitive_goes_also_where_it_would_stay() -> None:
    cleaned, _ = clean(_state(), Redactor(KEY), REF)
    (hidden,) = [each for each in cleaned["resources"] if each["name"] == "hidden"]
    assert hidden["instances"][0]["attributes"]["name"]["redacted"] == "sensitive_value"
    body = _state()
    for resource in body["resources"]:
        resource["instances"][0]["sensitive_attributes"] = [[{"type": "index", "value": {"value": 3}}]]
    cleaned, _ = clean(body, Redactor(KEY), REF)
    kept = cleaned["resources"][0]["instances"][0]["attributes"]
    assert all(isinstance(value, dict) for value in kept.values()), "a mark that nobody understands hides everything"


def test_a_marked_id_is_no_hint_elsewhere() -> None:
    guid = "0b1e6b9c-1111-4222-8333-444455556666"
    body = everything().state()
    body["resources"] = [
        {
            "mode": "managed",
            "type": "azuread_application",
            "name": "a",
            "instances": [
                {
                    "attributes": {"client_id": guid},
                    "sensitive_attributes": [[{"type": "get_attr", "value": "client_id"}]],
                }
            ],
        },
        {
            "mode": "managed",
            "type": "aws_secretsmanager_secret_version",
            "name": "s",
            "instances": [{"attributes": {"secret_string": guid}}],
        },
    ]
    assert guid not in json.dumps(clean(body, Redactor(KEY), REF)[0])
    body["resources"][0]["instances"][0]["sensitive_attributes"] = []
    assert json.dumps(clean(body, Redactor(KEY), REF)[0]).count(guid) == 2


@pytest.mark.parametrize("form", [_state, _shown])
def test_a_file_put_in_by_hand_is_cleaned_on_reading(
    tmp_path: Path, form: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "terraform" / "prod"
    folder.mkdir(parents=True)
    (folder / "state.json").write_text(json.dumps(form()), encoding="utf-8")
    evidence = read_evidence([tmp_path], key=KEY)
    assert evidence.redactions
    assert _left(repr(evidence) + repr(evidence.store) + caplog.text) == []
    assert _left(repr(to_records(evidence))) == []


def test_commands_keep_no_secret_in_evidence_snapshot_or_words(tmp_path: Path) -> None:
    files = {"prod.tfstate": _state()}
    secrets = {kind: list(values) for kind, values in SECRETS.items()}
    files["prod-plan.json"] = _plan()
    for kind, values in secrets.items():
        SECRETS.setdefault(kind, []).extend(values)
    inputs = tmp_path / "in"
    inputs.mkdir()
    for name, body in files.items():
        (inputs / name).write_text(json.dumps(body), encoding="utf-8")
    nhi = Command(tmp_path / "ws")
    answer = nhi("-v", "import", "terraform", inputs / "prod.tfstate", inputs / "prod-plan.json", "--name", "prod",
                 "-o", tmp_path / "evidence", "--stored-in", "s3://states/prod.tfstate")  # fmt: skip
    assert answer.code == 0, answer.err
    built = nhi("-v", "build", tmp_path / "evidence")
    assert built.code == 0, built.err
    by_hand = nhi("-v", "build", inputs / "prod.tfstate")
    assert by_hand.code == 0, by_hand.err
    assert _left(answer.out + answer.err + built.out + built.err + by_hand.err) == []
    for place in (tmp_path / "evidence", tmp_path / "ws"):
        for file in filter(Path.is_file, place.rglob("*")):
            data = file.read_bytes()
            assert not [secret for values in SECRETS.values() for secret in values if secret.encode() in data], file
    # Parquet compresses, so what it holds is looked at as rows too.
    from graph.snapshot import open_snapshot

    for snapshot in (tmp_path / "ws" / "snapshots").iterdir():
        opened = open_snapshot(snapshot.name, tmp_path / "ws")
        for table in ("nodes", "edges", "grants", "credentials", "records", "coverage"):
            assert _left(repr(opened.table(table).columns().to_pylist())) == []
