"""The two subscriptions under one management group: what runs in them, as whom, and who may change it.

Input: a ``Tenant``, for the service principals of managed identities. Output: both subscriptions and the answers above.
Not handled: networks, disks and everything else that carries no identity.
"""

from __future__ import annotations

from typing import Any

from sample_data._make.azure.estate import MANAGEMENT_GROUP, Subscription, management_group_id
from sample_data._make.azure.roles import ROLES
from sample_data._make.entra.names import TENANT, guid
from sample_data._make.entra.tenant import Tenant, federated
from sample_data._make.identifiers import days_ago

__all__ = ["subscriptions", "tenant_answers"]

_MACHINE = "Microsoft.Compute/virtualMachines"
_SITE = "Microsoft.Web/sites"
_VAULT = "Microsoft.KeyVault/vaults"
_AKS_ISSUER = "https://germanywestcentral.oic.prod-aks.azure.com/nordlicht/shop/"
_ONLY_READER = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
    "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals "
    f"{{{ROLES['Reader']}}})) AND ((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/delete'}})) OR "
    "(@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals "
    f"{{{ROLES['Reader']}}}))"
)


def subscriptions(tenant: Tenant) -> tuple[Subscription, Subscription]:
    """Return production and staging, and add their managed identities to the tenant."""
    production, staging = Subscription("nordlicht-prod", "production"), Subscription("nordlicht-staging", "staging")
    _batch(production, tenant)
    _invoices(production, tenant)
    _shop(production, tenant)
    _backup(production, tenant)
    _operations(staging, production, tenant)
    _web(staging, tenant)
    production.assign("group/cloud-operators", "Owner", production.id)
    production.assign("group/cloud-auditors", "Reader", production.id)
    production.assign("principal/gha-azure-tools", "Reader", production.id)
    return production, staging


def _machine(estate: Subscription, tenant: Tenant, group: str, name: str) -> str:
    path = estate.resource(
        "compute.virtualMachines",
        _MACHINE,
        group,
        name,
        {
            "vmId": guid("vm", name),
            "provisioningState": "Succeeded",
            "storageProfile": {"osDisk": {"osType": "Linux"}},
        },
        identity=estate.system(name),
    )
    tenant.managed_identity(name, path)
    return path


def _batch(estate: Subscription, tenant: Tenant) -> None:
    # Who may run a command on the machine is whoever the machine is, and this one owns the subscription.
    _machine(estate, tenant, "rg-batch", "vm-batch")
    estate.assign("principal/vm-batch", "Owner", estate.id)
    estate.assign("principal/gha-azure-deploy", "Contributor", estate.group("rg-batch"))
    _machine(estate, tenant, "rg-reports", "vm-reports")
    estate.assign("principal/vm-reports", "Reader", estate.id)
    estate.assign("principal/report-runner", "Contributor", estate.group("rg-reports"))


def _vault(estate: Subscription, name: str, policies: list[str], secrets: list[str], *, rbac: bool) -> str:
    rules = [
        {
            "tenantId": TENANT,
            "objectId": guid("principal", each),
            "permissions": {"keys": [], "secrets": ["get", "list"], "certificates": []},
        }
        for each in policies
    ]
    path = estate.resource(
        "keyvault.vaults",
        _VAULT,
        "rg-invoices",
        name,
        {
            "tenantId": TENANT,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": rbac,
            "accessPolicies": rules,
            "publicNetworkAccess": "Enabled",
        },
    )
    estate.lines["keyvault.vaults.secrets"][path] = [
        {
            "id": f"{path}/secrets/{each}",
            "name": each,
            "type": f"{_VAULT}/secrets",
            "properties": {"attributes": {"enabled": True, "created": 1735689600, "updated": 1735689600}},
        }
        for each in secrets
    ]
    return path


