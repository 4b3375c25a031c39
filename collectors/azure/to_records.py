"""Turn Azure evidence into records: pure, without the SDK, tolerant of whatever is missing.

Input: an ``EvidenceSet``. Output: ``AzureRecords``, all tenants and subscriptions together.
Not handled: evaluation; principals and scopes that grants merely refer to (the graph adds them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from collectors.azure.operations import OPERATIONS, SUBSCRIPTION_OPERATIONS, TENANT_OPERATIONS
from collectors.azure.records import AzureRecords
from collectors.azure.records_access import (
    read_deny_assignments,
    read_role_assignments,
    read_role_definitions,
    read_role_policies,
)
from collectors.azure.records_fields import Reading
from collectors.azure.records_identities import read_managed_identities
from collectors.azure.records_resources import read_resources, read_vaults
from collectors.azure.records_scopes import read_hierarchy, read_management_groups, read_subscriptions, tenants_of
from collectors.azure.records_workloads import read_workloads
from collectors.evidence.evidence import EvidenceSet
from collectors.interface import Presence

__all__ = ["stands_here", "to_records"]

_T = TypeVar("_T")


def to_records(evidence: EvidenceSet, as_of: datetime | None = None) -> AzureRecords:
    """Join everything that Azure evidence says.

    Parameters
    ----------
    evidence
        As ``read_evidence`` gives it; may hold any subset of the operations, of any number of scopes.
    as_of
        Time to judge by; default: the evidence's own.

    Returns
    -------
    AzureRecords
        Tuples sorted by id, each id once. ``gaps`` holds what could not be read here, with file and JSON pointer.

    Notes
    -----
    Linear in the evidence. What several answers show is taken from the first, an own list before the general one.
    """
    readings = [Reading(evidence, scope) for scope in evidence.scopes("azure")]
    if not readings:
        return AzureRecords()
    hierarchy = read_hierarchy(readings)
    subscriptions = read_subscriptions(readings, hierarchy)
    assignments = read_role_assignments(readings, tenants_of(readings, subscriptions.values()))
    identities, vaults = read_managed_identities(readings), read_vaults(readings)
    records = AzureRecords(
        management_groups=_sorted(read_management_groups(readings, hierarchy)),
        subscriptions=_sorted(subscriptions),
        role_definitions=_sorted(read_role_definitions(readings)),
        role_assignments=_sorted(assignments),
        role_policies=_sorted(read_role_policies(readings, assignments.values())),
        deny_assignments=_sorted(read_deny_assignments(readings)),
        managed_identities=_sorted(identities),
        workloads=_sorted(read_workloads(readings)),
        vaults=_sorted(vaults),
        resources=_sorted(read_resources(readings, vaults, identities)),
        presence={(each.scope, operation): each.presence(operation) for each in readings for operation in OPERATIONS},
        as_of=as_of or evidence.as_of,
        told_at=as_of or (evidence.as_of if evidence.manifests else None),
    )
    # Records first: reading them is what finds gaps.
    gaps = dict.fromkeys(gap for reading in readings for gap in reading.gaps)
    ordered = sorted(gaps, key=lambda gap: (gap.scope, gap.operation, gap.reason, gap.subject))
    return replace(records, gaps=tuple(ordered))


def stands_here(evidence: EvidenceSet, scope: str, operation: str) -> bool:
    """Return whether a scope is where an operation's evidence would stand: a tenant's, or a subscription's.

    A scope with an answer about management groups or subscriptions is a tenant. What no scope has at all is told with
    any of them.
    """
    if evidence.presence("azure", scope, operation) is not Presence.ABSENT:
        return True
    above = [name for name in TENANT_OPERATIONS if name not in SUBSCRIPTION_OPERATIONS]
    if any(evidence.presence("azure", scope, name) is not Presence.ABSENT for name in above):
        return operation in TENANT_OPERATIONS
    return operation in SUBSCRIPTION_OPERATIONS or operation in above


def _sorted(records: Mapping[str, _T]) -> tuple[_T, ...]:
    return tuple(records[key] for key in sorted(records))
