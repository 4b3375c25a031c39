"""Gather calls, gaps and redactions file by file while evidence is read.

Input: one file at a time, with its place in the evidence form if it has one. Output: an ``EvidenceSet``.
Not handled: finding the files, and deciding whether a broken one stops the build (``reader``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from collectors.errors import EvidenceError
from collectors.evidence.declared import DECLARED_KINDS, Declared, read_declared_file
from collectors.evidence.evidence import Call, CallError, CallKey, EvidenceSet, is_refusal, unfinished_chains
from collectors.evidence.layout import (
    DECLARED,
    FILE_OPERATIONS,
    LISTING,
    OTHER,
    TERRAFORM,
    TFSTATE,
    FileLocation,
    Location,
    locate,
    locate_file,
    operations_of,
)
from collectors.evidence.manifest import Manifest
from collectors.evidence.parse import LIST, decode, parse_document, parse_lines, parse_pages
from collectors.evidence.recognise import (
    UNKNOWN_SCOPE,
    account_in,
    expected_keys,
    is_credential_report,
    recognise,
    report_text,
)
from collectors.evidence.recognise_azure import AzureDocument, azure_documents
from collectors.evidence.recognise_terraform import terraform_location
from collectors.evidence.redact import Redaction, Redactor
from collectors.evidence.rows import csv_rows, json_rows
from collectors.evidence.some import SomeProblems
from collectors.evidence.times import parse_time
from collectors.interface import CallOutcome, EvidenceRef, Gap

__all__ = ["Gathered"]

_REPORT = "iam.get_credential_report"
_STATED_TIME = re.compile(
    r'"(?:CreateDate|UpdateDate|LastUsedDate|GeneratedTime|PasswordLastUsed|CreationDate|LastModified|LaunchTime|'
    r"LastChangedDate|LastAccessedDate|LastRotatedDate|CreatedDate|LastPingDateTime|JoinedTimestamp|"
    r"createdDateTime|lastSignInDateTime|lastSuccessfulSignInDateTime|createdOn|updatedOn|timeCreated|changedTime|"
    r'created_at|updated_at|pushed_at|last_used_at)"\s*:\s*"([^"]{10,40})"'
)
_OF_TENANTS = ("managementGroups", "managementGroups.descendants", "subscriptions")
ROW_TIMES = ("created_at", "last_used_at", "first_seen", "last_seen")
"""Columns of other systems' tables that say when something was; when a credential ends lies ahead."""
_REPORT_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+00:00|Z)")


