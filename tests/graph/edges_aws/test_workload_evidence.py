"""From evidence files to edges: what the collectors read is what the workload techniques build on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, A, here
from tests.worlds.names import REGION
from tests.worlds.statements import allow, trust
from tests.worlds.view import View

SERVICES = ("codebuild", "cloudformation", "glue", "sagemaker", "ecs-tasks", "ec2", "lambda", "states")
APP = A.role("app")


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


PROJECT, STACK, JOB = (
    _arn("codebuild", "project/release"),
    _arn("cloudformation", "stack/net/1"),
    _arn("glue", "job/etl"),
)
NOTEBOOK, MACHINE = _arn("sagemaker", "notebook-instance/lab"), _arn("states", "stateMachine:orders")
GROUP = _arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web")
TEMPLATE, FUNCTION = _arn("ec2", "launch-template/lt-0abc"), A.function("job")
BODIES: dict[str, Any] = {
    "codebuild.batch_get_projects": {
        "projects": [{"name": "release", "arn": PROJECT, "serviceRole": APP, "source": {"type": "NO_SOURCE"},
                      "buildBatchConfig": {"serviceRole": APP}}]
    },
    "cloudformation.describe_stacks": {
        "Stacks": [{"StackId": STACK, "StackName": "net", "RoleARN": APP, "StackStatus": "CREATE_COMPLETE"}]
    },
    "glue.get_jobs": {"Jobs": [{"Name": "etl", "Role": APP, "Command": {"Name": "glueetl"}}]},
    "sagemaker.describe_notebook_instance": {
        "NotebookInstanceArn": NOTEBOOK, "NotebookInstanceName": "lab", "RoleArn": APP,
        "NotebookInstanceStatus": "InService",
    },
    "stepfunctions.describe_state_machine": {
        "stateMachineArn": MACHINE, "name": "orders", "roleArn": APP, "status": "ACTIVE", "definition": "{}"
    },
    "ecs.list_clusters": {"clusterArns": [_arn("ecs", "cluster/web")]},
    "ec2.describe_launch_templates": {
        "LaunchTemplates": [{"LaunchTemplateId": "lt-0abc", "LaunchTemplateName": "web", "DefaultVersionNumber": 1,
                             "LatestVersionNumber": 1}]
    },
    "ec2.describe_launch_template_versions": {
        "LaunchTemplateVersions": [{"LaunchTemplateId": "lt-0abc", "LaunchTemplateName": "web", "VersionNumber": 1,
                                    "DefaultVersion": True,
                                    "LaunchTemplateData": {"IamInstanceProfile": {"Arn": A.profile("app")}}}]
    },
    "autoscaling.describe_auto_scaling_groups": {
        "AutoScalingGroups": [{"AutoScalingGroupARN": GROUP,
                               "AutoScalingGroupName": "web", "Instances": [],
                               "LaunchTemplate": {"LaunchTemplateId": "lt-0abc", "Version": "$Latest"}}]
    },
    "lambda.list_event_source_mappings": {
        "EventSourceMappings": [{"UUID": "1", "FunctionArn": FUNCTION, "State": "Enabled",
                                 "EventSourceArn": _arn("sqs", "jobs")}]
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    trusted = trust(service=[f"{service}.amazonaws.com" for service in SERVICES])
    folder = tmp_path_factory.mktemp("evidence")
    where = here().role("app", trusts=trusted, profile=True).function("job", "app").user("ci", allow("*")).build(folder)
    for name, body in BODIES.items():
        (where / "aws" / ACCOUNT / REGION / f"{name}.json").write_text(json.dumps(body), encoding="utf-8")
    identity_graph, gaps = build_graph(read_evidence([where]))
    return View(identity_graph, gaps)


@pytest.mark.parametrize(
    ("technique", "target"),
    [
        ("codebuild-002", PROJECT),
        ("codebuild-003", PROJECT),
        ("cloudformation-002", STACK),
        ("glue-005", APP),
        ("sagemaker-004", NOTEBOOK),
        ("nhi-states-updatestatemachine", MACHINE),
        ("ecs-004", APP),
        ("ec2-004", TEMPLATE),
        ("lambda-003", FUNCTION),
    ],
)
def test_a_technique_fires_on_what_was_collected(view: View, technique: str, target: str) -> None:
    assert view.state(CI, target, technique) is State.VERIFIED


def test_what_was_not_collected_is_no_workload(view: View) -> None:
    assert not view.hops("apprunner-002")
    assert not view.hops("bedrock-002")
    assert {hop.state for hop in view.hops("ecs-005")} == {State.UNVERIFIED}
