"""What answers say of an application's publisher, of its consents' start, and of its sign-ins."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from collectors.entra.records import EntraServicePrincipal, EntraTenantRecords
from collectors.entra.to_records import to_records
from collectors.evidence.reader import read_evidence
from tests.worlds.entra import EntraWorldFiles, entra, oid

MAY, JUNE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def _records(world: EntraWorldFiles, folder: Path) -> EntraTenantRecords:
    (tenant,) = to_records(read_evidence([world.build(folder)])).tenants
    return tenant


def _principal(records: EntraTenantRecords, name: str) -> EntraServicePrincipal:
    (found,) = [each for each in records.service_principals if each.id == oid(f"sp:{name}")]
    return found


def test_a_publisher_that_is_not_in_the_answer_is_not_known(tmp_path: Path) -> None:
    world = (
        entra()
        .sp("named", more={"verifiedPublisher": {"displayName": "Acme"}})
        .sp("none", more={"verifiedPublisher": {"displayName": None}})
        .sp("null", more={"verifiedPublisher": None})
        .sp("silent")
    )
    records = _records(world, tmp_path)
    told = {name: _principal(records, name) for name in ("named", "none", "null", "silent")}
    assert [each.verified_publisher_known for each in told.values()] == [True, True, True, False]
    assert [each.verified_publisher for each in told.values()] == ["Acme", "", "", ""]


def test_sign_ins_are_told_apart_where_the_report_does(tmp_path: Path) -> None:
    world = entra().sp("split").sp("whole").sp("absent")
    world.last_sign_in("split", last="2026-06-01T00:00:00Z", delegated="2026-05-01T00:00:00Z", application=None)
    world.last_sign_in("whole", last="2026-06-01T00:00:00Z")
    records = _records(world, tmp_path)
    split, whole, absent = (_principal(records, name) for name in ("split", "whole", "absent"))
    assert (split.last_used_at, split.last_delegated_at, split.last_application_at) == (JUNE, MAY, None)
    assert (split.last_use_split, whole.last_use_split, absent.last_use_split) == (True, False, True)
    assert (whole.last_used_at, whole.last_delegated_at) == (JUNE, None)
    assert (absent.last_used_at, absent.last_used_known) == (None, True)


def test_sign_ins_that_were_not_looked_at(tmp_path: Path) -> None:
    principal = _principal(_records(entra().sp("vendor"), tmp_path), "vendor")
    assert (principal.last_used_known, principal.last_use_split) == (False, False)


def test_a_consent_keeps_the_start_that_it_states(tmp_path: Path) -> None:
    world = entra().sp("vendor").consent("vendor", "User.Read").consent("vendor", "Mail.Read")
    world.lists["oauth2PermissionGrants"][0]["startTime"] = "2026-05-01T00:00:00Z"
    assert {each.started_at for each in _records(world, tmp_path).consents} == {MAY, None}
