"""Resource types that are read, what of each one stays, and which of its attributes are secrets.

Input: none (data only). Output: ``TYPES``. Names are those of the providers' own documentation.
Handled: identities, their credentials and attachments, stored secrets, other states that are read.
Not handled: every other type; of it nothing but type and address stays.
Errs towards taking out: what stands in neither list is never written.

References
----------
https://registry.terraform.io/providers/hashicorp/aws, azuread, azurerm, google, kubernetes, tls and
https://registry.terraform.io/providers/integrations/github (argument and attribute references, read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["TYPES", "ResourceType"]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """What is taken from a resource of one type."""

    keep: tuple[str, ...]
    """Attributes that name it, or say whom it joins with what."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Attribute to the kind of secret that it is; texts, or maps of texts."""


def _type(keep: str, **secrets: str) -> ResourceType:
    return ResourceType(tuple(keep.split()), secrets)


_PASSWORD = "id key_id display_name start_date end_date"
_OF_APPLICATION = "application_id application_object_id"
_ACTIONS_SECRET = "id secret_name created_at updated_at"

TYPES: Mapping[str, ResourceType] = {
    "aws_iam_user": _type("arn name path unique_id"),
    "aws_iam_role": _type("arn name path unique_id assume_role_policy"),
    "aws_iam_group": _type("arn name path unique_id"),
    "aws_iam_policy": _type("arn name policy"),
    "aws_iam_access_key": _type(
        "id user status create_date",
        secret="secret_access_key",
        ses_smtp_password="password",
        ses_smtp_password_v4="password",
    ),
    "aws_iam_user_login_profile": _type("user", password="password"),
    "aws_iam_service_specific_credential": _type(
        "service_specific_credential_id user_name service_name status", service_password="password"
    ),
    "aws_iam_user_policy": _type("user name policy"),
    "aws_iam_role_policy": _type("role name policy"),
    "aws_iam_group_policy": _type("group name policy"),
    "aws_iam_user_policy_attachment": _type("user policy_arn"),
    "aws_iam_role_policy_attachment": _type("role policy_arn"),
    "aws_iam_group_policy_attachment": _type("group policy_arn"),
    "aws_iam_policy_attachment": _type("name policy_arn users roles groups"),
    "aws_iam_user_group_membership": _type("user groups"),
    "aws_iam_openid_connect_provider": _type("arn url client_id_list"),
    "aws_secretsmanager_secret": _type("arn name"),
    "aws_secretsmanager_secret_version": _type(
        "arn secret_id version_id version_stages", secret_string="secret_value", secret_binary="secret_value"
    ),
    "aws_ssm_parameter": _type("arn name type version", value="secret_value", insecure_value="secret_value"),
    "azuread_application": _type("id object_id client_id application_id display_name"),
    "azuread_application_registration": _type("id object_id client_id display_name"),
    "azuread_service_principal": _type("id object_id client_id application_id display_name"),
    "azuread_application_password": _type(f"{_PASSWORD} {_OF_APPLICATION}", value="client_secret"),
    "azuread_service_principal_password": _type(f"{_PASSWORD} service_principal_id", value="client_secret"),
    "azuread_application_federated_identity_credential": _type(
        f"id credential_id display_name issuer subject audiences {_OF_APPLICATION}"
    ),
    "azuread_app_role_assignment": _type("id app_role_id principal_object_id resource_object_id"),
    "azuread_directory_role_assignment": _type("id role_id principal_object_id directory_scope_id"),
    "azurerm_role_assignment": _type("id scope role_definition_id role_definition_name principal_id"),
    "azurerm_user_assigned_identity": _type("id name principal_id client_id tenant_id"),
    "azurerm_key_vault_secret": _type("id name key_vault_id version versionless_id content_type", value="secret_value"),
    "github_repository": _type("full_name name"),
    "github_actions_secret": _type(
        f"{_ACTIONS_SECRET} repository", plaintext_value="secret_value", value="secret_value"
    ),
    "github_actions_organization_secret": _type(
        f"{_ACTIONS_SECRET} visibility", plaintext_value="secret_value", value="secret_value"
    ),
    "github_actions_environment_secret": _type(
        f"{_ACTIONS_SECRET} repository environment", plaintext_value="secret_value", value="secret_value"
    ),
    "github_repository_deploy_key": _type("id repository title read_only key"),
    "tls_private_key": _type(
        "algorithm public_key_openssh",
        private_key_pem="private_key",
        private_key_openssh="private_key",
        private_key_pem_pkcs8="private_key",
    ),
    "kubernetes_secret": _type("id metadata type", data="secret_value", binary_data="secret_value"),
    "kubernetes_secret_v1": _type("id metadata type", data="secret_value", binary_data="secret_value"),
    "google_service_account": _type("id account_id email name project unique_id"),
    "google_service_account_key": _type(
        "id name service_account_id valid_after valid_before", private_key="private_key"
    ),
    "google_secret_manager_secret_version": _type("id name secret version", secret_data="secret_value"),
    "terraform_remote_state": _type("backend workspace config"),
}
"""By type; a data source has the attributes of the resource of the same name."""
