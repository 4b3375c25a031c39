"""The organization: units, accounts, service and resource control policies, as the management account sees them.

Input: the accounts. Output: the ``organizations.*`` files. Not handled: delegated administrators, nested units.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.accuracy.statements import Json, allow, deny, document
from benchmarks.estate.ids import REGION, ROOT_ID, unit_id
from benchmarks.estate.lab import SEALED
from benchmarks.estate.stream import write_body, write_calls
from benchmarks.estate.world import Estate

__all__ = ["UNITS", "write_organization"]

UNITS: Final[Mapping[str, str]] = {"Production": "production", "Staging": "staging", "Sandbox": "sandbox"}
"""Environment by organizational unit."""
_SCP, _RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
_NATURE: Final = {"r-": "ROOT", "ou": "ORGANIZATIONAL_UNIT"}


def _policies(members: Sequence[str], manager: str) -> dict[str, tuple[str, str, Json, list[str]]]:
    """Return type, name, document and targets by policy id."""
    everywhere = [ROOT_ID, *map(unit_id, UNITS), *members, manager]
    sealed = document(
        deny("sts:AssumeRole", f"arn:aws:iam::*:role/{SEALED}/*"),
        deny("iam:AttachUserPolicy iam:PutUserPolicy", f"arn:aws:iam::*:user/{SEALED}/*"),
        deny("lambda:UpdateFunctionCode", f"arn:aws:lambda:*:*:function:{SEALED}-*"),
    )
    trail = document(deny("cloudtrail:StopLogging cloudtrail:DeleteTrail"), deny("organizations:LeaveOrganization"))
    # AWS's own example: services of the whole world are left out.
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
    regions = deny(
        "not iam:* organizations:* sts:* support:* cloudfront:* route53:* s3:ListAllMyBuckets",
        when={"StringNotEquals": {"aws:RequestedRegion": [REGION, "eu-west-1"]}},
    )
    outsiders = {
        **deny("s3:*", f"arn:aws:s3:::{SEALED}-*"),
        "Principal": "*",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalAccount": "${aws:ResourceAccount}"},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    return {
        "p-FullAWSAccess": (_SCP, "FullAWSAccess", document(allow("*")), everywhere),
        "p-es01seal": (_SCP, "sealed-things", sealed, [ROOT_ID]),
        "p-es01logs": (_SCP, "keep-the-trail", trail, [*map(unit_id, UNITS)]),
        "p-es01area": (_SCP, "two-regions-only", document(regions), [unit_id("Sandbox")]),
        "p-RCPFullAWSAccess": (_RCP, "RCPFullAWSAccess", document({**allow("*"), "Principal": "*"}), everywhere),
        "p-es01data": (_RCP, "sealed-buckets", document(outsiders), [ROOT_ID]),
    }


def write_organization(folder: Path, estate: Estate) -> None:
    """Write the files into the management account's folder."""
    home, organization = estate.manager, estate.organization
    base = f"arn:aws:organizations::{home}"
    described = {"Id": organization, "Arn": f"{base}:organization/{organization}", "FeatureSet": "ALL",
                 "MasterAccountId": home, "MasterAccountArn": f"{base}:account/{organization}/{home}"}  # fmt: skip
    write_body(folder / "organizations.describe_organization.json", {}, {"Organization": described})
    types = [{"Type": each, "Status": "ENABLED"} for each in (_SCP, _RCP)]
    root = {"Id": ROOT_ID, "Arn": f"{base}:root/{organization}/{ROOT_ID}", "Name": "Root", "PolicyTypes": types}
    write_body(folder / "organizations.list_roots.json", {"Roots": [root]})
    units = [{"Id": unit_id(name), "Arn": f"{base}:ou/{organization}/{unit_id(name)}", "Name": name} for name in UNITS]
    write_calls(
        folder / "organizations.list_organizational_units_for_parent.jsonl",
        (
            ({"ParentId": parent}, {"OrganizationalUnits": units if parent == ROOT_ID else []}, "")
            for parent in (ROOT_ID, *(unit["Id"] for unit in units))
        ),
    )
    parents: dict[str, list[Json]] = {ROOT_ID: [_account(base, organization, home, "management")]}
    parents |= {unit["Id"]: [] for unit in units}
    for number, member in enumerate(estate.members):
        parents[unit_id(member.unit)].append(_account(base, organization, member.id, f"{member.environment}-{number}"))
    write_body(
        folder / "organizations.list_accounts.json", {"Accounts": (one for held in parents.values() for one in held)}
    )
    write_calls(
        folder / "organizations.list_accounts_for_parent.jsonl",
        (({"ParentId": parent}, {"Accounts": held}, "") for parent, held in parents.items()),
    )
    _write_policies(folder, base, organization, _policies([each.id for each in estate.members], home))


def _account(base: str, organization: str, ident: str, name: str) -> Json:
    return {"Id": ident, "Arn": f"{base}:account/{organization}/{ident}", "Name": name, "Status": "ACTIVE"}


def _write_policies(
    folder: Path, base: str, organization: str, policies: Mapping[str, tuple[str, str, Json, list[str]]]
) -> None:
    summary = {
        ident: {"Id": ident, "Arn": f"{base}:policy/{organization}/{kind.lower()}/{ident}", "Name": name, "Type": kind,
                "AwsManaged": name.endswith("FullAWSAccess")}
        for ident, (kind, name, _, _) in policies.items()
    }  # fmt: skip
    write_calls(
        folder / "organizations.list_policies.jsonl",
        (
            ({"Filter": kind}, {"Policies": [each for each in summary.values() if each["Type"] == kind]}, "")
            for kind in (_SCP, _RCP)
        ),
    )
    write_calls(
        folder / "organizations.describe_policy.jsonl",
        (
            ({"PolicyId": ident}, {"Policy": {"PolicySummary": summary[ident], "Content": json.dumps(body)}}, "")
            for ident, (_, _, body, _) in policies.items()
        ),
    )
    write_calls(
        folder / "organizations.list_targets_for_policy.jsonl",
        (
            (
                {"PolicyId": ident},
                {"Targets": [{"TargetId": each, "Type": _NATURE.get(each[:2], "ACCOUNT")} for each in targets]},
                "",
            )
            for ident, (_, _, _, targets) in policies.items()
        ),
    )
