"""Rules about Entra that look at roles of Azure: what an identity holds is named, and its scope counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.findings import evaluate
from graph.build import build_snapshot
from graph.snapshot import open_snapshot
from tests.worlds.azure import AzureWorldFiles, azure
from tests.worlds.entra import EntraWorldFiles, entra, node

LOCKED = {"isEnabled": True, "allProperties": True}


def messages(folder: Path, tenant: EntraWorldFiles, estate: AzureWorldFiles, rule: str) -> dict[str, str]:
    evidence = tenant.build(estate.build(folder / "evidence"))
    result = build_snapshot([evidence], folder, product_version="test")
    report = evaluate(open_snapshot(result.snapshot_id, folder))
    return {row.subject: row.message for row in report.findings if row.rule == rule}


def _company() -> AzureWorldFiles:
    return azure().management_group("corp").subscription("prod", parent="corp").resource_group("rg")


@pytest.mark.parametrize(
    ("role", "scope", "told"),
    [
        ("Contributor", "sub:prod", "Contributor at prod of Azure"),
        ("Contributor", "rg:rg", ""),
        ("Reader", "sub:prod", ""),
    ],
)
def test_a_managed_identity_is_broad_by_a_role_over_a_subscription(
    tmp_path: Path, role: str, scope: str, told: str
) -> None:
    estate = _company().identity("deploy").role_assignment("sp:deploy", role, scope=scope)
    found = messages(tmp_path, entra().managed_identity("deploy"), estate, "entra-broad-managed-identity")
    assert (told in found.get(node("sp:deploy"), "")) if told else node("sp:deploy") not in found


@pytest.mark.parametrize(("role", "told"), [("Contributor", "Contributor at rg of Azure"), ("Reader", "")])
def test_an_owner_gains_what_the_application_holds_in_azure(tmp_path: Path, role: str, told: str) -> None:
    tenant = entra().user("ann").app("deploy", owners=["ann"], lock=LOCKED)
    estate = _company().role_assignment("sp:deploy", role, scope="rg:rg")
    found = messages(tmp_path, tenant, estate, "entra-owner-escalation")
    assert (told in found.get(node("sp:deploy"), "")) if told else node("sp:deploy") not in found
