"""Lists of any length: pages, expansions that are full, batches, and what Graph may refuse of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from collectors.entra import fetching
from collectors.entra.graph_calls import CALLS, GraphCall
from collectors.evidence.stream import stream_objects
from tests.collectors.entra_live.conftest import Graph
from tests.collectors.entra_live.running import collect, completed, coverage, gaps, lines, values
from tests.fakes.graph.server import GraphServer
from tests.fakes.graph.tenant import tenant_of
from tests.worlds.entra import EntraWorldFiles, entra, oid

pytestmark = [pytest.mark.needs_msgraph, pytest.mark.usefixtures("quick_writes")]


def asked(server: GraphServer, part: str) -> list[str]:
    return [each.target for each in server.log if part in each.target]


def many(number: int) -> EntraWorldFiles:
    tenant = entra()
    for each in range(number):
        tenant.user(f"person {each}")
    return completed(tenant)


def test_every_page_is_followed(graph: Graph, tmp_path: Path) -> None:
    server = graph(tenant_of(many(2_500)))
    assert collect(tmp_path).complete
    assert [each["id"] for each in values(tmp_path, "users")] == [oid(f"person {each}") for each in range(2_500)]
    assert len(asked(server, "/users?")) == 3
    told = coverage(tmp_path)["users"]
    assert (told["calls"], told["objects"]) == (3, 2_500)


@pytest.mark.parametrize("number", [998, 999, 1_000])
def test_a_page_that_is_just_full(graph: Graph, tmp_path: Path, number: int) -> None:
    server = graph(tenant_of(many(number)))
    collect(tmp_path)
    assert len(values(tmp_path, "users")) == number
    assert len(asked(server, "/users?")) == (1 if number < 1_000 else 2)


@pytest.mark.parametrize("owners", [0, 19, 20, 21, 250])
def test_a_full_expansion_is_asked_again(graph: Graph, tmp_path: Path, owners: int) -> None:
    """Graph cuts an expansion at 20 and does not say so: only then is a call of its own worth making."""
    tenant = completed(entra().app("deploy", owners=[f"person {each}" for each in range(owners)]).app("other"))
    server = graph(tenant_of(tenant))
    collect(tmp_path)
    found = lines(tmp_path, "applications.owners")
    assert [each["id"] for each in found[oid("app:deploy")]] == [oid(f"person {each}") for each in range(owners)]
    assert found[oid("app:other")] == []
    own = asked(server, f"/applications/{oid('app:deploy')}/owners")
    assert len(own) == (owners >= 20)


def test_many_own_calls_share_requests(graph: Graph, tmp_path: Path) -> None:
    tenant = entra()
    for group in range(45):
        tenant.group(f"group {group}", *(f"person {each}" for each in range(25)))
    server = graph(tenant_of(completed(tenant)))
    collect(tmp_path)
    found = lines(tmp_path, "groups.members")
    assert len(found) == 45
    assert all(len(each) == 25 for each in found.values())
    inside = [each for each in server.log if each.inside and "/members" in each.target]
    assert len(inside) == 45
    batches = [each for each in server.log if each.target == "/beta/$batch"]
    assert len(batches) == 3  # 20, 20 and 5


def test_pages_inside_of_a_batch_are_followed(graph: Graph, tmp_path: Path) -> None:
    tenant = entra().sp("api", roles=["Orders.Read"])
    for each in range(2_100):
        tenant.sp(f"client {each}").grants(f"client {each}", "Orders.Read", api="api")
    server = graph(tenant_of(completed(tenant)))
    collect(tmp_path)
    [found] = [each for each in lines(tmp_path, "servicePrincipals.appRoleAssignedTo").values() if each]
    assert len(found) == 2_100
    assert len(asked(server, f"{oid('sp:api')}/appRoleAssignedTo")) == 3


def test_more_sponsors_than_an_expansion_shows_are_a_gap(graph: Graph, tmp_path: Path) -> None:
    """Their own call asks for a permission to write: it is not made, and what may be missing is told."""
    people = [f"person {each}" for each in range(22)]
    tenant = completed(entra().blueprint("factory").agent("one", "factory", sponsors=people).agent("two", "factory"))
    server = graph(tenant_of(tenant))
    result = collect(tmp_path)
    assert gaps(result) == {"servicePrincipals.microsoft.graph.agentIdentity.sponsors"}
    assert result.gaps[0].subject == oid("sp:one")
    assert not asked(server, "agentIdentity/sponsors")
    text = next(tmp_path.glob("entra/*/*.sponsors.jsonl")).read_text(encoding="utf-8")
    assert all(oid(each) in text for each in people[:20])


def test_a_smaller_page_is_taken_where_graph_says_so(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documented largest pages change: the refusal names the one that is taken."""
    name = "servicePrincipals.microsoft.graph.agentIdentity"
    _change(monkeypatch, name, replace(CALLS[name], page=999))
    tenant = entra().blueprint("factory")
    for each in range(130):
        tenant.agent(f"agent {each}", "factory")
    graph(tenant_of(completed(tenant)))
    assert collect(tmp_path).complete
    assert len(values(tmp_path, name)) == 130


