"""Cases: running code in workloads that are there already."""

from __future__ import annotations

from collections.abc import Callable

from graph.kinds import State
from tests.graph.edges_azure.technique_case import Case, fires, silent
from tests.worlds.azure import AzureWorldFiles, azure
from tests.worlds.entra import entra

__all__ = ["cases"]

K8S = "Microsoft.ContainerService/managedClusters"
AUTOMATION = "Microsoft.Automation/automationAccounts"
VM = "Microsoft.Compute/virtualMachines"
SITES = "Microsoft.Web/sites"


def _prod() -> AzureWorldFiles:
    return azure().management_group("corp").subscription("prod", parent="corp")


def _given(world: AzureWorldFiles, *actions: str, data: tuple[str, ...] = (), scope: str = "rg:rg") -> AzureWorldFiles:
    return world.custom_role("c", *actions, data_actions=data).role_assignment("alice", "c", scope=scope)


def cases() -> list[Case]:
    """Return the cases."""
    return [*_simple(), *_machines(), *_login(), *_sites(), *_automation(), *_clusters(), *_scopes(), *_denies()]


Make = Callable[[], AzureWorldFiles]
_SIMPLE: tuple[tuple[str, Make, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "azure-vm-run-command",
        lambda: _prod().vm("m"),
        "vm:m",
        (f"{VM}/runCommand/action",),
        (f"{VM}/runCommands/read", f"{VM}/start/action", f"{VM}/restart/action"),
    ),
    (
        "azure-vm-run-command-resource",
        lambda: _prod().vm("m"),
        "vm:m",
        (f"{VM}/runCommands/write",),
        (f"{VM}/runCommands/delete",),
    ),
    (
        "azure-vm-extension",
        lambda: _prod().vm("m"),
        "vm:m",
        (f"{VM}/extensions/write",),
        (f"{VM}/write", "Microsoft.Compute/disks/write"),
    ),
    (
        "azure-vmss-run-command",
        lambda: _prod().scale_set("m"),
        "vmss:m",
        ("Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action",),
        (f"{VM}/runCommand/action",),
    ),
    (
        "azure-vmss-extension",
        lambda: _prod().scale_set("m"),
        "vmss:m",
        ("Microsoft.Compute/virtualMachineScaleSets/extensions/write",),
        (f"{VM}/extensions/write",),
    ),
    (
        "azure-webapp-write",
        lambda: _prod().site("m"),
        "site:m",
        (f"{SITES}/write",),
        (f"{SITES}/restart/action", "Microsoft.Web/serverFarms/write"),
    ),
    ("azure-webapp-config", lambda: _prod().site("m"), "site:m", (f"{SITES}/config/write",), (f"{SITES}/config/read",)),
    (
        "azure-webapp-publish",
        lambda: _prod().site("m"),
        "site:m",
        (f"{SITES}/publish/Action",),
        (f"{SITES}/start/action",),
    ),
    (
        "azure-logic-app-write",
        lambda: _prod().logic_app("m"),
        "logic:m",
        ("Microsoft.Logic/workflows/write",),
        ("Microsoft.Logic/workflows/run/action", "Microsoft.Logic/workflows/enable/action"),
    ),
    (
        "azure-container-group-exec",
        lambda: _prod().container_group("m"),
        "aci:m",
        ("Microsoft.ContainerInstance/containerGroups/containers/exec/action",),
        ("Microsoft.ContainerInstance/containerGroups/restart/action",),
    ),
    (
        "azure-container-app-exec",
        lambda: _prod().container_app("m"),
        "app:m",
        ("Microsoft.App/containerApps/getAuthToken/action",),
        ("Microsoft.App/containerApps/read",),
    ),
    (
        "azure-container-app-write",
        lambda: _prod().container_app("m"),
        "app:m",
        ("Microsoft.App/containerApps/write",),
        ("Microsoft.App/containerApps/stop/action",),
    ),
    (
        "azure-container-app-job",
        lambda: _prod().container_app("m", job=True),
        "job:m",
        ("Microsoft.App/jobs/write", "Microsoft.App/jobs/start/action"),
        ("Microsoft.App/jobs/write",),
    ),
    (
        "azure-data-factory-pipeline",
        lambda: _prod().place("factory", "m"),
        "factory:m",
        (
            "Microsoft.DataFactory/factories/pipelines/write",
            "Microsoft.DataFactory/factories/pipelines/createrun/action",
        ),
        ("Microsoft.DataFactory/factories/pipelines/createrun/action",),
    ),
    (
        "azure-arc-extension",
        lambda: _prod().place("arc", "m", type_="Microsoft.HybridCompute/machines"),
        "arc:m",
        ("Microsoft.HybridCompute/machines/extensions/write",),
        ("Microsoft.HybridCompute/machines/write",),
    ),
    (
        "azure-arc-run-command",
        lambda: _prod().place("arc", "m", type_="Microsoft.HybridCompute/machines"),
        "arc:m",
        ("Microsoft.HybridCompute/machines/runCommands/write",),
        ("Microsoft.HybridCompute/machines/read",),
    ),
)
"""Technique, world, target, actions that are enough, and actions that are not."""


