"""One key or application in several systems: the node says where, the figures count it, and pools have every place."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.pools.find import pools
from graph.joints.sightings import SHOWN
from tests.analytics.pool_worlds import written
from tests.graph.edges_aws.technique_case import A, here
from tests.graph.joints.joined import Joined, figures, join
from tests.graph.joints.test_ci_secrets import (
    APP,
    KEY_SECRET,
    LATER,
    account,
    aws_secret,
    azure_secret,
    key,
    password,
    tenant,
)
from tests.worlds.aws import World
from tests.worlds.azure import AzureWorldFiles, azure
from tests.worlds.entra import node
from tests.worlds.github import GitHubWorldFiles, github, place

JOINT = "credential in several"
KEY = f"aws:key:{key()}"


def stored(**tags: str) -> World:
    """Return the account with a secret that has tags."""
    return account().secret("deploy", tags=tags)


def _facts(found: Joined, of: str) -> dict[str, object]:
    return {name: value for name, value in found.facts(of).items() if name.startswith(("seen_", "maybe_", "named_"))}


def test_a_key_in_actions_and_in_secrets_manager(tmp_path: Path) -> None:
    world = aws_secret().variable("AWS_ACCESS_KEY_ID", key())
    found = join(tmp_path, aws=stored(keyId=key()), github=world)
    places = [A.secret("deploy"), KEY_SECRET]
    expected = {"seen_in": ["aws", "github"], "seen_at": places, "seen_count": 2, "named_in": ["github"],
                "named_at": [place("repo:app")]}  # fmt: skip
    assert _facts(found, KEY) == expected
    assert _facts(found, A.user("ci")) == expected
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)
    (pool,) = pools(written(found.view.graph, tmp_path / "workspace"), credential=KEY).pools
    assert {each.id for each in pool.consumers} == set(places)
    assert all("credential stored in it" in {each.kind for each in consumer.evidence} for consumer in pool.consumers)


@pytest.mark.parametrize(
    ("cloud", "world", "facts", "count"),
    [
        (account(), aws_secret().variable("AWS_ACCESS_KEY_ID", key()), ["github"], (0, 0, 0, 0, 1)),
        (stored(keyId=key()), github().repo("app"), ["aws"], (0, 0, 0, 0, 1)),
        (stored(), aws_secret(), None, (0, 0, 0, 0, 0)),
        (stored(usedBy=key()), aws_secret().variable("AWS_ACCESS_KEY_ID", key()), ["github"], (0, 0, 0, 0, 1)),
    ],
    ids=["Actions alone", "Secrets Manager alone", "nowhere", "a tag that says who uses it"],
)
def test_one_system_is_not_several(
    cloud: World, world: GitHubWorldFiles, facts: list[str] | None, count: tuple[int, ...], tmp_path: Path
) -> None:
    found = join(tmp_path, aws=cloud, github=world)
    assert found.facts(KEY).get("seen_in") == facts
    assert figures(found.count(JOINT)) == count


def test_a_key_that_lies_in_one_place_is_no_pool(tmp_path: Path) -> None:
    found = join(tmp_path, aws=account(), github=aws_secret().variable("AWS_ACCESS_KEY_ID", key()))
    assert pools(written(found.view.graph, tmp_path / "workspace"), credential=KEY).pools == ()


def test_what_is_a_guess_in_one_system_is_none_that_it_is_seen_in(tmp_path: Path) -> None:
    found = join(tmp_path, aws=stored(keyId=key()), github=aws_secret("2025-01-01T00:20:00Z"))
    facts = found.facts(KEY)
    assert (facts["seen_in"], facts["maybe_in"]) == (["aws"], ["github"])
    assert figures(found.count(JOINT)) == (0, 1, 0, 0, 0)


def site() -> AzureWorldFiles:
    """Return a web app that has an application's secret in its settings."""
    settings = {"AZURE_CLIENT_ID": APP, "AZURE_CLIENT_SECRET": "abc8Q~" + "x1Y2z3W4v5U6t7S8r9Q0p1O2n3M4l5K6j"}
    return azure().subscription("prod").site("shop", settings=settings)


def test_an_application_in_actions_in_aws_and_in_settings_of_azure(tmp_path: Path) -> None:
    cloud = here().user("ci").secret("hr", tags={"entra-app-id": APP})
    workflow = (
        f"on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    env: {{AZURE_CLIENT_ID: {APP}}}\n    steps: []\n"
    )
    world = azure_secret(LATER).variable("AZURE_CLIENT_ID", APP).repo("web").workflow("a.yml", workflow)
    found = join(tmp_path, aws=cloud, entra=tenant(), azure=site(), github=world)
    facts = found.facts(node("sp:hr-provisioning"))
    assert facts["seen_in"] == ["aws", "azure", "github"]
    assert set(facts["seen_at"]) == {A.secret("hr"), site().node("site:shop"), place("secret:app:AZURE_CLIENT_SECRET")}
    assert facts["named_in"] == ["azure", "github"]
    assert {place("repo:app"), place("job:web:a.yml#x"), site().node("site:shop")} <= set(facts["named_at"])
    assert found.facts(node("app:hr-provisioning"))["seen_in"] == facts["seen_in"]
    assert found.facts(password())["seen_in"] == facts["seen_in"]
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)
    (pool,) = pools(written(found.view.graph, tmp_path / "workspace"), credential=password()).pools
    assert {each.id for each in pool.consumers} == set(facts["seen_at"])


def test_an_application_that_is_named_alone_lies_nowhere(tmp_path: Path) -> None:
    world = github().repo("app").variable("AZURE_CLIENT_ID", APP)
    found = join(tmp_path, aws=here().user("ci"), entra=tenant(), github=world)
    assert _facts(found, node("sp:hr-provisioning")) == {"named_in": ["github"], "named_at": [place("repo:app")]}
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 0)


def test_places_are_cut_and_counted(tmp_path: Path) -> None:
    world = github()
    for number in range(SHOWN + 5):
        world.repo(f"app{number}").secret("AWS_SECRET_ACCESS_KEY", updated=LATER).variable("AWS_ACCESS_KEY_ID", key())
    facts = join(tmp_path, aws=account(), github=world).facts(KEY)
    assert (len(facts["seen_at"]), facts["seen_count"], len(facts["named_at"])) == (SHOWN, SHOWN + 5, SHOWN)
