"""What conditional access for workload identities leaves of a credential, from Microsoft's page and its near misses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_entra.technique_case import look
from tests.worlds.entra import EntraWorldFiles, entra, node, secret, token
from tests.worlds.view import Hop

YES, IF, OPEN, NO = State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED, State.VOID
PLACE, RISK, TIME = "entra:location", "entra:service-principal-risk", "nhi:currenttime"
ANY = {"includeLocations": ["All"], "excludeLocations": []}
BUT_OFFICE = {"includeLocations": ["All"], "excludeLocations": ["place-office"]}
BUT_TRUSTED = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}


def _own(**more: Any) -> EntraWorldFiles:
    return entra().app("pay", secrets=[secret("s")], **more).place("office", trusted=True).place("cafe")


def _proof(world: EntraWorldFiles, folder: Path, target: str = "sp:pay") -> Hop | None:
    hops = look(world, folder).hops(target=node(target), kind=EdgeKind.AUTHENTICATES_AS)
    assert len(hops) <= 1
    return hops[0] if hops else None


@pytest.mark.parametrize(
    ("world", "keys"),
    [
        (_own().access_policy(places=BUT_OFFICE), {PLACE}),
        (_own().access_policy(covers=["sp:pay"], places=BUT_OFFICE), {PLACE}),
        (_own().access_policy(places=BUT_TRUSTED), {PLACE}),
        (_own().access_policy(places={"includeLocations": ["place-cafe"]}), {PLACE}),
        (_own().access_policy(places={"includeLocations": [], "excludeLocations": ["place-office"]}), {PLACE}),
        (_own().access_policy(servicePrincipalRiskLevels=["high"]), {RISK}),
        (_own().access_policy(servicePrincipalRiskLevels=["high"], places=BUT_OFFICE), {PLACE, RISK}),
        # Near-twins: nothing is asked.
        (_own(), set()),
        (_own().access_policy(places=BUT_OFFICE, state="disabled"), set()),
        (_own().access_policy(places=ANY, state="enabledForReportingButNotEnforced"), set()),
        (_own().access_policy(covers=["sp:other"], places=ANY), set()),
        (_own().access_policy(but=["sp:pay"], places=ANY), set()),
        (_own().access_policy(places=ANY, grant="mfa"), set()),
        (
            _own().access_policy(places=ANY, apps={"includeApplications": ["797f4846-ba00-4fd7-ba43-dac1f8f63013"]}),
            set(),
        ),
        (
            _own().access_policy(places=ANY, apps={"includeApplications": ["All"], "excludeApplications": ["x"]}),
            set(),
        ),
        (
            _own().access_policy(places=ANY, apps={"includeAuthenticationContextClassReferences": ["c1"]}),
            set(),
        ),
        # A policy for people names no workload.
        (_own().access_policy(places=ANY, clients={"includeServicePrincipals": []}), set()),
        # A multitenant application is out of scope, named or not.
        (_own(audience="AzureADMultipleOrgs").access_policy(places=ANY), set()),
        (_own(audience="AzureADMultipleOrgs").access_policy(covers=["sp:pay"], places=ANY), set()),
        # Not looked at: a guard, so states stay.
        (_own().access_policy(places=ANY).without("identity.conditionalAccess.policies"), set()),
    ],
)
def test_what_a_secret_still_proves(tmp_path: Path, world: EntraWorldFiles, keys: set[str]) -> None:
    hop = _proof(world, tmp_path)
    assert hop is not None
    assert hop.keys == {TIME, *keys}


@pytest.mark.parametrize(
    "world",
    [
        _own().access_policy(places=ANY),
        _own().access_policy(places=None),
        _own().access_policy(places=BUT_OFFICE).access_policy("second", places=ANY),
    ],
    ids=["any location", "no condition", "the stricter of two"],
)
def test_a_policy_that_always_blocks_leaves_nothing(tmp_path: Path, world: EntraWorldFiles) -> None:
    assert _proof(world, tmp_path) is None


def test_a_vendors_application_and_a_managed_identity_are_not_covered(tmp_path: Path) -> None:
    world = entra().sp("vendor", secrets=[secret("s")]).access_policy(covers=["sp:vendor"], places=ANY)
    hop = _proof(world, tmp_path / "1", "sp:vendor")
    assert hop is not None
    assert hop.keys == {TIME}
    world = entra().managed_identity("mi").app("ci", federated=[]).access_policy(covers=["sp:mi"], places=ANY)
    assert look(world, tmp_path / "2").graph.nodes[node("sp:mi")].attributes["conditional_access"] == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"clients": {"servicePrincipalFilter": {"mode": "include", "rule": "x -eq 1"}}}, "custom security attributes"),
        ({"authenticationFlows": {"transferMethods": "x"}}, "authenticationFlows"),
    ],
)
def test_what_is_not_understood_is_unverified(tmp_path: Path, more: dict[str, Any], told: str) -> None:
    hop = _proof(_own().access_policy(places=ANY, **more), tmp_path)
    assert hop is not None
    assert hop.state is OPEN
    assert told in hop.note


def test_which_locations_let_it_in(tmp_path: Path) -> None:
    def values(world: EntraWorldFiles, folder: str) -> set[tuple[str, tuple[str, ...], bool]]:
        hop = _proof(world, tmp_path / folder)
        assert hop is not None
        atoms = [atom for clause in hop.conditions for atom in clause if atom.key == PLACE]
        return {(atom.key, atom.values, atom.negated) for atom in atoms}

    assert values(_own().access_policy(places=BUT_OFFICE), "1") == {(PLACE, ("office",), False)}
    assert values(_own().access_policy(places=BUT_TRUSTED), "2") == {(PLACE, ("office",), False)}
    inside = {"includeLocations": ["place-cafe"], "excludeLocations": []}
    assert values(_own().access_policy(places=inside), "3") == {(PLACE, ("cafe",), True)}
    unnamed = _own().access_policy(places=BUT_OFFICE).without("identity.conditionalAccess.namedLocations")
    assert values(unnamed, "4") == {(PLACE, ("place-office",), False)}


def test_location_and_risk_together_block_only_where_both_hold(tmp_path: Path) -> None:
    hop = _proof(_own().access_policy(servicePrincipalRiskLevels=["high"], places=BUT_OFFICE), tmp_path)
    assert hop is not None
    (clause,) = [clause for clause in hop.conditions if clause[0].key != TIME]
    assert {atom.key for atom in clause} == {PLACE, RISK}


def test_every_way_to_a_token_waits(tmp_path: Path) -> None:
    world = entra().user("alice").app("pay", owners=["alice"], federated=[token("repo:o/r")]).app("ci")
    world.grants("ci", "Application.ReadWrite.All").place("office").access_policy(covers=["sp:pay"], places=BUT_OFFICE)
    view = look(world, tmp_path / "1")
    for kind in (EdgeKind.FEDERATES_INTO, EdgeKind.CAN_CREATE_CREDENTIAL):
        hops = view.hops(target=node("sp:pay"), kind=kind)
        assert hops
        assert all(PLACE in hop.keys for hop in hops)
    assert view.graph.nodes[node("sp:pay")].attributes["conditional_access"] == ["guard"]
    blocked = look(world.access_policy("wall", covers=["sp:pay"], places=ANY), tmp_path / "2")
    assert not blocked.hops(target=node("sp:pay"), kind=EdgeKind.CAN_CREATE_CREDENTIAL)
    assert not blocked.hops(target=node("sp:pay"), kind=EdgeKind.FEDERATES_INTO)


@pytest.mark.parametrize(
    ("clients", "keys"),
    [
        ({"includeAgentIdServicePrincipals": ["All"]}, {PLACE}),
        ({"includeAgentIdServicePrincipals": ["All"], "excludeAgentIdServicePrincipals": ["bot"]}, set()),
        ({"includeAgentIdServicePrincipals": ["other"]}, set()),
        ({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}, set()),
    ],
)
def test_agents_have_policies_of_their_own(tmp_path: Path, clients: dict[str, list[str]], keys: set[str]) -> None:
    known = {"bot": node("sp:bot").removeprefix("entra:"), "other": node("sp:other").removeprefix("entra:")}
    clients = {name: [known.get(each, each) for each in values] for name, values in clients.items()}
    world = entra().blueprint("bp").agent("bot", "bp").place("office").access_policy(places=BUT_OFFICE, clients=clients)
    (hop,) = look(world, tmp_path).hops(target=node("sp:bot"), kind=EdgeKind.CAN_IMPERSONATE)
    assert hop.keys == keys
