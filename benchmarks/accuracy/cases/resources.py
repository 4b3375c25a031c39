"""Resources that cases put into an account, as the vendor's own answers.

Input: an account. Output: the same account with one resource more. Not handled: fields that no question touches.
Result keys: botocore's service models.
"""

from __future__ import annotations

import json

from benchmarks.accuracy.account import Account, call, refused
from benchmarks.accuracy.statements import ACCOUNT, BOSS, Json, arn

__all__ = ["cluster", "function", "instance", "queue", "scaling_group", "schedule_for", "task"]

_THEN = "2025-06-01T00:00:00+00:00"
_FUNCTION = arn("lambda", "function:report")
_INSTANCE = "i-0a1b2c3d4e5f60718"
_CLUSTER = arn("ecs", "cluster/main")


def function(account: Account, role: str = BOSS) -> Account:
    """Add the Lambda function ``report``."""
    body = {
        "FunctionName": "report",
        "FunctionArn": _FUNCTION,
        "Role": role,
        "Runtime": "python3.12",
        "Handler": "report.main",
        "PackageType": "Zip",
        "LastModified": _THEN,
        "State": "Active",
    }
    account.has("lambda.list_functions", {"Functions": [body]})
    account.has("lambda.list_function_url_configs", [call({"FunctionName": "report"}, {"FunctionUrlConfigs": []})])
    return account.has("lambda.get_policy", [refused({"FunctionName": "report"}, "ResourceNotFoundException")])


def schedule_for(account: Account) -> Account:
    """Let an event rule start the function ``report`` each hour."""
    rule = arn("events", "rule/hourly")
    allowed: Json = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": _FUNCTION,
                "Condition": {"ArnLike": {"AWS:SourceArn": rule}},
            }
        ],
    }
    account.has("lambda.get_policy", [call({"FunctionName": "report"}, {"Policy": json.dumps(allowed)})])
    bus = "default"
    account.has("events.list_event_buses", {"EventBuses": [{"Name": bus, "Arn": arn("events", "event-bus/default")}]})
    one = {"Name": "hourly", "Arn": rule, "ScheduleExpression": "rate(1 hour)", "State": "ENABLED", "EventBusName": bus}
    account.has("events.list_rules", {"Rules": [one]})
    targets = {"Targets": [{"Id": "1", "Arn": _FUNCTION}]}
    return account.has("events.list_targets_by_rule", [call({"Rule": "hourly", "EventBusName": bus}, targets)])


def queue(account: Account) -> Account:
    """Add the SQS queue ``jobs``."""
    url = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/jobs"
    attributes = {"Attributes": {"QueueArn": arn("sqs", "jobs"), "ApproximateNumberOfMessages": "0"}}
    account.has("sqs.list_queues", {"QueueUrls": [url]})
    return account.has("sqs.get_queue_attributes", [call({"QueueUrl": url, "AttributeNames": ["All"]}, attributes)])


def instance(
    account: Account, profile: str = "boss", managed: bool = True, state: str = "running", env: str = "prod"
) -> Account:
    """Add an instance that carries a profile (or none), and whether Systems Manager reaches it."""
    body: Json = {
        "InstanceId": _INSTANCE,
        "State": {"Code": 16 if state == "running" else 80, "Name": state},
        "Tags": [{"Key": "env", "Value": env}],
        "PublicIpAddress": "203.0.113.17",
        "ImageId": "ami-0123456789abcdef0",
        "LaunchTime": _THEN,
        "MetadataOptions": {"State": "applied", "HttpEndpoint": "enabled", "HttpTokens": "required"},
    }
    if profile:
        profile_arn = f"arn:aws:iam::{ACCOUNT}:instance-profile/{profile}"
        body["IamInstanceProfile"] = {"Arn": profile_arn, "Id": "AIPABOSS1111222233334"}
        association = {
            "AssociationId": "iip-assoc-0a1b2c3d4e5f60718",
            "InstanceId": _INSTANCE,
            "IamInstanceProfile": body["IamInstanceProfile"],
            "State": "associated",
        }
        account.has("ec2.describe_iam_instance_profile_associations", {"IamInstanceProfileAssociations": [association]})
    account.has("ec2.describe_instances", {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [body]}]})
    known = [{"InstanceId": _INSTANCE, "PingStatus": "Online", "PlatformType": "Linux"}] if managed else []
    return account.has("ssm.describe_instance_information", {"InstanceInformationList": known})


