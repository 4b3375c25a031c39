"""Sweeps kept beside the snapshot: ``analysis/<snapshot>/<key>/`` of the workspace, recomputed whenever in doubt.

Input: a snapshot, a workspace, a policy. Output: ``Analysis`` (``Everyone`` and the jewels), a table for people.
Handled: the key is a hash of policy, time of the question, product version and form, so that nothing stale is read;
written beside and renamed once; a damaged folder, or one of another snapshot of the same name, is made anew with a
note; where nothing can be written the answer is computed in memory, with a note; a missing workspace is not made.
Not handled: findings, which ``analytics.state`` keeps; removing analyses of snapshots that are gone.

Files: ``everyone.parquet`` (columns of ``everyone_frame``, numbers of nodes instead of ids), ``jewels.parquet``,
``manifest.json`` with sizes, SHA-256 and the SHA-256 of the snapshot's own manifest.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from analytics.everyone import LEVELS, Everyone, Sweep
from analytics.jewel_reach import JewelReach, jewel_reach
from analytics.jewels import Jewel, jewels
from analytics.nearest import Nearest
from analytics.policy import Policy
from analytics.subjects import question_time
from graph.arrays import IMPACT_CODES
from graph.kinds import State
from graph.snapshot import Snapshot
from graph.snapshot.disk import make_temporary, publish, remove_leftovers, sha256_of, write_file
from graph.snapshot.manifest import MANIFEST

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["Analysis", "analysis", "analysis_folder", "everyone_frame", "keep"]

_FORM = 1
"""Raised whenever a column changes its meaning."""
_EVERYONE, _JEWELS = "everyone.parquet", "jewels.parquet"
_NEAREST = ("nearest_jewel", "nearest_scope")


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was computed of everyone, for one snapshot and policy."""

    everyone: Everyone
    jewels: tuple[Jewel, ...]
    reach: JewelReach
    """Who reaches each jewel, in their order."""
    notes: tuple[str, ...] = ()
    """What a person should know of how it was found; usually empty."""


def analysis_folder(snapshot: Snapshot, workspace: Path, policy: Policy | None = None) -> Path:
    """Return where the analysis of a snapshot under a policy is kept."""
    time = question_time(snapshot)
    key = [(policy or Policy()).digest, time.isoformat() if time else "", _product_version(), _FORM]
    digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]
    return workspace / "analysis" / snapshot.id / digest


def analysis(snapshot: Snapshot, workspace: Path | None, policy: Policy | None = None) -> Analysis:
    """Return the analysis of a snapshot: the kept one, else a new one, which is kept where that can be done.

    Parameters
    ----------
    workspace
        ``None``: compute in memory.
    policy
        Tags and zones of jewels; default: the product's.
    """
    chosen = policy or Policy()
    if workspace is None or not workspace.is_dir():
        return _compute(snapshot, chosen)
    folder = analysis_folder(snapshot, workspace, chosen)
    notes = []
    if folder.exists():
        try:
            return _read(snapshot, folder)
        except (_UnfitError, OSError) as error:
            notes.append(f"the kept analysis `{folder}` is made anew: {error}")
    found = _compute(snapshot, chosen)
    try:
        keep(snapshot, folder, found)
    except OSError as error:
        notes.append(f"the analysis is not kept: `{folder}` cannot be written ({error.strerror})")
    return replace(found, notes=tuple(notes))


