"""Cases: user-assigned managed identities put on compute, or given a federated credential."""

from __future__ import annotations

from graph.kinds import State
from tests.graph.edges_azure.technique_case import Case, fires, silent
from tests.worlds.azure import AzureWorldFiles, azure

__all__ = ["cases"]

IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
ASSIGN = f"{IDENTITIES}/assign/action"
_COMPUTE = {
    "azure-attach-identity-container": ("Microsoft.ContainerInstance/containerGroups/write",),
    "azure-attach-identity-logic-app": ("Microsoft.Logic/workflows/write",),
    "azure-attach-identity-script": (
        "Microsoft.Resources/deploymentScripts/write",
        "Microsoft.ContainerInstance/containerGroups/write",
        "Microsoft.Storage/storageAccounts/write",
        "Microsoft.Storage/storageAccounts/listKeys/action",
    ),
    "azure-attach-identity-vm": (
        "Microsoft.Compute/virtualMachines/write",
        "Microsoft.Compute/virtualMachines/runCommand/action",
    ),
    "azure-attach-identity-webapp": ("Microsoft.Web/sites/write",),
}


def _prod() -> AzureWorldFiles:
    return azure().subscription("prod").identity("ci").identity("other", group="b")


def _ready() -> AzureWorldFiles:
    return _prod().vm("m").site("s")


def _given(world: AzureWorldFiles, *actions: str, scope: str = "rg:rg") -> AzureWorldFiles:
    return world.custom_role("c", *actions).role_assignment("alice", "c", scope=scope)


def cases() -> list[Case]:
    """Return the cases."""
    return [*_attached(), *_federated()]


def _attached() -> list[Case]:
    found = []
    for technique, actions in _COMPUTE.items():
        two = _ready().custom_role("c", *actions).role_assignment("alice", "c", scope="rg:rg")
        found += [
            fires(technique, "one role", _given(_ready(), ASSIGN, *actions), "alice", "sp:ci", grants=1),
            fires(
                technique,
                "Managed Identity Operator beside",
                two.role_assignment("alice", "Managed Identity Operator", scope="identity:ci"),
                "alice",
                "sp:ci",
                grants=2,
            ),
            fires(
                technique,
                "Contributor",
                _ready().role_assignment("alice", "Contributor", scope="sub:prod"),
                "alice",
                "sp:ci",
            ),
            silent(technique, "assigning alone", _given(_ready(), ASSIGN), "alice", "sp:ci"),
            silent(technique, "compute alone", _given(_ready(), *actions), "alice", "sp:ci"),
            silent(
                technique,
                "Managed Identity Contributor beside",
                _given(_ready(), *actions).role_assignment("alice", "Managed Identity Contributor", scope="rg:rg"),
                "alice",
                "sp:ci",
            ),
            silent(
                technique,
                "an identity of another resource group",
                _given(_ready(), ASSIGN, *actions),
                "alice",
                "sp:other",
            ),
            silent(
                technique,
                "deployments alone",
                _given(_ready(), ASSIGN, "Microsoft.Resources/deployments/*"),
                "alice",
                "sp:ci",
            ),
        ]
    vm, web = "azure-attach-identity-vm", "azure-attach-identity-webapp"
    apart = (
        azure()
        .subscription("lab")
        .identity("ci")
        .subscription("prod")
        .vm("m", group="b")
        .custom_role("c", *_COMPUTE["azure-attach-identity-container"])
        .role_assignment("alice", "c", scope="sub:prod")
        .role_assignment("alice", "Managed Identity Operator", scope="identity:ci")
    )
    return [
        *found,
        silent(vm, "no machine", _given(_prod(), ASSIGN, *_COMPUTE[vm]), "alice", "sp:ci"),
        silent(web, "no app", _given(_prod(), ASSIGN, *_COMPUTE[web]), "alice", "sp:ci"),
        silent(
            vm,
            "writing the machine alone",
            _given(_ready(), ASSIGN, "Microsoft.Compute/virtualMachines/write"),
            "alice",
            "sp:ci",
        ),
        fires(
            "azure-attach-identity-container", "another subscription", apart, "alice", "sp:ci", state=State.UNVERIFIED
        ),
    ]


def _federated() -> list[Case]:
    technique, write = "azure-federated-credential", f"{IDENTITIES}/federatedIdentityCredentials/write"
    return [
        fires(technique, "a custom role", _given(_prod(), write), "alice", "sp:ci", grants=1),
        fires(technique, "at the identity", _given(_prod(), write, scope="identity:ci"), "alice", "sp:ci"),
        fires(
            technique,
            "Contributor",
            _prod().role_assignment("alice", "Contributor", scope="sub:prod"),
            "alice",
            "sp:ci",
        ),
        fires(
            technique,
            "Managed Identity Contributor",
            _prod().role_assignment("alice", "Managed Identity Contributor", scope="rg:rg"),
            "alice",
            "sp:ci",
        ),
        silent(
            technique,
            "Managed Identity Operator",
            _prod().role_assignment("alice", "Managed Identity Operator", scope="rg:rg"),
            "alice",
            "sp:ci",
        ),
        silent(technique, "another identity", _given(_prod(), write, scope="identity:other"), "alice", "sp:ci"),
        silent(technique, "a system-assigned identity", _given(_prod().vm("m", system=True), write), "alice", "sp:m"),
    ]
