"""Which node of the graph a resource of a state is: by the vendor's own id, never by a name alone where it has one.

Input: records of Terraform, the graph of all other sources. Output: ``Places``.
Handled: ids in the forms that versions of the providers have; names of IAM, and of repositories, which stand for the
one of that name in the same state, else for the only one that was collected.
Not handled: Kubernetes and Google Cloud, which no collector reads: their resources have nodes of their own.
Complexity: linear in resources, in identities of AWS and in repositories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from collectors.terraform.records import TerraformRecords, TerraformResource
from graph.evaluate.azure.ids import secret_node as vault_secret_node
from graph.evaluate.entra.ids import federated_node, node_of
from graph.evaluate.entra.ids import secret_node as client_secret_node
from graph.evaluate.github.ids import key_node
from graph.evaluate.github.ids import secret_node as actions_secret_node
from graph.kinds import NodeKind
from graph.model import IdentityGraph

__all__ = ["Places", "last_part", "object_id", "state_node"]

_IAM = {NodeKind.AWS_USER: "user", NodeKind.AWS_ROLE: "role", NodeKind.AWS_GROUP: "group"}
_AMBIGUOUS = ""


def state_node(workspace: str) -> str:
    """Return the node id of a workspace's state."""
    return f"terraform:{workspace}"


def last_part(text: str) -> str:
    """Return what stands behind the last slash.

    Examples
    --------
    >>> last_part("0b1e/password/77aa"), last_part("77aa")
    ('77aa', '77aa')
    """
    return text.rpartition("/")[2]


def object_id(text: str) -> str:
    """Return the object id at the beginning of an id of the provider for Entra, which wrote it in three forms.

    Examples
    --------
    >>> object_id("/applications/0b1e"), object_id("0b1e"), object_id("0b1e/password/77aa")
    ('0b1e', '0b1e', '0b1e')
    """
    parts = [part for part in text.split("/") if part]
    if parts and parts[0].lower() in ("applications", "serviceprincipals"):
        parts = parts[1:]
    return parts[0].lower() if parts else ""


class Places:
    """Nodes by resource."""

    def __init__(self, records: TerraformRecords, identity_graph: IdentityGraph) -> None:
        self._iam: dict[tuple[str, str, str], str] = {}
        """ARN by state, sort and name; the state is empty for what was collected."""
        self._repositories: dict[tuple[str, str], str] = {}
        """Full name by state and short name."""
        self._owners: dict[str, str] = {}
        """Organization or person by state."""
        self._collected(identity_graph)
        for each in records.resources:
            self._of_state(each)

    def _collected(self, identity_graph: IdentityGraph) -> None:
        for node in identity_graph.nodes.values():
            if not node.collected:
                continue
            if node.kind in _IAM and node.id.startswith("arn:"):
                _only(self._iam, ("", _IAM[node.kind], last_part(node.id)), node.id)
            elif node.kind is NodeKind.GITHUB_REPOSITORY:
                name = node.id.removeprefix("github:repo:")
                _only(self._repositories, ("", last_part(name)), name)
            elif node.kind is NodeKind.GITHUB_ORGANIZATION:
                _only(self._owners, "", node.id.removeprefix("github:org:"))

    def _of_state(self, each: TerraformResource) -> None:
        sort = each.type.removeprefix("aws_iam_")
        if sort in _IAM.values() and each.text("arn"):
            _only(self._iam, (each.state, sort, each.text("name")), each.text("arn"))
        elif each.type == "github_repository" and "/" in each.text("full_name"):
            name = each.text("full_name").lower()
            self._repositories[each.state, last_part(name)] = name
            _only(self._owners, each.state, name.partition("/")[0])

    def iam(self, state: str, sort: str, name: str) -> str:
        """Return the ARN of a user, role or group that a state names; empty when several could be meant, or none."""
        found = self._iam.get((state, sort, name))
        return self._iam.get(("", sort, name), "") if found is None else found

    def repository(self, state: str, name: str) -> str:
        """Return the full name of a repository, lower case; empty when its owner is not told."""
        short = last_part(name.lower())
        if "/" in name:
            return name.lower()
        if found := self._repositories.get((state, short)):
            return found
        if owner := self._owners.get(state):
            return f"{owner}/{short}"
        return self._repositories.get(("", short), "")

    def node(self, each: TerraformResource) -> str:
        """Return the node id of a resource; empty for what is no node, or whose id is not known."""
        make = _NODES.get(each.type)
        return make(self, each) if make else ""

    def actions_secret(self, each: TerraformResource) -> str:
        """Return the node id of a secret of GitHub Actions."""
        if each.type == "github_actions_organization_secret":
            owner = self._owners.get(each.state) or self._owners.get("", "")
        else:
            owner = self.repository(each.state, each.text("repository"))
        name = each.text("secret_name").upper()
        return actions_secret_node(owner, name, each.text("environment")) if owner and name else ""