_UNSURE = {"azure-container-app-exec"}
"""Of which Microsoft's pages leave something open."""


def _simple() -> list[Case]:
    found = []
    for technique, world, target, enough, other in _SIMPLE:
        state = State.UNVERIFIED if technique in _UNSURE else State.VERIFIED
        found += [
            fires(technique, "a custom role", _given(world(), *enough), "alice", target, grants=1, state=state),
            fires(
                technique,
                "Contributor",
                world().role_assignment("alice", "Contributor", scope="rg:rg"),
                "alice",
                target,
                state=state,
            ),
            silent(technique, "other actions of the kind", _given(world(), *other), "alice", target),
            silent(technique, "Reader", world().role_assignment("alice", "Reader", scope="rg:rg"), "alice", target),
        ]
    return found


def _machines() -> list[Case]:
    run = "azure-vm-run-command"
    return [
        fires(
            run,
            "Virtual Machine Contributor",
            _prod().vm("m").role_assignment("alice", "Virtual Machine Contributor", scope="rg:rg"),
            "alice",
            "vm:m",
        ),
        silent(
            run,
            "NotActions take it out",
            _prod()
            .vm("m")
            .custom_role("c", f"{VM}/*", not_actions=["*/runCommand/action"])
            .role_assignment("alice", "c", scope="rg:rg"),
            "alice",
            "vm:m",
        ),
        silent(
            run,
            "Virtual Machine User Login",
            _prod().vm("m", login=True).role_assignment("alice", "Virtual Machine User Login", scope="rg:rg"),
            "alice",
            "vm:m",
        ),
        silent(
            "azure-vm-extension",
            "a scale set's right",
            _given(_prod().vm("m"), "Microsoft.Compute/virtualMachineScaleSets/*"),
            "alice",
            "vm:m",
        ),
        fires(
            "azure-webapp-write",
            "Website Contributor",
            _prod().site("m").role_assignment("alice", "Website Contributor", scope="rg:rg"),
            "alice",
            "site:m",
        ),
    ]


def _login() -> list[Case]:
    user, admin = "azure-vm-login", "azure-vm-login-admin"
    lets, asked = (
        _prod().vm("m", login=True),
        lambda role: _prod().vm("m", login=True).role_assignment("alice", role, scope="vm:m"),
    )
    unasked = _prod().vm("m").role_assignment("alice", "Virtual Machine Administrator Login", scope="vm:m")
    return [
        fires(user, "Virtual Machine User Login", asked("Virtual Machine User Login"), "alice", "vm:m", grants=1),
        fires(
            admin, "Virtual Machine Administrator Login", asked("Virtual Machine Administrator Login"), "alice", "vm:m"
        ),
        silent(admin, "Virtual Machine User Login", asked("Virtual Machine User Login"), "alice", "vm:m"),
        silent(
            user, "Owner has no data actions", lets.role_assignment("alice", "Owner", scope="sub:prod"), "alice", "vm:m"
        ),
        silent(user, "no extension", unasked, "alice", "vm:m"),
        silent(admin, "no extension", unasked, "alice", "vm:m"),
        fires(
            user,
            "extensions not looked at",
            _prod()
            .vm("m")
            .without("compute.virtualMachines.extensions")
            .role_assignment("alice", "Virtual Machine User Login", scope="vm:m"),
            "alice",
            "vm:m",
            state=State.UNVERIFIED,
        ),
    ]


def _sites() -> list[Case]:
    profile, keys = "azure-webapp-publishing-profile", "azure-function-host-keys"
    read, listed = f"{SITES}/publishxml/action", f"{SITES}/host/listkeys/action"
    return [
        fires(profile, "a custom role", _given(_prod().site("m"), read), "alice", "site:m", state=State.UNVERIFIED),
        silent(profile, "reading the app", _given(_prod().site("m"), f"{SITES}/read"), "alice", "site:m"),
        fires(
            keys,
            "a function app",
            _given(_prod().site("m", function=True), listed),
            "alice",
            "site:m",
            state=State.UNVERIFIED,
        ),
        silent(keys, "a web app", _given(_prod().site("m"), listed), "alice", "site:m"),
    ]


