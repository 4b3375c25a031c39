"""Turn Entra evidence into records: pure, without the SDK, tolerant of whatever is missing.

Input: an ``EvidenceSet``. Output: ``EntraRecords``, one part a tenant.
Not handled: evaluation; objects that grants merely refer to (the graph adds them).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from collectors.entra.operations import OPERATIONS
from collectors.entra.records import EntraRecords, EntraTenantRecords
from collectors.entra.records_access import read_access_policies, read_named_locations
from collectors.entra.records_applications import home_tenant, read_applications, read_service_principals
from collectors.entra.records_consent import read_classifications, read_consent_policies
from collectors.entra.records_directory import read_administrative_units, read_groups, read_tenant, read_users
from collectors.entra.records_fields import Reading
from collectors.entra.records_pim import read_group_assignments, read_group_eligibilities, read_role_policies
from collectors.entra.records_restrictions import read_app_management_policies
from collectors.entra.records_roles import (
    read_app_role_assignments,
    read_consents,
    read_policies,
    read_role_assignments,
    read_role_definitions,
)
from collectors.evidence.evidence import EvidenceSet
from collectors.interface import Gap

__all__ = ["to_records"]

_T = TypeVar("_T")


def to_records(evidence: EvidenceSet, as_of: datetime | None = None) -> EntraRecords:
    """Join everything that Entra evidence says.

    Parameters
    ----------
    evidence
        As ``read_evidence`` gives it; may hold any subset of the operations, of any number of tenants.
    as_of
        Time to judge by; default: the evidence's own.

    Returns
    -------
    EntraRecords
        Tuples sorted by id. ``gaps`` holds what could not be read here, each with file and JSON pointer.

    Notes
    -----
    Linear in the evidence. Objects that several answers show are taken from the first, the more special list first.
    """
    gaps: dict[Gap, None] = {}
    tenants = []
    for scope in evidence.scopes("entra"):
        reading = Reading(evidence, scope)
        tenants.append(_tenant(reading))
        gaps.update(dict.fromkeys(reading.gaps))
    ordered = sorted(gaps, key=lambda gap: (gap.scope, gap.operation, gap.reason, gap.subject))
    if not tenants:
        return EntraRecords()
    told_at = as_of or (evidence.as_of if evidence.manifests else None)
    return EntraRecords(tuple(tenants), as_of or evidence.as_of, told_at, tuple(ordered))


def _tenant(reading: Reading) -> EntraTenantRecords:
    tenant = read_tenant(reading, home_tenant(reading))
    return EntraTenantRecords(
        tenant=tenant,
        users=_sorted(read_users(reading, tenant.id)),
        groups=_sorted(read_groups(reading, tenant.id)),
        applications=_sorted(read_applications(reading, tenant.id)),
        service_principals=_sorted(read_service_principals(reading, tenant.id)),
        app_role_assignments=_sorted(read_app_role_assignments(reading)),
        consents=_sorted(read_consents(reading)),
        role_definitions=_sorted(read_role_definitions(reading)),
        role_assignments=_sorted(read_role_assignments(reading)),
        group_eligibilities=_sorted(read_group_eligibilities(reading)),
        group_assignments=_sorted(read_group_assignments(reading)),
        role_policies=_sorted(read_role_policies(reading)),
        administrative_units=_sorted(read_administrative_units(reading, tenant.id)),
        policies=read_policies(reading),
        access_policies=_sorted(read_access_policies(reading)),
        named_locations=_sorted(read_named_locations(reading)),
        app_management_policies=_sorted(read_app_management_policies(reading)),
        consent_policies=_sorted(read_consent_policies(reading)),
        classifications=read_classifications(reading),
        presence={operation: reading.presence(operation) for operation in OPERATIONS},
    )


def _sorted(records: Mapping[str, _T]) -> tuple[_T, ...]:
    return tuple(records[key] for key in sorted(records))
