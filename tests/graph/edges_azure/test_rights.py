"""What rights in Azure come to beside techniques: administrators, data, classes, principals, missing evidence."""

from __future__ import annotations

from pathlib import Path

from graph.kinds import Category, EdgeKind, State
from tests.graph.edges_azure.technique_case import look
from tests.worlds.azure import AzureWorldFiles, azure
from tests.worlds.entra import ADMIN, EntraWorldFiles, entra, node, oid
from tests.worlds.view import View

VM = "Microsoft.Compute/virtualMachines"
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers"


def _see(world: AzureWorldFiles, folder: Path, people: EntraWorldFiles | None = None) -> View:
    return look(world, people or entra(), folder)


def test_owner_is_administrator_of_its_scope_and_contributor_is_not(tmp_path: Path) -> None:
    world = azure().management_group("corp").subscription("prod", parent="corp").subscription("lab").vm("m")
    world.role_assignment("alice", "Owner", scope="sub:prod").role_assignment("bob", "Contributor", scope="sub:prod")
    world.role_assignment("carol", "Owner", scope="mg:corp").role_assignment("dave", "Owner", scope="rg:rg")
    view = _see(world, tmp_path)
    prod, corp = world.admin("sub:prod"), world.admin("mg:corp")
    assert view.state(node("alice"), prod, kind=EdgeKind.ADMIN_OF) is State.VERIFIED
    assert view.targets(node("bob"), EdgeKind.ADMIN_OF) == set()
    assert view.targets(node("bob"), EdgeKind.CAN_CHANGE_OWN_POLICY) == set()
    assert view.targets(node("carol"), EdgeKind.ADMIN_OF) == {corp}
    assert view.targets(node("dave"), EdgeKind.ADMIN_OF) == set()
    assert view.state(corp, prod, kind=EdgeKind.CONTROLS) is State.VERIFIED
    assert view.state(corp, world.admin("sub:lab"), kind=EdgeKind.CONTROLS) is State.VOID
    assert view.state(world.admin("root"), world.admin("mg:root"), kind=EdgeKind.CONTROLS) is State.VERIFIED


def test_an_administrator_reaches_what_is_in_its_subscription(tmp_path: Path) -> None:
    world = azure().subscription("prod").vm("m").identity("ci").vault("safe", secrets=["db"]).storage("data")
    world.subscription("lab").vm("x")
    view = _see(world.role_assignment("alice", "Owner", scope="sub:prod"), tmp_path)
    reached = view.targets(world.admin("sub:prod"), EdgeKind.CONTROLS)
    assert {world.node("vm:m"), node("sp:ci"), world.node("vault:safe"), world.node("storage:data")} <= reached
    assert f"{world.node('vault:safe')}/secrets/db" in reached
    assert world.node("vm:x") not in reached


def test_a_global_administrator_comes_to_a_machine_through_the_root(tmp_path: Path) -> None:
    world = azure().subscription("prod").vm("m", system=True)
    people = entra().user("root").role("root", "Global Administrator")
    view = _see(world, tmp_path, people)
    at, seen = [ADMIN], {ADMIN}
    while at:
        for hop in view.hops(source=at.pop()):
            if hop.state is State.VERIFIED and hop.target not in seen:
                seen.add(hop.target)
                at.append(hop.target)
    assert {world.admin("root"), world.admin("sub:prod"), world.node("vm:m"), node("sp:m")} <= seen


def test_many_machines_are_a_sum_and_not_a_product(tmp_path: Path) -> None:
    world = azure().subscription("prod")
    for number in range(30):
        world.vm(f"m{number}", group=f"g{number % 3}")
    for number in range(20):
        world.role_assignment(f"u{number}", "Contributor", scope="sub:prod")
    view = _see(world, tmp_path)
    edges = [edge for edge in view.graph.edges if edge.kind is EdgeKind.CAN_TAKE_OVER]
    # Three ways of 20 people into one class, which leads to 30 machines.
    assert len(edges) == 3 * 20 + 30
    assert len(view.targets(node("u7"), EdgeKind.CAN_TAKE_OVER)) == 30


def test_a_member_comes_by_the_group(tmp_path: Path) -> None:
    world = azure().subscription("prod").vm("m").role_assignment("group:ops", "Contributor", scope="rg:rg")
    view = _see(world, tmp_path, entra().user("alice").group("ops", "alice"))
    assert view.state(node("group:ops"), world.node("vm:m"), kind=EdgeKind.CAN_TAKE_OVER) is State.VERIFIED
    assert view.state(node("alice"), node("group:ops"), kind=EdgeKind.INHERITS) is State.VERIFIED
    assert view.targets(node("alice"), EdgeKind.CAN_TAKE_OVER) == set()