def test_an_expansion_that_is_refused_becomes_own_calls(graph: Graph, tmp_path: Path) -> None:
    tenant = completed(entra().app("deploy", owners=["alice"]).app("other", owners=["bob"]))
    server = graph(tenant_of(tenant))
    server.rule(
        r"/applications\?.*expand=owners",
        times=-1,
        status=400,
        code="Request_BadRequest",
        message="$expand is not known",
    )
    assert collect(tmp_path).complete
    assert lines(tmp_path, "applications.owners") == {
        oid("app:deploy"): [{"id": oid("alice")}],
        oid("app:other"): [{"id": oid("bob")}],
    }


def test_the_consistency_header_is_sent_with_every_page(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Graph refuses a later page of an advanced query without it, and does not put it into the link."""
    _change(monkeypatch, "users", replace(CALLS["users"], eventual=True))
    server = graph(tenant_of(many(1_500)))
    assert collect(tmp_path).complete
    told = [each.headers.get("consistencylevel") for each in server.log if "/users?" in each.target]
    assert told == ["eventual", "eventual"]
    assert len(values(tmp_path, "users")) == 1_500


def _change(monkeypatch: pytest.MonkeyPatch, name: str, call: GraphCall) -> None:
    changed: Mapping[str, GraphCall] = MappingProxyType({**CALLS, name: call})
    monkeypatch.setattr(fetching, "CALLS", changed)


def test_a_page_elsewhere_is_not_followed(graph: Graph, tmp_path: Path) -> None:
    """A link that leads away would carry the token away."""
    server = graph(tenant_of(many(1_500)))
    server.state.next_links = "http://127.0.0.1:9/v1.0"
    result = collect(tmp_path)
    assert "users" in gaps(result)
    assert any("another address" in gap.reason for gap in result.gaps)


def test_objects_are_streamed(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    objects = [{"id": str(number), "text": 'ä]}[{\\"' * 40} for number in range(3_000)]
    from collectors.evidence.encoding import to_json

    for text in (to_json({"value": objects}) + "\n", to_json({"n": 1, "value": objects}, indent=1)):
        path.write_text(text, encoding="utf-8")
        assert list(stream_objects(path, "value")) == objects
    path.write_text('{"value":[]}\n', encoding="utf-8")
    assert list(stream_objects(path, "value")) == []
    path.write_text('{"other":1}', encoding="utf-8")
    assert list(stream_objects(path, "value")) == []


def test_a_list_that_is_cut_off_is_told(tmp_path: Path) -> None:
    from collectors.errors import EvidenceError

    path = tmp_path / "x.json"
    for text in ('{"value":[{"id":"1"},{"id"', '{"value":[{"id":"1"}', "{"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(EvidenceError, match=r"x\.json: not JSON"):
            list(stream_objects(path, "value"))
