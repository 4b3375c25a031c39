"""What the collector runs for shared resources and other ways into an account.

Input: none (data only). Output: fetching functions by service. Not handled: their order; they are independent.
KMS grants, bucket ACLs and service last accessed data are asked where keys, buckets and identities are.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.aws.fetching import AwsFetch
from collectors.aws.offered import where_offered
from collectors.aws.sharing import operations
from collectors.aws.sharing.fetch_account_block import fetch_account_block
from collectors.aws.sharing.fetch_apigateway import fetch_http_apis, fetch_rest_apis
from collectors.aws.sharing.fetch_data import fetch_dynamodb, fetch_ecr
from collectors.aws.sharing.fetch_identity_center import fetch_identity_center
from collectors.aws.sharing.fetch_messaging import fetch_sns, fetch_sqs
from collectors.aws.sharing.fetch_outside import fetch_identity_pools, fetch_roles_anywhere
from collectors.aws.sharing.fetch_shares import fetch_shares
from collectors.aws.sharing.fetch_watching import fetch_analyzer, fetch_trails

__all__ = ["EVERYWHERE", "REGIONAL"]

_REGIONAL: tuple[tuple[str, Callable[[AwsFetch, str], None]], ...] = (
    ("accessanalyzer", fetch_analyzer),
    ("apigateway", fetch_rest_apis),
    ("apigatewayv2", fetch_http_apis),
    ("cloudtrail", fetch_trails),
    ("cognito-identity", fetch_identity_pools),
    ("dynamodb", fetch_dynamodb),
    ("ecr", fetch_ecr),
    ("ram", fetch_shares),
    ("rolesanywhere", fetch_roles_anywhere),
    ("sns", fetch_sns),
    ("sqs", fetch_sqs),
    ("sso-admin", fetch_identity_center),
)
REGIONAL: tuple[tuple[str, Callable[[AwsFetch, str], None]], ...] = tuple(
    (service, where_offered(service, operations.REGIONAL, fetch_region)) for service, fetch_region in _REGIONAL
)
"""Service (boto3's name of the client, which the settings leave out by) and what fetches one region."""
EVERYWHERE: tuple[tuple[str, Callable[[AwsFetch], None]], ...] = (("s3control", fetch_account_block),)
"""Service and what fetches that which is asked once an account."""
