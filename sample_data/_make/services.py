"""Render the answers of services that the company does not use, and its trail: asked, and there is none.

Input: an ``Account`` and a ``Region``. Output: answers keyed by operation; operations that were left out by choice.
Not handled: services with a part in the story; they are rendered in ``regional`` and ``credentials``.
"""

from __future__ import annotations

from collectors.aws.operations import OPERATIONS, REGIONAL
from sample_data._make.documents import Json
from sample_data._make.identifiers import days_ago
from sample_data._make.parts import REGION, Account, Region
from sample_data._make.regional import Lines, key_ids

__all__ = ["account_answers", "left_out", "service_answers"]

_EMPTY: dict[str, str] = {
    "lambda.list_event_source_mappings": "EventSourceMappings",
    "lambda.list_layers": "Layers",
    "ec2.describe_launch_templates": "LaunchTemplates",
    "ec2.describe_launch_template_versions": "LaunchTemplateVersions",
    "ec2.describe_instance_connect_endpoints": "InstanceConnectEndpoints",
    "autoscaling.describe_auto_scaling_groups": "AutoScalingGroups",
    "autoscaling.describe_launch_configurations": "LaunchConfigurations",
    "ssm.list_documents": "DocumentIdentifiers",
    "ssm.describe_parameters": "Parameters",
    "ecs.list_clusters": "clusterArns",
    "ecs.list_task_definitions": "taskDefinitionArns",
    "eks.list_clusters": "clusters",
    "apprunner.list_services": "ServiceSummaryList",
    "batch.describe_compute_environments": "computeEnvironments",
    "batch.describe_job_definitions": "jobDefinitions",
    "codebuild.list_projects": "projects",
    "codebuild.list_source_credentials": "sourceCredentialsInfos",
    "codepipeline.list_pipelines": "pipelines",
    "cloudformation.describe_stacks": "Stacks",
    "cloudformation.list_stack_sets": "Summaries",
    "glue.get_jobs": "Jobs",
    "glue.get_dev_endpoints": "DevEndpoints",
    "glue.get_triggers": "Triggers",
    "sagemaker.list_notebook_instances": "NotebookInstances",
    "sagemaker.list_domains": "Domains",
    "sagemaker.list_user_profiles": "UserProfiles",
    "datapipeline.list_pipelines": "pipelineIdList",
    "stepfunctions.list_state_machines": "stateMachines",
    "scheduler.list_schedules": "Schedules",
    "bedrock-agentcore-control.list_code_interpreters": "codeInterpreterSummaries",
    "bedrock-agentcore-control.list_agent_runtimes": "agentRuntimes",
    "sqs.list_queues": "QueueUrls",
    "sns.list_topics": "Topics",
    "dynamodb.list_tables": "TableNames",
    "ecr.describe_repositories": "repositories",
    "apigateway.get_rest_apis": "items",
    "apigatewayv2.get_apis": "Items",
    "ram.get_resource_shares": "resourceShares",
    "ram.list_principals": "principals",
    "ram.list_resources": "resources",
    "rolesanywhere.list_trust_anchors": "trustAnchors",
    "rolesanywhere.list_profiles": "profiles",
    "cognito-identity.list_identity_pools": "IdentityPools",
    "accessanalyzer.list_analyzers": "analyzers",
}
"""Listings by the field that holds what is listed."""
_LEFT_OUT = ("sso-admin", "identitystore")
_TRAIL: Json = {
    "Name": "nordlicht-organization",
    "S3BucketName": "nordlicht-trail",
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": True,
    "HomeRegion": REGION,
    "TrailARN": f"arn:aws:cloudtrail:{REGION}:111122223333:trail/nordlicht-organization",
    "LogFileValidationEnabled": True,
    "HasCustomEventSelectors": False,
    "HasInsightSelectors": False,
    "IsOrganizationTrail": True,
}
"""The organization's trail: the management account keeps it, and every account and region lists it."""


def service_answers(account: Account, region: Region) -> dict[str, Json | Lines]:
    """Return the answers of one region: every listing, and no call for any object; the story replaces them."""
    answers: dict[str, Json | Lines] = {name: {field: []} for name, field in _EMPTY.items()}
    answers |= {name: [] for name in REGIONAL if OPERATIONS[name].per_object and not _is_left_out(name)}
    answers["lambda.list_function_url_configs"] = [
        ({"FunctionName": function.name}, {"FunctionUrlConfigs": []})
        for function in sorted(region.functions, key=lambda function: function.name)
    ]
    answers["kms.list_grants"] = [({"KeyId": key}, {"Grants": []}) for key in key_ids(account, region)]
    bus = f"arn:aws:events:{region.name}:{account.id}:event-bus/default"
    answers["events.list_event_buses"] = {"EventBuses": [{"Name": "default", "Arn": bus}]}
    answers["events.list_rules"] = [({"EventBusName": "default"}, {"Rules": []})]
    return answers | (_trail() if region.name == REGION else {"cloudtrail.describe_trails": {"trailList": [_TRAIL]}})


def account_answers(account: Account) -> dict[str, Json | Lines]:
    """Return the answers that are asked once an account, about buckets' access lists and public access."""
    buckets = sorted(account.buckets, key=lambda bucket: bucket.name)
    owner = {"Type": "CanonicalUser", "ID": "7d" * 32}
    acl = {"Owner": {"ID": owner["ID"]}, "Grants": [{"Grantee": owner, "Permission": "FULL_CONTROL"}]}
    switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return {
        "s3.get_bucket_acl": [({"Bucket": bucket.name}, acl) for bucket in buckets],
        "s3control.get_public_access_block": {
            "PublicAccessBlockConfiguration": dict.fromkeys(switches, False),
        },
    }


def left_out() -> dict[str, str]:
    """Return the operations that were not asked, with the collector's own reasons."""
    chosen = {name: "left out by the settings" for name in OPERATIONS if _is_left_out(name)}
    asked_for = {name: "asked only when the settings say so" for name in OPERATIONS if OPERATIONS[name].opt_in}
    return chosen | asked_for


def _is_left_out(name: str) -> bool:
    return name.partition(".")[0] in _LEFT_OUT


def _trail() -> dict[str, Json | Lines]:
    """Return the answers about the organization's trail in its home region."""
    arn = _TRAIL["TrailARN"]
    status: Json = {"IsLogging": True, "LatestDeliveryTime": days_ago(0, "05:30:00")}
    selectors: Json = {
        "TrailARN": arn,
        "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}],
    }
    return {
        "cloudtrail.describe_trails": {"trailList": [_TRAIL]},
        "cloudtrail.get_trail_status": [({"Name": arn}, status)],
        "cloudtrail.get_event_selectors": [({"TrailName": arn}, selectors)],
    }