def everyone_frame(snapshot: Snapshot, workspace: Path | None, policy: Policy | None = None) -> pd.DataFrame:
    """Return one row for each identity and credential.

    Returns
    -------
    pandas.DataFrame
        ``id, kind, exact``; ``reaches`` and, for each state, ``reaches_verified``, ``reaches_conditional``,
        ``reaches_unverified`` (things counted once, at their best state); ``worst_impact`` (H1 to H11, ``""``) with
        ``worst_impact_state``; ``jewels`` and ``jewels_<state>``; ``control`` and ``control_<state>`` (scopes under
        full control); ``nearest_jewel`` and ``nearest_scope`` (id, ``""`` for none), each with ``_hops`` (-1 for none)
        and ``_state``; ``count_<kind>`` for each kind that is reached by anybody, and ``count_<kind>_<state>``.
    """
    import pandas as pd

    found = analysis(snapshot, workspace, policy).everyone
    kinds = snapshot.manifest.codes["node_kind"]
    columns: dict[str, Any] = {
        "id": [snapshot.node_id(number) for number in found.subjects.tolist()],
        "kind": [kinds[code] for code in snapshot.arrays.node_kind[found.subjects].tolist()],
        "exact": found.exact,
    }
    for name, table in (("reaches", found.reached()), ("jewels", found.jewels), ("control", found.control)):
        columns |= _by_state(name, table)
    codes, states = found.worst_with_state()
    columns["worst_impact"] = [IMPACT_CODES[code] for code in codes.tolist()]
    columns["worst_impact_state"] = _words(states)
    for name in _NEAREST:
        nearest: Nearest = getattr(found, name)
        columns[name] = [snapshot.node_id(number) if number >= 0 else "" for number in nearest.node.tolist()]
        columns |= {f"{name}_hops": nearest.hops, f"{name}_state": _words(nearest.state)}
    for place, kind in enumerate(found.kinds):
        if found.by_kind[:, :, place].any():
            columns |= _by_state(f"count_{kind}", found.by_kind[:, :, place])
    return pd.DataFrame(columns)


def _by_state(name: str, table: Any) -> dict[str, Any]:
    words = {f"{name}_{level.word}": table[:, place] for place, level in enumerate(LEVELS)}
    return {name: table.sum(axis=1), **words}


def _words(states: Any) -> list[str]:
    return [State(state).word if state else "" for state in states.tolist()]


def _product_version() -> str:
    try:
        return version("nhigraph")
    except PackageNotFoundError:  # run from a source tree
        return ""


def _compute(snapshot: Snapshot, policy: Policy) -> Analysis:
    treasure = jewels(snapshot, policy.zones, tags=policy.jewel_tags)
    sweep = Sweep(snapshot, treasure)
    found = sweep.answer()
    return Analysis(found, treasure, jewel_reach(sweep, found))


class _UnfitError(Exception):
    """A kept analysis that cannot be used."""


