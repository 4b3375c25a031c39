"""Pools of a tenant: what proves or runs as several, beside the twins in which everybody has something of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.pools.find import pools
from analytics.reach import blast_radius
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.entra import EntraWorldFiles, entra, node, secret, token

MAIN, PULL = "repo:o/pay:ref:refs/heads/main", "repo:o/pay:pull_request"


def opened(world: EntraWorldFiles, folder: Path) -> Snapshot:
    result = build_snapshot([world.build(folder / "evidence")], folder, product_version="test")
    return open_snapshot(result.snapshot_id, folder)


@pytest.mark.parametrize(
    ("world", "found"),
    [
        (
            entra().blueprint("bp", secrets=[secret("k")]).agent("a", "bp").agent("b", "bp"),
            [("agent_blueprint", node("sp:bp"), [node("sp:a"), node("sp:b")])],
        ),
        (entra().blueprint("bp", secrets=[secret("k")], federated=[token(MAIN)]).agent("a", "bp"), []),
        (entra().blueprint("bp").blueprint("cp").agent("a", "bp").agent("b", "cp"), []),
        (
            entra().app("pay", federated=[token(MAIN, name="a"), token("repo:o/other:pull_request", name="b")]),
            [
                (
                    "federated_application",
                    node("sp:pay"),
                    [
                        "oidc://token.actions.githubusercontent.com/repo:o/other",
                        "oidc://token.actions.githubusercontent.com/repo:o/pay",
                    ],
                )
            ],
        ),
        (entra().app("pay", federated=[token(MAIN, name="a"), token(PULL, name="b")]), []),
    ],
    ids=["one blueprint of two", "one agent and who proves it", "one each", "two repositories", "one repository"],
)
def test_pools(world: EntraWorldFiles, found: list[tuple[str, str, list[str]]], tmp_path: Path) -> None:
    rows = pools(opened(world, tmp_path)).pools
    told = [(row.kind, row.credential, sorted(each.id for each in row.consumers)) for row in rows]
    assert told == [(kind, shared, sorted(users)) for kind, shared, users in found]


def test_a_blast_radius_names_the_agents_that_share(tmp_path: Path) -> None:
    world = entra().blueprint("bp", secrets=[secret("k")]).agent("a", "bp").agent("b", "bp").grants("bp", "Mail.Read")
    snapshot = opened(world, tmp_path)
    radius = blast_radius(snapshot, resolve_subject(snapshot, node("sp:bp")))
    (pool,) = radius.pools
    assert (pool["identity"], pool["consumer_count"]) == (node("sp:bp"), 2)
    (shared,) = pools(snapshot).pools
    assert shared.identity == node("sp:bp")
    assert shared.separation.grant_count == 1
    assert all("Make a blueprint for" in each.separate[0] for each in shared.consumers)
