"""leak: keys, signatures and addresses of Azure, by the name that stands beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nhigraph.leaked import BODY, answer, rows
from tests.nhigraph.running import Command
from tests.worlds.azure import azure, subscription_id
from tests.worlds.entra import TENANT, entra, node, oid

KEY = (BODY + BODY + BODY)[:86] + "=="
SIGNATURE = (BODY + BODY)[:43] + "%3D"
STORED = "/storageAccounts/ledger"


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("estate")
    evidence = folder / "evidence"
    azure().subscription("prod").storage("ledger").vault("kv-books", secrets=["token"]).build(evidence)
    entra().app("deploy").build(evidence)
    command = Command(folder / "workspace")
    command.build(evidence)
    return command


def test_a_connection_string_names_its_account(estate: Command) -> None:
    text = f"DefaultEndpointsProtocol=https;AccountName=ledger;AccountKey={KEY};EndpointSuffix=core.windows.net"
    for written in (text, f'{{"conn": "{text}"}}', f"AZURE='{text}'\nAccountName=other\n"):
        row = answer(estate, text=written)
        assert (row["id"], row["kind"]) == ("ledger", "Azure storage account key")
        assert row["resource"].endswith(STORED.lower())
        assert (row["identity"], row["matched_by"], row["blast_radius"]) == (None, "name", None)
        assert "still the current one is not known" in row["note"]


def test_a_connection_string_of_an_unknown_account(estate: Command) -> None:
    row = answer(estate, text=f"AccountName=stranger;AccountKey={KEY}")
    assert (row["id"], row["resource"], row["matched_by"]) == ("stranger", None, "none")
    assert "No storage account stranger was collected" in row["note"]


def test_a_key_of_a_namespace(estate: Command) -> None:
    key = (BODY + BODY)[:43] + "="
    text = f"Endpoint=sb://orders.servicebus.windows.net/;SharedAccessKeyName=RootManage;SharedAccessKey={key}"
    row = answer(estate, text=text)
    assert (row["id"], row["kind"]) == ("policy RootManage of orders", "Azure shared access key")
    assert row["resource"] is None


def test_a_shared_access_signature(estate: Command) -> None:
    url = "https://ledger.blob.core.windows.net/c/x?sv=2024-11-04&sr=c&sp=rwdl&se={}&spr=https&sig=" + SIGNATURE
    row = answer(estate, text=f"curl '{url.format('2099-01-01T00:00:00Z')}'")
    assert row["id"] == "SAS for ledger"
    assert row["resource"].endswith(STORED.lower())
    assert (row["active"], row["expires_at"]) == (True, "2099-01-01T00:00:00Z")
    assert "permissions rwdl" in row["note"]
    assert "rotating the key" in row["note"]
    ended = answer(estate, text=url.format("2020-01-01"))
    assert ended["active"] is False


def test_a_signature_of_a_principal_names_it(estate: Command) -> None:
    signer = oid("sp:deploy")
    url = f"https://ledger.blob.core.windows.net/c?sp=r&skoid={signer}&sktid={{}}&se=2099-01-01&sig={SIGNATURE}"
    (row,) = [each for each in rows(estate, text=url.format(TENANT)) if "signature" in each["kind"]]
    assert row["identity"] == node("sp:deploy")
    assert row["blast_radius"] is None, "it gives a part of what its signer may do"
    other = "cccccccc-0000-4000-8000-000000000003"
    (row,) = [each for each in rows(estate, text=url.format(other)) if "signature" in each["kind"]]
    assert row["identity"] is None
    assert "not collected" in row["note"]


def test_an_address_of_a_stored_secret(estate: Command) -> None:
    row = answer(estate, "https://kv-books.vault.azure.net/secrets/token")
    assert row["resource"].endswith("/vaults/kv-books/secrets/token")
    assert row["blast_radius"]["subject"] == row["resource"]
    assert "opens nothing by itself" in row["note"]
    for same in (
        "https://KV-Books.vault.azure.net/secrets/Token",
        "https://kv-books.vault.azure.net/secrets/token/0a1b",
    ):
        assert answer(estate, text=same)["resource"] == row["resource"]
    unknown = answer(estate, "https://kv-books.vault.azure.net/secrets/tokens")
    assert (unknown["resource"], unknown["blast_radius"]) == (None, None)


def test_ids_of_azure(estate: Command) -> None:
    row = answer(estate, subscription_id("prod"))
    assert (row["kind"], row["matched_by"]) == ("Azure subscription", "exact id")
    arm = f"/subscriptions/{subscription_id('prod')}/resourceGroups/rg/providers/Microsoft.Storage{STORED}"
    row = answer(estate, arm)
    assert row["resource"].endswith(STORED.lower())
    assert len(rows(estate, text=f"scope {arm}")) == 1, "the subscription inside an id has no row of its own"
    assert answer(estate, f"{arm}x")["resource"] is None


def test_a_token_of_azure_devops_tells_its_kind(estate: Command) -> None:
    token = (BODY + BODY)[:76] + "AZDO" + "abcd"
    row = answer(estate, text=f"PAT={token}")
    assert row["kind"] == "Azure DevOps personal access token"
    assert row["note"] == "No source of this kind was collected."
    assert estate("leak", text=token[:-1]).code == 2


def test_a_key_without_its_account(estate: Command) -> None:
    key = (BODY + BODY)[:76] + "+ASt" + "abcde" + "A=="
    row = answer(estate, text=f"key: {key}")
    assert (row["kind"], row["resource"]) == ("Azure service key", None)
    row = answer(estate, text=f"AccountName=ledger;AccountKey={key}")
    assert row["resource"].endswith(STORED.lower())


def test_without_azure_nothing_is_claimed(tmp_path: Path) -> None:
    command = Command(tmp_path / "workspace")
    command.build(entra().build(tmp_path / "evidence"))
    row = answer(command, text=f"AccountName=ledger;AccountKey={KEY}")
    assert row["note"].startswith("No subscription was collected.")
