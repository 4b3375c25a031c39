"""Records in a snapshot: exact, lazy, without secrets, and the same for the same evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.aws.records import AwsRecords
from collectors.aws.to_records import to_records
from collectors.evidence.declared import Declared
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.reader import read_evidence
from collectors.interface import EvidenceRef, Gap, Presence
from graph.build import build_snapshot
from graph.errors import GraphError, SnapshotError
from graph.record_codec import json_decoder, json_encoder
from graph.records import BuildInput, ReadingGaps, read_records, record_rows
from graph.snapshot import open_snapshot
from tests.graph.edges_aws.random_worlds import Spec, specs
from tests.graph.edges_aws.technique_case import A, here
from tests.graph.edges_aws.test_techniques import CASES
from tests.repository import ROOT
from tests.worlds.keep import build_input, keep, keep_input
from tests.worlds.statements import allow

SAMPLE = ROOT / "sample_data" / "evidence"


class Colour(Enum):
    """An enum that is no text."""

    RED = 1


@dataclass(frozen=True, slots=True)
class Inner:
    """A record within a record."""

    name: str
    size: float = 1.5


@dataclass(frozen=True, slots=True)
class Everything:
    """A field of each type that records may have."""

    ref: EvidenceRef
    text: str = ""
    number: int = 7
    known: bool | None = None
    at: datetime | None = None
    presence: Presence = Presence.ABSENT
    colour: Colour = Colour.RED
    data: bytes = b""
    names: tuple[str, ...] = ()
    pair: tuple[str, Presence] = ("", Presence.EMPTY)
    triples: tuple[tuple[str, str, int], ...] = ()
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    body: Mapping[str, Any] | None = None
    by_name: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Mapping[str, datetime | None] = field(default_factory=dict)
    seen: Mapping[tuple[str, str], Presence] = field(default_factory=dict)


TEXTS = st.text(alphabet=st.characters(exclude_categories=()), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(TEXTS, part, max_size=3),
    max_leaves=6,
)
TIMES = st.datetimes(timezones=st.just(UTC))
PRESENCES = st.sampled_from(Presence)
INNERS = st.builds(Inner, TEXTS, st.floats(allow_nan=False))
REFS = st.builds(EvidenceRef, TEXTS, TEXTS)
EVERYTHING = st.builds(
    Everything,
    REFS,
    text=TEXTS,
    number=st.integers(),
    known=st.none() | st.booleans(),
    at=st.none() | TIMES,
    presence=PRESENCES,
    data=st.binary(max_size=5),
    names=st.lists(TEXTS, max_size=3).map(tuple),
    pair=st.tuples(TEXTS, PRESENCES),
    triples=st.lists(st.tuples(TEXTS, TEXTS, st.integers()), max_size=2).map(tuple),
    inner=st.none() | INNERS,
    inners=st.lists(INNERS, max_size=2).map(tuple),
    body=st.none() | st.dictionaries(TEXTS, JSON, max_size=3),
    by_name=st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2).map(tuple), max_size=2),
    times=st.dictionaries(TEXTS, st.none() | TIMES, max_size=2),
    seen=st.dictionaries(st.tuples(TEXTS, TEXTS), PRESENCES, max_size=2),
)


@given(EVERYTHING)
@settings(deadline=None, max_examples=200)
def test_what_is_written_is_read(value: Everything) -> None:
    text = json_encoder(Everything)(value)
    again = json_decoder(Everything)(text)
    assert again == value
    assert json_encoder(Everything)(again) == text
    assert type(again.presence) is Presence
    assert type(again.names) is tuple
    assert text.isascii()


def test_what_the_codec_does_not_know_is_refused() -> None:
    @dataclass(frozen=True)
    class Wrong:
        """A union of two types."""

        either: str | int

    with pytest.raises(TypeError, match="not a type"):
        json_encoder(int | str)
    with pytest.raises(TypeError, match="not a type"):
        json_encoder(frozenset[str])
    with pytest.raises(ValueError, match="Inner has no field `colour`"):
        json_decoder(Inner)('{"name": "a", "colour": 1}')
    assert Wrong("a").either == "a"


def _kept(folder: Path) -> BuildInput:
    evidence = read_evidence([folder])
    return BuildInput(to_records(evidence), evidence.declared, ReadingGaps(evidence.gaps))


@pytest.mark.needs_checkout
def test_the_sample_company_comes_back(tmp_path: Path) -> None:
    kept = _kept(SAMPLE)
    assert kept.aws.roles
    assert kept.declared.secrets
    assert kept.reading.gaps
    again = read_records(keep_input(kept, tmp_path))
    assert again == kept
    assert [list(role.tags) for role in again.aws.roles] == [list(role.tags) for role in kept.aws.roles]


@pytest.mark.needs_checkout
def test_every_field_of_the_collectors_payloads_comes_back(tmp_path: Path) -> None:
    kept = _kept(ROOT / "tests" / "collectors" / "payloads" / "estate")
    assert read_records(keep_input(kept, tmp_path)) == kept


def test_every_world_of_the_techniques_comes_back(tmp_path: Path) -> None:
    for number, case in enumerate(CASES[::7]):
        kept = build_input(case.world, tmp_path / str(number))
        rows = list(record_rows(kept))
        assert rows == list(record_rows(build_input(case.world, tmp_path / f"{number}-again")))
        assert read_records(_Rows(rows)) == kept  # type: ignore[arg-type]  # the part of a snapshot that is asked


class _Rows:
    """The part of a snapshot that ``read_records`` asks."""

    id = "rows"

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows

    def has_table(self, name: str) -> bool:
        return name == "records"

    def table(self, name: str) -> Any:
        import pyarrow as pa

        names = ["provider", "kind", "body"]
        rows = [(row.provider, row.kind, row.body) for row in self.rows]
        table = pa.table({each: [row[place] for row in rows] for place, each in enumerate(names)})
        return type("Table", (), {"columns": lambda _, wanted: table.select(wanted)})()


@given(specs())
@settings(deadline=None, max_examples=25)
def test_random_worlds_come_back(tmp_path_factory: pytest.TempPathFactory, spec: Spec) -> None:
    kept = build_input(spec.world(), tmp_path_factory.mktemp("world"))
    assert read_records(_Rows(list(record_rows(kept)))) == kept  # type: ignore[arg-type]  # as above


def test_a_snapshot_without_records_says_so(tmp_path: Path) -> None:
    snapshot = keep(here().user("ci"), tmp_path)
    path = snapshot.folder / "manifest.json"
    body = json.loads(path.read_text())
    body["files"].pop("records.parquet")
    path.write_text(json.dumps(body | {"schema_version": "1.0"}))
    opened = open_snapshot(snapshot.folder)
    assert opened.node_index(A.user("ci")) >= 0
    with pytest.raises(GraphError, match="keeps no records"):
        read_records(opened)


def test_records_of_a_newer_version_are_refused(tmp_path: Path) -> None:
    snapshot = keep(here().user("ci"), tmp_path)
    rows = list(record_rows(read_records(snapshot)))
    user = next(row for row in rows if row.kind == "users")
    newer = user._replace(body=json.dumps(json.loads(user.body) | {"passkeys": 2}))
    with pytest.raises(SnapshotError, match="`passkeys`"):
        read_records(_Rows([newer]))  # type: ignore[arg-type]  # as above
    with pytest.raises(SnapshotError, match="gcp roles"):
        read_records(_Rows([*rows, user._replace(provider="gcp", kind="roles")]))  # type: ignore[arg-type]


def test_nothing_but_evaluating_again_reads_them(tmp_path: Path) -> None:
    snapshot = keep(here().user("ci", allow("*")), tmp_path)
    path = snapshot.folder / "records.parquet"
    size = path.stat().st_size
    path.write_bytes(b"\0" * size)
    opened = open_snapshot(snapshot.folder)
    assert opened.edge_count
    assert opened.find_nodes("ci")
    with pytest.raises(SnapshotError, match=r"records\.parquet"):
        read_records(opened)
    with pytest.raises(SnapshotError, match=r"records\.parquet"):
        opened.verify()
    path.unlink()
    with pytest.raises(SnapshotError, match=r"records\.parquet"):
        open_snapshot(snapshot.folder)


def test_nothing_is_kept_of_nothing() -> None:
    assert list(record_rows(BuildInput())) == []
    gap = Gap("aws", "1", "x", "broken")
    rows = list(record_rows(BuildInput(AwsRecords(gaps=(gap,)), Declared(), ReadingGaps((gap,)))))
    assert [(row.provider, row.kind) for row in rows] == [("aws", "gaps"), ("reading", "gaps")]


SECRET = "AwsSecretThatMustNotEnter/9x8w7v6u5t4s3r2q1p0"


def test_no_secret_enters(tmp_path: Path) -> None:
    """A literal secret of a variable is a fingerprint by the time that there are records."""
    world = here().role("app", trusts=[]).function("f", "app")
    world.here.functions["f"]["Environment"] = {"Variables": {"DB_PASSWORD": SECRET, "AWS_SECRET_ACCESS_KEY": SECRET}}
    key = FingerprintKey.load_or_create(tmp_path / "key")
    result = build_snapshot([world.build(tmp_path / "evidence")], tmp_path / "w", product_version="t", key=key)
    snapshot = open_snapshot(result.snapshot_id, tmp_path / "w")
    (function,) = read_records(snapshot).aws.functions
    assert set(function.environment_names) == {"DB_PASSWORD", "AWS_SECRET_ACCESS_KEY"}
    text = snapshot.table("records").columns().to_pylist()
    assert SECRET not in json.dumps(text)
    assert all(SECRET.encode() not in path.read_bytes() for path in snapshot.folder.iterdir())


def test_records_are_part_of_the_id(tmp_path: Path) -> None:
    kept = build_input(here().user("ci"), tmp_path / "evidence")
    one, two = keep_input(kept, tmp_path / "1"), keep_input(kept, tmp_path / "2")
    assert one.id == two.id
    other = replace(kept, aws=replace(kept.aws, users=tuple(replace(user, path="/x/") for user in kept.aws.users)))
    assert keep_input(other, tmp_path / "3").id != one.id
