"""Fetch APIs of API Gateway in one region, who decides on their calls, and what needs no decision.

Input: an ``AwsFetch`` and a region. Output: the ``apigateway.*`` and ``apigatewayv2.*`` files of the region.
Not handled: stages, integrations, API keys and usage plans (a key's value would come with the list), domain names.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch
from collectors.aws.sharing.listing import list_and_ask
from collectors.paging import PageStyle

__all__ = ["fetch_http_apis", "fetch_rest_apis"]

# https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApis.html: up to 500 a page
_REST = PageStyle(("items",), "position", "position", "limit", 500)
# https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html: the limit is a text there; the default serves
_HTTP = PageStyle(("Items",), "NextToken", "NextToken")


def fetch_rest_apis(fetch: AwsFetch, region: str) -> None:
    """Fetch REST APIs and, in pages each, authorizers and methods."""
    details = [
        ("apigateway.get_authorizers", _REST, lambda api: {"restApiId": api}),
        ("apigateway.get_resources", _REST, lambda api: {"restApiId": api, "embed": ["methods"]}),
    ]
    list_and_ask(fetch, region, "apigateway.get_rest_apis", _REST, "items", "id", details)


def fetch_http_apis(fetch: AwsFetch, region: str) -> None:
    """Fetch HTTP and WebSocket APIs and, in pages each, authorizers and routes."""
    details = [
        ("apigatewayv2.get_authorizers", _HTTP, lambda api: {"ApiId": api}),
        ("apigatewayv2.get_routes", _HTTP, lambda api: {"ApiId": api}),
    ]
    list_and_ask(fetch, region, "apigatewayv2.get_apis", _HTTP, "Items", "ApiId", details)
