"""Which credentials can be added under app management policies, from Microsoft's pages and their near misses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_entra.technique_case import look
from tests.worlds.entra import EntraWorldFiles, entra, node
from tests.worlds.view import View

ALL = ["secret", "certificate", "federated credential"]
NO_SECRET, NO_KEY = ["certificate", "federated credential"], ["secret", "federated credential"]


def _rule(kind: str, **more: Any) -> dict[str, Any]:
    return {"restrictionType": kind, "state": "enabled", "restrictForAppsCreatedAfterDateTime": None, **more}


SECRETS, KEYS = _rule("passwordAddition"), _rule("trustedCertificateAuthority")


def _world() -> EntraWorldFiles:
    """Return a tenant in which alice adds credentials to everything; objects were created on 2025-01-01."""
    return entra().user("alice").role("alice", "Application Administrator").app("pay").sp("vendor")


def _addable(view: View, name: str) -> list[str]:
    found = view.graph.nodes[node(name)].attributes["addable_credentials"]
    assert isinstance(found, list)
    return found


def _state(view: View, target: str, via: str = "") -> State:
    hops = view.hops(source=node("alice"), target=node(target), kind=EdgeKind.CAN_CREATE_CREDENTIAL)
    return max((hop.state for hop in hops if not via or hop.via == node(via)), default=State.VOID)


@pytest.mark.parametrize(
    ("world", "left"),
    [
        (_world(), ALL),
        (_world().restricts(applications=[SECRETS]), NO_SECRET),
        (_world().restricts(applications=[KEYS]), NO_KEY),
        (_world().restricts(applications=[SECRETS, KEYS]), ["federated credential"]),
        # Near-twins.
        (_world().restricts(applications=[SECRETS], enabled=False), ALL),
        (_world().restricts(applications=[SECRETS | {"state": "disabled"}]), ALL),
        (_world().restricts(principals=[SECRETS]), ALL),
        (_world().restricts(applications=[_rule("symmetricKeyAddition")]), ALL),
        (_world().restricts(applications=[_rule("customPasswordAddition")]), ALL),
        (_world().restricts(applications=[_rule("passwordLifetime", maxLifetime="P30D")]), ALL),
        (_world().restricts(applications=[_rule("asymmetricKeyLifetime", maxLifetime="P30D")]), ALL),
        (
            _world().restricts(
                applications=[SECRETS | {"restrictForAppsCreatedAfterDateTime": "2024-01-01T00:00:00Z"}]
            ),
            NO_SECRET,
        ),
        (
            _world().restricts(
                applications=[SECRETS | {"restrictForAppsCreatedAfterDateTime": "2025-06-01T00:00:00Z"}]
            ),
            ALL,
        ),
        # A policy for the object replaces the default as a whole.
        (_world().restricts(applications=[SECRETS]).restricts("free", on=["app:pay"]), ALL),
        (_world().restricts(applications=[SECRETS]).restricts("free", on=["app:other"]), NO_SECRET),
        (_world().restricts("strict", applications=[SECRETS], on=["app:pay"]), NO_SECRET),
        (_world().restricts("strict", applications=[SECRETS], on=["app:other"]), ALL),
        (_world().restricts("strict", applications=[SECRETS], on=["app:pay"], enabled=False), ALL),
        (_world().restricts(applications=[SECRETS]).without("policies.defaultAppManagementPolicy"), ALL),
        # To whom another policy applies is not known: it may be free of the default.
        (_world().restricts(applications=[SECRETS]).restricts("free"), ALL),
        # Some actors are exempted.
        (
            _world().restricts(applications=[SECRETS | {"excludeActors": {"customSecurityAttributes": [{"id": "x"}]}}]),
            ALL,
        ),
    ],
)
def test_what_can_be_added_to_an_application(tmp_path: Path, world: EntraWorldFiles, left: list[str]) -> None:
    view = look(world, tmp_path)
    assert _addable(view, "app:pay") == left
    assert _state(view, "sp:pay", "app:pay") is State.VERIFIED, "a federated credential stays possible"


@pytest.mark.parametrize(
    ("world", "vendor", "own"),
    [
        (_world(), State.UNVERIFIED, State.VERIFIED),
        (_world().restricts(principals=[SECRETS]), State.UNVERIFIED, State.VERIFIED),
        (_world().restricts(principals=[SECRETS, KEYS]), State.VOID, State.UNVERIFIED),
        (_world().restricts("strict", applications=[SECRETS, KEYS], on=["sp:pay"]), State.UNVERIFIED, State.VOID),
        (_world().restricts(applications=[SECRETS, KEYS]), State.UNVERIFIED, State.VERIFIED),
        (_world().restricts(principals=[SECRETS, KEYS], enabled=False), State.UNVERIFIED, State.VERIFIED),
    ],
    ids=["none", "secrets", "both", "both for one", "for applications", "not enabled"],
)
def test_what_can_be_added_to_a_service_principal(
    tmp_path: Path, world: EntraWorldFiles, vendor: State, own: State
) -> None:
    world = world.app("locked", principal=False)
    view = look(world, tmp_path)
    assert _state(view, "sp:vendor") is vendor
    hops = view.hops(source=node("alice"), target=node("sp:pay"), kind=EdgeKind.CAN_CREATE_CREDENTIAL)
    assert max((hop.state for hop in hops if not hop.via), default=State.VOID) is own


def test_the_edge_says_which_credentials_are_left(tmp_path: Path) -> None:
    view = look(_world().restricts(applications=[SECRETS]), tmp_path)
    hops = view.hops(source=node("alice"), target=node("sp:pay"), kind=EdgeKind.CAN_CREATE_CREDENTIAL)
    (note,) = {hop.note for hop in hops if hop.via}
    assert note == (
        "Default app management tenant policy forbids a new secret; a certificate or federated credential can be added."
    )
