"""How many calls a collection would make, before it is made.

Input: settings, and the folder of an earlier collection where there is one. Output: rows of ``CallEstimate``.
Handled: calls once an account from the account summary (one call), listings once a region, what an earlier collection
of the account counted. Not handled: objects that nothing has counted yet: a row then says ``at least``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from collectors.aws.calls import AwsCaller
from collectors.aws.fetch_iam import PAGE_SIZE
from collectors.aws.fetching import SOURCE
from collectors.aws.operations import OPERATIONS, REGIONAL
from collectors.aws.session import AwsCollectSettings, open_clients, who_am_i
from collectors.evidence.manifest import read_manifest
from collectors.interface import Operation
from collectors.results import CallEstimate, Estimate

__all__ = ["estimate_calls"]

_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "iam.list_access_keys": ("Users",),
    "iam.list_mfa_devices": ("Users",),
    "iam.get_login_profile": ("Users",),
    "iam.get_open_id_connect_provider": ("Providers",),
    "iam.get_saml_provider": ("Providers",),
}
"""Entries of the account summary that bound the calls of a per-object operation.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html (read 2026-11)
"""
_DETAILS = "iam.get_account_authorization_details"
_NOT_AGAIN = frozenset({"iam.list_mfa_devices", "iam.get_login_profile", "iam.list_virtual_mfa_devices"})
"""Asked only where the credential report says nothing."""


def estimate_calls(settings: AwsCollectSettings, earlier: Path | None = None) -> Estimate:
    """Return the calls that ``collect_aws`` would make for the same settings.

    Parameters
    ----------
    settings
        As for the collection.
    earlier
        An evidence folder; what it counted for this account stands for objects that no summary counts.

    Raises
    ------
    CredentialsUnusableError
        Nobody answers.

    Notes
    -----
    Makes three calls: who asks, the account summary, the enabled regions.
    """
    clients = open_clients(settings)
    identity = who_am_i(clients)
    caller = AwsCaller(clients, settings.failure_budget_seconds, settings.max_attempts)
    summary = (caller.call("iam.get_account_summary", {}).body or {}).get("SummaryMap", {})
    regions = len(set(settings.regions)) or _enabled(caller)
    rows = _rows(settings.without, summary, regions, _counted(earlier, identity.account))
    return Estimate(identity.account, tuple(rows), regions)


def _enabled(caller: AwsCaller) -> int:
    """Return how many regions would be looked at: the home region alone where AWS does not say which are enabled."""
    body = caller.call("ec2.describe_regions", {}).body or {}
    return len(body.get("Regions", ())) or 1


def _counted(folder: Path | None, account: str) -> Counter[str]:
    """Return calls by operation of an earlier collection of the account."""
    found: Counter[str] = Counter()
    manifest = read_manifest(folder) if folder is not None and folder.is_dir() else None
    for record in manifest.coverage if manifest is not None else ():
        if record.source == SOURCE and record.scope == account:
            found[record.operation] += record.calls
    return found


def _rows(
    without: frozenset[str], summary: Mapping[str, int], regions: int, counted: Counter[str]
) -> Iterable[CallEstimate]:
    for operation in OPERATIONS.values():
        if operation.name.partition(".")[0] in without:
            continue
        calls, bound = _calls(operation, summary, regions, counted)
        yield CallEstimate(operation.name, operation.level, calls, bound)


def _calls(operation: Operation, summary: Mapping[str, int], regions: int, counted: Counter[str]) -> tuple[int, str]:
    name = operation.name
    if name == _DETAILS and summary:
        held = sum(int(summary.get(key, 0)) for key in ("Users", "Groups", "Roles", "Policies"))
        # AWS-managed documents come with the same answer; a few hundred are in use at most.
        return max(1, -(-held // PAGE_SIZE)), "at least"
    if counted[name]:
        return counted[name], "last time"
    if name in _NOT_AGAIN:
        return 0, "at least"
    if name in _OBJECTS and summary:
        return sum(int(summary.get(key, 0)) for key in _OBJECTS[name]), "at most"
    if operation.per_object:
        return 0, "at least"
    if name in REGIONAL:
        return regions, "at least"
    return 1, "at least" if operation.level == "organization" else "exactly"