class Gathered:
    """Everything read so far."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._calls: dict[CallKey, list[Call]] = {}
        self._broken: dict[CallKey, int] = {}
        self._gaps: list[Gap] = []
        self._redactions: list[Redaction] = []
        self._manifests: list[Manifest] = []
        self._has_manifest = False
        self._declared = Declared()
        self._hashes: list[str] = []
        self._times: list[datetime] = []
        self._unread_sources: dict[str, int] = {}

    @property
    def anything_read(self) -> bool:
        """True when some call has an answer, some operation was asked and found empty, or something is declared."""
        answered = any(not calls or any(_answers(key, call) for call in calls) for key, calls in self._calls.items())
        return answered or self._declared != Declared()

    def begin_root(self, root: Path, manifest: Manifest | None) -> None:
        """Note the manifest, if any, of the folder that is read next."""
        self._has_manifest = manifest is not None
        if manifest is None:
            return
        self._manifests.append(manifest)
        times = [manifest.ended_at or manifest.started_at, *(parse_time(row.ended_at) for row in manifest.coverage)]
        self._times.extend(time for time in times if time is not None)
        if not manifest.complete:
            self.gap(f"{root.name}: the collection was not finished; run it again to resume")

    def gap(self, reason: str, relative: PurePosixPath | None = None) -> None:
        """Note that something could not be read; ``relative`` is its path in the evidence form, if it has one."""
        name = str(relative) if relative else ""
        location = locate(PurePosixPath(re.sub(r"(\.partial|\.writing)$", "", name))) if relative else None
        if location is None:
            self._gaps.append(Gap("evidence", "", "", reason))
            return
        key = (location.source, location.scope, location.region, location.operation)
        self._broken[key] = self._broken.get(key, 0) + 1
        self._gaps.append(_gap(key, reason))

    def digest_file(self, path: Path, name: str) -> None:
        """Let a file that holds no calls count for the digest."""
        self._hash(name, path.read_bytes())

    def read_file(self, path: Path, name: str, relative: PurePosixPath | None, *, named: bool) -> None:
        """Read one file.

        Parameters
        ----------
        path, name
            Where it is, and how references and messages call it.
        relative
            Its path in the evidence form; ``None`` for a dump that stands alone.
        named
            True when the user named this very file: then a broken line is an error, not a gap.

        Raises
        ------
        EvidenceError
            The file cannot be used; one line that begins with ``name``.
        OSError
            The system refuses to read it.
        """
        if named:
            self._has_manifest = False
        kind = path.name.rsplit(".", 1)[0]
        suffix = path.suffix.lower()
        file = locate_file(relative) if relative is not None else None
        if file is not None:
            self._read_repository_file(path, name, file)
            return
        in_declared = relative is not None and relative.parts[:-1] == (DECLARED,)
        if not in_declared and suffix not in (".json", ".jsonl", ".csv", TFSTATE):
            raise EvidenceError(f"{name}: not recognised (expected .json, .jsonl or .csv)")
        data = path.read_bytes()
        self._hash(str(relative or path.name), data)
        text = decode(data, name)
        del data
        if suffix == ".csv" and is_credential_report(text):
            self._read_report(text, name, relative)
        elif suffix in (".csv", ".jsonl") and kind in DECLARED_KINDS and (in_declared or named):
            declared, gaps = read_declared_file(kind, text, name, lines=suffix == ".jsonl")
            self._declared = self._declared.merged(declared)
            self._gaps.extend(gaps)
        elif (table := locate(relative) if relative else None) is not None and table.source == OTHER:
            self._read_table(text, name, table)
        elif suffix == ".csv" and kind in operations_of(OTHER):
            raise EvidenceError(
                f"{name}: nothing says whose {kind} these are: put it into other/SYSTEM/SCOPE/{kind}.csv"
            )
        elif in_declared or suffix == ".csv":
            raise EvidenceError(
                f"{name}: not recognised (neither a credential report nor one of: {', '.join(sorted(DECLARED_KINDS))})"
            )
        else:
            lines = suffix == ".jsonl"
            self._read_json(text, path, name, locate(relative) if relative else None, lines=lines, named=named)

    def _read_repository_file(self, path: Path, name: str, file: FileLocation) -> None:
        """Take a workflow file as it stands in its repository, without the secrets that somebody wrote into it."""
        if path.suffix.lower() not in (".yml", ".yaml"):
            raise EvidenceError(f"{name}: not recognised (a workflow file ends with .yml or .yaml)")
        data = path.read_bytes()
        self._hash(f"{file.source}/{file.organization}/files/{file.repository}/{file.path}", data)
        text, redactions = self._redactor.clean_text(decode(data, name), EvidenceRef(name))
        self._redactions.extend(redactions)
        request = {"owner": file.organization, "repo": file.repository, "path": file.path}
        key = (file.source, file.organization, "", FILE_OPERATIONS[file.source])
        self._calls.setdefault(key, []).append(Call(request, {"text": text}, None, EvidenceRef(name)))

    def _read_json(
        self, text: str, path: Path, name: str, location: Location | None, *, lines: bool, named: bool
    ) -> None:
        if location is not None and not self._is_readable(location, name):
            return
        errors: list[str] = []
        documents: list[tuple[str, Any]] = []
        if lines:
            for index, document in parse_lines(text, name):
                if isinstance(document, EvidenceError):
                    errors.append(str(document))
                else:
                    documents.append((f"/{index}", document))
        else:
            lists = location is not None and location.source in LISTING
            documents = parse_pages(text, name) if lists else parse_document(text, name)
            if not documents:
                raise EvidenceError(f"{name}: an empty list is no answer of any call")
        if errors and (named or not documents):
            raise EvidenceError(errors[0])
        if location is None:
            location = terraform_location(path, name, documents)
        if location is None and (objects := azure_documents(documents)) is not None:
            self._read_azure(text if not lines else None, name, objects)
            self._note_times(text)
            self._gaps.extend(Gap("azure", "", "", reason) for reason in errors)
            return
        if location is None:
            location = recognise(name, documents)
        key = (location.source, location.scope, location.region, location.operation)
        calls = self._calls.setdefault(key, []) if documents or lines else []
        whole = self._redactor.look_at(text) if not lines else None
        good = 0
        for pointer, document in documents:
            try:
                if location.source == TERRAFORM:
                    document = self._without_state_secrets(document, EvidenceRef(name, pointer), location.operation)
                cleaned, redactions = self._redactor.clean(document, EvidenceRef(name, pointer), look=whole)
                self._redactions.extend(redactions)
                calls.append(_to_call(cleaned, EvidenceRef(name, pointer), location, lines))
                good += 1
            except EvidenceError as error:
                errors.append(str(error))
        self._note_times(text)
        if errors and (named or not good):
            if not calls:
                self._calls.pop(key, None)
            raise EvidenceError(errors[0])
        for reason in errors:
            self._broken[key] = self._broken.get(key, 0) + 1
            self._gaps.append(_gap(key, reason))

    def _without_state_secrets(self, document: Any, ref: EvidenceRef, operation: str) -> Any:
        """Return what may stay of a state or plan, which holds secrets under names of any kind."""
        from collectors.terraform.clean import clean

        cleaned, redactions = clean(document, self._redactor, ref, operation)
        self._redactions.extend(redactions)
        return cleaned

    def _read_azure(self, text: str | None, name: str, objects: list[AzureDocument]) -> None:
        """Take the objects of a bare file of Azure, each as an answer of its own operation in its own scope."""
        whole = self._redactor.look_at(text) if text is not None else None
        for item in objects:
            ref = EvidenceRef(name, item.pointer)
            cleaned, redactions = self._redactor.clean(item.body, ref, look=whole)
            self._redactions.extend(redactions)
            key = ("azure", item.scope or UNKNOWN_SCOPE, "", item.operation)
            self._calls.setdefault(key, []).append(Call({}, cleaned, None, ref))

    def _read_table(self, text: str, name: str, location: Location) -> None:
        """Take the rows of a table of another system, each as an answer of its own."""
        key = (location.source, location.scope, location.region, location.operation)
        calls = self._calls.setdefault(key, [])
        problems = SomeProblems(*key[:2], key[3], name, operations_of(OTHER)[key[3]].lost_without)
        # Column names stand without quotes in CSV, so fields are looked at whatever the text shows.
        look = replace(self._redactor.look_at(text), fields=True)
        for number, pointer, row in json_rows(text) if location.lines else csv_rows(text):
            if isinstance(row, EvidenceError):
                self._broken[key] = self._broken.get(key, 0) + 1
                problems.add(f"line {number}", f"{row}; the row is left out")
                continue
            ref = EvidenceRef(name, pointer)
            cleaned, redactions = self._redactor.clean(row, ref, look=look)
            self._redactions.extend(redactions)
            calls.append(Call({"line": number}, cleaned, None, ref))
            if not self._has_manifest:
                self._add_times([str(row[column]) for column in ROW_TIMES if row.get(column)])
        self._gaps.extend(problems.gaps())

    def _is_readable(self, location: Location, name: str) -> bool:
        """Tell whether this version reads the file's operation; counts, or refuses, the others."""
        readable = operations_of(location.source)
        if not readable:
            self._unread_sources[location.source] = self._unread_sources.get(location.source, 0) + 1
            return False
        if location.operation not in readable:
            raise EvidenceError(f"{name}: not recognised ({location.operation} of {location.source} is not read)")
        return True

    def _read_report(self, text: str, name: str, relative: PurePosixPath | None) -> None:
        text, redactions = self._redactor.clean_text(text, EvidenceRef(name))
        self._redactions.extend(redactions)
        parts = relative.parts if relative else ()
        location = locate(PurePosixPath(*parts[:-1], _REPORT + ".json")) if parts else None
        scope = location.scope if location else account_in(text) or UNKNOWN_SCOPE
        body = {"Content": text, "ReportFormat": "text/csv"}
        self._calls.setdefault(("aws", scope, "", _REPORT), []).append(Call({}, body, None, EvidenceRef(name)))
        if not self._has_manifest:
            self._add_times(_REPORT_TIME.findall(text))

    def _note_times(self, text: str) -> None:
        if self._has_manifest:
            return
        self._add_times(set(_STATED_TIME.findall(text)))
        if '"Content"' in text:
            for content in re.findall(r'"Content"\s*:\s*"([A-Za-z0-9+/=]{100,})"', text):
                self._add_times(_REPORT_TIME.findall(report_text(content) or ""))

    def _add_times(self, texts: set[str] | list[str]) -> None:
        newest = max((time for time in map(parse_time, texts) if time is not None), default=None)
        if newest is not None:
            self._times.append(newest)

    def _hash(self, name: str, data: bytes) -> None:
        self._hashes.append(f"{hashlib.sha256(data).hexdigest()} {name}")

    def finish(self, name: str, roots: tuple[Path, ...]) -> EvidenceSet:
        """Return everything as one set, with the gaps that only the whole shows."""
        self._place_unknown_scopes()
        for source, count in sorted(self._unread_sources.items()):
            self._gaps.append(Gap(source, "", "", f"{count} files: this version has no reader for {source}"))
        for key, calls in self._calls.items():
            self._gaps.extend(_gaps_of_calls(key, tuple(calls)))
        evidence = EvidenceSet(
            name,
            roots,
            tuple(self._manifests),
            (),
            tuple(self._redactions),
            self._declared,
            max(self._times, default=None),
            hashlib.sha256("\n".join(sorted(self._hashes)).encode()).hexdigest(),
            {key: tuple(self._calls[key]) for key in sorted(self._calls)},
            dict(self._broken),
        )
        gaps = {*self._gaps, *_gaps_of_manifests(evidence)}
        return replace(evidence, gaps=tuple(sorted(gaps, key=_gap_order)))

    def _place_unknown_scopes(self) -> None:
        """Give dumps that name no account or tenant to the only one of it that the rest of the evidence names."""
        for source in ("aws", "azure", "entra"):
            known = {key[1] for key in self._calls if key[0] == source and key[1] != UNKNOWN_SCOPE}
            if source == "azure":  # what names no subscription is the tenant's
                tenants = {key[1] for key in self._calls if key[0] == source and key[3] in _OF_TENANTS}
                known = (tenants & known) or known
            if len(known) != 1:
                continue
            scope = known.pop()
            for key in [key for key in self._calls if key[:2] == (source, UNKNOWN_SCOPE)]:
                self._calls.setdefault((source, scope, *key[2:]), []).extend(self._calls.pop(key))