def _invoices(estate: Subscription, tenant: Tenant) -> None:
    invoices = estate.identity("rg-invoices", "id-invoices")
    tenant.managed_identity("id-invoices", invoices, user_assigned=True)
    estate.resource(
        "web.sites",
        _SITE,
        "rg-invoices",
        "func-invoices",
        {"state": "Running", "enabled": True, "defaultHostName": "func-invoices.azurewebsites.net"},
        identity=estate.assigned(invoices),
        kind="functionapp,linux",
    )
    _vault(estate, "kv-invoices", ["id-invoices"], ["datev-token", "erp-api-key"], rbac=False)
    payments = _vault(estate, "kv-payments", [], ["payment-signing-key"], rbac=True)
    # One right, two vaults: it may add itself to the policies of the one, and not to the roles of the other.
    estate.assign("principal/label-notifier", "Contributor", estate.group("rg-invoices"))
    checkout = estate.identity(
        "rg-shop",
        "id-checkout",
        outside=[federated("checkout", "system:serviceaccount:shop:checkout", issuer=_AKS_ISSUER)],
    )
    tenant.managed_identity("id-checkout", checkout, user_assigned=True)
    tenant.lines["servicePrincipals.federatedIdentityCredentials"][guid("principal", "id-checkout")] = [
        federated("checkout", "system:serviceaccount:shop:checkout", issuer=_AKS_ISSUER)
    ]
    estate.assign("principal/id-checkout", "Key Vault Secrets User", payments)


def _shop(estate: Subscription, tenant: Tenant) -> None:
    path = estate.resource(
        "containerservice.managedClusters",
        "Microsoft.ContainerService/managedClusters",
        "rg-shop",
        "aks-shop",
        {
            "kubernetesVersion": "1.33.2",
            "nodeResourceGroup": "MC_rg-shop_aks-shop_germanywestcentral",
            "disableLocalAccounts": True,
            "aadProfile": {"managed": True, "enableAzureRBAC": True},
            "oidcIssuerProfile": {"enabled": True, "issuerURL": _AKS_ISSUER},
            "securityProfile": {"workloadIdentity": {"enabled": True}},
        },
        identity=estate.system("aks-shop"),
    )
    tenant.managed_identity("aks-shop", path)


def _backup(estate: Subscription, tenant: Tenant) -> None:
    # A managed application: its publisher's deny assignment stops everybody here, whatever roles they have.
    _machine(estate, tenant, "rg-backup", "vm-backup")
    estate.assign("principal/vm-backup", "Owner", estate.id)
    group = estate.group("rg-backup")
    estate.assign("principal/ops-automation", "Contributor", group)
    number = guid("deny", "backup")
    estate.lists["authorization.denyAssignments"].append(
        {
            "id": f"{group}/providers/Microsoft.Authorization/denyAssignments/{number}",
            "name": number,
            "type": "Microsoft.Authorization/denyAssignments",
            "properties": {
                "denyAssignmentName": "managed by Backupwerk",
                "scope": group,
                "doNotApplyToChildScopes": False,
                "isSystemProtected": True,
                "permissions": [{"actions": ["*"], "notActions": ["*/read"], "dataActions": [], "notDataActions": []}],
                "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
                "excludePrincipals": [{"id": guid("principal", "Backupwerk"), "type": "ServicePrincipal"}],
            },
        }
    )
    tenant.principal("Backupwerk", home=guid("tenant", "backupwerk.example"), publisher="Backupwerk GmbH", seen=1)