def test_secrets_by_role_at_vault_and_at_secret(tmp_path: Path) -> None:
    world = azure().subscription("prod").vault("safe", secrets=["db", "api"]).vault("old", rbac=False, secrets=["x"])
    secret = f"{world.arm('vault:safe')}/secrets/db"
    world.role_assignment("alice", "Key Vault Secrets User", scope="rg:rg")
    world.role_assignment("bob", "Key Vault Secrets User", scope=secret)
    world.role_assignment("carol", "Key Vault Reader", scope="rg:rg")
    world.role_assignment("dave", "Owner", scope="vault:safe")
    view = _see(world, tmp_path)
    db, api = (f"{world.node('vault:safe')}/secrets/{name}" for name in ("db", "api"))
    assert view.targets(node("alice"), EdgeKind.CAN_ACCESS) == {db, api}
    assert view.targets(node("bob"), EdgeKind.CAN_ACCESS) == {db}
    assert view.targets(node("carol"), EdgeKind.CAN_ACCESS) == set()
    assert {hop.impact for hop in view.hops(source=node("alice"), target=db)} == {"H4"}
    # An Owner of the vault gives itself the role first.
    own = view.hops(source=node("dave"), target=db, kind=EdgeKind.CAN_ACCESS)
    assert own and all("giving itself" in hop.note for hop in own)


def test_secrets_by_access_policy(tmp_path: Path) -> None:
    policies = {"alice": {"secrets": ["Get", "List"]}, "bob": {"secrets": ["List"]}, "carol": {"keys": ["Sign"]}}
    world = azure().subscription("prod").vault("old", rbac=False, policies=policies, secrets=["x", "y"])
    world.vault("new", rbac=True, policies=policies, secrets=["z"])
    view = _see(world, tmp_path)
    old = world.node("vault:old")
    assert view.targets(node("alice"), EdgeKind.CAN_ACCESS) == {f"{old}/secrets/x", f"{old}/secrets/y"}
    assert view.targets(node("bob"), EdgeKind.CAN_ACCESS) == set()
    assert view.targets(node("carol"), EdgeKind.CAN_ACCESS) == {old}
    (hop,) = view.hops(source=node("alice"), target=f"{old}/secrets/x")
    assert hop.grants == (f"azure:access_policy:{world.arm('vault:old').lower()}#{oid('alice')}",)
    assert set(hop.grants) <= set(view.graph.grants)


def test_blobs_by_role_and_under_a_condition(tmp_path: Path) -> None:
    read = f"{BLOBS}/blobs/read"
    condition = f"((!(ActionMatches{{'{read}'}})) OR (@Resource[{BLOBS}:name] StringEquals 'public'))"
    world = azure().subscription("prod").storage("data").custom_role("r", data_actions=[read])
    world.role_assignment("alice", "r", scope="rg:rg").role_assignment("bob", "r", scope="rg:rg", condition=condition)
    world.role_assignment("carol", "Owner", scope="sub:prod")
    view = _see(world, tmp_path)
    data = world.node("storage:data")
    assert view.state(node("alice"), data, kind=EdgeKind.CAN_ACCESS) is State.VERIFIED
    (hop,) = view.hops(source=node("bob"), target=data, kind=EdgeKind.CAN_ACCESS)
    assert hop.state is State.CONDITIONAL
    assert hop.keys == {f"azure:resource:{BLOBS}:name".lower()}
    assert {hop.technique for hop in view.hops(source=node("carol"), target=data)} == {"azure-storage-list-keys"}


def test_a_role_that_is_not_known_is_told(tmp_path: Path) -> None:
    world = azure().subscription("prod").vm("m").custom_role("odd", "*").role_assignment("alice", "odd", scope="rg:rg")
    view = _see(world.without("authorization.roleDefinitions"), tmp_path)
    (hop,) = view.hops(source=node("alice"))
    assert (hop.target, hop.state) == (world.node("rg:rg"), State.UNVERIFIED)
    assert "was not collected" in hop.note


def test_a_published_role_stands_in_for_its_definition(tmp_path: Path) -> None:
    world = azure().subscription("prod").vm("m").role_assignment("alice", "Contributor", scope="rg:rg")
    view = _see(world.without("authorization.roleDefinitions"), tmp_path)
    assert view.state(node("alice"), world.node("vm:m"), kind=EdgeKind.CAN_TAKE_OVER) is State.VERIFIED


