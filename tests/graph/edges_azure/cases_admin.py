"""Cases: ways to full control of a subscription, a management group, all of Azure."""

from __future__ import annotations

from graph.kinds import State
from tests.graph.edges_azure.technique_case import Case, fires, silent
from tests.worlds.azure import AzureWorldFiles, azure
from tests.worlds.entra import entra, oid

__all__ = ["cases"]

ACTIVATION, MFA, APPROVAL, NOW = "entra:activation", "entra:mfa", "entra:approval", "nhi:currenttime"
ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
OWNER, UAA = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
RBAC_ADMIN, BACKUP = "f58310d9-a9f6-439a-9e8d-f62e7b41a168", "5e467623-bb1f-42f4-a55d-6e525e11384b"
DELEGATE = "Role Based Access Control Administrator"


def _world() -> AzureWorldFiles:
    return azure().management_group("corp").subscription("prod", parent="corp").subscription("lab")


def _as(role: str, scope: str = "sub:prod", who: str = "alice", **more: object) -> AzureWorldFiles:
    return _world().role_assignment(who, role, scope=scope, **more)  # type: ignore[arg-type]


def _custom(*actions: str, scope: str = "sub:prod") -> AzureWorldFiles:
    return _world().custom_role("c", *actions).role_assignment("alice", "c", scope=scope)


def _limited(test: str) -> str:
    return f"((!(ActionMatches{{'{ASSIGNMENTS}/write'}})) OR ({test}))"


def _roles(operator: str, *guids: str) -> str:
    return _limited(f"@Request[{ASSIGNMENTS}:RoleDefinitionId] {operator} {{{', '.join(guids)}}}")


def cases() -> list[Case]:
    """Return the cases."""
    return [*_assignments(), *_conditions(), *_definitions(), *_requests(), *_elevate()]


def _assignments() -> list[Case]:
    technique = "azure-role-assignments-write"
    prod = "admin:sub:prod"
    return [
        fires(technique, "User Access Administrator", _as("User Access Administrator"), "alice", prod, grants=1),
        fires(technique, "Role Based Access Control Administrator", _as(DELEGATE), "alice", prod),
        fires(technique, "a custom role", _custom(f"{ASSIGNMENTS}/write"), "alice", prod),
        fires(technique, "a custom role with a wildcard", _custom("Microsoft.Authorization/*"), "alice", prod),
        fires(
            technique,
            "at a management group",
            _as("User Access Administrator", "mg:corp"),
            "alice",
            "admin:mg:corp",
        ),
        fires(technique, "at the root", _as("User Access Administrator", "root"), "alice", "admin:root"),
        fires(technique, "a service principal", _as(DELEGATE, who="sp:ci"), "sp:ci", prod),
        fires(technique, "a group", _as(DELEGATE, who="group:ops"), "group:ops", prod),
        fires(technique, "eligible", _as(DELEGATE, eligible=True), "alice", prod, keys={ACTIVATION}),
        fires(
            technique,
            "eligible with a second factor and approval",
            _as(DELEGATE, eligible=True).activation(DELEGATE, scope="sub:prod", mfa=True, approvers=["boss"]),
            "alice",
            prod,
            keys={ACTIVATION, MFA, APPROVAL},
        ),
        fires(
            technique,
            "activated for a time",
            _as(DELEGATE, activated=True, until="2027-07-01T00:00:00Z"),
            "alice",
            prod,
            keys={NOW},
        ),
        silent(technique, "Contributor", _as("Contributor"), "alice", prod),
        silent(technique, "Reader", _as("Reader"), "alice", prod),
        silent(
            technique,
            "a custom role whose NotActions take it out",
            _world()
            .custom_role("c", "Microsoft.Authorization/*", not_actions=["Microsoft.Authorization/*/Write"])
            .role_assignment("alice", "c", scope="sub:prod"),
            "alice",
            prod,
        ),
        silent(
            technique,
            "a resource group",
            _world().vm("web").role_assignment("alice", DELEGATE, scope="rg:rg"),
            "alice",
            "admin:sub:lab",
        ),
        silent(technique, "another subscription", _as(DELEGATE, "sub:lab"), "alice", prod),
        silent(technique, "deleting assignments alone", _custom(f"{ASSIGNMENTS}/delete"), "alice", prod),
        silent(
            technique,
            "a deny assignment",
            _as(DELEGATE).deny("stack", "*/write", scope="sub:prod"),
            "alice",
            prod,
        ),
        fires(
            technique,
            "a deny assignment that spares the holder",
            _as(DELEGATE).deny("stack", "*/write", scope="sub:prod", excluded=["alice"]),
            "alice",
            prod,
        ),
        fires(
            technique,
            "a deny assignment that spares a member of the group",
            _as(DELEGATE, who="group:ops").deny("stack", "*/write", scope="sub:prod", excluded=["alice"]),
            "alice",
            prod,
            grants=2,
            people=entra().user("alice").group("ops", "alice"),
        ),
        silent(
            technique,
            "a deny assignment for the group itself",
            _as(DELEGATE, who="group:ops").deny("stack", "*/write", scope="sub:prod", excluded=["alice"]),
            "group:ops",
            prod,
            people=entra().user("alice").group("ops", "alice"),
        ),
        fires(
            technique,
            "a disabled subscription",
            azure().subscription("old", state="Disabled").role_assignment("alice", DELEGATE, scope="sub:old"),
            "alice",
            "admin:sub:old",
            keys={"azure:subscription-enabled"},
        ),
    ]


