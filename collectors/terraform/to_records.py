"""State and plan files to records.

Input: evidence with ``terraform/<workspace>/state.json``, ``plan.json``, ``backend.json``, cleaned by ``clean`` when it
was read. Output: ``TerraformRecords``.
Handled: state of format version 4 and as ``show -json`` prints it; a plan's prior state where the workspace has no
state file; modules in modules, instances by ``count`` and ``for_each``, deposed objects, data sources.
Not handled: types that ``resource_types`` does not list; they are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.evidence.evidence import EvidenceSet
from collectors.evidence.redact import is_redacted
from collectors.interface import EvidenceRef, Gap
from collectors.terraform.operations import BACKEND, OPERATIONS, PLAN, SOURCE, STATE
from collectors.terraform.places import StatePlace, place_of
from collectors.terraform.records import (
    TerraformChange,
    TerraformRecords,
    TerraformResource,
    TerraformSecret,
    TerraformState,
)
from collectors.terraform.resource_types import TYPES
from collectors.terraform.take import FIELDS

__all__ = ["document_changes", "document_resources", "to_records"]

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Row:
    """One instance of any type."""

    address: str
    type: str
    mode: str
    values: Json
    dependencies: tuple[str, ...]
    deposed: bool
    ref: EvidenceRef


def to_records(evidence: EvidenceSet) -> TerraformRecords:
    """Return the records of every workspace; linear in resources."""
    states: list[TerraformState] = []
    resources: list[TerraformResource] = []
    changes: list[TerraformChange] = []
    gaps: list[Gap] = []
    for scope in evidence.scopes(SOURCE):
        files = {name: _bodies(evidence, scope, name) for name in OPERATIONS}
        for name, found in files.items():
            if len(found) > 1:
                reason = f"{found[1][1].file}: workspace {scope} has a {name} already, in {found[0][1].file}"
                gaps.append(Gap(SOURCE, scope, name, f"{reason}; it is left out", lost=OPERATIONS[name].lost_without))
        body, ref = _first(files[STATE])
        plan, plan_ref = _first(files[PLAN])
        if not ref.file and isinstance(plan.get("prior_state"), Mapping):
            body, ref = plan["prior_state"], plan_ref.child("prior_state")
        rows = list(_rows(body, ref))
        found_here = [_resource(scope, row) for row in rows if row.type in TYPES]
        resources += found_here
        changes += document_changes(scope, plan, plan_ref)
        skipped = Counter(row.type for row in rows if row.type not in TYPES)
        backend, backend_ref = _first(files[BACKEND])
        place = _place(backend)
        present = bool(ref.file)
        if present or plan_ref.file or backend_ref.file:
            states.append(_state(scope, body, ref if present else plan_ref, skipped, place, found_here, present))
    return TerraformRecords(tuple(states), tuple(resources), tuple(changes), tuple(gaps))


def document_resources(scope: str, body: Json, ref: EvidenceRef) -> tuple[TerraformResource, ...]:
    """Return the resources of handled types in one cleaned state, or in the prior state of a plan."""
    inner = body["prior_state"] if isinstance(body.get("prior_state"), Mapping) else body
    return tuple(_resource(scope, row) for row in _rows(inner, ref) if row.type in TYPES)


def document_changes(scope: str, plan: Json, ref: EvidenceRef) -> tuple[TerraformChange, ...]:
    """Return what a cleaned plan would do to resources of handled types; what stays as it is is left out."""
    found = []
    for number, row in enumerate(plan.get("resource_changes") or ()):
        if row["type"] not in TYPES or row.get("mode", "managed") != "managed" or row.get("deposed"):
            continue
        change = dict(row["change"])
        actions = tuple(each for each in change["actions"] if each not in ("no-op", "read"))
        if actions:
            place = ref.child("resource_changes", number)
            before, after = dict(change.get("before") or {}), dict(change.get("after") or {})
            unknown: tuple[str, ...] = tuple(map(str, change["after_unknown"]))
            address = _text(row.get("address"))
            found.append(TerraformChange(scope, address, row["type"], actions, place, before, after, unknown))
    return tuple(found)


def _bodies(evidence: EvidenceSet, scope: str, operation: str) -> list[tuple[Json, EvidenceRef]]:
    calls = evidence.calls(SOURCE, scope, operation)
    return [(call.response, call.ref) for call in calls if call.response is not None]


def _first(found: list[tuple[Json, EvidenceRef]]) -> tuple[Json, EvidenceRef]:
    return found[0] if found else ({}, EvidenceRef(""))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _place(backend: Json) -> StatePlace | None:
    inner = backend.get("backend")
    if not isinstance(inner, Mapping):
        return None
    return place_of(_text(inner.get("type")), inner.get("config") or {}, _text(inner.get("workspace")))


def _state(
    scope: str,
    body: Json,
    ref: EvidenceRef,
    skipped: Mapping[str, int],
    place: StatePlace | None,
    resources: list[TerraformResource],
    present: bool,
) -> TerraformState:
    serial = body.get("serial")
    reads = dict.fromkeys(_remote(each) for each in resources if each.type == "terraform_remote_state")
    return TerraformState(
        scope,
        ref,
        _text(body.get("terraform_version")),
        serial if isinstance(serial, int) else None,
        _text(body.get("lineage")),
        present,
        dict(sorted(skipped.items())),
        place.address if place else "",
        place.bucket if place else "",
        place.key if place else "",
        place.kms_key if place else "",
        tuple(each for each in reads if each),
    )


def _remote(resource: TerraformResource) -> str:
    config = resource.facts.get("config")
    place = place_of(
        resource.text("backend"), config if isinstance(config, Mapping) else {}, resource.text("workspace")
    )
    return place.address if place else ""


def _rows(body: Json, ref: EvidenceRef) -> Iterator[_Row]:
    """Yield every instance of a state, in either form."""
    if isinstance(body.get("values"), Mapping):
        root = body["values"].get("root_module")
        yield from _of_module(root, ref.child("values", "root_module")) if isinstance(root, Mapping) else ()
        return
    for number, resource in enumerate(body.get("resources") or ()):
        for index, instance in enumerate(resource["instances"]):
            yield _Row(
                _address(resource, instance.get("index_key")),
                resource["type"],
                _text(resource.get("mode")) or "managed",
                instance["attributes"],
                tuple(instance["dependencies"]),
                bool(instance.get("deposed")),
                ref.child("resources", number, "instances", index),
            )


def _address(resource: Json, key: Any) -> str:
    module, mode = _text(resource.get("module")), "data." if resource.get("mode") == "data" else ""
    name = f"{mode}{resource['type']}.{_text(resource.get('name'))}"
    shown = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
    return f"{module}.{name}{shown}" if module else f"{name}{shown}"


def _of_module(module: Json, ref: EvidenceRef) -> Iterator[_Row]:
    for number, resource in enumerate(module.get("resources") or ()):
        yield _Row(
            _text(resource.get("address")) or _address(resource, resource.get("index")),
            resource["type"],
            _text(resource.get("mode")) or "managed",
            resource["values"],
            tuple(resource["depends_on"]),
            bool(resource.get("deposed_key")),
            ref.child("resources", number),
        )
    for number, child in enumerate(module.get("child_modules") or ()):
        yield from _of_module(child, ref.child("child_modules", number))


def _resource(scope: str, row: _Row) -> TerraformResource:
    known = TYPES[row.type]
    facts = {name: row.values[name] for name in known.keep if name in row.values and not is_redacted(row.values[name])}
    secrets = tuple(secret for name in known.secrets for secret in _secrets(name, row.values))
    return TerraformResource(
        scope, row.address, row.type, row.mode, row.ref, facts, secrets, row.dependencies, row.deposed
    )


def _secrets(name: str, values: Json) -> Iterator[TerraformSecret]:
    for place, value in ((name, values.get(name)), (f"{name}/decoded", values.get(f"{name}_decoded"))):
        if isinstance(value, Mapping) and is_redacted(value):
            yield _secret(place, value)
    fields = values.get(f"{name}{FIELDS}")
    for label, value in fields.items() if isinstance(fields, Mapping) else ():
        yield _secret(f"{name}/{label}", value)


def _secret(place: str, value: Json) -> TerraformSecret:
    texts = (_text(value.get(name)) for name in ("redacted", "fingerprint", "hint"))
    return TerraformSecret(place, *texts)
