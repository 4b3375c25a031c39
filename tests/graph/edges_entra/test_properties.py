"""Who can become Global Administrator, against a plain search over the same random tenants."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.kinds import State
from tests.graph.edges_entra.technique_case import look
from tests.worlds.entra import ADMIN, EntraWorldFiles, entra, node

USERS, APPS, GROUPS = ("u0", "u1", "u2", "u3"), ("a0", "a1", "a2"), ("g0", "g1", "g2")
ROLES = (
    "Privileged Role Administrator",
    "Application Administrator",
    "Privileged Authentication Administrator",
    "Authentication Administrator",
    "Groups Administrator",
    "Directory Readers",
)
PERMISSIONS = (
    "RoleManagement.ReadWrite.Directory",
    "Application.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "User.Read.All",
)
PRINCIPALS = (*USERS, *(f"sp:{app}" for app in APPS))


class Tenant:
    """A random tenant as plain sets."""

    def __init__(self, draw: st.DrawFn) -> None:
        some = lambda items, most: draw(st.lists(st.sampled_from(items), max_size=most, unique=True))  # noqa: E731
        self.assignable = set(some(GROUPS, 2))
        self.locked = set(some(APPS, 2))
        self.app_owners = {app: set(some(USERS, 1)) for app in APPS}
        self.sp_owners = {app: set(some(USERS, 1)) for app in APPS}
        self.members = {
            group: set(some((*PRINCIPALS, *(f"group:{g}" for g in GROUPS if g != group)), 2)) for group in GROUPS
        }
        self.owners = {group: set(some(USERS, 1)) for group in GROUPS}
        holders = (*PRINCIPALS, *(f"group:{group}" for group in sorted(self.assignable)))
        self.roles = {holder: set(some(ROLES, 1)) for holder in some(holders, 4)}
        self.permissions = {app: set(some(PERMISSIONS, 1)) for app in APPS}

    def world(self) -> EntraWorldFiles:
        world = entra()
        for user in USERS:
            world.user(user)
        for app in APPS:
            lock = {"isEnabled": True, "allProperties": True} if app in self.locked else None
            world.app(app, owners=sorted(self.app_owners[app]), sp_owners=sorted(self.sp_owners[app]), lock=lock)
            world.grants(app, *sorted(self.permissions[app]))
        for group in GROUPS:
            assignable = group in self.assignable
            world.group(
                group, *sorted(self.members[group]), owners=sorted(self.owners[group]), role_assignable=assignable
            )
        for holder, roles in self.roles.items():
            for role in sorted(roles):
                world.role(holder, role)
        return world

    def _of_group(self, user: str, roles: set[str]) -> bool:
        """Return whether a user may be reset by Authentication Administrator."""
        held = set(self.roles.get(user, ()))
        for group in self.assignable:
            if user in self.members[group] or user in self.owners[group]:
                return False
        return held <= roles

    def steps(self, at: str) -> Iterator[str]:
        """Yield what the holder of one identity or group takes next."""
        held = set(self.roles.get(at, ())) | (self.permissions[at[3:]] if at.startswith("sp:") else set())
        if held & {"Privileged Role Administrator", "RoleManagement.ReadWrite.Directory"}:
            yield "admin"
        for group in GROUPS:
            nested = at.startswith("group:") and group in self.assignable
            if at in self.members[group] and not nested:
                yield f"group:{group}"
            if at in self.owners[group]:
                yield f"group:{group}"
            if held & {"Groups Administrator", "GroupMember.ReadWrite.All"} and group not in self.assignable:
                yield f"group:{group}"
        for app in APPS:
            everything = held & {"Application Administrator", "Application.ReadWrite.All"}
            if everything or at in self.app_owners[app] or (at in self.sp_owners[app] and app not in self.locked):
                yield f"sp:{app}"
        for user in USERS:
            lesser = {"Authentication Administrator", "Directory Readers"}
            resets = "Authentication Administrator" in held and self._of_group(user, lesser)
            if resets or "Privileged Authentication Administrator" in held:
                yield user

    def reaches_admin(self, start: str) -> bool:
        seen, queue = {start}, [start]
        while queue:
            for step in self.steps(queue.pop()):
                if step == "admin":
                    return True
                if step not in seen:
                    seen.add(step)
                    queue.append(step)
        return False


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.composite(Tenant)())
def test_who_becomes_administrator(tenant: Tenant) -> None:
    with tempfile.TemporaryDirectory() as folder:
        view = look(tenant.world(), Path(folder))
    onward: dict[str, set[str]] = {}
    for hop in view.all_hops:
        if hop.state is State.VERIFIED:
            onward.setdefault(hop.source, set()).add(hop.target)
    for principal in PRINCIPALS:
        seen, queue = {node(principal)}, [node(principal)]
        while queue:
            for target in onward.get(queue.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    queue.append(target)
        assert (ADMIN in seen) is tenant.reaches_admin(principal), principal


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.composite(Tenant)())
def test_a_lock_or_a_removed_grant_opens_nothing_on_applications(tenant: Tenant) -> None:
    def pairs() -> set[tuple[str, str]]:
        with tempfile.TemporaryDirectory() as folder:
            return {(hop.source, hop.target) for hop in look(tenant.world(), Path(folder)).all_hops}

    before = pairs()
    tenant.locked = set(APPS)
    tenant.permissions = {app: set() for app in APPS}
    assert pairs() <= before
