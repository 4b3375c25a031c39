"""The table of techniques and the catalogue say the same."""

from __future__ import annotations

from graph.catalog.azure import azure_admin_probes, azure_impacts, azure_roles
from graph.catalog.loader import techniques_azure
from graph.edges.azure.data_access import DATA
from graph.edges.azure.identities import ATTACHED, FEDERATE
from graph.edges.azure.take_over_table import TAKEN
from graph.evaluate.azure.patterns import permits


def test_what_the_catalogue_calls_permissions_is_what_the_code_asks_for() -> None:
    asked = {taken.id: [str(need) for need in taken.needs] for taken in TAKEN}
    asked |= {
        attached.id: ["Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", *map(str, attached.needs)]
        for attached in ATTACHED
    }
    asked |= {each.technique: [str(each.need)] for each in DATA if each.technique}
    asked["azure-federated-credential"] = [str(FEDERATE)]
    assert {name: list(techniques_azure()[name].permissions) for name in asked} == asked
    assert len(asked) >= 36


def test_techniques_of_one_class_of_targets_judge_it_alike() -> None:
    families: dict[str, set[object]] = {}
    for taken in TAKEN:
        families.setdefault(taken.family, set()).add((taken.sure, taken.types, taken.words))
    assert {name: len(kinds) for name, kinds in families.items() if len(kinds) > 1} == {}


def test_owner_passes_every_probe_and_contributor_does_not() -> None:
    named = {role.name: role.permissions for role in azure_roles().values()}
    assert all(permits(named["Owner"][0], probe) for probe in azure_admin_probes())
    for name in ("Contributor", "User Access Administrator", "Role Based Access Control Administrator"):
        assert not all(permits(named[name][0], probe) for probe in azure_admin_probes())


def test_every_class_of_impact_stands_once_and_names_actions() -> None:
    rows = azure_impacts()
    assert len({row.impact for row in rows}) == len(rows)
    assert all(row.actions or row.data_actions for row in rows)
    assert all("*" not in action for row in rows for action in (*row.actions, *row.data_actions))
