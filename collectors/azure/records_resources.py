"""Key vaults, and every other resource: what roles are assigned at and what holds data.

Input: ``Reading`` rows. Output: records by id.
Handled: vaults of both access models, names of their secrets, resource groups, identities that a service itself uses.
Not handled: values of secrets and keys; no call that returns one is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from collectors.azure.access_types import AzureAccessPolicy
from collectors.azure.records import AzureManagedIdentity, AzureResource, AzureVault, AzureVaultSecret
from collectors.azure.records_fields import FieldError, Fields, Reading, arm_id, arm_type, spread
from collectors.azure.records_identities import assigned
from collectors.azure.records_scopes import tenant_of
from collectors.azure.workload_types import WORKLOAD_TYPES

__all__ = ["GROUP_TYPE", "read_resources", "read_vaults"]

GROUP_TYPE = "microsoft.resources/resourcegroups"
_VAULT = "microsoft.keyvault/vaults"
_NO_RESOURCES = ("microsoft.resources/subscriptions", "microsoft.management/managementgroups")
_GROUP_TYPES = (GROUP_TYPE, "microsoft.resources/subscriptions/resourcegroups")
_LISTS = ("storage.storageAccounts", "resourceGroups", "managedidentity.userAssignedIdentities", "resources")


def read_vaults(readings: Sequence[Reading]) -> dict[str, AzureVault]:
    """Return key vaults.

    References
    ----------
    https://learn.microsoft.com/azure/key-vault/general/access-control-default (read 2026-11): a vault whose
    ``enableRbacAuthorization`` is null uses access policies.
    """
    secrets = Reading.of_all_objects(readings, "keyvault.vaults.secrets")

    def build(item: Fields) -> AzureVault | None:
        if arm_type(item) != _VAULT:
            return None
        fields, identity = spread(item), arm_id(item)
        told = fields.ref != item.ref
        names = secrets.get(identity, ())
        return AzureVault(
            id=identity,
            name=item.text("name") or identity.rpartition("/")[2],
            ref=item.ref,
            tenant=tenant_of(item),
            rbac=fields.flag("enableRbacAuthorization") is True if told else None,
            policies=tuple(_policies(fields)),
            secrets=tuple(sorted({name.text("name").rpartition("/")[2] for name in names if name.text("name")})),
            secrets_known=identity in secrets,
            stored=tuple(_stored(names)),
            public=_public(fields) if told else None,
            tags=item.tags("tags"),
            given_id=item.text("id"),
            location=item.text("location"),
            uri=fields.text("vaultUri"),
        )

    found: dict[str, AzureVault] = {}
    for reading in readings:
        for operation in ("keyvault.vaults", "resources"):
            for vault in reading.each(operation, build):
                if vault is not None and (vault.id not in found or found[vault.id].rbac is None):
                    found[vault.id] = vault
    return found


def _stored(names: Iterable[Fields]) -> Iterator[AzureVaultSecret]:
    """Yield what a listing tells of each secret of a vault, by name; times are seconds since 1970.

    References
    ----------
    https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/list (read 2026-11).
    """
    found: dict[str, AzureVaultSecret] = {}
    for item in names:
        name, fields = item.text("name").rpartition("/")[2], spread(item)
        if not name:
            continue
        told = fields.inner("attributes")
        found.setdefault(
            name,
            AzureVaultSecret(
                name,
                item.ref,
                fields.text("contentType"),
                item.tags("tags"),
                told.flag("enabled"),
                told.time("created"),
                told.time("updated"),
                told.time("exp") or told.time("expires"),
            ),
        )
    yield from (found[name] for name in sorted(found))


def _policies(fields: Fields) -> Iterator[AzureAccessPolicy]:
    for item in fields.items("accessPolicies"):
        allowed = item.inner("permissions")
        try:
            yield AzureAccessPolicy(
                object_id=item.required("objectId").lower(),
                ref=item.ref,
                tenant_id=item.text("tenantId").lower(),
                application_id=item.text("applicationId").lower(),
                keys=_lowered(allowed, "keys"),
                secrets=_lowered(allowed, "secrets"),
                certificates=_lowered(allowed, "certificates"),
                storage=_lowered(allowed, "storage"),
            )
        except FieldError as error:
            item.report("objectId", str(error).rpartition(": ")[2])


def _lowered(allowed: Fields, name: str) -> tuple[str, ...]:
    return tuple(each.lower() for each in allowed.texts(name))


def _public(fields: Fields) -> bool:
    if fields.text("publicNetworkAccess").lower() == "disabled":
        return False
    acls = fields.inner("networkAcls") if isinstance(fields.body.get("networkAcls"), dict) else None
    return acls is None or acls.text("defaultAction").lower() != "deny"


def read_resources(
    readings: Sequence[Reading], vaults: Mapping[str, AzureVault], identities: Mapping[str, AzureManagedIdentity]
) -> dict[str, AzureResource]:
    """Return every resource that is neither a workload, nor a vault, nor a managed identity with its principal."""
    found: dict[str, AzureResource] = {}

    def build(item: Fields) -> AzureResource | None:
        identity, kind = arm_id(item), arm_type(item)
        if kind in WORKLOAD_TYPES or kind in _NO_RESOURCES or identity in vaults or identity in identities:
            return None
        own = assigned(item)
        return AzureResource(
            id=identity,
            type=GROUP_TYPE if kind in _GROUP_TYPES else kind,
            name=item.text("name") or identity.rpartition("/")[2],
            ref=item.ref,
            location=item.text("location"),
            tags=item.tags("tags"),
            given_id=item.text("id"),
            kind=item.text("kind"),
            system_principal_id=own.system,
            user_assigned=own.user,
            user_principals=own.principals,
        )

    for reading in readings:
        for operation in _LISTS:
            for resource in reading.each(operation, build):
                if resource is not None:
                    found.setdefault(resource.id, resource)
    return found
