"""leak: Entra's client secrets by hint, key ids, certificates; each beside a near-twin that proves nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sample_data._make.entra.names import GRAPH, TENANT, guid
from tests.nhigraph.leaked import answer, client_secret, jwt, rows
from tests.nhigraph.running import Command
from tests.worlds.entra import ADMIN, app_id, entra, node, oid, secret
from tests.worlds.entra import TENANT as WORLD_TENANT

BOT = f"entra:{guid('principal', 'release-bot')}"
BOT_SECRET = f"entra:password:{guid('application', 'release-bot')}:{guid('secret', 'release-bot-ci')}"
DER = b"\x30\x82" + b"a certificate that nobody can use, long enough to fill more than a line of base64" * 3
PEM = f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(DER).decode()}-----END CERTIFICATE-----\n"
SHA1 = hashlib.sha1(DER, usedforsecurity=False).digest()


def hinted(key: str, hint: str, **more: Any) -> dict[str, Any]:
    return {**secret(key, **more), "hint": hint}


def certificate(name: str, thumbprint: str, **more: Any) -> dict[str, Any]:
    return {
        "keyId": oid(f"cert:{name}"),
        "displayName": name,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "customKeyIdentifier": thumbprint,
        "startDateTime": "2025-01-01T00:00:00Z",
        "endDateTime": "2027-01-01T00:00:00Z",
        **more,
    }


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Two secrets that begin alike, one that has ended, certificates in all spellings."""
    folder = tmp_path_factory.mktemp("tenant")
    world = (
        entra()
        .app(
            "powerful", secrets=[hinted("powerful", "sh4"), hinted("powerful-old", "old", ends="2026-02-01T00:00:00Z")]
        )
        .grants("powerful", "RoleManagement.ReadWrite.Directory")
        .app("harmless", secrets=[hinted("harmless", "sh4", ends="2026-03-01T00:00:00Z"), hinted("own", "un1")])
        .app("third", secrets=[hinted("third", "-x_")])
        .app("hexed", keys=[certificate("hexed", SHA1.hex().upper())])
        .app("binary", keys=[certificate("binary", base64.b64encode(b"\x11" * 20).decode())])
        .app("text", keys=[certificate("text", base64.b64encode((b"\x22" * 20).hex().encode()).decode())])
        .app("twice-a", keys=[certificate("twice-a", "33" * 20)])
        .app("twice-b", keys=[certificate("twice-b", "33" * 20, endDateTime="2026-01-01T00:00:00Z")])
        .app("signer", keys=[certificate("signer", "44" * 20, usage="Sign")])
    )
    command = Command(folder / "workspace")
    assert command("build", world.build(folder / "evidence"), "--as-of", "2026-06-01T00:00:00Z").code == 0
    return command


# Client secrets


def test_a_secret_of_the_sample_company_reaches_tenant_control(sample: Command) -> None:
    row = answer(sample, text=f"AZURE_CLIENT_SECRET={client_secret('q8T')}\n")
    assert (row["id"], row["kind"], row["system"]) == ("q8T…", "Entra client secret", "entra")
    assert (row["identity"], row["credential"]) == (BOT, BOT_SECRET)
    assert (row["matched_by"], row["active"], row["account"]) == ("hint", True, TENANT)
    assert row["expires_at"] == "2029-10-01T06:00:00Z"
    assert "three characters" in row["note"]
    assert f"entra:tenant:{TENANT}" in {found["scope"] for found in row["blast_radius"]["admin_of"]}


def test_an_ended_secret_of_the_same_application_proves_nothing(sample: Command) -> None:
    row = answer(sample, text=client_secret("Zk7"))
    assert row["identity"] == BOT
    assert row["active"] is False
    assert "not valid when the evidence was taken" in row["note"]
    assert row["blast_radius"]["counts"]["total"] == 0
    assert not row["blast_radius"]["admin_of"]


