"""Imported tables become nodes, credentials, grants and edges, as their documentation says; twins stay silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.errors import UnusableInputError
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from graph.build import build_graph
from graph.kinds import EdgeKind, NodeKind, State
from tests.graph.edges_other.folders import PRINCIPAL, ROLE, TENANT, aws, edges, entra, graph_of, own, tables, write

HEAD = "id,holder,target,kind,permission,impact,condition,state\n"


def reasons(path: Path) -> list[str]:
    """Return what the build of a path tells."""
    return [gap.reason for gap in graph_of(path)[1]]


def test_rows_become_nodes_with_owner_scope_and_last_use(tmp_path: Path) -> None:
    graph, gaps = graph_of(tables(tmp_path))
    deployer = graph.nodes[own("deployer")]
    assert (deployer.kind, deployer.name, deployer.source, deployer.scope) == (
        NodeKind.OTHER_IDENTITY, "Deployer", "other", "jenkins/ci",
    )  # fmt: skip
    assert deployer.attributes["owner"] == "alice@x.example"
    assert deployer.attributes["environment"] == "production"
    assert deployer.attributes["last_used_at"] == "2026-01-01T00:00:00Z"
    assert graph.nodes[own("builder")].attributes["last_used_known"] is True  # `never` is known
    assert graph.nodes[own("retired")].attributes["last_used_known"] is False  # empty is not
    assert graph.nodes[own("prod")].kind is NodeKind.OTHER_SCOPE
    assert not gaps


def test_owner_who_left_is_known_by_the_declared_people(tmp_path: Path) -> None:
    tables(tmp_path)
    write(tmp_path, {"declared/people.csv": "login,person,active\nalice@x.example,Alice,false\n"})
    assert graph_of(tmp_path)[0].nodes[own("deployer")].attributes["owner_active"] is False


def test_declared_owner_wins_over_the_tables(tmp_path: Path) -> None:
    tables(tmp_path)
    write(tmp_path, {"declared/owners.csv": f"identity,owner,team,active\n{own('deployer')},bob,ops,true\n"})
    assert graph_of(tmp_path)[0].nodes[own("deployer")].attributes["owner"] == "bob"


def test_credential_proves_its_identity_until_it_ends(tmp_path: Path) -> None:
    rows = "id,identity,kind,expires_at,active\ntok,deployer,token,2027-01-01,true\n"
    graph, _ = graph_of(tables(tmp_path, credentials=rows))
    (edge,) = edges(graph, EdgeKind.AUTHENTICATES_AS)
    assert (edge.source, edge.target, edge.traversable) == (own("tok"), own("deployer"), True)
    assert [clause[0].key for clause in edge.conditions] == ["nhi:currenttime"]
    assert edge.evidence == "other/jenkins/ci/credentials.csv#/0"
    row = graph.credentials[own("tok")]
    assert (row.public_id, row.kind, row.active, row.expires_at) == ("tok", "token", True, "2027-01-01T00:00:00Z")


@pytest.mark.parametrize(
    "row",
    ["tok,deployer,token,,false", "tok,retired,token,,true"],
    ids=["inactive credential", "disabled identity"],
)
def test_what_is_off_proves_nobody(tmp_path: Path, row: str) -> None:
    graph, _ = graph_of(tables(tmp_path, credentials=f"id,identity,kind,expires_at,active\n{row}\n"))
    assert [edge.traversable for edge in edges(graph, EdgeKind.AUTHENTICATES_AS)] == [False]


def test_expired_credential_is_listed_as_inactive(tmp_path: Path) -> None:
    rows = "id,identity,expires_at\ntok,deployer,2025-01-01\n"
    assert graph_of(tables(tmp_path, credentials=rows))[0].credentials[own("tok")].active is False


@pytest.mark.parametrize(
    ("kind", "target", "edge_kind", "end"),
    [
        ("access", "orders", EdgeKind.CAN_ACCESS, own("orders")),
        ("member", "devs", EdgeKind.INHERITS, own("devs")),
        ("impersonate", "builder", EdgeKind.CAN_IMPERSONATE, own("builder")),
        ("assume", "builder", EdgeKind.CAN_ASSUME, own("builder")),
        ("admin", "orders", EdgeKind.CONTROLS, own("orders")),
        ("admin", "jenkins/ci", EdgeKind.ADMIN_OF, "other:admin:other:jenkins/ci"),
    ],
)
def test_each_kind_of_grant_is_a_step(tmp_path: Path, kind: str, target: str, edge_kind: EdgeKind, end: str) -> None:
    graph, gaps = graph_of(tables(tmp_path, grants=f"{HEAD}g,deployer,{target},{kind},deploy,,,\n"))
    (edge,) = [each for each in edges(graph, edge_kind) if each.source == own("deployer")]
    assert (edge.target, edge.traversable, edge.state, edge.conditions) == (end, True, State.VERIFIED, ())
    assert edge.grants == ("other:grant:jenkins/ci:g",)
    assert graph.grants[edge.grants[0]].evidence == "other/jenkins/ci/grants.csv#/0"
    assert not gaps


@pytest.mark.parametrize(
    ("kind", "target"),
    [("access", "builder"), ("access", "devs"), ("impersonate", "orders"), ("assume", "devs"), ("member", "orders")],
)
def test_grant_that_does_not_fit_its_target_is_a_fact_and_told(tmp_path: Path, kind: str, target: str) -> None:
    graph, gaps = graph_of(tables(tmp_path, grants=f"{HEAD}g,deployer,{target},{kind},,,,\n"))
    leaving = [edge for edge in graph.edges if edge.source == own("deployer") and edge.traversable]
    assert leaving == []
    assert len(edges(graph, EdgeKind.RELATES_TO)) == 1
    (gap,) = gaps
    assert gap.reason.startswith("other/jenkins/ci/grants.csv: line 2: column 'kind': ")


def test_membership_of_a_scope_is_no_step(tmp_path: Path) -> None:
    graph, _ = graph_of(tables(tmp_path, grants=f"{HEAD}g,deployer,prod,member,,,,\n"))
    assert [edge.traversable for edge in edges(graph, EdgeKind.MEMBER_OF)] == [False]


@pytest.mark.parametrize(
    ("condition", "state", "conditioned", "edge_state"),
    [
        ("", "", False, State.VERIFIED),
        ("", "verified", False, State.VERIFIED),
        ("from the office", "", True, State.VERIFIED),
        ("from the office", "verified", True, State.VERIFIED),
        ("", "conditional", True, State.VERIFIED),
        ("", "unverified", False, State.UNVERIFIED),
        ("from the office", "unverified", True, State.UNVERIFIED),
    ],
)
def test_conditions_and_states(
    tmp_path: Path, condition: str, state: str, conditioned: bool, edge_state: State
) -> None:
    graph, _ = graph_of(tables(tmp_path, grants=f"{HEAD}g,deployer,orders,access,,H4,{condition},{state}\n"))
    (edge,) = edges(graph, EdgeKind.CAN_ACCESS)
    assert (bool(edge.conditions), edge.state, edge.impact) == (conditioned, edge_state, "H4")


def test_control_of_a_scope_reaches_what_is_in_it_and_below_but_not_beside_it(tmp_path: Path) -> None:
    rows = "id,kind,scope\ntop,scope,\ninner,scope,top\nbot,bot,inner\nperson,human,inner\nbeside,bot,\nowner,human,\n"
    graph, _ = graph_of(tables(tmp_path, identities=rows, grants=f"{HEAD}g,owner,top,admin,,,,\n"))
    reached = {(edge.source, edge.target) for edge in edges(graph, EdgeKind.CONTROLS)}
    top, inner = f"other:admin:{own('top')}", f"other:admin:{own('inner')}"
    assert reached == {(top, inner), (inner, own("bot"))}


def test_scopes_in_a_circle_end(tmp_path: Path) -> None:
    rows = "id,kind,scope\na,scope,b\nb,scope,a\nbot,bot,a\nowner,human,\n"
    graph, _ = graph_of(tables(tmp_path, identities=rows, grants=f"{HEAD}g,owner,a,admin,,,,\n"))
    assert len(edges(graph, EdgeKind.CONTROLS)) == 3


def test_uses_are_steps_from_consumers(tmp_path: Path) -> None:
    graph, gaps = graph_of(
        tables(
            tmp_path,
            credentials="id,identity\ntok,deployer\n",
            uses="consumer,identity,credential,last_seen,count\njob-a,,tok,2026-02-01,12\njob-b,builder,,,\n",
        )
    )
    found = {(edge.source, edge.target): edge.note for edge in edges(graph, EdgeKind.RUNS_AS)}
    assert found == {
        (own("job-a"), own("tok")): "It was seen to use it 12 times to 2026-02-01T00:00:00Z.",
        (own("job-b"), own("builder")): "It is stated to use it.",
    }
    assert graph.nodes[own("job-a")].kind is NodeKind.OTHER_WORKLOAD
    assert not gaps


def test_using_a_disabled_identity_waits_for_it_to_be_enabled(tmp_path: Path) -> None:
    graph, _ = graph_of(tables(tmp_path, uses="consumer,identity\njob,retired\n"))
    assert [bool(edge.conditions) for edge in edges(graph, EdgeKind.RUNS_AS)] == [True]


# ---- joining with other sources


def test_ids_of_other_sources_join_their_nodes(tmp_path: Path) -> None:
    entra(aws(tmp_path))
    grants = f"{HEAD}g1,deployer,{ROLE},assume,,,,\ng2,deployer,ENTRA:{PRINCIPAL.upper()},impersonate,,,,\n"
    grants += "g3,builder,aws:account:111111111111,admin,,,,\n" + f"g4,builder,entra:tenant:{TENANT},admin,,,,\n"
    graph, gaps = graph_of(tables(tmp_path, grants=grants))
    assert graph.nodes[ROLE].kind is NodeKind.AWS_ROLE
    assert graph.nodes[f"entra:{PRINCIPAL}"].kind is NodeKind.ENTRA_SERVICE_PRINCIPAL
    ends = {(edge.source, edge.target) for edge in graph.edges}
    assert (own("deployer"), ROLE) in ends
    assert (own("deployer"), f"entra:{PRINCIPAL}") in ends
    assert (own("builder"), "aws:admin:111111111111") in ends
    assert (own("builder"), f"entra:admin:{TENANT}") in ends
    assert not [gap for gap in gaps if gap.source == "other"]


def test_names_are_never_ids(tmp_path: Path) -> None:
    entra(aws(tmp_path))
    grants = f"{HEAD}g1,deployer,deploy,assume,,,,\ng2,deployer,{PRINCIPAL},impersonate,,,,\n"
    graph, gaps = graph_of(tables(tmp_path, grants=grants))
    assert {edge.target for edge in graph.edges if edge.source == own("deployer")} == {own("deploy"), own(PRINCIPAL)}
    assert len([gap for gap in gaps if "nothing in the evidence describes" in gap.reason]) == 2


def test_row_about_a_collected_node_adds_owner_and_environment_only_where_there_is_none(tmp_path: Path) -> None:
    entra(aws(tmp_path))
    rows = (
        f"id,kind,name,owner,environment\n{ROLE},role,Other name,dave,test\nentra:{PRINCIPAL},application,,dave,test\n"
    )
    graph, _ = graph_of(tables(tmp_path, identities=rows))
    role, principal = graph.nodes[ROLE], graph.nodes[f"entra:{PRINCIPAL}"]
    assert (role.name, role.kind, role.attributes["owner"]) == ("deploy", NodeKind.AWS_ROLE, "carol")
    assert (principal.attributes["owner"], principal.attributes["environment"]) == ("dave", "test")


def test_row_about_what_was_not_collected_stands_for_it(tmp_path: Path) -> None:
    graph, _ = graph_of(tables(tmp_path, identities=f"id,kind,name\n{ROLE},role,Deploy\n"))
    assert (graph.nodes[ROLE].kind, graph.nodes[ROLE].collected) == (NodeKind.OTHER_IDENTITY, True)


def test_other_systems_are_named_by_their_full_id(tmp_path: Path) -> None:
    tables(tmp_path, grants=f"{HEAD}g,deployer,other:vault/eu:app,assume,,,,\n")
    write(tmp_path, {"other/vault/eu/identities.csv": "id\napp\n"})
    graph, gaps = graph_of(tmp_path)
    assert graph.nodes["other:vault/eu:app"].kind is NodeKind.OTHER_IDENTITY
    assert not gaps


# ---- what cannot be used


@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        ("identities", "id,kind\nx,elephant\n", "line 2: column 'kind': must be one of agent,"),
        ("identities", "id,kind\n,bot\n", "line 2: column 'id': is missing"),
        ("identities", "id,active\nx,maybe\n", "line 2: column 'active': must be true or false"),
        ("identities", "id,created_at\nx,yesterday\n", "line 2: column 'created_at': must be a time"),
        ("identities", "id,colour\nx,red\n", "line 2: column 'colour' is not known"),
        ("identities", "id\nx\n\nx\n", "line 4: column 'id': 'x' stands in other/jenkins/ci/identities.csv line 2"),
        ("identities", "id,kind\nx,bot,more\n", "line 2: has 3 fields, the header has 2"),
        ("identities", "id,kind,scope\ng,group,\nx,bot,g\n", "line 3: column 'scope': 'g' is no scope"),
        ("credentials", "id\nx\n", "line 2: column 'identity': is missing"),
        (
            "credentials",
            "id,identity\nx,ghost\n",
            "line 2: column 'identity': nothing in the evidence describes 'ghost'",
        ),
        ("grants", "id,holder,target,kind\ng,deployer,orders,own\n", "line 2: column 'kind': must be one of access,"),
        ("grants", "id,holder,target,state\ng,deployer,orders,sure\n", "line 2: column 'state': must be one of"),
        (
            "grants",
            "id,holder,target,impact\ng,deployer,orders,H12\n",
            "line 2: column 'impact': must be one of H1, H2,",
        ),
        ("grants", "id,holder,target\ng,ghost,orders\n", "line 2: column 'holder': nothing in the evidence describes"),
        ("grants", "id,holder,target\ng,prod,orders\n", "line 2: column 'holder': 'prod' is a scope"),
        ("uses", "consumer\njob\n", "line 2: column 'identity': missing, and 'credential' as well"),
        ("uses", "consumer,identity,count\njob,deployer,few\n", "line 2: column 'count': must be a whole number"),
    ],
)
def test_one_line_names_file_row_and_column(tmp_path: Path, table: str, text: str, told: str) -> None:
    found = [reason for reason in reasons(tables(tmp_path, **{table: text})) if f"/{table}.csv: {told}" in reason]
    assert len(found) == 1
    assert "\n" not in found[0]


def test_bad_row_leaves_the_good_ones(tmp_path: Path) -> None:
    graph, _ = graph_of(tables(tmp_path, identities="id,active\na,maybe\nb,true\n"))
    assert own("b") in graph.nodes
    assert own("a") not in graph.nodes


def test_many_problems_of_a_file_are_counted(tmp_path: Path) -> None:
    rows = "id,active\n" + "".join(f"x{number},maybe\n" for number in range(500)) + "good,true\n"
    found = reasons(tables(tmp_path, identities=rows))
    assert len(found) == 21
    assert [reason for reason in found if "and 480 more problems of this file" in reason]


def test_json_lines_say_the_same(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "other/jenkins/ci/identities.jsonl": (
                '{"id": "a", "active": true, "kind": "bot"}\nnot json\n{"id": "b", "active": 7}\n'
            ),
        },
    )
    graph, gaps = graph_of(tmp_path)
    assert graph.nodes[own("a")].evidence == "other/jenkins/ci/identities.jsonl#/0"
    told = [gap.reason for gap in gaps]
    assert any("identities.jsonl: line 2: not JSON" in reason for reason in told)
    assert any("identities.jsonl: line 3: column 'active'" in reason for reason in told)


def test_semicolons_and_spelling_of_words(tmp_path: Path) -> None:
    graph, gaps = graph_of(tables(tmp_path, identities="id;kind;active\na;Service Account;YES\n"))
    assert graph.nodes[own("a")].attributes["active"] is True
    assert not gaps


def test_secrets_are_taken_out_and_never_kept(tmp_path: Path) -> None:
    token = "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789"
    tables(tmp_path, credentials=f"id,identity,hint,password\ntok,deployer,{token},hunter2\n{token},deployer,,\n")
    evidence = read_evidence([tmp_path], key=FingerprintKey(bytes(32)))
    graph, gaps = build_graph(evidence)
    assert len(evidence.redactions) == 3
    assert graph.credentials[own("tok")].fingerprint == FingerprintKey(bytes(32)).fingerprint(token)
    everything = repr(graph.nodes) + repr(graph.credentials) + repr(gaps) + repr(evidence.store)
    assert token not in everything
    assert "hunter2" not in everything
    assert any("column 'id': the value is a secret" in gap.reason for gap in gaps)


def test_table_without_its_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"identities.csv": "id\na\n"})
    with pytest.raises(UnusableInputError, match=r"put it into other/SYSTEM/SCOPE/identities\.csv"):
        read_evidence([tmp_path / "identities.csv"])


def test_named_table_knows_its_place(tmp_path: Path) -> None:
    path = tables(tmp_path) / "other/jenkins/ci/identities.csv"
    assert own("builder") in graph_of(path)[0].nodes


def test_system_may_be_called_like_a_source(tmp_path: Path) -> None:
    write(tmp_path, {"other/github/acme/identities.csv": "id\nbot\n"})
    assert "other:github/acme:bot" in graph_of(tmp_path)[0].nodes
    assert "other:github/acme:bot" in graph_of(tmp_path / "other/github/acme/identities.csv")[0].nodes


def test_file_of_no_known_table_is_told(tmp_path: Path) -> None:
    tables(tmp_path)
    write(tmp_path, {"other/jenkins/ci/wrong.csv": "id\n"})
    assert [reason for reason in reasons(tmp_path) if reason.startswith("other/jenkins/ci/wrong.csv: not recognised")]


def test_empty_table_was_looked_at(tmp_path: Path) -> None:
    evidence = read_evidence([tables(tmp_path, grants=HEAD)])
    assert evidence.presence("other", "jenkins/ci", "grants") is Presence.EMPTY
    assert evidence.presence("other", "jenkins/ci", "uses") is Presence.ABSENT
