"""The calls for resources that carry a policy of their own, for KMS grants and for what makes a bucket public.

Input: none (data only). Output: tuples that ``operations`` joins. Not handled: making the calls.
"""

from __future__ import annotations

from collectors.interface import Operation

__all__ = ["RESOURCES_GLOBAL", "RESOURCES_REGIONAL"]

_NO_API = ("NotFoundException",)

_MESSAGING = (
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
    Operation("sqs.list_queues", "sqs:ListQueues", "SQS queues.", level="regional", may_be_empty=True),
    Operation(
        "sqs.get_queue_attributes",
        "sqs:GetQueueAttributes",
        "Who may send to or read a queue by its own policy.",
        level="resource",
        per_object=True,
        not_found_codes=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
    ),
    Operation("sns.list_topics", "sns:ListTopics", "SNS topics.", level="regional", may_be_empty=True),
    Operation(
        "sns.get_topic_attributes",
        "sns:GetTopicAttributes",
        "Who may publish or subscribe to a topic by its own policy.",
        level="resource",
        per_object=True,
        not_found_codes=("NotFound", "NotFoundException"),
    ),
)

_DATA = (
    Operation(
        "kms.list_grants",
        "kms:ListGrants",
        "Who may use a KMS key by a grant, beside its key policy.",
        level="resource",
        per_object=True,
        not_found_codes=("NotFoundException",),
    ),
    Operation("dynamodb.list_tables", "dynamodb:ListTables", "DynamoDB tables.", level="regional"),
    Operation(
        "dynamodb.describe_table",
        "dynamodb:DescribeTable",
        "A table's stream and encryption key.",
        level="resource",
        per_object=True,
        not_found_codes=("ResourceNotFoundException",),
    ),
    Operation(
        "dynamodb.get_resource_policy",
        "dynamodb:GetResourcePolicy",
        "Who may reach a table or its stream by its own policy.",
        level="resource",
        per_object=True,
        not_found_codes=("PolicyNotFoundException", "ResourceNotFoundException"),
    ),
    Operation(
        "ecr.describe_repositories", "ecr:DescribeRepositories", "Container image repositories.", level="regional"
    ),
    Operation(
        "ecr.get_repository_policy",
        "ecr:GetRepositoryPolicy",
        "Who may pull from or push to an image repository by its own policy.",
        level="resource",
        per_object=True,
        not_found_codes=("RepositoryPolicyNotFoundException", "RepositoryNotFoundException"),
    ),
)

# Every read of API Gateway is the action of its HTTP verb:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html
_APIS = (
    Operation(
        "apigateway.get_rest_apis",
        "apigateway:GET",
        "REST APIs and their policies.",
        level="regional",
        may_be_empty=True,
    ),
    Operation(
        "apigateway.get_authorizers",
        "apigateway:GET",
        "Which function or user pool decides on calls of a REST API, and the role that it is invoked with.",
        level="resource",
        per_object=True,
        not_found_codes=_NO_API,
        may_be_empty=True,
    ),
    Operation(
        "apigateway.get_resources",
        "apigateway:GET",
        "Whether a REST API has methods that anyone may call.",
        level="resource",
        per_object=True,
        not_found_codes=_NO_API,
        may_be_empty=True,
    ),
    Operation(
        "apigatewayv2.get_apis", "apigateway:GET", "HTTP and WebSocket APIs.", level="regional", may_be_empty=True
    ),
    Operation(
        "apigatewayv2.get_authorizers",
        "apigateway:GET",
        "Which function or token issuer decides on calls of an HTTP API, and the role that it is invoked with.",
        level="resource",
        per_object=True,
        not_found_codes=_NO_API,
        may_be_empty=True,
    ),
    Operation(
        "apigatewayv2.get_routes",
        "apigateway:GET",
        "Whether an HTTP API has routes that anyone may call.",
        level="resource",
        per_object=True,
        not_found_codes=_NO_API,
        may_be_empty=True,
    ),
)

_SHARES = (
    Operation("ram.get_resource_shares", "ram:GetResourceShares", "What the account shares by RAM.", level="regional"),
    Operation(
        "ram.list_principals", "ram:ListPrincipals", "With whom the account shares resources by RAM.", level="regional"
    ),
    Operation(
        "ram.list_resources", "ram:ListResources", "Which resources the account shares by RAM.", level="regional"
    ),
)

RESOURCES_REGIONAL: tuple[Operation, ...] = (*_MESSAGING, *_DATA, *_APIS, *_SHARES)
"""Asked in each region."""

RESOURCES_GLOBAL: tuple[Operation, ...] = (
    Operation(
        "s3.get_bucket_acl",
        "s3:GetBucketAcl",
        "Whether a bucket's access control list lets everybody in.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchBucket",),
    ),
    Operation(
        "s3control.get_public_access_block",
        "s3:GetAccountPublicAccessBlock",
        "Whether public grants are ignored in the whole account: an answer may show access that it stops.",
        guard=True,
        not_found_codes=("NoSuchPublicAccessBlockConfiguration",),
    ),
)
"""Asked once an account."""
