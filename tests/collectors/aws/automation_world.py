"""What build, data, deployment and event services add to the seeded account, and answers to what moto lacks of them.

Input: the address of a moto server; a proxy. Output: nothing; names are constants here.
Not handled: pages, which ``test_automation_stubbed.py`` asks with botocore's own stubs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["ACTIONS", "JSON_SERVICES", "WITHHELD", "answer_automation", "seed_automation"]

ACCOUNT = "123456789012"
_CONTROL = "bedrock-agentcore-control."
JSON_SERVICES = ("codebuild", "codepipeline")
"""Services, by their name in signatures, whose first protocol is another, but which botocore asks in JSON."""
ACTIONS = {
    "stepfunctions.list_state_machines": "states.ListStateMachines",
    "stepfunctions.describe_state_machine": "states.DescribeStateMachine",
    f"{_CONTROL}list_code_interpreters": "bedrock-agentcore.ListCodeInterpreters",
    f"{_CONTROL}get_code_interpreter": "bedrock-agentcore.GetCodeInterpreter",
    f"{_CONTROL}list_agent_runtimes": "bedrock-agentcore.ListAgentRuntimes",
    f"{_CONTROL}get_agent_runtime": "bedrock-agentcore.GetAgentRuntime",
}
"""The proxy's name of an operation, where service and action do not spell it."""
WITHHELD: Mapping[str, list[str]] = {
    "codebuild.list_projects": ["codebuild.batch_get_projects"],
    "codepipeline.list_pipelines": ["codepipeline.get_pipeline"],
    "cloudformation.list_stack_sets": ["cloudformation.describe_stack_set", "cloudformation.list_stack_instances"],
    "sagemaker.list_notebook_instances": ["sagemaker.describe_notebook_instance"],
    "sagemaker.list_domains": ["sagemaker.describe_domain"],
    "sagemaker.list_user_profiles": ["sagemaker.describe_user_profile"],
    "datapipeline.list_pipelines": ["datapipeline.describe_pipelines", "datapipeline.get_pipeline_definition"],
    "stepfunctions.list_state_machines": ["stepfunctions.describe_state_machine"],
    "events.list_event_buses": ["events.list_rules", "events.list_targets_by_rule"],
    "events.list_rules": ["events.list_targets_by_rule"],
    "scheduler.list_schedules": ["scheduler.get_schedule"],
    f"{_CONTROL}list_code_interpreters": [f"{_CONTROL}get_code_interpreter"],
    f"{_CONTROL}list_agent_runtimes": [f"{_CONTROL}get_agent_runtime"],
}
"""Operations that cannot be asked without the one that names their objects."""


def answer_automation(proxy: Any) -> None:
    """Give AWS-shaped answers to what moto does not implement."""
    arn = f"arn:aws:bedrock-agentcore:us-east-1:{ACCOUNT}:code-interpreter-custom/own-abcdefghij"
    interpreter = {
        "codeInterpreterId": "own-abcdefghij",
        "codeInterpreterArn": arn,
        "name": "own",
        "status": "READY",
        "createdAt": "2026-01-01T00:00:00Z",
    }
    profile = {"DomainId": "d-000000000001", "UserProfileName": "alice"}
    answers: dict[str, Any] = {
        "codebuild.ListSourceCredentials": {"sourceCredentialsInfos": []},
        "sagemaker.ListUserProfiles": {"UserProfiles": [profile]},
        "sagemaker.DescribeUserProfile": profile,
        "bedrock-agentcore.ListCodeInterpreters": {"codeInterpreterSummaries": [interpreter]},
        "bedrock-agentcore.GetCodeInterpreter": interpreter,
    }
    for name, body in answers.items():
        text = json.dumps(body).encode()
        proxy.answers[name] = lambda _, text=text: (200, "application/x-amz-json-1.1", text)


