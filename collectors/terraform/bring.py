"""Bring files of Terraform into evidence: read, take secrets out, write; the originals are not touched.

Input: files that a person names, then an ``EvidenceWriter``. Output: ``Prepared``; evidence of one or more workspaces,
coverage of each file, ``Brought``.
Handled: names of workspaces by where a file stands, the workspace that ``.terraform/environment`` names, several files
of one workspace.
Not handled: calling Terraform, or any backend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors.errors import EvidenceError, UnusableInputError
from collectors.evidence.layout import Location, relative_path
from collectors.evidence.parse import decode, parse_document
from collectors.evidence.redact import Redaction, Redactor
from collectors.evidence.writer import EvidenceWriter
from collectors.interface import CallOutcome, CoverageRecord, EvidenceRef
from collectors.terraform.clean import clean
from collectors.terraform.forms import form_of, operation_of
from collectors.terraform.operations import BACKEND, SOURCE
from collectors.terraform.places import stated_backend
from collectors.terraform.resource_types import TYPES
from collectors.terraform.workspaces import workspace_of_backend, workspace_of_file

__all__ = ["Brought", "Prepared", "StateFile", "bring", "read_files"]

_ZIP = b"PK\x03\x04"
_MOST_TYPES = 20
"""Skipped types that the manifest names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class StateFile:
    """One file, read and told apart; what is in it still holds secrets, so it has no ``repr``."""

    path: Path
    workspace: str
    operation: str
    body: dict[str, Any]

    def __repr__(self) -> str:
        return f"StateFile({self.path}, {self.workspace}, {self.operation})"


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of one file."""

    path: str
    workspace: str
    operation: str
    read: int
    """Resources, or changes, of handled types."""
    skipped: int
    redacted: int


def read_files(paths: Sequence[Path], name: str = "") -> list[StateFile]:
    """Read every file before anything is written, so that a bad one leaves no half evidence.

    Parameters
    ----------
    name
        Workspace of all files; default: by where each one stands.

    Raises
    ------
    UnusableInputError
        A file cannot be read, is no state or plan, or two are the same of one workspace.
    """
    found: list[StateFile] = []
    taken: dict[tuple[str, str], Path] = {}
    for path in paths:
        body = _body(path)
        try:
            operation = operation_of(form_of(body, str(path)))
        except EvidenceError as error:
            raise UnusableInputError(str(error)) from error
        workspace = name or workspace_of_file(path)
        if operation == BACKEND and isinstance(body.get("backend"), dict):
            body = {**body, "backend": {**body["backend"], "workspace": workspace_of_backend(path)}}
        earlier = taken.setdefault((workspace, operation), path)
        if earlier is not path:
            raise UnusableInputError(
                f"{path}: {earlier} is the {operation} of workspace {workspace} already: name each with --name"
            )
        found.append(StateFile(path, workspace, operation, body))
    return found


def _body(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableInputError(f"{path}: {error.strerror or error}") from error
    if data.startswith(_ZIP):
        raise UnusableInputError(
            f"{path}: a plan in Terraform's own form: give what `terraform show -json {path}` prints"
        )
    try:
        documents = parse_document(decode(data, str(path)), str(path))
    except EvidenceError as error:
        raise UnusableInputError(str(error)) from error
    if len(documents) != 1 or not isinstance(documents[0][1], dict):
        raise UnusableInputError(f"{path}: expected one JSON object, found {len(documents)} documents")
    return documents[0][1]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Files whose secrets are taken out, ready to be written."""

    files: tuple[tuple[StateFile, dict[str, Any], tuple[Redaction, ...]], ...]
    stored_in: str

    def write(self, writer: EvidenceWriter) -> list[Brought]:
        """Write the evidence, with a coverage record for each file."""
        brought = [_write(*each, writer) for each in self.files]
        if self.stored_in:
            workspace = self.files[0][0].workspace
            writer.json(SOURCE, workspace, BACKEND, {"version": 3, "backend": stated_backend(self.stored_in)})
            writer.record(CoverageRecord(SOURCE, workspace, BACKEND, CallOutcome.OK, 1, 1))
        return brought


def bring(files: Sequence[StateFile], redactor: Redactor, stored_in: str = "") -> Prepared:
    """Take the secrets out of files.

    Parameters
    ----------
    redactor
        Its key makes the fingerprints.
    stored_in
        Where the state of the one workspace is kept, as a person says; it wins over a note of the backend.

    Raises
    ------
    UnusableInputError
        A part of a file has another form than it should, a workspace cannot be a folder, or the place is none.
    """
    workspaces = {file.workspace for file in files}
    if stored_in and len(workspaces) != 1:
        raise UnusableInputError(f"--stored-in: the files are of {len(workspaces)} workspaces; name one with --name")
    cleaned = []
    try:
        if stored_in:
            stated_backend(stored_in)
        for file in files:
            _safe_name(file)
            if file.operation != BACKEND or not stored_in:
                cleaned.append((file, *clean(file.body, redactor, EvidenceRef(str(file.path)))))
    except EvidenceError as error:
        raise UnusableInputError(str(error)) from error
    if not cleaned:
        raise UnusableInputError("--stored-in: needs a state or a plan beside it")
    return Prepared(tuple(cleaned), stored_in)


def _safe_name(file: StateFile) -> None:
    try:
        relative_path(Location(SOURCE, file.workspace, "", file.operation))
    except ValueError as error:
        raise EvidenceError(f"{file.path}: workspace {error}: name it with --name") from error


def _write(file: StateFile, body: dict[str, Any], redactions: tuple[Redaction, ...], writer: EvidenceWriter) -> Brought:
    read, skipped = _counted(body)
    writer.json(SOURCE, file.workspace, file.operation, body)
    writer.count_redactions(redactions)
    shown = [f"{kind} {number}" for kind, number in skipped.most_common(_MOST_TYPES)]
    more = len(skipped) - len(shown)
    extra = {"skipped": ", ".join([*shown, *([f"and {more} more types"] if more > 0 else [])])} if shown else {}
    extra["redacted"] = str(len(redactions))
    writer.record(CoverageRecord(SOURCE, file.workspace, file.operation, CallOutcome.OK, 1, read.total(), extra=extra))
    return Brought(str(file.path), file.workspace, file.operation, read.total(), skipped.total(), len(redactions))


def _counted(body: Any) -> tuple[Counter[str], Counter[str]]:
    """Return how many instances of each type a cleaned document has, of those that are read and of the others."""
    read: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for kind, number in _types(body):
        (read if kind in TYPES else skipped)[kind] += number
    return read, skipped


def _types(value: Any) -> list[tuple[str, int]]:
    if isinstance(value, list):
        return [each for item in value for each in _types(item)]
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("type"), str):
        return [(value["type"], len(value.get("instances", [None])))]
    names = (
        ("resource_changes",)
        if "resource_changes" in value
        else ("resources", "values", "root_module", "child_modules")
    )
    return [each for name in names for each in _types(value.get(name))]
