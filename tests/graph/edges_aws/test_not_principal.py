"""NotPrincipal in trust policies: a deny reaches whom its list leaves out; an allow is unverified at most."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.attacker import baseline, residual_state
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, B, here
from tests.worlds.aws import World
from tests.worlds.statements import allow, deny, public, trust
from tests.worlds.view import View, look

ASSUME = allow("sts:AssumeRole")
APP, BOB, ANYONE, VENDOR = A.role("app"), A.user("bob"), "aws:anyone", "333333333333"
KIND = EdgeKind.CAN_ASSUME


def but_for(*aws: str, effect: str = "Allow", when: dict[str, Any] | None = None) -> dict[str, Any]:
    statement = {**trust(*aws, effect=effect, when=when)}
    statement["NotPrincipal"] = statement.pop("Principal")
    return statement


def _asked(view: View, source: str) -> State:
    """Return the state of the best hop to the role, its conditions read as the engine reads them."""
    context = baseline(None).evaluator_context()
    hops = view.hops(source=source, target=APP, kind=KIND)
    return max((residual_state(hop.conditions, context) for hop in hops), default=State.VOID)


def _look(where: World, folder: Path, *statements: dict[str, Any]) -> View:
    return look(where.role("app", trusts=list(statements)), folder)


def test_an_allow_is_unverified_for_all_but_the_listed(tmp_path: Path) -> None:
    view = _look(here().user("ci").user("bob").account(OTHER).user("eve", ASSUME), tmp_path / "own")
    assert view.hops(kind=KIND) == (), "no role of the first account was given"
    where = (
        here().user("ci").user("bob").role("app", trusts=but_for(BOB)).account(OTHER).user("eve", ASSUME).user("mal")
    )
    view = look(where, tmp_path / "both")
    assert view.state(CI, APP) is State.UNVERIFIED
    assert view.state(BOB, APP) is State.VOID
    assert _asked(view, B.user("eve")) is State.UNVERIFIED
    assert view.state(B.user("mal"), APP) is State.VOID, "its own account does not allow"
    assert view.state(ANYONE, APP) is State.UNVERIFIED


def test_an_allow_for_all_but_everybody_lets_nobody_in(tmp_path: Path) -> None:
    assert _look(here().user("ci", ASSUME), tmp_path, but_for("*")).hops(kind=KIND, target=APP) == ()


def test_an_allow_that_lists_the_account_alone_does_not_tell(tmp_path: Path) -> None:
    assert _look(here().user("ci", ASSUME), tmp_path, but_for(A.root)).state(CI, APP) is State.UNVERIFIED


def test_a_deny_beside_an_allow_by_not_principal(tmp_path: Path) -> None:
    view = _look(here().user("ci", ASSUME), tmp_path, but_for(BOB), trust("*", effect="Deny"))
    assert view.hops(kind=KIND, target=APP) == ()


def test_a_deny_spares_the_listed_user_alone(tmp_path: Path) -> None:
    where = here().user("ci", ASSUME).user("bob", ASSUME)
    view = _look(where, tmp_path, trust(ACCOUNT), but_for(CI, A.root, effect="Deny"))
    assert view.state(CI, APP) is State.VERIFIED
    assert view.state(BOB, APP) is State.VOID


def test_a_deny_that_lists_the_user_without_its_account_is_unverified(tmp_path: Path) -> None:
    view = _look(here().user("ci", ASSUME), tmp_path, trust(ACCOUNT), but_for(CI, effect="Deny"))
    assert view.state(CI, APP) is State.UNVERIFIED


def test_a_deny_that_lists_another_account_reaches_this_one(tmp_path: Path) -> None:
    view = _look(here().user("ci", ASSUME), tmp_path, trust(ACCOUNT), but_for(B.root, effect="Deny"))
    assert view.hops(kind=KIND, target=APP) == ()


def test_a_deny_under_an_open_condition_is_conditional(tmp_path: Path) -> None:
    when = {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}
    view = _look(here().user("ci", ASSUME), tmp_path, trust(ACCOUNT), but_for(B.root, effect="Deny", when=when))
    assert view.state(CI, APP) is State.CONDITIONAL


@pytest.mark.parametrize(
    ("listed", "state"),
    [(f"arn:aws:iam::{VENDOR}:role/x", State.UNVERIFIED), (f"arn:aws:iam::{OTHER}:root", State.VOID)],
)
def test_a_deny_and_an_account_that_was_not_collected(listed: str, state: State, tmp_path: Path) -> None:
    view = _look(here(), tmp_path, trust(VENDOR), but_for(listed, effect="Deny"))
    assert _asked(view, f"aws:account:{VENDOR}") is state


@pytest.mark.parametrize(("named", "state"), [("other", State.VERIFIED), ("app", State.VOID)])
def test_an_rcp_speaks_of_the_roles_that_it_names(named: str, state: State, tmp_path: Path) -> None:
    where = (
        here().user("ci", ASSUME).role("app", trusts=trust(ACCOUNT))
        .organization("555555555555", {"r-a1": ["555555555555"], "ou-1": [ACCOUNT]})
        .rcp("guard", public(deny("sts:*", on=A.role(named))), on="ou-1")
    )  # fmt: skip
    assert look(where, tmp_path).state(CI, APP) is state


def test_account_trust_narrowed_to_one_caller_is_decided_caller_by_caller(tmp_path: Path) -> None:
    when = {"ArnEquals": {"aws:PrincipalArn": CI}}
    view = _look(here().user("ci", ASSUME).user("bob", ASSUME), tmp_path, trust(ACCOUNT, when=when))
    assert view.state(CI, APP) is State.VERIFIED
    assert view.state(BOB, APP) is State.VOID
