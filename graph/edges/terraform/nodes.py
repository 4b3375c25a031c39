"""What Terraform manages, written on the nodes of the cloud; nodes for what a state alone knows; the state itself.

Input: records of Terraform, the graph of all other sources. Output: nodes, facts, AUTHENTICATES_AS of credentials that
only a state knows.
Handled: ``managed_by`` on nodes and ``managed_grants`` on the holders of attachments, so that somebody knows where to
change them. What the cloud's own listing leaves out is no node; the state says so (``not_in_cloud``). What no evidence
shows otherwise is a node that was not collected, and its steps are unverified.
Not handled: what a resource of a state may do: policies count where the cloud shows them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from collectors.terraform.records import TerraformChange, TerraformRecords, TerraformResource, TerraformState
from graph.edges.terraform.drift import Gone
from graph.edges.terraform.ids import Places, state_node
from graph.edges.terraform.managed import managed_grants
from graph.evaluate.entra.ids import node_of
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node

__all__ = ["SOURCE", "build_nodes"]

SOURCE = "terraform"
_SHOWN = 50
"""Addresses and changes that a state's node names; the rest is counted."""
_KINDS: Mapping[str, tuple[NodeKind, str]] = {
    "aws_iam_user": (NodeKind.AWS_USER, "aws"),
    "aws_iam_role": (NodeKind.AWS_ROLE, "aws"),
    "aws_iam_group": (NodeKind.AWS_GROUP, "aws"),
    "aws_iam_openid_connect_provider": (NodeKind.AWS_OIDC_PROVIDER, "aws"),
    "aws_iam_access_key": (NodeKind.AWS_ACCESS_KEY, "aws"),
    "aws_secretsmanager_secret": (NodeKind.SECRET, "aws"),
    "aws_secretsmanager_secret_version": (NodeKind.SECRET, "aws"),
    "aws_ssm_parameter": (NodeKind.SSM_PARAMETER, "aws"),
    "azuread_application": (NodeKind.ENTRA_APPLICATION, "entra"),
    "azuread_application_registration": (NodeKind.ENTRA_APPLICATION, "entra"),
    "azuread_service_principal": (NodeKind.ENTRA_SERVICE_PRINCIPAL, "entra"),
    "azuread_application_password": (NodeKind.ENTRA_SECRET, "entra"),
    "azuread_service_principal_password": (NodeKind.ENTRA_SECRET, "entra"),
    "azuread_application_federated_identity_credential": (NodeKind.ENTRA_FEDERATED_CREDENTIAL, "entra"),
    "azurerm_user_assigned_identity": (NodeKind.ENTRA_MANAGED_IDENTITY, "entra"),
    "azurerm_key_vault_secret": (NodeKind.AZURE_KEY_VAULT_SECRET, "azure"),
    "github_actions_secret": (NodeKind.GITHUB_SECRET, "github"),
    "github_actions_organization_secret": (NodeKind.GITHUB_SECRET, "github"),
    "github_actions_environment_secret": (NodeKind.GITHUB_SECRET, "github"),
    "github_repository_deploy_key": (NodeKind.GITHUB_DEPLOY_KEY, "github"),
    "google_service_account": (NodeKind.OTHER_IDENTITY, SOURCE),
    "google_service_account_key": (NodeKind.OTHER_CREDENTIAL, SOURCE),
    "google_secret_manager_secret_version": (NodeKind.OTHER_SECRET, SOURCE),
    "kubernetes_secret": (NodeKind.OTHER_SECRET, SOURCE),
    "kubernetes_secret_v1": (NodeKind.OTHER_SECRET, SOURCE),
}
_ALONE = "Known from Terraform's state alone; nothing else that was collected shows it."


def build_nodes(records: TerraformRecords, identity_graph: IdentityGraph, places: Places, gone: Gone) -> None:
    """Add nodes and facts; linear in resources."""
    missing: defaultdict[str, list[str]] = defaultdict(list)
    managed: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for each in records.resources:
        node = places.node(each)
        if not node:
            continue
        known = identity_graph.nodes.get(node)
        if (known is None or not known.collected) and gone(each, node):
            missing[each.state].append(each.address)
            continue
        identity_graph.add_node(_node(each, node))
        if each.mode == "managed":
            managed[node][_label(each)] = None
    for node, labels in managed.items():
        _lay(identity_graph, node, {"managed_by": sorted(labels)})
    for holder, grants in managed_grants(records, identity_graph, places).items():
        _lay(identity_graph, holder, {"managed_grants": dict(sorted(grants.items()))})
    for each in records.resources:
        identity_graph.add_edges(_proofs(each, places, identity_graph))
    counted = _by_state(records)
    changes: defaultdict[str, list[TerraformChange]] = defaultdict(list)
    for change in records.changes:
        changes[change.state].append(change)
    for state in records.states:
        identity_graph.add_node(_state(state, counted[state.id], missing[state.id], changes[state.id]))
    _reads(records, identity_graph)


