"""Who could consent to what an application has: users, roles, permissions; and what is not known of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.analytics.third_party.worlds import NOT_VERIFIED, VERIFIED, Asked
from tests.worlds.entra import TENANT, EntraWorldFiles, entra

LEGACY, LOW = "microsoft-user-default-legacy", "microsoft-user-default-low"


def _world(more: dict[str, Any], home: str = TENANT, **offered: str) -> EntraWorldFiles:
    scopes = offered or {"User_Read": "User", "Mail_Read": "User"}
    return entra().user("alice").sp("x", home=home, more=more).offers("Microsoft Graph", **scopes)


@pytest.mark.parametrize(
    ("world", "answer"),
    [
        (_world(VERIFIED).consent("x", "User.Read Mail.Read").user_consent(LEGACY), "yes"),
        (_world(VERIFIED).consent("x", "User.Read").user_consent(), "no"),
        (_world(VERIFIED).consent("x", "User.Read"), "unknown"),
        (_world(VERIFIED, Mail_Read="Admin").consent("x", "Mail.Read").user_consent(LEGACY), "no"),
        (_world(VERIFIED).consent("x", "Unheard.Of").user_consent(LEGACY), "unknown"),
        (_world(VERIFIED).grants("x", "Mail.Read").user_consent(LEGACY), None),
        # One refused among others is no.
        (
            _world(VERIFIED, User_Read="User", Mail_Read="Admin")
            .consent("x", "User.Read Mail.Read")
            .user_consent(LEGACY),
            "no",
        ),
    ],
)
def test_whether_users_could(world: EntraWorldFiles, answer: str | None, tmp_path: Path) -> None:
    users = Asked.of(world, tmp_path).app("x").could.users
    assert (users.value if users else None) == answer


@pytest.mark.parametrize(
    ("more", "answer"), [(VERIFIED, "yes"), (NOT_VERIFIED, "no"), ({}, "unknown")], ids=["verified", "not", "not asked"]
)
def test_a_policy_that_hangs_on_the_publisher(more: dict[str, Any], answer: str, tmp_path: Path) -> None:
    world = _world(more, home="bbbbbbbb-0000-4000-8000-000000000002").consent("x", "User.Read").user_consent(LOW)
    could = Asked.of(world.classify("Microsoft Graph", User_Read="low"), tmp_path).app("x").could
    assert could.users is not None
    assert could.users.value == answer


def test_permissions_that_were_not_looked_at_leave_it_open(tmp_path: Path) -> None:
    world = _world(VERIFIED).grants("x", "Mail.Read").user_consent(LEGACY)
    assert Asked.of(world, tmp_path / "seen").app("x").could.users is None
    could = Asked.of(world.without("oauth2PermissionGrants"), tmp_path / "blind").app("x").could
    assert could.users is not None
    assert could.users.value == "unknown"


def test_administrators_who_could(tmp_path: Path) -> None:
    world = (
        _world(VERIFIED)
        .user("carla")
        .user("gaby")
        .role("alice", "Cloud Application Administrator")
        .role("carla", "Privileged Role Administrator", eligible=True)
        .role("gaby", "Global Reader")
        .sp("delegated", home=TENANT)
        .consent("delegated", "User.Read")
        .sp("roles", home=TENANT)
        .grants("roles", "Mail.Read")
    )
    asked = Asked.of(world, tmp_path)
    delegated = {each.means: (each.holders, each.conditional) for each in asked.app("delegated").could.means}
    assert delegated == {"Cloud Application Administrator": (1, 0), "Privileged Role Administrator": (0, 1)}
    roles = {each.means: each.names for each in asked.app("roles").could.means}
    assert roles == {"Privileged Role Administrator": ("carla@nordlicht.example",)}, (
        "Graph's app roles are not for others"
    )


def test_roles_that_were_not_looked_at_could_add(tmp_path: Path) -> None:
    world = _world(VERIFIED).consent("x", "User.Read").user_consent(LEGACY)
    seen = Asked.of(world, tmp_path / "seen").app("x").could
    assert seen.missing == ()
    blind = Asked.of(world.without("roleManagement.directory.roleAssignments"), tmp_path / "blind").app("x").could
    assert blind.missing == ("roleManagement.directory.roleAssignments",)


def test_who_may_consent_to_what_in_a_tenant(tmp_path: Path) -> None:
    world = (
        entra()
        .user("alice")
        .user("carla")
        .user("gaby")
        .role("alice", "Application Administrator")
        .role("carla", "Global Administrator", eligible=True)
        .role("gaby", "Global Reader")
        .app("grantor")
        .grants("grantor", "DelegatedPermissionGrant.ReadWrite.All")
        .app("reader")
        .grants("reader", "DelegatedPermissionGrant.Read.All")
        .user_consent(LOW)
    )
    (tenant,) = Asked.of(world, tmp_path).report.tenants
    assert (tenant.name, tenant.user_policies, tenant.missing) == ("Nordlicht", (LOW,), ())
    told = {each.means: (each.delegated.value, each.application.value, each.holders) for each in tenant.means}
    assert told == {
        "Application Administrator": ("yes", "no", 1),
        "Global Administrator": ("yes", "yes", 0),
        "DelegatedPermissionGrant.ReadWrite.All": ("yes", "no", 1),
    }
    assert next(each.conditional for each in tenant.means if each.means == "Global Administrator") == 1


@pytest.mark.parametrize(("world", "policies"), [(entra().user_consent(), ()), (entra(), None)])
def test_consent_of_users_that_is_off_or_was_not_looked_at(
    world: EntraWorldFiles, policies: tuple[str, ...] | None, tmp_path: Path
) -> None:
    (tenant,) = Asked.of(world, tmp_path).report.tenants
    assert tenant.user_policies == policies
    assert ("policies.authorizationPolicy" in tenant.missing) is (policies is None)
