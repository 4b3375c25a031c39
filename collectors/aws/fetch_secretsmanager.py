"""Fetch what Secrets Manager says about secrets of one region, never their values.

Input: an ``AwsFetch`` and a region. Output: the ``secretsmanager.*`` files of the region.
Not handled: values and versions (no call that returns a value is declared), secrets marked for deletion.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_secretsmanager"]

# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html: up to 100 a page
_SECRETS = PageStyle(("SecretList",), "NextToken", "NextToken", "MaxResults", 100)


def fetch_secretsmanager(fetch: AwsFetch, region: str) -> None:
    """Fetch secrets and, one call each, their resource policies."""
    listing, policies = "secretsmanager.list_secrets", "secretsmanager.get_resource_policy"
    if fetch.pages(listing, _SECRETS, region=region) is not CallOutcome.OK:
        fetch.blocked(policies, listing, region)
        return
    arns = sorted(str(item["ARN"]) for item in fetch.listed(listing, "SecretList", region) if item.get("ARN"))
    fetch.each(policies, [Request({"SecretId": arn}) for arn in arns], region)
