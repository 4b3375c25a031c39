"""The few AWS-managed policies that the set uses, as AWS publishes them.

Input: none (data only). Output: ``MANAGED``, keyed by policy name. Not handled: other AWS-managed policies.
Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html (read 2025-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.accuracy.statements import Json, allow, document, everything

__all__ = ["MANAGED"]

_EC2_SERVICES = [
    "autoscaling.amazonaws.com",
    "ec2scheduled.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "spot.amazonaws.com",
    "spotfleet.amazonaws.com",
    "transitgateway.amazonaws.com",
]

MANAGED: Final[Mapping[str, Json]] = {
    "AdministratorAccess": document(everything()),
    "PowerUserAccess": document(
        allow("not iam:* organizations:* account:*"),
        allow(
            "account:GetAccountInformation account:GetGovCloudAccountInformation account:GetPrimaryEmail "
            "account:ListRegions iam:CreateServiceLinkedRole iam:DeleteServiceLinkedRole iam:ListRoles "
            "organizations:DescribeEffectivePolicy organizations:DescribeOrganization"
        ),
    ),
    "IAMFullAccess": document(
        allow(
            "iam:* organizations:DescribeAccount organizations:DescribeOrganization "
            "organizations:DescribeOrganizationalUnit organizations:DescribePolicy organizations:ListChildren "
            "organizations:ListParents organizations:ListPoliciesForTarget organizations:ListRoots "
            "organizations:ListPolicies organizations:ListTargetsForPolicy"
        )
    ),
    "IAMReadOnlyAccess": document(
        allow(
            "iam:GenerateCredentialReport iam:GenerateServiceLastAccessedDetails iam:Get* iam:List* "
            "iam:SimulateCustomPolicy iam:SimulatePrincipalPolicy"
        )
    ),
    "AmazonS3ReadOnlyAccess": document(
        allow("s3:Get* s3:List* s3:Describe* s3-object-lambda:Get* s3-object-lambda:List*")
    ),
    "AmazonS3FullAccess": document(allow("s3:* s3-object-lambda:*")),
    "AmazonEC2FullAccess": document(
        allow("ec2:*"),
        allow("elasticloadbalancing:*"),
        allow("cloudwatch:*"),
        allow("autoscaling:*"),
        allow("iam:CreateServiceLinkedRole", when={"StringEquals": {"iam:AWSServiceName": _EC2_SERVICES}}),
    ),
}
