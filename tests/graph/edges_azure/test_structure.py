"""Nodes, containment, managed identities, grants and federation of Azure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.evaluate.azure.ids import access_policy_grant, federated_node, identity_grant
from graph.evaluate.entra.ids import federated_node as graph_federated_node
from graph.kinds import Category, EdgeKind, NodeKind, State
from tests.worlds.azure import AzureWorldFiles, azure, subscription_id
from tests.worlds.entra import TENANT, EntraWorldFiles, app_id, entra, node, oid, token
from tests.worlds.view import Hop, View

PROD = subscription_id("prod")
SUBJECT = "repo:o/r:ref:refs/heads/main"
ISSUER = "oidc://token.actions.githubusercontent.com"


def look(folder: Path, world: AzureWorldFiles, tenant: EntraWorldFiles | None = None) -> View:
    """Return the graph of a world, with a tenant beside it or without."""
    world.build(folder)
    if tenant is not None:
        tenant.build(folder)
    return View(*build_graph(read_evidence([folder])))


def _contained(view: View, place: str) -> set[str]:
    return {edge.source for edge in view.graph.edges if edge.kind is EdgeKind.CONTAINS and edge.target == place}


def _runs(view: View, world: AzureWorldFiles, place: str) -> dict[str, Hop]:
    return {hop.target: hop for hop in view.hops(source=world.node(place), kind=EdgeKind.RUNS_AS)}


def test_what_contains_what(tmp_path: Path) -> None:
    world = azure().management_group("corp").subscription("prod", parent="corp").vm("web").vault("kv", secrets=["db"])
    view = look(tmp_path, world)
    assert _contained(view, world.node("vm:web")) == {world.node("rg:rg")}
    assert _contained(view, f"{world.node('vault:kv')}/secrets/db") == {world.node("vault:kv")}
    assert _contained(view, world.node("rg:rg")) == {world.node("sub:prod")}
    assert _contained(view, world.node("sub:prod")) == {world.node("mg:corp")}
    assert _contained(view, world.node("mg:corp")) == {world.node("mg:root")}
    assert _contained(view, world.node("mg:root")) == {"azure:/"}
    assert not any(edge.traversable for edge in view.graph.edges if edge.kind is EdgeKind.CONTAINS)


def test_kinds_and_categories(tmp_path: Path) -> None:
    world = (
        azure()
        .management_group("corp")
        .subscription("prod", parent="corp")
        .identity("deploy")
        .vm("vm")
        .scale_set("vmss")
        .site("site", function=True)
        .logic_app("logic")
        .automation("automation")
        .cluster("aks")
        .container_app("app")
        .container_app("job", job=True)
        .container_group("aci")
        .place("factory", "factory")
        .place("arc", "arc", type_="Microsoft.HybridCompute/machines")
        .vault("vault")
        .storage("storage")
        .place("sql", "sql", type_="Microsoft.Sql/servers")
    )
    graph = look(tmp_path, world).graph
    found = {place: graph.nodes[world.node(place)].kind for place in world.places if world.node(place) in graph.nodes}
    assert found == {
        "root": NodeKind.AZURE_ROOT,
        "mg:root": NodeKind.AZURE_MANAGEMENT_GROUP,
        "mg:corp": NodeKind.AZURE_MANAGEMENT_GROUP,
        "sub:prod": NodeKind.AZURE_SUBSCRIPTION,
        "rg:rg": NodeKind.AZURE_RESOURCE_GROUP,
        "identity:deploy": NodeKind.AZURE_IDENTITY_RESOURCE,
        "vm:vm": NodeKind.AZURE_VIRTUAL_MACHINE,
        "vmss:vmss": NodeKind.AZURE_SCALE_SET,
        "site:site": NodeKind.AZURE_APP_SERVICE,
        "logic:logic": NodeKind.AZURE_LOGIC_APP,
        "automation:automation": NodeKind.AZURE_AUTOMATION_ACCOUNT,
        "aks:aks": NodeKind.AZURE_KUBERNETES_CLUSTER,
        "app:app": NodeKind.AZURE_CONTAINER_APP,
        "job:job": NodeKind.AZURE_CONTAINER_APP,
        "aci:aci": NodeKind.AZURE_CONTAINER_GROUP,
        "factory:factory": NodeKind.AZURE_WORKLOAD,
        "arc:arc": NodeKind.AZURE_WORKLOAD,
        "vault:vault": NodeKind.AZURE_KEY_VAULT,
        "storage:storage": NodeKind.AZURE_STORAGE_ACCOUNT,
        "sql:sql": NodeKind.AZURE_RESOURCE,
    }
    assert all(graph.nodes[world.node(place)].collected for place in found)
    assert graph.nodes[world.node("vm:vm")].category is Category.WORKLOAD
    assert graph.nodes[world.node("sub:prod")].category is Category.SCOPE


def test_names_ids_and_facts(tmp_path: Path) -> None:
    world = (
        azure()
        .subscription("prod", tags={"Owner": "alice@nordlicht.example"})
        .vm("Web", group="RG", tags={"env": "Prod"})
    )
    graph = look(tmp_path, world).graph
    machine = graph.nodes[world.node("vm:Web")]
    given = world.arm("vm:Web")
    assert machine.id == f"azure:{given.lower()}"
    assert machine.attributes["aliases"] == [given, given.lower()]
    assert (machine.name, machine.scope, machine.source) == ("Web", PROD, "azure")
    assert (machine.attributes["environment"], machine.attributes["os"]) == ("prod", "Linux")
    subscription = graph.nodes[world.node("sub:prod")]
    assert PROD in subscription.attributes["aliases"]
    assert (subscription.attributes["owner_tag"], subscription.attributes["parent_known"]) == (
        "alice@nordlicht.example",
        True,
    )
    control = graph.nodes[world.admin("sub:prod")]
    assert (control.kind, control.attributes["scope"], control.name) == (
        NodeKind.SCOPE_ADMIN,
        world.node("sub:prod"),
        "full control of subscription prod",
    )
    assert world.admin("mg:root") in graph.nodes


def test_the_root_is_there_only_where_something_shows_it(tmp_path: Path) -> None:
    world = azure().subscription("prod").without("managementGroups", "managementGroups.descendants")
    graph = look(tmp_path / "1", world).graph
    assert world.admin("root") not in graph.nodes
    assert not graph.nodes["azure:/"].collected
    assert not graph.nodes[world.node("sub:prod")].attributes["parent_known"]
    world = world.role_assignment("alice", "Owner", scope="root")
    assert look(tmp_path / "2", world).graph.nodes["azure:/"].collected


def test_a_system_assigned_identity_without_entra(tmp_path: Path) -> None:
    world = azure().subscription("prod").vm("web", system=True, tags={"owner": "bob"})
    view = look(tmp_path, world)
    hop = _runs(view, world, "vm:web")[node("sp:web")]
    assert (hop.state, hop.technique, hop.grants) == (
        State.VERIFIED,
        "",
        (identity_grant(world.arm("vm:web"), oid("sp:web")),),
    )
    assert view.graph.grants[hop.grants[0]].text == "system-assigned identity web of web"
    found = view.graph.nodes[node("sp:web")]
    assert (found.kind, found.collected, found.name, found.scope) == (
        NodeKind.ENTRA_MANAGED_IDENTITY,
        True,
        "web",
        TENANT,
    )
    assert found.attributes["workloads"] == [world.node("vm:web")]
    assert found.attributes["azure_resource"] == world.arm("vm:web").lower()
    assert (found.attributes["owner"], found.attributes["owner_source"]) == ("bob", "tag")


def test_a_user_assigned_identity_of_several_workloads_with_entra(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("deploy").vm("web", identities=["deploy"])
    world.site("shop", identities=["deploy"])
    view = look(tmp_path, world, entra().managed_identity("deploy"))
    found = view.graph.nodes[node("sp:deploy")]
    assert found.evidence.startswith("entra/"), "what Entra shows stays"
    assert found.attributes["workloads"] == sorted([world.node("vm:web"), world.node("site:shop")])
    assert found.attributes["azure_resource"] == world.arm("identity:deploy").lower()
    assert set(found.attributes["aliases"]) == {
        app_id("deploy"),
        world.arm("identity:deploy"),
        world.arm("identity:deploy").lower(),
    }
    assert _runs(view, world, "vm:web").keys() == _runs(view, world, "site:shop").keys() == {node("sp:deploy")}
    resource = view.graph.nodes[world.node("identity:deploy")]
    assert (resource.name, resource.attributes["principal"]) == ("deploy (resource)", node("sp:deploy"))
    assert "aliases" not in resource.attributes, "the plain id means who acts"


def test_without_an_identity_nothing_runs_as_anything(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("deploy").vm("web")
    view = look(tmp_path, world)
    assert _runs(view, world, "vm:web") == {}
    assert view.graph.nodes[node("sp:deploy")].attributes["workloads"] == []


def test_an_owner_that_entra_names_stays(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("deploy", tags={"owner": "bob"})
    tenant = entra().user("alice").sp("deploy", home="", kind="ManagedIdentity", owners=["alice"])
    facts = look(tmp_path, world, tenant).graph.nodes[node("sp:deploy")].attributes
    assert facts["owner"] == "alice@nordlicht.example"


@pytest.mark.parametrize(
    ("type_", "traversable", "state"),
    [
        ("Microsoft.HybridCompute/machines", True, State.VERIFIED),
        ("Microsoft.Resources/deploymentScripts", True, State.VERIFIED),
        ("Microsoft.Synapse/workspaces", True, State.UNVERIFIED),
        ("Microsoft.Sql/servers", False, State.VERIFIED),
        ("Microsoft.Storage/storageAccounts", False, State.VERIFIED),
    ],
)
def test_whose_tokens_code_gets(tmp_path: Path, type_: str, traversable: bool, state: State) -> None:
    world = azure().subscription("prod").place("x", "x", type_=type_, system=True)
    view = look(tmp_path, world)
    edges = [edge for edge in view.graph.edges if edge.kind is EdgeKind.RUNS_AS]
    assert [(edge.traversable, edge.state, edge.target) for edge in edges] == [(traversable, state, node("sp:x"))]
    assert bool(edges[0].note) is (state is State.UNVERIFIED or not traversable)


def test_pods_get_the_identities_of_their_nodes(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("kubelet").identity("plane").identity("monitor")
    world.cluster("k8s", kubelet="kubelet", addons={"omsagent": "monitor"}, identities=["plane"], system=True)
    edges = {edge.target: edge for edge in look(tmp_path, world).graph.edges if edge.source == world.node("aks:k8s")}
    assert {target for target, edge in edges.items() if edge.traversable} == {node("sp:kubelet"), node("sp:monitor")}
    assert {target for target, edge in edges.items() if not edge.traversable} == {node("sp:plane"), node("sp:k8s")}


def test_a_cluster_that_runs_as_an_application(tmp_path: Path) -> None:
    world = azure().subscription("prod").cluster("k8s", service_principal="old")
    view = look(tmp_path / "1", world, entra().app("old"))
    assert _runs(view, world, "aks:k8s")[node("sp:old")].state is State.VERIFIED
    assert _runs(look(tmp_path / "2", world), world, "aks:k8s") == {}, "without Entra nothing says who it is"


def test_a_run_as_account_may_have_ended(tmp_path: Path) -> None:
    world = azure().subscription("prod").automation("a", run_as="old")
    hop = _runs(look(tmp_path, world, entra().app("old")), world, "automation:a")[node("sp:old")]
    assert (hop.state, "retired" in hop.note) == (State.UNVERIFIED, True)


def test_grants_say_what_where_and_for_whom(tmp_path: Path) -> None:
    world = (
        azure()
        .management_group("corp")
        .subscription("prod", parent="corp")
        .identity("deploy")
        .vault("kv", rbac=False, policies={"alice": {"secrets": ["Get", "List"], "keys": []}})
        .role_assignment("sp:deploy", "Contributor", scope="sub:prod")
        .role_assignment("alice", "Owner", scope="mg:corp", eligible=True)
        .role_assignment("alice", "Reader", scope="root")
        .role_assignment("group:ops", "Reader", scope="vault:kv", until="2027-01-01T00:00:00Z", activated=True)
    )
    view = look(tmp_path, world, entra().user("alice").group("ops"))
    texts = {grant.text: grant for grant in view.graph.grants.values()}
    assigned = texts["Contributor at subscription prod for deploy"]
    assert (assigned.kind, assigned.holder) == ("role_assignment", node("sp:deploy"))
    assert assigned.id.startswith(f"azure:role_assignment:/subscriptions/{PROD}/providers/microsoft.authorization/")
    assert assigned.evidence.startswith(f"azure/{PROD}/authorization.roleAssignments.json#/value/")
    waiting = texts["eligible for Owner at management group corp for Alice"]
    assert (waiting.kind, waiting.id.partition(":/")[0]) == ("role_eligibility", "azure:role_eligibility")
    assert "Reader at the root scope for Alice" in texts
    assert "activated Reader at key vault kv for ops" in texts
    policy = texts["access policy of key vault kv for Alice: secrets get, list"]
    assert (policy.kind, policy.id) == ("access_policy", access_policy_grant(world.arm("vault:kv"), oid("alice")))


def test_principals_that_an_assignment_merely_names(tmp_path: Path) -> None:
    world = azure().subscription("prod").role_assignment("sp:gone", "Reader", scope="sub:prod")
    world.role_assignment("alice", "Reader", scope="sub:prod").role_assignment("group:ops", "Reader", scope="sub:prod")
    graph = look(tmp_path / "1", world).graph
    assert {graph.nodes[node(name)].kind for name in ("sp:gone", "alice", "group:ops")} == {
        NodeKind.ENTRA_SERVICE_PRINCIPAL,
        NodeKind.ENTRA_USER,
        NodeKind.ENTRA_GROUP,
    }
    assert not any(graph.nodes[node(name)].collected for name in ("sp:gone", "alice", "group:ops"))
    graph = look(tmp_path / "2", world, entra().user("alice")).graph
    assert graph.nodes[node("sp:gone")].kind is NodeKind.ENTRA_EXTERNAL_PRINCIPAL, "Entra was looked at: it is no more"
    assert graph.nodes[node("alice")].collected


def test_a_scope_that_an_assignment_merely_names(tmp_path: Path) -> None:
    world = azure().subscription("prod").resource_group("other")
    place = f"/subscriptions/{PROD}/resourceGroups/gone/providers/Microsoft.Sql/servers/db"
    view = look(tmp_path, world.role_assignment("alice", "Reader", scope=place))
    found = view.graph.nodes[world.node(place)]
    assert (found.kind, found.collected, found.name) == (NodeKind.AZURE_RESOURCE, False, "db")
    group = f"azure:/subscriptions/{PROD}/resourcegroups/gone"
    assert _contained(view, found.id) == {group}
    assert _contained(view, group) == {world.node("sub:prod")}


def test_federated_credentials_that_only_arm_shows(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("deploy", federated=[token(SUBJECT)])
    view = look(tmp_path, world, entra().managed_identity("deploy"))
    credential = federated_node(oid("sp:deploy"), "ci")
    hops = {hop.source: hop for hop in view.hops(target=node("sp:deploy"), kind=EdgeKind.FEDERATES_INTO)}
    assert set(hops) == {ISSUER, f"{ISSUER}/{SUBJECT}"}
    assert hops[f"{ISSUER}/{SUBJECT}"].conditions == ()
    assert hops[ISSUER].keys == {"token.actions.githubusercontent.com:sub"}
    assert {hop.grants for hop in hops.values()} == {(credential,)}
    assert view.graph.nodes[credential].kind is NodeKind.ENTRA_FEDERATED_CREDENTIAL
    assert view.graph.credentials[credential].identity == node("sp:deploy")


def test_a_federated_credential_that_graph_shows_too_is_one(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("deploy", federated=[token(SUBJECT), token("other", name="second")])
    tenant = entra().managed_identity("deploy")
    tenant.line("servicePrincipals.federatedIdentityCredentials", oid("sp:deploy"), token(SUBJECT))
    graph = look(tmp_path, world, tenant).graph
    assert {each.id for each in graph.nodes.values() if each.kind is NodeKind.ENTRA_FEDERATED_CREDENTIAL} == {
        graph_federated_node(oid("sp:deploy"), "fic-ci"),
        federated_node(oid("sp:deploy"), "second"),
    }


def test_a_disabled_identity_takes_no_outside_token(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("deploy", federated=[token(SUBJECT)])
    view = look(tmp_path, world, entra().sp("deploy", home="", kind="ManagedIdentity", enabled=False))
    assert view.hops(kind=EdgeKind.FEDERATES_INTO) == ()
    assert federated_node(oid("sp:deploy"), "ci") in view.graph.nodes


def test_a_cluster_is_the_service_accounts_of_its_issuer(tmp_path: Path) -> None:
    issuer = f"https://westeurope.oic.prod-aks.azure.com/{oid('issuer:k8s')}/"
    subject = "system:serviceaccount:shop:api"
    trusted, elsewhere = token(subject, issuer=issuer), token(subject, issuer="https://oidc.example/", name="other")
    world = azure().subscription("prod").cluster("k8s").identity("pods", federated=[trusted, elsewhere])
    view = look(tmp_path, world, entra().app("crm", federated=[token("system:serviceaccount:crm:x", issuer=issuer)]))
    place = f"oidc://{issuer.removeprefix('https://').rstrip('/')}"
    assert _runs(view, world, "aks:k8s").keys() == {f"{place}/{subject}", f"{place}/system:serviceaccount:crm:x"}
    assert view.state(f"{place}/{subject}", node("sp:pods")) is State.VERIFIED


def test_settings_refer_to_secrets_of_vaults(tmp_path: Path) -> None:
    world = azure().subscription("prod").vault("kv", secrets=["db"])
    world.site(
        "shop",
        references={"DB": ("KV", "db"), "ELSEWHERE": ("unknown", "x")},
        settings={"A_PASSWORD": "hunter2hunter2", "KEY": "AKIAIOSFODNN7EXAMPLE"},
    )
    facts = look(tmp_path, world).graph.nodes[world.node("site:shop")].attributes
    assert facts["environment_references"] == {"DB": f"{world.node('vault:kv')}/secrets/db", "ELSEWHERE": "unknown/x"}
    assert facts["environment_secrets"] == {"A_PASSWORD": "environment_secret"}
    assert facts["environment_key_ids"] == {"KEY": "AKIAIOSFODNN7EXAMPLE"}
    assert "hunter2" not in repr(facts)


def test_machines_of_a_scale_set(tmp_path: Path) -> None:
    world = azure().subscription("prod").scale_set("pool").vm("one", scale_set="pool")
    assert _contained(look(tmp_path, world), world.node("vm:one")) == {world.node("rg:rg"), world.node("vmss:pool")}


def test_the_order_of_evidence_does_not_matter(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("a").identity("b").vm("x", identities=["a", "b"], system=True)
    world.vm("y", identities=["b"]).role_assignment("sp:a", "Reader", scope="sub:prod")
    lists = {
        scope: {name: list(reversed(rows)) for name, rows in found.items()} for scope, found in world.lists.items()
    }
    one, other = look(tmp_path / "1", world).graph, look(tmp_path / "2", replace(world, lists=lists)).graph
    plain = [
        {(edge.source, edge.target, edge.kind, edge.grants, edge.state) for edge in each.edges} for each in (one, other)
    ]
    assert plain[0] == plain[1]
    assert {key: item.attributes for key, item in one.nodes.items()} == {
        key: item.attributes for key, item in other.nodes.items()
    }


def test_declared_owners(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("deploy", tags={"owner": "carol"}).vm("web").vm("db")
    declared = tmp_path / "declared"
    declared.mkdir()
    rows = ["identity,owner", f"{world.node('sub:prod')}/*/web,bob", f"{oid('sp:deploy')},alice"]
    (declared / "owners.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    nodes = look(tmp_path, world).graph.nodes
    owners = {name: nodes[name].attributes.get("owner") for name in (world.node("vm:web"), world.node("vm:db"))}
    assert owners == {world.node("vm:web"): "bob", world.node("vm:db"): None}
    assert nodes[node("sp:deploy")].attributes["owner"] == "alice"


def test_without_azure_a_tenant_is_as_it_was(tmp_path: Path) -> None:
    tenant = entra().user("alice").managed_identity("mi").role("alice", "Global Administrator")
    graph, _ = build_graph(read_evidence([tenant.build(tmp_path)]))
    assert not any(each.source == "azure" for each in graph.nodes.values())
