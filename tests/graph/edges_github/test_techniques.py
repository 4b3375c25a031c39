"""Every GitHub technique fires where GitHub's documentation lets it, and its near-twins stay silent."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from graph.catalog.loader import techniques_github
from graph.kinds import State
from tests.graph.edges_github import cases_credentials, cases_roles, cases_subjects, cases_workflows
from tests.graph.edges_github.technique_case import Case, look

CASES = [*cases_roles.cases(), *cases_workflows.cases(), *cases_credentials.cases(), *cases_subjects.cases()]
_WITHOUT_GRANT = {
    "github-push-branch",
    "github-use-environment",
    "github-create-environment",
    "github-oidc-subject",
    "github-any-repository",
    "github-enable-actions",
    "github-job-subject",
    "github-read-repository-secret",
    "github-read-organization-secret",
    "github-read-environment-secret",
    "github-job-secret",
    "github-use-runner",
    "github-shared-runner",
}
"""What follows from how a repository is set up: whoever is there by a grant has it."""


def test_every_technique_has_a_firing_case_and_a_twin() -> None:
    fired: defaultdict[str, set[bool]] = defaultdict(set)
    for case in CASES:
        fired[case.technique].add(case.state is not State.VOID)
    assert set(fired) == set(techniques_github())
    assert {technique for technique, sides in fired.items() if sides != {True, False}} == set()
    assert len({str(case) for case in CASES}) == len(CASES)


def _not_made(node: str) -> bool:
    """Return whether a node is there only if somebody gets somewhere from it, or runs in its repository."""
    return node in ("github:anyone", "github:actions:acme/app") or not node.startswith(("github:repo:acme", "github:u"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_technique(case: Case, tmp_path: Path) -> None:
    view = look(case.world, case.cloud, tmp_path)
    known = view.graph.nodes
    assert case.source in known or (case.state is State.VOID and _not_made(case.source))
    assert case.target in known or "archived" in case.name or "Actions is off" in case.name
    hops = view.hops(case.technique, case.source, case.target)
    assert max((hop.state for hop in hops), default=State.VOID) is case.state
    if case.state is State.VOID:
        return
    best = next(hop for hop in hops if hop.state is case.state)
    assert best.kind is techniques_github()[case.technique].edge
    assert best.keys == case.keys
    granted = best.grants or case.technique in _WITHOUT_GRANT
    assert granted or case.state is not State.VERIFIED, "a technique rests on at least one grant"
    assert set(best.grants) <= set(view.graph.grants)
    assert best.note or case.state is not State.UNVERIFIED, "what is not sure says why"
