"""Records of build, data, deployment and event services: joins, absences, and dumps that hold whole definitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.records import AwsRecords
from collectors.aws.to_records import to_records
from collectors.aws.workload_types import AwsTrigger, AwsWorkload, WorkloadKind
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.payloads import ESTATE

ACCOUNT = "111111111111"
REGION = "eu-central-1"
ROLES = f"arn:aws:iam::{ACCOUNT}:role/"
ORDERS, WEB, DEPLOY = f"{ROLES}app/orders", f"{ROLES}web", f"{ROLES}github-deploy"
ELSEWHERE = "arn:aws:iam::222222222222:role/deploy"


@pytest.fixture(scope="module")
def estate() -> AwsRecords:
    return to_records(read_evidence([ESTATE]))


def workload(records: AwsRecords, kind: WorkloadKind, name: str) -> AwsWorkload:
    (found,) = [each for each in records.workloads if (each.kind, each.name) == (kind, name)]
    return found


def trigger(records: AwsRecords, end: str) -> AwsTrigger:
    (found,) = [each for each in records.triggers if each.id.endswith(end)]
    return found


def read(root: Path, **files: Any) -> AwsRecords:
    """Write ``service__operation`` files of one region (a list is ``.jsonl``) and read them back."""
    folder = root / "aws" / ACCOUNT / REGION
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        service, _, operation = name.partition("__")
        stem = f"{service.replace('_', '-')}.{operation}"
        lines = isinstance(body, list)
        text = "".join(json.dumps(line) + "\n" for line in body) if lines else json.dumps(body)
        (folder / f"{stem}.{'jsonl' if lines else 'json'}").write_text(text)
    return to_records(read_evidence([root]))


def answered(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    return {"request": request, "response": response}


DENIED = {"code": "AccessDeniedException", "message": "no"}


def test_codebuild(estate: AwsRecords) -> None:
    project = workload(estate, WorkloadKind.CODEBUILD_PROJECT, "orders-build")
    assert (project.role_arn, project.service_role_arn, project.privileged) == (ORDERS, WEB, True)
    assert project.environment_names == ("DB_PASSWORD", "DEPLOY_ROLE", "NPM_TOKEN", "STAGE")
    assert project.environment_ids == {"DEPLOY_ROLE": DEPLOY}
    assert set(project.environment_secrets) == {"NPM_TOKEN"}
    assert project.environment_secrets["NPM_TOKEN"].startswith("hmac-sha256:")
    assert project.settings["sourceLocation"] == "https://github.com/example-company/orders.git"
    assert project.settings["sourceCredential"].endswith(":token/github")
    assert (project.tags, project.tags_known) == ({"team": "orders"}, True)
    unseen = workload(estate, WorkloadKind.CODEBUILD_PROJECT, "unseen")
    assert (unseen.role_arn, unseen.role_known, unseen.privileged) == ("", False, None)
    webhook = trigger(estate, "orders-build#webhook")
    assert (webhook.kind, webhook.target_arn, webhook.enabled) == ("webhook", project.arn, True)


def test_codepipeline(estate: AwsRecords) -> None:
    pipeline = workload(estate, WorkloadKind.CODEPIPELINE, "orders-deploy")
    assert pipeline.service_role_arn == ORDERS
    assert pipeline.role_arn == ORDERS  # its Commands action runs a shell with the pipeline's role
    assert pipeline.further_role_arns == (DEPLOY, ELSEWHERE)
    assert pipeline.settings["sources"] == "CodeStarSourceConnection:example-company/orders"
    build, notify = trigger(estate, "#Build/Build"), trigger(estate, "#Deploy/Notify")
    assert (build.target_arn, build.role_arn) == (f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/orders-build", ORDERS)
    # The action's role is another account's, and so is what it starts.
    assert notify.target_arn == "arn:aws:lambda:eu-west-1:222222222222:function:orders"
    assert (notify.role_arn, notify.source_arn, notify.input_free) == (ELSEWHERE, pipeline.arn, True)
    assert len([each for each in estate.triggers if each.kind == "pipeline"]) == 2


def test_a_pipeline_without_a_shell_has_a_service_role_only(tmp_path: Path) -> None:
    kind = {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}
    stages = [{"name": "s", "actions": [{"name": "a", "actionTypeId": kind, "configuration": {"ProjectName": "p"}}]}]
    pipeline = {"name": "d", "roleArn": WEB, "stages": stages}
    found = read(tmp_path, codepipeline__get_pipeline=[answered({"name": "d"}, {"pipeline": pipeline})])
    (only,) = found.workloads
    assert (only.role_arn, only.role_known, only.service_role_arn, only.further_role_arns) == ("", True, WEB, ())
    assert only.arn == f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:d"


def test_cloudformation(estate: AwsRecords) -> None:
    stack = workload(estate, WorkloadKind.CLOUDFORMATION_STACK, "orders")
    assert (stack.role_arn, stack.managed_elsewhere) == (DEPLOY, False)
    assert stack.environment_names == ("DbPassword", "Stage", "Outputs.FunctionArn")
    assert set(stack.environment_secrets) == {"DbPassword"}
    assert stack.environment_ids["Outputs.FunctionArn"].endswith(":function:orders")
    (instance,) = [each for each in estate.workloads if each.name.startswith("StackSet-guard-")]
    assert instance.managed_elsewhere
    (stack_set,) = [each for each in estate.workloads if each.kind is WorkloadKind.CLOUDFORMATION_STACK_SET]
    assert stack_set.role_arn == f"{ROLES}AWSCloudFormationStackSetAdministrationRole"
    assert stack_set.settings["ExecutionRoleName"] == "AWSCloudFormationStackSetExecutionRole"
    assert (stack_set.settings["PermissionModel"], stack_set.settings["AutoDeployment"]) == ("SELF_MANAGED", "false")
    # Updates leave an inoperable instance out.
    assert stack_set.settings["InstanceAccounts"] == "111111111111,222222222222"


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        ([answered({"StackSetName": "base"}, {"Summaries": []})], {"InstanceAccounts": ""}),
        ([answered({"StackSetName": "other"}, {"Summaries": [{"Account": ACCOUNT}]})], {}),
        ([{"request": {"StackSetName": "base"}, "error": {"code": "AccessDenied", "message": "no"}}], {}),
        ([], {}),
        ([answered({"StackSetName": "base"}, {"Summaries": [{"Account": ACCOUNT}, {"Region": "us-east-1"}]})], {}),
    ],
    ids=["none", "of another one", "denied", "not asked", "without an account"],
)
def test_no_instances_and_unknown_instances_differ(
    tmp_path: Path, lines: list[dict[str, Any]], known: dict[str, str]
) -> None:
    listed = {"StackSetName": "base", "StackSetId": "base:1", "Status": "ACTIVE", "PermissionModel": "SELF_MANAGED"}
    records = read(
        tmp_path,
        cloudformation__list_stack_sets={"Summaries": [listed]},
        cloudformation__list_stack_instances=lines,
    )
    (found,) = records.workloads
    assert {name: found.settings[name] for name in found.settings if name == "InstanceAccounts"} == known


def test_a_stack_with_a_similar_name_is_not_a_stack_sets(tmp_path: Path) -> None:
    arn = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/"
    stacks = [
        {"StackId": f"{arn}StackSet-mine/1", "StackName": "StackSet-mine", "StackStatus": "CREATE_COMPLETE"},
        {"StackId": f"{arn}gone/2", "StackName": "gone", "StackStatus": "DELETE_COMPLETE"},
    ]
    (only,) = read(tmp_path, cloudformation__describe_stacks={"Stacks": stacks}).workloads
    assert (only.name, only.managed_elsewhere, only.role_arn, only.role_known) == ("StackSet-mine", False, "", True)


def test_glue(estate: AwsRecords) -> None:
    job = workload(estate, WorkloadKind.GLUE_JOB, "nightly")
    assert job.role_arn == ORDERS  # the job names it without its path
    assert job.environment_names == ("--db_password", "--stage", "--topic")
    assert set(job.environment_secrets) == {"--db_password"} and set(job.environment_ids) == {"--topic"}
    assert job.settings["ScriptLocation"] == "s3://artifacts/nightly.py"
    endpoint = workload(estate, WorkloadKind.GLUE_DEV_ENDPOINT, "notebook")
    assert (endpoint.role_arn, endpoint.running, endpoint.exec_enabled) == (WEB, True, True)
    nightly, after = trigger(estate, "trigger/every-night#nightly"), trigger(estate, "trigger/after#report")
    assert (nightly.kind, nightly.target_arn, nightly.enabled) == ("schedule", job.arn, True)
    assert (after.kind, after.source_arn, after.enabled) == ("event-rule", job.arn, False)
    assert not [each for each in estate.triggers if "by-hand" in each.id]


def test_a_role_name_that_no_listing_shows(tmp_path: Path) -> None:
    jobs = [{"Name": "a", "Role": "service-role/x"}, {"Name": "b", "Role": WEB}, {"Name": "c"}]
    found = read(tmp_path, glue__get_jobs={"Jobs": jobs}).workloads
    assert [each.role_arn for each in found] == [f"{ROLES}service-role/x", WEB, ""]


def test_sagemaker(estate: AwsRecords) -> None:
    lab = workload(estate, WorkloadKind.SAGEMAKER_NOTEBOOK, "lab")
    assert (lab.role_arn, lab.running, lab.exec_enabled) == (ORDERS, True, True)
    assert lab.settings["DirectInternetAccess"] == "Enabled"
    refused = workload(estate, WorkloadKind.SAGEMAKER_NOTEBOOK, "refused")
    assert (refused.role_known, refused.running, refused.exec_enabled) == (False, False, None)
    alice, bob = (workload(estate, WorkloadKind.SAGEMAKER_STUDIO_APP, name) for name in ("alice", "bob"))
    assert (alice.role_arn, alice.further_role_arns) == (DEPLOY, (ORDERS,))
    assert (bob.role_arn, bob.role_known) == (WEB, True)  # the domain's


def test_a_studio_user_whose_domain_or_profile_is_denied_has_an_unknown_role(tmp_path: Path) -> None:
    users = [{"DomainId": "d-1", "UserProfileName": name} for name in ("a", "b")]
    domain = {"DomainId": "d-1", "DefaultUserSettings": {"ExecutionRole": WEB}}
    profile = {**users[0], "UserSettings": {}}
    refused = {"request": users[1], "error": DENIED}
    found = read(
        tmp_path / "profile",
        sagemaker__list_user_profiles={"UserProfiles": users},
        sagemaker__describe_domain=[answered({"DomainId": "d-1"}, domain)],
        sagemaker__describe_user_profile=[answered(users[0], profile), refused],
    )
    assert [(each.role_arn, each.role_known) for each in found.workloads] == [(WEB, True), ("", False)]
    found = read(tmp_path / "domain", sagemaker__describe_user_profile=[answered(users[0], profile)])
    assert [(each.role_arn, each.role_known) for each in found.workloads] == [("", False)]


def test_datapipeline(estate: AwsRecords) -> None:
    copy = workload(estate, WorkloadKind.DATA_PIPELINE, "copy")
    assert (copy.role_arn, copy.role_known) == (ORDERS, True)  # the default object's before the server's own
    assert copy.service_role_arn == f"{ROLES}DataPipelineDefaultRole"
    assert copy.further_role_arns == (WEB,)
    assert (copy.running, copy.tags) == (True, {"team": "data"})


def test_a_data_pipeline_role_that_a_parameter_names_is_unknown(tmp_path: Path) -> None:
    fields = [{"key": "resourceRole", "stringValue": "#{myRole}"}, {"key": "role", "stringValue": "web"}]
    definition = {"pipelineObjects": [{"id": "Default", "name": "Default", "fields": fields}]}
    found = read(tmp_path, datapipeline__get_pipeline_definition=[answered({"pipelineId": "df-1"}, definition)])
    (only,) = found.workloads
    assert (only.role_arn, only.role_known, only.service_role_arn) == ("", False, WEB)


def test_stepfunctions(estate: AwsRecords) -> None:
    machine = workload(estate, WorkloadKind.STATE_MACHINE, "orders")
    assert (machine.role_arn, machine.further_role_arns) == (ORDERS, (ELSEWHERE,))
    assert machine.settings["integrations"] == "aws-sdk:iam:createUser,lambda:invoke"
    sealed = workload(estate, WorkloadKind.STATE_MACHINE, "sealed")
    assert (sealed.role_arn, sealed.role_known) == ("", False) and "integrations" not in sealed.settings


def test_a_whole_definition_reads_as_the_kept_one(tmp_path: Path) -> None:
    """A dump of a user's own holds all of it: nested states are found, and a role chosen at run time is none."""
    inner = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"MessageBody": "x"}}
    each = {"States": {"s": {**inner, "Credentials": {"RoleArn": ELSEWHERE}}}}
    reader = {"Resource": "arn:aws:states:::s3:getObject"}
    own = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    states = {
        "old": {"Type": "Map", "Iterator": each, "ItemReader": reader},
        "both": {"Type": "Parallel", "Branches": [{"States": {"t": {"Type": "Task", "Resource": own}}}]},
        "chosen": {**inner, "Credentials": {"RoleArn.$": "$.role"}},
        "wait": {"Type": "Wait", "Seconds": 1},
    }
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"
    body = {"stateMachineArn": arn, "name": "m", "roleArn": WEB, "definition": json.dumps({"States": states})}
    found = read(tmp_path, stepfunctions__describe_state_machine=[answered({"stateMachineArn": arn}, body)])
    (machine,) = found.workloads
    assert machine.settings["integrations"] == f"{own},s3:getObject,sqs:sendMessage"
    assert machine.further_role_arns == (ELSEWHERE,)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"States": []}', '{"States": {"a": "b"}}'])
