"""Cases: who reads the secrets of a key vault, in both of its permission models.

Input: none (data only). Output: ``CASES``. Not handled: firewalls of vaults, single secrets.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_SURE, Case, Claim, no, some, yes
from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import Tenant

__all__ = ["CASES"]

_GUIDE: Final = LEARN + "azure/key-vault/general/rbac-guide"
_POLICIES: Final = LEARN + "azure/key-vault/general/assign-access-policy"
_SECURITY: Final = LEARN + "azure/key-vault/general/security-features"
_DATA: Final = LEARN + "azure/role-based-access-control/role-definitions#dataactions"
_SECRETS: Final = "Microsoft.KeyVault/vaults/secrets/"


def _people(*names: str) -> Scope:
    tenant = Tenant()
    for name in names:
        tenant.user(name)
    return Scope(tenant).subscription("main")


def _case(name: str, why: str, source: str, scope: Scope, *claims: Claim) -> Case:
    return Case(name, why, source, scope.tenant, claims, scope)


def _operators() -> Scope:
    return Scope(Tenant().user("ann").user("bob").group("operators", "ann")).subscription("main")


def _application() -> Scope:
    tenant = Tenant().user("ann").user("bob").app("deploy", owners=("ann",)).app("wiki", owners=("bob",))
    return Scope(tenant.secret("deploy", "now").secret("wiki", "wiki-now")).subscription("main")


CASES: Final[tuple[Case, ...]] = (
    _case(
        "azure-vault/roles-that-read",
        "Secrets User, Secrets Officer and Administrator read secrets of a vault with role-based access.",
        _GUIDE,
        _people("ann", "bob", "carl", "dora")
        .vault("safe", rbac=True)
        .assign("ann", "Key Vault Secrets User")
        .assign("bob", "Key Vault Secrets Officer")
        .assign("carl", "Key Vault Administrator"),
        yes("ann", "vault:safe"),
        yes("bob", "vault:safe"),
        yes("carl", "vault:safe"),
        no("dora", "vault:safe"),
    ),
    _case(
        "azure-vault/roles-that-do-not",
        "Reader sees metadata, Crypto User uses keys, Contributor and Key Vault Contributor manage the vault.",
        _GUIDE,
        _people("ann", "bob", "carl", "dora")
        .vault("safe", rbac=True)
        .assign("ann", "Key Vault Reader")
        .assign("bob", "Key Vault Crypto User")
        .assign("carl", "Contributor")
        .assign("dora", "Key Vault Contributor"),
        no("ann", "vault:safe"),
        no("bob", "vault:safe"),
        no("carl", "vault:safe"),
        no("dora", "vault:safe"),
    ),
    _case(
        "azure-vault/owner-grants-himself",
        "An Owner has no data action, and assigns himself the role that has.",
        _GUIDE,
        _people("ann", "bob").vault("safe", rbac=True).assign("ann", "Owner").assign("bob", "Reader"),
        some(EITHER, "ann", "vault:safe"),
        no("bob", "vault:safe"),
    ),
    _case(
        "azure-vault/access-policy",
        "An access policy with get on secrets reads them; list alone, or keys and certificates, do not.",
        _POLICIES,
        _people("ann", "bob", "carl", "dora", "emil").vault(
            "safe",
            rbac=False,
            policies={
                "ann": {"secrets": ("get",)},
                "bob": {"secrets": ("list",)},
                "carl": {"keys": ("get", "sign"), "certificates": ("get",)},
                "dora": {"secrets": ("all",)},
            },
        ),
        yes("ann", "vault:safe"),
        no("bob", "vault:safe"),
        no("carl", "vault:safe"),
        yes("dora", "vault:safe"),
        no("emil", "vault:safe"),
    ),
    _case(
        "azure-vault/policies-of-an-rbac-vault",
        "Setting role-based access invalidates all access policies.",
        _GUIDE,
        _people("ann", "bob")
        .vault("safe", rbac=True, policies={"ann": {"secrets": ("get", "list")}})
        .assign("bob", "Key Vault Secrets User"),
        no("ann", "vault:safe"),
        yes("bob", "vault:safe"),
    ),
    _case(
        "azure-vault/roles-at-a-policy-vault",
        "Data plane roles work only for vaults with role-based access.",
        _GUIDE,
        _people("ann", "bob", "carl")
        .vault("safe", rbac=False)
        .vault("open", rbac=True, at="rg:main/other")
        .assign("ann", "Key Vault Secrets User")
        .assign("bob", "Key Vault Administrator")
        .assign("carl", "Reader"),
        no("ann", "vault:safe"),
        no("bob", "vault:safe"),
        yes("ann", "vault:open"),
        no("carl", "vault:open"),
    ),
    _case(
        "azure-vault/contributor-writes-a-policy",
        "Whoever writes a vault with access policies gives himself one.",
        _SECURITY,
        _people("ann", "bob", "carl", "dora")
        .vault("safe", rbac=False)
        .custom("policy writer", "Microsoft.KeyVault/vaults/accessPolicies/write")
        .assign("ann", "Contributor")
        .assign("bob", "Key Vault Contributor")
        .assign("carl", "policy writer")
        .assign("dora", "Key Vault Reader"),
        some(EITHER, "ann", "vault:safe"),
        some(EITHER, "bob", "vault:safe"),
        some(EITHER, "carl", "vault:safe"),
        no("dora", "vault:safe"),
    ),
    _case(
        "azure-vault/custom-data-actions",
        "The data action getSecret reads; as a management action it reads nothing; NotDataActions take it away.",
        _DATA,
        _people("ann", "bob", "carl", "dora")
        .vault("safe", rbac=True)
        .custom("reader", data_actions=(_SECRETS + "*",))
        .custom("manager", _SECRETS + "*")
        .custom(
            "all but secrets",
            data_actions=("Microsoft.KeyVault/vaults/*",),
            not_data_actions=(_SECRETS + "getSecret/action",),
        )
        .custom("everything", "*", not_actions=("Microsoft.Authorization/*",))
        .assign("ann", "reader")
        .assign("bob", "manager")
        .assign("carl", "all but secrets")
        .assign("dora", "everything"),
        yes("ann", "vault:safe"),
        no("bob", "vault:safe"),
        some(NOT_SURE, "carl", "vault:safe"),
        no("dora", "vault:safe"),
    ),
    _case(
        "azure-vault/scope",
        "A role at one vault or resource group holds there.",
        LEARN + "azure/role-based-access-control/scope-overview",
        _people("ann", "bob")
        .vault("safe", rbac=True)
        .vault("other", rbac=True, at="rg:main/other")
        .assign("ann", "Key Vault Secrets User", "at:safe")
        .assign("bob", "Key Vault Secrets User", "rg:main/other"),
        yes("ann", "vault:safe"),
        no("ann", "vault:other"),
        yes("bob", "vault:other"),
        no("bob", "vault:safe"),
    ),
    _case(
        "azure-vault/policy-of-a-group",
        "An access policy of a group holds for its members.",
        _POLICIES,
        _operators().vault("safe", rbac=False, policies={"operators": {"secrets": ("get",)}}),
        yes("ann", "vault:safe"),
        no("bob", "vault:safe"),
    ),
    _case(
        "azure-vault/identity-of-a-machine",
        "Who runs code on the machine reads what its identity reads.",
        LEARN + "entra/identity/managed-identities-azure-resources/tutorial-windows-vm-access",
        _people("ann", "bob")
        .machine("web", runs="web-id")
        .vault("safe", rbac=True, at="rg:main/data")
        .assign("web-id", "Key Vault Secrets User", "at:safe")
        .assign("ann", "Virtual Machine Contributor", "rg:main/app")
        .assign("bob", "Reader"),
        yes("web-id", "vault:safe"),
        yes("ann", "vault:safe"),
        no("bob", "vault:safe"),
    ),
    _case(
        "azure-vault/application",
        "An application's secret, and its owner, read what the application reads.",
        _POLICIES,
        _application().vault("safe", rbac=False, policies={"deploy": {"secrets": ("get",)}}),
        yes("key:now", "vault:safe"),
        yes("ann", "vault:safe"),
        no("key:wiki-now", "vault:safe"),
        no("bob", "vault:safe"),
    ),
    _case(
        "azure-vault/denied",
        "A deny assignment with data actions blocks reading.",
        LEARN + "azure/role-based-access-control/deny-assignments",
        _people("ann", "bob")
        .vault("safe", rbac=True)
        .assign("ann", "Key Vault Secrets User")
        .assign("bob", "Key Vault Secrets User")
        .deny("guard", data_actions=("Microsoft.KeyVault/vaults/*",), but=("bob",)),
        no("ann", "vault:safe"),
        yes("bob", "vault:safe"),
    ),
)
