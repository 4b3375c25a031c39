"""Whether evidence of the cloud itself says that a resource of a state is not there any more.

Input: the graph, which operations were looked at. Output: ``Gone``.
Handled: what a complete listing would show: identities, keys and providers of IAM, secrets and parameters of a region,
client secrets of an application, secrets of a vault.
Not handled: everything else, which then is not seen rather than gone.
Errs towards keeping: a listing that is partial, or was not made, says nothing.
"""

from __future__ import annotations

from collectors.aws.records import AwsRecords
from collectors.interface import Presence
from collectors.terraform.records import TerraformResource
from graph.edges.terraform.ids import Places
from graph.evaluate.azure.ids import scope_node
from graph.evaluate.entra.ids import node_of
from graph.model import IdentityGraph

__all__ = ["Gone"]

_SEEN = (Presence.PRESENT, Presence.EMPTY)
_IAM = "iam.get_account_authorization_details"
_OPERATIONS = {
    "aws_iam_user": _IAM,
    "aws_iam_role": _IAM,
    "aws_iam_group": _IAM,
    "aws_iam_openid_connect_provider": "iam.list_open_id_connect_providers",
}
_REGIONAL = {
    "aws_secretsmanager_secret": "secretsmanager.list_secrets",
    "aws_secretsmanager_secret_version": "secretsmanager.list_secrets",
    "aws_ssm_parameter": "ssm.describe_parameters",
}
_PASSWORDS = ("azuread_application_password", "azuread_service_principal_password")


class Gone:
    """What listings leave out."""

    def __init__(self, aws: AwsRecords, identity_graph: IdentityGraph, places: Places) -> None:
        self._presence = aws.presence
        self._nodes = identity_graph.nodes
        self._places = places

    def __call__(self, each: TerraformResource, node: str) -> bool:
        """Return whether a resource that no evidence shows would have been shown if it were there."""
        if each.type in _OPERATIONS:
            return self._listed(_part(node, 4), _OPERATIONS[each.type])
        if each.type in _REGIONAL:
            return self._listed(f"{_part(node, 4)}/{_part(node, 3)}", _REGIONAL[each.type])
        if each.type == "aws_iam_access_key":
            user = self._places.iam(each.state, "user", each.text("user"))
            return bool(user) and self._listed(_part(user, 4), "iam.list_access_keys")
        if each.type in _PASSWORDS:
            return self._collected(node_of(node.split(":")[2]))
        if each.type == "azurerm_key_vault_secret":
            vault = self._nodes.get(scope_node(each.text("key_vault_id")))
            return vault is not None and vault.collected and vault.attributes.get("secrets_known") is True
        return False

    def _listed(self, place: str, operation: str) -> bool:
        return self._presence.get((place, operation)) in _SEEN

    def _collected(self, node: str) -> bool:
        found = self._nodes.get(node)
        return found is not None and found.collected


def _part(arn: str, number: int) -> str:
    parts = arn.split(":")
    return parts[number] if len(parts) > number else ""