def _only(found: dict, key: object, value: str) -> None:  # type: ignore[type-arg]  # keys of several shapes
    """Remember a value; two that differ stand for nothing."""
    if found.setdefault(key, value) != value:
        found[key] = _AMBIGUOUS


def _arn(_: Places, each: TerraformResource) -> str:
    return each.text("arn")


def _stored(_: Places, each: TerraformResource) -> str:
    found = (each.text("arn"), each.text("secret_id"))
    return next((text for text in found if ":secretsmanager:" in text), "")


def _access_key(_: Places, each: TerraformResource) -> str:
    return f"aws:key:{each.text('id')}" if each.text("id") else ""


def _application(_: Places, each: TerraformResource) -> str:
    found = each.text("object_id").lower() or object_id(each.text("id"))
    return node_of(found) if found else ""


def _password(_: Places, each: TerraformResource) -> str:
    holder, key = _holder(each), each.text("key_id") or last_part(each.text("id"))
    return client_secret_node(holder, key) if holder and key else ""


def _holder(each: TerraformResource) -> str:
    ids = ("application_object_id", "service_principal_id", "application_id", "id")
    return next((object_id(each.text(name)) for name in ids if each.text(name)), "")


def _federated(_: Places, each: TerraformResource) -> str:
    holder, credential = _holder(each), each.text("credential_id") or last_part(each.text("id"))
    return federated_node(holder, credential) if holder and credential else ""


def _managed_identity(_: Places, each: TerraformResource) -> str:
    return node_of(each.text("principal_id").lower()) if each.text("principal_id") else ""


def _vault_secret(_: Places, each: TerraformResource) -> str:
    vault, name = each.text("key_vault_id"), each.text("name")
    return vault_secret_node(vault, name) if vault and name else ""


def _deploy_key(_: Places, each: TerraformResource) -> str:
    number = each.text("id").rpartition(":")[2]
    return key_node(int(number)) if number.isdigit() else ""


def _own(_: Places, each: TerraformResource) -> str:
    return f"{state_node(each.state)}:{each.address}"


def _google(_: Places, each: TerraformResource) -> str:
    name = each.text("name") or each.text("id")
    return f"gcp:{name}" if name.startswith("projects/") else ""


def _types(make: Callable[[Places, TerraformResource], str], names: Iterable[str]) -> Mapping[str, Callable[..., str]]:
    return dict.fromkeys(names, make)


_NODES: Mapping[str, Callable[[Places, TerraformResource], str]] = {
    **_types(_arn, ("aws_iam_user", "aws_iam_role", "aws_iam_group", "aws_iam_openid_connect_provider")),
    **_types(_arn, ("aws_ssm_parameter",)),
    **_types(_stored, ("aws_secretsmanager_secret", "aws_secretsmanager_secret_version")),
    "aws_iam_access_key": _access_key,
    **_types(_application, ("azuread_application", "azuread_application_registration", "azuread_service_principal")),
    **_types(_password, ("azuread_application_password", "azuread_service_principal_password")),
    "azuread_application_federated_identity_credential": _federated,
    "azurerm_user_assigned_identity": _managed_identity,
    "azurerm_key_vault_secret": _vault_secret,
    **_types(
        Places.actions_secret,
        (
            "github_actions_secret",
            "github_actions_organization_secret",
            "github_actions_environment_secret",
        ),
    ),
    "github_repository_deploy_key": _deploy_key,
    **_types(_google, ("google_service_account", "google_service_account_key")),
    **_types(_own, ("kubernetes_secret", "kubernetes_secret_v1", "google_secret_manager_secret_version")),
}
