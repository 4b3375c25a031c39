"""Build, data, deployment and event services: pages, batches and refusals, checked against botocore's own models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.automation.fetchers import REGIONAL
from collectors.aws.automation.operations import REGIONAL as OPERATIONS
from collectors.aws.fetching import AwsFetch
from collectors.interface import CallOutcome
from tests.collectors.aws.running import NOW
from tests.collectors.aws.scripted import REGION, ScriptedClients, run
from tests.collectors.aws.seed import ACCOUNT

pytestmark = pytest.mark.needs_moto

FETCHERS: dict[str, Callable[[AwsFetch, str], None]] = dict(REGIONAL)
AGENTCORE = "bedrock-agentcore-control"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"


@pytest.fixture
def clients() -> ScriptedClients:
    return ScriptedClients()


def body(folder: Path, name: str) -> Any:
    return json.loads((folder / "aws" / ACCOUNT / REGION / f"{name}.json").read_text())


def lines(folder: Path, name: str) -> list[Any]:
    text = (folder / "aws" / ACCOUNT / REGION / f"{name}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_codebuild_takes_a_hundred_projects_a_call(clients: ScriptedClients, tmp_path: Path) -> None:
    names = [f"p{number:03}" for number in range(130)]
    clients.answer("codebuild.list_source_credentials", {"sourceCredentialsInfos": []})
    clients.answer("codebuild.list_projects", {"projects": names[:100], "nextToken": "n2"})
    clients.answer("codebuild.list_projects", {"projects": names[100:]}, {"nextToken": "n2"})
    secret = "not-a-real" + "-one-1"
    project = {
        "name": "p000",
        "source": {"type": "GITHUB", "buildspec": "version: 0.2\nphases: {}"},
        "webhook": {"payloadUrl": "https://example.com", "secret": secret},
        "environment": {
            "type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "NPM_TOKEN", "value": secret + "Xy9", "type": "PLAINTEXT"}],
        },
    }  # fmt: skip
    clients.answer("codebuild.batch_get_projects", {"projects": [project]}, {"names": names[:100]})
    clients.answer("codebuild.batch_get_projects", {"projects": []}, {"names": names[100:]})
    fetch = run(clients, tmp_path, FETCHERS["codebuild"])
    assert fetch.gaps == ()
    first, second = lines(tmp_path, "codebuild.batch_get_projects")
    assert (len(first["request"]["names"]), len(second["request"]["names"])) == (100, 30)
    (written,) = first["response"]["projects"]
    assert written["source"] == {"type": "GITHUB", "buildspec": "inline"}
    assert written["webhook"] == {"payloadUrl": "https://example.com"}
    assert written["environment"]["environmentVariables"][0]["value"] == {"redacted": "environment_secret"}
    assert secret not in (tmp_path / "aws" / ACCOUNT / REGION / "codebuild.batch_get_projects.jsonl").read_text()


def test_codepipeline_writes_names_and_places_only(clients: ScriptedClients, tmp_path: Path) -> None:
    listed = {"name": "deploy", "version": 1}
    clients.answer("codepipeline.list_pipelines", {"pipelines": [listed], "nextToken": "n2"}, {"maxResults": 1000})
    clients.answer("codepipeline.list_pipelines", {"pipelines": []}, {"maxResults": 1000, "nextToken": "n2"})
    given = {
        "StackName": "app",
        "RoleArn": ROLE,
        "ParameterOverrides": '{"Password": "never"}',
        "UserParameters": "never",
    }
    action = {
        "name": "a",
        "actionTypeId": {"category": "Deploy", "owner": "AWS", "provider": "CloudFormation", "version": "1"},
        "configuration": given,
        "commands": ["echo never"],
        "environmentVariables": [{"name": "X", "value": "never"}],
    }
    pipeline = {"name": "deploy", "roleArn": ROLE, "version": 1, "stages": [{"name": "s", "actions": [action]}]}
    clients.answer("codepipeline.get_pipeline", {"pipeline": pipeline}, {"name": "deploy"})
    assert run(clients, tmp_path, FETCHERS["codepipeline"]).gaps == ()
    (line,) = lines(tmp_path, "codepipeline.get_pipeline")
    (written,) = line["response"]["pipeline"]["stages"][0]["actions"]
    assert written["configuration"] == {"RoleArn": ROLE, "StackName": "app"}
    assert "never" not in json.dumps(line)


def test_cloudformation_pages_and_leaves_templates(clients: ScriptedClients, tmp_path: Path) -> None:
    stack = {"StackName": "s", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE"}
    secret = {"ParameterKey": "DbPassword", "ParameterValue": "never-read-1"}
    clients.answer("cloudformation.describe_stacks", {"Stacks": [{**stack, "Parameters": [secret]}], "NextToken": "n"})
    clients.answer("cloudformation.describe_stacks", {"Stacks": [stack]}, {"NextToken": "n"})
    asked = {"Status": "ACTIVE", "MaxResults": 100}
    clients.answer("cloudformation.list_stack_sets", {"Summaries": [{"StackSetName": "b"}], "NextToken": "n"}, asked)
    clients.answer(
        "cloudformation.list_stack_sets", {"Summaries": [{"StackSetName": "a"}]}, {**asked, "NextToken": "n"}
    )
    described = {"StackSet": {"StackSetName": "a", "TemplateBody": "never"}}
    clients.answer("cloudformation.describe_stack_set", described, {"StackSetName": "a"})
    clients.refuse("cloudformation.describe_stack_set", "StackSetNotFoundException", {"StackSetName": "b"})
    instance = {"Account": ACCOUNT, "Region": "us-east-1", "Status": "CURRENT"}
    state = {"StackInstanceStatus": {"DetailedStatus": "SUCCEEDED"}}
    asked = {"StackSetName": "a", "MaxResults": 100}
    summaries = [{**instance, **state, "StackId": "left", "StatusReason": "left"}]
    clients.answer("cloudformation.list_stack_instances", {"Summaries": summaries, "NextToken": "n"}, asked)
    clients.answer("cloudformation.list_stack_instances", {"Summaries": [instance]}, {**asked, "NextToken": "n"})
    clients.refuse("cloudformation.list_stack_instances", "StackSetNotFoundException", {**asked, "StackSetName": "b"})
    fetch = run(clients, tmp_path, FETCHERS["cloudformation"])
    assert fetch.gaps == ()
    first, second = body(tmp_path, "cloudformation.describe_stacks")["Stacks"]
    assert first["Parameters"] == [{"ParameterKey": "DbPassword", "ParameterValue": {"redacted": "environment_secret"}}]
    assert second["StackName"] == "s"
    found, gone = lines(tmp_path, "cloudformation.describe_stack_set")
    assert found["response"] == {"StackSet": {"StackSetName": "a"}}
    assert gone["error"]["code"] == "StackSetNotFoundException"
    placed, gone = lines(tmp_path, "cloudformation.list_stack_instances")
    assert placed["response"] == {"Summaries": [{**instance, **state}, instance]}
    assert gone["error"]["code"] == "StackSetNotFoundException"


def test_glue_pages_three_listings(clients: ScriptedClients, tmp_path: Path) -> None:
    job = {"Name": "j", "Role": "r", "DefaultArguments": {"--db_password": "never-read-1", "--stage": "test"}}
    nodes = {"CodeGenConfigurationNodes": {"n": {"S3CsvSource": {
        "Name": "never", "Paths": ["p"], "Separator": "comma", "QuoteChar": "quote",
    }}}}  # fmt: skip
    clients.answer("glue.get_jobs", {"Jobs": [{**job, **nodes}], "NextToken": "n"}, {"MaxResults": 1000})
    clients.answer("glue.get_jobs", {"Jobs": [{"Name": "k"}]}, {"MaxResults": 1000, "NextToken": "n"})
    clients.answer("glue.get_dev_endpoints", {"DevEndpoints": []}, {"MaxResults": 1000})
    clients.answer("glue.get_triggers", {"Triggers": []}, {"MaxResults": 200})
    assert run(clients, tmp_path, FETCHERS["glue"]).gaps == ()
    written, other = body(tmp_path, "glue.get_jobs")["Jobs"]
    assert (written["DefaultArguments"]["--db_password"], other) == ({"redacted": "environment_secret"}, {"Name": "k"})
    assert written["DefaultArguments"]["--stage"] == {"redacted": "environment_variable"}
    assert "CodeGenConfigurationNodes" not in written


def test_sagemaker_describes_each_object(clients: ScriptedClients, tmp_path: Path) -> None:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/"
    listed = [{"NotebookInstanceName": name, "NotebookInstanceArn": arn + name} for name in ("b", "a")]
    page = {"MaxResults": 100}
    clients.answer("sagemaker.list_notebook_instances", {"NotebookInstances": listed[:1], "NextToken": "n"}, page)
    clients.answer("sagemaker.list_notebook_instances", {"NotebookInstances": listed[1:]}, {**page, "NextToken": "n"})
    clients.answer("sagemaker.describe_notebook_instance", {"RoleArn": ROLE}, {"NotebookInstanceName": "a"})
    clients.refuse("sagemaker.describe_notebook_instance", asked={"NotebookInstanceName": "b"})
    clients.answer("sagemaker.list_domains", {"Domains": [{"DomainId": "d-1"}]}, page)
    clients.refuse("sagemaker.describe_domain", "ResourceNotFound", {"DomainId": "d-1"})
    user = {"DomainId": "d-1", "UserProfileName": "u"}
    clients.answer("sagemaker.list_user_profiles", {"UserProfiles": [user]}, page)
    clients.answer("sagemaker.describe_user_profile", {"UserSettings": {"ExecutionRole": ROLE}}, user)
    (gap,) = run(clients, tmp_path, FETCHERS["sagemaker"]).gaps
    assert (gap.operation, gap.subject) == ("sagemaker.describe_notebook_instance", "b")
    assert gap.permission == "sagemaker:DescribeNotebookInstance"
    assert lines(tmp_path, "sagemaker.describe_user_profile")[0]["request"] == user


def test_stepfunctions_keeps_what_a_definition_calls(clients: ScriptedClients, tmp_path: Path) -> None:
    arns = [f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}" for name in ("a", "b")]
    listed = [{"stateMachineArn": arn, "name": "n", "type": "STANDARD", "creationDate": NOW} for arn in arns]
    page = {"maxResults": 1000}
    clients.answer("stepfunctions.list_state_machines", {"stateMachines": listed[:1], "nextToken": "n"}, page)
    clients.answer("stepfunctions.list_state_machines", {"stateMachines": listed[1:]}, {**page, "nextToken": "n"})
    state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"Password": "never"}}
    definition = json.dumps({"StartAt": "a", "States": {"a": state}})
    known = {**listed[0], "definition": definition, "roleArn": ROLE}
    clients.answer("stepfunctions.describe_state_machine", known, {"stateMachineArn": arns[0]})
    clients.refuse("stepfunctions.describe_state_machine", "KmsAccessDeniedException", {"stateMachineArn": arns[1]})
    (gap,) = run(clients, tmp_path, FETCHERS["stepfunctions"]).gaps
    assert (gap.subject, gap.permission) == (arns[1], "states:DescribeStateMachine")
    written = lines(tmp_path, "stepfunctions.describe_state_machine")[0]["response"]
    assert json.loads(written["definition"]) == {
        "States": {"a": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}}
    }


def test_events_go_from_buses_to_rules_to_targets(clients: ScriptedClients, tmp_path: Path) -> None:
    page = {"Limit": 100}
    clients.answer("events.list_event_buses", {"EventBuses": [{"Name": "own"}], "NextToken": "n"}, page)
    clients.answer("events.list_event_buses", {"EventBuses": [{"Name": "default"}]}, {**page, "NextToken": "n"})
    asked = {"EventBusName": "default", **page}
    clients.answer("events.list_rules", {"Rules": [{"Name": "r1"}], "NextToken": "n"}, asked)
    clients.answer("events.list_rules", {"Rules": [{"Name": "r2"}]}, {**asked, "NextToken": "n"})
    clients.refuse("events.list_rules", asked={"EventBusName": "own", **page})
    target = {"Id": "1", "Arn": ROLE, "RoleArn": ROLE, "Input": '{"password": "never"}',
              "HttpParameters": {"HeaderParameters": {"Authorization": "never"}}}  # fmt: skip
    clients.answer("events.list_targets_by_rule", {"Targets": [target]}, {"Rule": "r1", **asked})
    clients.answer("events.list_targets_by_rule", {"Targets": [{"Id": "2", "Arn": ROLE}]}, {"Rule": "r2", **asked})
    (gap,) = run(clients, tmp_path, FETCHERS["events"]).gaps
    assert (gap.operation, gap.subject, gap.permission) == ("events.list_rules", "own", "events:ListRules")
    first = lines(tmp_path, "events.list_targets_by_rule")[0]
    assert first["request"] == {"EventBusName": "default", "Rule": "r1"}
    assert first["response"]["Targets"] == [{"Arn": ROLE, "Id": "1", "RoleArn": ROLE}]


def test_schedules_are_asked_with_their_group(clients: ScriptedClients, tmp_path: Path) -> None:
    page = {"MaxResults": 100}
    listed = [{"Name": "s", "GroupName": "nightly"}, {"Name": "s"}]
    clients.answer("scheduler.list_schedules", {"Schedules": listed[:1], "NextToken": "n"}, page)
    clients.answer("scheduler.list_schedules", {"Schedules": listed[1:]}, {**page, "NextToken": "n"})
    target = {"Arn": ROLE, "RoleArn": ROLE, "Input": "never", "EcsParameters": {"TaskDefinitionArn": "t", "Group": "g"}}
    clients.answer("scheduler.get_schedule", {"Name": "s", "Target": target}, {"Name": "s", "GroupName": "default"})
    clients.refuse("scheduler.get_schedule", "ResourceNotFoundException", {"Name": "s", "GroupName": "nightly"})
    assert run(clients, tmp_path, FETCHERS["scheduler"]).gaps == ()
    written = lines(tmp_path, "scheduler.get_schedule")[0]["response"]["Target"]
    assert written == {"Arn": ROLE, "EcsParameters": {"TaskDefinitionArn": "t"}, "RoleArn": ROLE}


def test_datapipeline_strips_commands_and_values(clients: ScriptedClients, tmp_path: Path) -> None:
    ids = [f"df-{number:02}" for number in range(26)]
    listed = [{"id": each, "name": each} for each in ids]
    clients.answer(
        "datapipeline.list_pipelines", {"pipelineIdList": listed[:20], "hasMoreResults": True, "marker": "m"}
    )
    last = {"pipelineIdList": listed[20:], "hasMoreResults": False, "marker": "m"}
    clients.answer("datapipeline.list_pipelines", last, {"marker": "m"})
    for group in (ids[:25], ids[25:]):
        clients.answer("datapipeline.describe_pipelines", {"pipelineDescriptionList": []}, {"pipelineIds": group})
    fields = [{"key": "role", "stringValue": "r"}, {"key": "command", "stringValue": "never"}]
    definition = {
        "pipelineObjects": [{"id": "Default", "name": "Default", "fields": fields}],
        "parameterObjects": [{"id": "p", "attributes": [{"key": "default", "stringValue": "never"}]}],
        "parameterValues": [{"id": "p", "stringValue": "never"}],
    }
    clients.answer("datapipeline.get_pipeline_definition", definition, {"pipelineId": ids[0]})
    for each in ids[1:]:
        clients.refuse("datapipeline.get_pipeline_definition", "PipelineDeletedException", {"pipelineId": each})
    assert run(clients, tmp_path, FETCHERS["datapipeline"]).gaps == ()
    first = lines(tmp_path, "datapipeline.get_pipeline_definition")[0]
    assert first["response"]["pipelineObjects"][0]["fields"] == fields[:1]
    assert "never" not in json.dumps(first)


def test_agentcore_does_not_describe_what_aws_provides(clients: ScriptedClients, tmp_path: Path) -> None:
    page = {"maxResults": 100}
    common = {"status": "READY", "createdAt": NOW}
    listed = [
        {"codeInterpreterId": each, "codeInterpreterArn": each, **common}
        for each in ("aws.codeinterpreter.v1", "own-1")
    ]
    key = "codeInterpreterSummaries"
    clients.answer(f"{AGENTCORE}.list_code_interpreters", {key: listed[:1], "nextToken": "n"}, page)
    clients.answer(f"{AGENTCORE}.list_code_interpreters", {key: listed[1:]}, {**page, "nextToken": "n"})
    described = {**listed[1], "name": "own", "networkConfiguration": {"networkMode": "SANDBOX"}, "lastUpdatedAt": NOW}
    clients.answer(f"{AGENTCORE}.get_code_interpreter", described, {"codeInterpreterId": "own-1"})
    clients.refuse(f"{AGENTCORE}.list_agent_runtimes")
    fetch = run(clients, tmp_path, FETCHERS[AGENTCORE])
    assert [(gap.operation.partition(".")[2], gap.permission) for gap in fetch.gaps] == [
        ("get_agent_runtime", "bedrock-agentcore:GetAgentRuntime"),
        ("list_agent_runtimes", "bedrock-agentcore:ListAgentRuntimes"),
    ]


@pytest.mark.parametrize("service", FETCHERS)
def test_a_denied_service_is_gaps_and_never_an_empty_one(
    service: str, clients: ScriptedClients, tmp_path: Path
) -> None:
    """Every listing refused: each operation of the service is a gap, and no answer is written."""
    own = [operation for operation in OPERATIONS if operation.name.partition(".")[0] == service]
    listings = [operation for operation in own if not operation.per_object]
    if service == "codebuild":  # asked in another order than declared
        listings = listings[::-1]
    for operation in listings:
        clients.refuse(operation.name)
    fetch = run(clients, tmp_path, FETCHERS[service])
    assert {gap.operation for gap in fetch.gaps} == {operation.name for operation in own}
    assert {gap.permission for gap in fetch.gaps} == {operation.permission for operation in own}
    assert all(gap.lost for gap in fetch.gaps)
    outcomes = {record.operation: record.outcome for record in fetch.writer.coverage}
    assert {outcomes[operation.name] for operation in listings} == {CallOutcome.DENIED}
    assert list((tmp_path / "aws").rglob("*.json")) == []
