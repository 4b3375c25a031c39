"""Fetch an account's identities, their credentials and its identity providers from IAM.

Input: an ``AwsFetch``. Output: the ``iam.*`` files of the evidence.
Not handled: keys made after the credential report (AWS makes a new one at most every four hours).
"""

from __future__ import annotations

import csv
import io
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collectors.aws.calls import Answer
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["ReportRow", "fetch_credential_report", "fetch_iam", "report_rows", "users_to_ask"]

PAGE_SIZE = 1000
"""Largest ``MaxItems`` of IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html"""
_LONGEST_PAUSE_SECONDS = 15.0
_NO_KEY = frozenset({"", "N/A", "not_supported", "no_information"})


def _style(*keys: str) -> PageStyle:
    return PageStyle(keys, "Marker", "Marker", "MaxItems", PAGE_SIZE, "IsTruncated")


_DETAILS = _style("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_DETAILS_FILTER = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]
"""All five, so that documents of attached AWS-managed policies come along."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What one row of the credential report says about access keys."""

    user: str
    has_key: bool
    """A key exists, active or not: an inactive key keeps its time of rotation."""


def report_rows(body: Mapping[str, object] | None) -> list[ReportRow] | None:
    """Return the report's rows, the root user's excluded; ``None`` when there is no readable report.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html (2026-11)
    """
    content = (body or {}).get("Content")
    if not isinstance(content, str):
        return None
    try:
        text = b64decode(content, validate=True).decode("utf-8")
    except ValueError:
        return None
    reader = csv.DictReader(io.StringIO(text))
    if not {"user", "access_key_1_active", "access_key_2_active"} <= set(reader.fieldnames or ()):
        return None
    return [ReportRow(row["user"], _has_key(row)) for row in reader if row["user"] != "<root_account>"]


def _has_key(row: Mapping[str, str | None]) -> bool:
    return any(
        row.get(f"access_key_{slot}_active") == "true"
        or (row.get(f"access_key_{slot}_last_rotated") or "") not in _NO_KEY
        for slot in (1, 2)
    )


def users_to_ask(names: list[str] | None, rows: list[ReportRow] | None) -> tuple[list[str], list[str]]:
    """Return whose access keys to list, and of whom the report says nothing; both sorted.

    Parameters
    ----------
    names
        Users of the authorization details; ``None`` when they could not be had.
    rows
        Rows of the credential report; ``None`` when it could not be had.
    """
    if rows is None:
        return sorted(names or ()), sorted(names or ())
    unreported = sorted(set(names or ()) - {row.user for row in rows})
    return sorted({row.user for row in rows if row.has_key} | set(unreported)), unreported


def fetch_credential_report(
    fetch: AwsFetch, wait_seconds: float, poll_seconds: float, sleep: Callable[[float], None]
) -> None:
    """Have the report made, wait for it within bounds, and fetch it.

    Notes
    -----
    Without the permission to generate, an existing report that has not expired is still fetched. A report that is not
    ready in time is a gap with AWS's own code, ``ReportInProgress``.
    """
    generate, get = "iam.generate_credential_report", "iam.get_credential_report"
    if fetch.known(generate) and fetch.known(get) and fetch.body(get) is not None:
        fetch.keep_earlier(2)
        return
    waited, pause = 0.0, poll_seconds

    def wait() -> bool:
        nonlocal waited, pause
        if waited >= wait_seconds:
            return False
        sleep(pause)
        waited += pause
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        return True

    def asked_until(name: str, ready: Callable[[Answer], bool]) -> Answer:
        calls, answer = 1, fetch.caller.call(name, {})
        while not ready(answer) and wait():
            calls, answer = calls + 1, fetch.caller.call(name, {})
        fetch.keep_one(name, answer, calls=calls)
        return answer

    asked_until(generate, lambda answer: answer.body is None or answer.body.get("State") == "COMPLETE")
    asked_until(get, lambda answer: answer.code != "ReportInProgress")


def fetch_iam(fetch: AwsFetch, wait_seconds: float, poll_seconds: float, sleep: Callable[[float], None]) -> None:
    """Fetch everything of IAM.

    Notes
    -----
    Calls grow with pages of 1,000 objects, plus one ``ListAccessKeys`` for each user that the credential report shows
    with a key. Without the report, access keys, passwords and MFA devices take one call each a user.
    """
    fetch.pages("iam.get_account_authorization_details", _DETAILS, {"Filter": _DETAILS_FILTER})
    fetch_credential_report(fetch, wait_seconds, poll_seconds, sleep)
    _fetch_user_credentials(fetch)
    fetch.pages("iam.list_service_specific_credentials", _style("ServiceSpecificCredentials"), {"AllUsers": True})
    fetch.one("iam.get_account_summary")
    fetch.pages("iam.list_account_aliases", _style("AccountAliases"))
    for listing, key, detail, parameter in (
        ("iam.list_open_id_connect_providers", "OpenIDConnectProviderList",
         "iam.get_open_id_connect_provider", "OpenIDConnectProviderArn"),
        ("iam.list_saml_providers", "SAMLProviderList", "iam.get_saml_provider", "SAMLProviderArn"),
    ):  # fmt: skip
        if fetch.one(listing) not in (CallOutcome.OK, CallOutcome.NONE):
            fetch.blocked(detail, listing)
            continue
        providers = sorted(str(item["Arn"]) for item in fetch.listed(listing, key) if item.get("Arn"))
        fetch.each(detail, [Request({parameter: arn}) for arn in providers])


def _fetch_user_credentials(fetch: AwsFetch) -> None:
    details, report = "iam.get_account_authorization_details", "iam.get_credential_report"
    rows = report_rows(fetch.body(report))
    names = _user_names(fetch)
    one_by_one = ("iam.list_mfa_devices", "iam.get_login_profile")
    if names is None and rows is None:
        for name in ("iam.list_access_keys", "iam.list_virtual_mfa_devices", *one_by_one):
            fetch.blocked(name, f"neither {details} nor {report}")
        return
    with_keys, unreported = users_to_ask(names, rows)
    note = "" if rows is not None else "one call a user, for want of a credential report"
    keys = _style("AccessKeyMetadata")
    fetch.each("iam.list_access_keys", [Request({"UserName": name}) for name in with_keys], style=keys, note=note)
    if not unreported:
        for name in ("iam.list_virtual_mfa_devices", *one_by_one):
            fetch.unneeded(name, "the credential report says it")
        return
    note = note or "users that are younger than the credential report"
    fetch.pages("iam.list_virtual_mfa_devices", _style("VirtualMFADevices"), {"AssignmentStatus": "Assigned"})
    requests = [Request({"UserName": name}) for name in unreported]
    fetch.each("iam.list_mfa_devices", requests, style=_style("MFADevices"), note=note)
    fetch.each("iam.get_login_profile", requests, note=note)


def _user_names(fetch: AwsFetch) -> list[str] | None:
    name = "iam.get_account_authorization_details"
    if fetch.body(name) is None:
        return None
    return [str(user["UserName"]) for user in fetch.listed(name, "UserDetailList") if user.get("UserName")]