def _to_call(document: Any, ref: EvidenceRef, location: Location, lines: bool) -> Call:
    """Read one document or line as a call; the message of the error begins with its place."""
    place = str(ref)
    if not isinstance(document, Mapping):
        raise EvidenceError(f"{place}: expected an object, found {type(document).__name__}")
    wrapped = lines or ("request" in document and ("response" in document or "error" in document))
    if not wrapped:
        _check_answer(document, place, location)
        return Call({}, document, None, ref)
    request = document.get("request", {})
    if not isinstance(request, Mapping):
        raise EvidenceError(f"{place}/request: must be an object")
    if "error" in document:
        error = document["error"]
        if not isinstance(error, Mapping) or not isinstance(error.get("code"), str):
            raise EvidenceError(f"{place}/error: must be an object with a code")
        return Call(request, None, CallError(error["code"], str(error.get("message", ""))), ref.child("error"))
    response = document.get("response")
    if isinstance(response, list) and location.source in LISTING:
        response = {LIST: response}
    if not isinstance(response, Mapping):
        raise EvidenceError(f"{place}: expected request with response or error")
    _check_answer(response, f"{place}/response", location)
    return Call(request, response, None, ref.child("response"))


def _check_answer(body: Mapping[str, Any], place: str, location: Location) -> None:
    wanted = expected_keys(location.source, location.operation)
    if body and wanted and not any(keys <= body.keys() for keys in wanted):
        found = ", ".join(sorted(map(str, body))[:5])
        raise EvidenceError(f"{place}: no answer of {location.operation}: expected {_either(wanted)}, found {found}")


