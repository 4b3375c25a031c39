"""How many calls a collection of Azure would make, before it is made.

Input: settings; the evidence of an earlier collection, if there is one. Output: rows of ``CallEstimate``.
Handled: one list a type and subscription, access by subscription and management group, and what the last collection
asked about single objects.
Not handled: pages beyond the first, and objects that no collection has counted yet: a row then says ``at least``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from collectors.azure.arm_calls import CALLS, path_of
from collectors.azure.collect import SOURCE, who_am_i
from collectors.azure.operations import OPERATIONS, TENANT_OPERATIONS
from collectors.azure.sdk import ArmSession, open_session
from collectors.azure.session import AzureCollectSettings
from collectors.evidence.manifest import read_manifest
from collectors.results import CallEstimate, Estimate

__all__ = ["estimate_calls"]

_ACTIVATION = "authorization.roleManagementPolicyAssignments"
_ONCE = ("managementGroups", "managementGroups.descendants", "subscriptions")


def estimate_calls(settings: AzureCollectSettings, earlier: Path | None = None) -> Estimate:
    """Return the calls that ``collect_azure`` would make for the same settings.

    Parameters
    ----------
    settings
        As for the collection.
    earlier
        An evidence folder; what it counted stands for objects that no list counts.

    Raises
    ------
    CredentialsUnusableError
        Nobody answers.

    Notes
    -----
    Makes three calls: which tenant, its management groups, its subscriptions.
    """
    with closing(open_session(settings)) as session:
        identity = who_am_i(session, settings)
        groups = 0 if "managementGroups" in settings.without else _count(session, settings, "managementGroups")
        subscriptions = len(settings.subscriptions) or _count(session, settings, "subscriptions")
    return Estimate(identity.account, tuple(_rows(settings, groups, subscriptions, _counted(earlier))))


def _count(session: ArmSession, settings: AzureCollectSettings, name: str) -> int:
    """Return how many there are on the first page; none where ARM does not say."""
    body = session.send("GET", settings.root + path_of(CALLS[name])).json()
    listed = body.get("value") if isinstance(body, Mapping) else None
    return len(listed) if isinstance(listed, list) else 0


def _counted(folder: Path | None) -> Counter[str]:
    """Return calls by operation of an earlier collection, of all its scopes together."""
    found: Counter[str] = Counter()
    manifest = read_manifest(folder) if folder is not None and folder.is_dir() else None
    for record in manifest.coverage if manifest is not None else ():
        if record.source == SOURCE:
            found[record.operation] += record.calls
    return found


def _rows(
    settings: AzureCollectSettings, groups: int, subscriptions: int, counted: Counter[str]
) -> Iterator[CallEstimate]:
    for operation in OPERATIONS.values():
        name = operation.name
        if name.partition(".")[0] in settings.without or (operation.opt_in and not settings.app_settings):
            continue
        if name in _ONCE:
            calls, bound = 1, "at least"
        elif operation.per_object or name == _ACTIVATION:
            calls, bound = counted[name], "last time" if counted[name] else "at least"
        else:
            calls, bound = subscriptions + (groups if name in TENANT_OPERATIONS else 0), "at least"
        yield CallEstimate(name, operation.level, calls, bound)
