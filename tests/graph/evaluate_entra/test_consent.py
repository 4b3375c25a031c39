"""Who could consent to what, from Microsoft's page on app consent policies and its near misses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.entra.records import EntraTenantRecords
from collectors.entra.to_records import to_records
from collectors.evidence.reader import read_evidence
from graph.evaluate.entra.consent import Consents, Wanted
from graph.kinds import State
from tests.worlds.entra import TENANT, EntraWorldFiles, app_id, entra, oid, scope_id

YES, NO, OPEN = State.VERIFIED, State.VOID, State.UNVERIFIED
GRAPH_API = oid("sp:Microsoft Graph")
MAIL = Wanted(GRAPH_API, "Mail.Read")
PROFILE = Wanted(GRAPH_API, "User.Read")
GRAPH_ROLE = Wanted(GRAPH_API, "Mail.Read", application=True)
LOW = "microsoft-user-default-low"
LEGACY = "microsoft-user-default-legacy"
NOBODY = {"verifiedPublisher": {"displayName": None, "verifiedPublisherId": None}}
VERIFIED = {"verifiedPublisher": {"displayName": "Vendor", "verifiedPublisherId": "123"}}


def _records(world: EntraWorldFiles, folder: Path) -> EntraTenantRecords:
    (tenant,) = to_records(read_evidence([world.build(folder)])).tenants
    return tenant


def _states(world: EntraWorldFiles, folder: Path, client: str, *wanted: Wanted) -> dict[str, State]:
    records = _records(world, folder)
    principal = next(each for each in records.service_principals if each.id == oid(f"sp:{client}"))
    answer = Consents(records).who_could_consent(principal, wanted)
    return {each.means: each.state for each in answer.consenters}


def _vendor(**more: Any) -> EntraWorldFiles:
    return entra().sp("vendor", more=more).offers("Microsoft Graph", User_Read="User", Mail_Read="User")


def _user_consent(world: EntraWorldFiles, folder: Path, client: str, *wanted: Wanted) -> State:
    return _states(world, folder, client, *wanted).get("user consent", NO)


@pytest.mark.parametrize(
    ("world", "client", "wanted", "state"),
    [
        (_vendor(**VERIFIED).user_consent(LEGACY), "vendor", MAIL, YES),
        (_vendor(**VERIFIED).user_consent(), "vendor", MAIL, NO),
        (_vendor(**VERIFIED), "vendor", MAIL, NO),
        # An app role is never for a user to give.
        (_vendor(**VERIFIED).user_consent(LEGACY), "vendor", GRAPH_ROLE, NO),
        # Its publisher asks for an administrator.
        (
            entra().sp("vendor", more=VERIFIED).offers("Microsoft Graph", Mail_Read="Admin").user_consent(LEGACY),
            "vendor",
            MAIL,
            NO,
        ),
        # Whether it does is not told.
        (entra().sp("vendor", more=VERIFIED).user_consent(LEGACY), "vendor", MAIL, OPEN),
        # No verified publisher, registered elsewhere: risk-based step-up, unless basic or one's own application.
        (_vendor().user_consent(LEGACY), "vendor", MAIL, OPEN),
        (_vendor().user_consent(LEGACY), "vendor", PROFILE, YES),
        (_vendor().user_consent(LEGACY).app("own"), "own", MAIL, YES),
        # Low: verified publisher or registered here, and classified so.
        (_vendor(**VERIFIED).user_consent(LOW).classify("Microsoft Graph", Mail_Read="low"), "vendor", MAIL, YES),
        (_vendor(**VERIFIED).user_consent(LOW).classify("Microsoft Graph", Mail_Read="medium"), "vendor", MAIL, NO),
        (_vendor(**VERIFIED).user_consent(LOW).classify("Microsoft Graph"), "vendor", MAIL, NO),
        (_vendor(**VERIFIED).user_consent(LOW), "vendor", MAIL, OPEN),
        (_vendor(**NOBODY).user_consent(LOW).classify("Microsoft Graph", Mail_Read="low"), "vendor", MAIL, NO),
        # Whether it has a verified publisher was not asked for.
        (_vendor().user_consent(LOW).classify("Microsoft Graph", Mail_Read="low"), "vendor", MAIL, OPEN),
        (_vendor().user_consent(LOW).classify("Microsoft Graph", Mail_Read="low").app("own"), "own", MAIL, YES),
        # Microsoft manages this one; what it says today stands in the evidence alone.
        (_vendor(**VERIFIED).user_consent("microsoft-user-default-recommended"), "vendor", MAIL, OPEN),
    ],
)
def test_what_every_user_may_consent_to(
    tmp_path: Path, world: EntraWorldFiles, client: str, wanted: Wanted, state: State
) -> None:
    assert _user_consent(world, tmp_path, client, wanted) is state


def test_risk_based_step_up_can_be_off(tmp_path: Path) -> None:
    settings = {
        "id": "s",
        "templateId": "dffd5d46-495d-40a9-8e21-954ff55e198a",
        "values": [{"name": "BlockUserConsentForRiskyApps", "value": "False"}],
    }
    world = _vendor().user_consent(LEGACY).add("groupSettings", settings)
    assert _user_consent(world, tmp_path, "vendor", MAIL) is YES


_DELEGATED = {"permissionType": "delegated"}


@pytest.mark.parametrize(
    ("includes", "excludes", "state"),
    [
        ([_DELEGATED], [], YES),
        ([_DELEGATED], [{"permissionType": "delegated", "permissions": [scope_id("Mail.Read")]}], NO),
        ([_DELEGATED], [{"permissionType": "delegated", "permissions": [scope_id("User.Read")]}], YES),
        ([_DELEGATED | {"permissions": [scope_id("Mail.Read")]}], [], YES),
        ([_DELEGATED | {"permissions": [scope_id("User.Read")]}], [], NO),
        ([_DELEGATED | {"clientApplicationIds": [app_id("vendor")]}], [], YES),
        ([_DELEGATED | {"clientApplicationIds": [app_id("other")]}], [], NO),
        ([_DELEGATED | {"clientApplicationTenantIds": [TENANT]}], [], NO),
        ([_DELEGATED | {"clientApplicationPublisherIds": ["123"]}], [], YES),
        ([_DELEGATED | {"clientApplicationPublisherIds": ["124"]}], [], NO),
        ([_DELEGATED | {"resourceApplication": "00000003-0000-0000-c000-000000000000"}], [], YES),
        ([_DELEGATED | {"resourceApplication": app_id("api")}], [], NO),
        ([{"permissionType": "application"}], [], NO),
        ([_DELEGATED | {"certifiedClientApplicationsOnly": True}], [], OPEN),
        ([_DELEGATED | {"certifiedClientApplicationsOnly": False}], [], YES),
        ([], [], NO),
    ],
)
def test_conditions_of_a_policy(tmp_path: Path, includes: list[Any], excludes: list[Any], state: State) -> None:
    world = _vendor(**VERIFIED).consent_policy("mine", includes, excludes).user_consent("mine")
    assert _user_consent(world, tmp_path, "vendor", MAIL) is state


def test_the_setting_as_the_beta_version_has_it(tmp_path: Path) -> None:
    world = _vendor(**VERIFIED)
    world.singles["policies.authorizationPolicy"] = {
        "value": [
            {
                "id": "authorizationPolicy",
                "permissionGrantPolicyIdsAssignedToDefaultUserRole": [f"ManagePermissionGrantsForSelf.{LEGACY}"],
            }
        ]
    }
    assert _user_consent(world, tmp_path, "vendor", MAIL) is YES


def _as(role: str, **more: Any) -> EntraWorldFiles:
    return _vendor().user("alice").role("alice", role, **more).sp("API", roles=["Things.Read"]).user_consent()


@pytest.mark.parametrize(
    ("world", "wanted", "states"),
    [
        (_as("Global Administrator"), GRAPH_ROLE, {"Global Administrator": YES}),
        (_as("Privileged Role Administrator"), GRAPH_ROLE, {"Privileged Role Administrator": YES}),
        (_as("Application Administrator"), MAIL, {"Application Administrator": YES}),
        (_as("Cloud Application Administrator"), MAIL, {"Cloud Application Administrator": YES}),
        (_as("Application Administrator"), GRAPH_ROLE, {}),
        (
            _as("Application Administrator"),
            Wanted(oid("sp:API"), "Things.Read", application=True),
            {"Application Administrator": YES},
        ),
        (_as("User Administrator"), MAIL, {"User Administrator": YES}),
        (_as("User Administrator"), GRAPH_ROLE, {}),
        (_as("Directory Writers"), MAIL, {"Directory Writers": YES}),
        (_as("Groups Administrator"), MAIL, {}),
        # Which API it is was not collected: it may be Microsoft Graph.
        (
            _as("Application Administrator"),
            Wanted(oid("sp:gone"), "x", application=True),
            {"Application Administrator": OPEN},
        ),
        (_as("Global Administrator"), Wanted(oid("sp:gone"), "x", application=True), {"Global Administrator": YES}),
        (_as("Global Administrator", scope="/administrativeUnits/x"), MAIL, {}),
    ],
)
def test_roles_that_consent_for_everybody(
    tmp_path: Path, world: EntraWorldFiles, wanted: Wanted, states: dict[str, State]
) -> None:
    assert _states(world, tmp_path, "vendor", wanted) == states


def test_who_holds_a_means(tmp_path: Path) -> None:
    world = _vendor().user("alice").user("bob", enabled=False).group("ops").user_consent()
    world.role("alice", "Privileged Role Administrator", eligible=True).activation(
        "Privileged Role Administrator", mfa=True
    )
    world.role("bob", "Global Administrator").role("group:ops", "Global Administrator")
    records = _records(world, tmp_path)
    vendor = next(each for each in records.service_principals if each.name == "vendor")
    answer = Consents(records).who_could_consent(vendor, [MAIL])
    held = {holder.principal: holder for each in answer.consenters for holder in each.holders}
    keys = {who: {atom.key for clause in holder.conditions for atom in clause} for who, holder in held.items()}
    assert keys == {
        oid("alice"): {"entra:activation", "entra:mfa"},
        oid("bob"): {"entra:enabled"},
        oid("group:ops"): set(),
    }
    assert all(holder.grants for holder in held.values())
    assert answer.unknown == ()


def _custom(*actions: str) -> EntraWorldFiles:
    world = _vendor(**VERIFIED).user("alice").custom_role("Consents", *actions).role("alice", "Consents").user_consent()
    return world.consent_policy("mine", [_DELEGATED])


@pytest.mark.parametrize(
    ("action", "wanted", "states"),
    [
        ("managePermissionGrantsForAll.mine", MAIL, {"Consents": YES}),
        ("managePermissionGrantsForAll.mine", GRAPH_ROLE, {}),
        ("managePermissionGrantsForAll.gone", MAIL, {"Consents": OPEN}),
        ("managePermissionGrantsForAll.microsoft-company-admin", GRAPH_ROLE, {"Consents": YES}),
        ("managePermissionGrantsForAll.microsoft-application-admin", GRAPH_ROLE, {}),
        ("managePermissionGrantsForSelf.mine", MAIL, {"Consents": YES}),
        ("managePermissionGrantsForSelf.microsoft-company-admin", GRAPH_ROLE, {}),
        ("standard/read", MAIL, {}),
        ("../oAuth2PermissionGrants/create", MAIL, {"Consents": YES}),
        ("../oAuth2PermissionGrants/create", GRAPH_ROLE, {}),
    ],
)
def test_custom_roles(tmp_path: Path, action: str, wanted: Wanted, states: dict[str, State]) -> None:
    named = f"microsoft.directory/servicePrincipals/{action}".replace("servicePrincipals/../", "")
    assert _states(_custom(named), tmp_path, "vendor", wanted) == states


@pytest.mark.parametrize(
    ("permission", "wanted", "fires"),
    [
        ("AppRoleAssignment.ReadWrite.All", GRAPH_ROLE, True),
        ("AppRoleAssignment.ReadWrite.All", MAIL, False),
        ("DelegatedPermissionGrant.ReadWrite.All", MAIL, True),
        ("DelegatedPermissionGrant.ReadWrite.All", GRAPH_ROLE, False),
        ("Application.ReadWrite.All", Wanted(oid("sp:API"), "Things.Read", application=True), True),
        ("Application.ReadWrite.All", GRAPH_ROLE, False),
        ("Application.Read.All", GRAPH_ROLE, False),
    ],
)
def test_permissions_that_write_grants(tmp_path: Path, permission: str, wanted: Wanted, fires: bool) -> None:
    world = _vendor().sp("API", roles=["Things.Read"]).app("ci").grants("ci", permission).user_consent()
    assert _states(world, tmp_path, "vendor", wanted) == ({permission: YES} if fires else {})


def test_a_role_of_the_same_name_of_another_api_grants_nothing(tmp_path: Path) -> None:
    world = _vendor().sp("API").app("ci").grants("ci", "AppRoleAssignment.ReadWrite.All", api="API").user_consent()
    assert _states(world, tmp_path, "vendor", GRAPH_ROLE) == {}


def test_the_owner_of_an_api_grants_its_app_roles_alone(tmp_path: Path) -> None:
    world = _vendor().user("alice").sp("API", roles=["Things.Read"], owners=["alice"]).user_consent()
    things = Wanted(oid("sp:API"), "Things.Read", application=True)
    assert _states(world, tmp_path, "vendor", things) == {"owner of the API": YES}
    assert _states(world, tmp_path, "vendor", things, GRAPH_ROLE) == {"owner of the API": NO}
    assert _states(world, tmp_path, "vendor", Wanted(oid("sp:API"), "Things.Read")) == {}


def test_group_owners_and_what_was_not_looked_at(tmp_path: Path) -> None:
    world = _vendor().user_consent(
        "ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team"
    )
    records = _records(world, tmp_path / "one")
    vendor = next(each for each in records.service_principals if each.name == "vendor")
    answer = Consents(records).who_could_consent(vendor, [MAIL])
    assert (answer.consenters, answer.group_owners, answer.unknown) == ((), True, ())
    bare = _records(_vendor().without("roleManagement.directory.roleAssignments"), tmp_path / "two")
    answer = Consents(bare).who_could_consent(vendor, [MAIL])
    assert answer.group_owners is None
    assert answer.unknown == ("policies.authorizationPolicy", "roleManagement.directory.roleAssignments")