def test_principals_carry_their_roles_and_classes(tmp_path: Path) -> None:
    world = azure().subscription("prod").role_assignment("alice", "Owner", scope="sub:prod")
    world.role_assignment("bob", "Reader", scope="sub:prod").role_assignment(
        "carol", "Owner", scope="sub:prod", eligible=True
    )
    nodes = _see(world, tmp_path, entra().user("alice").user("bob").user("carol")).graph.nodes
    assert nodes[node("alice")].impact == "H1"
    assert nodes[node("alice")].attributes["azure_roles"] == [f"Owner at {world.arm('sub:prod').lower()}"]
    assert nodes[node("bob")].impact == ""
    assert nodes[node("carol")].impact == ""
    assert nodes[node("carol")].attributes["azure_roles"][0].startswith("eligible: Owner")


def test_a_delegate_holds_the_roles_that_its_condition_lists(tmp_path: Path) -> None:
    write = "Microsoft.Authorization/roleAssignments"
    user = "4633458b-17de-408a-b874-0445c86b69e6"
    listed = f"@Request[{write}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{user}}}"
    condition = f"((!(ActionMatches{{'{write}/write'}})) OR ({listed}))"
    world = azure().subscription("prod").vm("m").vault("safe", secrets=["db"])
    world.role_assignment("alice", "Role Based Access Control Administrator", scope="sub:prod", condition=condition)
    view = _see(world, tmp_path)
    (hop,) = view.hops(source=node("alice"))
    assert hop.target == f"{world.node('vault:safe')}/secrets/db"
    assert "Key Vault Secrets User" in hop.note


def test_a_class_leads_to_targets_alone(tmp_path: Path) -> None:
    world = azure().management_group("corp").subscription("prod", parent="corp")
    for number in range(12):
        world.vm(f"m{number}", group=f"g{number % 4}")
    world.role_assignment("alice", "Contributor", scope="mg:corp").role_assignment(
        "bob", "Contributor", scope="sub:prod"
    )
    world.role_assignment("carol", "Contributor", scope="root").deny("d", "*", scope="rg:g1", excluded=["bob"])
    view = _see(world, tmp_path)
    hubs = {node for node, each in view.graph.nodes.items() if each.category is Category.HUB}
    assert not [edge for edge in view.graph.edges if edge.source in hubs and edge.target in hubs]
    reached = {name: len(view.targets(node(name), EdgeKind.CAN_TAKE_OVER)) for name in ("alice", "bob", "carol")}
    assert reached == {"alice": 9, "bob": 12, "carol": 9}


def test_every_edge_has_both_ends_and_known_grants(tmp_path: Path) -> None:
    world = azure().management_group("corp").subscription("prod", parent="corp").vm("m", system=True).identity("ci")
    world.vault("safe", secrets=["db"]).role_assignment("sp:gone", "Owner", scope="mg:corp")
    world.role_assignment("sp:m", "Contributor", scope="sub:prod").deny("d", "*", scope="vault:safe")
    graph = _see(world, tmp_path).graph
    for edge in graph.edges:
        assert edge.source in graph.nodes and edge.target in graph.nodes
        assert set(edge.grants) <= set(graph.grants)
        assert graph.nodes[edge.source].category is not Category.HUB or edge.traversable


def test_a_provider_at_the_root_is_no_scope_with_an_administrator(tmp_path: Path) -> None:
    capacity = "/providers/Microsoft.Capacity"
    world = azure().subscription("prod").custom_role("r", "Microsoft.Authorization/roleAssignments/write", "*/read")
    view = _see(world.role_assignment("alice", "r", scope=capacity), tmp_path)
    assert view.hops(source=node("alice")) == ()
    assert f"azure:admin:{capacity.lower()}" not in view.graph.nodes


def test_a_condition_on_the_type_looks_at_members_of_a_group(tmp_path: Path) -> None:
    write = "Microsoft.Authorization/roleAssignments"
    role = "Role Based Access Control Administrator"
    users = f"@Request[{write}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {{'User'}}"
    condition = f"((!(ActionMatches{{'{write}/write'}})) OR ({users}))"
    world = azure().subscription("prod").role_assignment("group:ops", role, scope="sub:prod", condition=condition)
    view = _see(world, tmp_path, entra().user("alice").group("ops", "alice"))
    assert view.state(node("group:ops"), world.admin("sub:prod")) is State.VERIFIED


def test_edges_grow_with_the_sum_of_both_sides(tmp_path: Path) -> None:
    def count(size: int) -> int:
        world = azure().subscription("prod")
        for number in range(size):
            world.vm(f"m{number}", group=f"g{number % 5}").role_assignment(
                f"u{number}", "Contributor", scope="sub:prod"
            )
        folder = tmp_path / str(size)
        folder.mkdir()
        return len(_see(world, folder).graph.edges)

    small, large = count(20), count(60)
    assert large < 3.2 * small
