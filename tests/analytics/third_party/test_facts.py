"""Facts about applications: home, publisher, permissions, consents, use; each beside one that looks alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.policy import Policy
from analytics.privilege.answers import Answer
from analytics.third_party.app import App, Permission
from analytics.third_party.find import AppQuestion, apps
from tests.analytics.third_party.worlds import MICROSOFT, NOT_VERIFIED, VERIFIED, Asked, built
from tests.worlds.entra import TENANT, VENDOR, EntraWorldFiles, entra, node, permission_id, secret

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def _permissions(app: App) -> dict[str, Permission]:
    return {f"{each.kind.value} {each.name}": each for each in app.permissions}


def test_where_an_application_is_at_home(tmp_path: Path) -> None:
    world = (
        entra()
        .app("mine")
        .sp("theirs")
        .sp("explorer", home=MICROSOFT)
        .sp("nowhere", home="")
        .sp("old", home="", kind="Legacy")
        .managed_identity("machine")
        .blueprint("helper")
        .agent("helper-1", "helper")
    )
    asked = Asked.of(world, tmp_path)
    homes = {app.name: app.home.value for app in asked.report.apps}
    assert homes == {
        "mine": "own",
        "theirs": "foreign",
        "explorer": "microsoft",
        "nowhere": "unknown",
        "old": "own",
        "helper": "own",
        "helper-1": "own",
        "Microsoft Graph": "microsoft",
    }
    assert asked.app("theirs").home_tenant == VENDOR
    assert (asked.report.counts["all"], asked.report.counts["foreign"], asked.report.counts["unknown"]) == (8, 1, 1)


def test_what_is_listed_unless_somebody_asks_for_more(tmp_path: Path) -> None:
    world = (
        entra()
        .user("alice")
        .app("quiet")
        .app("portal")
        .consent("portal", "User.Read", user="alice")
        .sp("explorer", home=MICROSOFT)
        .consent("explorer", "User.Read")
        .sp("theirs")
        .sp("nowhere", home="")
    )
    snapshot = built(world, tmp_path)
    names = {app.name for app in apps(snapshot).apps}
    assert names == {"portal", "explorer", "theirs", "nowhere"}
    foreign = apps(snapshot, question=AppQuestion(third_party=True, sort="name"))
    assert [app.name for app in foreign.apps] == ["nowhere", "theirs"]
    every = apps(snapshot, question=AppQuestion(everything=True, limit=2))
    assert (len(every.apps), every.count) == (2, 6)
    (one,) = apps(snapshot, question=AppQuestion(node=node("sp:quiet"))).apps
    assert one.name == "quiet", "an application that is named is told whatever it is"


def test_a_tenant_that_people_declare_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "evidence" / "declared"
    folder.mkdir(parents=True)
    (folder / "accounts.csv").write_text(f"account,relation\n{VENDOR},own\n", encoding="utf-8")
    world = entra().sp("sister", more=NOT_VERIFIED).grants("sister", "Mail.Read").last_sign_in()
    asked = Asked.of(world, tmp_path)
    assert (asked.app("sister").home.value, asked.app("sister").foreign) == ("foreign", False)
    assert "unverified_publisher" not in asked.verdicts("sister")


def test_the_publisher_is_verified_or_not_or_not_asked_for(tmp_path: Path) -> None:
    world = entra().sp("yes", more=VERIFIED).sp("no", more=NOT_VERIFIED).sp("silent")
    asked = Asked.of(world, tmp_path)
    assert [asked.app(name).publisher.verified for name in ("yes", "no", "silent")] == [YES, NO, UNKNOWN]
    assert (asked.app("yes").publisher.name, asked.app("no").publisher.name) == ("Acme Ltd", "")


def test_an_own_application_has_the_domain_of_its_publisher(tmp_path: Path) -> None:
    world = entra().app("mine")
    world.lists["applications"][0]["publisherDomain"] = "nordlicht.example"
    publisher = Asked.of(world, tmp_path).app("mine").publisher
    assert (publisher.name, publisher.source) == ("nordlicht.example", "publisher domain")


def test_permissions_have_a_class_where_their_names_say_so(tmp_path: Path) -> None:
    world = (
        entra()
        .sp("vendor")
        .sp("own-api", home=TENANT)
        .consent("vendor", "Mail.Read User.Read offline_access Teapot.ReadWrite.All")
        .consent("vendor", "Mail.Read", api="own-api")
        .grants("vendor", "RoleManagement.ReadWrite.Directory")
    )
    app = Asked.of(world, tmp_path).app("vendor")
    told = {(each.api, each.name): (each.impact, each.classified) for each in app.permissions}
    assert told == {
        ("Microsoft Graph", "RoleManagement.ReadWrite.Directory"): ("H1", True),
        ("Microsoft Graph", "Mail.Read"): ("H5", True),
        ("Microsoft Graph", "User.Read"): ("", True),
        ("Microsoft Graph", "offline_access"): ("", True),
        ("Microsoft Graph", "Teapot.ReadWrite.All"): ("", False),
        ("own-api", "Mail.Read"): ("", False),
    }
    assert app.worst == "H1"
    assert app.permissions[0].name == "RoleManagement.ReadWrite.Directory", "worst first"


def test_an_assignment_without_a_role_gives_nothing(tmp_path: Path) -> None:
    world = entra().sp("vendor").grants("vendor", "Mail.Read")
    (row,) = world.lines["servicePrincipals.appRoleAssignments"].popitem()[1]
    nothing = {**row, "id": "none", "appRoleId": "00000000-0000-0000-0000-000000000000"}
    unnamed = {**row, "id": "odd", "appRoleId": permission_id("Never.Heard.Of")}
    world.line("servicePrincipals.appRoleAssignments", row["principalId"], nothing, unnamed)
    app = Asked.of(world, tmp_path).app("vendor")
    told = {each.name: each.classified for each in app.permissions}
    assert told == {"default access": True, permission_id("Never.Heard.Of"): False}


def test_an_agent_has_what_its_blueprint_lets_it_inherit(tmp_path: Path) -> None:
    world = (
        entra()
        .blueprint("helper", inherits=["Microsoft Graph"])
        .grants("helper", "Mail.Read")
        .agent("helper-1", "helper")
        .blueprint("strict")
        .grants("strict", "Mail.Send")
        .agent("strict-1", "strict")
    )
    asked = Asked.of(world, tmp_path)
    (row,) = asked.app("helper-1").permissions
    assert (row.name, row.inherited) == ("Mail.Read", True)
    assert not asked.app("strict-1").permissions, "its blueprint hands nothing down"


def test_consents_are_counted_for_everybody_and_one_by_one(tmp_path: Path) -> None:
    world = entra().sp("wide").consent("wide", "User.Read").sp("narrow").sp("none")
    for name in ("a", "b", "c"):
        world.user(name).consent("narrow", "User.Read Mail.Read" if name == "a" else "User.Read", user=name)
    asked = Asked.of(world, tmp_path)
    wide, narrow, none = (asked.app(name).consents for name in ("wide", "narrow", "none"))
    assert (wide.tenant_wide, wide.users) == (YES, 0)
    assert (narrow.tenant_wide, narrow.users, len(narrow.listed)) == (NO, 3, 3)
    assert (none.tenant_wide, none.any) == (NO, False)
    rows = _permissions(asked.app("narrow"))
    assert (rows["delegated User.Read"].users, rows["delegated Mail.Read"].users) == (3, 1)
    assert rows["delegated User.Read"].grant_count == 3
    snapshot = built(world, tmp_path / "again")
    (cut,) = apps(snapshot, question=AppQuestion(node=node("sp:narrow"), shown=1)).apps
    assert (len(cut.consents.listed), cut.consents.users) == (1, 3)


def test_the_start_of_a_consent_is_what_it_states(tmp_path: Path) -> None:
    world = entra().sp("vendor").consent("vendor", "User.Read").sp("other").consent("other", "User.Read")
    world.lists["oauth2PermissionGrants"][0]["startTime"] = "2024-03-01T00:00:00Z"
    asked = Asked.of(world, tmp_path)
    assert asked.app("vendor").consents.since == "2024-03-01T00:00:00Z"
    assert asked.app("other").consents.since == ""


@pytest.mark.parametrize(
    ("world", "answer"),
    [
        (entra().sp("x").consent("x", "User.Read offline_access"), YES),
        (entra().user("a").sp("x").consent("x", "OFFLINE_ACCESS", user="a"), YES),
        (entra().sp("x").consent("x", "User.Read"), NO),
        (entra().sp("x").without("oauth2PermissionGrants"), UNKNOWN),
    ],
)
def test_offline_access(world: EntraWorldFiles, answer: Answer, tmp_path: Path) -> None:
    assert Asked.of(world, tmp_path).app("x").offline_access is answer


def test_never_signed_in_is_not_the_same_as_not_looked_at(tmp_path: Path) -> None:
    seen = entra().sp("used").sp("unused").last_sign_in("used", last="2026-05-20T00:00:00Z")
    asked = Asked.of(seen, tmp_path / "seen")
    assert [asked.app(name).use.word for name in ("used", "unused")] == ["2026-05-20T00:00:00Z", "never"]
    blind = Asked.of(entra().sp("used"), tmp_path / "blind")
    assert (blind.app("used").use.word, blind.report.counts["use_unknown"]) == ("unknown", 2)


def test_an_agent_that_the_report_does_not_have_may_have_signed_in(tmp_path: Path) -> None:
    world = entra().blueprint("helper").agent("helper-1", "helper").last_sign_in()
    asked = Asked.of(world, tmp_path)
    assert (asked.app("helper-1").use.word, asked.app("helper").use.word) == ("unknown", "never")


def test_the_newer_of_a_sign_in_and_a_refreshed_token_counts(tmp_path: Path) -> None:
    world = entra().sp("vendor").last_sign_in("vendor", last="2026-01-01T00:00:00Z")
    activity = world.lists["reports.servicePrincipalSignInActivities"][0]["lastSignInActivity"]
    activity["lastNonInteractiveSignInDateTime"] = "2026-05-30T00:00:00Z"
    assert Asked.of(world, tmp_path).app("vendor").use.last_at == "2026-05-30T00:00:00Z"


LONG_AGO, LATELY = "2025-06-01T00:00:00Z", "2026-05-20T00:00:00Z"


@pytest.mark.parametrize(
    ("last", "split", "delegated", "application"),
    [
        (LATELY, {}, NO, NO),
        (LONG_AGO, {}, YES, YES),
        (LATELY, {"delegated": LATELY, "application": None}, NO, YES),
        (LATELY, {"delegated": None, "application": LATELY}, YES, NO),
        (LATELY, {"delegated": LONG_AGO, "application": LATELY}, YES, NO),
    ],
)
def test_high_permissions_are_unused_by_the_way_of_signing_in(
    last: str, split: dict[str, str | None], delegated: Answer, application: Answer, tmp_path: Path
) -> None:
    world = entra().sp("x").consent("x", "Files.Read.All User.Read").grants("x", "Mail.Read")
    rows = _permissions(Asked.of(world.last_sign_in("x", last=last, **split), tmp_path).app("x"))
    assert rows["delegated Files.Read.All"].unused is delegated
    assert rows["application Mail.Read"].unused is application
    assert rows["delegated User.Read"].unused is None, "it has no class"


def test_what_was_given_lately_had_no_time_to_be_unused(tmp_path: Path) -> None:
    world = entra().sp("old").grants("old", "Mail.Read").sp("new").grants("new", "Mail.Read").last_sign_in()
    for rows in world.lines["servicePrincipals.appRoleAssignments"].values():
        rows[0]["createdDateTime"] = LATELY if "new" in rows[0]["id"] else LONG_AGO
    asked = Asked.of(world, tmp_path)
    assert [asked.app(name).permissions[0].unused for name in ("old", "new")] == [YES, NO]


def test_the_threshold_is_a_setting(tmp_path: Path) -> None:
    world = entra().sp("x").grants("x", "Mail.Read").last_sign_in("x", last="2026-04-20T00:00:00Z")
    assert "unused" not in Asked.of(world, tmp_path / "default").verdicts("x")
    assert Asked.of(world, tmp_path / "short", Policy(unused_app_days=30)).verdicts("x")["unused"] == "yes"


def test_credentials_of_an_application_count_for_its_identity(tmp_path: Path) -> None:
    world = entra().app("mine", secrets=[secret("new"), secret("old", ends="2026-01-01T00:00:00Z")]).sp("theirs")
    asked = Asked.of(world, tmp_path)
    (row,) = asked.app("mine").credentials
    assert (row.kind, row.active, row.inactive) == ("client_secret", 1, 1)
    assert asked.app("theirs").credentials == ()


def test_the_radius_is_that_of_the_sweep(tmp_path: Path) -> None:
    world = (
        entra()
        .sp("strong")
        .grants("strong", "RoleManagement.ReadWrite.Directory")
        .sp("weak")
        .grants("weak", "Mail.Read")
        .sp("explorer", home=MICROSOFT)
        .consent("explorer", "Mail.Read")
    )
    asked = Asked.of(world, tmp_path)
    strong, weak, explorer = (asked.app(name).radius for name in ("strong", "weak", "explorer"))
    assert strong is not None and weak is not None and explorer is not None
    assert (dict(strong.control), strong.worst_impact) == ({"verified": 1}, "H1")
    assert strong.nearest_control == f"entra:tenant:{TENANT}"
    assert (dict(weak.control), weak.worst_impact, weak.reaches) == ({}, "H5", 1)
    assert (explorer.reaches, explorer.worst_impact) == (1, "H5"), "one search: the sweep leaves Microsoft's own out"