def scaling_group(account: Account, version: str) -> Account:
    """Add a launch template with the profile ``boss``, and a group that uses the named version of it."""
    template = "lt-0a1b2c3d4e5f60718"
    account.has(
        "ec2.describe_launch_templates",
        {
            "LaunchTemplates": [
                {
                    "LaunchTemplateId": template,
                    "LaunchTemplateName": "web",
                    "DefaultVersionNumber": 1,
                    "LatestVersionNumber": 1,
                    "CreateTime": _THEN,
                }
            ]
        },
    )
    data = {"IamInstanceProfile": {"Name": "boss"}, "ImageId": "ami-0123456789abcdef0"}
    one = {
        "LaunchTemplateId": template,
        "LaunchTemplateName": "web",
        "VersionNumber": 1,
        "DefaultVersion": True,
        "LaunchTemplateData": data,
    }
    account.has("ec2.describe_launch_template_versions", {"LaunchTemplateVersions": [one]})
    group = {
        "AutoScalingGroupName": "web",
        "AutoScalingGroupARN": arn("autoscaling", "autoScalingGroup:0a1b:autoScalingGroupName/web"),
        "LaunchTemplate": {"LaunchTemplateId": template, "LaunchTemplateName": "web", "Version": version},
        "MinSize": 1,
        "MaxSize": 4,
        "DesiredCapacity": 2,
        "Instances": [],
        "CreatedTime": _THEN,
    }
    return account.has("autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": [group]})


def cluster(account: Account) -> Account:
    """Add an active ECS cluster with one registered container instance."""
    body = {"clusterArn": _CLUSTER, "clusterName": "main", "status": "ACTIVE", "registeredContainerInstancesCount": 1}
    where = arn("ecs", "container-instance/main/0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    account.has("ecs.list_clusters", {"clusterArns": [_CLUSTER]})
    account.has("ecs.describe_clusters", [call({"clusters": [_CLUSTER]}, {"clusters": [body], "failures": []})])
    account.has("ecs.list_container_instances", [call({"cluster": _CLUSTER}, {"containerInstanceArns": [where]})])
    account.has("ecs.list_services", [call({"cluster": _CLUSTER}, {"serviceArns": []})])
    return account.has("ecs.list_tasks", [call({"cluster": _CLUSTER}, {"taskArns": []})])


def task(account: Account, shell: bool, role: str = BOSS) -> Account:
    """Add a running task with a task role; ``shell``: ECS exec is on."""
    cluster(account)
    where = arn("ecs", "task/main/0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    definition = arn("ecs", "task-definition/web:1")
    body = {
        "taskArn": where,
        "clusterArn": _CLUSTER,
        "taskDefinitionArn": definition,
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "launchType": "FARGATE",
        "enableExecuteCommand": shell,
        "containers": [{"name": "web", "lastStatus": "RUNNING"}],
        "overrides": {"containerOverrides": []},
    }
    described = {
        "taskDefinitionArn": definition,
        "family": "web",
        "revision": 1,
        "status": "ACTIVE",
        "taskRoleArn": role,
        "networkMode": "awsvpc",
        "containerDefinitions": [{"name": "web", "image": "web:1", "environment": [], "secrets": []}],
    }
    account.has("ecs.list_tasks", [call({"cluster": _CLUSTER}, {"taskArns": [where]})])
    asked = {"cluster": _CLUSTER, "tasks": [where]}
    account.has("ecs.describe_tasks", [call(asked, {"tasks": [body], "failures": []})])
    account.has("ecs.list_task_definitions", {"taskDefinitionArns": [definition]})
    return account.has(
        "ecs.describe_task_definition", [call({"taskDefinition": definition}, {"taskDefinition": described})]
    )
