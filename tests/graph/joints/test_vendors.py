"""A vendor's accounts and tenants are one vendor's because people say so, never by a name."""

from __future__ import annotations

from pathlib import Path

from tests.graph.edges_aws.technique_case import here
from tests.graph.joints.joined import Joined, figures, join
from tests.worlds.entra import VENDOR, entra, node

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
