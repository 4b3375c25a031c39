"""A vendor's accounts and tenants are one vendor's because people say so, never by a name."""

from __future__ import annotations

from pathlib import Path

from tests.graph.edges_aws.technique_case import here
from tests.graph.joints.joined import Joined, figures, join
from tests.worlds.entra import VENDOR, entra, node
from tests.worlds.github import GitHubWorldFiles, github, place

ACCOUNT, THERE = "555566667777", f"entra:tenant:{VENDOR}"
ROW = {"account": ACCOUNT, "relation": "vendor", "vendor": "Logtail"}
TENANT_ROW = {"account": VENDOR.upper(), "relation": "vendor", "vendor": "logtail"}
JOINT = "vendor"


def _join(folder: Path, *rows: dict[str, str]) -> Joined:
    return join(folder, aws=here().user("ci").declared("accounts", *rows), entra=entra().sp("Logtail reader"))


def test_one_vendor_in_two_systems(tmp_path: Path) -> None:
    found = _join(tmp_path, ROW, TENANT_ROW)
    assert found.facts(THERE)["vendor_also"] == [f"aws:account:{ACCOUNT}"]
    assert found.facts(f"aws:account:{ACCOUNT}")["vendor_also"] == [THERE]
    assert found.facts(THERE)["relation"] == "vendor"
    assert found.facts(node("sp:Logtail reader"))["vendor"] == "logtail"
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)
    assert f"aws:account:{VENDOR}" not in found.view.graph.nodes, "a tenant is no account of AWS"


def test_a_name_alone_joins_nothing(tmp_path: Path) -> None:
    found = _join(tmp_path, ROW)
    assert "vendor" not in found.facts(node("sp:Logtail reader"))
    assert "vendor" not in found.facts(THERE)
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 1)


def test_what_is_declared_for_two_vendors_is_nobodys(tmp_path: Path) -> None:
    found = _join(tmp_path, ROW, TENANT_ROW, TENANT_ROW | {"vendor": "Other"})
    assert "vendor" not in found.facts(THERE)
    assert figures(found.count(JOINT)) == (0, 0, 2, 0, 0)


def test_a_vendor_nobody_names_counts_as_before(tmp_path: Path) -> None:
    found = _join(tmp_path, {"account": ACCOUNT, "relation": "vendor"})
    assert found.facts(f"aws:account:{ACCOUNT}")["relation"] == "vendor"
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 0)


APP_ROW = {"account": "github-app:App-7", "relation": "vendor", "vendor": "Logtail"}
USES = "on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {}/ship-logs@v1\n"


def _with_github(folder: Path, organization: GitHubWorldFiles, *rows: dict[str, str]) -> Joined:
    cloud = here().user("ci").declared("accounts", *rows)
    return join(folder, aws=cloud, entra=entra().sp("Logtail reader"), github=organization)


def test_one_vendor_in_three_systems(tmp_path: Path) -> None:
    world = github().repo("app").app(7, contents="read").app(8, contents="read")
    found = _with_github(tmp_path, world, ROW, TENANT_ROW, APP_ROW)
    app = place("app:7")
    assert (found.facts(app)["vendor"], found.facts(app)["relation"]) == ("Logtail", "vendor")
    assert set(found.facts(app)["vendor_also"]) == {f"aws:account:{ACCOUNT}", THERE}
    assert app in found.facts(THERE)["vendor_also"]
    assert "vendor" not in found.facts(place("app:8"))
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)


def test_an_app_that_nobody_installed_joins_nothing(tmp_path: Path) -> None:
    world = github().repo("app").app(8, contents="read")
    found = _with_github(tmp_path, world, ROW, APP_ROW)
    assert "vendor_also" not in found.facts(place("app:8"))
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 1)
    assert "aws:account:github-app:App-7" not in found.view.graph.nodes


def test_actions_of_a_vendors_organization(tmp_path: Path) -> None:
    row = {"account": "github:Logtail", "relation": "vendor", "vendor": "Logtail"}
    world = github().repo("app").workflow("ci.yml", USES.format("Logtail")).workflow("b.yml", USES.format("logtail-io"))
    found = _with_github(tmp_path, world, ROW, row)
    assert found.facts("github:repo:logtail/ship-logs")["vendor"] == "Logtail"
    assert "vendor" not in found.facts("github:repo:logtail-io/ship-logs")
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)


def test_a_vendor_in_github_alone_is_in_one_system(tmp_path: Path) -> None:
    world = github().repo("app").app(7, contents="read")
    assert figures(_with_github(tmp_path, world, APP_ROW).count(JOINT)) == (0, 0, 0, 0, 1)


def test_an_own_app_is_said_to_be_own(tmp_path: Path) -> None:
    world = github().repo("app").app(7, contents="read")
    found = _with_github(tmp_path, world, {"account": "github-app:app-7", "relation": "own", "vendor": ""})
    assert found.facts(place("app:7"))["relation"] == "own"
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 0)
