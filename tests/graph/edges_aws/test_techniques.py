"""Every technique of the catalogue fires where the vendor's documentation lets it, and its near-twins stay silent."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from graph.catalog.loader import techniques_aws
from graph.decision import HOLDS
from graph.kinds import State
from tests.graph.edges_aws import (
    cases_code,
    cases_create_principal,
    cases_entries,
    cases_identity_center,
    cases_organization,
    cases_other_principal,
    cases_own_policy,
    cases_passed,
    cases_passed_further,
    cases_profiles,
    cases_resource_policies,
    cases_state,
    cases_state_tags,
    cases_taken,
    cases_taken_compute,
)
from tests.graph.edges_aws.technique_case import Case
from tests.worlds.view import Hop, look

OWN_POLICY = frozenset({"iam-001", "iam-005", "iam-007", "iam-008", "iam-009", "nhi-iam-setdefaultpolicyversion"})
"""Techniques that another held identity may take, too."""
CASES = [
    *cases_state.cases(),
    *cases_state_tags.cases(),
    *cases_own_policy.cases(),
    *cases_other_principal.cases(),
    *cases_code.cases(),
    *cases_create_principal.cases(),
    *cases_passed.cases(),
    *cases_passed_further.cases(),
    *cases_profiles.cases(),
    *cases_taken.cases(),
    *cases_taken_compute.cases(),
    *cases_resource_policies.cases(),
    *cases_organization.cases(),
    *cases_identity_center.cases(),
    *cases_entries.cases(),
]


def test_every_technique_has_a_firing_case_and_a_twin() -> None:
    fired: defaultdict[str, set[bool]] = defaultdict(set)
    for case in CASES:
        fired[case.technique].add(case.state is not State.VOID)
    assert set(fired) == set(techniques_aws())
    assert {technique for technique, sides in fired.items() if sides != {True, False}} == set()
    assert len({str(case) for case in CASES}) == len(CASES)


def _alone(case: Case, hop: Hop) -> bool:
    """Return whether a hop speaks of the source alone; ``tests/analytics/test_held_policy.py`` has the others."""
    return HOLDS not in hop.keys or HOLDS in case.keys or case.technique not in OWN_POLICY


@pytest.mark.parametrize("case", CASES, ids=str)
def test_technique(case: Case, tmp_path: Path) -> None:
    view = look(case.world, tmp_path)
    hops = [hop for hop in view.hops(case.technique, case.source, case.target) if _alone(case, hop)]
    assert max((hop.state for hop in hops), default=State.VOID) is case.state
    if case.state is State.VOID:
        return
    best = next(hop for hop in hops if hop.state is case.state)
    assert best.kind is techniques_aws()[case.technique].edge
    assert case.keys <= best.keys
    assert best.grants, "a technique rests on at least one grant"
    assert set(best.grants) <= set(view.graph.grants)
    if case.state is State.VERIFIED:
        assert not best.conditions
    if case.via:
        assert case.via in {hop.via for hop in hops}
    if case.grants:
        assert len(best.grants) == case.grants
    assert bool(best.note) or not case.noted
