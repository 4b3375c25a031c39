"""What a graph is built from, as rows that the snapshot keeps, so that permissions can be evaluated again.

Input: ``BuildInput``, or a snapshot with ``records.parquet``. Output: rows of that table, or the ``BuildInput``.
Handled: records of every source in ``_PARTS``; records are redacted before they get here, so no secret enters.
Not handled: evidence itself, which is never copied; coverage, which the snapshot has a table of its own for.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, NamedTuple

from collectors.aws.records import AwsRecords
from collectors.azure.records import AzureRecords
from collectors.ci.records import CiRecords
from collectors.entra.records import EntraRecords
from collectors.evidence.declared import Declared
from collectors.github.records import GitHubRecords
from collectors.interface import Gap
from collectors.opengraph.records import OpenGraphRecords
from collectors.other.records import OtherRecords
from collectors.terraform.records import TerraformRecords
from graph.errors import GraphError, SnapshotError
from graph.record_codec import json_decoder, json_encoder
from graph.snapshot import Snapshot

__all__ = ["BuildInput", "ReadingGaps", "RecordRow", "read_entra", "read_records", "record_rows"]


@dataclass(frozen=True, slots=True)
class ReadingGaps:
    """What could not be read of the evidence, before records were made of it."""

    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildInput:
    """Everything that decides what the graph of some evidence is."""

    aws: AwsRecords = field(default_factory=AwsRecords)
    declared: Declared = field(default_factory=Declared)
    reading: ReadingGaps = field(default_factory=ReadingGaps)
    entra: EntraRecords = field(default_factory=EntraRecords)
    azure: AzureRecords = field(default_factory=AzureRecords)
    other: OtherRecords = field(default_factory=OtherRecords)
    opengraph: OpenGraphRecords = field(default_factory=OpenGraphRecords)
    github: GitHubRecords = field(default_factory=GitHubRecords)
    gitlab: CiRecords = field(default_factory=CiRecords)
    bitbucket: CiRecords = field(default_factory=CiRecords)
    terraform: TerraformRecords = field(default_factory=TerraformRecords)


class RecordRow(NamedTuple):
    """One row of ``records.parquet``."""

    provider: str
    """``aws``, ``entra``, ``azure``, ``github``, ``other``, ``opengraph``, ``terraform`` …, ``declared``, or
    ``reading`` for gaps."""
    kind: str
    """Field of the source's records, such as ``roles``."""
    key: str
    """For people: ARN or id of the record, where it has one."""
    body: str
    """JSON object; fields at their default are left out."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one field of a source's records is kept: a row each, or one row for all."""

    name: str
    many: bool
    hint: Any
    """Type of what one row holds."""
    key: str
    """Field that names a record, or ``""``."""


@cache
def _kinds(source: type) -> tuple[_Kind, ...]:
    hints = typing.get_type_hints(source)
    return tuple(_kind(item.name, hints[item.name]) for item in fields(source))


def _kind(name: str, hint: Any) -> _Kind:
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is not tuple:
        return _Kind(name, False, hint, "")
    record = arguments[0]
    if len(arguments) != 2 or arguments[1] is not Ellipsis or not is_dataclass(record):
        raise TypeError(f"{name} is not a tuple of records")
    names = [item.name for item in fields(record)]
    return _Kind(name, True, record, next((each for each in ("arn", "id") if each in names), ""))


def record_rows(kept: BuildInput) -> Iterator[RecordRow]:
    """Yield the rows of ``records.parquet``; the order of records is kept, equal input gives equal rows."""
    for part in fields(BuildInput):
        records = getattr(kept, part.name)
        source: Any = type(records)
        nothing = source()
        for kind in _kinds(source):
            value = getattr(records, kind.name)
            encode = json_encoder(kind.hint)
            if kind.many:
                key = kind.key
                for record in value:
                    yield RecordRow(part.name, kind.name, getattr(record, key) if key else "", encode(record))
            elif value != getattr(nothing, kind.name):
                yield RecordRow(part.name, kind.name, "", encode(value))


def read_records(snapshot: Snapshot) -> BuildInput:
    """Return what a snapshot's graph was built from.

    Raises
    ------
    GraphError
        The snapshot keeps no records (schema 1.0, or written by another program).
    SnapshotError
        A row cannot be read, or is of a kind that this version does not know: evaluating without it would mislead.
    """
    found = _kept(snapshot)
    hints = typing.get_type_hints(BuildInput)
    parts = {part.name: _records(hints[part.name], part.name, found, snapshot.id) for part in fields(BuildInput)}
    if found:
        provider, kind = next(iter(found))
        raise SnapshotError(
            f"snapshot {snapshot.id} keeps records that this version does not know ({provider} {kind}): upgrade, or "
            "build the snapshot again"
        )
    return BuildInput(**parts)


def read_entra(snapshot: Snapshot) -> tuple[EntraRecords, Declared]:
    """Return the records of Entra, and what people declared, without reading those of other sources.

    Raises
    ------
    GraphError, SnapshotError
        As ``read_records``; records of other kinds are not looked at.
    """
    found = _kept(snapshot, ("entra", "declared"))
    return (
        _records(EntraRecords, "entra", found, snapshot.id),
        _records(Declared, "declared", found, snapshot.id),
    )


def _kept(snapshot: Snapshot, providers: tuple[str, ...] = ()) -> dict[tuple[str, str], list[str]]:
    """Return the bodies of a snapshot's records by provider and kind; of all providers where none is named."""
    if not snapshot.has_table("records"):
        raise GraphError(
            f"snapshot {snapshot.id} keeps no records, so its permissions cannot be evaluated again: build it again "
            "from the evidence"
        )
    columns = snapshot.table("records").columns(["provider", "kind", "body"])
    if providers:
        import pyarrow.compute as pc

        columns = columns.filter(pc.field("provider").isin(list(providers)))
    found: dict[tuple[str, str], list[str]] = {}
    for provider, kind, body in zip(*(columns[name].to_pylist() for name in columns.column_names), strict=True):
        found.setdefault((provider, kind), []).append(body)
    return found


def _records(source: Any, provider: str, found: dict[tuple[str, str], list[str]], snapshot_id: str) -> Any:
    """Take a source's rows out of ``found`` and return its records."""
    values: dict[str, Any] = {}
    for kind in _kinds(source):
        bodies = found.pop((provider, kind.name), [])
        decode = json_decoder(kind.hint)
        try:
            records = tuple(map(decode, bodies))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SnapshotError(
                f"snapshot {snapshot_id} keeps {provider} {kind.name} that this version cannot read ({error}): "
                "build the snapshot again"
            ) from error
        if kind.many:
            values[kind.name] = records
        elif records:
            values[kind.name] = records[0]
    return source(**values)
