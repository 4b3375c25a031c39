"""Account 111122223333, management: the organization itself, the administrators, the auditors.

Input: none. Output: ``MANAGEMENT``. Not handled: people's workforce accounts, which live in the identity provider.
"""

from __future__ import annotations

from sample_data._make.documents import Condition, Json, allow, document, service_trust, trust
from sample_data._make.parts import AccessKey, Account, Bucket, Role, User

__all__ = ["COLLECTOR_READS", "collector_role", "management", "organization_access_role", "service_linked_roles"]

_ID = "111122223333"

COLLECTOR_READS = [
    "iam:GenerateCredentialReport",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetAccountSummary",
    "iam:GetCredentialReport",
    "iam:GetOpenIDConnectProvider",
    "iam:GetSAMLProvider",
    "iam:ListAccessKeys",
    "iam:ListAccountAliases",
    "iam:ListMFADevices",
    "iam:ListOpenIDConnectProviders",
    "iam:ListSAMLProviders",
    "iam:ListServiceSpecificCredentials",
    "ec2:DescribeIamInstanceProfileAssociations",
    "ec2:DescribeInstances",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:ListAliases",
    "kms:ListKeys",
    "lambda:GetPolicy",
    "lambda:ListFunctions",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:ListAllMyBuckets",
    "ssm:DescribeInstanceInformation",
    "tag:GetResources",
]
_SECRET_READS = ["secretsmanager:GetResourcePolicy", "secretsmanager:ListSecrets"]


def service_linked_roles(created: float) -> tuple[Role, ...]:
    """Return the two service-linked roles that every account of an organization with a trail has."""
    return (
        Role(
            "AWSServiceRoleForOrganizations",
            created,
            service_trust("organizations"),
            path="/aws-service-role/organizations.amazonaws.com/",
            attached=("AWSOrganizationsServiceTrustPolicy",),
            used=None,
        ),
        Role(
            "AWSServiceRoleForCloudTrail",
            created - 3,
            service_trust("cloudtrail"),
            path="/aws-service-role/cloudtrail.amazonaws.com/",
            attached=("CloudTrailServiceRolePolicy",),
            used=0.3,
        ),
    )


def organization_access_role(created: float) -> Role:
    """Return the role that Organizations makes in an account that it creates."""
    return Role(
        "OrganizationAccountAccessRole",
        created,
        trust(f"arn:aws:iam::{_ID}:root"),
        attached=("AdministratorAccess",),
        used=96,
    )


def collector_role(created: float, secrets_region: str = "") -> Role:
    """Return the role that this evidence was collected with; secrets may be listed in one region alone."""
    only: Condition | None = {"StringEquals": {"aws:RequestedRegion": secrets_region}} if secrets_region else None
    reads: Json = document(allow(COLLECTOR_READS), allow(_SECRET_READS, "*", "", only))
    return Role(
        "nhi-collector",
        created,
        trust(f"arn:aws:iam::{_ID}:role/audit/org-audit-reader"),
        inline={"read-metadata": reads},
        used=0.01,
        tags={"owner": "petra.nowak@nordlicht.example", "team": "security", "environment": "shared"},
    )


def management() -> Account:
    """Return the management account."""
    organization_reads = ["organizations:Describe*", "organizations:List*"]
    saml = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{_ID}:saml-provider/nordlicht-idp"},
                "Action": "sts:AssumeRoleWithSAML",
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            }
        ],
    }
    return Account(
        _ID,
        "nordlicht-management",
        "aws+management@nordlicht.example",
        1700,
        users=(
            User(
                "break-glass-1",
                1650,
                path="/emergency/",
                attached=("AdministratorAccess",),
                password=(61, 61),
                mfa=True,
                tags={
                    "owner": "mats.ekberg@nordlicht.example",
                    "team": "platform",
                    "purpose": "emergency access",
                    "mfa-device": "security-key",
                },
            ),
            User(
                "finance-export",
                410,
                path="/service/",
                keys=(AccessKey("finance-export-1", 41, (0.9, "s3")),),
                inline={
                    "read-cost-reports": document(
                        allow(["s3:GetObject"], "arn:aws:s3:::nordlicht-mgmt-cost-reports/*"),
                        allow(["s3:ListBucket"], "arn:aws:s3:::nordlicht-mgmt-cost-reports"),
                    )
                },
                tags={"owner": "yusuf.demir@nordlicht.example", "team": "finance"},
            ),
        ),
        roles=(
            *service_linked_roles(1690),
            Role(
                "platform-admins",
                1600,
                saml,
                path="/people/",
                attached=("AdministratorAccess",),
                used=0.7,
                tags={"owner": "mats.ekberg@nordlicht.example", "team": "platform"},
            ),
            Role(
                "org-audit-reader",
                700,
                saml,
                path="/audit/",
                used=0.01,
                inline={
                    "read-metadata": document(allow(COLLECTOR_READS + _SECRET_READS + organization_reads)),
                    "enter-members": document(
                        allow(
                            "sts:AssumeRole",
                            [
                                f"arn:aws:iam::{number}:role/nhi-collector"
                                for number in ("222233334444", "333344445555", "444455556666")
                            ],
                        )
                    ),
                },
                tags={"owner": "petra.nowak@nordlicht.example", "team": "security"},
            ),
        ),
        buckets=(Bucket("nordlicht-mgmt-cost-reports", 1500, tags={"owner": "yusuf.demir@nordlicht.example"}),),
        saml="nordlicht-idp",
        collector="org-audit-reader",
    )
