"""Joints stay linear: twice as much of everything takes about twice as long, also where names are alike."""

from __future__ import annotations

from time import perf_counter

from graph.joints.counts import Outcome, Tally
from graph.joints.credentials import Credentials
from graph.joints.stored_secrets import link_stored_secrets
from graph.kinds import EdgeKind, NodeKind
from graph.model import Credential, Edge, IdentityGraph, Node


def _estate(number: int) -> IdentityGraph:
    graph = IdentityGraph()
    for index in range(number):
        app, key = f"entra:{index}", f"entra:password:{index}:k"
        facts = {"app_id": f"00000000-0000-4000-8000-{index:012d}", "unique_id": str(index)}
        graph.add_node(Node(app, NodeKind.ENTRA_SERVICE_PRINCIPAL, f"team app {index:06d}", "entra", "t", facts))
        graph.add_node(Node(key, NodeKind.ENTRA_SECRET, "s", "entra", "t", {"key_id": key}))
        graph.add_credential(Credential(key, app, "client_secret", key, True))
        graph.add_edge(Edge(key, app, EdgeKind.AUTHENTICATES_AS, True))
        name = f"prod/team-app-{index:06d}/client-secret"
        arn = f"arn:aws:secretsmanager:eu-west-1:111111111111:secret:{name}-AbCdEf"
        graph.add_node(Node(arn, NodeKind.SECRET, name, "aws", "111111111111", {"tags": {"team": "app"}}))
    return graph


def _seconds(number: int) -> float:
    graph = _estate(number)
    started = perf_counter()
    count = link_stored_secrets(graph, Credentials(graph), {}, {})
    assert (count.unverified, count.total) == (number, number)
    return perf_counter() - started


def test_alike_names_cost_no_more_than_others() -> None:
    _seconds(200)
    small, large = _seconds(1_000), _seconds(8_000)
    assert large < 8 * small * 4, (small, large)


def test_a_tally_counts_each_outcome() -> None:
    tally = Tally("j", "things")
    for outcome in Outcome:
        tally.add(outcome, 2)
    assert tally.done().total == 2 * len(Outcome)
