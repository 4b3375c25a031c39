"""ADMIN_OF, CAN_CHANGE_OWN_POLICY and CONTROLS: who has full control of a scope, who takes it, what it reaches.

Input: rights. Output: edges into ``ScopeAdmin`` of subscriptions, management groups and the root, between these, and
out of subscriptions to what is in them.
Handled: Owner and roles like it (no step); whoever may write role assignments there, unless a condition stands against
every role that leads on; custom roles that their holder can rewrite; elevated access of a Global Administrator;
eligible and timed assignments (conditional); requests of Privileged Identity Management (unverified).
Not handled: Azure Lighthouse; policies that deploy; moving a subscription below another management group; rewriting a
custom role that is held at a resource group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.azure.records_resources import GROUP_TYPE
from graph.catalog.azure import azure_admin_probes
from graph.decision import ALWAYS, Residual, Truth, merge_residuals
from graph.edges.azure.context import AzureRights
from graph.edges.azure.held import OWNER, WRITE_ASSIGNMENTS, Held, assignable, assigning, is_wide
from graph.edges.azure.ways import Need, Way
from graph.evaluate.azure.ids import ROOT, admin_node, principal_node, scope_node, secret_node
from graph.evaluate.azure.patterns import permits
from graph.evaluate.entra.ids import admin_node as tenant_admin
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Node

__all__ = ["build_scope_admins"]

_TAKES = EdgeKind.CAN_CHANGE_OWN_POLICY
_WRITE = Need(WRITE_ASSIGNMENTS)
_REDEFINE = Need("Microsoft.Authorization/roleDefinitions/write")
_REQUESTS = {
    "azure-role-assignment-request": Need("Microsoft.Authorization/roleAssignmentScheduleRequests/write"),
    "azure-role-eligibility-request": Need("Microsoft.Authorization/roleEligibilityScheduleRequests/write"),
}
_REQUEST = (
    "Microsoft's pages ask for Owner or User Access Administrator and do not say whether the right to make requests is "
    "enough."
)


def build_scope_admins(rights: AzureRights) -> None:
    """Add nodes and edges."""
    _nodes(rights)
    for principal in sorted(rights.held):
        for held in rights.held[principal]:
            if held.own and is_wide(held.scope):
                _holder(rights, held)
    _redefined(rights)
    _requested(rights)
    _below(rights)
    for tenant in rights.entra_tenants:
        _elevated(rights, tenant)


def _nodes(rights: AzureRights) -> None:
    rows = [(each.id, each.name, each.tenant) for each in rights.records.subscriptions]
    rows += [(each.id, each.name, each.tenant) for each in rights.records.management_groups]
    known = {scope for scope, _, _ in rows}
    rows += [(scope, scope, "") for scope in sorted({held.scope for held in _all(rights)}) if scope not in known]
    if any(_has_azure(rights, tenant) for tenant in rights.entra_tenants):
        rows.append((ROOT, "the root scope", ""))
        root = Node(scope_node(ROOT), NodeKind.AZURE_ROOT, "root scope", "azure", "", collected=False)
        rights.identity_graph.add_node(root)
    for scope, name, tenant in rows:
        if is_wide(scope):
            rights.identity_graph.add_node(
                Node(
                    admin_node(scope),
                    NodeKind.SCOPE_ADMIN,
                    f"full control of {name or scope}",
                    "azure",
                    tenant,
                    {"scope": scope_node(scope)},
                    impact=Impact.H1.value,
                )
            )


def _all(rights: AzureRights) -> Iterator[Held]:
    for principal in sorted(rights.held):
        yield from rights.held[principal]


def _way(held: Held, conditions: Residual, note: str = "") -> Way:
    waits = merge_residuals([held.standing.waits, conditions])
    return Way(held.principal, held.scope, held.grants, waits, note=" ".join(filter(None, (held.note, note))))


def _holder(rights: AzureRights, held: Held) -> None:
    verdict = assigning(rights.authority, held, OWNER, rights.groups_of, rights.kinds)
    if verdict is None:
        return
    if verdict.truth is not Truth.FALSE:
        direct = _is_direct(held)
        kind, technique = (EdgeKind.ADMIN_OF, "") if direct else (_TAKES, "azure-role-assignments-write")
        _lead(rights, _way(held, verdict.left), _WRITE, kind, technique)
        return
    for role in rights.authority.roles.known():
        leads = assignable(rights.authority, role, held.scope) and any(
            permits(each, WRITE_ASSIGNMENTS) and not each.condition for each in role.permissions
        )
        given = assigning(rights.authority, held, role.guid, rights.groups_of, rights.kinds) if leads else None
        if given is not None and given.truth is not Truth.FALSE:
            note = f"It gives itself {role.name}, which its condition allows, and with that any role."
            _lead(rights, _way(held, given.left, note), _WRITE, _TAKES, "azure-role-assignments-condition")
            return


def _is_direct(held: Held) -> bool:
    role = held.standing.role
    return role is not None and all(
        any(permits(permission, action) for permission in role.permissions) for action in azure_admin_probes()
    )


def _lead(rights: AzureRights, way: Way, need: Need, kind: EdgeKind, technique: str) -> None:
    for left in rights.ways.less_denied(way, [need]):
        source = rights.refer(left.principal)
        rights.admit(
            Edge(
                source,
                admin_node(left.scope),
                kind,
                True,
                technique,
                left.grants,
                merge_residuals(
                    [left.conditions, rights.authority.stopped(left.scope), rights.disabled(left.principal)]
                ),
                guards=tuple(sorted(left.cut)),
                state=left.state,
                impact=Impact.H1.value,
                note=left.note,
            )
        )


def _assigns(rights: AzureRights, held: Held) -> bool:
    verdict = assigning(rights.authority, held, OWNER, rights.groups_of, rights.kinds)
    return verdict is not None and verdict.truth is not Truth.FALSE


def _redefined(rights: AzureRights) -> None:
    """Add edges of those who hold a custom role and may rewrite it in every scope that it can be assigned at."""
    for held, conditions in rights.ways.having(_REDEFINE):
        if not held.own or _assigns(rights, held):
            continue
        for principal in (held.principal, *rights.groups_of.get(held.principal, ())):
            for other in rights.held.get(principal, ()):
                role = other.standing.role
                if not other.own or role is None or role.built_in or not is_wide(other.scope):
                    continue
                places = role.assignable_scopes or (other.scope,)
                if all(rights.authority.scopes.holds(held.scope, place) for place in places):
                    way = Way(
                        held.principal,
                        other.scope,
                        tuple(sorted({*held.grants, *other.grants})),
                        merge_residuals([conditions, other.standing.waits]),
                        note=f"It rewrites {role.name}, which it holds.",
                    )
                    _lead(rights, way, _REDEFINE, _TAKES, "azure-role-definitions-write")


def _requested(rights: AzureRights) -> None:
    for technique, need in _REQUESTS.items():
        for held, conditions in rights.ways.having(need):
            if held.own and is_wide(held.scope) and not _assigns(rights, held):
                way = replace(_way(held, conditions, _REQUEST), state=State.UNVERIFIED)
                _lead(rights, way, need, _TAKES, technique)


def _below(rights: AzureRights) -> None:
    """Add what full control of a scope reaches: the scopes right below it, and in a subscription everything."""
    records = rights.records
    for scope in (*(each.id for each in records.management_groups), *(each.id for each in records.subscriptions)):
        _control(rights, admin_node(rights.authority.scopes.parent(scope)), admin_node(scope))
    reached = [(each.id, scope_node(each.id)) for each in records.workloads]
    reached += [
        (each.id, principal_node(each.principal_id)) for each in records.managed_identities if each.principal_id
    ]
    reached += [(each.id, scope_node(each.id)) for each in records.vaults]
    reached += [(each.id, secret_node(each.id, name)) for each in records.vaults for name in each.secrets]
    reached += [(each.id, scope_node(each.id)) for each in records.resources if each.type != GROUP_TYPE]
    for scope, node in reached:
        subscription = rights.authority.scopes.subscription(scope)
        if subscription and admin_node(subscription) in rights.identity_graph.nodes:
            _control(rights, admin_node(subscription), node, *_stopped(rights, scope))


def _stopped(rights: AzureRights, scope: str) -> tuple[State, str]:
    """Return how surely an administrator reaches a resource that deny assignments protect."""
    for deny in sorted(rights.authority.denies_at(scope), key=lambda each: each.id):
        if deny.everyone and any(permits(permission, _WRITE.action) for permission in deny.permissions):
            return State.UNVERIFIED, f"Deny assignment {deny.name or deny.id} protects it from everybody but some."
    return State.VERIFIED, ""


def _control(rights: AzureRights, admin: str, node: str, state: State = State.VERIFIED, note: str = "") -> None:
    if admin in rights.identity_graph.nodes:
        rights.admit(Edge(admin, node, EdgeKind.CONTROLS, True, state=state, impact=Impact.H1.value, note=note))


def _has_azure(rights: AzureRights, tenant: str) -> bool:
    """Return whether a collected tenant has Azure in the evidence."""
    subscriptions, groups = rights.records.subscriptions, rights.records.management_groups
    tenants = {each.tenant for each in subscriptions} | {each.tenant for each in groups}
    return tenant_admin(tenant) in rights.identity_graph.nodes and bool(tenants & {tenant, ""})


def _elevated(rights: AzureRights, tenant: str) -> None:
    """Add the step of a Global Administrator to User Access Administrator at the root, where the tenant has Azure."""
    if _has_azure(rights, tenant):
        admin, root = tenant_admin(tenant), admin_node(ROOT)
        rights.admit(Edge(admin, root, _TAKES, True, "azure-elevate-access", (), ALWAYS, impact=Impact.H1.value))
