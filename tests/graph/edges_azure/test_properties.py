"""Who takes over which machine in the graph, against the decision about each pair, on random small worlds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.azure.records import AzureRecords, AzureWorkload
from collectors.entra.records import EntraRecords
from collectors.interface import EvidenceRef
from graph.decision import Outcome
from graph.edges.azure.rights import build_azure_rights
from graph.evaluate.azure.authorize import AzureAuthority, AzureRequest
from graph.evaluate.azure.ids import principal_node, scope_node
from graph.kinds import NodeKind, State
from graph.model import IdentityGraph, Node
from tests.cases.azure_loader import place
from tests.graph.azure_worlds import records_of
from tests.worlds.view import View

WHO = ("alice", "bob")
RUN = "Microsoft.Compute/virtualMachines/runCommand/action"
PATTERNS = ("*", "*/read", "Microsoft.Compute/*", "*/action", "Microsoft.Web/*")
SCOPES = ("root", "corp", "team", "lab", "sub", "sub2", "rg", "rg2", "rgprod", "vm")
MACHINES = {
    f"{place(group)}/providers/microsoft.compute/virtualmachines/{name}": group
    for group, name in (("rg", "one"), ("rg", "two"), ("rg2", "three"), ("rgprod", "four"))
}
TECHNIQUE = "azure-vm-run-command"
_WANT = {Outcome.ALLOWED: State.VERIFIED, Outcome.CONDITIONAL: State.CONDITIONAL}

patterns = st.lists(st.sampled_from(PATTERNS), max_size=2, unique=True)
worlds = st.fixed_dictionaries(
    {
        "roles": st.fixed_dictionaries({"actions": patterns, "not_actions": patterns}).map(
            lambda row: [{"name": "odd", **row}]
        ),
        "assign": st.lists(
            st.fixed_dictionaries(
                {
                    "who": st.sampled_from(WHO),
                    "role": st.sampled_from(("odd", "Contributor", "Reader")),
                    "scope": st.sampled_from(SCOPES),
                },
                optional={"eligible": st.just(True)},
            ),
            max_size=5,
        ),
        "deny": st.lists(
            st.fixed_dictionaries(
                {
                    "scope": st.sampled_from(SCOPES),
                    "actions": patterns,
                    "not_actions": patterns,
                    "everyone": st.booleans(),
                    "who": st.lists(st.sampled_from(WHO), max_size=1),
                    "excluded": st.lists(st.sampled_from(WHO), max_size=1),
                    "children": st.booleans(),
                }
            ),
            max_size=3,
        ),
        "state": st.sampled_from(("Enabled", "Disabled")),
    }
)


def _records(row: dict[str, Any]) -> AzureRecords:
    ref = EvidenceRef("made")
    machines = tuple(
        AzureWorkload(arm, "microsoft.compute/virtualmachines", arm.rpartition("/")[2], ref) for arm in sorted(MACHINES)
    )
    return replace(records_of(row), workloads=machines)


def _view(records: AzureRecords) -> View:
    graph = IdentityGraph()
    for machine in records.workloads:
        graph.add_node(Node(scope_node(machine.id), NodeKind.AZURE_VIRTUAL_MACHINE, machine.name, "azure", ""))
    build_azure_rights(records, EntraRecords(), graph)
    return View(graph)


@settings(max_examples=250, deadline=None)
@given(worlds)
def test_the_graph_says_what_the_evaluator_says(row: dict[str, Any]) -> None:
    records = _records(row)
    view, authority = _view(records), AzureAuthority(records)
    for who in WHO:
        principal = str(uuid5(NAMESPACE_URL, who))
        for machine in MACHINES:
            outcome = authority.decide(AzureRequest((principal,), RUN, machine)).outcome
            hops = view.hops(TECHNIQUE, principal_node(principal), scope_node(machine))
            # What it gives itself first is one more step than the evaluator is asked about.
            found = max((hop.state for hop in hops if "giving itself" not in hop.note), default=State.VOID)
            assert found is _WANT.get(outcome, State.VOID), (who, machine, outcome)


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_the_order_of_records_changes_nothing(row: dict[str, Any]) -> None:
    records = _records(row)
    turned = replace(
        records,
        role_assignments=records.role_assignments[::-1],
        deny_assignments=records.deny_assignments[::-1],
        workloads=records.workloads[::-1],
    )
    assert set(_view(records).all_hops) == set(_view(turned).all_hops)