def test_a_hint_that_nothing_has(sample: Command) -> None:
    row = answer(sample, text=client_secret("zzz"))
    assert (row["identity"], row["matched_by"], row["blast_radius"]) == (None, "none", None)
    assert "newer than the snapshot, removed, or of another tenant" in row["note"]
    assert answer(sample, text=client_secret("q8t"))["identity"] is None, "a hint is told apart by case"


def test_a_hint_that_two_secrets_share_is_a_choice(tenant: Command) -> None:
    row = answer(tenant, text=client_secret("sh4"))
    assert (row["identity"], row["matched_by"], row["blast_radius"]) == (None, "hint", None)
    first, second = row["alternatives"]
    assert (first["identity"], first["active"]) == (node("sp:powerful"), True)
    assert (second["identity"], second["active"]) == (node("sp:harmless"), False)
    assert f"entra:tenant:{WORLD_TENANT}" in first["admin_of"]
    assert (second["reaches"], second["admin_of"]) == (0, [])
    assert "2026-03-01" in second["reason"]
    assert row["candidates"] == [node("sp:powerful"), node("sp:harmless")]
    assert "full control" in tenant("leak", text=client_secret("sh4")).out


@pytest.mark.parametrize("said", [app_id("harmless"), oid("app:harmless"), oid("sp:harmless"), "harmless"])
def test_the_application_that_is_named_settles_it(tenant: Command, said: str) -> None:
    row = answer(tenant, "--app", said, text=client_secret("sh4"))
    assert row["identity"] == node("sp:harmless")
    assert row["matched_by"] == "hint"


def test_an_application_that_has_no_such_secret_contradicts(tenant: Command) -> None:
    for said in ("third", app_id("no-such-application")):
        row = answer(tenant, "--app", said, text=client_secret("sh4"))
        assert (row["identity"], row["matched_by"], row["blast_radius"]) == (None, "none", None)
        assert "newer than the snapshot, or removed" in row["note"]


def test_the_application_id_beside_it_settles_it_and_has_no_row_of_its_own(tenant: Command) -> None:
    text = f"AZURE_TENANT_ID={WORLD_TENANT}\nAZURE_CLIENT_ID={app_id('powerful')}\nSECRET={client_secret('sh4')}\n"
    found = rows(tenant, text=text)
    assert [row["kind"] for row in found] == ["Entra tenant", "Entra client secret"]
    assert found[1]["identity"] == node("sp:powerful")
    assert found[1]["line"] == 3
    assert found[0]["blast_radius"] is None
    assert found[0]["resource"] == f"entra:tenant:{WORLD_TENANT}"


def test_the_application_id_beside_it_can_contradict(tenant: Command) -> None:
    found = rows(tenant, text=f"id={app_id('third')} secret={client_secret('un1')}")
    (row,) = [row for row in found if row["kind"] == "Entra client secret"]
    assert (row["identity"], row["blast_radius"]) == (None, None)
    assert [each["identity"] for each in row["alternatives"]] == [node("sp:harmless")]


def test_the_application_that_a_token_is_asked_for_says_nothing(sample: Command) -> None:
    found = rows(sample, text=f"scope={GRAPH}/.default secret={client_secret('q8T')}")
    assert [row["identity"] for row in found if row["kind"] == "Entra client secret"] == [BOT]


def test_a_hint_may_hold_any_character_of_a_secret(tenant: Command) -> None:
    assert answer(tenant, text=f"s={client_secret('-x_')}")["identity"] == node("sp:third")


def test_a_secret_that_has_ended_since_says_so(tmp_path: Path) -> None:
    command = Command(tmp_path / "workspace")
    ends, starts = "2021-01-01T00:00:00Z", "2019-01-01T00:00:00Z"
    evidence = entra().app("past", secrets=[hinted("past", "pst", ends=ends, starts=starts)]).build(tmp_path / "e")
    assert command("build", evidence, "--as-of", "2020-06-01T00:00:00Z").code == 0
    row = answer(command, text=client_secret("pst"))
    assert row["active"] is True, "by the evidence"
    assert "has ended since the evidence was taken" in row["note"]


