"""Cases: ways to data that are more than a role for data."""

from __future__ import annotations

from graph.kinds import State
from tests.graph.edges_azure.technique_case import Case, fires, silent
from tests.worlds.azure import AzureWorldFiles, azure
from tests.worlds.entra import app_id, entra, oid, secret

__all__ = ["cases"]

VAULTS = "Microsoft.KeyVault/vaults"


def _vault(rbac: bool, *secrets: str) -> AzureWorldFiles:
    return azure().subscription("prod").vault("safe", rbac=rbac, secrets=secrets)


def _given(world: AzureWorldFiles, *actions: str, scope: str = "rg:rg") -> AzureWorldFiles:
    return world.custom_role("c", *actions).role_assignment("alice", "c", scope=scope)


def cases() -> list[Case]:
    """Return the cases."""
    return [*_policies(), *_keys(), *_contents()]


def _policies() -> list[Case]:
    found = []
    for technique, action in (
        ("azure-vault-access-policies-write", f"{VAULTS}/accessPolicies/write"),
        ("azure-vault-write", f"{VAULTS}/write"),
    ):
        found += [
            fires(technique, "a vault with policies", _given(_vault(False), action), "alice", "vault:safe", grants=1),
            fires(technique, "secrets by name", _given(_vault(False, "db", "api"), action), "alice", "vault:safe/db"),
            fires(
                technique,
                "Key Vault Contributor",
                _vault(False).role_assignment("alice", "Key Vault Contributor", scope="vault:safe"),
                "alice",
                "vault:safe",
            ),
            fires(
                technique,
                "Contributor",
                _vault(False).role_assignment("alice", "Contributor", scope="sub:prod"),
                "alice",
                "vault:safe",
            ),
            silent(technique, "a vault with roles", _given(_vault(True), action), "alice", "vault:safe"),
            silent(
                technique,
                "Contributor and a vault with roles",
                _vault(True).role_assignment("alice", "Contributor", scope="sub:prod"),
                "alice",
                "vault:safe",
            ),
            fires(
                technique,
                "a vault whose model was not looked at",
                _given(_vault(True).without("keyvault.vaults"), action),
                "alice",
                "vault:safe",
                state=State.UNVERIFIED,
            ),
            silent(
                technique,
                "Key Vault Reader",
                _vault(False).role_assignment("alice", "Key Vault Reader", scope="rg:rg"),
                "alice",
                "vault:safe",
            ),
            silent(
                technique,
                "Key Vault Secrets User, whom a vault with policies does not know",
                _vault(False).role_assignment("alice", "Key Vault Secrets User", scope="rg:rg"),
                "alice",
                "vault:safe",
            ),
        ]
    return found


def _keys() -> list[Case]:
    storage, cosmos = "azure-storage-list-keys", "azure-cosmos-list-keys"
    account = lambda: azure().subscription("prod").storage("data")  # noqa: E731
    database = lambda: azure().subscription("prod").place("db", "d", type_="Microsoft.DocumentDB/databaseAccounts")  # noqa: E731
    read, listed = (
        "Microsoft.Storage/storageAccounts/listKeys/action",
        "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
    )
    return [
        fires(
            storage, "a custom role", _given(account(), read), "alice", "storage:data", state=State.UNVERIFIED, grants=1
        ),
        fires(
            storage,
            "Storage Account Contributor",
            account().role_assignment("alice", "Storage Account Contributor", scope="rg:rg"),
            "alice",
            "storage:data",
            state=State.UNVERIFIED,
        ),
        silent(storage, "Reader", account().role_assignment("alice", "Reader", scope="rg:rg"), "alice", "storage:data"),
        fires(cosmos, "a custom role", _given(database(), listed), "alice", "db:d", state=State.UNVERIFIED),
        silent(
            cosmos,
            "reading the account",
            _given(database(), "Microsoft.DocumentDB/databaseAccounts/read"),
            "alice",
            "db:d",
        ),
    ]


def _contents() -> list[Case]:
    """Return cases of what a secret of a vault holds; ``tests/graph/joints`` has those of each kind of evidence."""
    one = "azure-key-vault-get-secret"
    people = entra().app("hr", secrets=[secret("one")])
    credential = f"entra:password:{oid('app:hr')}:{secret('one')['keyId']}"

    def tagged(**tags: str) -> AzureWorldFiles:
        return azure().subscription("prod").vault("safe", secrets=["sso"], written={"sso": {"tags": tags}})

    return [
        fires(one, "tagged with the app id", tagged(appId=app_id("hr")), "vault:safe/sso", credential, people=people),
        silent(one, "tagged with who made it", tagged(by=app_id("hr")), "vault:safe/sso", credential, people=people),
    ]