def _conditions() -> list[Case]:
    write, limited = "azure-role-assignments-write", "azure-role-assignments-condition"
    prod = "admin:sub:prod"
    anybody = _world().custom_role("all", "*")
    users = _limited(f"@Request[{ASSIGNMENTS}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {{'User'}}")
    only = _limited(f"@Request[{ASSIGNMENTS}:PrincipalId] ForAnyOfAnyValues:GuidEquals {{{oid('group:ops')}}}")
    return [
        silent(
            write,
            "a condition that lists another role",
            _as(DELEGATE, condition=_roles("ForAnyOfAnyValues:GuidEquals", BACKUP)),
            "alice",
            prod,
        ),
        fires(
            write,
            "a condition that lists Owner",
            _as(DELEGATE, condition=_roles("ForAnyOfAnyValues:GuidEquals", BACKUP, OWNER)),
            "alice",
            prod,
        ),
        silent(
            write,
            "all roles but privileged ones",
            _as(DELEGATE, condition=_roles("ForAnyOfAllValues:GuidNotEquals", OWNER, UAA, RBAC_ADMIN)),
            "alice",
            prod,
        ),
        fires(write, "users alone, and the holder is one", _as(DELEGATE, condition=users), "alice", prod),
        silent(
            write, "users alone, and the holder is none", _as(DELEGATE, who="sp:ci", condition=users), "sp:ci", prod
        ),
        fires(
            write,
            "one group, and the holder is in it",
            _as(DELEGATE, condition=only),
            "alice",
            prod,
            people=entra().user("alice").group("ops", "alice"),
        ),
        silent(
            write,
            "one group, and the holder is not in it",
            _as(DELEGATE, condition=only),
            "alice",
            prod,
            people=entra().user("alice").group("ops"),
        ),
        fires(
            write,
            "a condition that is not understood",
            _as(DELEGATE, condition="whatever"),
            "alice",
            prod,
            keys={"azure:condition"},
        ),
        fires(
            limited,
            "all roles but privileged ones, and a custom role that assigns",
            anybody.role_assignment(
                "alice",
                DELEGATE,
                scope="sub:prod",
                condition=_roles("ForAnyOfAllValues:GuidNotEquals", OWNER, UAA, RBAC_ADMIN),
            ),
            "alice",
            prod,
        ),
        silent(
            limited,
            "all roles but privileged ones, and a custom role for another subscription",
            _world()
            .custom_role("all", "*", scopes=["sub:lab"])
            .role_assignment(
                "alice",
                DELEGATE,
                scope="sub:prod",
                condition=_roles("ForAnyOfAllValues:GuidNotEquals", OWNER, UAA, RBAC_ADMIN),
            ),
            "alice",
            prod,
        ),
        fires(
            limited,
            "the list leaves out Owner and has User Access Administrator",
            _as(DELEGATE, condition=_roles("ForAnyOfAnyValues:GuidEquals", UAA)),
            "alice",
            prod,
        ),
        silent(
            limited,
            "all roles but privileged ones",
            _as(DELEGATE, condition=_roles("ForAnyOfAllValues:GuidNotEquals", OWNER, UAA, RBAC_ADMIN)),
            "alice",
            prod,
        ),
        silent(
            limited,
            "a custom role that assigns, which cannot be assigned there",
            _world()
            .custom_role("all", "*", scopes=["sub:lab"])
            .role_assignment(
                "alice",
                DELEGATE,
                scope="sub:prod",
                condition=_roles("ForAnyOfAllValues:GuidNotEquals", OWNER, UAA, RBAC_ADMIN),
            ),
            "alice",
            prod,
        ),
        silent(
            limited,
            "the list has harmless roles",
            _as(DELEGATE, condition=_roles("ForAnyOfAnyValues:GuidEquals", BACKUP)),
            "alice",
            prod,
        ),
        silent(
            limited,
            "a built-in role with a condition of its own",
            _as("Virtual Machine Data Access Administrator (preview)"),
            "alice",
            prod,
        ),
    ]


