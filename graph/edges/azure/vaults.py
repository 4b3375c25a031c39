"""CAN_ACCESS and CAN_GRANT: who reads secrets of key vaults and uses their keys, who lets itself in.

Input: rights, vaults with their policies. Output: edges to secrets by name, else to the vault.
Handled: the permission model of a vault (Azure roles, or access policies; not told: unverified), roles at a secret,
policies of users, groups, service principals and of an application that acts for a user; writing access policies,
and the vault as a whole, in a vault that uses policies.
Not handled: firewalls of vaults; changing the permission model, which Microsoft's page allows only to who may write
role assignments without limit, and so has every role already; managed HSMs.

References
----------
https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy and
https://learn.microsoft.com/azure/key-vault/general/rbac-guide (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from collectors.azure.access_types import AzureAccessPolicy
from collectors.azure.records import AzureVault
from graph.edges.azure.classes import Gain, TargetClass
from graph.edges.azure.context import AzureRights
from graph.edges.azure.ways import Need, Way
from graph.evaluate.azure.ids import access_policy_grant, scope_node, secret_node
from graph.kinds import EdgeKind, Impact, State

__all__ = ["build_vault_access"]

_VAULT = "Microsoft.KeyVault/vaults"
_READ = Need(f"{_VAULT}/secrets/getSecret/action", data=True)
_KEYS = (Need(f"{_VAULT}/keys/decrypt/action", data=True), Need(f"{_VAULT}/keys/sign/action", data=True))
_GRANTS = {
    "azure-vault-access-policies-write": Need(f"{_VAULT}/accessPolicies/write"),
    "azure-vault-write": Need(f"{_VAULT}/write"),
}
_READS = frozenset({"get", "all", "backup"})
_USES = frozenset({"decrypt", "sign", "unwrapkey", "all"})
_MODEL = "Whether the vault uses roles or access policies was not told."
_COMPOUND = "The policy is for an application that acts for this user, so the user alone is not enough."
_BY_KEY = "It uses keys of the vault."


def build_vault_access(rights: AzureRights) -> None:
    """Add the edges."""
    by_role = [(vault, _by_role(vault)) for vault in rights.records.vaults]
    by_policy = [(vault, _by_policy(vault)) for vault in rights.records.vaults]
    read = _class(rights, "vault-secrets", "secrets", EdgeKind.CAN_ACCESS, by_role, _secrets)
    keys = _class(rights, "vault-keys", "vaults with keys", EdgeKind.CAN_ACCESS, by_role, _key)
    rights.reach("", [_READ], read)
    for need in _KEYS:
        rights.reach("", [need], keys)
    let_in = _class(
        rights, "vault-policies", "secrets of vaults with policies", EdgeKind.CAN_GRANT, by_policy, _secrets
    )
    for technique, need in _GRANTS.items():
        rights.reach(technique, [need], let_in)
    read = _class(rights, "policy-secrets", "secrets", EdgeKind.CAN_ACCESS, by_policy, _secrets)
    keys = _class(rights, "policy-keys", "vaults with keys", EdgeKind.CAN_ACCESS, by_policy, _key)
    for vault, (state, _) in by_policy:
        for policy in vault.policies if state is not State.VOID else ():
            _policy(rights, vault, policy, read, keys)


def _by_role(vault: AzureVault) -> tuple[State, str]:
    if vault.rbac is None:
        return State.UNVERIFIED, _MODEL
    return (State.VERIFIED if vault.rbac else State.VOID), ""


def _by_policy(vault: AzureVault) -> tuple[State, str]:
    if vault.rbac is None:
        return State.UNVERIFIED, _MODEL
    return (State.VOID if vault.rbac else State.VERIFIED), ""


def _class(
    rights: AzureRights,
    name: str,
    words: str,
    kind: EdgeKind,
    vaults: list[tuple[AzureVault, tuple[State, str]]],
    gains: Callable[[AzureVault, State, str], Iterator[Gain]],
) -> TargetClass:
    found = (gain for vault, (state, note) in vaults if state is not State.VOID for gain in gains(vault, state, note))
    return rights.target_class(name, words, kind, found)


def _secrets(vault: AzureVault, state: State, note: str) -> Iterator[Gain]:
    """Yield the secrets of a vault; the vault itself stands for those whose names were not listed."""
    for name in vault.secrets:
        yield Gain(
            f"{vault.id}/secrets/{name.lower()}", secret_node(vault.id, name), state, note=note, impact=Impact.H4
        )
    if not vault.secrets:
        yield Gain(vault.id, scope_node(vault.id), state, note=note, impact=Impact.H4)


def _key(vault: AzureVault, state: State, note: str) -> Iterator[Gain]:
    yield Gain(vault.id, scope_node(vault.id), state, note=" ".join(filter(None, (note, _BY_KEY))), impact=Impact.H4)


def _policy(
    rights: AzureRights, vault: AzureVault, policy: AzureAccessPolicy, read: TargetClass, keys: TargetClass
) -> None:
    grant = access_policy_grant(vault.id, policy.object_id, policy.application_id)
    compound = bool(policy.application_id)
    state, note = (State.UNVERIFIED, _COMPOUND) if compound else (State.VERIFIED, "")
    way = Way(policy.object_id, vault.id, (grant,), state=state, note=note)
    if _READS & {each.lower() for each in policy.secrets}:
        rights.lead("", way, read)
    if _USES & {each.lower() for each in policy.keys}:
        rights.lead("", way, keys)
