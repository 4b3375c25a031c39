"""Records of workloads on servers and containers: every field filled, the joins right, what is unknown called so."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.records import AwsRecords
from collectors.aws.resource_types import ResourceKind
from collectors.aws.to_records import to_records
from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.aws_records.test_tolerance import ACCOUNT, IAM, details, records, role
from tests.collectors.payloads import ESTATE

R = "eu-west-1"
MINE = {
    WorkloadKind.APPRUNNER_SERVICE,
    WorkloadKind.AUTO_SCALING_GROUP,
    WorkloadKind.BATCH_COMPUTE_ENVIRONMENT,
    WorkloadKind.BATCH_JOB_DEFINITION,
    WorkloadKind.ECS_SERVICE,
    WorkloadKind.ECS_TASK,
    WorkloadKind.ECS_TASK_DEFINITION,
}


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{R}:{ACCOUNT}:{rest}"


def line(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    return {"request": request, "response": response}


def refusal(request: dict[str, Any], code: str = "AccessDeniedException") -> dict[str, Any]:
    return {"request": request, "error": {"code": code, "message": "no"}}


def one(found: tuple[AwsWorkload, ...], kind: WorkloadKind) -> AwsWorkload:
    (workload,) = [each for each in found if each.kind is kind]
    return workload


@pytest.fixture(scope="module")
def estate() -> AwsRecords:
    return to_records(read_evidence([ESTATE]))


def test_every_field_of_these_records_is_filled_somewhere(estate: AwsRecords) -> None:
    workloads = [each for each in estate.workloads if each.kind in MINE]
    assert {each.kind for each in workloads} == MINE
    resources = [each for each in estate.resources if each.kind.value.startswith(("lambda", "ssm"))]
    for found, elsewhere in (
        (workloads, {"policy", "policy_presence", "managed_elsewhere", "role_known", "further_role_arns"}),
        (estate.launch_templates, set()),
        (estate.clusters, set()),
        (estate.clusters[0].access_entries, set()),
        (estate.ecs_clusters, set()),
        (estate.instance_connect_endpoints, set()),
        (estate.instances, set()),
        (estate.functions, set()),
        (resources, set()),
    ):
        for field in dataclasses.fields(found[0]):
            filled = any(getattr(each, field.name) not in (None, "", (), {}, field.default) for each in found)
            assert filled or field.name in elsewhere, (type(found[0]).__name__, field.name)


def test_function(estate: AwsRecords) -> None:
    function = estate.functions[0]
    assert list(function.environment_secrets) == ["LEGACY_PASSWORD"]
    assert [each.rpartition(":layer:")[2] for each in function.layers] == ["common:3", "LambdaInsightsExtension:53"]
    layers = {each.settings["Version"]: each for each in estate.resources if each.kind is ResourceKind.LAMBDA_LAYER}
    assert (layers["3"].policy_presence, layers["4"].policy_presence) == (Presence.EMPTY, Presence.PRESENT)


def test_instance_of_a_group(estate: AwsRecords) -> None:
    member, other = estate.instances
    assert (member.auto_scaling_group, member.launch_template_id) == ("web", "lt-0a1b2c3d4e5f60001")
    assert (member.has_user_data, other.has_user_data) == (True, None)
    group = one(estate.workloads, WorkloadKind.AUTO_SCALING_GROUP)
    assert (group.role_arn, group.role_known, group.running) == ("arn:aws:iam::111111111111:role/web", True, True)
    assert group.definition_arn == member.launch_template_id


def test_a_variable_taken_from_a_parameter_by_name_names_its_arn(estate: AwsRecords) -> None:
    definition = one(estate.workloads, WorkloadKind.ECS_TASK_DEFINITION)
    parameter = definition.environment_ids["DB_PASSWORD"]
    assert parameter in {each.arn for each in estate.resources if each.secret}
    assert "DB_PASSWORD" not in definition.environment_secrets


URL = {"FunctionArn": arn("lambda", "function:f"), "AuthType": "NONE", "FunctionUrl": "https://x.example.com/"}
OPEN = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "lambda:InvokeFunctionUrl",
    "Resource": arn("lambda", "function:f"),
    "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
}
F = {"FunctionName": "f"}


def allowing(*statements: dict[str, Any]) -> dict[str, Any]:
    return line(F, {"Policy": {"Statement": list(statements)}})


ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


@pytest.mark.parametrize(
    ("address", "policy", "public"),
    [
        ({}, allowing(OPEN), True),
        ({}, allowing(OPEN | {"Action": "lambda:*"}), True),
        ({"AuthType": "AWS_IAM"}, allowing(OPEN), False),
        ({}, refusal(F, "ResourceNotFoundException"), False),
        ({}, allowing(OPEN | {"Principal": {"AWS": IAM + ":root"}}), False),
        ({}, allowing(OPEN | {"Action": "lambda:InvokeFunction"}), False),
        ({}, allowing(OPEN | {"Condition": ORGANIZATION}), None),
        ({}, allowing(OPEN, OPEN | {"Effect": "Deny"}), None),
        ({}, refusal(F), None),
        # The policy of an alias is its own, and not asked for.
        ({"FunctionArn": arn("lambda", "function:f:live")}, refusal(F, "ResourceNotFoundException"), None),
    ],
)
def test_a_function_url_is_public_where_type_and_policy_say_so(
    tmp_path: Path, address: dict[str, str], policy: dict[str, Any], public: bool | None
) -> None:
    addresses = [line(F, {"FunctionUrlConfigs": [URL | address]})]
    found = records(
        tmp_path, **{f"{R}__lambda__list_function_url_configs": addresses, f"{R}__lambda__get_policy": [policy]}
    )
    (trigger,) = found.triggers
    assert (trigger.kind, trigger.public, trigger.target_arn) == ("function-url", public, arn("lambda", "function:f"))


@pytest.mark.parametrize(("state", "enabled"), [("Enabled", True), ("Disabled", False), ("Creating", None)])
@pytest.mark.parametrize("qualifier", ["", ":live", ":7"])
def test_event_source(tmp_path: Path, state: str, enabled: bool | None, qualifier: str) -> None:
    """An alias or version stays: new code of the function does not reach a published version."""
    invoked = arn("lambda", f"function:f{qualifier}")
    mapping = {"UUID": "u", "FunctionArn": invoked, "State": state, "EventSourceArn": arn("sqs", "q")}
    (trigger,) = records(
        tmp_path, **{f"{R}__lambda__list_event_source_mappings": {"EventSourceMappings": [mapping]}}
    ).triggers
    assert (trigger.enabled, trigger.id) == (enabled, arn("lambda", "function:f#u"))
    assert (trigger.target_arn, trigger.source_arn) == (invoked, arn("sqs", "q"))


def _group(**more: Any) -> dict[str, Any]:
    return {
        "AutoScalingGroups": [
            {"AutoScalingGroupName": "g", "AutoScalingGroupARN": arn("autoscaling", "autoScalingGroup:1:g"), **more}
        ]
    }


def _versions(**more: Any) -> dict[str, Any]:
    version = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "t", "VersionNumber": 3, "DefaultVersion": True}
    return {"LaunchTemplateVersions": [version | {"LaunchTemplateData": more}]}


@pytest.mark.parametrize(
    ("template", "profile", "wanted"),
    [
        ({"LaunchTemplateId": "lt-1", "Version": "$Latest"}, {"Name": "host"}, (f"{IAM}:role/host", True)),
        ({"LaunchTemplateName": "t"}, {"Arn": f"{IAM}:instance-profile/host"}, (f"{IAM}:role/host", True)),
        ({"LaunchTemplateId": "lt-1", "Version": "3"}, {}, ("", True)),
        ({"LaunchTemplateId": "lt-1", "Version": "2"}, {"Name": "host"}, ("", False)),
        ({"LaunchTemplateId": "lt-9"}, {"Name": "host"}, ("", False)),
    ],
)
def test_the_role_of_a_group_is_that_of_its_template(
    tmp_path: Path, template: dict[str, str], profile: dict[str, str], wanted: tuple[str, bool]
) -> None:
    profiles = [{"Arn": f"{IAM}:instance-profile/host", "InstanceProfileName": "host", "Roles": [role("host")]}]
    data = {"IamInstanceProfile": profile} if profile else {}
    found = records(
        tmp_path,
        iam__get_account_authorization_details=details([], [role("host", InstanceProfileList=profiles)]),
        **{
            f"{R}__autoscaling__describe_auto_scaling_groups": _group(
                MixedInstancesPolicy={"LaunchTemplate": {"LaunchTemplateSpecification": template}}
            ),
            f"{R}__ec2__describe_launch_template_versions": _versions(**data),
        },
    )
    (group,) = found.workloads
    assert (group.role_arn, group.role_known, group.running) == (*wanted, False)


def test_user_data_of_instances(tmp_path: Path) -> None:
    def instance(name: str, version: str = "") -> dict[str, Any]:
        tags = {"aws:ec2launchtemplate:id": "lt-1", "aws:ec2launchtemplate:version": version} if version else {}
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"InstanceId": name, "State": {"Name": "running"}, "Tags": pairs}

    configuration = arn("autoscaling", "launchConfiguration:1:c")
    without = {"VersionNumber": 4, "DefaultVersion": False, "LaunchTemplateId": "lt-1", "LaunchTemplateData": {}}
    versions = _versions(UserData="c2VjcmV0")["LaunchTemplateVersions"]
    names = [("i-with", "3"), ("i-without", "4"), ("i-unseen", "1"), ("i-plain", ""), ("i-own", ""), ("i-none", "3")]
    found = records(
        tmp_path,
        **{
            f"{R}__ec2__describe_instances": {"Reservations": [{"Instances": [instance(*each) for each in names]}]},
            f"{R}__ec2__describe_launch_template_versions": {"LaunchTemplateVersions": [*versions, without]},
            f"{R}__autoscaling__describe_launch_configurations": {
                "LaunchConfigurations": [{"LaunchConfigurationName": "c", "LaunchConfigurationARN": configuration}]
            },
            f"{R}__autoscaling__describe_auto_scaling_groups": _group(
                LaunchConfigurationName="c",
                Instances=[{"InstanceId": "i-plain", "LifecycleState": "InService", "LaunchConfigurationName": "c"}],
            ),
            f"{R}__ec2__describe_instance_attribute": [
                line(
                    {"InstanceId": "i-own", "Attribute": "userData"},
                    {"InstanceId": "i-own", "UserData": {"Value": "eA=="}},
                ),
                line({"InstanceId": "i-none", "Attribute": "userData"}, {"InstanceId": "i-none", "UserData": {}}),
            ],
        },
    )
    assert {each.id: each.has_user_data for each in found.instances} == {
        "i-with": True, "i-without": None, "i-unseen": None, "i-plain": False, "i-own": True, "i-none": False,
    }  # fmt: skip
    assert found.launch_templates[0].has_user_data is False
    (group,) = found.workloads
    assert (group.role_arn, group.role_known, group.running) == ("", True, True)


def test_instance_without_a_metadata_service(tmp_path: Path) -> None:
    options = {"HttpTokens": "optional", "HttpEndpoint": "disabled"}
    instance = {"InstanceId": "i-1", "State": {"Name": "running"}, "MetadataOptions": options}
    found = records(tmp_path, **{f"{R}__ec2__describe_instances": {"Reservations": [{"Instances": [instance]}]}})
    assert found.instances[0].metadata_tokens == "disabled"


DEFINITION = arn("ecs", "task-definition/d:2")
TASK = {"taskArn": arn("ecs", "task/c/1"), "taskDefinitionArn": DEFINITION, "lastStatus": "RUNNING"}
SERVICE = {"serviceArn": arn("ecs", "service/c/s"), "taskDefinition": DEFINITION, "runningCount": 0}


def test_ecs_without_the_definition_has_unknown_roles(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        **{
            f"{R}__ecs__list_clusters": {"clusterArns": [arn("ecs", "cluster/c")]},
            f"{R}__ecs__list_task_definitions": {"taskDefinitionArns": [arn("ecs", "task-definition/d:1"), DEFINITION]},
            f"{R}__ecs__describe_task_definition": [refusal({"taskDefinition": DEFINITION})],
            f"{R}__ecs__describe_services": [line({"services": []}, {"services": [SERVICE]})],
            f"{R}__ecs__describe_tasks": [line({"tasks": []}, {"tasks": [TASK]})],
        },
    ).workloads
    assert {(each.kind, each.role_known, each.running, each.exec_enabled) for each in found} == {
        (WorkloadKind.ECS_TASK_DEFINITION, False, None, None),
        (WorkloadKind.ECS_SERVICE, False, False, None),
        (WorkloadKind.ECS_TASK, False, True, None),
    }
    assert one(found, WorkloadKind.ECS_TASK_DEFINITION).arn == DEFINITION


def test_an_overriding_role_is_the_one_that_the_task_runs_with(tmp_path: Path) -> None:
    overrides = {"taskRoleArn": f"{IAM}:role/other"}
    definition = {"taskDefinitionArn": DEFINITION, "taskRoleArn": f"{IAM}:role/usual", "containerDefinitions": []}
    found = records(
        tmp_path,
        **{
            f"{R}__ecs__describe_task_definition": [line({"taskDefinition": "d"}, {"taskDefinition": definition})],
            f"{R}__ecs__describe_tasks": [
                line(
                    {"tasks": []},
                    {"tasks": [TASK | {"overrides": overrides}, TASK | {"taskArn": arn("ecs", "task/c/2")}]},
                )
            ],
            f"{R}__ecs__list_clusters": {"clusterArns": [arn("ecs", "cluster/c")]},
        },
    )
    tasks = [each for each in found.workloads if each.kind is WorkloadKind.ECS_TASK]
    assert [each.role_arn for each in tasks] == [f"{IAM}:role/other", f"{IAM}:role/usual"]
    assert all(each.role_known for each in tasks)
    assert [(each.name, each.container_instances) for each in found.ecs_clusters] == [("c", None)]


CLUSTER = {"name": "k", "arn": arn("eks", "cluster/k")}
IN = {"clusterName": "k"}


def _eks(**files: Any) -> dict[str, Any]:
    return {
        f"{R}__eks__list_clusters": {"clusters": ["k"]},
        **{f"{R}__eks__{name}": body for name, body in files.items()},
    }


def test_eks_cluster_that_is_only_listed(tmp_path: Path) -> None:
    (cluster,) = records(tmp_path, **_eks(describe_cluster=[refusal({"name": "k"})])).clusters
    assert (cluster.arn, cluster.endpoint_public) == (CLUSTER["arn"], None)
    assert not (cluster.access_entries_known or cluster.pod_identities_known or cluster.node_roles_known)


def test_eks_access_entries_of_which_one_was_refused(tmp_path: Path) -> None:
    principals = [f"{IAM}:role/a", f"{IAM}:role/b"]
    (cluster,) = records(
        tmp_path,
        **_eks(
            describe_cluster=[line({"name": "k"}, {"cluster": CLUSTER})],
            list_access_entries=[line(IN, {"accessEntries": principals})],
            describe_access_entry=[
                line({**IN, "principalArn": principals[0]}, {"accessEntry": {"type": "STANDARD"}}),
                refusal({**IN, "principalArn": principals[1]}),
            ],
            list_associated_access_policies=[
                line({**IN, "principalArn": each}, {"associatedAccessPolicies": []}) for each in principals
            ],
        ),
    ).clusters
    assert [(each.principal_arn, each.kind) for each in cluster.access_entries] == [
        (principals[0], "STANDARD"),
        (principals[1], ""),
    ]
    assert cluster.access_entries_known is False


@pytest.mark.parametrize(("mode", "known"), [("CONFIG_MAP", True), ("API", False), ("", False)])
def test_eks_cluster_by_config_map_has_no_entries(tmp_path: Path, mode: str, known: bool) -> None:
    cluster = CLUSTER | {"accessConfig": {"authenticationMode": mode}}
    (found,) = records(tmp_path, **_eks(describe_cluster=[line({"name": "k"}, {"cluster": cluster})])).clusters
    assert (found.access_entries_known, found.authentication_mode) == (known, mode)


def test_eks_roles_of_pods_and_nodes(tmp_path: Path) -> None:
    association = {"namespace": "n", "serviceAccount": "s", "roleArn": f"{IAM}:role/a"}
    target = "arn:aws:iam::222222222222:role/t"
    (found,) = records(
        tmp_path,
        **_eks(
            describe_cluster=[
                line({"name": "k"}, {"cluster": CLUSTER | {"computeConfig": {"nodeRoleArn": f"{IAM}:role/auto"}}})
            ],
            list_pod_identity_associations=[
                line(IN, {"associations": [{"associationId": "1"}, {"associationId": "2"}]})
            ],
            describe_pod_identity_association=[
                line({**IN, "associationId": "1"}, {"association": association}),
                line({**IN, "associationId": "2"}, {"association": association | {"targetRoleArn": target}}),
            ],
            list_nodegroups=[line(IN, {"nodegroups": []})],
            describe_nodegroup=[],
        ),
    ).clusters
    assert found.pod_identities == (("n", "s", f"{IAM}:role/a"), ("n", "s", target))
    assert found.pod_identities_known and found.node_roles_known
    assert found.node_role_arns == (f"{IAM}:role/auto",)


def test_apprunner_service_that_was_refused_has_an_unknown_role(tmp_path: Path) -> None:
    service = {"ServiceArn": arn("apprunner", "service/s/1"), "ServiceName": "s", "Status": "PAUSED"}
    found = records(
        tmp_path,
        **{
            f"{R}__apprunner__list_services": {"ServiceSummaryList": [service]},
            f"{R}__apprunner__describe_service": [refusal({"ServiceArn": service["ServiceArn"]})],
        },
    ).workloads
    assert [(each.role_known, each.running, each.role_arn) for each in found] == [(False, False, "")]


def test_batch_definitions_of_each_form(tmp_path: Path) -> None:
    def job(name: str, **more: Any) -> dict[str, Any]:
        return {
            "jobDefinitionName": name,
            "jobDefinitionArn": arn("batch", f"job-definition/{name}:1"),
            "revision": 1,
            **more,
        }

    nodes = [
        {"targetNodes": "0:0", "container": {"jobRoleArn": f"{IAM}:role/main"}},
        {"targetNodes": "1:3", "container": {"jobRoleArn": f"{IAM}:role/rest", "privileged": True}},
    ]
    task = {"taskRoleArn": f"{IAM}:role/task", "executionRoleArn": f"{IAM}:role/run", "containers": [{"name": "a"}]}
    jobs = [
        job("nodes", nodeProperties={"nodeRangeProperties": nodes}),
        job("ecs", ecsProperties={"taskProperties": [task]}),
        job("eks", eksProperties={"podProperties": {"serviceAccountName": "s", "containers": []}}),
        job("bare", containerProperties={"image": "i"}),
    ]
    found = records(tmp_path, **{f"{R}__batch__describe_job_definitions": {"jobDefinitions": jobs}}).workloads
    assert {each.arn.partition("/")[2]: (each.role_arn.rpartition("/")[2], each.role_known) for each in found} == {
        "nodes:1": ("main", True), "ecs:1": ("task", True), "eks:1": ("", False),
        "bare:1": ("", True),
    }  # fmt: skip
    (several,) = [each for each in found if each.privileged]
    assert (several.name, several.further_role_arns) == ("nodes:1", (f"{IAM}:role/rest",))
    assert {each.service_role_arn for each in found} == {"", f"{IAM}:role/run"}


def test_ssm_names_and_owners(tmp_path: Path) -> None:
    documents = [{"Name": "mine", "Owner": ACCOUNT}, {"Name": "AWS-RunShellScript", "Owner": "Amazon"}]
    parameters = [{"Name": "/a/b", "Type": "SecureString", "KeyId": "alias/own"}, {"Name": "c", "Type": "String"}]
    found = records(
        tmp_path,
        **{
            f"{R}__ssm__list_documents": {"DocumentIdentifiers": documents},
            f"{R}__ssm__describe_parameters": {"Parameters": parameters},
        },
    ).resources
    assert {each.arn: (each.secret, each.kms_key_id, each.tags_known) for each in found} == {
        arn("ssm", "document/mine"): (False, "", True),
        arn("ssm", "parameter/a/b"): (True, "alias/own", False),
        arn("ssm", "parameter/c"): (False, "", False),
    }


def test_one_wrong_object_is_a_gap_and_the_rest_goes_on(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        **{
            f"{R}__ecs__describe_tasks": [line({"tasks": []}, {"tasks": [{"taskArn": "x"}, TASK]})],
            f"{R}__batch__describe_job_definitions": {"jobDefinitions": ["text", {"jobDefinitionName": "a"}]},
            f"{R}__eks__describe_cluster": [line({"name": "k"}, {})],
        },
    )
    assert [each.arn for each in found.workloads] == [TASK["taskArn"]]
    assert {gap.operation for gap in found.gaps} == {
        "ecs.describe_tasks", "batch.describe_job_definitions", "eks.describe_cluster",
    }  # fmt: skip
    assert len(found.gaps) == 4
