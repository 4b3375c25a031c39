"""Workloads, triggers, templates and clusters are nodes, and run as the roles whose credentials their code holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectors.aws.workload_types import WorkloadKind
from graph.kinds import Category, EdgeKind, NodeKind, State, category_of
from tests.graph.edges_aws.technique_case import ACCOUNT, OTHER, A, B, here
from tests.worlds.aws import World
from tests.worlds.statements import trust, web_trust
from tests.worlds.view import View, look
from tests.worlds.workloads import cluster, put, template, trigger, workload

APP = A.role("app")
TASKS, EC2 = trust(service="ecs-tasks.amazonaws.com"), trust(service="ec2.amazonaws.com")
MAIN = f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/main"
ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
PROVIDER = A.oidc(ISSUER)
TASK = workload(WorkloadKind.ECS_TASK, f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task/main/1", "app", running=True)


def _base() -> World:
    driven = trust(service=["cloudformation.amazonaws.com", "states.amazonaws.com"])
    return here().role("app", trusts=[TASKS, driven]).role("execution", trusts=TASKS)


def _runs_as(view: View, node: str) -> set[str]:
    return {edge.target for edge in view.graph.edges if edge.source == node and edge.kind is EdgeKind.RUNS_AS}


@pytest.mark.parametrize("kind", list(WorkloadKind))
def test_every_kind_of_workload_is_a_node_of_its_account(kind: WorkloadKind, tmp_path: Path) -> None:
    arn = f"arn:aws:x:eu-west-1:{ACCOUNT}:{kind.value}/one"
    view = look(put(_base(), workload(kind, arn, "app", environment_names=("A",))), tmp_path)
    node = view.graph.nodes[arn]
    assert node.category is Category.WORKLOAD
    assert node.attributes["environment_names"] == ["A"]
    assert any(edge.target == arn and edge.kind is EdgeKind.CONTAINS for edge in view.graph.edges)


def test_a_task_runs_as_its_task_role_and_not_as_its_execution_role(tmp_path: Path) -> None:
    task = replace(TASK, service_role_arn=A.role("execution"))
    view = look(put(_base(), task), tmp_path)
    assert _runs_as(view, TASK.arn) == {APP}
    assert view.graph.nodes[TASK.arn].attributes["service_role"] == A.role("execution")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (WorkloadKind.CLOUDFORMATION_STACK, {APP}),
        (WorkloadKind.STATE_MACHINE, {APP}),
        (WorkloadKind.CLOUDFORMATION_STACK_SET, set()),
        (WorkloadKind.CODEPIPELINE, set()),
    ],
)
def test_a_service_that_does_what_a_definition_says_acts_as_the_role(
    kind: WorkloadKind, expected: set[str], tmp_path: Path
) -> None:
    arn = f"arn:aws:x:eu-west-1:{ACCOUNT}:thing/one"
    assert _runs_as(look(put(_base(), workload(kind, arn, "app")), tmp_path), arn) == expected


def test_a_role_that_is_linked_elsewhere_or_unknown_is_not_run_as(tmp_path: Path) -> None:
    linked = A.role("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
    where = _base().role("AWSServiceRoleForECS", trusts=TASKS, path="/aws-service-role/ecs.amazonaws.com/")
    where.account(OTHER).role("app", trusts=TASKS).account(ACCOUNT)
    tasks = [replace(TASK, arn=f"{TASK.arn}{n}", role_arn=arn) for n, arn in enumerate((linked, B.role("app"), "gone"))]
    view = look(put(where, *tasks), tmp_path)
    assert [_runs_as(view, task.arn) for task in tasks] == [set(), set(), set()]


def test_templates_and_groups_run_as_the_role_of_the_profile(tmp_path: Path) -> None:
    arn = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:launch-template/lt-1"
    groups = [
        workload(WorkloadKind.AUTO_SCALING_GROUP, f"arn:aws:autoscaling:eu-west-1:{ACCOUNT}:group/{name}",
                 definition_arn=name)
        for name in (arn, "lt-1", "web", "lt-2")
    ]  # fmt: skip
    where = here().role("app", trusts=EC2, profile=True)
    view = look(put(where, replace(template(arn, "app"), id="lt-1", name="web"), *groups), tmp_path)
    assert _runs_as(view, arn) == {APP}
    assert [_runs_as(view, group.arn) for group in groups] == [{APP}, {APP}, {APP}, set()]


def test_a_template_may_give_its_profile_by_name(tmp_path: Path) -> None:
    arn = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:launch-template/lt-1"
    where = here().role("app", trusts=EC2, profile=True).account(OTHER).role("app", trusts=EC2, profile=True)
    view = look(put(where, replace(template(arn, "app"), profile_arn="app")), tmp_path)
    assert _runs_as(view, arn) == {APP}


def test_a_trigger_is_a_node_with_what_it_starts(tmp_path: Path) -> None:
    rule = trigger("event-rule", A.function("job"), enabled=True, role_arn=APP)
    view = look(put(_base(), rule), tmp_path)
    node = view.graph.nodes[rule.id]
    assert (node.kind, node.attributes["target"]) == (NodeKind.EVENT_TRIGGER, A.function("job"))
    assert category_of(node.kind) is Category.WORKLOAD
    assert _runs_as(view, rule.id) == set()


def _subject(value: str) -> dict[str, dict[str, str]]:
    return {"StringLike": {f"{ISSUER}:sub": value}, "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}


def test_a_cluster_is_its_pods_and_its_nodes(tmp_path: Path) -> None:
    pods = trust(service="pods.eks.amazonaws.com", action=["sts:AssumeRole", "sts:TagSession"])
    where = (
        here().oidc(ISSUER).role("pod", trusts=pods).role("node", trusts=EC2).role("cluster", trusts=EC2)
        .role("irsa", trusts=web_trust(PROVIDER, _subject("system:serviceaccount:shop:*")))
        .role("human", trusts=web_trust(PROVIDER, _subject("repo:acme/*")))
    )  # fmt: skip
    main = cluster(
        MAIN, role_arn=A.role("cluster"), oidc_issuer=ISSUER, node_role_arns=(A.role("node"),),
        pod_identities=(("shop", "web", A.role("pod")),),
    )  # fmt: skip
    view = look(put(where, main), tmp_path)
    subject = f"oidc://{ISSUER}/system:serviceaccount:shop:*"
    assert _runs_as(view, MAIN) == {A.role("pod"), A.role("node"), subject}
    assert view.state(subject, A.role("irsa"), kind=EdgeKind.FEDERATES_INTO) is State.VERIFIED


def test_pods_may_have_a_role_of_another_account(tmp_path: Path) -> None:
    where = here().account(OTHER).role("far", trusts=trust(A.role("pod"))).account(ACCOUNT)
    main = cluster(MAIN, pod_identities=(("shop", "web", B.role("far")), ("shop", "api", "arn:aws:iam::1:role/gone")))
    assert _runs_as(look(put(where, main), tmp_path), MAIN) == {B.role("far")}


def test_a_cluster_is_no_subject_of_another_issuer(tmp_path: Path) -> None:
    where = here().oidc(ISSUER).role("irsa", trusts=web_trust(PROVIDER, _subject("system:serviceaccount:shop:web")))
    view = look(put(where, cluster(MAIN, oidc_issuer=ISSUER + "D")), tmp_path)
    assert _runs_as(view, MAIN) == set()
