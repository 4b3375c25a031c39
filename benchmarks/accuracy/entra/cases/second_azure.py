"""Cases of the second batch for Azure, written after the repairs that the first one led to.

Input: none (data only). Output: ``CASES``. Not handled: Entra alone (``second_entra``).

Held out less strictly than the first batch: by then their author had read parts of the evaluator.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_NOW, NOT_SURE, OPEN, Case, Claim, gated, no, some, yes
from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import Tenant

__all__ = ["CASES"]

_RBAC: Final = LEARN + "azure/role-based-access-control/"
_DENY: Final = _RBAC + "deny-assignments"
_NOT: Final = _RBAC + "role-definitions#notactions"
_SCOPES: Final = _RBAC + "scope-overview"
_VM: Final = "Microsoft.Compute/virtualMachines/"
_WRITE: Final = "Microsoft.Authorization/roleAssignments/write"
_KIND: Final = "@Request[Microsoft.Authorization/roleAssignments:PrincipalType]"
_USERS: Final = f"((!(ActionMatches{{'{_WRITE}'}})) OR ({_KIND} ForAnyOfAnyValues:StringEqualsIgnoreCase {{'User'}}))"


def _people(*names: str) -> Scope:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return Scope(tenant).subscription("main")


def _case(name: str, why: str, source: str, scope: Scope, *claims: Claim) -> Case:
    return Case(name, why, source, scope.tenant, claims, scope)


def _with(scope: Scope, identity: str, permission: str) -> Scope:
    scope.tenant.grant(identity, permission)
    return scope


def _eligible() -> Scope:
    tenant = Tenant().user("ann").user("bob").group("owners", assignable=True).eligible_member("ann", "owners")
    return Scope(tenant).subscription("main").assign("owners", "Owner")


def _excluded() -> Scope:
    tenant = Tenant().user("ann").user("bob").group("inner", "ann").group("trusted", "inner")
    scope = Scope(tenant).subscription("main").assign("ann", "Owner").assign("bob", "Owner")
    return scope.deny("guard", "*", not_actions=("*/read",), but=("trusted",))


CASES: Final[tuple[Case, ...]] = (
    _case(
        "azure-second/assigns-roles-where-the-machine-is",
        "Who assigns roles at a resource group gives himself what runs code there, and becomes its identity.",
        _RBAC + "built-in-roles/privileged#role-based-access-control-administrator",
        _people("ann", "bob")
        .machine("web", runs="web-id")
        .assign("web-id", "Owner")
        .assign("ann", "Role Based Access Control Administrator", "rg:main/app")
        .assign("bob", "Role Based Access Control Administrator", "rg:main/other"),
        some(EITHER, "ann", "web-id"),
        some(EITHER, "ann", "sub:main"),
        no("bob", "web-id"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-second/two-machines",
        "The identity of one machine manages another, whose identity owns the subscription.",
        LEARN + "entra/identity/managed-identities-azure-resources/overview",
        _people("ann", "bob")
        .machine("outer", runs="outer-id", at="rg:main/app")
        .machine("inner", runs="inner-id", at="rg:main/core")
        .assign("ann", "Virtual Machine Contributor", "rg:main/app")
        .assign("outer-id", "Virtual Machine Contributor", "rg:main/core")
        .assign("inner-id", "Owner")
        .assign("bob", "Reader"),
        yes("ann", "outer-id"),
        yes("ann", "inner-id"),
        yes("ann", "sub:main"),
        no("bob", "outer-id"),
    ),
    _case(
        "azure-second/two-machines-and-a-deny",
        "A deny assignment on the second group ends the way.",
        _DENY,
        _people("ann")
        .machine("outer", runs="outer-id", at="rg:main/app")
        .machine("inner", runs="inner-id", at="rg:main/core")
        .assign("ann", "Virtual Machine Contributor", "rg:main/app")
        .assign("outer-id", "Virtual Machine Contributor", "rg:main/core")
        .assign("inner-id", "Owner")
        .deny("guard", "Microsoft.Compute/*", not_actions=("*/read",), at="rg:main/core"),
        yes("ann", "outer-id"),
        no("ann", "inner-id"),
        no("ann", "sub:main"),
    ),
    _case(
        "azure-second/to-the-tenant-and-back",
        "A machine whose identity grants app roles administrates the tenant, and a Global Administrator elevates.",
        _RBAC + "elevate-access-global-admin",
        _with(
            _people("ann", "bob")
            .machine("web", runs="web-id")
            .assign("ann", "Virtual Machine Contributor", "at:web")
            .assign("bob", "Reader"),
            "web-id",
            "AppRoleAssignment.ReadWrite.All",
        ),
        yes("ann", "admin"),
        some(OPEN, "ann", "sub:main"),
        no("bob", "admin"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-second/eligible-member-of-the-owning-group",
        "Membership that is eligible waits for its activation in Azure as well.",
        LEARN + "entra/id-governance/privileged-identity-management/concept-pim-for-groups",
        _eligible(),
        gated("ann", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-second/deny-excludes-a-group",
        "Principals that a deny assignment excludes may be groups; members of theirs are excluded.",
        _DENY,
        _excluded(),
        some(OPEN, "ann", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-second/deny-of-one-person",
        "A deny assignment for one person leaves others alone.",
        _DENY,
        _people("ann", "bob")
        .assign("ann", "Owner")
        .assign("bob", "Owner")
        .deny("guard", "*", not_actions=("*/read",), who=("ann",)),
        no("ann", "sub:main"),
        yes("bob", "sub:main"),
    ),
    _case(
        "azure-second/deny-of-data-alone",
        "A deny assignment of data actions leaves the assignment of roles.",
        _DENY,
        _people("ann").assign("ann", "Owner").deny("guard", data_actions=("*",)),
        yes("ann", "sub:main"),
    ),
    _case(
        "azure-second/three-levels-of-groups",
        "Inheritance goes down all levels of management groups.",
        LEARN + "azure/governance/management-groups/overview",
        _people("ann", "bob")
        .group("top")
        .group("middle", parent="top")
        .group("leaf", parent="middle")
        .group("beside", parent="top")
        .subscription("main", group="leaf")
        .assign("ann", "Owner", "mg:top")
        .assign("bob", "Owner", "mg:beside"),
        yes("ann", "sub:main"),
        yes("ann", "mg:leaf"),
        no("bob", "sub:main"),
        no("bob", "mg:middle"),
    ),
    _case(
        "azure-second/write-of-all-compute",
        "A wildcard over what is written covers extensions and run commands.",
        _RBAC + "role-definitions#actions-format",
        _people("ann", "bob")
        .machine("web", runs="web-id")
        .custom("writer", "Microsoft.Compute/*/write")
        .custom("deleter", "Microsoft.Compute/*/delete")
        .assign("ann", "writer")
        .assign("bob", "deleter"),
        yes("ann", "web-id"),
        no("bob", "web-id"),
    ),
    _case(
        "azure-second/run-command-is-left-out",
        "Where only run command is taken away, extensions still run code.",
        _NOT,
        _people("ann")
        .machine("web", runs="web-id")
        .custom("keeper", _VM + "*", not_actions=(_VM + "runCommand/action", _VM + "runCommands/*"))
        .assign("ann", "keeper"),
        yes("ann", "web-id"),
    ),
    _case(
        "azure-second/logic-app-actions",
        "Writing a workflow changes what it does; running a trigger does not.",
        LEARN + "azure/logic-apps/authenticate-with-managed-identity",
        _people("ann", "bob")
        .workflow("flow", runs="flow-id")
        .custom("author", "Microsoft.Logic/workflows/write", "Microsoft.Logic/workflows/read")
        .custom("starter", "Microsoft.Logic/workflows/triggers/run/action", "Microsoft.Logic/workflows/read")
        .assign("ann", "author")
        .assign("bob", "starter"),
        yes("ann", "flow-id"),
        no("bob", "flow-id"),
    ),
    _case(
        "azure-second/owner-of-one-vault",
        "An Owner of one vault gives himself its secrets, of that one only, and not the subscription.",
        LEARN + "azure/key-vault/general/rbac-guide",
        _people("ann", "bob")
        .vault("safe", rbac=True)
        .vault("other", rbac=True)
        .assign("ann", "Owner", "at:safe")
        .assign("bob", "Contributor", "at:safe"),
        some(EITHER, "ann", "vault:safe"),
        no("ann", "vault:other"),
        no("ann", "sub:main"),
        no("bob", "vault:safe"),
    ),
    _case(
        "azure-second/all-data-actions",
        "All data actions read secrets of a vault with role-based access, and none of one with access policies.",
        LEARN + "azure/key-vault/general/rbac-guide",
        _people("ann")
        .vault("safe", rbac=True)
        .vault("old", rbac=False)
        .custom("data", data_actions=("*",))
        .assign("ann", "data"),
        yes("ann", "vault:safe"),
        no("ann", "vault:old"),
    ),
    _case(
        "azure-second/delegate-for-users",
        "A condition that allows users to be assigned roles lets a user, and not a service principal, help itself.",
        _RBAC + "delegate-role-assignments-examples#example-constrain-roles-and-principal-types",
        Scope(Tenant().user("ann").app("robot"))
        .subscription("main")
        .assign("ann", "Role Based Access Control Administrator", condition=_USERS)
        .assign("robot", "Role Based Access Control Administrator", condition=_USERS),
        some(EITHER, "ann", "sub:main"),
        some(NOT_SURE, "robot", "sub:main"),
    ),
    _case(
        "azure-second/disabled-application",
        "A disabled service principal uses no role, by whatever secret.",
        LEARN + "entra/identity/enterprise-apps/disable-user-sign-in-portal",
        Scope(Tenant().app("deploy", enabled=False).secret("deploy", "now"))
        .subscription("main")
        .assign("deploy", "Owner"),
        some(NOT_NOW, "key:now", "sub:main"),
        some(NOT_NOW, "deploy", "sub:main"),
    ),
    _case(
        "azure-second/user-assigned-elsewhere",
        "It matters where the identity is attached, not where it lies.",
        _SCOPES,
        _people("ann", "bob")
        .identity("job-id", at="rg:main/identities")
        .site("orders", has=("job-id",), at="rg:main/app")
        .assign("ann", "Website Contributor", "rg:main/app")
        .assign("bob", "Website Contributor", "rg:main/identities"),
        yes("ann", "job-id"),
        no("bob", "job-id"),
    ),
)
