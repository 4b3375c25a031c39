"""Every Azure technique fires where Microsoft's documentation lets it, and its near-twins stay silent."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from graph.catalog.loader import techniques_azure
from graph.kinds import State
from tests.graph.edges_azure import cases_access, cases_admin, cases_compute, cases_identities
from tests.graph.edges_azure.technique_case import Case, look

CASES = [*cases_admin.cases(), *cases_compute.cases(), *cases_identities.cases(), *cases_access.cases()]
_WITHOUT_GRANT = {"azure-elevate-access"}
"""What a Global Administrator does without anything being assigned in Azure."""


def test_every_technique_has_a_firing_case_and_a_twin() -> None:
    fired: defaultdict[str, set[bool]] = defaultdict(set)
    for case in CASES:
        fired[case.technique].add(case.state is not State.VOID)
    assert set(fired) == set(techniques_azure())
    assert {technique for technique, sides in fired.items() if sides != {True, False}} == set()
    assert len({str(case) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_technique(case: Case, tmp_path: Path) -> None:
    view = look(case.world, case.people, tmp_path)
    assert case.source in view.graph.nodes or case.state is State.VOID
    assert case.target in view.graph.nodes
    hops = view.hops(case.technique, case.source, case.target)
    assert max((hop.state for hop in hops), default=State.VOID) is case.state
    if case.state is State.VOID:
        return
    best = next(hop for hop in hops if hop.state is case.state)
    assert best.kind is techniques_azure()[case.technique].edge
    assert best.keys == case.keys
    assert best.grants or case.technique in _WITHOUT_GRANT, "a technique rests on at least one grant"
    assert set(best.grants) <= set(view.graph.grants)
    assert best.note or case.state is not State.UNVERIFIED, "what is not sure says why"
    if case.grants:
        assert len(best.grants) == case.grants
