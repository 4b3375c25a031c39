"""Read evidence folders and single dumps, and say what could not be read.

Input: paths that a user named. Output: ``EvidenceSet``.
Not handled: the meaning of an answer (``to_records`` of each source); the file system's clock, which proves nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from collectors.errors import EvidenceError, NothingReadError, UnusableInputError
from collectors.evidence.evidence import Call, CallError, EvidenceSet
from collectors.evidence.gather import Gathered
from collectors.evidence.layout import DECLARED, JOURNAL, MANIFEST, OTHER, PARTIAL, SOURCES, locate, locate_file
from collectors.evidence.manifest import read_manifest
from collectors.evidence.redact import FingerprintKey, Redactor

__all__ = ["Call", "CallError", "EvidenceSet", "read_evidence"]


def read_evidence(paths: Sequence[Path], *, key: FingerprintKey | None = None) -> EvidenceSet:
    """Read evidence from folders and files; several are merged.

    Parameters
    ----------
    paths
        Evidence folders, parts of one (``EVIDENCE/aws/111111111111``), folders of bare dumps, or single dumps.
    key
        The workspace's fingerprint key, for secrets that are found and taken out.

    Returns
    -------
    EvidenceSet
        Broken files of a folder are gaps in it.

    Raises
    ------
    UnusableInputError
        A named file cannot be used, a named path does not exist, or a manifest is too new.
    NothingReadError
        No file gave anything.

    Notes
    -----
    Linear in the size of the files; needs a few times the size of the largest one in memory.
    """
    if not paths:
        raise NothingReadError("no evidence was named")
    gathered = Gathered(Redactor(key))
    names = _labels(paths)
    for path, label in zip(paths, names, strict=True):
        if path.is_dir():
            _read_folder(path, gathered, label if len(paths) > 1 else "")
        elif path.is_file():
            _read_named_file(path, gathered, label)
        else:
            raise UnusableInputError(f"{path}: no such file or folder")
    evidence = gathered.finish("+".join(_name_of(path) for path in paths), tuple(paths))
    if not gathered.anything_read:
        first = next((gap.reason for gap in evidence.gaps), "the folder is empty")
        shown = ", ".join(str(path) for path in paths)
        raise NothingReadError(f"{shown}: nothing could be read: {first}")
    return evidence


def _read_named_file(path: Path, gathered: Gathered, label: str) -> None:
    place = _place_in_form(path.absolute())
    try:
        gathered.read_file(path, label, place, named=True)
    except UnusableInputError:
        raise
    except EvidenceError as error:
        # The file is shown as the user named it, not by its label.
        raise UnusableInputError(str(error).replace(label, str(path), 1)) from error
    except OSError as error:
        raise UnusableInputError(f"{path}: {error.strerror or error}") from error


def _read_folder(path: Path, gathered: Gathered, label: str) -> None:
    root = _root_of(path.absolute())
    manifest_error = None
    try:
        manifest = read_manifest(root)
    except UnusableInputError:
        raise
    except EvidenceError as error:
        manifest, manifest_error = None, error
    gathered.begin_root(root, manifest)
    if manifest_error is not None:
        gathered.gap(str(manifest_error).replace(str(root) + os.sep, ""))
    unreadable: list[OSError] = []
    for file, relative in _files_below(path.absolute(), root, unreadable.append):
        name = f"{label}/{relative}" if label else str(relative)
        if relative.name in (MANIFEST, JOURNAL) and len(relative.parts) == 1:
            gathered.digest_file(file, str(relative))
            continue
        _read_one(file, name, relative, gathered)
    for problem in unreadable:
        where = Path(str(problem.filename))
        shown = where.relative_to(root).as_posix() if where.is_relative_to(root) and where != root else str(path)
        gathered.gap(f"{label}/{shown}: {problem.strerror}" if label else f"{shown}: {problem.strerror}")


def _read_one(file: Path, name: str, relative: PurePosixPath, gathered: Gathered) -> None:
    if file.is_dir() or (relative.name.startswith(".") and locate_file(relative) is None):
        gathered.gap(f"{name}: hidden, not read")
    elif relative.name.endswith((PARTIAL, ".writing")):
        gathered.gap(f"{name}: the collection of this operation was not finished", relative)
    else:
        try:
            gathered.read_file(file, name, relative, named=False)
        except EvidenceError as error:
            gathered.gap(str(error), relative)
        except OSError as error:
            gathered.gap(f"{name}: {error.strerror or error}", relative)


def _files_below(path: Path, root: Path, refused: Callable[[OSError], None]) -> Iterator[tuple[Path, PurePosixPath]]:
    """Yield files, and hidden folders as themselves, in a fixed order; links to folders are not followed.

    ``refused`` hears of each folder that the system does not let us list.
    """
    for folder, folders, files in os.walk(path, onerror=refused):
        here = Path(folder)
        above = PurePosixPath(here.relative_to(root).as_posix())
        hidden = [name for name in folders if name.startswith(".") and locate_file(above / name) is None]
        folders[:] = sorted(set(folders) - set(hidden))
        for name in sorted(files + hidden):
            yield here / name, PurePosixPath((here / name).relative_to(root).as_posix())


def _root_of(path: Path) -> Path:
    """Return the evidence root of a named folder, which may be a part of one."""
    if (path / MANIFEST).is_file() or any((path / name).is_dir() for name in (*SOURCES, DECLARED)):
        return path
    for depth, ancestor in enumerate((path, *path.parents)[:3]):
        if ancestor.name in SOURCES or (depth == 0 and ancestor.name == DECLARED):
            return ancestor.parent
    return path


def _place_in_form(path: Path) -> PurePosixPath | None:
    """Return the part of a named file's path that is of the evidence form, if any."""
    table = PurePosixPath(*path.parts[-4:])
    if table.parts[0] == OTHER and locate(table) is not None:  # a system may be called like a source
        return table
    for depth in (3, 4):
        parts = path.parts[-depth:]
        if len(parts) == depth and parts[0] in SOURCES:
            return PurePosixPath(*parts)
    return PurePosixPath(*path.parts[-2:]) if path.parent.name == DECLARED else None


def _labels(paths: Sequence[Path]) -> list[str]:
    """Return a short distinct name for each named path."""
    seen: dict[str, int] = {}
    labels = []
    for path in paths:
        base = path.absolute().name or "evidence"
        seen[base] = seen.get(base, 0) + 1
        labels.append(base if seen[base] == 1 else f"{base}~{seen[base]}")
    return labels


def _name_of(path: Path) -> str:
    return path.absolute().name.removesuffix(".json").removesuffix(".jsonl").removesuffix(".csv") or "evidence"
