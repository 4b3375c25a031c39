"""What a drawing holds, and that what it leaves out is counted."""

from __future__ import annotations

from collections.abc import Mapping

from analytics.reach import AdminOf
from analytics.steps import Step
from dashboard.components.path_graph import Drawing, Look, Palette, draw
from dashboard.witnesses import Witness, control_witness
from graph.decision import ALWAYS
from graph.kinds import EdgeKind, State

LOOK = Look({"1": "prod"}, frozenset(), "s", Palette.of("light"))
ADMIN = "aws:admin:1"


def _step(source: str, target: str, kind: EdgeKind = EdgeKind.CAN_ASSUME, state: State = State.VERIFIED) -> Step:
    return Step(kind.value, source, target, "", (), ALWAYS, (), state, "", f"{source} to {target}")


def _way(*steps: Step) -> Witness:
    return Witness(min(step.state for step in steps), steps)


def _draw(ways: Mapping[str, Witness], max_nodes: int = 60) -> Drawing:
    nodes = {"me", *ways, *(end for way in ways.values() for step in way.steps for end in (step.source, step.target))}
    places = {node: ("ScopeAdmin" if node == ADMIN else "AwsRole", "1") for node in nodes}
    return draw("me", ways, places, LOOK, max_nodes=max_nodes)


def test_every_target_is_drawn_folded_or_counted() -> None:
    ways = {ADMIN: _way(_step("me", "a"), _step("a", ADMIN, EdgeKind.ADMIN_OF))}
    ways |= {f"r{n}": _way(_step("me", "a"), _step("a", ADMIN), _step(ADMIN, f"r{n}")) for n in range(7)}
    ways |= {f"s{n}": _way(_step("me", f"s{n}")) for n in range(9)}
    for limit in range(2, 20):
        drawing = _draw(ways, limit)
        assert len(drawing.drawn) + sum(drawing.folded.values()) + drawing.left_out == len(ways)
        assert drawing.nodes <= limit


def test_what_matters_most_is_drawn_first() -> None:
    drawing = _draw({f"s{n}": _way(_step("me", f"s{n}")) for n in range(9)}, 4)
    assert drawing.drawn == {"s0", "s1", "s2"} and drawing.left_out == 6


def test_what_full_control_gives_is_one_box() -> None:
    control = _way(_step("me", ADMIN))
    drawing = _draw(
        {ADMIN: control, "r": _way(*control.steps, _step(ADMIN, "r")), "q": _way(*control.steps, _step(ADMIN, "q"))}
    )
    assert drawing.folded == {ADMIN: 2} and "2 more things" in drawing.dot


def test_ends_that_are_alike_share_a_box_and_keep_their_links() -> None:
    drawing = _draw(
        {"a": _way(_step("me", "a")), "b": _way(_step("me", "b")), "c": _way(_step("me", "c", EdgeKind.RUNS_AS))}
    )
    assert "2 AWS roles" in drawing.dot
    assert drawing.dot.count("->") == 2
    assert all(f"identity?id={name}&amp;snapshot=s" in drawing.dot for name in "abc")


def test_states_differ_in_colour_and_stroke() -> None:
    dot = _draw(
        {
            state.word: _way(_step("me", state.word, state=state))
            for state in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED)
        }
    ).dot
    assert all(f'style="{style}"' in dot for style in ("solid", "dashed", "dotted"))


def test_the_step_that_is_no_step_is_drawn() -> None:
    row = AdminOf("aws:account:1", State.VERIFIED, (_step("me", "a"),))
    way = control_witness("me", row, ADMIN)
    assert [(step.source, step.target) for step in way.steps] == [("me", "a"), ("a", ADMIN)]
    direct = control_witness("me", AdminOf("aws:account:1", State.VERIFIED, ()), ADMIN)
    assert [(step.kind, step.source, step.target) for step in direct.steps] == [("ADMIN_OF", "me", ADMIN)]