def test_a_definition_that_cannot_be_read_calls_nothing_known(tmp_path: Path, text: str) -> None:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"
    body = {"stateMachineArn": arn, "roleArn": WEB, "definition": text}
    found = read(tmp_path, stepfunctions__describe_state_machine=[answered({"stateMachineArn": arn}, body)])
    assert "integrations" not in found.workloads[0].settings


def test_event_buses(estate: AwsRecords) -> None:
    default, orders = (each for each in estate.resources if each.kind == "event-bus")
    assert (default.policy, default.policy_presence) == (None, Presence.EMPTY)
    assert orders.policy is not None and orders.policy.body is not None
    assert orders.policy.body["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::222222222222:root"}
    assert orders.policy_presence is Presence.PRESENT


def test_rules_and_schedules(estate: AwsRecords) -> None:
    hourly, placed = trigger(estate, "rule/hourly#1"), trigger(estate, "rule/orders/placed#flow")
    assert hourly.target_arn.endswith(":task-definition/sync:3")  # and not the cluster
    assert (hourly.role_arn, hourly.enabled, hourly.source_arn, hourly.input_free) == (WEB, True, "", True)
    assert (placed.role_arn, placed.enabled) == (ORDERS, False)
    assert placed.source_arn == f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders"
    managed = trigger(estate, "#autoscaling")
    assert (managed.managed_elsewhere, managed.input_free) == (True, False)
    report = trigger(estate, "schedule/default/report")
    assert (report.kind, report.role_arn, report.enabled) == ("schedule", WEB, True)