def test_several_secrets_are_found_once_each_in_order(tenant: Command) -> None:
    text = "\n".join([client_secret("un1"), client_secret("old"), client_secret("un1"), client_secret("un1", "7")])
    assert [(row["id"], row["line"]) for row in rows(tenant, text=text)] == [("un1…", 1), ("old…", 2), ("un1…", 4)]


def test_without_a_tenant_nothing_is_claimed(built: Callable[..., Command]) -> None:
    from tests.worlds.aws import world

    command = built(world().account("111111111111").user("ci"))
    assert answer(command, text=client_secret("q8T"))["note"] == "No tenant was collected."


# Ids


def test_a_key_id_names_its_credential(sample: Command) -> None:
    for spelled in (guid("secret", "release-bot-ci"), guid("secret", "release-bot-ci").upper()):
        row = answer(sample, spelled)
        assert (row["credential"], row["identity"], row["matched_by"]) == (BOT_SECRET, BOT, "exact id")
        assert row["blast_radius"]["admin_of"]
    row = answer(sample, guid("certificate", "hr-provisioning"))
    assert (row["kind"], row["identity"]) == ("Entra certificate", f"entra:{guid('principal', 'hr-provisioning')}")


@pytest.mark.parametrize("kind", ["appid", "principal", "application"])
def test_ids_of_an_application_mean_who_acts(sample: Command, kind: str) -> None:
    row = answer(sample, guid(kind, "release-bot"))
    assert (row["identity"], row["matched_by"], row["credential"]) == (BOT, "exact id", None)
    assert "opens nothing by itself" in row["note"]


def test_ids_of_scopes_open_nothing(sample: Command) -> None:
    row = answer(sample, TENANT)
    assert (row["kind"], row["identity"], row["blast_radius"]) == ("Entra tenant", None, None)
    row = answer(sample, "8c917828-3d77-56cc-a09c-f23ecfe69569")
    assert (row["kind"], row["blast_radius"]) == ("Azure subscription", None)


def test_unknown_ids_count_only_when_they_are_all_that_is_asked(sample: Command) -> None:
    unknown = guid("secret", "no-such-secret")
    row = answer(sample, unknown)
    assert (row["identity"], row["matched_by"]) == (None, "none")
    assert sample("leak", text=f"correlation id {unknown} and more").code == 2


# Certificates


@pytest.mark.parametrize(
    ("thumbprint", "name"),
    [
        (SHA1.hex(), "hexed"),
        (SHA1.hex().upper(), "hexed"),
        (":".join(f"{byte:02X}" for byte in SHA1), "hexed"),
        (base64.urlsafe_b64encode(SHA1).decode().rstrip("="), "hexed"),
        (base64.urlsafe_b64encode(SHA1).decode(), "hexed"),
        ("11" * 20, "binary"),
        ("22" * 20, "text"),
    ],
)
def test_a_thumbprint_in_any_spelling(tenant: Command, thumbprint: str, name: str) -> None:
    row = answer(tenant, thumbprint)
    assert (row["identity"], row["matched_by"], row["active"]) == (node(f"sp:{name}"), "thumbprint", True)
    assert answer(tenant, text=f"uses {thumbprint} now")["identity"] == node(f"sp:{name}")


def test_another_thumbprint_is_nothing(tenant: Command) -> None:
    assert answer(tenant, "55" * 20)["identity"] is None
    assert tenant("leak", text=f"commit {'55' * 20} of main").code == 2, "forty digits are a commit as well"


def test_a_certificate_by_itself(tenant: Command) -> None:
    for text in (PEM, PEM.replace("\n", "\\n"), f"x: |\n  {PEM}"):
        row = answer(tenant, text=text)
        assert (row["id"], row["identity"]) == (SHA1.hex().upper(), node("sp:hexed"))
        assert "private key" in row["note"]
    other = PEM.replace(PEM.splitlines()[1], base64.b64encode(b"\x30\x83" + b"other" * 11).decode())
    assert answer(tenant, text=other)["matched_by"] == "none"


