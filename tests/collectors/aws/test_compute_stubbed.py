"""Workloads on servers and containers: calls paged, batched and refused, checked against botocore's own model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.compute.fetch_apprunner_batch import fetch_apprunner, fetch_batch
from collectors.aws.compute.fetch_ecs import fetch_ecs, newest_revisions
from collectors.aws.compute.fetch_eks import fetch_eks
from collectors.aws.compute.fetch_lambda_reach import fetch_lambda_reach
from collectors.aws.compute.fetch_servers import fetch_autoscaling, fetch_ec2_templates, fetch_ssm_contents
from collectors.aws.fetching import AwsFetch
from tests.collectors.aws.scripted import REGION, ScriptedClients, run
from tests.collectors.aws.seed import ACCOUNT

pytestmark = pytest.mark.needs_moto

PAGE = {"maxResults": 100}


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def body(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "aws" / ACCOUNT / REGION / f"{name}.json").read_text())
    return found


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    path = folder / "aws" / ACCOUNT / REGION / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def refused(fetch: AwsFetch) -> dict[str, str]:
    """Return how each operation that is a gap ended."""
    return {gap.operation: gap.reason.partition(":")[0] for gap in fetch.gaps}


def _definition(revision: int) -> str:
    return arn("ecs", f"task-definition/checkout:{revision}")


def test_ecs_asks_in_batches_and_for_definitions_that_are_newest_or_in_use(tmp_path: Path) -> None:
    clients = ScriptedClients()
    clusters = [arn("ecs", f"cluster/c{number:03}") for number in range(101)]
    clients.answer("ecs.list_clusters", {"clusterArns": clusters[:100], "nextToken": "2"}, PAGE)
    clients.answer("ecs.list_clusters", {"clusterArns": clusters[100:]}, {**PAGE, "nextToken": "2"})
    include = ["CONFIGURATIONS", "TAGS"]
    for part in (clusters[:100], clusters[100:]):
        clients.answer("ecs.describe_clusters", {"clusters": []}, {"clusters": part, "include": include})
    services = [arn("ecs", f"service/c000/s{number:02}") for number in range(11)]
    first = {"cluster": clusters[0]}
    clients.answer("ecs.list_services", {"serviceArns": services[:10], "nextToken": "2"}, {**first, **PAGE})
    clients.answer("ecs.list_services", {"serviceArns": services[10:]}, {**first, **PAGE, "nextToken": "2"})
    for cluster in clusters[1:]:
        clients.answer("ecs.list_services", {"serviceArns": []}, {"cluster": cluster, **PAGE})
    for part, used in ((services[:10], 1), (services[10:], 3)):
        described = {"services": [{"serviceArn": part[0], "taskDefinition": _definition(used)}]}
        clients.answer("ecs.describe_services", described, {**first, "services": part, "include": ["TAGS"]})
    clients.answer("ecs.list_tasks", {"taskArns": [arn("ecs", "task/c000/1")]}, {**first, **PAGE})
    for cluster in clusters[1:]:
        clients.answer("ecs.list_tasks", {"taskArns": []}, {"cluster": cluster, **PAGE})
    override = {"containerOverrides": [{"name": "a", "command": ["--password=hunter2-hunter2"]}]}
    task = {"taskArn": arn("ecs", "task/c000/1"), "taskDefinitionArn": _definition(4), "overrides": override}
    asked = {**first, "tasks": [arn("ecs", "task/c000/1")], "include": ["TAGS"]}
    clients.answer("ecs.describe_tasks", {"tasks": [task]}, asked)
    definitions = [_definition(number) for number in (3, 9, 10)]
    clients.answer("ecs.list_task_definitions", {"taskDefinitionArns": definitions}, {**PAGE, "status": "ACTIVE"})
    wanted = [_definition(number) for number in (1, 10, 3, 4)]
    for each in wanted:
        container = {"name": "a", "environment": [{"name": "DB_PASSWORD", "value": "hunter2-hunter2"}]}
        answer = {"taskDefinition": {"taskDefinitionArn": each, "containerDefinitions": [container]}, "tags": []}
        clients.answer("ecs.describe_task_definition", answer, {"taskDefinition": each, "include": ["TAGS"]})
    fetch = run(clients, tmp_path, fetch_ecs)
    assert fetch.gaps == ()
    assert len(body(tmp_path, "ecs.list_clusters")["clusterArns"]) == 101
    assert len(lines(tmp_path, "ecs.list_services")) == 101
    text = "".join(path.read_text() for path in tmp_path.rglob("*.jsonl"))
    assert "hunter2" not in text and "DB_PASSWORD" in text


def test_newest_revisions_compares_numbers() -> None:
    arns = [_definition(9), _definition(10), arn("ecs", "task-definition/a:1"), "odd"]
    assert newest_revisions(arns) == [arn("ecs", "task-definition/a:1"), _definition(10)]


def test_ecs_denied(tmp_path: Path) -> None:
    clients = ScriptedClients()
    clients.refuse("ecs.list_clusters")
    clients.refuse("ecs.list_task_definitions")
    fetch = run(clients, tmp_path, fetch_ecs)
    assert refused(fetch) == {
        "ecs.list_clusters": "AccessDeniedException", "ecs.describe_clusters": "NotAsked",
        "ecs.list_services": "NotAsked", "ecs.describe_services": "NotAsked",
        "ecs.list_tasks": "NotAsked", "ecs.describe_tasks": "NotAsked",
        "ecs.list_task_definitions": "AccessDeniedException", "ecs.describe_task_definition": "NotAsked",
    }  # fmt: skip
    assert not list(tmp_path.rglob("ecs*.json"))


def test_one_ecs_cluster_denied_leaves_the_others(tmp_path: Path) -> None:
    clients = ScriptedClients()
    one, two = arn("ecs", "cluster/one"), arn("ecs", "cluster/two")
    clients.answer("ecs.list_clusters", {"clusterArns": [two, one]}, PAGE)
    clients.answer(
        "ecs.describe_clusters", {"clusters": []}, {"clusters": [one, two], "include": ["CONFIGURATIONS", "TAGS"]}
    )
    clients.refuse("ecs.list_services", asked={"cluster": one, **PAGE})
    clients.answer("ecs.list_services", {"serviceArns": []}, {"cluster": two, **PAGE})
    for each in (one, two):
        clients.answer("ecs.list_tasks", {"taskArns": []}, {"cluster": each, **PAGE})
    clients.answer("ecs.list_task_definitions", {"taskDefinitionArns": []}, {**PAGE, "status": "ACTIVE"})
    fetch = run(clients, tmp_path, fetch_ecs)
    (gap,) = fetch.gaps
    assert (gap.operation, gap.subject, gap.permission) == ("ecs.list_services", one, "ecs:ListServices")
    assert lines(tmp_path, "ecs.describe_services") == []


def test_eks_asks_what_the_authentication_mode_allows(tmp_path: Path) -> None:
    clients = ScriptedClients()
    principal = f"arn:aws:iam::{ACCOUNT}:role/ci"
    clients.answer("eks.list_clusters", {"clusters": ["new"], "nextToken": "2"}, PAGE)
    clients.answer("eks.list_clusters", {"clusters": ["old"]}, {**PAGE, "nextToken": "2"})
    for name, mode in (("new", "API"), ("old", "CONFIG_MAP")):
        cluster = {"name": name, "accessConfig": {"authenticationMode": mode}}
        clients.answer("eks.describe_cluster", {"cluster": cluster}, {"name": name})
    new, old = {"clusterName": "new"}, {"clusterName": "old"}
    clients.answer("eks.list_access_entries", {"accessEntries": [principal]}, {**new, **PAGE})
    entry = {"accessEntry": {"principalArn": principal, "type": "STANDARD"}}
    clients.answer("eks.describe_access_entry", entry, {**new, "principalArn": principal})
    policies = {
        "associatedAccessPolicies": [{"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"}]
    }
    asked = {**new, "principalArn": principal, **PAGE}
    clients.answer("eks.list_associated_access_policies", {**policies, "nextToken": "2"}, asked)
    clients.answer("eks.list_associated_access_policies", policies, {**asked, "nextToken": "2"})
    associations = {"associations": [{"associationId": "a-2"}, {"associationId": "a-1"}]}
    clients.answer("eks.list_pod_identity_associations", associations, {**new, **PAGE})
    clients.answer("eks.list_pod_identity_associations", {"associations": []}, {**old, **PAGE})
    for each in ("a-1", "a-2"):
        clients.answer("eks.describe_pod_identity_association", {"association": {}}, {**new, "associationId": each})
    clients.answer("eks.list_nodegroups", {"nodegroups": ["n"]}, {**new, **PAGE})
    clients.answer("eks.list_nodegroups", {"nodegroups": []}, {**old, **PAGE})
    clients.answer("eks.describe_nodegroup", {"nodegroup": {}}, {**new, "nodegroupName": "n"})
    fetch = run(clients, tmp_path, fetch_eks)
    assert fetch.gaps == ()
    (line,) = lines(tmp_path, "eks.list_associated_access_policies")
    assert len(line["response"]["associatedAccessPolicies"]) == 2
    (record,) = [each for each in fetch.writer.coverage if each.operation == "eks.list_access_entries"]
    assert record.extra == {"note": "1 clusters have no access entries by their authentication mode"}


def test_eks_denied(tmp_path: Path) -> None:
    clients = ScriptedClients()
    clients.refuse("eks.list_clusters")
    fetch = run(clients, tmp_path, fetch_eks)
    assert refused(fetch).pop("eks.list_clusters") == "AccessDeniedException"
    assert len(fetch.gaps) == 9


def test_apprunner_paged_and_denied(tmp_path: Path) -> None:
    clients = ScriptedClients()
    asked = {"MaxResults": 20}
    arns = [arn("apprunner", f"service/s{number}/1") for number in (1, 2)]
    clients.answer(
        "apprunner.list_services", {"ServiceSummaryList": [{"ServiceArn": arns[1]}], "NextToken": "2"}, asked
    )
    clients.answer(
        "apprunner.list_services", {"ServiceSummaryList": [{"ServiceArn": arns[0]}]}, {**asked, "NextToken": "2"}
    )
    clients.refuse("apprunner.describe_service", asked={"ServiceArn": arns[0]})
    clients.refuse("apprunner.describe_service", "ResourceNotFoundException", {"ServiceArn": arns[1]})
    fetch = run(clients, tmp_path, fetch_apprunner)
    (gap,) = fetch.gaps
    assert (gap.subject, gap.permission) == (arns[0], "apprunner:DescribeService")


def test_apprunner_is_left_out_where_it_is_not(tmp_path: Path) -> None:
    from collectors.aws.compute.fetchers import REGIONAL

    class Elsewhere(ScriptedClients):
        def left_out(self, service: str, region: str) -> str:
            return f"AWS does not list {service} in {region}"

    fetch = run(Elsewhere(), tmp_path, dict(REGIONAL)["apprunner"])
    assert fetch.gaps == ()
    records = {record.operation: record.outcome.value for record in fetch.writer.coverage}
    assert records == {"apprunner.list_services": "skipped", "apprunner.describe_service": "skipped"}


def test_batch_paged_and_without_commands(tmp_path: Path) -> None:
    clients = ScriptedClients()
    clients.answer("batch.describe_compute_environments", {"computeEnvironments": []}, PAGE)
    asked = {**PAGE, "status": "ACTIVE"}
    container = {"command": ["--password=hunter2-hunter2"], "image": "i"}
    one = {"jobDefinitionName": "a", "jobDefinitionArn": "x", "revision": 1, "type": "container", "status": "ACTIVE"}
    full = {
        **one,
        "containerProperties": container,
        "parameters": {"p": "hunter2-hunter2"},
        "tags": {"command": "kept"},
    }
    clients.answer("batch.describe_job_definitions", {"jobDefinitions": [full], "nextToken": "2"}, asked)
    clients.answer("batch.describe_job_definitions", {"jobDefinitions": [one]}, {**asked, "nextToken": "2"})
    assert run(clients, tmp_path, fetch_batch).gaps == ()
    first, second = body(tmp_path, "batch.describe_job_definitions")["jobDefinitions"]
    assert first == {**one, "containerProperties": {"image": "i"}, "tags": {"command": "kept"}} and second == one


def test_batch_denied(tmp_path: Path) -> None:
    clients = ScriptedClients()
    clients.refuse("batch.describe_compute_environments")
    clients.refuse("batch.describe_job_definitions")
    fetch = run(clients, tmp_path, fetch_batch)
    assert set(refused(fetch).values()) == {"AccessDeniedException"} and len(fetch.gaps) == 2


def test_lambda_layers_are_asked_for_versions_that_are_newest_or_loaded(tmp_path: Path) -> None:
    from collectors.aws.fetch_lambda import fetch_lambda

    clients = ScriptedClients()
    own, foreign = arn("lambda", "layer:common"), f"arn:aws:lambda:{REGION}:999999999999:layer:vendor:7"
    function = {"FunctionName": "f", "Layers": [{"Arn": f"{own}:2"}, {"Arn": foreign}]}
    clients.answer("lambda.list_functions", {"Functions": [function]}, {"MaxItems": 50})
    clients.refuse("lambda.get_policy", "ResourceNotFoundException", {"FunctionName": "f"})
    mappings = {"EventSourceMappings": [{"UUID": "0a1b2c3d-0000-4000-8000-000000000001"}]}
    clients.answer("lambda.list_event_source_mappings", {**mappings, "NextMarker": "2"}, {"MaxItems": 100})
    clients.answer("lambda.list_event_source_mappings", mappings, {"MaxItems": 100, "Marker": "2"})
    address: dict[str, Any] = {"FunctionUrlConfigs": []}
    clients.answer("lambda.list_function_url_configs", address, {"FunctionName": "f", "MaxItems": 50})
    layers = {"Layers": [{"LayerArn": own, "LatestMatchingVersion": {"Version": 10}}]}
    clients.answer("lambda.list_layers", layers, {"MaxItems": 50})
    for number in (2, 10):
        asked = {"LayerName": own, "VersionNumber": number}
        clients.refuse("lambda.get_layer_version_policy", "ResourceNotFoundException", asked)

    def both(fetch: AwsFetch, region: str) -> None:
        fetch_lambda(fetch, region)
        fetch_lambda_reach(fetch, region)

    assert run(clients, tmp_path, both).gaps == ()
    assert len(body(tmp_path, "lambda.list_event_source_mappings")["EventSourceMappings"]) == 2


def test_servers_paged(tmp_path: Path) -> None:
    clients = ScriptedClients()
    versions = {"Versions": ["$Default", "$Latest"], "MaxResults": 200}
    clients.answer("ec2.describe_launch_templates", {"LaunchTemplates": []}, {"MaxResults": 200})
    found = {"LaunchTemplateVersions": [{"VersionNumber": 1, "LaunchTemplateData": {"UserData": "c2VjcmV0"}}]}
    clients.answer("ec2.describe_launch_template_versions", {**found, "NextToken": "2"}, versions)
    clients.answer("ec2.describe_launch_template_versions", found, {**versions, "NextToken": "2"})
    clients.refuse("ec2.describe_instance_connect_endpoints", "UnauthorizedOperation", {"MaxResults": 50})
    clients.answer("autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": []}, {"MaxRecords": 100})
    clients.refuse("autoscaling.describe_launch_configurations", "AccessDenied", {"MaxRecords": 100})
    own = {"Filters": [{"Key": "Owner", "Values": ["Self"]}], "MaxResults": 50}
    clients.answer("ssm.list_documents", {"DocumentIdentifiers": []}, own)
    clients.answer("ssm.describe_parameters", {"Parameters": [{"Name": "a"}], "NextToken": "2"}, {"MaxResults": 50})
    clients.answer("ssm.describe_parameters", {"Parameters": [{"Name": "b"}]}, {"MaxResults": 50, "NextToken": "2"})

    def all_three(fetch: AwsFetch, region: str) -> None:
        for each in (fetch_ec2_templates, fetch_autoscaling, fetch_ssm_contents):
            each(fetch, region)

    fetch = run(clients, tmp_path, all_three)
    assert {gap.operation: gap.permission for gap in fetch.gaps} == {
        "ec2.describe_instance_connect_endpoints": "ec2:DescribeInstanceConnectEndpoints",
        "autoscaling.describe_launch_configurations": "autoscaling:DescribeLaunchConfigurations",
    }
    data = [
        each["LaunchTemplateData"]
        for each in body(tmp_path, "ec2.describe_launch_template_versions")["LaunchTemplateVersions"]
    ]
    assert [each["UserData"]["redacted"] for each in data] == ["user_data", "user_data"]
    assert len(body(tmp_path, "ssm.describe_parameters")["Parameters"]) == 2
