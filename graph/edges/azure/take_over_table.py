"""Techniques that run code in an existing workload of Azure: what each needs on it, as data.

Input: none (data only). Output: ``TAKEN``.
Not handled: workloads whose documentation does not say that code in them gets the identity's tokens (machine learning,
Batch, Synapse …): nothing is said of those; deployment slots, whose actions are their own.

Actions: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from collectors.azure.records import AzureWorkload
from graph.edges.azure.ways import Need
from graph.kinds import State

__all__ = ["TAKEN", "Taken"]

Sure = tuple[State, str]
_YES: Sure = (State.VERIFIED, "")
_NO: Sure = (State.VOID, "")


@dataclass(frozen=True, slots=True)
class Taken:
    """A technique by which an existing workload runs the caller's code."""

    id: str
    family: str
    """Workloads that answer the question alike share a class of targets."""
    words: str
    types: tuple[str, ...]
    needs: tuple[Need, ...]
    sure: Callable[[AzureWorkload], Sure] = lambda workload: _YES
    """How surely it works on one workload, and why not."""


def _login(workload: AzureWorkload) -> Sure:
    name = workload.facts.get("aad_login")
    if name is None:
        return State.UNVERIFIED, "Whether the machine lets Entra users log in was not looked at."
    return _YES if name else _NO


def _local_accounts(workload: AzureWorkload) -> Sure:
    told = workload.facts.get("local_accounts")
    if told is None:
        return State.UNVERIFIED, "Whether the cluster has local accounts was not told."
    return _YES if told == "true" else _NO


def _without_entra(workload: AzureWorkload) -> Sure:
    """Return whether the user credential of a cluster is that of its administrator, as without Entra it is."""
    told = workload.facts.get("entra_login")
    if told is None:
        return State.UNVERIFIED, "Whether the cluster uses Entra for log-in was not told."
    return _YES if told == "false" else _NO


def _command(workload: AzureWorkload) -> Sure:
    if workload.facts.get("entra_login") == "false":
        return _YES
    return State.UNVERIFIED, "In a cluster that uses Entra the command needs a right in Kubernetes as well."


def _azure_rbac(workload: AzureWorkload) -> Sure:
    if workload.facts.get("entra_login") == "false":
        return _NO
    told = workload.facts.get("azure_rbac")
    if told is None:
        return State.UNVERIFIED, "Whether the cluster lets Azure roles decide was not told."
    return _YES if told == "true" else _NO


def _basic(workload: AzureWorkload) -> Sure:
    return State.UNVERIFIED, "Whether basic authentication of deployment is on was not read."


def _token(workload: AzureWorkload) -> Sure:
    return (
        State.UNVERIFIED,
        "Microsoft's reference names data actions for it beside the token's, and not which are asked.",
    )


def _functions(workload: AzureWorkload) -> Sure:
    if "functionapp" not in workload.kind.lower():
        return _NO
    return State.UNVERIFIED, "Microsoft's pages do not say that the key alone changes the code."


def _need(*actions: str, data: bool = False) -> tuple[Need, ...]:
    return tuple(Need(action, data) for action in actions)


_VM = ("microsoft.compute/virtualmachines",)
_SET = ("microsoft.compute/virtualmachinescalesets",)
_SITE = ("microsoft.web/sites",)
_AKS = ("microsoft.containerservice/managedclusters",)
_K8S = "Microsoft.ContainerService/managedClusters"
_AUTOMATION = "Microsoft.Automation/automationAccounts"
_MACHINES, _SETS, _SITES = "virtual machines", "scale sets", "web and function apps"

