"""Fill moto with workloads on servers and containers: one of each kind in every region.

Input: clients of a moto server. Output: nothing; ``CANNED`` answers what moto lacks.
Not handled: paging; the stubbed tests have that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["CANNED", "canned_compute", "seed_compute"]

ACCOUNT = "123456789012"


def seed_compute(client: Callable[[str], Any], role: str, archive: bytes) -> None:
    """Create everything in one region.

    Parameters
    ----------
    client
        Gives moto's client of a service in the region.
    role
        ARN of a role for everything.
    archive
        A zip file to stand for code.
    """
    subnet, image = _seed_ec2(client("ec2"))
    _seed_lambda(client, role, archive)
    _seed_autoscaling(client("autoscaling"), image, subnet)
    ssm = client("ssm")
    ssm.put_parameter(Name="/app/password", Value="never-read", Type="SecureString")
    ssm.create_document(Name="restart", Content=json.dumps({"schemaVersion": "2.2"}), DocumentType="Command")
    _seed_ecs(client("ecs"), role)
    eks = client("eks")
    eks.create_cluster(name="platform", roleArn=role, resourcesVpcConfig={"subnetIds": [subnet]})
    eks.create_nodegroup(clusterName="platform", nodegroupName="general", subnets=[subnet], nodeRole=role)
    batch = client("batch")
    batch.register_job_definition(
        jobDefinitionName="report",
        type="container",
        containerProperties={
            "image": "report",
            "vcpus": 1,
            "memory": 128,
            "jobRoleArn": role,
            "command": ["run", "--password=hunter2-hunter2"],
            "environment": [{"name": "DB_PASSWORD", "value": "hunter2-hunter2"}],
        },
    )


def _seed_ec2(ec2: Any) -> tuple[str, str]:
    # Of the instance that runs already: moto's list of images takes seconds.
    instance = ec2.describe_instances()["Reservations"][0]["Instances"][0]
    subnet, image = instance["SubnetId"], instance["ImageId"]
    ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={
            "ImageId": image,
            "IamInstanceProfile": {"Name": "host"},
            "UserData": "aHVudGVyMi1odW50ZXIy",
        },
    )
    return subnet, image


def _seed_lambda(client: Callable[[str], Any], role: str, archive: bytes) -> None:
    functions = client("lambda")
    layer = functions.publish_layer_version(LayerName="common", Content={"ZipFile": archive})
    functions.add_layer_version_permission(
        LayerName="common", VersionNumber=1, StatementId="1", Action="lambda:GetLayerVersion", Principal="*"
    )
    functions.update_function_configuration(FunctionName="shared", Layers=[layer["LayerVersionArn"]])
    queues = client("sqs")
    queue = queues.create_queue(QueueName="jobs")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    functions.create_event_source_mapping(FunctionName="shared", EventSourceArn=arn)


def _seed_autoscaling(autoscaling: Any, image: str, subnet: str) -> None:
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="old", ImageId=image, InstanceType="t3.micro", IamInstanceProfile="host"
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchConfigurationName="old", MinSize=0, MaxSize=1, VPCZoneIdentifier=subnet
    )


def _seed_ecs(ecs: Any, role: str) -> None:
    ecs.create_cluster(clusterName="shop")
    for _ in range(2):
        ecs.register_task_definition(
            family="checkout",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            taskRoleArn=role,
            cpu="256",
            memory="512",
            containerDefinitions=[
                {
                    "name": "app",
                    "image": "shop",
                    "command": ["--password=hunter2-hunter2"],
                    "environment": [{"name": "DB_PASSWORD", "value": "hunter2-hunter2"}],
                }
            ],
        )
    ecs.create_service(
        cluster="shop", serviceName="checkout", taskDefinition="checkout:1", desiredCount=0, launchType="FARGATE"
    )


def _function_url(region: str, subject: str) -> dict[str, Any]:
    arn = f"arn:aws:lambda:{region}:{ACCOUNT}:function:{subject}"
    address = {"FunctionUrl": f"https://{subject}.example.com/", "FunctionArn": arn, "AuthType": "NONE"}
    times = dict.fromkeys(("CreationTime", "LastModifiedTime"), "2026-01-02T03:04:05Z")
    return {"FunctionUrlConfigs": [{**address, **times}] if subject == "shared" else []}


def _task(region: str) -> dict[str, Any]:
    start = f"arn:aws:ecs:{region}:{ACCOUNT}"
    definition = f"{start}:task-definition/checkout:2"
    return {"taskArn": f"{start}:task/shop/1", "taskDefinitionArn": definition, "lastStatus": "RUNNING"}


def _service(region: str) -> dict[str, str]:
    arn = f"arn:aws:apprunner:{region}:{ACCOUNT}:service/portal/1"
    return {"ServiceName": "portal", "ServiceArn": arn, "Status": "RUNNING"}


_PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/runner"
_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
CANNED: Mapping[str, Callable[[str, str], dict[str, Any]]] = {
    "lambda.ListFunctionUrlConfigs": _function_url,
    "ecs.ListTasks": lambda region, subject: {"taskArns": [_task(region)["taskArn"]]},
    "ecs.DescribeTasks": lambda region, subject: {"tasks": [_task(region)], "failures": []},
    "eks.ListAccessEntries": lambda region, subject: {"accessEntries": [_PRINCIPAL]},
    "eks.DescribeAccessEntry": lambda region, subject: {
        "accessEntry": {"principalArn": _PRINCIPAL, "type": "STANDARD"}
    },
    "eks.ListAssociatedAccessPolicies": lambda region, subject: {
        "associatedAccessPolicies": [{"policyArn": _POLICY, "accessScope": {"type": "cluster"}}]
    },
    "eks.ListPodIdentityAssociations": lambda region, subject: {"associations": [{"associationId": "a-1"}]},
    "eks.DescribePodIdentityAssociation": lambda region, subject: {
        "association": {"namespace": "jobs", "serviceAccount": "worker", "roleArn": _PRINCIPAL}
    },
    "apprunner.ListServices": lambda region, subject: {"ServiceSummaryList": [_service(region)]},
    "apprunner.DescribeService": lambda region, subject: {
        "Service": {**_service(region), "InstanceConfiguration": {"InstanceRoleArn": _PRINCIPAL}}
    },
}
"""JSON answers by action, of region and first path parameter: what moto does not implement."""
_ENDPOINTS = (
    '<DescribeInstanceConnectEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
    "<requestId>r</requestId><instanceConnectEndpointSet><item><instanceConnectEndpointId>eice-1"
    "</instanceConnectEndpointId><instanceConnectEndpointArn>arn:aws:ec2:us-east-1:123456789012:"
    "instance-connect-endpoint/eice-1</instanceConnectEndpointArn><state>create-complete</state></item>"
    "</instanceConnectEndpointSet></DescribeInstanceConnectEndpointsResponse>"
)


def canned_compute(answers: dict[str, Callable[[Any], tuple[int, str, bytes]]]) -> None:
    """Add answers for what moto lacks to a proxy's."""

    def as_json(make: Callable[[str, str], dict[str, Any]]) -> Callable[[Any], tuple[int, str, bytes]]:
        return lambda asked: (200, "application/json", json.dumps(make(asked.region, asked.subject)).encode())

    answers.update({action: as_json(make) for action, make in CANNED.items()})
    answers["ec2.DescribeInstanceConnectEndpoints"] = lambda _: (200, "text/xml", _ENDPOINTS.encode())