def _operations(staging: Subscription, production: Subscription, tenant: Tenant) -> None:
    kind = "Microsoft.Automation/automationAccounts"
    above = management_group_id(MANAGEMENT_GROUP)
    for name, role, group in (
        ("aa-ops", "User Access Administrator", "rg-ops"),
        ("aa-reports", "Reader", "rg-ops-reports"),
    ):
        path = staging.resource(
            "automation.automationAccounts", kind, group, name, {"state": "Ok"}, identity=staging.system(name)
        )
        tenant.managed_identity(name, path)
        # What is assigned above both subscriptions is listed in each of them.
        production.inherit(staging.assign(f"principal/{name}", role, above))
    staging.assign("principal/ops-automation", "Automation Contributor", staging.group("rg-ops"))
    staging.assign("principal/gha-azure-preview", "Automation Contributor", staging.group("rg-ops-reports"))
    onboarding = staging.identity("rg-onboarding", "id-onboarding")
    tenant.managed_identity("id-onboarding", onboarding, user_assigned=True)
    staging.resource(
        "logic.workflows",
        "Microsoft.Logic/workflows",
        "rg-onboarding",
        "la-onboarding",
        {"state": "Enabled", "provisioningState": "Succeeded"},
        identity=staging.assigned(onboarding),
    )
    production.assign(
        "principal/id-onboarding", "Role Based Access Control Administrator", production.id, condition=_ONLY_READER
    )


def _web(estate: Subscription, tenant: Tenant) -> None:
    catalog = estate.identity("rg-web", "id-catalog")
    tenant.managed_identity("id-catalog", catalog, user_assigned=True)
    tenant.app_role("id-catalog", "Application.ReadWrite.All", days=75)
    for name, group, identity in (
        ("func-catalog", "rg-web", estate.assigned(catalog)),
        ("func-static", "rg-static", None),
    ):
        estate.resource(
            "web.sites",
            _SITE,
            group,
            name,
            {"state": "Running", "enabled": True, "defaultHostName": f"{name}.azurewebsites.net"},
            identity=identity,
            kind="functionapp,linux",
        )
    estate.assign("user/erik.holm", "Website Contributor", estate.group("rg-web"))
    estate.assign("user/jonas.weber", "Website Contributor", estate.group("rg-static"))


def tenant_answers(estates: tuple[Subscription, ...]) -> dict[str, dict[str, Any]]:
    """Return what the management groups and the list of subscriptions say, keyed by operation."""
    root, group = management_group_id(TENANT), management_group_id(MANAGEMENT_GROUP)
    children = [
        {"id": each.id, "type": "/subscriptions", "name": each.guid, "displayName": each.name} for each in estates
    ]
    below = {"id": group, "type": "Microsoft.Management/managementGroups", "name": MANAGEMENT_GROUP}
    groups = [
        _management_group(root, TENANT, "Tenant Root Group", None, [{**below, "displayName": "Nordlicht"}]),
        _management_group(group, MANAGEMENT_GROUP, "Nordlicht", root, children),
    ]
    listed = [
        {
            "id": each.id,
            "subscriptionId": each.guid,
            "tenantId": TENANT,
            "displayName": each.name,
            "state": "Enabled",
            "tags": {"environment": each.environment},
        }
        for each in estates
    ]
    inside = [_descendant(each.id, "/subscriptions", each.guid, each.name, group) for each in estates]
    first = _descendant(group, "Microsoft.Management/managementGroups", MANAGEMENT_GROUP, "Nordlicht", root)
    return {
        "managementGroups": {"value": groups},
        "managementGroups.descendants": {root: [first, *inside], group: inside},
        "subscriptions": {"value": listed},
    }


def _descendant(identity: str, arm_type: str, name: str, display: str, parent: str) -> dict[str, Any]:
    above = {"id": parent}
    return {
        "id": identity,
        "type": arm_type,
        "name": name,
        "properties": {"displayName": display, "parent": above},
    }


def _management_group(
    identity: str, name: str, display: str, parent: str | None, children: list[dict[str, str]]
) -> dict[str, Any]:
    above = {"id": parent, "name": parent.rpartition("/")[2]} if parent else None
    return {
        "id": identity,
        "type": "Microsoft.Management/managementGroups",
        "name": name,
        "properties": {
            "tenantId": TENANT,
            "displayName": display,
            "details": {"version": 1, "updatedTime": days_ago(700), "parent": above},
            "children": children,
        },
    }
