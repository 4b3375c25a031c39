"""The organization of a case's account, as its management account sees it.

Input: an account with SCPs. Output: ``organization_files``: operation and body or calls.
Not handled: several member accounts, deeper trees, resource control policies (there are none).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from benchmarks.accuracy.account import Account, call
from benchmarks.accuracy.statements import document

__all__ = ["MANAGER", "organization_files"]

MANAGER: Final = "999900001111"
"""The management account."""


def organization_files(account: Account) -> Iterator[tuple[str, Any]]:
    """Yield the organization's answers, as the management account gets them."""
    manager = MANAGER
    root, unit = "r-ex01", "ou-ex01-members1"
    parents = {root: [manager], unit: [account.id]}
    full = "p-FullAWSAccess"
    policies = {full: (document({"Effect": "Allow", "Action": "*", "Resource": "*"}), [root, unit, manager])}
    if not account.scp_replaces:
        policies[full][1].append(account.id)
    for number, body in enumerate(account.scps):
        policies[f"p-case{number}0000"] = (body, [account.id])
    base = f"arn:aws:organizations::{manager}:policy/{account.organization}/service_control_policy"
    summary = {
        name: {"Id": name, "Arn": f"{base}/{name}", "Name": name, "Type": "SERVICE_CONTROL_POLICY"}
        | {"AwsManaged": name == full}
        for name in policies
    }
    accounts = [{"Id": each, "Name": each, "Status": "ACTIVE"} for each in (manager, account.id)]
    units = [
        {"Id": unit, "Name": "members", "Arn": f"arn:aws:organizations::{manager}:ou/{account.organization}/{unit}"}
    ]
    yield (
        "organizations.describe_organization",
        {"Organization": {"Id": account.organization, "MasterAccountId": manager, "FeatureSet": "ALL"}},
    )
    types = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    yield "organizations.list_roots", {"Roots": [{"Id": root, "Name": "Root", "PolicyTypes": types}]}
    yield "organizations.list_accounts", {"Accounts": accounts}
    yield (
        "organizations.list_organizational_units_for_parent",
        [
            call({"ParentId": root}, {"OrganizationalUnits": units}),
            call({"ParentId": unit}, {"OrganizationalUnits": []}),
        ],
    )
    yield (
        "organizations.list_accounts_for_parent",
        [
            call({"ParentId": parent}, {"Accounts": [each for each in accounts if each["Id"] in held]})
            for parent, held in parents.items()
        ],
    )
    yield (
        "organizations.list_policies",
        [
            call({"Filter": "SERVICE_CONTROL_POLICY"}, {"Policies": list(summary.values())}),
            call({"Filter": "RESOURCE_CONTROL_POLICY"}, {"Policies": []}),
        ],
    )
    yield (
        "organizations.describe_policy",
        [
            call(
                {"PolicyId": name},
                {"Policy": {"PolicySummary": summary[name], "Content": json.dumps(policies[name][0])}},
            )
            for name in policies
        ],
    )
    yield (
        "organizations.list_targets_for_policy",
        [
            call(
                {"PolicyId": name},
                {"Targets": [{"TargetId": each, "Name": each, "Type": _kind(each)} for each in on]},
            )
            for name, (_, on) in policies.items()
        ],
    )


def _kind(target: str) -> str:
    if target.startswith("r-"):
        return "ROOT"
    return "ORGANIZATIONAL_UNIT" if target.startswith("ou-") else "ACCOUNT"
