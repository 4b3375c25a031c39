"""The tiering of Entra permissions and roles: whole, each name once, and refused when it is malformed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.catalog import entra_groups
from graph.catalog.entra import entra_catalog
from graph.catalog.entra_groups import grouped
from graph.errors import CatalogError
from graph.evaluate.entra.rights import is_unclassified
from graph.kinds import Impact

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.mark.parametrize(
    ("name", "impact"),
    [
        # One or two of each class of the product catalogue, and what reads no content.
        ("Policy.ReadWrite.ConditionalAccess", "H1"),
        ("EntitlementManagement.ReadWrite.All", "H1"),
        ("User.ReadWrite.All", "H2"),
        ("AgentIdUser.ReadWrite.All", "H2"),
        ("AgentIdentityBlueprint.AddRemoveCreds.All", "H2"),
        ("Directory.AccessAsUser.All", "H3"),
        ("DeviceLocalCredential.Read.All", "H4"),
        ("Calendars.Read", "H5"),
        ("CallRecords.Read.All", "H5"),
        ("eDiscovery.Read.All", "H5"),
        ("DeviceManagementConfiguration.ReadWrite.All", "H6"),
        ("Channel.Delete.All", "H7"),
        ("SecurityAlert.ReadWrite.All", "H8"),
        ("CopilotPolicySettings.ReadWrite", "H9"),
        ("TeamsActivity.Send", "H10"),
        ("Directory.Read.All", ""),
        ("Printer.ReadWrite.All", ""),
    ],
)
def test_classes_of_permissions(name: str, impact: str) -> None:
    row = entra_catalog().permission(name)
    assert row is not None
    assert row.impact == impact
    assert not is_unclassified(name)


def test_every_built_in_role_of_the_reference_is_known() -> None:
    roles = {row.name for row in entra_catalog().roles.values()}
    assert len(roles) >= 120
    assert {
        "Agent ID Administrator",
        "Microsoft 365 Backup Administrator",
        "Yammer Administrator",
        "AI Reader",
    } <= roles
    privileged = entra_catalog().privileged
    assert len(privileged) == 30
    assert privileged <= {name.lower() for name in roles}


def test_ids_are_object_ids_and_stand_once() -> None:
    catalog = entra_catalog()
    assert all(GUID.fullmatch(identity) for identity in catalog.permission_ids)
    assert len(catalog.permission_ids) == len(set(catalog.permission_ids.values()))
    assert all(row.source.startswith("https://learn.microsoft.com/") for row in grouped().rows)
    assert {row.impact for row in grouped().rows} >= {impact.value for impact in Impact} - {"H11"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    grouped.cache_clear()
    place = tmp_path / "impact_entra"
    place.mkdir()
    monkeypatch.setattr(entra_groups, "files", lambda _: tmp_path)
    yield place
    grouped.cache_clear()


_GOOD = 'class = "H5"\nwhat = "reads"\nsource = "https://learn.microsoft.com/x"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[group]\n", "one.toml: "),
        (f"[[group]]\n{_GOOD.replace('H5', 'H99')}", "group 1: `H99` is no class of impact"),
        ('[[group]]\nclass = ""\nsource = "https://x"\n', "group 1: field `what` must be text"),
        (f"[[group]]\n{_GOOD}reach = 3\n", "group 1: field `reach` must be text"),
        (f'[[group]]\n{_GOOD}reach = "far"\n', "group 1: field `reach` must be `unknown` or absent"),
        (f"[[group]]\n{_GOOD}[group.permissions]\nA = 3\n", "group 1: field `permissions` must map names to ids"),
        (f'[[group]]\n{_GOOD}[group.permissions]\nA = ""\na = ""\n', "`a` stands twice"),
    ],
)
def test_a_malformed_group_is_refused(folder: Path, text: str, told: str) -> None:
    (folder / "one.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as raised:
        grouped()
    assert told in str(raised.value)


def test_the_same_name_of_two_apis_is_two(folder: Path) -> None:
    rows: Any = (
        f'[[group]]\n{_GOOD}[group.permissions]\nA = ""\n[[group]]\napi = "x"\n{_GOOD}[group.permissions]\nA = ""\n'
    )
    (folder / "one.toml").write_text(rows, encoding="utf-8")
    assert [(row.name, row.api) for row in grouped().rows] == [("A", ""), ("A", "x")]
