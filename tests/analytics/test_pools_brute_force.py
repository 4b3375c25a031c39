"""Pools of small random worlds against groups made the slow way: consumers, who is left out, what is reached."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.pools.find import pools
from analytics.pools.groups import pools_among
from analytics.pools.links import Links
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.model import Credential, Edge, IdentityGraph, Node
from graph.snapshot import Snapshot
from tests.analytics.pool_worlds import opened

ACCOUNT = "111111111111"
K, E = NodeKind, EdgeKind
ROLES, FUNCTIONS, USERS, SECRETS, KEYS, HUBS, SUBJECTS, VALUES = (
    [f"{name}{number}" for number in range(size)]
    for name, size in (
        ("role", 3),
        ("run", 3),
        ("user", 3),
        ("secret", 2),
        ("key", 2),
        ("hub", 2),
        ("repo", 2),
        ("v", 2),
    )
)
PASSWORD = {user: f"password-{user}" for user in USERS}
ADMIN, SAML = "aws:admin:1", "saml"
KIND = (
    dict.fromkeys(ROLES, K.AWS_ROLE)
    | dict.fromkeys(FUNCTIONS, K.LAMBDA_FUNCTION)
    | dict.fromkeys(USERS, K.AWS_USER)
    | dict.fromkeys(SECRETS, K.SECRET)
    | {f"aws:key:AKIA{key}": K.AWS_ACCESS_KEY for key in KEYS}
    | {f"hub:{hub}": K.HUB for hub in HUBS}
    | {f"oidc://i/{subject}:x": K.OIDC_SUBJECT for subject in SUBJECTS}
    | {ADMIN: K.SCOPE_ADMIN, SAML: K.AWS_SAML_PROVIDER}
    | dict.fromkeys(PASSWORD.values(), K.AWS_PASSWORD)
)
KEY_IDS = [node for node, kind in KIND.items() if kind is K.AWS_ACCESS_KEY]
HUB_IDS = [node for node, kind in KIND.items() if kind is K.HUB]
SUBJECT_IDS = [node for node, kind in KIND.items() if kind is K.OIDC_SUBJECT]
WAYS = (
    *((function, role, E.RUNS_AS) for function in FUNCTIONS for role in ROLES),
    *((who, role, E.CAN_ASSUME) for who in (*USERS, *ROLES, *HUB_IDS) for role in ROLES if who != role),
    *((who, hub, E.CAN_ASSUME) for who in (*USERS, *ROLES, *HUB_IDS) for hub in HUB_IDS if who != hub),
    *((who, secret, E.CAN_ACCESS) for who in (*USERS, *ROLES, *HUB_IDS) for secret in SECRETS),
    *((secret, key, E.AUTHENTICATES_AS) for secret in SECRETS for key in KEY_IDS),
    *((subject, role, E.FEDERATES_INTO) for subject in SUBJECT_IDS for role in ROLES),
    *((SAML, role, E.FEDERATES_INTO) for role in ROLES),
    *((who, ADMIN, E.ADMIN_OF) for who in (*USERS, *ROLES)),
)
Way = tuple[str, str, EdgeKind]


class World:
    """A random world and what is true of it, the slow way."""

    def __init__(self, ways: set[Way], facts: dict[str, dict[str, dict[str, str]]], owners: dict[str, str]) -> None:
        self.ways, self.facts, self.owner = ways, facts, owners
        """``owner``: key to user."""

    def into(self, target: str, *kinds: EdgeKind) -> set[str]:
        return {source for source, end, kind in self.ways if end == target and kind in kinds}

    def through(self, target: str, kind: EdgeKind, seen: frozenset[str] = frozenset()) -> set[str]:
        """Everybody who enters a target, classes resolved."""
        found: set[str] = set()
        for source in self.into(target, kind):
            if source not in HUB_IDS:
                found.add(source)
            elif source not in seen:
                found |= self.through(source, E.CAN_ASSUME, seen | {source}) | self.through(
                    source, E.CAN_ACCESS, seen | {source}
                )
        return found

    @property
    def admins(self) -> set[str]:
        return self.into(ADMIN, E.ADMIN_OF)

    def people(self) -> set[str]:
        """Users with a password alone, and roles that only such users or SAML get to, edge by edge."""
        persons = {user for user in USERS if user not in self.owner.values()}
        sources = {
            role: self.into(role, E.RUNS_AS, E.FEDERATES_INTO) | (self.into(role, E.CAN_ASSUME) - set(HUB_IDS))
            for role in ROLES
        }
        machine = set(FUNCTIONS) | set(SUBJECT_IDS) | set(self.owner.values())
        human = persons | {SAML}
        for _ in ROLES:
            for role, ways in sources.items():
                blocked = {
                    each for each in ways if each in self.admins and each not in persons and each in (*USERS, *ROLES)
                }
                if (ways - blocked) & machine:
                    machine.add(role)
                if ways & human:
                    human.add(role)
        return (persons | {role for role in ROLES if role in human}) - {role for role in ROLES if role in machine}

    def permitted(self, target: str) -> tuple[set[str], int, int]:
        kind = E.CAN_ASSUME if target in ROLES else E.CAN_ACCESS
        everybody = self.through(target, kind) - {target}
        people = everybody & self.people()
        admins = (everybody & self.admins) - people
        return everybody - people - admins, len(people), len(admins)

    def set_up(self) -> dict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for source, target, kind in self.ways:
            if kind is E.RUNS_AS or (kind is E.FEDERATES_INTO and source != SAML):
                found[target].add(source)
        for function, facts in self.facts.items():
            for target in (*facts["keys"].values(), *facts["references"].values(), *facts["values"].values()):
                found[target].add(function)
        for secret, key, kind in self.ways:
            if kind is E.AUTHENTICATES_AS:
                found[key] |= self.takers(secret) or {secret}
        for user in USERS:
            mine = [key for key, owner in self.owner.items() if owner == user and found.get(key)]
            if len(mine) > 1:
                found[user] = set().union(*(found[key] for key in mine))
        return dict(found)

    def takers(self, secret: str) -> set[str]:
        return {function for function, facts in self.facts.items() if secret in facts["references"].values()}

    def expected(self) -> dict[str, tuple[frozenset[str], int, int]]:
        """Consumers, people and administrators left out, of everything that has two consumers."""
        found = {target: (set(users), 0, 0) for target, users in self.set_up().items()}
        for target in (*ROLES, *SECRETS):
            permitted, people, admins = self.permitted(target)
            takers = self.takers(target)
            counted = {role for function, role, kind in self.ways if kind is E.RUNS_AS and function in takers}
            known = found.get(target, (set(), 0, 0))[0]
            found[target] = (known | (permitted - counted), people, admins)
        return {
            target: (frozenset(users), people, admins)
            for target, (users, people, admins) in found.items()
            if len(users) > 1
        }

    def snapshot(self) -> Snapshot:
        graph = IdentityGraph()
        for node, kind in KIND.items():
            attributes: dict[str, Any] = {"has_password": True} if kind is K.AWS_USER else {}
            if kind is K.OIDC_SUBJECT:
                attributes = {"issuer": "i", "subject": node.removeprefix("oidc://i/")}
            if node in self.facts:
                facts = self.facts[node]
                attributes = {
                    "environment_key_ids": {name: key.removeprefix("aws:key:") for name, key in facts["keys"].items()},
                    "environment_fingerprints": {
                        name: value.removeprefix("fingerprint:") for name, value in facts["values"].items()
                    },
                    "environment_references": facts["references"],
                }
            graph.add_node(Node(node, kind, node, "aws", ACCOUNT, attributes))
        for source, target, way in sorted(self.ways):
            graph.add_edge(Edge(source, target, way, True))
        for key, user in self.owner.items():
            graph.add_edge(Edge(key, user, E.AUTHENTICATES_AS, True))
            graph.add_credential(Credential(key, user, "access_key", key.removeprefix("aws:key:"), True))
        for user, password in PASSWORD.items():
            graph.add_edge(Edge(password, user, E.AUTHENTICATES_AS, True))
            graph.add_credential(Credential(password, user, "password", "", True))
        return opened(graph)

    def reached(self, start: str) -> set[str]:
        """What a node reaches, by going everywhere."""
        edges = [(source, target) for source, target, _ in self.ways] + list(self.owner.items())
        edges += [(password, user) for user, password in PASSWORD.items()]
        seen, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            new = {target for source, target in edges if source == here} - seen
            seen |= new
            waiting += sorted(new)
        return seen - {start}


def world_of(seed: int, density: float) -> World:
    """Return a world in which each way is there with some likelihood."""
    chance = random.Random(seed)
    names = (f"NAME{number}" for number in count())

    def variables(values: list[str]) -> dict[str, str]:
        return {next(names): value for value in values if chance.random() < density}

    facts = {
        function: {
            "keys": variables(KEY_IDS),
            "references": variables(SECRETS),
            "values": variables([f"fingerprint:{value}" for value in VALUES]),
        }
        for function in FUNCTIONS
    }
    owners = {key: chance.choice(USERS) for key in KEY_IDS if chance.random() < 0.7}
    return World({way for way in WAYS if chance.random() < density}, facts, owners)


def worlds() -> st.SearchStrategy[World]:
    return st.builds(world_of, st.integers(0, 2**32), st.sampled_from([0.08, 0.15, 0.25, 0.4]))


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_pools_are_what_has_two_consumers(world: World) -> None:
    snapshot = world.snapshot()
    report = pools(snapshot, shown=100)
    found = {
        pool.credential: (
            frozenset(consumer.id for consumer in pool.consumers),
            pool.left_out.people,
            pool.left_out.administrators,
        )
        for pool in report.pools
    }
    assert {target: (_nodes(users), people, admins) for target, (users, people, admins) in found.items()} == (
        world.expected()
    )
    assert report.count == len(found)
    assert all(pool.consumer_count == len(pool.consumers) for pool in report.pools)
    for pool in report.pools:
        hidden = (Category.HUB, Category.PRIVILEGE)
        if pool.reaches is not None:
            reached = {
                node
                for node in world.reached(pool.credential)
                if Node(node, KIND[node], "", "", "").category not in hidden
            }
            assert pool.reaches.total == len(reached)
            assert bool(pool.reaches.admin_of) == (ADMIN in world.reached(pool.credential))


def _nodes(users: frozenset[str]) -> frozenset[str]:
    """Return consumers by node: a token subject is told by its repository."""
    return frozenset(user if user in KIND else f"{user}:x" if f"{user}:x" in KIND else user for user in users)


@given(worlds(), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_a_cut_list_says_so_and_counts_on(world: World, shown: int) -> None:
    snapshot = world.snapshot()
    whole = {pool.credential: pool for pool in pools(snapshot, shown=100).pools}
    for pool in pools(snapshot, shown=shown).pools:
        full = whole[pool.credential]
        assert pool.consumer_count == full.consumer_count
        assert pool.consumers == full.consumers[:shown] or len(pool.consumers) == shown
        assert {each.id for each in pool.consumers} <= {each.id for each in full.consumers}
        assert (pool.account, pool.environment, pool.owner) == (full.account, full.environment, full.owner)


def _by_edges(world: World) -> Iterator[tuple[str, set[str]]]:
    for target in (*ROLES, *KEY_IDS):
        users = world.into(target, E.RUNS_AS, E.FEDERATES_INTO) - {SAML}
        users |= {source for source in world.into(target, E.AUTHENTICATES_AS) if source in SECRETS}
        if len(users) > 1:
            yield target, users


@given(worlds())
@settings(max_examples=40, deadline=None)
def test_the_blast_radius_tells_pools_that_edges_show(world: World) -> None:
    snapshot = world.snapshot()
    everything = np.arange(snapshot.node_count)
    found = {row["identity"]: _nodes(frozenset(row["consumers"])) for row in pools_among(snapshot, everything)}
    assert found == dict(_by_edges(world))
    some = everything[::2]
    ids = {snapshot.node_id(int(number)) for number in some}
    assert [row["identity"] for row in pools_among(snapshot, some)] == [
        node for node in sorted(found, key=snapshot.node_index) if node in ids
    ]


_LETS_IN = (K.AWS_ACCOUNT, K.AWS_EXTERNAL_PRINCIPAL, K.AWS_ANYONE)
_KEEPS = (K.SECRET, K.SSM_PARAMETER)
_HOLDS = (*_KEEPS, K.AZURE_KEY_VAULT_SECRET, K.GITHUB_SECRET, K.LAMBDA_FUNCTION)
"""Secrets of any system, and workloads in whose settings a credential lies."""
_TOKENS = (K.OIDC_SUBJECT, K.TRUST_ANCHOR, K.COGNITO_IDENTITY_POOL)
_ENDS = (*_LETS_IN, *_HOLDS, *_TOKENS, K.AWS_ROLE, K.AWS_ACCESS_KEY, K.AWS_SAML_PROVIDER)


def _shows_a_consumer(edge: Edge, source: NodeKind, target: NodeKind) -> bool:
    in_force = edge.traversable and edge.state > 0
    if edge.kind is E.AUTHENTICATES_AS:
        return source in _HOLDS
    if edge.kind is E.RUNS_AS:
        # An imported table may say of a credential as well who uses it.
        return in_force and target in (K.AWS_ROLE, K.AWS_ACCESS_KEY)
    if edge.kind is E.FEDERATES_INTO:
        return in_force and source in _TOKENS
    if edge.kind is E.CAN_ACCESS:
        return in_force and source in _LETS_IN and target in _KEEPS
    return in_force and edge.kind is E.CAN_ASSUME and source in _LETS_IN


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_edges_that_show_consumers_are_those_of_the_definition(seed: int) -> None:
    chance = random.Random(seed)
    graph = IdentityGraph()
    for kind in _ENDS:
        graph.add_node(Node(f"of {kind.value}", kind, "x", "aws", ACCOUNT))
    for _ in range(60):
        source, target = chance.choice(_ENDS), chance.choice(_ENDS)
        way = chance.choice((E.RUNS_AS, E.CAN_ASSUME, E.CAN_ACCESS, E.FEDERATES_INTO, E.AUTHENTICATES_AS, E.CAN_GRANT))
        state = chance.choice((State.VERIFIED, State.CONDITIONAL, State.VOID))
        graph.add_edge(Edge(f"of {source.value}", f"of {target.value}", way, chance.random() < 0.8, state=state))
    snapshot = opened(graph)
    kinds = snapshot.manifest.codes["node_kind"]
    of_node = [K(kinds[int(code)]) for code in snapshot.arrays.node_kind]
    expected = [
        number
        for number in range(snapshot.edge_count)
        if _shows_a_consumer(
            snapshot.edge(number),
            of_node[int(snapshot.arrays.edge_source[number])],
            of_node[int(snapshot.arrays.indices[number])],
        )
    ]
    assert Links(snapshot).edges().tolist() == expected
    alive = np.asarray([chance.random() < 0.5 for _ in range(snapshot.edge_count)])
    stored = [number for number in expected if snapshot.edge(number).kind is E.AUTHENTICATES_AS]
    wanted = [number for number in expected if number in stored or alive[number]]
    assert Links(snapshot, alive & snapshot.arrays.traversable & (snapshot.arrays.edge_state > 0)).edges().tolist() == (
        wanted
    )
