"""What stands above subscriptions: management groups, which subscriptions there are, and what is assigned above them.

Input: the tenant's ``ArmFetch``. Output: evidence under the tenant's id; where else to look.
Handled: a caller that may read only part of the hierarchy; a subscription that is shown but not listed.
Not handled: the root scope itself, whose assignments the lists of management groups and subscriptions repeat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.azure.asked import group_ids, shown_below, text_of
from collectors.azure.fetching import ArmFetch, Ask
from collectors.interface import CallOutcome
from collectors.recording import Ended

__all__ = ["Subscriptions", "collect_above", "find_groups", "find_subscriptions"]

_LIST = "managementGroups"
_BELOW = "managementGroups.descendants"
_NOT_LISTED = "NotListed"
"""Our own code: ARM lists only what the caller may read, without saying that there is more."""
_DEFINITIONS = "authorization.roleDefinitions"


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Where to look below management groups."""

    listed: tuple[str, ...]
    """GUIDs of subscriptions that ARM lists."""
    unlisted: tuple[str, ...]
    """GUIDs that the settings or management groups name, and ARM does not list."""


def find_groups(above: ArmFetch) -> dict[str, str]:
    """Collect the hierarchy; returns the management groups that are known: id in lower case to the id as ARM spells it.

    Descendants of a group are all levels below it, so that the topmost groups that may be read are asked, and the
    tenant's root group also where no list names it.
    """
    if above.recording.left_out(_LIST):
        return {}
    listing = above.listed(_LIST)
    listed = group_ids(above.objects(_LIST))
    root = f"/providers/Microsoft.Management/managementGroups/{above.recording.scope}"
    first = {root.lower(): listed.get(root.lower(), root)} if root.lower() in listed or not listed else {}
    covered = set[str]()

    def asks() -> Iterator[Ask]:
        for lower, identity in {**first, **listed}.items():
            if lower not in covered:
                covered.add(lower)
                yield Ask(identity)

    def heard(body: Mapping[str, Any]) -> None:
        covered.update(group_ids(iter(body.get("value") or ())))

    above.each(_BELOW, asks(), "asked of the topmost groups", at_once=1, heard=heard)
    answered = [line.request["id"] for line in above.recording.lines(_BELOW) if line.response is not None]
    shown = {str(each).lower(): str(each) for each in answered} | group_ids(above.objects(_BELOW))
    if listing is CallOutcome.OK and (missing := sorted(shown.keys() - listed.keys())):
        _not_listed(above, _LIST, missing, "management groups")
    return {**first, **listed, **shown} if shown or listed else {}


def find_subscriptions(above: ArmFetch, wanted: Sequence[str]) -> Subscriptions:
    """Collect the list of subscriptions; returns where to look.

    Parameters
    ----------
    wanted
        GUIDs of the only ones to look at; empty for all.
    """
    listing = above.listed("subscriptions")
    listed = sorted({text_of(item, "subscriptionId").lower() for item in above.objects("subscriptions")} - {""})
    only = sorted({each.lower() for each in wanted})
    known = only or sorted({*listed, *shown_below(above.objects(_BELOW))})
    missing = [each for each in known if each not in listed]
    if listing is CallOutcome.OK and missing:
        _not_listed(above, "subscriptions", missing, "subscriptions")
    elif listing is CallOutcome.OK and not known:
        message = "no subscription is listed: the credentials have no role in any, or there is none"
        _note(above, "subscriptions", message)
    return Subscriptions(tuple(each for each in known if each in listed), tuple(missing))


def collect_above(above: ArmFetch, groups: Mapping[str, str], name: str) -> None:
    """Ask an operation of access of every management group: what is assigned there and above, not below.

    Built-in roles are the same everywhere and are listed once.
    """
    if not groups and not (above.recording.known(_LIST) and above.recording.known(_BELOW)):
        return  # that there are none is not known: a gap of its own
    filters = iter(("",)) if name == _DEFINITIONS else iter(())
    otherwise = "type eq 'CustomRole'" if name == _DEFINITIONS else "atScope()"
    above.each(name, (Ask(identity, next(filters, otherwise)) for identity in groups.values()))


def _not_listed(above: ArmFetch, name: str, missing: Sequence[str], what: str) -> None:
    shown = f"{len(missing)} {what} are known but not listed, first: {missing[0]}"
    _note(above, name, shown, missing[0])


def _note(above: ArmFetch, name: str, message: str, subject: str = "") -> None:
    objects = sum(1 for _ in above.objects(name))
    above.recording.record(name, Ended(CallOutcome.DENIED, _NOT_LISTED, message, 1, objects), "", gap=False)
    above.recording.gap(name, f"{_NOT_LISTED}: {message}", subject)
