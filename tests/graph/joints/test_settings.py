"""Settings of workloads hold credentials themselves, or say what lies in the secret that they refer to."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.kinds import State
from tests.graph.edges_aws.technique_case import A, here
from tests.graph.joints.joined import figures, join
from tests.worlds.aws import World
from tests.worlds.azure import azure
from tests.worlds.entra import TENANT, EntraWorldFiles, app_id, entra, node, oid, secret
from tests.worlds.statements import trust

FUNCTION = A.function("sync")
PASSWORD = f"entra:password:{oid('app:hr')}:{secret('one')['keyId']}"
VALUE = "abc8Q~" + "x1Y2z3W4v5U6t7S8r9Q0p1O2n3M4l5K6j"
UNKNOWN = "zzz8Q~" + VALUE[6:]
"""A secret of which no hint is known."""
APP = app_id("hr")


def tenant() -> EntraWorldFiles:
    """Return a tenant with one application and its secret."""
    return entra().app("hr", secrets=[secret("one")])


def function(**variables: str) -> World:
    """Return an account with a function that has variables."""
    world = here().role("app", trusts=trust(service="lambda.amazonaws.com")).function("sync", "app")
    world.here.functions["sync"]["Environment"] = {"Variables": variables}
    return world


@pytest.mark.parametrize(
    "variables",
    [
        {"AZURE_CLIENT_ID": APP, "AZURE_CLIENT_SECRET": VALUE},
        {"AZURE_CLIENT_ID": APP, "AZURE_CLIENT_SECRET": VALUE, "AZURE_TENANT_ID": TENANT},
        {"AzureAd__ClientId": APP, "AzureAd__ClientSecret": VALUE},
        {"HR_APP_ID": APP.upper(), "HR_APP_SECRET": "Zx81-not-a-known-shape"},
    ],
)
def test_an_id_beside_a_secret_says_whose_it_is(variables: dict[str, str], tmp_path: Path) -> None:
    found = join(tmp_path, aws=function(**variables), entra=tenant())
    assert found.held(FUNCTION) == {PASSWORD: State.VERIFIED}
    assert figures(found.count("setting")) == (1, 0, 0, 0, 0)
    (edge,) = found.holds(FUNCTION)
    assert VALUE not in edge.note


@pytest.mark.parametrize(
    ("variables", "count"),
    [
        ({"AZURE_CLIENT_ID": APP}, None),
        ({"HR_CLIENT_ID": APP, "MAIL_CLIENT_SECRET": UNKNOWN}, (0, 0, 0, 0, 1)),
        ({"SESSION_ID": APP, "CLIENT_SECRET": UNKNOWN}, (0, 0, 0, 0, 1)),
        ({"AZURE_CLIENT_ID": app_id("other"), "AZURE_CLIENT_SECRET": VALUE}, (0, 0, 0, 0, 1)),
        (
            {"AZURE_CLIENT_ID": APP, "AZURE_CLIENT_SECRET": VALUE, "AZURE_TENANT_ID": oid("elsewhere")},
            (0, 0, 0, 1, 0),
        ),
        ({"AZURE_CLIENT_ID": APP, "AZURE_CLIENT_SECRET": "xyz" + VALUE[3:]}, (0, 0, 0, 1, 0)),
        ({"DB_PASSWORD": "abcZx81-not-of-that-form"}, (0, 0, 0, 0, 0)),
    ],
    ids=["no secret", "two prefixes", "no app id", "unknown application", "other tenant", "other hint", "no form"],
)
def test_what_does_not_belong_together_is_no_pair(
    variables: dict[str, str], count: tuple[int, ...] | None, tmp_path: Path
) -> None:
    found = join(tmp_path, aws=function(**variables), entra=tenant())
    assert found.holds(FUNCTION) == []
    assert figures(found.count("setting")) == (count or (0, 0, 0, 0, 0))


def test_an_access_key_in_a_setting_is_the_workloads(tmp_path: Path) -> None:
    world = here().user("bob", keys=1)
    key = next(each["AccessKeyId"] for each in world.here._keys_of("bob"))
    lone = azure().subscription("prod").site("shop", settings={"AWS_ACCESS_KEY_ID": key})
    assert join(tmp_path / "lone", aws=world, azure=lone).holds(lone.node("site:shop")) == []
    both = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY99"}
    site = azure().subscription("prod").site("shop", settings=both)
    found = join(tmp_path / "both", aws=world, azure=site)
    assert found.held(site.node("site:shop")) == {f"aws:key:{key}": State.VERIFIED}


@pytest.mark.parametrize("reference", ["@Microsoft.KeyVault(VaultName=kv;SecretName=sso)", ""])
def test_a_reference_beside_an_id_says_what_the_secret_holds(reference: str, tmp_path: Path) -> None:
    settings = {"AZURE_CLIENT_ID": APP, "AZURE_CLIENT_SECRET": reference or VALUE}
    world = azure().subscription("prod").vault("kv", secrets=["sso"]).site("shop", settings=settings)
    found = join(tmp_path, entra=tenant(), azure=world)
    stored = f"{world.node('vault:kv')}/secrets/sso"
    holder, other = (stored, world.node("site:shop")) if reference else (world.node("site:shop"), stored)
    assert found.held(holder) == {PASSWORD: State.VERIFIED}
    assert found.holds(other) == []


def test_the_same_value_elsewhere_is_the_same_credential(tmp_path: Path) -> None:
    pair = function(AZURE_CLIENT_ID=APP, AZURE_CLIENT_SECRET=VALUE)
    same = azure().subscription("prod").site("same", settings={"GRAPH_PASSWORD": VALUE})
    same.site("twin", settings={"GRAPH_PASSWORD": VALUE.replace("abc", "xyz")})
    found = join(tmp_path, aws=pair, entra=tenant(), azure=same)
    assert found.held(same.node("site:same")) == {PASSWORD: State.VERIFIED}
    assert "fingerprint" in found.holds(same.node("site:same"))[0].note
    assert found.holds(same.node("site:twin")) == []


@pytest.mark.parametrize("apps", [("hr",), ("hr", "mail")])
def test_first_characters_are_a_guess_and_keep_every_alternative(apps: tuple[str, ...], tmp_path: Path) -> None:
    people = entra()
    for app in apps:
        people.app(app, secrets=[secret("one" if app == "hr" else app)])
    found = join(tmp_path, aws=function(GRAPH_TOKEN=VALUE), entra=people)
    assert set(found.held(FUNCTION).values()) == {State.UNVERIFIED}
    assert len(found.held(FUNCTION)) == len(apps)
    assert figures(found.count("setting")) == ((0, 1, 0, 0, 0) if len(apps) == 1 else (0, 0, 1, 0, 0))


def test_a_value_of_two_identities_is_ambiguous(tmp_path: Path) -> None:
    people = tenant().app("mail", secrets=[secret("two")])
    pair = function(A_CLIENT_ID=APP, A_CLIENT_SECRET=VALUE, B_CLIENT_ID=app_id("mail"), B_CLIENT_SECRET=VALUE)
    site = azure().subscription("prod").site("same", settings={"GRAPH_PASSWORD": VALUE})
    found = join(tmp_path, aws=pair, entra=people, azure=site)
    assert set(found.held(site.node("site:same")).values()) == {State.UNVERIFIED}
    assert len(found.held(site.node("site:same"))) == 2
    assert found.count("setting").ambiguous == 1


def test_the_value_itself_stays_nowhere(tmp_path: Path) -> None:
    found = join(tmp_path, aws=function(AZURE_CLIENT_ID=APP, AZURE_CLIENT_SECRET=VALUE), entra=tenant())
    assert VALUE not in repr(found.view.graph.nodes)
    assert found.facts(FUNCTION)["environment_app_ids"] == {"AZURE_CLIENT_ID": APP}
    assert node("sp:hr") in found.view.graph.nodes
