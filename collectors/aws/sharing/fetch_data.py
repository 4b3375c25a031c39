"""Fetch DynamoDB tables and image repositories of one region, with their policies.

Input: an ``AwsFetch`` and a region. Output: the ``dynamodb.*`` and ``ecr.*`` files of the region.
Not handled: items and images; backups, exports, public image registries and the registry's own policy.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch, Request
from collectors.aws.sharing.listing import answered, list_and_ask
from collectors.paging import PageStyle

__all__ = ["fetch_dynamodb", "fetch_ecr"]

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html: up to 100 a page
_TABLES = PageStyle(("TableNames",), "ExclusiveStartTableName", "LastEvaluatedTableName", "Limit", 100)
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html: up to 1000 a page
_REPOSITORIES = PageStyle(("repositories",), "nextToken", "nextToken", "maxResults", 1000)
_TABLE, _POLICY = "dynamodb.describe_table", "dynamodb.get_resource_policy"


def fetch_dynamodb(fetch: AwsFetch, region: str) -> None:
    """Fetch tables and, one call each, what they are and the policies of table and stream."""
    table = (_TABLE, None, lambda name: {"TableName": name})
    if not list_and_ask(fetch, region, "dynamodb.list_tables", _TABLES, "TableNames", "", [table]):
        fetch.blocked(_POLICY, "dynamodb.list_tables", region)
        return
    if not fetch.known(_TABLE, region) and not answered(fetch, _TABLE, region):
        fetch.blocked(_POLICY, _TABLE, region)
        return
    arns: set[str] = set()
    for _, answer in answered(fetch, _TABLE, region):
        body = answer.get("Table") or {}
        arns |= {str(body[name]) for name in ("TableArn", "LatestStreamArn") if body.get(name)}
    fetch.each(_POLICY, [Request({"ResourceArn": arn}) for arn in sorted(arns)], region)


def fetch_ecr(fetch: AwsFetch, region: str) -> None:
    """Fetch image repositories and, one call each, their policies."""
    policy = ("ecr.get_repository_policy", None, lambda name: {"repositoryName": name})
    list_and_ask(fetch, region, "ecr.describe_repositories", _REPOSITORIES, "repositories", "repositoryName", [policy])
