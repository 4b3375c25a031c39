"""leak: JSON Web Tokens of Entra, managed identities and outside issuers; near-twins of other tenants prove nothing."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from sample_data._make.entra.names import GRAPH, TENANT, guid
from tests.nhigraph.leaked import BODY, PAST, answer, jwt, rows
from tests.nhigraph.running import Command
from tests.worlds.entra import TENANT as WORLD_TENANT
from tests.worlds.entra import app_id, entra, oid

BOT = guid("principal", "release-bot")
OTHER = guid("tenant", "another.example")
GITHUB = "https://token.actions.githubusercontent.com"


def access(**claims: Any) -> str:
    """Return an application's own token of the sample tenant, as version 1.0 of the endpoint makes it."""
    return jwt(
        {
            "iss": f"https://sts.windows.net/{TENANT}/",
            "tid": TENANT,
            "aud": "https://graph.microsoft.com",
            "appid": guid("appid", "release-bot"),
            "oid": BOT,
            "sub": BOT,
            "idtyp": "app",
            "roles": ["AppRoleAssignment.ReadWrite.All"],
            "private": BODY,
            **claims,
        }
    )


def test_an_application_token(sample: Command) -> None:
    row = answer(sample, text=f"Authorization: Bearer {access()}\n")
    assert (row["kind"], row["identity"]) == ("Entra application access token", f"entra:{BOT}")
    assert (row["matched_by"], row["active"], row["account"]) == ("token claims", True, TENANT)
    assert (row["claims"]["idtyp"], row["claims"]["roles"]) == ("app", ["AppRoleAssignment.ReadWrite.All"])
    assert "private" not in row["claims"]
    assert row["expires_at"] == "2100-01-01T00:00:00Z"
    assert row["blast_radius"]["admin_of"]
    for words in ("signature was not checked", "its audience alone"):
        assert words in row["note"]


def test_version_two_and_a_token_without_idtyp(sample: Command) -> None:
    claims = {"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "appid": None, "idtyp": None}
    row = answer(sample, text=access(**claims, azp=guid("appid", "release-bot")))
    assert (row["kind"], row["identity"]) == ("Entra application access token", f"entra:{BOT}")


def test_a_token_that_has_ended(sample: Command) -> None:
    row = answer(sample, text=access(exp=PAST))
    assert (row["identity"], row["active"]) == (f"entra:{BOT}", False)
    assert "ended at 2020-01-01T00:00:00Z" in row["note"]
    row = answer(sample, text=access(nbf=4102444000))
    assert row["active"] is False


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": f"https://sts.windows.net/{OTHER}/", "tid": OTHER},
        {"iss": f"https://login.microsoftonline.com/{OTHER}/v2.0", "tid": OTHER},
    ],
)
def test_a_token_of_another_tenant_is_of_nobody_here(sample: Command, claims: dict[str, str]) -> None:
    row = answer(sample, text=access(**claims))
    assert (row["identity"], row["matched_by"], row["blast_radius"]) == (None, "none", None)
    assert (row["account"], row["account_source"]) == (OTHER, "token claims")
    assert "not collected" in row["note"]


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"tid": OTHER}, "no such token is given"),
        ({"appid": guid("appid", "hr-archive")}, "but it says app id"),
        ({"oid": OTHER, "sub": OTHER}, "No directory object"),
    ],
)
def test_tokens_that_contradict_themselves(sample: Command, claims: dict[str, str], words: str) -> None:
    row = answer(sample, text=access(**claims))
    assert (row["identity"], row["blast_radius"]) == (None, None)
    assert words in row["note"]


def test_a_tenant_whose_id_was_not_collected(tmp_path: Path) -> None:
    command = Command(tmp_path / "workspace")
    folder = entra().managed_identity("deploy").without("organization").build(tmp_path / "evidence")
    (folder / "entra" / WORLD_TENANT).rename(folder / "entra" / "contoso")
    command.build(folder)
    found = oid("sp:deploy")
    row = answer(command, text=access(oid=found, sub=found, appid=app_id("deploy")))
    assert row["identity"] == f"entra:{found}"
    assert "which tenant it is of" in row["note"]


def test_an_issuer_that_only_looks_like_entra(sample: Command) -> None:
    for issuer in (f"https://sts.windows.net.example/{TENANT}/", f"https://example/?https://sts.windows.net/{TENANT}/"):
        row = answer(sample, text=access(iss=issuer))
        assert (row["identity"], row["blast_radius"]) == (None, None)


def test_a_delegated_token_proves_no_reach(sample: Command) -> None:
    user = guid("user", "mats.ekberg")
    claims = {"oid": user, "sub": "pairwise", "idtyp": "user", "scp": "User.Read", "roles": None}
    row = answer(sample, text=access(**claims))
    assert (row["kind"], row["identity"]) == ("Entra delegated access token", f"entra:{user}")
    assert row["blast_radius"] is None
    assert "upper bound" in row["note"]


def test_an_id_token_opens_nothing(sample: Command) -> None:
    user = guid("user", "mats.ekberg")
    claims = {"oid": user, "sub": "pairwise", "aud": guid("appid", "people-finder"), "appid": None, "idtyp": None}
    row = answer(sample, text=access(**claims, roles=None))
    assert (row["kind"], row["blast_radius"]) == ("Entra id token", None)
    assert "opens nothing" in row["note"]


