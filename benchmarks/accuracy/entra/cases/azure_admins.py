"""Cases: full control of subscriptions and management groups: roles, scopes, conditions, denies.

Input: none (data only). Output: ``CASES``. Not handled: what runs there (``azure_compute``), vaults (``azure_vaults``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_NOW, NOT_SURE, OPEN, Case, Claim, no, some, yes
from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import Tenant

__all__ = ["CASES"]

_RBAC: Final = LEARN + "azure/role-based-access-control/"
_PRIVILEGED: Final = _RBAC + "built-in-roles/privileged"
_DEFINITIONS: Final = _RBAC + "role-definitions"
_CUSTOM: Final = _RBAC + "custom-roles"
_DENY: Final = _RBAC + "deny-assignments"
_DELEGATE: Final = _RBAC + "delegate-role-assignments-examples"
_WRITE: Final = "Microsoft.Authorization/roleAssignments/write"
_DELETE: Final = "Microsoft.Authorization/roleAssignments/delete"
_ID: Final = "Microsoft.Authorization/roleAssignments:RoleDefinitionId"
_OWNER: Final = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
_UAA: Final = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
_RBAC_ADMIN: Final = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
_BACKUP: Final = "5e467623-bb1f-42f4-a55d-6e525e11384b, a795c7a0-d4a2-40c1-ae25-d81f01202912"


def _people(*names: str) -> Scope:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return Scope(tenant).subscription("main")


def _when(request: str, resource: str) -> str:
    """Return a condition of the form that the portal writes for delegated role assignment."""
    return f"((!(ActionMatches{{'{_WRITE}'}})) OR ({request})) AND ((!(ActionMatches{{'{_DELETE}'}})) OR ({resource}))"


def _roles(operator: str, ids: str) -> str:
    return _when(f"@Request[{_ID}] {operator} {{{ids}}}", f"@Resource[{_ID}] {operator} {{{ids}}}")


def _case(name: str, why: str, source: str, scope: Scope, *claims: Claim) -> Case:
    return Case(name, why, source, scope.tenant, claims, scope)


def _nested() -> Scope:
    tenant = Tenant().user("ann").user("bob").user("carl").user("dora")
    tenant.group("inner", "ann").group("outer", "inner", "bob", owners=("dora",))
    return Scope(tenant).subscription("main").assign("outer", "Owner")


def _chain(protected: bool) -> Scope:
    tenant = Tenant().user("ann").user("olga")
    tenant.role("ann", "Helpdesk Administrator")
    if protected:
        tenant.group("special", "olga", assignable=True)
    return Scope(tenant).subscription("main").assign("olga", "Owner")


CASES: Final[tuple[Case, ...]] = (
    _case(
        "azure-admin/owner",
        "Owners assign roles; Contributors and Readers do not.",
        _PRIVILEGED,
        _people("ann", "bob", "carl").assign("ann", "Owner").assign("bob", "Contributor").assign("carl", "Reader"),
        yes("ann", "sub:main"),
        no("bob", "sub:main"),
        no("carl", "sub:main"),
    ),
    _case(
        "azure-admin/access-administrators",
        "User Access Administrator and Role Based Access Control Administrator assign any role, to themselves too.",
        _PRIVILEGED,
        _people("ann", "bob", "carl")
        .assign("ann", "User Access Administrator")
        .assign("bob", "Role Based Access Control Administrator")
        .assign("carl", "Reader"),
        yes("ann", "sub:main"),
        yes("bob", "sub:main"),
        no("carl", "sub:main"),
    ),
    _case(
        "azure-admin/resource-group-scope",
        "A role at a resource group does not hold for the subscription.",
        _RBAC + "scope-overview",
        _people("ann", "bob")
        .machine("web", at="rg:main/app")
        .assign("ann", "Owner", "rg:main/app")
        .assign("bob", "Owner"),
        no("ann", "sub:main"),
        yes("bob", "sub:main"),
    ),
    _case(
        "azure-admin/management-group",
        "A role at a management group is inherited by what is below, not beside or above.",
        LEARN + "azure/governance/management-groups/overview",
        _people("ann", "bob", "carl")
        .group("top")
        .group("corp", parent="top")
        .group("lab", parent="top")
        .subscription("main", group="corp")
        .subscription("test", group="lab")
        .assign("ann", "Owner", "mg:corp")
        .assign("bob", "Owner", "sub:main")
        .assign("carl", "User Access Administrator", "mg:top"),
        yes("ann", "sub:main"),
        yes("ann", "mg:corp"),
        no("ann", "sub:test"),
        no("ann", "mg:top"),
        no("bob", "mg:corp"),
        yes("carl", "sub:test"),
        yes("carl", "mg:lab"),
    ),
    _case(
        "azure-admin/root-scope",
        "User Access Administrator at the root scope holds for every subscription.",
        _RBAC + "elevate-access-global-admin",
        _people("ann", "bob").assign("ann", "User Access Administrator", "root").assign("bob", "Reader", "root"),
        yes("ann", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-admin/elevate-access",
        "A Global Administrator elevates himself to User Access Administrator at the root; other roles cannot.",
        _RBAC + "elevate-access-global-admin",
        Scope(
            Tenant()
            .user("gina")
            .user("ann")
            .user("rita")
            .role("gina", "Global Administrator")
            .role("ann", "User Administrator")
            .role("rita", "Global Reader")
        ).subscription("main"),
        some(EITHER, "gina", "sub:main"),
        no("ann", "sub:main"),
        no("rita", "sub:main"),
    ),
    _case(
        "azure-admin/groups",
        "Role assignments of a group hold for transitive members; its owner makes himself a member.",
        _RBAC + "overview#groups",
        _nested(),
        yes("ann", "sub:main"),
        yes("bob", "sub:main"),
        yes("dora", "sub:main"),
        no("carl", "sub:main"),
    ),
    _case(
        "azure-admin/not-actions",
        "NotActions take away from the wildcard of the same role.",
        _DEFINITIONS + "#notactions",
        _people("ann", "bob")
        .custom("almost", "*", not_actions=("Microsoft.Authorization/*/write", "Microsoft.Authorization/*/delete"))
        .custom("all", "*")
        .assign("ann", "almost")
        .assign("bob", "all"),
        no("ann", "sub:main"),
        yes("bob", "sub:main"),
    ),
    _case(
        "azure-admin/not-actions-are-no-deny",
        "What one role's NotActions leave out, another role may grant.",
        _DEFINITIONS + "#notactions",
        _people("ann", "bob")
        .custom("granter", _WRITE)
        .assign("ann", "Contributor")
        .assign("ann", "granter")
        .assign("bob", "Contributor")
        .assign("bob", "Reader"),
        yes("ann", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-admin/wildcards",
        "A wildcard stands for any part of an action; actions are compared without regard to case.",
        _DEFINITIONS + "#actions-format",
        _people("ann", "bob", "carl", "dora", "emil", "fred")
        .custom("writes", "*/write")
        .custom("provider", "Microsoft.Authorization/*")
        .custom("assignments", "microsoft.authorization/ROLEASSIGNMENTS/*")
        .custom("reads", "*/read", "Microsoft.Authorization/*/read")
        .custom("deletes", "Microsoft.Authorization/*/delete")
        .custom("policies", "Microsoft.Authorization/policyAssignments/*")
        .assign("ann", "writes")
        .assign("bob", "provider")
        .assign("carl", "assignments")
        .assign("dora", "reads")
        .assign("emil", "deletes")
        .assign("fred", "policies"),
        yes("ann", "sub:main"),
        yes("bob", "sub:main"),
        yes("carl", "sub:main"),
        no("dora", "sub:main"),
        no("emil", "sub:main"),
        some(NOT_SURE, "fred", "sub:main"),
    ),
    _case(
        "azure-admin/data-actions-are-not-actions",
        "Data actions, also all of them, manage nothing.",
        _DEFINITIONS + "#control-and-data-actions",
        _people("ann").custom("data", data_actions=("*",)).assign("ann", "data"),
        no("ann", "sub:main"),
    ),
    _case(
        "azure-admin/edits-own-role",
        "Whoever may write a custom role that he has, on all its assignable scopes, adds to it what he lacks.",
        _CUSTOM + "#who-can-create-delete-update-or-view-a-custom-role",
        _people("ann", "bob")
        .custom("role editor", "Microsoft.Authorization/roleDefinitions/write", "*/read")
        .custom("role reader", "Microsoft.Authorization/roleDefinitions/read")
        .assign("ann", "role editor")
        .assign("bob", "role reader"),
        some(EITHER, "ann", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-admin/edits-role-not-on-all-scopes",
        "A role that is assignable elsewhere too, where he may not write it, he cannot change.",
        _CUSTOM + "#who-can-create-delete-update-or-view-a-custom-role",
        _people("ann")
        .subscription("test")
        .custom("role editor", "Microsoft.Authorization/roleDefinitions/write", "*/read", at=("sub:main", "sub:test"))
        .assign("ann", "role editor"),
        no("ann", "sub:main"),
        no("ann", "sub:test"),
    ),
    _case(
        "azure-condition/harmless-roles-only",
        "A condition that allows two backup roles to be assigned leaves Owner out.",
        _DELEGATE + "#example-constrain-roles",
        _people("ann", "bob")
        .assign(
            "ann",
            "Role Based Access Control Administrator",
            condition=_roles("ForAnyOfAnyValues:GuidEquals", _BACKUP),
        )
        .assign("bob", "Role Based Access Control Administrator"),
        no("ann", "sub:main"),
        yes("bob", "sub:main"),
    ),
    _case(
        "azure-condition/owner-is-in-the-list",
        "A condition that lists Owner lets it be assigned.",
        _DELEGATE + "#example-constrain-roles",
        _people("ann", "bob")
        .assign(
            "ann",
            "Role Based Access Control Administrator",
            condition=_roles("ForAnyOfAnyValues:GuidEquals", f"{_OWNER}, {_BACKUP}"),
        )
        .assign(
            "bob",
            "User Access Administrator",
            condition=_roles("ForAnyOfAnyValues:GuidEquals", _BACKUP),
        ),
        some(EITHER, "ann", "sub:main"),
        some(NOT_SURE, "bob", "sub:main"),
    ),
    _case(
        "azure-condition/all-but-privileged-roles",
        "A condition that leaves out the three roles which assign roles.",
        _DELEGATE + "#example-allow-most-roles-but-dont-allow-others-to-assign-roles",
        _people("ann").assign(
            "ann",
            "Role Based Access Control Administrator",
            condition=_roles("ForAnyOfAllValues:GuidNotEquals", f"{_OWNER}, {_UAA}, {_RBAC_ADMIN}"),
        ),
        some(NOT_SURE, "ann", "sub:main"),
    ),
    _case(
        "azure-condition/for-other-principals",
        "Owner may be assigned, but only to a group that the delegate is not in.",
        _DELEGATE + "#example-constrain-roles-and-specific-groups",
        Scope(Tenant().user("ann").user("bob").group("sales", "bob"))
        .subscription("main")
        .assign(
            "ann",
            "Role Based Access Control Administrator",
            condition=_when(
                f"@Request[{_ID}] ForAnyOfAnyValues:GuidEquals {{{_OWNER}}} AND "
                "@Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals "
                f"{{{Tenant().user('x').group('sales').id('sales')}}}",
                f"@Resource[{_ID}] ForAnyOfAnyValues:GuidEquals {{{_OWNER}}}",
            ),
        ),
        some(NOT_SURE, "ann", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-condition/about-something-else",
        "A condition on reading blobs leaves the assignment of roles as it is.",
        LEARN + "azure/role-based-access-control/conditions-format",
        _people("ann").assign(
            "ann",
            "Owner",
            condition=(
                "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'})) OR "
                "(@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'logs'))"
            ),
        ),
        some(OPEN, "ann", "sub:main"),
    ),
    _case(
        "azure-deny/everybody-but-one",
        "A deny assignment blocks although a role grants; excluded principals are not blocked.",
        _DENY,
        _people("ann", "bob")
        .assign("ann", "Owner")
        .assign("bob", "Owner")
        .deny("guard", "*", not_actions=("*/read",), but=("bob",)),
        no("ann", "sub:main"),
        yes("bob", "sub:main"),
    ),
    _case(
        "azure-deny/a-group",
        "A deny assignment for a group holds for its members.",
        _DENY,
        Scope(Tenant().user("ann").user("bob").group("contractors", "ann"))
        .subscription("main")
        .assign("ann", "Owner")
        .assign("bob", "Owner")
        .deny("guard", "Microsoft.Authorization/*/write", who=("contractors",)),
        no("ann", "sub:main"),
        yes("bob", "sub:main"),
    ),
    _case(
        "azure-deny/below",
        "A deny assignment at one resource group leaves the subscription as it is.",
        _DENY,
        _people("ann").assign("ann", "Owner").deny("guard", "*", not_actions=("*/read",), at="rg:main/locked"),
        yes("ann", "sub:main"),
    ),
    _case(
        "azure-deny/not-for-children",
        "A deny assignment that does not apply to child scopes is not inherited; one that does is.",
        _DENY,
        _people("ann")
        .group("corp")
        .group("lab")
        .subscription("main", group="corp")
        .subscription("test", group="lab")
        .assign("ann", "Owner", "sub:main")
        .assign("ann", "Owner", "sub:test")
        .deny("loose", "Microsoft.Authorization/*/write", at="mg:corp", children=False)
        .deny("strict", "Microsoft.Authorization/*/write", at="mg:lab"),
        yes("ann", "sub:main"),
        no("ann", "sub:test"),
    ),
    _case(
        "azure-chain/disabled-owner",
        "A disabled account uses no role.",
        LEARN + "graph/api/resources/user",
        Scope(Tenant().user("ann", enabled=False).user("bob")).subscription("main").assign("ann", "Owner"),
        some(NOT_NOW, "ann", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-chain/helpdesk-resets-the-owner",
        "Azure roles do not protect a person from the helpdesk.",
        LEARN + "entra/identity/role-based-access-control/permissions-reference#helpdesk-administrator",
        _chain(protected=False),
        some(EITHER, "ann", "olga"),
        some(EITHER, "ann", "sub:main"),
    ),
    _case(
        "azure-chain/the-owner-is-protected",
        "Membership of a role-assignable group does.",
        LEARN + "entra/identity/role-based-access-control/groups-concept",
        _chain(protected=True),
        no("ann", "sub:main"),
        yes("olga", "sub:main"),
    ),
    _case(
        "azure-chain/application-owner",
        "The owner of an application has the subscription that the application owns; so has its secret.",
        LEARN + "entra/fundamentals/users-default-permissions#object-ownership",
        Scope(
            Tenant()
            .user("ann")
            .user("bob")
            .app("deploy", owners=("ann",))
            .secret("deploy", "now")
            .secret("deploy", "over", end="2026-06-01T00:00:00Z")
        )
        .subscription("main")
        .assign("deploy", "Owner"),
        yes("ann", "sub:main"),
        yes("key:now", "sub:main"),
        no("key:over", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-chain/federated-pipeline",
        "A pipeline that becomes the application has its subscription; another branch has not.",
        LEARN + "entra/workload-id/workload-identity-federation-create-trust",
        Scope(
            Tenant()
            .app("deploy")
            .federated("deploy", "https://token.actions.githubusercontent.com", "repo:octo/app:ref:refs/heads/main")
        )
        .subscription("main")
        .assign("deploy", "User Access Administrator"),
        yes("oidc://token.actions.githubusercontent.com/repo:octo/app:ref:refs/heads/main", "sub:main"),
        no("oidc://token.actions.githubusercontent.com/repo:octo/app:ref:refs/heads/dev", "sub:main"),
    ),
)