def test_a_certificate_with_its_private_key(tenant: Command) -> None:
    body = "MII" + "EvSENTINEL" * 20
    key = f"-----BEGIN PRIVATE {'KEY'}-----\n{body}\n-----END PRIVATE {'KEY'}-----\n"
    found = rows(tenant, text=key + PEM)
    assert [row["kind"] for row in found] == ["private key (PEM)", "Entra certificate"]
    assert found[1]["identity"] == node("sp:hexed")
    assert "give the certificate" in found[0]["note"]
    assert "SENTINEL" not in tenant("leak", text=key + PEM).out


def test_one_certificate_at_two_applications_proves_both(tenant: Command) -> None:
    row = answer(tenant, "33" * 20)
    assert (row["identity"], row["matched_by"]) == (None, "thumbprint")
    assert [(each["identity"], each["active"]) for each in row["alternatives"]] == [
        (node("sp:twice-a"), True),
        (node("sp:twice-b"), False),
    ]
    assert "proves each of them" in row["note"]


def test_a_signing_certificate_does_not_prove_the_application(tenant: Command) -> None:
    row = answer(tenant, "44" * 20)
    assert "does not prove" in row["note"]
    assert ADMIN not in str(row["blast_radius"])
    assert row["blast_radius"]["counts"]["total"] == 0


def test_a_client_assertion_is_of_the_application_that_signed_it(tenant: Command) -> None:
    app, thumbprint = app_id("hexed"), base64.urlsafe_b64encode(SHA1).decode().rstrip("=")
    endpoint = f"https://login.microsoftonline.com/{WORLD_TENANT}/oauth2/v2.0/token"
    row = answer(tenant, text=jwt({"iss": app, "sub": app, "aud": endpoint}, x5t=thumbprint))
    assert (row["kind"], row["identity"]) == ("Entra client assertion", node("sp:hexed"))
    assert row["matched_by"] == "thumbprint"
    assert row["blast_radius"]["subject"] == row["credential"]
    unknown = answer(tenant, text=jwt({"iss": app, "sub": app, "aud": endpoint}, x5t="A" * 27))
    assert (unknown["matched_by"], unknown["credential"], unknown["blast_radius"]) == ("token claims", None, None)
    elsewhere = endpoint.replace(WORLD_TENANT, GRAPH)
    foreign = answer(tenant, text=jwt({"iss": app, "sub": app, "aud": elsewhere}, x5t=thumbprint))
    assert (foreign["identity"], foreign["blast_radius"]) == (None, None)
    stolen = app_id("binary")
    other = answer(tenant, text=jwt({"iss": stolen, "sub": stolen, "aud": endpoint}, x5t=thumbprint))
    assert other["credential"] is None, "that certificate is another application's"


# What may not happen


@pytest.mark.parametrize("place", ["VALUE", "--app", "--file", "a second", "an unknown option"])
def test_a_secret_as_an_argument_is_refused(sample: Command, place: str) -> None:
    value = client_secret("q8T")
    pem = f"-----BEGIN PRIVATE {'KEY'}-----\n{value}"
    arguments = {
        "VALUE": [value], "--app": ["--app", value], "--file": [f"--file={value}"], "a second": ["x", value],
        "an unknown option": [pem],
    }  # fmt: skip
    told = sample("leak", *arguments[place], text="x")
    assert told.code == 2
    assert "standard input" in told.err
    assert value not in told.err
    assert value[7:20] not in told.err + told.out


def test_a_file_and_standard_input_answer_alike(sample: Command, tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(f"SECRET={client_secret('q8T')}\n", encoding="utf-8")
    assert rows(sample, "--file", file) == rows(sample, text=file.read_text(encoding="utf-8"))
