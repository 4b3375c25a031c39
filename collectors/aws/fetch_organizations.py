"""Fetch the organization that an account belongs to: its tree, its accounts, and the policies that limit them.

Input: an ``AwsFetch``. Output: the ``organizations.*`` files of the evidence.
Not handled: policy types that do not limit access (tag, backup, AI opt-out …), and delegation policies.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["POLICY_KINDS", "fetch_organizations"]

POLICY_KINDS = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_USABLE = (CallOutcome.OK, CallOutcome.NONE)


def _style(key: str) -> PageStyle:
    # https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html: at most 20 a page
    return PageStyle((key,), "NextToken", "NextToken", "MaxResults", 20)


def fetch_organizations(fetch: AwsFetch) -> None:
    """Fetch the organization as this account may see it.

    Notes
    -----
    Any account may describe its organization; only the management account and delegated administrators may list the
    rest, so a member account gets gaps here. An account in no organization gets AWS's own word for it on every call.

    References
    ----------
    https://docs.aws.amazon.com/organizations/latest/APIReference/action-reference.html (2026-11)
    """
    fetch.one("organizations.describe_organization")
    fetch.pages("organizations.list_accounts", _style("Accounts"))
    _fetch_tree(fetch)
    _fetch_policies(fetch)


def _fetch_tree(fetch: AwsFetch) -> None:
    roots, units, accounts = (
        "organizations.list_roots",
        "organizations.list_organizational_units_for_parent",
        "organizations.list_accounts_for_parent",
    )
    if fetch.pages(roots, _style("Roots")) not in _USABLE:
        fetch.blocked(units, roots)
        fetch.blocked(accounts, roots)
        return
    waiting = deque(str(root["Id"]) for root in fetch.listed(roots, "Roots") if root.get("Id"))
    first = list(waiting)

    def parents() -> Iterator[Request]:
        while waiting:
            yield Request({"ParentId": waiting.popleft()})

    def go_deeper(_: Request, body: Mapping[str, Any]) -> None:
        waiting.extend(str(unit["Id"]) for unit in body["OrganizationalUnits"] if unit.get("Id"))

    fetch.each(units, parents(), style=_style("OrganizationalUnits"), on_answer=go_deeper)
    known = first + [
        str(unit["Id"])
        for line in fetch.lines(units)
        for unit in (line.response or {}).get("OrganizationalUnits", ())
        if unit.get("Id")
    ]
    fetch.each(accounts, [Request({"ParentId": parent}) for parent in known], style=_style("Accounts"))


def _fetch_policies(fetch: AwsFetch) -> None:
    listing, texts, targets = (
        "organizations.list_policies",
        "organizations.describe_policy",
        "organizations.list_targets_for_policy",
    )
    fetch.each(listing, [Request({"Filter": kind}) for kind in POLICY_KINDS], style=_style("Policies"))
    answers = [line for line in fetch.lines(listing) if line.response is not None]
    if not answers and not fetch.known(listing):
        fetch.blocked(texts, listing)
        fetch.blocked(targets, listing)
        return
    ids = [str(policy["Id"]) for line in answers for policy in (line.response or {})["Policies"] if policy.get("Id")]
    requests = [Request({"PolicyId": policy}) for policy in ids]
    fetch.each(texts, requests)
    fetch.each(targets, requests, style=_style("Targets"))
