"""Workloads: resources in which code runs, with the identities that it may use and what decides who runs code there.

Input: ``Reading`` rows. Output: ``AzureWorkload`` by id.
Handled: each type's own list, and the general list of resources where that is missing; facts by type.
Not handled: content of code, scripts and definitions, which is never kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from collectors.azure.operations import OPERATIONS
from collectors.azure.records import AzureWorkload
from collectors.azure.records_facts import (
    automation_facts,
    cluster_facts,
    common_facts,
    connected_facts,
    extension_facts,
    machine_os,
    node_principals,
    scale_set_facts,
)
from collectors.azure.records_fields import Fields, Reading, arm_id, arm_type, lower_id, spread
from collectors.azure.records_identities import assigned
from collectors.azure.records_settings import Settings, vault_reference
from collectors.azure.workload_types import WORKLOAD_TYPES

__all__ = ["read_workloads"]

_OWN_LISTS = tuple(
    operation.name
    for operation in OPERATIONS.values()
    if f"microsoft.{operation.name.replace('.', '/').lower()}" in WORKLOAD_TYPES
)
_SITES = ("microsoft.web/sites", "microsoft.web/sites/slots")
_CONTAINER_APPS = ("microsoft.app/containerapps", "microsoft.app/jobs")


def read_workloads(readings: Sequence[Reading]) -> dict[str, AzureWorkload]:
    """Return workloads; one that its own list shows is taken from there."""
    found: dict[str, AzureWorkload] = {}
    for reading in readings:
        about = _About(reading)
        for operation in _OWN_LISTS:
            for workload in reading.each(operation, about.workload):
                found.setdefault(workload.id, workload)
    for reading in readings:
        about = _About(reading)
        for other in reading.each("resources", about.workload_if_one):
            if other is not None:
                found.setdefault(other.id, other)
    return found


class _About:
    """What per-object calls tell of the workloads of one scope."""

    def __init__(self, reading: Reading) -> None:
        self.extensions = reading.of_objects("compute.virtualMachines.extensions")
        self.runbooks = reading.of_objects("automation.automationAccounts.runbooks")
        self.hybrid = reading.of_objects("automation.automationAccounts.hybridRunbookWorkerGroups")
        self.connections = reading.of_objects("automation.automationAccounts.connections")
        self.settings = _by_site(reading.of_objects("web.sites.config.appsettings"))
        self.references = _by_site(reading.of_objects("web.sites.config.configreferences.appsettings"))

    def workload_if_one(self, item: Fields) -> AzureWorkload | None:
        """Return the record of a resource in which code runs; ``None`` of any other."""
        return self.workload(item) if arm_type(item) in WORKLOAD_TYPES else None

    def workload(self, item: Fields) -> AzureWorkload:
        """Return the record of a resource."""
        identity, kind, fields = arm_id(item), arm_type(item), spread(item)
        identities, settings = assigned(item), self._settings(identity, kind, fields)
        return AzureWorkload(
            id=identity,
            type=kind,
            name=item.text("name") or identity.rpartition("/")[2],
            ref=item.ref,
            location=item.text("location"),
            kind=item.text("kind"),
            system_principal_id=identities.system,
            user_assigned=identities.user,
            user_principals=identities.principals,
            os=machine_os(kind, fields),
            scale_set=lower_id(fields.inner("virtualMachineScaleSet").text("id")),
            facts=self._facts(identity, kind, item, fields),
            environment=settings.values,
            tags=item.tags("tags"),
            given_id=item.text("id"),
            environment_secrets=settings.secrets,
            environment_hints=settings.hints,
            environment_known=settings.known,
            environment_ids=settings.ids,
            node_principals=node_principals(fields) if kind == "microsoft.containerservice/managedclusters" else {},
        )

    def _facts(self, identity: str, kind: str, item: Fields, fields: Fields) -> dict[str, str]:
        facts = common_facts(fields)
        if kind == "microsoft.compute/virtualmachines":
            asked = self.extensions.get(identity)
            facts |= extension_facts(item.items("resources") if asked is None else iter(asked), asked is not None)
        elif kind == "microsoft.compute/virtualmachinescalesets":
            facts |= scale_set_facts(fields)
        elif kind == "microsoft.automation/automationaccounts":
            facts |= automation_facts(
                fields, self.runbooks.get(identity), self.hybrid.get(identity), self.connections.get(identity)
            )
        elif kind == "microsoft.containerservice/managedclusters":
            facts |= cluster_facts(fields)
        elif kind == "microsoft.kubernetes/connectedclusters":
            facts |= connected_facts(fields)
        if managed_by := lower_id(item.text("managedBy")):
            facts["managed_by"] = managed_by
        return facts

    def _settings(self, identity: str, kind: str, fields: Fields) -> Settings:
        settings = Settings()
        if kind in _SITES:
            settings.of_answers(self.settings.get(identity, ()))
            settings.of_references(self.references.get(identity, ()))
            settings.pairs(fields.inner("siteConfig").items("appSettings"), {})
        elif kind in _CONTAINER_APPS:
            stored = dict(_stored(fields.inner("configuration")))
            template = fields.inner("template")
            for name in ("containers", "initContainers"):
                for container in template.items(name):
                    settings.pairs(container.items("env"), stored)
            settings.known = "template" in fields.body
        elif kind == "microsoft.containerinstance/containergroups":
            for name in ("containers", "initContainers"):
                for container in fields.items(name):
                    settings.pairs(spread(container).items("environmentVariables"), {})
            settings.known = "containers" in fields.body
        return settings


def _by_site(found: Mapping[str, tuple[Fields, ...]]) -> dict[str, tuple[Fields, ...]]:
    """Return answers by site, though they were found by an id inside its configuration."""
    return {identity.partition("/config/")[0].removesuffix("/config"): items for identity, items in found.items()}


def _stored(configuration: Fields) -> Iterator[tuple[str, str]]:
    for secret in configuration.items("secrets"):
        if reference := vault_reference(secret.text("keyVaultUrl")):
            yield secret.text("name").lower(), reference
