"""Which trusts in accounts and principals are found: one world with many roles, each a case or the near-twin of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.analytics.rules.scenarios import ACCOUNT, NAMES, OTHER, VENDOR, found, judge
from tests.worlds.aws import unique_id, world
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, trust

RULE, OTHERS = "aws-external-trust", ("aws-stale-trust", "aws-vendor-trust")
OWN, MANAGEMENT = "444444444444", "999999999999"
GONE = "AIDAQ3EGPZXEXAMPLE111"
EXTERNAL_ID = {"StringEquals": {"sts:ExternalId": "4711"}}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = world().account(ACCOUNT).user("ada").user("bea")
    made.organization(MANAGEMENT, {"r-a1": [ACCOUNT, OWN, MANAGEMENT]}).account(ACCOUNT)
    made.declared("accounts", {"account": VENDOR, "relation": "vendor"})

    def role(name: str, *trusts: Any, **options: Any) -> None:
        made.role(name, trusts=list(trusts), **options)

    role("anyone", trust("*"))
    role("anyone-external-id", trust("*", when=EXTERNAL_ID))
    role("anyone-own-organization", trust("*", when={"StringEquals": {"aws:PrincipalOrgID": "o-a1"}}))
    role("anyone-other-organization", trust("*", when={"StringEquals": {"aws:PrincipalOrgID": "o-zz"}}))
    role("anyone-own-account", trust("*", when={"StringEquals": {"aws:PrincipalAccount": OWN}}))
    role("anyone-other-account", trust("*", when={"StringEquals": {"aws:PrincipalAccount": OTHER}}))
    arn = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci-*"}}
    role("anyone-with-that-role-name", trust("*", when=arn))
    keep_out = trust("*", effect="Deny", when={"StringNotEquals": {"aws:PrincipalOrgID": "o-a1"}})
    role("anyone-but-denied", trust("*"), keep_out)
    role("own-account", trust(OWN))
    role("same-account", trust(ACCOUNT))
    role("unknown", trust(OTHER))
    role("unknown-admin", trust(OTHER), attached=[ADMINISTRATOR])
    role("unknown-external-id", trust(OTHER, when=EXTERNAL_ID))
    role("unknown-principal", trust(f"arn:aws:iam::{OTHER}:role/x"))
    role("vendor", trust(VENDOR))
    made.role("vendor-secrets", allow("secretsmanager:GetSecretValue"), trusts=trust(VENDOR))
    role("vendor-external-id", trust(VENDOR, when=EXTERNAL_ID))
    role("vendor-any-external-id", trust(VENDOR, when={"StringLike": {"sts:ExternalId": "*"}}))
    role("vendor-if-exists", trust(VENDOR, when={"StringEqualsIfExists": {"sts:ExternalId": "4711"}}))
    role("vendor-role-external-id", trust(f"arn:aws:iam::{VENDOR}:role/x", when=EXTERNAL_ID))
    role("vendor-twice", trust(VENDOR), trust(f"arn:aws:iam::{VENDOR}:root"))
    role("dead", trust(GONE))
    role("living", trust(NAMES.user("ada")))
    role("living-unique-id", trust(unique_id("AIDA", NAMES.user("bea"))))
    role("missing", trust(NAMES.user("nobody")))
    role("service", trust(service="lambda.amazonaws.com"))
    role("not-principal", {"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}, "Action": "sts:AssumeRole"})
    role("service-linked", trust(OTHER), path="/aws-service-role/x.amazonaws.com/")
    return judge(made.build(tmp_path_factory.mktemp("trust")), RULE, also=OTHERS)


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("anyone", {"anyone": "critical"}),
        ("anyone-external-id", {"anyone": "high"}),
        ("anyone-own-organization", {}),
        ("anyone-other-organization", {"organization:o-zz": "high"}),
        ("anyone-own-account", {}),
        ("anyone-other-account", {f"account:{OTHER}": "high"}),
        ("anyone-with-that-role-name", {"anyone": "critical"}),
        ("anyone-but-denied", {}),
        ("own-account", {}),
        ("same-account", {}),
        ("unknown", {f"account:{OTHER}": "high"}),
        ("unknown-admin", {f"account:{OTHER}": "critical"}),
        ("unknown-external-id", {f"account:{OTHER}": "medium"}),
        ("unknown-principal", {f"account:{OTHER}": "high"}),
        ("vendor", {f"vendor:{VENDOR}": "medium"}),
        ("vendor-secrets", {f"vendor:{VENDOR}": "high"}),
        ("vendor-external-id", {}),
        ("vendor-any-external-id", {f"vendor:{VENDOR}": "medium"}),
        ("vendor-if-exists", {f"vendor:{VENDOR}": "medium"}),
        ("vendor-role-external-id", {}),
        ("vendor-twice", {f"vendor:{VENDOR}": "medium"}),
        ("dead", {f"dead:{GONE}": "low"}),
        ("living", {}),
        ("living-unique-id", {}),
        ("missing", {f"dead:{NAMES.user('nobody')}": "low"}),
        ("service", {}),
        ("not-principal", {}),
    ],
)
def test_roles(report: Any, name: str, want: dict[str, str]) -> None:
    findings = found(report, NAMES.role(name))
    assert {row.key: row.severity.word for row in findings} == want
    rules = {"dead": "aws-stale-trust", "vendor": "aws-vendor-trust"}
    assert all(row.rule == rules.get(row.key.partition(":")[0], RULE) for row in findings)


def test_service_linked_roles_are_left_out(report: Any) -> None:
    assert not found(report, NAMES.role("aws-service-role/x.amazonaws.com/service-linked"))


def test_not_principal_is_not_judged(report: Any) -> None:
    assert [item.subject for item in report.not_judged] == [NAMES.role("not-principal")]


def test_two_statements_with_one_fault_are_one_finding_with_both_grants(report: Any) -> None:
    (finding,) = found(report, NAMES.role("vendor-twice"))
    assert len(finding.grants) == 2


def test_without_any_list_of_own_accounts_confidence_is_low(tmp_path: Path) -> None:
    report = judge(world().account(ACCOUNT).role("r", trusts=trust(OTHER)).build(tmp_path), RULE)
    (finding,) = report.findings
    assert finding.confidence.value == "low"
    assert "no list of own accounts" in finding.message


def test_an_organization_that_nobody_says_is_ours_is_not_judged(tmp_path: Path) -> None:
    when = {"StringEquals": {"aws:PrincipalOrgID": "o-zz"}}
    report = judge(world().account(ACCOUNT).role("r", trusts=trust("*", when=when)).build(tmp_path), RULE)
    assert not report.findings
    assert [item.subject for item in report.not_judged] == [NAMES.role("r")]