def _automation() -> list[Case]:
    found = []
    for technique, start in (
        ("azure-automation-runbook", "jobs/write"),
        ("azure-automation-webhook", "webhooks/*"),
        ("azure-automation-schedule", "jobSchedules/write"),
    ):
        write = f"{AUTOMATION}/runbooks/write"
        two = (
            _prod()
            .automation("m")
            .custom_role("writes", write)
            .custom_role("starts", f"{AUTOMATION}/{start}")
            .role_assignment("alice", "writes", scope="rg:rg")
        )
        found += [
            fires(
                technique,
                "one role",
                _given(_prod().automation("m"), write, f"{AUTOMATION}/{start}"),
                "alice",
                "automation:m",
                grants=1,
            ),
            fires(
                technique,
                "Contributor",
                _prod().automation("m").role_assignment("alice", "Contributor", scope="sub:prod"),
                "alice",
                "automation:m",
            ),
            silent(
                technique,
                "starting alone",
                _given(_prod().automation("m"), f"{AUTOMATION}/{start}"),
                "alice",
                "automation:m",
            ),
            silent(technique, "writing alone", _given(_prod().automation("m"), write), "alice", "automation:m"),
            silent(
                technique,
                "two roles of two people",
                two.role_assignment("bob", "starts", scope="rg:rg"),
                "alice",
                "automation:m",
            ),
        ]
    two = (
        _prod()
        .automation("m")
        .custom_role("writes", f"{AUTOMATION}/runbooks/write")
        .custom_role("starts", f"{AUTOMATION}/jobs/write")
        .role_assignment("alice", "writes", scope="rg:rg")
        .role_assignment("alice", "starts", scope="sub:prod")
    )
    apart = (
        _prod()
        .automation("m")
        .vm("other", group="elsewhere")
        .custom_role("writes", f"{AUTOMATION}/runbooks/write")
        .custom_role("starts", f"{AUTOMATION}/jobs/write")
        .role_assignment("alice", "writes", scope="rg:rg")
        .role_assignment("alice", "starts", scope="rg:elsewhere")
    )
    technique = "azure-automation-runbook"
    return [
        *found,
        fires(technique, "two roles at two scopes", two, "alice", "automation:m", grants=2),
        silent(technique, "two roles at scopes apart", apart, "alice", "automation:m"),
    ]


def _clusters() -> list[Case]:
    admin, profile = f"{K8S}/listClusterAdminCredential/action", f"{K8S}/accessProfiles/listCredential/action"
    user, command = f"{K8S}/listClusterUserCredential/action", f"{K8S}/runcommand/action"
    local, sealed = (lambda: _prod().cluster("m")), (lambda: _prod().cluster("m", local_accounts=False))
    roles = lambda: _prod().cluster("m", azure_rbac=True)  # noqa: E731
    pods = (f"{K8S}/*",)
    found = []
    for technique, action in (("azure-aks-admin-credential", admin), ("azure-aks-access-profile", profile)):
        found += [
            fires(technique, "local accounts", _given(local(), action), "alice", "aks:m"),
            silent(technique, "local accounts are off", _given(sealed(), action), "alice", "aks:m"),
            silent(technique, "the user credential alone", _given(local(), user), "alice", "aks:m"),
        ]
    return [
        *found,
        fires("azure-aks-user-credential", "no Entra log-in", _given(local(), user), "alice", "aks:m"),
        silent("azure-aks-user-credential", "Entra log-in", _given(roles(), user), "alice", "aks:m"),
        fires("azure-aks-run-command", "no Entra log-in", _given(local(), command), "alice", "aks:m"),
        fires(
            "azure-aks-run-command", "Entra log-in", _given(roles(), command), "alice", "aks:m", state=State.UNVERIFIED
        ),
        silent("azure-aks-run-command", "reading the cluster", _given(local(), f"{K8S}/read"), "alice", "aks:m"),
        fires("azure-aks-rbac-pods", "Azure roles decide", _given(roles(), user, data=pods), "alice", "aks:m"),
        silent(
            "azure-aks-rbac-pods",
            "Azure roles do not decide",
            _given(local(), user, data=pods),
            "alice",
            "aks:m",
        ),
        silent(
            "azure-aks-rbac-pods", "reading pods", _given(roles(), user, data=(f"{K8S}/pods/read",)), "alice", "aks:m"
        ),
    ]


