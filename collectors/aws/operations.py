"""Every AWS call that the collector may make, with the permission it needs and what is lost without it.

Input: none (data only). Output: ``OPERATIONS`` and ``READABLE``. Not handled: making the calls.
Permission names and error codes: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
and each service's API reference (read 2025-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collectors.aws.automation import operations as automation
from collectors.aws.compute import operations as compute
from collectors.aws.sharing import operations as sharing
from collectors.interface import Operation

__all__ = ["OPERATIONS", "READABLE", "REGIONAL"]

_NO_ORGANIZATION = ("AWSOrganizationsNotInUseException",)

_IAM = (
    Operation(
        "sts.get_caller_identity",
        "sts:GetCallerIdentity",
        "Which account the credentials belong to.",
    ),
    Operation(
        "iam.get_account_authorization_details",
        "iam:GetAccountAuthorizationDetails",
        "Users, groups, roles, their policies and trusts: without it nothing can be said of the account's identities.",
    ),
    Operation(
        "iam.generate_credential_report",
        "iam:GenerateCredentialReport",
        "A credential report younger than four hours.",
    ),
    Operation(
        "iam.get_credential_report",
        "iam:GetCredentialReport",
        "Passwords, MFA, age and last use of access keys, and everything about the root user's credentials.",
    ),
    Operation(
        "iam.list_access_keys",
        "iam:ListAccessKeys",
        "The ids of access keys, so that a leaked key can be matched with its user.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchEntity", "NoSuchEntityException"),
    ),
    Operation(
        "iam.list_service_specific_credentials",
        "iam:ListServiceSpecificCredentials",
        "Service-specific credentials such as CodeCommit passwords and Bedrock API keys.",
    ),
    Operation(
        "iam.list_virtual_mfa_devices",
        "iam:ListVirtualMFADevices",
        "Which users have a virtual MFA device; asked only where the credential report does not say.",
    ),
    Operation(
        "iam.list_mfa_devices",
        "iam:ListMFADevices",
        "Which users have any MFA device; asked only where the credential report does not say.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchEntity", "NoSuchEntityException"),
    ),
    Operation(
        "iam.get_login_profile",
        "iam:GetLoginProfile",
        "Which users have a console password; asked only where the credential report does not say.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchEntity", "NoSuchEntityException"),
    ),
    Operation(
        "iam.list_open_id_connect_providers",
        "iam:ListOpenIDConnectProviders",
        "Which OIDC issuers the account trusts.",
    ),
    Operation(
        "iam.get_open_id_connect_provider",
        "iam:GetOpenIDConnectProvider",
        "Which audiences an OIDC provider accepts.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchEntity", "NoSuchEntityException"),
    ),
    Operation("iam.list_saml_providers", "iam:ListSAMLProviders", "Which SAML identity providers the account trusts."),
    Operation(
        "iam.get_saml_provider",
        "iam:GetSAMLProvider",
        "Until when a SAML provider's metadata is valid.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchEntity", "NoSuchEntityException"),
    ),
    Operation(
        "iam.get_account_summary",
        "iam:GetAccountSummary",
        "Whether the root user has access keys and MFA when the credential report is missing.",
    ),
    Operation("iam.list_account_aliases", "iam:ListAccountAliases", "The account's alias, a readable name."),
)

_ORGANIZATIONS = (
    Operation(
        "organizations.describe_organization",
        "organizations:DescribeOrganization",
        "The organization's id and management account, so aws:PrincipalOrgID conditions stay undecided.",
        level="organization",
        not_found_codes=_NO_ORGANIZATION,
    ),
    Operation(
        "organizations.list_roots",
        "organizations:ListRoots",
        "The organization's root and which policy types are enabled.",
        level="organization",
        not_found_codes=_NO_ORGANIZATION,
    ),
    Operation(
        "organizations.list_organizational_units_for_parent",
        "organizations:ListOrganizationalUnitsForParent",
        "The tree of organizational units, so which SCPs and RCPs an account inherits.",
        level="organization",
        per_object=True,
        not_found_codes=_NO_ORGANIZATION,
    ),
    Operation(
        "organizations.list_accounts",
        "organizations:ListAccounts",
        "Which accounts are the organization's own, so an own account may look external.",
        level="organization",
        not_found_codes=_NO_ORGANIZATION,
    ),
    Operation(
        "organizations.list_accounts_for_parent",
        "organizations:ListAccountsForParent",
        "Which organizational unit an account is in, so which SCPs and RCPs it inherits.",
        level="organization",
        per_object=True,
        not_found_codes=_NO_ORGANIZATION,
    ),
    Operation(
        "organizations.list_policies",
        "organizations:ListPolicies",
        "Service and resource control policies: an answer may show access that one of them stops.",
        level="organization",
        per_object=True,
        guard=True,
        not_found_codes=_NO_ORGANIZATION,
    ),
    Operation(
        "organizations.describe_policy",
        "organizations:DescribePolicy",
        "The text of a service or resource control policy: an answer may show access that it stops.",
        level="organization",
        per_object=True,
        guard=True,
        not_found_codes=(*_NO_ORGANIZATION, "PolicyNotFoundException"),
    ),
    Operation(
        "organizations.list_targets_for_policy",
        "organizations:ListTargetsForPolicy",
        "What a service or resource control policy is attached to: an answer may show access that it stops.",
        level="organization",
        per_object=True,
        guard=True,
        not_found_codes=(*_NO_ORGANIZATION, "PolicyNotFoundException"),
    ),
)

_REGIONAL = (
    Operation("ec2.describe_regions", "ec2:DescribeRegions", "Which regions the account has enabled."),
    Operation(
        "lambda.list_functions",
        "lambda:ListFunctions",
        "Functions and the roles that they run as.",
        level="regional",
    ),
    Operation(
        "lambda.get_policy",
        "lambda:GetPolicy",
        "Who may invoke or manage a function by its own policy.",
        level="resource",
        per_object=True,
        not_found_codes=("ResourceNotFoundException",),
    ),
    Operation(
        "ec2.describe_instances",
        "ec2:DescribeInstances",
        "Instances and the instance profiles that they carry.",
        level="regional",
    ),
    Operation(
        "ec2.describe_iam_instance_profile_associations",
        "ec2:DescribeIamInstanceProfileAssociations",
        "Instance profile associations that are being changed.",
        level="regional",
    ),
    Operation(
        "ssm.describe_instance_information",
        "ssm:DescribeInstanceInformation",
        "Which instances Systems Manager can run commands on.",
        level="regional",
    ),
    Operation("kms.list_keys", "kms:ListKeys", "KMS keys.", level="regional"),
    Operation(
        "kms.describe_key",
        "kms:DescribeKey",
        "Whether a KMS key is the customer's or AWS's.",
        level="resource",
        per_object=True,
        not_found_codes=("NotFoundException",),
    ),
    Operation(
        "kms.get_key_policy",
        "kms:GetKeyPolicy",
        "Who may use or administer a KMS key.",
        level="resource",
        per_object=True,
        not_found_codes=("NotFoundException",),
    ),
    Operation("kms.list_aliases", "kms:ListAliases", "Readable names of KMS keys.", level="regional"),
    Operation(
        "secretsmanager.list_secrets",
        "secretsmanager:ListSecrets",
        "Secrets: names, ages, rotation.",
        level="regional",
    ),
    Operation(
        "secretsmanager.get_resource_policy",
        "secretsmanager:GetResourcePolicy",
        "Who may read a secret by its own policy.",
        level="resource",
        per_object=True,
        not_found_codes=("ResourceNotFoundException",),
    ),
    Operation(
        "resourcegroupstaggingapi.get_resources",
        "tag:GetResources",
        "Tags of functions, buckets and KMS keys, so tag conditions and tag-matched crown jewels stay undecided.",
        level="regional",
    ),
)

_S3 = (
    Operation("s3.list_buckets", "s3:ListAllMyBuckets", "S3 buckets."),
    Operation(
        "s3.get_bucket_location",
        "s3:GetBucketLocation",
        "A bucket's region; asked only where ListBuckets does not carry it.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchBucket",),
    ),
    Operation(
        "s3.get_bucket_policy",
        "s3:GetBucketPolicy",
        "Who may reach a bucket by its own policy.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchBucketPolicy", "NoSuchBucket"),
    ),
    Operation(
        "s3.get_public_access_block",
        "s3:GetBucketPublicAccessBlock",
        "Whether public grants in a bucket's policy are ignored: an answer may show access that it stops.",
        level="resource",
        per_object=True,
        guard=True,
        not_found_codes=("NoSuchPublicAccessBlockConfiguration", "NoSuchBucket"),
    ),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for operation in (
            *(*_IAM, *_ORGANIZATIONS, *_REGIONAL, *_S3),
            *(*compute.REGIONAL, *compute.GLOBAL),
            *(*automation.REGIONAL, *automation.GLOBAL),
            *(*sharing.REGIONAL, *sharing.GLOBAL),
        )
    }
)
"""Keyed by ``<service>.<operation>``, in the order in which they are best made."""

_FROM_DUMPS = (
    # Made only where a role of each account is named, and never with the credentials of the account itself.
    Operation("sts.assume_role", "sts:AssumeRole", "This account: nothing of it could be looked at."),
    Operation("iam.list_instance_profiles", "iam:ListInstanceProfiles", "Instance profiles without a role."),
    Operation(
        "kms.list_resource_tags",
        "kms:ListResourceTags",
        "Tags of a KMS key.",
        level="resource",
        per_object=True,
        not_found_codes=("NotFoundException",),
    ),
    Operation(
        "lambda.list_tags",
        "lambda:ListTags",
        "Tags of a function.",
        level="resource",
        per_object=True,
        not_found_codes=("ResourceNotFoundException",),
    ),
    Operation(
        "organizations.list_children",
        "organizations:ListChildren",
        "What is below an organizational unit.",
        level="organization",
        per_object=True,
        not_found_codes=_NO_ORGANIZATION,
    ),
    Operation(
        "organizations.list_tags_for_resource",
        "organizations:ListTagsForResource",
        "Tags of an account.",
        level="organization",
        per_object=True,
        not_found_codes=(*_NO_ORGANIZATION, "TargetNotFoundException"),
    ),
    Operation(
        "s3.get_bucket_tagging",
        "s3:GetBucketTagging",
        "Tags of a bucket.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchTagSet", "NoSuchBucket"),
    ),
)

REGIONAL: frozenset[str] = frozenset(
    operation.name for operation in (*_REGIONAL, *compute.REGIONAL, *automation.REGIONAL, *sharing.REGIONAL)
) - {"ec2.describe_regions"}
"""Operations whose evidence stands in a folder for each region, per-object ones included."""

READABLE: Mapping[str, Operation] = MappingProxyType(
    {
        **OPERATIONS,
        **{
            operation.name: operation
            for operation in (*_FROM_DUMPS, *compute.FROM_DUMPS, *automation.FROM_DUMPS, *sharing.FROM_DUMPS)
        },
    }
)
"""What ``to_records`` reads: dumps may hold a few operations that the collector itself never makes."""