def keep(snapshot: Snapshot, folder: Path, found: Analysis) -> None:
    """Write an analysis whole or not at all; raise ``OSError`` where that cannot be done."""
    import pyarrow as pa

    folder.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder.parent)
    temporary = make_temporary(folder.parent, folder.name)
    try:
        tables = {
            _EVERYONE: pa.table(_columns(found.everyone)),
            _JEWELS: _jewel_table(found),
        }
        files = {name: write_file(temporary / name, _parquet(table)) for name, table in tables.items()}
        body = {
            "form": _FORM,
            "snapshot": snapshot.id,
            "snapshot_manifest": sha256_of(snapshot.folder / MANIFEST),
            "kinds": list(found.everyone.kinds),
            "files": {name: asdict(record) for name, record in files.items()},
        }
        text = json.dumps(body, indent=2, sort_keys=True).encode() + b"\n"
        write_file(temporary / MANIFEST, lambda stream: _put(stream, text))
        if folder.exists():  # unfit: it was looked at before
            shutil.rmtree(folder)
        publish(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _put(stream: BinaryIO, text: bytes) -> None:
    stream.write(text)


def _parquet(table: pa.Table) -> Any:
    def write(stream: BinaryIO) -> None:
        import pyarrow.parquet as pq

        pq.write_table(table, stream, compression="zstd")

    return write


def _jewel_table(found: Analysis) -> pa.Table:
    import pyarrow as pa

    columns: dict[str, Any] = {
        field.name: pa.array(
            [getattr(jewel, field.name) for jewel in found.jewels],
            pa.int32() if field.name == "node" else pa.string(),
        )
        for field in fields(Jewel)
    }
    columns |= {f"by_{level.word}": found.reach.by_state[:, place] for place, level in enumerate(LEVELS)}
    columns |= {
        "nearest": found.reach.nearest.node,
        "nearest_hops": found.reach.nearest.hops,
        "nearest_state": found.reach.nearest.state,
        "exact": found.reach.exact.astype(np.int8),
    }
    return pa.table(columns)


def _columns(found: Everyone) -> dict[str, Any]:
    """Return the numbers of a table, one column each."""
    columns: dict[str, Any] = {"node": found.subjects, "exact": found.exact.astype(np.int8)}
    for place, level in enumerate(LEVELS):
        columns[f"worst_{level.word}"] = found.worst[:, place]
        columns[f"jewels_{level.word}"] = found.jewels[:, place]
        columns[f"control_{level.word}"] = found.control[:, place]
        for number, kind in enumerate(found.kinds):
            columns[f"count_{kind}_{level.word}"] = found.by_kind[:, place, number]
    for name in _NEAREST:
        nearest: Nearest = getattr(found, name)
        columns |= {name: nearest.node, f"{name}_hops": nearest.hops, f"{name}_state": nearest.state}
    return columns


def _read(snapshot: Snapshot, folder: Path) -> Analysis:
    body = _manifest(snapshot, folder)
    tables = {name: _table(folder / name, body["files"].get(name, {})) for name in (_EVERYONE, _JEWELS)}
    kinds = tuple(str(kind) for kind in body["kinds"])
    try:
        rows = tables[_JEWELS].select([field.name for field in fields(Jewel)]).to_pylist()
        found = _everyone(tables[_EVERYONE], kinds)
        return Analysis(found, tuple(Jewel(**row) for row in rows), _jewel_reach(tables[_JEWELS]))
    except (KeyError, ValueError) as error:
        raise _UnfitError(f"it lacks a column ({error})") from error


def _manifest(snapshot: Snapshot, folder: Path) -> Mapping[str, Any]:
    try:
        body = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        fits = body["form"] == _FORM and body["snapshot"] == snapshot.id
        fits = fits and body["snapshot_manifest"] == sha256_of(snapshot.folder / MANIFEST)
        wanted = dict(body["files"]), list(body["kinds"])
    except (ValueError, KeyError, TypeError) as error:
        raise _UnfitError("its manifest is damaged") from error
    if not fits or not all(wanted):
        raise _UnfitError("it belongs to another snapshot")
    return dict(body)


def _table(path: Path, record: Mapping[str, Any]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file() or sha256_of(path) != record.get("sha256"):
        raise _UnfitError(f"{path.name} is damaged")
    try:
        return pq.ParquetFile(path).read()
    except pa.ArrowException as error:
        raise _UnfitError(f"{path.name} is damaged") from error


def _everyone(table: pa.Table, kinds: tuple[str, ...]) -> Everyone:
    def column(name: str, dtype: Any) -> Any:
        return _column(table, name, dtype)

    def states(name: str, dtype: Any) -> Any:
        return np.stack([column(f"{name}_{level.word}", dtype) for level in LEVELS], axis=1)

    nearest = [
        Nearest(column(name, np.int32), column(f"{name}_hops", np.int32), column(f"{name}_state", np.int8))
        for name in _NEAREST
    ]
    return Everyone(
        subjects=column("node", np.int32),
        kinds=kinds,
        by_kind=np.stack([states(f"count_{kind}", np.int32) for kind in kinds], axis=2),
        worst=states("worst", np.int8),
        jewels=states("jewels", np.int32),
        control=states("control", np.int32),
        nearest_jewel=nearest[0],
        nearest_scope=nearest[1],
        exact=column("exact", np.bool_),
    )


def _column(table: pa.Table, name: str, dtype: Any) -> Any:
    # From the buffers: to_numpy imports pandas, which takes longer than the rest of a question from the shell.
    column = table[name]
    if column.null_count:
        raise ValueError(f"`{name}` has empty values")
    kept = np.dtype(column.type.to_pandas_dtype())
    parts = [
        np.frombuffer(chunk.buffers()[1], dtype=kept, count=len(chunk), offset=chunk.offset * kept.itemsize)
        for chunk in column.chunks
        if len(chunk)
    ]
    return np.concatenate(parts).astype(dtype) if parts else np.zeros(0, dtype)


def _jewel_reach(table: pa.Table) -> JewelReach:
    names = ("nearest", "nearest_hops", "nearest_state")
    types = (np.int32, np.int32, np.int8)
    node, hops, state = (_column(table, name, dtype) for name, dtype in zip(names, types, strict=True))
    by_state = np.stack([_column(table, f"by_{level.word}", np.int32) for level in LEVELS], axis=1)
    return JewelReach(by_state, Nearest(node, hops, state), _column(table, "exact", np.bool_))