def test_a_managed_identity_token(sample: Command) -> None:
    found = sample("inventory", "--kind", "EntraManagedIdentity", "--format", "json").json["identities"]
    chosen = next(row for row in found if row["name"] == "id-invoices")
    detail = chosen["id"].removeprefix("entra:")
    resource = (
        "/subscriptions/8c917828-3d77-56cc-a09c-f23ecfe69569/resourcegroups/{}/providers/"
        "Microsoft.ManagedIdentity/userAssignedIdentities/id-invoices"
    )
    claims = {"oid": detail, "sub": detail, "appid": None, "azp": guid("appid", "id-invoices"), "roles": None}
    row = answer(sample, text=access(**claims, xms_mirid=_resource_of(sample, "id-invoices")))
    assert (row["kind"], row["identity"]) == ("managed identity access token", chosen["id"])
    assert row["blast_radius"]["subject"] == chosen["id"]
    row = answer(sample, text=access(**claims, xms_mirid=resource.format("elsewhere")))
    assert (row["identity"], row["blast_radius"]) == (None, None)
    assert "but it says resource" in row["note"]

    row = answer(sample, text=access(**{**claims, "oid": OTHER}, xms_mirid=_resource_of(sample, "id-invoices")))
    assert (row["identity"], row["candidates"], row["blast_radius"]) == (None, [chosen["id"]], None)
    row = answer(sample, text=access(**{**claims, "oid": None}, xms_mirid=_resource_of(sample, "id-invoices")))
    assert row["identity"] == chosen["id"]


def _resource_of(sample: Command, name: str) -> str:
    rows = sample("inventory", "--all", "--search", name, "--format", "json").json["identities"]
    (found,) = [row["id"] for row in rows if row["kind"] == "AzureIdentityResource"]
    return str(found).removeprefix("azure:")


def test_a_github_token_opens_what_its_subject_opens(sample: Command) -> None:
    claims = {"iss": GITHUB, "sub": "repo:nordlicht/shop:environment:production", "repository": "nordlicht/shop"}
    claims["private"] = BODY
    azure = answer(sample, text=jwt({**claims, "aud": "api://AzureADTokenExchange"}))
    assert (azure["kind"], azure["system"]) == ("GitHub Actions OIDC token", "github")
    assert azure["identity"] == "oidc://token.actions.githubusercontent.com/repo:nordlicht/shop:environment:production"
    reached = {row["id"]: row["state"] for row in azure["blast_radius"]["reaches"]}
    assert f"entra:{guid('principal', 'gha-azure-deploy')}" in reached
    assert azure["claims"]["repository"] == "nordlicht/shop"


def test_the_audience_of_a_leaked_token_is_what_it_is(sample: Command) -> None:
    claims = {"iss": GITHUB, "sub": "repo:nordlicht/shop:environment:production"}
    entra_app, role = f"entra:{guid('principal', 'gha-azure-deploy')}", "arn:aws:iam::222233334444:role/ci/gha-deploy"
    for audience, opens, closed in (
        ("sts.amazonaws.com", role, entra_app),
        ("api://AzureADTokenExchange", entra_app, role),
        (["sts.amazonaws.com"], role, entra_app),
    ):
        row = answer(sample, "--limit", "1000", text=jwt({**claims, "aud": audience}))
        direct = {found["id"] for found in row["blast_radius"]["reaches"] if found["hops"] == 1}
        assert opens in direct
        assert closed not in direct
    row = answer(sample, "--limit", "1000", text=jwt({**claims, "aud": "https://github.com/nordlicht"}))
    assert not {entra_app, role} & {found["id"] for found in row["blast_radius"]["reaches"]}


def test_a_github_token_of_another_owner_opens_nothing(sample: Command) -> None:
    for subject in ("repo:somebody-else/shop:environment:production", "repo:nordlicht/shop:environment:staging"):
        row = answer(sample, text=jwt({"iss": GITHUB, "sub": subject, "aud": "api://AzureADTokenExchange"}))
        assert row["identity"] is None
        assert f"entra:{guid('principal', 'gha-azure-deploy')}" not in str(row["blast_radius"])
    assert answer(sample, text=jwt({"iss": GITHUB, "sub": "repo:somebody-else/x:y"}))["blast_radius"]["admin_of"] == []


def test_an_issuer_that_nothing_trusts(sample: Command) -> None:
    row = answer(sample, text=jwt({"iss": "https://issuer.example", "sub": "anybody"}))
    assert (row["identity"], row["matched_by"], row["blast_radius"]) == (None, "none", None)
    assert "No trust that was collected accepts" in row["note"]


@pytest.mark.parametrize("body", [b"[]", b"not json", b"\xff\xfe", b"{" * 9000])
def test_tokens_that_cannot_be_read(sample: Command, body: bytes) -> None:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    middle = "eyJ" + base64.urlsafe_b64encode(body).decode().rstrip("=") + "AAAAAAAA"
    row = answer(sample, text=f"{head}.{middle}.{BODY}")
    assert (row["identity"], row["note"]) == (None, "Its claims cannot be read.")


def test_claims_of_odd_types_are_borne(sample: Command) -> None:
    odd = {"iss": 7, "sub": ["x"], "exp": "soon", "aud": {"a": 1}, "nbf": True, "tid": None}
    row = answer(sample, text=jwt(odd))
    assert row["identity"] is None
    assert row["active"] is None


def test_a_token_as_an_argument_is_refused(sample: Command) -> None:
    told = sample("leak", access())
    assert told.code == 2
    assert "eyJ" not in told.err + told.out


def test_two_tokens_in_json(sample: Command) -> None:
    text = json.dumps({"access_token": access(), "other": jwt({"iss": GITHUB, "sub": "repo:a/b:ref:refs/heads/c"})})
    assert [row["system"] for row in rows(sample, text=text)] == ["entra", "github"]
    assert len(rows(sample, text=f"{text}\n{text}")) == 2
    assert GRAPH not in text
