"""One permission question about Azure: may this principal do this action at this scope, and why or why not.

Input: a snapshot with its records. Output: ``Explanation`` (one principal) and who can (all principals).
Handled: roles of the principal and of every group that it is in, deny assignments, conditions with what the asker
states, access policies of vaults that use them; actions on data, told apart by the catalogue or by ``data:`` before the
action.
Not handled: data planes with rules of their own beside these (shared keys, Kubernetes RBAC, databases).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from analytics.errors import AnalyticsError, UnknownSubjectError
from analytics.evaluate import Explanation, state_of
from analytics.subjects import Subject
from collectors.azure.records import AzureVault
from graph.attacker import AttackerContext
from graph.catalog.azure import azure_impacts, azure_roles
from graph.decision import Decision, Outcome
from graph.edges.azure.members import groups_by_member
from graph.evaluate.azure.authorize import AzureAuthority, AzureRequest
from graph.evaluate.azure.ids import principal_node, role_grant, scope_node, tidy
from graph.evaluate.azure.vaults import decide_by_policies
from graph.kinds import NodeKind, State
from graph.records import BuildInput, read_records
from graph.snapshot import Snapshot

__all__ = ["AzureEvaluator", "is_azure_action"]

_DATA = "data:"
_STATED = "azure:"
_PRINCIPALS = frozenset(
    {
        NodeKind.ENTRA_USER,
        NodeKind.ENTRA_GROUP,
        NodeKind.ENTRA_SERVICE_PRINCIPAL,
        NodeKind.ENTRA_MICROSOFT_PRINCIPAL,
        NodeKind.ENTRA_BLUEPRINT_PRINCIPAL,
        NodeKind.ENTRA_MANAGED_IDENTITY,
        NodeKind.ENTRA_AGENT_IDENTITY,
        NodeKind.ENTRA_AGENT_USER,
        NodeKind.ENTRA_EXTERNAL_PRINCIPAL,
    }
)
_MODEL = "Whether the vault uses roles or access policies was not told."
_CONTROL = "Taken as an action of the control plane; `data:` before it asks about an action on data."


def is_azure_action(action: str) -> bool:
    """Return whether an action is written as Azure writes them: ``Microsoft.Compute/virtualMachines/write``.

    Examples
    --------
    >>> is_azure_action("Microsoft.Compute/virtualMachines/write"), is_azure_action("s3:GetObject")
    (True, False)
    """
    provider, slash, rest = action.removeprefix(_DATA).partition("/")
    return bool(slash) and bool(rest) and "." in provider and ":" not in provider


class AzureEvaluator:
    """Asks the evaluator of Azure about principals of one snapshot; records are read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def _kept(self) -> BuildInput:
        return read_records(self._snapshot)

    @cached_property
    def _authority(self) -> AzureAuthority:
        return AzureAuthority(self._kept.azure)

    @cached_property
    def _groups(self) -> dict[str, tuple[str, ...]]:
        return dict(groups_by_member(self._kept.entra))

    @cached_property
    def _vaults(self) -> dict[str, AzureVault]:
        return {vault.id: vault for vault in self._kept.azure.vaults}

    def explain(self, subject: Subject, action: str, resource: str) -> Explanation:
        """Return the decision for one principal.

        Parameters
        ----------
        subject
            A user, group, service principal or managed identity, or a credential of one.
        action
            As Azure writes it; ``data:`` before it for an action on data.
        resource
            ARM id of a scope or resource, or what the snapshot calls it.

        Raises
        ------
        UnknownSubjectError
            The subject is no principal of Entra.
        AnalyticsError
            No such scope is known by name.
        """
        return self._decide(self._principal(subject), subject.attacker, action, self._scope(resource))

    def who_can(self, action: str, resource: str, attacker: AttackerContext) -> Iterator[Explanation]:
        """Yield every principal that can do the action there, at any state, by id.

        Notes
        -----
        Members of groups are asked about one by one; a group of which nobody is known stands for its members.
        O(principals with a role, and members of such groups).
        """
        scope = self._scope(resource)
        for principal in sorted(self._candidates()):
            found = self._decide(principal, attacker, action, scope)
            if found.state is not State.VOID:
                yield found

    def _candidates(self) -> set[str]:
        holders = set(self._authority.principals())
        holders |= {policy.object_id for vault in self._kept.azure.vaults for policy in vault.policies}
        members: dict[str, set[str]] = defaultdict(set)
        for member, above in self._groups.items():
            for group in above:
                members[group].add(member)
        groups = {group.id for tenant in self._kept.entra.tenants for group in tenant.groups}
        known = {group for group in holders & groups if members[group] - groups}
        return (holders - known) | {member for group in known for member in members[group] - groups}

    def _principal(self, subject: Subject) -> str:
        node = subject.node
        if node is not None and node.kind not in _PRINCIPALS and node.attributes.get("identity"):
            node = self._snapshot.node(self._snapshot.node_index(str(node.attributes["identity"])))
        if node is None or node.kind not in _PRINCIPALS:
            raise UnknownSubjectError(
                f"`{subject.id}` is no user, group, service principal or managed identity of Entra"
            )
        return node.id.removeprefix(principal_node(""))

    def _scope(self, resource: str) -> str:
        if resource.startswith("/"):
            return tidy(resource)
        number = self._snapshot.find_id(resource)
        found = [number] if number is not None else self._snapshot.find_nodes(resource, exact=True)
        nodes = [self._snapshot.node(each) for each in found]
        scopes = [node.id for node in nodes if node.id.startswith(scope_node("/"))]
        if len(scopes) != 1:
            raise AnalyticsError(f"`{resource}` is no scope of Azure: name its ARM id, such as /subscriptions/GUID")
        return scopes[0].removeprefix("azure:")

    def _decide(self, principal: str, attacker: AttackerContext, action: str, scope: str) -> Explanation:
        plain, data, note = self._plane(action)
        who = (principal, *self._groups.get(principal, ()))
        stated = {
            key.removeprefix(_STATED): tuple(values)
            for key, values in attacker.stated.items()
            if key.startswith(_STATED)
        }
        decision = self._of_vault(who, plain, scope) if data else None
        if decision is None:
            decision = self._authority.decide(AzureRequest(who, plain, scope, data, stated))
        decision = self._doubted(decision, plain, scope, data=data)
        if note and decision.outcome is not Outcome.DENIED:
            decision = replace(decision, notes=(*decision.notes, note))
        return Explanation(
            principal_node(principal),
            action,
            scope,
            decision.outcome,
            state_of(decision, attacker),
            decision.deciding,
            self._grants(decision),
            decision.alternatives,
            decision.notes,
            {
                "role_assignment": sum(len(self._authority.of_principal(each)) for each in who),
                "deny_assignment": len(tuple(self._authority.denies_at(scope))),
            },
        )

    def _grants(self, decision: Decision) -> tuple[str, ...]:
        found = set()
        for item in decision.deciding:
            if item.effect == "Allow" and item.layer == "access_policy":
                found.add(item.document)
            elif item.effect == "Allow":
                found.add(role_grant(item.document, self._eligible(item.document)))
        return tuple(sorted(found))

    def _eligible(self, assignment: str) -> bool:
        return assignment in self._eligibilities

    @cached_property
    def _eligibilities(self) -> frozenset[str]:
        return frozenset(each.id for each in self._kept.azure.role_assignments if each.eligible)

    def _of_vault(self, who: tuple[str, ...], action: str, scope: str) -> Decision | None:
        """Return the decision of access policies; ``None`` where roles decide."""
        vault = self._vault_of(scope)
        if vault is None or vault.rbac is not False or not action.lower().startswith("microsoft.keyvault/"):
            return None
        return decide_by_policies(vault, who, action)

    def _vault_of(self, scope: str) -> AzureVault | None:
        return next(
            (self._vaults[place] for place in self._authority.scopes.above(scope) if place in self._vaults), None
        )

    def _doubted(self, decision: Decision, action: str, scope: str, *, data: bool) -> Decision:
        vault = self._vault_of(scope) if data and action.lower().startswith("microsoft.keyvault/") else None
        if vault is None or vault.rbac is not None or decision.outcome in (Outcome.DENIED, Outcome.UNVERIFIED):
            return decision
        return replace(decision, outcome=Outcome.UNVERIFIED, notes=(*decision.notes, _MODEL))

    def _plane(self, action: str) -> tuple[str, bool, str]:
        """Return an action, whether it is one on data, and what a reader must know of that."""
        if action.startswith(_DATA):
            return action.removeprefix(_DATA), True, ""
        lowered = action.lower()
        if lowered in self._data_actions:
            return action, True, ""
        return action, False, "" if lowered in self._actions else _CONTROL

    @cached_property
    def _data_actions(self) -> frozenset[str]:
        return self._named(data=True)

    @cached_property
    def _actions(self) -> frozenset[str]:
        return self._named(data=False)

    def _named(self, *, data: bool) -> frozenset[str]:
        """Return the actions of one plane that the catalogue or a role names without a wildcard."""
        permissions = [each for role in azure_roles().values() for each in role.permissions]
        permissions += [each for role in self._kept.azure.role_definitions for each in role.permissions]
        named = {each for row in azure_impacts() for each in (row.data_actions if data else row.actions)}
        for permission in permissions:
            named |= set(permission.data_actions if data else permission.actions)
        return frozenset(each.lower() for each in named if "*" not in each)