def test_rules_of_one_name_on_two_buses_are_two(tmp_path: Path) -> None:
    events = f"arn:aws:events:{REGION}:{ACCOUNT}:"
    rules = {
        "default": {"Name": "r", "Arn": f"{events}rule/r", "State": "ENABLED", "RoleArn": WEB, "EventPattern": "{}"},
        "own": {"Name": "r", "Arn": f"{events}rule/own/r", "State": "DISABLED", "EventPattern": "{}"},
    }
    target = {"Id": "1", "Arn": f"{events}event-bus/x"}
    found = read(
        tmp_path,
        events__list_rules=[answered({"EventBusName": bus}, {"Rules": [rule]}) for bus, rule in rules.items()],
        events__list_targets_by_rule=[
            answered({"Rule": "r", "EventBusName": bus}, {"Targets": [target]}) for bus in rules
        ],
    )
    assert [(each.id, each.enabled, each.role_arn) for each in found.triggers] == [
        (f"{events}rule/own/r#1", False, ""),
        (f"{events}rule/r#1", True, WEB),
    ]


def test_targets_whose_rule_was_denied_are_of_unknown_state(tmp_path: Path) -> None:
    target = {"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}
    request = {"Rule": "r", "EventBusName": "default"}
    found = read(tmp_path, events__list_targets_by_rule=[answered(request, {"Targets": [target]})])
    (only,) = found.triggers
    assert (only.enabled, only.source_arn, only.id.rpartition(":")[2]) == (None, "", "rule/r#1")


def test_a_schedule_that_was_not_described_has_no_known_role(tmp_path: Path) -> None:
    arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/s"
    listed = {"Arn": arn, "Name": "s", "State": "DISABLED", "Target": {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}}
    (only,) = read(tmp_path, scheduler__list_schedules={"Schedules": [listed]}).triggers
    assert (only.id, only.role_arn, only.enabled) == (arn, "", False)


def test_agentcore(estate: AwsRecords) -> None:
    own = workload(estate, WorkloadKind.BEDROCK_CODE_INTERPRETER, "analyst")
    assert (own.role_arn, own.managed_elsewhere, own.settings["networkMode"]) == (ORDERS, False, "PUBLIC")
    system = workload(estate, WorkloadKind.BEDROCK_CODE_INTERPRETER, "AWS code interpreter")
    assert (system.managed_elsewhere, system.role_arn, system.role_known, system.account) == (True, "", True, ACCOUNT)
    helper = workload(estate, WorkloadKind.BEDROCK_AGENT_RUNTIME, "helper")
    assert (helper.role_arn, helper.environment_names) == (WEB, ("MODE", "OPENAI_API_KEY"))
    assert set(helper.environment_secrets) == {"OPENAI_API_KEY"}
    assert helper.settings["allowedClients"] == "helper-client"


def test_one_wrong_object_is_a_gap_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = {"Name": "good", "Role": WEB}
    machine = {"stateMachineArn": "no-arn", "roleArn": WEB}
    found = read(
        tmp_path,
        glue__get_jobs={"Jobs": [{"Role": WEB}, "text", good]},
        stepfunctions__describe_state_machine=[answered({"stateMachineArn": "no-arn"}, machine)],
        codebuild__batch_get_projects=[answered({"names": ["a"]}, {"projects": [{"name": "a"}]})],
    )
    assert [each.name for each in found.workloads] == ["good"]
    assert {gap.operation for gap in found.gaps} == {
        "glue.get_jobs", "stepfunctions.describe_state_machine", "codebuild.batch_get_projects",
    }  # fmt: skip


def test_secrets_of_a_raw_dump_do_not_reach_the_records(tmp_path: Path) -> None:
    secret = "S3cr3t-never-read"
    variable = {"name": "NPM_TOKEN", "value": secret, "type": "PLAINTEXT"}
    project = {
        "name": "p", "arn": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/p",
        "source": {"type": "NO_SOURCE", "buildspec": f"version: 0.2\n# {secret}"},
        "environment": {"environmentVariables": [variable]},
    }  # fmt: skip
    stack = {
        "StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/s/1", "StackName": "s",
        "Parameters": [{"ParameterKey": "DbPassword", "ParameterValue": secret}],
        "Outputs": [{"OutputKey": "ApiToken", "OutputValue": secret}],
    }  # fmt: skip
    target = {"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "Input": json.dumps({"password": secret})}
    found = read(
        tmp_path,
        codebuild__batch_get_projects=[answered({"names": ["p"]}, {"projects": [project]})],
        cloudformation__describe_stacks={"Stacks": [stack]},
        glue__get_jobs={"Jobs": [{"Name": "j", "Role": WEB, "DefaultArguments": {"--db_password": secret}}]},
        events__list_targets_by_rule=[answered({"Rule": "r", "EventBusName": "default"}, {"Targets": [target]})],
    )
    assert secret not in repr(found)
    assert {name for each in found.workloads for name in each.environment_secrets} == {
        "NPM_TOKEN", "DbPassword", "Outputs.ApiToken", "--db_password",
    }  # fmt: skip
