"""What people declare: every kind and column, both forms, and every bad row named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectors.evidence.declared import DECLARED_KINDS, Declared, read_declared_file
from collectors.evidence.reader import read_evidence

GOOD = {
    "owners": [{"identity": "arn:a", "owner": "o@x", "team": "t", "active": "no"}],
    "environments": [{"match": "arn:*:prod-*", "environment": "prod"}],
    "jewels": [{"match": "tag:class=top", "name": "orders", "impact": "H11"}],
    "accounts": [{"account": "012345678901", "relation": "vendor"}],
    "secrets": [{"secret": "s", "credential": "c", "identity": "i", "type": "t"}],
    "people": [{"login": "l", "person": "p", "active": "TRUE"}],
}


def as_csv(rows: list[dict[str, str]]) -> str:
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]) + "\n"


@pytest.mark.parametrize("kind", sorted(DECLARED_KINDS))
def test_both_forms_say_the_same(kind: str) -> None:
    from_csv, gaps = read_declared_file(kind, as_csv(GOOD[kind]), "f", lines=False)
    text = "\n".join(map(json.dumps, GOOD[kind]))
    from_lines, more_gaps = read_declared_file(kind, text, "f", lines=True)
    assert from_csv == from_lines and gaps == more_gaps == []
    (row,) = getattr(from_csv, kind)
    assert str(row.ref) == "f#/0"
    wanted = {key: {"no": False, "TRUE": True}.get(value, value) for key, value in GOOD[kind][0].items()}
    assert {key: getattr(row, key) for key in wanted} == wanted


BAD = [
    ("owners", "identity,owner\n,o\nx,\ny,z\n", ["line 2: identity is missing", "line 3: owner is missing"], 1),
    ("owners", "identity,owner,active\na,b,maybe\n", ["line 2: active must be true or false, not 'maybe'"], 0),
    ("owners", "identity,owner,colour\na,b,red\nc,d,blue\n", ["line 2: column 'colour' is not known"], 2),
    ("owners", "identity,owner\na,b,c\n", ["line 2: has 3 fields, the header has 2"], 0),
    (
        "jewels",
        "match,name,impact\na,b,H12\na,b,\n",
        ["line 2: impact must be one of H1, H2", "line 3: impact is missing"],
        0,
    ),
    (
        "jewels",
        "match,name,impact\ntag:x,b,H1\ntag:=x,b,H1\n",
        ["line 2: match 'tag:x' must", "line 3: match 'tag:=x'"],
        0,
    ),
    ("accounts", "account,relation\n1,friend\n", ["line 2: relation must be one of own, vendor, unknown"], 0),
]


@pytest.mark.parametrize(("kind", "text", "reasons", "good"), BAD)
def test_bad_rows_are_named_and_the_rest_is_read(kind: str, text: str, reasons: list[str], good: int) -> None:
    found, gaps = read_declared_file(kind, text, "declared/f.csv", lines=False)
    assert len(getattr(found, kind)) == good
    assert len(gaps) == len(reasons)
    for gap, reason in zip(gaps, reasons, strict=True):
        assert gap.reason.startswith(f"declared/f.csv: {reason}")
        assert (gap.source, gap.operation) == ("declared", kind)


def test_bad_json_lines() -> None:
    text = (
        '{"login": "a", "person": "b"}\n{"login":\n[1]\n'
        '{"login": {"x": 1}, "person": "c"}\n\n{"login": 7, "person": "d"}\n'
    )
    found, gaps = read_declared_file("people", text, "f", lines=True)
    assert [(row.login, row.ref.pointer) for row in found.people] == [("a", "/0"), ("7", "/5")]
    assert [gap.reason for gap in gaps] == [
        "f: line 2: not JSON",
        "f: line 3: must be a JSON object",
        "f: line 4: login must be text",
    ]


def test_spreadsheet_habits() -> None:
    """Quoted fields over lines, ``;`` as separator, blank rows, lost leading zeros."""
    text = 'identity;owner\n\n"a";"one\ntwo"\n'
    assert read_declared_file("owners", text, "f", lines=False)[0].owners[0].owner == "one\ntwo"
    found, _ = read_declared_file("accounts", "account,relation\n12345678901,own\n", "f", lines=False)
    assert found.accounts[0].account == "012345678901"


def test_files_of_a_folder_and_alone(tmp_path: Path) -> None:
    folder = tmp_path / "declared"
    folder.mkdir()
    (folder / "owners.csv").write_text("\ufeff" + as_csv(GOOD["owners"]), encoding="utf-8")
    (folder / "people.jsonl").write_text(json.dumps(GOOD["people"][0]))
    for path in (tmp_path, folder):
        evidence = read_evidence([path])
        assert evidence.gaps == () and evidence.declared.owners[0].ref.file == "declared/owners.csv"
        assert len(evidence.declared.people) == 1
    alone = tmp_path / "owners.csv"
    alone.write_text(as_csv(GOOD["owners"]))
    assert len(read_evidence([alone]).declared.owners) == 1


def test_merging_keeps_both() -> None:
    one, _ = read_declared_file("owners", as_csv(GOOD["owners"]), "a", lines=False)
    two, _ = read_declared_file("owners", as_csv(GOOD["owners"]), "b", lines=False)
    assert [row.ref.file for row in one.merged(two).owners] == ["a", "b"]
    assert Declared().merged(Declared()) == Declared()