def _either(wanted: tuple[frozenset[str], ...]) -> str:
    return " or ".join(sorted({"+".join(sorted(keys)) for keys in wanted}))


def _answers(key: CallKey, call: Call) -> bool:
    return call.response is not None or not is_refusal(key[0], key[3], call)


def _gap(key: CallKey, reason: str, subject: str = "") -> Gap:
    source, scope, region, operation = key
    declared = operations_of(source).get(operation)
    return Gap(
        source,
        f"{scope}/{region}" if region else scope,
        operation,
        reason,
        declared.permission if declared else "",
        subject,
        declared.lost_without if declared else "",
    )


def _gaps_of_calls(key: CallKey, calls: tuple[Call, ...]) -> Iterator[Gap]:
    for call in calls:
        if call.error is not None and is_refusal(key[0], key[3], call):
            subject = next((str(value) for value in call.request.values()), "")
            message = " ".join(call.error.message.split())
            yield _gap(key, f"{call.error.code}: {message}" if message else call.error.code, subject)
    for call in unfinished_chains(calls):
        subject = next((str(value) for value in call.request.values()), "")
        yield _gap(key, f"{call.ref.file}: incomplete: the answer says that more pages follow", subject)


def _gaps_of_manifests(evidence: EvidenceSet) -> Iterator[Gap]:
    """Yield refusals that a manifest records and no file shows; what was skipped on purpose is absence, not a gap."""
    for manifest in evidence.manifests:
        for row in manifest.coverage:
            key = (row.source, row.scope, row.region, row.operation)
            shown = any(is_refusal(row.source, row.operation, call) for call in evidence.store.get(key, ()))
            if row.outcome in (CallOutcome.DENIED, CallOutcome.FAILED) and not shown:
                words = " ".join(f"{row.code}: {row.message}".strip(": ").split())
                yield _gap(key, f"{row.outcome}: {words}" if words else row.outcome.value)


def _gap_order(gap: Gap) -> tuple[str, ...]:
    return gap.source, gap.scope, gap.operation, gap.subject, gap.reason
