"""The calls for functions, instances, Auto Scaling and Systems Manager.

Input: none (data only). Output: tuples that ``operations`` joins. Not handled: making the calls.
Permission names and error codes: each service's API reference (read 2026-11).
"""

from __future__ import annotations

from collectors.interface import Operation

__all__ = ["SERVERS_FROM_DUMPS", "SERVERS_REGIONAL"]

_LAMBDA = (
    Operation(
        "lambda.list_event_source_mappings",
        "lambda:ListEventSourceMappings",
        "Which queues and streams start a function.",
        level="regional",
    ),
    Operation(
        "lambda.list_function_url_configs",
        "lambda:ListFunctionUrlConfigs",
        "Which functions have an address of their own, and whether it asks for credentials.",
        level="resource",
        per_object=True,
        not_found_codes=("ResourceNotFoundException",),
    ),
    Operation("lambda.list_layers", "lambda:ListLayers", "Own layers: code that functions load.", level="regional"),
    Operation(
        "lambda.get_layer_version_policy",
        "lambda:GetLayerVersionPolicy",
        "Which accounts may load a layer version.",
        level="resource",
        per_object=True,
        not_found_codes=("ResourceNotFoundException",),
    ),
)

_EC2 = (
    Operation(
        "ec2.describe_launch_templates",
        "ec2:DescribeLaunchTemplates",
        "Launch templates, from which instances and Auto Scaling groups start.",
        level="regional",
    ),
    Operation(
        "ec2.describe_launch_template_versions",
        "ec2:DescribeLaunchTemplateVersions",
        "The instance profile in a launch template, and whether it has user data.",
        level="regional",
    ),
    Operation(
        "ec2.describe_instance_connect_endpoints",
        "ec2:DescribeInstanceConnectEndpoints",
        "Endpoints that reach instances without a public address.",
        level="regional",
    ),
    Operation(
        "autoscaling.describe_auto_scaling_groups",
        "autoscaling:DescribeAutoScalingGroups",
        "Auto Scaling groups and what they start instances from.",
        level="regional",
    ),
    Operation(
        "autoscaling.describe_launch_configurations",
        "autoscaling:DescribeLaunchConfigurations",
        "The instance profile of groups that still use a launch configuration.",
        level="regional",
    ),
)

_SSM = (
    Operation("ssm.list_documents", "ssm:ListDocuments", "Own Systems Manager documents.", level="regional"),
    Operation(
        "ssm.describe_parameters",
        "ssm:DescribeParameters",
        "Parameters: names, types and keys, never values.",
        level="regional",
    ),
)

SERVERS_REGIONAL: tuple[Operation, ...] = (*_LAMBDA, *_EC2, *_SSM)
"""In the order in which they are best made."""
SERVERS_FROM_DUMPS: tuple[Operation, ...] = (
    Operation(
        "ec2.describe_instance_attribute",
        "ec2:DescribeInstanceAttribute",
        "Whether an instance has user data; never asked, since the answer holds the content.",
        level="resource",
        per_object=True,
        not_found_codes=("InvalidInstanceID.NotFound",),
    ),
)
"""Read where a dump holds them."""
