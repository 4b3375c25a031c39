"""Facts of one type of workload: operating system, log-in with Entra, runbooks, what a cluster's tokens are.

Input: one resource, and what calls about it answered. Output: text by name; a fact that was not looked at is not there.
Not handled: facts that decide nothing about identities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from collectors.azure.records_fields import Fields, lower_id, spread

__all__ = [
    "automation_facts",
    "cluster_facts",
    "common_facts",
    "connected_facts",
    "extension_facts",
    "machine_os",
    "node_principals",
    "scale_set_facts",
]

_LOGIN_PUBLISHER = "microsoft.azure.activedirectory"
_LOGIN_PREFIX = "aad"


def _word(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


def _told(**facts: str) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value}


def common_facts(fields: Fields) -> dict[str, str]:
    """Return what several types have: state, host name, identity that reads key vault references."""
    identity = fields.text("keyVaultReferenceIdentity")
    enabled = fields.body.get("enabled")
    return _told(
        state=fields.text("state") if isinstance(fields.body.get("state"), str) else "",
        enabled=_word(enabled) if isinstance(enabled, bool) else "",
        host=fields.text("defaultHostName"),
        key_vault_identity=lower_id(identity) if identity.startswith("/") else identity,
    )


def machine_os(kind: str, fields: Fields) -> str:
    """Return ``Linux`` or ``Windows`` of a machine, a scale set, an Arc machine or a container group."""
    if kind == "microsoft.compute/virtualmachinescalesets":
        fields = fields.inner("virtualMachineProfile")
    disk = fields.inner("storageProfile").inner("osDisk")
    told = (disk.text("osType") or fields.text("osType") or fields.text("osName")).lower()
    return {"linux": "Linux", "windows": "Windows"}.get(told, "")


def extension_facts(extensions: Iterable[Fields], asked: bool) -> dict[str, str]:
    """Return whether a machine lets Entra users log in: the extension's name, empty where there is none.

    References
    ----------
    https://learn.microsoft.com/entra/identity/devices/howto-vm-sign-in-azure-ad-linux (read 2026-11).
    """
    names = list(_extension_names(extensions))
    if not names and not asked:
        return {}
    login = next((name for publisher, name in names if _is_login(publisher, name)), "")
    return {"aad_login": login}


def _is_login(publisher: str, name: str) -> bool:
    return publisher.lower() == _LOGIN_PUBLISHER and name.lower().startswith(_LOGIN_PREFIX)


def _extension_names(extensions: Iterable[Fields]) -> Iterator[tuple[str, str]]:
    for item in extensions:
        fields = spread(item)
        name = fields.text("typePropertiesType") or fields.text("virtualMachineExtensionType") or fields.text("type")
        if fields.text("publisher"):
            yield fields.text("publisher"), name


def scale_set_facts(fields: Fields) -> dict[str, str]:
    """Return what a scale set says of its machines."""
    profile = fields.inner("virtualMachineProfile")
    facts = _told(orchestration=fields.text("orchestrationMode"))
    if profile.body:
        facts |= extension_facts(profile.inner("extensionProfile").items("extensions"), True)
    return facts


def automation_facts(
    fields: Fields,
    runbooks: Sequence[Fields] | None,
    hybrid: Sequence[Fields] | None,
    connections: Sequence[Fields] | None,
) -> dict[str, str]:
    """Return runbooks, groups of hybrid workers and the application of a Run As account, comma-separated."""
    facts = _told(local_auth_disabled=_word(fields.flag("disableLocalAuth")))
    if runbooks is not None:
        facts["runbooks"] = ", ".join(sorted(item.text("name") for item in runbooks))
    if hybrid is not None:
        facts["hybrid_worker_groups"] = ", ".join(sorted(item.text("name") for item in hybrid))
    if connections is not None:
        facts["run_as_application"] = ", ".join(sorted(filter(None, map(_application, connections))))
    return facts


def _application(connection: Fields) -> str:
    fields = spread(connection)
    if "serviceprincipal" not in fields.inner("connectionType").text("name").lower():
        return ""
    values = fields.inner("fieldDefinitionValues")
    return next((values.text(name).lower() for name in values.body if name.lower() == "applicationid"), "")


def cluster_facts(fields: Fields) -> dict[str, str]:
    """Return what decides who gets into a Kubernetes cluster, and what its tokens are good for."""
    issuer = fields.inner("oidcIssuerProfile")
    aad = fields.inner("aadProfile") if isinstance(fields.body.get("aadProfile"), dict) else None
    client = fields.inner("servicePrincipalProfile").text("clientId").lower()
    own = client if client != "msi" else ""
    azure_rbac = aad.flag("enableAzureRBAC") if aad else None
    if aad and azure_rbac is None:
        azure_rbac = aad.flag("enableAzureRbac")
    rbac = fields.flag("enableRBAC")
    return _told(
        node_resource_group=fields.text("nodeResourceGroup").lower(),
        # ARM itself spells it in capitals, `az` does not.
        oidc_issuer=issuer.text("issuerURL") or issuer.text("issuerUrl"),
        workload_identity=_word(fields.inner("securityProfile").inner("workloadIdentity").flag("enabled")),
        local_accounts=_word(not fields.flag("disableLocalAccounts")) if "disableLocalAccounts" in fields.body else "",
        entra_login=_word(aad is not None) if "dnsPrefix" in fields.body or aad else "",
        azure_rbac=_word(azure_rbac),
        kubernetes_rbac=_word(rbac if rbac is not None else fields.flag("enableRbac")),
        service_principal=own,
        power_state=fields.inner("powerState").text("code"),
    )


def node_principals(fields: Fields) -> dict[str, str]:
    """Return the object ids of the identities on a cluster's nodes, with their use.

    References
    ----------
    https://learn.microsoft.com/azure/aks/use-managed-identity (read 2026-11): the kubelet identity and those of add-ons
    are identities of the nodes; the control plane's identity is not.
    """
    found: dict[str, str] = {}
    profile = fields.inner("identityProfile")
    for name in profile.body:
        if isinstance(profile.body[name], dict) and (principal := profile.inner(name).text("objectId").lower()):
            found[principal] = "kubelet" if name.lower() == "kubeletidentity" else name
    addons = fields.inner("addonProfiles")
    for name in addons.body:
        if isinstance(addons.body[name], dict):
            addon = addons.inner(name)
            if isinstance(addon.body.get("identity"), dict) and (
                principal := addon.inner("identity").text("objectId").lower()
            ):
                found.setdefault(principal, name)
    return found


def connected_facts(fields: Fields) -> dict[str, str]:
    """Return the issuer of tokens of a cluster that is connected by Azure Arc."""
    issuer = fields.inner("oidcIssuerProfile")
    return _told(oidc_issuer=issuer.text("issuerUrl") or issuer.text("selfHostedIssuerUrl"))