def _scopes() -> list[Case]:
    run, action = "azure-vm-run-command", f"{VM}/runCommand/action"
    many = lambda: _prod().vm("m").vm("n").vm("o", group="other")  # noqa: E731
    return [
        fires(run, "at a management group", _given(many(), action, scope="mg:corp"), "alice", "vm:o"),
        fires(run, "at the tenant's root group", _given(many(), action, scope="mg:root"), "alice", "vm:m"),
        fires(run, "at the root", _given(many(), action, scope="root"), "alice", "vm:n"),
        fires(run, "at the subscription", _given(many(), action, scope="sub:prod"), "alice", "vm:m"),
        fires(run, "at the machine", _given(many(), action, scope="vm:m"), "alice", "vm:m"),
        silent(run, "at another machine", _given(many(), action, scope="vm:n"), "alice", "vm:m"),
        silent(run, "at another resource group", _given(many(), action, scope="rg:other"), "alice", "vm:m"),
        silent(
            run,
            "at another subscription",
            _given(many().subscription("lab").vm("x"), action, scope="sub:lab"),
            "alice",
            "vm:m",
        ),
        fires(
            run,
            "a group has the role",
            many().custom_role("c", action).role_assignment("group:ops", "c", scope="rg:rg"),
            "group:ops",
            "vm:m",
        ),
        fires(
            run,
            "eligible",
            many().custom_role("c", action).role_assignment("alice", "c", scope="rg:rg", eligible=True),
            "alice",
            "vm:m",
            keys={"entra:activation"},
        ),
        fires(
            run,
            "who assigns roles at the resource group",
            many().role_assignment("alice", "User Access Administrator", scope="rg:rg"),
            "alice",
            "vm:m",
        ),
        silent(
            run,
            "who assigns roles at another resource group",
            many().role_assignment("alice", "User Access Administrator", scope="rg:other"),
            "alice",
            "vm:m",
        ),
        fires(
            run,
            "a disabled subscription",
            _given(azure().subscription("old", state="Disabled").vm("m"), action),
            "alice",
            "vm:m",
            keys={"azure:subscription-enabled"},
        ),
        fires(
            run,
            "a disabled subscription below a management group, and a deny there that spares the holder",
            _given(
                azure()
                .management_group("corp")
                .subscription("old", parent="corp", state="Disabled")
                .vm("m")
                .vm("n", group="locked")
                .deny("d", "*", scope="rg:locked", excluded=["bob"])
                .deny("e", "*", scope="rg:rg", excluded=["alice"]),
                action,
                scope="mg:corp",
            ),
            "alice",
            "vm:m",
            keys={"azure:subscription-enabled"},
        ),
        fires(
            run,
            "a disabled subscription below a management group",
            _given(
                azure()
                .management_group("corp")
                .subscription("old", parent="corp", state="Disabled")
                .vm("m")
                .subscription("new", parent="corp")
                .vm("n"),
                action,
                scope="mg:corp",
            ),
            "alice",
            "vm:m",
            keys={"azure:subscription-enabled"},
        ),
    ]


def _denies() -> list[Case]:
    run, action = "azure-vm-run-command", f"{VM}/runCommand/action"
    many = lambda: _given(_prod().vm("m").vm("n", group="app").vm("o", group="app"), action, scope="sub:prod")  # noqa: E731
    people = entra().user("alice").user("bob").group("ops", "alice", "bob")
    group = lambda: _prod().vm("m").custom_role("c", action).role_assignment("group:ops", "c", scope="rg:rg")  # noqa: E731
    return [
        silent(run, "a deny at the resource group below", many().deny("d", "*", scope="rg:app"), "alice", "vm:n"),
        fires(run, "beside a deny at another resource group", many().deny("d", "*", scope="rg:app"), "alice", "vm:m"),
        silent(run, "a deny at the machine", many().deny("d", "*", scope="vm:n"), "alice", "vm:n"),
        fires(run, "beside a deny at another machine", many().deny("d", "*", scope="vm:n"), "alice", "vm:o"),
        fires(
            run,
            "a deny whose NotActions leave it",
            many().deny("d", "*", not_actions=["Microsoft.Compute/*"], scope="rg:app"),
            "alice",
            "vm:n",
        ),
        fires(run, "a deny of others", many().deny("d", "*", scope="rg:app", principals=["bob"]), "alice", "vm:n"),
        fires(
            run,
            "a deny that spares the holder",
            many().deny("d", "*", scope="rg:app", excluded=["alice"]),
            "alice",
            "vm:n",
        ),
        fires(
            run,
            "a deny that does not go to children",
            many().deny("d", "*", scope="rg:app", children=False),
            "alice",
            "vm:n",
        ),
        silent(run, "a deny at the subscription", many().deny("d", "*/action", scope="sub:prod"), "alice", "vm:m"),
        fires(
            run,
            "a deny of one member of the group",
            group().deny("d", "*", scope="rg:rg", principals=["bob"]),
            "group:ops",
            "vm:m",
            state=State.UNVERIFIED,
            people=people,
        ),
        silent(
            run,
            "a deny of the group",
            group().deny("d", "*", scope="rg:rg", principals=["group:ops"]),
            "group:ops",
            "vm:m",
            people=people,
        ),
    ]
