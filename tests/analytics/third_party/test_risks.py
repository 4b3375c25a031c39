"""Reasons of risk: a case for each, a twin that stays silent, and what missing evidence makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.third_party.app import Reason
from analytics.third_party.find import AppQuestion, apps
from tests.analytics.third_party.worlds import MICROSOFT, NOT_VERIFIED, VERIFIED, Asked, built
from tests.worlds.entra import TENANT, VENDOR, EntraWorldFiles, entra

LATELY, LONG_AGO = "2026-05-20T00:00:00Z", "2025-06-01T00:00:00Z"


def _used(world: EntraWorldFiles) -> EntraWorldFiles:
    """Let the application ``x`` be in use, so that no other reason speaks."""
    return world.last_sign_in("x", last=LATELY, delegated=LATELY, application=LATELY)


def _vendor() -> EntraWorldFiles:
    return entra().user("alice").user("bob").sp("x", more=VERIFIED)


def _stranger() -> EntraWorldFiles:
    return entra().user("alice").user("bob").sp("x", more=NOT_VERIFIED)


CASES: list[tuple[str, str, EntraWorldFiles, bool]] = [
    # Full control is what the engine verifies.
    ("full_control", "grants itself", _vendor().grants("x", "RoleManagement.ReadWrite.Directory"), True),
    (
        "full_control",
        "becomes one that does",
        _vendor()
        .app("deploy")
        .grants("deploy", "RoleManagement.ReadWrite.Directory")
        .grants("x", "Application.ReadWrite.All"),
        True,
    ),
    ("full_control", "nobody to become", _vendor().app("deploy").grants("x", "Application.ReadWrite.All"), False),
    (
        "full_control",
        "only as a user who must sign in",
        _vendor().role("alice", "Global Administrator").consent("x", "Directory.AccessAsUser.All", user="alice"),
        False,
    ),
    # Tier 0 is an app role of class H1, not a scope of that name.
    ("tier_0_permission", "app role", _vendor().grants("x", "RoleManagement.ReadWrite.Directory"), True),
    ("tier_0_permission", "as the user", _vendor().consent("x", "RoleManagement.ReadWrite.Directory"), False),
    ("tier_0_permission", "class H5", _vendor().grants("x", "Mail.Read"), False),
    (
        "tier_0_permission",
        "the same name at another API",
        _vendor().app("own-api").grants("x", "RoleManagement.ReadWrite.Directory", api="own-api"),
        False,
    ),
    # A publisher that is not verified, of another tenant, with something high.
    ("unverified_publisher", "app role", _stranger().grants("x", "Mail.Read"), True),
    ("unverified_publisher", "one user's consent", _stranger().consent("x", "Mail.Read", user="alice"), True),
    ("unverified_publisher", "nothing high", _stranger().consent("x", "User.Read", user="alice"), False),
    ("unverified_publisher", "verified", _vendor().grants("x", "Mail.Read"), False),
    (
        "unverified_publisher",
        "registered here",
        entra().sp("x", home=TENANT, more=NOT_VERIFIED).grants("x", "Mail.Read"),
        False,
    ),
    (
        "unverified_publisher",
        "Microsoft's",
        entra().sp("x", home=MICROSOFT, more=NOT_VERIFIED).grants("x", "Mail.Read"),
        False,
    ),
    # A high scope for everybody.
    ("tenant_wide_high", "everybody", _vendor().consent("x", "Mail.Read"), True),
    ("tenant_wide_high", "one user", _vendor().consent("x", "Mail.Read", user="alice"), False),
    ("tenant_wide_high", "nothing high", _vendor().consent("x", "User.Read MailboxSettings.Read"), False),
    (
        "tenant_wide_high",
        "high for one, low for everybody",
        _vendor().consent("x", "User.Read").consent("x", "Mail.Read", user="alice"),
        False,
    ),
    # Offline access with data, for the same person.
    ("offline_data", "one consent", _vendor().consent("x", "Mail.Read offline_access", user="alice"), True),
    ("offline_data", "without offline access", _vendor().consent("x", "Mail.Read", user="alice"), False),
    ("offline_data", "without data", _vendor().consent("x", "Calendars.Read offline_access", user="alice"), False),
    (
        "offline_data",
        "two people",
        _vendor().consent("x", "Mail.Read", user="alice").consent("x", "offline_access", user="bob"),
        False,
    ),
    (
        "offline_data",
        "data for everybody",
        _vendor().consent("x", "Files.Read").consent("x", "offline_access", user="bob"),
        True,
    ),
    (
        "offline_data",
        "offline for everybody",
        _vendor().consent("x", "offline_access").consent("x", "Mail.Send", user="bob"),
        True,
    ),
    ("offline_data", "headers alone", _vendor().consent("x", "Mail.ReadBasic offline_access"), False),
    ("offline_data", "its own folder", _vendor().consent("x", "Files.ReadWrite.AppFolder offline_access"), False),
    ("offline_data", "as the user", _vendor().consent("x", "Directory.AccessAsUser.All offline_access"), True),
    (
        "offline_data",
        "user_impersonation of Microsoft's API",
        _vendor()
        .sp("Azure", home=MICROSOFT)
        .consent("x", "user_impersonation", api="Azure")
        .consent("x", "offline_access"),
        True,
    ),
    (
        "offline_data",
        "user_impersonation of an own API",
        _vendor().app("shop").consent("x", "user_impersonation", api="shop").consent("x", "offline_access"),
        False,
    ),
    # Somebody who is no longer here.
    (
        "consent_by_departed",
        "disabled",
        _vendor().user("carl", enabled=False).consent("x", "User.Read", user="carl"),
        True,
    ),
    ("consent_by_departed", "deleted", _vendor().consent("x", "User.Read", user="ghost"), True),
    ("consent_by_departed", "here", _vendor().consent("x", "User.Read", user="alice"), False),
    ("consent_by_departed", "everybody", _vendor().user("carl", enabled=False).consent("x", "User.Read"), False),
]


@pytest.mark.parametrize(("reason", "what", "world", "holds"), CASES, ids=[f"{case[0]}: {case[1]}" for case in CASES])
def test_a_reason_holds_or_does_not(
    reason: str, what: str, world: EntraWorldFiles, holds: bool, tmp_path: Path
) -> None:
    del what
    verdicts = Asked.of(_used(world), tmp_path).verdicts("x")
    assert verdicts.get(reason) == ("yes" if holds else None)


@pytest.mark.parametrize(
    ("reason", "last", "created", "holds"),
    [
        ("never_used", "", LONG_AGO, True),
        ("never_used", "", LATELY, False),
        ("never_used", LATELY, LONG_AGO, False),
        ("never_used", LONG_AGO, LONG_AGO, False),
        ("unused", LONG_AGO, LONG_AGO, True),
        ("unused", LATELY, LONG_AGO, False),
        ("unused", "", LONG_AGO, False),
    ],
)
def test_use(reason: str, last: str, created: str, holds: bool, tmp_path: Path) -> None:
    world = entra().sp("x", more={**VERIFIED, "createdDateTime": created})
    world = world.last_sign_in("x", last=last) if last else world.last_sign_in()
    assert Asked.of(world, tmp_path).verdicts("x").get(reason) == ("yes" if holds else None)


def test_high_permissions_that_nobody_uses(tmp_path: Path) -> None:
    world = _vendor().grants("x", "Mail.Read").last_sign_in("x", last=LATELY, delegated=LATELY, application=None)
    assert Asked.of(world, tmp_path / "unused").verdicts("x") == {"unused_high": "yes"}
    low = _vendor().grants("x", "User.Read.All").last_sign_in("x", last=LATELY, delegated=LATELY, application=None)
    assert Asked.of(low, tmp_path / "low").verdicts("x") == {}


def test_declared_people_who_left(tmp_path: Path) -> None:
    folder = tmp_path / "evidence" / "declared"
    folder.mkdir(parents=True)
    rows = "login,person,active\nalice@nordlicht.example,Alice,no\nbob@nordlicht.example,Bob,yes\n"
    (folder / "people.csv").write_text(rows, encoding="utf-8")
    world = _vendor().consent("x", "User.Read", user="alice").consent("x", "User.Read", user="bob")
    consents = Asked.of(_used(world), tmp_path).app("x").consents
    assert [(each.name, each.state.value, each.why) for each in consents.listed] == [
        ("alice@nordlicht.example", "departed", "declared as left"),
        ("bob@nordlicht.example", "here", ""),
    ]


def test_a_disabled_application_gets_no_token(tmp_path: Path) -> None:
    risky = _stranger().grants("x", "RoleManagement.ReadWrite.Directory").consent("x", "Mail.Read offline_access")
    assert len(Asked.of(risky, tmp_path / "on").verdicts("x")) > 4
    risky.lists["servicePrincipals"][1]["accountEnabled"] = False
    assert Asked.of(risky, tmp_path / "off").verdicts("x") == {}


def _everything() -> EntraWorldFiles:
    return _used(
        _stranger()
        .consent("x", "User.Read offline_access")
        .consent("x", "User.Read", user="alice")
        .grants("x", "User.Read.All")
    )


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [
        ((), set()),
        (
            ("oauth2PermissionGrants",),
            {"unverified_publisher", "tenant_wide_high", "offline_data", "consent_by_departed"},
        ),
        (
            ("servicePrincipals.appRoleAssignments", "servicePrincipals.appRoleAssignedTo"),
            {"tier_0_permission", "unverified_publisher"},
        ),
        (("servicePrincipals.appRoleAssignedTo",), set()),
        (("users",), {"consent_by_departed"}),
        (("reports.servicePrincipalSignInActivities",), {"never_used"}),
    ],
)
def test_what_was_not_looked_at_is_not_clean(missing: tuple[str, ...], unknown: set[str], tmp_path: Path) -> None:
    asked = Asked.of(_everything().without(*missing), tmp_path)
    assert asked.verdicts("x") == dict.fromkeys(unknown, "unknown")
    for risk in asked.app("x").risks:
        assert set(risk.missing) & set(missing)


def test_a_sure_reason_stays_sure_beside_missing_evidence(tmp_path: Path) -> None:
    world = _used(_stranger().grants("x", "RoleManagement.ReadWrite.Directory")).without("oauth2PermissionGrants")
    verdicts = Asked.of(world, tmp_path).verdicts("x")
    assert (verdicts["tier_0_permission"], verdicts["unverified_publisher"]) == ("yes", "yes")
    assert verdicts["tenant_wide_high"] == "unknown"


def test_high_permissions_without_sign_ins_may_be_unused(tmp_path: Path) -> None:
    asked = Asked.of(_vendor().grants("x", "Mail.Read"), tmp_path)
    assert asked.verdicts("x") == {"never_used": "unknown", "unused_high": "unknown"}


@pytest.mark.parametrize(("home", "more"), [(VENDOR, {}), ("", NOT_VERIFIED)])
def test_a_publisher_or_home_that_nothing_tells(home: str, more: dict[str, Any], tmp_path: Path) -> None:
    world = _used(entra().sp("x", home=home, more=more).grants("x", "Mail.Read"))
    assert Asked.of(world, tmp_path).verdicts("x") == {"unverified_publisher": "unknown"}


def test_names_of_the_platform_that_nothing_is_known_of(tmp_path: Path) -> None:
    odd = _used(_stranger().grants("x", "Teapot.ReadWrite.All").consent("x", "Kettle.ReadWrite.All"))
    assert Asked.of(odd, tmp_path / "graph").verdicts("x") == dict.fromkeys(
        ("tier_0_permission", "unverified_publisher", "tenant_wide_high"), "unknown"
    )
    own = _used(_stranger().app("shop").grants("x", "Teapot.ReadWrite.All", api="shop").consent("x", "all", api="shop"))
    assert Asked.of(own, tmp_path / "own").verdicts("x") == {}, "another application's API gives what is its own"


def test_an_api_that_was_not_collected(tmp_path: Path) -> None:
    world = _used(_vendor().consent("x", "Mail.Read offline_access", api="Microsoft Graph"))
    world.lists["oauth2PermissionGrants"][0]["resourceId"] = "99999999-0000-4000-8000-000000000009"
    verdicts = Asked.of(world, tmp_path).verdicts("x")
    assert verdicts == {"tenant_wide_high": "unknown", "offline_data": "unknown"}


def test_without_a_time_nothing_is_old(tmp_path: Path) -> None:
    world = entra().sp("x", more=VERIFIED).grants("x", "Mail.Read").last_sign_in("x", last=LONG_AGO)
    report = apps(built(world, tmp_path, as_of=None), question=AppQuestion(everything=True))
    (app,) = [each for each in report.apps if each.name == "x"]
    told = {risk.reason.value: risk.verdict.value for risk in app.risks}
    assert told == {"unused": "unknown", "unused_high": "unknown"}


def test_a_time_that_is_a_lower_bound_makes_old_things_old(tmp_path: Path) -> None:
    world = entra().sp("x", more=VERIFIED).last_sign_in("x", last=LONG_AGO).sp("y").last_sign_in("y", last=LATELY)
    report = apps(built(world, tmp_path, as_of=None), question=AppQuestion(everything=True))
    told = {app.name: {risk.reason.value: risk.verdict.value for risk in app.risks} for app in report.apps}
    assert told["x"]["unused"] == "yes", "the true time is later still"
    assert told["y"]["unused"] == "unknown"


def test_every_reason_has_a_case() -> None:
    assert {case[0] for case in CASES} | {"never_used", "unused", "unused_high"} == {each.value for each in Reason}


def test_counts_are_of_all_whatever_is_shown(tmp_path: Path) -> None:
    world = _used(_stranger().grants("x", "Mail.Read").app("mine").app("other"))
    snapshot = built(world, tmp_path)
    report = apps(snapshot, question=AppQuestion(risky=True))
    assert [app.name for app in report.apps] == ["x"]
    assert (report.counts["all"], report.counts["risky"], report.reasons["unverified_publisher"]) == (4, 3, 1)
    never = apps(snapshot, question=AppQuestion(never_used=True, everything=True, sort="name"))
    assert [app.name for app in never.apps] == ["Microsoft Graph", "mine", "other"]
