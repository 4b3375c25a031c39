"""Put the rendered answers into the evidence form: files, and a manifest with one coverage record an operation.

Input: accounts. Output: file contents keyed by path relative to the evidence root.
Not handled: writing to disk.
"""

from __future__ import annotations

import json

from collectors.aws.operations import OPERATIONS
from collectors.evidence.layout import MANIFEST, Location, relative_path
from collectors.evidence.manifest import Manifest, latest_records
from collectors.interface import CallOutcome, CoverageRecord
from sample_data._make.credentials import (
    access_key_lists,
    credential_report,
    mfa_devices,
    oidc_providers,
    saml_providers,
    service_credentials,
    summary,
)  # fmt: skip
from sample_data._make.documents import Json
from sample_data._make.github.files import github_files
from sample_data._make.iam import authorization_details
from sample_data._make.identifiers import AS_OF, days_ago, moment
from sample_data._make.microsoft import microsoft_files
from sample_data._make.organization import organization_answers
from sample_data._make.parts import Account
from sample_data._make.regional import Lines, bucket_answers, region_answers
from sample_data._make.services import account_answers, left_out, service_answers

__all__ = ["evidence_files"]

_MANAGEMENT = "111122223333"
_PRODUCT_VERSION = "0.1.0"
_MEMBER_SKIPS = "left out by the settings"
_STARTED, _ENDED = days_ago(0, "05:48:10"), days_ago(0, "05:58:40")


def _iam_answers(account: Account) -> dict[str, Json | Lines]:
    oidc, oidc_each = oidc_providers(account)
    saml, saml_each = saml_providers(account)
    return {
        "sts.get_caller_identity": {
            "Account": account.id,
            "Arn": f"arn:aws:sts::{account.id}:assumed-role/{account.collector}/nhi",
        },
        "iam.get_account_authorization_details": authorization_details(account),
        "iam.generate_credential_report": {"State": "COMPLETE"},
        "iam.get_credential_report": credential_report(account),
        "iam.list_access_keys": [*access_key_lists(account)],
        "iam.list_service_specific_credentials": service_credentials(account),
        "iam.get_account_summary": summary(account),
        "iam.list_account_aliases": {"AccountAliases": [account.name], "IsTruncated": False},
        "iam.list_open_id_connect_providers": oidc,
        "iam.get_open_id_connect_provider": [*oidc_each],
        "iam.list_saml_providers": saml,
        "iam.get_saml_provider": [*saml_each],
    }


def _lines(calls: Lines) -> str:
    rows = []
    for request, answer in calls:
        if isinstance(answer, tuple):
            row: Json = {"request": request, "error": {"code": answer[0], "message": answer[1]}}
        else:
            row = {"request": request, "response": answer}
        rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(rows)


def _objects(answer: Json) -> int:
    """Count what a listing lists; an answer about one thing counts as one."""
    lists = [value for value in answer.values() if isinstance(value, list)]
    return sum(len(values) for values in lists) if lists else 1


def _outcome(name: str, code: str) -> CallOutcome:
    if code in OPERATIONS[name].not_found_codes:
        return CallOutcome.NONE
    return CallOutcome.DENIED if code.startswith("AccessDenied") else CallOutcome.FAILED


def _record(account: Account, region: str, name: str, answer: Json | Lines) -> CoverageRecord:
    calls, objects, code, message, outcome = 1, 0, "", "", CallOutcome.OK
    if isinstance(answer, dict):
        objects = _objects(answer)
    else:
        calls = sum(not (isinstance(each, tuple) and each[0] == "NotAsked") for _, each in answer)
        objects = sum(isinstance(each, dict) for _, each in answer)
        for _, each in answer:
            if isinstance(each, tuple) and _outcome(name, each[0]) is not CallOutcome.NONE:
                (code, message), outcome = each, _outcome(name, each[0])
    return CoverageRecord(
        "aws",
        account.id,
        name,
        outcome,
        calls,
        objects,
        code,
        message,
        OPERATIONS[name].permission,
        _STARTED,
        _ENDED,
        region,
    )


def _skipped(account: Account) -> list[CoverageRecord]:
    """Return the operations that were left out on purpose, with the collector's own reasons."""
    regions = ", ".join(sorted(region.name for region in account.regions))
    reasons = {
        "ec2.describe_regions": f"regions were given: {regions}",
        "s3.get_bucket_location": "the list of buckets says it",
        "iam.list_virtual_mfa_devices": "the credential report says it",
        "iam.list_mfa_devices": "the credential report says it",
        "iam.get_login_profile": "the credential report says it",
    }
    reasons |= left_out()
    if mfa_devices(account):
        del reasons["iam.list_mfa_devices"]
    if account.id != _MANAGEMENT:
        # Only the management account may list the organization, so the member accounts were collected without it.
        reasons |= {name: _MEMBER_SKIPS for name in OPERATIONS if name.startswith("organizations.")}
    # What another answer says is recorded as fine with no call, as the collector does; the rest was left out by choice.
    return [
        CoverageRecord(
            "aws",
            account.id,
            name,
            CallOutcome.OK if reason.endswith("says it") else CallOutcome.SKIPPED,
            message="" if reason.endswith("says it") else reason,
            permission=OPERATIONS[name].permission,
            extra={"note": reason} if reason.endswith("says it") else {},
        )
        for name, reason in reasons.items()
    ]


def evidence_files(accounts: tuple[Account, ...]) -> dict[str, str]:
    """Return the text of every evidence file, keyed by its path below the evidence root; the manifest among them."""
    files: dict[str, str] = {}
    records: list[CoverageRecord] = []
    for account in accounts:
        places: list[tuple[str, dict[str, Json | Lines]]] = [
            ("", _iam_answers(account) | bucket_answers(account) | account_answers(account))
        ]
        if mfa_devices(account):
            places.append(("", {"iam.list_mfa_devices": [*mfa_devices(account)]}))
        if account.id == _MANAGEMENT:
            places.append(("", organization_answers(accounts)))
        places += [
            (region.name, service_answers(account, region) | region_answers(account, region))
            for region in account.regions
        ]
        for region, answers in places:
            for name, answer in answers.items():
                refused_whole = isinstance(answer, list) and not OPERATIONS[name].per_object
                lines = OPERATIONS[name].per_object or refused_whole
                text = (
                    _lines(answer)
                    if isinstance(answer, list)
                    else json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
                )
                files[relative_path(Location("aws", account.id, region, name, lines))] = text
                records.append(_record(account, region, name, answer))
        records += _skipped(account)
    others, of_others = microsoft_files()
    repositories, of_repositories = github_files()
    files |= others | repositories
    redactions = sum(
        len(function.environment) for account in accounts for region in account.regions for function in region.functions
    )
    redactions += sum(text.count('"redacted":"environment_variable"') for text in repositories.values())
    manifest = Manifest(
        product_version=_PRODUCT_VERSION,
        started_at=moment(0, "05:48:10"),
        ended_at=AS_OF,
        complete=True,
        coverage=tuple(latest_records([*records, *of_others, *of_repositories])),
        redactions={"environment_variable": redactions},
    )
    files[MANIFEST] = json.dumps(manifest.to_json(), ensure_ascii=False, indent=1) + "\n"
    return files
