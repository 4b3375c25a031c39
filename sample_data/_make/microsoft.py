"""The tenant and its two subscriptions as evidence: every operation that the collector asks, answered.

Input: none. Output: file contents by path below the evidence root, and one coverage record an operation and scope.
Not handled: writing to disk; the manifest, which ``evidence`` puts together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.azure.operations import OPERATIONS as AZURE_OPERATIONS
from collectors.entra.operations import OPERATIONS as ENTRA_OPERATIONS
from collectors.evidence.layout import Location, relative_path
from collectors.interface import CallOutcome, CoverageRecord, Operation
from sample_data._make.azure.company import subscriptions, tenant_answers
from sample_data._make.azure.estate import Subscription
from sample_data._make.entra.applications import add_agents, add_applications
from sample_data._make.entra.names import TENANT
from sample_data._make.entra.people import add_people
from sample_data._make.entra.tenant import Tenant
from sample_data._make.entra.third_parties import add_third_parties
from sample_data._make.identifiers import days_ago

__all__ = ["microsoft_files"]

Json = dict[str, Any]
Lines = Mapping[str, list[Json]]
_STARTED, _ENDED = days_ago(0, "05:52:00"), days_ago(0, "05:57:30")
_SIGN_INS = "reports.servicePrincipalSignInActivities"


def microsoft_files() -> tuple[dict[str, str], list[CoverageRecord]]:
    """Return the text of every file and what the manifest says of it."""
    tenant = Tenant()
    add_people(tenant)
    add_applications(tenant)
    add_agents(tenant)
    add_third_parties(tenant)
    estates = subscriptions(tenant)
    files: dict[str, str] = {}
    records: list[CoverageRecord] = []
    places = [("entra", TENANT, ENTRA_OPERATIONS, _entra(tenant))]
    places += [("azure", scope, AZURE_OPERATIONS, answers) for scope, answers in _azure(estates)]
    for source, scope, operations, answers in places:
        records += _left_out(source, scope, operations, answers)
        for name, answer in answers.items():
            operation = operations[name]
            files[relative_path(Location(source, scope, "", name, operation.per_object))] = _text(answer)
            records.append(_record(source, scope, operation, answer))
    return files, records


def _entra(tenant: Tenant) -> dict[str, Json | Lines]:
    found: dict[str, Json | Lines] = {}
    tenant.lists[_SIGN_INS] = [
        {"appId": app_id, "lastSignInActivity": {"lastSignInDateTime": days_ago(days)}}
        for app_id, days in sorted(tenant.signed_in.items())
    ]
    for name, operation in ENTRA_OPERATIONS.items():
        if operation.per_object:
            found[name] = tenant.lines.get(name, {})
        else:
            found[name] = tenant.singles.get(name) or {"value": tenant.lists.get(name, [])}
    return found


def _azure(estates: tuple[Subscription, ...]) -> Iterator[tuple[str, dict[str, Json | Lines]]]:
    above = tenant_answers(estates)
    yield TENANT, dict(above)
    for estate in estates:
        found: dict[str, Json | Lines] = {}
        for name, operation in AZURE_OPERATIONS.items():
            if name.partition(".")[0] in {"managementGroups", "subscriptions"} or operation.opt_in:
                continue
            found[name] = estate.lines.get(name, {}) if operation.per_object else {"value": estate.lists.get(name, [])}
        yield estate.guid, found


def _left_out(
    source: str, scope: str, operations: Mapping[str, Operation], answers: Mapping[str, Json | Lines]
) -> list[CoverageRecord]:
    """Return what was left out on purpose: what is asked only when somebody says so."""
    skipped = [operation for operation in operations.values() if operation.opt_in and operation.name not in answers]
    return [
        CoverageRecord(
            source,
            scope,
            operation.name,
            CallOutcome.SKIPPED,
            message="asked only when the settings say so",
            permission=operation.permission,
        )
        for operation in skipped
        if scope != TENANT or source == "entra"
    ]


def _text(answer: Json | Lines) -> str:
    if "value" in answer or "id" in answer:
        return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
    rows = ({"request": {"id": owner}, "response": {"value": objects}} for owner, objects in answer.items())
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def _record(source: str, scope: str, operation: Operation, answer: Json | Lines) -> CoverageRecord:
    lists = [answer["value"]] if "value" in answer else [] if "id" in answer else list(answer.values())
    return CoverageRecord(
        source,
        scope,
        operation.name,
        CallOutcome.OK,
        len(lists) if operation.per_object else 1,
        sum(map(len, lists)) if lists or operation.per_object else 1,
        permission=operation.permission,
        started_at=_STARTED,
        ended_at=_ENDED,
    )
