"""Imported OpenGraphs: known kinds become steps, unknown ones facts; ids join, names never do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import UnusableInputError
from collectors.interface import Gap
from graph.catalog.opengraph import opengraph_catalog
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import IdentityGraph
from tests.graph.edges_other.folders import (
    APP_ID,
    APPLICATION,
    PRINCIPAL,
    ROLE,
    TENANT,
    aws,
    edge,
    edges,
    entra,
    graph_of,
    node,
    open_graph,
    write,
)

SUBSCRIPTION = "/SUBSCRIPTIONS/3F2504E0-4F89-11D3-9A0C-0305E82C3310"
VM = f"{SUBSCRIPTION}/RESOURCEGROUPS/WEB/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM1"


def built(root: Path, nodes: list[Any], links: list[Any], source: str = "GitHub") -> tuple[IdentityGraph, list[Gap]]:
    """Build a folder with a graph in it."""
    write(root, {"graph.json": open_graph(nodes, links, source)})
    graph, gaps = graph_of(root)
    return graph, [gap for gap in gaps if gap.source == "opengraph"]


def steps(graph: IdentityGraph) -> dict[tuple[str, str], EdgeKind]:
    """Return what leads on."""
    return {(each.source, each.target): each.kind for each in graph.edges if each.traversable}


def az(kind: str, identity: str) -> dict[str, Any]:
    """Return a node of AzureHound."""
    return node(identity.upper(), kind, name=f"{kind} {identity[-2:]}", tenantid=TENANT.upper())


def test_file_alone_is_recognised_with_its_own_scope(tmp_path: Path) -> None:
    write(tmp_path, {"g.json": open_graph([node("A", "GH_App", name="app", archived=False)], [])})
    graph, gaps = graph_of(tmp_path / "g.json")
    found = graph.nodes["opengraph:GitHub:A"]
    assert (found.kind, found.name, found.source, found.scope) == (
        NodeKind.OTHER_IDENTITY,
        "app",
        "opengraph",
        "GitHub",
    )
    assert found.attributes["properties"] == {"name": "app", "archived": False}
    assert found.evidence == "g.json#/graph/nodes/0"
    assert not gaps


def test_folder_form_gives_the_scope(tmp_path: Path) -> None:
    write(tmp_path, {"opengraph/acme/graph.json": open_graph([node("A", "GH_App")], [])})
    assert "opengraph:acme:A" in graph_of(tmp_path)[0].nodes


def test_known_edge_is_a_verified_step_with_grant_and_evidence(tmp_path: Path) -> None:
    graph, gaps = built(tmp_path, [node("U", "GH_User"), node("R", "GH_RepoRole")], [edge("GH_HasRole", "U", "R")])
    (found,) = edges(graph, EdgeKind.INHERITS)
    assert (found.traversable, found.state, found.technique, found.conditions) == (True, State.VERIFIED, "", ())
    assert found.evidence == "graph.json#/graph/edges/0"
    assert found.note == "GH_HasRole of GitHub."
    assert graph.grants[found.grants[0]].evidence == found.evidence
    assert not gaps


@pytest.mark.parametrize(
    "kind", ["GH_CanAccess", "GH_Contains", "AZScopedTo", "AZMGApplication_ReadWrite_All", "Likes"]
)
def test_kind_that_leads_nowhere_is_a_fact_and_counted(tmp_path: Path, kind: str) -> None:
    links = [edge(kind, "A", "R"), edge(kind, "R", "A")]
    graph, gaps = built(tmp_path, [node("A", "GH_App"), node("R", "GH_Repository")], links)
    assert not steps(graph)
    assert [each.note for each in edges(graph, EdgeKind.RELATES_TO)] == [f"{kind} of GitHub."] * 2
    (gap,) = gaps
    assert gap.reason == f"2 edges are kept as facts and not as steps, since their kind is not known: {kind} (2)"


def test_chain_from_repository_to_collected_role(tmp_path: Path) -> None:
    nodes = [node("U", "GH_User"), node("R", "GH_RepoRole"), node("REPO", "GH_Repository")]
    links = [
        edge("GH_HasRole", "U", "R"),
        edge("GH_CanWriteBranch", "R", "REPO"),
        edge("GH_CanAssumeIdentity", "REPO", ROLE),
    ]
    graph, gaps = built(aws(tmp_path), nodes, links)
    assert graph.nodes[ROLE].kind is NodeKind.AWS_ROLE
    assert steps(graph)["opengraph:GitHub:REPO", ROLE] is EdgeKind.FEDERATES_INTO
    assert not gaps


def test_upper_cased_arn_means_the_only_node_that_it_can(tmp_path: Path) -> None:
    graph, gaps = built(
        aws(tmp_path), [node("REPO", "GH_Repository")], [edge("GH_CanAssumeIdentity", "REPO", ROLE.upper())]
    )
    assert ("opengraph:GitHub:REPO", ROLE) in steps(graph)
    assert not gaps


def test_arn_of_what_was_not_collected_is_told(tmp_path: Path) -> None:
    graph, gaps = built(tmp_path, [node("REPO", "GH_Repository")], [edge("GH_CanAssumeIdentity", "REPO", ROLE)])
    assert graph.nodes[ROLE].collected is False
    assert [gap.reason for gap in gaps] == [
        f"1 ends of edges are described nowhere and kept by their ids alone: {ROLE} (1)"
    ]


def test_directory_objects_join_by_object_id_and_applications_by_app_id(tmp_path: Path) -> None:
    nodes = [az("AZServicePrincipal", PRINCIPAL), az("AZApp", APP_ID), az("AZTenant", TENANT)]
    links = [
        edge("AZRunsAs", APP_ID.upper(), PRINCIPAL.upper()),
        edge("AZGlobalAdmin", PRINCIPAL.upper(), TENANT.upper()),
    ]
    graph, gaps = built(entra(tmp_path), nodes, links, "Base")
    assert graph.nodes[f"entra:{PRINCIPAL}"].kind is NodeKind.ENTRA_SERVICE_PRINCIPAL
    found = steps(graph)
    assert found[f"entra:{APPLICATION}", f"entra:{PRINCIPAL}"] is EdgeKind.CAN_IMPERSONATE
    assert found[f"entra:{PRINCIPAL}", f"entra:admin:{TENANT}"] is EdgeKind.ADMIN_OF
    assert not gaps


def test_without_its_collector_a_node_is_no_kind_that_rules_call_clean(tmp_path: Path) -> None:
    nodes = [az("AZServicePrincipal", PRINCIPAL), az("AZApp", APP_ID), node(ROLE, "AWS_Role")]
    graph, _ = built(tmp_path, nodes, [], "Base")
    assert graph.nodes[f"entra:{PRINCIPAL}"].kind is NodeKind.OTHER_IDENTITY
    assert graph.nodes[f"entra:app-id:{APP_ID}"].kind is NodeKind.OTHER_RESOURCE
    assert graph.nodes[ROLE].kind is NodeKind.OTHER_IDENTITY


def test_same_name_with_another_id_does_not_join(tmp_path: Path) -> None:
    stranger = "3f2504e0-4f89-11d3-9a0c-0305e82c33ff"
    graph, _ = built(entra(tmp_path), [node(stranger, "AZServicePrincipal", name="Shop")], [], "Base")
    assert graph.nodes[f"entra:{stranger}"].source == "opengraph"
    assert graph.nodes[f"entra:{PRINCIPAL}"].source == "entra"


def test_bare_guid_joins_only_what_is_there(tmp_path: Path) -> None:
    links = [edge("NHI_CAN_IMPERSONATE", "A", PRINCIPAL.upper()), edge("NHI_CAN_IMPERSONATE", "A", TENANT[:-1] + "9")]
    graph, _ = built(entra(tmp_path), [node("A", "NHI_Agent")], links, "X")
    assert ("opengraph:X:A", f"entra:{PRINCIPAL}") in steps(graph)
    assert ("opengraph:X:A", f"opengraph:X:{TENANT[:-1]}9") in steps(graph)


@pytest.mark.parametrize(
    ("kind", "target", "gives"),
    [
        ("AZOwns", az("AZServicePrincipal", PRINCIPAL), EdgeKind.CAN_CREATE_CREDENTIAL),
        ("AZOwns", az("AZGroup", PRINCIPAL), EdgeKind.CAN_JOIN_GROUP),
        ("AZOwns", az("AZDevice", PRINCIPAL), None),
        ("AZContributor", node(VM, "AZVM"), EdgeKind.CAN_TAKE_OVER),
        ("AZContributor", node(SUBSCRIPTION, "AZSubscription"), None),
        ("AZOwner", node(SUBSCRIPTION, "AZSubscription"), EdgeKind.ADMIN_OF),
        ("AZAddMembers", az("AZGroup", PRINCIPAL), EdgeKind.CAN_JOIN_GROUP),
        ("AZAddMembers", az("AZRole", PRINCIPAL), None),
    ],
)
def test_what_an_edge_gives_depends_on_its_target(
    tmp_path: Path, kind: str, target: dict[str, Any], gives: EdgeKind | None
) -> None:
    user = "3f2504e0-4f89-11d3-9a0c-0305e82c3320"
    graph, gaps = built(tmp_path, [az("AZUser", user), target], [edge(kind, user.upper(), target["id"])], "Base")
    found = [each.kind for each in graph.edges if each.source == f"entra:{user}" and each.traversable]
    assert found == ([gives] if gives else [])
    assert bool(gaps) is (gives is None)


def test_control_of_a_subscription_reaches_what_its_groups_contain(tmp_path: Path) -> None:
    group = f"{SUBSCRIPTION}/RESOURCEGROUPS/WEB"
    user = "3f2504e0-4f89-11d3-9a0c-0305e82c3320"
    nodes = [az("AZUser", user), node(SUBSCRIPTION, "AZSubscription"), node(group, "AZResourceGroup"), node(VM, "AZVM")]
    contains = [edge("AZContains", SUBSCRIPTION, group), edge("AZContains", group, VM)]
    graph, _ = built(tmp_path, nodes, [edge("AZOwner", user.upper(), SUBSCRIPTION), *contains], "Base")
    admin = f"azure:admin:{SUBSCRIPTION.lower()}"
    assert {(each.source, each.target) for each in edges(graph, EdgeKind.CONTROLS)} == {(admin, f"azure:{VM.lower()}")}
    assert len(edges(graph, EdgeKind.CONTAINS)) == 2


def test_containment_alone_leads_nowhere(tmp_path: Path) -> None:
    nodes = [node(SUBSCRIPTION, "AZSubscription"), node(VM, "AZVM")]
    graph, _ = built(tmp_path, nodes, [edge("AZContains", SUBSCRIPTION, VM)], "Base")
    assert not steps(graph)


# ---- ends


def named(value: str, kind: str = "") -> dict[str, str]:
    """Return an end by name."""
    return {"value": value, "match_by": "name", **({"kind": kind} if kind else {})}


def test_name_that_one_node_has_is_found_in_any_case(tmp_path: Path) -> None:
    nodes = [node("U", "GH_User", name="Alice"), node("R", "GH_RepoRole", name="write")]
    graph, gaps = built(
        tmp_path, nodes, [{"kind": "GH_HasRole", "start": named("ALICE"), "end": named("write", "GH_RepoRole")}]
    )
    assert len(steps(graph)) == 1
    assert not gaps


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (named("twin"), "2 nodes have the name 'twin'"),
        (named("nobody"), "no node has the name 'nobody'"),
        (named("twin", "GH_App"), "no node of kind GH_App has the name 'twin'"),
    ],
)
def test_name_that_is_not_one_nodes_is_a_gap(tmp_path: Path, start: dict[str, str], told: str) -> None:
    nodes = [node("1", "GH_User", name="twin"), node("2", "GH_Team", name="twin"), node("R", "GH_RepoRole")]
    graph, gaps = built(tmp_path, nodes, [{"kind": "GH_HasRole", "start": start, "end": {"value": "R"}}])
    assert not graph.edges
    assert [gap.reason for gap in gaps] == [f"graph.json: /graph/edges/0: {told}; the edge is left out"]


def test_kind_tells_nodes_of_one_name_apart(tmp_path: Path) -> None:
    nodes = [node("1", "GH_User", name="twin"), node("2", "GH_Team", name="twin"), node("R", "GH_RepoRole")]
    link = {"kind": "GH_HasRole", "start": named("twin", "GH_Team"), "end": {"value": "r"}}
    graph, _ = built(tmp_path, nodes, [link])
    assert set(steps(graph)) == {("opengraph:GitHub:2", "opengraph:GitHub:R")}


# ---- what is not of the form


@pytest.mark.parametrize(
    ("nodes", "links", "told"),
    [
        ([{"kinds": ["A"]}], [], "/graph/nodes/0: 'id' must be text; the node is left out"),
        ([{"id": "x", "kinds": []}], [], "/graph/nodes/0: 'kinds' must be a list of one to three texts"),
        ([{"id": "x", "kinds": list("abcd")}], [], "/graph/nodes/0: 'kinds' has 4 texts, at most 3 are allowed"),
        (["x"], [], "/graph/nodes/0: is no node: must be an object"),
        ({"x": 1}, [], "/graph/nodes: must be a list"),
        ([node("x", "GH_App", deep={"a": 1})], [], "/graph/nodes/0/properties/deep: is no text, number"),
        ([node("x", "GH_App", mixed=[1, "a"])], [], "/graph/nodes/0/properties/mixed: is no text, number"),
        (
            [{**node("x", "GH_App"), "label": "y"}],
            [],
            "/graph/nodes/0: fields that the form does not have are not kept",
        ),
        ([], [{"kind": "A"}], "/graph/edges/0: 'start' must be an object with a value"),
        ([], [edge("A-B", "x", "y")], "/graph/edges/0: 'kind' may hold letters, digits and _ alone"),
        (
            [],
            [{"kind": "A", "start": {"value": "x", "match_by": "guess"}, "end": {"value": "y"}}],
            "/graph/edges/0: 'start/match_by' must be id or name, not 'guess'",
        ),
        (
            [],
            [{"kind": "A", "start": {"value": ""}, "end": {"value": "y"}}],
            "/graph/edges/0: 'start/value' must be text",
        ),
    ],
)
def test_one_line_names_the_place(tmp_path: Path, nodes: Any, links: list[Any], told: str) -> None:
    write(
        tmp_path,
        {"graph.json": json.dumps({"graph": {"nodes": nodes, "edges": links}}), "other/a/b/identities.csv": "id\nx\n"},
    )
    reasons = [gap.reason for gap in graph_of(tmp_path)[1]]
    assert len([reason for reason in reasons if reason.startswith(f"graph.json: {told}")]) == 1


def test_properties_are_redacted(tmp_path: Path) -> None:
    token = "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789"
    graph, _ = built(tmp_path, [node("x", "GH_App", description=f"uses {token}")], [])
    assert token not in repr(graph.nodes)


def test_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"g.json": open_graph([node("A", "GH_App")], [])[:-5]})
    with pytest.raises(UnusableInputError, match=r"g\.json"):
        graph_of(tmp_path / "g.json")


def test_catalogue_knows_its_own_words() -> None:
    catalog = opengraph_catalog()
    step = catalog.step("NHI_CAN_ASSUME", NodeKind.AWS_ROLE)
    assert step is not None
    assert step.gives is EdgeKind.CAN_ASSUME
    fact = catalog.step("NHI_CONTAINS", NodeKind.AWS_ROLE)
    assert fact is not None
    assert fact.traversable is False
    assert all(row.traversable for name, rows in catalog.edges.items() if not name.startswith("NHI_") for row in rows)


@pytest.mark.parametrize(("target", "leads_on"), [("GH_RepoSecret", True), ("GH_App", False)])
def test_reading_leads_to_what_can_be_read_alone(tmp_path: Path, target: str, leads_on: bool) -> None:
    graph, _ = built(tmp_path, [node("A", "GH_App"), node("S", target)], [edge("GH_HasSecret", "A", "S")])
    assert bool(steps(graph)) is leads_on
