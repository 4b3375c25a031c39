"""Access policies of key vaults: what decides actions on a vault's data where the vault does not use Azure roles.

Input: a vault, who asks, a data action. Output: ``Decision``.
Handled: policies of the caller and its groups; ``all``; policies of an application that acts for a user (unverified).
Not handled: actions without a permission of the same meaning in Microsoft's table; those are unverified.

References
----------
https://learn.microsoft.com/azure/key-vault/general/rbac-migration and
https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable

from collectors.azure.access_types import AzureAccessPolicy
from collectors.azure.records import AzureVault
from graph.decision import Deciding, Decision, Outcome
from graph.evaluate.azure.ids import access_policy_grant

__all__ = ["decide_by_policies"]

_PREFIX = "microsoft.keyvault/vaults/"
_PERMISSIONS = {
    "secrets/getsecret/action": ("secrets", "get"),
    "secrets/setsecret/action": ("secrets", "set"),
    "secrets/readmetadata/action": ("secrets", "list"),
    "secrets/delete": ("secrets", "delete"),
    "secrets/backup/action": ("secrets", "backup"),
    "secrets/restore/action": ("secrets", "restore"),
    "secrets/recover/action": ("secrets", "recover"),
    "secrets/purge/action": ("secrets", "purge"),
    "keys/read": ("keys", "get"),
    "keys/create/action": ("keys", "create"),
    "keys/import/action": ("keys", "import"),
    "keys/update/action": ("keys", "update"),
    "keys/delete": ("keys", "delete"),
    "keys/encrypt/action": ("keys", "encrypt"),
    "keys/decrypt/action": ("keys", "decrypt"),
    "keys/wrap/action": ("keys", "wrapkey"),
    "keys/unwrap/action": ("keys", "unwrapkey"),
    "keys/sign/action": ("keys", "sign"),
    "keys/verify/action": ("keys", "verify"),
    "keys/backup/action": ("keys", "backup"),
    "keys/purge/action": ("keys", "purge"),
    "certificates/read": ("certificates", "get"),
    "certificates/create/action": ("certificates", "create"),
    "certificates/import/action": ("certificates", "import"),
    "certificates/delete": ("certificates", "delete"),
}
"""By data action, without its prefix: kind of object and permission of an access policy."""


def decide_by_policies(vault: AzureVault, principals: Iterable[str], action: str) -> Decision:
    """Return whether access policies let somebody do a data action in a vault that uses them.

    Parameters
    ----------
    principals
        Object id of who asks and of its groups.
    """
    meant = _PERMISSIONS.get(action.lower().removeprefix(_PREFIX))
    if meant is None:
        return Decision(Outcome.UNVERIFIED, notes=(f"Which permission of an access policy {action} is is not known.",))
    kind, permission = meant
    who = set(principals)
    granting = [
        policy
        for policy in vault.policies
        if policy.object_id in who and {permission, "all"} & {each.lower() for each in getattr(policy, kind)}
    ]
    alone = [policy for policy in granting if not policy.application_id]
    if alone:
        return Decision(Outcome.ALLOWED, tuple(_deciding(vault, policy) for policy in alone))
    if granting:
        note = "The policy is for an application that acts for this user; the user alone is not enough."
        return Decision(Outcome.UNVERIFIED, tuple(_deciding(vault, policy) for policy in granting), notes=(note,))
    return Decision(
        Outcome.NOT_ALLOWED, (Deciding("access_policy", "missing", f"every access policy of {vault.name}", -1),)
    )


def _deciding(vault: AzureVault, policy: AzureAccessPolicy) -> Deciding:
    grant = access_policy_grant(vault.id, policy.object_id, policy.application_id)
    return Deciding("access_policy", "Allow", grant, 0, f"access policy of {vault.name}")