def _label(each: TerraformResource) -> str:
    return f"{each.state}: {each.address}{' (deposed)' if each.deposed else ''}"


def _lay(identity_graph: IdentityGraph, node: str, facts: Mapping[str, Any]) -> None:
    known = identity_graph.nodes[node]
    identity_graph.nodes[node] = replace(known, attributes={**known.attributes, **facts})


def _node(each: TerraformResource, node: str) -> Node:
    """Return the node of a resource that nothing else shows; one that is collected stays as it is."""
    kind, source = _KINDS[each.type]
    names = ("name", "display_name", "secret_name", "title", "email", "id")
    name = next((each.text(field) for field in names if each.text(field)), each.address)
    public = each.text("key_id") or each.text("client_id")
    facts: dict[str, Any] = {
        "observed": False,
        "note": _ALONE,
        "sort": each.type,
        "aliases": [text for text in (each.text("email"), public) if text],
    }
    if each.type == "aws_ssm_parameter":
        facts["secret"] = each.text("type") == "SecureString"
    scope = node.split(":")[4] if node.startswith("arn:") and node.count(":") > 4 else ""
    return Node(node, kind, name, source, scope, facts, collected=False, evidence=str(each.ref))


def _proofs(each: TerraformResource, places: Places, identity_graph: IdentityGraph) -> Iterator[Edge]:
    """Yield whom a credential proves that only a state knows."""
    node = places.node(each)
    found = identity_graph.nodes.get(node)
    if found is None or found.collected:
        return
    if each.type == "aws_iam_access_key":
        identity = places.iam(each.state, "user", each.text("user"))
    elif each.type == "google_service_account_key":
        account = each.text("service_account_id")
        identity = f"gcp:{account}" if account.startswith("projects/") else ""
    elif each.type in ("azuread_application_password", "azuread_service_principal_password"):
        holder = node_of(node.split(":")[2])
        application = identity_graph.nodes.get(holder)
        identity = str(application.attributes.get("service_principal") or holder) if application else holder
    else:
        return
    usable = each.text("status") != "Inactive"
    if identity in identity_graph.nodes:
        yield Edge(
            node,
            identity,
            EdgeKind.AUTHENTICATES_AS,
            usable,
            state=State.UNVERIFIED,
            evidence=str(each.ref),
            note=_ALONE,
        )


def _by_state(records: TerraformRecords) -> Mapping[str, tuple[int, int]]:
    """Return how many resources and how many secret attributes each state has."""
    found: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for each in records.resources:
        resources, secrets = found[each.state]
        found[each.state] = resources + 1, secrets + sum(secret.whole for secret in each.secrets)
    return found


def _state(state: TerraformState, counted: tuple[int, int], missing: list[str], changes: list[TerraformChange]) -> Node:
    facts: dict[str, Any] = {
        "terraform_version": state.terraform_version,
        "serial": state.serial,
        "lineage": state.lineage,
        "state_read": state.present,
        "resources": counted[0],
        "secrets": counted[1],
        "skipped_types": dict(state.skipped),
        "stored_in": state.stored_in,
        "not_in_cloud": sorted(missing)[:_SHOWN],
        "not_in_cloud_count": len(missing),
        "planned_changes": [f"{'/'.join(each.actions)} {each.address}" for each in changes[:_SHOWN]],
        "planned_changes_count": len(changes),
        "aliases": [state.stored_in] if state.stored_in else [],
    }
    kept = {name: value for name, value in facts.items() if value not in ("", None, [], {})}
    return Node(
        state_node(state.id),
        NodeKind.TERRAFORM_STATE,
        f"Terraform state {state.id}",
        SOURCE,
        state.id,
        kept,
        evidence=str(state.ref),
    )


def _reads(records: TerraformRecords, identity_graph: IdentityGraph) -> None:
    """Say which state takes values from which other one: a fact, since what it took lies in it already."""
    kept_in = {state.stored_in: state.id for state in records.states if state.stored_in}
    for state in records.states:
        for place in state.reads:
            if (other := kept_in.get(place)) and other != state.id:
                note = f"It reads the outputs of the state in {place}."
                identity_graph.add_edge(
                    Edge(state_node(state.id), state_node(other), EdgeKind.RELATES_TO, False, note=note)
                )
