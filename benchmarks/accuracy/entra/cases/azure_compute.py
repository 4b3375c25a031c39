"""Cases: managed identities through what runs as them.

Input: none (data only). Output: ``CASES``. Not handled: network reach, secrets in settings.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_SURE, OPEN, Case, Claim, no, some, yes
from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import Tenant

__all__ = ["CASES"]

_ROLES: Final = LEARN + "azure/role-based-access-control/built-in-roles/"
_COMPUTE: Final = _ROLES + "compute"
_RUN: Final = LEARN + "azure/virtual-machines/run-command-overview"
_TOKENS: Final = LEARN + "entra/identity/managed-identities-azure-resources/how-to-use-vm-token"
_IDENTITIES: Final = LEARN + "entra/identity/managed-identities-azure-resources/"
_VM: Final = "Microsoft.Compute/virtualMachines/"
_RM: Final = "RoleManagement.ReadWrite.Directory"


def _people(*names: str) -> Scope:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return Scope(tenant).subscription("main")


def _case(name: str, why: str, source: str, scope: Scope, *claims: Claim) -> Case:
    return Case(name, why, source, scope.tenant, claims, scope)


def _granted(scope: Scope, identity: str, *permissions: str) -> Scope:
    scope.tenant.grant(identity, *permissions)
    return scope


CASES: Final[tuple[Case, ...]] = (
    _case(
        "azure-compute/vm-contributor",
        "Who runs commands on a machine asks its metadata service for a token of its identity.",
        _RUN,
        _people("ann", "bob", "carl")
        .machine("web", runs="web-id")
        .machine("far", runs="far-id", at="rg:main/other")
        .assign("ann", "Virtual Machine Contributor", "rg:main/app")
        .assign("bob", "Reader")
        .assign("carl", "Virtual Machine Contributor", "rg:main/other"),
        yes("ann", "web-id"),
        no("ann", "far-id"),
        no("bob", "web-id"),
        no("carl", "web-id"),
        yes("carl", "far-id"),
    ),
    _case(
        "azure-compute/contributor",
        "Contributors manage machines; so they run commands on them.",
        _TOKENS,
        _people("ann", "bob")
        .machine("web", runs="web-id")
        .assign("ann", "Contributor")
        .assign("bob", "User Access Administrator", "rg:main/empty"),
        yes("ann", "web-id"),
        no("ann", "sub:main"),
        no("bob", "web-id"),
    ),
    _case(
        "azure-compute/run-command-action",
        "The action runCommand suffices; starting and restarting do not.",
        _RUN,
        _people("ann", "bob", "carl")
        .machine("web", runs="web-id")
        .custom("runner", _VM + "runCommand/action", _VM + "read")
        .custom("restarter", _VM + "start/action", _VM + "restart/action", _VM + "read")
        .custom("looker", _VM + "*/read")
        .assign("ann", "runner")
        .assign("bob", "restarter")
        .assign("carl", "looker"),
        yes("ann", "web-id"),
        no("bob", "web-id"),
        no("carl", "web-id"),
    ),
    _case(
        "azure-compute/extension",
        "An extension is code that runs on the machine.",
        LEARN + "azure/virtual-machines/extensions/custom-script-linux",
        _people("ann", "bob")
        .machine("web", runs="web-id")
        .custom("extender", _VM + "extensions/write", _VM + "read")
        .custom("remover", _VM + "extensions/delete", _VM + "extensions/read")
        .assign("ann", "extender")
        .assign("bob", "remover"),
        yes("ann", "web-id"),
        no("bob", "web-id"),
    ),
    _case(
        "azure-compute/managed-run-command",
        "The resource runCommands runs code as the action does.",
        LEARN + "azure/virtual-machines/linux/run-command-managed",
        _people("ann", "bob")
        .machine("web", runs="web-id")
        .custom("scripter", _VM + "runCommands/write")
        .custom("reader", _VM + "runCommands/read")
        .assign("ann", "scripter")
        .assign("bob", "reader"),
        some(EITHER, "ann", "web-id"),
        no("bob", "web-id"),
    ),
    _case(
        "azure-compute/everything-but-code",
        "Where NotActions take away each way to run code, managing machines becomes nobody.",
        LEARN + "azure/role-based-access-control/role-definitions#notactions",
        _people("ann")
        .machine("web", runs="web-id")
        .custom(
            "keeper",
            "Microsoft.Compute/virtualMachines/*",
            not_actions=(_VM + "write", _VM + "*/write", _VM + "runCommand/action", _VM + "*/action"),
        )
        .assign("ann", "keeper"),
        no("ann", "web-id"),
    ),
    _case(
        "azure-compute/machine-without-identity",
        "A machine without identity has none to give.",
        _IDENTITIES + "overview",
        _people("ann")
        .machine("bare", at="rg:main/app")
        .machine("web", runs="web-id", at="rg:main/other")
        .assign("ann", "Virtual Machine Contributor", "rg:main/app"),
        no("ann", "web-id"),
    ),
    _case(
        "azure-compute/one-machine",
        "A role on one machine holds for that machine.",
        LEARN + "azure/role-based-access-control/scope-overview",
        _people("ann")
        .machine("web", runs="web-id")
        .machine("db", runs="db-id")
        .assign("ann", "Virtual Machine Contributor", "at:web"),
        yes("ann", "web-id"),
        no("ann", "db-id"),
    ),
    _case(
        "azure-compute/login-as-administrator",
        "The data action lets log in where the machine takes Entra logins, which the evidence does not say.",
        LEARN + "entra/identity/devices/howto-vm-sign-in-azure-ad-linux",
        _people("ann", "bob")
        .machine("web", runs="web-id")
        .assign("ann", "Virtual Machine Administrator Login")
        .assign("bob", "Reader"),
        some(OPEN, "ann", "web-id"),
        no("bob", "web-id"),
    ),
    _case(
        "azure-compute/user-assigned",
        "A user-assigned identity is had by running code where it is attached.",
        _IDENTITIES + "overview",
        _people("ann", "bob")
        .identity("job-id")
        .machine("web", has=("job-id",))
        .machine("bare", at="rg:main/other")
        .assign("ann", "Virtual Machine Contributor", "at:web")
        .assign("bob", "Virtual Machine Contributor", "at:bare"),
        yes("ann", "job-id"),
        no("bob", "job-id"),
    ),
    _case(
        "azure-compute/attach-an-identity",
        "Who may assign the identity and write a machine attaches the one to the other; either alone does not.",
        _IDENTITIES + "how-to-configure-managed-identities",
        _people("ann", "bob", "carl")
        .identity("job-id", at="rg:main/identities")
        .machine("bare", at="rg:main/app")
        .assign("ann", "Managed Identity Operator", "rg:main/identities")
        .assign("ann", "Virtual Machine Contributor", "rg:main/app")
        .assign("bob", "Managed Identity Operator", "rg:main/identities")
        .assign("carl", "Virtual Machine Contributor", "rg:main/app"),
        yes("ann", "job-id"),
        no("bob", "job-id"),
        no("carl", "job-id"),
    ),
    _case(
        "azure-compute/federate-an-identity",
        "Managed Identity Contributors write federated credentials of user-assigned identities.",
        _ROLES + "identity#managed-identity-contributor",
        _people("ann", "bob")
        .identity("job-id")
        .assign("ann", "Managed Identity Contributor")
        .assign("bob", "Managed Identity Operator"),
        yes("ann", "job-id"),
        no("bob", "job-id"),
    ),
    _case(
        "azure-compute/federate-not-a-system-one",
        "System-assigned identities take no federated credentials.",
        LEARN + "entra/workload-id/workload-identity-federation",
        _people("ann").machine("web", runs="web-id").assign("ann", "Managed Identity Contributor"),
        no("ann", "web-id"),
    ),
    _case(
        "azure-compute/function-app",
        "Website Contributors deploy code, which runs as the app's identity; restarting deploys none.",
        _ROLES + "web-and-mobile#website-contributor",
        _people("ann", "bob", "carl")
        .site("orders", runs="orders-id")
        .custom("restarter", "Microsoft.Web/sites/restart/action", "Microsoft.Web/sites/read")
        .assign("ann", "Website Contributor")
        .assign("bob", "Reader")
        .assign("carl", "restarter"),
        yes("ann", "orders-id"),
        no("bob", "orders-id"),
        no("carl", "orders-id"),
    ),
    _case(
        "azure-compute/publishing-profile",
        "Publishing credentials deploy code where basic authentication is on.",
        LEARN + "azure/app-service/deploy-configure-credentials",
        _people("ann", "bob")
        .site("orders", runs="orders-id")
        .custom("publisher", "Microsoft.Web/sites/publishxml/action", "Microsoft.Web/sites/read")
        .custom("looker", "Microsoft.Web/sites/*/read")
        .assign("ann", "publisher")
        .assign("bob", "looker"),
        some(OPEN, "ann", "orders-id"),
        no("bob", "orders-id"),
    ),
    _case(
        "azure-compute/logic-app",
        "Logic App Contributors rewrite a workflow, which calls others as its identity; Operators switch it on.",
        _ROLES + "integration#logic-app-contributor",
        _people("ann", "bob")
        .workflow("flow", runs="flow-id")
        .assign("ann", "Logic App Contributor")
        .assign("bob", "Logic App Operator"),
        yes("ann", "flow-id"),
        no("bob", "flow-id"),
    ),
    _case(
        "azure-compute/automation",
        "Automation Contributors write runbooks and start them; Operators start what there is.",
        LEARN + "azure/automation/automation-role-based-access-control",
        _people("ann", "bob")
        .automation("ops", runs="ops-id")
        .assign("ann", "Automation Contributor")
        .assign("bob", "Automation Operator"),
        yes("ann", "ops-id"),
        no("bob", "ops-id"),
    ),
    _case(
        "azure-compute/container-app",
        "Who writes a container app chooses the image that runs as its identity.",
        _ROLES + "containers",
        _people("ann", "bob", "carl")
        .container_app("api", runs="api-id")
        .custom("app writer", "Microsoft.App/containerApps/write", "Microsoft.App/containerApps/read")
        .assign("ann", "app writer")
        .assign("bob", "Reader")
        .assign("carl", "Contributor", "rg:main/other"),
        yes("ann", "api-id"),
        no("bob", "api-id"),
        no("carl", "api-id"),
    ),
    _case(
        "azure-compute/kubernetes",
        "Commands that run in a cluster run on its nodes, which have the kubelet's identity.",
        LEARN + "azure/aks/access-private-cluster",
        _people("ann", "bob")
        .identity("kubelet")
        .cluster("prod", nodes="kubelet")
        .assign("ann", "Azure Kubernetes Service Contributor Role")
        .assign("bob", "Reader"),
        some(OPEN, "ann", "kubelet"),
        no("bob", "kubelet"),
    ),
    _case(
        "azure-compute/denied",
        "A deny assignment keeps people off the machines of a managed resource group.",
        LEARN + "azure/role-based-access-control/deny-assignments",
        _people("ann", "bob")
        .machine("web", runs="web-id", at="rg:main/managed")
        .assign("ann", "Contributor")
        .assign("bob", "Contributor")
        .deny("app", "*", not_actions=("*/read",), at="rg:main/managed", but=("bob",)),
        no("ann", "web-id"),
        yes("bob", "web-id"),
    ),
    _case(
        "azure-chain/identity-owns-the-subscription",
        "Through a machine whose identity is Owner, whoever runs commands there is it as well.",
        LEARN + "azure/security/fundamentals/identity-management-best-practices",
        _people("ann", "bob")
        .machine("web", runs="web-id")
        .assign("web-id", "Owner")
        .assign("ann", "Virtual Machine Contributor", "rg:main/app")
        .assign("bob", "Virtual Machine Contributor", "rg:main/other"),
        yes("ann", "sub:main"),
        yes("web-id", "sub:main"),
        no("bob", "sub:main"),
    ),
    _case(
        "azure-chain/identity-writes-roles-of-the-tenant",
        "The identity of a machine may be what administrates the tenant.",
        LEARN + "graph/permissions-reference#rolemanagementreadwritedirectory",
        _granted(
            _people("ann", "bob")
            .machine("web", runs="web-id")
            .machine("safe", runs="safe-id", at="rg:main/other")
            .assign("ann", "Virtual Machine Contributor", "rg:main/app")
            .assign("bob", "Virtual Machine Contributor", "rg:main/other"),
            "web-id",
            _RM,
        ),
        yes("ann", "admin"),
        no("bob", "admin"),
        yes("bob", "safe-id"),
    ),
    _case(
        "azure-chain/owner-of-the-subscription",
        "Whoever owns the subscription owns what runs there.",
        LEARN + "azure/role-based-access-control/built-in-roles/privileged#owner",
        _people("ann", "bob")
        .subscription("test")
        .site("orders", runs="orders-id")
        .assign("ann", "Owner")
        .assign("bob", "Owner", "sub:test"),
        yes("ann", "orders-id"),
        no("bob", "orders-id"),
    ),
    _case(
        "azure-chain/group-of-operators",
        "A Groups Administrator joins the group that manages the machines.",
        LEARN + "entra/identity/role-based-access-control/permissions-reference#groups-administrator",
        Scope(
            Tenant()
            .user("ann")
            .user("bob")
            .group("operators")
            .group("special", assignable=True)
            .role("ann", "Groups Administrator")
        )
        .subscription("main")
        .machine("web", runs="web-id", at="rg:main/app")
        .machine("db", runs="db-id", at="rg:main/data")
        .assign("operators", "Virtual Machine Contributor", "rg:main/app")
        .assign("special", "Virtual Machine Contributor", "rg:main/data"),
        yes("ann", "web-id"),
        no("ann", "db-id"),
        no("bob", "web-id"),
    ),
    _case(
        "azure-compute/container-apps-contributor",
        "Reading container apps runs nothing in them; exec does.",
        LEARN + "azure/container-apps/container-console",
        _people("ann", "bob")
        .container_app("api", runs="api-id")
        .custom("console", "Microsoft.App/containerApps/exec/action", "Microsoft.App/containerApps/*/read")
        .custom("looker", "Microsoft.App/containerApps/*/read")
        .assign("ann", "console")
        .assign("bob", "looker"),
        # Changed after the first run, from OPEN: Microsoft's list of operations names getAuthToken/action as what lets
        # one into a container, and no exec/action, so that this role may well give nothing.
        some(NOT_SURE, "ann", "api-id", source=LEARN + "azure/role-based-access-control/permissions/containers"),
        some(NOT_SURE, "bob", "api-id"),
    ),
)
