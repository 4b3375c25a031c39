"""Cuts on worlds of AWS: by story, by evidence edited and built again, and by random worlds evaluated again."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cuts.find import CutAnswer, find_cut
from analytics.cuts.ground import Ground
from analytics.cuts.held import HeldProblem
from analytics.cuts.network import Demand, GrantSets, WayEdges
from analytics.cuts.recheck import find_checked_cut
from analytics.cuts.situation import CutQuestion, Situation
from analytics.cuts.solve import Effort
from analytics.cuts.weights import WeightError, Weights, read_weights
from analytics.jewels import jewels
from analytics.paths import find_paths
from analytics.reach import admin_witnesses
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.kinds import State
from graph.snapshot import Snapshot, open_snapshot
from tests.analytics.test_cuts_solve import Small, worlds
from tests.graph.edges_aws.random_worlds import Spec, specs
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, A, here
from tests.repository import ROOT
from tests.worlds.aws import World
from tests.worlds.keep import keep
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, trust

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
Look = Callable[[World], Snapshot]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return lambda where: keep(where, tmp_path / "world")


def _question(
    snapshot: Snapshot,
    *who: str,
    to: Sequence[str] = (ADMIN,),
    keep: tuple[str, ...] = (),
    rows: tuple[tuple[str, float], ...] = (),
    state: State = State.CONDITIONAL,
    alternatives: int = 0,
) -> CutQuestion:
    return CutQuestion(
        targets=tuple(number for text in to for number in resolve_subject(snapshot, text).starts),
        sources=tuple(resolve_subject(snapshot, text) for text in who),
        state=state,
        weights=Weights(rows, keep),
        alternatives=alternatives,
    )


def _ids(answer: CutAnswer) -> list[str]:
    return sorted(row.grant.id for row in answer.grants)


def _chain() -> World:
    """Two users assume one role that may attach any policy to itself; a twin may not."""
    where = here().role("deploy", allow("iam:AttachRolePolicy", on=A.role("deploy")), trusts=trust(ACCOUNT))
    where.role("twin", allow("s3:GetObject"), trusts=trust(ACCOUNT))
    where.user("ci", allow("sts:AssumeRole", on=[A.role("deploy"), A.role("twin")]))
    return where.user("bob", allow("sts:AssumeRole", on=A.role("deploy")))


def test_the_one_grant_behind_both_ways(look: Look) -> None:
    snapshot = look(_chain())
    found = find_checked_cut(snapshot, _question(snapshot))
    answer = found.answer
    assert (answer.status, answer.cost, answer.lower_bound, answer.gap) == ("optimal", 1, 1, 0)
    assert _ids(answer) == [f"aws:statement:{A.role('deploy')}:inline:inline-1#0"]
    assert answer.grants[0].sources_freed == answer.sources_reaching == 3, "two users and the role itself"
    assert "#/RoleDetailList/" in answer.grants[0].grant.evidence
    assert found.checked
    assert [(row.id, row.loses) for row in found.also_stopped] == [(A.role("deploy"), (ADMIN,))]


def test_from_one_subject_there_are_other_cuts_of_that_cost(look: Look) -> None:
    snapshot = look(_chain())
    answer = find_cut(snapshot, _question(snapshot, CI, alternatives=5))
    cuts = {tuple(_ids(answer)), *answer.alternatives}
    assert cuts == {
        (f"aws:statement:{CI}:inline:inline-1#0",),
        (f"aws:statement:{A.role('deploy')}:inline:inline-1#0",),
        (f"aws:trust:{A.role('deploy')}#0",),
    }
    assert answer.alternatives_complete
    burden = dict(zip(Situation.of(snapshot, _question(snapshot)).grant_ids, _burden(snapshot), strict=True))
    assert burden[_ids(answer)[0]] == min(burden[cut[0]] for cut in cuts), "the one that stops least is told"


def _burden(snapshot: Snapshot) -> list[int]:
    numbers: list[int] = Situation.of(snapshot, _question(snapshot)).burden.tolist()
    return numbers


def test_the_twin_needs_no_cut(look: Look) -> None:
    snapshot = look(here().role("twin", allow("s3:*"), trusts=trust(ACCOUNT)).user("ci", allow("sts:AssumeRole")))
    found = find_checked_cut(snapshot, _question(snapshot, CI))
    assert (found.answer.status, found.answer.cost, found.answer.grants) == ("optimal", 0, ())
    assert found.answer.sources_reaching == 0
    assert not found.checked
    assert found.why == "there is nothing to remove"


def test_weights_and_grants_that_must_stay(look: Look) -> None:
    snapshot = look(_chain())
    dear = f"aws:statement:{A.role('deploy')}:*"
    weighed = find_cut(snapshot, _question(snapshot, CI, rows=((dear, 9), ("aws:statement:*user/ci*", 0.5))))
    assert (_ids(weighed), weighed.cost) == ([f"aws:statement:{CI}:inline:inline-1#0"], 0.5)
    kept = find_cut(snapshot, _question(snapshot, keep=(dear,)))
    assert _ids(kept) == [f"aws:trust:{A.role('deploy')}#0"], "the role itself cannot be parted from what it keeps"
    assert [row.source for row in kept.uncuttable] == [A.role("deploy")]
    assert kept.uncuttable[0].kept == (f"aws:statement:{A.role('deploy')}:inline:inline-1#0",)
    nothing = find_cut(snapshot, _question(snapshot, CI, keep=("*",)))
    assert (nothing.status, nothing.cost, nothing.grants, nothing.gap) == ("uncuttable", None, (), None)
    assert len(nothing.uncuttable[0].steps) == 2
    with pytest.raises(WeightError, match="matches no grant"):
        find_cut(snapshot, _question(snapshot, CI, keep=("aws:trust:nobody",)))


def test_what_no_grant_carries_is_told(look: Look) -> None:
    snapshot = look(here().user("ci", allow("s3:*")))
    answer = find_cut(snapshot, _question(snapshot, A.root))
    assert answer.status == "uncuttable"
    assert [(row.source, row.target, row.kept) for row in answer.uncuttable] == [(A.root, ADMIN, ())]
    itself = find_cut(snapshot, _question(snapshot, CI, to=(CI,)))
    assert itself.status == "uncuttable"
    assert itself.uncuttable[0].steps == ()


def test_administrators_are_entitled_and_others_on_their_way_are_not(look: Look) -> None:
    where = here().role("boss", attached=[ADMINISTRATOR], trusts=trust(CI))
    snapshot = look(where.user("ci").user("own", attached=[ADMINISTRATOR]))
    answer = find_cut(snapshot, _question(snapshot))
    assert answer.sources_entitled == 3, "root, the role and the other user"
    assert answer.sources_reaching == 1
    assert _ids(answer) == [f"aws:trust:{A.role('boss')}#0"]


def test_ways_less_sure_than_asked_stay(look: Look) -> None:
    where = here().role("boss", attached=[ADMINISTRATOR], trusts=trust(ACCOUNT, when=MFA))
    snapshot = look(where.user("ci", allow("sts:AssumeRole"), mfa=True).user("no", allow("sts:AssumeRole"), mfa=False))
    assert find_cut(snapshot, _question(snapshot, state=State.VERIFIED)).cost == 0
    assert find_cut(snapshot, _question(snapshot)).cost == 1
    assert find_cut(snapshot, _question(snapshot, CI)).cost == 1
    assert find_cut(snapshot, _question(snapshot, A.user("no"))).cost == 0, "whoever has no device presents no MFA"


def test_a_class_that_others_enter_with_more(look: Look) -> None:
    """A key without MFA enters no role by itself; through the user `b`, whose device is real, it does."""
    where = here().role("boss", attached=[ADMINISTRATOR], trusts=trust(ACCOUNT, when=MFA))
    where.role("hop", allow("sts:AssumeRole"), trusts=trust(CI))
    snapshot = look(where.user("ci", allow("sts:AssumeRole"), keys=1))
    (key,) = snapshot.credentials_of(CI)
    for who in (CI, key.node):
        subject = resolve_subject(snapshot, who)
        ways = find_paths(snapshot, subject, resolve_subject(snapshot, ADMIN)).paths
        answer = find_cut(snapshot, _question(snapshot, who))
        assert (answer.sources_reaching == 1) == any(way.state >= State.CONDITIONAL for way in ways), who


# ---- steps that need identities held at once


def _held() -> World:
    """The user frees the role that it holds from its boundary: the statement alone, or the trust alone, is enough."""
    where = here().policy("edge", allow("s3:*"))
    where.role("app", allow("*"), trusts=trust(ACCOUNT), boundary="edge")
    return where.user("ci", allow("iam:DeleteRolePermissionsBoundary"), allow("sts:AssumeRole"))


def test_closing_the_way_to_a_held_identity_closes_the_step(look: Look) -> None:
    snapshot = look(_held())
    question = _question(snapshot, CI, alternatives=9, rows=((f"aws:statement:{CI}:inline:inline-1#0", 5),))
    assert isinstance(Situation.of(snapshot, question).problem, HeldProblem)
    found = find_checked_cut(snapshot, question)
    cuts = {tuple(_ids(found.answer)), *found.answer.alternatives}
    assert found.checked
    assert found.answer.cost == 1
    assert {
        (f"aws:statement:{CI}:inline:inline-2#0",),
        (f"aws:trust:{A.role('app')}#0",),
        (f"aws:statement:{A.role('app')}:inline:inline-1#0",),
    } == cuts
    kept = find_cut(snapshot, _question(snapshot, CI, keep=("*",)))
    assert kept.status == "uncuttable"
    assert kept.uncuttable[0].kept


def test_many_sources_say_that_held_sets_are_not_covered(look: Look) -> None:
    answer = find_cut(look(_held()), _question(look(_held())))
    assert any("held at once" in text for text in answer.limits)


@st.composite
def _held_worlds(draw: st.DrawFn) -> tuple[Small, dict[int, tuple[int, ...]]]:
    world = draw(worlds(nodes=7, grants=6, demands=1))
    sources, targets = world.demands[0]
    edge = st.integers(0, max(0, len(world.edges) - 1))
    node = st.integers(0, world.nodes - 1)
    needs = draw(st.dictionaries(edge, st.lists(node, min_size=1, max_size=2).map(tuple), max_size=4))
    one = replace(world, demands=((frozenset({min(sources)}), targets),))
    return one, {number: nodes for number, nodes in needs.items() if number < len(world.edges)}


def _reached(world: Small, needs: dict[int, tuple[int, ...]], removed: frozenset[int]) -> set[int]:
    """Return the targets reached, edge by edge; an edge with needs waits until they are held."""
    ((sources, targets),) = world.demands
    held = set(sources)
    while more := {
        head
        for number, (tail, head, grants) in enumerate(world.edges)
        if tail in held and head not in held and not grants & removed and held.issuperset(needs.get(number, ()))
    }:
        held |= more
    return held & targets


@settings(max_examples=250, deadline=None)
@given(_held_worlds())
def test_cuts_of_steps_with_needs_are_those_of_trying_every_subset(
    drawn: tuple[Small, dict[int, tuple[int, ...]]],
) -> None:
    world, needs = drawn
    count = len(world.weight)
    sets = sorted({grants for _, _, grants in world.edges}, key=sorted)
    ends = np.array([(a, b) for a, b, _ in world.edges], dtype=np.int32).reshape(-1, 2)
    numbers = np.array([sets.index(grants) for _, _, grants in world.edges], dtype=np.int32)
    edges = WayEdges(world.nodes, ends[:, 0], ends[:, 1], numbers, np.arange(len(world.edges), dtype=np.int32))
    ground = Ground(edges, np.arange(world.nodes, dtype=np.int32), {}, {}, needs)
    demand = Demand(*(np.array(sorted(end), dtype=np.int32) for end in world.demands[0]))
    kept = np.isin(np.arange(count), sorted(world.kept))
    weight = np.array(world.weight, dtype=np.int64)
    problem = HeldProblem.of(ground, GrantSets.of(sets), weight, demand, kept)
    solver = problem.solver(Effort())
    answer = solver.solve()
    free = sorted(set(range(count)) - world.kept)
    stuck = _reached(world, needs, frozenset(free))
    cuts: dict[int, set[tuple[int, ...]]] = {}
    for size in range(len(free) + 1):
        for removed in itertools.combinations(free, size):
            if _reached(world, needs, frozenset(removed)) == stuck:
                cuts.setdefault(sum(world.weight[grant] for grant in removed), set()).add(removed)
    others, complete = solver.others(answer, 100)
    assert {place.target for place in problem.stuck} == stuck
    assert answer.optimal
    assert complete
    assert answer.cost == min(cuts)
    assert {answer.removed, *others} == cuts[answer.cost]


# ---- what the evidence without the grants says


def _take_out(evidence: Path, pointers: Sequence[str]) -> None:
    """Delete what pointers name from the files; later places of one list first, so that earlier ones stay put."""
    for pointer in sorted(pointers, key=_places, reverse=True):
        name, _, path = pointer.partition("#")
        file = evidence / name
        lines = file.suffix == ".jsonl"
        text = file.read_text(encoding="utf-8")
        body = [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)
        _delete(body, [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]])
        file.write_text("\n".join(map(json.dumps, body)) + "\n" if lines else json.dumps(body), encoding="utf-8")


def _places(pointer: str) -> tuple[Any, ...]:
    name, _, path = pointer.partition("#")
    return (name, [(int(part), "") if part.isdigit() else (-1, part) for part in path.split("/")])


def _delete(body: Any, parts: Sequence[str]) -> None:
    head = int(parts[0]) if isinstance(body, list) else parts[0]
    if len(parts) == 1:
        del body[head]
    elif isinstance(body[head], str):
        inner = json.loads(body[head])
        _delete(inner, parts[1:])
        body[head] = json.dumps(inner)
    elif len(parts) == 2 and isinstance(body[head], dict) and parts[1] == "0":
        body[head] = []  # a single statement that stands without a list
    else:
        _delete(body[head], parts[1:])


@pytest.mark.needs_checkout
def test_the_sample_company_without_the_grants_has_no_way_left(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    shutil.copytree(ROOT / "sample_data" / "evidence", evidence)
    build_snapshot([evidence], tmp_path / "before", product_version="0")
    before = open_snapshot(None, tmp_path / "before")
    # Documents can be taken out of answers of AWS here; of the tenant and Azure, evaluation again is asked elsewhere.
    mine = tuple(
        jewel.node for jewel in jewels(before) if not before.node_id(jewel.node).startswith(("entra:", "azure:"))
    )
    answer = find_cut(before, CutQuestion(mine))
    assert answer.status == "optimal"
    assert answer.cost == 15
    before_ways = _ways_to_accounts(before)
    assert len(before_ways) > 10
    _take_out(evidence, [row.grant.evidence for row in answer.grants])
    build_snapshot([evidence], tmp_path / "after", product_version="0")
    after = open_snapshot(None, tmp_path / "after")
    assert not _ways_to_accounts(after, State.CONDITIONAL)


def _ways_to_accounts(snapshot: Snapshot, least: State = State.UNVERIFIED) -> set[tuple[str, str]]:
    """Return who gets full control of which account of AWS by steps."""
    found = admin_witnesses(snapshot).items()
    sure = [(who, row.scope) for who, row in found if row.steps and row.state >= least]
    return {(who, scope) for who, scope in sure if scope.startswith("aws:")}


@settings(max_examples=12, deadline=None)
@given(specs())
def test_random_worlds_evaluated_again_have_no_way_left(tmp_path_factory: pytest.TempPathFactory, spec: Spec) -> None:
    folder = tmp_path_factory.mktemp("cut")
    snapshot = keep(spec.world(), folder / "w")
    targets = tuple(jewel.node for jewel in jewels(snapshot))
    if not targets:
        return
    found = find_checked_cut(snapshot, CutQuestion(targets))
    answer = found.answer
    assert answer.status in ("optimal", "bounded", "uncuttable")
    assert found.checked == bool(answer.grants), found.why
    if answer.grants:
        situation = Situation.of(snapshot, CutQuestion(targets))
        numbers = [situation.grant_ids.index(grant) for grant in _ids(answer) if grant not in found.added]
        mask = np.isin(np.arange(len(situation.grant_ids)), numbers)
        assert situation.problem.open_count(mask) == 0
        assert answer.lower_bound is not None and answer.cost is not None and answer.lower_bound <= answer.cost


@settings(max_examples=8, deadline=None)
@given(specs(), st.data())
def test_one_subject_is_cut_from_what_its_search_reaches(
    tmp_path_factory: pytest.TempPathFactory, spec: Spec, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    snapshot = keep(spec.world(), folder / "w")
    people = [snapshot.node_id(int(n)) for n in range(snapshot.node_count) if ":user/" in snapshot.node_id(int(n))]
    targets = tuple(jewel.node for jewel in jewels(snapshot))
    if not people or not targets:
        return
    subject = resolve_subject(snapshot, data.draw(st.sampled_from(sorted(people))))
    question = CutQuestion(targets, (subject,))
    found = find_checked_cut(snapshot, question)
    assert found.checked == bool(found.answer.grants), found.why


# ---- weights files


def test_weights_files(tmp_path: Path) -> None:
    file = tmp_path / "weights.csv"
    file.write_text("grant,weight\naws:trust:*,3\n\naws:statement:a#0,0.25\n", encoding="utf-8")
    assert read_weights(file) == (("aws:trust:*", 3.0), ("aws:statement:a#0", 0.25))
    for text in ("a\n", "a,b\n", "a,0\n", "a,-1\n", ",1\n", "a,nan\n", "a,1,2\n"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(WeightError, match="line 1"):
            read_weights(file)
    with pytest.raises(WeightError, match="cannot be read"):
        read_weights(tmp_path / "none.csv")


def test_the_last_row_that_matches_counts() -> None:
    weights = Weights((("*", 2), ("b*", 3), ("bb", 0.5)))
    whole, factor = weights.of(["a", "b", "bb", "c"], np.array([True, True, True, False]))
    assert [weight / factor for weight in whole.tolist()] == [2, 3, 0.5, 1]