def seed_automation(client: Any, url: str, region: str, role: str) -> None:
    """Create one of each in a region."""
    _seed_builds(client, url, region, role)
    _seed_data(client, url, region, role)
    target = {"Id": "1", "Arn": f"arn:aws:lambda:{region}:{ACCOUNT}:function:quiet", "RoleArn": role}
    events = client(url, "events", region)
    events.create_event_bus(Name="orders")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{**target, "Input": '{"password": "hunter2"}'}])
    schedule = {"Arn": target["Arn"], "RoleArn": role, "Input": '{"password": "hunter2"}'}
    client(url, "scheduler", region).create_schedule(
        Name="nightly", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target=schedule
    )
    state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"p": "hunter2"}, "End": True}
    client(url, "stepfunctions", region).create_state_machine(
        name="flow", definition=json.dumps({"StartAt": "a", "States": {"a": state}}), roleArn=role
    )
    client(url, "bedrock-agentcore-control", region).create_agent_runtime(
        agentRuntimeName="helper",
        agentRuntimeArtifact={
            "containerConfiguration": {"containerUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/h:1"}
        },
        roleArn=role,
        networkConfiguration={"networkMode": "PUBLIC"},
        environmentVariables={"DB_PASSWORD": "hunter2-hunter2"},
    )


def _seed_builds(client: Any, url: str, region: str, role: str) -> None:
    variable = {"name": "NPM_TOKEN", "value": "hunter2-Hunter2", "type": "PLAINTEXT"}
    client(url, "codebuild", region).create_project(
        name="build",
        source={"type": "S3", "location": "logs/source.zip", "buildspec": "version: 0.2\nenv: {p: hunter2}"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER", "image": "contents_not_validated", "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [variable],
        },
        serviceRole=role,
    )  # fmt: skip
    pipelines = client(url, "codepipeline", region)
    kinds = {"owner": "AWS", "version": "1"}
    source = {"category": "Source", "provider": "S3", **kinds}
    build = {"category": "Build", "provider": "CodeBuild", **kinds}
    given = {"S3Bucket": "logs", "S3ObjectKey": "source.zip"}
    stages = [
        {"name": "Source", "actions": [{"name": "s", "actionTypeId": source, "configuration": given}]},
        {"name": "Build", "actions": [{"name": "b", "actionTypeId": build, "configuration": {"ProjectName": "build"}}]},
    ]
    store = {"type": "S3", "location": "logs"}
    iam = client(url, "iam")
    if not any(each["RoleName"] == "pipeline" for each in iam.list_roles()["Roles"]):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "codepipeline.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_role(RoleName="pipeline", AssumeRolePolicyDocument=trust)
    own = role.rpartition("/")[0] + "/pipeline"
    pipelines.create_pipeline(
        pipeline={"name": "deploy", "roleArn": own, "version": 1, "artifactStore": store, "stages": stages}
    )
    stacks = client(url, "cloudformation", region)
    template = json.dumps({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"DbPassword": {"Type": "String"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"stack-{region}"}}},
    })  # fmt: skip
    given_parameters = [{"ParameterKey": "DbPassword", "ParameterValue": "hunter2-hunter2"}]
    stacks.create_stack(StackName="app", TemplateBody=template, RoleARN=role, Parameters=given_parameters)
    stacks.create_stack_set(StackSetName="baseline", TemplateBody=template, Parameters=given_parameters)


def _seed_data(client: Any, url: str, region: str, role: str) -> None:
    glue = client(url, "glue", region)
    arguments = {"--db_password": "hunter2-hunter2"}
    command = {"Name": "glueetl", "ScriptLocation": "s3://logs/job.py"}
    glue.create_job(Name="nightly", Role=role, Command=command, DefaultArguments=arguments)
    sagemaker = client(url, "sagemaker", region)
    sagemaker.create_notebook_instance(NotebookInstanceName="lab", InstanceType="ml.t2.medium", RoleArn=role)
    sagemaker.create_domain(DomainName="research", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": role})
    pipelines = client(url, "datapipeline", region)
    pipeline = pipelines.create_pipeline(name="copy", uniqueId="copy")["pipelineId"]
    fields = [{"key": "role", "stringValue": "runner"}, {"key": "command", "stringValue": "echo hunter2"}]
    objects = [{"id": "Default", "name": "Default", "fields": fields}]
    pipelines.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects)
