"""ARM types of resources in which code runs, and of which an identity may be had.

Input: none (data only). Output: ``WORKLOAD_TYPES``.
Not handled: whether a workload's code can get its identity's tokens; the graph decides that, with its sources.
"""

from __future__ import annotations

__all__ = ["WORKLOAD_TYPES"]

WORKLOAD_TYPES = frozenset(
    {
        "microsoft.apimanagement/service",
        "microsoft.app/containerapps",
        "microsoft.app/jobs",
        "microsoft.app/sessionpools",
        "microsoft.appplatform/spring",
        "microsoft.appplatform/spring/apps",
        "microsoft.automation/automationaccounts",
        "microsoft.azurestackhci/virtualmachineinstances",
        "microsoft.batch/batchaccounts",
        "microsoft.cognitiveservices/accounts",
        "microsoft.cognitiveservices/accounts/projects",
        "microsoft.compute/virtualmachines",
        "microsoft.compute/virtualmachinescalesets",
        "microsoft.compute/virtualmachinescalesets/virtualmachines",
        "microsoft.containerinstance/containergroups",
        "microsoft.containerregistry/registries/tasks",
        "microsoft.containerservice/managedclusters",
        "microsoft.databricks/accessconnectors",
        "microsoft.databricks/workspaces",
        "microsoft.datafactory/factories",
        "microsoft.hdinsight/clusters",
        "microsoft.hybridcompute/machines",
        "microsoft.kubernetes/connectedclusters",
        "microsoft.loadtestservice/loadtests",
        "microsoft.logic/workflows",
        "microsoft.machinelearningservices/workspaces",
        "microsoft.machinelearningservices/workspaces/batchendpoints",
        "microsoft.machinelearningservices/workspaces/computes",
        "microsoft.machinelearningservices/workspaces/onlineendpoints",
        "microsoft.redhatopenshift/openshiftclusters",
        "microsoft.resources/deploymentscripts",
        "microsoft.servicefabric/managedclusters",
        "microsoft.streamanalytics/streamingjobs",
        "microsoft.synapse/workspaces",
        "microsoft.virtualmachineimages/imagetemplates",
        "microsoft.web/sites",
        "microsoft.web/sites/slots",
        "microsoft.web/staticsites",
    }
)
"""In lower case; any other resource is a plain one, though it may have an identity that its service uses."""
