"""Fetch what instances start from, Auto Scaling groups, and Systems Manager's documents and parameters.

Input: an ``AwsFetch`` and a region. Output: further ``ec2.*`` and ``ssm.*`` files and the ``autoscaling.*`` ones.
Not handled: launch template versions other than each template's default and latest; contents of documents and values of
parameters, which are never asked for; user data, of which redaction leaves that it is there.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch
from collectors.paging import PageStyle

__all__ = ["fetch_autoscaling", "fetch_ec2_templates", "fetch_ssm_contents"]

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html: 1 to 200 a page
_TEMPLATES = PageStyle(("LaunchTemplates",), "NextToken", "NextToken", "MaxResults", 200)
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html: 1 to 200 a page
_VERSIONS = PageStyle(("LaunchTemplateVersions",), "NextToken", "NextToken", "MaxResults", 200)
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceConnectEndpoints.html: 1 to 50 a page
_ENDPOINTS = PageStyle(("InstanceConnectEndpoints",), "NextToken", "NextToken", "MaxResults", 50)
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html: up to 100 a page
_GROUPS = PageStyle(("AutoScalingGroups",), "NextToken", "NextToken", "MaxRecords", 100)
_CONFIGURATIONS = PageStyle(("LaunchConfigurations",), "NextToken", "NextToken", "MaxRecords", 100)
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListDocuments.html: up to 50 a page
_DOCUMENTS = PageStyle(("DocumentIdentifiers",), "NextToken", "NextToken", "MaxResults", 50)
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html: up to 50 a page
_PARAMETERS = PageStyle(("Parameters",), "NextToken", "NextToken", "MaxResults", 50)


def fetch_ec2_templates(fetch: AwsFetch, region: str) -> None:
    """Fetch launch templates with their default and latest versions, and EC2 Instance Connect endpoints."""
    fetch.pages("ec2.describe_launch_templates", _TEMPLATES, region=region)
    # Without a template's id the call covers all templates of the account, for these two names only.
    wanted = {"Versions": ["$Default", "$Latest"]}
    fetch.pages("ec2.describe_launch_template_versions", _VERSIONS, wanted, region)
    fetch.pages("ec2.describe_instance_connect_endpoints", _ENDPOINTS, region=region)


def fetch_autoscaling(fetch: AwsFetch, region: str) -> None:
    """Fetch Auto Scaling groups and launch configurations."""
    fetch.pages("autoscaling.describe_auto_scaling_groups", _GROUPS, region=region)
    fetch.pages("autoscaling.describe_launch_configurations", _CONFIGURATIONS, region=region)


def fetch_ssm_contents(fetch: AwsFetch, region: str) -> None:
    """Fetch the account's own documents, and the metadata of its parameters."""
    own = {"Filters": [{"Key": "Owner", "Values": ["Self"]}]}
    fetch.pages("ssm.list_documents", _DOCUMENTS, own, region)
    fetch.pages("ssm.describe_parameters", _PARAMETERS, region=region)