TAKEN: tuple[Taken, ...] = (
    Taken("azure-vm-run-command", "vm", _MACHINES, _VM, _need("Microsoft.Compute/virtualMachines/runCommand/action")),
    Taken(
        "azure-vm-run-command-resource",
        "vm",
        _MACHINES,
        _VM,
        _need("Microsoft.Compute/virtualMachines/runCommands/write"),
    ),
    Taken("azure-vm-extension", "vm", _MACHINES, _VM, _need("Microsoft.Compute/virtualMachines/extensions/write")),
    Taken(
        "azure-vm-login-admin",
        "vm-login",
        "machines with Entra log-in",
        _VM,
        _need("Microsoft.Compute/virtualMachines/loginAsAdmin/action", data=True),
        _login,
    ),
    Taken(
        "azure-vm-login",
        "vm-login",
        "machines with Entra log-in",
        _VM,
        _need("Microsoft.Compute/virtualMachines/login/action", data=True),
        _login,
    ),
    Taken(
        "azure-vmss-run-command",
        "vmss",
        _SETS,
        _SET,
        _need("Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action"),
    ),
    Taken(
        "azure-vmss-extension", "vmss", _SETS, _SET, _need("Microsoft.Compute/virtualMachineScaleSets/extensions/write")
    ),
    Taken("azure-webapp-write", "site", _SITES, _SITE, _need("Microsoft.Web/sites/write")),
    Taken("azure-webapp-config", "site", _SITES, _SITE, _need("Microsoft.Web/sites/config/write")),
    Taken("azure-webapp-publish", "site", _SITES, _SITE, _need("Microsoft.Web/sites/publish/Action")),
    Taken(
        "azure-webapp-publishing-profile",
        "site-basic",
        _SITES,
        _SITE,
        _need("Microsoft.Web/sites/publishxml/action"),
        _basic,
    ),
    Taken(
        "azure-function-host-keys",
        "function",
        "function apps",
        _SITE,
        _need("Microsoft.Web/sites/host/listkeys/action"),
        _functions,
    ),
    Taken(
        "azure-logic-app-write",
        "logic",
        "logic apps",
        ("microsoft.logic/workflows",),
        _need("Microsoft.Logic/workflows/write"),
    ),
    Taken(
        "azure-automation-runbook",
        "automation",
        "automation accounts",
        ("microsoft.automation/automationaccounts",),
        _need(f"{_AUTOMATION}/runbooks/write", f"{_AUTOMATION}/jobs/write"),
    ),
    Taken(
        "azure-automation-webhook",
        "automation",
        "automation accounts",
        ("microsoft.automation/automationaccounts",),
        _need(f"{_AUTOMATION}/runbooks/write", f"{_AUTOMATION}/webhooks/write", f"{_AUTOMATION}/webhooks/action"),
    ),
    Taken(
        "azure-automation-schedule",
        "automation",
        "automation accounts",
        ("microsoft.automation/automationaccounts",),
        _need(f"{_AUTOMATION}/runbooks/write", f"{_AUTOMATION}/jobSchedules/write"),
    ),
    Taken(
        "azure-aks-admin-credential",
        "aks-local",
        "clusters with local accounts",
        _AKS,
        _need(f"{_K8S}/listClusterAdminCredential/action"),
        _local_accounts,
    ),
    Taken(
        "azure-aks-access-profile",
        "aks-local",
        "clusters with local accounts",
        _AKS,
        _need(f"{_K8S}/accessProfiles/listCredential/action"),
        _local_accounts,
    ),
    Taken(
        "azure-aks-user-credential",
        "aks-open",
        "clusters without Entra log-in",
        _AKS,
        _need(f"{_K8S}/listClusterUserCredential/action"),
        _without_entra,
    ),
    Taken("azure-aks-run-command", "aks-command", "clusters", _AKS, _need(f"{_K8S}/runcommand/action"), _command),
    Taken(
        "azure-aks-rbac-pods",
        "aks-rbac",
        "clusters in which Azure roles decide",
        _AKS,
        (Need(f"{_K8S}/pods/write", True), Need(f"{_K8S}/listClusterUserCredential/action")),
        _azure_rbac,
    ),
    Taken(
        "azure-container-group-exec",
        "aci",
        "container groups",
        ("microsoft.containerinstance/containergroups",),
        _need("Microsoft.ContainerInstance/containerGroups/containers/exec/action"),
    ),
    Taken(
        "azure-container-app-exec",
        "app-exec",
        "container apps",
        ("microsoft.app/containerapps",),
        _need("Microsoft.App/containerApps/getAuthToken/action"),
        _token,
    ),
    Taken(
        "azure-container-app-write",
        "app",
        "container apps",
        ("microsoft.app/containerapps",),
        _need("Microsoft.App/containerApps/write"),
    ),
    Taken(
        "azure-container-app-job",
        "job",
        "jobs of container apps",
        ("microsoft.app/jobs",),
        _need("Microsoft.App/jobs/write", "Microsoft.App/jobs/start/action"),
    ),
    Taken(
        "azure-data-factory-pipeline",
        "adf",
        "data factories",
        ("microsoft.datafactory/factories",),
        _need(
            "Microsoft.DataFactory/factories/pipelines/write",
            "Microsoft.DataFactory/factories/pipelines/createrun/action",
        ),
    ),
    Taken(
        "azure-arc-extension",
        "arc",
        "machines connected by Azure Arc",
        ("microsoft.hybridcompute/machines",),
        _need("Microsoft.HybridCompute/machines/extensions/write"),
    ),
    Taken(
        "azure-arc-run-command",
        "arc",
        "machines connected by Azure Arc",
        ("microsoft.hybridcompute/machines",),
        _need("Microsoft.HybridCompute/machines/runCommands/write"),
    ),
)
