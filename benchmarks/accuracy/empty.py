"""The answers of an account that has none of a thing: asked, and there is none.

Input: none (data only). Output: ``GLOBAL`` and ``REGIONAL``, body by operation (boto3 client and method).
Not handled: calls per object; an account without objects has no such calls.
Result keys: botocore's service models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["GLOBAL", "REGIONAL"]

GLOBAL: Final[Mapping[str, Any]] = {
    "iam.list_account_aliases": {"AccountAliases": []},
    "iam.list_open_id_connect_providers": {"OpenIDConnectProviderList": []},
    "iam.list_saml_providers": {"SAMLProviderList": []},
    "iam.list_virtual_mfa_devices": {"VirtualMFADevices": []},
    "iam.list_service_specific_credentials": {"ServiceSpecificCredentials": []},
    "s3.list_buckets": {"Buckets": []},
}

REGIONAL: Final[Mapping[str, Any]] = {
    "lambda.list_functions": {"Functions": []},
    "lambda.get_policy": [],
    "lambda.list_event_source_mappings": {"EventSourceMappings": []},
    "lambda.list_function_url_configs": [],
    "lambda.list_layers": {"Layers": []},
    "ec2.describe_instances": {"Reservations": []},
    "ec2.describe_iam_instance_profile_associations": {"IamInstanceProfileAssociations": []},
    "ec2.describe_launch_templates": {"LaunchTemplates": []},
    "ec2.describe_launch_template_versions": [],
    "ec2.describe_instance_attribute": [],
    "autoscaling.describe_auto_scaling_groups": {"AutoScalingGroups": []},
    "autoscaling.describe_launch_configurations": {"LaunchConfigurations": []},
    "ssm.describe_instance_information": {"InstanceInformationList": []},
    "ssm.describe_parameters": {"Parameters": []},
    "ssm.list_documents": {"DocumentIdentifiers": []},
    "ecs.list_clusters": {"clusterArns": []},
    "ecs.describe_clusters": [],
    "ecs.list_container_instances": [],
    "ecs.list_services": [],
    "ecs.describe_services": [],
    "ecs.list_tasks": [],
    "ecs.describe_tasks": [],
    "ecs.list_task_definitions": {"taskDefinitionArns": []},
    "ecs.describe_task_definition": [],
    "eks.list_clusters": {"clusters": []},
    "batch.describe_compute_environments": {"computeEnvironments": []},
    "batch.describe_job_definitions": {"jobDefinitions": []},
    "batch.describe_job_queues": {"jobQueues": []},
    "glue.get_dev_endpoints": {"DevEndpoints": []},
    "glue.get_jobs": {"Jobs": []},
    "glue.get_triggers": {"Triggers": []},
    "sagemaker.list_notebook_instances": {"NotebookInstances": []},
    "sagemaker.describe_notebook_instance": [],
    "sagemaker.list_domains": {"Domains": []},
    "cloudformation.describe_stacks": {"Stacks": []},
    "cloudformation.list_stack_sets": {"Summaries": []},
    "cloudformation.describe_stack_set": [],
    "cloudformation.list_stack_instances": [],
    "codebuild.list_projects": {"projects": []},
    "codebuild.batch_get_projects": [],
    "codepipeline.list_pipelines": {"pipelines": []},
    "apprunner.list_services": {"ServiceSummaryList": []},
    "apprunner.describe_service": [],
    "bedrock-agentcore-control.list_code_interpreters": {"codeInterpreterSummaries": []},
    "bedrock-agentcore-control.get_code_interpreter": [],
    "bedrock-agentcore-control.list_agent_runtimes": {"agentRuntimes": []},
    "stepfunctions.list_state_machines": {"stateMachines": []},
    "events.list_event_buses": {"EventBuses": []},
    "events.list_rules": {"Rules": []},
    "events.list_targets_by_rule": [],
    "scheduler.list_schedules": {"Schedules": []},
    "scheduler.get_schedule": [],
    "datapipeline.list_pipelines": {"pipelineIdList": []},
    "sqs.list_queues": {"QueueUrls": []},
    "sqs.get_queue_attributes": [],
    "sns.list_topics": {"Topics": []},
    "dynamodb.list_tables": {"TableNames": []},
    "dynamodbstreams.list_streams": {"Streams": []},
    "kms.list_keys": {"Keys": []},
    "kms.describe_key": [],
    "kms.get_key_policy": [],
    "kms.list_aliases": {"Aliases": []},
    "secretsmanager.list_secrets": {"SecretList": []},
    "secretsmanager.get_resource_policy": [],
    "rolesanywhere.list_trust_anchors": {"trustAnchors": []},
    "rolesanywhere.list_profiles": {"profiles": []},
    "cognito-identity.list_identity_pools": {"IdentityPools": []},
    "resourcegroupstaggingapi.get_resources": {"ResourceTagMappingList": []},
}
