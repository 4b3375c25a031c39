"""Pools of worlds of AWS: each beside a twin that is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analytics.pools.answer import Pool
from analytics.pools.find import pools
from analytics.reach import blast_radius
from analytics.subjects import resolve_subject
from collectors.aws.records import AwsRecords
from collectors.aws.workload_types import WorkloadKind
from graph.kinds import EdgeKind, NodeKind
from graph.model import Credential, Edge, IdentityGraph, Node
from graph.snapshot import Snapshot
from tests.analytics.pool_worlds import opened, snapshot_of_world
from tests.analytics.rules.building import ACCOUNT, LAMBDA, NAMES, OTHER, snapshot_of
from tests.analytics.rules.scenarios_identity import with_service_use
from tests.worlds.aws import World, world
from tests.worlds.names import ADMINISTRATOR, GITHUB, REGION, Names
from tests.worlds.statements import allow, trust, web_trust
from tests.worlds.workloads import cluster, put, workload

APP = NAMES.role("app")
EC2, TASKS, BUILDS = (trust(service=f"{name}.amazonaws.com") for name in ("ec2", "ecs-tasks", "codebuild"))
STACK = "aws:cloudformation:stack-id"


def account(trusts: Any = LAMBDA, **options: Any) -> World:
    return world().account(ACCOUNT).role("app", trusts=trusts, **options)


def found(where: World, folder: Path, **options: Any) -> dict[str, Pool]:
    return {pool.credential: pool for pool in pools(snapshot_of_world(where, folder), **options).pools}


def consumers(pool: Pool) -> set[str]:
    return {consumer.id for consumer in pool.consumers}


# ---- what runs as a role -------------------------------------------------------------------------------------------


def test_two_functions_share_a_role_and_one_does_not(tmp_path: Path) -> None:
    where = account().role("own", trusts=LAMBDA).function("a", "app").function("b", "app").function("c", "own")
    (pool,) = found(where, tmp_path).values()
    assert (pool.credential, pool.identity, pool.kind, pool.basis) == (APP, APP, "execution_role", "configuration")
    assert consumers(pool) == {NAMES.function("a"), NAMES.function("b")}
    assert (pool.consumer_count, pool.configured_count, pool.open_ended) == (2, 2, False)
    assert pool.account.same is True
    assert pool.environment.same is None
    assert pool.crosses == ()


@pytest.mark.parametrize(("stacks", "same"), [(("s", "s"), True), (("s", "t"), False), (("s", ""), None)])
def test_functions_of_one_stack_are_a_pool_that_says_so(tmp_path: Path, stacks: tuple[str, str], same: Any) -> None:
    where = account()
    for number, stack in enumerate(stacks):
        where.function(f"f{number}", "app", tags={STACK: stack} if stack else {})
    (pool,) = found(where, tmp_path).values()
    assert pool.deployment.same is same
    assert pool.consumer_count == 2


def test_a_group_with_its_instances_is_one_consumer(tmp_path: Path) -> None:
    where = account(EC2, profile=True)
    for number in range(3):
        where.instance(f"i-{number}", "app", tags={"aws:autoscaling:groupName": "web"})
    assert not found(where, tmp_path / "1")
    where.instance("i-9", "app")
    (pool,) = found(where, tmp_path / "2").values()
    assert (pool.kind, pool.consumer_count) == ("instance_profile", 2)
    assert {consumer.size for consumer in pool.consumers} == {3, 1}


def test_a_terminated_instance_is_no_consumer(tmp_path: Path) -> None:
    where = account(EC2, profile=True).instance("i-1", "app").instance("i-2", "app", state="terminated")
    assert not found(where, tmp_path)


def _ecs(kind: str, name: str) -> str:
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:{kind}/{name}"


def test_a_task_definition_with_its_service_is_one_consumer(tmp_path: Path) -> None:
    definition = _ecs("task-definition", "web:3")
    where = put(
        account(TASKS),
        workload(WorkloadKind.ECS_TASK_DEFINITION, definition, "app"),
        workload(WorkloadKind.ECS_SERVICE, _ecs("service", "c/web"), "app", definition_arn=definition),
    )
    assert not found(where, tmp_path / "1")
    other = workload(WorkloadKind.ECS_TASK_DEFINITION, _ecs("task-definition", "jobs:1"), "app")
    (pool,) = found(put(where, other), tmp_path / "2").values()
    assert consumers(pool) == {definition, _ecs("task-definition", "jobs:1")}


def test_build_projects_share_a_role(tmp_path: Path) -> None:
    arns = [f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{name}" for name in ("a", "b")]
    where = put(account(BUILDS), *(workload(WorkloadKind.CODEBUILD_PROJECT, arn, "app") for arn in arns))
    assert consumers(found(where, tmp_path)[APP]) == set(arns)


def test_a_role_that_services_use_for_workloads(tmp_path: Path) -> None:
    def tasks(role: str, second: str) -> World:
        rows = zip(("web:1", "jobs:1"), (role, second), strict=True)
        return put(
            account(TASKS),
            *(
                workload(WorkloadKind.ECS_TASK_DEFINITION, _ecs("task-definition", name), service_role_arn=arn)
                for name, arn in rows
            ),
        )

    assert not found(tasks(APP, ""), tmp_path / "1")
    assert found(tasks(APP, APP), tmp_path / "2")[APP].kind == "service_role"


def test_service_accounts_of_a_cluster_are_consumers_one_by_one(tmp_path: Path) -> None:
    pods = trust(service="pods.eks.amazonaws.com", action=["sts:AssumeRole", "sts:TagSession"])
    arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/main"

    def with_pods(*names: str) -> World:
        identities = tuple(("shop", name, APP) for name in names)
        return put(account(pods), cluster(arn, pod_identities=identities))

    assert not found(with_pods("web"), tmp_path / "1")
    pool = found(with_pods("web", "jobs"), tmp_path / "2")[APP]
    assert consumers(pool) == {f"{arn}#system:serviceaccount:shop:{name}" for name in ("web", "jobs")}


# ---- who enters a role ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subjects", "count", "open_ended"),
    [
        (("repo:acme/a:ref:refs/heads/main", "repo:acme/b:environment:prod"), 2, False),
        (("repo:acme/a:ref:refs/heads/main", "repo:acme/a:environment:prod"), 0, False),
        (("repo:acme/a:*",), 0, False),
        (("repo:acme/*",), 1, True),
    ],
)
def test_repositories_that_enter_one_role(
    tmp_path: Path, subjects: tuple[str, ...], count: int, open_ended: bool
) -> None:
    when = {"StringLike": {f"{GITHUB}:sub": list(subjects)}, "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
    report = found(account(web_trust(NAMES.oidc(), when)).oidc(), tmp_path)
    if not count:
        assert not report
        return
    pool = report[APP]
    assert (pool.kind, pool.consumer_count, pool.open_ended) == ("federated_role", count, open_ended)


def test_users_that_a_trust_names(tmp_path: Path) -> None:
    named = trust(NAMES.user("a"), NAMES.user("b"))
    machines = account(named).user("a", keys=1).user("b", keys=1)
    pool = found(machines, tmp_path / "1")[APP]
    assert (pool.kind, pool.basis) == ("assumed_by_many", "configuration")
    assert {item.kind for consumer in pool.consumers for item in consumer.evidence} == {"trust"}
    people = account(named).user("a", password=True, mfa=True).user("b", password=True, mfa=True)
    assert not found(people, tmp_path / "2"), "people who take a role are no pool"


def test_administrators_are_left_out_unless_the_trust_names_them(tmp_path: Path) -> None:
    may = allow("sts:AssumeRole", on=APP)
    where = account(trust(ACCOUNT)).user("a", may, keys=1).user("b", may, keys=1)
    where.user("root-like", attached=[ADMINISTRATOR], keys=1)
    pool = found(where, tmp_path / "1")[APP]
    assert (pool.consumer_count, pool.basis, pool.left_out.administrators) == (2, "permission", 1)
    named = account(trust(NAMES.user("a"), NAMES.user("root-like")))
    named.user("a", keys=1).user("root-like", attached=[ADMINISTRATOR], keys=1)
    pool = found(named, tmp_path / "2")[APP]
    assert (pool.consumer_count, pool.left_out.administrators) == (2, 0)


def test_two_outside_accounts_enter_one_role(tmp_path: Path) -> None:
    assert found(account(trust(OTHER, "444444444444")), tmp_path / "1")[APP].consumer_count == 2
    assert not found(account(trust(OTHER)), tmp_path / "2")


def test_a_service_linked_role_is_no_pool(tmp_path: Path) -> None:
    where = (
        world().account(ACCOUNT).role("AWSServiceRoleForX", trusts=LAMBDA, path="/aws-service-role/x.amazonaws.com/")
    )
    name = "aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    assert not found(where.function("a", name).function("b", name), tmp_path)


# ---- keys, values, secrets -----------------------------------------------------------------------------------------


def _variables(where: World, facts: Mapping[str, Mapping[str, Mapping[str, str]]]) -> World:
    """Say what variables of functions hold."""

    def change(known: AwsRecords) -> AwsRecords:
        changed = [
            replace(each, environment_names=("X",), **facts.get(each.name, {}))  # type: ignore[arg-type]
            for each in known.functions
        ]
        return replace(known, functions=tuple(changed))

    return where.amend(change)


def _three(folder: Path, facts: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, Pool]:
    where = world().account(ACCOUNT)
    for name in ("a", "b", "c"):
        where.role(name, trusts=LAMBDA).function(name, name)
    return found(_variables(where, facts), folder)


def test_one_key_in_two_functions(tmp_path: Path) -> None:
    key = "AKIAIOSFODNN7EXAMPLE"
    held = {"environment_ids": {"AWS_ACCESS_KEY_ID": key}}
    twice = {"environment_ids": {"AWS_ACCESS_KEY_ID": key, "ALSO": key}}
    pool = _three(tmp_path / "1", {"a": held, "b": held})[f"aws:key:{key}"]
    assert (pool.kind, pool.identity, pool.consumer_count) == ("shared_key", "", 2)
    assert pool.reaches is None, "a key that the inventory lacks opens what nobody knows"
    assert not _three(tmp_path / "2", {"a": twice})
    session = {"environment_ids": {"AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE"}}
    assert not _three(tmp_path / "3", {"a": session, "b": session})


def test_equal_secret_values_are_one_credential(tmp_path: Path) -> None:
    def value(digest: str) -> dict[str, dict[str, str]]:
        return {
            "environment_secrets": {"DB_PASSWORD": digest},
            "environment_kinds": {"DB_PASSWORD": "environment_secret"},
        }

    pool = _three(
        tmp_path / "1", {"a": value("hmac-sha256:1"), "b": value("hmac-sha256:1"), "c": value("hmac-sha256:2")}
    )
    assert set(pool) == {"fingerprint:hmac-sha256:1"}
    assert pool["fingerprint:hmac-sha256:1"].kind == "shared_value"
    assert not _three(tmp_path / "2", {"a": value(""), "b": value("")}), "without a fingerprint key nothing is equal"


@pytest.mark.parametrize("suffix", ["", ":password::"])
def test_workloads_that_take_one_secret(tmp_path: Path, suffix: str) -> None:
    secret = NAMES.secret("db")

    def where(*takers: str) -> World:
        made = world().account(ACCOUNT).secret("db")
        for name in ("a", "b"):
            made.role(name, allow("secretsmanager:GetSecretValue", on=secret), trusts=LAMBDA).function(name, name)
        return _variables(made, {name: {"environment_ids": {"DB": secret + suffix}} for name in takers})

    pool = found(where("a", "b"), tmp_path / "1")[secret]
    assert (pool.kind, pool.basis) == ("shared_secret", "configuration")
    assert consumers(pool) == {NAMES.function("a"), NAMES.function("b")}, "their roles read it for them"
    mixed = found(where("a"), tmp_path / "2")[secret]
    assert consumers(mixed) == {NAMES.function("a"), NAMES.role("b")}
    assert mixed.basis == "permission"


def test_a_key_in_two_secrets_and_a_user_behind_two_keys(tmp_path: Path) -> None:
    def where(*rows: tuple[str, str]) -> Snapshot:
        graph = IdentityGraph()
        graph.add_node(Node(NAMES.user("ci"), NodeKind.AWS_USER, "ci", "aws", ACCOUNT))
        for key in ("k1", "k2"):
            graph.add_node(Node(f"aws:key:{key}", NodeKind.AWS_ACCESS_KEY, key, "aws", ACCOUNT))
            graph.add_edge(Edge(f"aws:key:{key}", NAMES.user("ci"), EdgeKind.AUTHENTICATES_AS, True))
            graph.add_credential(_credential(key))
        for secret, key in rows:
            graph.add_node(Node(NAMES.secret(secret), NodeKind.SECRET, secret, "aws", ACCOUNT))
            graph.add_edge(Edge(NAMES.secret(secret), f"aws:key:{key}", EdgeKind.AUTHENTICATES_AS, True))
        return opened(graph)

    def kinds(*rows: tuple[str, str]) -> dict[str, str]:
        return {pool.credential: pool.kind for pool in pools(where(*rows)).pools}

    assert kinds(("s1", "k1"), ("s2", "k1")) == {"aws:key:k1": "shared_key"}
    assert kinds(("s1", "k1"), ("s2", "k2")) == {NAMES.user("ci"): "shared_identity"}
    assert kinds(("s1", "k1")) == {}


def _credential(key: str) -> Credential:
    return Credential(f"aws:key:{key}", NAMES.user("ci"), "access_key", key, True)


# ---- what is told of a pool ----------------------------------------------------------------------------------------


def test_consumers_of_two_environments_and_owners_cross(tmp_path: Path) -> None:
    where = account()
    where.function("a", "app", tags={"env": "prod", "owner": "ann"}).function(
        "b", "app", tags={"env": "dev", "owner": "ann"}
    )
    (pool,) = found(where, tmp_path).values()
    assert pool.crosses == ("environment",)
    assert pool.environment.values == ("development", "production")
    assert pool.owner.same is True


def test_what_was_not_looked_at_could_add_consumers(tmp_path: Path) -> None:
    where = account().function("a", "app").function("b", "app").without("ecs.list_clusters")
    (pool,) = found(where, tmp_path).values()
    assert any(row.presence == "absent" and row.count >= 1 for row in pool.unknown)
    assert not any(row.operation.startswith("secretsmanager.") for row in pool.unknown)


def test_separating_names_used_services_where_they_are_known(tmp_path: Path) -> None:
    def steps(used: Mapping[str, int | None] | None, folder: Path) -> tuple[str, str]:
        where = account().role("z", allow("s3:*", "sqs:*"), trusts=LAMBDA).function("a", "z").function("b", "z")
        evidence = where.build(folder)
        if used is not None:
            with_service_use(evidence, NAMES.role("z"), used)
        (pool,) = pools(snapshot_of(evidence, folder / "ws")).pools
        return pool.separation.basis, " ".join(pool.consumers[0].separate)

    basis, told = steps({"s3": 3, "sqs": None}, tmp_path / "1")
    assert basis == "service last accessed"
    assert "at most s3" in told
    assert "sqs" not in told
    basis, told = steps(None, tmp_path / "2")
    assert basis == "unknown: no use data"
    assert "unknown" in told


def test_what_a_pool_reaches_is_the_radius_of_what_is_shared(tmp_path: Path) -> None:
    where = account(attached=[ADMINISTRATOR]).function("a", "app").function("b", "app").bucket("data").secret("s")
    snapshot = snapshot_of_world(where, tmp_path)
    pool = next(pool for pool in pools(snapshot).pools if pool.credential == APP)
    radius = blast_radius(snapshot, resolve_subject(snapshot, APP))
    assert pool.reaches is not None
    assert (pool.reaches.total, dict(pool.reaches.by_kind)) == (radius.counts["total"], radius.counts["by_kind"])
    assert {scope for scope, _ in pool.reaches.admin_of} == {row.scope for row in radius.admin_of}
    assert pool.reaches.worst_impact == "H1"
    assert pool.reaches.jewels.count >= 1


def test_a_class_of_many_callers_is_one_row_with_an_exact_count() -> None:
    many, roles = 3_000, 40
    graph = IdentityGraph()
    graph.add_node(Node("hub:1", NodeKind.HUB, "callers", "aws", ACCOUNT))
    for number in range(many):
        user = Names(ACCOUNT).user(f"u{number:05}")
        graph.add_node(Node(user, NodeKind.AWS_USER, user, "aws", ACCOUNT))
        graph.add_edge(Edge(user, "hub:1", EdgeKind.CAN_ASSUME, True))
    for number in range(roles):
        role = NAMES.role(f"r{number:02}")
        graph.add_node(Node(role, NodeKind.AWS_ROLE, role, "aws", ACCOUNT))
        graph.add_edge(Edge("hub:1", role, EdgeKind.CAN_ASSUME, True))
    graph.add_edge(Edge(NAMES.user("u00007"), NAMES.role("r00"), EdgeKind.CAN_ASSUME, True))
    graph.add_edge(Edge(NAMES.role("r01"), NAMES.role("r00"), EdgeKind.CAN_ASSUME, True))
    report = pools(opened(graph), limit=3, shown=5)
    assert report.count == roles
    assert [(pool.consumer_count, len(pool.consumers)) for pool in report.pools] == [
        (many + 1, 5),
        (many, 5),
        (many, 5),
    ]


@pytest.mark.parametrize("option", [{"kind": "shared_key"}, {"credential": NAMES.role("none")}])
def test_a_filter_that_fits_nothing_gives_nothing(tmp_path: Path, option: dict[str, str]) -> None:
    where = account().function("a", "app").function("b", "app")
    assert found(where, tmp_path, **option) == {}
