"""`nhi apps` on a tenant: forms, filters, one application, what is not known, and wrong use."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import SCHEMAS, validator
from tests.repository import ROOT
from tests.worlds.entra import VENDOR, app_id, entra, node, oid, secret

TIME = ("--as-of", "2026-06-01T00:00:00Z")
NOT_VERIFIED = {"verifiedPublisher": {"displayName": None, "verifiedPublisherId": None}}
VERIFIED = {
    "verifiedPublisher": {"displayName": "Acme Ltd", "verifiedPublisherId": "1"},
    "homepage": "https://acme.example",
}
LATELY = "2026-05-20T00:00:00Z"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("apps")
    world = (
        entra()
        .user("alice")
        .user("bob", enabled=False)
        .role("alice", "Cloud Application Administrator")
        .offers("Microsoft Graph", User_Read="User", Mail_Read="User", offline_access="User")
        .user_consent("microsoft-user-default-legacy")
        .sp("mailer", more=NOT_VERIFIED)
        .consent("mailer", "Mail.Read offline_access", user="alice")
        .consent("mailer", "Mail.Read", user="bob")
        .sp("planner", more=VERIFIED)
        .consent("planner", "User.Read")
        .sp("odd", home="")
        .app("deploy", secrets=[secret("k")])
        .grants("deploy", "RoleManagement.ReadWrite.Directory")
        .last_sign_in("mailer", last=LATELY, delegated=LATELY, application=None)
        .last_sign_in("planner", last=LATELY, delegated=LATELY, application=None)
        .last_sign_in("deploy", last=LATELY, delegated=None, application=LATELY)
    )
    command = Command(folder / "ws")
    built = command("build", world.build(folder / "evidence"), *TIME)
    assert built.code == 0, built.err
    return command


def _names(tenant: Command, *options: str) -> list[str]:
    return [row["name"] for row in tenant("apps", *options, "--format", "json").json["apps"]]


@pytest.mark.needs_checkout
@pytest.mark.parametrize("options", [(), ("--all",), ("mailer",), ("--risky", "--limit", "1")])
def test_json_follows_its_schema(tenant: Command, options: tuple[str, ...]) -> None:
    answer = tenant("apps", *options, "--format", "json").json
    assert not [error.message for error in validator("apps").iter_errors(answer)]
    assert answer["apps"] and answer["coverage"]
    lines = tenant("apps", *options, "--format", "jsonl").lines
    assert [{key: row[key] for key in row if key not in ("snapshot", "as_of")} for row in lines] == answer["apps"]


@pytest.mark.needs_checkout
def test_every_key_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = page[page.index("## `nhi apps`") :].split("\n## ")[0]
    assert "schemas/apps.schema.json" in section
    schema = json.loads((SCHEMAS / "apps.schema.json").read_text(encoding="utf-8"))
    keys = {*schema["properties"], *schema["properties"]["apps"]["items"]["properties"]}
    for key in keys - {"snapshot", "as_of", "as_of_known", "age", "coverage", "source", "id", "name", "kind"}:
        assert f"`{key}`" in section, key
    for reason in schema["properties"]["reasons"]["properties"]["yes"]["properties"]:
        assert f"`{reason}`" in section, reason


def test_which_are_listed(tenant: Command) -> None:
    assert _names(tenant) == ["mailer", "odd", "planner"]
    assert _names(tenant, "--all") == ["deploy", "mailer", "odd", "Microsoft Graph", "planner"]
    assert _names(tenant, "--third-party", "--sort", "name") == ["mailer", "odd", "planner"]
    assert _names(tenant, "--risky") == ["mailer", "odd"]
    assert _names(tenant, "--never-used") == ["odd"]
    assert _names(tenant, "--sort", "users", "--limit", "1") == ["planner"], "everybody comes before two"
    assert _names(tenant, "--all", "--sort", "reach")[0] == "deploy"
    assert _names(tenant, "--all", "--sort", "used")[:2] == ["Microsoft Graph", "odd"]
    assert _names(tenant, "--sort", "impact")[0] == "mailer"


def test_counts_and_cuts(tenant: Command) -> None:
    answer = tenant("apps", "--limit", "1", "--users", "1", "--format", "json").json
    assert (answer["truncated"], answer["count"], answer["counts"]["all"]) == (True, 3, 5)
    (mailer,) = answer["apps"]
    assert (mailer["consents"]["users"], len(mailer["consents"]["people"])) == (2, 1)
    assert mailer["consents"]["people_truncated"] is True
    assert answer["reasons"]["yes"]["consent_by_departed"] == 1
    told = tenant("apps", "--limit", "1").err
    assert "2 more applications" in told
    assert "Nordlicht: users may consent under microsoft-user-default-legacy; others by Cloud Application" in told


def test_csv_has_what_a_sheet_needs(tenant: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(tenant("apps", "--all", "--format", "csv").out)))
    mailer = next(row for row in rows if row["name"] == "mailer")
    assert (mailer["home"], mailer["verified"], mailer["users"], mailer["offline_access"]) == (
        "foreign",
        "no",
        "2",
        "yes",
    )
    assert mailer["risks"].split() == ["unverified_publisher", "offline_data", "consent_by_departed"]
    deploy = next(row for row in rows if row["name"] == "deploy")
    assert (deploy["full_control"], deploy["application"], deploy["users_could"]) == ("1 verified", "1", "")


@pytest.mark.parametrize("who", ["mailer", app_id("mailer"), oid("sp:mailer"), node("sp:mailer")])
def test_one_application_is_told_in_words(tenant: Command, who: str) -> None:
    told = tenant("apps", who).out
    for part in (
        "publisher not verified",
        "Risk, offline_data: It keeps Mail.Read while the user is away",
        "May, delegated: Mail.Read of Microsoft Graph (H5, for 2 one by one, in use)",
        "Consented: bob@nordlicht.example (departed: disabled)",
        "by Cloud Application Administrator: 1 now, 0 under conditions: alice@nordlicht.example",
        "(as a user 2026-05-20T00:00:00Z, as itself never)",
        "those in its home tenant are not seen",
        "It reaches 1 things, worst H5 (conditional)",
    ):
        assert part in told, part


def test_a_registration_means_its_identity(tenant: Command) -> None:
    row = tenant("apps", oid("app:deploy"), "--format", "json").json["apps"][0]
    assert row["id"] == node("sp:deploy")
    assert row["credentials"] == [{"kind": "client_secret", "active": 1, "inactive": 0}]
    assert row["radius"]["control"] == {"verified": 1}
    told = tenant("apps", "planner").out
    assert "Acme Ltd, verified publisher, enabled, made 2025-01-01, https://acme.example" in told
    assert "An administrator consented for everybody (which one is not recorded)" in told


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["nobody"], "holds nothing called"),
        (["alice@nordlicht.example"], "is no OAuth application"),
        (["--sort", "x"], "is none of risk"),
        (["--all", "--third-party"], "exclude each other"),
    ],
)
def test_wrong_use(tenant: Command, arguments: list[str], text: str) -> None:
    answer = tenant("apps", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert text in " ".join(answer.err.split())


def test_what_was_not_looked_at_is_told(tmp_path: Path) -> None:
    world = entra().sp("theirs").without("oauth2PermissionGrants", "servicePrincipals.appRoleAssignments",
                                         "servicePrincipals.appRoleAssignedTo")  # fmt: skip
    command = Command(tmp_path / "ws")
    command("build", world.build(tmp_path / "evidence"), *TIME)
    row: Any = command("apps", "--format", "json").json["apps"][0]
    assert row["risks"] == []
    assert {each["reason"] for each in row["undecided"]} == {
        "tier_0_permission", "unverified_publisher", "tenant_wide_high", "offline_data", "consent_by_departed",
        "never_used",
    }  # fmt: skip
    assert (row["offline_access"], row["consents"]["tenant_wide"], row["last_sign_in"]["known"]) == (
        "unknown", "unknown", False,
    )  # fmt: skip
    table = command("apps")
    assert "(6 not known)" in table.out
    assert "2 of all applications could be risky" in table.err, "Microsoft Graph may hold consents too"
    told = command("apps", "theirs").out
    assert "Not all delegated permissions were looked at." in told
    assert "Not known: offline_access." in told
    assert "Last sign-in: not known" in told
    assert "It reaches at least 0 things" in told


def test_without_a_tenant_there_is_nothing_to_tell(evidence: Path, tmp_path: Path) -> None:
    command = Command(tmp_path / "ws")
    command.build(evidence / "aws" / "444455556666" / "iam.get_account_authorization_details.json")
    answer = command("apps")
    assert answer.code == 0
    assert "No tenant was collected" in answer.err
    assert command("apps", "--format", "json").json["counts"]["all"] == 0


def test_the_applications_of_the_company(sample: Command) -> None:
    rows = {row["name"]: row for row in sample("apps", "--format", "json").json["apps"]}
    assert {"MailMerge Pro", "Meetwell", "Notely", "Carrier Gateway", "Backupwerk"} <= set(rows)
    risks = {name: {each["reason"] for each in row["risks"]} for name, row in rows.items()}
    assert {"unverified_publisher", "tenant_wide_high", "offline_data", "never_used"} <= risks["MailMerge Pro"]
    assert "consent_by_departed" in risks["Notely"]
    assert risks["Meetwell"] == set()


def test_a_list_of_service_principals_alone(tmp_path: Path) -> None:
    dump = tmp_path / "sp.json"
    row = {"id": oid("sp:x"), "appId": app_id("x"), "displayName": "x", "servicePrincipalType": "Application"}
    dump.write_text(json.dumps([row | {"appOwnerOrganizationId": VENDOR, **NOT_VERIFIED}]), encoding="utf-8")
    command = Command(tmp_path / "ws")
    command("build", dump, *TIME)
    (row,) = command("apps", "--format", "json").json["apps"]
    assert (row["home"]["relation"], row["home"]["tenant"], row["risks"]) == ("unknown", VENDOR, [])
    assert f"of tenant {VENDOR}, which may be this one" in command("apps", "x").out
