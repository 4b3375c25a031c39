"""Ways between many, and the cheapest way: equal to one question for each pair."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from analytics.effort import cost_of, edge_costs
from analytics.ends import source_subjects, target_numbers
from analytics.errors import AmbiguousSubjectError, UnknownSubjectError
from analytics.jewels import jewels
from analytics.paths import By, find_paths
from analytics.policy import Policy
from analytics.reach import blast_radius, identities
from analytics.subjects import resolve_subject
from analytics.ways import ways_between
from graph.build import build_snapshot
from graph.catalog.loader import techniques_aws, techniques_azure, techniques_entra, techniques_github
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot, open_snapshot
from tests.graph.edges_aws.technique_case import ADMIN, CI, A, here
from tests.worlds.aws import World
from tests.worlds.statements import allow, trust


def _look(where: World, folder: Path) -> Snapshot:
    build_snapshot([where.build(folder / "evidence")], folder / "workspace", product_version="0")
    return open_snapshot(None, folder / "workspace")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    workspace = tmp_path_factory.mktemp("ways")
    build_snapshot([Path(str(files("sample_data").joinpath("evidence")))], workspace, product_version="0")
    return open_snapshot(None, workspace)


def test_every_pair_is_as_a_question_of_its_own_tells(sample: Snapshot) -> None:
    names = [sample.node_id(number) for number in identities(sample).tolist()]
    sources = source_subjects(sample, names)
    targets = target_numbers(sample, ["jewels", "arn:aws:iam::222233334444:role/*"], Policy())
    found = ways_between(sample, sources, targets, limit=100_000)
    assert not found.truncated
    assert found.reached == len(found.rows)
    told = {(way.source, way.target): way.state for way in found.rows}
    want: dict[tuple[str, str], State] = {}
    ids = {sample.node_id(number) for number in targets}
    scopes = (sample.node(int(number)) for number in sample.nodes_of_kind(NodeKind.SCOPE_ADMIN))
    admins = {str(node.attributes["scope"]): node.id for node in scopes}
    for subject in sources:
        radius = blast_radius(sample, subject)
        want |= {(subject.id, row.id): row.state for row in radius.reaches if row.id in ids}
        want |= {(subject.id, admins[row.scope]): row.state for row in radius.admin_of}
    assert told == want
    for way in found.rows:
        assert min(step.state for step in way.steps) == way.state
        assert (way.steps[0].source, way.steps[-1].target) == (way.source, way.target)


def test_the_limit_keeps_the_surest_and_counts_all(sample: Snapshot) -> None:
    sources = source_subjects(sample, ["arn:aws:iam::222233334444:role/ci/*"])
    targets = target_numbers(sample, ["jewels"], Policy())
    whole = ways_between(sample, sources, targets, limit=1000)
    cut = ways_between(sample, sources, targets, limit=3)
    assert cut.truncated
    assert (cut.reached, cut.pairs) == (whole.reached, len(sources) * len(targets))
    assert {way.state for way in cut.rows} == {State.VERIFIED}
    shortest = sorted(len(way.steps) for way in whole.rows if way.state is State.VERIFIED)
    assert [len(way.steps) for way in cut.rows] == shortest[:3]
    near = ways_between(sample, sources, targets, limit=1000, max_hops=1, least=State.VERIFIED)
    assert near.reached == sum(1 for way in whole.rows if way.state is State.VERIFIED and len(way.steps) == 1)


def test_names_of_ends(sample: Snapshot) -> None:
    by_pattern = source_subjects(sample, ["*:role/ci/release-*", "release-manager"])
    assert len(by_pattern) == 3, "each once"
    full = target_numbers(sample, ["admin:222233334444"], Policy())
    assert [sample.node_id(number) for number in full] == ["aws:admin:222233334444"]
    assert target_numbers(sample, ["jewels"], Policy()) == tuple(jewel.node for jewel in jewels(sample))
    with pytest.raises(UnknownSubjectError, match="matches"):
        target_numbers(sample, ["arn:aws:nothing:*"], Policy())
    with pytest.raises(AmbiguousSubjectError):
        source_subjects(sample, ["ai-summariser"])


def _two_ways(folder: Path) -> Snapshot:
    """One short way that deletes a key (cost 4), one longer way by two quiet assumptions (cost 1 each)."""
    quiet = here().user(
        "ci", allow("sts:AssumeRole"), allow("iam:CreateAccessKey", "iam:DeleteAccessKey", on=A.user("bob"))
    )
    quiet.role("hop", allow("sts:AssumeRole"), trusts=trust(CI)).role("top", allow("*"), trusts=trust(A.role("hop")))
    return _look(quiet.user("bob", allow("*"), keys=2), folder)


def test_the_cheapest_way_is_not_the_shortest(tmp_path: Path) -> None:
    snapshot = _two_ways(tmp_path)
    ends = resolve_subject(snapshot, CI), resolve_subject(snapshot, ADMIN)
    shortest = find_paths(snapshot, *ends, k=1).paths[0]
    cheapest = find_paths(snapshot, *ends, k=1, by=By.COST).paths[0]
    assert [step.technique for step in shortest.steps][:1] == ["iam-003"]
    assert [step.technique for step in cheapest.steps][:2] == ["sts-001", "sts-001"]
    assert (shortest.hops, cheapest.hops) == (2, 3)
    assert cheapest.cost < shortest.cost
    bounded = find_paths(snapshot, *ends, k=1, by=By.COST, max_hops=2)
    assert [path.hops for path in bounded.paths] == [2]
    assert bounded.cut_by


def test_a_way_costs_what_the_catalogue_says(sample: Snapshot) -> None:
    known = {**techniques_aws(), **techniques_entra(), **techniques_azure(), **techniques_github()}
    costs = edge_costs(sample)
    arrays = sample.arrays
    assert (costs[arrays.hub[arrays.edge_source]] == 0).all(), "a class costs where it is entered"
    for number in identities(sample).tolist():
        subject = resolve_subject(sample, sample.node_id(number))
        for path in find_paths(sample, subject, resolve_subject(sample, "aws:admin:222233334444"), by=By.COST).paths:
            techniques = [known[step.technique].cost if step.technique else 1 for step in path.steps]
            assert path.cost == sum(techniques)
    assert cost_of(sample, []) == 0


def test_less_sure_ways_are_left_out(tmp_path: Path) -> None:
    with_mfa = allow("sts:AssumeRole", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    snapshot = _look(
        here().user("ci", with_mfa, mfa=True).role("top", allow("*"), trusts=trust(f"{A.account}")), tmp_path
    )
    ends = resolve_subject(snapshot, CI), resolve_subject(snapshot, A.role("top"))
    assert {path.state for path in find_paths(snapshot, *ends).paths} == {State.CONDITIONAL}
    assert not find_paths(snapshot, *ends, least=State.VERIFIED).paths
    assert ways_between(snapshot, ends[:1], ends[1].starts, limit=9, least=State.VERIFIED).reached == 0
