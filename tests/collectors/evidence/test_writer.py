"""Writing evidence: whole files or none, resumable after a kill at any moment, nothing secret on the disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.evidence.manifest import read_manifest
from collectors.evidence.reader import read_evidence
from collectors.evidence.redact import FingerprintKey, Redactor
from collectors.evidence.writer import EvidenceWriter
from collectors.interface import CallOutcome, CoverageRecord, Presence

ACCOUNT = "111111111111"
DETAILS = "iam.get_account_authorization_details"
START = datetime(2025, 11, 1, tzinfo=UTC)
PLACE = ("aws", ACCOUNT)


def clock() -> Callable[[], datetime]:
    ticks = iter(range(1_000_000))
    return lambda: START + timedelta(seconds=next(ticks))


def writer(root: Path, **more: bool) -> EvidenceWriter:
    return EvidenceWriter(root, "0.1", clock(), Redactor(FingerprintKey(bytes(32))), **more)


def done(operation: str, outcome: CallOutcome = CallOutcome.OK, region: str = "") -> CoverageRecord:
    return CoverageRecord(*PLACE, operation, outcome, calls=1, objects=1, region=region)


def role(name: str) -> dict[str, object]:
    return {"RoleName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}"}


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    out = writer(tmp_path)
    out.json(*PLACE, "s3.list_buckets", {"Buckets": [{"Name": "b", "CreationDate": START}], "Raw": b"\x00\xff"})
    with out.jsonl(*PLACE, "lambda.get_policy", "eu-west-1") as lines:
        lines.response({"FunctionName": "f"}, {"Policy": "{}", "ResponseMetadata": {"RequestId": "x"}})
        lines.error({"FunctionName": "g"}, "ResourceNotFoundException", "none")
    with out.jsonl(*PLACE, "iam.list_access_keys"):
        pass
    for operation, region in (
        ("s3.list_buckets", ""),
        ("lambda.get_policy", "eu-west-1"),
        ("iam.list_access_keys", ""),
    ):
        out.record(done(operation, region=region))
    out.finish()
    assert files(tmp_path) == {
        "manifest.json",
        f"aws/{ACCOUNT}/s3.list_buckets.json",
        f"aws/{ACCOUNT}/iam.list_access_keys.jsonl",
        f"aws/{ACCOUNT}/eu-west-1/lambda.get_policy.jsonl",
    }
    evidence = read_evidence([tmp_path])
    assert evidence.gaps == ()
    body = next(evidence.calls(*PLACE, "s3.list_buckets")).response
    assert body == {"Buckets": [{"Name": "b", "CreationDate": "2025-11-01T00:00:00Z"}], "Raw": "AP8="}
    first, second = evidence.calls(*PLACE, "lambda.get_policy", "eu-west-1")
    assert first.response == {"Policy": "{}"} and second.error is not None
    assert evidence.presence(*PLACE, "iam.list_access_keys") is Presence.EMPTY
    assert evidence.manifests[0].complete and evidence.as_of == evidence.manifests[0].ended_at


def test_pages_are_merged_and_marks_dropped(tmp_path: Path) -> None:
    out = writer(tmp_path)
    with out.pages(*PLACE, DETAILS) as pages:
        pages.add({"UserDetailList": [], "RoleDetailList": [role("a")], "IsTruncated": True, "Marker": "m"}, "m")
        pages.add({"UserDetailList": [], "RoleDetailList": [role("b")], "IsTruncated": False}, None)
    body = json.loads((tmp_path / "aws" / ACCOUNT / f"{DETAILS}.json").read_text())
    assert [each["RoleName"] for each in body["RoleDetailList"]] == ["a", "b"]
    assert body.keys() == {"UserDetailList", "RoleDetailList"}


def test_pages_go_on_where_a_kill_stopped_them(tmp_path: Path) -> None:
    out = writer(tmp_path)
    with pytest.raises(KeyboardInterrupt), out.pages(*PLACE, DETAILS) as pages:
        pages.add({"RoleDetailList": [role("a")]}, "m1")
        raise KeyboardInterrupt
    out.close()
    partial = tmp_path / "aws" / ACCOUNT / f"{DETAILS}.json.partial"
    with partial.open("ab") as file:
        file.write(b'{"page": {"RoleDetailList": [{"Role')  # the kill came while writing
    again = writer(tmp_path)
    assert again.resumed and not again.is_complete(*PLACE, DETAILS)
    with again.pages(*PLACE, DETAILS) as pages:
        assert (pages.next_marker, pages.count, pages.finished) == ("m1", 1, False)
        pages.add({"RoleDetailList": [role("b")]}, "")
    again.record(done(DETAILS))
    again.finish()
    straight = tmp_path / "straight"
    with writer(straight).pages(*PLACE, DETAILS) as pages:
        pages.add({"RoleDetailList": [role("a")]}, "m1")
        pages.add({"RoleDetailList": [role("b")]}, "")
    name = f"aws/{ACCOUNT}/{DETAILS}.json"
    assert (tmp_path / name).read_bytes() == (straight / name).read_bytes()


def test_unfinished_pages_put_nothing_in_place(tmp_path: Path) -> None:
    out = writer(tmp_path)
    with out.pages(*PLACE, DETAILS) as pages:
        pages.add({"RoleDetailList": []}, "m1")
    assert not (tmp_path / "aws" / ACCOUNT / f"{DETAILS}.json").exists()
    with out.pages(*PLACE, DETAILS) as pages:
        pages.restart()
        assert (pages.next_marker, pages.count) == ("", 0)
        pages.add({"RoleDetailList": [role("z")]}, None)
    assert "z" in (tmp_path / "aws" / ACCOUNT / f"{DETAILS}.json").read_text()


def test_lines_go_on_where_a_kill_stopped_them(tmp_path: Path) -> None:
    out = writer(tmp_path)
    with pytest.raises(RuntimeError), out.jsonl(*PLACE, "iam.list_access_keys") as lines:
        lines.response({"UserName": "a"}, {"AccessKeyMetadata": []})
        raise RuntimeError
    out.close()
    assert files(tmp_path) >= {f"aws/{ACCOUNT}/iam.list_access_keys.jsonl.partial"}
    again = writer(tmp_path)
    with again.jsonl(*PLACE, "iam.list_access_keys") as lines:
        assert lines.has({"UserName": "a"}) and not lines.has({"UserName": "b"})
        lines.response({"UserName": "b"}, {"AccessKeyMetadata": []})
    rows = (tmp_path / "aws" / ACCOUNT / "iam.list_access_keys.jsonl").read_text().splitlines()
    assert [json.loads(row)["request"]["UserName"] for row in rows] == ["a", "b"]


def test_complete_means_file_and_record(tmp_path: Path) -> None:
    out = writer(tmp_path)
    out.json(*PLACE, "s3.list_buckets", {"Buckets": []})
    out.refused(*PLACE, "iam.list_saml_providers", "AccessDenied", "no")
    out.record(done("iam.list_saml_providers", CallOutcome.DENIED))
    out.record(done("iam.list_mfa_devices", CallOutcome.SKIPPED))
    assert not out.is_complete(*PLACE, "s3.list_buckets")
    out.record(done("s3.list_buckets"))
    out.close()
    found = EvidenceWriter.unfinished(tmp_path)
    assert found is not None and [record.operation for record in found.coverage] == [
        "iam.list_mfa_devices",
        "iam.list_saml_providers",
        "s3.list_buckets",
    ]
    again = writer(tmp_path)
    assert [
        again.is_complete(*PLACE, name)
        for name in ("s3.list_buckets", "iam.list_mfa_devices", "iam.list_saml_providers")
    ] == [
        True,
        True,
        False,
    ]
    again.json(*PLACE, "iam.list_saml_providers", {"SAMLProviderList": []})
    again.record(done("iam.list_saml_providers"))
    again.finish()
    assert EvidenceWriter.unfinished(tmp_path) is None
    assert f"aws/{ACCOUNT}/iam.list_saml_providers.jsonl" not in files(tmp_path)
    manifest = read_manifest(tmp_path)
    assert manifest is not None and manifest.started_at == START and len(manifest.coverage) == 3


def test_new_collection_replaces_its_own_files_alone(tmp_path: Path) -> None:
    first = writer(tmp_path)
    first.json(*PLACE, "s3.list_buckets", {"Buckets": []})
    first.record(done("s3.list_buckets"))
    first.finish()
    mine = tmp_path / "declared" / "owners.csv"
    mine.parent.mkdir()
    mine.write_text("identity,owner\n")
    second = writer(tmp_path)
    assert not second.resumed and second.coverage == ()
    assert files(tmp_path) == {"manifest.json", "manifest.journal.jsonl", "declared/owners.csv"}


def test_nothing_secret_reaches_the_disk(tmp_path: Path) -> None:
    out = writer(tmp_path)
    out.json(*PLACE, "s3.list_buckets", {"Buckets": [], "SecretAccessKey": "topsecretvalue"})
    with out.pages(*PLACE, DETAILS) as pages:
        pages.add({"UserDetailList": [{"Password": "topsecretvalue"}]}, "m")
    with out.jsonl(*PLACE, "lambda.list_functions", "eu-west-1") as lines:
        lines.response({}, {"Functions": [{"Environment": {"Variables": {"PW": "topsecretvalue"}}}]})
        lines.error({}, "Odd", "token " + "gh" + "p_" + "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2")
    out.finish()
    for path in files(tmp_path):
        text = (tmp_path / path).read_text()
        assert "topsecretvalue" not in text and "Ab1Cd2" not in text
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert manifest.redactions == {"secret_access_key": 1, "password": 1, "environment_variable": 1, "github_token": 1}
    assert manifest.fingerprint_key_id == FingerprintKey(bytes(32)).key_id


def test_threads_and_order(tmp_path: Path) -> None:
    def collect(root: Path, regions: list[str]) -> bytes:
        out = writer(root)

        def one(region: str) -> None:
            out.json(*PLACE, "kms.list_keys", {"Keys": []}, region)
            out.record(done("kms.list_keys", region=region))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, regions))
        return out.finish().read_bytes()

    regions = [f"eu-west-{number}" for number in range(20)]
    assert collect(tmp_path / "a", regions) == collect(tmp_path / "b", regions[::-1])


@pytest.mark.parametrize("part", ["..", "a/b", "", "con\n", ".hidden", "x."])
def test_unsafe_names_are_refused(tmp_path: Path, part: str) -> None:
    with pytest.raises(ValueError, match="cannot be part"):
        writer(tmp_path).json("aws", part, "s3.list_buckets", {})