def _definitions() -> list[Case]:
    technique = "azure-role-definitions-write"
    write = "Microsoft.Authorization/roleDefinitions/write"
    prod = "admin:sub:prod"
    own = _world().custom_role("c", write, scopes=["sub:prod"]).role_assignment("alice", "c", scope="sub:prod")
    return [
        fires(technique, "a custom role that can rewrite itself", own, "alice", prod, grants=1),
        fires(
            technique,
            "one role rewrites another",
            _world()
            .custom_role("edit", write)
            .custom_role("held", "Microsoft.Compute/*/read", scopes=["sub:prod"])
            .role_assignment("alice", "edit", scope="sub:prod")
            .role_assignment("alice", "held", scope="sub:prod"),
            "alice",
            prod,
            grants=2,
        ),
        silent(
            technique,
            "the role can be assigned where it may not write",
            _world()
            .custom_role("edit", write)
            .custom_role("held", "Microsoft.Compute/*/read", scopes=["sub:prod", "sub:lab"])
            .role_assignment("alice", "edit", scope="sub:prod")
            .role_assignment("alice", "held", scope="sub:prod"),
            "alice",
            prod,
        ),
        silent(
            technique,
            "no custom role held",
            _world()
            .custom_role("edit", write)
            .role_assignment("group:x", "edit", scope="sub:prod")
            .role_assignment("alice", "Reader", scope="sub:prod"),
            "alice",
            prod,
        ),
        silent(
            technique,
            "a custom role without the right",
            _world().custom_role("c", "*/read").role_assignment("alice", "c", scope="sub:prod"),
            "alice",
            prod,
        ),
    ]


def _requests() -> list[Case]:
    found = []
    for technique, action in (
        ("azure-role-assignment-request", "Microsoft.Authorization/roleAssignmentScheduleRequests/write"),
        ("azure-role-eligibility-request", "Microsoft.Authorization/roleEligibilityScheduleRequests/write"),
    ):
        found += [
            fires(technique, "a custom role", _custom(action), "alice", "admin:sub:prod", state=State.UNVERIFIED),
            silent(technique, "Contributor", _as("Contributor"), "alice", "admin:sub:prod"),
        ]
    return found


def _elevate() -> list[Case]:
    technique = "azure-elevate-access"
    return [
        fires(technique, "a tenant with a subscription", _world(), "tenant", "admin:root"),
        silent(technique, "not into a subscription at once", _world(), "tenant", "admin:sub:prod"),
    ]
