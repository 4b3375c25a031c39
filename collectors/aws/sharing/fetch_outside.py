"""Fetch what lets outsiders become roles in one region: Cognito identity pools and Roles Anywhere.

Input: an ``AwsFetch`` and a region. Output: the ``cognito-identity.*`` and ``rolesanywhere.*`` files of the region.
Not handled: user pools, identities; revocation lists and subjects of Roles Anywhere.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch
from collectors.aws.sharing.listing import list_and_ask
from collectors.paging import PageStyle

__all__ = ["fetch_identity_pools", "fetch_roles_anywhere"]

# https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListIdentityPools.html: up to 60 a page, required
_POOLS = PageStyle(("IdentityPools",), "NextToken", "NextToken", "MaxResults", 60)
# https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListTrustAnchors.html: no largest page is told
_ANCHORS = PageStyle(("trustAnchors",), "nextToken", "nextToken")
_PROFILES = PageStyle(("profiles",), "nextToken", "nextToken")


def fetch_identity_pools(fetch: AwsFetch, region: str) -> None:
    """Fetch identity pools and, two calls each, whom they let in and the roles that they hand out."""
    details = [
        (name, None, lambda pool: {"IdentityPoolId": pool})
        for name in ("cognito-identity.describe_identity_pool", "cognito-identity.get_identity_pool_roles")
    ]
    list_and_ask(
        fetch, region, "cognito-identity.list_identity_pools", _POOLS, "IdentityPools", "IdentityPoolId", details
    )


def fetch_roles_anywhere(fetch: AwsFetch, region: str) -> None:
    """Fetch trust anchors and profiles; the lists say everything."""
    fetch.pages("rolesanywhere.list_trust_anchors", _ANCHORS, region=region)
    fetch.pages("rolesanywhere.list_profiles", _PROFILES, region=region)
